"""A report as a PDF to hand on: A4, wide tables on A3, charts as drawings, a foot with the page on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from qgis.PyQt.QtCore import QPointF, QRectF, QSizeF
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QTextDocument

from waternet_plugin.atlas.chart import Chart
from waternet_plugin.atlas.page_breaks import Break, first_fault, picture_boxes, rows_at_end, tables_of
from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.pdf_pages import DOTS_PER_MM, pdf_pages
from waternet_plugin.atlas.report_document import column_shares, report_document, report_font
from waternet_plugin.bridge.printing.page_fonts import page_families
from waternet_plugin.core import texts
from waternet_plugin.core.colours import NOTE
from waternet_plugin.core.files.file_names import free_names
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report, ReportSection, html_table
from waternet_plugin.core.texts import tr

_A4, _A3_ACROSS = Box(0.0, 0.0, 210.0, 297.0), Box(0.0, 0.0, 420.0, 297.0)
_MARGIN_MM, _FOOT_MM = 18.0, 8.0
# Below a large map there is no room for the foot but at the edge.
_EDGE_MM = 4.0
_FOOT_PT = 7.0
# Letters of a report that is to fit one page, against the usual ones: from easily read to just readable.
_SIZES = (1.0, 0.92, 0.84, 0.76, 0.68)
# Tables are laid out in pieces of so many rows: Qt looks through all of a table for each of its pages.
_MOST_ROWS = 300


class MapDrawing(Protocol):
    """Draws the maps of a report."""

    @property
    def paper(self) -> Box:
        """The page of a map, mm."""

    def draw(self, painter: QPainter, section: ReportSection, *, number: int, pages: int) -> None:
        """Draw the map of a section on a whole page, which is page n of m."""


@dataclass(frozen=True)
class _Piece:
    """Some pages of a report: its layout, its charts by the names of their places, and how many are drawn.

    ``paper`` is the paper of all of them. A map has no layout, but its section.
    """

    document: QTextDocument | None
    charts: Mapping[str, Chart]
    pages: int
    paper: Box = _A4
    section: ReportSection | None = None

    @cached_property
    def _boxes(self) -> dict[str, QRectF]:
        return picture_boxes(self.document) if self.document is not None else {}

    def draw(self, painter: QPainter, page: int) -> None:
        """Draw a page of text, counted from 0."""
        if self.document is None:
            return
        area, margin = _area(self.paper), _MARGIN_MM * DOTS_PER_MM
        painter.save()
        painter.translate(margin, margin - page * area.height())
        self.document.drawContents(painter, QRectF(0, page * area.height(), area.width(), area.height()))
        for name, box in self._boxes.items():
            if int(box.center().y() // area.height()) == page:
                self.charts[name].draw(painter, box)
        painter.restore()


def _laid_out(
    report: Report,
    families: tuple[str, ...],
    area: QSizeF,
    size: float = 1.0,
    shares: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> tuple[QTextDocument, dict[str, Chart]]:
    """Return the report with nothing torn at the foot of a page, and its charts.

    Qt has no word for keeping a heading with what follows or a row in one piece, and loses lines where
    formats change after the layout: the report is laid out anew for each place where a page has to begin.
    """
    breaks: set[Break] = set()
    count_of = sum(section.table is not None for section in report.sections)
    while True:
        document, charts = report_document(report, families, area, breaks, size, shares)
        fault = first_fault(document, area.height(), tables_of(breaks, count_of), breaks)
        if fault is None:
            return document, charts
        breaks.add(fault)


def _in_pieces(report: Report, families: tuple[str, ...], area: QSizeF) -> Iterator[_Piece]:
    """Return the report laid out in pieces, so that long tables take as much time a page as short ones."""
    shares: dict[int, Sequence[str]] = {}
    rest = report
    while (cut := _first_long(rest)) is not None:
        head, table = rest.sections[:cut], rest.sections[cut].table
        assert table is not None
        number = sum(section.table is not None for section in head)
        if number not in shares:
            shares[number] = column_shares(html_table(table), families, area.width(), 1.0)
        begun = replace(
            rest.sections[cut], table=replace(table, rows=table.rows[:_MOST_ROWS]), note="", code=""
        )
        document, charts = _laid_out(replace(rest, sections=(*head, begun)), families, area, shares=shares)
        pages, again = document.pageCount(), rows_at_end(document, area.height())
        # What stands on the last page goes on there, unless that is all.
        drawn = pages - 1 if again < _MOST_ROWS and pages > 1 else pages
        first = _MOST_ROWS - again if drawn < pages else _MOST_ROWS
        yield _Piece(document, charts, drawn)
        end = replace(
            rest.sections[cut],
            title="",
            paragraphs=(),
            chart="",
            table=replace(table, rows=table.rows[first:]),
        )
        rest = replace(rest, title="", subtitle="", lead="", sections=(end, *rest.sections[cut + 1 :]))
        shares = {0: shares[number]}
    document, charts = _laid_out(rest, families, area, shares=shares)
    yield _Piece(document, charts, document.pageCount())


def _first_long(report: Report) -> int | None:
    """Return the first section whose table is laid out in pieces, None for none."""
    for place, section in enumerate(report.sections):
        if section.table is not None and len(section.table.rows) > _MOST_ROWS:
            return place
    return None


def _fitted(report: Report, families: tuple[str, ...], area: QSizeF) -> Iterator[_Piece]:
    """Return the report on one page in letters as large as fit; in more where the smallest are too large."""
    for size in _SIZES:
        document, charts = report_document(report, families, area, (), size, {})
        if document.pageCount() == 1:
            break
    else:
        document, charts = _laid_out(report, families, area, _SIZES[-1])
    yield _Piece(document, charts, document.pageCount())


def print_report(
    path: Path,
    report: Report,
    *,
    fits_page: bool = False,
    maps: MapDrawing | None = None,
    progress: Progress = SILENT,
) -> int:
    """Print a report to a new PDF and return its pages.

    A file that is there is replaced when the new one is complete. In any thread where there are no maps.

    Parameters
    ----------
    fits_page
        Whether letters are made smaller, as far as they can be read, to put it on one page.
    maps
        Draws the maps, each on a page of its own; None leaves them out.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    families = page_families(texts.language())
    lay_out = _fitted if fits_page else _in_pieces
    parts = [replace(report, chapters=()), *report.chapters]
    pieces: list[_Piece] = []
    for number, part in enumerate(parts):
        progress.at(0.5 * number / len(parts))
        paper = _A3_ACROSS if part.is_wide else _A4
        for between in _around_maps(part) if maps is not None else (part,):
            if maps is not None and isinstance(between, ReportSection):
                pieces.append(_Piece(None, {}, 1, maps.paper, between))
            else:
                pieces += (replace(piece, paper=paper) for piece in lay_out(between, families, _area(paper)))
    pages, first = sum(piece.pages for piece in pieces), 0
    with pdf_pages(path, pieces[0].paper, report.title) as book:
        for piece in pieces:
            for page in range(piece.pages):
                progress.at(0.5 + 0.5 * (first + page) / pages)
                painter = book.next(piece.paper)
                piece.draw(painter, page)
                if piece.section is not None and maps is not None:
                    painter.save()
                    maps.draw(painter, piece.section, number=first + 1, pages=pages)
                    painter.restore()
                below_mm = _EDGE_MM if piece.section is not None and piece.paper != _A4 else _MARGIN_MM
                _draw_foot(painter, families, report, piece.paper, below_mm, (first + page + 1, pages))
            first += piece.pages
    return pages


def _around_maps(report: Report) -> Iterator[Report | ReportSection]:
    """Yield a report in parts: its maps, and what stands before, between and behind them."""
    rest = report
    while (place := next((n for n, one in enumerate(rest.sections) if one.map_of), None)) is not None:
        before = replace(rest, sections=rest.sections[:place])
        if before.title or before.sections:
            yield before
        yield rest.sections[place]
        rest = replace(rest, title="", subtitle="", lead="", sections=rest.sections[place + 1 :])
    if rest.title or rest.sections:
        yield rest


def _area(paper: Box) -> QSizeF:
    """Return the room for text on a paper, in dots."""
    width, height = paper.width - 2 * _MARGIN_MM, paper.height - 2 * _MARGIN_MM - _FOOT_MM
    return QSizeF(width * DOTS_PER_MM, height * DOTS_PER_MM)


def print_pages(folder: Path, reports: Mapping[str, Report], progress: Progress = SILENT) -> None:
    """Print each report on one page to a PDF that is named by its key; keys of one name get numbers."""
    for number, (name, report) in enumerate(zip(free_names(reports), reports.values())):
        progress.at(number / len(reports))
        print_report(folder / f"{name}.pdf", report, fits_page=True)


def _draw_foot(
    painter: QPainter,
    families: tuple[str, ...],
    report: Report,
    paper: Box,
    below_mm: float,
    page_of: tuple[int, int],
) -> None:
    """Write the foot of a page at the left, the page n of m at the right."""
    face = report_font(families, _FOOT_PT)
    painter.setFont(face)
    painter.setPen(QColor(NOTE))
    base = (paper.height - below_mm) * DOTS_PER_MM
    left, right = _MARGIN_MM * DOTS_PER_MM, (paper.width - _MARGIN_MM) * DOTS_PER_MM
    painter.drawText(QPointF(left, base), report.page_foot)
    number = tr("Page {page} of {pages}").format(page=page_of[0], pages=page_of[1])
    painter.drawText(QPointF(right - QFontMetricsF(face).horizontalAdvance(number), base), number)
