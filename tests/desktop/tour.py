"""Inside desktop QGIS: open one window after the other and take a picture of each, under its name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Hands, Script, pause, perform  # noqa: E402
from qgis.core import QgsExpression, QgsFeatureRequest, QgsPointXY, QgsProject  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
HANDOVER = Path(os.environ["WATERNET_HANDOVER"])
SCALES = (50_000, 5_000, 1_000)
SESSION = plugins["waternet_plugin"].session


def settle(seconds: float = 1.0) -> Script:
    """Wait for the map and for a moment."""
    yield pause(seconds)
    yield lambda: not iface.mapCanvas().isDrawing()
    yield pause(0.4)


def whole_town() -> Script:
    """Show every pipe and wait until the map is drawn."""
    canvas = iface.mapCanvas()
    drawn: list[bool] = []
    canvas.mapCanvasRefreshed.connect(lambda: drawn.append(True))
    extent = SESSION.layer("pipe").extent()
    extent.scale(1.1)
    canvas.setExtent(extent)
    canvas.refresh()
    yield lambda: bool(drawn)
    yield from settle()


def press(name: str) -> None:
    """Trigger an action of ours by its name."""
    found = next(one for one in iface.mainWindow().findChildren(QAction, name))
    found.trigger()


def start() -> Script:
    """Take the start page."""
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    HANDS.shoot("start_page")


def wizard() -> Script:
    """Take each step of the wizard on the town's GBK files."""
    HANDS.find("wn_start_page").close()
    files = [str(path) for path in sorted(HANDOVER.iterdir()) if path.suffix in (".shp", ".csv")]
    dialog = SESSION.open_wizard(files)
    dialog = dialog or SESSION.window("wn_wizard") or HANDS.find("wn_wizard")
    yield HANDS.there("wn_wizard_table_2")
    yield HANDS.there("wn_wizard_next")
    yield pause(0.5)
    HANDS.shoot("wizard_1_files")
    dialog.go_on()
    yield pause(0.7)
    HANDS.shoot("wizard_2_fields")
    dialog.go_on()
    yield pause(0.7)
    HANDS.shoot("wizard_3_codes")
    dialog.codes.accept_suggestions()
    dialog.codes.give_up_rest()
    dialog.go_on()
    yield pause(1.5)
    HANDS.shoot("wizard_4_place")
    dialog.state.new_path = str(HOME / "town.gpkg")
    dialog.go_on()
    yield pause(0.5)
    yield HANDS.there("wn_wizard_next")
    yield pause(0.5)
    HANDS.shoot("wizard_5_check")
    dialog.state.touched = False
    dialog.close()


def town() -> Script:
    """Take the sample town as it opens, and at three scales with its legend."""
    SESSION.open_start_page()
    yield HANDS.there("wn_card_sample")
    yield pause(0.5)
    HANDS.click("wn_card_sample")
    yield lambda: bool(SESSION.network_path)
    yield from settle(3)
    HANDS.shoot("sample_town")
    for name in ("Browser", "Browser2"):
        panel = iface.mainWindow().findChild(QDockWidget, name)
        if panel is not None:
            panel.hide()
    group = QgsProject.instance().layerTreeRoot().children()[0]
    group.setExpanded(True)
    for node in group.findLayers():
        node.setExpanded(node.layerId() == SESSION.layer("pipe").id())
    yield from look_at("town")


def look_at(name: str) -> Script:
    """Take the middle of the town at each scale."""
    canvas = iface.mapCanvas()
    for scale in SCALES:
        canvas.setCenter(middle())
        canvas.zoomScale(scale)
        yield from settle(1.5)
        HANDS.shoot(f"{name}_{scale}")


def middle() -> QgsPointXY:
    """Return a busy place: where the failures lie closest, by their median."""
    layer = SESSION.layer("failure") or SESSION.layer("node")
    points = [one.geometry().asPoint() for one in layer.getFeatures() if not one.geometry().isNull()]
    xs, ys = sorted(point.x() for point in points), sorted(point.y() for point in points)
    return QgsPointXY(xs[len(xs) // 2], ys[len(ys) // 2])


def palettes() -> Script:
    """Take the other palettes and themes at one scale."""
    from waternet_plugin.bridge import switching

    canvas = iface.mapCanvas()
    canvas.zoomScale(5_000)
    project = QgsProject.instance()
    for palette in ("print", "cjj61", "screen"):
        switching.switch(project, SESSION.network_path, palette=palette)
        yield from settle(1.5)
        if palette != "screen":
            HANDS.shoot(f"palette_{palette}")
    for theme in ("material", "age"):
        SESSION.show_theme(theme)
        yield from settle(1.5)
        HANDS.shoot(f"theme_{theme}")


def health_and_plan() -> Script:
    """Take the health theme with the why of the network and of a pipe, and the list of the plan."""
    SESSION.show_theme("health")
    press("wn_health_why")
    yield HANDS.there("wn_why_class")
    yield from settle(2)
    yield from whole_town()
    HANDS.shoot("health_why")
    from waternet_plugin.gui.health.why import WhyPane

    (pane,) = iface.mainWindow().findChildren(WhyPane)
    worst = first(SESSION.layer("pipe_health"), "\"class\" = 'renew_now'")
    pane.show_pipe(worst["pipe_id"])
    SESSION.zoom_to(worst.geometry())
    yield from settle(2)
    HANDS.shoot("health_pipe")
    pane.close()
    SESSION.show_theme("plan")
    press("wn_plan_packages")
    yield HANDS.there("wn_plan_head")
    yield from settle(2)
    yield from whole_town()
    HANDS.shoot("plan_list")
    for dock in iface.mainWindow().findChildren(QDockWidget):
        if dock.isAncestorOf(HANDS.find("wn_plan_head") or dock):
            dock.close()
            break
    SESSION.show_theme("system")
    yield from whole_town()


def first(layer: object, condition: str) -> object:
    """Return the first row of a layer that fulfils a condition."""
    return next(layer.getFeatures(QgsFeatureRequest(QgsExpression(condition))))


def forms() -> Script:
    """Take the form of a pipe with a history and of a valve."""
    for name, key, condition in (
        ("form_pipe", "pipe", "\"material\" = 'cast_iron'"),
        ("form_valve", "node", "\"kind\" = 'valve'"),
    ):
        layer = SESSION.layer(key)
        before = set(QApplication.topLevelWidgets())
        iface.openFeatureForm(layer, first(layer, condition), False, False)
        yield from settle(2)
        HANDS.shoot(name)
        for window in set(QApplication.topLevelWidgets()) - before:
            if window.isVisible() and window.inherits("QDialog"):
                window.close()
        yield pause(0.5)


def ways_out() -> Script:
    """Take the print dialog and the export dialog."""
    SESSION.open_print_dialog()
    yield HANDS.there("wn_print_start")
    yield pause(1)
    HANDS.shoot("print_dialog")
    HANDS.find("wn_print_dialog").close()
    SESSION.open_export_dialog()
    yield HANDS.there("wn_export_start")
    yield pause(1)
    HANDS.shoot("export_dialog")
    HANDS.find("wn_export_dialog").close()


def packages() -> Script:
    """Take the packages page as on a QGIS that lacks two packages."""
    from waternet_plugin import dependencies
    from waternet_plugin.gui.packages_page import PackagesPage

    found = dependencies._found_version
    dependencies._found_version = lambda name: "" if name in ("geopandas", "shapely") else found(name)
    try:
        SESSION.show_window(PackagesPage(iface.mainWindow()))
    finally:
        dependencies._found_version = found
    yield pause(1)
    HANDS.shoot("packages")
    HANDS.find("wn_packages_page").close()


def way() -> Script:
    """Take all pictures."""
    iface.mainWindow().showMaximized()
    for part in (start, wizard, town, palettes, health_and_plan, forms, ways_out, packages):
        yield from part()


perform(way(), HANDS)
