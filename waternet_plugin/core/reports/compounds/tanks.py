"""The report of when tanks are due for cleaning."""

from __future__ import annotations

import datetime
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.drainage.compounds.tanks.tank_codes import DUE, LATER, MEASURED, OVERDUE, UNKNOWN
from waternet_plugin.core.drainage.compounds.tanks.tank_plot import tank_plot
from waternet_plugin.core.drainage.compounds.tanks.tank_reasons import said_each
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import TankSchedule
from waternet_plugin.core.frames import records
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.compounds.tank_chart import tank_chart, tank_sentence
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

_MOST_LISTED, _MOST_PLOTS = 300, 6


def summary_lines(schedule: TankSchedule) -> list[str]:
    """Return the answer in sentences."""
    frame = schedule.frame
    if not len(frame):
        return [tr("The network has no tanks in use.")]
    count = frame["state"].value_counts()
    lines = [
        tr("On {on} {overdue} of {tanks} tanks are overdue, {due} more are due soon.").format(
            on=schedule.as_of.isoformat(),
            overdue=number(int(count.get(OVERDUE, 0))),
            tanks=number(len(frame)),
            due=number(int(count.get(DUE, 0))),
        )
    ]
    if count.get(UNKNOWN, 0):
        text = tr("Of {count} tanks no cleaning is recorded: when they are due is not known.")
        lines.append(text.format(count=number(int(count[UNKNOWN]))))
    if schedule.out_of_use:
        lines.append(tr("Tanks out of use are left out: {count}.").format(count=number(schedule.out_of_use)))
    return lines


def tanks_report(schedule: TankSchedule, *, network: str) -> Report:
    """Return the report: by state and basis, the plots of measured tanks, then each tank with its reasons."""
    frame = schedule.frame
    lead, *further = summary_lines(schedule)
    sections = [_by_basis(schedule), *_plots(schedule), _each(schedule)] if len(frame) else []
    figures = {
        "as_of": schedule.as_of,
        "tanks": len(frame),
        "by_state": {state: int((frame["state"] == state).sum()) for state in (OVERDUE, DUE, LATER, UNKNOWN)},
        "by_basis": {str(basis): len(rows) for basis, rows in frame.groupby("basis")},
        "out_of_use": schedule.out_of_use,
    }
    if further:
        sections.insert(0, ReportSection(tr("What is left out or not known"), tuple(further)))
    return Report(tr("Tanks due for cleaning"), lead, network, tuple(sections), figures)


def _by_basis(schedule: TankSchedule) -> ReportSection:
    bases, states = domain("tank_basis"), domain("due_state")
    counts = schedule.frame.groupby(["basis", "state"]).size()
    rows = tuple(
        (bases[basis].label, *(int(counts.get((basis, state), 0)) for state in states))
        for basis in bases
        if basis in counts.index.get_level_values(0)
    )
    columns = (tr("Rests on"), *(one.label for one in states.values()))
    return ReportSection(tr("What the days rest on"), (), ReportTable(columns, rows, decimals=0))


def _plots(schedule: TankSchedule) -> list[ReportSection]:
    """Return the plots of the tanks whose day rests on depths, the longest overdue first."""
    frame = schedule.frame
    rows = np.flatnonzero((frame["basis"] == MEASURED) & frame["state"].isin((OVERDUE, DUE)))
    plots = [tank_plot(schedule, row) for row in rows[:_MOST_PLOTS].tolist()]
    return [ReportSection(tank_sentence(plot), chart=line_chart(tank_chart(plot))) for plot in plots]


def _each(schedule: TankSchedule) -> ReportSection:
    kinds, bases, states = (domain(name) for name in ("node_kind", "tank_basis", "due_state"))
    rows = tuple(
        (
            row["node_id"], kinds[row["kind"]].label, row["compound_id"] or "", row["persons"],
            _day(row["cleaned_on"]), int(row["cycle_d"]), bases[row["basis"]].label, _day(row["due_on"]),
            states[row["state"]].label, words,
        )
        for row, words in zip(
            records(schedule.frame.head(_MOST_LISTED)), said_each(schedule.facts[:_MOST_LISTED])
        )
    )  # fmt: skip
    columns = (
        tr("Tank"), tr("Kind"), tr("Compound"), tr("Persons"), tr("Last cleaned"), tr("Cycle, d"),
        tr("Rests on"), tr("Due on"), tr("State"), tr("Reasons"),
    )  # fmt: skip
    note = (
        tr("The first {listed} of {count}; the layer has all.").format(
            listed=_MOST_LISTED, count=number(len(schedule.frame))
        )
        if len(schedule.frame) > _MOST_LISTED
        else ""
    )
    return ReportSection(tr("Each of them"), (), ReportTable(columns, rows, decimals=0), note)


def _day(value: Any) -> Optional[datetime.date]:
    # What is not known differs from itself.
    return None if value != value else value.date()
