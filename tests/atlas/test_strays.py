"""A pipe far from all others spoils no view of the network: first view, zoom, sheets, preview, overview."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from qgis.core import QgsProject, QgsVectorLayer
from support.built_network import EAST, NORTH
from support.printed_sheets import read_sheets

from waternet_plugin import store
from waternet_plugin.atlas import legend
from waternet_plugin.atlas.sheets import outline
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.bridge.extents import network_extent
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.operations.rows.pipes_box import pipes_box

CRS = "EPSG:4547"
TOWN_M = 1000.0


@pytest.fixture(scope="module")
def path(tmp_path_factory, qgis_app):
    """A town of 1 km with a pipe and a node some 400 km away."""
    path = tmp_path_factory.mktemp("stray") / "stray.gpkg"
    x = np.append(np.linspace(EAST, EAST + TOWN_M - 30, 50), EAST + 400_000)
    lines = [shapely.LineString([(each, NORTH, 0), (each + 30, NORTH + 20, 0)]) for each in x]
    ids = [f"P{number}" for number in range(len(x))]
    pipes = {"pipe_id": ids, "system": "potable", "status": "in_use"}
    points = shapely.points(np.column_stack([x, np.full(len(x), NORTH), np.zeros(len(x))]))
    nodes = {"node_id": ids, "kind": "valve", "system": "potable", "status": "in_use"}
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        for table, rows, shapes in (("pipe", pipes, lines), ("node", nodes, points)):
            batch.insert(table, gpd.GeoDataFrame({**rows, "geom": list(shapes)}, geometry="geom", crs=CRS))
    return path


@pytest.fixture
def network(path):
    with store.open_network(path) as opened:
        yield opened


def layer(path, table):
    return QgsVectorLayer(f"{path}|layername={table}", table, "ogr")


def width(box):
    return box[2] - box[0]


@pytest.mark.slow
def test_the_extent_of_the_network_is_the_towns(path):
    pipes, nodes = layer(path, "pipe"), layer(path, "node")
    assert pipes.extent().width() > 390_000
    for layers in ([pipes], [nodes], [pipes, nodes]):
        assert network_extent(layers).width() == pytest.approx(TOWN_M, abs=35)
    assert network_extent([]).isNull()


@pytest.mark.slow
def test_two_layers_are_looked_at_together(path, tmp_path):
    """A single node is no stray of itself, only of the pipes."""
    pipes, nodes = layer(path, "pipe"), layer(path, "node")
    nodes.setSubsetString("node_id = 'P50'")
    assert network_extent([pipes, nodes]).width() == pytest.approx(TOWN_M, abs=35)


@pytest.mark.slow
def test_a_new_project_begins_with_the_town(path, tmp_path):
    built = build_project(path, tmp_path / "stray.qgz", language="en").path
    project = QgsProject()
    assert project.read(str(built))
    for extent in (project.viewSettings().defaultViewExtent(), project.viewSettings().presetFullExtent()):
        assert extent.width() < 1.2 * TOWN_M


def test_zooming_to_the_whole_network_shows_the_town(network):
    west, south, east, north = pipes_box(network)
    assert 0 < east - west < 1.2 * TOWN_M and 0 < north - south < 1.2 * TOWN_M


@pytest.mark.slow
def test_the_index_of_sheets_leaves_it_out_and_says_so(network):
    sheets = read_sheets(network)
    assert width(shapely.total_bounds(sheets.index["geom"].to_numpy())) < 2000
    assert sheets.strays == 1


@pytest.mark.slow
def test_an_area_that_holds_it_has_its_sheet(network):
    area = shapely.box(EAST + 399_000, NORTH - 500, EAST + 401_000, NORTH + 500)
    sheets = read_sheets(network, SheetRequest(area=area))
    assert (len(sheets.index), sheets.strays) == (1, 0)


@pytest.mark.slow
def test_the_preview_of_a_book_shows_the_town_and_says_what_it_leaves_out(network):
    found = outline.outline_of(network, SheetRequest())
    assert found.pages <= 4 and found.empty_count == 0
    assert found.strays == 1
    assert found.overview.metres_per_mm * found.overview.width < 2000


def test_the_overview_on_a_sheet_shows_the_town(network):
    sheets = read_sheets(network)
    view = outline.overview_of(
        sheets.index, sheets.pipes["geom"].to_numpy(), width_mm=80, height_mm=60, dots=10
    )
    assert view.metres_per_mm * view.width < 2000


def test_signs_are_looked_for_only_where_sheets_are(path):
    box = (EAST, NORTH, EAST + TOWN_M, NORTH + 50)
    signs = legend.signs_of(layer(path, "pipe"), 1000.0, box, id_field="pipe_id")
    assert set(signs.keys["id"]) == {f"P{number}" for number in range(50)}
