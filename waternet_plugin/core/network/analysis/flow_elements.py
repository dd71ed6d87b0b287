"""What pipes and nodes do when water is shut off: valves, what is closed, sources, one-way elements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.analysis.supply import OneWay, ValvedNetwork
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.texts import tr

# How far a valve can be relied on.
USABLE, DOUBTFUL, UNUSABLE = 0, 1, 2
CONNECTOR = "connector"
_CLOSED, _CHECK = "closed", "check_valve"


def in_service(graph: Graph, family: str) -> Flags:
    """Return the pipes in use of a family of systems; one whose system is unknown counts as both."""
    system = pd.Series(graph.pipe_system, dtype=object)
    known = system.isin(systems(family)) | system.isna()
    status = pd.Series(graph.pipe_status, dtype=object)
    flags: Flags = (known & ~status.isin(OUT_OF_USE)).to_numpy(dtype=bool)
    return flags


@dataclass(frozen=True)
class IsolationOptions:
    """What is assumed when water is shut off.

    Parameters
    ----------
    tanks_are_sources
        Whether tanks and service reservoirs feed the network.
    directed
        Whether check valves, pumps and pressure reducing valves are passed one way only.
    failed
        Ids of valves that can't be closed, beside those that say so themselves.
    what_if
        Ids of nodes that are looked at as if they were valves, and of pipes as if they had one in the middle.
    """

    tanks_are_sources: bool = True
    directed: bool = False
    failed: tuple[str, ...] = ()
    what_if: tuple[str, ...] = ()


AS_DRAWN = IsolationOptions()


@dataclass(frozen=True)
class Elements(ValvedNetwork):
    """Pipes and nodes by what they do.

    The graph's pipes and nodes come first and keep their numbers. Behind them stand the second halves of
    pipes that are cut in thought (``half_of``), at nodes that are there in thought only.

    Parameters
    ----------
    half_of
        The graph's pipe of each pipe.
    in_service
        Pipes in use.
    valve
        Isolation valves.
    reliance
        USABLE, DOUBTFUL or UNUSABLE, for valves.
    """

    half_of: Ints
    in_service: Flags
    valve: Flags
    reliance: Array


@dataclass(frozen=True)
class _NodeRoles:
    """What the graph's nodes do: flags by vertex."""

    valve: Flags
    passing: Flags
    closed: Flags
    sources: Flags


def _node_roles(
    graph: Graph, nodes: pd.DataFrame, settings: Settings, *, tanks_are_sources: bool
) -> _NodeRoles:
    kinds = pd.Series(graph.kind, dtype=object)
    alive = ~_node_flags(graph, nodes, "status", *OUT_OF_USE)
    valve = kinds.isin(settings.words("network.isolation_kinds")).to_numpy(dtype=bool) & alive
    passing = kinds.isin(settings.words("network.one_way_kinds")).to_numpy(dtype=bool) & alive
    feeding = [*settings.words("network.source_kinds")]
    if tanks_are_sources:
        feeding += settings.words("network.tank_kinds")
    return _NodeRoles(
        valve=valve,
        passing=passing,
        closed=_node_flags(graph, nodes, "valve_state", "closed") & (valve | passing),
        sources=kinds.isin(feeding).to_numpy(dtype=bool) & alive,
    )


def _longer(flags: Flags, value: Flags) -> Flags:
    return np.concatenate([flags, value])


def _node_flags(graph: Graph, nodes: pd.DataFrame, name: str, *values: str) -> Flags:
    """Return the vertices whose asset has one of the values in a column."""
    flags = np.zeros(graph.node_count, dtype=bool)
    has_asset = graph.asset >= 0
    hit = pd.Series(column(nodes, name), dtype=object).isin(values).to_numpy(dtype=bool)
    flags[has_asset] = hit[graph.asset[has_asset]]
    return flags


def _reliance(graph: Graph, nodes: pd.DataFrame, failed: Iterable[str]) -> Array:
    reliance = np.full(graph.node_count, USABLE, dtype=np.int8)
    reliance[_node_flags(graph, nodes, "operable", "unknown")] = DOUBTFUL
    reliance[_node_flags(graph, nodes, "accessible", "unknown")] = DOUBTFUL
    reliance[_node_flags(graph, nodes, "operable", "no")] = UNUSABLE
    reliance[_node_flags(graph, nodes, "accessible", "no")] = UNUSABLE
    for name in failed:
        vertex = graph.vertex_of(name)
        if vertex < 0:
            message = tr("FAILED_VALVES: there is no node “{name}” in this network. Check the id.")
            raise InputError(message.format(name=name))
        reliance[vertex] = UNUSABLE
    return reliance


def _kept_lines(start: Ints, end: Ints, used: Flags, node: Flags, reverse: Flags) -> OneWay:
    """Return one-way elements: water comes by pipes drawn to their node and goes by those from it."""
    pipe = np.concatenate([np.flatnonzero(used & node[start]), np.flatnonzero(used & node[end])])
    first = np.arange(len(pipe)) < np.count_nonzero(used & node[start])
    at = np.where(first, start[pipe], end[pipe])
    inward = first == reverse[at]
    # With water coming or going nowhere, the drawing says nothing about the direction.
    size = len(node)
    comes = np.bincount(at[inward], minlength=size) > 0
    goes = np.bincount(at[~inward], minlength=size) > 0
    sure = (comes & goes)[at]
    return OneWay(at[sure], pipe[sure], inward[sure])


def find_elements(
    graph: Graph,
    nodes: pd.DataFrame,
    pipes: pd.DataFrame,
    *,
    settings: Settings,
    options: IsolationOptions = AS_DRAWN,
) -> Elements:
    """Return what the pipes and nodes of water systems do.

    Parameters
    ----------
    graph
        The graph of ``pipes`` and ``nodes``.
    nodes, pipes
        kind, status, valve_state, operable, accessible, one_way; initial_status.
    settings
        Thresholds and lists of kinds in force.
    options
        What is assumed of tanks, directions and valves.

    Raises
    ------
    InputError
        When an id is not there.
    """
    service = in_service(graph, "supply")
    initial = column(pipes, "initial_status")[graph.pipe_row]
    used = service & (initial != _CLOSED)
    roles = _node_roles(graph, nodes, settings, tanks_are_sources=options.tanks_are_sources)
    touched = np.zeros(graph.node_count, dtype=bool)
    touched[graph.start[service]] = True
    touched[graph.end[service]] = True

    cut_nodes, cut_pipes = _what_if(graph, service, options.what_if)
    roles.valve[cut_nodes] = True
    checked = np.flatnonzero(used & (initial == _CHECK)) if options.directed else np.zeros(0, dtype=np.int64)
    cuts = np.concatenate([cut_pipes, checked[~np.isin(checked, cut_pipes)]]).astype(np.int64)
    more = len(cuts)
    middle = graph.node_count + np.arange(more)
    end = np.concatenate([graph.end, graph.end[cuts]]).astype(np.int64)
    start = np.concatenate([graph.start, middle]).astype(np.int64)
    end[cuts] = middle

    none = np.zeros(more, dtype=bool)
    valve = _longer(roles.valve, np.arange(more) < len(cut_pipes))
    used = _longer(used, used[cuts])
    closed = _longer(roles.closed, none)
    one_way = None
    if options.directed:
        stated = _node_flags(graph, nodes, "one_way", "forward", "reverse")
        both_ways = _node_flags(graph, nodes, "one_way", "none")
        node = _longer((roles.passing & ~both_ways | stated) & ~roles.sources, np.isin(cuts, checked))
        reverse = _longer(_node_flags(graph, nodes, "one_way", "reverse"), none)
        one_way = _kept_lines(start, end, used, node, reverse)
    reliance = _reliance(graph, nodes, options.failed)
    reliance[cut_nodes] = USABLE
    return Elements(
        start=start,
        end=end,
        half_of=np.concatenate([np.arange(graph.pipe_count), cuts]),
        in_service=_longer(service, service[cuts]),
        used=used,
        valve=valve,
        separating=valve | closed,
        closed=closed,
        reliance=np.concatenate([reliance, np.full(more, USABLE, dtype=np.int8)]),
        sources=_longer(roles.sources & ~roles.valve, none),
        # A pump that stands closed is taken out with its connectors; a bend at a closed pipe stays.
        present=_longer(touched & ~roles.passing, none),
        one_way=one_way,
    )


def _what_if(graph: Graph, service: Flags, names: Iterable[str]) -> tuple[Ints, Ints]:
    """Return the nodes and pipes that are to be looked at as valves."""
    nodes, pipes = [], []
    for name in names:
        vertex, pipe = graph.vertex_of(name), graph.edge_of(name)
        if vertex >= 0:
            nodes.append(vertex)
        elif pipe >= 0 and service[pipe]:
            pipes.append(pipe)
        else:
            message = tr(
                "WHAT_IF_VALVES: “{name}” is neither a node nor a water pipe in use of this network. "
                "Check the id."
            )
            raise InputError(message.format(name=name))
    return np.unique(np.array(nodes, dtype=np.int64)), np.unique(np.array(pipes, dtype=np.int64))
