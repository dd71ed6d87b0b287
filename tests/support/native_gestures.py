"""Random gestures of native editing, by the calls that QGIS's own tools make, on layers of a project."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPoint,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)

# Ends at one place, in metres.
SAME_M = 1e-3
# Pipes shorter than this nobody draws.
_SHORT_M = 2.0


def _point(geometry: QgsGeometry) -> QgsPoint:
    # A variable keeps the geometry, which its points are parts of.
    point = geometry.constGet()
    return QgsPoint(point.x(), point.y(), point.z())


class NativeGestures:
    """Somebody who edits pipes and nodes.

    Parameters
    ----------
    pipe, node
        The layers; both in editing before each gesture.
    chance
        What is done, to what, and where to.
    box
        Where gestures draw, and 50 m around.
    is_all
        Whether they may change what lies elsewhere.
    knows_heights
        Whether all that is drawn has heights; QGIS's own 0 otherwise, where nothing is snapped to.
    """

    def __init__(
        self,
        pipe: QgsVectorLayer,
        node: QgsVectorLayer,
        chance: random.Random,
        box: QgsRectangle,
        *,
        is_all: bool = True,
        knows_heights: bool,
    ) -> None:
        self.pipe, self.node = pipe, node
        self._chance = chance
        self._box = box
        self._asked = QgsFeatureRequest() if is_all else QgsFeatureRequest(box)
        self._loose_z = 3.0 if knows_heights else 0.0

    # What is there.

    def _features(self, layer: QgsVectorLayer) -> list[QgsFeature]:
        name = f"{layer.customProperty('waternet/layer')}_id"
        return sorted(layer.getFeatures(self._asked), key=lambda one: str(one[name]))

    def _some(self, layer: QgsVectorLayer) -> QgsFeature:
        return self._chance.choice(self._features(layer))

    def _place(self) -> QgsPoint:
        """Return a place: a node, a place on a pipe, or anywhere."""
        choice = self._chance.randrange(3)
        if choice == 0:
            return _point(self._some(self.node).geometry())
        if choice == 1:
            line = self._some(self.pipe).geometry()
            spot = line.interpolate(line.length() * self._chance.uniform(0.1, 0.9))
            return _point(spot)
        box = self._box
        across = (box.xMinimum(), box.xMaximum()), (box.yMinimum(), box.yMaximum())
        x, y = (round(self._chance.uniform(low - 50, high + 50), 3) for low, high in across)
        return QgsPoint(x, y, self._loose_z)

    def _ends_at(self, name: Any) -> list[tuple[QgsFeature, int]]:
        return [
            (one, end)
            for one in self._features(self.pipe)
            for end, field in enumerate(("from_node", "to_node"))
            if one[field] == name
        ]

    @contextmanager
    def _command(self, layer: QgsVectorLayer, text: str) -> Iterator[None]:
        layer.beginEditCommand(text)
        yield
        layer.endEditCommand()

    def _add(self, layer: QgsVectorLayer, geometry: QgsGeometry, values: dict[str, Any], text: str) -> None:
        fields = layer.fields()
        by_index = {fields.lookupField(name): value for name, value in values.items()}
        feature = QgsVectorLayerUtils.createFeature(layer, geometry, by_index)
        with self._command(layer, text):
            assert layer.addFeature(feature)

    # The gestures. Each returns whether there was anything to do.

    def draw(self) -> bool:
        """Draw a pipe between two places."""
        ends = [self._place(), self._place()]
        if ends[0].distance(ends[1]) < _SHORT_M:
            return False
        if self._chance.random() < 0.3:
            middle = QgsPoint(
                (ends[0].x() + ends[1].x()) / 2 + 7, (ends[0].y() + ends[1].y()) / 2 + 3, self._loose_z
            )
            ends.insert(1, middle)
        self._add(self.pipe, QgsGeometry.fromPolyline(ends), {}, "Add feature")
        return True

    def _move_ends(self, ends: Sequence[tuple[QgsFeature, int]], place: QgsPoint) -> bool:
        done = False
        for feature, end in ends:
            line = self.pipe.getFeature(feature.id()).geometry()
            vertices = [(one.x(), one.y()) for one in line.constGet().points()]
            other = vertices[0 if end else -1]
            if math.hypot(other[0] - place.x(), other[1] - place.y()) < _SHORT_M:
                continue
            number = len(vertices) - 1 if end else 0
            assert self.pipe.moveVertex(place.x(), place.y(), feature.id(), number)
            done = True
        return done

    def _joint(self, *, with_node: bool, whole: bool) -> bool:
        one = self._some(self.node)
        ends = self._ends_at(one["node_id"])
        if not whole and len(ends) > 1:
            ends = ends[: self._chance.randrange(1, len(ends))]
        place = self._place()
        if not ends:
            return False
        # The vertex tool has a command in each layer, one after the other.
        with self._command(self.pipe, "Moved vertex"):
            moved = self._move_ends(ends, place)
        if moved and with_node and self.node.getFeature(one.id()).isValid():
            with self._command(self.node, "Moved vertex"):
                self.node.moveVertex(place.x(), place.y(), one.id(), 0)
        return moved

    def joint(self) -> bool:
        """Move the vertices of a joint, without its node."""
        return self._joint(with_node=False, whole=True)

    def pull(self) -> bool:
        """Pull some of the ends away from a joint."""
        return self._joint(with_node=False, whole=False)

    def both(self) -> bool:
        """Move the vertices of a joint and its node."""
        return self._joint(with_node=True, whole=True)

    def node_alone(self) -> bool:
        """Move a node."""
        one = self._some(self.node)
        point = _point(one.geometry())
        x, y = (c + round(self._chance.uniform(-20, 20), 3) for c in (point.x(), point.y()))
        with self._command(self.node, "Moved"):
            return bool(self.node.moveVertex(x, y, one.id(), 0))

    def valve(self) -> bool:
        """Put a valve on a pipe."""
        line = self._some(self.pipe).geometry()
        spot = line.interpolate(line.length() * self._chance.uniform(0.2, 0.8))
        self._add(self.node, spot, {"kind": "valve"}, "Add feature")
        return True

    def split(self) -> bool:
        """Cut across a pipe."""
        line = self._some(self.pipe).geometry()
        at = line.length() * self._chance.uniform(0.2, 0.8)
        spot, angle = line.interpolate(at).asPoint(), line.interpolateAngle(at) + math.pi / 2
        x, y = 2 * math.sin(angle), 2 * math.cos(angle)
        cut = [QgsPointXY(spot.x() - x, spot.y() - y), QgsPointXY(spot.x() + x, spot.y() + y)]
        with self._command(self.pipe, "Features split"):
            # 0 is success: QGIS's own enumeration of it changed its place.
            return int(self.pipe.splitFeatures(cut, self._chance.random() < 0.5)) == 0

    def merge(self) -> bool:
        """Merge two pipes at a node of theirs, whatever id and attributes are chosen in QGIS's dialog."""
        nodes = self._features(self.node)
        self._chance.shuffle(nodes)
        for one in nodes:
            ends = self._ends_at(one["node_id"])
            if len(ends) == 2 and ends[0][0].id() != ends[1][0].id():
                break
        else:
            return False
        (kept, _end), (gone, _other) = self._chance.sample(ends, 2)
        line = kept.geometry().combine(gone.geometry()).mergeLines()
        if line.isMultipart():
            line.convertToSingleType()
            if abs(line.length() - kept.geometry().length() - gone.geometry().length()) > SAME_M:
                # Lines that cross are cut there, and QGIS refuses many parts in a layer of one.
                return False
        with self._command(self.pipe, "Merged features"):
            self.pipe.deleteFeature(gone.id())
            for name in ("to_node", "street", "material"):
                source = self._chance.choice((kept, gone))
                self.pipe.changeAttributeValue(kept.id(), self.pipe.fields().lookupField(name), source[name])
            self.pipe.changeGeometry(kept.id(), line)
        return True

    def delete(self) -> bool:
        """Delete a pipe or a node."""
        layer = self._chance.choice((self.pipe, self.node))
        if self.pipe.featureCount() < 6:
            return False
        with self._command(layer, "Deleted"):
            return bool(layer.deleteFeature(self._some(layer).id()))

    def paste(self) -> bool:
        """Paste copies of pipes somewhere else."""
        x, y = (round(self._chance.uniform(-150, 150), 3) for _axis in range(2))
        copies = []
        for one in self._chance.sample(self._features(self.pipe), self._chance.choice((1, 1, 2))):
            line = one.geometry()
            line.translate(x, y)
            values = dict(enumerate(one.attributes()))
            values.pop(self.pipe.fields().lookupField("fid"), None)
            copies.append(QgsVectorLayerUtils.QgsFeatureData(line, values))
        with self._command(self.pipe, "Features pasted"):
            made = QgsVectorLayerUtils.createFeatures(self.pipe, copies)
            return bool(self.pipe.addFeatures(made))

    def change(self) -> bool:
        """Change a value."""
        one = self._some(self.pipe)
        index = self.pipe.fields().lookupField("street")
        with self._command(self.pipe, "Attribute changed"):
            return bool(
                self.pipe.changeAttributeValue(one.id(), index, f"Street {self._chance.randrange(9)}")
            )

    def undo(self) -> bool:
        """Take the last step of a layer back."""
        stack = self._chance.choice((self.pipe, self.node)).undoStack()
        able = bool(stack.canUndo())
        stack.undo()
        return able

    def redo(self) -> bool:
        """Do again what was undone in a layer."""
        stack = self._chance.choice((self.pipe, self.node)).undoStack()
        able = bool(stack.canRedo())
        stack.redo()
        return able


GESTURES: tuple[Callable[[NativeGestures], bool], ...] = (
    NativeGestures.draw, NativeGestures.joint, NativeGestures.node_alone, NativeGestures.both,
    NativeGestures.pull, NativeGestures.valve, NativeGestures.split, NativeGestures.merge,
    NativeGestures.delete, NativeGestures.paste, NativeGestures.change, NativeGestures.undo,
    NativeGestures.redo,
)  # fmt: skip
