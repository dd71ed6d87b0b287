"""The labels of a book: what is listed is read back from its pages."""

import re

import geopandas as gpd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.atlas import book
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest

pytestmark = pytest.mark.slow
WEST, SOUTH = 501_165.0, 2_513_000.0


def _crowd():
    """Forty bundles of four mains so near each other that the inner ones have no room."""
    for bundle in range(40):
        west, south = WEST + 10 + bundle % 8 * 36, SOUTH + 15 + bundle // 8 * 45
        for pipe in range(4):
            line = shapely.LineString([(west, south + pipe * 1.2, 0.0), (west + 30, south + pipe * 1.2, 0.0)])
            yield f"P{bundle:02d}-{pipe}", 100.0 + 100.0 * pipe, 1960.0 + bundle, line


@pytest.fixture(scope="module")
def crowded_path(tmp_path_factory, qgis_app):
    """Path of a network with more labels than room."""
    path = tmp_path_factory.mktemp("crowd") / "crowd.gpkg"
    ids, diameters, years, lines = zip(*_crowd())
    columns = {"pipe_id": ids, "diameter_mm": diameters, "install_year": years, "geom": lines}
    pipes = gpd.GeoDataFrame(columns, geometry="geom", crs="EPSG:4547")
    pipes = pipes.assign(system="potable", status="in_use", function="distribution", material="pe")
    with store.create_network(path, "EPSG:4547") as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
    return path


def _printed(path, output, language):
    with store.open_network(path) as network:
        request = SheetRequest(scale=1000, paper="A3")
        return book.export_book(network, output, request, looks=book.MapLook(language=language))


@pytest.fixture(scope="module", params=["en", "zh_CN"])
def crowded(request, crowded_path, tmp_path_factory, page_texts):
    """The book of that network and the texts of its pages."""
    output = tmp_path_factory.mktemp("book") / "book.pdf"
    made = _printed(crowded_path, output, request.param)
    return made, page_texts(output)


def test_every_pipe_of_every_sheet_has_one_row(crowded):
    made, _ = crowded
    assert made.failed == 0
    assert not made.labels.duplicated(["sheet_no", "asset"]).any()
    assert made.labels["asset"].nunique() == 160
    assert set(made.labels["state"]) == {"placed", "listed"}


def test_listed_pipes_are_read_back_from_the_pages_with_number_and_text(crowded):
    made, texts = crowded
    listed = made.labels[made.labels["state"] == "listed"]
    assert len(listed) >= 40
    words = "\n".join(texts)
    for row in listed.itertuples():
        assert re.search(rf"\b{row.number} {re.escape(row.asset)}\b", words), row
        assert row.text in words
    # The number is on the map, too.
    numbers = re.findall(r"^\d+$", words, flags=re.MULTILINE)
    assert set(map(str, listed["number"])) <= set(numbers)


def test_placed_pipes_are_in_no_list(crowded):
    made, texts = crowded
    words = "\n".join(texts)
    placed = made.labels.loc[made.labels["state"] == "placed", "asset"]
    assert not [asset for asset in placed if asset in words]


def test_a_list_without_room_goes_on_on_a_page_of_its_own(crowded):
    made, texts = crowded
    assert len(texts) == made.pages > len(made.sheets)
    for number, text in enumerate(texts, start=1):
        assert f"{number}/{made.pages}" in text


def test_the_same_again_says_the_same(crowded_path, tmp_path):
    one, other = (_printed(crowded_path, tmp_path / f"{name}.pdf", "en") for name in ("one", "other"))
    assert [each.words_sha256 for each in one.printed] == [each.words_sha256 for each in other.printed]
    assert one.labels.equals(other.labels)
