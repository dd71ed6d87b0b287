"""The failures of a project by year as a drawing of bars."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from typing import Optional

from waternet_plugin.core.colours import NOTE, SEVERE, TEXT

_MOST_BARS = 30
# In mm, as the picture stands on a page.
_FOOT_MM, _FIGURE_MM, _TEXT_MM, _YEAR_MM = 3.2, 2.8, 2.2, 7.0


def failure_bars(
    years: Sequence[int],
    *,
    first: Optional[int],
    last: int,
    size_mm: tuple[float, float],
    caption: str,
    family: str,
) -> str:
    """Return the drawing: a bar for each year with failures, the number above it, years below.

    Parameters
    ----------
    years
        Of each failure; none leaves the caption alone.
    first, last
        The years from and to which failures are on record; None for unknown. The last 30 years are drawn.
    size_mm
        Width and height.
    caption
        What stands above the bars.
    family
        Font of all texts.
    """
    wide, high = size_mm
    parts = [_text(0.0, _TEXT_MM + 0.4, caption, NOTE, "start")]
    if years:
        counts = Counter(years)
        last = max(last, *counts)
        begin = max(min(first if first is not None else last, *counts), last - _MOST_BARS + 1)
        step, foot = wide / (last - begin + 1), high - _FOOT_MM
        room, most = foot - 2 * _FIGURE_MM - 1.0, max(2, *counts.values())
        parts.append(f'<path d="M0 {foot:.2f}H{wide:.2f}" stroke="{NOTE}" stroke-width="0.15"/>')
        for year in range(begin, last + 1):
            left, count = (year - begin) * step, counts.get(year, 0)
            if count:
                top = foot - room * count / most
                parts.append(
                    f'<rect x="{left + 0.15 * step:.2f}" y="{top:.2f}" width="{0.7 * step:.2f}" '
                    f'height="{foot - top:.2f}" fill="{SEVERE}"/>'
                )
                parts.append(_text(left + step / 2, top - 0.5, str(count), TEXT, "middle"))
            from_end = min(year - begin, last - year) * step
            if year in (begin, last) or (year % 5 == 0 and from_end > _YEAR_MM):
                anchor = {begin: "start", last: "end"}.get(year, "middle")
                x = {begin: left, last: left + step}.get(year, left + step / 2)
                parts.append(_text(x, high - 0.6, str(year), NOTE, anchor))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}mm" height="{high:g}mm" '
        f'viewBox="0 0 {wide:g} {high:g}" font-family="{html.escape(family)}" font-size="{_TEXT_MM}">'
        + "".join(parts)
        + "</svg>"
    )


def _text(x: float, y: float, text: str, colour: str, anchor: str) -> str:
    style = f'x="{x:.2f}" y="{y:.2f}" fill="{colour}" text-anchor="{anchor}"'
    return f"<text {style}>{html.escape(text)}</text>"
