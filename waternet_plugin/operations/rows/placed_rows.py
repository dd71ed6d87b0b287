"""Values by id as rows of the map."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.network import Network


def placed_rows(network: Network, table: str, values: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the rows that the map has, with their shapes, by id.

    Parameters
    ----------
    values
        Any columns by the id of the table, whose column the index is called after.
    """
    key = str(values.index.name)
    rows = network.read(table, [key])
    rows = rows[rows[key].isin(values.index)].sort_values(key, kind="stable").reset_index(drop=True)
    ordered = values[~values.index.duplicated()].reindex(rows[key]).reset_index(drop=True)
    return gpd.GeoDataFrame(
        pd.concat([rows[[key]], ordered], axis=1), geometry=gpd.GeoSeries(rows[GEOMETRY_COLUMN])
    ).rename_geometry(GEOMETRY_COLUMN)
