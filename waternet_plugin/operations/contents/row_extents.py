"""Where rows of tables lie, by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.store.network import Network

# Number of a row, and west, south, east and north in the network's coordinates, m.
RowExtent = tuple[int, tuple[float, ...]]


def row_extents(network: Network, ids: Mapping[str, Sequence[str]]) -> dict[str, list[RowExtent]]:
    """Return number and extent of rows that are there and have a shape, by table.

    Parameters
    ----------
    ids
        By table; tables without geometry have no extents.
    """
    extents: dict[str, list[RowExtent]] = {}
    for name, wanted in ids.items():
        if not table(name).has_geometry:
            extents[name] = []
            continue
        frame = network.read(name, ["fid"], ids=list(dict.fromkeys(wanted)))
        extents[name] = [
            (int(fid), tuple(float(side) for side in shapely.bounds(shape)))
            for fid, shape in zip(frame["fid"], frame[GEOMETRY_COLUMN])
            if shape is not None and not shapely.is_empty(shape)
        ]
    return extents
