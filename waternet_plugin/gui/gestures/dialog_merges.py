"""What QGIS's merge dialog leaves in a layer, made into a merge of rows that are there.

The dialog takes the row that stays from its column of row numbers. Ours is hidden, so QGIS deletes all rows
and changes one of number 0 that nobody has, or adds a new row: no Save could write the first, and the second
would have no history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeatureRequest, QgsGeometry

from waternet_plugin.bridge.layers.row_values import is_unknown
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import RowEdit
    from waternet_plugin.gui.gestures.layer_changes import LayerChanges

# How far the merged geometry may be from its parts, m, and how much its size may differ from theirs.
_SAME_M = 0.001
_SAME_SHARE = 1e-6


@dataclass(frozen=True)
class DialogMerge:
    """A merge whose row that stays is none of the merged ones.

    Parameters
    ----------
    changes
        Of the layer.
    target
        Number of the largest row.
    others
        Numbers of the rows that are merged into it.
    geometry
        Of the merged row.
    values
        What was chosen in the dialog, by index of the field.
    """

    changes: LayerChanges
    target: int
    others: Sequence[int]
    geometry: QgsGeometry
    values: Mapping[int, Any]

    def repeat(self) -> None:
        """Merge into the largest row, as one gesture; what QGIS did must be taken back before."""
        layer = self.changes.layer
        kept_out = {layer.fields().lookupField(name) for name in (FID_COLUMN, *EDITING)}
        layer.beginEditCommand(self.changes.text)
        layer.changeGeometry(self.target, self.geometry)
        for index, value in self.values.items():
            # The dialog knows nothing of what it does not show.
            if index not in kept_out and not is_unknown(value):
                layer.changeAttributeValue(self.target, index, value)
        layer.deleteFeatures(list(self.others))
        layer.endEditCommand()


def find_dialog_merge(changes: LayerChanges, given: Sequence[RowEdit]) -> DialogMerge | None:
    """Return the merge that a gesture was, None where it was none or its row that stays is a merged one.

    Parameters
    ----------
    changes
        Of a layer of ours, the gesture still in its buffer.
    given
        What the gesture made of rows.
    """
    sizes = {edit.key: _size(edit.before) for edit in given if edit.before is not None and edit.now is None}
    if len(sizes) < 2:
        return None
    merge = _of_nobody(changes) or _of_new_row(changes, given, sum(sizes.values()))
    if merge is None:
        return None
    target = max(sizes, key=lambda key: (sizes[key], -abs(key)))
    return DialogMerge(changes, target, [key for key in sizes if key != target], *merge)


def _size(row: Mapping[str, Any] | None) -> float:
    """Return the area of a row, the length of a line."""
    shape = None if row is None else row.get(GEOMETRY_COLUMN)
    return 0.0 if shape is None else float(shape.area or shape.length)


def _of_nobody(changes: LayerChanges) -> tuple[QgsGeometry, Mapping[int, Any]] | None:
    """Return geometry and values of a row that the buffer changes and that is not there."""
    buffer = changes.layer.editBuffer()
    lines = buffer.changedGeometries()
    unsure = [fid for fid in lines.keys() - set(buffer.deletedFeatureIds()) if fid >= 0]
    # The layer makes a row of every change; only the file knows which are there.
    request = QgsFeatureRequest(unsure).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    fids = {feature.id() for feature in changes.layer.dataProvider().getFeatures(request)} if unsure else ()
    for fid in unsure:
        if fid not in fids:
            return QgsGeometry(lines[fid]), dict(buffer.changedAttributeValues().get(fid, {}))
    return None


def _of_new_row(
    changes: LayerChanges, given: Sequence[RowEdit], size: float
) -> tuple[QgsGeometry, Mapping[int, Any]] | None:
    """Return geometry and values of the only row that was added, where it is all deleted ones in one."""
    new = [edit for edit in given if edit.now is not None]
    if len(new) != 1 or new[0].before is not None or abs(_size(new[0].now) - size) > _SAME_SHARE * size:
        return None
    near = (new[0].now or {})[GEOMETRY_COLUMN].buffer(_SAME_M)
    parts = [(edit.before or {})[GEOMETRY_COLUMN] for edit in given if edit.now is None]
    if not all(near.covers(part) for part in parts):
        return None
    feature = changes.layer.getFeature(new[0].key)
    return QgsGeometry(feature.geometry()), dict(enumerate(feature.attributes()))
