"""The rows of one layer, those of its file overlaid with its unsaved edits, each read once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

from waternet_plugin.bridge.layers import row_values
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table

if TYPE_CHECKING:
    from waternet_plugin.core.arrays import Array
    from waternet_plugin.core.editing.row_edits import Row

# What lies in a square of this size is asked for at once, m.
_SQUARE_M = 100.0
# What lies a little farther is read as well: the next question is often about it, m.
_MARGIN_M = 5.0
# Pairs of boxes that are compared one with the other without an index.
_MANY = 50_000


def _one_of(field: str, values: Iterable[Any]) -> QgsFeatureRequest:
    """Return a request for the rows whose field has one of some values."""
    listed = ", ".join(QgsExpression.quotedValue(value) for value in values)
    return QgsFeatureRequest().setFilterExpression(f"{QgsExpression.quotedColumnRef(field)} IN ({listed})")


class NearbyFeatures:
    """The rows of a layer around some edits.

    The file is asked, not the layer: with many edits in its buffer a layer looks through all of them for
    every request.

    Parameters
    ----------
    layer
        A layer of ours.
    name
        Its table.
    edited
        The rows that differ from the file, as they are now; None for one that is gone.
    """

    def __init__(self, layer: QgsVectorLayer, name: str, edited: Mapping[int, Row | None]) -> None:
        self._edited = edited
        self._name = name
        self._provider = layer.dataProvider()
        self._columns = row_values.columns_of(layer, table(name), saved=True)
        self._places = {column.name: place for place, column in self._columns.items()}
        # What was read of the file: features, their boxes, those of them that were asked for as rows.
        self._features: dict[int, QgsFeature] = {}
        self._boxes: list[tuple[float, float, float, float]] = []
        self._rows: dict[int, Row] = {}
        self._by_id: dict[str, int] = {}
        # Numbers by a field and the values that were asked for.
        self._asked: dict[tuple[Any, ...], list[int]] = {}
        self._covered: Array = np.empty((0, 4))
        there = [(fid, row) for fid, row in edited.items() if row is not None]
        self._edited_there = there
        shapes = np.array([row.get(GEOMETRY_COLUMN) for _fid, row in there] + [None], dtype=object)[:-1]
        self._edited_boxes = shapely.bounds(shapes).reshape(-1, 4)
        # By field: the places in the list above of the rows that have a value.
        self._edited_by: dict[str, dict[Any, list[int]]] = {}

    def has_field(self, field: str) -> bool:
        """Return whether the file has a field."""
        return field in self._places

    def near(self, boxes: Array) -> dict[int, Row]:
        """Return the rows whose geometry may meet one of some boxes, (boxes, 4), m."""
        boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        if not len(boxes):
            return {}
        self.cover(boxes)
        fids = list(self._features)
        met = _meeting(boxes, np.array(self._boxes).reshape(-1, 4))
        found = {fid: self._row(fid) for fid in (fids[index] for index in met) if fid not in self._edited}
        found.update(self._edited_there[index] for index in _meeting(boxes, self._edited_boxes))
        return found

    def cover(self, boxes: Array) -> None:
        """Read what lies in boxes, (boxes, 4), m, unless it was read before; boxes of NaN hold nothing."""
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        inside = (self._covered[:, None, :2] <= boxes[:, :2]) & (self._covered[:, None, 2:] >= boxes[:, 2:])
        for square in _squares(boxes[~inside.all(axis=2).any(axis=0)]):
            square = square + _MARGIN_M * np.array([-1, -1, 1, 1])
            self._read(QgsFeatureRequest(QgsRectangle(*square.tolist())))
            self._covered = np.vstack([self._covered, square])

    def where(self, field: str, values: Sequence[Any]) -> dict[int, Row]:
        """Return the rows whose field, which has an index in the file, has one of some values."""
        found = {fid: self._row(fid) for fid in self._saved_where(field, values) if fid not in self._edited}
        found.update(self.edited_where(field, set(values)))
        return found

    def edited_where(self, field: str, values: Collection[Any]) -> dict[int, Row]:
        """Return those of the edited rows whose field has one of some values."""
        if field not in self._edited_by:
            places = self._edited_by[field] = {}
            for place, (_fid, row) in enumerate(self._edited_there):
                places.setdefault(row.get(field), []).append(place)
        found = (self._edited_by[field].get(value, ()) for value in values)
        return dict(self._edited_there[place] for place in sorted(chain.from_iterable(found)))

    def saved_shapes(self, ids: Sequence[Any]) -> list[Any]:
        """Return the geometries that some rows have in the file."""
        shapes = [
            self._row(fid)[GEOMETRY_COLUMN] for fid in self._saved_where(table(self._name).id_field, ids)
        ]
        return [shape for shape in shapes if shape is not None]

    def _saved_where(self, field: str, values: Sequence[Any]) -> list[int]:
        if field != table(self._name).id_field:
            place = (field, *values)
            if place not in self._asked:
                self._asked[place] = self._read(_one_of(field, values))
            return self._asked[place]
        # No two rows of the file have the same id.
        missing = [value for value in values if value not in self._by_id]
        if missing:
            self._read(_one_of(field, missing))
        return [self._by_id[value] for value in values if value in self._by_id]

    def _read(self, request: QgsFeatureRequest) -> list[int]:
        """Read features of the file; return their numbers."""
        id_place = self._places.get(table(self._name).id_field, -1)
        found = []
        for feature in self._provider.getFeatures(request):
            fid = int(feature.id())
            found.append(fid)
            if fid in self._features:
                continue
            self._features[fid] = feature
            box = feature.geometry().boundingBox() if feature.hasGeometry() else QgsRectangle()
            corners = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
            self._boxes.append(corners if feature.hasGeometry() else (np.nan,) * 4)
            if id_place >= 0:
                self._by_id.setdefault(str(feature.attribute(id_place)), fid)
        return found

    def _row(self, fid: int) -> Row:
        """Return a row as the file has it."""
        if fid not in self._rows:
            feature = self._features[fid]
            row = row_values.values_of(feature.attributes(), self._columns)
            if table(self._name).has_geometry:
                row[GEOMETRY_COLUMN] = row_values.shape_of(feature.geometry())
            self._rows[fid] = row
        return self._rows[fid]


def _meeting(boxes: Array, others: Array) -> list[int]:
    """Return which others meet one of some boxes, ascending; those that are NaN meet none."""
    if len(boxes) * len(others) > _MANY:
        there = np.flatnonzero(np.isfinite(others).all(axis=1))
        tree = shapely.STRtree(shapely.box(*boxes.T))
        return [int(index) for index in there[np.unique(tree.query(shapely.box(*others[there].T))[0])]]
    meets = (others[:, None, :2] <= boxes[:, 2:]) & (others[:, None, 2:] >= boxes[:, :2])
    return [int(index) for index in np.flatnonzero(meets.all(axis=2).any(axis=1))]


def _squares(boxes: Array) -> list[Array]:
    """Return one box around all that lie in a square together: few requests, and no large empty ones."""
    if not len(boxes):
        return []
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    if (high - low <= _SQUARE_M).all():
        return [np.concatenate([low, high])]
    cells = np.floor((boxes[:, :2] - low) / _SQUARE_M)
    _cells, group = np.unique(cells, axis=0, return_inverse=True)
    group = group.reshape(-1)
    return [
        np.concatenate([boxes[group == one, :2].min(axis=0), boxes[group == one, 2:].max(axis=0)])
        for one in range(int(group.max()) + 1)
    ]
