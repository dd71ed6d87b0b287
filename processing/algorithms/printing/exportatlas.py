"""Algorithm: print a map book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_LABELS = [
    ("sheet_no", "text"),
    ("asset", "text"),
    ("text", "text"),
    ("state", "text"),
    ("number", "integer"),
]


class ExportAtlasAlgorithm(WaterNetAlgorithm):
    """Print the sheets of a network as one PDF."""

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
        self.add_file_output(
            "OUTPUT",
            tr("Map book"),
            tr("The PDF to write; an existing file is replaced."),
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
        self.add_number_outputs(
            PAGES=tr("Number of pages"),
            LABELS_PLACED=tr("Pipes with a label on the map"),
            LABELS_LISTED=tr("Pipes with a label in the list of their sheet"),
        )

    def check(self, job: Job) -> None:
        """Refuse what can't be printed before anything is read."""
        printing.check_sheet_parameters(job)
        printing.check_look_parameters(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Cut the sheets and print them."""
        from waternet_plugin.atlas import book
        from waternet_plugin.atlas.sheets.sheets import left_out_text

        language = job.text("LANGUAGE") or texts.language()
        with job.open_network() as network:
            printed = book.export_book(
                network,
                Path(job.output_file("OUTPUT")),
                printing.sheet_request(job, network),
                looks=book.MapLook(job.choice("THEME"), job.choice("PALETTE"), language),
                progress=job.progress,
            )
        job.info(tr("%n page(s) printed.", "", printed.pages))
        if printed.strays:
            job.warn(left_out_text(printed.strays))
        states = printed.labels["state"].value_counts()
        return {
            "OUTPUT": str(printed.path),
            "PAGES": printed.pages,
            "LABELS": job.write_sink("LABELS", printed.labels, _LABELS),
            "LABELS_PLACED": int(states.get("placed", 0)),
            "LABELS_LISTED": int(states.get("listed", 0)),
        }
