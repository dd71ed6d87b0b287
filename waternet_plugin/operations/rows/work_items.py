"""Rows of work items: which are not over, and the ids that new ones get."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from waternet_plugin.store import Batch

OPEN, SENT, UNDER_WAY, DONE, CANCELLED = "open", "sent", "under_way", "done", "cancelled"
# States of work that is not over.
RUNNING = (OPEN, SENT, UNDER_WAY)
_ITEM, _VISIT = "W-", "V-"


def insert_items(batch: Batch, items: pd.DataFrame) -> tuple[str, ...]:
    """Insert work items with new ids and return these, in the order of the rows.

    Parameters
    ----------
    batch
        Takes them.
    items
        Columns of ``work_item`` without its id. Rows that share a number in a column ``visit_group``, NaN for
        none, get a visit in common.
    """
    if not len(items):
        return ()
    first = int(batch.next_id("work_item", _ITEM).removeprefix(_ITEM))
    ids = [f"{_ITEM}{first + place:04d}" for place in range(len(items))]
    rows = items.assign(item_id=ids)
    if "visit_group" in rows:
        # A visit is named after its first item, so that no two have one name.
        heads = pd.Series(ids, index=rows.index).groupby(rows["visit_group"]).transform("first")
        rows["visit"] = heads.str.replace(_ITEM, _VISIT, n=1, regex=False).where(heads.notna(), None)
        rows = rows.drop(columns="visit_group")
    batch.insert("work_item", rows)
    return tuple(ids)
