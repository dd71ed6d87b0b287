"""The layer of issues is on while its pane is open, and as it was afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsLayerTreeLayer, QgsProject

from waternet_plugin.gui.map.looking import not_as_work

if TYPE_CHECKING:
    from waternet_plugin.gui.session import Session


class LayerSight:
    """Switches the layer of issues on for a while.

    Parameters
    ----------
    session
        Knows the layer.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._switched = ""

    def _node(self) -> QgsLayerTreeLayer | None:
        layer = self._session.layer("issue")
        return QgsProject.instance().layerTreeRoot().findLayer(layer.id()) if layer is not None else None

    def show(self) -> None:
        """Switch the layer on, unless it is."""
        node = self._node()
        if node is not None and not node.itemVisibilityChecked():
            with not_as_work():
                node.setItemVisibilityChecked(True)
            self._switched = node.layerId()

    def restore(self) -> None:
        """Switch it off again if it was switched on here and nobody took it away."""
        node = self._node()
        if node is not None and node.layerId() == self._switched:
            with not_as_work():
                node.setItemVisibilityChecked(False)
        self._switched = ""
