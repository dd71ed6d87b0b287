"""Begin to edit a layer, and be sure that it answers with its rows.

A connection that QGIS opened just before the file's mode changed finds no rows. The plugin's guard lets QGIS
drop it; here it is dropped at once, also where no plugin is loaded: no test goes on without rows.
"""

from __future__ import annotations

from qgis.core import QgsVectorLayer

_TRIES = 5


def make_sure_of_rows(layer: QgsVectorLayer) -> None:
    """Let QGIS drop what finds no rows of a layer that has some."""
    provider = layer.dataProvider()
    for _time in range(_TRIES):
        provider.invalidateConnections(layer.source().partition("|")[0])
        if provider.featureCount() == 0 or any(provider.getFeatures()):
            return
        provider.reloadData()
    raise AssertionError(f"{layer.name()} has {provider.featureCount()} rows and answers with none")


def begin_editing(*layers: QgsVectorLayer) -> None:
    """Begin to edit layers that are not edited yet."""
    for layer in layers:
        make_sure_of_rows(layer)
        assert layer.isEditable() or layer.startEditing()
    for layer in layers:
        make_sure_of_rows(layer)
