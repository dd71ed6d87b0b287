"""The network as a graph of NetworkX, for scripts of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.errors import DependencyError, InputError
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.network.model.named_graph import installed_networkx, multigraph
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.use import METERED_SYSTEMS, OUT_OF_USE
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.network import Network

_OF_PIPES = ("system", "function", "material", "diameter_mm", "install_year", "street", "dma_id")
_OF_NODES = ("kind", "status", "valve_state", "operable", "meter_in", "meter_out", "ground_m")
_JOINING = ("pipe_id", "status", "initial_status", "from_node", "to_node", "length_m")


def to_networkx(
    network: Network, *, systems: Iterable[str] = METERED_SYSTEMS, zone: Optional[str] = None
) -> Any:
    """Return the pipes in use as a ``networkx.MultiGraph``.

    Nodes are keyed by node_id, edges by pipe_id (their numbers where there is none); parallel pipes are two
    edges. Nodes have kind, status, valve_state, operable, meter_in, meter_out, ground_m (m), x_m and y_m (in
    the network's CRS); edges have system, function, material, diameter_mm, install_year, street, dma_id,
    length_m and is_open (False for a pipe that is closed at the start). Closed valves are nodes like others:
    what they part is up to the script. Unknown is None, of numbers NaN.

    Parameters
    ----------
    systems
        Codes of the systems whose pipes are in it.
    zone
        Id of a metered area: its pipes alone, those of the zones in it too; None for all pipes.

    Raises
    ------
    InputError
        For a system or zone that there is not.
    DependencyError
        Where networkx is not installed.
    """
    if installed_networkx() is None:
        raise DependencyError(
            tr("The Python package networkx is not installed. Type: {command}").format(
                command="python3 -m pip install networkx"
            )
        )
    wanted = {systems} if isinstance(systems, str) else set(systems)
    strange = sorted(wanted - set(domain("system")))
    if strange:
        message = tr("There is no system {names}. Give some of: {known}.")
        raise InputError(message.format(names=listed(strange), known=listed(domain("system"))))
    pipes = network.read("pipe", [*_JOINING, *_OF_PIPES])
    nodes = network.read("node", ["node_id", "system", *_OF_NODES])
    graph = build_graph(pipes, nodes, settings=network.settings()).graph
    chosen = pipes["system"].isin(wanted) & ~pipes["status"].isin(OUT_OF_USE)
    if zone is not None:
        chosen &= _of_zone(network, pipes, zone)
    of_pipes = {name: pipes[name].to_numpy() for name in _OF_PIPES}
    of_pipes["length_m"] = graph.length_m
    of_pipes["is_open"] = column(pipes, "initial_status") != "closed"
    of_nodes = {name: _of_vertices(nodes[name], graph.node_count) for name in _OF_NODES}
    of_nodes.update(x_m=graph.x_m, y_m=graph.y_m)
    return multigraph(graph, chosen.to_numpy(dtype=bool), of_pipes, of_nodes)


def _of_zone(network: Network, pipes: pd.DataFrame, zone: str) -> Any:
    """Return which pipes lie in a zone or in one of the zones in it (P,)."""
    zones = network.read("zone", ["zone_id", "kind", "level", "parent_id", "state"], geometry=False)
    tree = zone_tree(zones)
    (numbers,) = np.nonzero(tree.zone_id == zone)
    if not len(numbers):
        message = tr("There is no metered area {zones}. Give ids of zones of the kind dma, or none for all.")
        raise InputError(message.format(zones=zone))
    return tree.holds(int(numbers[0]), tree.numbers(pipes["dma_id"].to_numpy(dtype=object)))


def _of_vertices(values: pd.Series, many: int) -> Any:
    """Return values of nodes by vertex, unknown where only ends of pipes meet."""
    own = values.to_numpy()
    unknown = np.nan if own.dtype.kind == "f" else None
    return np.concatenate([own, np.full(many - len(own), unknown, dtype=own.dtype)])
