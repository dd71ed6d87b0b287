"""The project of a network on a server: every layer shows its rows, what people edit can be edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
from qgis.core import QgsProject
from shapely.geometry import LineString
from support.database_server import server_of_run, skip_or_fail_without_server

from waternet_plugin.bridge.layers.sources import SHOWN_ONLY, table_of
from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.bridge.project.project import build_project, furnish
from waternet_plugin.bridge.project.project_basis import project_basis_at
from waternet_plugin.bridge.saving.homes import home_of
from waternet_plugin.core.schema.tables import table
from waternet_plugin.store import create_network, parse


@pytest.fixture
def address() -> Iterator[str]:
    """Where a network with a pipe is, in a schema with a quote and a blank in its name."""
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    found = server.address(database, '城\'东 "1"')
    with create_network(found, "EPSG:4547", by="tester") as network:
        row = {"pipe_id": "P1", "system": "potable", "status": "in_use", "geom": LineString([(0, 0), (9, 0)])}
        pipes = gpd.GeoDataFrame([row], geometry="geom", crs=network.crs)
        with network.write("adopt", name="pipes") as batch:
            batch.insert("pipe", pipes)
    yield found
    QgsProject.instance().clear()


@pytest.mark.slow
def test_every_layer_shows_its_rows(qgis_app: object, address: str, tmp_path: Path) -> None:
    built = build_project(address, tmp_path / "town.qgz", language="en")
    project = QgsProject()
    assert project.read(str(built.path))
    layers = layer_tree.our_layers(project)
    assert {key for _group, keys in layer_tree.TREE for key in keys} == set(layers)
    assert [key for key, layer in layers.items() if not layer.isValid()] == []
    assert {layer.providerType() for layer in layers.values()} == {"postgres"}
    assert layers["pipe"].featureCount() == 1
    editable = {key for key, layer in layers.items() if not layer.readOnly()}
    assert editable == {key for key in layers if key not in SHOWN_ONLY and table(table_of(key)).is_editable}
    homes = {key: home_of(layers[key]) for key in layers}
    assert {key for key, home in homes.items() if home is not None} == editable
    assert homes["pipe"] == (str(parse(address)), "pipe")
    assert project.readEntry("WaterNet", "network")[0] == str(parse(address))
    project.clear()


@pytest.mark.slow
def test_layers_are_told_how_far_they_reach(qgis_app: object, address: str) -> None:
    basis = project_basis_at(address)
    assert basis.extents == {"pipe": (0.0, 0.0, 9.0, 0.0)}
    project = QgsProject()
    # Another box than that of the rows: QGIS did not look at them.
    furnish(project, replace(basis, extents={"pipe": (1.0, 2.0, 3.0, 4.0)}), language="en")
    reach = {key: layer.extent().toString(0) for key, layer in layer_tree.our_layers(project).items()}
    some_rows = {"dma_way", "dma_boundary", "project"}
    told = {key for key in reach if table_of(key) == "pipe" and key not in some_rows}
    assert "pipe_health" in told
    assert {key for key, box in reach.items() if box == "1,2 : 3,4"} == told
    project.clear()


def test_a_file_tells_by_its_index_how_far_its_tables_reach(tmp_path: Path) -> None:
    with create_network(tmp_path / "town.gpkg", "EPSG:4547", by="tester") as network:
        assert network.table_extents() == {}
