"""Points that a survey names twice: the same place told again, once with less, is one point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import with_columns

# Points of one number that lie this near to each other are one, m.
SAME_M = 0.001
# What the first mention takes from a later one where it does not say it itself; what a height is of goes
# with the height.
_FILLED = (
    ("h", "height_of"), ("ground_m",), ("depth_m",), ("kind",), ("feature",), ("appurtenance",),
    ("survey_code",), ("system",), ("surveyed_on",), ("surveyor",), ("photo",),
)  # fmt: skip
# The kind of a point of which nothing is said.
_BARE = "junction"


def is_merged(points: pd.DataFrame) -> Array:
    """Return which points say again what the first of their number says: the same place, or none.

    A mention without a height says less, and nothing else.
    """
    first = points["first"].to_numpy(np.int64)
    again = first != np.arange(len(points))
    east, north, height = (points[name].to_numpy(float) for name in ("east", "north", "h"))
    lost = np.isnan(east) & np.isnan(north)
    with np.errstate(invalid="ignore"):
        near = np.hypot(east - east[first], north - north[first]) <= SAME_M
        level = np.abs(height - height[first]) <= SAME_M
    level |= np.isnan(height) | np.isnan(height[first])
    return np.asarray(again & (lost | (near & level)))


def with_all_told(points: pd.DataFrame) -> pd.DataFrame:
    """Return points of which the first of each number knows what the others of the same place say."""
    rows = np.flatnonzero(is_merged(points))
    if not len(rows):
        return points
    first = points["first"].to_numpy(np.int64)[rows]
    changed: dict[str, Array] = {}
    for name, *along in _FILLED:
        values = points[name].to_numpy()
        unknown = pd.isna(values) | (values == _BARE if name == "kind" else False)
        # The first mention that knows it counts.
        telling = ~unknown[rows] & unknown[first]
        targets, at = np.unique(first[telling], return_index=True)
        for column in (name, *along) if len(targets) else ():
            filled = points[column].to_numpy().copy()
            filled[targets] = filled[rows[telling][at]]
            changed[column] = filled
    return with_columns(points, **changed) if changed else points
