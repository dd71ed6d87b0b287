"""Where the bulk of the pipes of a network lies."""

from __future__ import annotations

from typing import Optional

from waternet_plugin.core.network.model.strays import bulk_box
from waternet_plugin.store.network import Network


def pipes_box(network: Network) -> Optional[tuple[float, float, float, float]]:
    """Return west, south, east and north of the pipes without strays, m; None where no pipe has a place."""
    return bulk_box(network.boxes("pipe"))
