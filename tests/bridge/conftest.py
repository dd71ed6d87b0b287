"""A network with a little of everything, for the tests that build projects."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, box
from support.built_network import EAST, NORTH

from waternet_plugin import store
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.core.schema import domains


def _pipes() -> list[dict]:
    rows = []
    for place, system in enumerate(domains.domain("system")):
        line = LineString([(EAST, NORTH + 20 * place, 1), (EAST + 100, NORTH + 20 * place, 1)])
        rows.append(
            {
                "pipe_id": f"P-{place}",
                "system": system,
                "status": "in_use",
                "material": "cast_iron",
                "diameter_mm": 150.0,
                "install_year": 1975.0,
                "geom": line,
            }
        )
    rows[1]["street"] = "Peace & <Quiet> Road"
    return rows


def _fill(network: store.Network) -> None:
    crs = network.crs

    def frame(rows: list[dict]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(rows, geometry="geom", crs=crs)

    nodes = [
        {
            "node_id": f"N-{place}",
            "kind": kind,
            "system": "potable",
            "status": "in_use",
            "geom": Point(EAST + 3 * place, NORTH + 1, 2),
        }
        for place, kind in enumerate(domains.domain("node_kind"))
    ]
    areas = MultiPolygon([box(EAST, NORTH, EAST + 50, NORTH + 50)])
    with network.write("adopt", name="test") as batch:
        batch.insert("pipe", frame(_pipes()))
        batch.insert("node", frame(nodes))
        batch.insert("compound", frame([{"compound_id": "C-1", "name": "East", "geom": areas}]))
        batch.insert("zone", frame([{"zone_id": "Z-1", "kind": "dma", "name": "DMA 1", "geom": areas}]))
        batch.insert("assessment_run", pd.DataFrame([{"run_id": "R-1", "name": "first"}]))
        batch.insert(
            "assessment",
            pd.DataFrame(
                [
                    {"run_id": "R-1", "pipe_id": "P-0", "class": "renew_now", "reasons": "Burst twice; old"},
                    {"run_id": "R-1", "pipe_id": "P-1", "class": "monitor", "reasons": "Cast iron"},
                ]
            ),
        )
        batch.insert("plan", pd.DataFrame([{"plan_id": "L-1", "name": "even", "start_year": 2027.0}]))
        batch.insert(
            "project_pipe",
            pd.DataFrame([{"plan_id": "L-1", "project_id": "J-1", "pipe_id": "P-0", "year": 2028.0}]),
        )


def _create(parent: Path) -> Path:
    folder = parent / "城区 管网"
    folder.mkdir()
    path = folder / "town.gpkg"
    store.create_network(path, "EPSG:4547").close()
    return path


@pytest.fixture
def empty_network(tmp_path):
    """Path of a network without rows, in a folder with blanks and Chinese."""
    return _create(tmp_path)


@pytest.fixture(scope="session")
def _filled(once):
    def make(folder):
        with store.open_network(_create(folder)) as network:
            _fill(network)

    return once("filled", make) / "城区 管网" / "town.gpkg"


@pytest.fixture(scope="session")
def _built(_filled, once, qgis_app):
    def make(folder):
        build_project(Path(shutil.copy(_filled, folder / "town.gpkg")), language="en")

    return once("built", make) / "town.gpkg"


@pytest.fixture(scope="session")
def shared_network(_filled, tmp_path_factory):
    """Path of a filled network that several tests read and none changes."""
    folder = tmp_path_factory.mktemp("shared") / "城区 管网"
    folder.mkdir()
    return Path(shutil.copy(_filled, folder))


@pytest.fixture
def filled_network(_filled, tmp_path):
    """Path of a network with a pipe of each system, a node of each kind, areas, an assessment, a plan."""
    folder = tmp_path / "城区 管网"
    folder.mkdir()
    return Path(shutil.copy(_filled, folder))


@pytest.fixture
def english_project(filled_network, _built):
    """Path of the project beside that network, as it was built in English."""
    return Path(shutil.copy(_built.with_suffix(".qgz"), filled_network.parent))
