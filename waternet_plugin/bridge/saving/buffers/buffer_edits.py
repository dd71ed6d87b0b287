"""Edits of rows written into the edit buffers of layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qgis.core import (
    QgsExpression,
    QgsExpressionContextScope,
    QgsFeature,
    QgsFeatureRequest,
    QgsVectorLayer,
)

from waternet_plugin.bridge.layers import row_values
from waternet_plugin.bridge.saving.buffers.new_features import new_feature
from waternet_plugin.core.editing.row_edits import Row, RowEdit, is_same
from waternet_plugin.core.schema.tables import EDITING, GEOMETRY_COLUMN, table

Columns = Mapping[int, row_values.FileColumn]


def difference(edit: RowEdit, given: RowEdit | None) -> RowEdit | None:
    """Return what turns a row as it is in its layer into the row that it is to be; None for nothing.

    Parameters
    ----------
    edit
        The edit as it must be.
    given
        The part of it that the layer has already, None where the row was not touched.
    """
    before = edit.before if given is None else given.now
    if before is None and edit.now is None:
        return None
    row_edit = RowEdit(edit.table, edit.key, before, edit.now)
    if before is not None and edit.now is not None and not row_edit.changed_fields:
        return None
    return row_edit


def inverse(edits: Iterable[RowEdit]) -> list[RowEdit]:
    """Return what takes edits back, the last one first."""
    return [RowEdit(edit.table, edit.key, edit.now, edit.before) for edit in reversed(list(edits))]


def _added(layer: QgsVectorLayer, row: Row, columns: Columns, with_defaults: bool) -> int:
    values = row_values.attributes_of(row, columns)
    geometry = row_values.geometry_of(row.get(GEOMETRY_COLUMN), layer)
    if with_defaults:
        # Fields that the row says nothing of have their defaults; those it knows to be unknown stay so.
        feature = new_feature(layer, geometry, values)
    else:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(geometry)
        for field_index, value in values.items():
            feature.setAttribute(field_index, value)
    layer.addFeature(feature)
    return int(feature.id())


class _UpdateDefaults:
    """What QGIS fills in of a row whenever it is changed, such as who edited it.

    QGIS itself reads the row twice for each of these fields.

    Parameters
    ----------
    layer
        A layer that is in editing.
    """

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer
        self._expressions: list[tuple[int, QgsExpression]] | None = None

    def _prepare(self) -> list[tuple[int, QgsExpression]]:
        layer, fields = self._layer, self._layer.fields()
        self._context = layer.createExpressionContext()
        self._context.appendScope(QgsExpressionContextScope())
        self._context.setFields(fields)
        edits = []
        for field_index in range(fields.count()):
            definition = layer.defaultValueDefinition(field_index)
            if definition.applyOnUpdate() and definition.isValid():
                expression = QgsExpression(definition.expression())
                expression.prepare(self._context)
                edits.append((field_index, expression))
        return edits

    def fill(self, feature: QgsFeature) -> None:
        """Fill in what belongs to a row of the layer that was just changed."""
        if self._expressions is None:
            self._expressions = self._prepare()
        for field_index, expression in self._expressions:
            self._context.setFeature(feature)
            value, was = expression.evaluate(self._context), feature.attribute(field_index)
            feature.setAttribute(field_index, value)
            if row_values.is_unknown(value) != row_values.is_unknown(was) or value != was:
                self._layer.changeAttributeValue(feature.id(), field_index, value, was, True)


def _changed(
    layer: QgsVectorLayer,
    edit: RowEdit,
    feature: QgsFeature,
    columns: Columns,
    defaults: _UpdateDefaults | None,
) -> None:
    now = edit.now or {}
    changed = {name: now[name] for name in edit.changed_fields if name in now}
    # Who edited, and when, is set anew with one change of a row: with the first one.
    if GEOMETRY_COLUMN in changed:
        geometry = row_values.geometry_of(changed[GEOMETRY_COLUMN], layer)
        layer.changeGeometry(edit.key, geometry, True)
        feature.setGeometry(geometry)
        if defaults is not None:
            defaults.fill(feature)
            defaults = None
    for field_index, value in row_values.attributes_of(changed, columns).items():
        layer.changeAttributeValue(edit.key, field_index, value, feature.attribute(field_index), True)
        feature.setAttribute(field_index, value)
        if defaults is not None:
            defaults.fill(feature)
            defaults = None


def apply(
    layer: QgsVectorLayer, edits: Sequence[RowEdit], text: str, *, with_defaults: bool = True
) -> dict[int, int]:
    """Change the buffer of a layer that is in editing, in one command.

    Parameters
    ----------
    layer
        The layer of the table of the edits.
    edits
        From what the layer has to what it must have. A row that it does not have any more is left alone.
    text
        Of the command.
    with_defaults
        Whether QGIS fills in what the rows do not say, such as the length of a line that was moved.

    Returns
    -------
    The numbers that the layer gave to new rows, by the keys of their edits.
    """
    if not edits:
        return {}
    # In one command: whoever looks at the end of a step looks once.
    layer.beginEditCommand(text)
    try:
        return fill(layer, edits, with_defaults=with_defaults)
    finally:
        layer.endEditCommand()


def fill(layer: QgsVectorLayer, edits: Sequence[RowEdit], *, with_defaults: bool = True) -> dict[int, int]:
    """Change the buffer of a layer within a command that is open; else as `apply`."""
    numbers: dict[int, int] = {}
    layer_columns = row_values.columns_of(layer, table(edits[0].table))
    columns = {
        field_index: column for field_index, column in layer_columns.items() if column.name not in EDITING
    }
    defaults = _UpdateDefaults(layer) if with_defaults else None
    changed = [edit.key for edit in edits if edit.before is not None and edit.now is not None]
    features = {}
    if changed:
        request = QgsFeatureRequest().setFilterFids(changed)
        features = {feature.id(): feature for feature in layer.getFeatures(request)}
    for edit in edits:
        if edit.before is None:
            assert edit.now is not None
            numbers[edit.key] = _added(layer, edit.now, columns, with_defaults)
        elif edit.now is None:
            layer.deleteFeature(edit.key)
        elif edit.key in features:
            _changed(layer, edit, features[edit.key], columns, defaults)
    return numbers


def still_as_left(edits: Iterable[RowEdit], rows: Any) -> list[RowEdit]:
    """Return the edits, without what somebody changed since in ``rows``, by key.

    Each edit goes from what was left to what it was before; a field with another value now stays.
    """
    result = []
    for edit in edits:
        row = rows.get(edit.key)
        if edit.before is None or edit.now is None or row is None:
            if (row is None) == (edit.before is None):
                result.append(edit)
            continue
        same = {name: edit.now[name] for name in edit.changed_fields if name in edit.now
                and is_same(row.get(name), edit.before.get(name))}  # fmt: skip
        if same:
            result.append(RowEdit(edit.table, edit.key, row, {**row, **same}))
    return result


def renumbered(edit: RowEdit, numbers: dict[int, int]) -> RowEdit:
    """Return an edit whose row has the number that its layer gave it."""
    if edit.key not in numbers:
        return edit
    return RowEdit(edit.table, numbers[edit.key], edit.before, edit.now)
