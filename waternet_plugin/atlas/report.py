"""A report as a PDF to hand on: A4, wide tables on A3, charts as drawings, a foot with the page on each."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from qgis.PyQt.QtCore import QPointF, QRectF, QSizeF, QUrl
from qgis.PyQt.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QTextCursor,
    QTextDocument,
)

from waternet_plugin.atlas.chart import Chart
from waternet_plugin.atlas.document_layout import DocumentLayout
from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.pdf_pages import DOTS_PER_MM, pdf_pages
from waternet_plugin.bridge.printing.page_fonts import font, page_families
from waternet_plugin.core import texts
from waternet_plugin.core.colours import FAINT, NOTE
from waternet_plugin.core.files.file_names import free_names
from waternet_plugin.core.files.spreadsheet_file import text_width
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report, ReportSection, html_table
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import INCH_MM, INCH_PT

_A4, _A3_ACROSS = Box(0.0, 0.0, 210.0, 297.0), Box(0.0, 0.0, 420.0, 297.0)
_MARGIN_MM, _FOOT_MM = 18.0, 8.0
_POINT_MM = INCH_MM / INCH_PT
_TEXT_PT, _FOOT_PT = 9.0, 7.0
# Letters of a report that is to fit one page, against the usual ones: from easily read to just readable.
_SIZES = (1.0, 0.92, 0.84, 0.76, 0.68)
_STYLE = """
h1 { font-size: 17pt; margin: 0 0 1px 0; }
h2 { font-size: 11pt; margin-top: 14pt; margin-bottom: 3pt; }
p { margin-top: 0; margin-bottom: 4pt; line-height: <line>%; }
.sub, .note { color: <note>; } .note { font-size: 7.5pt; } .lead { font-size: 10.5pt; }
table { border-collapse: collapse; }
td, th { padding: <pad>pt <gap>pt <pad>pt 0; border-bottom: 0.4pt solid <faint>; }
th { color: <note>; font-size: 8pt; text-align: left; } td { font-size: 8pt; } .n { text-align: right; }
"""
# From line to line of a paragraph, as a share of the height of letters; and what lines need in a row of a
# table with 8 points, with the room above and below. Families differ in the line that they ask for.
_LEADING, _ROW_PT, _CELL_PT, _LEAST_PAD_PT, _CELL_GAP_PT = 1.45, 12.6, 8.0, 0.4, 7.0
# An empty picture keeps the place of a chart, which is drawn there as a drawing.
_PLACE = "chart-{number}"
# What has to follow a heading on its page, as a share of the page; and how low a heading goes to the next
# page with the chart or table that it is over.
_ALONE, _LOW = 0.05, 0.7
# A heading goes along with the picture that so many paragraphs part from it.
_FEW = 2
_BREAK = 'style="page-break-before: always"'
# What begins a page: a heading by its number, or a row of a table by the table's number.
Break = tuple[int, int]
_HEADING = -1
# Dots by which a row has to end above the foot of a page.
_EDGE = 6.0
# A column of a table is as wide as that many digits.
_LEAST_SIGNS, _MOST_SIGNS, _SHORT_SIGNS = 8, 40, 12
# A word that is wider than this share of the page is broken after all.
_WIDEST_WORD = 0.3
# What a report that goes on from another one does not say.
_NOTHING = re.compile(r'<h1></h1>|<h2></h2>|<p class="lead"></p>')
# Tables are laid out in pieces of so many rows: Qt looks through all of a table for each of its pages.
_MOST_ROWS = 300
_WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+")


class MapDrawing(Protocol):
    """Draws the maps of a report."""

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
        return _boxes(self.document) if self.document is not None else {}

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


def _font(families: tuple[str, ...], points: float, *, bold: bool = False) -> QFont:
    # In dots of the page, whatever screen there is.
    return font(families, points * _POINT_MM * DOTS_PER_MM, bold=bold)


def style_sheet(families: tuple[str, ...], size: float) -> str:
    """Return the style of the page in dots of it, with lines and rows as far apart as any family needs.

    Parameters
    ----------
    families
        Families that the page is set in.
    size
        By how much its letters are larger than usual. Qt's text passes over sizes with decimals.
    """
    face = _font(families, _TEXT_PT)
    line = QFontMetricsF(face).lineSpacing() / face.pixelSize()
    pad = max(_LEAST_PAD_PT, (_ROW_PT - _CELL_PT * line) / 2)
    values = {
        "note": NOTE,
        "faint": FAINT,
        "line": f"{100 * _LEADING / line:.0f}",
        "pad": f"{pad:.2f}",
        "gap": f"{_CELL_GAP_PT:g}",
    }
    style = re.sub("<([a-z]+)>", lambda match: values[match.group(1)], _STYLE)
    scale = _POINT_MM * DOTS_PER_MM * size
    return re.sub(r"([\d.]+)pt", lambda match: f"{max(1, round(float(match.group(1)) * scale))}px", style)


def column_widths(usual: Sequence[float], least: Sequence[float], width_pt: float) -> list[float]:
    """Return widths that add up to a whole, as the usual ones are to each other, none below its least."""
    if sum(least) >= width_pt:
        return [width_pt * wide / sum(least) for wide in least]
    narrow: set[int] = set()
    while True:
        rest = width_pt - sum(least[index] for index in narrow)
        scale = rest / sum(wide for index, wide in enumerate(usual) if index not in narrow)
        more = {
            index for index, wide in enumerate(usual) if index not in narrow and wide * scale < least[index]
        }
        if not more:
            return [least[index] if index in narrow else wide * scale for index, wide in enumerate(usual)]
        narrow |= more


def _shares(table: str, families: tuple[str, ...], width_pt: float, size: float) -> list[str]:
    """Return how wide each column of a table is, by what stands in them, as attributes of its heading.

    No column is so narrow that a word of it is broken; ``width_pt`` is the whole width in dots.
    """
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[1:]]
    columns = [[html.unescape(row[index]) for row in rows] for index in range(len(rows[0]))]
    widths = [[text_width(text) for text in column] for column in columns]
    # Between what is usual in a column and the longest of it.
    usual = [
        (min(max(_LEAST_SIGNS, *wide), _MOST_SIGNS) + max(_LEAST_SIGNS, sum(wide) / len(wide))) / 2
        for wide in widths
    ]
    # Headings are bold, and no cell is wider than it would be so.
    metrics = QFontMetricsF(_font(families, _CELL_PT * size, bold=True))
    room = (_CELL_GAP_PT * size + 2.0) * _POINT_MM * DOTS_PER_MM
    words = [_words(column[0], column[1:]) for column in columns]
    widest = [max(metrics.horizontalAdvance(word) for word in shared_word) for shared_word in words]
    least = [min(wide + room, _WIDEST_WORD * width_pt) for wide in widest]
    return [f' width="{100 * wide / width_pt:.2f}%"' for wide in column_widths(usual, least, width_pt)]


def _shared(table: str, shares: Sequence[str]) -> str:
    """Return a table over the whole width, shared among its columns."""
    headings = iter(shares)
    table = re.sub(r"<th(?=[ >])", lambda _match: f"<th{next(headings)}", table)
    return table.replace("<table>", '<table width="100%" cellspacing="0">')


def _words(heading: str, cells: Iterable[str]) -> set[str]:
    """Return what no line may break: words between blanks, each Chinese sign, and a short heading."""
    short_words = {word for word in heading.split() if text_width(word) <= _SHORT_SIGNS}
    return {word for text in (heading, *cells) for word in _WORD.findall(text)} | short_words | {""}


def _cut(table: str, rows: Collection[int]) -> str:
    """Return a table in parts, which begin at some rows on a new page under the same head."""
    head, body = table.split("<tbody>", 1)
    lines = body.partition("</tbody>")[0].strip().split("\n")
    starts = sorted({0, *rows})
    parts = ["\n".join(lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)])]
    again = head.replace("<table", f"<table {_BREAK}", 1)
    return "".join(
        f"{again if start or 0 in rows else head}<tbody>{part}</tbody></table>"
        for start, part in zip(starts, parts)
    )


def _document(
    report: Report,
    families: tuple[str, ...],
    area: QSizeF,
    breaks: Collection[Break],
    size: float,
    shares: Mapping[int, Sequence[str]],
) -> tuple[QTextDocument, dict[str, Chart]]:
    """Return the report laid out on pages, and its charts by the names of their places.

    ``breaks`` are the headings and rows that begin a page, ``size`` is that of letters, 1 for the usual one,
    ``shares`` the widths of the columns of tables, by their numbers, that are not taken from their rows.
    """
    charts: dict[str, Chart] = {}

    def place(match: re.Match[str]) -> str:
        chart = Chart(match.group(1), families)
        name = _PLACE.format(number=len(charts))
        charts[name] = chart
        height = area.width() * chart.size.height() / chart.size.width()
        space = f'width="{area.width():.0f}" height="{height:.0f}"'
        return f'<p style="line-height: 100%; margin-bottom: 30px"><img src="{name}" {space}></p>'

    page = re.sub(r"<style>.*?</style>", "", report.to_html(), flags=re.DOTALL)
    page = re.sub(r"<footer>.*?</footer>", "", page, flags=re.DOTALL)
    page = re.sub(r"<figure>(.*?)</figure>", place, page, flags=re.DOTALL)
    page = _NOTHING.sub("", page)
    numbers = count()
    tables = count()

    def heading(match: re.Match[str]) -> str:
        return f"<h2 {_BREAK}>" if (_HEADING, next(numbers)) in breaks else match.group(0)

    def table(match: re.Match[str]) -> str:
        number = next(tables)
        wide = shares.get(number) or _shares(match.group(0), families, area.width(), size)
        shared = _shared(match.group(0), wide)
        return _cut(shared, [row for kind, row in breaks if kind == number])

    page = re.sub("<h2>", heading, page)
    page = re.sub(r"<table>.*?</table>", table, page, flags=re.DOTALL)
    # Qt's text knows classes on cells only as an attribute.
    page = page.replace('class="n"', 'class="n" align="right"')
    # Behind an empty cell at its end Qt forgets that a table has one, and the next heading stands too near.
    page = page.replace("></td>", ">&nbsp;</td>")
    document = QTextDocument(
        documentMargin=0,
        defaultFont=_font(families, _TEXT_PT * size),
        defaultStyleSheet=style_sheet(families, size),
    )
    empty = QImage(1, 1, QImage.Format.Format_ARGB32)
    empty.fill(0)
    for name in charts:
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), empty)
    document.setHtml(page)
    document.setPageSize(area)
    return document, charts


def _picture_of(block: Any) -> str:
    """Return the name of the picture in a paragraph, '' for none."""
    formats = [each.format for each in block.textFormats() if each.format.isImageFormat()]
    return formats[0].toImageFormat().name() if formats else ""


def _line_of(block: Any) -> QRectF:
    """Return where the first line is: it knows that it went to the next page, the paragraph does not."""
    lines = block.layout()
    return lines.lineAt(0).rect().translated(lines.position())


def _boxes(document: QTextDocument) -> dict[str, QRectF]:
    """Return where the places of charts are in the document."""
    boxes = {}
    block = document.begin()
    while block.isValid():
        if name := _picture_of(block):
            boxes[name] = _line_of(block)
        block = block.next()
    return boxes


def _tables_of(breaks: Collection[Break], count_of: int) -> list[tuple[int, int]]:
    """Return what each table of the document is: number in the report, and the row that it begins with."""
    parts = []
    for number in range(count_of):
        starts = {0, *(row for kind, row in breaks if kind == number)}
        parts += [(number, start) for start in sorted(starts)]
    return parts


def _first_fault(
    document: QTextDocument, height: float, parts: list[tuple[int, int]], given: Collection[Break]
) -> Break | None:
    """Return where a page has to begin so that nothing is torn, the first such place; None for none.

    A heading stands alone at the foot of a page, a row of a table is split, or a table's head has no row
    under it.
    """
    layout = DocumentLayout(document)

    def pages(block: Any) -> tuple[int, int]:
        # Qt writes a line on the next page that seems to end right at the edge of this one.
        box = layout.box(block)
        return int(box.top() // height), int((box.bottom() + _EDGE) // height)

    heading, above, low_on, bare_on, between, block = -1, -1, -1, -1, 0, document.begin()
    part, row, page, began = -1, -1, -1, -1
    while block.isValid():
        after = block.next()
        table = QTextCursor(block).currentTable()
        picture = _picture_of(block)
        # A heading goes along with the picture below it.
        goes_along = bool(picture) and -1 < bare_on < int(_line_of(block).top() // height)
        if low_on >= 0 and (table is not None or picture):
            first = int(_line_of(block).top() // height) if table is None else pages(block)[0]
            goes_along, low_on = goes_along or first > low_on, -1
        if goes_along and (_HEADING, heading) not in given:
            return _HEADING, heading
        between += 1
        if picture or table is not None or between > _FEW:
            bare_on = -1
        if table is None:
            began, above = -1, -1
            if block.blockFormat().headingLevel() > 1:
                heading += 1
                above = heading
                top = layout.box(block).top()
                bare_on, between = int(top // height), 0
                low_on = bare_on if top % height > _LOW * height else -1
                # The lines under the heading count, not only where they begin.
                low = layout.box(after).top() + height * _ALONE if after.isValid() else top
                if int(top // height) != int(low // height) and (_HEADING, heading) not in given:
                    return _HEADING, heading
        else:
            if table.firstPosition() != began:
                began, part, row = table.firstPosition(), part + 1, -1
            table_row, first, last = table.cellAt(block.position()).row(), *pages(block)
            begins = table_row != row
            # The head and the first row stay together.
            if begins and table_row != 1:
                page = first
            row = table_row
            if first != page or last != page:
                number, start = parts[part]
                wanted = (number, start + max(row - 1, 0))
                if start + max(row - 1, 0) == start:
                    # Nothing of this part would stay: what is above goes along, unless it begins the page.
                    wanted = (_HEADING, above) if above >= 0 else (number, start)
                if wanted not in given:
                    return wanted
                page = last
        block = after
    return None


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
        document, charts = _document(report, families, area, breaks, size, shares)
        fault = _first_fault(document, area.height(), _tables_of(breaks, count_of), breaks)
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
            shares[number] = _shares(html_table(table), families, area.width(), 1.0)
        begun = replace(
            rest.sections[cut], table=replace(table, rows=table.rows[:_MOST_ROWS]), note="", code=""
        )
        document, charts = _laid_out(replace(rest, sections=(*head, begun)), families, area, shares=shares)
        pages, again = document.pageCount(), _rows_at_end(document, area.height())
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


def _rows_at_end(document: QTextDocument, height: float) -> int:
    """Return how many rows of the table that ends a document stand on its last page, without its head."""
    layout, last = DocumentLayout(document), document.pageCount() - 1
    rows: set[int] = set()
    block = document.lastBlock()
    while block.isValid() and int(layout.box(block).top() // height) >= last:
        table = QTextCursor(block).currentTable()
        if table is not None:
            # Each part of a table has a head of its own.
            row = table.cellAt(block.position()).row()
            if row > 0:
                rows.add(row)
        block = block.previous()
    return len(rows)


def _fitted(report: Report, families: tuple[str, ...], area: QSizeF) -> Iterator[_Piece]:
    """Return the report on one page in letters as large as fit; in more where the smallest are too large."""
    for size in _SIZES:
        document, charts = _document(report, families, area, (), size, {})
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
            if isinstance(between, ReportSection):
                pieces.append(_Piece(None, {}, 1, section=between))
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
                _draw_foot(painter, families, report, piece.paper, (first + page + 1, pages))
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
    painter: QPainter, families: tuple[str, ...], report: Report, paper: Box, page_of: tuple[int, int]
) -> None:
    """Write title and state of the data, else the network, at the left, the page n of m at the right."""
    face = _font(families, _FOOT_PT)
    painter.setFont(face)
    painter.setPen(QColor(NOTE))
    base = (paper.height - _MARGIN_MM) * DOTS_PER_MM
    left, right = _MARGIN_MM * DOTS_PER_MM, (paper.width - _MARGIN_MM) * DOTS_PER_MM
    painter.drawText(QPointF(left, base), f"{report.title} · {report.foot or report.subtitle}")
    number = tr("Page {page} of {pages}").format(page=page_of[0], pages=page_of[1])
    metrics = QFontMetricsF(face)
    painter.drawText(QPointF(right - metrics.horizontalAdvance(number), base), number)
