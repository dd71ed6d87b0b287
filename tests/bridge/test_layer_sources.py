"""The rows that a layer shows, in the SQL of where the network is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from waternet_plugin.bridge.layers.sources import layer_source
from waternet_plugin.store.addresses import parse


def _rows(place: str, layer_key: str) -> str:
    asked: list[Any] = []
    network: Any = SimpleNamespace(address=parse(place), layer_source=lambda *words: asked.append(words))
    layer_source(network, layer_key)
    ((_table, rows),) = asked
    return str(rows)


@pytest.mark.parametrize("layer_key", ["project", "dma_way", "dma_boundary"])
def test_tables_of_a_server_are_named_with_their_schema(layer_key: str) -> None:
    rows = _rows("qgis:x?schema=a%22b", layer_key)
    tables = [word for word in ("issue", "pipe p", "plan", "setting") if f"FROM {word}" in rows]
    assert tables == [] and 'FROM "a""b".' in rows and "printf" not in rows


@pytest.mark.parametrize("layer_key", ["project", "dma_way", "dma_boundary"])
def test_tables_of_a_file_are_not(layer_key: str) -> None:
    rows = _rows("town.gpkg", layer_key)
    # Two bars would end the name of the file.
    assert '"' not in rows and "||" not in rows and "FROM " in rows


def test_other_layers_show_all_rows() -> None:
    asked: list[Any] = []
    network: Any = SimpleNamespace(
        address=parse("town.gpkg"), layer_source=lambda *words: asked.append(words)
    )
    layer_source(network, "pipe")
    assert asked == [("pipe",)]
