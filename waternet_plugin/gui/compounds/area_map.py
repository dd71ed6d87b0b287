"""Compounds or zones in colours that are not recorded, while a map of them is switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject

if TYPE_CHECKING:
    from waternet_plugin.bridge.styling.look import Look
    from waternet_plugin.gui.session.session import Session


class AreaMap:
    """Shows classes on a layer of areas; no style, project or file has them.

    Parameters
    ----------
    ended
        Called when somebody else restyles the project.
    """

    def __init__(self, session: Session, ended: Callable[[], Any]) -> None:
        self._session, self._ended = session, ended
        self._preview: Any = None
        self._layer_id = ""

    @property
    def is_shown(self) -> bool:
        """Whether the map shows them."""
        return self._preview is not None

    def show(self, table: str, signs: str, renderer: Callable[[Look], Any]) -> bool:
        """Show the rows of a table by their signs; return whether the project has its layer."""
        from waternet_plugin.bridge.project import previewing, switching

        layer = self._session.layer(table)
        if layer is None:
            return False
        if self._layer_id != layer.id():
            # Another table, or a layer that was closed and is back.
            self.end()
        self._layer_id = layer.id()
        if self._preview is None:
            self._preview = previewing.LayerPreview(layer, self._style_changed)
        self._preview.show(signs, renderer(switching.look_of(QgsProject.instance())))
        node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)
            # The legend says what the colours mean.
            node.setExpanded(True)
            node.parent().setExpanded(True)
        return True

    def _style_changed(self) -> None:
        self._preview = None
        self._ended()

    def end(self) -> None:
        """Give the layer its own style back."""
        if self._preview is not None:
            self._preview.end()
        self._preview = None
