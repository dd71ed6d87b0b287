"""Rows of a file that share an id, and the rows of the network that were numbered when it came first."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely
from scipy.optimize import linear_sum_assignment

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

# Added for each place in the order, m: of rows that lie alike the first is the first again.
_ORDER_M = 1e-6


def name_numbered(
    ids: Array,
    source_ids: Array,
    geometry: Array,
    bearers: pd.DataFrame,
    id_field: str,
    existing: Iterable[str],
) -> Array:
    """Return the ids of rows that share one: of those that lie nearest in the network, others get a new one.

    Parameters
    ----------
    ids
        The ids that numbering in the order of the file gives.
    source_ids
        The shared id of each row, None for all others.
    geometry
        Where the rows lie.
    bearers
        Rows of the network with their ``source_id``.
    id_field
        The field of their ids.
    existing
        All ids of the network.
    """
    result = ids.copy()
    taken = {*existing, *ids[pd.isna(source_ids) & pd.notna(ids)]}
    there = dict(list(bearers.groupby("source_id", sort=False)))
    groups = pd.Series(np.arange(len(ids))[pd.notna(source_ids)]).groupby(source_ids[pd.notna(source_ids)])
    for source, each in groups:
        rows = each.to_numpy()
        named = np.zeros(len(rows), dtype=bool)
        known = there.get(source)
        if known is not None:
            names = known[id_field].to_numpy(dtype=object)
            shapes = np.array(known[GEOMETRY_COLUMN].to_numpy(), dtype=object)
            mine, theirs = _nearest(geometry[rows], shapes)
            result[rows[mine]] = names[theirs]
            named[mine] = True
        for row in rows[~named].tolist():
            name, number = ids[row], 1
            while name in taken:
                number += 1
                name = f"{source}-{number}"
            taken.add(name)
            result[row] = name
    return result


def _nearest(mine: Array, theirs: Array) -> tuple[Array, Array]:
    """Return which of two lists of geometries belong together, so that they lie as near as can be."""
    apart = shapely.distance(mine[:, None], theirs[None, :])
    middle = shapely.distance(shapely.centroid(mine)[:, None], shapely.centroid(theirs)[None, :])
    order = np.abs(np.arange(len(mine))[:, None] - np.arange(len(theirs))[None, :])
    cost = np.nan_to_num(apart) + np.nan_to_num(middle) + _ORDER_M * order
    first, second = linear_sum_assignment(cost)
    return np.asarray(first), np.asarray(second)
