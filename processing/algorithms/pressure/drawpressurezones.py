"""Algorithm: pressure zones."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_ZONE_COLUMNS = [
    ("zone_id", "text"), ("pipe_count", "integer"), ("length_m", "real"), ("doors", "text"),
    ("sources", "text"), ("feeds", "integer"), ("ground_min_m", "real"), ("ground_max_m", "real"),
]  # fmt: skip
_PIPE_COLUMNS = [("pipe_id", "text"), ("zone_id", "text")]


class DrawPressureZones(WaterNetAlgorithm):
    """Tell which pipes lie in which pressure zone."""

    ID = "drawpressurezones"
    GROUP = "pressure"
    WRITES = True
    TAGS = ("pressure zone", "PRV", "pump", "压力分区", "减压阀", "泵站", "加压")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Draw pressure zones")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Follows potable pipes in use up to pressure reducing valves, pump stations, tanks, closed "
            "valves and closed pipes. A part with a source or a way in is a pressure zone; one that is "
            "stored keeps its id where most of its length stays. Check valves part nothing."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr("Write zones and the zone of each pipe, in one batch. Otherwise they are listed only."),
        )
        self.add_sink(
            "OUTPUT",
            tr("Pressure zones"),
            tr("Zones with their doors, sources, ways in and ground levels."),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Every potable pipe in use with its zone."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_number_outputs(ZONES=tr("Pressure zones"), CHANGED=tr("Pipes whose zone changed"))
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Draw, and write one batch with STORE."""
        from waternet_plugin.operations.pressure.draw_pressure_zones import (
            PressureZonesRequest,
            PressureZonesResult,
            draw_pressure_zones,
        )

        network = job.open_network()

        def write(done: PressureZonesResult) -> None:
            for name, frame, columns, geometry in (
                ("OUTPUT", done.zones, _ZONE_COLUMNS, "MultiPolygon"),
                ("OUTPUT_PIPES", done.pipes, _PIPE_COLUMNS, "LineStringZ"),
            ):
                job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)

        request = PressureZonesRequest(self.title(), job.flag("STORE"))
        done = draw_pressure_zones(network, request, job.progress, before_commit=write)
        job.tell(done.summary, warnings=done.notes)
        return {"ZONES": len(done.zones), "CHANGED": done.changed, "BATCH_ID": done.batch_id}
