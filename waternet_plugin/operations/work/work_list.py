"""Work that is open in a network: items that are not over or not checked on the map, and such repairs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import records
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.rows.work_items import DONE
from waternet_plugin.operations.work.ordered_assets import asset_points
from waternet_plugin.store.network import Network

OVERDUE, DUE, LATER, UNDATED = "overdue", "due", "later", ""
# So many days before its date work is due.
NOTICE_D = 30
ITEMS, REPAIRS = "work_item", "failure"


@dataclass(frozen=True)
class WorkList:
    """What is open, what is due first: rows as ``Network.open_work`` has them, and more of each.

    Beside its columns a row has ``what`` and ``state_label`` in words, ``due_state`` (OVERDUE, DUE, LATER or
    UNDATED; done work is never late any more), and ``x`` and ``y`` in the network's coordinates, None where
    neither the item nor its asset has a place.
    """

    rows: tuple[dict[str, Any], ...] = ()


def work_list(network: Network, today: Optional[datetime.date] = None) -> WorkList:
    """Return what is open in a network.

    Parameters
    ----------
    today
        The day of which dates are late or near; None for that of the clock.
    """
    frame = network.open_work()
    xy = _places(network, frame)
    types, states = network.table(ITEMS).field("type").codes, domain("work_item_state")
    day = today or datetime.date.today()
    rows: list[dict[str, Any]] = records(frame)
    for row, (x, y) in zip(rows, xy.tolist()):
        row["what"] = types[row["type"]].label if row["type"] in types else tr("Work item")
        state = states.get(row["state"])
        row["state_label"] = "" if state is None else state.label
        if row["table"] == REPAIRS:
            row["state_label"] = tr("Repaired")
        row["due_state"] = _due_state(row, day)
        row["x"], row["y"] = (None, None) if x != x else (x, y)
    return WorkList(tuple(rows))


def _due_state(row: dict[str, Any], day: datetime.date) -> str:
    if not row["due"] or row["state"] == DONE:
        return UNDATED
    due = datetime.date.fromisoformat(str(row["due"])[:10])
    if due < day:
        return OVERDUE
    return DUE if due <= day + datetime.timedelta(days=NOTICE_D) else LATER


def _places(network: Network, frame: pd.DataFrame) -> Array:
    """Return where each row is, (rows, 2), m: its own place, else that of its asset; NaN for none."""
    xy = np.full((len(frame), 2), np.nan)
    for name in (ITEMS, REPAIRS):
        of_table = np.flatnonzero(frame["table"] == name)
        _fill(network, xy, of_table, name, frame["id"].iloc[of_table])
    for name in ("pipe", "node", "customer"):
        rest = np.flatnonzero(np.isnan(xy[:, 0]) & frame["asset"].notna().to_numpy())
        _fill(network, xy, rest, name, frame["asset"].iloc[rest])
    return xy


def _fill(network: Network, xy: Array, rows: Array, name: str, ids: Iterable[Any]) -> None:
    """Fill in the places of some rows by the shapes of a table."""
    wanted = list(ids)
    if not wanted:
        return
    key = table(name).id_field
    read = network.read(name, [key], ids=sorted(set(wanted)))
    points = asset_points(read[GEOMETRY_COLUMN].to_numpy(dtype=object))
    there = np.flatnonzero(~shapely.is_missing(points))
    row = rows_of_ids(read[key].to_numpy(dtype=object)[there], wanted)
    found = row >= 0
    xy[rows[found]] = shapely.get_coordinates(points[there[row[found]]])
