"""Assets that work orders name: where they are, in which street, compound and zone."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.store.network import Network

COMPOUND, ZONE = "compound", "zone"
# Tables of assets that a crew can be sent to, with what an order takes from each.
TABLES: dict[str, tuple[str, ...]] = {
    "pipe": ("street", "compound_id", "dma_id"),
    "node": ("street", "compound_id"),
    "customer": ("compound_id",),
    "failure": ("street",),
    COMPOUND: (),
    ZONE: (),
}
_NAMED = 5


def ordered_assets(network: Network, ids: Sequence[str], table_name: str) -> gpd.GeoDataFrame:
    """Return the assets with their places, a row each, in the order of their ids.

    Parameters
    ----------
    ids
        Each once.
    table_name
        The table of all of them; '' looks for each in all tables.

    Returns
    -------
    geopandas.GeoDataFrame
        name, table, street, compound_id (by name, else by place), dma_id of pipes, and a point in ``geom``:
        the middle of a pipe, a point inside an area, None where the asset has no place.

    Raises
    ------
    InputError
        For an id that no table has, or that several have.
    """
    names = [table_name] if table_name else list(TABLES)
    found = pd.concat([_rows(network, name, ids) for name in names], ignore_index=True)
    _refuse_missing(set(ids) - set(found["name"]), table_name)
    _refuse_several(found)
    row = rows_of_ids(found["name"].to_numpy(dtype=object), list(ids))
    rows = found.iloc[row].reset_index(drop=True)
    rows["compound_id"] = _compounds(network, rows)
    return gpd.GeoDataFrame(rows, geometry=GEOMETRY_COLUMN, crs=network.crs)


def _rows(network: Network, name: str, ids: Sequence[str]) -> pd.DataFrame:
    id_field = table(name).id_field
    frame = network.read(name, [id_field, *TABLES[name]], ids=list(ids))
    columns = {column: frame[column].to_numpy(dtype=object) for column in TABLES[name]}
    made = {"name": frame[id_field].to_numpy(dtype=object), "table": name, **columns}
    places = asset_points(frame[GEOMETRY_COLUMN].to_numpy(dtype=object))
    wanted = ["name", "table", "street", "compound_id", "dma_id", GEOMETRY_COLUMN]
    return pd.DataFrame({**made, GEOMETRY_COLUMN: places}, dtype=object).reindex(columns=wanted)


def asset_points(shapes: Array) -> Array:
    """Return a point of each shape: the middle of a line, one inside an area; None for a missing shape."""
    points = np.full(len(shapes), None, dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    flat = shapely.force_2d(shapes)
    kind = shapely.get_dimensions(flat)
    of_line, of_area, of_point = (there & (kind == dimension) for dimension in (1, 2, 0))
    points[of_point] = flat[of_point]
    points[of_line] = shapely.line_interpolate_point(flat[of_line], 0.5, normalized=True)
    points[of_area] = shapely.point_on_surface(flat[of_area])
    return points


def _refuse_missing(missing: set[str], table_name: str) -> None:
    if not missing:
        return
    names = shortened(sorted(missing), _NAMED)
    if table_name == "pipe":
        raise InputError(tr("There is no pipe {pipe} in this network. Check its id.").format(pipe=names))
    message = tr("There is no asset {asset} in this network that a crew can be sent to. Check its id.")
    raise InputError(message.format(asset=names))


def _refuse_several(found: pd.DataFrame) -> None:
    twice = found["name"].duplicated(keep=False)
    if not twice.any():
        return
    name = found.loc[twice, "name"].iloc[0]
    labels = [table(each).label for each in found.loc[found["name"] == name, "table"]]
    message = tr("{asset} is an id in several tables: {tables}. Say which table is meant.")
    raise InputError(message.format(asset=name, tables=listed(labels)))


def _compounds(network: Network, rows: pd.DataFrame) -> Array:
    """Return the compound of each asset, None for none; a compound is its own, a zone has several."""
    member = compound_of(rows, network.read(COMPOUND, ["compound_id"]))
    own, several = ((rows["table"] == name).to_numpy() for name in (COMPOUND, ZONE))
    member[several] = None
    member[own] = rows["name"].to_numpy(dtype=object)[own]
    return member
