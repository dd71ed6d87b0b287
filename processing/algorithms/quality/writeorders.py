"""Algorithm: write work orders on assets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.suggested_orders import SuggestionRequest
    from waternet_plugin.operations.work.write_orders import OrderRequest
    from waternet_plugin.store import Network

_LOCATE, _FINDING = "locate", "finding"
# What names the work: one of them, but a checklist may have assets.
_NAMING = ("PIPES", "ASSETS", "ISSUES", "RAISE")
_TABLES = ("pipe", "node", "customer", "failure", "compound", "zone")


class WriteOrders(WaterNetAlgorithm):
    """Order that crews do something at assets, or search pipes for a leak."""

    ID = "writeorders"
    GROUP = "quality"
    WRITES = True
    TAGS = (
        "work order", "repair", "clean", "locate", "leak", "crew",
        "工单", "修复", "探漏", "派工", "维修", "清疏",
    )  # fmt: skip

    def title(self) -> str:
        """Return the name people see."""
        return tr("Write work orders")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes a work order for each asset, where it is, as one batch: to repair, clean or inspect it, "
            "or to locate the leak that an alarm suspects on a pipe. It also orders what raises the score of "
            "compounds, and what a checklist lacks. Orders in one compound are one visit. "
            "An asset with a running order for the same is refused. recordwork records what becomes of "
            "orders; recorddig closes those that locate a leak."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PIPES", tr("Pipes"), tr("Ids of pipes, separated by semicolons."))
        self.add_text(
            "ASSETS",
            tr("Assets"),
            tr(
                "Ids of pipes, nodes, users, failures, compounds or zones, separated by semicolons. An id "
                "that is in several of these tables needs TABLE."
            ),
        )
        self.add_choice(
            "TABLE",
            tr("Table"),
            tr("The table of the assets; empty: each is looked for in all."),
            list(_TABLES),
            labels={name: table(name).label for name in _TABLES},
        )
        self.add_text(
            "ISSUES",
            tr("Findings"),
            tr(
                "Ids of findings of one rule, separated by semicolons: an order at the first asset of each, "
                "with the words of the finding."
            ),
        )
        self.add_text(
            "RAISE",
            tr("Compounds to raise"),
            tr("Ids of compounds, by semicolons: the work of fewest hours that raises each score a grade."),
        )
        lists = domain("checklist")
        self.add_choice(
            "CHECKLIST",
            tr("Checklist"),
            tr("Orders for what this list lacks of ASSETS (empty: of all); what runs already is left out."),
            list(lists),
            labels={code: one.label for code, one in lists.items()},
        )
        types, sources = domain("work_item_type"), domain("work_item_source")
        self.add_choice(
            "TYPE",
            tr("Type"),
            tr("What is to be done; by default what the rule of ISSUES requires."),
            [_LOCATE, *(code for code in types if code != _LOCATE)],
            labels={code: one.label for code, one in types.items()},
            default=_LOCATE,
        )
        self.add_choice(
            "SOURCE",
            tr("Source"),
            tr("Why the work is needed: a finding, a complaint or a plan."),
            list(sources),
            labels={code: one.label for code, one in sources.items()},
            default=_FINDING,
        )
        self.add_text(
            "ALARM", tr("Leak alarm"), tr("Id of the alarm that suspects the pipes; empty: a search without.")
        )
        methods = domain("locate_method")
        self.add_choice(
            "METHOD",
            tr("Method"),
            tr("How the leak is to be located; empty: not chosen yet."),
            list(methods),
            labels={code: one.label for code, one in methods.items()},
        )
        self.add_text(
            "NOTE",
            tr("Note"),
            tr("What is to be done; kept with each order. Orders of ISSUES have the words of the finding."),
        )
        self.add_text("OPENED_ON", tr("Opened on"), tr("Day of the orders, as YYYY-MM-DD; empty: today."))
        self.add_text("DUE_ON", tr("Due on"), tr("The day by which they are to be done, as YYYY-MM-DD."))
        self.add_text("TEAM", tr("Team"), tr("The team that does it."))
        self.add_text("PERSON", tr("Person in charge"), tr("Who answers for it."))
        self.add_number_outputs(ORDERS=tr("Work orders"))
        self.add_text_outputs(
            ITEMS=tr("Ids of the work orders, in the order of their assets"), BATCH_ID=tr("Batch")
        )

    def check(self, job: Job) -> None:
        """Refuse orders that can't be written."""
        from waternet_plugin.operations.work.write_orders import OrderRequest

        named = [ids for ids in (ids_of(job.text(name)) for name in _NAMING) if ids]
        if len(named) > 1:
            raise InputError(tr("Enter one of PIPES, ASSETS, ISSUES and RAISE."))
        if _suggested(job) is None:
            OrderRequest(tuple(named[0] if named else ()), **_wanted(job))

    def work(self, job: Job) -> dict[str, Any]:
        """Write the orders as one batch."""
        from waternet_plugin.operations.compounds.suggested_orders import write_suggested
        from waternet_plugin.operations.work.write_orders import write_orders

        network, suggested = job.open_network(), _suggested(job)
        if suggested is None:
            done = write_orders(network, _request(job, network), job.progress)
        else:
            done = write_suggested(network, suggested, job.progress)
        return {"ORDERS": len(done.item_ids), "ITEMS": ";".join(done.item_ids), "BATCH_ID": done.batch_id}


def _suggested(job: Job) -> SuggestionRequest | None:
    """Return what is asked to raise scores, or for what a checklist lacks; None for orders at assets."""
    from waternet_plugin.operations.compounds.suggested_orders import SuggestionRequest

    named = {name: tuple(ids_of(job.text(name))) for name in _NAMING}
    checklist = job.choice("CHECKLIST") if job.has("CHECKLIST") else ""
    if not (checklist or named["RAISE"]):
        return None
    if named["PIPES"] or named["ISSUES"]:
        raise InputError(tr("CHECKLIST goes with ASSETS alone. Leave the others empty."))
    return SuggestionRequest(named["RAISE"], checklist, named["ASSETS"], **_wanted(job))


def _request(job: Job, network: Network) -> OrderRequest:
    """Return what was asked for."""
    from waternet_plugin.operations.work.issue_orders import request_of_issues
    from waternet_plugin.operations.work.write_orders import OrderRequest

    issues, wanted = ids_of(job.text("ISSUES")), _wanted(job)
    if issues:
        if wanted["type"] == _LOCATE:
            # No rule finds a leak: the default leaves the type to the rule.
            del wanted["type"]
        return request_of_issues(network, issues, **wanted)
    return OrderRequest(tuple(ids_of(job.text("PIPES")) or ids_of(job.text("ASSETS"))), **wanted)


def _wanted(job: Job) -> dict[str, Any]:
    """Return what is asked for beside the assets."""
    wanted: dict[str, Any] = {
        "type": job.choice("TYPE"),
        "alarm_id": job.text("ALARM"),
        "method": job.choice("METHOD") if job.has("METHOD") else "",
        "opened_on": job.date("OPENED_ON"),
        "due_on": job.date("DUE_ON"),
        "team": job.text("TEAM"),
        "person": job.text("PERSON"),
        "source": job.choice("SOURCE"),
    }
    table_name = job.choice("TABLE") if job.has("TABLE") else ""
    wanted["table"] = "pipe" if job.text("PIPES") else table_name
    if not job.text("ISSUES"):
        wanted["note"] = job.text("NOTE")
    return wanted
