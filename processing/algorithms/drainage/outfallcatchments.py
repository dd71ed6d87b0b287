"""Algorithm: what drains to each outfall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing, QgsProcessingParameterFeatureSource

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.polygons import polygons_of

if TYPE_CHECKING:
    import geopandas as gpd

_CATCHMENTS = [
    ("outfall_id", "text"),
    ("weather", "text"),
    ("area_m2", "real"),
    ("shared_m2", "real"),
    ("length_m", "real"),
    ("inlets", "integer"),
    ("users", "integer"),
    ("compounds", "text"),
    ("confidence", "real"),
]
_PARTS = [
    ("part_id", "integer"),
    ("compound_id", "text"),
    ("node_id", "text"),
    ("outfalls_dry", "text"),
    ("outfalls_wet", "text"),
    ("area_m2", "real"),
]
_NAMES = ("compound_id", "type")


class OutfallCatchments(WaterNetAlgorithm):
    """Divide the ground among the outfalls to which it drains."""

    ID = "outfallcatchments"
    GROUP = "drainage"
    TAGS = ("outfall", "catchment", "storm", "overflow", "排放口", "排水分区", "汇水", "雨水", "溢流", "排水")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Catchments of outfalls")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Divides the ground by where it drains and follows storm and combined drains to the outfalls:"
            " a compound with one exit is one part, elsewhere each inlet has the ground nearest to it. "
            "Overflows drain in wet weather only. Each outfall gets its area, length of drains, inlets, "
            "users and compounds, and how sure the flow is. Nothing is written."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "AREA",
            tr("Area"),
            tr(
                "The ground to divide: an extent (xmin,xmax,ymin,ymax), the id of a compound or zone, or a "
                "layer. Empty: compounds and {reach} m around drains."
            ).format(reach=f"{Settings().real('drainage.roadside_m'):g}"),
        )
        self._add(
            QgsProcessingParameterFeatureSource(
                "PLOTS",
                tr("Plots"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            ),
            tr("Polygons instead of the compounds of the network, with columns compound_id and type."),
        )
        self.add_sink(
            "OUTPUT",
            tr("Catchments"),
            tr("A polygon for each outfall and weather; shared ground counts for each of its outfalls."),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_sink(
            "OUTPUT_PARTS",
            tr("Parts"),
            tr("The ground by where its water enters the drains, each place once."),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_number_outputs(OUTFALLS=tr("Outfalls with a catchment"), PARTS=tr("Parts"))

    def work(self, job: Job) -> dict[str, Any]:
        """Divide the ground and write the outputs."""
        from waternet_plugin.operations.drainage.outfall_catchments import outfall_catchments

        network = job.open_network()
        area = printing.chosen_area(job, network)
        found = outfall_catchments(network, area, self._plots(job, network.crs), job.progress.part(0.0, 0.9))
        job.tell(found.summary)
        layer: dict[str, Any] = {"geometry": "MultiPolygon", "crs": network.crs}
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.outfalls, _CATCHMENTS, **layer),
            "OUTPUT_PARTS": job.write_sink("OUTPUT_PARTS", found.parts, _PARTS, **layer),
            "OUTFALLS": int(found.outfalls["outfall_id"].nunique()),
            "PARTS": len(found.parts),
        }

    def _plots(self, job: Job, crs: Any) -> gpd.GeoDataFrame | None:
        """Return the polygons that are taken for compounds, None for those of the network."""
        source = self.parameterAsSource(job.parameters, "PLOTS", job.context)
        if source is None:
            return None
        plots = polygons_of(job, "PLOTS", source, crs, _NAMES)
        if "compound_id" not in plots:
            plots["compound_id"] = None
        numbers = [str(number) for number in range(1, len(plots) + 1)]
        plots["compound_id"] = plots["compound_id"].where(plots["compound_id"].notna(), numbers)
        return plots
