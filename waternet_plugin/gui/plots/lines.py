"""Charts of lines and bars drawn on axes of matplotlib; reports draw the same charts as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count
from typing import Any

from waternet_plugin.core.colours import ACCENT, BAND, GREY, NOTE, SEVERE, TEXT
from waternet_plugin.core.reports.charts import BAR_WIDTH, DASHES, ChartLine, LineChart, Ticks, spread
from waternet_plugin.core.units import INCH_PT
from waternet_plugin.gui.plots.plot import FIGURE, annotate

_NAME_PT, _DOT_PT, _POINT_PT = 7, 2.6, 5
# Lines of names at the ends of lines, and what title, ticks and source take of the height of a plot.
_NAME_LINE_PT, _AROUND_AXES_PT = 8.5, 95.0
# Low plots have neither title nor source: their axes take this share of the height at least.
_LEAST_AXES = 0.55
# What the text of a tick takes of the width of a plot, and what lies left and right of its axes.
_TICK_PT, _AXES_MARGIN_PT = 36.0, 70.0
# Names at the ends of lines are this share of the axis apart at least.
_APART = 0.07
# Marks in the last part of the axis have their text at the left.
_LATE = 0.75


def draw_lines(axes: Any, chart: LineChart) -> None:
    """Draw a chart; its lines are named where there are several, in a key below where there are bars."""
    if chart.bars:
        _draw_with_bars(axes, chart)
        return
    plain = [line for line in chart.lines if not line.strong]
    for line in chart.lines:
        if line.lower:
            colour, opacity = (BAND, 1.0) if line.is_dots else (ACCENT, 0.15)
            axes.fill_between(line.x, line.lower, line.upper, color=colour, alpha=opacity, linewidth=0)
    for number, line in enumerate(plain):
        _draw_line(axes, line, DASHES[number % len(DASHES)])
    for line in (line for line in chart.lines if line.strong):
        _draw_line(axes, line, ())
    y_ticks = chart.y_ticks()
    top = y_ticks[-1][0]
    axes.set_xlim(*chart.x_limits)
    axes.set_ylim(0, top)
    for axis, ticks in ((axes.xaxis, _with_room(axes, chart.x_ticks())), (axes.yaxis, y_ticks)):
        axis.set_ticks([tick for tick, _ in ticks])
        axis.set_ticklabels([text for _, text in ticks])
    axes.set_xlabel(chart.x_label)
    axes.set_ylabel(chart.y_label)
    _draw_marks(axes, chart)
    if len(chart.lines) > 1:
        _name_ends(axes, [line for line in chart.lines if line.x], top)


def _draw_with_bars(axes: Any, chart: LineChart) -> None:
    """Draw bars by the axis at the left, lines by one at the right, and the key."""
    base: dict[float, float] = {}
    shapes = []
    for bars in chart.bars:
        under = [base.get(x, 0.0) for x in bars.x]
        shapes.append(axes.bar(bars.x, bars.y, BAR_WIDTH, bottom=under, color=bars.colour, label=bars.name))
        base.update({x: low + y for x, low, y in zip(bars.x, under, bars.y)})
    right = axes.twinx()
    plain = (DASHES[number % len(DASHES)] for number in count())
    for line in chart.lines:
        _draw_line(right, line, () if line.strong else next(plain))
    for each, ticks, label, colour in (
        (axes, chart.y_ticks(), chart.y_label, NOTE),
        (right, chart.right_ticks(), chart.right_label, ACCENT),
    ):
        each.set_ylim(0, ticks[-1][0])
        each.yaxis.set_ticks([tick for tick, _ in ticks], labels=[text for _, text in ticks])
        each.set_ylabel(label, color=colour)
        each.tick_params(axis="y", colors=colour)
    right.grid(visible=False)
    ticks = _with_room(axes, chart.x_ticks())
    axes.set_xlim(*chart.x_limits)
    axes.xaxis.set_ticks([tick for tick, _ in ticks], labels=[text for _, text in ticks])
    axes.legend(
        handles=[*shapes, *right.get_lines()],
        loc="upper center",
        bbox_to_anchor=(0.5, -0.12),
        ncol=2,
        fontsize=_NAME_PT,
        frameon=False,
        handlelength=1.6,
        columnspacing=1.0,
    )


def _with_room(axes: Any, ticks: Ticks) -> Ticks:
    """Return as many of the ticks of the x axis as can be read side by side."""
    room_pt = max(axes.figure.get_figwidth() * INCH_PT - _AXES_MARGIN_PT, _TICK_PT)
    return ticks[:: max(math.ceil(len(ticks) * _TICK_PT / room_pt), 1)]


def _draw_line(axes: Any, line: ChartLine, dashes: tuple[float, ...]) -> None:
    colour = ACCENT if line.strong else GREY
    if line.is_dots:
        axes.plot(line.x, line.y, "o", color=colour, markersize=_DOT_PT)
        return
    axes.plot(
        line.x,
        line.y,
        color=colour,
        linewidth=1.8 if line.strong else 1.1,
        linestyle=(0, dashes) if dashes else "-",
        label=line.name,
    )


def _draw_marks(axes: Any, chart: LineChart) -> None:
    """Draw the uprights of what happened, and the value that the chart is about."""
    first, last = chart.x_limits
    for mark in chart.marks:
        axes.axvline(mark.x, color=SEVERE, linewidth=1.0)
        is_late = mark.x > first + _LATE * (last - first)
        annotate(
            axes,
            mark.text,
            (mark.x, 0.98),
            (-4 if is_late else 4, 0),
            sides=("right" if is_late else "left", "top"),
            xycoords=("data", "axes fraction"),
            **{**FIGURE, "color": SEVERE},
        )
    if chart.point is not None:
        x, y, text = chart.point
        axes.plot([x], [y], "o", color=ACCENT, markersize=_POINT_PT)
        annotate(axes, text, (x, y), (6, -3), sides=("left", "top"), **FIGURE)


def _name_ends(axes: Any, lines: Sequence[ChartLine], top: float) -> None:
    """Write the name of each line at its end, apart from one another however small the plot is."""
    height_pt = axes.figure.get_figheight() * INCH_PT
    room_pt = max(height_pt - _AROUND_AXES_PT, _LEAST_AXES * height_pt)
    heights = spread([line.y[-1] for line in lines], max(_APART, _NAME_LINE_PT / room_pt) * top, top)
    for line, height in zip(lines, heights):
        axes.annotate(
            line.name,
            (line.x[-1], height),
            xytext=(6, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=_NAME_PT,
            color=TEXT if line.strong else NOTE,
            annotation_clip=False,
        )
