"""Print one sheet by a right click on it in the layer of sheets."""

from __future__ import annotations

import json
from typing import Any

from qgis.core import (
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMenu

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.map.features_at import features_at
from waternet_plugin.gui.printing import index_layer
from waternet_plugin.gui.printing.print_now import print_sheet
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.menu_entries import menu_entry


class SheetMenu(QObject):
    """Add “Print sheet …” to the map's context menu where a sheet of a visible index is under the mouse."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent, objectName="wn_sheet_menu")
        self._session = session
        session.iface.mapCanvas().contextMenuAboutToShow.connect(self.extend)

    def extend(self, menu: QMenu, event: Any) -> None:
        """Add the actions for the sheets at the event's place; strips overlap."""
        for layer in self._layers():
            for number in self._numbers_at(layer, event.mapPoint()):
                parameters = json.loads(layer.customProperty(index_layer.PARAMETERS))
                menu_entry(
                    menu,
                    tr("Print sheet {number}").format(number=number),
                    "wn_action_print_sheet",
                    lambda own=parameters, chosen=number: print_sheet(self._session, own, chosen),
                )

    def _layers(self) -> list[QgsVectorLayer]:
        if not self._session.network_path:
            return []
        tree = QgsProject.instance().layerTreeRoot()
        shown = (node.layer() for node in tree.findLayers() if node.isVisible())
        return [
            layer
            for layer in shown
            if layer is not None and layer.isValid() and layer.customProperty(index_layer.PARAMETERS)
        ]

    def _numbers_at(self, layer: QgsVectorLayer, point: Any) -> list[str]:
        found = features_at(layer, self._session.iface.mapCanvas(), point)
        return sorted(str(each["sheet_no"]) for each in found)
