"""Algorithm: papers that a manager signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.papers.paper_request import PaperRequest

_BETWEEN = ";"


class ExportPaperAlgorithm(WaterNetAlgorithm):
    """Write the papers by which the work is judged."""

    ID = "exportpaper"
    GROUP = "printing"
    ICON = "exportatlas"
    MAIN_THREAD_ONLY = True
    TAGS = (
        "report",
        "dossier",
        "yearbook",
        "statistics",
        "word",
        "pdf",
        "一户一册",
        "一区一档",
        "月报",
        "统计",
        "报表",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Papers")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes a paper of the network as PDF, Word document, workbook or HTML page: the book of a "
            "compound in six parts, the file of a zone, the monthly report or the ledger of a programme, "
            "the statistics of the yearbook, or the network on one page. What is not recorded is named as "
            "missing and never made up. A .json of the same name holds the figures."
        )

    def declare(self) -> None:
        """Add the parameters."""
        from waternet_plugin.operations.papers.paper_kinds import KINDS, STATISTICS, kind_label

        self.add_network()
        labels = {code: kind_label(code) for code in KINDS}
        self.add_choice(
            "KIND", tr("Paper"), tr("Which paper."), list(KINDS), labels=labels, default=STATISTICS
        )
        self.add_text(
            "SUBJECT",
            tr("Subject"),
            tr(
                "What the paper is about: ids of compounds or zones, or codes of programmes, separated by "
                "semicolons; empty: all."
            ),
        )
        self.add_text(
            "MONTH",
            tr("Month"),
            tr("Month as YYYY-MM; empty: the month before that of AS_OF. A month to come is refused."),
        )
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Day on which all is judged, as YYYY-MM-DD; empty: today."),
        )
        self.add_text(
            "LANGUAGE",
            tr("Language"),
            tr("Language of the paper, en or zh_CN; empty: the language of QGIS."),
        )
        self.add_file_output(
            "OUTPUT",
            tr("Paper as a file"),
            tr(
                "A file that ends in .pdf, .docx, .xlsx or .html, with all subjects; or a folder, which "
                "gets a PDF for each subject, named by its id. An existing file is replaced."
            ),
            "PDF (*.pdf);;Word (*.docx);;Excel (*.xlsx);;HTML (*.html)",
            optional=False,
        )
        self.add_number_outputs(
            PAGES=tr("Number of pages"),
            FILES=tr("Number of files"),
            FAILED=tr("Subjects without a paper"),
        )

    def check(self, job: Job) -> None:
        """Refuse a month to come, a language that is none, and an ending that no paper has."""
        from waternet_plugin.atlas.papers.paper_files import check_ending

        printing.check_language(job)
        _request(job)
        place = Path(job.output_file("OUTPUT"))
        if not _is_folder(place):
            check_ending(place)

    def work(self, job: Job) -> dict[str, Any]:
        """Make the papers and write them."""
        from waternet_plugin import language
        from waternet_plugin.atlas.papers.paper_files import write_papers
        from waternet_plugin.operations.papers.make_papers import make_papers

        spoken = job.text("LANGUAGE") or texts.language()
        network, place = job.open_network(), Path(job.output_file("OUTPUT"))
        with language.speaking(spoken):
            made = make_papers(network, _request(job), job.progress.part(0.0, 0.3).without_texts())
            new = Path(job.new_folder("OUTPUT") if _is_folder(place) else job.new_file("OUTPUT"))
            progress = job.progress.part(0.3, 1.0).without_texts()
            pages, files = write_papers(
                network, made, new, place, name=job.choice("KIND"), language=spoken, progress=progress
            )
        job.tell(
            [tr("%n file(s) written.", "", files)],
            warnings=[f"{subject}: {reason}" for subject, reason in made.failed.items()],
        )
        return {"OUTPUT": str(place), "PAGES": pages, "FILES": files, "FAILED": len(made.failed)}


def _is_folder(place: Path) -> bool:
    return place.is_dir() or not place.suffix


def _request(job: Job) -> PaperRequest:
    from waternet_plugin.core.months import read_month
    from waternet_plugin.operations.papers.paper_request import PaperRequest

    return PaperRequest(
        kind=job.choice("KIND"),
        subjects=tuple(each.strip() for each in job.text("SUBJECT").split(_BETWEEN) if each.strip()),
        month=read_month("MONTH", job.text("MONTH")) if job.has("MONTH") else None,
        as_of=job.date("AS_OF"),
    )
