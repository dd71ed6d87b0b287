"""Numbers on the map for pipes whose label get no room: the position of each, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.printing.labels.occupancy import Occupancy

# The circle of a number, mm; two stand no nearer than their rims touch.
CIRCLE_MM = 2.4
# Numbers are read in rows of this height, mm.
_ROW_MM = 25.0
_STEP_MM = 0.8
# Numbers keep so far from the ends of their pipe, where signs of nodes are.
_END_MM = 2.0


@dataclass(frozen=True)
class ListNumber:
    """A number on the map and the place of its middle, mm of paper; ``piece`` is the row of its pipe."""

    number: int
    x: float
    y: float
    piece: int


def _points(line: shapely.Geometry) -> Array:
    """Return points along the longest part of a pipe, (N, 2), those in the middle first."""
    parts = shapely.get_parts(line)
    longest = parts[int(np.argmax(shapely.length(parts)))]
    length = float(shapely.length(longest))
    free = max(length / 2.0 - _END_MM, 0.0)
    count = int(free // _STEP_MM)
    off = np.arange(-count, count + 1) * _STEP_MM
    off = off[np.argsort(np.abs(off), kind="stable")]
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(longest, length / 2.0 + off)))


def _inside(points: Array, occupancy: Occupancy) -> Array:
    """Return those points whose circle lies inside the frame; all when there are none."""
    rim = CIRCLE_MM / 2.0
    fits = ((points >= rim) & (points <= [occupancy.width_mm - rim, occupancy.height_mm - rim])).all(axis=1)
    return points[fits] if fits.any() else points


def numbers_of(
    lines: Sequence[shapely.Geometry], pieces: Sequence[int], occupancy: Occupancy
) -> list[ListNumber]:
    """Return a number for each pipe that has no label, on the pipe where most room is.

    Parameters
    ----------
    lines
        All pieces on the sheet, mm of paper.
    pieces
        Rows of those that get a number.
    occupancy
        The paper with the labels that are placed.

    Returns
    -------
    Numbers from 1, row by row from the top, in the order in which they are read.
    """
    rim = CIRCLE_MM / 2.0
    taken, distance = np.empty((0, 2)), occupancy.distance_from_labels()
    chosen: list[Array] = []
    for piece in sorted(pieces, key=lambda each: float(shapely.length(lines[each]))):
        points = _inside(_points(lines[piece]), occupancy)
        room = distance(points) - rim
        if len(taken):
            apart = np.hypot(*(points[:, None, :] - taken[None]).transpose(2, 0, 1)).min(axis=1) - CIRCLE_MM
            room = np.minimum(room, apart)
        # The first place with enough room, else the one with most.
        best = points[
            int(np.argmax(np.minimum(room, 0.2) > 0.19)) if (room > 0.19).any() else int(room.argmax())
        ]
        chosen.append(np.concatenate([best, [piece]]))
        taken = np.vstack([taken, best])
    chosen.sort(key=lambda each: (-np.floor(each[1] / _ROW_MM), each[0], -each[1]))
    return [
        ListNumber(number, float(x), float(y), int(piece))
        for number, (x, y, piece) in enumerate(chosen, start=1)
    ]
