"""Meters as they are listed: when each is due, what that rests on, what a new one costs, and sums of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import CALM, CAUTION, GREY, SEVERE
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.users.meter_sums import MeterSum
    from waternet_plugin.operations.users.schedule_meters import MeterResult

COLOURS = {"overdue": SEVERE, "due": CAUTION, "later": CALM, "unknown": GREY}
# Which meters a list shows: those due within a year, all, or those of a year.
DUE, ALL = "due", "all"
_URGENT = ("overdue", "due")


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a meter."""
    return (
        TableColumn("state", "", write=lambda _code: "", colour=COLOURS.get, width=20, tip=_state_tip),
        TableColumn("node_id", tr("Meter"), width=84, fills=True, wraps=True),
        TableColumn("due_on", tr("Due on"), width=78),
        TableColumn("diameter_mm", tr("DN"), decimals=0, width=38),
        TableColumn("compound_id", tr("Compound"), width=66, spare=True),
        TableColumn("cost", tr("Cost", "of devices"), decimals=0, width=56, spare=True),
        TableColumn("customer_id", tr("User"), width=80, spare=True),
    )


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a file holds beside what the list shows."""
    return (
        TableColumn("state", tr("State"), write=lambda code: label_of("due_state", code)),
        TableColumn("basis", tr("Rests on"), write=lambda code: label_of("meter_basis", code)),
        TableColumn("meter_type", tr("Type of meter"), write=lambda code: label_of("meter_type", code)),
        TableColumn("verified_meter_on", tr("Meter verified on")),
        TableColumn("dma_id", tr("Metered area")),
    )


def _state_tip(row: dict[str, Any]) -> str:
    return label_of("due_state", row["state"])


def rows_of(result: MeterResult) -> list[dict[str, Any]]:
    """Return the meters in their order: by day, unknown days last."""
    from waternet_plugin.core.frames import records

    rows = []
    for found in records(result.meters):
        place = found.pop("geom")
        row = {name: None if value != value else value for name, value in found.items()}
        for name in ("verified_meter_on", "due_on"):
            row[name] = None if row[name] is None else row[name].date().isoformat()
        row["wkb"] = None if place is None or place.is_empty else place.wkb
        rows.append(row)
    return rows


def years_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the years in which meters are due, the earliest first."""
    return sorted({row["due_on"][:4] for row in rows if row["due_on"]})


def wanted(rows: Sequence[dict[str, Any]], which: str) -> list[dict[str, Any]]:
    """Return the rows of DUE, of ALL, or of a year."""
    if which == ALL:
        return list(rows)
    if which == DUE:
        return [row for row in rows if row["state"] in _URGENT]
    return [row for row in rows if (row["due_on"] or "").startswith(which)]


def headline(rows: Sequence[dict[str, Any]], all_rows: Sequence[dict[str, Any]]) -> str:
    """Return how many meters are listed and what they cost."""
    cost = sum(row["cost"] or 0.0 for row in rows)
    return tr("{listed} of {meters} meters, {cost} to replace").format(
        listed=amounts.number(len(rows)), meters=amounts.number(len(all_rows)), cost=amounts.number(cost)
    )


def group_titles() -> dict[str, str]:
    """Return what the groups of the sums are called, in the order people see them."""
    return {
        "compound": tr("by compound"),
        "dma": tr("by metered area"),
        "district": tr("by district"),
        "diameter": tr("by DN"),
        "year": tr("by year"),
        "month": tr("by month"),
    }


def sum_columns() -> tuple[TableColumn, ...]:
    """Return what the table of sums shows of a group."""
    return (
        TableColumn("name", tr("Group"), width=80, fills=True, wraps=True),
        TableColumn("meters", tr("Meters"), decimals=0, width=48),
        TableColumn("due", tr("Due"), decimals=0, width=44),
        TableColumn("cost", tr("Cost", "of devices"), decimals=0, width=60),
        TableColumn("smart_share", tr("Smart %"), decimals=1, width=54),
    )


def sum_rows(sums: Sequence[MeterSum]) -> list[dict[str, Any]]:
    """Return the groups as rows."""
    return [
        {
            "name": one.name, "meters": one.meters, "due": one.due, "cost": one.cost,
            "smart_share": 100 * one.smart_share,
        }
        for one in sums
    ]  # fmt: skip
