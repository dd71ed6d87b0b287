"""Map tips that never take a click from a tool that draws: they are off while such a tool is in hand."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject

from waternet_plugin.gui.map.map_tool import NetworkTool


def takes_clicks(tool: QObject | None) -> bool:
    """Return whether clicks of a tool change something: it captures or edits, or is one of ours."""
    if tool is None:
        return False
    if not isinstance(tool, QgsMapTool):
        # Signals of QGIS 3.22 hand on its tools for selecting, measuring and actions as bare QObjects.
        tool = sip.cast(tool, QgsMapTool)
    return isinstance(tool, NetworkTool) or bool(tool.flags() & QgsMapTool.Flag.EditTool)


class MapTips:
    """Puts QGIS's map tips off and on with the tools of the canvas.

    Parameters
    ----------
    iface
        QGIS's interface.
    """

    def __init__(self, iface: Any) -> None:
        self._canvas = iface.mapCanvas()
        self._action = iface.actionMapTips()
        # Whether they were on before and come back; what people switch themselves stays so.
        self._returns = False
        self._canvas.mapToolSet.connect(self._follow)
        self._action.toggled.connect(self._switched)
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

    def remove(self) -> None:
        """Leave the tips as they were."""
        if sip.isdeleted(self._canvas) or sip.isdeleted(self._action):
            return
        self._canvas.mapToolSet.disconnect(self._follow)
        self._follow(None)
        self._action.toggled.disconnect(self._switched)
