"""QGIS's interface for tests: a real window, canvas and message bar; projects open in the instance."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsLocator, QgsProject
from qgis.gui import QgsLayerTreeView, QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject
from qgis.PyQt.QtWidgets import QAction, QMainWindow, QWidget


class FakeIface:
    """The part of QgisInterface that the plugin uses, with a count of what was registered."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.window.menuBar().addMenu("Help")
        self.canvas = QgsMapCanvas(self.window)
        self.window.setCentralWidget(self.canvas)
        self.bar = QgsMessageBar(self.window)
        # No layout gives it room; the buttons of a message would be a pixel wide, or less, and miss clicks.
        self.bar.resize(1200, 60)
        self.tree = QgsLayerTreeView(self.window)
        self.factories: list[Any] = []
        self.locator = QgsLocator(self.window)
        self.asked = 0
        # What the person answers when QGIS asks about unsaved work.
        self.lets_go = True
        self.active: Any = None
        self.options_page = ""
        self.tips = QAction("Map Tips", self.window)
        self.tips.setCheckable(True)
        # Knows a project that is open already (support.kept_project); opening it first of all reads nothing.
        self.kept: Any = None

    def mainWindow(self) -> QMainWindow:
        return self.window

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def messageBar(self) -> QgsMessageBar:
        return self.bar

    def layerTreeView(self) -> QgsLayerTreeView:
        return self.tree

    def addDockWidget(self, area: Any, dock: QWidget) -> None:
        self.window.addDockWidget(area, dock)

    def removeDockWidget(self, dock: QWidget) -> None:
        self.window.removeDockWidget(dock)

    def registerOptionsWidgetFactory(self, factory: Any) -> None:
        self.factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory: Any) -> None:
        self.factories.remove(factory)

    def registerLocatorFilter(self, each: Any) -> None:
        self.locator.registerFilter(each)

    def deregisterLocatorFilter(self, each: Any) -> None:
        self.locator.deregisterFilter(each)

    def newProject(self, ask: bool = False) -> bool:
        self.asked += bool(ask)
        if self.lets_go and not (self.kept and self.kept.project):
            QgsProject.instance().clear()
        return self.lets_go

    def addProject(self, path: str) -> bool:
        kept, self.kept = self.kept, None
        is_open = kept is not None and kept.project == path
        return is_open or QgsProject.instance().read(path)

    def showOptionsDialog(self, parent: QWidget | None = None, page: str = "") -> None:
        self.options_page = page

    def activeLayer(self) -> Any:
        return self.active

    def setActiveLayer(self, layer: Any) -> None:
        self.active = layer

    def actionMapTips(self) -> QAction:
        return self.tips

    def messages(self) -> list[str]:
        """Return the texts of the message bar, the newest first."""
        return [item.text() for item in self.bar.items()]

    def children(self) -> int:
        """Return how many Qt objects the window holds, after what was to be deleted is."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(self.window.findChildren(QObject))
