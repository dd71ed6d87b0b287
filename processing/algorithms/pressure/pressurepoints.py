"""Algorithm: what points of pressure read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.pressure.read_pressure_points import PressurePointsRequest

_POINT_COLUMNS = [
    ("node_id", "text"), ("zone_id", "text"), ("lowest_mpa", "real"), ("lowest_at", "text"),
    ("mean_mpa", "real"), ("night_mpa", "real"), ("hours_below", "real"), ("coverage", "real"),
]  # fmt: skip
_ZONE_COLUMNS = [
    ("zone_id", "text"), ("points", "integer"), ("worst_node", "text"), ("lowest_mpa", "real"),
    ("hours_below", "real"), ("excess_m", "real"), ("area_km2", "real"), ("km2_per_point", "real"),
    ("lacks", "text"),
]  # fmt: skip


class PressurePoints(WaterNetAlgorithm):
    """Tell where pressure is too low or too high, and where points are lacking."""

    ID = "pressurepoints"
    GROUP = "pressure"
    WRITES = True
    TAGS = ("pressure", "worst point", "logger", "压力", "最不利点", "测压点", "压力监测")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Pressure points")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "From readings of pressure (pressure_mpa): lowest, mean and night pressure of each point, hours "
            "below the required one, and by stored pressure zone the worst point, the excess at night, and "
            "where points are lacking. A value holds one usual step; gaps have no value."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("FROM", tr("From"), tr("First day, YYYY-MM-DD. Empty: from the first reading."))
        self.add_text("TO", tr("To"), tr("Last day, YYYY-MM-DD. Empty: to the last reading."))
        self.add_number(
            "REQUIRED",
            tr("Required pressure (MPa)"),
            tr("Pressure that must be there at each point. Empty: the setting, 0.14."),
            default=None,
            between=(0.001, 2.0),
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr(
                "Write lowest and highest pressure of pipes, estimated from the nearest point of their zone "
                "and the ground at their ends, in one batch. Values that are not estimated stay."
            ),
        )
        self.add_sink(
            "OUTPUT",
            tr("Points"),
            tr("Every point with readings in that time."),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_ZONES",
            tr("Pressure zones"),
            tr("Every stored pressure zone with its worst point."),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Zones and points; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            POINTS=tr("Points"), LOWEST_MPA=tr("Lowest pressure (MPa)"), PIPES=tr("Pipes with a new pressure")
        )
        self.add_text_outputs(WORST_NODE=tr("Worst point"), BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Read the points, and write one batch with STORE."""
        from waternet_plugin.operations.pressure.read_pressure_points import (
            PressurePointsResult,
            read_pressure_points,
        )

        network = job.open_network()

        def write(done: PressurePointsResult) -> None:
            for name, frame, columns, geometry in (
                ("OUTPUT", done.points, _POINT_COLUMNS, "Point"),
                ("OUTPUT_ZONES", done.zones, _ZONE_COLUMNS, "MultiPolygon"),
            ):
                job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            job.write_report("REPORT", done.report)

        done = read_pressure_points(network, self.request(job), job.progress, before_commit=write)
        job.tell(done.summary, warnings=done.notes)
        worst_node, lowest_mpa = done.worst
        return {
            "POINTS": len(done.points),
            "LOWEST_MPA": lowest_mpa,
            "PIPES": done.written,
            "WORST_NODE": worst_node,
            "BATCH_ID": done.batch_id,
        }

    def request(self, job: Job) -> PressurePointsRequest:
        """Return the request of these parameters."""
        from waternet_plugin.operations.pressure.read_pressure_points import PressurePointsRequest

        required_mpa = job.number("REQUIRED") if job.has("REQUIRED") else None
        return PressurePointsRequest(
            self.title(), job.date("FROM"), job.date("TO"), required_mpa, job.flag("STORE")
        )
