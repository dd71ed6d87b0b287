"""Algorithm: compare two scenarios of metered areas, or one with the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.dma.compare_scenarios import CompareScenariosRequest

_COUNTS = frozenset(
    {"pipes", "customers", "inlets", "outlets", "open_crossings", "closed_crossings", "devices_needed"}
)
_PIPES = [("pipe_id", "text"), ("zone_before", "text"), ("zone_after", "text")]
_DEVICES = [
    ("only_in", "text"),
    ("kind", "text"),
    ("pipe_id", "text"),
    ("node_id", "text"),
    ("at_node", "text"),
    ("zone_in", "text"),
    ("zone_out", "text"),
    ("diameter_mm", "real"),
    ("cost", "real"),
]


class CompareScenarios(WaterNetAlgorithm):
    """List in what two scenarios of metered areas differ."""

    ID = "comparescenarios"
    GROUP = "dma"
    TAGS = (
        "DMA",
        "scenario",
        "compare",
        "metered area",
        "difference",
        "计量区",
        "方案",
        "比较",
        "对比",
        "分区",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Compare scenarios of metered areas")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Compares two scenarios, or one with the network as it is: figures of each zone on both sides, "
            "pipes that change their zone, devices that only one of them has, costs, and what changed in "
            "the network since the scenarios were branched. Nothing is written."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("BEFORE", tr("Before"), tr("Id or name of a scenario. Empty: the network as it is."))
        self.add_text("AFTER", tr("After"), tr("Id or name of a scenario. Empty: the network as it is."))
        kinds = QgsProcessing.SourceType
        self.add_sink(
            "OUTPUT",
            tr("Metered areas"),
            tr("Each zone with its figures before and after; those that differ come first."),
            kind=kinds.TypeVector,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Pipes that change their zone."),
            kind=kinds.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_DEVICES",
            tr("Devices"),
            tr("Meters and valves that only one of both has."),
            kind=kinds.TypeVectorPoint,
        )
        self.add_number_outputs(
            ZONES=tr("Metered areas that differ"),
            PIPES=tr("Pipes whose area differs"),
            LENGTH_M=tr("Their length (m)"),
            DEVICES=tr("Devices that differ"),
            COST_BEFORE=tr("Cost of devices before"),
            COST_AFTER=tr("Cost of devices after"),
        )
        self.add_text_outputs(NOTES=tr("Points to note"))

    def request(self, job: Job) -> CompareScenariosRequest:
        """Return the request."""
        from waternet_plugin.operations.dma.compare_scenarios import CompareScenariosRequest

        return CompareScenariosRequest(job.text("BEFORE"), job.text("AFTER"))

    def work(self, job: Job) -> dict[str, Any]:
        """Compare and write the outputs."""
        from waternet_plugin.operations.dma.compare_scenarios import FIGURES, compare_scenarios

        network = job.open_network()
        found = compare_scenarios(network, self.request(job), job.progress.part(0.0, 0.9))
        job.tell(warnings=found.messages)
        zones = [("zone_id", "text"), ("name", "text"), ("differs", "text")]
        for figure in FIGURES:
            kind = "integer" if figure in _COUNTS else "real"
            zones += [(f"{figure}_before", kind), (f"{figure}_after", kind)]
        lines, points = ({"geometry": one, "crs": network.crs} for one in ("LineStringZ", "Point"))
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.zone_figures, zones),
            "OUTPUT_PIPES": job.write_sink("OUTPUT_PIPES", found.moved_pipes, _PIPES, **lines),
            "OUTPUT_DEVICES": job.write_sink("OUTPUT_DEVICES", found.device_places, _DEVICES, **points),
            "ZONES": sum(one.differs for one in found.drawings.zones),
            "PIPES": found.drawings.pipes,
            "LENGTH_M": found.drawings.length_m,
            "DEVICES": len(found.devices),
            "COST_BEFORE": found.costs[0],
            "COST_AFTER": found.costs[1],
            "NOTES": "\n".join(found.messages),
        }
