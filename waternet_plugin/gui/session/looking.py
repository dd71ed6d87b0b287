"""What is looked at: places, themes; looking at something does not count as work on the project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QThreadPool, QTimer

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

_ZOOM_MARGIN = 1.2
# The least width of a view we zoom to, in metres: a point has none.
_LEAST_M = 60.0
# QGIS takes the new set of layers to the canvas a moment later, and notes the change then.
_MOMENTS_MS = (0, 200)
_PATIENCE_MS = 200


@contextmanager
def not_as_work() -> Iterator[None]:
    """Leave an unmodified project unmodified: layers are shown and hidden to look at something."""
    project = QgsProject.instance()
    was_modified, file = project.isDirty(), project.fileName()

    def clean() -> None:
        if project.fileName() == file:
            project.setDirty(False)

    try:
        yield
    finally:
        if not was_modified:
            clean()
            for moment in _MOMENTS_MS:
                QTimer.singleShot(moment, clean)


def stop_drawing(canvas: QgsMapCanvas) -> None:
    """Stop what is drawn of the map and wait for the threads that draw it, before a layer is drawn otherwise.

    A thread makes copies of expressions ready that it shares with the layer: where that drops its own
    meanwhile, QGIS crashes. On a server, where a map is drawn for seconds, each assessment made it crash.
    """
    was_drawing = canvas.isDrawing()
    canvas.stopRendering()
    # Cancelled, a thread ends soon. Up to QGIS 3.32 tasks are among those that are waited for.
    QThreadPool.globalInstance().waitForDone(_PATIENCE_MS)
    if was_drawing:
        # Drawn a moment later, also where nothing changes.
        canvas.refresh()


def show_theme(code: str) -> None:
    """Show a map theme of the open project by its code."""
    from waternet_plugin.bridge.project import switching

    with not_as_work():
        switching.show_theme(QgsProject.instance(), code)


def _rectangle(place: Any) -> QgsRectangle:
    if isinstance(place, QgsRectangle):
        return QgsRectangle(place)
    if isinstance(place, QgsGeometry):
        return place.boundingBox()
    bounds = getattr(place, "bounds", place)
    return QgsRectangle(*(float(number) for number in bounds))


def zoom_to(canvas: QgsMapCanvas, place: Any, source: QgsCoordinateReferenceSystem) -> None:
    """Show a geometry, a rectangle or (min x, min y, max x, max y) given in a coordinate system.

    Raises
    ------
    InputError
        For a place that has no coordinates in the project's system.
    """
    target = canvas.mapSettings().destinationCrs()
    box = _rectangle(place)
    if max(box.width(), box.height()) < _LEAST_M:
        box.grow(_LEAST_M / 2)
    box.scale(_ZOOM_MARGIN)
    if source.isValid() and target.isValid() and source != target:
        try:
            box = QgsCoordinateTransform(source, target, QgsProject.instance()).transformBoundingBox(box)
        except QgsCsException:
            raise InputError(tr("This location can't be shown in the project's coordinate system.")) from None
    canvas.setExtent(box)
    canvas.refresh()
