"""How many rows the tables of a network have."""

from __future__ import annotations

from collections.abc import Iterable

from waternet_plugin.store.network import Network


def row_counts(network: Network, tables: Iterable[str]) -> dict[str, int]:
    """Return the number of rows by table."""
    return {name: network.count(name) for name in tables}
