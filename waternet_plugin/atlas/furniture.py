"""Draw what stands around the map: frame with coordinates, column at the right, title strip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtGui import QPainterPath

from waternet_plugin.atlas.figures import Tally, metres
from waternet_plugin.atlas.pen import GREY, INK, PALE, PAPER, Pen
from waternet_plugin.atlas.plan import Box, PagePlan
from waternet_plugin.atlas.words import Words

_HEADING_MM = 2.8
_TEXT_MM = 2.3
_TICK_STEP_MM = 100.0


@dataclass(frozen=True)
class Sign:
    """One line of the legend; ``symbol`` is a QgsSymbol, ``figure`` what stands at the right."""

    symbol: Any
    label: str
    figure: str = ""


@dataclass(frozen=True)
class SignGroup:
    """Lines of the legend under one heading."""

    heading: str
    signs: tuple[Sign, ...]
    note: str = ""


@dataclass(frozen=True)
class Imprint:
    """What all pages of a book say."""

    title: str
    theme: str
    scale: float
    crs: str
    height_datum: str
    secrecy: str
    drawn_by: str
    checked_by: str
    approved_by: str
    date: str
    edition: str
    pages: int
    north_arrow: bool


@dataclass(frozen=True)
class Page:
    """What one page says: ``neighbours`` are eight numbers from north-west to south-east, '' for none."""

    number: int
    sheet_no: str
    bounds: tuple[float, float, float, float]
    neighbours: tuple[str, ...]
    streets: str
    legend: tuple[SignGroup, ...]
    materials: tuple[Tally, ...]
    material_labels: dict[str, str]


@dataclass(frozen=True)
class Overview:
    """All sheets and pipes of the book, small; ``path`` in dots from the box's upper left corner."""

    path: QPainterPath
    width: float
    height: float
    west: float
    north: float
    metres_per_mm: float
    sheets: tuple[tuple[float, float, float, float], ...]


def coordinate(value: float) -> str:
    """Write a coordinate in whole metres, or as fine as it is."""
    return f"{value:.0f}" if abs(value - round(value)) < 1e-6 else f"{value:.2f}".rstrip("0")


def _ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step strictly between two coordinates."""
    first = math.floor(low / step + 1e-9) + 1
    last = math.ceil(high / step - 1e-9) - 1
    return [index * step for index in range(first, last + 1)]


def draw_frame(pen: Pen, plan: PagePlan, imprint: Imprint, page: Page, words: Words) -> None:
    """Draw the neat line, the coordinates every 10 cm of paper, and the north arrow."""
    frame = plan.frame
    west, south, east, north = page.bounds
    per_mm = imprint.scale / 1000.0
    xs = [(value, frame.x + (value - west) / per_mm) for value in _ticks(west, east, _TICK_STEP_MM * per_mm)]
    ys = [
        (value, frame.y + (north - value) / per_mm) for value in _ticks(south, north, _TICK_STEP_MM * per_mm)
    ]
    for _, x in xs:
        for _, y in ys:
            pen.line(x - 1.5, y, x + 1.5, y, width=0.12, color=GREY)
            pen.line(x, y - 1.5, x, y + 1.5, width=0.12, color=GREY)
    for value, x in xs:
        for y, inward in ((frame.y, 1.0), (frame.bottom, -1.0)):
            pen.line(x, y, x, y + inward * 2.0, width=0.2)
            box = Box(x - 12.0, y + 2.2 if inward > 0 else y - 4.8, 24.0, 2.6)
            if frame.x < box.x and box.right < frame.right:
                pen.text(box, coordinate(value), 2.0, align="center", halo=True)
    for value, y in ys:
        for x, inward in ((frame.x, 1.0), (frame.right, -1.0)):
            pen.line(x, y, x + inward * 2.0, y, width=0.2)
            box = Box(x + 2.5 if inward > 0 else x - 26.5, y - 1.3, 24.0, 2.6)
            if frame.y < box.y and box.bottom < frame.bottom:
                pen.text(box, coordinate(value), 2.0, align="left" if inward > 0 else "right", halo=True)
    pen.rectangle(frame, width=0.5)
    if imprint.north_arrow:
        _draw_north(pen, Box(frame.right - 13.0, frame.y + 3.0, 10.0, 10.0), words("north"))


def _draw_north(pen: Pen, box: Box, letter: str) -> None:
    """Draw the north arrow: the letter over a needle, on white."""
    middle = box.x + box.width / 2.0
    pen.rectangle(box, width=0, fill=PAPER)
    pen.text(Box(box.x, box.y + 0.2, box.width, 3.0), letter, 3.0, align="center", bold=True)
    top, low, notch = box.y + 3.4, box.bottom - 0.4, box.bottom - 2.0
    pen.polygon([(middle, top), (middle - 2.2, low), (middle, notch)], fill=INK)
    pen.polygon([(middle, top), (middle + 2.2, low), (middle, notch)], fill=PAPER)


def _heading(pen: Pen, box: Box, text: str) -> float:
    """Write a heading with a thin line below; return where its block begins."""
    pen.text(Box(box.x, box.y, box.width, 4.0), text, _HEADING_MM, bold=True)
    pen.line(box.x, box.y + 4.4, box.right, box.y + 4.4, width=0.2)
    return box.y + 5.6


def _draw_overview(pen: Pen, box: Box, overview: Overview, page: Page, words: Words) -> float:
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
    here = placed(page.bounds)
    pen.rectangle(here, width=0, fill="#f3c9c2")
    painter.save()
    painter.translate(left * pen.dots, top * pen.dots)
    pen.path(overview.path, color="#54708a", width=0.12)
    painter.restore()
    pen.rectangle(here, width=0.35, color="#b3261e")
    return top + overview.height + 4.0


def _draw_neighbours(pen: Pen, box: Box, page: Page, words: Words) -> float:
    """Draw the nine fields with the numbers of the sheets around; return where the next block begins."""
    top = _heading(pen, box, words("neighbours"))
    height = 6.0
    width = box.width / 3.0
    cells = (*page.neighbours[:4], page.sheet_no, *page.neighbours[4:])
    for index, number in enumerate(cells):
        row, col = divmod(index, 3)
        cell = Box(box.x + col * width, top + row * height, width, height)
        own = index == 4
        pen.rectangle(cell, width=0.15, fill="#e4e4e4" if own else None)
        pen.text(
            Box(cell.x + 1.0, cell.y, cell.width - 2.0, cell.height), number, 2.4, align="center", bold=own
        )
    return top + 3 * height + 4.0


def _legend_rows(groups: Sequence[SignGroup]) -> int:
    """Return how many lines the legend takes: two signs a line unless figures stand beside them."""
    return sum(_rows_of(group) + 1 for group in groups)


def _rows_of(group: SignGroup) -> int:
    single = any(sign.figure for sign in group.signs)
    count = len(group.signs) if single else math.ceil(len(group.signs) / 2)
    return count + (1 if group.note else 0)


def _draw_signs(pen: Pen, box: Box, group: SignGroup, top: float, step: float) -> float:
    """Draw the lines of one group; return where the next one begins."""
    single = any(sign.figure for sign in group.signs)
    width = box.width if single else box.width / 2.0
    rows = len(group.signs) if single else math.ceil(len(group.signs) / 2)
    pen.text(Box(box.x, top, box.width, step), group.heading, _TEXT_MM, color=GREY)
    top += step
    for index, sign in enumerate(group.signs):
        col, row = (0, index) if single else divmod(index, rows)
        left, y = box.x + col * width, top + row * step
        if sign.symbol is not None:
            pen.symbol(Box(left, y + 0.2, 9.0, step - 0.4), sign.symbol)
        figure = pen.text_width(sign.figure, _TEXT_MM) + 1.0 if sign.figure else 0.0
        pen.text(Box(left + 10.5, y, width - 11.5 - figure, step), sign.label, _TEXT_MM)
        pen.text(Box(left + width - figure, y, figure, step), sign.figure, _TEXT_MM, align="right")
    top += rows * step
    if group.note:
        pen.text(Box(box.x, top, box.width, step), group.note, 2.0, color=GREY)
        top += step
    return top


def _shortened(groups: Sequence[SignGroup], rows: int, words: Words) -> tuple[SignGroup, ...]:
    """Return groups that take at most so many lines; the last ones say how many signs they left out."""
    kept = list(groups)
    while _legend_rows(kept) > rows and kept:
        longest = max(range(len(kept)), key=lambda index: (_rows_of(kept[index]), index))
        group = kept[longest]
        # The note of what was left out takes a line of its own.
        per_row = 1 if any(sign.figure for sign in group.signs) else 2
        hidden = sum(len(other.signs) for other in groups if other.heading == group.heading)
        signs = group.signs[: max(0, len(group.signs) - per_row * (1 if group.note else 2))]
        if not signs:
            kept.pop(longest)
            continue
        note = words("and_more").format(n=hidden - len(signs))
        kept[longest] = SignGroup(group.heading, signs, note)
    return tuple(kept)


def _draw_legend(pen: Pen, box: Box, page: Page, words: Words) -> float:
    """Draw the signs that are on the sheet; return where the next block begins."""
    top = _heading(pen, box, words("legend"))
    step = 4.8
    needed = _legend_rows(page.legend)
    if needed:
        step = min(step, max(3.2, (box.bottom - top) / needed))
    groups = _shortened(page.legend, int((box.bottom - top + 1e-6) / step), words)
    for group in groups:
        top = _draw_signs(pen, box, group, top, step)
    return top + 3.0


def _table_rows(page: Page, words: Words) -> list[tuple[str, str, str]]:
    """Return material, pipes and length as texts."""
    return [
        (
            page.material_labels.get(row.key) or row.key or words("not_recorded"),
            f"{row.count:,}",
            metres(row.length_m),
        )
        for row in page.materials
    ]


def _draw_table(pen: Pen, box: Box, page: Page, words: Words) -> None:
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
        color = GREY if index == 0 else INK
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


def draw_column(pen: Pen, plan: PagePlan, page: Page, overview: Overview, words: Words) -> None:
    """Draw overview, neighbours, legend and table."""
    column = plan.column
    y = _draw_overview(pen, column, overview, page, words)
    y = _draw_neighbours(pen, Box(column.x, y, column.width, 0.0), page, words)
    room = column.bottom - y
    table = 5.6 + (len(page.materials) + 2) * 4.4
    # The legend takes what it needs, the table keeps at least a third of what is left of the column.
    table = min(table, max(room / 3.0, room - 5.6 - _legend_rows(page.legend) * 3.2 - 3.0))
    y = _draw_legend(pen, Box(column.x, y, column.width, room - table - 3.0), page, words)
    _draw_table(pen, Box(column.x, y, column.width, column.bottom - y), page, words)


def _nice_length(limit_m: float) -> float:
    """Return the longest of 1, 2, 2.5, 5 times a power of ten that fits."""
    power = 10.0 ** math.floor(math.log10(limit_m))
    return max(factor * power for factor in (1.0, 2.0, 2.5, 5.0) if factor * power <= limit_m)


def _draw_scale(pen: Pen, box: Box, imprint: Imprint, words: Words) -> None:
    """Write the scale and draw its bar in four fields."""
    scale = imprint.scale
    pen.text(Box(box.x, box.y + 1.2, box.width, 3.0), words("scale"), 2.2, color=GREY)
    written = f"1:{scale:,.0f}" if scale == round(scale) else f"1:{scale:,}"
    pen.text(Box(box.x, box.y + 4.0, box.width, 6.0), written, 4.6, bold=True, align="center")
    field = _nice_length((box.width - 14.0) * scale / 1000.0 / 4.0)
    width = field / scale * 1000.0
    left, top = box.x + (box.width - 4 * width - 4.0) / 2.0, box.y + 11.6
    for index in range(4):
        fill = INK if index % 2 == 0 else PAPER
        pen.rectangle(Box(left + index * width, top, width, 1.4), width=0.15, fill=fill)
    kilometres = field * 4 >= 4000.0
    for index in (0, 1, 2, 4):
        value = field * index / (1000.0 if kilometres else 1.0)
        text = f"{value:,.6g}" if index < 4 else f"{value:,.6g} {'km' if kilometres else 'm'}"
        wide = pen.text_width(text, 2.0)
        middle = left + index * width
        pen.text(Box(middle - pen.text_width(f"{value:,.6g}", 2.0) / 2.0, top + 1.9, wide, 2.6), text, 2.0)


def _draw_pairs(
    pen: Pen, box: Box, pairs: Sequence[tuple[str, str]], words: Words, *, lined: bool = False
) -> None:
    """Write captions and values below each other; ``lined`` leaves a line to sign where there is no value."""
    step = box.height / len(pairs)
    caption = max(pen.text_width(name + words.colon, 2.2) for name, _ in pairs) + 0.5
    for index, (name, value) in enumerate(pairs):
        y = box.y + index * step
        pen.text(Box(box.x + 1.5, y, caption, step), name + words.colon, 2.2, color=GREY)
        place = Box(box.x + 1.5 + caption, y, box.width - caption - 3.0, step)
        if value:
            pen.text(place, value, 2.4)
        elif lined:
            pen.line(place.x, y + step * 0.78, place.right, y + step * 0.78, width=0.12, color=GREY)


def draw_strip(pen: Pen, plan: PagePlan, imprint: Imprint, page: Page, words: Words) -> None:
    """Draw the title strip: title, sheet number, scale, systems, names, dates."""
    strip = plan.strip
    # Shares of the strip: title, number, scale, systems, names, dates.
    shares = (0.25, 0.14, 0.16, 0.21, 0.125, 0.115)
    edges = [strip.x]
    for share in shares:
        edges.append(edges[-1] + share * strip.width)
    cells = [Box(left, strip.y, right - left, strip.height) for left, right in zip(edges, edges[1:])]
    pen.rectangle(strip, width=0.5)
    for left in edges[1:-1]:
        pen.line(left, strip.y, left, strip.bottom, width=0.2)

    title, number, scale, systems, names, dates = cells
    inner = title.width - 3.0
    pen.text(Box(title.x + 1.5, title.y + 1.2, inner, 3.0), words("sheet_name"), 2.2, color=GREY)
    pen.text(
        Box(title.x + 1.5, title.y + 4.6, inner, 6.0), f"{imprint.title}  {imprint.theme}", 4.4, bold=True
    )
    if page.streets:
        streets = words("streets") + words.colon + page.streets
        pen.text(Box(title.x + 1.5, title.y + 12.8, inner, 4.0), streets, 2.4)

    inner = number.width - 3.0
    pen.text(Box(number.x + 1.5, number.y + 1.2, inner, 3.0), words("sheet_no"), 2.2, color=GREY)
    pen.text(Box(number.x + 1.5, number.y + 6.0, inner, 9.0), page.sheet_no, 6.4, bold=True, align="center")
    _draw_scale(pen, Box(scale.x + 1.5, scale.y, scale.width - 3.0, scale.height), imprint, words)
    _draw_pairs(
        pen,
        Box(systems.x, systems.y + 1.0, systems.width, systems.height - 2.0),
        [
            (words("crs"), imprint.crs),
            *([(words("height_datum"), imprint.height_datum)] if imprint.height_datum else []),
            (words("secrecy"), imprint.secrecy),
        ],
        words,
    )
    signed = [
        (words("drawn"), imprint.drawn_by),
        (words("checked"), imprint.checked_by),
        (words("approved"), imprint.approved_by),
    ]
    _draw_pairs(pen, Box(names.x, names.y + 1.0, names.width, names.height - 2.0), signed, words, lined=True)
    printed = [
        (words("date"), imprint.date),
        (words("edition"), imprint.edition),
        (words("page"), f"{page.number}/{imprint.pages}"),
    ]
    _draw_pairs(pen, Box(dates.x, dates.y + 1.0, dates.width, dates.height - 2.0), printed, words)
