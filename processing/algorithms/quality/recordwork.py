"""Algorithm: record what became of work orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

if TYPE_CHECKING:
    from waternet_plugin.operations.work.record_work import WorkRequest

_CHECKED, _DONE = "checked", "done"
_STATES = ("open", "sent", "under_way", _DONE, _CHECKED, "cancelled")


class RecordWork(WaterNetAlgorithm):
    """Record that work orders are sent, under way, done, checked on the map or cancelled."""

    ID = "recordwork"
    GROUP = "quality"
    WRITES = True
    TAGS = ("work order", "state", "sent", "done", "checked", "crew", "工单", "派发", "完成", "核对", "状态")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Record work")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Records the state of work orders as one batch: sent to a crew, under way, done, checked on the "
            "map, cancelled. Done orders count from their day on and wait for the check of the map; a tank "
            "that was cleaned gets the day. recorddig closes orders that locate a leak."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("ITEMS", tr("Work orders"), tr("Ids of work orders, separated by semicolons."))
        states = domain("work_item_state")
        labels = {code: states[code].label for code in _STATES if code != _CHECKED}
        self.add_choice(
            "STATE",
            tr("State"),
            tr("What became of them."),
            list(_STATES),
            labels={**labels, _CHECKED: tr("Checked on the map")},
            default=_DONE,
        )
        self.add_text(
            "DAY",
            tr("Day"),
            tr("Day on which they were done, checked or cancelled, as YYYY-MM-DD; empty: today."),
        )
        self.add_number(
            "HOURS",
            tr("Hours"),
            tr("Hours worked on each order that is done."),
            between=(0.0, 10_000.0),
            optional=True,
        )
        results = domain("work_item_result")
        self.add_choice(
            "RESULT",
            tr("State found"),
            tr("How much had deposited, of orders that are done."),
            list(results),
            labels={code: one.label for code, one in results.items()},
        )
        self.add_text("TEAM", tr("Team"), tr("The team that does it; empty: as it is."))
        self.add_text("PERSON", tr("Person in charge"), tr("Who answers for it; empty: as it is."))
        self.add_text("DUE_ON", tr("Due on"), tr("The new due day, as YYYY-MM-DD; empty: as it is."))
        self.add_number_outputs(ORDERS=tr("Work orders"))
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> WorkRequest:
        """Return the request."""
        from waternet_plugin.operations.work.record_work import WorkRequest

        return WorkRequest(
            tuple(ids_of(job.text("ITEMS"))),
            job.choice("STATE"),
            day=job.date("DAY"),
            hours=job.number("HOURS") if job.has("HOURS") else None,
            result=job.choice("RESULT") if job.has("RESULT") else "",
            team=job.text("TEAM") or None,
            person=job.text("PERSON") or None,
            due_on=job.date("DUE_ON"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Record it as one batch."""
        from waternet_plugin.operations.work.record_work import record_work

        done = record_work(job.open_network(), self.request(job), job.progress)
        return {"ORDERS": len(done.item_ids), "BATCH_ID": done.batch_id}
