"""What waits in a layer's buffer: edits as rows, and fields that a person added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsFeature, QgsField, QgsSettings, QgsVectorLayer

from waternet_plugin import compat
from waternet_plugin.bridge.edits import edited_lengths, interpolated_heights
from waternet_plugin.bridge.layers import row_values
from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import listed, tr

# The height that QGIS gives to what is drawn where nothing is snapped to.
_DEFAULT_Z = "/qgis/digitizing/default_z_value"


def collect(layer: QgsVectorLayer, table: Table, before: Mapping[int, Row]) -> list[RowEdit]:
    """Return what a layer's buffer makes of rows; the buffer stays as it is.

    Heights that QGIS left out are filled, and pasted pipes are measured, on the way.

    Parameters
    ----------
    layer
        A layer that is being edited.
    before
        The rows it touches as they were, by ``fid``.
    """
    buffer = layer.editBuffer()
    columns = row_values.columns_of(layer, table)
    values, lines = buffer.changedAttributeValues(), buffer.changedGeometries()
    deleted = set(buffer.deletedFeatureIds())
    edits = [RowEdit(table.name, fid, before[fid], None) for fid in sorted(deleted) if fid >= 0]
    for fid in sorted((values.keys() | lines.keys()) - deleted):
        if fid < 0:
            continue
        now: dict[str, Any] = dict(before[fid])
        for field_index, value in values.get(fid, {}).items():
            if field_index in columns:
                now[columns[field_index].name] = row_values.stored(value, columns[field_index].kind)
        if fid in lines:
            mended = interpolated_heights.mended(lines[fid])
            now[GEOMETRY_COLUMN] = row_values.shape_of(mended if mended is not None else lines[fid])
        edits.append(RowEdit(table.name, fid, before[fid], now))
    added = buffer.addedFeatures()
    # Oldest first: QGIS counts new rows downwards.
    for fid in sorted(added, reverse=True):
        edits.append(RowEdit(table.name, fid, None, _made(layer, table, added[fid], columns)))
    return edits


def _made(
    layer: QgsVectorLayer, table: Table, feature: QgsFeature, columns: Mapping[int, row_values.FileColumn]
) -> Row:
    """Return a new row."""
    made = QgsFeature(feature)
    # Where features of the buffer have no names for their attributes, their places are those of the layer.
    made.setFields(layer.fields(), False)
    mended = interpolated_heights.mended(
        made.geometry(), drawn_as=float(QgsSettings().value(_DEFAULT_Z, 0.0))
    )
    if mended is not None:
        made.setGeometry(mended)
    if table.name == "pipe":
        for name, value in edited_lengths.settled(layer, made).items():
            made[name] = value
    return row_values.row_of(made, table, columns)


def new_fields(layer: QgsVectorLayer, table: str) -> tuple[FieldRequest, ...]:
    """Return the fields that were added to a layer of a table since editing began.

    Raises
    ------
    InputError
        For a field that the network can't have, because of its name or type.
    """
    return tuple(_request(layer, table, attribute) for attribute in layer.editBuffer().addedAttributes())


def _request(layer: QgsVectorLayer, table: str, field: QgsField) -> FieldRequest:
    kind = compat.kind_of(field)
    if kind not in domain("field_type"):
        known = listed(entry.label for entry in domain("field_type").values())
        message = tr(
            "The new field {field} of the layer {layer} has a type that the network can't store. Choose one "
            "of: {types}."
        )
        raise InputError(message.format(field=field.name(), layer=layer.name(), types=known))
    label = field.alias() or field.comment()
    request = FieldRequest(table, field.name(), kind, label=label, label_zh=label, any_name=True)
    # Before rows are compared: QGIS takes names that differ by case for one.
    own_fields.check(request, [provider_field.name() for provider_field in layer.dataProvider().fields()])
    return request
