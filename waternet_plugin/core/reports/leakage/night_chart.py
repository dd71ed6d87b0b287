"""The chart of night flow: nights as dots, what is expected of them as a band, alarms with their rise."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.reports.charts import DAY, ChartLine, ChartMark, LineChart
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.texts import tr

# A year, however many are stored.
NIGHTS = 366
# From the first day of NumPy's dates to the first that `datetime.date` counts.
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def night_chart(
    night: Array,
    mean_m3h: Array,
    band_m3h: tuple[Array, Array],
    rises: Sequence[tuple[datetime.date, float]],
    *,
    title: str,
) -> LineChart:
    """Return the mean of the night window over the nights.

    Parameters
    ----------
    night
        Nights, datetime64[D] (N,), ascending.
    mean_m3h
        Night flow (N,); NaN unknown.
    band_m3h
        The least and the greatest expected flow (N,) each; NaN unknown.
    rises
        Alarms: the day on which each was raised, and its rise, m³/h; those beyond the nights are left out.
    title
        For those who can't see the picture.
    """
    day = night.astype("datetime64[D]").astype(int) + _EPOCH
    low, high = (np.maximum(side, 0.0).tolist() for side in band_m3h)
    line = ChartLine(
        tr("Night flow"),
        tuple(day.astype(float).tolist()),
        tuple(np.maximum(mean_m3h, 0.0).tolist()),
        strong=True,
        lower=tuple(low),
        upper=tuple(high),
        is_dots=True,
    )
    marks = [
        ChartMark(float(on.toordinal()), tr("+{rise} m³/h").format(rise=number(rise_m3h, 1)))
        for on, rise_m3h in rises
        if len(day) and day[0] <= on.toordinal() <= day[-1]
    ]
    return LineChart(
        (line,),
        x_label="",
        y_label=tr("m³/h"),
        title=title,
        x_kind=DAY,
        marks=tuple(marks),
    )
