"""Give a layer another of its styles."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsMapLayer


def switch_style(layer: QgsMapLayer, name: str) -> None:
    """Make a style of a layer its current one, while no map is drawn.

    Threads that draw copy fields of layers, for expressions of styles, and a switch of styles changes these
    in the main thread: QGIS would crash now and then.
    """
    manager = layer.styleManager()
    if manager.currentStyle() != name:
        stop_drawing()
        manager.setCurrentStyle(name)


def stop_drawing() -> None:
    """Let maps that are being drawn begin anew once QGIS is through with what it does now."""
    from qgis.utils import iface

    all_maps: Any = getattr(iface, "mapCanvases", list)
    for canvas in all_maps():
        if canvas.isDrawing():
            canvas.stopRendering()
            canvas.refresh()
