"""Draw the bar of a scale."""

from __future__ import annotations

import math

from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.pen import Pen
from waternet_plugin.core.colours import INK, WHITE


def round_length(limit_m: float) -> float:
    """Return the longest of 1, 2, 2.5, 5 times a power of ten that fits."""
    power = 10.0 ** math.floor(math.log10(limit_m))
    return max(factor * power for factor in (1.0, 2.0, 2.5, 5.0) if factor * power <= limit_m)


def scale_words(scale: float) -> str:
    """Write a scale as people do, 1:1,000."""
    return f"1:{scale:,.0f}" if scale == round(scale) else f"1:{scale:,}"


def draw_bar(pen: Pen, box: Box, scale: float) -> None:
    """Draw the bar of a scale in four fields, 4.5 mm high with its figures."""
    field = round_length((box.width - 14.0) * scale / 1000.0 / 4.0)
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
