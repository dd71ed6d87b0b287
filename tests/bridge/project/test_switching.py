"""Theme, palette and language of a project that is open."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge import basemaps
from waternet_plugin.bridge.project import layer_tree, refreshing, switching
from waternet_plugin.core.colours import DIM
from waternet_plugin.core.errors import WaterNetError


@pytest.fixture
def project(english_project):
    """A project of ours, English, as it is when QGIS has opened it."""
    result = QgsProject()
    assert result.read(str(english_project))
    return result


@pytest.fixture
def image(tmp_path):
    """Path of a small aerial image."""
    from osgeo import gdal

    path = tmp_path / "image.tif"
    data = gdal.GetDriverByName("GTiff").Create(str(path), 8, 8, 3)
    data.SetGeoTransform((500_000, 20, 0, 2_500_160, 0, -20))
    return path


def rules(layer, key: str) -> list:
    return [rule for rule in layer.renderer().rootRule().descendants() if rule.ruleKey().startswith(key)]


def visible(project) -> set[str]:
    root = project.layerTreeRoot()
    return {
        key for key, layer in layer_tree.our_layers(project).items() if root.findLayer(layer.id()).isVisible()
    }


@pytest.mark.slow
def test_a_theme_is_shown_and_layers_of_others_stay(project, filled_network, tmp_path):
    path = tmp_path / "trees.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    trees = QgsVectorLayer(str(path), "Trees", "ogr")
    project.addMapLayer(trees)
    assert switching.switch(project, filled_network, theme="health") == ()
    assert visible(project) == {"pipe_health", "node", "compound", "failure"}
    assert project.layerTreeRoot().findLayer(trees.id()).isVisible()
    assert switching.theme_of(project) == "health"


@pytest.mark.slow
def test_a_palette_changes_all_that_we_generated(project, filled_network):
    switching.switch(project, filled_network, palette="print")
    layer = layer_tree.layer_of(project, "pipe")
    assert rules(layer, "potable")[0].symbol().color().name() == "#3679aa"
    assert switching.look_of(project).palette == "print"
    assert switching.look_of(project).language == "en"


@pytest.mark.slow
def test_a_language_renames_layers_groups_and_themes(project, filled_network):
    switching.switch(project, filled_network, language="zh_CN")
    assert layer_tree.layer_of(project, "pipe").name() == "管段"
    assert "健康" in project.mapThemeCollection().mapThemes()
    assert "Health" not in project.mapThemeCollection().mapThemes()


@pytest.mark.slow
def test_an_edited_style_stays_and_is_named(project, filled_network):
    layer = layer_tree.layer_of(project, "pipe")
    rules(layer, "potable")[0].symbol().setColor(QColor("#ff00ff"))
    layer.styleManager().setCurrentStyle("Material")
    layer.styleManager().setCurrentStyle("System")
    assert switching.switch(project, filled_network, palette="print") == ("Pipes: System",)
    assert rules(layer, "potable")[0].symbol().color().name() == "#ff00ff"


@pytest.mark.slow
def test_the_view_and_crs_stay(project, filled_network):
    before = project.viewSettings().defaultViewExtent(), project.crs().authid(), project.title()
    project.setTitle("Mine")
    switching.switch(project, filled_network, palette="cjj61")
    assert project.title() == "Mine"
    assert (project.viewSettings().defaultViewExtent(), project.crs().authid()) == before[:2]


@pytest.mark.slow
def test_a_choice_that_is_none_changes_nothing(project, filled_network):
    with pytest.raises(WaterNetError, match="neon"):
        switching.switch(project, filled_network, palette="neon")
    assert switching.look_of(project).palette == "screen"


@pytest.mark.slow
def test_new_results_reach_the_legend(project, filled_network):
    layer = layer_tree.layer_of(project, "pipe_health")
    assert rules(layer, "priority")[0].label() == "Priority renewal"
    refreshing.refresh_results(project, health_m={"priority": 100.0})
    assert rules(layer, "priority")[0].label() == "Priority renewal  0.1 km"
    # What was refreshed is still ours: another palette leaves no style behind as edited.
    assert switching.switch(project, filled_network, palette="print") == ()


@pytest.mark.slow
def test_new_results_leave_an_edited_legend_as_it_is(project):
    layer = layer_tree.layer_of(project, "pipe_health")
    switching.show_theme(project, "health")
    edited = layer.renderer().clone()
    next(rule for rule in edited.rootRule().descendants() if rule.ruleKey() == "priority").setLabel("Mine")
    layer.setRenderer(edited)
    refreshing.refresh_results(project, health_m={"priority": 100.0})
    assert rules(layer, "priority")[0].label() == "Mine"


@pytest.mark.slow
def test_pipes_get_a_white_edge_while_an_image_is_visible(project, image):
    layer = layer_tree.layer_of(project, "pipe")
    added = basemaps.add_image(project, image)
    assert [rule.active() for rule in rules(layer, "casing")] == [True]
    project.layerTreeRoot().findLayer(added.id()).setItemVisibilityChecked(False)
    assert basemaps.update_casing(project)
    assert [rule.active() for rule in rules(layer, "casing")] == [False]


@pytest.mark.slow
def test_assessed_pipes_get_a_white_edge_too(project, image):
    basemaps.add_image(project, image)
    (edge,) = rules(layer_tree.layer_of(project, "pipe_health"), "casing")
    assert edge.active()
    assert edge.filterExpression() == "class <> 'unknown'"


@pytest.mark.slow
def test_a_white_edge_is_no_edit(project, filled_network, image):
    basemaps.add_image(project, image)
    assert switching.switch(project, filled_network, palette="print") == ()


@pytest.mark.slow
def test_an_image_is_paler_below_everything_and_in_all_themes(project, image):
    added = basemaps.add_image(project, image)
    assert added.opacity() == pytest.approx(0.75)
    assert added.brightnessFilter().brightness() == 20
    assert project.layerTreeRoot().layerOrder()[-1] == added
    for name in project.mapThemeCollection().mapThemes():
        assert added.id() in project.mapThemeCollection().mapThemeVisibleLayerIds(name)


@pytest.mark.slow
def test_a_street_map_is_grey_and_half_opaque(project):
    (added,) = basemaps.add_service(project, "osm")
    assert isinstance(added, QgsRasterLayer)
    assert added.opacity() == pytest.approx(0.55)
    assert added.hueSaturationFilter().grayscaleMode() != 0
    assert "tile.openstreetmap.org" in added.source()


@pytest.mark.slow
def test_tianditu_asks_for_a_key(project):
    basemaps.set_tianditu_key("")
    with pytest.raises(WaterNetError, match="your own key"):
        basemaps.add_service(project, "tianditu_image")
    basemaps.set_tianditu_key("abc")
    try:
        image, names = basemaps.add_service(project, "tianditu_image")
        assert "tk%3Dabc" in image.source() and "cia_w" in names.source()
    finally:
        basemaps.set_tianditu_key("")


@pytest.mark.slow
def test_a_drawing_is_grey(project, tmp_path):
    path = tmp_path / "plan.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
        '{"type": "LineString", "coordinates": [[113, 22], [114, 22]]}}]}',
        encoding="utf-8",
    )
    (added,) = basemaps.add_drawing(project, path)
    assert added.renderer().symbol().color().name() == DIM


@pytest.mark.slow
def test_a_cut_drawing_is_refused_before_it_is_opened(project, tmp_path, monkeypatch):
    monkeypatch.delattr(basemaps, "QgsVectorLayer")
    path = tmp_path / "a.DXF"
    path.write_bytes(b"0\r\nSECTION\r\n2\r\nENTITIES\r")
    with pytest.raises(WaterNetError, match="damaged"):
        basemaps.add_drawing(project, path)


def test_an_old_workbook_is_no_drawing(project, tmp_path, monkeypatch):
    monkeypatch.delattr(basemaps, "QgsVectorLayer")
    with pytest.raises(WaterNetError, match="nothing to draw"):
        basemaps.add_drawing(project, tmp_path / "a.XLS")


@pytest.mark.slow
def test_a_file_that_is_no_image_is_refused(project, tmp_path):
    path = tmp_path / "no.tif"
    path.write_text("no", encoding="utf-8")
    with pytest.raises(WaterNetError, match="can't be read"):
        basemaps.add_image(project, path)


class Interface:
    """What of QGIS's interface a first look needs."""

    def __init__(self):
        from qgis.PyQt.QtWidgets import QAction

        self.current = None
        self.tips = QAction("tips")
        self.tips.setCheckable(True)

    def setActiveLayer(self, layer):  # noqa: N802 (QGIS's name)
        self.current = layer

    def actionMapTips(self):  # noqa: N802 (QGIS's name)
        return self.tips


@pytest.mark.slow
def test_first_look_has_pipes_current_and_tips_on(english_project):
    project = QgsProject.instance()
    try:
        assert project.read(str(english_project))
        iface = Interface()
        layer_tree.first_look(iface)
        assert iface.current == layer_tree.layer_of(project, "pipe")
        assert iface.tips.isChecked()
        project.writeEntry("WaterNet", "added", "yes")
        other = Interface()
        layer_tree.first_look(other)
        assert other.current is None and not other.tips.isChecked()
    finally:
        project.clear()
