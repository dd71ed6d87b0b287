"""Have a layer drawn otherwise: by another of its styles, or by another renderer."""

from __future__ import annotations

import time
from typing import Any

from qgis.core import QgsFeatureRenderer, QgsMapLayer, QgsProject, QgsTaskManager, QgsVectorLayer
from qgis.PyQt.QtCore import QThreadPool

from waternet_plugin.bridge.layers.pool_threads import working_threads

# How long threads that draw are waited for: they end once they have read the row they are at.
_PATIENCE_S, _LOOK_S = 1.0, 0.002
# How many did not end in that time: whoever changes many styles does not wait for these each time.
_not_ended = [0]


def switch_style(layer: QgsMapLayer, name: str) -> None:
    """Make a style of a layer its current one, while no map is drawn.

    Threads that draw share the expressions of a style with it until they have copies of their own: where the
    main thread lets the style go at that moment, QGIS crashes then or later.
    """
    manager = layer.styleManager()
    if manager.currentStyle() != name:
        _stop_drawing(layer)
        manager.setCurrentStyle(name)


def set_renderer(layer: QgsVectorLayer, renderer: QgsFeatureRenderer) -> None:
    """Have a layer drawn otherwise, while no map is drawn; see ``switch_style``."""
    _stop_drawing(layer)
    layer.setRenderer(renderer)


def _stop_drawing(layer: QgsMapLayer) -> None:
    """Stop drawing if the layer may be on a map."""
    if QgsProject.instance().mapLayer(layer.id()) == layer:
        stop_drawing()


def stop_drawing() -> None:
    """Let maps that are being drawn begin anew once QGIS is through with what it does now.

    QGIS does not wait for the threads that it tells to stop, so this does.
    """
    from qgis.utils import iface

    all_maps: Any = getattr(iface, "mapCanvases", list)
    for canvas in all_maps():
        is_drawing = canvas.isDrawing()
        # The surroundings, too, which QGIS draws in advance.
        canvas.stopRendering()
        if is_drawing:
            canvas.refresh()
    end_s = time.monotonic() + _PATIENCE_S
    while _drawing_threads() > _not_ended[0] and time.monotonic() < end_s:
        time.sleep(_LOOK_S)
    _not_ended[0] = _drawing_threads()


def _drawing_threads() -> int:
    """Return how many threads draw; older versions of QGIS have tasks in the same pool of threads."""
    others = 0 if hasattr(QgsTaskManager, "threadPool") else working_threads()
    return max(QThreadPool.globalInstance().activeThreadCount() - others, 0)
