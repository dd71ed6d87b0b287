"""Make the book of projects: a list with a map of all, then a sheet for each."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtGui import QPainter

from waternet_plugin.atlas.imprint import imprint_of
from waternet_plugin.atlas.map_layers import MapContent, map_content
from waternet_plugin.atlas.pages import printed_tables
from waternet_plugin.atlas.pages.page import Imprint, Sign
from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.paint import draw_map, map_settings
from waternet_plugin.atlas.pages.pdf_pages import DOTS_PER_MM, pdf_pages
from waternet_plugin.atlas.pages.pen import Pen
from waternet_plugin.atlas.projects import project_contents, project_map, project_page
from waternet_plugin.atlas.projects.project_facts import HEADING_MM, SheetBasis
from waternet_plugin.atlas.projects.project_map import MapView
from waternet_plugin.atlas.projects.project_page import FOOT, FRAME, HEAD, PAGE, Number, PageContent
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.store import Network

_THEME = "plan"
# What stands under the table of pipes, and between facts and table.
_NOTE_MM, _GAP_MM = 4.0, 4.0
# Every layer that shows at this scale is in the book; the scale of each map sorts the rest out.
_NEAREST = 500.0


@dataclass(frozen=True)
class _Studio:
    """All that pages are drawn with."""

    content: MapContent
    halo: QgsVectorLayer
    families: tuple[str, ...]
    imprint: Imprint
    basis: SheetBasis
    words: PageWords

    def pen(self, painter: QPainter, ground: MapView | None) -> Pen:
        """Return a pen for a page."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return Pen(painter, DOTS_PER_MM, self.families, ground.scale if ground else _NEAREST)

    def signs(self, scale: float) -> list[Sign]:
        """Return the years of the plan as the map draws them."""
        signs: dict[str, Sign] = {}
        for layer in self.content.pipes[:1]:
            for item in layer.renderer().legendSymbolItems():
                # The project's legend has two blanks between label and length.
                label = item.label().split("  ", maxsplit=1)[0]
                if item.symbol() is not None and label.isdigit() and item.isScaleOK(scale):
                    signs.setdefault(label, Sign(item.symbol().clone(), label))
        return list(signs.values())

    def draw_ground(
        self,
        painter: QPainter,
        ground: MapView,
        shapes: Sequence[Any],
        numbers: Sequence[Number],
        failures: Sequence[tuple[float, float]] = (),
    ) -> None:
        """Draw the map with some projects lifted out, its labels beside what is drawn over it."""
        project_map.lift(self.halo, shapes)
        settings = map_settings(self.content, self.content.project.crs(), ground.frame)
        free = project_page.label_free_map_boxes(self.imprint, ground, numbers, failures)
        draw_map(painter, settings, self.content.project, ground.frame, ground.bounds, free)


def _first_rows(dossier: Dossier, studio: _Studio, painter: QPainter) -> int:
    """Return how many pipes fit on the first page of a project: measured by drawing nothing that is kept."""
    probe = PageContent(dossier, FRAME, None, 1, 1, 0, 0)
    painter.save()
    painter.setClipRect(0, 0, 0, 0)
    low = project_page.draw_facts(studio.pen(painter, None), probe, studio.basis, studio.words)
    painter.restore()
    return printed_tables.rows_that_fit(FOOT.y - _NOTE_MM - low - _GAP_MM - HEADING_MM)


def _paginate(
    dossiers: Sequence[Dossier], studio: _Studio, first_page: int, painter: QPainter
) -> list[PageContent]:
    """Return all sheets of the projects in their order."""
    later = printed_tables.rows_that_fit(FOOT.y - _NOTE_MM - HEAD.bottom - 2.0 - HEADING_MM)
    sheet_parts: list[tuple[Dossier, Box, int, int]] = []
    for dossier in dossiers:
        frame, parts = project_page.parted(len(dossier.pipes), _first_rows(dossier, studio, painter), later)
        sheet_parts += [(dossier, frame, start, end) for start, end in parts]
    pages = first_page - 1 + len(sheet_parts)
    return [
        PageContent(
            dossier,
            frame,
            project_map.map_view_of([dossier.geom], frame) if start == 0 else None,
            first_page + index,
            pages,
            start,
            end,
        )
        for index, (dossier, frame, start, end) in enumerate(sheet_parts)
    ]


def _draw_sheet(painter: QPainter, studio: _Studio, sheet: PageContent) -> None:
    dossier, words, ground = sheet.dossier, studio.words, sheet.view
    pen = studio.pen(painter, ground)
    y = HEAD.bottom + 2.0
    if sheet.first == 0:
        if ground is not None:
            numbers = project_page.numbers_of(ground, dossier)
            failures = project_page.failures_of(ground, dossier)
            studio.draw_ground(painter, ground, [dossier.geom], numbers, failures)
            project_page.draw_map_frame(pen, studio.imprint, ground, words)
            for x, y in failures:
                project_page.draw_failure(pen, x, y)
            for number in numbers:
                number.draw(pen)
            marks = [("halo", words("map_project"))]
            if len(dossier.failures):
                marks.append(("failure", words("map_failure")))
            signs = studio.signs(ground.scale)
            project_page.draw_legend(pen, sheet.frame.bottom, ground.scale, marks, signs)
        else:
            project_page.draw_neat_line(pen, sheet.frame, words("no_place"))
        y = project_page.draw_facts(pen, sheet, studio.basis, words) + _GAP_MM
    project_page.head_of(pen, dossier, words)
    project_page.draw_pipes(pen, sheet, y, studio.basis, words)
    project_page.draw_foot(pen, studio.imprint, studio.basis, words, sheet.page, sheet.pages)


def export_projects(
    network: Network,
    dossiers: Sequence[Dossier],
    output: Path,
    *,
    basis: SheetBasis,
    language: str = "en",
    progress: Progress = SILENT,
) -> int:
    """Print a list and a sheet for each project to one PDF and return the number of pages.

    A file that is there is replaced when the new one is complete. Only in the main thread.

    Parameters
    ----------
    dossiers
        The projects, in their order.
    output
        The PDF.
    basis
        What the sheets rest on.
    language
        As for building a project.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    if not dossiers:
        raise InputError(tr("There is no project to print. Make a plan, or choose projects of it."))
    words, families = PageWords(language), page_fonts.page_families(language)
    content = map_content(
        Path(network.uri), theme=_THEME, palette="print", language=language, scale=_NEAREST, families=families
    )
    try:
        halo = project_map.halo_layer(content)
        studio = _Studio(
            project_map.with_halo(content, halo),
            halo,
            families,
            imprint_of(
                network.settings(),
                name=network.title,
                crs=network.crs,
                theme=_THEME,
                scale=_NEAREST,
                pages=len(dossiers),
                words=words,
                today=datetime.date.today(),
            ),
            basis,
            words,
        )
        title = f"{studio.imprint.title} {words('projects')}"
        with pdf_pages(output, PAGE, title) as book:
            _write(book, dossiers, studio, progress)
        return int(book.count)
    finally:
        # Layers must be gone before QGIS is, whoever still holds the project.
        content.project.clear()


def _write(book: Any, dossiers: Sequence[Dossier], studio: _Studio, progress: Progress) -> None:
    """Draw the list, then the sheets."""
    frame, lists = project_contents.pages_of(dossiers) if len(dossiers) > 1 else (FRAME, [])
    painter = book.next()
    sheets = _paginate(dossiers, studio, len(lists) + 1, painter)
    pages = len(lists) + len(sheets)
    page_of = {sheet.dossier.project_id: sheet.page for sheet in reversed(sheets)}
    shapes = [dossier.geom for dossier in dossiers]
    for number, rows in enumerate(lists):
        progress.at(0.0)
        painter = painter if number == 0 else book.next()
        ground = project_map.map_view_of(shapes, frame) if number == 0 else None
        if ground is not None:
            studio.draw_ground(painter, ground, shapes, project_contents.numbers_of(dossiers, ground))
        pen = studio.pen(painter, ground)
        imprint, basis, words = studio.imprint, studio.basis, studio.words
        project_contents.draw(pen, dossiers, rows, ground, page_of, imprint, basis, words)
        if ground is not None:
            marks = [("halo", words("map_projects"))]
            project_page.draw_legend(pen, frame.bottom, ground.scale, marks, studio.signs(ground.scale))
        project_page.draw_foot(pen, imprint, basis, words, number + 1, pages)
    for index, sheet in enumerate(sheets):
        progress.at(index / len(sheets))
        painter = painter if not lists and index == 0 else book.next()
        _draw_sheet(painter, studio, sheet)
        if book.is_broken:
            return
