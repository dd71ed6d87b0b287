"""Algorithm: hand the network over as survey data."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import choice_labels, printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.survey.export_survey import ExportSurveyRequest

_FORMATS = ["cjj61_xlsx", "cjj61_csv", "dxf"]
_AXES = ["x_north", "x_east"]
_LEVELS = ["cjj61", "top", "invert"]


class ExportSurveyAlgorithm(WaterNetAlgorithm):
    """Write point and line tables of CJJ 61 or a drawing, with a statement of quality."""

    ID = "exportsurvey"
    GROUP = "survey"
    ICON = "export"
    TAGS = ("cjj 61", "survey", "dxf", "xlsx", "csv", "handover", "测量", "汇交", "成果表", "管线点", "移交")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Hand over survey data")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes pipes and nodes in use as point and line tables of CJJ 61 (a workbook or CSV files, one "
            "pair of tables per class) with standard codes, or as a DXF drawing by layer with the same "
            "blocks and codes. Vertices of pipes become points. What was exported can be imported again as "
            "the same network. What tables can't hold is named in the report, which also states the quality "
            "of the data."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        printing.add_area(self)
        self.add_text(
            "SYSTEMS", tr("Systems"), tr("Systems to hand over, separated by semicolons. Empty: all systems.")
        )
        self.add_choice(
            "FORMAT",
            tr("Format"),
            tr("cjj61_xlsx: a workbook; cjj61_csv: a folder of CSV files; dxf: a drawing."),
            _FORMATS,
            labels=choice_labels.handover_formats(),
            default="cjj61_xlsx",
        )
        self.add_choice(
            "AXES",
            tr("Axes"),
            tr("What the column X of the tables holds. In a drawing x is always east."),
            _AXES,
            labels=choice_labels.axes(),
            default="x_north",
        )
        self.add_text(
            "CRS",
            tr("Coordinate system"),
            tr("Code of the coordinate system to hand over in, such as EPSG:4547. Empty: the network's."),
        )
        self.add_choice(
            "LEVEL_OF",
            tr("Levels of pipes"),
            tr("cjj61: crown of pressure pipes, invert of gravity pipes; top: crown; invert: invert."),
            _LEVELS,
            labels=choice_labels.level_references(),
            default="cjj61",
        )
        self.add_text(
            "LANGUAGE",
            tr("Language"),
            tr("Language of tables and report: zh_CN as in the standard, or en."),
            default="zh_CN",
        )
        self.add_file_output(
            "OUTPUT",
            tr("Survey data"),
            tr("File to write (.xlsx or .dxf); for CSV a folder. Files that are there are replaced."),
            tr("Workbook (*.xlsx)") + ";;" + tr("DXF drawing (*.dxf)") + ";;" + tr("All files (*)"),
            optional=False,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Statement of data quality, and what tables can't hold; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            POINTS=tr("Number of points"), LINES=tr("Number of lines"), LENGTH_M=tr("Length (m)")
        )

    def check(self, job: Job) -> None:
        """Refuse words that are not known."""
        _request(job, "")
        printing.check_language(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Read the network and write the files."""
        from waternet_plugin.language import speaking
        from waternet_plugin.operations.survey.export_survey import ExportSurveyResult, export_survey

        request = _request(job, job.output_file("OUTPUT"))
        network = job.open_network()
        request = replace(request, area=printing.chosen_area(job, network))
        language = partial(speaking, job.text("LANGUAGE") or "zh_CN")

        def report(done: ExportSurveyResult) -> None:
            with language():
                job.write_report("REPORT", done.report)

        done = export_survey(network, request, job.progress, speaking=language, before_placing=report)
        job.tell([done.summary], warnings=done.notes)
        return {
            "OUTPUT": request.output_path,
            "POINTS": done.points,
            "LINES": done.lines,
            "LENGTH_M": done.length_m,
        }


def _request(job: Job, output_path: str) -> ExportSurveyRequest:
    """Return what was asked for."""
    from waternet_plugin.core.schema.csvfiles import words
    from waternet_plugin.operations.survey.export_survey import ExportSurveyRequest

    return ExportSurveyRequest(
        output_path,
        job.choice("FORMAT"),
        tuple(words(job.text("SYSTEMS").replace(",", ";"))),
        axes=job.choice("AXES"),
        crs=job.text("CRS"),
        level_of=job.choice("LEVEL_OF"),
    )
