"""Bars drawn on axes of matplotlib: one below the other, each with its name and its figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from waternet_plugin.gui.plots.plot import BAR_WIDTH, FIGURE, annotate
from waternet_plugin.gui.widgets import amounts

# Few ticks, for their figures are long and a pane is narrow.
_TICKS = 3
_ROOM = 1.2


@dataclass(frozen=True)
class Bar:
    """A bar of parts in a row from zero on, each a value and its colour; ``figure`` is written at its end."""

    name: str
    parts: tuple[tuple[float, str], ...]
    figure: str


def draw_bars(axes: Any, bars: Sequence[Bar], x_label: str) -> None:
    """Draw bars, the first above."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ends = []
    for index, bar in enumerate(bars):
        end = 0.0
        for value, colour in bar.parts:
            axes.barh(index, value, left=end, height=BAR_WIDTH, color=colour)
            end += value
        annotate(axes, bar.figure, (max(end, 0.0), index), (3, 0), sides=("left", "center"), **FIGURE)
        ends.append(end)
    axes.set_yticks(range(len(bars)))
    axes.set_yticklabels([bar.name for bar in bars])
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(x_label)
    most = max(ends, default=0.0) or 1.0
    axes.set_xlim(0, most * _ROOM)
    axes.xaxis.set_major_locator(MaxNLocator(_TICKS))
    decimals = 0 if most > 2 * _TICKS else 1 if most > 0.2 * _TICKS else 2
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _index: amounts.number(value, decimals)))
