"""What the steps of settling share: rows, thresholds, and what later steps must look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row, is_unknown
from waternet_plugin.core.network.settling.edits.edited_rows import EditedRows, shape_of, xy_boxes
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Field, table
from waternet_plugin.core.vertices import xyz

START, END = 0, 1
# Of the first and the last end of a pipe.
NODE_OF = ("from_node", "to_node")
INVERT_OF = ("invert_start_m", "invert_end_m")
DEPTH_OF = ("depth_start_m", "depth_end_m")
JUNCTION = "junction"
# Farther than any place; squares of it are numbers still.
_NOWHERE_M = 1e100

# The end of a pipe: its key, and START or END.
End = tuple[int, int]


@dataclass
class SettlingWork:
    """One settling under way.

    Parameters
    ----------
    rows
        The rows as they are now.
    offered_ids
        Keys of new nodes whose id nobody typed.
    own_codes
        What the network's users added to its value lists.
    touched
        Ends of pipes that must name a node at their place.
    left_nodes
        Ids of nodes that an end named before.
    heirs
        Keys of the pipes that stand for one that was split, merged or renamed, by the id it had.
    part_of
        The id in ``heirs`` of each pipe that is a part of one.
    renamed
        New ids of rows by table and the id they had.
    copied
        Keys of new pipes that are parts of an older one.
    merged
        Keys of pipes that grew over their neighbours.
    refusals
        Sentences for what was taken back.
    """

    rows: EditedRows
    settings: Settings
    offered_ids: frozenset[int] = frozenset()
    own_codes: tuple[Code, ...] = ()
    touched: dict[End, None] = field(default_factory=dict)
    left_nodes: dict[str, None] = field(default_factory=dict)
    heirs: dict[str, list[int]] = field(default_factory=dict)
    part_of: dict[int, str] = field(default_factory=dict)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    copied: set[int] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.same_m = self.settings.real("network.same_place_m")
        self.reach_m = self.settings.real("network.tolerance_m")
        self.joining = frozenset(self.settings.words("network.joining_kinds"))
        self.kinds: Field = table("node").with_own((), self.own_codes).field("kind")
        self.functions: Field = table("pipe").with_own((), self.own_codes).field("function")

    def pipes_at(self, node_ids: Any) -> dict[str, list[End]]:
        """Return the ends that name each of some nodes now."""
        wanted = dict.fromkeys(node_ids)
        ends: dict[str, list[End]] = {name: [] for name in wanted}
        for end, column in enumerate(NODE_OF):
            for key, row in self.rows.where("pipe", column, wanted).items():
                ends[row[column]].append((key, end))
        return ends

    def carry(self, name: str, key: int, field: str, value: str) -> None:
        """Let a field of a row name another row, unless a person entered what it names just now."""
        if not self.rows.is_edited_by_user(name, key, field):
            self.rows.set(name, key, "relinked", **{field: value})

    def family_of(self, node: Row) -> str:
        """Return the family of the kind of a node, '' for an unknown kind."""
        described = self.kinds.codes.get(str(node.get("kind")))
        return "" if described is None else described.family

    def nodes_near(self, xy: Array) -> NodesNear:
        """Return the nodes around places, (places, 2 or 3), m."""
        return NodesNear(self.rows.near("node", xy_boxes(xy, self.reach_m)))

    def may_join(self, node: Row, system: Any) -> bool:
        """Return whether a pipe of a system may end at a node, as far as the node's own row says."""
        own = text(node.get("system"))
        return own is None or self.kinds.counted(node.get("kind")) in self.joining or own == text(system)


class NodesNear:
    """Nodes by where they stand."""

    def __init__(self, rows: dict[int, Row]) -> None:
        from scipy.spatial import cKDTree

        self.rows = rows
        self.keys = np.fromiter(rows, dtype=np.int64, count=len(rows))
        xyz_m = [position_of(row) for row in rows.values()]
        self.xyz = np.array(xyz_m, dtype=float).reshape(-1, 3)
        # What has no place stands nowhere near.
        self._tree = (
            cKDTree(np.nan_to_num(self.xyz[:, :2], nan=_NOWHERE_M, posinf=_NOWHERE_M, neginf=-_NOWHERE_M))
            if rows
            else None
        )

    def at(self, xyz_m: Array, reach_m: float) -> list[int]:
        """Return the keys of the nodes within a distance of a place, m."""
        if self._tree is None:
            return []
        return [int(self.keys[index]) for index in sorted(self._tree.query_ball_point(xyz_m[:2], reach_m))]


def text(value: Any) -> Optional[str]:
    """Return a text, None for an unknown or empty one."""
    return None if is_unknown(value) or value == "" else str(value)


def known(value: Any) -> bool:
    """Return whether a number is known."""
    return not is_unknown(value)


def position_of(row: Optional[Row]) -> Array:
    """Return x, y and height of a node, m; NaN without a place."""
    coordinates = xyz(shape_of(row))
    return coordinates[0] if len(coordinates) else np.full(3, np.nan)


def end_of(row: Optional[Row], end: int) -> Array:
    """Return x, y and height of the end of a pipe, m; NaN without a line."""
    coordinates = xyz(shape_of(row))
    return coordinates[-1 if end else 0] if len(coordinates) else np.full(3, np.nan)


def apart_m(first: Array, second: Array) -> float:
    """Return the distance of two places in plan, m."""
    return float(np.hypot(first[0] - second[0], first[1] - second[1]))
