"""The plots of a point of pressure: a week with its nights, and the days of a year."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import BAND
from waternet_plugin.core.reports.charts import DAY, ChartLine, LineChart
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DAY_MIN
from waternet_plugin.gui.plots.lines import draw_lines
from waternet_plugin.gui.plots.plot import Plot
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.pressure.pressure_overview import PointSeries


def plots_of(found: PointSeries, required_mpa: float, *, network: str) -> list[tuple[str, Plot]]:
    """Return the week and the year of a point with their labels; none where it read nothing."""
    if not found.course.days:
        return []
    return [
        (tr("Week"), _week(found, required_mpa, network)),
        (tr("Year"), _year(found, required_mpa, network)),
    ]


def _source(network: str) -> str:
    return tr("Source: {network}; {date}").format(network=network, date=datetime.date.today().isoformat())


def _required(first: float, last: float, required_mpa: float) -> ChartLine:
    return ChartLine(tr("required"), (first, last), (required_mpa, required_mpa))


def _week(found: PointSeries, required_mpa: float, network: str) -> Plot:
    course = found.course
    title = tr("{node}: lowest {mpa} MPa in the week to {date}").format(
        node=found.node_id,
        mpa=amounts.number(min(value for value in course.mpa if math.isfinite(value)), 3),
        date=datetime.date.fromordinal(course.days[-1]).isoformat(),
    )
    lines = (
        _required(course.at_day[0], course.at_day[-1], required_mpa),
        ChartLine(tr("pressure"), course.at_day, course.mpa, strong=True),
    )
    chart = LineChart(lines, "", tr("MPa"), title, DAY)

    def draw(axes: Any) -> None:
        for day in range(int(course.at_day[0]), int(course.at_day[-1]) + 2):
            start, end = (day + at / DAY_MIN for at in (found.window.start_min, found.window.end_min))
            axes.axvspan(start, end, color=BAND, linewidth=0, zorder=0)
        draw_lines(axes, chart)

    return Plot(
        f"pressure_week_{found.node_id}", title, _source(network), (tr("Time"), tr("Pressure (MPa)")),
        tuple(
            (f"{_moment(place):%Y-%m-%d %H:%M}", value)
            for place, value in zip(course.at_day, course.mpa)
            if math.isfinite(value)
        ),
        draw,
    )  # fmt: skip


def _moment(place: float) -> datetime.datetime:
    day = datetime.datetime.combine(datetime.date.fromordinal(int(place)), datetime.time())
    return day + datetime.timedelta(minutes=round((place - int(place)) * DAY_MIN))


def _year(found: PointSeries, required_mpa: float, network: str) -> Plot:
    course = found.course
    below = sum(value < required_mpa for value in course.lowest_mpa)
    title = tr("{node}: below {mpa} MPa on {below} of %n day(s)", "", len(course.days)).format(
        node=found.node_id, mpa=f"{required_mpa:g}", below=amounts.number(below)
    )
    days = tuple(float(day) for day in course.days)
    lines = (
        _required(days[0], days[-1], required_mpa),
        ChartLine(
            tr("mean of the day"), days, course.mean_mpa, strong=True, lower=course.lowest_mpa,
            upper=course.highest_mpa,
        ),
    )  # fmt: skip
    chart = LineChart(lines, "", tr("MPa"), title, DAY)
    return Plot(
        f"pressure_year_{found.node_id}", title, _source(network),
        (tr("Day"), tr("Lowest (MPa)"), tr("Mean (MPa)"), tr("Highest (MPa)")),
        tuple(
            (datetime.date.fromordinal(day).isoformat(), *values)
            for day, *values in zip(course.days, course.lowest_mpa, course.mean_mpa, course.highest_mpa)
        ),
        lambda axes: draw_lines(axes, chart),
    )  # fmt: skip
