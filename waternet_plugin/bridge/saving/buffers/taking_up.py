"""Put rows that somebody edited into the buffers of layers, as one step of each layer's undo history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.core import QgsVectorLayer

from waternet_plugin.bridge.saving.buffers import buffer_edits
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
    parts = dict(by_table(edits))
    for name in parts:
        layer = layers[name]
        if not layer.isEditable() and not layer.startEditing():
            text = tr("The layer {layer} can't be edited. See why, then take the edits up again.")
            raise InputError(text.format(layer=layer.name()))
    for name, ours in parts.items():
        _fill(layers[name], ours)


def _fill(layer: QgsVectorLayer, edits: Sequence[RowEdit]) -> None:
    _being_filled.add(layer.id())
    try:
        # No default is filled in again: the rows have their values.
        buffer_edits.apply(layer, edits, tr("Take up unsaved edits"), with_defaults=False)
    finally:
        _being_filled.discard(layer.id())
