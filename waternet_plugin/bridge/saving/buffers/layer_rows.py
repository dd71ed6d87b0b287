"""Rows of `core.editing.row_edits` as layers have them, with what is not saved or without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeatureRequest, QgsVectorLayer

from waternet_plugin.bridge.layers import row_values
from waternet_plugin.core.schema.tables import table

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import Row


def rows_of(
    layer: QgsVectorLayer, name: str, request: QgsFeatureRequest, *, saved: bool = False
) -> dict[int, Row]:
    """Return the rows of a layer that a request finds, by ``fid``.

    Parameters
    ----------
    layer
        A layer of ours.
    name
        Its table.
    request
        Asks for few rows: by box, number or indexed field.
    saved
        Whether to ask the file instead of the layer with its unsaved edits.
    """
    described = table(name)
    columns = row_values.columns_of(layer, described, saved=saved)
    source: Any = layer.dataProvider() if saved else layer
    return {
        feature.id(): row_values.row_of(feature, described, columns)
        for feature in source.getFeatures(request)
    }


def complete(
    layer: QgsVectorLayer, fids: Sequence[int], read: Callable[[Sequence[int]], dict[int, Row]]
) -> dict[int, Row]:
    """Return rows of a layer's file by their numbers, read once more where some were not found.

    A connection that QGIS opened just before the journal mode of the file changed finds no rows at all.

    Parameters
    ----------
    fids
        Numbers of rows.
    read
        Reads them by the layer's provider.
    """
    rows = read(fids)
    if all(fid in rows for fid in fids):
        return rows
    layer.dataProvider().reloadData()
    return read(fids)
