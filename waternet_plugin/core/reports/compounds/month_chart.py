"""The chart of a month: hours of each crew and day as bars, and the share of drains cleaned by then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import DISTINCT
from waternet_plugin.core.reports.charts import DAY, ChartBars, ChartLine, LineChart
from waternet_plugin.core.texts import tr

# The first colour belongs to the line of the rate, and what is wrong has the second.
_CREW_COLOURS = (*DISTINCT[2:], DISTINCT[1])


def month_chart(
    days: Array, crews: Sequence[str], hours: Array, rate: Array, *, needed: float, title: str
) -> LineChart:
    """Return the chart.

    Parameters
    ----------
    days
        The days of work (d,), datetime64[D].
    crews
        Names of the crews (c,).
    hours
        Hours of each crew and day (c, d).
    rate
        Share of the length of drains that is cleaned by the end of each day (d,).
    needed
        The share that is wanted.
    title
        For those who can't see the picture.
    """
    # As `date.toordinal` counts.
    x = tuple(((days - np.datetime64("0001-01-01", "D")).astype(float) + 1).tolist())
    bars = tuple(
        ChartBars(crew, x, tuple(row), _CREW_COLOURS[number % len(_CREW_COLOURS)])
        for number, (crew, row) in enumerate(zip(crews, hours.tolist()))
    )
    wanted = tr("wanted: {needed} %").format(needed=f"{100 * needed:g}")
    lines = (
        ChartLine(tr("drains cleaned, % of length"), x, tuple((100 * rate).tolist()), strong=True),
        ChartLine(wanted, (x[0], x[-1]) if x else (), (100 * needed,) * 2 if x else ()),
    )
    return LineChart(
        lines, x_label="", y_label=tr("hours"), title=title, x_kind=DAY, bars=bars, right_label="%"
    )
