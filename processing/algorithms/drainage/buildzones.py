"""Algorithm: zero-discharge zones of neighbouring catchments."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing, QgsProcessingParameterFeatureSource

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.polygons import given_polygons, unreadable

_COLUMNS = [
    ("zone_id", "text"),
    ("outfalls", "text"),
    ("area_km2", "real"),
    ("state", "text"),
    ("ready", "integer"),
    ("blocked_by", "text"),
]
_POLYGONS = [QgsProcessing.SourceType.TypeVectorPolygon]


class BuildZones(WaterNetAlgorithm):
    """Group neighbouring catchments of outfalls to zones, and tell what blocks zero discharge in each."""

    ID = "buildzones"
    GROUP = "drainage"
    ICON = "drawdma"
    WRITES = True
    TAGS = ("zone", "outfall", "catchment", "zero discharge", "零直排", "分区", "排水分区", "排放口", "街道")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Zero-discharge zones")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Groups neighbouring catchments of outfalls, which share at least {edge} m of edge, to the "
            "fewest zones within the limits, each in one piece; of equally few the most compact ones. "
            "Catchments that fit into no zone are listed. For each zone it lists what still blocks zero "
            "discharge: open misconnections M1 to M8, as far as they are kept as issues, interceptors, "
            "and outfalls at which sewage was seen last."
        ).format(edge=f"{Settings().real('drainage.zone_edge_m'):g}")

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self._add(
            QgsProcessingParameterFeatureSource("CATCHMENTS", tr("Catchments"), _POLYGONS),
            tr(
                "What “Catchments of outfalls” wrote: polygons with outfall_id and weather. The wet ones "
                "count, without any the dry ones. Catchments that share ground stay together."
            ),
        )
        self.add_number(
            "MIN_KM2",
            tr("Smallest zone, km2"),
            tr("Zones below it are left over."),
            default=2.0,
            between=(0, 1e6),
        )
        self.add_number(
            "MAX_KM2",
            tr("Largest zone, km2"),
            tr("A larger catchment is a zone of its own."),
            default=5.0,
            between=(0, 1e6),
        )
        self._add(
            QgsProcessingParameterFeatureSource("BOUNDARIES", tr("Boundaries"), _POLYGONS, optional=True),
            tr(
                "Boundaries that zones must not cross, such as sub-districts. A catchment belongs to the "
                "one that contains most of it."
            ),
        )
        self.add_flag(
            "STORE",
            tr("Keep in the network"),
            tr(
                "Write the zones as one batch that can be undone. They replace those of an earlier run that "
                "are still drafts; others stay."
            ),
        )
        self.add_sink(
            "OUTPUT",
            tr("Zones"),
            tr(
                "Each zone with its outfalls, area, state (within, too_small, too_large), whether it is "
                "ready (1), and what blocks it."
            ),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_number_outputs(
            ZONES=tr("Zones"), READY=tr("Zones that nothing blocks"), LEFT_OVER=tr("Zones outside the limits")
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse limits that make no sense."""
        from waternet_plugin.operations.drainage.build_zones import check_limits

        check_limits(job.number("MIN_KM2"), job.number("MAX_KM2"))

    def work(self, job: Job) -> dict[str, Any]:
        """Group the catchments, write the outputs, and one batch if asked."""
        from waternet_plugin.core.drainage.zoning.ground import CATCHMENT_NAMES
        from waternet_plugin.operations.drainage.build_zones import (
            ZoneRequest,
            ZoneResult,
            build_network_zones,
        )

        network = job.open_network()

        def outputs(found: ZoneResult) -> None:
            job.write_sink("OUTPUT", found.zones, _COLUMNS, geometry="MultiPolygon", crs=network.crs)

        catchments = given_polygons(job, "CATCHMENTS", network.crs, CATCHMENT_NAMES)
        if catchments is None:
            raise unreadable("CATCHMENTS")
        request = ZoneRequest(
            catchments,
            job.number("MIN_KM2"),
            job.number("MAX_KM2"),
            given_polygons(job, "BOUNDARIES", network.crs, ()),
            job.flag("STORE"),
        )
        found = build_network_zones(network, request, job.progress, before_commit=outputs)
        job.tell(found.summary, warnings=found.notes)
        return {
            "ZONES": int((found.zones["state"] == "within").sum()),
            "READY": int(found.zones["ready"].sum()),
            "LEFT_OVER": int((found.zones["state"] != "within").sum()),
            "BATCH_ID": found.batch_id,
        }
