"""Algorithm: cut a network into map sheets."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [
    ("sheet_no", "text"),
    ("row", "integer"),
    ("col", "integer"),
    ("neighbours", "text"),
    ("page", "integer"),
    ("pipe_count", "integer"),
    ("node_count", "integer"),
    ("length_m", "real"),
    ("angle_deg", "real"),
    ("changed", "integer"),
]


class SheetIndexAlgorithm(WaterNetAlgorithm):
    """Write the sheets on which pipes lie, with their numbers and neighbours."""

    ID = "sheetindex"
    GROUP = "printing"
    ICON = "sheetindex"
    TAGS = ("atlas", "map sheet", "grid", "图幅", "接图表", "图幅结合表")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Sheet index")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Divides the network into map sheets for a scale and paper and writes those that contain pipes,"
            " with the number of pipes and nodes on each and the length of the pipes. A sheet of a grid is "
            "numbered by the coordinates of its south-west corner in km, northing first; the grid is "
            "anchored at the origin of the coordinate system, so a sheet keeps its number when the network "
            "grows. Strips along pipes are numbered S01, S02 and so on, sheets of compounds, zones and "
            "projects by their id. The map book has one page for each of these sheets."
        )

    def declare(self) -> None:
        """Add the parameters."""
        self.add_network()
        printing.add_sheet_parameters(self)
        printing.add_look_parameters(self, advanced=True)
        self.add_sink(
            "OUTPUT",
            tr("Sheets"),
            tr(
                "Sheet number, row and column, the numbers of the eight neighbouring sheets (north-west, "
                "north, north-east, west, east, south-west, south, south-east; separated by semicolons), "
                "page, number of pipes and nodes and metres of pipe on the sheet without connectors and "
                "removed pipes, and how far the map is turned clockwise."
            ),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
            optional=False,
        )
        self.add_number_outputs(
            SHEETS=tr("Number of sheets"),
            LENGTH_M=tr("Length on all sheets in m"),
        )

    def check(self, job: Job) -> None:
        """Refuse a scale or paper that is none."""
        printing.check_sheet_parameters(job)
        printing.check_look_parameters(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Cut the sheets and write them."""
        from waternet_plugin.atlas.sheets.series_basis import read_series_basis
        from waternet_plugin.atlas.sheets.sheet_series import sheets_of

        with job.open_network() as network:
            request = printing.sheet_request(job, network)
            sheets = sheets_of(read_series_basis(network, request), request, job.progress)
            output = job.write_sink("OUTPUT", sheets.index, _COLUMNS, geometry="Polygon", crs=network.crs)
        printing.tell_of_sheets(job, sheets)
        return {"OUTPUT": output, "SHEETS": len(sheets.index), "LENGTH_M": sheets.length_m}
