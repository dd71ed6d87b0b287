"""Algorithm: the shut-offs of a time and their overlaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.network.list_shutoffs import ShutoffListRequest

_COLUMNS = [
    ("shutoff_id", "text"), ("other_id", "text"), ("overlap", "text"), ("customers", "integer"),
    ("critical", "integer"), ("starts_at", "text"), ("ends_at", "text"), ("kind", "text"), ("state", "text"),
    ("pipe_id", "text"),
]  # fmt: skip


class ListShutoffs(WaterNetAlgorithm):
    """List shut-offs, and which get in each other's way."""

    ID = "listshutoffs"
    GROUP = "pressure"
    TAGS = ("shut-off", "overlap", "burst", "closing", "停水", "关阀", "爆管", "停水重叠")

    def title(self) -> str:
        """Return the name people see."""
        return tr("List shut-offs")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Lists the shut-offs of a time, and of those that last at the same time which share a segment or "
            "a customer, or feed each other's detour: then something has no water only because both are "
            "shut. Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("FROM", tr("From"), tr("First day, YYYY-MM-DD. Empty: no limit."))
        self.add_text("TO", tr("To"), tr("Last day, YYYY-MM-DD. Empty: no limit."))
        self.add_sink("OUTPUT", tr("Shut-offs"), tr("By begin, each followed by its overlaps."))
        self.add_number_outputs(SHUTOFFS=tr("Shut-offs"), OVERLAPS=tr("Overlaps"))

    def request(self, job: Job) -> ShutoffListRequest:
        """Return the request."""
        from waternet_plugin.operations.network.list_shutoffs import ShutoffListRequest

        return ShutoffListRequest(job.date("FROM"), job.date("TO"))

    def work(self, job: Job) -> dict[str, Any]:
        """List the shut-offs and write the output."""
        from waternet_plugin.operations.network.list_shutoffs import list_shutoffs

        found = list_shutoffs(job.open_network(), self.request(job), job.progress)
        for note in found.notes:
            job.warn(note)
        job.info(" ".join(found.summary))
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.rows, _COLUMNS),
            "SHUTOFFS": len(found.rows) - found.overlaps,
            "OVERLAPS": found.overlaps,
        }
