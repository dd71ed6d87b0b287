"""A background that the project shows and that is not there: the book is printed without it, and says so."""

import shutil

import pytest
from support.river_behind import build_with_river

from waternet_plugin import store
from waternet_plugin.atlas import book, map_layers
from waternet_plugin.atlas.book_report import book_report
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.bridge.printing.page_fonts import page_families
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.bridge.project.project_basis import project_basis_at

pytestmark = pytest.mark.slow


@pytest.fixture
def network(town_path, tmp_path):
    """A network whose project shows a river behind the pipes."""
    path = tmp_path / "小城.gpkg"
    shutil.copy(town_path, path)
    build_with_river(path)
    return path


def _content(path):
    content = map_content(
        project_basis_at(path),
        theme="system",
        palette="print",
        language="en",
        scale=1000.0,
        families=page_families("en"),
    )
    names = [layer.name() for layer in content.layers]
    found = (names, content.missing, content.missing_text)
    content.project.clear()
    return found


def test_a_file_that_is_there_is_drawn_and_one_that_is_not_is_named(network):
    names, missing, text = _content(network)
    assert "Water" in names and not missing and text == ""
    water = network.with_name("base_water.geojson")
    water.unlink()
    names, missing, text = _content(network)
    assert "Water" not in names and missing == (water,)
    assert text.startswith("Not there, so not on the maps: base_water.geojson.")


def test_the_book_is_printed_and_its_report_says_what_is_not_on_it(network, tmp_path):
    network.with_name("base_water.geojson").unlink()
    with store.open_network(network) as opened:
        made = book.export_book(opened, tmp_path / "book.pdf", SheetRequest(1000, printed=("2513.0-501.1",)))
    assert made.pages and made.path.exists() and not made.failed
    assert "Not there, so not on the maps: base_water.geojson." in book_report(made)["note"]


def test_a_project_without_a_background_is_not_read(town_path, tmp_path, monkeypatch):
    path = tmp_path / "town.gpkg"
    shutil.copy(town_path, path)
    build_project(path, language="en")
    monkeypatch.setattr(map_layers.QgsProject, "read", None)
    assert map_layers._base_files(store.parse(path)) == ()
    path.with_suffix(".qgz").write_bytes(b"no project")
    with pytest.raises(TypeError):
        map_layers._base_files(store.parse(path))
