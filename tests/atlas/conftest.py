"""A small town of two systems on four sheets."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

CRS = "EPSG:4547"
WEST, SOUTH = 501_165.0, 2_513_000.0  # the corner of a sheet at 1:1000: 1591 x 315 m, 10052 x 250 m


def _pipe(pipe_id, system, material, diameter_mm, street, *places):
    line = shapely.LineString([(WEST + x, SOUTH + y, 0.0) for x, y in places])
    return {
        "pipe_id": pipe_id,
        "system": system,
        "status": "in_use",
        "function": "distribution",
        "material": material,
        "diameter_mm": diameter_mm,
        "street": street,
        "geom": line,
    }


PIPES = (
    _pipe("P1", "potable", "ductile_iron", 300.0, "人民路", (20, 100), (600, 100)),
    _pipe("P2", "potable", "pe", 100.0, "建设路", (100, 20), (100, 480)),
    _pipe("P3", "sewage", "reinforced_concrete", 500.0, "人民路", (20, 90), (600, 90)),
    _pipe("P4", "sewage", None, np.nan, None, (200, 90), (200, 30)),
)


@pytest.fixture(scope="session")
def town_path(tmp_path_factory, qgis_app):
    """Path of the town's network."""
    from waternet_plugin import store

    path = tmp_path_factory.mktemp("town") / "小城.gpkg"
    pipes = gpd.GeoDataFrame(list(PIPES), geometry="geom", crs=CRS)
    nodes = gpd.GeoDataFrame(
        {
            "node_id": ["V1", "H1"],
            "kind": ["valve", "hydrant"],
            "system": ["potable", "potable"],
            "status": ["in_use", "in_use"],
            "valve_state": ["open", None],
            "geom": shapely.points([[WEST + 100, SOUTH + 100, 0], [WEST + 500, SOUTH + 100, 0]]),
        },
        geometry="geom",
        crs=CRS,
    )
    area = shapely.MultiPolygon([shapely.box(WEST + 400, SOUTH + 50, WEST + 550, SOUTH + 200)])
    compounds = gpd.GeoDataFrame(
        {"compound_id": ["C1"], "name": ["锦绣家园"], "geom": [area]}, geometry="geom", crs=CRS
    )
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("node", nodes)
        batch.insert("compound", compounds)
    return path


@pytest.fixture
def town(town_path):
    """The town's network, open."""
    from waternet_plugin import store

    with store.open_network(town_path) as network:
        yield network


@pytest.fixture(scope="session")
def page_texts():
    """Function that returns the text of each page of a PDF."""
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext (poppler-utils)")

    def read(path):
        done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
        return done.stdout.decode("utf-8").split("\f")[:-1]

    return read
