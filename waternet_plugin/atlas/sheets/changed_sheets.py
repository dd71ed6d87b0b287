"""Which sheets of a book were touched since it was printed: from the change log and the shapes it names."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table

if TYPE_CHECKING:
    from waternet_plugin.store import Network

# What every sheet shows; other tables come and go with the theme.
_DRAWN = ("pipe", "node", "compound")
# An entry behind all of the change log: asks only for the newest.
_BEYOND = 2**62


@dataclass(frozen=True)
class NetworkMoment:
    """A moment in the life of a network.

    Parameters
    ----------
    batch_id
        The newest batch, '' for none.
    at
        The time in UTC: tells where the number is not known, or that of another network.
    entry
        The newest entry of the change log, -1 where it is not known.
    """

    batch_id: str
    at: str
    entry: int = -1


def mark_of(network: Network) -> NetworkMoment:
    """Return the mark of this moment."""
    batches = network.batches()
    newest = str(batches["batch_id"].iloc[0]) if len(batches) else ""
    now = datetime.datetime.now(datetime.timezone.utc)
    return NetworkMoment(newest, now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), network.changed(_BEYOND).last)


def _log_since(network: Network, mark: NetworkMoment) -> pd.DataFrame:
    """Return the change log behind a mark."""
    batches = network.batches()
    ids = batches["batch_id"].astype(str).tolist()
    at = pd.Timestamp(mark.at)
    newer = (
        ids[: ids.index(mark.batch_id)] if mark.batch_id in ids else batches["batch_id"][batches["at"] > at]
    )
    # What was done and taken back since is as it was.
    undone = batches[batches["batch_id"].isin(newer) & batches["undone"].isin(newer) & (batches["left"] == 0)]
    newer = sorted(set(newer) - set(undone["batch_id"]) - set(undone["undone"]))
    columns = ["seq", "table", "asset", "before", "batch", "at"]
    log = network.read("change_log", columns, where={"batch": [None, *newer], "table": list(_DRAWN)})
    # Writes of other programs have no batch. Their numbers tell, whatever the clock said meanwhile.
    is_known = mark.entry >= 0 and mark.batch_id in ["", *ids]
    behind = log["seq"] > mark.entry if is_known else log["at"] > at
    return log[log["batch"].notna() | behind]


def _shapes_now(network: Network, name: str, ids: list[str]) -> list[Any]:
    rows = network.read(name, [table(name).id_field], ids=ids)
    return [shape for shape in rows[GEOMETRY_COLUMN] if shape is not None and not shape.is_empty]


def _boxes_before(before: pd.Series) -> list[Any]:
    """Return the outlines of shapes that were moved or deleted, as the log kept them."""
    from waternet_plugin.store.geopackage.blobs import bounds_of

    boxes = []
    for text in before.dropna():
        blob = stored_object(text).get(GEOMETRY_COLUMN)
        if blob:
            bounds = bounds_of(bytes.fromhex(blob))
            if np.isfinite(bounds).all():
                boxes.append(shapely.box(*bounds))
    return boxes


def changed_sheets(network: Network, index: pd.DataFrame, mark: NetworkMoment) -> tuple[str, ...]:
    """Return the numbers of the sheets that something drawn was made, changed, moved or deleted on.

    Parameters
    ----------
    index
        The sheet index, see ``sheets.sheet_index``.
    mark
        Since when, see `mark_of`.
    """
    log = _log_since(network, mark)
    shapes: list[Any] = []
    for name, rows in log.groupby("table", sort=True):
        shapes += _shapes_now(network, str(name), sorted(set(rows["asset"].dropna())))
        shapes += _boxes_before(rows["before"])
    if not shapes or index.empty:
        return ()
    tree = shapely.STRtree(index["geom"].to_numpy())
    touched = np.unique(tree.query(np.array(shapes, dtype=object), predicate="intersects")[1])
    return tuple(index["sheet_no"].to_numpy()[touched].tolist())
