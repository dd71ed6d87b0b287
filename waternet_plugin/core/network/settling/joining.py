"""Touched ends get their node: one that stands there, one on the pipe that they meet, or a new junction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.model.findings import FindingCollector
from waternet_plugin.core.network.model.graph import ranks_by_kind
from waternet_plugin.core.network.model.joined_ends import Ends, NodeAssets, join
from waternet_plugin.core.network.settling.dividing import SplitPoint, cut_pipes
from waternet_plugin.core.network.settling.edits.edited_rows import xy_boxes
from waternet_plugin.core.network.settling.edits.settling_work import (
    END,
    JUNCTION,
    NODE_OF,
    START,
    End,
    SettlingWork,
    apart_m,
    end_of,
    position_of,
    text,
)
from waternet_plugin.core.network.settling.heights import lifted
from waternet_plugin.core.network.settling.inline_nodes import (
    OnPipe,
    PipesNear,
    boxes_of_drawn_pipes,
    fit_into_pipe,
    nodes_on_drawn_pipes,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.vertices import point_of

_NAMED, _MADE = "named", "junction_made"


@dataclass
class _Around:
    """What lies around the touched ends: nodes by number, pipes by key, ends with what they name."""

    node_keys: list[int]
    nodes: list[Row]
    pipes: dict[int, Row]
    ends: list[End]
    xy: Array
    named: Array


def settle_ends(work: SettlingWork, landed: list[int]) -> None:
    """Give every touched end its node, and split the pipes on which ends or nodes came to lie.

    Parameters
    ----------
    work
        The settling.
    landed
        Keys of the nodes that came to a new place.
    """
    touched = {
        end: end_of(row, end[1]) for end in work.touched if (row := work.rows.now("pipe", end[0])) is not None
    }
    touched = {end: xyz_m for end, xyz_m in touched.items() if np.isfinite(xyz_m[0])}
    spots = [position_of(work.rows.must("node", key)) for key in landed]
    xyz = np.array([*touched.values(), *(spot for spot in spots if np.isfinite(spot[0]))]).reshape(-1, 3)
    if not len(xyz):
        return
    around = _look_around(work, xyz, touched)
    groups = _named_by_place(work, around, touched, frozenset(landed))
    pipes = PipesNear(around.pipes, work)
    cuts: dict[int, list[SplitPoint]] = {}
    for key, spot, met in zip(landed, spots, pipes.at(np.array(spots).reshape(-1, 3))):
        if np.isfinite(spot[0]) and work.family_of(work.rows.must("node", key)) != "sensor":
            _cut_at_node(work, met, key, spot, cuts)
    for key, on_pipe in nodes_on_drawn_pipes(work):
        name = str(work.rows.must("node", key).get("node_id"))
        cuts.setdefault(on_pipe.key, []).append(
            SplitPoint(on_pipe.along_m, name, position_of(work.rows.must("node", key)))
        )
    where = np.array([touched[group[0]] for group in groups]).reshape(-1, 3)
    for group, met in zip(groups, pipes.at(where)):
        _make_junction(work, met, group, touched, cuts)
    cut_pipes(work, cuts)


def _look_around(work: SettlingWork, xyz_m: Array, touched: dict[End, Array]) -> _Around:
    """Return nodes, pipes and ends near places; ends without a name at a node that came are touched too."""
    boxes = xy_boxes(xyz_m, work.reach_m)
    # With those on drawn pipes, which are asked for next: over a line each question takes its time.
    nodes = work.rows.near("node", np.vstack([boxes, boxes_of_drawn_pipes(work)]))
    pipes = work.rows.near("pipe", boxes)
    for key, _side in touched:
        pipes[key] = work.rows.must("pipe", key)
    tree = cKDTree(xyz_m[:, :2])
    ends = [(key, side) for key in pipes for side in (START, END)]
    where = np.array([end_of(pipes[key], side)[:2] for key, side in ends]).reshape(-1, 2)
    is_finite = np.isfinite(where[:, 0])
    close = np.zeros(len(ends), dtype=bool)
    close[is_finite] = tree.query(where[is_finite])[0] <= 2 * work.same_m
    ends = [end for end, is_close in zip(ends, close) if is_close]
    names = [text(pipes[key].get(NODE_OF[side])) for key, side in ends]
    nodes = {**nodes, **work.rows.where("node", "node_id", [name for name in names if name is not None])}
    number = {str(row.get("node_id")): index for index, row in reversed(list(enumerate(nodes.values())))}
    named = np.array([number.get(name, -1) if name is not None else -1 for name in names], dtype=np.int64)
    return _Around(list(nodes), list(nodes.values()), pipes, ends, where[close], named)


def _assets(work: SettlingWork, nodes: list[Row], systems: Mapping[str, int]) -> NodeAssets:
    kinds = [str(work.kinds.counted(row.get("kind"))) for row in nodes]
    ranks = ranks_by_kind()
    # A system that no end has is not the same as none.
    numbers = [
        -1 if (name := text(row.get("system"))) is None else systems.get(name, len(systems) + 1)
        for row in nodes
    ]
    return NodeAssets(
        xy=np.array([position_of(row)[:2] for row in nodes], dtype=float).reshape(-1, 2),
        system=np.array(numbers, dtype=np.int64),
        joins=np.array([kind in work.joining for kind in kinds], dtype=bool),
        rank=np.array([ranks.get(kind, ranks[""]) for kind in kinds], dtype=np.int8),
        node_id=np.array([str(row.get("node_id")) for row in nodes], dtype=object),
    )


def _named_by_place(
    work: SettlingWork, around: _Around, touched: dict[End, Array], landed: frozenset[int]
) -> list[list[End]]:
    """Let touched ends name the node where they lie; return those that need one, together where they meet.

    An end that names a node at its place keeps it. Ends that name nothing and lie at a node that came count
    as touched.
    """
    if not around.ends:
        return []
    named = around.named.copy()
    for index, end in enumerate(around.ends):
        if end in touched and named[index] >= 0:
            gap = apart_m(position_of(around.nodes[named[index]]), touched[end])
            if not gap <= work.same_m:
                named[index] = -1
    systems = [text(around.pipes[key].get("system")) for key, _side in around.ends]
    numbers = {
        name: index for index, name in enumerate(sorted({system for system in systems if system is not None}))
    }
    of_end = [len(numbers) if system is None else numbers[system] for system in systems]
    assets = _assets(work, around.nodes, numbers)
    joined = join(
        Ends(around.xy, np.array(of_end, dtype=np.int64), named),
        assets,
        tolerance_m=work.same_m,
        coincident_m=work.same_m * 1e-3,
        near_m=work.same_m,
        notes=FindingCollector(),
    )
    groups: dict[int, list[End]] = {}
    for index, end in enumerate(around.ends):
        vertex = int(joined.vertex[index])
        is_touched = end in touched
        if vertex >= len(assets):
            if is_touched:
                groups.setdefault(vertex, []).append(end)
        elif is_touched or (around.node_keys[vertex] in landed and _names_nothing(around, end)):
            _name(work, end, around.nodes[vertex])
    return list(groups.values())


def _names_nothing(around: _Around, end: End) -> bool:
    return text(around.pipes[end[0]].get(NODE_OF[end[1]])) is None


def _name(work: SettlingWork, end: End, node: Row) -> None:
    """Let an end name a node, and take the height of the pipes there where it knows none itself."""
    key, side = end
    values: dict[str, Any] = {NODE_OF[side]: node.get("node_id")}
    before = text(work.rows.must("pipe", key).get(NODE_OF[side]))
    if before is not None and before != node.get("node_id"):
        work.left_nodes[before] = None
    values.update(lifted(work, end, node))
    work.rows.set("pipe", key, _NAMED, **values)


def _cut_at_node(
    work: SettlingWork, on_pipes: list[OnPipe], key: int, spot: Array, cuts: dict[int, list[SplitPoint]]
) -> None:
    """Split the pipes on whose middle a node came to lie, and let it take what they know."""
    met = [
        on_pipe
        for on_pipe in on_pipes
        if work.may_join(work.rows.must("node", key), on_pipe.row.get("system"))
    ]
    if not met:
        return
    if work.rows.before("node", key) is None:
        fit_into_pipe(work, key, met[0])
    name = str(work.rows.must("node", key).get("node_id"))
    for on_pipe in met:
        cuts.setdefault(on_pipe.key, []).append(SplitPoint(on_pipe.along_m, name, spot))


def _make_junction(
    work: SettlingWork,
    on_pipes: list[OnPipe],
    group: list[End],
    touched: dict[End, Array],
    cuts: dict[int, list[SplitPoint]],
) -> None:
    """Give ends that meet where no node stands a junction, and split the pipes on whose middle they lie."""
    rows = [work.rows.must("pipe", key) for key, _side in group]
    taps = work.settings.words("network.tap_functions")
    splits = any(work.functions.counted(row.get("function")) not in taps for row in rows)
    system = text(rows[0].get("system"))
    xyz_m = touched[group[0]].copy()
    met = [on_pipe for on_pipe in on_pipes if splits and text(on_pipe.row.get("system")) == system]
    heights = [touched[end][2] for end in group] + [on_pipe.xyz_m[2] for on_pipe in met]
    xyz_m[2] = next((height for height in heights if np.isfinite(height)), np.nan)
    like = met[0].row if met else rows[0]
    node = {
        "node_id": work.rows.new_id("node", _letters([*(on_pipe.row for on_pipe in met), *rows])),
        "kind": JUNCTION,
        "system": system,
        "status": text(rows[0].get("status")) or "in_use",
        **{name: like.get(name) for name in ("street", "compound_id", "dma_id")},
        GEOMETRY_COLUMN: point_of(xyz_m),
    }
    work.rows.add("node", node, _MADE)
    for end in group:
        _name(work, end, node)
    for on_pipe in met:
        cuts.setdefault(on_pipe.key, []).append(SplitPoint(on_pipe.along_m, str(node["node_id"]), xyz_m))


def _letters(rows: list[Row]) -> Optional[str]:
    """Return the id of a node that one of some pipes names: those of new ones begin like it."""
    return next((name for row in rows for column in NODE_OF if (name := text(row.get(column)))), None)
