"""Algorithm: segments between isolation valves."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import add_supply_parameters

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
            "Divides the water network into segments, the parts between isolation valves, and shows for "
            "each what shutting it off costs: its own customers, and those of other segments that lose "
            "every path to a source. For each valve it shows how many more customers lose water if it "
            "fails. Hydraulics are not checked."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        add_supply_parameters(self)
        self.add_sink(
            "OUTPUT",
            tr("Segments"),
            tr("One row per segment, the one that cuts off most customers first."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_VALVES",
            tr("Valves"),
            tr("One row per valve: its segments, what is unusual about it, and what its failure adds."),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Segments and valves with the greatest impact; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            SEGMENTS=tr("Segments"),
            VALVES=tr("Valves"),
            UNINTENDED=tr("Segments that cut off others"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Find the segments and write the outputs."""
        from waternet_plugin.operations.network.valve_segments import SegmentsRequest, valve_segments

        network = job.open_network()
        request = SegmentsRequest(
            tanks_are_sources=job.flag("TANKS_ARE_SOURCES"), directed=job.flag("DIRECTED")
        )
        found = valve_segments(network, request, job.progress.part(0.0, 0.9))
        job.progress.at(0.9, tr("Writing"))
        outputs = {
            name: job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            for name, frame, columns, geometry in (
                ("OUTPUT", found.segments, _SEGMENT_COLUMNS, "MultiLineStringZ"),
                ("OUTPUT_VALVES", found.valves, _VALVE_COLUMNS, "PointZ"),
            )
        }
        return {
            **outputs,
            "REPORT": job.write_report("REPORT", found.report),
            "SEGMENTS": len(found.segments),
            "VALVES": len(found.valves),
            "UNINTENDED": found.unintended,
        }
