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
from qgis.PyQt.QtCore import QTimer

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

_ZOOM_MARGIN = 1.2
# The least width of a view we zoom to, in metres: a point has none.
_LEAST_M = 60.0
# QGIS takes the new set of layers to the canvas a moment later, and notes the change then.
_MOMENTS_MS = (0, 200)


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
