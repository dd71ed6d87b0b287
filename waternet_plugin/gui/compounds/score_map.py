"""The map of scores: compounds in the colour of their grade, while it is switched on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.compounds.compound_score import StoredGrade


class ScoreMap:
    """Shows grades on the layer of compounds; no style, project or file has them.

    Parameters
    ----------
    ended
        Called when somebody else restyles the project.
    """

    def __init__(self, session: Session, ended: Callable[[], Any]) -> None:
        self._session, self._ended = session, ended
        self._preview: Any = None

    @property
    def is_shown(self) -> bool:
        """Whether the map shows grades."""
        return self._preview is not None

    def show(self, grades: Sequence[StoredGrade]) -> bool:
        """Show grades; return whether the project has the layer."""
        from waternet_plugin.bridge.project import previewing, switching
        from waternet_plugin.bridge.styling import areas

        layer = self._session.layer("compound")
        if layer is None:
            return False
        if self._preview is None:
            self._preview = previewing.LayerPreview(layer, self._style_changed)
        chosen = switching.look_of(QgsProject.instance())
        signs = areas.score_signs({one.fid: one.grade for one in grades})
        self._preview.show(signs, areas.score_renderer(chosen))
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
