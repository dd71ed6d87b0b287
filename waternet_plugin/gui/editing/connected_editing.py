"""Editing that stays connected and is saved whole: packages come with it, so it begins with a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.core.errors import DependencyError
from waternet_plugin.gui.tasks import tasks

if TYPE_CHECKING:
    from waternet_plugin.gui.editing.save_bar import SaveBar
    from waternet_plugin.gui.gestures.gestures import Gestures
    from waternet_plugin.gui.session.session import Session


class ConnectedEditing(QObject):
    """Loads saving and gestures with the first network; without packages editing stays QGIS's own.

    Parameters
    ----------
    session
        Knows the network, and when there is another one.
    was_offered
        Tells whether the id of a new row of a layer was offered, and not typed.
    """

    # What a Save wrote: a DoneSave.
    saved = pyqtSignal(object)

    def __init__(
        self,
        session: Session,
        was_offered: Callable[[QgsVectorLayer, str], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._was_offered = was_offered
        self._bar: SaveBar | None = None
        self._gestures: Gestures | None = None
        self._project = QgsProject.instance()
        self._project.layersAdded.connect(self._layers_added)
        session.network_changed.connect(self._network_changed)
        self._layers_added(list(self._project.mapLayers().values()))
        self._network_changed()

    def remove(self) -> None:
        """Leave editing and saving to QGIS."""
        self._project.layersAdded.disconnect(self._layers_added)
        self._session.network_changed.disconnect(self._network_changed)
        if self._gestures is not None:
            self._gestures.remove()
        if self._bar is not None:
            self._bar.remove()
        self._gestures = self._bar = None

    def saves(self, layer: QgsVectorLayer) -> bool:
        """Return whether a layer is saved here, and not by QGIS."""
        return self._bar is not None and self._bar.saves.saves(layer)

    def take_drawn_pipes(self) -> set[int]:
        """Return the numbers of the new pipes that a person drew since the last time."""
        if self._gestures is None:
            return set()
        drawn, self._gestures.drawn_pipes = self._gestures.drawn_pipes, set()
        return drawn

    def _network_changed(self) -> None:
        if self._session.network_path:
            self._begin()

    def _layers_added(self, layers: list[Any]) -> None:
        if any(layer.customProperty(LAYER_MARK) for layer in layers):
            self._begin()

    def _begin(self) -> None:
        if self._bar is not None:
            return
        try:
            tasks.keep_packages_apart()
        except DependencyError:
            # The panel says so; what is edited meanwhile is saved by QGIS.
            return
        from waternet_plugin.gui.editing.save_bar import SaveBar
        from waternet_plugin.gui.gestures.gestures import Gestures

        self._bar = SaveBar(self._session, self)
        self._bar.saves.saved.connect(self.saved)
        # Last: what the forms fill in belongs to the gesture.
        self._gestures = Gestures(self._session, self._was_offered, self)
