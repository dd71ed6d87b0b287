"""Print a wall map: one sheet of large paper, its legend, and the totals beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.atlas.imprint import imprint_of
from waternet_plugin.atlas.layouts.layout_export import export_page
from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.layouts.sheet_layout import BookLook, NamedTable, SheetLayout
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.page_contents import pages_of
from waternet_plugin.atlas.pages.page_layout import wall_plan
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.papers.map_form import MapForm
from waternet_plugin.atlas.sheets.series_basis import SeriesBasis, read_series_basis
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.atlas.sheets.wall_sheet import wall_sheet
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.project.project_basis import read_project_basis
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report, ReportTable, cell_text

if TYPE_CHECKING:
    from waternet_plugin.atlas.pages.page import Imprint
    from waternet_plugin.core.reports.papers.paper_words import PaperHead
    from waternet_plugin.operations.papers.wall_map import WallPaper
    from waternet_plugin.store import Network

_PALETTE, _DPI = "print", 300.0
# Shares of the width that columns of the totals take: the name, then figures.
_NAME_SHARE = 0.46


class WallPrinter:
    """Prints the wall maps of a network, which is read once.

    Parameters
    ----------
    network
        Open.
    form
        How.
    head
        What papers say of the network.
    """

    def __init__(self, network: Network, form: MapForm, head: PaperHead) -> None:
        self._form, self._words = form, PageWords(form.language)
        self._families = page_fonts.page_families(form.language)
        self._basis: SeriesBasis = read_series_basis(network)
        self._project_basis = read_project_basis(network)
        # What the maps are without, as a sentence; '' for nothing.
        self.note = ""
        imprint = imprint_of(
            network.settings(),
            name=head.network,
            crs=network.crs,
            theme=form.theme,
            scale=form.scale,
            pages=1,
            words=self._words,
            today=head.as_of,
        )
        self._imprint = replace(imprint, edition=head.edition)

    def write(self, path: Path, target: Path, paper: WallPaper, progress: Progress = SILENT) -> int:
        """Print a map to a PDF, and its figures as .json beside it; return its pages.

        Parameters
        ----------
        path
            Where it is written.
        target
            Where it goes, which is named when it can't be written.
        paper
            What it shows.

        Raises
        ------
        WaterNetError
            With one sentence; nothing is written then.
        """
        form = self._form
        sheets = wall_sheet(
            self._basis, paper=form.paper, scale=form.scale, area=paper.place, name=paper.name
        )
        form = replace(form, paper=sheets.request.paper)
        imprint = replace(self._imprint, scale=sheets.scale)
        progress.at(0.2)
        self._draw(path, form, sheets, imprint, paper.report)
        row = sheets.index.iloc[0]
        figures: dict[str, Any] = {
            "theme": form.theme,
            "paper": form.paper,
            "scale": sheets.scale,
            "pipe_count": int(row["pipe_count"]),
            "node_count": int(row["node_count"]),
            "length_m": float(row["length_m"]),
        }
        figures.update(paper.report.figures)
        if self.note:
            figures["note"] = self.note
        replace(paper.report, title=imprint.heading, figures=figures).prepare_figures(path, target)
        return 1

    def _draw(self, path: Path, form: MapForm, sheets: Sheets, imprint: Imprint, report: Report) -> None:
        """Print the sheet; only in the main thread."""
        template = form.template_path(self._project_basis.address)
        frame = wall_plan(form.paper).page.frame
        content = map_content(
            self._project_basis,
            theme=form.theme,
            palette=_PALETTE,
            language=form.language,
            scale=sheets.scale,
            families=self._families,
            templates=[template],
        )
        self.note = content.missing_text
        chosen = look.Look(look.ON_PAPER[_PALETTE], form.language)
        try:
            with scratch.folder(None, "wall") as folder:
                shared = BookLook(self._words, self._families, imprint)
                layout = SheetLayout(template, (frame.width, frame.height), content, shared, folder)
                pages = list(pages_of(sheets, content, form.theme, chosen, self._words))
                layout.prepare(pages, None)
                room = layout.table.rows if layout.table is not None else 0
                totals = totals_table(report, room, self._words)
                layout.fill(replace(pages[0], streets=""), number=1, pages=1, totals=totals)
                export_page(layout.layout, path, dpi=_DPI)
                # The layout must be gone before the project is.
                del layout
        finally:
            # Layers must be gone before QGIS is, whoever still holds the project.
            content.project.clear()


def totals_table(report: Report, room: int, words: PageWords) -> NamedTable:
    """Return the totals of a report as a table with room for some rows; sums are not left out."""
    section = report.sections[0]
    table = section.table or ReportTable((), ())
    rows, strong = list(table.rows), table.sums
    others = [number for number in range(len(rows)) if number not in strong]
    if others and len(rows) > room:
        rest = others[max(room - 1 - len(strong), 0) :]
        figures = list(zip(*(rows[number] for number in rest)))[1:]
        # Those of several sums count unlike things.
        summed = (_sum(column) if len(strong) == 1 else "" for column in figures)
        rows[rest[-1]] = (words("and_more").format(n=len(rest)), *summed)
        kept = [number for number in range(len(rows)) if number not in rest[:-1]]
        rows, strong = [rows[number] for number in kept], frozenset(map(kept.index, strong))
    texts = [tuple(cell_text(value, table.decimals)[0] for value in row) for row in rows]
    figure_count = len(table.columns) - 1
    text = TableText(
        rows=(table.columns, *texts),
        shares=(_NAME_SHARE, *[(1.0 - _NAME_SHARE) / figure_count] * figure_count),
        numeric=(False, *[True] * figure_count),
        strong=frozenset(number + 1 for number in strong),
    )
    return NamedTable(section.title, text)


def _sum(column: tuple[Any, ...]) -> Any:
    """Return the sum of numbers; shares have none."""
    return "" if any(isinstance(value, str) for value in column) else sum(column)
