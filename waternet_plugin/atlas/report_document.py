"""A report as a document that Qt lays out: its style, its charts' places, and tables shared among columns."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import count

from qgis.PyQt.QtCore import QSizeF, QUrl
from qgis.PyQt.QtGui import QFont, QFontMetricsF, QImage, QTextDocument

from waternet_plugin.atlas.chart import Chart
from waternet_plugin.atlas.page_breaks import HEADING, Break
from waternet_plugin.atlas.pages.pdf_pages import DOTS_PER_MM
from waternet_plugin.atlas.table_columns import shared_widths
from waternet_plugin.bridge.printing.page_fonts import font
from waternet_plugin.core.colours import FAINT, NOTE
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.units import INCH_MM, INCH_PT

_POINT_MM = INCH_MM / INCH_PT
_TEXT_PT = 9.0
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
_BREAK = 'style="page-break-before: always"'
# What a report that goes on from another one does not say.
_NOTHING = re.compile(r'<h1></h1>|<h2></h2>|<p class="lead"></p>')


def report_font(families: tuple[str, ...], points: float, *, bold: bool = False) -> QFont:
    """Return the font of a report, of a size in points."""
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
    face = report_font(families, _TEXT_PT)
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


def column_shares(table: str, families: tuple[str, ...], width_pt: float, size: float) -> list[str]:
    """Return how wide each column of a table is, by what stands in them, as attributes of its heading.

    No column is so narrow that a word of it is broken; ``width_pt`` is the whole width in dots.
    """
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[1:]]
    columns = [[html.unescape(row[index]) for row in rows] for index in range(len(rows[0]))]
    # Headings are bold, and no cell is wider than it would be so.
    metrics = QFontMetricsF(report_font(families, _CELL_PT * size, bold=True))
    room = (_CELL_GAP_PT * size + 2.0) * _POINT_MM * DOTS_PER_MM
    widths = shared_widths(columns, width_pt, lambda text: metrics.horizontalAdvance(text) + room)
    return [f' width="{100 * wide / width_pt:.2f}%"' for wide in widths]


def _shared(table: str, shares: Sequence[str]) -> str:
    """Return a table over the whole width, shared among its columns."""
    headings = iter(shares)
    table = re.sub(r"<th(?=[ >])", lambda _match: f"<th{next(headings)}", table)
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


def report_document(
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
        return f"<h2 {_BREAK}>" if (HEADING, next(numbers)) in breaks else match.group(0)

    def table(match: re.Match[str]) -> str:
        number = next(tables)
        wide = shares.get(number) or column_shares(match.group(0), families, area.width(), size)
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
        defaultFont=report_font(families, _TEXT_PT * size),
        defaultStyleSheet=style_sheet(families, size),
    )
    empty = QImage(1, 1, QImage.Format.Format_ARGB32)
    empty.fill(0)
    for name in charts:
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), empty)
    document.setHtml(page)
    document.setPageSize(area)
    return document, charts
