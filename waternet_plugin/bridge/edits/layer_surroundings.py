"""What lies around an edit, as the layers of a project have it, with what is not saved yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from waternet_plugin.bridge.edits.id_numbers import highest_number
from waternet_plugin.bridge.edits.nearby_features import NearbyFeatures
from waternet_plugin.core.editing.row_edits import is_same
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from waternet_plugin.core.editing.row_edits import Row, RowEdit

# Fields beside the ids that the file finds without reading a whole table.
_INDEXED = {("failure", "pipe_id"), ("inspection", "pipe_id"), ("defect", "inspection_id")}
_DIGITS = 4
# Around a node, in metres.
_REACH_M = 0.01
# How many places are read beforehand, and how long the sides of a box are then, m.
_FEW = 50
_SHORT_M = 100.0


class LayerSurroundings:
    """The rows of the layers of a project, found by their indexes; layers must not change meanwhile.

    Parameters
    ----------
    layer_of
        Returns our layer of a table, None where the project has none.
    edited
        Returns the rows of a table that were edited since the last Save, None for those that are gone: fields
        without an index are looked for in these only, and in the whole file when the edits are saved.
    numbers
        The highest number among the saved ids by table and letters, as far as known; others are added.
    """

    def __init__(
        self,
        layer_of: Callable[[str], QgsVectorLayer | None],
        edited: Callable[[str], Mapping[int, Row | None]],
        numbers: dict[tuple[str, str], int],
    ) -> None:
        self._layer_of = layer_of
        self._edited = edited
        self._numbers = numbers
        self._features: dict[str, NearbyFeatures | None] = {}
        self._at_nodes: dict[tuple[Any, ...], Mapping[int, Row]] = {}

    def _of(self, name: str) -> NearbyFeatures | None:
        if name not in self._features:
            layer = self._layer_of(name)
            self._features[name] = None if layer is None else NearbyFeatures(layer, name, self._edited(name))
        return self._features[name]

    def read_around(self, edits: Iterable[RowEdit]) -> None:
        """Read at once what lies where rows were edited: what is asked for piece by piece takes longer.

        Nodes along lines, pipes at their ends; nothing along lines so long that a town lies around them.
        """
        lines, places = [], []
        for edit in edits:
            if edit.table not in ("pipe", "node"):
                continue
            shapes = [None if row is None else row.get(GEOMETRY_COLUMN) for row in (edit.before, edit.now)]
            if is_same(*shapes):
                continue
            there = [shape for shape in shapes if shape is not None and not shape.is_empty]
            lines += there
            ends = [shapely.get_coordinates(shape)[[0, -1]] for shape in there]
            if len(ends) == 2:
                ends = [each[(ends[0] != ends[1]).any(axis=1)] for each in ends]
            places += ends
        boxes = shapely.bounds(np.array([*lines, None], dtype=object)[:-1]).reshape(-1, 4)
        boxes = boxes[(boxes[:, 2:] - boxes[:, :2] <= _SHORT_M).all(axis=1)]
        ends_xy = np.concatenate([*places, np.empty((0, 2))])
        for name, wanted in (("node", boxes), ("pipe", np.hstack([ends_xy, ends_xy]))):
            features = self._of(name)
            if features is not None and 0 < len(wanted) <= _FEW:
                features.cover(wanted)

    def rows_near(self, name: str, boxes: Any) -> Mapping[int, Row]:
        """Return the rows whose geometry may meet one of the boxes, (boxes, 4), m."""
        features = self._of(name)
        return {} if features is None else features.near(boxes)

    def rows_where(self, name: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Return the rows whose field has one of some values."""
        features = self._of(name)
        if features is None or not features.has_field(field):
            return {}
        if field == table(name).id_field or (name, field) in _INDEXED:
            return features.where(field, values)
        wanted = set(values)
        found = features.edited_where(field, wanted)
        if name == "pipe" and field in ("from_node", "to_node"):
            # Asked for by the one end and by the other.
            place = tuple(values)
            if place not in self._at_nodes:
                self._at_nodes[place] = self._pipes_at(values)
            found.update({key: row for key, row in self._at_nodes[place].items() if row.get(field) in wanted})
        return found

    def _pipes_at(self, node_ids: Sequence[Any]) -> Mapping[int, Row]:
        """Return the pipes where some nodes are, and where they were saved."""
        nodes = self._of("node")
        if nodes is None:
            return {}
        shapes = nodes.saved_shapes(node_ids)
        now = nodes.edited_where(table("node").id_field, set(node_ids)).values()
        shapes += [row[GEOMETRY_COLUMN] for row in now if row[GEOMETRY_COLUMN] is not None]
        boxes = shapely.bounds(np.array([*shapes, None], dtype=object)[:-1]).reshape(-1, 4)
        return self.rows_near("pipe", boxes + _REACH_M * np.array([-1, -1, 1, 1]))

    def next_id(self, name: str, prefix: str) -> str:
        """Return an id of a prefix and digits that comes after all that the table has."""
        layer = self._layer_of(name)
        place = (name, prefix)
        if place not in self._numbers:
            self._numbers[place] = 0 if layer is None else highest_number(layer, name, prefix)
        highest = self._numbers[place]
        field = table(name).id_field
        for row in self._edited(name).values():
            asset = str((row or {}).get(field) or "")
            digits = asset[len(prefix) :] if asset.startswith(prefix) else ""
            if digits.isdecimal() and len(digits) < 10:
                highest = max(highest, int(digits))
        return f"{prefix}{highest + 1:0{_DIGITS}d}"
