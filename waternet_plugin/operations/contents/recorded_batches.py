"""Every write to a network, as lists show it."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.frames import records
from waternet_plugin.store.network import Network


def recorded_batches(network: Network) -> list[dict[str, Any]]:
    """Return the batches of a network, the newest first, each as `Network.batches` describes it."""
    return records(network.batches())
