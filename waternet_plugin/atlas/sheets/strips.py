"""Sheets along a chain of pipes: the map is turned so that the chain runs from left to right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas.sheets.frames import fitting_scale, sheet_frame
from waternet_plugin.core.arrays import Array

# Two sheets that follow each other show so much in common, in mm.
OVERLAP_MM = 10.0
# Between two places that are looked at along a chain, as a share of the sheet.
_STEP = 1 / 40
# Halvings of a step until the border of a sheet is found.
_HALVINGS = 40
# Where nothing smaller shows a chain on one sheet, it is cut at this scale.
_SMALLEST = 10_000


@dataclass(frozen=True)
class Strip:
    """One sheet: its polygon from the lower left corner on, how far it is turned, its chain and place there.

    ``angle_deg`` is the direction of the sheet's lower edge, counter-clockwise from east.
    """

    polygon: shapely.Polygon
    angle_deg: float
    chain: int
    number: int
    scale: float


def _joined_ends(pipes: pd.DataFrame) -> list[Array]:
    """Return the places of each pipe, ends at the same node at the very same place."""
    ends: dict[str, Array] = {}
    lines = []
    for shape, first, last in zip(pipes["geom"], pipes["from_node"], pipes["to_node"]):
        if shape is None or shape.is_empty:
            continue
        for part in shapely.get_parts(shape):
            xy = shapely.get_coordinates(part)
            for end, node in ((0, first), (-1, last)):
                if isinstance(node, str) and node:
                    xy[end] = ends.setdefault(node, xy[end].copy())
            lines.append(xy)
    return lines


def _to_east(chain: shapely.LineString) -> shapely.LineString:
    """Return a chain so that it runs east as a whole, north where it does neither."""
    xy = shapely.get_coordinates(chain)
    east, north = np.round(xy[-1] - xy[0], 6)
    return chain.reverse() if east < 0 or (east == 0 and north < 0) else chain


def chains_of(pipes: pd.DataFrame) -> list[shapely.LineString]:
    """Return the chains that pipes form, the one of the first pipe first; branches are chains of their own.

    Parameters
    ----------
    pipes
        Columns ``geom``, ``from_node`` and ``to_node``.
    """
    lines = [xy for xy in _joined_ends(pipes) if len(xy) > 1 and np.ptp(xy, axis=0).max() > 0]
    if not lines:
        return []
    merged = shapely.line_merge(shapely.multilinestrings([shapely.linestrings(xy) for xy in lines]))
    chains = shapely.get_parts(merged)
    middles = shapely.line_interpolate_point(
        np.array([shapely.linestrings(xy) for xy in lines]), 0.5, normalized=True
    )
    order = list(dict.fromkeys(shapely.STRtree(chains).nearest(middles).tolist()))
    return [_to_east(chains[number]) for number in order]


def _turn(start: Array, end: Array) -> float:
    """Return the direction from one place to another, in radians; 0 for a chain that ends where it began."""
    across, up = end - start
    return math.atan2(up, across) if math.hypot(across, up) > 1e-6 else 0.0


def _turned(xy: Array, turn: float) -> Array:
    """Return places in axes along and across a direction."""
    cos, sin = math.cos(turn), math.sin(turn)
    return np.column_stack([xy[:, 0] * cos + xy[:, 1] * sin, xy[:, 1] * cos - xy[:, 0] * sin])


def _fits(xy: Array, width: float, height: float) -> bool:
    size = np.ptp(_turned(xy, _turn(xy[0], xy[-1])), axis=0)
    return bool(size[0] <= width and size[1] <= height)


class _Walk:
    """A chain as places and their distance along it."""

    def __init__(self, chain: shapely.LineString, step: float) -> None:
        dense = shapely.segmentize(chain, step)
        self._chain = chain
        self._xy = shapely.get_coordinates(dense)
        self._at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self._xy, axis=0).T))])
        self.length = float(self._at[-1])

    def points(self, start: float, end: float) -> Array:
        """Return the places from one distance to another."""
        inside = self._xy[(self._at > start) & (self._at < end)]
        ends = np.column_stack([np.interp([start, end], self._at, self._xy[:, axis]) for axis in (0, 1)])
        return np.vstack([ends[:1], inside, ends[1:]])

    def reach(self, start: float, width: float, height: float) -> float:
        """Return how far a sheet of this size reaches that begins somewhere."""
        good = start
        for at in self._at[self._at > start].tolist():
            if not _fits(self.points(start, at), width, height):
                bad = at
                for _ in range(_HALVINGS):
                    middle = (good + bad) / 2
                    if _fits(self.points(start, middle), width, height):
                        good = middle
                    else:
                        bad = middle
                break
            good = at
        return good


def _polygon(xy: Array, width: float, height: float, margin: float, *, is_only: bool) -> tuple[Array, float]:
    """Return the corners of the sheet of a piece of chain from the lower left one on, and its direction."""
    turn = _turn(xy[0], xy[-1])
    along, across = _turned(xy, turn).T
    left = (along.min() + along.max() - width) / 2 if is_only else along.min() - margin
    low = (across.min() + across.max() - height) / 2
    corners = np.array([(left, low), (left + width, low), (left + width, low + height), (left, low + height)])
    return _turned(corners, -turn), math.degrees(turn)


def _scale_of(chain: shapely.LineString, paper: str) -> float:
    """Return the first scale at which a chain fits on one sheet."""
    xy = shapely.get_coordinates(chain)
    width, height = np.ptp(_turned(xy, _turn(xy[0], xy[-1])), axis=0)
    return fitting_scale(paper, width, height, margin_mm=OVERLAP_MM / 2) or _SMALLEST


def strips_of(chains: Sequence[shapely.LineString], paper: str, scale: float) -> list[Strip]:
    """Return the sheets along chains.

    Parameters
    ----------
    chains
        See `chains_of`, in m.
    paper
        A4 to A0, 50x50 or 40x50.
    scale
        Denominator; 0 for the first at which a chain fits on one sheet.
    """
    strips = []
    for number, chain in enumerate(chains, start=1):
        chosen = scale or _scale_of(chain, paper)
        width, height = (side * chosen / 1000.0 for side in sheet_frame(paper, chosen))
        margin = OVERLAP_MM / 2 * chosen / 1000.0
        walk = _Walk(chain, width * _STEP)
        limits = [0.0]
        while limits[-1] < walk.length:
            limits.append(walk.reach(limits[-1], width - 2 * margin, height - 2 * margin))
        for step, (start, end) in enumerate(zip(limits, limits[1:]), start=1):
            corners, angle = _polygon(
                walk.points(start, end), width, height, margin, is_only=len(limits) == 2
            )
            strips.append(Strip(shapely.polygons(corners), angle, number, step, chosen))
    return strips
