"""Algorithm: slopes of drains, and what their ends are."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_DRAINS = [
    ("pipe_id", "text"),
    ("drop_m", "real"),
    ("slope", "real"),
    ("slope_min", "real"),
    ("state", "text"),
    ("backwater_m", "real"),
    ("cover_min_m", "real"),
]
_ENDS = [
    ("node_id", "text"),
    ("end", "text"),
    ("upstream_m", "real"),
    ("pipe_id", "text"),
    ("system", "text"),
]


class CheckDrainage(WaterNetAlgorithm):
    """Tell the slope of each drain, how far water backs up, and what each end of the drains is."""

    ID = "checkdrainage"
    GROUP = "drainage"
    ICON = "checknetwork"
    TAGS = (
        "drain",
        "slope",
        "backwater",
        "cover",
        "dead end",
        "坡度",
        "倒坡",
        "回水",
        "覆土",
        "排水",
        "端点",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Slopes and ends of drains")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Lists fall, slope along the flow, minimum slope of its size, backwater length and minimum "
            "cover of every drain in use; and for each end of the drains what it is: outfall, plant, pump, "
            "exit of a compound, edge of the cut-out, dead end or head, with the length that drains there. "
            "Slope and cover are judged as by the rules of “Check network”. Nothing is written."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "CLIP",
            tr("Cut out by"),
            tr(
                "Where the network is a part of a larger one, the area by which it was cut out: an extent "
                "(xmin,xmax,ymin,ymax), the id of a compound or zone, or a layer. Ends outside it, or up to "
                "10 m inside its edge, are not dead ends then. Empty: no edge is known."
            ),
        )
        self.add_sink(
            "OUTPUT",
            tr("Slopes"),
            tr(
                "Each drain with fall, slope and least slope (as a ratio), state (ok, flat, below_minimum, "
                "adverse, exempt, unknown), the length above it that is backed up, and least cover. Flat: "
                "within 5 mm. Where a level is missing, nothing is guessed."
            ),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_ENDS",
            tr("Ends"),
            tr(
                "Each end with what it is (outfall, exit, plant, pump, clip_edge, dead_end, head, unknown) "
                "and the length of all drains whose water reaches it; unknown: the flow is undetermined."
            ),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_number_outputs(
            ADVERSE=tr("Drains that rise against their flow"),
            DEAD_ENDS=tr("Dead ends"),
            NOT_RECORDED=tr("Drains without recorded flow"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Compute and write the outputs."""
        from waternet_plugin.operations.drainage.check_drainage import check_drainage

        network = job.open_network()
        clip = printing.chosen_area(job, network, "CLIP")
        found = check_drainage(network, clip, job.progress.part(0.0, 0.9))
        job.tell(found.summary)
        return {
            "OUTPUT": job.write_sink(
                "OUTPUT", found.drains, _DRAINS, geometry="LineStringZ", crs=network.crs
            ),
            "OUTPUT_ENDS": job.write_sink(
                "OUTPUT_ENDS", found.ends, _ENDS, geometry="Point", crs=network.crs
            ),
            "ADVERSE": int((found.drains["state"] == "adverse").sum()),
            "DEAD_ENDS": int((found.ends["end"] == "dead_end").sum()),
            "NOT_RECORDED": found.not_recorded,
        }
