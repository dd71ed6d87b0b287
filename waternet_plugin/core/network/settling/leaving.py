"""Plain junctions that no pipe needs any more."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.network.settling.node_ends import unnamed_ends
from waternet_plugin.core.network.settling.settling_work import (
    JUNCTION,
    SettlingWork,
    apart_m,
    position_of,
    text,
)
from waternet_plugin.core.schema.references import references

_WHY = "left"


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
        text(row.get(one.field))
        for one in references()
        if "node" in one.targets and one.table != "pipe"
        for row in work.rows.where(one.table, one.field, ids).values()
    }
    places = np.array([position_of(row) for row in nodes.values()])
    there = np.isfinite(places[:, 0])
    # A pipe that names no node is joined by its place.
    near = list(unnamed_ends(work, places[there][:, :2], {}).values()) if there.any() else []
    for (key, row), place in zip(nodes.items(), places):
        is_near = any(apart_m(place, one) <= work.reach_m for one in near)
        if text(row.get("node_id")) not in named and not is_near:
            work.rows.delete("node", key, _WHY)


def _is_by_hand(work: SettlingWork, key: int) -> bool:
    """Return whether a person made or moved a node just now."""
    return work.rows.is_edited_by_user("node", key, "geom")
