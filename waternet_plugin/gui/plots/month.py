"""The plot of a month: hours a crew and day as bars, the share of drains cleaned as a line."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.lines import draw_lines
from waternet_plugin.gui.plots.plot import Plot

if TYPE_CHECKING:
    from waternet_plugin.core.reports.charts import LineChart


def hours_of_month(chart: LineChart, month: str, *, network: str) -> Plot:
    """Return the plot of a month, YYYY-MM, in a network that people call so."""
    rate = chart.lines[0]
    days = [datetime.date.fromordinal(int(day)).isoformat() for day in rate.x]
    return Plot(
        name=f"plan_{month}",
        title=chart.title,
        source=tr("Source: {network}; {date}").format(
            network=network, date=datetime.date.today().isoformat()
        ),
        columns=(tr("Day"), *(bars.name for bars in chart.bars), rate.name),
        rows=tuple(zip(days, *(bars.y for bars in chart.bars), rate.y)),
        draw=lambda axes: draw_lines(axes, chart),
    )
