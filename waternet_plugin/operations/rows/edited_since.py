"""How much of the pipes and nodes of some systems was edited since something looked at all of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Optional

from waternet_plugin.store.network import Network

_TABLES = {"pipe": "pipe_id", "node": "node_id"}


def edited_since(network: Network, position: Optional[str], systems: Collection[str]) -> int:
    """Return how many pipes and nodes were edited after a position of the network.

    Parameters
    ----------
    position
        Up to where edits were looked at; None where nobody knows.
    systems
        Systems that count; rows without a system and rows that are gone count always.

    Returns
    -------
    Their number; 0 where the position is None, -1 where the log can't tell.
    """
    if position is None:
        return 0
    since = network.changed(position)
    if since.complete:
        return -1
    found = 0
    for table, id_field in _TABLES.items():
        ids = list(since.assets.get(table, ()))
        if not ids:
            continue
        rows = network.read(table, [id_field, "system"], ids=ids, geometry=False)
        others = rows["system"].notna() & ~rows["system"].isin(list(systems))
        found += len(ids) - int(others.sum())
    return found
