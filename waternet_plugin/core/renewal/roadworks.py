"""Road works: in their year renewing is cheaper, and for some years after them nobody may dig."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.renewal.packages.packages import Packages
from waternet_plugin.core.schema.settings import Settings

OPEN_CUT = "open_cut"


@dataclass(frozen=True)
class RoadYears:
    """(P, Y) years in which a package lies in road works (``cheaper``) or must not be dug (``banned``)."""

    cheaper: Array
    banned: Array


def inside_share(lines: Array, areas: Array) -> Array:
    """Return the share of each line's length that lies within the areas, 0 to 1.

    Parameters
    ----------
    lines
        (N,) lines or None.
    areas
        Polygons; where they overlap a stretch counts once.
    """
    whole = shapely.length(lines)
    inside = np.zeros(len(lines))
    areas = areas[~(shapely.is_missing(areas) | shapely.is_empty(areas))]
    if len(areas) and len(lines):
        # Areas that touch are one, so that no stretch counts twice.
        parts = shapely.get_parts(shapely.union_all(shapely.make_valid(areas)))
        area, line = shapely.STRtree(lines).query(parts, predicate="intersects")
        lengths = shapely.length(shapely.intersection(lines[line], parts[area]))
        np.add.at(inside, line, lengths)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole > 0, inside / whole, 0.0))


def road_years(
    packages: Packages, works: gpd.GeoDataFrame, *, start_year: int, years: int, settings: Settings
) -> RoadYears:
    """Return which packages lie in road works in each year of a plan, and which may not be dug.

    After road works nobody digs for a set number of years; trenchless packages go on.

    Parameters
    ----------
    packages
        What to choose from.
    works
        Table ``road_work``: year and geom.
    start_year, years
        The span of the plan; works before it still ban.
    settings
        ``renewal.road_work_share``, ``renewal.road_ban_years``.
    """
    size = (len(packages.frame), years)
    cheaper, banned = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    lines = packages.frame["geom"].to_numpy(dtype=object)
    open_cut = (packages.frame["method"] == OPEN_CUT).to_numpy()
    ban = settings.integer("renewal.road_ban_years")
    known = works[works["year"].notna()]
    for year, rows in known.groupby(known["year"].astype(int)):
        first = int(year) - start_year
        if not -ban <= first < years:
            continue
        share = inside_share(lines, rows["geom"].to_numpy(dtype=object))
        within = share >= settings.real("renewal.road_work_share")
        if first >= 0:
            cheaper[within, first] = True
        banned[within & open_cut, max(first + 1, 0) : max(first + 1 + ban, 0)] = True
    # Where roads are dug up again, the surface is open: that year stays possible.
    return RoadYears(cheaper, banned & ~cheaper)
