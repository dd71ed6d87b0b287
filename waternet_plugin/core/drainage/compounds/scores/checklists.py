"""Checklists: the items of each list, what is ticked for what, and what the map knows by itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from waternet_plugin.core import texts
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.csvfiles import rows_of

INTAKE_POINT = "intake_point"
# Lists that are kept of compounds.
OF_COMPOUNDS = ("zero_discharge", "hand_over", "model", "first_entry")
YES, NO, UNKNOWN, TICKED = "yes", "no", "unknown", "ticked"
# States in which an item is met.
MET = (YES, TICKED)
BETWEEN_ASSETS = ","


@dataclass(frozen=True)
class ChecklistItem:
    """One item of a checklist, with where it is from.

    ``order`` is the type of the work order where it is missing, '' where no crew is sent for it.
    """

    list: str
    item: str
    label_en: str
    label_zh: str
    order: str
    source: str
    certainty: str

    @property
    def label(self) -> str:
        """The label in the language of the interface."""
        return self.label_zh if texts.language() == "zh_CN" else self.label_en


@lru_cache(maxsize=1)
def _every() -> tuple[ChecklistItem, ...]:
    return tuple(ChecklistItem(**row) for row in rows_of(Path(__file__).with_name("checklist_items.csv")))


def items_of(name: str) -> tuple[ChecklistItem, ...]:
    """Return the items of a checklist in their order."""
    return tuple(item for item in _every() if item.list == name)


def ticks(subject: NetworkFrame, as_of: datetime.date) -> pd.DataFrame:
    """Return what is ticked until a day: list, asset, item, ticked_on, by that day.

    Of an item that was ticked several times only the last tick is left.
    """
    rows = subject.rows("checklist")
    on = rows.date("ticked_on")
    frame = pd.DataFrame(
        {
            **{name: rows.text(name) for name in ("list", "asset", "item")},
            "ticked_on": on.astype("datetime64[ns]"),
        }
    )
    frame = frame[on <= np.datetime64(as_of)].sort_values("ticked_on", kind="stable")
    last: pd.DataFrame = frame.drop_duplicates(["list", "asset", "item"], keep="last", ignore_index=True)
    return last


def tick_days(rows: pd.DataFrame, name: str, assets: Array) -> Array:
    """Return when each item of a list was last ticked for each asset, (assets, items), NaT for never.

    Parameters
    ----------
    rows
        As `ticks` returns them.
    name
        The list.
    assets
        Ids.
    """
    own = rows[rows["list"] == name]
    items = [item.item for item in items_of(name)]
    row, column = (
        rows_of_ids(known, own[column].to_numpy(dtype=object))
        for known, column in ((assets, "asset"), (items, "item"))
    )
    counts = (row >= 0) & (column >= 0)
    days = np.full((len(assets), len(items)), np.datetime64("NaT", "D"))
    days[row[counts], column[counts]] = own["ticked_on"].to_numpy(dtype="datetime64[D]")[counts]
    return days


@dataclass(frozen=True)
class Known:
    """What the map knows of an item, by asset.

    Parameters
    ----------
    holds
        1 where it holds, 0 where it does not, NaN where the map can't tell.
    blocked_by
        By what it does not hold, sorted, as people read it.
    assets
        The ids of these.
    """

    holds: Array
    blocked_by: list[tuple[str, ...]]
    assets: list[tuple[str, ...]]

    @classmethod
    def from_rows(cls, holds: Array, rows: Array, ids: Iterable[str], codes: Iterable[str] = ()) -> Known:
        """Return what is known, with what blocks: the row of the asset of each, its id, a code before it."""
        names = list(map(str, ids))
        words = [f"{code} {name}" for code, name in zip(codes, names)] or names
        return cls(holds, _by_row(len(holds), rows, words), _by_row(len(holds), rows, names))


def _by_row(count: int, rows: Array, names: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the names of each of some rows, sorted, each once."""
    lists: list[set[str]] = [set() for _row in range(count)]
    for row, name in zip(rows.tolist(), names):
        lists[row].add(name)
    return [tuple(sorted(names_of)) for names_of in lists]


def checklist_cells(
    rows: pd.DataFrame, name: str, assets: Array, known: Mapping[str, Known] | None = None
) -> pd.DataFrame:
    """Return a list as a matrix of assets and items, a row a cell, by asset.

    Parameters
    ----------
    rows
        As `ticks` returns them.
    name
        The list.
    assets
        Ids.
    known
        What the map knows of some items: it stands above a tick.

    Returns
    -------
    pandas.DataFrame
        asset, item, state (YES and NO by the map, TICKED, UNKNOWN), ticked_on, ``blocked_by`` in words with
        commas, and ``assets``, the ids of what blocks.
    """
    days = tick_days(rows, name, assets)
    items = [item.item for item in items_of(name)]
    states = np.where(np.isnat(days), UNKNOWN, TICKED).astype(object)
    words = np.full(days.shape, "", dtype=object)
    blocking: list[list[tuple[str, ...]]] = [[()] * len(items) for _asset in assets]
    for item, of_item in (known or {}).items():
        column = items.index(item)
        for row, names in enumerate(of_item.assets):
            blocking[row][column] = names
        states[of_item.holds == 1, column] = YES
        states[of_item.holds == 0, column] = NO
        words[:, column] = [BETWEEN_ASSETS.join(each) for each in of_item.blocked_by]
    cells: pd.DataFrame = pd.DataFrame(
        {
            "asset": np.repeat(np.asarray(assets, dtype=object), len(items)),
            "item": np.tile(np.array(items, dtype=object), len(assets)),
            "state": states.ravel(),
            "ticked_on": days.ravel().astype("datetime64[ns]"),
            "blocked_by": words.ravel(),
            "assets": [each for row in blocking for each in row],
        }
    )
    return cells
