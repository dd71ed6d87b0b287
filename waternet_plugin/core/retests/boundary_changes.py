"""What the change log tells of a boundary that a test proved: whether it is still the one that was tested."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely

from waternet_plugin.core.frames import records
from waternet_plugin.core.retests.kept_boundary import NODE_FIELDS, PIPE_FIELDS, members_hash
from waternet_plugin.core.retests.tested_zones import ZoneTested
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

# Why a zone is to be tested again.
VALVE_CHANGED, PIPE_CHANGED, MEMBERS_CHANGED, PIPE_JOINED = (
    "valve_changed", "pipe_changed", "members_changed", "pipe_joined",
)  # fmt: skip
_FIELDS = {"node": NODE_FIELDS, "pipe": PIPE_FIELDS}
_REASONS = {"node": VALVE_CHANGED, "pipe": PIPE_CHANGED}
# A valve or meter that lies further from where it was is taken for another one; less is a better survey.
_MOVED_M = 1.0


@dataclass(frozen=True)
class BoundaryChange:
    """The first change that makes a test void.

    Parameters
    ----------
    reason
        Why, as a code.
    asset
        Id of the node or pipe.
    by, at
        By whom and when (UTC, ISO 8601); '' where that is not known.
    field, before, after
        Which field, from what to what, as the change log writes it; '' where it is not one field.
    """

    zone_id: str
    reason: str
    asset: str
    by: str = ""
    at: str = ""
    field: str = ""
    before: str = ""
    after: str = ""


def changed_asset(zone: ZoneTested, table: str, history: pd.DataFrame) -> BoundaryChange | None:
    """Return the first change of a node or pipe of a boundary that makes its test void, None for none.

    Parameters
    ----------
    table
        ``node`` or ``pipe``.
    history
        Entries of assets of the boundary, a row for each field, as `Network.history` returns them.
    """
    later = history[(history["seq"] > zone.entry)].sort_values("seq", kind="stable")
    for row in records(later):
        if row["action"] == "update" and not _counts(zone, table, row):
            continue
        return BoundaryChange(zone.zone_id, _REASONS[table], str(row["asset"]), *_who(row), *_what(row))
    return None


def _counts(zone: ZoneTested, table: str, row: Mapping[str, Any]) -> bool:
    """Return whether the change of a field makes a test void."""
    if row["before"] == row["after"]:
        return False
    if row["field"] == GEOMETRY_COLUMN:
        return table == "node" and _moved_m(row["before"], row["after"]) > _MOVED_M
    if row["field"] == "operated_on":
        return _is_later(row["after"], zone.tested_on)
    return row["field"] in _FIELDS[table]


def _moved_m(before: Any, after: Any) -> float:
    """Return how far a point was moved, m, of two texts in WKT; a place that is not known is far."""
    if not before or not after:
        return float("inf")
    return float(shapely.distance(shapely.from_wkt(before), shapely.from_wkt(after)))


def without_undone(
    history: pd.DataFrame, roots: Mapping[str, str], *, by_asset: bool = False
) -> pd.DataFrame:
    """Return entries without those that an undo took back and those that took them back.

    What an undo left as it was, and what was undone and done again, stays.

    Parameters
    ----------
    history
        Entries, a row for each field.
    roots
        The first batch of its family (a batch, its undo, the undo of that) by batch.
    by_asset
        Whether they are of several assets; else of one, whatever it was called meanwhile.
    """
    keys: dict[tuple[str, ...], list[tuple[Any, Mapping[str, Any]]]] = {}
    ordered = history.sort_values("seq", kind="stable")
    for index, row in zip(ordered.index, records(ordered)):
        batch = str(row["batch_id"] or "")
        if batch:
            field = str(row["field"]) if row["action"] == "update" else ""
            asset = str(row["asset"]) if by_asset else ""
            keys.setdefault((roots.get(batch, batch), field, asset), []).append((index, row))
    gone: list[Any] = []
    for (_root, field, _asset), found in keys.items():
        first, last = found[0][1], found[-1][1]
        is_back = first["before"] == last["after"] if field else first["action"] != last["action"]
        if is_back and first["batch_id"] != last["batch_id"]:
            gone += [index for index, _row in found]
    kept: pd.DataFrame = history.drop(index=gone)
    return kept


def changed_members(zone: ZoneTested, history: pd.DataFrame) -> BoundaryChange | None:
    """Return the first pipe that came into a zone or left it by an edit of its zone, None for none.

    Parameters
    ----------
    history
        Entries of pipes, a row for each field.
    """
    later = history[(history["seq"] > zone.entry) & (history["field"] == "dma_id")]
    later = later[later["action"] == "update"].sort_values("seq", kind="stable")
    for row in records(later):
        if (row["before"] in zone.held) != (row["after"] in zone.held):
            return BoundaryChange(zone.zone_id, MEMBERS_CHANGED, str(row["asset"]), *_who(row), *_what(row))
    return None


def joined_pipe(zone: ZoneTested, history: pd.DataFrame, pipes: pd.DataFrame) -> BoundaryChange | None:
    """Return a new or moved pipe at which the zone now meets what is outside, None for none.

    Parameters
    ----------
    history
        Entries of pipes that are new or end elsewhere than before.
    pipes
        pipe_id, from_node, to_node and dma_id of these pipes, and of those at their ends.
    """
    ends = pd.concat(
        [
            pipes[["pipe_id", "dma_id", name]].rename(columns={name: "node"})
            for name in ("from_node", "to_node")
        ]
    ).dropna(subset=["node"])
    ends["inside"] = ends["dma_id"].isin(zone.held)
    sides = ends.groupby("node")["inside"].nunique()
    border = set(sides.index[sides > 1])
    met = set(ends.loc[ends["node"].isin(border), "pipe_id"].astype(str))
    for row in records(history.sort_values("seq", kind="stable")):
        if str(row["asset"]) in met:
            return BoundaryChange(zone.zone_id, PIPE_JOINED, str(row["asset"]), *_who(row))
    return None


def other_members(zone: ZoneTested, pipe_ids: Collection[str]) -> BoundaryChange | None:
    """Return a change where the pipes of a zone are no longer those that were tested, None where they are.

    It is asked for where the change log does not tell what was edited.
    """
    if members_hash(pipe_ids) == zone.boundary.members:
        return None
    return BoundaryChange(zone.zone_id, MEMBERS_CHANGED, zone.zone_id)


def _who(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return by whom and when an entry was made."""
    return str(row["by"] or ""), str(row["at"] or "")


def _what(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the field of an update and what it was and became."""
    if row["action"] != "update" or row["field"] is None or row["field"] == GEOMETRY_COLUMN:
        return "", "", ""
    return str(row["field"]), str(row["before"] or ""), str(row["after"] or "")


def _is_later(text: Any, day: datetime.date) -> bool:
    """Return whether a date of the log is after a day; one that can't be read is."""
    try:
        return datetime.date.fromisoformat(str(text)[:10]) > day
    except ValueError:
        return text is not None
