"""What lies around an edit, as the layers of a project have it, with what is not saved yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsExpression, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

from waternet_plugin.bridge.saved_ids import highest_number
from waternet_plugin.bridge.saving.layer_rows import rows_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import Row

# Fields beside the ids that the file finds without reading a whole table.
_INDEXED = {("failure", "pipe_id"), ("inspection", "pipe_id"), ("defect", "inspection_id")}
_DIGITS = 4
# Around a node, in metres.
_REACH_M = 0.01


def _one_of(field: str, values: Sequence[Any]) -> QgsFeatureRequest:
    """Return a request for the rows whose field has one of some values."""
    listed = ", ".join(QgsExpression.quotedValue(value) for value in values)
    return QgsFeatureRequest().setFilterExpression(f"{QgsExpression.quotedColumnRef(field)} IN ({listed})")


class LayerSurroundings:
    """The rows of the layers of a project, found by their indexes.

    Parameters
    ----------
    layer_of
        Returns our layer of a table, None where the project has none.
    edited
        Returns the rows of a table that were edited since the last Save: fields without an index are looked
        for in these only, and in the whole file when the edits are saved.
    """

    def __init__(
        self,
        layer_of: Callable[[str], QgsVectorLayer | None],
        edited: Callable[[str], Mapping[int, Row]],
    ) -> None:
        self._layer_of = layer_of
        self._edited = edited

    def rows_near(self, name: str, boxes: Any) -> Mapping[int, Row]:
        """Return the rows whose geometry may meet one of the boxes, (boxes, 4), m."""
        layer = self._layer_of(name)
        if layer is None:
            return {}
        found: dict[int, Row] = {}
        for box in boxes:
            found.update(rows_of(layer, name, QgsFeatureRequest(QgsRectangle(*map(float, box)))))
        return found

    def rows_where(self, name: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Return the rows whose field has one of some values."""
        layer = self._layer_of(name)
        if layer is None or layer.fields().lookupField(field) < 0:
            return {}
        if field != table(name).id_field and (name, field) not in _INDEXED:
            found = dict(self._edited(name))
            if name == "pipe" and field in ("from_node", "to_node"):
                found.update(self._pipes_at(values))
            wanted = set(values)
            return {key: row for key, row in found.items() if row.get(field) in wanted}
        return rows_of(layer, name, _one_of(field, values))

    def _pipes_at(self, node_ids: Sequence[Any]) -> Mapping[int, Row]:
        """Return the pipes where some nodes are, and where they were saved."""
        import numpy as np
        import shapely

        layer = self._layer_of("node")
        if layer is None:
            return {}
        request = _one_of(table("node").id_field, node_ids)
        both = [rows_of(layer, "node", request, saved=saved).values() for saved in (False, True)]
        shapes = [row[GEOMETRY_COLUMN] for rows in both for row in rows if row[GEOMETRY_COLUMN] is not None]
        boxes = shapely.bounds(shapes).reshape(-1, 4)
        return self.rows_near("pipe", boxes + _REACH_M * np.array([-1, -1, 1, 1]))

    def next_id(self, name: str, prefix: str) -> str:
        """Return an id of a prefix and digits that comes after all that the table has."""
        layer = self._layer_of(name)
        highest = 0 if layer is None else highest_number(layer, name, prefix)
        field = table(name).id_field
        for row in self._edited(name).values():
            digits = str(row.get(field) or "")[len(prefix) :]
            if str(row.get(field)).startswith(prefix) and digits.isdecimal() and len(digits) < 10:
                highest = max(highest, int(digits))
        return f"{prefix}{highest + 1:0{_DIGITS}d}"
