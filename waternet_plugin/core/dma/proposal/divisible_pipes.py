"""Which pipes a proposal divides, and the parts in which they hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.model.row_groups import labels


@dataclass(frozen=True)
class DivisiblePipes:
    """Pipes to divide, ``F`` of them, and the vertices of their ends, ``V`` of them, in the order of ids.

    Parameters
    ----------
    pipe
        Numbers of the pipes in the network (F,), by their ids.
    ends
        Vertices of both ends of each (F, 2). Where a meter, a closed valve, a trunk main or a pipe of a fixed
        zone parts the pipes, each end has a vertex of its own.
    node
        Node of the network at each vertex (V,).
    shared
        Vertices that are not the parted end of one pipe (V,).
    part
        Part of the network in which each pipe lies (F,); parts hang together without what parts them.
    part_count
        Number of parts.
    trunk, fixed, supplied
        Trunk mains, pipes of fixed zones, pipes with a way to a source, in the whole network (P,).
    """

    pipe: Array
    ends: Array
    node: Array
    shared: Array
    part: Array
    part_count: int
    trunk: Array
    fixed: Array
    supplied: Array


def divisible_pipes(network: DmaNetwork, trunk_dn_mm: float | None, fixed_zones: Array) -> DivisiblePipes:
    """Return the pipes that are divided.

    Parameters
    ----------
    trunk_dn_mm
        Diameter from which pipes are trunk mains, None for none.
    fixed_zones
        Numbers of the zones that stay as they are.
    """
    graph = network.graph
    fixed = network.open & np.isin(network.zone, fixed_zones)
    trunk = np.zeros(graph.pipe_count, dtype=bool)
    if trunk_dn_mm is not None:
        trunk = network.open & ~fixed & (network.diameter_mm >= trunk_dn_mm)
    free = network.open & ~fixed & ~trunk
    parting = network.meter | network.closed
    outside = np.flatnonzero(fixed | trunk)
    parting[graph.start[outside]] = True
    parting[graph.end[outside]] = True

    pipe = np.flatnonzero(free)
    pipe = pipe[np.argsort(graph.pipe_id[pipe].astype(str), kind="stable")]
    at = np.stack([graph.start[pipe], graph.end[pipe]], axis=1).reshape(-1)
    own = parting[at]
    # One vertex for a node, or for each end where ends are parted; numbered as the ends come.
    key = np.where(own, graph.node_count + np.arange(len(at)), at)
    unique, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    number = np.empty(len(unique), dtype=np.int64)
    number[order] = np.arange(len(unique))
    ends = number[inverse].reshape(-1, 2)
    count, part = labels(len(unique), ends[:, 0], ends[:, 1])
    return DivisiblePipes(
        pipe=pipe,
        ends=ends,
        node=at[first[order]],
        shared=~own[first[order]],
        part=part[ends[:, 0]],
        part_count=count,
        trunk=trunk,
        fixed=fixed,
        supplied=_supplied(network),
    )


def _supplied(network: DmaNetwork) -> Array:
    """Return the open pipes with a way to a source, through meters and not through closed valves (P,)."""
    joined = network.pieces(network.closed)
    fed = np.zeros(joined.count, dtype=bool)
    at = joined.node[network.source]
    fed[at[at >= 0]] = True
    return np.asarray(
        (joined.pipe >= 0) & fed[np.maximum(joined.pipe, 0)] if joined.count else joined.pipe >= 0
    )


def pipe_sizes(network: DmaNetwork, size_by: str) -> Array:
    """Return what each pipe adds to the size of its zone (P,); an unknown length adds nothing."""
    sizes = {
        "customers": network.customers,
        "households": network.households,
        "demand": network.demand_m3d,
        "length": network.graph.length_m,
    }[size_by]
    return np.maximum(np.nan_to_num(np.asarray(sizes, dtype=float)), 0.0)
