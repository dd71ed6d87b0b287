"""A report as a PDF to hand on: A4, charts as drawings, a foot with the page on every page."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QByteArray, QPointF, QRectF, QSizeF, QUrl
from qgis.PyQt.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QTextCursor,
    QTextDocument,
)
from qgis.PyQt.QtSvg import QSvgRenderer

from waternet_plugin.atlas.fonts import page_families
from waternet_plugin.atlas.pdf import DOTS_PER_MM, pdf_pages, replaced
from waternet_plugin.atlas.plan import Box
from waternet_plugin.bridge.workbook import text_width
from waternet_plugin.core import texts
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import tr

_PAGE = Box(0.0, 0.0, 210.0, 297.0)
_MARGIN_MM, _FOOT_MM = 18.0, 8.0
_POINT_MM = 25.4 / 72.0
_TEXT_PT, _FOOT_PT = 9.0, 7.0
_STYLE = """
h1 { font-size: 17pt; margin: 0 0 1px 0; }
h2 { font-size: 11pt; margin-top: 14pt; margin-bottom: 3pt; }
p { margin-top: 0; margin-bottom: 4pt; line-height: 125%; }
.sub, .note { color: #667; } .note { font-size: 7.5pt; } .lead { font-size: 10.5pt; }
table { border-collapse: collapse; }
td, th { padding: 1.6pt 5pt 1.6pt 0; border-bottom: 0.4pt solid #d5d9dd; }
th { color: #556; font-size: 8pt; text-align: left; } td { font-size: 8pt; } .n { text-align: right; }
"""
# An empty picture keeps the place of a chart, which is drawn there as a drawing.
_PLACE = "chart-{number}"
# What has to follow a heading on its page, as a share of the page.
_ALONE = 0.05
_BREAK = 'style="page-break-before: always"'
# What begins a page: a heading by its number, or a row of a table by the table's number.
Break = tuple[int, int]
_HEADING = -1
# A column of a table is as wide as that many digits.
_LEAST_SIGNS, _MOST_SIGNS = 8, 40


def _font(families: tuple[str, ...], points: float) -> QFont:
    font = QFont(families[0])
    font.setFamilies(list(families))
    # In dots of the page, whatever screen there is.
    font.setPixelSize(round(points * _POINT_MM * DOTS_PER_MM))
    return font


def _dots(style: str) -> str:
    """Return a style whose points are dots of the page."""
    scale = _POINT_MM * DOTS_PER_MM
    return re.sub(r"([\d.]+)pt", lambda match: f"{float(match.group(1)) * scale:.1f}px", style)


def _drawing(chart: str, families: tuple[str, ...]) -> str:
    """Return a chart in the fonts of the page."""
    named = ", ".join(f"'{family}'" for family in families)
    return chart.replace("<svg ", f'<svg font-family="{named}" ', 1)


def _shared(match: re.Match[str]) -> str:
    """Return a table over the whole width, shared among its columns by what stands in them."""
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in match.group(0).split("<tr>")[1:]]
    columns = [[text_width(html.unescape(row[place])) for row in rows] for place in range(len(rows[0]))]
    # Between what is usual in a column and the longest of it.
    signs = [
        (min(max(_LEAST_SIGNS, *wide), _MOST_SIGNS) + max(_LEAST_SIGNS, sum(wide) / len(wide))) / 2
        for wide in columns
    ]
    shares = iter([f' width="{100 * wide / sum(signs):.0f}%"' for wide in signs])
    table = re.sub(r"<th(?=[ >])", lambda _match: f"<th{next(shares)}", match.group(0))
    return table.replace("<table>", '<table width="100%" cellspacing="0">')


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
    report: Report, families: tuple[str, ...], area: QSizeF, breaks: Collection[Break]
) -> tuple[QTextDocument, dict[str, QSvgRenderer]]:
    """Return the report laid out on pages, and its charts by the names of their places.

    ``breaks`` are the headings and rows that begin a page.
    """
    charts: dict[str, QSvgRenderer] = {}

    def place(match: re.Match[str]) -> str:
        drawing = QSvgRenderer(QByteArray(_drawing(match.group(1), families).encode("utf-8")))
        name, wanted = _PLACE.format(number=len(charts)), drawing.defaultSize()
        charts[name] = drawing
        height = area.width() * wanted.height() / max(wanted.width(), 1)
        size = f'width="{area.width():.0f}" height="{height:.0f}"'
        return f'<p style="line-height: 100%; margin-bottom: 30px"><img src="{name}" {size}></p>'

    page = re.sub(r"<style>.*?</style>", "", report.to_html(), flags=re.DOTALL)
    page = re.sub(r"<footer>.*?</footer>", "", page, flags=re.DOTALL)
    page = re.sub(r"<figure>(.*?)</figure>", place, page, flags=re.DOTALL)
    numbers = count()
    tables = count()

    def heading(match: re.Match[str]) -> str:
        return f"<h2 {_BREAK}>" if (_HEADING, next(numbers)) in breaks else match.group(0)

    def table(match: re.Match[str]) -> str:
        number = next(tables)
        return _cut(_shared(match), [row for kind, row in breaks if kind == number])

    page = re.sub("<h2>", heading, page)
    page = re.sub(r"<table>.*?</table>", table, page, flags=re.DOTALL)
    # Qt's text knows classes on cells only as an attribute.
    page = page.replace('class="n"', 'class="n" align="right"')
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(families, _TEXT_PT))
    document.setDefaultStyleSheet(_dots(_STYLE))
    empty = QImage(1, 1, QImage.Format.Format_ARGB32)
    empty.fill(0)
    for name in charts:
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), empty)
    document.setHtml(page)
    document.setPageSize(area)
    return document, charts


def _boxes(document: QTextDocument) -> dict[str, QRectF]:
    """Return where the places of charts are in the document."""
    found = {}
    block = document.begin()
    while block.isValid():
        for each in block.textFormats():
            if each.format.isImageFormat():
                # The line knows that it went to the next page, the block does not.
                lines = block.layout()
                box = lines.lineAt(0).rect().translated(lines.position())
                found[each.format.toImageFormat().name()] = box
        block = block.next()
    return found


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
    layout = document.documentLayout()
    # Qt lays out no further than it is asked to.
    layout.documentSize()

    def pages(block: Any) -> tuple[int, int]:
        box = layout.blockBoundingRect(block)
        return int(box.top() // height), int((box.bottom() - 1.0) // height)

    heading, above, block = -1, -1, document.begin()
    part, row, page, began = -1, -1, -1, -1
    while block.isValid():
        after = block.next()
        table = QTextCursor(block).currentTable()
        if table is None:
            began, above = -1, -1
            if block.blockFormat().headingLevel() > 1:
                heading += 1
                above = heading
                top = layout.blockBoundingRect(block).top()
                # The lines under the heading count, not only where they begin.
                low = layout.blockBoundingRect(after).top() + height * _ALONE if after.isValid() else top
                if int(top // height) != int(low // height) and (_HEADING, heading) not in given:
                    return _HEADING, heading
        else:
            if table.firstPosition() != began:
                began, part, row = table.firstPosition(), part + 1, -1
            here, first, last = table.cellAt(block.position()).row(), *pages(block)
            begins = here != row
            # The head and the first row stay together.
            if begins and here != 1:
                page = first
            row = here
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
    report: Report, families: tuple[str, ...], area: QSizeF
) -> tuple[QTextDocument, dict[str, QSvgRenderer]]:
    """Return the report with nothing torn at the foot of a page, and its charts.

    Qt has no word for keeping a heading with what follows or a row in one piece, and loses lines where
    formats change after the layout: the report is laid out anew for each place where a page has to begin.
    """
    breaks: set[Break] = set()
    count_of = sum(section.table is not None for section in report.sections)
    while True:
        document, charts = _document(report, families, area, breaks)
        fault = _first_fault(document, area.height(), _tables_of(breaks, count_of), breaks)
        if fault is None:
            return document, charts
        breaks.add(fault)


def print_report(path: Path, report: Report, *, progress: Progress = SILENT) -> int:
    """Print a report to a new PDF and return its pages.

    A file that is there is replaced when the new one is complete. In any thread.

    Parameters
    ----------
    path
        The file.
    report
        The report.
    progress
        Told of each page; may cancel.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    families = page_families(texts.language())
    width = (_PAGE.width - 2 * _MARGIN_MM) * DOTS_PER_MM
    height = (_PAGE.height - 2 * _MARGIN_MM - _FOOT_MM) * DOTS_PER_MM
    document, charts = _laid_out(report, families, QSizeF(width, height))
    boxes = _boxes(document)
    pages = document.pageCount()
    margin = _MARGIN_MM * DOTS_PER_MM
    with replaced(path) as part, pdf_pages(part, _PAGE, report.title) as book:
        for place in range(pages):
            progress.at(place / pages)
            painter = book.next()
            painter.save()
            painter.translate(margin, margin - place * height)
            document.drawContents(painter, QRectF(0, place * height, width, height))
            for name, box in boxes.items():
                if int(box.center().y() // height) == place:
                    charts[name].render(painter, box)
            painter.restore()
            _draw_foot(painter, families, report, place + 1, pages)
    return pages


def _draw_foot(painter: QPainter, families: tuple[str, ...], report: Report, page: int, pages: int) -> None:
    """Write title and network at the left, the page at the right."""
    font = _font(families, _FOOT_PT)
    painter.setFont(font)
    painter.setPen(QColor("#667788"))
    base = (_PAGE.height - _MARGIN_MM) * DOTS_PER_MM
    left, right = _MARGIN_MM * DOTS_PER_MM, (_PAGE.width - _MARGIN_MM) * DOTS_PER_MM
    painter.drawText(QPointF(left, base), f"{report.title} · {report.subtitle}")
    number = tr("Page {page} of {pages}").format(page=page, pages=pages)
    metrics = QFontMetricsF(font)
    painter.drawText(QPointF(right - metrics.horizontalAdvance(number), base), number)
