"""A town whose project stays open from test to test while no test changes it: reading one takes a second."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt import sip

from support.built_network import copied

State = dict[str, Any]


def _files(folder: Path) -> State:
    """Return what is in a folder: a digest for each file, None for each folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        for path in folder.iterdir()
    }


def _layers() -> State:
    """Return what a test may change in a layer without the project noticing."""
    state = {}
    for key, layer in QgsProject.instance().mapLayers().items():
        state[key] = layer.source(), layer.name(), layer.styleManager().currentStyle()
        if isinstance(layer, QgsVectorLayer):
            renderer, labeling = layer.renderer(), layer.labeling()
            state[key] += (
                layer.isEditable(),
                layer.readOnly(),
                layer.displayExpression(),
                layer.mapTipTemplate(),
                # A renderer or labeling that was set anew is another object.
                renderer and sip.unwrapinstance(renderer),
                labeling and sip.unwrapinstance(labeling),
                layer.labelsEnabled(),
            )
    return state


def _tree() -> list[tuple[str, bool, bool]]:
    """Return what the layer tree shows: names, which are checked, which are unfolded."""
    found, waiting = [], [QgsProject.instance().layerTreeRoot()]
    while waiting:
        node = waiting.pop()
        found.append((node.name(), node.itemVisibilityChecked(), node.isExpanded()))
        waiting += node.children()
    return found


class KeptProject:
    """Copies of towns, of which that of the open project serves the next test, too, while it is unchanged.

    Parameters
    ----------
    new_folder
        Makes a folder for a copy.
    """

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self._new_folder = new_folder
        self._template: Path | None = None
        self._network: Path | None = None
        self._file_state: State = {}
        self._project_state: tuple[Any, ...] | None = None
        # What QGIS shows of the project right after reading it.
        self._crs, self._extent = QgsCoordinateReferenceSystem(), QgsRectangle()

    @property
    def project(self) -> str:
        """The file of the project that is open and unchanged, '' where none is.

        A test may have written to its network before it opens it, and one without a window may have closed
        the project: then it is read as ever.
        """
        is_unchanged = (
            self._network is not None
            and self._project_state == self._state()
            and _files(self._network.parent) == self._file_state
        )
        return str(self._network.with_suffix(".qgz")) if is_unchanged and self._network else ""

    def copy_of(self, template: Path) -> Path:
        """Return the network of a copy of a town, given by its network, with the project beside it."""
        if self.project and template == self._template and self._network is not None:
            return self._network
        self.close()
        self._template, self._network = template, copied(template, self._new_folder())
        self._file_state = _files(self._network.parent)
        return self._network

    def remember(self, canvas: QgsMapCanvas) -> None:
        """Note how the project and its map are, right after it was opened and before the test begins.

        A canvas takes its view from a project that is read; where it was open already, it gets it here.
        """
        project = QgsProject.instance()
        project.setDirty(False)
        if self._project_state is not None:
            canvas.setDestinationCrs(self._crs)
            canvas.setExtent(self._extent)
            return
        self._crs, self._extent = canvas.mapSettings().destinationCrs(), canvas.extent()
        if self._network is not None and Path(project.fileName()) == self._network.with_suffix(".qgz"):
            self._project_state = self._state()

    def _state(self) -> tuple[Any, ...]:
        project = QgsProject.instance()
        return project.fileName(), project.crs().authid(), project.title(), _layers(), _tree()

    def keep_or_close(self) -> None:
        """After a test: keep the project open where neither it nor a file changed, else close it."""
        # Work that a test left behind holds layers, and QGIS closes no project over it.
        is_busy = QgsApplication.taskManager().countActiveTasks() > 0
        if is_busy or QgsProject.instance().isDirty() or not self.project:
            self.close()
            return
        for layer in QgsProject.instance().mapLayers().values():
            if isinstance(layer, QgsVectorLayer):
                layer.removeSelection()

    def close(self) -> None:
        """Close the project, whatever it is; the next test has a copy of its own."""
        QgsProject.instance().clear()
        self._project_state = self._network = self._template = None
