"""Places along runs where labels may stand: straight stretches, above the line and below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array, steps

# Distance of the text from the edge of its line, mm.
_GAP_MM = 0.35
# A label may reach beyond the end of its run by this much, mm.
_BEYOND_END_MM = 0.8
# A label is beside a line that leaves its span by no more than this, mm.
_BEND_MM = 0.5
# Places are so far from each other, on long runs farther: there are no more of them than that on a side.
_STEP_MM, _MOST = 1.5, 48
# Where the line is compared with its span, as shares of the label's width.
_BETWEEN = np.linspace(0.0, 1.0, 9)[1:-1]
# What sums of lengths may be wrong by, as a share of a step.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Candidates:
    """Places of texts, each along its run.

    Parameters
    ----------
    centre
        (N, 2) the middle of the text, mm of paper.
    angle
        (N,) its direction, radians from east, more than -90 and up to 90 degrees: never upside down.
    along
        (N,) how far from the middle of the run, as a share of half its length.
    is_below
        (N,) whether it is under its line.
    run
        (N,) row of its run, ascending.
    """

    centre: Array
    angle: Array
    along: Array
    is_below: Array
    run: Array

    def __getitem__(self, rows: Array | slice) -> Candidates:
        """Return some of them."""
        return Candidates(
            self.centre[rows], self.angle[rows], self.along[rows], self.is_below[rows], self.run[rows]
        )


class _Lines:
    """The vertices of many lines, and the points of each by their distance from its start."""

    def __init__(self, lines: Sequence[Array]) -> None:
        sizes = np.array([len(line) for line in lines])
        self._xy = np.concatenate(lines)
        ends = np.cumsum(sizes)
        self._first, self._last = ends - sizes, ends - 1
        side = np.zeros((len(self._xy), 2))
        side[:-1] = np.diff(self._xy, axis=0)
        # Between the end of a line and the start of the next one there is no side.
        side[self._last] = 0.0
        length = np.hypot(side[:, 0], side[:, 1])
        self._side = side / np.where(length > 0, length, 1.0)[:, None]
        total = np.concatenate([[0.0], np.cumsum(length)[:-1]])
        # One line after the other, so that one search finds the side of any point.
        self._ahead = total + np.repeat(np.arange(len(lines)), sizes)
        self._base = self._ahead[self._first]
        self._distance = self._ahead - np.repeat(self._base, sizes)
        self.length = self._distance[self._last]

    def at(self, line: Array, distance: Array) -> Array:
        """Return the points (..., 2) of lines at distances from their starts."""
        side = np.searchsorted(self._ahead, self._base[line] + distance, side="right") - 1
        side = np.minimum(np.maximum(side, self._first[line]), self._last[line])
        return np.asarray(self._xy[side] + self._side[side] * (distance - self._distance[side])[..., None])


def has_length(length_mm: float, width_mm: float) -> bool:
    """Return whether a line is long enough for a text of a width."""
    return length_mm > 0 and length_mm + 2 * _BEYOND_END_MM >= width_mm


def candidates_of(lines: Sequence[Array], width_mm: Array, height_mm: Array, line_mm: Array) -> Candidates:
    """Return where texts may stand, each along its line.

    Parameters
    ----------
    lines
        (N, 2) vertices of each, mm of paper.
    width_mm, height_mm
        Size of each text.
    line_mm
        Width of each line.

    Returns
    -------
    Nothing for a line that is too short or nowhere straight enough.
    """
    if not len(lines):
        none = np.empty(0)
        return Candidates(np.empty((0, 2)), none, none, np.empty(0, bool), np.empty(0, np.int64))
    vertices = _Lines(lines)
    room = vertices.length + 2 * _BEYOND_END_MM - width_mm
    apart = np.maximum(_STEP_MM, room / _MOST)
    has_room = (vertices.length > 0) & (room >= 0)
    count = np.where(has_room, np.floor(room / apart + _ROUNDING) + 1, 0).astype(np.int64)
    run = np.repeat(np.arange(len(lines)), count)
    length, width = vertices.length[run], width_mm[run]
    start = (length - width) / 2.0 + (steps(count) - (count[run] - 1) / 2.0) * apart[run]
    begin, end = (np.minimum(np.maximum(each, 0.0), length) for each in (start, start + width))
    first, last = vertices.at(run, begin), vertices.at(run, end)
    span = last - first
    size = np.hypot(span[:, 0], span[:, 1])
    straight = size > 0.5 * np.minimum(width, length)
    direction = span / np.where(size > 0, size, 1.0)[:, None]
    # Texts are read from the left, those along a meridian from below.
    flipped = (direction[:, 0] < -1e-9) | ((np.abs(direction[:, 0]) <= 1e-9) & (direction[:, 1] < 0))
    direction[flipped] = -direction[flipped]
    normal = np.stack([-direction[:, 1], direction[:, 0]], axis=1)
    between = vertices.at(run[:, None], begin[:, None] + (end - begin)[:, None] * _BETWEEN)
    leaves = ((between - first[:, None, :]) * normal[:, None, :]).sum(axis=2)
    up, down = np.maximum(leaves.max(axis=1), 0.0), np.maximum(-leaves.min(axis=1), 0.0)
    straight &= np.maximum(up, down) <= _BEND_MM
    # What reaches beyond the end of a run moves out by it.
    beyond = (start + width / 2.0) - (begin + end) / 2.0
    middle = (first + last) / 2.0 + direction * (beyond * np.where(flipped, -1.0, 1.0))[:, None]
    off = height_mm[run] / 2.0 + _GAP_MM + line_mm[run] / 2.0
    above, below = middle + normal * (off + up)[:, None], middle - normal * (off + down)[:, None]
    along = np.abs(start + width / 2.0 - length / 2.0) / (length / 2.0)
    # Those of a run stand together, above before below.
    rows = np.argsort(np.tile(run, 2), kind="stable")
    rows = rows[np.tile(straight, 2)[rows]]
    place = rows % len(run)
    return Candidates(
        np.vstack([above, below])[rows],
        np.arctan2(direction[:, 1], direction[:, 0])[place],
        along[place],
        rows >= len(run),
        run[place],
    )
