"""The items of a programme as they stand on a day: how many each counts, which are done, which are late."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.written_months import STORED_MONTH
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.programmes import programme_states as states

HOUSEHOLDS, BUILDINGS = "households", "buildings"
# How an item stands to its plan; the map has a colour for each.
LATE, DUE, LATER = "late", "due", "later"
SITUATIONS = (states.DONE, DUE, LATE, states.UNDER_WAY, LATER, states.REFUSED)
# The order of work.
_EASE = {"easy": 0, "medium": 1, "hard": 2}
_LAST = 9
ITEM_COLUMNS = (
    "item_id", "programme", "name", "compound_id", "asset", "unit", "district", "street", "community",
    "count_unit", "households", "buildings", "planned_month", "delivered_on", "phase", "ease", "urgency",
    "reason_code", "developer", "developer_state", "contractor", "design_checked_on",
    "construction_checked_on", "accepted_on", "agreement_on", "owner_data_on", "refused_on", "takeover_on",
    "online_pay_on", "reading_on", "charging_on", "service_on", "opted_out", "done_on", "transition_until",
    "state", "budget_year", "cost", "cost_government", "cost_utility", "cost_residents", "reason", "note",
)  # fmt: skip


@dataclass(frozen=True)
class ProgrammeItems(PlainFrames):
    """Items of one or more programmes on a day.

    Parameters
    ----------
    frame
        Rows of the table with `ITEM_COLUMNS`, row labels 0, 1, ...
    as_of
        The day; what is dated later has not happened yet.
    """

    frame: pd.DataFrame
    as_of: datetime.date

    def __len__(self) -> int:
        return len(self.frame)

    def chosen(self, rows: Array) -> ProgrammeItems:
        """Return some of the items, by a mask or positions."""
        return ProgrammeItems(self.frame.iloc[np.asarray(rows)].reset_index(drop=True), self.as_of)

    def happened(self, field: str) -> Array:
        """Return whether the day of a field has come for each item."""
        days = self.days(field)
        return np.asarray(~np.isnat(days) & (days <= np.datetime64(self.as_of)))

    def days(self, field: str) -> Array:
        """Return the days of a field, (n,) datetime64[D], NaT where not known."""
        return np.asarray(pd.to_datetime(self.frame[field]).to_numpy(dtype="datetime64[D]"))

    def texts(self, field: str) -> Array:
        """Return the texts of a field, '' where not known."""
        column = self.frame[field]
        return np.asarray(column.astype(object).where(column.notna(), "").to_numpy(dtype=object))

    def numbers(self, field: str) -> Array:
        """Return the numbers of a field, NaN where not known."""
        return self.frame[field].to_numpy(dtype=float)

    @cached_property
    def count_units(self) -> Array:
        """What each item is counted in: households unless it says buildings."""
        return np.where(self.texts("count_unit") == BUILDINGS, BUILDINGS, HOUSEHOLDS).astype(object)

    @cached_property
    def counts(self) -> Array:
        """How many each item counts in its unit, NaN where not known."""
        in_buildings = self.count_units == BUILDINGS
        return np.where(in_buildings, self.numbers("buildings"), self.numbers("households"))

    @cached_property
    def known_counts(self) -> Array:
        """How many each item counts for sums: nothing where it is not known."""
        return np.nan_to_num(self.counts)

    @cached_property
    def stages(self) -> Array:
        """What the state of each item says: one of the stages; a state that is not known is open."""
        known = states.all_states()
        return np.array([known.get(state, states.OPEN) for state in self.texts("state")], dtype=object)

    @cached_property
    def is_opted_out(self) -> Array:
        """Whether all households of an item opted out."""
        households = self.numbers("households")
        return np.asarray((households > 0) & (self.numbers("opted_out") >= households))

    @cached_property
    def is_done(self) -> Array:
        """Whether each item is done: metered, or opted out for all its households."""
        days = self.days("done_on")
        later = ~np.isnat(days) & (days > np.datetime64(self.as_of))
        is_said = (self.stages == states.DONE) & ~later
        return np.asarray(self.happened("done_on") | is_said | self.is_opted_out)

    @cached_property
    def done_counts(self) -> Array:
        """How many of each item are done: all of a finished one, of others the households that opted out."""
        opted_out = np.minimum(np.nan_to_num(self.numbers("opted_out")), self.known_counts)
        part = np.where(self.count_units == HOUSEHOLDS, np.maximum(opted_out, 0.0), 0.0)
        return np.where(self.is_done, self.known_counts, part)

    @cached_property
    def is_refused(self) -> Array:
        """Whether each item is refused and not done."""
        said = (self.stages == states.REFUSED) | self.happened("refused_on")
        return np.asarray(said & ~self.is_done)

    @cached_property
    def planned(self) -> Array:
        """The planned months, (n,) datetime64[M], NaT where there is none or it can't be read."""
        return months_of(self.texts("planned_month"))

    @cached_property
    def situations(self) -> Array:
        """How each item stands to its plan, one of `SITUATIONS`."""
        month = np.datetime64(self.as_of, "M")
        under_way = (self.stages == states.UNDER_WAY) | ~np.isnat(self.days("transition_until"))
        return np.select(
            [self.is_done, self.is_refused, self.planned < month, self.planned == month, under_way],
            [states.DONE, states.REFUSED, LATE, DUE, states.UNDER_WAY],
            LATER,
        ).astype(object)


def months_of(texts: Any) -> Array:
    """Return written months as (n,) datetime64[M], NaT for what is not a YYYY-MM."""
    return np.array(
        [text if STORED_MONTH.fullmatch(str(text)) else "NaT" for text in texts], dtype="datetime64[M]"
    )


def easy_and_urgent_first(items: ProgrammeItems) -> Array:
    """Return the positions of the items in the order of work.

    Easy ones come first, of these urgent ones, of these those of earlier months and then of more households;
    what is not known comes last.
    """
    ease = np.array([_EASE.get(word, _LAST) for word in items.texts("ease")])
    urgency = np.nan_to_num(items.numbers("urgency"), nan=_LAST)
    months = np.where(np.isnat(items.planned), np.iinfo(np.int64).max, items.planned.astype(np.int64))
    ids = items.texts("item_id").astype(str)
    return np.asarray(np.lexsort((ids, -items.known_counts, months, urgency, ease)))
