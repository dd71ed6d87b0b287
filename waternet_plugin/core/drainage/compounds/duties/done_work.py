"""What work items say of assets: when each was worked on last, with what result, and what is ordered."""

from __future__ import annotations

import datetime
from collections.abc import Collection

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.model.table_rows import TableRows

DONE, RUNNING = "done", ("open", "sent", "under_way")
PATROL = "patrol"
NEVER = np.datetime64("NaT", "D")


class DoneWork:
    """Work items as of a day: what was done until then, and what is to be done.

    Parameters
    ----------
    items
        Rows of ``work_item``; an item may name several assets, with semicolons between.
    as_of
        What is done later counts as not done.

    Attributes
    ----------
    undated, backwards
        How many done items have no closing day, and how many were closed before they were opened.
    """

    def __init__(self, items: pd.DataFrame, as_of: datetime.date) -> None:
        rows = TableRows("work_item", _one_asset_a_row(items))
        self._type, self._asset = rows.text("type"), rows.text("asset")
        self._compound, self._visit = rows.text("compound_id"), rows.text("visit")
        self._result, self._ids = rows.text("result"), rows.ids
        opened, closed, due = (rows.date(name) for name in ("opened_on", "closed_on", "due_on"))
        is_done = rows.among("state", (DONE,))
        self.undated = len(np.unique(self._ids[is_done & np.isnat(closed)].astype(str)))
        self.backwards = len(np.unique(self._ids[is_done & (closed < opened)].astype(str)))
        today = np.datetime64(as_of, "D")
        self._done_on = np.where(is_done & (closed <= today), closed, NEVER)
        # What is ordered is thought to be done on its day; what is late at once.
        planned = np.where(np.isnat(due), today, np.maximum(due, today))
        self._ordered_on = np.where(rows.among("state", RUNNING), planned, NEVER)

    def last(self, types: Collection[str], ids: Array) -> Array:
        """Return when work of some types was last done at each asset, NaT for never."""
        return self._last(self._done_on, types, ids)

    def ordered(self, types: Collection[str], ids: Array) -> Array:
        """Return for when work of some types is ordered at each asset, NaT for not."""
        return self._last(self._ordered_on, types, ids)

    def ordered_visits(self, types: Collection[str], ids: Array) -> Array:
        """Return the visit in which work is ordered at each asset, None for none."""
        rows, assets = self._of(self._ordered_on, types, ids)
        visits = np.full(len(ids), None, dtype=object)
        visits[assets] = self._visit[rows]
        return visits

    def events(self, types: Collection[str], ids: Array) -> tuple[Array, Array, Array]:
        """Return what was done at assets, by asset and day: position in ``ids``, day, result (None)."""
        rows, assets = self._of(self._done_on, types, ids)
        order = np.lexsort((self._ids[rows].astype(str), self._done_on[rows], assets))
        rows = rows[order]
        return assets[order], self._done_on[rows], self._result[rows]

    def within(self, types: Collection[str], ids: Array, first: np.datetime64, last: np.datetime64) -> Array:
        """Return at which assets work of some types is done, or ordered, from one day to another."""
        on = self._day
        _rows, assets = self._of(np.where((on >= first) & (on <= last), on, NEVER), types, ids)
        there = np.zeros(len(ids), dtype=bool)
        there[assets] = True
        return there

    def visits(self) -> frozenset[str]:
        """Return the names of all visits."""
        return frozenset(str(visit) for visit in self._visit[~pd.isna(self._visit)])

    @property
    def _day(self) -> Array:
        """When each item is done, or is ordered for."""
        return np.where(np.isnat(self._done_on), self._ordered_on, self._done_on)

    def rounds(self, compound_ids: Array, first: np.datetime64, last: np.datetime64) -> Array:
        """Return how many patrols of each compound are done, or ordered, from one day to another."""
        on = self._day
        patrol_rows = np.flatnonzero((self._type == PATROL) & (on >= first) & (on <= last))
        named = np.where(
            pd.isna(self._compound[patrol_rows]), self._asset[patrol_rows], self._compound[patrol_rows]
        )
        row = rows_of_ids(compound_ids, named)
        return np.bincount(row[row >= 0], minlength=len(compound_ids))

    def _of(self, days: Array, types: Collection[str], ids: Array) -> tuple[Array, Array]:
        """Return the rows of items of some types that have a day, and the position in ``ids`` of each."""
        rows = np.flatnonzero(~np.isnat(days) & np.isin(self._type.astype(str), list(types)))
        if not len(rows) or not len(ids):
            return rows[:0], rows[:0]
        assets = rows_of_ids(ids, self._asset[rows])
        return rows[assets >= 0], assets[assets >= 0]

    def _last(self, days: Array, types: Collection[str], ids: Array) -> Array:
        rows, assets = self._of(days, types, ids)
        last = np.full(len(ids), np.iinfo(np.int64).min)
        np.maximum.at(last, assets, days[rows].astype(np.int64))
        return last.astype("datetime64[D]")


def _one_asset_a_row(items: pd.DataFrame) -> pd.DataFrame:
    """Return items with a row for each of their assets."""
    rows: pd.DataFrame = pd.DataFrame(items)
    if "asset" not in rows or not any(";" in str(name) for name in rows["asset"]):
        return rows
    apart: pd.DataFrame = rows.assign(asset=rows["asset"].str.split(";")).explode("asset", ignore_index=True)
    apart["asset"] = apart["asset"].str.strip()
    return apart
