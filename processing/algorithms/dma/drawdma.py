"""Draw metered areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeatureRequest, QgsProcessing, QgsProcessingUtils, QgsVectorLayer

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.dma.draw_dma import DrawRequest
    from waternet_plugin.store.network import Network

_METERS, _POLYGON, _PIPES = "meters", "polygon", "pipes"
_ZONE_COLUMNS = [("zone_id", "text"), ("name", "text"), ("pipes", "integer"), ("length_m", "real")]
_PIPE_COLUMNS = [("pipe_id", "text"), ("zone_id", "text"), ("patch", "text")]


class DrawDma(WaterNetAlgorithm):
    """Tell which pipes lie in which metered area, from meters, a polygon or pipes."""

    ID = "drawdma"
    GROUP = "dma"
    ICON = "drawdma"
    WRITES = True
    TAGS = ("dma", "metered area", "zone", "flood", "meter", "boundary", "分区", "计量", "划分", "边界")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Draw metered areas")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Assigns pipes to district metered areas (DMA). From meters: water pipes in use are followed up "
            "to boundary meters, closed valves and closed pipes, and each connected part is assigned to the "
            "area consistent with its meters. From a polygon or from pipes: they form the area named in "
            "ZONE. The polygons of the areas follow from their pipes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_choice(
            "FROM",
            tr("Draw from"),
            tr("How the pipes of an area are chosen."),
            [_METERS, _POLYGON, _PIPES],
            labels={_METERS: tr("Boundary meters"), _POLYGON: tr("A polygon"), _PIPES: tr("Pipes")},
            default=_METERS,
        )
        self.add_text(
            "INPUT",
            tr("Polygon or pipes"),
            tr(
                "From a polygon: a layer of polygons, an extent (xmin,xmax,ymin,ymax) or the id of a "
                "compound; pipes whose middle lies inside are taken. From pipes: ids separated by commas, or "
                "a layer with a column pipe_id."
            ),
        )
        self.add_text(
            "ZONE",
            tr("Metered area"),
            tr("Id of the area; one that does not exist is made. From meters, empty: all areas with meters."),
        )
        self.add_text(
            "SCENARIO",
            tr("Scenario"),
            tr("Id or name of a scenario to draw in; a new name makes one. Empty: the network."),
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr("Write areas of pipes and polygons, in one batch. Otherwise they are listed only."),
        )
        self.add_sink(
            "OUTPUT",
            tr("Metered areas"),
            tr("Changed and reported areas, with their parents."),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Every pipe with its area and patch; a patch is named after its first pipe."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_number_outputs(
            ZONES=tr("Metered areas"),
            PIPES=tr("Pipes"),
            CHANGED=tr("Pipes whose area changed"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def _request(self, job: Job, network: Network) -> DrawRequest:
        from waternet_plugin.operations.dma.draw_dma import DrawRequest

        source = job.choice("FROM")
        return DrawRequest(
            name=self.title(),
            source=source,
            zone=job.text("ZONE").strip(),
            area=printing.chosen_area(job, network, "INPUT") if source == _POLYGON else None,
            pipe_ids=_pipe_ids(job) if source == _PIPES else (),
            scenario=job.text("SCENARIO").strip(),
            store=job.flag("STORE"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Draw, and write one batch if asked for."""
        from waternet_plugin.operations.dma.draw_dma import DrawResult, draw_dma

        network = job.open_network()

        def write(done: DrawResult) -> None:
            for name, frame, columns, geometry in (
                ("OUTPUT", done.zones, _ZONE_COLUMNS, "MultiPolygon"),
                ("OUTPUT_PIPES", done.pipes, _PIPE_COLUMNS, "LineStringZ"),
            ):
                job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)

        done = draw_dma(network, self._request(job, network), job.progress, before_commit=write)
        job.tell(warnings=done.notes)
        return {
            "ZONES": len(done.zones),
            "PIPES": done.told,
            "CHANGED": done.changed,
            "BATCH_ID": done.batch_id,
        }


def _pipe_ids(job: Job) -> tuple[str, ...]:
    """Return the ids that INPUT lists, or those of a layer with a column pipe_id."""
    from waternet_plugin.core.dma.zone_tree import zone_names

    text = job.text("INPUT")
    layer = QgsProcessingUtils.mapLayerFromString(text, job.context) if text else None
    if not isinstance(layer, QgsVectorLayer) or layer.fields().lookupField("pipe_id") < 0:
        return zone_names(text)
    place = layer.fields().lookupField("pipe_id")
    request = QgsFeatureRequest().setSubsetOfAttributes([place])
    return tuple(str(feature[place]) for feature in layer.getFeatures(request) if feature[place])
