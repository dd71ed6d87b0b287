"""The user's own page: copied beside the network, saved from the layout window, set aside and taken back."""

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpressionContextUtils,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from waternet_plugin.atlas.layouts import own_page
from waternet_plugin.atlas.layouts.page_sample import FILLED_IDS, show_sample
from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template
from waternet_plugin.atlas.pages.page import Imprint
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.core.errors import InputError, StoreError

NAME = "sheet_a4.qpt"
VIEW = QgsRectangle(501_000.0, 2_513_000.0, 501_400.0, 2_513_300.0)
IMPRINT = Imprint(
    title="清源县",
    theme="综合管线图",
    scale=500.0,
    crs="CGCS2000",
    height_datum="",
    secrecy="内部使用",
    drawn_by="",
    checked_by="",
    approved_by="",
    date="2026-10-02",
    edition="",
    pages=1,
    north_arrow=True,
)


@pytest.fixture
def network(qgis_app, tmp_path):
    """Where a network would be."""
    return tmp_path / "n.gpkg"


@pytest.fixture
def page(network):
    """The own page, just begun."""
    return own_page.begin_own_page(NAME, network, QgsProject())


def _label(layout, name):
    items = [item for item in layout.items() if isinstance(item, QgsLayoutItemLabel)]
    return next(item for item in items if item.id() == name)


def test_the_shipped_page_is_copied_once(network, page):
    assert page == network.with_name(NAME)
    assert page.read_bytes() == shipped_template(NAME).read_bytes()
    page.write_text("my own", encoding="utf-8")
    assert own_page.begin_own_page(NAME, network, QgsProject()) == page
    assert page.read_text(encoding="utf-8") == "my own"


def test_a_page_set_aside_is_kept_and_comes_back(network, page):
    page.write_text("my own", encoding="utf-8")
    aside = own_page.set_page_aside(page)
    assert own_page.own_page(NAME, network, QgsProject()) is None
    assert aside.read_text(encoding="utf-8") == "my own"
    assert own_page.put_page_back(aside, page) == page
    assert page.read_text(encoding="utf-8") == "my own" and not aside.exists()


def test_no_page_takes_the_place_of_another_one(network, page):
    page.write_text("first", encoding="utf-8")
    first = own_page.set_page_aside(page)
    second = own_page.set_page_aside(own_page.begin_own_page(NAME, network, QgsProject()))
    assert first != second and first.read_text(encoding="utf-8") == "first"
    page.write_text("third", encoding="utf-8")
    own_page.put_page_back(first, page)
    texts = {path.read_text(encoding="utf-8")[:5] for path in network.parent.glob("*.qpt")}
    assert texts == {"first", "third", shipped_template(NAME).read_text(encoding="utf-8")[:5]}


def test_a_folder_that_takes_no_files_gets_one_sentence(qgis_app, tmp_path):
    with pytest.raises(StoreError, match=r"sheet_a4.qpt can't be written: "):
        own_page.begin_own_page(NAME, tmp_path / "missing" / "n.gpkg", QgsProject())


@pytest.mark.slow
def test_a_network_is_no_page(network):
    from waternet_plugin import store

    path = network.with_name("town.gpkg")
    store.create_network(path, "EPSG:4547").close()
    with pytest.raises(InputError, match="never replaced"):
        own_page.save_page(load_template(shipped_template(NAME)), path, FILLED_IDS)


@pytest.mark.slow
def test_the_sample_shows_texts_and_scale_and_is_not_saved(page):
    project = QgsProject()
    layout = load_template(page, project)
    show_sample(layout, IMPRINT, PageWords("zh_CN"), VIEW, QgsCoordinateReferenceSystem("EPSG:4547"))
    assert _label(layout, "title").text() == "清源县 综合管线图"
    assert _label(layout, "drawn_by").text() == "(drawn_by)"
    (shown,) = (item for item in layout.items() if isinstance(item, QgsLayoutItemMap))
    assert shown.scale() == pytest.approx(500.0)
    assert shown.extent().center().x() == pytest.approx(VIEW.center().x())
    own_page.save_page(layout, page, FILLED_IDS)
    saved = load_template(page)
    assert {_label(saved, name).text() for name in FILLED_IDS} == {""}
    assert not [
        name for name in QgsExpressionContextUtils.layoutScope(saved).variableNames() if "wn_" in name
    ]
    # It goes on showing them.
    assert _label(layout, "title").text() == "清源县 综合管线图"


@pytest.mark.slow
def test_what_the_user_changes_is_saved(page):
    project = QgsProject()
    layer = QgsVectorLayer("Point?crs=EPSG:4547", "points", "memory")
    project.addMapLayer(layer)
    layout = load_template(page, project)
    _label(layout, "sheet_name").setText("[% 'Nr. ' || @wn_sheet_no %]")
    QgsExpressionContextUtils.setLayoutVariable(layout, "phone", "110")
    own = QgsLayoutItemLabel(layout)
    own.setId("own")
    own.setText("自来水公司")
    layout.addLayoutItem(own)
    (shown,) = (item for item in layout.items() if isinstance(item, QgsLayoutItemMap))
    shown.setLayers([layer])
    shown.storeCurrentLayerStyles()
    own_page.save_page(layout, page, FILLED_IDS)
    saved = load_template(page)
    assert _label(saved, "own").text() == "自来水公司"
    assert _label(saved, "sheet_name").text() == "[% 'Nr. ' || @wn_sheet_no %]"
    assert QgsExpressionContextUtils.layoutScope(saved).variable("phone") == "110"
    # Styles that a page keeps would make each sheet slower.
    text = page.read_text(encoding="utf-8")
    assert "<LayerStyle" not in text and layer.id() not in text
    project.clear()


def test_a_page_that_can_not_be_written_stays(page, monkeypatch):
    before = page.read_bytes()

    def refuse(*_paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(own_page.os, "replace", refuse)
    with pytest.raises(StoreError, match="No space left"):
        own_page.save_page(load_template(page), page, FILLED_IDS)
    assert page.read_bytes() == before and list(page.parent.iterdir()) == [page]
