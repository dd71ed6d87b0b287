"""Algorithm: record what was found where a leak was searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.leak_digs import DigRequest
    from waternet_plugin.store.network import Network

_MOST_M3H, _MOST_M, _MOST_SEARCHED_M = 10_000.0, 100_000.0, 1_000_000.0


class RecordDig(WaterNetAlgorithm):
    """Close a work order that locates a leak; a leak becomes a failure."""

    ID = "recorddig"
    GROUP = "dma"
    WRITES = True
    TAGS = ("leak", "dig", "locate", "work order", "failure", "漏点", "开挖", "探漏", "工单", "修复")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Record a dig")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Records what was found where a leak was searched, as one batch: the work order is done, a leak "
            "becomes a failure on its pipe, which the next assessment counts. Repaired, it ends the alarm "
            "where the leaks that were found for it make up enough of its rise."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("ITEM", tr("Work order"), tr("Id of the work order of type locate, such as W-0001."))
        self.add_flag("FOUND", tr("A leak was found"), tr("False: nothing was found there."), default=True)
        self.add_text("DUG_ON", tr("Dug on"), tr("Day of the digging, as YYYY-MM-DD; empty: today."))
        self.add_text("REPAIRED_ON", tr("Repaired on"), tr("Day of the repair; empty: not repaired yet."))
        self.add_number(
            "FLOW",
            tr("Flow of the leak (m³/h)"),
            tr("Empty: not known."),
            between=(0.0, _MOST_M3H),
            optional=True,
        )
        self.add_number(
            "OFFSET",
            tr("Distance from the mark (m)"),
            tr("Empty: that of POINT from the work order, where POINT is given."),
            between=(0.0, _MOST_M),
            optional=True,
        )
        self.add_text(
            "POINT",
            tr("Point"),
            tr("Where the leak was, as x,y in the network's coordinates, or x,y [EPSG:…]; empty: the mark."),
        )
        self.add_text("PIPE", tr("Pipe"), tr("Id of the pipe that leaked; empty: that of the work order."))
        methods, kinds = domain("locate_method"), domain("failure_kind")
        self.add_choice(
            "METHOD",
            tr("Found by"),
            tr("How the leak was located; empty: as the work order says."),
            list(methods),
            labels={code: one.label for code, one in methods.items()},
        )
        self.add_choice(
            "KIND",
            tr("Kind of failure"),
            tr("What leaked."),
            list(kinds),
            labels={code: one.label for code, one in kinds.items()},
            default="main_leak",
        )
        self.add_text("CAUSE", tr("Cause"), tr("Kept with the failure; may be empty."))
        self.add_text("NOTE", tr("Note"), tr("Kept with the work order and the failure; may be empty."))
        self.add_text("CONTRACTOR", tr("Contractor"), tr("Who searched; empty: as the work order says."))
        self.add_number(
            "LENGTH", tr("Length searched (m)"), tr("Empty: as the work order says."),
            between=(0.0, _MOST_SEARCHED_M), optional=True,
        )  # fmt: skip
        self.add_text_outputs(
            FAILURE=tr("Failure"),
            ENDED_ALARM=tr("Alarm that ended"),
            NOTES=tr("Points to note"),
            BATCH_ID=tr("Batch"),
        )

    def check(self, job: Job) -> None:
        """Refuse a dig that can't be right."""
        _request(job, None)

    def work(self, job: Job) -> dict[str, Any]:
        """Record it as one batch."""
        from waternet_plugin.operations.leakage.leak_digs import record_dig

        network = job.open_network()
        done = record_dig(network, _request(job, network), job.progress)
        job.tell(done.messages)
        return {
            "FAILURE": done.failure_id,
            "ENDED_ALARM": done.ended_alarm,
            "NOTES": "\n".join(done.messages),
            "BATCH_ID": done.batch_id,
        }


def _request(job: Job, network: Network | None) -> DigRequest:
    """Return what was asked for; without a network the point is left out."""
    from waternet_plugin.operations.leakage.leak_digs import DigRequest
    from waternet_plugin.operations.network.point_input import parse_point

    place = job.text("POINT")
    return DigRequest(
        job.text("ITEM"),
        job.flag("FOUND"),
        dug_on=job.date("DUG_ON"),
        flow_m3h=job.number("FLOW") if job.has("FLOW") else None,
        offset_m=job.number("OFFSET") if job.has("OFFSET") else None,
        point=parse_point("POINT", place, network.crs) if place and network is not None else None,
        pipe_id=job.text("PIPE"),
        method=job.choice("METHOD") if job.has("METHOD") else "",
        kind=job.choice("KIND"),
        cause=job.text("CAUSE"),
        repaired_on=job.date("REPAIRED_ON"),
        note=job.text("NOTE"),
        contractor=job.text("CONTRACTOR"),
        length_m=job.number("LENGTH") if job.has("LENGTH") else None,
    )
