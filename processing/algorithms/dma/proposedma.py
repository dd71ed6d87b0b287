"""Algorithm: metered areas proposed."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.zone_parameters import add_zone_rules, add_zone_sizes, zone_options

_ZONE_COLUMNS = [
    ("zone_id", "text"),
    ("size", "real"),
    ("length_m", "real"),
    ("customers", "integer"),
    ("inlets", "integer"),
    ("cost", "real"),
    ("households", "real"),
    ("closings", "integer"),
]
_PIPE_COLUMNS = [("pipe_id", "text"), ("zone_id", "text"), ("reason", "text")]
_BOUNDARY_COLUMNS = [
    ("pipe_id", "text"),
    ("device", "text"),
    ("at_node", "text"),
    ("zone_in", "text"),
    ("zone_out", "text"),
    ("node_id", "text"),
    ("diameter_mm", "real"),
    ("cost", "real"),
    ("at_end", "text"),
    ("existing", "text"),
]


class ProposeDma(WaterNetAlgorithm):
    """Divide the network into metered areas within bounds, with inlets and valves to close."""

    ID = "proposedma"
    GROUP = "dma"
    ICON = "proposedma"
    WRITES = True
    TAGS = ("DMA", "district", "metered", "zone", "partition", "分区", "计量", "方案", "独立计量区")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Propose metered areas")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Divides the drinking water network into zones of the size asked for, with as few meters and "
            "closed valves as possible, and compares three solutions: fewest devices, most even sizes, "
            "lowest cost. Every zone is one piece, holds a source or is fed through its inlets, the widest "
            "ways first; all other crossings are closed, at existing valves where possible. Zones are not "
            "changed; with SCENARIO, the solution is kept as a scenario that can be adopted."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        add_zone_sizes(self)
        add_zone_rules(self)
        self.add_sink(
            "OUTPUT",
            tr("Zones"),
            tr("One row per zone, with the lines of its pipes."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Every pipe with its zone, or the reason why it is in none."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_BOUNDARY",
            tr("Boundary"),
            tr("One row per meter and closed crossing, where the pipe is cut from the other zone."),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The three solutions side by side and the chosen one; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(ZONES=tr("Zones"), DEVICES=tr("Devices"), COST=tr("Cost"))
        self.add_text_outputs(SCENARIO_ID=tr("Scenario id"), BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse options that no proposal can be made of."""
        zone_options(job).check()

    def work(self, job: Job) -> dict[str, Any]:
        """Divide the network and write the outputs."""
        from waternet_plugin.operations.dma.propose_dma import (
            ProposeDmaRequest,
            ProposeDmaResult,
            propose_dma,
        )

        network = job.open_network()
        # Only the report tells of pressures: without one nobody waits for EPANET.
        request = ProposeDmaRequest(
            zone_options(job), job.text("SCENARIO"), self.title(), wants_pressures=job.has("REPORT")
        )

        def write(done: ProposeDmaResult) -> None:
            for name, frame, columns, geometry in (
                ("OUTPUT", done.zones, _ZONE_COLUMNS, "MultiLineStringZ"),
                ("OUTPUT_PIPES", done.pipes, _PIPE_COLUMNS, "LineStringZ"),
                ("OUTPUT_BOUNDARY", done.boundary, _BOUNDARY_COLUMNS, "PointZ"),
            ):
                job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            job.write_report("REPORT", done.report)

        done = propose_dma(network, request, job.progress, before_commit=write)
        check = done.hydraulics[done.proposals.chosen]
        told = ". ".join(line for line in (check.sentence(), check.age_sentence()) if line)
        job.tell([done.report.lead, told] if request.wants_pressures else [done.report.lead])
        best = done.proposals.best
        return {
            "ZONES": len(best.zones),
            "DEVICES": best.devices,
            "COST": best.cost,
            "SCENARIO_ID": done.scenario_id,
            "BATCH_ID": done.batch_id,
        }
