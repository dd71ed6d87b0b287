"""Line charts as SVG for reports: no script, no font of their own, readable in print."""

from __future__ import annotations

import html
from collections.abc import Sequence

from waternet_plugin.core.colours import ACCENT, BAND, FAINT, GREY, NOTE, SEVERE
from waternet_plugin.core.reports.charts import DASHES, ChartLine, LineChart, runs, spread

_WIDTH, _HEIGHT = 700.0, 340.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 240.0, 12.0, 44.0
_LABEL_GAP = 15.0
_WIDE, _HIGH = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
# Marks in the last part of the axis have their text at the left.
_LATE = 0.75


class _Scale:
    """Where the values of a chart stand in its drawing."""

    def __init__(self, chart: LineChart) -> None:
        self.first, self.last = chart.x_limits
        self.top = chart.y_ticks()[-1][0]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a value."""
        share = (x - self.first) / (self.last - self.first)
        return _LEFT + _WIDE * share, _TOP + _HIGH * (1 - y / self.top)

    def path(self, x: Sequence[float], y: Sequence[float]) -> str:
        """Return the places of values as the points of a shape."""
        return " ".join("{:.1f},{:.1f}".format(*self.at(a, b)) for a, b in zip(x, y))


def line_chart(chart: LineChart) -> str:
    """Return a chart as a drawing."""
    scale = _Scale(chart)
    plain = [line for line in chart.lines if not line.strong]
    strong = [line for line in chart.lines if line.strong]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" '
        f'width="{_WIDTH:g}" font-size="12" fill="{NOTE}"><title>{html.escape(chart.title)}</title>'
    )
    parts = [
        head,
        *_axes(chart, scale),
        *(_band(line, scale) for line in chart.lines if line.lower),
        *(_line(line, scale, DASHES[number % len(DASHES)]) for number, line in enumerate(plain)),
        *(_line(line, scale, ()) for line in strong),
        *_marks(chart, scale),
        *_names(chart, scale),
        "</svg>",
    ]
    return "".join(parts)


def _axes(chart: LineChart, scale: _Scale) -> list[str]:
    """Return ticks with their texts and what the axes mean."""
    parts = []
    for tick, text in chart.y_ticks():
        _, height = scale.at(scale.first, tick)
        parts.append(
            f'<line x1="{_LEFT:g}" x2="{_WIDTH - _RIGHT:g}" y1="{height:.1f}" y2="{height:.1f}" '
            f'stroke="{FAINT}"/>'
            f'<text x="{_LEFT - 6:g}" y="{height + 4:.1f}" text-anchor="end">{text}</text>'
        )
    for tick, text in chart.x_ticks():
        x, base = scale.at(tick, 0)
        parts.append(f'<text x="{x:.1f}" y="{base + 16:.1f}" text-anchor="middle">{text}</text>')
    middle = _TOP + _HIGH / 2
    parts.append(
        f'<text x="{_LEFT + _WIDE / 2:.1f}" y="{_HEIGHT - 6:g}" text-anchor="middle">'
        f"{html.escape(chart.x_label)}</text>"
        f'<text x="12" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 12 {middle:.1f})">'
        f"{html.escape(chart.y_label)}</text>"
    )
    return parts


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
        f'stroke-width="{width:g}" stroke-dasharray="{" ".join(f"{each:g}" for each in dashes)}"/>'
    )


def _marks(chart: LineChart, scale: _Scale) -> list[str]:
    """Return the uprights of what happened, and the value that the chart is about."""
    parts = []
    for mark in chart.marks:
        x, top = scale.at(mark.x, scale.top)
        is_late = x > _LEFT + _LATE * _WIDE
        side, offset = ("end", -5.0) if is_late else ("start", 5.0)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{top + _HIGH:.1f}" stroke="{SEVERE}"/>'
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
    heights = spread([y for _, y in ends], _LABEL_GAP, _HEIGHT - _BOTTOM)
    parts = []
    for line, (x, y), height in zip(lines, ends, heights):
        colour = ACCENT if line.strong else NOTE
        parts.append(
            f'<line x1="{x + 2:.1f}" y1="{y:.1f}" x2="{x + 12:.1f}" y2="{height:.1f}" stroke="{FAINT}"/>'
            f'<text x="{x + 15:.1f}" y="{height + 4:.1f}" fill="{colour}">{html.escape(line.name)}</text>'
        )
    return parts
