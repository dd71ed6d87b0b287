"""Levels of surveyed lines: what was measured, what is computed from ground and depth, and what disagrees.

A level or depth of a line is of its top or its invert; ``cjj61`` is the top for pressure pipes and the invert
for gravity drains. Stored inverts are of the invert, stored depths of the top for pressure pipes and of the
invert for gravity drains, as the checks of the network read them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.domains import domain

RISING_MAIN = "rising_main"
_SIDES = ("start", "end")


@dataclass(frozen=True)
class LineLevels:
    """Levels at both ends of each line, (lines, 2), m, NaN for unknown.

    Parameters
    ----------
    ground
        Of the ground at the end.
    given
        The level as the file gives it, of top or invert.
    depth
        The depth as the file gives it.
    invert
        Of the invert.
    stored_depth
        To the top of pressure pipes, to the invert of gravity drains.
    is_top
        (lines,) whether levels and depths of the file are of the top.
    is_estimated
        (lines, 2) whether the invert follows from the top and the nominal size.
    size_m
        (lines,) diameter, or height of the section.
    """

    ground: Array
    given: Array
    depth: Array
    invert: Array
    stored_depth: Array
    is_top: Array
    is_estimated: Array
    size_m: Array


def ground_levels(points: pd.DataFrame) -> Array:
    """Return the ground level at each point: its own column, else its height where heights are of ground."""
    of_ground = (points["height_of"] == "ground").to_numpy()
    ground = points["ground_m"].to_numpy(float)
    return np.where(np.isfinite(ground), ground, np.where(of_ground, points["h"].to_numpy(float), np.nan))


def line_levels(lines: pd.DataFrame, points: pd.DataFrame) -> LineLevels:
    """Return the levels of lines whose points are known.

    Parameters
    ----------
    lines
        Of a `Survey`: start and end are places of points, -1 for none.
    points
        Of the same survey.
    """
    at = lines[list(_SIDES)].to_numpy(np.int64)
    ground = _at(ground_levels(points), at)
    given, depth = (
        lines[[f"{side}_{what}_m" for side in _SIDES]].to_numpy(float) for what in ("level", "depth")
    )
    diameter, height = lines["diameter_mm"].to_numpy(float), lines["height_mm"].to_numpy(float)
    size = np.where(np.isfinite(height), height, diameter) / 1000.0
    is_gravity = gravity(lines)
    level_of = lines["level_of"].to_numpy(object)
    is_top = (level_of == "top") | ((level_of == "cjj61") & ~is_gravity)
    level = np.where(np.isfinite(given), given, ground - depth)
    invert = np.where(is_top[:, None], level - size[:, None], level)
    # A surveyor who stands on the pipe measures its top, one in the manhole its invert.
    lost = ~np.isfinite(level)
    of_top = np.zeros(level.shape, dtype=bool)
    if lost.any():
        own_height = _at(points["h"].to_numpy(float), at)
        of_top = _at((points["height_of"] == "top").to_numpy().astype(float), at) == 1
        of_invert = _at((points["height_of"] == "invert").to_numpy().astype(float), at) == 1
        invert = np.where(lost & of_top, own_height - size[:, None], invert)
        invert = np.where(lost & of_invert, own_height, invert)
    estimated = np.isfinite(invert) & np.where(lost, of_top, is_top[:, None])
    to_invert = np.where(is_top[:, None], depth + size[:, None], depth)
    to_top = np.where(is_top[:, None], depth, depth - size[:, None])
    # Tables give levels by the class of pipes, the network keeps depths by how each pipe works.
    is_to_invert = (is_gravity & (lines["function"] != RISING_MAIN).to_numpy())[:, None]
    stored = np.where(is_to_invert, to_invert, to_top)
    reach = np.where(is_to_invert, ground - invert, ground - invert - size[:, None])
    stored = np.where(np.isfinite(stored), stored, np.round(reach, 4))
    return LineLevels(ground, given, depth, np.round(invert, 4), np.round(stored, 4), is_top, estimated, size)


def gravity(lines: pd.DataFrame) -> Array:
    """Return which lines are of systems that drain by gravity."""
    families = {code.code: code.family for code in domain("system").values()}
    return np.asarray(lines["system"].map(families).to_numpy(object) == "drain")


def _at(values: Array, index: Array) -> Array:
    """Return the value at each place, NaN where there is none."""
    return np.asarray(np.append(values, np.nan)[index])
