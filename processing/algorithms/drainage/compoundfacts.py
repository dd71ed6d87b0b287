"""Algorithm: what lies in each compound and each drainage grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing, QgsProcessingParameterFeatureSource

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.polygons import given_polygons

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.gather_facts import FactsRequest

_UNITS = [
    ("unit", "text"),
    ("compound_id", "text"),
    ("grid_id", "text"),
    ("users", "integer"),
    ("permits", "integer"),
    ("persons", "real"),
    ("sewage_m", "real"),
    ("storm_m", "real"),
    ("combined_m", "real"),
    ("potable_m", "real"),
    ("manholes", "integer"),
    ("inlets", "integer"),
    ("septic_tanks", "integer"),
    ("grease_traps", "integer"),
    ("sediment_tanks", "integer"),
    ("tank_volume_m3", "real"),
    ("exits", "integer"),
    ("outfalls", "integer"),
    ("misconnections", "integer"),
    ("overdue", "integer"),
    ("buildings", "integer"),
]
_LENGTHS = [("compound_id", "text"), ("system", "text"), ("owner", "text"), ("length_m", "real")]
_EXITS = [("compound_id", "text"), ("node_id", "text"), ("system", "text"), ("to_node", "text")]
_LEFT = [
    ("table", "text"),
    ("asset", "text"),
    ("state", "text"),
    ("unit", "text"),
    ("named", "text"),
    ("lies_in", "text"),
]


class TellCompoundFacts(WaterNetAlgorithm):
    """Count and measure what lies in compounds and grids."""

    ID = "compoundfacts"
    GROUP = "drainage"
    ICON = "outfallcatchments"
    WRITES = True
    TAGS = (
        "compound",
        "grid",
        "users",
        "facilities",
        "小区",
        "网格",
        "排水户",
        "设施",
        "一张图",
        "三池",
        "排水",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Facts of compounds")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Tells what lies in each compound and each drainage grid: users and permits, lengths of pipes "
            "cut at the boundary, manholes, inlets, tanks, exits with the municipal node they reach, "
            "outfalls, misconnections, tanks overdue and buildings. An asset belongs to the compound that it "
            "names, else to the one around it; a compound to the grid that it names, else to the one with "
            "most of it. What lies in no unit, in two, or in another than it names is listed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self._add(
            QgsProcessingParameterFeatureSource(
                "BUILDINGS",
                tr("Buildings"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            ),
            tr("Polygons of buildings, which are counted. Empty: their number stays unknown."),
        )
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Date, YYYY-MM-DD, on which permits and tanks are judged. Empty: today."),
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr(
                "Fill in the compound of pipes, nodes and users that name none and lie in one, and the grid "
                "of compounds that name none, in one batch that can be undone. What is filled in stays."
            ),
        )
        self.add_sink(
            "OUTPUT",
            tr("Compounds and grids"),
            tr("A polygon for each compound and each grid with its figures."),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_sink(
            "OUTPUT_LENGTHS",
            tr("Lengths by system and owner"),
            tr("Metres of pipes in use in each compound by system and owner."),
            kind=QgsProcessing.SourceType.TypeVector,
        )
        self.add_sink(
            "OUTPUT_EXITS",
            tr("Exits"),
            tr("Where drains leave each compound, by system, and the first municipal node downstream."),
        )
        self.add_sink(
            "OUTPUT_LEFT",
            tr("What lies elsewhere"),
            tr(
                "Assets in use that lie in no unit (none), in several (two), or in another than they name "
                "(other). The column unit says whether compounds or grids are meant."
            ),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Compounds, grids, exits and outfalls; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            COMPOUNDS=tr("Compounds"),
            GRIDS=tr("Grids"),
            LEFT=tr("Assets that lie elsewhere"),
            FILLED=tr("Rows filled in"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse a date that is none."""
        job.date("AS_OF")

    def work(self, job: Job) -> dict[str, Any]:
        """Count, write the outputs, and one batch if asked."""
        from waternet_plugin.operations.compounds.gather_facts import FactsResult, gather_facts

        network = job.open_network()

        def write(found: FactsResult) -> None:
            polygons: dict[str, Any] = {"geometry": "MultiPolygon", "crs": network.crs}
            points: dict[str, Any] = {"geometry": "Point", "crs": network.crs}
            job.write_sink("OUTPUT", found.units, _UNITS, **polygons)
            job.write_sink("OUTPUT_LENGTHS", found.facts.lengths, _LENGTHS)
            job.write_sink("OUTPUT_EXITS", found.exits, _EXITS, **points)
            job.write_sink("OUTPUT_LEFT", found.left, _LEFT, **points)
            job.write_report("REPORT", found.report)

        found = gather_facts(network, self._request(job, network.crs), job.progress, before_commit=write)
        job.tell(found.summary, warnings=found.notes)
        units = found.units["unit"]
        return {
            "COMPOUNDS": int((units == "compound").sum()),
            "GRIDS": int((units == "grid").sum()),
            "LEFT": len(found.left),
            "FILLED": sum(map(len, found.facts.filled.values())) if found.batch_id else 0,
            "BATCH_ID": found.batch_id,
        }

    def _request(self, job: Job, crs: Any) -> FactsRequest:
        """Return what was asked for."""
        from waternet_plugin.operations.compounds.gather_facts import FactsRequest

        buildings = given_polygons(job, "BUILDINGS", crs, ())
        return FactsRequest(self.title(), job.date("AS_OF"), buildings, job.flag("STORE"))
