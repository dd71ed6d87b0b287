"""Line charts as SVG for reports: no script, no font of their own, readable in print."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from waternet_plugin.core.colours import ACCENT, FAINT, GREY, NOTE

_WIDTH, _HEIGHT = 700.0, 340.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 240.0, 12.0, 44.0
_LABEL_GAP = 15.0
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2", "10 4", "4 2 1 2", "12 3")


@dataclass(frozen=True)
class ChartLine:
    """A line of points; ``strong`` ones are set in the accent, ``lower`` and ``upper`` shade a band."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    strong: bool = False
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()


def _steps(most: float) -> list[float]:
    """Return round ticks from 0 to at least a value, four to six of them."""
    if most <= 0:
        return [0.0, 1.0]
    power = 1.0
    while power * 10 <= most:
        power *= 10
    while power > most:
        power /= 10
    step = next(
        size * power for size in (0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0) if most / (size * power) <= 5
    )
    count = int(most / step + 0.999999)
    return [round(step * place, 10) for place in range(count + 1)]


def _spread(places: Sequence[float]) -> list[float]:
    """Return label heights near the wanted ones that do not overlap."""
    order = sorted(range(len(places)), key=lambda place: places[place])
    result = list(places)
    last = float("-inf")
    for place in order:
        last = max(places[place], last + _LABEL_GAP)
        result[place] = last
    over = last - (_HEIGHT - _BOTTOM)
    if over > 0:
        result = [value - over for value in result]
    return result


def line_chart(lines: Sequence[ChartLine], *, x_label: str, y_label: str, title: str) -> str:
    """Return a chart of lines that begin at 0, each named at its right end.

    Parameters
    ----------
    lines
        What to draw; at least one with a point.
    x_label, y_label
        What the axes mean, with the unit.
    title
        For those who can't see the picture.
    """
    x_ticks = _steps(max(max(line.x) for line in lines))
    y_ticks = _steps(max(max((*line.y, *line.upper)) for line in lines))
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    # The x axis ends with the data: labels stand there.
    x_end = max(max(line.x) for line in lines) or 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + wide * x / x_end, _TOP + high * (1 - y / y_ticks[-1])

    def path(x: Sequence[float], y: Sequence[float]) -> str:
        return " ".join("{:.1f},{:.1f}".format(*at(a, b)) for a, b in zip(x, y))

    parts = []
    parts.append(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" '
        f'width="{_WIDTH:g}" font-size="12" fill="{NOTE}"><title>{html.escape(title)}</title>'
    )
    for tick in y_ticks:
        _, height = at(0, tick)
        parts.append(
            f'<line x1="{_LEFT:g}" x2="{_WIDTH - _RIGHT:g}" y1="{height:.1f}" y2="{height:.1f}" '
            f'stroke="{FAINT}"/>'
            f'<text x="{_LEFT - 6:g}" y="{height + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
    for tick in x_ticks:
        if tick <= x_end * 1.001:
            place, base = at(tick, 0)
            parts.append(f'<text x="{place:.1f}" y="{base + 16:.1f}" text-anchor="middle">{tick:g}</text>')
    middle = _LEFT + wide / 2
    parts.append(
        f'<text x="{middle:.1f}" y="{_HEIGHT - 6:g}" text-anchor="middle">{html.escape(x_label)}</text>'
        f'<text x="12" y="{_TOP + high / 2:.1f}" text-anchor="middle" '
        f'transform="rotate(-90 12 {_TOP + high / 2:.1f})">{html.escape(y_label)}</text>'
    )
    for line in lines:
        if line.lower:
            edge = path((*line.x, *reversed(line.x)), (*line.upper, *reversed(line.lower)))
            parts.append(f'<polygon points="{edge}" fill="{ACCENT}" fill-opacity="0.15"/>')
    plain = [line for line in lines if not line.strong]
    for line in [*plain, *(line for line in lines if line.strong)]:
        dash = "" if line.strong else _DASHES[plain.index(line) % len(_DASHES)]
        colour, width = (ACCENT, 2.5) if line.strong else (GREY, 1.3)
        parts.append(
            f'<polyline points="{path(line.x, line.y)}" fill="none" stroke="{colour}" '
            f'stroke-width="{width:g}" stroke-dasharray="{dash}"/>'
        )
    ends = [at(line.x[-1], line.y[-1]) for line in lines]
    for line, (x, y), height in zip(lines, ends, _spread([end[1] for end in ends])):
        colour = ACCENT if line.strong else NOTE
        parts.append(
            f'<line x1="{x + 2:.1f}" y1="{y:.1f}" x2="{x + 12:.1f}" y2="{height:.1f}" stroke="{FAINT}"/>'
            f'<text x="{x + 15:.1f}" y="{height + 4:.1f}" fill="{colour}">{html.escape(line.name)}</text>'
        )
    parts.append("</svg>")
    return "".join(parts)
