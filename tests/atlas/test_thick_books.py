"""A book of 2,001 pages is refused before it is drawn, with a scale that would do; 2,000 are allowed."""

import geopandas as gpd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.atlas import book
from waternet_plugin.atlas.sheets import sheet_series
from waternet_plugin.atlas.sheets.frames import sheet_frame
from waternet_plugin.atlas.sheets.series_basis import read_series_basis
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.core.errors import InputError

pytestmark = pytest.mark.slow
CRS = "EPSG:4547"
REQUEST = SheetRequest(50, "A4")
MOST = 2_000


def across(path, sheets):
    """A network with a pipe across so many sheets beside each other."""
    width, height = (mm / 1000.0 * REQUEST.scale for mm in sheet_frame(REQUEST.paper, REQUEST.scale))
    west, south = round(500_000 / width) * width, (round(2_500_000 / height) + 0.5) * height
    line = shapely.LineString([(west + 1.0, south, 0.0), (west + sheets * width - 1.0, south, 0.0)])
    pipes = gpd.GeoDataFrame(
        {"pipe_id": ["P1"], "system": ["potable"], "status": ["in_use"]}, geometry=[line], crs=CRS
    ).rename_geometry("geom")
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
    return path


def test_2001_pages_are_refused(qgis_app, tmp_path):
    path, told = across(tmp_path / "long.gpkg", MOST + 1), r"2,001 pages.*2,000 allowed.*Print at 1:"
    with store.open_network(path) as network, pytest.raises(InputError, match=told):
        book.export_book(network, tmp_path / "book.pdf", REQUEST)
    assert [path.name for path in tmp_path.iterdir()] == ["long.gpkg"]


def test_2000_pages_are_not(qgis_app, tmp_path):
    with store.open_network(across(tmp_path / "long.gpkg", MOST)) as network:
        basis = read_series_basis(network)
        sheets = sheet_series.sheets_of(basis, REQUEST)
        assert len(sheets.index) == MOST
        sheet_series.check_thickness(sheets, basis, most=network.settings().integer(sheet_series.MAX_PAGES))
