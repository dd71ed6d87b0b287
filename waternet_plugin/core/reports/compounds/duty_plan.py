"""The report of a plan: what comes due, what is done in which month, by whom, and what it comes to."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import DISTINCT
from waternet_plugin.core.drainage.compounds.duties.duty_plan import DutyPlan
from waternet_plugin.core.drainage.compounds.duties.node_duties import OverdueRate
from waternet_plugin.core.drainage.compounds.duties.visits import work_days
from waternet_plugin.core.drainage.compounds.tanks.tank_codes import DUE, LATER, OVERDUE, UNKNOWN
from waternet_plugin.core.frames import records
from waternet_plugin.core.months import Month
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import DAY, ChartBars, ChartLine, LineChart
from waternet_plugin.core.reports.compounds.duty_words import basis_labels, domain_labels, labels_of
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.texts import listed, tr

# The first colour belongs to the line of the rate, and what is wrong has the second.
_CREW_COLOURS = (*DISTINCT[2:], DISTINCT[1])
_MOST_LISTED = 300
_STATES = (OVERDUE, DUE, LATER, UNKNOWN)


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


def summary_lines(plan: DutyPlan, months: Sequence[Month]) -> list[str]:
    """Return the answer in sentences."""
    state = plan.duties["state"].value_counts()
    visits = len(plan.visits)
    lines = [
        tr("{first} to {last}: {visits} visits, {hours} h.").format(
            first=months[0].text, last=months[-1].text, visits=number(visits), hours=number(plan.hours, 1)
        )
        if len(months) > 1
        else tr("{month}: {visits} visits, {hours} h.").format(
            month=months[0].text, visits=number(visits), hours=number(plan.hours, 1)
        ),
        tr(
            "Duties: {overdue} overdue, {due} due within 30 days, {later} later, {unknown} of unknown date."
        ).format(**{name: number(int(state.get(name, 0))) for name in _STATES}),
    ]
    low_pipe, low_cover = _below(plan, months)
    if low_pipe or low_cover:
        text = tr("Below the monthly rates: {pipes} compounds by length, {covers} by manholes and inlets.")
        lines.append(text.format(pipes=number(low_pipe), covers=number(low_cover)))
    else:
        lines.append(tr("The monthly rates are kept in each compound."))
    if plan.short:
        lines.append(tr("Not enough hours for: {crews}.").format(crews=listed(plan.short)))
    if plan.left_out:
        lines.append(tr("Due duties that find no hours: {count}.").format(count=number(plan.left_out)))
    return lines


def _below(plan: DutyPlan, months: Sequence[Month]) -> tuple[int, int]:
    """Return how many compounds miss each of the rates in the first month."""
    rates = plan.rates[plan.rates["month"] == months[0].text]
    wanted = plan.wanted
    return (
        int((rates["pipe_rate"] < float(wanted.pipe_share)).sum()),
        int((rates["appurtenance_rate"] < float(wanted.cover_share)).sum()),
    )


def plan_report(
    plan: DutyPlan,
    months: Sequence[Month],
    as_of: datetime.date,
    quarters: Sequence[OverdueRate],
    *,
    network: str,
) -> Report:
    """Return the report of a plan.

    Parameters
    ----------
    quarters
        How much of the secondary supply was overdue at the ends of quarters.
    network
        What the network is called.
    """
    lead, *further = summary_lines(plan, months)
    sections = [
        ReportSection(tr("Answer"), tuple(further)),
        *(_month(plan, month, as_of) for month in months),
        _crews(plan),
        _kinds(plan),
        _rates(plan, months),
        _list(plan),
    ]
    if quarters:
        sections.append(_secondary(quarters))
    figures: dict[str, Any] = {
        "hours": plan.hours,
        "short": list(plan.short),
        "visits": len(plan.visits),
        "left_out": plan.left_out,
        "states": {name: int((plan.duties["state"] == name).sum()) for name in _STATES},
        "rates": records(plan.rates),
        "loads": records(plan.loads),
        "secondary_supply": [
            {"day": each.day, "overdue": each.overdue, "count": each.count} for each in quarters
        ],
    }
    title = tr("Plan of compounds, {month}").format(
        month=months[0].text if len(months) == 1 else f"{months[0].text} – {months[-1].text}"
    )
    return Report(title, lead, network, tuple(sections), figures)


def chart_of(plan: DutyPlan, month: Month, as_of: datetime.date) -> LineChart:
    """Return the chart of a month: hours by crew and day, and the rate of the town as it grows."""
    visits = plan.visits[plan.visits["month"] == month.text]
    crews = sorted(set(plan.loads["crew"]))
    days = np.union1d(work_days(month, as_of), visits["day"].to_numpy(dtype="datetime64[D]"))
    hours = np.zeros((len(crews), len(days)))
    crew = np.searchsorted(np.array(crews, dtype=object), visits["crew"].to_numpy(dtype=object))
    column = np.searchsorted(days, visits["day"].to_numpy(dtype="datetime64[D]"))
    np.add.at(hours, (crew, column), visits["hours"].to_numpy(dtype=float))
    duties = plan.duties
    cleaned = duties[(duties["month"] == month.text) & (duties["duty"] == "clean") & duties["visit"].notna()]
    cleaned = cleaned[(cleaned["length_m"] > 0) & cleaned["compound_id"].notna()]
    metres = np.zeros(len(days))
    column = np.searchsorted(days, cleaned["day"].to_numpy(dtype="datetime64[D]"))
    np.add.at(metres, column, cleaned["length_m"].to_numpy(dtype=float))
    rate = np.cumsum(metres) / plan.drains_m if plan.drains_m else metres
    title = tr("Hours a crew and day, {month}").format(month=month.text)
    return month_chart(days, crews, hours, rate, needed=float(plan.wanted.pipe_share), title=title)


def _month(plan: DutyPlan, month: Month, as_of: datetime.date) -> ReportSection:
    chart = chart_of(plan, month, as_of)
    return ReportSection(chart.title, chart=line_chart(chart))


def _crews(plan: DutyPlan) -> ReportSection:
    rows = tuple(
        (row["month"], row["crew"], row["hours"], row["available"], bool(row["is_short"]))
        for row in records(plan.loads)
    )
    columns = (tr("Month"), tr("Crew"), tr("Hours planned"), tr("Hours available"), tr("Not enough hours"))
    return ReportSection(tr("Crews"), table=ReportTable(columns, rows))


def _kinds(plan: DutyPlan) -> ReportSection:
    """Return how many duties of each kind there are by state, and how many are planned."""
    duties = plan.duties
    what = labels_of(duties["duty"], domain_labels("work_item_type"))
    why = labels_of(duties["basis"], basis_labels())
    counts = pd.crosstab([what, why], duties["state"].to_numpy()).reindex(columns=list(_STATES), fill_value=0)
    planned = duties["visit"].notna().groupby([what, why]).sum()
    rows = tuple(
        (*key, *(int(count) for count in row), int(planned.get(key, 0)))
        for key, row in zip(counts.index.tolist(), counts.to_numpy())
    )
    states = domain_labels("due_state")
    columns = (tr("Duty"), tr("Rests on"), *(states[each] for each in _STATES), tr("Planned"))
    return ReportSection(tr("What comes due"), table=ReportTable(columns, rows))


def _rates(plan: DutyPlan, months: Sequence[Month]) -> ReportSection:
    rows = tuple(
        (
            row["month"],
            row["compound_id"],
            100 * row["pipe_rate"],
            100 * row["appurtenance_rate"],
        )
        for row in records(plan.rates)[:_MOST_LISTED]
    )
    columns = (tr("Month"), tr("Compound"), tr("Drains cleaned, %"), tr("Manholes and inlets cleaned, %"))
    note = _more(len(plan.rates))
    return ReportSection(tr("Rates by compound and month"), table=ReportTable(columns, rows), note=note)


def _list(plan: DutyPlan) -> ReportSection:
    duties = plan.duties.head(_MOST_LISTED)
    what = labels_of(duties["duty"], domain_labels("work_item_type"))
    states, bases = domain_labels("due_state"), basis_labels()
    rows = tuple(
        (
            kind,
            row["asset"],
            row["compound_id"],
            _day(row["due_on"]),
            states.get(row["state"], row["state"]),
            bases.get(row["basis"], row["basis"]),
            _day(row["day"]),
            row["crew"],
        )
        for kind, row in zip(what, records(duties))
    )
    columns = (
        tr("Duty"),
        tr("Asset"),
        tr("Compound"),
        tr("Due on"),
        tr("State"),
        tr("Rests on"),
        tr("Planned for"),
        tr("Crew"),
    )
    return ReportSection(tr("Duties"), table=ReportTable(columns, rows), note=_more(len(plan.duties)))


def _secondary(quarters: Sequence[OverdueRate]) -> ReportSection:
    rows = tuple(
        (each.day.isoformat(), each.count, each.overdue, 100 * each.overdue / each.count)
        for each in quarters
        if each.count
    )
    columns = (tr("End of quarter"), tr("Secondary supply"), tr("Overdue or never cleaned"), tr("Share, %"))
    note = (
        tr("Mean of these quarters: {share} %.").format(
            share=number(float(np.mean([row[-1] for row in rows])), 1)
        )
        if rows
        else ""
    )
    return ReportSection(
        tr("Overdue cleaning of secondary supply"), table=ReportTable(columns, rows), note=note
    )


def _more(count: int) -> str:
    if count <= _MOST_LISTED:
        return ""
    return tr("{count} more are in the table.").format(count=number(count - _MOST_LISTED))


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else pd.Timestamp(value).date().isoformat()
