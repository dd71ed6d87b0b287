"""Put rows that somebody edited into the buffers of layers: what belongs together is one step of undo."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsVectorLayer

from waternet_plugin.bridge.saving.buffers import buffer_edits
from waternet_plugin.core.editing.connected_edits import edits_by_tables
from waternet_plugin.core.editing.row_edits import RowEdit, by_table
from waternet_plugin.core.errors import InputError
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
    names = dict.fromkeys(edit.table for edit in edits)
    # Pipes first: nodes are opened with them then, and closed with them.
    for name in sorted(names, key=lambda table: table != "pipe"):
        layer = layers[name]
        if not layer.isEditable() and not layer.startEditing():
            text = tr("The layer {layer} can't be edited. See why, then take the edits up again.")
            raise InputError(text.format(layer=layer.name()))
    for together in edits_by_tables(edits):
        _fill(layers, together)


def _fill(layers: Mapping[str, QgsVectorLayer], edits: tuple[RowEdit, ...]) -> None:
    """Fill layers by commands that end together, as those of a gesture do."""
    parts = dict(by_table(edits))
    filled = {layers[name].id() for name in parts}
    _being_filled.update(filled)
    try:
        for name in parts:
            layers[name].beginEditCommand(tr("Take up unsaved edits"))
        try:
            for name, ours in parts.items():
                # No default is filled in again: the rows have their values.
                buffer_edits.fill(layers[name], ours, with_defaults=False)
        finally:
            for name in parts:
                layers[name].endEditCommand()
    finally:
        _being_filled.difference_update(filled)
