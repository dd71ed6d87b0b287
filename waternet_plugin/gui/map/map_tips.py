"""Map tips that take no click from a tool that draws, and go with the pointer or their layers."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.gui.map.map_tool import NetworkTool


def takes_clicks(tool: QObject | None) -> bool:
    """Return whether clicks of a tool change something: it captures or edits, or is one of ours."""
    if tool is None:
        return False
    if not isinstance(tool, QgsMapTool):
        # Signals of QGIS 3.22 hand on its tools for selecting, measuring and actions as bare QObjects.
        tool = sip.cast(tool, QgsMapTool)
    return isinstance(tool, NetworkTool) or bool(tool.flags() & QgsMapTool.Flag.EditTool)


# What shows the text of a tip, in a frame upon the canvas.
_TIP_VIEW = "QgsWebView"


class MapTips(QObject):
    """Puts QGIS's map tips off and on with the tools of the canvas; hides one that lost its place.

    QGIS hides a tip only when the pointer moves over the map: not when it leaves the map, nor when the layers
    go that the tip tells of.

    Parameters
    ----------
    iface
        QGIS's interface.
    """

    def __init__(self, iface: Any) -> None:
        super().__init__(iface.mainWindow(), objectName="wn_map_tips")
        self._canvas = iface.mapCanvas()
        self._action = iface.actionMapTips()
        # Whether they were on before and come back; what people switch themselves stays so.
        self._returns = False
        self._canvas.mapToolSet.connect(self._follow)
        self._action.toggled.connect(self._switched)
        self._canvas.layersChanged.connect(self.hide_tip)
        self._canvas.viewport().installEventFilter(self)
        self._follow(self._canvas.mapTool())

    def _follow(self, tool: QObject | None, _before: QObject | None = None) -> None:
        if takes_clicks(tool):
            if self._action.isChecked():
                self._action.setChecked(False)
                self._returns = True
        elif self._returns:
            self._action.setChecked(True)
            self._returns = False

    def _switched(self, _is_on: bool) -> None:
        self._returns = False

    def _tips(self) -> list[QWidget]:
        """Return the frames upon the canvas that show a tip."""
        views = self._canvas.findChildren(QWidget)
        frames = [view.parentWidget() for view in views if view.metaObject().className() == _TIP_VIEW]
        return [frame for frame in frames if frame.parentWidget() is self._canvas and frame.isVisible()]

    def hide_tip(self) -> None:
        """Hide the tip that shows."""
        for frame in self._tips():
            frame.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Hide the tip when the pointer leaves the map, unless it went to the tip."""
        if event.type() == QEvent.Type.Leave:
            pointer = QCursor.pos()
            if not any(tip.rect().contains(tip.mapFromGlobal(pointer)) for tip in self._tips()):
                self.hide_tip()
        return False

    def remove(self) -> None:
        """Leave the tips as they were."""
        self.setParent(None)
        self.deleteLater()
        if sip.isdeleted(self._canvas) or sip.isdeleted(self._action):
            return
        self._canvas.mapToolSet.disconnect(self._follow)
        self._canvas.layersChanged.disconnect(self.hide_tip)
        self._canvas.viewport().removeEventFilter(self)
        self._follow(None)
        self._action.toggled.disconnect(self._switched)
