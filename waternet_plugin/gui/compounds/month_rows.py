"""The plan of a month as it is listed: duties, rates of compounds, and what there is to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import PASSED, SEVERE
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.compounds.tank_rows import COLOURS
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.drainage.compounds.duties.crews import Crew
    from waternet_plugin.core.months import Month
    from waternet_plugin.core.reports.charts import LineChart
    from waternet_plugin.core.reports.compounds.crew_work import CrewWork
    from waternet_plugin.operations.compounds.plan_duties import PlanResult

_REACHED, _MISSED = "reached", "missed"


@dataclass(frozen=True)
class ListedMonth:
    """A plan as the pane shows it.

    Parameters
    ----------
    month
        What is planned.
    crews
        Who it is planned for, with their hours.
    planned_h, short
        Hours planned of each crew, and the crews whose hours don't suffice.
    lines
        The answer in sentences, then what a reader has to know.
    duties, rates
        Rows of the lists.
    chart
        Hours a crew and day.
    work
        What the papers of crews are made of.
    batch_id
        The batch of its work items, '' where none were written.
    """

    month: Month
    crews: tuple[Crew, ...]
    planned_h: dict[str, float]
    short: tuple[str, ...]
    lines: tuple[str, ...]
    duties: list[dict[str, Any]]
    rates: list[dict[str, Any]]
    chart: LineChart
    work: CrewWork
    batch_id: str = ""


def listed_month(result: PlanResult, month: Month, crews: tuple[Crew, ...]) -> ListedMonth:
    """Return the plan of one month as rows; for a task."""
    import datetime

    from waternet_plugin.core.frames import records
    from waternet_plugin.core.reports.compounds.duty_plan import chart_of

    plan = result.plan
    wanted = float(plan.wanted.pipe_share), float(plan.wanted.cover_share)
    rates = []
    for row in records(plan.rates):
        # A compound without drains has no rate to miss.
        pairs = zip((row["pipe_rate"], row["appurtenance_rate"]), wanted)
        row["state"] = _MISSED if any(rate < least for rate, least in pairs) else _REACHED
        for name in ("pipe_rate", "appurtenance_rate"):
            row[name] = None if row[name] != row[name] else 100 * row[name]
        rates.append(row)
    duties = []
    for row in records(plan.duties):
        for name in ("due_on", "day"):
            row[name] = None if row[name] != row[name] else row[name].date().isoformat()
        duties.append({name: None if value != value else value for name, value in row.items()})
    return ListedMonth(
        month,
        crews,
        dict(zip(plan.loads["crew"], plan.loads["hours"])),
        plan.short,
        (*result.summary, *result.notes),
        duties,
        # What misses a rate is what a planner looks for.
        sorted(rates, key=lambda row: row["state"] == _REACHED),
        chart_of(plan, month, datetime.date.today()),
        result.work,
        result.batch_id,
    )


def duty_columns() -> tuple[TableColumn, ...]:
    """Return what the list of duties shows."""
    return (
        TableColumn("state", "", write=lambda _code: "", colour=COLOURS.get, width=20, tip=_duty_tip),
        TableColumn("duty", tr("Duty"), write=_duty_word, width=66, tip=_duty_tip),
        TableColumn("asset", tr("Asset"), width=78, fills=True, tip=_duty_tip),
        TableColumn("due_on", tr("Due on"), width=78, tip=_duty_tip),
        TableColumn("day", tr("Planned"), width=78, tip=_duty_tip),
        TableColumn("crew", tr("Crew"), width=70, spare=True),
        TableColumn("compound_id", tr("Compound"), width=70, spare=True),
    )


def rate_columns() -> tuple[TableColumn, ...]:
    """Return what the list of rates shows."""
    colours = {_REACHED: PASSED, _MISSED: SEVERE}
    return (
        TableColumn("state", "", write=lambda _code: "", colour=colours.get, width=20, tip=_rate_tip),
        TableColumn("compound_id", tr("Compound"), width=110, fills=True),
        TableColumn("pipe_rate", tr("Drains, %"), decimals=1, width=76, tip=_rate_tip),
        TableColumn("appurtenance_rate", tr("Covers, %"), decimals=1, width=76, tip=_rate_tip),
    )


def _duty_word(code: str) -> str:
    codes = domain("work_item_type")
    return codes[code].label if code in codes else code


def _duty_tip(row: dict[str, Any]) -> str:
    from waternet_plugin.core.reports.compounds.duty_words import basis_labels

    states = domain("due_state")
    parts = (
        states[row["state"]].label if row["state"] in states else "",
        _duty_word(row["duty"]),
        row["asset"],
        basis_labels().get(row["basis"], row["basis"]),
        tr("Due on {day}").format(day=row["due_on"]) if row["due_on"] else "",
        row["compound_id"],
        row["crew"],
        tr("Not planned: too few hours, or its day is not known.") if not row["day"] else row["day"],
    )
    return "\n".join(str(part) for part in parts if part)


def _rate_tip(row: dict[str, Any]) -> str:
    text = (
        tr("Below the rate of the month") if row["state"] == _MISSED else tr("The rate of the month is kept")
    )
    return f"{row['compound_id']}\n{text}"
