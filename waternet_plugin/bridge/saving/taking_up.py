"""Put rows that somebody edited into the buffers of layers, as one step of each layer's undo history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qgis.core import QgsFeature, QgsVectorLayer

from waternet_plugin.bridge.saving import row_values
from waternet_plugin.core.editing.row_edits import Row, RowEdit, by_table
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import EDITING, GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr

# Layers that are being filled: what helps with a gesture leaves them alone.
_being_filled: set[str] = set()


def is_being_filled(layer: QgsVectorLayer) -> bool:
    """Return whether rows are put into a layer that are finished already."""
    return layer.id() in _being_filled


def put_back(layers: Mapping[str, QgsVectorLayer], edits: tuple[RowEdit, ...]) -> None:
    """Put edits into the buffers of layers.

    Parameters
    ----------
    layers
        By table; those of all edited tables.
    edits
        On top of what the file holds, as `core.editing.merging.Merged` has them.

    Raises
    ------
    InputError
        When a layer can't be edited; no buffer is changed then.
    """
    parts = dict(by_table(edits))
    for name in parts:
        layer = layers[name]
        if not layer.isEditable() and not layer.startEditing():
            text = tr("The layer {layer} can't be edited. See why, then take the edits up again.")
            raise InputError(text.format(layer=layer.name()))
    for name, ours in parts.items():
        _fill(layers[name], name, ours)


def _fill(layer: QgsVectorLayer, name: str, edits: Iterable[RowEdit]) -> None:
    found = row_values.columns_of(layer, table(name))
    columns = {one.name: (place, one.kind) for place, one in found.items() if one.name not in EDITING}
    _being_filled.add(layer.id())
    layer.beginEditCommand(tr("Take up unsaved edits"))
    try:
        for edit in edits:
            if edit.now is None:
                layer.deleteFeature(edit.key)
            elif edit.before is None:
                layer.addFeature(_feature(layer, edit.now, columns))
            else:
                _change(layer, edit, edit.now, columns)
        layer.endEditCommand()
    finally:
        _being_filled.discard(layer.id())


def _feature(layer: QgsVectorLayer, row: Row, columns: Mapping[str, tuple[int, str]]) -> QgsFeature:
    feature = QgsFeature(layer.fields())
    for field, value in row.items():
        if field in columns:
            place, kind = columns[field]
            feature.setAttribute(place, row_values.attribute_of(value, kind))
    feature.setGeometry(row_values.geometry_of(row.get(GEOMETRY_COLUMN), layer))
    return feature


def _change(layer: QgsVectorLayer, edit: RowEdit, now: Row, columns: Mapping[str, tuple[int, str]]) -> None:
    for field in edit.changed_fields:
        if field == GEOMETRY_COLUMN:
            # No default is filled in again, such as the length of the line: the row has its values.
            layer.changeGeometry(edit.key, row_values.geometry_of(now.get(field), layer), True)
        elif field in columns:
            place, kind = columns[field]
            value = row_values.attribute_of(now.get(field), kind)
            layer.changeAttributeValue(edit.key, place, value, None, True)
