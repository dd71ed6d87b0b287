"""A network in a few figures: how long its pipes are, the newest batch, how much work is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from waternet_plugin.core.reports.health import statistics
from waternet_plugin.core.reports.health.statistics import Statistics
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.operations.contents.own_tables import tables_with_own
from waternet_plugin.operations.contents.recorded_batches import recorded_batches
from waternet_plugin.operations.network.live_network import loaded_network
from waternet_plugin.store.access.roles import RoleOfLogin
from waternet_plugin.store.network import NAME_KEY, Network


@dataclass(frozen=True)
class NetworkFigures:
    """What a network holds in short.

    Parameters
    ----------
    newest
        The newest batch, None for none.
    name
        Its name in the settings, '' for none.
    open_work
        How many items and repairs are open.
    own
        The tables to which users added fields or codes, by name.
    role
        What the login is in it, None for a file; its districts by their names.
    """

    newest: Optional[Mapping[str, Any]]
    name: str
    open_work: int
    own: Mapping[str, Table]
    role: Optional[RoleOfLogin]


def _role(network: Network) -> Optional[RoleOfLogin]:
    """Return what the login is in a network; its districts are called by their names."""
    role = network.own_role
    if role is None or not role.districts:
        return role
    zones = network.read("zone", ("zone_id", "name"), ids=role.districts, geometry=False)
    names = {zone: name for zone, name in zip(zones["zone_id"], zones["name"]) if isinstance(name, str)}
    return replace(role, districts=tuple(names.get(zone, zone) for zone in role.districts))


def network_figures(network: Network) -> NetworkFigures:
    """Return the figures of a network that are read in a moment, however many pipes it has."""
    batches = recorded_batches(network)
    return NetworkFigures(
        batches[0] if batches else None,
        network.settings().text(NAME_KEY).strip(),
        len(network.open_work()),
        tables_with_own(network),
        _role(network),
    )


def pipe_statistics(network: Network) -> Statistics:
    """Return how long the pipes are: of the network kept in memory, where one was read, else of all rows."""
    ready = loaded_network(network.address)
    if ready is None:
        return statistics.of_pipes(network.read("pipe", statistics.COLUMNS, geometry=False))
    with ready.answering():
        return statistics.of_pipes(ready.graph.pipe_columns)
