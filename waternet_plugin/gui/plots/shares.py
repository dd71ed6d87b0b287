"""The plots of the statistics: the length of the pipes by system, diameter, material, age and status."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from waternet_plugin.core import texts
from waternet_plugin.core.colours import ACCENT, GREY
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.bars import Bar, draw_bars
from waternet_plugin.gui.plots.plot import Plot
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.core.reports.health.statistics import Statistics

_MOST_BARS = 14


def group_titles() -> dict[str, str]:
    """Return what people call each group, in the order of the plots."""
    return {
        "system": tr("System"),
        "diameter": tr("Diameter"),
        "material": tr("Material"),
        "age": tr("Age"),
        "status": tr("Status"),
    }


def rows_of(statistics: Statistics, group: str) -> list[tuple[str, float, int, float]]:
    """Return label, length in km, number of pipes and per cent of the length of each line of a group."""
    from waternet_plugin.core.reports.health.statistics import label

    shares = statistics.shares[group]
    total_m = sum(share.length_m for share in shares) or 1.0
    language = texts.language()
    return [
        (
            label(group, share.code, language),
            share.length_m / 1000,
            share.pipes,
            100 * share.length_m / total_m,
        )
        for share in shares
    ]


def lengths_plot(statistics: Statistics, group: str, *, network: str) -> Plot:
    """Return the lengths of a group as bars, the longest in the accent.

    Parameters
    ----------
    statistics
        The figures.
    group
        One of `group_titles`.
    network
        For the source.
    """
    rows = rows_of(statistics, group)
    longest = max(rows, key=lambda row: row[1], default=None)
    title = tr("No pipes yet.")
    if longest is not None:
        title = tr("{name}: {length}, {share} % of the length").format(
            name=longest[0], length=amounts.length(1000 * longest[1]), share=amounts.number(longest[3], 1)
        )
    bars = [
        Bar(name, ((km, ACCENT if name == longest[0] else GREY),), amounts.km(1000 * km))
        for name, km, _pipes, _percent in rows[:_MOST_BARS]
        if longest is not None
    ]
    return Plot(
        name=f"length_by_{group}",
        title=title,
        source=tr("Source: {network}; {date}").format(
            network=network, date=datetime.date.today().isoformat()
        ),
        columns=(group_titles()[group], tr("Length (km)"), tr("Pipes"), tr("Share (%)")),
        rows=tuple((name, round(km, 3), pipes, round(percent, 1)) for name, km, pipes, percent in rows),
        draw=lambda axes: draw_bars(axes, bars, tr("km")),
    )
