"""Layers that are in editing since another one is, and the junctions that show meanwhile."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsRuleBasedRenderer, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin.bridge.styling.points import ONLY_WHILE_EDITING
from waternet_plugin.gui.session.looking import not_as_work


def show_junctions(layer: QgsVectorLayer, shown: bool) -> None:
    """Draw the junctions of a layer of nodes, or not: what is not drawn is not snapped to either."""
    renderer: Any = layer.renderer()
    if not isinstance(renderer, QgsRuleBasedRenderer):
        return
    rule = renderer.rootRule().findRuleByKey(ONLY_WHILE_EDITING)
    if rule is None or rule.active() == shown:
        return
    with not_as_work():
        rule.setActive(shown)
        layer.triggerRepaint()
        layer.emitStyleChanged()


def hide_junctions(element: Any) -> None:
    """Leave junctions out of the style that a project file keeps of a layer."""
    rules = element.elementsByTagName("rule")
    for index in range(rules.count()):
        rule = rules.at(index).toElement()
        if rule.attribute("key") == ONLY_WHILE_EDITING:
            rule.setAttribute("checkstate", "0")


class Companions(QObject):
    """Opens layers that have to follow, and closes them when nothing of their own is left."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened: dict[str, QgsVectorLayer] = {}
        self._timer = QTimer(self, singleShot=True, interval=0, timeout=self._close)
        self._editing: set[str] = set()
        self._shows_junctions = False
        self._nodes: QgsVectorLayer | None = None

    def open(self, layer: QgsVectorLayer) -> bool:
        """Put a layer into editing where it is not; returns whether it is."""
        if layer.isEditable():
            return True
        # Before it begins: whoever hears of that must know that it was us.
        self._opened[layer.id()] = layer
        if not layer.startEditing():
            del self._opened[layer.id()]
            return False
        return True

    def began(self, layer: QgsVectorLayer, name: str, nodes: QgsVectorLayer | None) -> None:
        """Open the nodes when pipes are edited, and show junctions with either of them."""
        self._editing.add(layer.id())
        if nodes is None or name not in ("pipe", "node"):
            return
        if name == "pipe":
            self.open(nodes)
        self._nodes = nodes
        if not self._shows_junctions:
            self._shows_junctions = True
            show_junctions(nodes, True)

    def ended(self, layer: QgsVectorLayer) -> None:
        """Close what was opened for a layer, once QGIS is done with it."""
        self._editing.discard(layer.id())
        self._opened.pop(layer.id(), None)
        self._timer.start()

    def written(self, layer: Any, element: Any, _document: Any) -> None:
        """Keep what shows for a while out of the project file."""
        if self._shows_junctions and layer is self._nodes:
            hide_junctions(element)

    def gone(self, layer_id: str) -> None:
        """Forget a layer that left the project."""
        self._editing.discard(layer_id)
        self._opened.pop(layer_id, None)
        if self._nodes is not None and self._nodes.id() == layer_id:
            self._nodes, self._shows_junctions = None, False

    def _close(self) -> None:
        if not self._editing - set(self._opened):
            for layer in list(self._opened.values()):
                if layer.isEditable() and not layer.isModified():
                    layer.rollBack()
        if self._nodes is not None and self._shows_junctions and not self._editing:
            self._shows_junctions = False
            show_junctions(self._nodes, False)

    def close(self) -> None:
        """Leave what is edited to QGIS; junctions are hidden again."""
        self._timer.stop()
        for layer in list(self._opened.values()):
            if layer.isEditable() and not layer.isModified():
                layer.rollBack()
        self._opened.clear()
        if self._nodes is not None and self._shows_junctions:
            show_junctions(self._nodes, False)
        self._nodes, self._shows_junctions = None, False
