"""The chart of a tank, for reports and windows, and the sentence above it."""

from __future__ import annotations

from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot
from waternet_plugin.core.reports.charts import DAY, ChartLine, ChartMark, LineChart
from waternet_plugin.core.texts import tr


def tank_sentence(plot: TankPlot) -> str:
    """Return when a tank is full, or due for cleaning, as a sentence without its end."""
    late = plot.days_late
    if plot.due_on is None or late is None:
        return tr("{tank}: when it is due is not known, no cleaning is recorded").format(tank=plot.node_id)
    if late > 0:
        text = (
            tr("{tank}: full on {on}, %n day(s) late", "", late)
            if plot.is_measured
            else tr("{tank}: due on {on}, %n day(s) late", "", late)
        )
    else:
        text = (
            tr("{tank}: full on {on}, in %n day(s)", "", -late)
            if plot.is_measured
            else tr("{tank}: due on {on}, in %n day(s)", "", -late)
        )
    return text.format(tank=plot.node_id, on=plot.due_on.isoformat())


def tank_chart(plot: TankPlot) -> LineChart:
    """Return the depths of a tank as dots, its line, the depth at which it is full, and the day it is due."""
    ends = (day for day, _depth in plot.line)
    known = [day for day in (plot.cleaned_on, plot.due_on, *plot.days, *ends) if day is not None]
    # How late it is stands in the sentence: an axis to the day of judging would hide what was measured.
    span = tuple(float(day.toordinal()) for day in (min(known), max(known))) if known else ()
    lines = [
        ChartLine(
            tr("measured"),
            tuple(float(day.toordinal()) for day in plot.days),
            plot.depths_m,
            strong=True,
            is_dots=True,
        )
    ]
    if plot.line:
        # A line that begins below the bottom of a tank is cut there.
        x = tuple(float(day.toordinal()) for day, _depth in plot.line)
        y = tuple(max(depth, 0.0) for _day, depth in plot.line)
        lines.append(ChartLine(tr("line"), x, y, strong=True))
    if plot.limit_m is not None and span:
        full = tr("full: {depth} m").format(depth=f"{plot.limit_m:.2f}")
        lines.append(ChartLine(full, span, (plot.limit_m, plot.limit_m)))
    marks = (
        () if plot.due_on is None else (ChartMark(float(plot.due_on.toordinal()), plot.due_on.isoformat()),)
    )
    return LineChart(
        tuple(lines), x_label="", y_label=tr("Depth, m"), title=tank_sentence(plot), x_kind=DAY, marks=marks
    )
