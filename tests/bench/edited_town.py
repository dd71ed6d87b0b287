"""A town in a project with the plugin loaded, and gestures in it as QGIS's own tools make them."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from harness import STORE
from lattice import frames, lattice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CRS = "EPSG:4547"
FOLDER = STORE / "editing"
# In the window of the plugin; QGIS is started once in a process.
_started: list[Any] = []


def start_qgis() -> None:
    """Start QGIS without a screen, once in a process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    if not _started:
        application = QgsApplication([], True)
        application.initQgis()
        _started.append(application)


def make(rows: int) -> str:
    """Make the network of one size with its project; return its path."""
    start_qgis()
    from waternet_plugin.bridge.project.project import build_project
    from waternet_plugin.store import create_network

    FOLDER.mkdir(parents=True, exist_ok=True)
    clear(rows)
    path = FOLDER / f"town_{rows}.gpkg"
    pipes, nodes = frames(lattice(rows), dirty=False, ids=True)
    with create_network(path, CRS, by="bench") as network, network.write("adopt") as batch:
        for name, frame in (("node", nodes), ("pipe", pipes)):
            batch.insert(name, frame)
    build_project(path, language="en")
    return str(path)


def clear(rows: int) -> None:
    """Take the network of one size away."""
    for old in FOLDER.glob(f"town_{rows}.*"):
        old.unlink()
    for folder in FOLDER.glob(f"town_{rows}_*"):
        shutil.rmtree(folder)


class Town:
    """The open project, its layers of pipes and nodes, and gestures in it.

    Parameters
    ----------
    plugin
        The plugin, loaded.
    """

    def __init__(self, plugin: Any) -> None:
        self.plugin = plugin
        self.pipe, self.node = (plugin.session.layer(name) for name in ("pipe", "node"))
        # Around what happens once a gesture ended.
        self.answering: Callable[[], Any] = nullcontext
        self._random = np.random.default_rng(11)
        extent = self.pipe.extent()
        self._low = np.array([extent.xMinimum(), extent.yMinimum()])
        self._wide = np.array([extent.width(), extent.height()])

    def place(self) -> Any:
        """Return a place somewhere in the town, x and y, m."""
        return self._low + self._wide * self._random.uniform(0.1, 0.9, 2)

    def pipe_near(self, xy: Any) -> Any:
        """Return a pipe of the lattice, 30 m long at least, near a place."""
        from qgis.core import QgsFeatureRequest, QgsRectangle

        for reach_m in (50.0, 100.0, 200.0):
            box = QgsRectangle(*(xy - reach_m), *(xy + reach_m))
            for feature in self.pipe.getFeatures(QgsFeatureRequest(box)):
                if feature.geometry().length() > 30.0:
                    return feature
        raise LookupError(xy)

    def ends(self, pipe: Any) -> Any:
        """Return x and y of the ends of a pipe, (2, 2), m."""
        line = pipe.geometry().constGet()
        return np.array([[point.x(), point.y()] for point in (line.startPoint(), line.endPoint())])

    def draw(self, start: Any, end: Any) -> None:
        """Draw a pipe; QGIS's own tool also looks through the ids of all pipes before it does so."""
        from qgis.core import QgsGeometry

        from waternet_plugin.bridge.saving.buffers.new_features import new_feature

        line = f"LineStringZ ({start[0]} {start[1]} 0, {end[0]} {end[1]} 0)"
        self.pipe.beginEditCommand("Add feature")
        assert self.pipe.addFeature(new_feature(self.pipe, QgsGeometry.fromWkt(line), {}))
        self._end(self.pipe)

    def move_joint(self, xy: Any, step_m: tuple[float, float]) -> None:
        """Move all vertices of pipes at a place, as the vertex tool does for a joint."""
        found = self._at(self.pipe, xy)
        self.pipe.beginEditCommand("Moved vertex")
        for row in found:
            for number, vertex in enumerate(list(row.geometry().vertices())):
                if np.hypot(vertex.x() - xy[0], vertex.y() - xy[1]) < 1e-6:
                    x, y = xy + np.array(step_m)
                    self.pipe.moveVertex(x, y, row.id(), number)
        self._end(self.pipe)

    def split(self, pipe: Any) -> None:
        """Split a pipe in its middle."""
        from qgis.core import QgsPointXY

        one, other = self.ends(pipe)
        middle, across = (one + other) / 2, (other - one)[::-1] * (1, -1) / np.hypot(*(other - one))
        self.pipe.beginEditCommand("Features split")
        self.pipe.splitFeatures([QgsPointXY(*(middle - across)), QgsPointXY(*(middle + across))], True)
        self._end(self.pipe)

    def move_node(self, xy: Any, step_m: tuple[float, float]) -> None:
        """Move the node at a place."""
        node = self._at(self.node, xy)[0]
        geometry = node.geometry()
        geometry.translate(*step_m)
        self.node.beginEditCommand("Moved")
        self.node.changeGeometry(node.id(), geometry)
        self._end(self.node)

    def pair_near(self, xy: Any) -> Any:
        """Return two pipes near a place, 30 m long at least the first, that meet where no other pipe ends."""
        for _try in range(200):
            pipe = self.pipe_near(xy)
            for end in self.ends(pipe):
                meeting = self._at(self.pipe, end)
                if len(meeting) == 2:
                    other = next(one for one in meeting if one.id() != pipe.id())
                    return pipe, other
            xy = self.place()
        raise LookupError(xy)

    def _at(self, layer: Any, xy: Any) -> list[Any]:
        """Return the rows of a layer at a place."""
        from qgis.core import QgsFeatureRequest, QgsRectangle

        box = QgsRectangle(*(xy - 0.01), *(xy + 0.01))
        return list(layer.getFeatures(QgsFeatureRequest(box)))

    def merge(self, pipe: Any, other: Any) -> None:
        """Make one pipe of two that meet."""
        from qgis.core import QgsGeometry

        line = QgsGeometry.collectGeometry([pipe.geometry(), other.geometry()]).mergeLines()
        self.pipe.beginEditCommand("Merged features")
        self.pipe.changeGeometry(pipe.id(), line)
        self.pipe.deleteFeature(other.id())
        self._end(self.pipe)

    def reverse(self, pipe: Any) -> None:
        """Turn a pipe round."""
        from qgis.core import QgsGeometry

        self.pipe.beginEditCommand("Reversed line")
        self.pipe.changeGeometry(pipe.id(), QgsGeometry(pipe.geometry().constGet().reversed()))
        self._end(self.pipe)

    def delete(self, pipe: Any) -> None:
        """Delete a pipe."""
        self.pipe.beginEditCommand("Deleted features")
        self.pipe.deleteFeature(pipe.id())
        self._end(self.pipe)

    def _end(self, layer: Any) -> None:
        """End the command, and let everything happen that a person waits for then."""
        with self.answering():
            layer.endEditCommand()
            self.settle_down()

    def undo(self, layer: Any) -> None:
        """Take the last step of a layer back, and let what follows happen."""
        layer.undoStack().undo()
        self.settle_down()

    def settle_down(self) -> None:
        """Let everything happen that waits for the next turn of the event loop."""
        from qgis.PyQt.QtCore import QCoreApplication

        QCoreApplication.processEvents()

    def fill_buffer(self, edits: int) -> None:
        """Edit as many pipes, in gestures of a hundred: half of them by value, half by a new vertex."""
        street = self.pipe.fields().lookupField("street")
        count = self.pipe.featureCount()
        fids = self._random.choice(np.arange(1, count + 1), edits, replace=False).tolist()
        for first in range(0, edits, 100):
            self.pipe.beginEditCommand("edits")
            for number, fid in enumerate(fids[first : first + 100]):
                if number % 2:
                    self.pipe.changeAttributeValue(fid, street, "New Street")
                    continue
                one, other = self.ends(self.pipe.getFeature(fid))
                self.pipe.insertVertex(*((one + other) / 2 + 0.3), fid, 1)
            self.pipe.endEditCommand()
            self.settle_down()


@contextmanager
def open_town(path: str) -> Iterator[Town]:
    """Open the project of a network with the plugin loaded, pipes and nodes in editing."""
    start_qgis()
    from qgis.core import QgsProject, QgsSettings
    from support.fake_iface import FakeIface

    from waternet_plugin import classFactory, language

    QgsSettings().remove("waternet")
    plugin = classFactory(FakeIface())
    language.install("en")
    plugin.initGui()
    assert QgsProject.instance().read(str(Path(path).with_suffix(".qgz")))
    plugin.session.look_at_project()
    town = Town(plugin)
    assert town.pipe.startEditing()
    town.settle_down()
    try:
        yield town
    finally:
        for layer in (town.pipe, town.node):
            if layer.isEditable():
                layer.rollBack()
        plugin.unload()
        QgsProject.instance().clear()


def timed_gestures(timing: Callable[[], Any]) -> None:
    """Let the settling of each gesture be timed, from now on in this process."""
    from waternet_plugin.gui.gestures.gestures import Gestures

    settle = Gestures._gesture_ended

    def called(gestures: Gestures) -> None:
        with timing():
            settle(gestures)

    Gestures._gesture_ended = called
