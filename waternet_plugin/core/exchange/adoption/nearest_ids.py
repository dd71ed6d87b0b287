"""Lead names of an id that several rows had in their file to the nearest of these rows.

Such rows were numbered at adoption and keep the id of the file in ``source_id``. A pipe that names a node, or
a customer that names a pipe, by that id means the one beside it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.coordinates.row_geometry import is_line

# The end of a pipe from which its distance counts, by field: first or last vertex.
_ENDS = {"from_node": 0, "to_node": -1}


def reference_points(shapes: Array, field: str) -> Array:
    """Return the geometry from which the distance to what a field names counts."""
    if field not in _ENDS:
        return shapes
    result = np.full(len(shapes), None, dtype=object)
    lines = np.flatnonzero(is_line(shapes) & ~shapely.is_empty(shapes))
    result[lines] = shapely.get_point(shapes[lines], _ENDS[field])
    return result


def nearest_names(names: Array, points: Array, ids: Array, sources: Array, shapes: Array) -> Array:
    """Return names with those of several rows replaced by the id of the nearest.

    Parameters
    ----------
    names
        The id that each row names, None for none.
    points
        Where each row lies, None where that is not known; its name stays then.
    ids, sources, shapes
        Id, id of the file and place of the rows that are named, all that had an id of the file.
    """
    frame = pd.DataFrame({"id": ids, "source": sources}, dtype=object).sort_values("id")
    bearers = {
        str(source): rows.index.to_numpy() for source, rows in frame.groupby("source") if source is not None
    }
    result = names.copy()
    asked = pd.Series(names, dtype=object).isin(list(bearers)).to_numpy() & ~shapely.is_missing(points)
    for row in np.flatnonzero(asked).tolist():
        rows = bearers[str(names[row])]
        rows = rows[~shapely.is_missing(shapes[rows])]
        if len(rows):
            result[row] = ids[rows[int(shapely.distance(points[row], shapes[rows]).argmin())]]
    return result
