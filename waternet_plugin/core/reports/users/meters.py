"""The report and the workbook of when meters are due."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.drainage.compounds.tanks.tank_codes import DUE, LATER, OVERDUE, UNKNOWN
from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.schema.domains import domain, label_of
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.core.users.meter_schedule import MeterSchedule

_MOST_LISTED = 300
_STATES = (OVERDUE, DUE, LATER, UNKNOWN)


@dataclass(frozen=True)
class SmartShares:
    """Shares of smart meters (0-1, NaN without meters): of all, and by group as `MeterSchedule.smart_by`."""

    share: float
    districts: tuple[dict[str, Any], ...]
    metered_areas: tuple[dict[str, Any], ...]
    compounds: tuple[dict[str, Any], ...]


def meter_summary(schedule: MeterSchedule) -> list[str]:
    """Return the answer in sentences."""
    frame = schedule.frame
    if not len(frame):
        return [tr("The network has no customer meters in use.")]
    count = frame["state"].value_counts()
    lines = [
        tr(
            "On {on} {overdue} of {meters} meters are overdue, {due} more are due within a year; both cost "
            "{cost}."
        ).format(
            on=schedule.as_of.isoformat(),
            overdue=number(int(count.get(OVERDUE, 0))),
            meters=number(len(frame)),
            due=number(int(count.get(DUE, 0))),
            cost=number(schedule.cost_due),
        )
    ]
    if count.get(UNKNOWN, 0):
        lines.append(
            tr(
                "Of {count} meters the diameter, or both verification and year, is not known: so is their "
                "day."
            ).format(count=number(int(count[UNKNOWN])))
        )
    lines.append(tr("{share} % of the meters are smart.").format(share=number(100 * schedule.smart_share, 1)))
    if schedule.left_out:
        text = tr("Meters out of use, in stock, stopped or scrapped are left out: {count}.")
        lines.append(text.format(count=number(schedule.left_out)))
    return lines


def meters_report(schedule: MeterSchedule, shares: SmartShares, *, network: str) -> Report:
    """Return the report: meters due by year, diameter and compound, smart shares, then each meter."""
    lead, *further = meter_summary(schedule)
    frame = schedule.frame
    by_year = frame["due_on"].dt.year.value_counts().sort_index()
    due = frame[schedule.is_due]
    sections = []
    if further:
        sections.append(ReportSection(tr("What is left out or not known"), tuple(further)))
    if len(frame):
        month = due["due_on"].dt.strftime("%Y-%m")
        dated = frame[frame["due_on"].notna()]
        groups = (
            (tr("Due by year"), tr("Year"), _grouped(dated, dated["due_on"].dt.year)),
            (tr("Due within a year, by diameter"), tr("Nominal diameter"), _grouped(due, due["diameter_mm"])),
            (tr("Due within a year, by compound"), tr("Compound"), _grouped(due, due["compound_id"])),
            (tr("Due within a year, by month"), tr("Month"), _grouped(due, month)),
        )
        sections += [_sums(*group) for group in groups]
        sections += [*_smart(shares), _each(schedule)]
    figures = {
        "as_of": schedule.as_of,
        "meters": len(frame),
        "by_state": {state: int((frame["state"] == state).sum()) for state in _STATES},
        "cost": schedule.cost_due,
        "by_year": {str(int(year)): int(many) for year, many in by_year.items()},
        "smart_share": shares.share,
        "smart_by_district": list(shares.districts),
        "smart_by_dma": list(shares.metered_areas),
        "smart_by_compound": list(shares.compounds),
        "left_out": schedule.left_out,
    }
    return Report(tr("Meters due"), joined([lead]), network, tuple(sections), figures)


def _grouped(rows: pd.DataFrame, names: pd.Series) -> list[tuple[str, int, float]]:
    """Return meters and cost by a name, in its order."""
    sums = rows.groupby(names)["cost"].agg(["size", "sum"]).reset_index()
    return [
        (f"{name:g}" if isinstance(name, (int, float)) else str(name), int(many), float(cost))
        for name, many, cost in tuples(sums)
    ]


def _sums(title: str, heading: str, rows: Sequence[tuple[str, int, float]]) -> ReportSection:
    columns = (heading, tr("Meters"), tr("Cost", "of devices"))
    return ReportSection(title, (), ReportTable(columns, tuple(rows), decimals=0))


def _smart(shares: SmartShares) -> list[ReportSection]:
    groups = (
        (tr("Smart meters by district"), tr("District"), shares.districts),
        (tr("Smart meters by metered area"), tr("Metered area"), shares.metered_areas),
        (tr("Smart meters by compound"), tr("Compound"), shares.compounds),
    )
    return [
        ReportSection(
            title, (),
            ReportTable(
                (heading, tr("Meters"), tr("Smart"), tr("Share (%)")),
                tuple((row["id"], row["meters"], row["smart"], 100 * row["share"]) for row in rows),
            ),
        )
        for title, heading, rows in groups
        if rows
    ]  # fmt: skip


def _headings() -> tuple[str, ...]:
    return (
        tr("Meter"), tr("Customer"), tr("Compound"), tr("Nominal diameter"), tr("Type of meter"),
        tr("Meter verified on"), tr("Due on"), tr("Rests on"), tr("State"), tr("Cost", "of devices"),
    )  # fmt: skip


def _cells(row: Any) -> tuple[Any, ...]:
    return (
        row["node_id"], row["customer_id"] or "", row["compound_id"] or "", row["diameter_mm"],
        label_of("meter_type", row["meter_type"]) if row["meter_type"] else "",
        _day(row["verified_meter_on"]), _day(row["due_on"]), domain("meter_basis")[row["basis"]].label,
        domain("due_state")[row["state"]].label, row["cost"],
    )  # fmt: skip


def _each(schedule: MeterSchedule) -> ReportSection:
    rows = tuple(_cells(row) for row in records(schedule.frame.head(_MOST_LISTED)))
    note = (
        tr("The first {listed} of {count}; the layer has all.").format(
            listed=_MOST_LISTED, count=number(len(schedule.frame))
        )
        if len(schedule.frame) > _MOST_LISTED
        else ""
    )
    return ReportSection(tr("Each of them"), (), ReportTable(_headings(), rows, decimals=0), note)


def meter_sheets(schedule: MeterSchedule) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook: title, headings and rows of each."""
    return ((tr("Meters due"), _headings(), [_cells(row) for row in records(schedule.frame)]),)


def _day(value: Any) -> Optional[datetime.date]:
    # What is not known differs from itself.
    return None if value != value else value.date()
