"""Where nodes were when a person first touched their pipes, where each side put them, where they go."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.editing.row_conflicts import RowChange, RowKey
from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

# An end is on a node within this distance, m.
JOINED_M = 0.001
XY = tuple[float, float]
NODE = "node"


def position_of(shape: Any) -> Optional[XY]:
    """Return the x and y of a point, None for no point."""
    import shapely

    if not isinstance(shape, shapely.Point) or shape.is_empty:
        return None
    x, y = shapely.get_coordinates(shape)[0].tolist()
    return x, y


def is_at(vertex: Any, place: Optional[XY]) -> bool:
    """Return whether a vertex is where a node is."""
    return place is not None and math.hypot(vertex[0] - place[0], vertex[1] - place[1]) <= JOINED_M


class NodePositions:
    """The places of the nodes that pipes of an edit name.

    Parameters
    ----------
    edits
        What the person edited.
    theirs
        Rows in the file, those of the nodes among them.
    changes
        What the log tells about them.
    """

    def __init__(
        self,
        edits: Iterable[RowEdit],
        theirs: Mapping[RowKey, Optional[Row]],
        changes: Mapping[RowKey, RowChange],
    ) -> None:
        self._edits = {edit.key: edit for edit in edits if edit.table == NODE}
        self._theirs = {key: row for (name, key), row in theirs.items() if name == NODE}
        self._former = {
            key: position_of(change.former_geometry)
            for (name, key), change in changes.items()
            if name == NODE and change.former_geometry is not None
        }
        self._merged: dict[int, Optional[XY]] = {}
        self._keys: dict[str, int] = {}
        for key, row in self._theirs.items():
            self._name(key, row)
        for key, edit in self._edits.items():
            self._name(key, edit.before)
            self._name(key, edit.now)

    def _name(self, key: int, row: Optional[Row]) -> None:
        if row is not None and row.get("node_id"):
            self._keys.setdefault(str(row["node_id"]), key)

    def merged(self, edits: Iterable[RowEdit], undecided: Iterable[int]) -> None:
        """Take over where nodes go, and which of them are in a conflict."""
        for edit in edits:
            if edit.table == NODE:
                self._merged[edit.key] = (
                    None if edit.now is None else position_of(edit.now.get(GEOMETRY_COLUMN))
                )
        for key in undecided:
            self._merged[key] = None

    def in_file(self, name: Any) -> Optional[XY]:
        """Return where a node is in the file."""
        key = self._keys.get(str(name))
        row = self._theirs.get(key) if key is not None else None
        return None if row is None else position_of(row.get(GEOMETRY_COLUMN))

    def before(self, name: Any) -> Optional[XY]:
        """Return where a node was at first, None where nothing tells of another place."""
        key = self._keys.get(str(name))
        if key is None:
            return None
        edit = self._edits.get(key)
        if edit is not None and edit.before is not None:
            return position_of(edit.before.get(GEOMETRY_COLUMN))
        return self._former.get(key)

    def mine(self, name: Any) -> Optional[XY]:
        """Return where a node is for the person, None where nothing tells of another place."""
        key = self._keys.get(str(name))
        edit = self._edits.get(key) if key is not None else None
        if edit is None:
            return self.before(name)
        return None if edit.now is None else position_of(edit.now.get(GEOMETRY_COLUMN))

    def result(self, name: Any) -> Optional[XY]:
        """Return where a node is after merging, None where that is not decided or it is not there."""
        key = self._keys.get(str(name))
        return self._merged[key] if key in self._merged else self.in_file(name)


def coordinates_of(line: Any) -> np.ndarray[Any, Any]:
    """Return the vertices of a line with heights, NaN for unknown ones, (vertices, 3)."""
    import shapely

    return np.asarray(shapely.get_coordinates(line, include_z=True))
