"""Algorithm: cut a network into map sheets."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


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
            "Divides the network into map sheets for a scale and paper size and writes those that contain "
            "pipes, from north-west to south-east. A sheet is numbered by the coordinates of its south-west "
            "corner in km, northing first; the grid is anchored at the origin of the coordinate system, so "
            "a sheet keeps its number when the network grows. The map book has one page for each of these "
            "sheets."
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
                "Sheet number, row and column, and the numbers of the eight neighbouring sheets "
                "(north-west, north, north-east, west, east, south-west, south, south-east), separated by "
                "semicolons."
            ),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
            optional=False,
        )
        self.add_number_outputs(
            SHEETS=tr("Number of sheets"),
        )

    def check(self, job: Job) -> None:
        """Refuse a scale or paper that is none."""
        printing.check_sheet_parameters(job)
        printing.check_look_parameters(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Cut the sheets and write them."""
        from waternet_plugin.atlas.sheets import sheet_series
        from waternet_plugin.atlas.sheets.sheets import left_out_text

        with job.open_network() as network:
            sheets = sheet_series.sheets_of(
                network,
                scale=job.number("SCALE"),
                paper=job.choice("PAPER"),
                area=printing.chosen_area(job, network),
                progress=job.progress,
            )
            columns = [("sheet_no", "text"), ("row", "integer"), ("col", "integer"), ("neighbours", "text")]
            output = job.write_sink("OUTPUT", sheets.index, columns, geometry="Polygon", crs=network.crs)
        if sheets.strays:
            job.warn(left_out_text(sheets.strays))
        return {"OUTPUT": output, "SHEETS": len(sheets.index)}
