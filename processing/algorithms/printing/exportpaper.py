"""Algorithm: papers that a manager signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.atlas.assembly import book_forms
from waternet_plugin.atlas.pages.page_layout import WALL_LETTERS
from waternet_plugin.bridge.styling import look
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.papers.paper_kinds import WALL_MAP
from waternet_plugin.processing import choice_labels, printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.atlas.papers.wall_map import WallForm
    from waternet_plugin.operations.papers.paper_request import PaperRequest

_BETWEEN = ";"
_WALL_PAPER = "A1"


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
        "挂图",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Papers")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes a paper of the network as PDF, Word document, workbook or HTML page: the book of a "
            "compound in six parts, the file of a zone, the monthly report or the ledger of a programme, "
            "the statistics of the yearbook, the network on one page, or a wall map on one sheet. What is "
            "not recorded is named as missing and never made up. A .json of the same name holds the figures."
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
        self.add_choice(
            "THEME",
            tr("Theme"),
            tr("Of a wall map: what its colours show."),
            list(look.themes()),
            labels=choice_labels.themes(),
            default="system",
        )
        self.add_choice(
            "PAPER", tr("Paper size"), tr("Of a wall map."), list(WALL_LETTERS), default=_WALL_PAPER
        )
        self.add_number(
            "SCALE",
            tr("Scale 1:"),
            tr(
                "Of a wall map: the denominator of its scale; 0: the first of 200 to 10000 at which all fits."
            ),
            default=0,
            between=(0, printing.LARGEST),
        )
        self.add_text(
            "TEMPLATE",
            tr("Page"),
            tr(
                "Of a wall map: a page template of QGIS (.qpt) with the map of the shipped one. Empty: "
                "wall_a1.qpt (of the paper chosen) beside the network, else the shipped page."
            ),
            advanced=True,
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
                "A file that ends in .pdf, .docx, .xlsx or .html (a wall map in .pdf alone), with all "
                "subjects; or a folder, which gets a PDF for each subject, named by its id. An existing "
                "file is replaced."
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
        from waternet_plugin.atlas.papers.paper_files import ENDINGS, PDF, check_ending

        printing.check_language(job)
        printing.check_code(job, "THEME", look.themes())
        printing.check_code(job, "PAPER", WALL_LETTERS)
        printing.check_scale(job)
        book_forms.check_template(job.text("TEMPLATE"))
        _request(job)
        output = Path(job.output_file("OUTPUT"))
        if not _is_folder(output):
            check_ending(output, (PDF,) if job.choice("KIND") == WALL_MAP else ENDINGS)

    def work(self, job: Job) -> dict[str, Any]:
        """Make the papers and write them."""
        from waternet_plugin import language
        from waternet_plugin.atlas.papers.paper_files import write_papers
        from waternet_plugin.operations.papers.make_papers import make_papers

        spoken = job.text("LANGUAGE") or texts.language()
        network, output = job.open_network(), Path(job.output_file("OUTPUT"))
        with language.speaking(spoken):
            made = make_papers(network, _request(job), job.progress.part(0.0, 0.3).without_texts())
            new = Path(job.new_folder("OUTPUT") if _is_folder(output) else job.new_file("OUTPUT"))
            progress = job.progress.part(0.3, 1.0).without_texts()
            pages, files = write_papers(
                network, made, new, output, name=job.choice("KIND"), language=spoken, progress=progress,
                wall=_wall_form(job, spoken) if job.choice("KIND") == WALL_MAP else None,
            )  # fmt: skip
        job.tell(
            [tr("%n file(s) written.", "", files)],
            warnings=[f"{subject}: {reason}" for subject, reason in made.failed.items()],
        )
        return {"OUTPUT": str(output), "PAGES": pages, "FILES": files, "FAILED": len(made.failed)}


def _is_folder(output: Path) -> bool:
    return output.is_dir() or not output.suffix


def _wall_form(job: Job, spoken: str) -> WallForm:
    from waternet_plugin.atlas.papers.wall_map import WallForm

    scale, template = job.number("SCALE"), job.text("TEMPLATE")
    return WallForm(job.choice("THEME"), spoken, job.choice("PAPER"), scale, template)


def _request(job: Job) -> PaperRequest:
    from waternet_plugin.core.months import read_month
    from waternet_plugin.operations.papers.paper_request import PaperRequest

    return PaperRequest(
        kind=job.choice("KIND"),
        subjects=tuple(each.strip() for each in job.text("SUBJECT").split(_BETWEEN) if each.strip()),
        month=read_month("MONTH", job.text("MONTH")) if job.has("MONTH") else None,
        as_of=job.date("AS_OF"),
        theme=job.choice("THEME"),
    )
