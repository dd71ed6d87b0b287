"""Changes of what is looked at: they do not count as work on the project that QGIS asks to save."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer

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
