"""The menu of base maps, and white edges that follow what is visible."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QMenu

from waternet_plugin import store
from waternet_plugin.bridge import basemaps
from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.gui.map.basemap_menu import BaseMaps


class FakeSession(QObject):
    """What the menu needs of a session."""

    network_changed = pyqtSignal()

    def __init__(self, path: str) -> None:
        super().__init__()
        self.network_path = path
        self.iface = MagicMock()
        self.iface.layerTreeView.return_value = None
        self.said: list[str] = []

    def layer(self, key):
        return layer_tree.layer_of(QgsProject.instance(), key)

    def say(self, text, level="info", action=None):
        self.said.append(text)


@pytest.fixture
def maps(tmp_path, qgis_app):
    path = tmp_path / "town.gpkg"
    store.create_network(path, "EPSG:4547").close()
    assert QgsProject.instance().read(str(build_project(path, language="en").path))
    result = BaseMaps(FakeSession(str(path)))
    yield result
    result.close()
    QgsProject.instance().clear()


def casing() -> bool:
    renderer = layer_tree.layer_of(QgsProject.instance(), "pipe").renderer()
    rules = [rule for rule in renderer.rootRule().descendants() if rule.ruleKey() == "casing"]
    return all(rule.active() for rule in rules)


def test_the_menu_names_every_way_and_fetches_nothing(maps):
    menu = maps.menu()
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    services = [f"wn_base_map_{service.code}" for service in basemaps.SERVICES]
    assert names == [*services, "wn_base_map_image", "wn_base_map_drawing", "wn_base_map_key"]
    assert isinstance(menu, QMenu)
    assert menu.isEnabled()
    assert layer_tree.base_group(QgsProject.instance()).findLayers() == []


@pytest.mark.slow
def test_white_edges_follow_visibility_and_themes(maps, tmp_path):
    from osgeo import gdal

    project = QgsProject.instance()
    image = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "image.tif"), 8, 8, 3)
    image.SetGeoTransform((500_000, 20, 0, 2_500_160, 0, -20))
    image = None  # noqa: F841 (closes the file)
    basemaps.add_image(project, tmp_path / "image.tif")
    QCoreApplication.processEvents()
    assert casing()
    pipe = layer_tree.layer_of(project, "pipe")
    pipe.styleManager().setCurrentStyle("Material")
    QCoreApplication.processEvents()
    assert casing()
    layer_tree.base_group(project).setItemVisibilityChecked(False)
    QCoreApplication.processEvents()
    assert not casing()


@pytest.mark.slow
def test_a_file_that_is_no_image_is_said(maps, tmp_path, monkeypatch):
    from qgis.PyQt.QtWidgets import QFileDialog

    session = maps.session
    session.remembered = lambda key, default=None: default
    session.remember = lambda key, value: None
    wrong = tmp_path / "no.tif"
    wrong.write_text("no", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(wrong), ""))
    assert not maps.choose_image()
    assert "can't be read" in session.said[0]


@pytest.mark.slow
def test_the_key_is_neither_saved_nor_left_behind(maps, tmp_path):
    import zipfile

    basemaps.set_tianditu_key("secretsecret")
    try:
        assert maps.add_service("tianditu_vector")
        project, target = QgsProject.instance(), tmp_path / "handed on.qgz"

        def saved() -> str:
            assert project.write(str(target))
            with zipfile.ZipFile(target) as archive:
                return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())

        assert "secretsecret" not in saved() and "tianditu" in saved()
        assert project.read(str(target))
        sources = "".join(one.source() for one in project.mapLayers().values())
        assert "secretsecret" in sources and not maps.session.said
        basemaps.set_tianditu_key("")
        assert project.read(str(target))
        assert "Tianditu streets" in maps.session.said[-1] and "own key" in maps.session.said[-1]
        basemaps.set_tianditu_key("secretsecret")
        maps.fill_keys()
        # Closed with the window, as when the plugin is unloaded.
        BaseMaps(maps.session).close()
        assert "secretsecret" not in "".join(one.source() for one in project.mapLayers().values())
    finally:
        basemaps.set_tianditu_key("")
