"""Where the rows of a layer are kept."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from qgis.core import QgsProviderRegistry, QgsVectorLayer

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.layers.sources import SHOWN_ONLY
from waternet_plugin.core.schema.tables import all_tables


class Home(NamedTuple):
    """The file and the table of a layer."""

    path: str
    table: str


def source_of(layer: Any) -> Home | None:
    """Return file and table of any layer of a file, None for others."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path, name = parts.get("path"), parts.get("layerName")
    return Home(os.path.realpath(str(path)), str(name or "")) if path else None


def home_of(layer: Any) -> Home | None:
    """Return file and table of a layer of ours whose rows people edit, None for others."""
    source = source_of(layer)
    key = layer.customProperty(LAYER_MARK) if source is not None else None
    if source is None or not key or key in SHOWN_ONLY:
        return None
    table = all_tables().get(source.table)
    return source if table is not None and table.is_editable else None
