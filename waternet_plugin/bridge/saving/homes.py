"""Where the rows of a layer are kept."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, NamedTuple

from qgis.core import QgsDataSourceUri, QgsProviderRegistry, QgsVectorLayer

from waternet_plugin.bridge.layers.marks import LAYER_MARK, NETWORK_MARK
from waternet_plugin.bridge.layers.sources import SHOWN_ONLY
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.addresses import is_server, parse


class Home(NamedTuple):
    """The network and the table of a layer.

    Parameters
    ----------
    path
        The path of the network's file, or its address on a server.
    table
        The table.
    """

    path: str
    table: str

    @property
    def is_on_server(self) -> bool:
        """Whether the rows are on a server."""
        return is_server(self.path)


def source_of(layer: Any) -> Home | None:
    """Return file and table of any layer of a file, None for others."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return None
    path, name = _decoded(layer.source())
    return Home(os.path.realpath(path), name) if path else None


# Whoever follows layers asks for each of them, and QGIS takes its time with each answer.
@lru_cache(maxsize=1_000)
def _decoded(source: str) -> tuple[str, str]:
    """Return path and table in the source of a layer of a file, each '' where there is none."""
    parts = QgsProviderRegistry.instance().decodeUri("ogr", source)
    return str(parts.get("path") or ""), str(parts.get("layerName") or "")


def _server_home(layer: Any) -> Home | None:
    """Return network and table of a layer of ours of a server, None for others."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "postgres":
        return None
    source = QgsDataSourceUri(layer.source())
    try:
        address = parse(str(layer.customProperty(NETWORK_MARK) or ""))
    except InputError:
        return None
    # Somebody may have pointed the layer to another place since.
    is_there = bool(address.schema) and address.schema == source.schema()
    return Home(str(address), source.table()) if is_there else None


def home_of(layer: Any) -> Home | None:
    """Return network and table of a layer of ours whose rows people edit, None for others."""
    home = source_of(layer) or _server_home(layer)
    key = layer.customProperty(LAYER_MARK) if home is not None else None
    if home is None or not key or key in SHOWN_ONLY:
        return None
    table = all_tables().get(home.table)
    return home if table is not None and table.is_editable else None
