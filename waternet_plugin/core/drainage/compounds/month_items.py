"""The work items of a month: to which compound each belongs, what was done, what came up."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.months import Month
from waternet_plugin.core.network.model.table_rows import TableRows

ITEM_COLUMNS = (
    "item_id", "type", "state", "opened_on", "due_on", "closed_on", "asset", "compound_id", "source", "valid",
)  # fmt: skip
DONE = "done"


@dataclass(frozen=True)
class MonthItems(PlainFrames):
    """Work items of a month; a row of ``compound_id`` is None where no compound is known.

    Parameters
    ----------
    done
        Items that were done in it, by the day on which they were closed: item_id, type, asset, compound_id.
    opened
        Items that were opened in it: item_id, type, asset, compound_id, source, valid, has_due, is_done and
        is_in_time (done by the day on which they were due; no where there is none).
    turned
        Ids of the items of both that were closed before they were opened.
    """

    done: pd.DataFrame
    opened: pd.DataFrame
    turned: tuple[str, ...]


def month_items(items: pd.DataFrame, compound: Array, month: Month, as_of: datetime.date) -> MonthItems:
    """Return the work items of a month, as they were at the end of a day.

    Parameters
    ----------
    items
        Work items with `ITEM_COLUMNS`.
    compound
        Id of the compound of each, None for none: `compounds_of_items`.
    month
        The month.
    as_of
        What was opened or closed later counts as not yet opened or closed.
    """
    rows = TableRows("work_item", items)
    opened_on, closed_on, due_on = (rows.date(name) for name in ("opened_on", "closed_on", "due_on"))
    today, first, last = (np.datetime64(day) for day in (as_of, month.first, month.last))
    # A day that is not known is neither before nor after another.
    is_done = rows.among("state", (DONE,)) & ~(closed_on > today)
    done = np.flatnonzero(is_done & (closed_on >= first) & (closed_on <= last))
    opened = np.flatnonzero((opened_on >= first) & (opened_on <= min(last, today)))
    columns = {name: rows.text(name) for name in ("item_id", "type", "asset", "source", "valid")}
    columns["compound_id"] = compound
    of_both = np.union1d(done, opened)
    turned = of_both[closed_on[of_both] < opened_on[of_both]]
    return MonthItems(
        _frame(columns, ("item_id", "type", "asset", "compound_id"), done),
        _frame(columns, ("item_id", "type", "asset", "compound_id", "source", "valid"), opened).assign(
            has_due=~np.isnat(due_on[opened]),
            is_done=is_done[opened],
            is_in_time=is_done[opened] & (closed_on[opened] <= due_on[opened]),
        ),
        tuple(sorted(map(str, columns["item_id"][turned]))),
    )


def compounds_of_items(items: pd.DataFrame, compounds: pd.DataFrame, asset_compounds: pd.Series) -> Array:
    """Return the id of the compound of each work item, None for none.

    It is the one that the item names, else the asset where that is a compound, else that of the asset, else
    the one around its place.

    Parameters
    ----------
    items
        Work items with compound_id, asset and points in ``geom``.
    compounds
        compound_id and polygons in ``geom``.
    asset_compounds
        Id of the compound of each asset, by the asset's id, each once.
    """
    rows = TableRows("work_item", items)
    named, asset = rows.text("compound_id"), first_assets(rows.text("asset"))
    known = compounds["compound_id"].to_numpy(dtype=object)
    # What comes later stands above what comes before.
    sources = (asset_compounds.reindex(asset).to_numpy(dtype=object), asset, named)
    compound = np.full(len(rows), None, dtype=object)
    for source in sources:
        is_known = pd.Series(source, dtype=object).isin(known).to_numpy(dtype=bool)
        compound[is_known] = source[is_known]
    return compound_of(pd.DataFrame(items).assign(compound_id=compound), compounds)


def first_assets(assets: Array) -> Array:
    """Return the first of the assets that each item names, None for none."""
    return np.array([None if name is None else str(name).split(";", 1)[0] for name in assets], dtype=object)


def asset_rows(items: pd.DataFrame, ids: Array) -> Array:
    """Return the rows of the assets, by their place among some ids, that items name, each once, sorted."""
    known = items["asset"].dropna().unique()
    names = sorted({name.strip() for assets in known for name in str(assets).split(";")})
    rows = rows_of_ids(ids, names)
    return np.asarray(np.unique(rows[rows >= 0]))


def _frame(columns: dict[str, Array], names: tuple[str, ...], rows: Array) -> pd.DataFrame:
    chosen: pd.DataFrame = pd.DataFrame({name: columns[name][rows] for name in names}, dtype=object)
    return chosen
