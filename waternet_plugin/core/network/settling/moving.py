"""Nodes and ends that were moved or deleted: who goes along with whom, and junctions that nothing needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.node_ends import (
    Move,
    ends_at_nodes,
    ends_named_elsewhere,
    moved_ends,
    moved_nodes,
    put_end,
    unnamed_ends,
)
from waternet_plugin.core.network.settling.edits.settling_work import (
    JUNCTION,
    NODE_OF,
    End,
    NodesNear,
    SettlingWork,
    apart_m,
    end_of,
    position_of,
    text,
)
from waternet_plugin.core.schema.references import ids_in, references
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.vertices import point_of

_ALONG, _KEPT, _REPLACED, _LEFT = "moved_along", "kept_as_junction", "replaced", "left"


def settle_moves(work: SettlingWork) -> list[int]:
    """Keep nodes and ends together; return the keys of the nodes that came to a new place."""
    moved = moved_ends(work)
    work.touched.update(dict.fromkeys(end for end in moved))
    work.touched.update(dict.fromkeys(ends_named_elsewhere(work)))
    _settle_deleted_nodes(work, moved)
    by_hand = moved_nodes(work)
    _drag_ends(work, by_hand, moved)
    along = _take_along(work, moved, by_hand)
    new = [key for key in work.rows.edited("node") if work.rows.before("node", key) is None]
    landed = [key for key in (*new, *by_hand, *along) if work.rows.now("node", key) is not None]
    return _settle_coinciding(work, landed)


def _settle_deleted_nodes(work: SettlingWork, moved: Mapping[End, Move]) -> None:
    """Keep deleted nodes as plain junctions where pipes end there and no other node takes the ends."""
    deleted: dict[str, tuple[int, Array]] = {}
    for key in work.rows.edited("node"):
        before = work.rows.before("node", key)
        if before is not None and work.rows.now("node", key) is None:
            deleted[str(before.get("node_id"))] = (key, position_of(before))
    # What was deleted and put back as a plain junction is a new row with its id.
    for row in work.rows.where("node", "node_id", deleted).values():
        deleted.pop(str(row.get("node_id")), None)
    if not deleted:
        return
    near = work.nodes_near(np.array([xyz_m for _key, xyz_m in deleted.values()]))
    for name, ends in ends_at_nodes(work, deleted, moved).items():
        key, xyz_m = deleted[name]
        near_rows = [near.rows[other] for other in near.at(xyz_m, work.same_m)]
        left = [end for end in ends if end not in moved or apart_m(moved[end].now, xyz_m) <= work.same_m]
        systems = [work.rows.must("pipe", end[0]).get("system") for end in left]
        if all(any(work.may_join(node, system) for node in near_rows) for system in systems):
            for pipe, side in ends:
                work.rows.set("pipe", pipe, "named", **{NODE_OF[side]: None})
                work.touched[pipe, side] = None
        else:
            work.rows.take_back("node", key, _KEPT, kind=JUNCTION, **_cleared())


def _cleared() -> dict[str, None]:
    """Return the fields that a plain junction does not have, as unknown."""
    return {field.name: None for field in table("node").fields if field.families}


def _drag_ends(work: SettlingWork, by_hand: Mapping[int, Move], moved: Mapping[End, Move]) -> None:
    """Let the ends of moved nodes follow, but for those that were moved themselves."""
    nodes = {
        str(work.rows.must("node", key).get("node_id")): (key, move.was) for key, move in by_hand.items()
    }
    if not nodes:
        return
    for name, ends in ends_at_nodes(work, nodes, moved).items():
        move = by_hand[nodes[name][0]]
        for end in ends:
            xyz_m = end_of(work.rows.must("pipe", end[0]), end[1])
            if end not in moved and apart_m(xyz_m, move.was) <= work.reach_m:
                put_end(work, end, move.now, _ALONG)
                work.touched[end] = None


def _take_along(work: SettlingWork, moved: Mapping[End, Move], by_hand: Mapping[int, Move]) -> list[int]:
    """Move nodes whose ends were all moved together; return their keys."""
    names = dict.fromkeys(text(work.rows.must("pipe", key).get(NODE_OF[side])) for key, side in moved)
    xy = np.array([move.was[:2] for move in moved.values()]).reshape(-1, 2)
    # First, as most of the nodes that ends name stand there, and are known then.
    around = work.nodes_near(xy) if len(xy) else None
    rows = work.rows.where("node", "node_id", names)
    if around is not None:
        # Ends without a name belong to the node where they were.
        for xyz_m in xy:
            rows.update({key: around.rows[key] for key in around.at(xyz_m, work.reach_m)})
    nodes = {
        str(row.get("node_id")): (key, position_of(row))
        for key, row in rows.items()
        if key not in by_hand and work.rows.before("node", key) is not None
    }
    if not nodes:
        return []
    ends = ends_at_nodes(work, nodes, moved)
    targets = {name: _target(work, nodes[name][1], ends[name], moved) for name in nodes}
    wanted = np.array([target for target in targets.values() if target is not None]).reshape(-1, 3)
    near = work.nodes_near(wanted) if len(wanted) else None
    taken = []
    for name, target in targets.items():
        key = nodes[name][0]
        if target is None or near is None or _is_taken(work, near, key, target, ends[name]):
            continue
        xyz_m = np.append(target[:2], position_of(work.rows.must("node", key))[2])
        work.rows.set("node", key, _ALONG, **{GEOMETRY_COLUMN: point_of(xyz_m)})
        taken.append(key)
        for end in ends[name]:
            # Where ends lay a little off their node they do so still.
            if apart_m(moved[end].now, target) > work.same_m:
                work.touched.pop(end, None)
    return taken


def _target(work: SettlingWork, xyz_m: Array, ends: list[End], moved: Mapping[End, Move]) -> Optional[Array]:
    """Return where a node goes with its ends, None where it stays."""
    if not ends or any(end not in moved for end in ends):
        return None
    moves = [moved[end] for end in ends]
    if any(apart_m(move.was, xyz_m) > work.reach_m for move in moves):
        return None
    first = moves[0]
    if all(apart_m(move.now, first.now) <= work.same_m for move in moves):
        return first.now
    step = first.now - first.was
    if all(apart_m(move.now - move.was, step) <= work.same_m for move in moves):
        return np.asarray(xyz_m + step)
    return None


def _is_taken(work: SettlingWork, near: NodesNear, key: int, target: Array, ends: list[End]) -> bool:
    """Return whether another node stands where a node would go, and takes its ends."""
    systems = [work.rows.must("pipe", end[0]).get("system") for end in ends]
    return any(
        other != key and all(work.may_join(near.rows[other], system) for system in systems)
        for other in near.at(target, work.same_m)
    )


def _settle_coinciding(work: SettlingWork, landed: list[int]) -> list[int]:
    """Make one of a plain junction and a node that came to its place; return the nodes that are left."""
    if not landed:
        return landed
    landed_xyz = np.array([position_of(work.rows.must("node", key)) for key in landed])
    placed = np.isfinite(landed_xyz[:, 0])
    near = work.nodes_near(landed_xyz[placed])
    for key, xyz_m in zip(landed, landed_xyz):
        if not np.isfinite(xyz_m[0]):
            continue
        for other in near.at(xyz_m, work.same_m):
            pair = [work.rows.now("node", node_key) for node_key in (key, other)]
            if other == key or pair[0] is None or pair[1] is None:
                continue
            loser = _loser(work, (key, pair[0]), (other, pair[1]))
            if loser is not None:
                _replace(work, loser, other if loser == key else key)
    return [key for key in landed if work.rows.now("node", key) is not None]


def _loser(work: SettlingWork, came: tuple[int, Row], stood: tuple[int, Row]) -> Optional[int]:
    """Return which of two nodes at one place yields: a plain junction, that which came of two."""
    first, second = came[1], stood[1]
    if not (work.may_join(first, second.get("system")) or work.may_join(second, first.get("system"))):
        return None
    if "sensor" in (work.family_of(first), work.family_of(second)):
        return None
    if first.get("kind") == JUNCTION:
        return came[0]
    return stood[0] if second.get("kind") == JUNCTION else None


def _replace(work: SettlingWork, loser: int, winner: int) -> None:
    names = [str(work.rows.must("node", key).get("node_id")) for key in (loser, winner)]
    row = work.rows.must("node", winner)
    if text(row.get("system")) is None:
        work.rows.set("node", winner, _REPLACED, system=work.rows.must("node", loser).get("system"))
    for pipe, side in work.pipes_at([names[0]])[names[0]]:
        work.rows.set("pipe", pipe, "named", **{NODE_OF[side]: names[1]})
        work.touched[pipe, side] = None
    work.renamed["node", names[0]] = names[1]
    work.rows.delete("node", loser, _REPLACED)


def remove_left_junctions(work: SettlingWork) -> None:
    """Delete plain junctions that lost their last pipe; one that something else names stays."""
    names = work.left_nodes
    if not names:
        return
    ends = work.pipes_at(names)
    alone = [name for name in names if not ends[name]]
    nodes = {
        key: row
        for key, row in work.rows.where("node", "node_id", alone).items()
        if row.get("kind") == JUNCTION and not _is_by_hand(work, key)
    }
    if not nodes:
        return
    ids = [str(row.get("node_id")) for row in nodes.values()]
    named = {
        name
        for reference in references()
        if "node" in reference.targets and reference.table != "pipe"
        for row in work.rows.where(reference.table, reference.field, ids).values()
        for name in ids_in(reference.table, reference.field, row.get(reference.field))
    }
    node_xyz = np.array([position_of(row) for row in nodes.values()])
    is_finite = np.isfinite(node_xyz[:, 0])
    # A pipe that names no node is joined by its place.
    near = list(unnamed_ends(work, node_xyz[is_finite][:, :2], {}).values()) if is_finite.any() else []
    for (key, row), xyz_m in zip(nodes.items(), node_xyz):
        is_near = any(apart_m(xyz_m, xyz) <= work.reach_m for xyz in near)
        if text(row.get("node_id")) not in named and not is_near:
            work.rows.delete("node", key, _LEFT)


def _is_by_hand(work: SettlingWork, key: int) -> bool:
    """Return whether a person made or moved a node just now."""
    return work.rows.is_edited_by_user("node", key, "geom")
