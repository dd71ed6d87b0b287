"""Charts of lines and bars as SVG for reports: no script, no font of their own, readable in print."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import count
from typing import Optional

from waternet_plugin.core.colours import ACCENT, BAND, FAINT, GREY, NOTE, SEVERE
from waternet_plugin.core.reports.charts import BAR_WIDTH, DASHES, ChartLine, LineChart, runs, spread

_WIDTH, _HEIGHT = 700.0, 340.0
_LEAST_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 240.0, 12.0, 44.0
# Of the label of the axis at the left, with its gap.
_AXIS_LABEL = 20.0
# Beside bars stands the second axis, and the names stand in a key below.
_RIGHT_OF_BARS, _BOTTOM_OF_BARS = 52.0, 74.0
_LABEL_GAP = 15.0
# Size of the squares of the key, its letters, wide and narrow, and the room around a name.
_KEY, _WIDE_SIGN, _NARROW_SIGN, _AROUND_NAME = 9.0, 12.0, 6.6, 26.0
# Marks in the last part of the axis have their text at the left.
_LATE = 0.75


class _Scale:
    """Where the values of a chart stand in its drawing; those of lines by the axis that the lines have."""

    def __init__(self, chart: LineChart) -> None:
        self.first, self.last = chart.x_limits
        ticks = chart.y_ticks()
        self.top = ticks[-1][0]
        longest = max(len(text) for _tick, text in ticks)
        self.left = max(_LEAST_LEFT, _AXIS_LABEL + 6.0 + _NARROW_SIGN * longest)
        self.line_top = chart.right_ticks()[-1][0] if chart.bars else self.top
        self.right = _WIDTH - (_RIGHT_OF_BARS if chart.bars else _RIGHT)
        self.bottom = _HEIGHT - (_BOTTOM_OF_BARS if chart.bars else _BOTTOM)
        self.wide, self.high = self.right - self.left, self.bottom - _TOP

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a value of a line."""
        return self.x(x), _TOP + self.high * (1 - y / self.line_top)

    def x(self, value: float) -> float:
        """Return where a value of the x axis is."""
        return self.left + self.wide * (value - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        """Return where a value of the axis at the left is."""
        return _TOP + self.high * (1 - value / self.top)

    def path(self, x: Sequence[float], y: Sequence[float]) -> str:
        """Return the places of values as the points of a shape."""
        return " ".join("{:.1f},{:.1f}".format(*self.at(a, b)) for a, b in zip(x, y))


def line_chart(chart: LineChart) -> str:
    """Return a chart as a drawing."""
    scale = _Scale(chart)
    plain = [line for line in chart.lines if not line.strong]
    strong = [line for line in chart.lines if line.strong]
    names, height = _key(chart, scale) if chart.bars else (_names(chart, scale), _HEIGHT)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" '
        f'width="{_WIDTH:g}" font-size="12" fill="{NOTE}"><title>{html.escape(chart.title)}</title>'
    )
    parts = [
        head,
        *_axes(chart, scale),
        *_bars(chart, scale),
        *(_band(line, scale) for line in chart.lines if line.lower),
        *(_line(line, scale, DASHES[number % len(DASHES)]) for number, line in enumerate(plain)),
        *(_line(line, scale, ()) for line in strong),
        *_marks(chart, scale),
        *names,
        "</svg>",
    ]
    return "".join(parts)


def _axes(chart: LineChart, scale: _Scale) -> list[str]:
    """Return ticks with their texts and what the axes mean."""
    parts = []
    for tick, text in chart.y_ticks():
        height = scale.y(tick)
        parts.append(
            f'<line x1="{scale.left:g}" x2="{scale.right:g}" y1="{height:.1f}" y2="{height:.1f}" '
            f'stroke="{FAINT}"/>'
            f'<text x="{scale.left - 6:g}" y="{height + 4:.1f}" text-anchor="end">{text}</text>'
        )
    for tick, text in chart.x_ticks():
        x = scale.x(tick)
        parts.append(f'<text x="{x:.1f}" y="{scale.bottom + 16:.1f}" text-anchor="middle">{text}</text>')
    middle = _TOP + scale.high / 2
    if chart.x_label:
        parts.append(
            f'<text x="{scale.left + scale.wide / 2:.1f}" y="{scale.bottom + 38:g}" text-anchor="middle">'
            f"{html.escape(chart.x_label)}</text>"
        )
    parts.append(_turned_text(12, middle, chart.y_label))
    if chart.bars:
        for tick, text in chart.right_ticks():
            height = scale.at(scale.first, tick)[1]
            parts.append(f'<text x="{scale.right + 6:g}" y="{height + 4:.1f}" fill="{ACCENT}">{text}</text>')
        parts.append(_turned_text(_WIDTH - 6, middle, chart.right_label, f' fill="{ACCENT}"'))
    return parts


def _turned_text(x: float, y: float, text: str, more: str = "") -> str:
    turned = f'text-anchor="middle" transform="rotate(-90 {x:g} {y:.1f})"'
    return f'<text x="{x:g}" y="{y:.1f}" {turned}{more}>{html.escape(text)}</text>'


def _bars(chart: LineChart, scale: _Scale) -> list[str]:
    """Return the bars of all kinds, those of one place on top of each other."""
    parts, base = [], dict[float, float]()
    for bars in chart.bars:
        for x, value in zip(bars.x, bars.y):
            if value <= 0:
                continue
            under = base.get(x, 0.0)
            base[x] = under + value
            left, right = scale.x(x - BAR_WIDTH / 2), scale.x(x + BAR_WIDTH / 2)
            top, bottom = scale.y(under + value), scale.y(under)
            parts.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
                f'height="{bottom - top:.1f}" fill="{bars.colour}"/>'
            )
    return parts


def _key(chart: LineChart, scale: _Scale) -> tuple[list[str], float]:
    """Return what colours and dashes mean, in lines below the axis, and how high the drawing is with them."""
    parts, x, y = [], scale.left, scale.bottom + 40
    plain = (DASHES[number % len(DASHES)] for number in count())
    words: list[tuple[str, str, Optional[tuple[float, ...]]]] = [
        (bars.name, bars.colour, None) for bars in chart.bars
    ]
    words += [(line.name, *((ACCENT, ()) if line.strong else (GREY, next(plain)))) for line in chart.lines]
    for word, colour, dashes in words:
        length = sum(_WIDE_SIGN if ord(sign) > 0x2E80 else _NARROW_SIGN for sign in word) + _AROUND_NAME
        if x + length > _WIDTH and x > scale.left:
            x, y = scale.left, y + _LABEL_GAP
        if dashes is None:
            parts.append(
                f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="{_KEY:g}" height="{_KEY:g}" fill="{colour}"/>'
            )
        else:
            ends = f'x1="{x - 4:.1f}" x2="{x + _KEY:.1f}" y1="{y - 4:.1f}" y2="{y - 4:.1f}"'
            style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{_dash(dashes)}"'
            parts.append(f"<line {ends} {style}/>")
        parts.append(f'<text x="{x + 13:.1f}" y="{y:.1f}">{html.escape(word)}</text>')
        x += length
    return parts, max(y + _LABEL_GAP / 2, _HEIGHT)


def _dash(dashes: tuple[float, ...]) -> str:
    return " ".join(f"{each:g}" for each in dashes)


def _band(line: ChartLine, scale: _Scale) -> str:
    colour, opacity = (BAND, 1.0) if line.is_dots else (ACCENT, 0.15)
    parts = []
    for run in runs(line.lower):
        x = line.x[run]
        edge = scale.path((*x, *reversed(x)), (*line.upper[run], *reversed(line.lower[run])))
        parts.append(f'<polygon points="{edge}" fill="{colour}" fill-opacity="{opacity:g}"/>')
    return "".join(parts)


def _line(line: ChartLine, scale: _Scale, dashes: tuple[float, ...]) -> str:
    colour, width = (ACCENT, 2.5) if line.strong else (GREY, 1.3)
    if line.is_dots:
        dots = (scale.at(x, y) for x, y in zip(line.x, line.y) if y == y)
        return "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.7" fill="{colour}"/>' for x, y in dots)
    return (
        f'<polyline points="{scale.path(line.x, line.y)}" fill="none" stroke="{colour}" '
        f'stroke-width="{width:g}" stroke-dasharray="{_dash(dashes)}"/>'
    )


def _marks(chart: LineChart, scale: _Scale) -> list[str]:
    """Return the uprights of what happened, and the value that the chart is about."""
    parts = []
    for mark in chart.marks:
        x, top = scale.x(mark.x), _TOP
        is_late = x > scale.left + _LATE * scale.wide
        side, offset = ("end", -5.0) if is_late else ("start", 5.0)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{scale.bottom:.1f}" stroke="{SEVERE}"/>'
            f'<text x="{x + offset:.1f}" y="{top + 11:.1f}" text-anchor="{side}" fill="{SEVERE}">'
            f"{html.escape(mark.text)}</text>"
        )
    if chart.point is not None:
        x, y = scale.at(*chart.point[:2])
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{ACCENT}"/>'
            f'<text x="{x + 7:.1f}" y="{y + 13:.1f}" fill="{ACCENT}">{html.escape(chart.point[2])}</text>'
        )
    return parts


def _names(chart: LineChart, scale: _Scale) -> list[str]:
    """Return the name of each line at its end, apart from one another."""
    lines = [line for line in chart.lines if line.x]
    ends = [scale.at(line.x[-1], next((y for y in reversed(line.y) if y == y), 0.0)) for line in lines]
    heights = spread([y for _, y in ends], _LABEL_GAP, scale.bottom)
    parts = []
    for line, (x, y), height in zip(lines, ends, heights):
        colour = ACCENT if line.strong else NOTE
        parts.append(
            f'<line x1="{x + 2:.1f}" y1="{y:.1f}" x2="{x + 12:.1f}" y2="{height:.1f}" stroke="{FAINT}"/>'
            f'<text x="{x + 15:.1f}" y="{height + 4:.1f}" fill="{colour}">{html.escape(line.name)}</text>'
        )
    return parts
