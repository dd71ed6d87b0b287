"""Write what follows from a gesture into the edit buffers of layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import NULL, QgsVectorLayer

from waternet_plugin.bridge.layer_rows import geometry_of, values_by_index
from waternet_plugin.bridge.new_features import new_feature
from waternet_plugin.core.editing.row_edits import Row, RowEdit, is_same
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN


def difference(edit: RowEdit, given: RowEdit | None) -> RowEdit | None:
    """Return what turns a row as it is in its layer into the row that it is to be; None for nothing.

    Parameters
    ----------
    edit
        The edit as it must be.
    given
        The part of it that the layer has already, None where the row was not touched.
    """
    there = edit.before if given is None else given.now
    if there is None and edit.now is None:
        return None
    found = RowEdit(edit.table, edit.key, there, edit.now)
    if there is not None and edit.now is not None and not found.changed_fields:
        return None
    return found


def inverse(edits: Iterable[RowEdit]) -> list[RowEdit]:
    """Return what takes edits back, the last one first."""
    return [RowEdit(edit.table, edit.key, edit.now, edit.before) for edit in reversed(list(edits))]


def _added(layer: QgsVectorLayer, name: str, row: Row) -> int:
    left_out = (*EDITING, FID_COLUMN)
    values = values_by_index(layer, name, {key: row[key] for key in row if key not in left_out})
    geometry = geometry_of(row.get(GEOMETRY_COLUMN), layer)
    # Fields that the row says nothing of have their defaults; those it knows to be unknown stay so.
    feature = new_feature(layer, geometry, values)
    layer.addFeature(feature)
    return int(feature.id())


def _changed(layer: QgsVectorLayer, edit: RowEdit) -> None:
    now = edit.now or {}
    names = [name for name in edit.changed_fields if name in now]
    values = values_by_index(layer, edit.table, {name: now[name] for name in names})
    # Who edited, and when, is a default that QGIS sets anew with one change of a row: with the first one.
    is_first = True
    if GEOMETRY_COLUMN in names:
        layer.changeGeometry(edit.key, geometry_of(now[GEOMETRY_COLUMN], layer))
        is_first = False
    for index, value in values.items():
        layer.changeAttributeValue(edit.key, index, value, NULL, not is_first)
        is_first = False


def apply(layer: QgsVectorLayer, edits: Iterable[RowEdit], text: str) -> dict[int, int]:
    """Change the buffer of a layer that is in editing.

    Parameters
    ----------
    layer
        The layer of the table of the edits.
    edits
        From what the layer has to what it must have. A row that it does not have any more is left alone.
    text
        Of the command.

    Returns
    -------
    The numbers that the layer gave to new rows, by the keys of their edits.
    """
    numbers: dict[int, int] = {}
    # In one command: whoever looks at the end of a step looks once.
    layer.beginEditCommand(text)
    try:
        for edit in edits:
            if edit.before is None:
                assert edit.now is not None
                numbers[edit.key] = _added(layer, edit.table, edit.now)
            elif edit.now is None:
                layer.deleteFeature(edit.key)
            elif layer.getFeature(edit.key).isValid():
                _changed(layer, edit)
    finally:
        layer.endEditCommand()
    return numbers


def still_as_left(edits: Iterable[RowEdit], rows: Any) -> list[RowEdit]:
    """Return the edits, without what somebody changed since in ``rows``, by key.

    Each edit goes from what was left to what it was before; a field with another value now stays.
    """
    result = []
    for edit in edits:
        there = rows.get(edit.key)
        if edit.before is None or edit.now is None or there is None:
            if (there is None) == (edit.before is None):
                result.append(edit)
            continue
        same = {name: edit.now[name] for name in edit.changed_fields if name in edit.now
                and is_same(there.get(name), edit.before.get(name))}  # fmt: skip
        if same:
            result.append(RowEdit(edit.table, edit.key, there, {**there, **same}))
    return result


def renumbered(edit: RowEdit, numbers: dict[int, int]) -> RowEdit:
    """Return an edit whose row has the number that its layer gave it."""
    return RowEdit(edit.table, numbers.get(edit.key, edit.key), edit.before, edit.now)
