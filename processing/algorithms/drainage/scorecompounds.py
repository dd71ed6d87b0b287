"""Algorithm: scores of compounds in a month, and what raises them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.score_compounds import ScoreRequest

_COLUMNS = [
    ("compound_id", "text"), ("name", "text"), ("score_low", "real"), ("score_high", "real"),
    ("grade", "text"), ("hours", "real"), ("zero_discharge", "text"), ("blocked_by", "text"),
]  # fmt: skip
_INDICATOR_COLUMNS = [
    ("compound_id", "text"), ("indicator", "text"), ("numerator", "real"), ("denominator", "real"),
    ("value", "real"), ("points", "real"), ("source", "text"),
]  # fmt: skip
_ACTION_COLUMNS = [
    ("compound_id", "text"), ("indicator", "text"), ("to_points", "real"), ("quantity", "real"),
    ("hours", "real"),
]  # fmt: skip


class ScoreCompounds(WaterNetAlgorithm):
    """Score all compounds for a month by ten indicators, and tell what raises each score."""

    ID = "scorecompounds"
    GROUP = "drainage"
    ICON = "drawdma"
    WRITES = True
    TAGS = (
        "compound",
        "score",
        "indicator",
        "zero discharge",
        "小区",
        "评分",
        "考核",
        "指标",
        "零直排",
        "提分",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Scores of compounds")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Scores each compound for a month by ten indicators: rounds, drains, manholes and inlets worked "
            "on, separation, sewage collected, zero discharge, cases handled in time, complaints and "
            "satisfaction. What is unknown makes a range, and a grade is given only where both ends agree. "
            "It tells the work of fewest hours to the next grade, the hours that the month asks for, and "
            "which of the seven criteria stand between a compound and zero discharge. Bands, and how the "
            "source is read where it is unclear, are settings with a version (drainage.score.…)."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "MONTH",
            tr("Month"),
            tr("Month as YYYY-MM; empty: the month before that of AS_OF. A month to come is refused."),
        )
        self.add_text(
            "RULES",
            tr("Version of the bands"),
            tr("Version of the bands in the settings (drainage.score.VERSION.…); empty: the newest."),
        )
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Day on which all is judged, as YYYY-MM-DD; empty: today. Nothing later counts."),
        )
        self.add_flag(
            "STORE",
            tr("Keep in the network"),
            tr(
                "Write the computed indicators of the month as one batch that can be undone. They replace "
                "those computed before; what was entered stays and stands above them."
            ),
        )
        self.add_sink(
            "OUTPUT",
            tr("Scores"),
            tr(
                "Each compound with the range of its points, grade (excellent, qualified, failed, open), "
                "hours needed in the month, zero discharge (yes, no, unknown), and what blocks it."
            ),
            kind=QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_sink(
            "OUTPUT_INDICATORS",
            tr("Indicators"),
            tr(
                "Ten rows a compound: numerator, denominator, value, points (empty: unknown), and whether it "
                "was entered or computed."
            ),
            kind=QgsProcessing.SourceType.TypeVector,
        )
        self.add_sink(
            "OUTPUT_ACTIONS",
            tr("What raises the scores"),
            tr(
                "The work of fewest hours that lifts the low end of a score to the next grade: rounds, "
                "metres of drains, manholes and inlets; and, without hours, what no work of the month buys."
            ),
            kind=QgsProcessing.SourceType.TypeVector,
        )
        self.add_folder(
            "SHEETS",
            tr("Folder of the sheets"),
            tr("A folder for a PDF of one page for each compound, named by its id."),
        )
        self.add_file_output(
            "CHECKLISTS",
            tr("Checklists"),
            tr("A workbook, a sheet a list: items of compounds, zones, intake points and pump rooms."),
            "XLSX (*.xlsx)",
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The month on a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            COMPOUNDS=tr("Compounds"),
            OPEN=tr("Compounds whose grade is open"),
            HOURS=tr("Hours needed this month"),
            ZERO_DISCHARGE=tr("Zero-discharge compounds"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"), NOTES=tr("Points to note"))

    def request(self, job: Job) -> ScoreRequest:
        """Return the request."""
        from waternet_plugin.core.months import read_month
        from waternet_plugin.operations.compounds.score_compounds import ScoreRequest

        return ScoreRequest(
            month=read_month("MONTH", job.text("MONTH")) if job.has("MONTH") else None,
            version=job.text("RULES"),
            as_of=job.date("AS_OF"),
            store=job.flag("STORE"),
            with_sheets=job.has("SHEETS"),
            name=tr("Scores of compounds"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Score the compounds and write the outputs, and one batch if asked."""
        from waternet_plugin.atlas.report import print_pages
        from waternet_plugin.operations.compounds.read_checklists import network_sheets
        from waternet_plugin.operations.compounds.score_compounds import ScoreResult, score_network_compounds

        network = job.open_network()

        def outputs(found: ScoreResult) -> None:
            job.write_sink("OUTPUT", found.scores, _COLUMNS, geometry="MultiPolygon", crs=network.crs)
            job.write_sink("OUTPUT_INDICATORS", found.indicators, _INDICATOR_COLUMNS)
            job.write_sink("OUTPUT_ACTIONS", found.actions, _ACTION_COLUMNS)
            job.write_report("REPORT", found.report)
            if job.has("CHECKLISTS"):
                checklists = network_sheets(network, job.date("AS_OF"))
                job.write_workbook("CHECKLISTS", checklists)
            if job.has("SHEETS"):
                print_pages(Path(job.new_folder("SHEETS")), found.sheets, job.progress.part(0.8, 1.0))

        found = score_network_compounds(network, self.request(job), job.progress, before_commit=outputs)
        job.tell(found.summary, warnings=found.notes)
        scores = found.scores
        return {
            "CHECKLISTS": job.written.get("CHECKLISTS", ""),
            "COMPOUNDS": len(scores),
            "OPEN": int((scores["grade"] == "open").sum()),
            "HOURS": float(scores["hours"].sum()),
            "ZERO_DISCHARGE": int((scores["zero_discharge"] == "yes").sum()),
            "BATCH_ID": found.batch_id,
            "NOTES": "\n".join(found.notes),
        }
