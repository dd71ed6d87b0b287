"""Which ends of pipes belong to nodes, and which of them were moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of, xy_boxes
from waternet_plugin.core.network.settling.edits.recognising import is_reversed
from waternet_plugin.core.network.settling.edits.settling_work import (
    END,
    NODE_OF,
    START,
    End,
    SettlingWork,
    apart_m,
    end_of,
    position_of,
    text,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.vertices import line_of, xyz


@dataclass(frozen=True)
class Move:
    """Where an end or a node was and where it is now: x, y and height, m."""

    was: Array
    now: Array


def moved_ends(work: SettlingWork) -> dict[End, Move]:
    """Return the ends of pipes that lie elsewhere than before; those of reversed pipes do not."""
    ends = {}
    for key in work.rows.edited("pipe"):
        before, now = work.rows.before("pipe", key), work.rows.now("pipe", key)
        if before is None or now is None or shape_of(before) is shape_of(now):
            continue
        moves = {(key, end): Move(end_of(before, end), end_of(now, end)) for end in (START, END)}
        moves = {end: move for end, move in moves.items() if apart_m(move.was, move.now) > work.same_m}
        if moves and not is_reversed(shape_of(before), shape_of(now), work.same_m):
            ends.update(moves)
    return ends


def ends_named_elsewhere(work: SettlingWork) -> list[End]:
    """Return the ends that were given another node, while one that they may end at is where they lie.

    QGIS's merge dialog and the attribute table write such names. Where no node is at the end, the name is
    all that is known, and stays.
    """
    ends: dict[End, Array] = {}
    for key in work.rows.edited("pipe"):
        before, now = work.rows.before("pipe", key), work.rows.now("pipe", key)
        if before is None or now is None:
            continue
        for end in (START, END):
            xyz_m = end_of(now, end)
            if text(before.get(NODE_OF[end])) != text(now.get(NODE_OF[end])) and np.isfinite(xyz_m[0]):
                ends[key, end] = xyz_m
    if not ends:
        return []
    near = work.nodes_near(np.array(list(ends.values())))
    return [
        (key, end)
        for (key, end), xyz_m in ends.items()
        if any(
            work.may_join(near.rows[node], work.rows.must("pipe", key).get("system"))
            for node in near.at(xyz_m, work.same_m)
        )
    ]


def moved_nodes(work: SettlingWork) -> dict[int, Move]:
    """Return the nodes that lie elsewhere than before."""
    moved = {}
    for key in work.rows.edited("node"):
        before, now = work.rows.before("node", key), work.rows.now("node", key)
        if before is not None and now is not None:
            move = Move(position_of(before), position_of(now))
            if apart_m(move.was, move.now) > work.same_m:
                moved[key] = move
    return moved


def ends_at_nodes(
    work: SettlingWork, nodes: Mapping[str, tuple[int, Array]], moved: Mapping[End, Move]
) -> dict[str, list[End]]:
    """Return the ends of each of some nodes: those that name it, and those without a name at its place.

    Parameters
    ----------
    work
        The settling.
    nodes
        Key and place of nodes before the edits by id, m.
    moved
        Ends that were moved: they belong where they were.
    """
    names = list(nodes)
    xy = np.array([nodes[name][1][:2] for name in names]).reshape(-1, 2)
    is_finite = np.isfinite(xy[:, 0])
    # First, as the nodes themselves are known then.
    near = work.nodes_near(xy[is_finite]) if is_finite.any() else None
    ends = work.pipes_at(nodes)
    if near is None:
        return ends
    unnamed = unnamed_ends(work, xy[is_finite], moved)
    for end, xyz_m in unnamed.items():
        system = work.rows.must("pipe", end[0]).get("system")
        gaps = np.hypot(*(xy - xyz_m[:2]).T)
        nearest = int(np.nanargmin(gaps))
        if gaps[nearest] > work.reach_m:
            continue
        row = near.rows.get(nodes[names[nearest]][0])
        if row is None or work.may_join(row, system):
            ends[names[nearest]].append(end)
    return ends


def unnamed_ends(work: SettlingWork, xy: Array, moved: Mapping[End, Move]) -> dict[End, Array]:
    """Return the ends near places, (places, 2), that name no node, with where they were, m."""
    from scipy.spatial import cKDTree

    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return {}
    tree = cKDTree(xy)
    ends = {}
    for key, row in work.rows.near("pipe", xy_boxes(xy, work.reach_m)).items():
        for end in (START, END):
            if text(row.get(NODE_OF[end])) is not None:
                continue
            move = moved.get((key, end))
            xyz_m = end_of(row, end) if move is None else move.was
            if np.isfinite(xyz_m[0]) and tree.query(xyz_m[:2])[0] <= work.reach_m:
                ends[key, end] = xyz_m
    return ends


def put_end(work: SettlingWork, end: End, xyz_m: Array, why: str) -> None:
    """Move the end of a pipe to a place; its height stays."""
    key, side = end
    vertices = xyz(shape_of(work.rows.must("pipe", key))).copy()
    vertices[-1 if side else 0, :2] = xyz_m[:2]
    work.rows.set("pipe", key, why, **{GEOMETRY_COLUMN: line_of(vertices)})
