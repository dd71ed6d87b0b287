"""A network of ten streets with bad pipes and one assessment, for tests of plans."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin import store

CRS = "EPSG:4547"


def bad_streets() -> gpd.GeoDataFrame:
    """Return twelve streets of five pipes, each 100 m long."""
    rows = []
    for street in range(12):
        for place in range(5):
            x, y = 400_000 + 100.0 * place, 2_500_000 + 50.0 * street
            rows.append(
                (f"{street:02}-{place}", f"路{street}", shapely.LineString([(x, y, 1), (x + 100, y, 1)]))
            )
    return gpd.GeoDataFrame(
        {
            "pipe_id": [row[0] for row in rows],
            "street": [row[1] for row in rows],
            "system": "potable",
            "status": "in_use",
            "material": "cast_iron",
            "diameter_mm": 200.0,
            "install_year": 1965.0,
            "geom": [row[2] for row in rows],
        },
        geometry="geom",
        crs=CRS,
    )


def _assessment(pipes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a run in which the first three pipes of each street are bad, the first streets worst."""
    place = pipes["pipe_id"].str[-1].astype(int)
    street = pipes["pipe_id"].str[:2].astype(int)
    bad = place < 3
    return pd.DataFrame(
        {
            "run_id": "R0001",
            "pipe_id": pipes["pipe_id"],
            "rate_per_100km_y": np.where(bad, 90.0 - street, 3.0),
            "consequence": 30000.0,
            "class": np.where(bad, np.where(place == 0, "renew_now", "priority"), "in_service"),
        }
    )


def assessed_streets(path: Path) -> Path:
    """Make the network and return its path."""
    pipes = bad_streets()
    district = shapely.MultiPolygon([shapely.box(399_000, 2_499_000, 402_000, 2_500_130)])
    zones = gpd.GeoDataFrame(
        {"zone_id": ["D1"], "kind": ["district"], "geom": [district]}, geometry="geom", crs=CRS
    )
    with store.create_network(path, CRS) as network:
        with network.write("adopt") as batch:
            batch.insert("pipe", pipes)
            batch.insert("zone", zones)
        with network.write("assess") as batch:
            batch.insert(
                "assessment_run", pd.DataFrame({"run_id": ["R0001"], "as_of": [pd.Timestamp("2026-06-30")]})
            )
            batch.insert("assessment", _assessment(pipes))
    return path
