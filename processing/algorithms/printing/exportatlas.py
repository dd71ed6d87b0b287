"""Algorithm: print a map book."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from waternet_plugin.atlas.assembly import book_forms
from waternet_plugin.atlas.layouts.layout_export import FORMATS
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

_LABELS = [
    ("sheet_no", "text"),
    ("asset", "text"),
    ("text", "text"),
    ("state", "text"),
    ("number", "integer"),
]


class ExportAtlasAlgorithm(WaterNetAlgorithm):
    """Print the sheets of a network as one PDF, or each as a file."""

    ID = "exportatlas"
    GROUP = "printing"
    ICON = "exportatlas"
    TAGS = ("atlas", "map book", "print", "pdf", "layout", "图册", "打印", "挂图")
    MAIN_THREAD_ONLY = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Map book")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Prints a PDF with searchable text, one page for each sheet that contains pipes: map at a fixed "
            "scale with coordinates, title block, overview, adjoining sheets, legend of what is on the "
            "sheet, and a table of its pipes by material."
        )

    def declare(self) -> None:
        """Add the parameters."""
        self.add_network()
        printing.add_sheet_parameters(self)
        printing.add_look_parameters(self)
        self.add_text(
            "SHEETS",
            tr("Only these sheets"),
            tr("Numbers of sheets, separated by semicolons. Empty: all sheets of the series."),
        )
        self.add_text(
            "EDITION",
            tr("Edition"),
            tr(
                "The number of the edition; one that was printed before is made anew. Empty: the next one; "
                "some SHEETS alone are then a reprint of the last one, and no edition is kept of them."
            ),
            advanced=True,
        )
        self.add_text(
            "TEMPLATE",
            tr("Page"),
            tr(
                "A page template of QGIS (.qpt) whose map has the item id “map” and the size of the sheets. "
                "Empty: sheet_a3.qpt (of the paper chosen) beside the network, else the shipped page."
            ),
            advanced=True,
        )
        self.add_flag(
            "FRONT",
            tr("Front pages and index"),
            tr(
                "Cover, contents and index map before the sheets; behind them streets and valves with their "
                "sheets, and the sums."
            ),
            default=True,
        )
        printing.add_form_parameters(self)
        self.add_file_output(
            "OUTPUT",
            tr("Map book"),
            tr(
                "The PDF to write; an existing file is replaced. A folder gets a file for each sheet, named "
                "by its number, without front pages and index."
            ),
            tr("PDF (*.pdf)"),
            optional=False,
        )
        self.add_sink(
            "LABELS",
            tr("Labels"),
            tr(
                "A row for each pipe on each sheet: what its label says, and whether it is placed on the "
                "map, listed on the sheet under a number, or short: too short on paper for a label, or not "
                "drawn at this scale."
            ),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr(
                "Each sheet with its pages in the PDF, number of pipes and nodes, metres of pipe, and the "
                "reason where it could not be printed."
            ),
            tr("JSON (*.json)"),
        )
        self.add_text_outputs(NOTE=tr("What is to be said of the edition and of the maps"))
        self.add_number_outputs(
            PAGES=tr("Number of pages"),
            SHEETS=tr("Number of sheets"),
            RESUMED=tr("Sheets taken over from a run that was stopped"),
            FAILED=tr("Sheets that could not be printed"),
            LENGTH_M=tr("Length on all sheets in m"),
            LABELS_PLACED=tr("Pipes with a label on the map"),
            LABELS_LISTED=tr("Pipes with a label in the list of their sheet"),
        )

    def check(self, job: Job) -> None:
        """Refuse what can't be printed before anything is read."""
        printing.check_sheet_parameters(job)
        printing.check_look_parameters(job)
        printing.check_code(job, "TABLE", book_forms.TABLES)
        printing.check_code(job, "FORMAT", FORMATS)
        book_forms.check_template(job.text("TEMPLATE"))
        book_forms.check_place(Path(job.output_file("OUTPUT")), _form(job))

    def work(self, job: Job) -> dict[str, Any]:
        """Cut the sheets and print them."""
        from waternet_plugin.atlas import book
        from waternet_plugin.atlas.book_report import write_book_report

        language = job.text("LANGUAGE") or texts.language()
        with job.open_network() as network:
            printed = book.export_book(
                network,
                Path(job.output_file("OUTPUT")),
                replace(printing.sheet_request(job, network), printed=tuple(ids_of(job.text("SHEETS")))),
                form=_form(job),
                looks=book.MapLook(job.choice("THEME"), job.choice("PALETTE"), language),
                progress=job.progress,
            )
        printing.tell_of_book(job, printed)
        report = job.new_file("REPORT")
        if report:
            write_book_report(Path(report), printed)
        figures: dict[str, Any] = {**printed.figures, "NOTE": printed.note}
        figures["LABELS"] = job.write_sink("LABELS", printed.labels, _LABELS)
        return {"OUTPUT": str(printed.path), **figures} if printed.pages else figures


def _form(job: Job) -> book_forms.BookForm:
    """Return how the book is made."""
    return book_forms.BookForm(
        Path(job.text("TEMPLATE")) if job.text("TEMPLATE") else None,
        job.choice("TABLE"),
        job.integer("DPI"),
        edition=book_forms.edition_of(job.text("EDITION")),
        front=job.flag("FRONT"),
        format=job.choice("FORMAT"),
    )
