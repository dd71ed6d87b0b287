"""Customers read with the pipe that supplies each: the one they name, else the nearest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.network.model.customers import FOUND_BY, with_supply
from waternet_plugin.store.network import Network

_PIPE = ("pipe_id", "system", "status", "function")


def read_supplied(
    network: Network, columns: Iterable[str], *, where: Optional[Mapping[str, Any]] = None
) -> pd.DataFrame:
    """Return customers as `core.network.model.customers.with_supply` does, places read only where needed.

    Parameters
    ----------
    columns
        Columns of customers; ``pipe_id`` and ``found_by`` come with them.
    where
        Which customers, as ``Network.read`` takes it.
    """
    names = list(dict.fromkeys([*columns, "pipe_id"]))
    settings = network.settings()
    named = network.read("customer", names, where=where, geometry=False)
    if not len(named):
        return named.assign(**{FOUND_BY: pd.Series(dtype=object)})
    pipes = network.read("pipe", [*_PIPE], geometry=False)
    found = with_supply(named, pipes, settings)
    if found[FOUND_BY].notna().all():
        return found
    placed, pipes = network.read("customer", names, where=where), network.read("pipe", [*_PIPE])
    found = with_supply(placed, pipes, settings)
    return pd.DataFrame(found.drop(columns="geom"))
