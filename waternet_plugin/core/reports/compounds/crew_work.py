"""What a crew gets of a plan: its list as a workbook, and its orders for the sheet of each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.reports.compounds.day_sheet import DayOrder, Surroundings
from waternet_plugin.core.reports.compounds.duty_words import basis_labels, domain_labels
from waternet_plugin.core.texts import tr

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class CrewWork(PlainFrames):
    """Planned work with all that crews ask of it.

    Parameters
    ----------
    orders
        In the order of the work: type, asset, compound_id, street, visit, team, due_on (the day on which it
        is done), note and person of work items, item_id (None before they are written), hours; of the duty
        duty_due_on, duty_state and basis (None for a round); ``at``, what the asset is, ``compound``, the
        name of the compound, and the place in ``shape``.
    visits
        As `DutyPlan.visits`, with person and the compound's name in ``compound``.
    around
        For maps.
    """

    orders: pd.DataFrame
    visits: pd.DataFrame
    around: Surroundings

    @property
    def crews(self) -> list[str]:
        """The crews that have visits."""
        return sorted(set(self.visits["crew"]))

    def day_orders(self, crew: str) -> list[DayOrder]:
        """Return the orders of a crew, as day sheets have them."""
        what = domain_labels("work_item_type")
        return [
            DayOrder(
                what.get(row["type"], row["type"]),
                crew,
                pd.Timestamp(row["due_on"]).date(),
                _text(row["compound"]) or _text(row["compound_id"]),
                " ".join(part for part in (_text(row["at"]), _text(row["asset"])) if part),
                _text(row["street"]),
                _text(row["note"]),
                _text(row["person"]),
                _text(row["item_id"]),
                row["hours"],
                None if row["shape"] != row["shape"] else row["shape"],
            )
            for row in records(self.orders[self.orders["team"] == crew])
        ]


def crew_workbook(work: CrewWork, crew: str) -> list[Sheet]:
    """Return the sheets of a crew: its visits, then what is done in each."""
    orders = work.orders[work.orders["team"] == crew]
    # A round is not a duty.
    counts = orders.loc[orders["basis"].notna(), "visit"].value_counts()
    visits = [
        (
            _day(row["day"]),
            row["visit"],
            row["compound_id"],
            row["compound"],
            row["grid_id"],
            row["person"],
            int(counts.get(row["visit"], 0)),
            row["hours"],
        )
        for row in records(work.visits[work.visits["crew"] == crew])
    ]
    headings = (
        tr("Day"),
        tr("Visit"),
        tr("Compound"),
        tr("Name"),
        tr("Grid"),
        tr("Person in charge"),
        tr("Duties"),
        tr("Hours"),
    )
    return [(tr("Visits"), headings, visits), (tr("Duties"), *_duty_list(orders))]


def _duty_list(orders: pd.DataFrame) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    what, why, states = domain_labels("work_item_type"), basis_labels(), domain_labels("due_state")
    headings = [
        tr("Day"),
        tr("Visit"),
        tr("Duty"),
        tr("At"),
        tr("Asset"),
        tr("Street"),
        tr("Compound"),
        tr("Due on"),
        tr("State"),
        tr("Rests on"),
        tr("Hours"),
    ]
    rows = [
        [
            _day(row["due_on"]),
            row["visit"],
            what.get(row["type"], row["type"]),
            row["at"],
            row["asset"],
            row["street"],
            row["compound_id"],
            _day(row["duty_due_on"]),
            states.get(row["duty_state"], row["duty_state"]),
            why.get(row["basis"], row["basis"]),
            row["hours"],
        ]
        for row in records(orders)
    ]
    if orders["item_id"].notna().any():
        headings.append(tr("Work order", "its number"))
        for row, item in zip(rows, orders["item_id"]):
            row.append(item)
    return headings, rows


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else pd.Timestamp(value).date().isoformat()
