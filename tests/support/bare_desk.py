"""Run by test_bare.py in a process without packages: open the sample town, look at it, press everything.

Prints one line of JSON: what was seen.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))
sys.path.insert(0, str(TESTS.parent / "build" / "plugins"))

from support import bare_qgis

bare_qgis.blind()

from qgis.core import QgsApplication, QgsFeatureRequest, QgsMapRendererSequentialJob, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QSize, QTimer
from qgis.PyQt.QtWidgets import QAction, QApplication, QLabel, QMenu, QPushButton

from support.fake_iface import FakeIface
from support.form_frame import form_context

# QGIS's own dialogs of the algorithms say by themselves what is missing; base maps need a network.
SKIPPED = ("wn_action_", "wn_base_map_")
DRAWING = ("wn_action_draw_pipe", "wn_action_insert_node", "wn_action_replace_pipe", "wn_action_reverse_pipe")
OURS = (
    "wn_action_wizard",
    "wn_action_print",
    "wn_action_export",
    "wn_action_burst",
    "wn_action_trace",
    *DRAWING,
)

raised: list[str] = []


def _hear(kind: Any, error: BaseException, trace: Any) -> None:
    place = traceback.extract_tb(trace)[-1]
    traceback.print_exception(kind, error, trace)
    raised.append(f"{kind.__name__}: {error} ({Path(place.filename).name}:{place.lineno})")


def wait(condition: Callable[[], Any], seconds: float = 20.0) -> bool:
    """Let QGIS work until a condition holds; tell whether it did."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        QCoreApplication.processEvents()
        time.sleep(0.01)
    return True


def colours(iface: FakeIface) -> int:
    """Return how many colours the map of the open project has."""
    settings = iface.mapCanvas().mapSettings()
    layers = [node.layer() for node in QgsProject.instance().layerTreeRoot().findLayers() if node.isVisible()]
    settings.setLayers([layer for layer in layers if layer is not None])
    settings.setOutputSize(QSize(800, 600))
    settings.setDestinationCrs(QgsProject.instance().crs())
    settings.setExtent(QgsProject.instance().viewSettings().defaultViewExtent())
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return len({image.pixel(x, y) for x in range(0, 800, 2) for y in range(0, 600, 2)})


def actions_of(menu: QMenu) -> list[QAction]:
    """Return the actions of a menu and of the menus in it, filled as when they are opened."""
    menu.aboutToShow.emit()
    found = []
    for action in menu.actions():
        if action.menu() is not None:
            found += actions_of(action.menu())
        elif not action.isSeparator() and action.isEnabled():
            found.append(action)
    return found


def close_dialogs() -> None:
    """Close whatever waits for an answer."""
    window = QApplication.activeModalWidget()
    if window is not None:
        window.close()


def press(widget: Any, iface: FakeIface) -> str:
    """Press a button or an action and return what was said or opened, '' for neither."""
    for window in QApplication.topLevelWidgets():
        if window is not iface.window and window.isVisible():
            window.close()
    iface.messageBar().clearWidgets()
    (widget.trigger if isinstance(widget, QAction) else widget.click)()
    wait(iface.messages, 0.2)
    opened = [
        window.objectName() or type(window).__name__
        for window in QApplication.topLevelWidgets()
        if window is not iface.window and window.isVisible()
    ]
    return next(iter([*iface.messages(), *opened]), "")


def main(folder: Path) -> dict[str, Any]:
    """Open the town and return what was seen."""
    iface = FakeIface()
    QgsSettings().clear()
    iface.window.show()
    from waternet_plugin import classFactory
    from waternet_plugin.gui.start.start_page import SampleTown

    plugin = classFactory(iface)
    plugin.initGui()
    session = plugin.session
    page = session.open_start_page()
    town = SampleTown(session, page.sample.working)
    town.start(folder / "town")
    seen: dict[str, Any] = {"opened": wait(lambda: session.network_path)}
    wait(lambda: False, 0.5)
    layers = QgsProject.instance().mapLayers().values()
    seen["layers"] = len(layers)
    seen["broken"] = [layer.name() for layer in layers if not layer.isValid()]
    seen["colours"] = colours(iface)
    seen["notices"] = [
        label.text()
        for label in plugin.dock.findChildren(QLabel)
        if label.objectName().startswith("wn_notice_")
    ]
    seen["texts"] = [label.text() for label in plugin.dock.findChildren(QLabel) if label.isVisible()]
    pipe = session.layer("pipe")
    feature = next(pipe.getFeatures())
    seen["tip"] = pipe.mapTipTemplate()[:20]
    form = _form(pipe, feature)
    seen["form"] = form
    ways = [one for one in plugin.dock.findChildren(QPushButton) if one.isVisible()]
    ways += [action for section in plugin.dock.sections for action in actions_of(section.menu)]
    ways += actions_of(plugin.actions.menu)
    closer = QTimer(interval=200, timeout=close_dialogs)
    closer.start()
    seen["pressed"] = {}
    for way in ways:
        name = way.objectName() or way.text()
        if name.startswith(SKIPPED) and name not in OURS:
            continue
        seen["pressed"][name] = press(way, iface)
    seen["themes"] = []
    for code in ("health", "plan", "material"):
        session.show_theme(code)
        seen["themes"].append(colours(iface))
    seen["saved"] = _edited(pipe, feature.id())
    seen["raised"] = raised
    seen["loaded"] = sorted(bare_qgis.PACKAGES & set(sys.modules))
    plugin.unload()
    return seen


def _form(layer: Any, feature: Any) -> bool:
    """Open the form of a feature, as a click on the map does; tell whether it has fields."""
    from qgis.gui import QgsAttributeForm

    with form_context() as context:
        form = QgsAttributeForm(layer, feature, context)
        form.show()
        wait(lambda: False, 0.3)
        found = len(form.findChildren(QLabel)) > 10
        form.hide()
        form.setParent(None)
    return found


def _edited(layer: Any, fid: int) -> bool:
    """Change a pipe and save it with QGIS's own Save; tell whether the file has the change."""
    place = layer.fields().lookupField("street")
    layer.startEditing()
    layer.changeAttributeValue(fid, place, "Bare Street")
    layer.commitChanges()
    return next(layer.dataProvider().getFeatures(QgsFeatureRequest(fid)))["street"] == "Bare Street"


if __name__ == "__main__":
    sys.excepthook = _hear
    application = QgsApplication([], True)
    application.initQgis()
    print(json.dumps(main(Path(sys.argv[1])), ensure_ascii=False))
    QgsProject.instance().clear()
    sys.stdout.flush()
    import os

    os._exit(0)
