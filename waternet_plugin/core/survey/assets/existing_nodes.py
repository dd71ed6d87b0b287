"""Nodes that the network has already, and which points of a survey join them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.vertices import xyz

# Nodes looked at around a point: more stand together nowhere.
_MOST = 8


@dataclass(frozen=True)
class ExistingNodes:
    """Nodes of the network: ids, kinds and systems (object), and where they stand, (nodes, 3), m."""

    node_id: Array
    kind: Array
    system: Array
    places: Array

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.node_id)

    @cached_property
    def _rows(self) -> dict[str, int]:
        # Looks texts up in a third of the time that an index of pandas takes.
        return dict(zip(self.node_id.tolist(), range(len(self))))

    def row_of(self, ids: Array) -> Array:
        """Return the row of each id, -1 for none."""
        return np.fromiter(map(self._rows.get, ids.tolist(), repeat(-1)), dtype=np.int64, count=len(ids))


def existing_nodes(frame: pd.DataFrame) -> ExistingNodes:
    """Return the nodes of a frame of ``node`` with geometry."""
    xyz_m = xyz(frame[GEOMETRY_COLUMN].to_numpy()) if len(frame) else np.zeros((0, 3))
    texts = [frame[name].astype(object).to_numpy() for name in ("node_id", "kind", "system")]
    return ExistingNodes(texts[0], texts[1], texts[2], xyz_m)


def with_unknown(ids: Array) -> Array:
    """Return ids with an unknown one behind them, which the row -1 means."""
    return np.concatenate([ids, np.array([None], dtype=object)])


@dataclass(frozen=True)
class PointJoins:
    """For each point of a survey the row of the node that it joins, -1 for none, and nodes too far.

    ``near`` and ``distance_m`` are of the nearest node beyond the tolerance, -1 and NaN for none; ``taken``
    is the row of a node that has the point's id and stands elsewhere.
    """

    node: Array
    near: Array
    distance_m: Array
    taken: Array


def join_points(
    points: pd.DataFrame,
    nodes: ExistingNodes,
    *,
    tolerance_m: float,
    near_m: float,
    joining_kinds: Collection[str],
) -> PointJoins:
    """Return which points of a survey join nodes of the network.

    Parameters
    ----------
    points
        Of a `Survey`.
    nodes
        Of the network.
    tolerance_m
        Distance in plan up to which a point joins a node.
    near_m
        Distance up to which a node that is not joined is worth a word.
    joining_kinds
        Kinds of nodes at which all systems meet.
    """
    size = len(points)
    node = np.full(size, -1, dtype=np.int64)
    near, distance = node.copy(), np.full(size, np.nan)
    taken = nodes.row_of(points["node_id"].to_numpy(object)) if len(nodes) else node.copy()
    east_north = points[["east", "north"]].to_numpy(float)
    known = np.flatnonzero(np.isfinite(east_north).all(axis=1))
    if not len(nodes) or not len(known):
        return PointJoins(node, near, distance, taken)
    reach = max(near_m, tolerance_m) * (1 + 1e-9)
    beside = _within(nodes, east_north[known], reach)
    if not len(beside):
        return PointJoins(node, near, distance, taken)
    apart, nearest_node = cKDTree(nodes.places[beside, :2]).query(
        east_north[known], k=min(_MOST, len(beside)), distance_upper_bound=reach
    )
    apart = apart.reshape(len(known), -1)
    other = np.append(beside, len(nodes))[nearest_node.reshape(len(known), -1)]
    is_near = np.isfinite(apart)
    joins = is_near & (apart <= tolerance_m + 1e-9)
    at, column = np.nonzero(joins)
    joins[at, column] = _may_join(points, known[at], nodes, other[at, column], joining_kinds)
    # The node of the same id comes before nearer ones.
    own = joins & (other == taken[known][:, None])
    column = np.where(own.any(axis=1), own.argmax(axis=1), joins.argmax(axis=1))
    rows = np.arange(len(known))
    joined = joins.any(axis=1)
    node[known[joined]] = other[rows, column][joined]
    alone = is_near[:, 0] & ~joined
    near[known[alone]] = other[:, 0][alone]
    distance[known[alone]] = apart[:, 0][alone]
    return PointJoins(node, near, distance, np.where(taken == node, -1, taken))


def _within(nodes: ExistingNodes, xy: Array, reach_m: float) -> Array:
    """Return the rows of the nodes that stand within the box around some places."""
    low, high = xy.min(axis=0) - reach_m, xy.max(axis=0) + reach_m
    with np.errstate(invalid="ignore"):
        inside = (nodes.places[:, :2] >= low) & (nodes.places[:, :2] <= high)
    return np.flatnonzero(inside.all(axis=1))


def _may_join(
    points: pd.DataFrame, rows: Array, nodes: ExistingNodes, other: Array, joining_kinds: Collection[str]
) -> Array:
    """Return which points may join a node: of its system or of a kind that joins all, alike or a junction.

    ``rows`` are places of points, ``other`` those of the nodes, as many.
    """
    system = points["system"].to_numpy(object)[rows]
    kind = points["kind"].to_numpy(object)[rows]
    its_system, its_kind = nodes.system[other], nodes.kind[other]
    listed = list(joining_kinds)
    opens = np.isin(its_kind.astype(str), listed) | np.isin(kind.astype(str), listed)
    systems = pd.isna(system) | pd.isna(its_system) | (system == its_system) | opens
    kinds = (kind == its_kind) | (kind == "junction") | (its_kind == "junction")
    return np.asarray(systems & kinds)
