"""What the change log tells of a boundary that a test proved: whether it is still the one that was tested."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from waternet_plugin.core.dma.pressure_test.proven_boundary import (
    NODE_FIELDS,
    PIPE_FIELDS,
    ProvenBoundary,
    members_hash,
)

# Why a zone is to be tested again.
VALVE_CHANGED, PIPE_CHANGED, MEMBERS_CHANGED, PIPE_JOINED = (
    "valve_changed", "pipe_changed", "members_changed", "pipe_joined",
)  # fmt: skip
_FIELDS = {"node": NODE_FIELDS, "pipe": PIPE_FIELDS}
_REASONS = {"node": VALVE_CHANGED, "pipe": PIPE_CHANGED}


@dataclass(frozen=True)
class ZoneTested:
    """A zone that passed a test.

    Parameters
    ----------
    zone_id
        The zone.
    held
        Ids of the zone and of those inside it.
    tested_on
        Day of the test.
    entry
        The last entry of the change log before it.
    boundary
        What was proven.
    """

    zone_id: str
    held: frozenset[str]
    tested_on: datetime.date
    entry: int
    boundary: ProvenBoundary


@dataclass(frozen=True)
class BoundaryChange:
    """The first change that makes a test void: which zone, why (a code), of what, when and by whom."""

    zone_id: str
    reason: str
    asset: str
    by: str = ""
    at: str = ""


def changed_asset(zone: ZoneTested, table: str, history: pd.DataFrame) -> BoundaryChange | None:
    """Return the first change of a node or pipe of a boundary that makes its test void, None for none.

    Parameters
    ----------
    zone
        The zone.
    table
        ``node`` or ``pipe``.
    history
        Entries of assets of the boundary, a row for each field, as `Network.history` returns them.
    """
    later = history[(history["seq"] > zone.entry)].sort_values("seq", kind="stable")
    for row in later.to_dict("records"):
        if row["action"] == "update":
            if row["field"] not in _FIELDS[table] or row["before"] == row["after"]:
                continue
            if row["field"] == "operated_on" and not _is_later(row["after"], zone.tested_on):
                continue
        return BoundaryChange(
            zone.zone_id, _REASONS[table], str(row["asset"]), str(row["by"] or ""), str(row["at"] or "")
        )
    return None


def changed_members(zone: ZoneTested, history: pd.DataFrame) -> BoundaryChange | None:
    """Return the first pipe that came into a zone or left it by an edit of its zone, None for none.

    Parameters
    ----------
    zone
        The zone.
    history
        Entries of pipes, a row for each field.
    """
    later = history[(history["seq"] > zone.entry) & (history["field"] == "dma_id")]
    later = later[later["action"] == "update"].sort_values("seq", kind="stable")
    for row in later.to_dict("records"):
        if (row["before"] in zone.held) != (row["after"] in zone.held):
            return BoundaryChange(
                zone.zone_id, MEMBERS_CHANGED, str(row["asset"]), str(row["by"] or ""), str(row["at"] or "")
            )
    return None


def joined_pipe(zone: ZoneTested, changed: Collection[str], pipes: pd.DataFrame) -> BoundaryChange | None:
    """Return a new or moved pipe at which the zone now meets what is outside, None for none.

    Parameters
    ----------
    zone
        The zone.
    changed
        Ids of pipes that are new or end elsewhere than before.
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
    met = ends[ends["node"].isin(border) & ends["pipe_id"].isin(changed)]
    names = sorted(str(name) for name in met["pipe_id"])
    return BoundaryChange(zone.zone_id, PIPE_JOINED, names[0]) if names else None


def other_members(zone: ZoneTested, pipe_ids: Collection[str]) -> BoundaryChange | None:
    """Return a change where the pipes of a zone are no longer those that were tested, None where they are.

    It is asked for where the change log does not tell what was edited.
    """
    if members_hash(pipe_ids) == zone.boundary.members:
        return None
    return BoundaryChange(zone.zone_id, MEMBERS_CHANGED, zone.zone_id)


def _is_later(text: Any, day: datetime.date) -> bool:
    """Return whether a date of the log is after a day; one that can't be read is."""
    try:
        return datetime.date.fromisoformat(str(text)[:10]) > day
    except ValueError:
        return text is not None
