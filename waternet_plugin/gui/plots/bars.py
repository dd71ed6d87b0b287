"""Bars drawn on axes of matplotlib: one below the other, each with its name and its figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.units import INCH_PT
from waternet_plugin.gui.plots.plot import BAR_WIDTH, FIGURE, LABEL_PT, annotate
from waternet_plugin.gui.widgets import amounts

# Few ticks, for their figures are long and a pane is narrow.
_TICKS = 3
_ROOM = 1.2
# Points of a line of text, of the least that can be read, and of what an axis and all else take.
_LINE_PT, _LEAST_PT, _AXIS_PT, _AROUND_PT = 10.0, 6.5, 26.0, 18.0


@dataclass(frozen=True)
class Bar:
    """A bar of parts in a row from zero on, each a value and its colour; ``figure`` is written at its end."""

    name: str
    parts: tuple[tuple[float, str], ...]
    figure: str


def draw_bars(axes: Any, bars: Sequence[Bar], x_label: str) -> None:
    """Draw bars, the first above; a low plot leaves out the axis, then the last bars, with dots."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    room_pt = axes.figure.get_figheight() * INCH_PT - _AROUND_PT
    has_axis = (room_pt - _AXIS_PT) / max(len(bars), 1) >= _LINE_PT
    most_bars = max(int(room_pt / _LEAST_PT), 2)
    names = [bar.name for bar in bars]
    if len(bars) > most_bars:
        bars = bars[: most_bars - 1]
        names = [*names[: most_bars - 1], "…"]
    size_pt = LABEL_PT if has_axis else min(LABEL_PT, 0.8 * room_pt / max(len(names), 1))
    ends = []
    for index, bar in enumerate(bars):
        end = 0.0
        for value, colour in bar.parts:
            axes.barh(index, value, left=end, height=BAR_WIDTH, color=colour)
            end += value
        at, style = (max(end, 0.0), index), {**FIGURE, "fontsize": size_pt}
        annotate(axes, bar.figure, at, (3, 0), sides=("left", "center"), **style)
        ends.append(end)
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels(names, fontsize=size_pt)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(x_label)
    axes.xaxis.set_visible(has_axis)
    most = max(ends, default=0.0) or 1.0
    axes.set_xlim(0, most * _ROOM)
    axes.xaxis.set_major_locator(MaxNLocator(_TICKS))
    decimals = 0 if most > 2 * _TICKS else 1 if most > 0.2 * _TICKS else 2
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _index: amounts.number(value, decimals)))
