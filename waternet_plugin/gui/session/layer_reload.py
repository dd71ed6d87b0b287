"""Layers read anew after a write, one by one: QGIS opens the file for each, and clicks come between.

Beside the drawing of the map, and other reading, that takes several times as long: those on the map wait some
seconds until it is over, the others as long as something is read. What was written is drawn at once, for
drawing reads the rows as they are; only counts and open attribute tables are older until then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from functools import partial

from qgis.core import QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.layers.sources import tables_read
from waternet_plugin.bridge.turns import Turns

_BETWEEN_MS = 20
# How long layers on the map wait at most for drawing and reading to end.
_LONGEST_WAIT_S = 5.0
# Ten people who save in turn are not to have each other's maps drawn without end.
_REDRAW_MS = 3000


class LayerReload(QObject):
    """The layers that wait to be read anew: those that are asked for by name, those on the map, the others.

    Parameters
    ----------
    is_idle
        Says whether nothing is under way beside the window.
    is_drawing
        Says whether the map is being drawn: a map that begins anew with each Save of others is never there.
    turns
        What else is done in turns is not done together with the reading of a layer.
    """

    def __init__(
        self,
        is_idle: Callable[[], bool],
        is_drawing: Callable[[], bool],
        turns: Turns,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_idle, self._is_drawing = is_idle, is_drawing
        self._soon: dict[str, QgsVectorLayer] = {}
        # Until when they may wait, by the clock of this process.
        self._wait_until_s = 0.0
        # Read anew and not drawn yet.
        self._read: list[QgsVectorLayer] = []
        # Ids of those that are drawn once they were read.
        self._to_draw: set[str] = set()
        self._later: dict[str, QgsVectorLayer] = {}
        next_turn = partial(turns.add, self._reload_next)
        self._clock = QTimer(self, interval=_BETWEEN_MS, singleShot=True, timeout=next_turn)
        self._changed: list[QgsVectorLayer] = []
        # Others have written since all layers were read anew.
        self._is_stale = False
        self._redraw_clock = QTimer(self, interval=_REDRAW_MS, singleShot=True, timeout=self._redraw)

    def written_by_others(self, layers: Iterable[QgsVectorLayer]) -> None:
        """Draw layers anew in a moment; open tables stay as they are until we write ourselves."""
        self._is_stale = True
        self.redraw(layers)

    def redraw(self, layers: Iterable[QgsVectorLayer]) -> None:
        """Draw layers anew in a moment, with what others wrote until then."""
        self._changed = list(layers)
        if not self._redraw_clock.isActive():
            self._redraw_clock.start()

    def _redraw(self) -> None:
        if self._is_drawing():
            self._redraw_clock.start()
            return
        _draw(self._changed)

    def add_written(self, layers: Iterable[QgsVectorLayer], tables: Collection[str] | None) -> None:
        """Read the layers of a network anew that rest on what we wrote, or others before.

        Parameters
        ----------
        layers
            All of the network.
        tables
            What we wrote; None where that may be any.
        """
        if tables is not None and not self._is_stale:
            layers = [layer for layer in layers if tables_read(_key_of(layer)) & set(tables)]
            _draw(layers)
            self._add(layers)
        else:
            # Columns may have changed, which are drawn once they were read.
            self.add(layers)
        self._is_stale = False

    def add(self, layers: Iterable[QgsVectorLayer]) -> None:
        """Read layers anew and draw them then; each once, however often it is added meanwhile."""
        layers = list(layers)
        self._to_draw.update(layer.id() for layer in layers)
        self._add(layers)

    def _add(self, layers: Iterable[QgsVectorLayer]) -> None:
        self._begin_to_wait()
        nodes = QgsProject.instance().layerTreeRoot().findLayers()
        shown = {node.layerId() for node in nodes if node.isVisible()}
        for layer in layers:
            name = layer.id()
            if name in self._soon or name in shown:
                self._later.pop(name, None)
                self._soon[name] = layer
            else:
                self._later[name] = layer
        self._clock.start()

    def add_first(self, layers: Iterable[QgsVectorLayer]) -> None:
        """Read layers anew before all others."""
        self._begin_to_wait()
        first = {layer.id(): layer for layer in layers}
        self._soon = {**first, **self._soon}
        self._to_draw.update(first)
        for name in first:
            self._later.pop(name, None)
        self._clock.start()

    def _begin_to_wait(self) -> None:
        if not self._soon:
            self._wait_until_s = time.monotonic() + _LONGEST_WAIT_S

    def _is_quiet(self) -> bool:
        """Return whether layers are read now: nothing goes on beside it, or has for too long."""
        return time.monotonic() >= self._wait_until_s or (self._is_idle() and not self._is_drawing())

    def _reload_next(self) -> None:
        if not self._is_quiet():
            self._clock.start()
            return
        waiting = self._soon or (self._later if self._is_idle() else {})
        if waiting:
            layer_id = next(iter(waiting))
            layer = waiting.pop(layer_id)
            _reload(layer)
            if layer_id in self._to_draw:
                self._to_draw.discard(layer_id)
                self._read.append(layer)
        if not self._soon:
            # What is drawn opens the file for each layer, which makes the reading of the others slower.
            _draw(self._read)
            self._read = []
        if self._soon or self._later:
            self._clock.start()


def _draw(layers: Iterable[QgsVectorLayer]) -> None:
    """Draw layers anew; those that are gone are left alone."""
    for layer in layers:
        if not sip.isdeleted(layer):
            layer.triggerRepaint()


def _key_of(layer: QgsVectorLayer) -> str:
    """Return the key of what a layer shows of its network."""
    return str(layer.customProperty(LAYER_MARK))


def _reload(layer: QgsVectorLayer) -> None:
    """Read a layer anew where nobody edits it, what is selected kept; one that is gone is left alone."""
    if not sip.isdeleted(layer) and not layer.isEditable():
        selected = layer.selectedFeatureIds()
        layer.reload()
        if selected and not layer.selectedFeatureCount():
            # QGIS lets a layer of a file forget what was selected in it; rows may be gone by now.
            request = QgsFeatureRequest().setFilterFids(selected).setNoAttributes()
            request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
            layer.selectByIds([feature.id() for feature in layer.getFeatures(request)])
