"""Algorithm: write work orders on pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.write_orders import OrderRequest

_LOCATE, _REPAIR, _CLEAN = "locate", "repair", "clean"


class WriteOrders(WaterNetAlgorithm):
    """Order that pipes are repaired, cleaned, or searched for a leak."""

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
            "Writes a work order for each pipe, in its middle, as one batch: to repair or clean it, or to "
            "locate the leak that an alarm suspects on it. A pipe with a running order for the same is "
            "refused. recorddig closes orders that locate a leak."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PIPES", tr("Pipes"), tr("Ids of pipes, separated by semicolons."))
        types = domain("work_item_type")
        self.add_choice(
            "TYPE",
            tr("Type"),
            tr("Repair or clean the pipes, or locate a leak on them."),
            [_LOCATE, _REPAIR, _CLEAN],
            labels={code: types[code].label for code in (_LOCATE, _REPAIR, _CLEAN)},
            default=_LOCATE,
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
        self.add_text("NOTE", tr("Note"), tr("What is to be done; kept with each order."))
        self.add_text("OPENED_ON", tr("Opened on"), tr("Day of the orders, as YYYY-MM-DD; empty: today."))
        self.add_text("DUE_ON", tr("Due on"), tr("The day by which they are to be done, as YYYY-MM-DD."))
        self.add_text("TEAM", tr("Team"), tr("The team that does it."))
        self.add_text("PERSON", tr("Person in charge"), tr("Who answers for it."))
        self.add_number_outputs(ORDERS=tr("Work orders"))
        self.add_text_outputs(ITEMS=tr("Ids of the work orders, in the order of PIPES"), BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse orders that can't be written."""
        _request(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Write the orders as one batch."""
        from waternet_plugin.operations.leakage.write_orders import write_orders

        done = write_orders(job.open_network(), _request(job), job.progress)
        return {
            "ORDERS": len(done.item_ids),
            "ITEMS": ";".join(done.item_ids),
            "BATCH_ID": done.batch_id,
        }


def _request(job: Job) -> OrderRequest:
    """Return what was asked for."""
    from waternet_plugin.operations.leakage.write_orders import OrderRequest

    return OrderRequest(
        tuple(ids_of(job.text("PIPES"))),
        job.choice("TYPE"),
        alarm_id=job.text("ALARM"),
        method=job.choice("METHOD") if job.has("METHOD") else "",
        note=job.text("NOTE"),
        opened_on=job.date("OPENED_ON"),
        due_on=job.date("DUE_ON"),
        team=job.text("TEAM"),
        person=job.text("PERSON"),
    )
