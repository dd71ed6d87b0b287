"""The pipe that a point on the map means."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.segments import Ints
from waternet_plugin.core.shapes.packed_shapes import Shapes, bounds_of


def nearest_pipe(lines: Shapes, rows: Ints, ids: Array, x_m: float, y_m: float, reach_m: float) -> int:
    """Return which of some lines is nearest to a point, the first by id of equally near ones; -1 for none."""
    # Boxes first: most lines are far away.
    bounds = bounds_of(lines)[rows]
    with np.errstate(invalid="ignore"):
        near = rows[
            (bounds[:, 0] - reach_m <= x_m) & (bounds[:, 2] + reach_m >= x_m)
            & (bounds[:, 1] - reach_m <= y_m) & (bounds[:, 3] + reach_m >= y_m)
        ]  # fmt: skip
    distance = shapely.distance(lines[near], shapely.Point(x_m, y_m))
    order = np.lexsort((ids[near].astype(str), distance))
    if not len(near) or not distance[order[0]] <= reach_m:
        return -1
    return int(near[order[0]])
