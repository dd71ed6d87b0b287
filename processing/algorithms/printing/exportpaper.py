"""Algorithm: papers that a manager signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.atlas.assembly import book_forms
from waternet_plugin.atlas.pages.page_layout import TEXT_PAPER, WALL_LETTERS, map_paper
from waternet_plugin.bridge.styling import look
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.papers.paper_kinds import WALL_MAP
from waternet_plugin.processing import choice_labels, printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.atlas.papers.map_form import MapForm
    from waternet_plugin.operations.papers.paper_request import PaperRequest

_BETWEEN = ";"
_PAPERS = (TEXT_PAPER, *WALL_LETTERS)


class ExportPaperAlgorithm(WaterNetAlgorithm):
    """Write the papers by which the work is judged."""

    ID = "exportpaper"
    GROUP = "printing"
    ICON = "exportatlas"
    MAIN_THREAD_ONLY = True
    TAGS = (
        "report", "dossier", "yearbook", "statistics", "word", "pdf", "一户一册", "一区一档", "月报", "统计",
        "报表", "挂图",
    )  # fmt: skip

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
            tr("What the colours of maps show."),
            list(look.themes()),
            labels=choice_labels.themes(),
            default="system",
        )
        self.add_choice(
            "PAPER",
            tr("Paper size"),
            tr("Of maps. Empty: A4 between pages of text; of a wall map A1 or A0, which it fills better."),
            list(_PAPERS),
        )
        self.add_number(
            "SCALE",
            tr("Scale 1:"),
            tr(
                "Of maps: the denominator; 0: the first of 200 to 10000 at which all fits. Between pages of "
                "text a map that does not fit gets the next that does."
            ),
            default=0,
            between=(0, printing.LARGEST),
        )
        self.add_text(
            "TEMPLATE",
            tr("Page"),
            tr(
                "Of maps: a page template of QGIS (.qpt) with the map of the shipped one. Empty: "
                "paper_map_a4.qpt, of larger paper wall_a1.qpt and the like, beside the network, else the "
                "shipped page."
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
        self.add_text_outputs(NOTE=tr("What the maps are without"))
        self.add_number_outputs(
            PAGES=tr("Number of pages"),
            FILES=tr("Number of files"),
            FAILED=tr("Subjects without a paper, or without a map"),
        )

    def check(self, job: Job) -> None:
        """Refuse a month to come, a language that is none, and an ending that no paper has."""
        from waternet_plugin.atlas.papers.paper_files import ENDINGS, PDF, check_ending

        printing.check_language(job)
        printing.check_code(job, "THEME", look.themes())
        printing.check_code(job, "PAPER", _PAPERS)
        _map_paper(job)
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
            written = write_papers(
                network, made, new, output, name=job.choice("KIND"), form=_map_form(job, spoken),
                is_wall_map=job.choice("KIND") == WALL_MAP, progress=progress,
            )  # fmt: skip
        failed = {**written.failed_maps, **made.failed}
        reasons = (f"{subject}: {reason}" for subject, reason in failed.items())
        warnings = filter(None, [written.note, *reasons])
        job.tell([tr("%n file(s) written.", "", written.files)], warnings=warnings)
        counts = {"PAGES": written.pages, "FILES": written.files, "FAILED": len(failed)}
        return {"OUTPUT": str(output), "NOTE": written.note, **counts}


def _is_folder(output: Path) -> bool:
    return output.is_dir() or not output.suffix


def _map_form(job: Job, spoken: str) -> MapForm:
    from waternet_plugin.atlas.papers.map_form import MapForm

    paper = _map_paper(job)
    return MapForm(spoken, job.choice("THEME"), paper, job.number("SCALE"), job.text("TEMPLATE"))


def _map_paper(job: Job) -> str:
    chosen, is_wall_map = job.choice("PAPER") if job.has("PAPER") else "", job.choice("KIND") == WALL_MAP
    return map_paper(chosen, is_wall_map=is_wall_map, has_own_page=bool(job.text("TEMPLATE")))


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
