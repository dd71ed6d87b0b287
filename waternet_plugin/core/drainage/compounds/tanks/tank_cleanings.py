"""When each tank was cleaned last: by its own record or by the newest work item that was done."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids

_CLEAN, _DONE = "clean", "done"


@dataclass(frozen=True)
class TankCleanings:
    """The last cleaning of each tank (T,).

    Parameters
    ----------
    cleaned_on
        Its day, datetime64[D], NaT where none is known.
    item_id
        The work item that recorded it, None where the tank's own record does.
    closed_early
        Whether that item was closed before it was opened.
    to_come
        The tank's own record where it lies after the day it is judged on, else NaT.
    """

    cleaned_on: Array
    item_id: Array
    closed_early: Array
    to_come: Array


def tank_cleanings(
    node_ids: Array, recorded: Array, work_items: pd.DataFrame, as_of: datetime.date
) -> TankCleanings:
    """Return the last cleaning of each tank up to a day.

    Parameters
    ----------
    node_ids
        Ids of the tanks (T,).
    recorded
        Last cleaning by the record of each, datetime64[D] (T,).
    work_items
        item_id, type, state, asset, opened_on and closed_on; items of type clean that are done count.
    """
    today = np.datetime64(as_of, "D")
    row = rows_of_ids(node_ids, work_items["asset"])
    opened, closed = (
        work_items[name].to_numpy(dtype="datetime64[ns]").astype("datetime64[D]")
        for name in ("opened_on", "closed_on")
    )
    is_done = (work_items["type"] == _CLEAN) & (work_items["state"] == _DONE)
    used = np.flatnonzero((row >= 0) & is_done.to_numpy(dtype=bool) & (closed <= today))
    item = work_items["item_id"].to_numpy(dtype=object)
    # The newest last, of equally new ones the first by id.
    names = item[used].astype(str)
    rank = np.unique(names, return_inverse=True)[1] if len(names) else np.zeros(0, dtype=np.int64)
    order = used[np.lexsort((-rank, closed[used]))]
    newest = np.full(len(node_ids), -1, dtype=np.int64)
    newest[row[order]] = order
    to_come = np.where(recorded > today, recorded, np.datetime64("NaT", "D"))
    cleaned = np.where(recorded > today, np.datetime64("NaT", "D"), recorded)
    has_item = newest >= 0
    by_item = np.full(len(node_ids), np.datetime64("NaT", "D"))
    by_item[has_item] = closed[newest[has_item]]
    # A record of the same day was made when that item was closed.
    by_item_last = has_item & ~(cleaned > by_item)
    item_id = np.full(len(node_ids), None, dtype=object)
    item_id[by_item_last] = item[newest[by_item_last]]
    early = np.zeros(len(node_ids), dtype=bool)
    early[by_item_last] = closed[newest[by_item_last]] < opened[newest[by_item_last]]
    return TankCleanings(np.where(by_item_last, by_item, cleaned), item_id, early, to_come)
