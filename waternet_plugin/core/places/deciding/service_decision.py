"""Whose longitudes and latitudes a file has: those of map services lie beside the network as they are."""

from __future__ import annotations

import numpy as np
import pyproj

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.coordinates import LON_LAT
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.map_services import MAP_SERVICES, WGS_84, is_shifted_there, without_shift

# Assets stand on or beside pipes, of which one place in 50 m is known; the services shift by 300 m and more.
_NEAR_M, _LEAST_RATIO = 40.0, 2.0
_MOST_POINTS = 2000


def likely_service(lon: Array, lat: Array, network: NetworkFacts | None) -> str:
    """Return which reading puts points beside the network, '' where none does or several do.

    Parameters
    ----------
    lon, lat
        As the file has them, degrees (n,).
    network
        Where the network lies, None where nothing is known of it.

    Returns
    -------
    One of `MAP_SERVICES`, ``WGS_84`` among them.
    """
    tree = None if network is None else network.asset_tree
    if network is None or tree is None or not is_shifted_there(lon, lat):
        return ""
    step = max(1, len(lon) // _MOST_POINTS)
    lon, lat = lon[::step], lat[::step]
    change = pyproj.Transformer.from_crs(LON_LAT, network.projection, always_xy=True)
    apart_m = {}
    for service in MAP_SERVICES:
        true_lon, true_lat = (lon, lat) if service == WGS_84 else without_shift(lon, lat, service)
        xy = np.column_stack(change.transform(true_lon, true_lat))
        known = xy[np.isfinite(xy).all(axis=1)]
        apart_m[service] = float(np.median(tree.query(known)[0])) if len(known) else np.inf
    best, second = sorted(apart_m, key=lambda service: apart_m[service])[:2]
    is_clear = apart_m[best] <= _NEAR_M and apart_m[second] >= _LEAST_RATIO * max(apart_m[best], 1.0)
    return best if is_clear else ""
