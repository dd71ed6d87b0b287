"""Lines of a pipe that two changed: an end that follows its node is not a change of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.editing.node_positions import XY, NodePositions, coordinates_of, is_at
from waternet_plugin.core.editing.row_edits import Row, is_same
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.vertices import are_same

# The ends of a line: the field that names the node, and the vertex.
_ENDS = (("from_node", 0), ("to_node", -1))


@dataclass(frozen=True)
class MergedLine:
    """The line that keeps what both did; None where only one of them can hold."""

    line: Any


def merged_line(before: Optional[Row], mine: Row, theirs: Optional[Row], places: NodePositions) -> MergedLine:
    """Return the line of a pipe that keeps what both sides did.

    Parameters
    ----------
    before, theirs
        The row when it was first touched and in the file; both None for a new pipe.
    mine
        The row as the person left it.
    places
        Of the nodes that the pipe names.
    """
    lines = [None if row is None else row.get(GEOMETRY_COLUMN) for row in (before, mine, theirs)]
    if theirs is None:
        return MergedLine(_moved_ends(lines[1], mine, places, (), is_mine=True))
    told = not is_same(lines[0], lines[2])
    if is_same(lines[1], lines[2]):
        return MergedLine(lines[2])
    if any(not _is_line(line) for line in lines):
        return MergedLine(None if told else lines[1])
    sides = [_Side(before or {}, row, places, is_mine=row is mine) for row in (mine, theirs)]
    if all(side.has_own_change for side in sides):
        return MergedLine(None)
    base, other = sides if sides[0].has_own_change or not told else sides[::-1]
    return MergedLine(_moved_ends(base.line, base.row, places, (other,), is_mine=base.row is mine))


def _is_line(line: Any) -> bool:
    import shapely

    return type(line) is shapely.LineString and not line.is_empty


class _Side:
    """What one side did to a line."""

    def __init__(self, before: Row, row: Row, places: NodePositions, *, is_mine: bool) -> None:
        self.row = row
        self.line = row[GEOMETRY_COLUMN]
        old, new = coordinates_of(before[GEOMETRY_COLUMN]), coordinates_of(self.line)
        # Where ends are that only followed their node, by the vertex.
        self.followed: dict[int, tuple[Any, Any]] = {}
        self.has_own_change = not are_same(old[1:-1], new[1:-1])
        for field, end in _ENDS:
            if are_same(old[end], new[end]):
                continue
            name = row.get(field)
            if name == before.get(field) and _follows(name, old[end], new[end], places, is_mine):
                self.followed[end] = (old[end], new[end])
            else:
                self.has_own_change = True


def _follows(name: Any, old: Any, new: Any, places: NodePositions, is_mine: bool) -> bool:
    """Return whether an end moved because its node did: at its place before, and after."""
    if not name:
        return False
    place = places.mine(name) if is_mine else places.in_file(name)
    was = places.before(name)
    if was is None:
        # Nothing tells where the node was. In the file the end is on it; it takes it along only if it moved.
        return not is_mine and is_at(new, place) and not is_at(old, place)
    return is_at(old, was) and is_at(new, place)


def _moved_ends(
    line: Any, row: Row, places: NodePositions, others: tuple[_Side, ...], *, is_mine: bool
) -> Any:
    """Return a line with the ends that are joined on its side moved to where their nodes go."""
    import shapely

    if not _is_line(line):
        return line
    vertices = coordinates_of(line).copy()
    was = vertices.copy()
    for field, end in _ENDS:
        name = row.get(field)
        if not name:
            continue
        taken = [side.followed[end] for side in others if end in side.followed]
        goes_to: Optional[XY] = places.result(name)
        here = places.mine(name) if is_mine else places.in_file(name)
        is_joined = is_at(vertices[end], here) or any(are_same(vertices[end], old) for old, _new in taken)
        if goes_to is None or not is_joined or is_at(vertices[end], goes_to):
            continue
        # The other side knows the height there where its end is at the same place.
        heights = [new[2] for _old, new in taken if is_at(new, goes_to)]
        vertices[end] = (*goes_to, heights[0] if heights else vertices[end][2])
    if are_same(vertices, was):
        return line
    has_heights = bool(np.isfinite(vertices[:, 2]).any())
    return shapely.LineString(vertices if has_heights else vertices[:, :2])
