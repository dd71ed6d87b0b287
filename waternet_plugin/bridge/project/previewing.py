"""Classes that are not recorded, drawn on a layer for a while: in no style, no project and no file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject

from waternet_plugin.bridge.styling import expressions
from waternet_plugin.bridge.variables import set_layer_variable

# Where a layer keeps its variables.
_VARIABLES = ("variableNames", "variableValues")
_live: list[LayerPreview] = []


class LayerPreview(QObject):
    """Another renderer on one layer of the open project, until it ends.

    What each row is stands in one text, a variable of the layer with a sign for each row number: a million
    pipes are a megabyte, and no feature is read to change them. While the project is being written the
    layer has its own renderer and no such variable.

    Parameters
    ----------
    ended
        Called when somebody else ends it.
    """

    def __init__(self, layer: QgsVectorLayer, ended: Callable[[], Any]) -> None:
        super().__init__()
        self._layer = layer
        self._ended = ended
        self._own = layer.renderer().clone()
        self._variables = {name: layer.customProperty(name) for name in _VARIABLES}
        self._shown: Any = None
        self._signs = ""
        project = QgsProject.instance()
        project.writeProject.connect(self._step_aside)
        project.projectSaved.connect(self._step_back)
        _live.append(self)

    @property
    def is_live(self) -> bool:
        """Whether it is still on the map."""
        return self in _live

    def show(self, signs: str, renderer: Any) -> None:
        """Draw rows by their signs, one for each row number from 1 on."""
        self._signs, self._shown = signs, renderer
        self._step_back()

    def _step_aside(self, *_args: Any) -> None:
        """Give the layer back what is its own."""
        if sip.isdeleted(self._layer):
            return
        self._layer.setRenderer(self._own.clone())
        for name, value in self._variables.items():
            if value is None:
                self._layer.removeCustomProperty(name)
            else:
                self._layer.setCustomProperty(name, value)

    def _step_back(self) -> None:
        """Take the layer again."""
        if self._shown is None or sip.isdeleted(self._layer):
            return
        set_layer_variable(self._layer, expressions.PREVIEW, self._signs)
        self._layer.setRenderer(self._shown.clone())
        self._layer.triggerRepaint()

    def end(self) -> None:
        """Give the layer its own renderer back."""
        if not self.is_live:
            return
        _live.remove(self)
        project = QgsProject.instance()
        project.writeProject.disconnect(self._step_aside)
        project.projectSaved.disconnect(self._step_back)
        self._step_aside()
        if not sip.isdeleted(self._layer):
            self._layer.triggerRepaint()
        self.deleteLater()


def end_all() -> None:
    """End every preview, before styles are made anew."""
    for preview in list(_live):
        preview.end()
        preview._ended()
