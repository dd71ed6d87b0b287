"""Places along a run where a label may stand: straight stretches, above the line and below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

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


@dataclass(frozen=True)
class Candidates:
    """Places of one text along one run.

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
    """

    centre: Array
    angle: Array
    along: Array
    is_below: Array


def _at(xy: Array, distance: Array, where: Array) -> Array:
    """Return the points of a line at distances from its start."""
    result = np.empty((*where.shape, 2))
    result[..., 0], result[..., 1] = (
        np.interp(where, distance, xy[:, 0]),
        np.interp(where, distance, xy[:, 1]),
    )
    return result


def has_length(length_mm: float, width_mm: float) -> bool:
    """Return whether a line is long enough for a text of a width."""
    return length_mm > 0 and length_mm + 2 * _BEYOND_END_MM >= width_mm


def candidates_of(xy: Array, width_mm: float, height_mm: float, *, line_mm: float = 0.0) -> Candidates:
    """Return where a text may stand along a line.

    Parameters
    ----------
    xy
        (N, 2) the line, mm of paper.
    width_mm, height_mm
        Size of the text.
    line_mm
        Width of the line.

    Returns
    -------
    Nothing when the line is too short or nowhere straight enough.
    """
    distance = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    length = float(distance[-1])
    room = length + 2 * _BEYOND_END_MM - width_mm
    if not has_length(length, width_mm):
        return Candidates(np.empty((0, 2)), np.empty(0), np.empty(0), np.empty(0, bool))
    step = max(_STEP_MM, room / _MOST)
    count = int(room // step) + 1
    start = (length - width_mm) / 2.0 + (np.arange(count) - (count - 1) / 2.0) * step
    begin, end = (np.minimum(np.maximum(each, 0.0), length) for each in (start, start + width_mm))
    first, last = _at(xy, distance, begin), _at(xy, distance, end)
    span = last - first
    size = np.hypot(span[:, 0], span[:, 1])
    straight = size > 0.5 * np.minimum(width_mm, length)
    direction = span / np.where(size > 0, size, 1.0)[:, None]
    # Texts are read from the left, those along a meridian from below.
    flipped = (direction[:, 0] < -1e-9) | ((np.abs(direction[:, 0]) <= 1e-9) & (direction[:, 1] < 0))
    direction[flipped] = -direction[flipped]
    normal = np.stack([-direction[:, 1], direction[:, 0]], axis=1)
    between = _at(xy, distance, begin[:, None] + (end - begin)[:, None] * _BETWEEN)
    leaves = ((between - first[:, None, :]) * normal[:, None, :]).sum(axis=2)
    up, down = np.maximum(leaves.max(axis=1), 0.0), np.maximum(-leaves.min(axis=1), 0.0)
    straight &= np.maximum(up, down) <= _BEND_MM
    # What reaches beyond the end of a run moves out by it.
    beyond = (start + width_mm / 2.0) - (begin + end) / 2.0
    middle = (first + last) / 2.0 + direction * (beyond * np.where(flipped, -1.0, 1.0))[:, None]
    off = height_mm / 2.0 + _GAP_MM + line_mm / 2.0
    centre = np.vstack([middle + normal * (off + up)[:, None], middle - normal * (off + down)[:, None]])
    selected = np.tile(straight, 2)
    along = np.abs(start + width_mm / 2.0 - length / 2.0) / (length / 2.0)
    return Candidates(
        centre[selected],
        np.tile(np.arctan2(direction[:, 1], direction[:, 0]), 2)[selected],
        np.tile(along, 2)[selected],
        np.repeat([False, True], count)[selected],
    )
