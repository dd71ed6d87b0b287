"""Lines of several parts: those that touch end to end are made one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.vertices import knows_heights

Point = tuple[float, float]


def _meetings(coordinates: Sequence[Array]) -> dict[Point, list[tuple[int, int]]]:
    """Return the points where exactly two ends of different parts meet: part and end (0 start, 1 end)."""
    at: dict[Point, list[tuple[int, int]]] = {}
    for part, line in enumerate(coordinates):
        for end, row in ((0, line[0]), (1, line[-1])):
            at.setdefault((float(row[0]), float(row[1])), []).append((part, end))
    return {point: two for point, two in at.items() if len(two) == 2 and two[0][0] != two[1][0]}


def _walk(
    start: int,
    forward: bool,
    coordinates: Sequence[Array],
    meetings: dict[Point, list[tuple[int, int]]],
    used: set[int],
) -> list[Array]:
    """Return the parts that follow a part's end (or go before its start), turned to lie in its direction."""
    found: list[Array] = []
    row = coordinates[start][-1 if forward else 0]
    part = start
    while True:
        meeting = meetings.get((float(row[0]), float(row[1])))
        if meeting is None:
            return found
        part, end = meeting[1] if meeting[0][0] == part else meeting[0]
        if part in used:
            return found
        used.add(part)
        turned = end == 1 if forward else end == 0
        line = coordinates[part][::-1] if turned else coordinates[part]
        found.append(line)
        row = line[-1 if forward else 0]


def merge_parts(line: shapely.MultiLineString) -> list[shapely.LineString]:
    """Return the parts of a line, those that touch end to end made one, in the order of the row.

    Parts are joined where exactly two ends meet; the direction is that of the earliest part. Parts without
    length are left out unless there is nothing else.
    """
    parts = [part for part in shapely.get_parts(line) if part.length > 0] or list(shapely.get_parts(line))[:1]
    with_z = knows_heights(line)
    coordinates = [shapely.get_coordinates(part, include_z=with_z) for part in parts]
    meetings = _meetings(coordinates)
    used: set[int] = set()
    result = []
    for start in range(len(parts)):
        if start in used:
            continue
        used.add(start)
        after = _walk(start, True, coordinates, meetings, used)
        before = _walk(start, False, coordinates, meetings, used)
        chain = [*reversed(before), coordinates[start], *after]
        result.append(shapely.linestrings(np.concatenate([chain[0], *(piece[1:] for piece in chain[1:])])))
    return result
