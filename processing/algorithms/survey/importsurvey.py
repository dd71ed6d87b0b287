"""Algorithm: import the files of a survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest


class ImportSurvey(WaterNetAlgorithm):
    """Turn a surveyor's files into nodes and pipes with their evidence."""

    ID = "importsurvey"
    GROUP = "survey"
    WRITES = True
    KIND = "survey"
    TAGS = (
        "survey",
        "CASS",
        "CJJ 61",
        "dat",
        "RTK",
        "point table",
        "测量",
        "物探",
        "点表",
        "线表",
        "普查",
        "导入",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Import a survey")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Turns the files of a survey into nodes and pipes: text files of receivers and total stations, "
            "tables of CJJ 61, workbooks, drawings. Axes, zone and heights are decided by evidence; what "
            "stays open has to be answered in DECISIONS. Every row is imported, merged, rejected or skipped. "
            "One batch is written, with a backup, and can be undone as a whole."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "INPUT",
            tr("Survey files"),
            tr(
                "Files or folders, joined by semicolons. Photos that a column names lie beside the file; "
                "they are copied into the folder of the network's files."
            ),
            optional=False,
        )
        self.add_text(
            "MAPPING",
            tr("Mapping"),
            tr(
                "A JSON file or the JSON text: preset, tables, values, id_prefix, encoding, decisions. "
                "May be empty."
            ),
        )
        self.add_text(
            "DECISIONS",
            tr("Decisions"),
            tr(
                "A JSON file or the JSON text: answers to what a dry run leaves open, for all files or under "
                "“files” for single ones; angles says decimal or packed degrees; level_columns names the "
                "field of a column of levels, or leave_out; sheets names sheets that are left out because "
                "nobody knows what they hold; again imports known files once more; take says what of a "
                "recheck is taken; work_area, work_from and work_to say where and when was surveyed."
            ),
        )
        self.add_choice(
            "PURPOSE",
            tr("Purpose"),
            tr(
                "A census of what is there; an as-built survey, whose lines take the place of planned pipes; "
                "or a recheck of nodes, whose differences are listed, and taken as DECISIONS say."
            ),
            ["census", "as_built", "recheck"],
            labels={
                "census": tr("Census of existing pipes"),
                "as_built": tr("As-built survey before backfill"),
                "recheck": tr("Recheck of surveyed points"),
            },
            default="census",
        )
        self.add_choice(
            "LINES",
            tr("Lines"),
            tr(
                "Where lines come from where the files have points. Lines that are made of points take what "
                "their points agree in, such as material and size."
            ),
            ["table", "design", "sequence"],
            labels={
                "table": tr("as the files list or draw them"),
                "design": tr("along the planned pipes"),
                "sequence": tr("points in the order of the file"),
            },
            default="table",
        )
        self.add_choice(
            "ROWS",
            tr("Rows"),
            tr("Whether rows with errors stop the run (all) or are rejected alone (valid)."),
            ["all", "valid"],
            labels={"all": tr("All, or none where any has an error"), "valid": tr("Those without errors")},
            default="all",
        )
        self.add_number(
            "JOIN_TOLERANCE",
            tr("Join tolerance (m)"),
            tr("Distance in plan up to which a point joins a node of the network."),
            default=0.05,
            between=(0, 10),
        )
        self.add_flag("DRY_RUN", tr("Dry run"), tr("Only report what would be imported."))
        self.add_sink(
            "OUTPUT_ROWS",
            tr("Rows of the files"),
            tr(
                "Every row with its verdict (imported, merged, rejected, skipped), the reason and its assets."
            ),
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Verified pipes"),
            tr("The verdict on each planned pipe that was surveyed, with deviations, cover and reasons."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_sink("OUTPUT_CHECKS", tr("Checks"), tr("What the checks found, errors first."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Files, decisions, questions and checks; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            ROWS_IN=tr("Rows read"),
            ROWS_IMPORTED=tr("Rows imported"),
            ROWS_MERGED=tr("Rows merged"),
            ROWS_REJECTED=tr("Rows rejected"),
            ROWS_SKIPPED=tr("Rows skipped"),
            NODES_WRITTEN=tr("Nodes written"),
            PIPES_WRITTEN=tr("Pipes written"),
            QUESTIONS=tr("Open decisions"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> ImportSurveyRequest:
        """Return the request."""
        from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest

        return ImportSurveyRequest(
            inputs=job.text("INPUT"),
            mapping=job.text("MAPPING"),
            decisions=job.text("DECISIONS"),
            purpose=job.choice("PURPOSE"),
            lines=job.choice("LINES"),
            valid_only=job.choice("ROWS") == "valid",
            join_tolerance_m=job.number("JOIN_TOLERANCE"),
            dry_run=job.flag("DRY_RUN"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Read, decide, check and write one batch."""
        from waternet_plugin.bridge.sinks import columns_of
        from waternet_plugin.operations.survey.import_survey import ImportSurveyResult, import_survey

        outputs: dict[str, Any] = {}
        network = job.open_network()
        lines: dict[str, Any] = {"geometry": "LineStringZ", "crs": network.crs}

        def write(done: ImportSurveyResult) -> None:
            outputs.update(
                OUTPUT_PIPES=job.write_sink("OUTPUT_PIPES", done.pipes, columns_of("verification"), **lines),
                OUTPUT_ROWS=job.write_sink("OUTPUT_ROWS", done.rows, _columns(done.rows)),
                OUTPUT_CHECKS=job.write_sink("OUTPUT_CHECKS", done.checks, _columns(done.checks)),
                REPORT=job.write_report("REPORT", done.report),
            )

        done = import_survey(network, self.request(job), job.progress, before_commit=write)
        job.tell(done.summary)
        counts = {f"ROWS_{name.upper()}": count for name, count in done.counts.items()}
        written = (done.nodes_written, done.pipes_written) if done.batch_id else (0, 0)
        counts.update(zip(("NODES_WRITTEN", "PIPES_WRITTEN"), written))
        counts.update(ROWS_IN=len(done.rows), QUESTIONS=len(done.questions))
        return {**outputs, **counts, "BATCH_ID": done.batch_id}


def _columns(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return [(str(name), "integer" if name == "row_no" else "text") for name in frame.columns]
