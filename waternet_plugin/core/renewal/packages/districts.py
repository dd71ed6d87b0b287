"""Which district a package lies in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.renewal.packages.packages import Packages


def districts_of(packages: Packages, zones: gpd.GeoDataFrame) -> pd.Series:
    """Return the zone that each package lies in by a point on it, None for none; the first id wins.

    Parameters
    ----------
    zones
        zone_id and geometry of the districts.
    """
    result = np.full(len(packages.frame), None, dtype=object)
    areas = zones[zones["geom"].notna()].sort_values("zone_id", ascending=False)
    tree = shapely.STRtree(areas["geom"].to_numpy())
    lines = packages.frame["geom"].to_numpy(dtype=object)
    points = shapely.point_on_surface(lines)
    package, area = tree.query(points, predicate="intersects")
    order = np.lexsort((area, package))
    # Later assignments win: the areas are in falling order of their ids.
    result[package[order]] = areas["zone_id"].to_numpy(dtype=object)[area[order]]
    districts: pd.Series = pd.Series(result, index=packages.frame.index, dtype=object)
    return districts
