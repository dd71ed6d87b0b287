"""What a pipe crosses: water or a railway, as a layer or its own column says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array

NONE, RIVER, RAILWAY = range(3)
CROSSINGS = ("none", "river", "railway")
_UNDER_WATER = "under_water"


def crossings_of(
    burial: pd.Series, lines: Array | None, *, rivers: Array | None = None, railways: Array | None = None
) -> Array | None:
    """Return what each pipe crosses as a place in `CROSSINGS`, None where nothing is known of any.

    A pipe that crosses both counts as crossing the railway.

    Parameters
    ----------
    burial
        How each pipe lies; ``under_water`` crosses a river.
    lines
        Their geometries; None where no layer is given.
    rivers, railways
        Lines or areas of water and of railways in the same coordinates; None where there is no such layer.
    """
    under = (burial == _UNDER_WATER).to_numpy()
    if rivers is None and railways is None and not under.any():
        return None
    crossing = np.where(under, RIVER, NONE)
    for layer, kind in ((rivers, RIVER), (railways, RAILWAY)):
        if layer is not None and lines is not None:
            crossing[_touching(lines, layer)] = kind
    return crossing


def _touching(lines: Array, layer: Array) -> Array:
    """Return the rows of lines that meet a layer."""
    shapes: Any = layer[~shapely.is_missing(layer) & ~shapely.is_empty(layer)]
    if not len(shapes):
        return np.zeros(0, dtype=np.int64)
    row, _ = shapely.STRtree(shapes).query(lines, predicate="intersects")
    return np.asarray(np.unique(row))
