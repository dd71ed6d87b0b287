"""To which compound an asset belongs, and to which grid a compound: in one way for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.surrounding_areas import first_area, sound_areas
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

GRID = "grid"


def compound_of(assets: pd.DataFrame, compounds: pd.DataFrame) -> Array:
    """Return the id of the compound of each asset, None for none: the one that it names, else that around it.

    A name that no compound has counts as none. Of compounds that overlap the first by id is that around it;
    a line lies where its middle lies.

    Parameters
    ----------
    assets
        Rows of any table, compound_id and points or lines in ``geom``; what is missing is unknown.
    compounds
        compound_id and polygons in ``geom``.
    """
    rows, areas = asset_rows(assets), TableRows("compound", compounds)
    row = areas.row_of(rows.text("compound_id"))
    if len(areas):
        outside = np.flatnonzero(row < 0)
        row[outside] = first_area(rows.xy_of(outside), areas.geometry, areas.ids)
    return ids_of(areas, row)


def grid_of(compounds: pd.DataFrame, zones: pd.DataFrame) -> Array:
    """Return the id of the grid of each compound, None for none: the one that it names, else the most of it.

    Of two grids in which equally much of it lies, the first by id.

    Parameters
    ----------
    compounds
        grid_id and polygons in ``geom``.
    zones
        zone_id, kind and polygons in ``geom``; only grids count.
    """
    grids, rows = grid_rows(zones), TableRows("compound", compounds)
    return ids_of(grids, grid_row_of(rows, grids, shared_ground(rows.geometry, grids)))


def grid_row_of(compounds: TableRows, grids: TableRows, ground: SharedGround) -> Array:
    """Return the row of the grid of each compound, -1 for none, as `grid_of` says.

    Parameters
    ----------
    ground
        Which compounds share ground with which grids.
    """
    row = grids.row_of(compounds.text("grid_id"))
    return np.where(row < 0, ground.most, row)


@dataclass(frozen=True)
class SharedGround:
    """Which areas share ground with which others.

    Parameters
    ----------
    area, other, area_m2
        Pairs of them as rows of both, and how much they share, m2.
    most
        For each area the other one in which most of it lies, the first by id of equal ones; -1 for none.
    """

    area: Array
    other: Array
    area_m2: Array
    most: Array


def shared_ground(shapes: Array, others: TableRows) -> SharedGround:
    """Return which polygons, None for unknown ones, share ground with the areas of a table."""
    some, more = (np.flatnonzero(~shapely.is_missing(each)) for each in (shapes, others.geometry))
    outlines, theirs = sound_areas(shapes[some]), sound_areas(others.geometry[more])
    shapely.prepare(theirs)
    one, other = shapely.STRtree(theirs).query(outlines)
    area_m2 = shapely.area(outlines[one])
    # Most lie in one whole.
    cut = np.flatnonzero(~shapely.covers(theirs[other], outlines[one]))
    area_m2[cut] = shapely.area(shapely.intersection(outlines[one[cut]], theirs[other[cut]]))
    shared = area_m2 > 0
    area, other, area_m2 = some[one[shared]], more[other[shared]], area_m2[shared]
    order = np.lexsort((others.ids[other].astype(str), -area_m2, area))
    first_of, first = np.unique(area[order], return_index=True)
    most = np.full(len(shapes), -1, dtype=np.int64)
    most[first_of] = other[order][first]
    return SharedGround(area, other, area_m2, most)


def asset_rows(assets: pd.DataFrame) -> TableRows:
    """Return rows of any table of points or lines as columns."""
    has_lines = False
    if GEOMETRY_COLUMN in assets:
        kinds = shapely.get_type_id(assets[GEOMETRY_COLUMN].to_numpy(dtype=object))
        has_lines = bool((kinds == shapely.GeometryType.LINESTRING).any())
    return TableRows("pipe" if has_lines else "node", assets)


def grid_rows(zones: pd.DataFrame) -> TableRows:
    """Return the zones that are grids as columns."""
    is_grid = (zones["kind"] == GRID) if "kind" in zones else np.zeros(len(zones), dtype=bool)
    return TableRows("zone", pd.DataFrame(zones)[is_grid].reset_index(drop=True))


def ids_of(areas: TableRows, rows: Array) -> Array:
    """Return the ids of some rows, None for row -1."""
    return np.append(areas.ids, np.array([None], dtype=object))[rows]
