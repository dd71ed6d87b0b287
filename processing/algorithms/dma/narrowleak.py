"""Algorithm: rank the pipes of a metered area by the chance that they leak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest

_COLUMNS = [("pipe_id", "text"), ("order", "integer"), ("chance", "real"), ("reasons", "text")]


class NarrowLeak(WaterNetAlgorithm):
    """Tell which pipes of a metered area may leak."""

    ID = "narrowleak"
    GROUP = "dma"
    TAGS = (
        "DMA",
        "leak",
        "locate",
        "step test",
        "noise",
        "alarm",
        "漏损",
        "探漏",
        "漏点",
        "逐段关阀",
        "计量区",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Narrow a leak down to pipes")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Ranks the pipes of a leak alarm's zone, or of a zone, by the chance that they leak, with the "
            "reasons. It begins with the failures that the newest assessment expects, by length where there "
            "is none; step tests, noise sensors, repairs and searches since the leak began make pipes likely "
            "or unlikely. A step test is read from readings: quantity valve_open of the valves (0 shut, 1 "
            "open) and the flow of the zone's meters. Nothing is written."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("ALARM", tr("Leak alarm"), tr("Id of the alarm, as night flow gives it; or give ZONE."))
        self.add_text(
            "ZONE", tr("Metered area"), tr("Id of the zone; its newest open alarm tells since when it leaks.")
        )
        self.add_sink(
            "OUTPUT",
            tr("Pipes"),
            tr("The pipes of the zone, most likely first; their chances sum to 1."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The pipes to search first, and the ledger of searches; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            PIPES=tr("Pipes"), LENGTH_M=tr("Length (m)"), LEFT_M=tr("Length left to search (m)")
        )
        self.add_text_outputs(MOST_LIKELY=tr("Most likely pipe"), NOTES=tr("Points to note"))

    def work(self, job: Job) -> dict[str, Any]:
        """Rank the pipes and write the outputs."""
        from waternet_plugin.operations.leakage.narrow_leak import narrow_leak

        network = job.open_network()
        found = narrow_leak(network, self.request(job), job.progress.part(0.0, 0.9))
        job.tell(found.summary, warnings=found.notes)
        job.progress.at(0.9, tr("Writing"))
        return {
            "OUTPUT": job.write_sink(
                "OUTPUT", found.pipes, _COLUMNS, geometry="LineStringZ", crs=network.crs
            ),
            "REPORT": job.write_report("REPORT", found.report),
            "PIPES": len(found.pipes),
            "LENGTH_M": found.length_m,
            "LEFT_M": found.left_m,
            "MOST_LIKELY": str(found.pipes["pipe_id"].iloc[0]),
            "NOTES": "\n".join(found.notes),
        }

    def request(self, job: Job) -> NarrowRequest:
        """Return the request."""
        from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest

        return NarrowRequest(alarm_id=job.text("ALARM"), zone_id=job.text("ZONE"))
