"""Try the Python packages that are needed: a small calculation with each, in this process.

A package may be installed and still not work in this QGIS: compiled for another numpy, bound to another GEOS
or PROJ, without its data. What is tried here is what WaterNet asks of it first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from waternet_plugin import wheels

failures: dict[str, str] = {}


def _numpy() -> bool:
    import numpy as np

    return float(np.linalg.norm(np.array([3.0, 4.0]))) == 5.0


def _scipy() -> bool:
    import numpy as np
    from scipy.sparse import csgraph, csr_matrix
    from scipy.spatial import cKDTree

    joined = csr_matrix(([1.0], ([0], [1])), shape=(3, 3))
    count, _labels = csgraph.connected_components(joined, directed=False)
    distance, _which = cKDTree(np.zeros((1, 2))).query([3.0, 4.0])
    return bool(count == 2 and distance == 5.0)


def _pandas() -> bool:
    import pandas as pd

    frame = pd.DataFrame({"street": ["a", "b", "a", None], "length_m": [1.0, 2.0, 3.0, 4.0]})
    sums = frame.groupby("street")["length_m"].sum()
    return sums.tolist() == [4.0, 2.0] and pd.to_datetime(["2024-02-29"])[0].year == 2024


def _shapely() -> bool:
    import shapely

    line = shapely.LineString([(0.0, 0.0, 1.0), (3.0, 4.0, 2.0)])
    # The plain call, as geopandas and other packages use it.
    again = shapely.from_wkb(shapely.to_wkb(line))
    return bool(
        line.equals(again) and shapely.has_z(again) and shapely.length(shapely.force_2d(again)) == 5.0
    )


def _geopandas() -> bool:
    import geopandas as gpd
    import shapely

    frame = gpd.GeoDataFrame({"name": ["a", None]}, geometry=[shapely.Point(1.0, 2.0), None], crs="EPSG:4326")
    return bool(frame.geometry.notna().tolist() == [True, False] and frame.crs.to_epsg() == 4326)


def _pyproj() -> bool:
    import pyproj

    # CGCS2000, and its zone of 114 degrees east.
    turn = pyproj.Transformer.from_crs(4490, 4547, always_xy=True)
    east, north = turn.transform(114.0, 30.0)
    return abs(east - 500_000.0) < 1.0 and 3_300_000.0 < north < 3_340_000.0


TRIALS: dict[str, Callable[[], bool]] = {
    "numpy": _numpy,
    "scipy": _scipy,
    "pandas": _pandas,
    "shapely": _shapely,
    "geopandas": _geopandas,
    "pyproj": _pyproj,
}


def run(names: list[str]) -> None:
    """Try packages that were not tried before in this QGIS."""
    # A package that can't even be imported is told of by its own trial.
    with suppress(Exception):
        wheels.keep_apart()
    for name in names:
        if name in failures:
            continue
        try:
            failures[name] = "" if TRIALS[name]() else "wrong result"
        except Exception as error:  # noqa: BLE001 (whatever it is, the package does not work)
            failures[name] = f"{type(error).__name__}: {error}"


def failure(name: str) -> str:
    """Return what came of trying a package, '' where it works or was not tried."""
    return failures.get(name, "")


def works(name: str) -> bool:
    """Return whether a package was tried and works."""
    return failures.get(name) == ""
