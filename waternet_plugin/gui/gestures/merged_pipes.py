"""A merge by QGIS's dialog that keeps no row: it is done again, with the longest of the rows kept.

The dialog reads the row to keep from the column of row numbers. Forms do not show that column, so the dialog
deletes every row and gives line and values to row 0, which is none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from qgis.core import QgsFeatureRequest, QgsGeometry, QgsVectorLayer

from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN

NO_ROW = 0


class MergeWithoutTarget:
    """What the dialog did.

    Parameters
    ----------
    layer
        In editing, right after the merge.
    touched
        The rows that the merge touched.
    """

    def __init__(self, layer: QgsVectorLayer, touched: Collection[int]) -> None:
        buffer = layer.editBuffer()
        self._layer = layer
        self._line = QgsGeometry(buffer.changedGeometries()[NO_ROW])
        self._values: dict[int, Any] = dict(buffer.changedAttributeValues().get(NO_ROW, {}))
        self._rows = [fid for fid in touched if fid != NO_ROW and not layer.getFeature(fid).isValid()]

    def repeat(self, text: str) -> None:
        """Merge the rows, which are there again, into the longest of them.

        Parameters
        ----------
        text
            What the step of undo is called.
        """
        layer = self._layer
        lengths = {fid: layer.getFeature(fid).geometry().length() for fid in self._rows}
        kept = max(sorted(lengths), key=lambda fid: lengths[fid])
        names = [field.name() for field in layer.fields()]
        layer.beginEditCommand(text)
        for fid in self._rows:
            if fid != kept:
                layer.deleteFeature(fid)
        layer.changeGeometry(kept, self._line)
        for place, value in self._values.items():
            if names[place] not in (*EDITING, FID_COLUMN):
                layer.changeAttributeValue(kept, place, value)
        layer.endEditCommand()


def merge_without_target(layer: QgsVectorLayer, touched: Collection[int]) -> MergeWithoutTarget | None:
    """Return what a merge did that kept no row; None for every other gesture."""
    buffer = layer.editBuffer()
    if NO_ROW not in touched or buffer is None or NO_ROW not in buffer.changedGeometries():
        return None
    # The layer makes a row of what was changed of it; only the file knows.
    if any(layer.dataProvider().getFeatures(QgsFeatureRequest(NO_ROW))):
        return None
    return MergeWithoutTarget(layer, touched)
