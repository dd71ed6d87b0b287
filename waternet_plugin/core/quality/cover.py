"""Cover of buried pipes: the ground above them, and how much there must be."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

NOT_BURIED = (
    "overhead",
    "on_ground",
    "riser_to_pole",
    "utility_tunnel",
    "in_manhole",
    "trench",
    "small_passage",
)
# Functions of pipes that have no ground above them.
OPEN = ("channel", "riser", "culvert")
FOOT = ("footway", "compound")


def covers_of(depth_m: Array, height_m: Array, is_gravity: Array) -> Array:
    """Return the cover at the ends of pipes, m.

    Parameters
    ----------
    depth_m
        (pipes, ends) depths: to the top of pressure pipes, to the invert of gravity drains.
    height_m
        (pipes,) inner heights.
    is_gravity
        (pipes,) which are gravity drains.
    """
    return np.asarray(depth_m - np.where(is_gravity, height_m, 0.0)[:, None])


def least_cover(is_foot: Array, foot_m: float, road_m: float) -> Array:
    """Return the least cover of pipes, m: under footways and compounds, and elsewhere."""
    return np.where(is_foot, foot_m, road_m)
