"""Bars that lie one below the other, each with its name and amount, as a drawing (SVG)."""

from __future__ import annotations

import html
from collections.abc import Sequence

from waternet_plugin.core.colours import ACCENT, FAINT, GREY, TEXT
from waternet_plugin.core.files.spreadsheet_file import text_width
from waternet_plugin.core.reports.document import number

_WIDTH, _ROW, _BAR, _TOP = 700.0, 22.0, 14.0, 6.0
_SIGN, _LEAST_NAME, _MOST_NAME, _AMOUNT = 6.2, 60.0, 260.0, 90.0
_MOST_BARS = 12
_DECIMALS = 2


def share_bars(bars: Sequence[tuple[str, float]], title: str, unit: str) -> str:
    """Return a drawing of bars, the largest in the accent.

    Parameters
    ----------
    bars
        Name and amount of each, from the top; the first twelve are drawn.
    title
        For those who can't see the picture.
    unit
        Of the amounts.
    """
    drawn = bars[:_MOST_BARS]
    most = max((amount for _name, amount in drawn), default=0.0) or 1.0
    wide = max((_SIGN * text_width(name) for name, _amount in drawn), default=0.0)
    left = min(max(wide, _LEAST_NAME), _MOST_NAME) + 8.0
    room = _WIDTH - left - _AMOUNT
    height = _ROW * len(drawn) + 2 * _TOP
    parts = [f'<path d="M{left:.1f},{_TOP:g} V{height - _TOP:.1f}" stroke="{FAINT}" stroke-width="1"/>']
    for place, (name, amount) in enumerate(drawn):
        y = _TOP + place * _ROW + (_ROW - _BAR) / 2
        long = room * amount / most
        colour = ACCENT if amount == most else GREY
        base = y + _BAR - 3
        parts += [
            f'<text x="{left - 6:.1f}" y="{base:.1f}" text-anchor="end">{html.escape(_short(name))}</text>',
            f'<rect x="{left:.1f}" y="{y:.1f}" width="{long:.1f}" height="{_BAR:g}" fill="{colour}"/>',
            f'<text x="{left + long + 6:.1f}" y="{base:.1f}">{number(amount, _DECIMALS)} {unit}</text>',
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" '
        f'width="{_WIDTH:g}" height="{height:g}" font-size="11" fill="{TEXT}">'
        f"<title>{html.escape(title)}</title>{''.join(parts)}</svg>"
    )


def _short(name: str) -> str:
    """Return a name as far as there is room for it."""
    if _SIGN * text_width(name) <= _MOST_NAME:
        return name
    short = name
    while _SIGN * text_width(short) > _MOST_NAME - _SIGN:
        short = short[:-1]
    return f"{short}…"
