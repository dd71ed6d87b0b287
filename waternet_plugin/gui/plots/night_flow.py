"""The plots of night flow: a year of nights, a week of readings, areas ranked by leakage per kilometre."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import ACCENT, GREY, SEVERE, SURFACE
from waternet_plugin.core.reports.leakage.night_chart import night_chart
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.bars import Bar, draw_bars
from waternet_plugin.gui.plots.lines import draw_lines
from waternet_plugin.gui.plots.plot import MOST_TICKS, Plot
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.zone_flow import FlowAlarm, LeakageState, ZoneFlow

ALARM = SEVERE
# How the name of the plot of a year begins.
YEAR = "night_flow_"
_MOST_BARS = 12
_ROOM = 1.2


def _source(network: str) -> str:
    """Return source and date."""
    return tr("Source: {network}; {date}").format(network=network, date=datetime.date.today().isoformat())


def alarm_sentence(zone: str, alarm: FlowAlarm) -> str:
    """Return what an open alarm says in one sentence."""
    since = "" if alarm.started_on is None else alarm.started_on.isoformat()
    rise = amounts.number(alarm.rise_m3h, 1)
    if alarm.kind == "creep":
        text = tr("Night flow of {zone} has been rising since {since}: {rise} m³/h more")
    else:
        text = tr("Night flow of {zone} rose at once on {since}: {rise} m³/h more")
    return text.format(zone=zone, since=since, rise=rise)


def year_of_nights(flow: ZoneFlow, *, zone: str, network: str) -> Plot:
    """Return night flow over a year: dots, the expected band in grey, alarms as lines with their rise.

    Parameters
    ----------
    flow
        What was read.
    zone, network
        What people call them.
    """
    import numpy as np

    mean = flow.window_mean_m3h
    known = np.isfinite(mean)
    alarm = flow.open_alarm
    if alarm is not None:
        title = alarm_sentence(zone, alarm)
    elif known.any():
        title = tr("Night flow of {zone} is as expected: {flow} m³/h in the newest night").format(
            zone=zone, flow=amounts.number(float(mean[known][-1]), 1)
        )
    else:
        title = tr("Night flow of {zone} is not known").format(zone=zone)
    chart = night_chart(
        flow.night,
        mean,
        (flow.low_m3h, flow.high_m3h),
        [(each.raised_on, each.rise_m3h) for each in flow.alarms if each.raised_on is not None],
        title=title,
    )
    return Plot(
        name=f"{YEAR}{flow.zone_id}",
        title=title,
        source=_source(network),
        columns=(tr("Night"), tr("Mean of the night window, m³/h"), tr("Expected at least"), tr("At most")),
        rows=tuple(zip(map(str, flow.night), mean.tolist(), flow.low_m3h.tolist(), flow.high_m3h.tolist())),
        draw=lambda axes: draw_lines(axes, chart),
    )


def week_of_flow(flow: ZoneFlow, *, zone: str, network: str) -> Plot:
    """Return the net inflow of the last week with the night windows shaded; parameters as for the year."""
    import numpy as np

    values = flow.flow_m3h
    known = np.isfinite(values)
    if known.any():
        title = tr("{zone} from {first} to {last}: between {least} and {most} m³/h").format(
            zone=zone,
            first=str(flow.moment[0])[:10],
            last=str(flow.moment[-1])[:10],
            least=amounts.number(float(values[known].min()), 1),
            most=amounts.number(float(values[known].max()), 1),
        )
    else:
        title = tr("{zone} has no readings of its meters in the last week").format(zone=zone)

    def draw(axes: Any) -> None:
        from matplotlib.dates import AutoDateLocator, DateFormatter
        from matplotlib.ticker import MaxNLocator

        for begin, end in flow.windows:
            axes.axvspan(begin.astype(object), end.astype(object), color=SURFACE, linewidth=0)
        if len(values):
            axes.step(flow.moment.astype(object), values, where="post", color=ACCENT, linewidth=1.2)
            axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=MOST_TICKS))
            axes.xaxis.set_major_formatter(DateFormatter("%m-%d"))
        top = float(values[known].max()) if known.any() else 0.0
        axes.set_ylim(0, (top or 1.0) * _ROOM)
        axes.set_ylabel(tr("m³/h"))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=MOST_TICKS - 1, steps=[1, 2, 2.5, 5, 10]))

    return Plot(
        name=f"week_{flow.zone_id}",
        title=title,
        source=_source(network),
        columns=(tr("Time"), tr("Net inflow, m³/h")),
        rows=tuple(zip(map(str, flow.moment), values.tolist())),
        draw=draw,
    )


def leakage_ranking(states: Sequence[LeakageState], lengths_m: dict[str, float], *, network: str) -> Plot:
    """Return areas by leakage at night per kilometre, the greatest above; those in alarm in the accent.

    Parameters
    ----------
    states
        What is stored of each area.
    lengths_m
        Pipes of each area by its id.
    network
        What people call it.
    """
    ranked = [
        (state, state.leak_m3h / lengths_m[state.zone_id] * 1000.0)
        for state in states
        if state.leak_m3h == state.leak_m3h and lengths_m.get(state.zone_id, 0.0) > 0
    ]
    ranked.sort(key=lambda each: (-each[1], each[0].zone_id))
    if ranked:
        worst, value = ranked[0]
        title = tr("{zone} leaks most: {value} m³/h per km at night").format(
            zone=worst.name, value=amounts.number(value, 2)
        )
    else:
        title = tr("No area has a known leakage")
    bars = [
        Bar(state.name, ((max(value, 0.0), ALARM if state.is_alarm else GREY),), amounts.number(value, 2))
        for state, value in ranked[:_MOST_BARS]
    ]
    return Plot(
        name="leakage_ranking",
        title=title,
        source=_source(network),
        columns=(tr("Zone"), tr("Name"), tr("Leakage, m³/h"), tr("Leakage, m³/h per km"), tr("Rise, m³/h")),
        rows=tuple((one.zone_id, one.name, one.leak_m3h, value, one.rise_m3h) for one, value in ranked),
        draw=lambda axes: draw_bars(axes, bars, tr("m³/h per km at night, red in alarm")),
    )
