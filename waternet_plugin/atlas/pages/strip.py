"""Draw the title strip: title, sheet number, scale, systems, names, dates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from waternet_plugin.atlas.pages.page import Imprint, SheetPage
from waternet_plugin.atlas.pages.page_layout import Box, PagePlan
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pen import Pen
from waternet_plugin.core.colours import INK, NOTE, WHITE


def _nice_length(limit_m: float) -> float:
    """Return the longest of 1, 2, 2.5, 5 times a power of ten that fits."""
    power = 10.0 ** math.floor(math.log10(limit_m))
    return max(factor * power for factor in (1.0, 2.0, 2.5, 5.0) if factor * power <= limit_m)


def _draw_scale(pen: Pen, box: Box, imprint: Imprint, words: PageWords) -> None:
    """Write the scale and draw its bar."""
    pen.text(Box(box.x, box.y + 1.2, box.width, 3.0), words("scale"), 2.2, color=NOTE)
    written = scale_words(imprint.scale)
    pen.text(Box(box.x, box.y + 4.0, box.width, 6.0), written, 4.6, bold=True, align="center")
    draw_bar(pen, Box(box.x, box.y + 11.6, box.width, 4.5), imprint.scale)


def scale_words(scale: float) -> str:
    """Write a scale as people do, 1:1,000."""
    return f"1:{scale:,.0f}" if scale == round(scale) else f"1:{scale:,}"


def draw_bar(pen: Pen, box: Box, scale: float) -> None:
    """Draw the bar of a scale in four fields, 4.5 mm high with its figures."""
    field = _nice_length((box.width - 14.0) * scale / 1000.0 / 4.0)
    width = field / scale * 1000.0
    left, top = box.x + (box.width - 4 * width - 4.0) / 2.0, box.y
    for index in range(4):
        fill = INK if index % 2 == 0 else WHITE
        pen.rectangle(Box(left + index * width, top, width, 1.4), width=0.15, fill=fill)
    kilometres = field * 4 >= 4000.0
    for index in (0, 1, 2, 4):
        value = field * index / (1000.0 if kilometres else 1.0)
        text = f"{value:,.6g}" if index < 4 else f"{value:,.6g} {'km' if kilometres else 'm'}"
        wide = pen.text_width(text, 2.0)
        middle = left + index * width
        pen.text(Box(middle - pen.text_width(f"{value:,.6g}", 2.0) / 2.0, top + 1.9, wide, 2.6), text, 2.0)


def _draw_pairs(
    pen: Pen, box: Box, pairs: Sequence[tuple[str, str]], words: PageWords, *, lined: bool = False
) -> None:
    """Write captions and values below each other; ``lined`` leaves a line to sign where there is no value."""
    step = box.height / len(pairs)
    caption = max(pen.text_width(name + words.colon, 2.2) for name, _ in pairs) + 0.5
    for index, (name, value) in enumerate(pairs):
        y = box.y + index * step
        pen.text(Box(box.x + 1.5, y, caption, step), name + words.colon, 2.2, color=NOTE)
        value_box = Box(box.x + 1.5 + caption, y, box.width - caption - 3.0, step)
        if value:
            pen.text(value_box, value, 2.4)
        elif lined:
            pen.line(value_box.x, y + step * 0.78, value_box.right, y + step * 0.78, width=0.12, color=NOTE)


def draw_strip(pen: Pen, plan: PagePlan, imprint: Imprint, page: SheetPage, words: PageWords) -> None:
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
    pen.text(Box(title.x + 1.5, title.y + 1.2, inner, 3.0), words("sheet_name"), 2.2, color=NOTE)
    pen.text(
        Box(title.x + 1.5, title.y + 4.6, inner, 6.0), f"{imprint.title} {imprint.theme}", 4.4, bold=True
    )
    if page.streets:
        streets = words("streets") + words.colon + page.streets
        pen.text(Box(title.x + 1.5, title.y + 12.8, inner, 4.0), streets, 2.4)

    inner = number.width - 3.0
    pen.text(Box(number.x + 1.5, number.y + 1.2, inner, 3.0), words("sheet_no"), 2.2, color=NOTE)
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
