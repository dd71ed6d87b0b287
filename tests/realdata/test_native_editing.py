"""Networks that others made, edited by QGIS's own tools at random: each Save leaves them connected.

``WATERNET_SEQUENCES`` says how many sequences are tried on each, ``WATERNET_SEED`` the first seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.built_network import plugin_with
from support.edited_town import EditedTown, play_sequence

from waternet_plugin import store
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

# Real networks are large.
pytestmark = pytest.mark.slow

SEQUENCES = int(os.environ.get("WATERNET_SEQUENCES", "1"))
FIRST_SEED = int(os.environ.get("WATERNET_SEED", "1"))
FEET, METRES = "EPSG:3547", "EPSG:26916"
# By name: the coordinate systems of the file and of the network; net3 is a drawing without one.
NETWORKS = {"net3": (None, None), "ky4": (FEET, METRES), "ky10": (FEET, METRES)}


def _add_failures(path: Path) -> None:
    """Add a burst on every third pipe: none of the files has any."""
    import geopandas as gpd

    with store.open_network(path) as network:
        pipes = network.read("pipe").iloc[::3].reset_index(drop=True)
        shares = 0.1 + 0.2 * (np.arange(len(pipes)) % 5)
        points = pipes.geom.interpolate(shares, normalized=True)
        rows = {
            "failure_id": [f"F-{number}" for number in range(len(pipes))],
            "kind": "main_break",
            "date": pd.Timestamp("2020-05-01"),
            "pipe_id": pipes["pipe_id"],
        }
        with network.write("adopt", name="bursts") as batch:
            failures = gpd.GeoDataFrame(rows, geometry=list(points), crs=network.crs)
            batch.insert("failure", failures.rename_geometry("geom"))


@pytest.fixture(scope="module", params=list(NETWORKS))
def town(
    request: pytest.FixtureRequest, qgis_app: Any, data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EditedTown]:
    files = sorted((data_dir / "networks_inp" / request.param).glob("*.inp"))
    if not files:
        pytest.skip(f"needs the real data: no networks_inp/{request.param}")
    path = tmp_path_factory.mktemp(request.param) / f"{request.param}.gpkg"
    crs, target = NETWORKS[request.param]
    import_epanet(ModelImportRequest(str(files[0]), str(path), crs, target))
    _add_failures(path)
    build_project(path, language="en")
    with plugin_with(path.with_suffix(".qgz")) as loaded:
        made = EditedTown(loaded, path)
        yield made
        made.discard()
    print("\n".join(f"{name:20} {count}" for name, count in sorted(made.outcomes.items())))


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SEQUENCES))
def test_networks_of_others_stay_connected_whatever_is_done(town: EditedTown, seed: int) -> None:
    play_sequence(town, seed)
