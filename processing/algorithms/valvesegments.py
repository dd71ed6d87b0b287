"""Algorithm: segments between isolation valves."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.waterworks import add_supply_parameters, read_waterworks

_SEGMENT_COLUMNS = [
    ("segment_id", "text"),
    ("node_count", "integer"),
    ("pipe_count", "integer"),
    ("length_m", "real"),
    ("customers", "integer"),
    ("valves", "integer"),
    ("unintended_segments", "integer"),
    ("criticality", "integer"),
    ("households", "integer"),
    ("critical", "integer"),
    ("unintended_customers", "integer"),
    ("supplied", "text"),
    ("rank", "integer"),
]
_VALVE_COLUMNS = [
    ("node_id", "text"),
    ("segments", "text"),
    ("pipes", "integer"),
    ("closed", "text"),
    ("finding", "text"),
    ("merged_customers", "integer"),
    ("added_customers", "integer"),
    ("added_length_m", "real"),
    ("exact", "text"),
]


class ValveSegments(WaterNetAlgorithm):
    """List the segments that isolation valves cut the network into, the worst first."""

    ID = "valvesegments"
    GROUP = "analysis"
    ICON = "valvesegments"
    TAGS = ("valve", "segment", "isolation", "critical", "阀门", "分段", "隔离", "关阀")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Segments between valves")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Cuts the water network into segments, the parts that no isolation valve divides, and says for "
            "each what shutting it costs: its own customers, and those of other segments that lose every way "
            "to a source with it. For each valve it says how many more customers lose water when it fails. "
            "Hydraulics are not checked."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        add_supply_parameters(self)
        self.add_sink(
            "OUTPUT",
            tr("Segments"),
            tr("One row a segment, the one that cuts off most customers first."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_VALVES",
            tr("Valves"),
            tr("One row a valve: its segments, what is odd about it, and what its failing adds."),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Segments and valves whose loss hurts most; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_number_output("SEGMENTS", tr("Segments"))
        self.add_number_output("VALVES", tr("Valves"))
        self.add_number_output("UNINTENDED", tr("Segments that cut off others"))

    def work(self, job: Job) -> dict[str, Any]:
        """Find the segments and write the outputs."""
        from waternet_plugin.core.network import shapes
        from waternet_plugin.core.network.ranking import rank_segments
        from waternet_plugin.core.reports.segments import segments_report

        network = job.open_network()
        works = read_waterworks(job, network, geometry=False, progress=job.progress.part(0.0, 0.6))
        job.progress.at(0.6, tr("Following what depends on each segment"))
        ranking = rank_segments(works, progress=job.progress.part(0.6, 0.9))
        report = segments_report(works, ranking, network=network.name)
        job.progress.at(0.9, tr("Writing"))
        segments = ranking.segments
        if job.has("OUTPUT"):
            segments = shapes.of_segments(works, segments)
        output = job.write_sink(
            "OUTPUT", segments, _SEGMENT_COLUMNS, geometry="MultiLineStringZ", crs=network.crs
        )
        valves = shapes.at_nodes(works, ranking.valves)
        output_valves = job.write_sink(
            "OUTPUT_VALVES", valves, _VALVE_COLUMNS, geometry="PointZ", crs=network.crs
        )
        return {
            "OUTPUT": output,
            "OUTPUT_VALVES": output_valves,
            "REPORT": job.write_report("REPORT", report),
            "SEGMENTS": len(segments),
            "VALVES": len(valves),
            "UNINTENDED": int((segments["unintended_segments"] > 0).sum()),
        }
