"""A matrix of likelihood and consequence as SVG: km and pipes in every cell, darker where risk is higher."""

from __future__ import annotations

import html
from collections.abc import Sequence

from waternet_plugin.core.colours import FAINT, NOTE, STEPS, TEXT, WHITE
from waternet_plugin.core.health.risk.what_if import RISK_STEPS

_CELL_WIDE, _CELL_HIGH = 92.0, 46.0
_LEFT, _TOP, _BOTTOM = 70.0, 8.0, 44.0
_WHITE_FROM = 4


def _shade(row: int, column: int) -> int:
    """Return the step of a cell by the product of its bands."""
    product = (row + 1) * (column + 1)
    return next(step for step, most in enumerate(RISK_STEPS) if product <= most)


def matrix_chart(
    upper: Sequence[Sequence[str]],
    lower: Sequence[Sequence[str]],
    *,
    x_label: str,
    y_label: str,
    title: str,
) -> str:
    """Return a square of cells, the first row at the bottom.

    Parameters
    ----------
    upper, lower
        Two lines of text of each cell, rows of columns; '' for none.
    x_label, y_label
        What the columns and the rows mean.
    title
        For those who can't see the picture.
    """
    size = len(upper)
    wide, high = _LEFT + size * _CELL_WIDE + 8, _TOP + size * _CELL_HIGH + _BOTTOM
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img" '
            f'width="{wide:g}" font-size="12" fill="{NOTE}" text-anchor="middle">'
            f"<title>{html.escape(title)}</title>"
        )
    ]
    for row in range(size):
        y = _TOP + (size - 1 - row) * _CELL_HIGH
        parts.append(f'<text x="{_LEFT - 14:g}" y="{y + _CELL_HIGH / 2 + 4:g}">{row + 1}</text>')
        for column in range(size):
            x, shade = _LEFT + column * _CELL_WIDE, _shade(row, column)
            ink = WHITE if shade >= _WHITE_FROM else TEXT
            middle = x + _CELL_WIDE / 2
            parts.append(
                f'<rect x="{x:g}" y="{y:g}" width="{_CELL_WIDE:g}" height="{_CELL_HIGH:g}" '
                f'fill="{STEPS[shade]}" stroke="{FAINT}"/>'
                f'<text x="{middle:g}" y="{y + 20:g}" fill="{ink}">{html.escape(upper[row][column])}</text>'
                f'<text x="{middle:g}" y="{y + 36:g}" fill="{ink}" font-size="10">'
                f"{html.escape(lower[row][column])}</text>"
            )
    base = _TOP + size * _CELL_HIGH
    for column in range(size):
        parts.append(
            f'<text x="{_LEFT + (column + 0.5) * _CELL_WIDE:g}" y="{base + 16:g}">{column + 1}</text>'
        )
    middle = _TOP + size * _CELL_HIGH / 2
    parts.append(
        f'<text x="{_LEFT + size * _CELL_WIDE / 2:g}" y="{base + 36:g}">{html.escape(x_label)}</text>'
        f'<text x="16" y="{middle:g}" transform="rotate(-90 16 {middle:g})">{html.escape(y_label)}</text>'
        "</svg>"
    )
    return "".join(parts)
