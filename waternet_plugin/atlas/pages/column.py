"""Draw the column beside the map: overview, adjoining sheets, legend, table of materials."""

from __future__ import annotations

import math
from collections.abc import Sequence

from waternet_plugin.atlas.pages.figures import metres
from waternet_plugin.atlas.pages.page import Overview, SheetPage, SignGroup
from waternet_plugin.atlas.pages.page_layout import Box, PagePlan
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pen import SMALLEST_TEXT_MM, Pen
from waternet_plugin.core.colours import BAD, BAD_AREA, FAINT, INK, NOTE, PALE

_HEADING_MM = 2.8
_TEXT_MM = 2.3
# Width of a sign in the legend, height of its lines with and without room.
_SIGN_MM = 9.0
_LINE_MM = 4.8
_DENSE_LINE_MM = 3.2


def _heading(pen: Pen, box: Box, text: str) -> float:
    """Write a heading with a thin line below; return where its block begins."""
    pen.text(Box(box.x, box.y, box.width, 4.0), text, _HEADING_MM, bold=True)
    pen.line(box.x, box.y + 4.4, box.right, box.y + 4.4, width=0.2)
    return box.y + 5.6


def _draw_overview(pen: Pen, box: Box, overview: Overview, page: SheetPage, words: PageWords) -> float:
    """Draw all sheets with this one filled; return where the next block begins."""
    top = _heading(pen, box, words("overview"))
    left = box.x + (box.width - overview.width) / 2.0
    painter = pen.painter

    def placed(bounds: tuple[float, float, float, float]) -> Box:
        west, south, east, north = bounds
        per_mm = overview.metres_per_mm
        return Box(
            left + (west - overview.west) / per_mm,
            top + (overview.north - north) / per_mm,
            (east - west) / per_mm,
            (north - south) / per_mm,
        )

    if len(overview.sheets) <= 400:
        for bounds in overview.sheets:
            pen.rectangle(placed(bounds), width=0.08, color=PALE)
    frame = placed(page.bounds)
    pen.rectangle(frame, width=0, fill=BAD_AREA)
    painter.save()
    painter.translate(left * pen.dots, top * pen.dots)
    pen.path(overview.path, color=NOTE, width=0.12)
    painter.restore()
    pen.rectangle(frame, width=0.35, color=BAD)
    return top + overview.height + 4.0


def _draw_neighbours(pen: Pen, box: Box, page: SheetPage, words: PageWords) -> float:
    """Draw the nine fields with the numbers of the sheets around; return where the next block begins."""
    top = _heading(pen, box, words("neighbours"))
    height = 6.0
    width = box.width / 3.0
    cells = (*page.neighbours[:4], page.sheet_no, *page.neighbours[4:])
    for index, number in enumerate(cells):
        row, col = divmod(index, 3)
        cell = Box(box.x + col * width, top + row * height, width, height)
        own = index == 4
        pen.rectangle(cell, width=0.15, fill=FAINT if own else None)
        pen.text(
            Box(cell.x + 1.0, cell.y, cell.width - 2.0, cell.height), number, 2.4, align="center", bold=own
        )
    return top + 3 * height + 4.0


def _columns(pen: Pen, width: float, group: SignGroup) -> int:
    """Return in how many columns the signs of a group stand: two where no figure and no label needs more."""
    room = width / 2.0 - _SIGN_MM - 2.5
    narrow = all(
        not sign.figure and pen.text_width(sign.label, SMALLEST_TEXT_MM) <= room for sign in group.signs
    )
    return 2 if narrow and len(group.signs) > 1 else 1


def _rows_of(pen: Pen, width: float, group: SignGroup) -> int:
    """Return how many lines a group takes with its heading and note."""
    if not group.signs:
        return 1
    return 1 + math.ceil(len(group.signs) / _columns(pen, width, group)) + (1 if group.note else 0)


def _legend_rows(pen: Pen, width: float, groups: Sequence[SignGroup]) -> int:
    """Return how many lines the legend takes."""
    return sum(_rows_of(pen, width, group) for group in groups)


def _draw_signs(pen: Pen, box: Box, group: SignGroup, top: float, step: float) -> float:
    """Draw the lines of one group; return where the next one begins."""
    if not group.signs:
        pen.text(Box(box.x, top, box.width, step), f"{group.heading} {group.note}", _TEXT_MM, color=NOTE)
        return top + step
    columns = _columns(pen, box.width, group)
    width = box.width / columns
    rows = math.ceil(len(group.signs) / columns)
    pen.text(Box(box.x, top, box.width, step), group.heading, _TEXT_MM, color=NOTE)
    top += step
    for index, sign in enumerate(group.signs):
        col, row = divmod(index, rows)
        left, y = box.x + col * width, top + row * step
        pen.symbol(Box(left, y + 0.2, _SIGN_MM, step - 0.4), sign.symbol)
        figure = pen.text_width(sign.figure, _TEXT_MM) + 1.0 if sign.figure else 0.0
        pen.text(Box(left + _SIGN_MM + 1.5, y, width - _SIGN_MM - 2.5 - figure, step), sign.label, _TEXT_MM)
        pen.text(Box(left + width - figure, y, figure, step), sign.figure, _TEXT_MM, align="right")
    top += rows * step
    if group.note:
        pen.text(Box(box.x, top, box.width, step), group.note, SMALLEST_TEXT_MM, color=NOTE)
        top += step
    return top


def _shortened(
    pen: Pen, width: float, groups: Sequence[SignGroup], rows: int, words: PageWords
) -> tuple[SignGroup, ...]:
    """Return groups that take at most so many lines; a group that is cut says how many signs it left out.

    The first group, the classes of pipes, is cut last: without it the map can't be read.
    """
    shown = list(groups)
    for index in reversed(range(len(shown))):
        full_text = shown[index]
        while _legend_rows(pen, width, shown) > rows and shown[index].signs:
            signs = shown[index].signs[:-1]
            note = words("and_more").format(n=len(full_text.signs) - len(signs))
            shown[index] = SignGroup(full_text.heading, signs, note)
    return tuple(shown)


def _draw_legend(pen: Pen, box: Box, page: SheetPage, words: PageWords) -> float:
    """Draw the signs that are on the sheet; return where the next block begins."""
    top = _heading(pen, box, words("legend"))
    step = _LINE_MM
    needed = _legend_rows(pen, box.width, page.legend)
    if needed:
        step = min(step, max(_DENSE_LINE_MM, (box.bottom - top) / needed))
    for group in _shortened(pen, box.width, page.legend, int((box.bottom - top + 1e-6) / step), words):
        top = _draw_signs(pen, box, group, top, step)
    return top + 3.0


def _table_rows(page: SheetPage, words: PageWords) -> list[tuple[str, str, str]]:
    """Return material, pipes and length as texts."""
    return [
        (
            page.material_labels.get(row.key) or row.key or words("not_recorded"),
            f"{row.count:,}",
            metres(row.length_m),
        )
        for row in page.materials
    ]


def _draw_table(pen: Pen, box: Box, page: SheetPage, words: PageWords) -> None:
    """Draw pipes and metres by material with their sum; what finds no room is summed in one line."""
    rows = _table_rows(page, words)
    step = 4.4
    room = int((box.height - 5.6) / step) - 2
    if len(rows) > room:
        rest = page.materials[max(room - 1, 0) :]
        rows = rows[: max(room - 1, 0)]
        rows.append(
            (
                words("and_more").format(n=len(rest)),
                f"{sum(row.count for row in rest):,}",
                metres(sum(row.length_m for row in rest)),
            )
        )
    top = _heading(pen, box, words("table"))
    total = (
        words("total"),
        f"{sum(row.count for row in page.materials):,}",
        metres(sum(row.length_m for row in page.materials)),
    )
    name, count, length = box.width * 0.5, box.width * 0.2, box.width * 0.3
    lines = [(words("material"), words("pipes"), words("length")), *rows, total]
    for index, line in enumerate(lines):
        y = top + index * step
        bold = index == len(lines) - 1
        color = NOTE if index == 0 else INK
        pen.text(Box(box.x, y, name - 1.0, step), line[0], _TEXT_MM, bold=bold, color=color)
        pen.text(
            Box(box.x + name, y, count - 1.0, step), line[1], _TEXT_MM, align="right", bold=bold, color=color
        )
        pen.text(
            Box(box.x + name + count, y, length, step),
            line[2],
            _TEXT_MM,
            align="right",
            bold=bold,
            color=color,
        )
        if index in (1, len(lines) - 1):
            pen.line(box.x, y, box.right, y, width=0.12, color=INK if bold else PALE)


def draw_column(pen: Pen, plan: PagePlan, page: SheetPage, overview: Overview, words: PageWords) -> None:
    """Draw overview, neighbours, legend and table."""
    column = plan.column
    y = _draw_overview(pen, column, overview, page, words)
    y = _draw_neighbours(pen, Box(column.x, y, column.width, 0.0), page, words)
    room = column.bottom - y
    table = 5.6 + (len(page.materials) + 2) * 4.4
    # The legend takes what it needs, the table keeps at least a third of what is left of the column.
    legend = 5.6 + _legend_rows(pen, column.width, page.legend) * _DENSE_LINE_MM + 3.0
    table = min(table, max(room / 3.0, room - legend))
    y = _draw_legend(pen, Box(column.x, y, column.width, room - table - 3.0), page, words)
    _draw_table(pen, Box(column.x, y, column.width, column.bottom - y), page, words)
