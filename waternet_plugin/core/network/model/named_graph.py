"""A graph of the network for NetworkX, with nodes and pipes by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.graph import Graph


def installed_networkx() -> Any:
    """Return the package networkx, None where it is not installed."""
    try:
        import networkx
    except ImportError:
        return None
    return networkx


def multigraph(
    graph: Graph, chosen: Array, pipe_values: Mapping[str, Array], node_values: Mapping[str, Array]
) -> Any:
    """Return a ``networkx.MultiGraph`` of pipes and the nodes at their ends.

    Nodes are keyed by the id of their asset, by their number where there is none (or by their number too
    where an id is not the first of its kind); edges by the id of the pipe, or its number likewise. Parallel
    pipes are two edges, a pipe back to where it began is a loop.

    Parameters
    ----------
    graph
        The network.
    chosen
        Pipes that are in it (P,), booleans.
    pipe_values
        Attributes of the edges by name, a value a pipe (P,).
    node_values
        Attributes of the nodes by name, a value a vertex (N,).
    """
    import networkx

    vertices, pipes = _names(graph.node_id), _names(graph.pipe_id)
    rows = np.flatnonzero(chosen)
    result = networkx.MultiGraph()
    touched = np.unique(np.concatenate([graph.start[rows], graph.end[rows]]))
    result.add_nodes_from(zip([vertices[number] for number in touched.tolist()], _rows(node_values, touched)))
    result.add_edges_from(
        (vertices[first], vertices[second], pipes[row], values)
        for first, second, row, values in zip(
            graph.start[rows].tolist(), graph.end[rows].tolist(), rows.tolist(), _rows(pipe_values, rows)
        )
    )
    return result


def _rows(values: Mapping[str, Array], rows: Array) -> list[dict[str, Any]]:
    """Return the values of some rows by name."""
    columns = [column[rows].tolist() for column in values.values()]
    return [dict(zip(values, row)) for row in zip(*columns)] if columns else [{} for _row in rows]


def _names(ids: Array) -> list[Any]:
    """Return ids, and numbers where there is none or it was there before."""
    seen: set[Any] = {None}
    names: list[Any] = []
    for number, name in enumerate(ids.tolist()):
        names.append(number if name in seen else name)
        seen.add(name)
    return names
