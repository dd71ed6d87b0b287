"""Trace a network: upstream, downstream, all that is connected, or the way to a source or another place."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.arrays import Array
from waternet_plugin.core.network.elements import CONNECTOR
from waternet_plugin.core.network.ends import column
from waternet_plugin.core.network.following import (
    DOWNSTREAM,
    SHORTEST,
    TO_SOURCE,
    UPSTREAM,
    Ground,
    Rules,
)
from waternet_plugin.core.network.nearest import nearest_pipe
from waternet_plugin.core.network.segments import Flags, Ints
from waternet_plugin.core.texts import tr

# Nodes after which the whole network at once is faster than one node after the other.
_STEPS = 20_000
NODE, PIPE = "node", "pipe"


@dataclass(frozen=True)
class Place:
    """Where a trace starts or ends: a node, or a pipe (``node`` is -1 then)."""

    node: int = -1
    pipe: int = -1


@dataclass(frozen=True)
class Trace:
    """What a trace found.

    Parameters
    ----------
    pipes
        pipe_id, order (from 0), distance_m (from the start to where the pipe is entered), length_m, ``pipe``
        (its number) and ``forward`` (whether it is gone as it is drawn).
    nodes
        node_id (None where no asset stands), order, distance_m, kind, ``node``.
    length_m, volume_m3
        Of the pipes, connectors left out.
    pipes_without_volume
        Pipes whose size or length is not known.
    notes
        Sentences about what to know.
    """

    pipes: pd.DataFrame
    nodes: pd.DataFrame
    length_m: float
    volume_m3: float
    pipes_without_volume: int
    notes: tuple[str, ...]


def place_of(ground: Ground, name: str, *, parameter: str = "START") -> Place:
    """Return where an id stands: ``node:`` or ``pipe:`` before it says what is meant, else a node goes first.

    Raises
    ------
    InputError
        When there is no such node or pipe, or it can't be traced from.
    """
    graph = ground.graph
    kind, _, rest = name.partition(":")
    only = kind if kind in (NODE, PIPE) and rest else ""
    key = rest if only else name
    node = graph.vertex_of(key) if only != PIPE else -1
    pipe = graph.edge_of(key) if only != NODE else -1
    if node < 0 and pipe < 0:
        message = tr("{name}: there is neither a node nor a pipe “{id}” in this network. Check the id.")
        raise InputError(message.format(name=parameter, id=name))
    if node >= 0:
        indptr, _, pipes = graph.adjacency()
        if ground.in_use[pipes[indptr[node] : indptr[node + 1]]].any():
            return Place(node=node)
        if pipe < 0:
            message = tr("{name}: no pipe in use ends at node {id}. Give another node, or a pipe.")
            raise InputError(message.format(name=parameter, id=key))
    if not ground.in_use[pipe]:
        message = tr("{name}: pipe {id} is not in use. Give a pipe that is.")
        raise InputError(message.format(name=parameter, id=key))
    return Place(pipe=pipe)


def place_at(ground: Ground, x_m: float, y_m: float, *, parameter: str = "START") -> Place:
    """Return the pipe in use nearest to a point.

    Raises
    ------
    InputError
        When none lies within `network.start_reach_m`.
    """
    lines = ground.pipes["geom"].to_numpy()[ground.graph.pipe_row]
    reach = ground.settings.real("network.start_reach_m")
    pipe = nearest_pipe(lines, np.flatnonzero(ground.in_use), ground.graph.pipe_id, x_m, y_m, reach)
    if pipe < 0:
        message = tr(
            "{name}: no pipe in use lies within {reach} m of the point {x}, {y}. Give a point nearer to the "
            "pipe, in the coordinates of the network."
        )
        values = {"name": parameter, "reach": f"{reach:g}", "x": f"{x_m:.1f}", "y": f"{y_m:.1f}"}
        raise InputError(message.format(**values))
    return Place(pipe=pipe)


@dataclass(frozen=True)
class _Found:
    """Distance of each node reached, by node, and the pipe it was reached through (-1 at the start)."""

    distance_m: dict[int, float]
    through: dict[int, int]
    goal: int = -1


class _Search:
    """Dijkstra's search over pipes that may be gone."""

    def __init__(self, ground: Ground, rules: Rules) -> None:
        self.ground = ground
        self.rules = rules
        self.forward, self.backward, self.ends = ground.passages(rules)
        self.indptr, self.neighbour, self.pipe = ground.graph.adjacency()

    def may(self, pipe: int, node: int) -> bool:
        """Return whether a pipe may be gone from a node at its end."""
        graph = self.ground.graph
        return bool(
            (self.forward[pipe] and graph.start[pipe] == node)
            or (self.backward[pipe] and graph.end[pipe] == node)
        )

    def run(self, starts: dict[int, float], goals: Flags | None) -> _Found:
        """Search from nodes at given distances, up to the nearest goal if there are goals."""
        length = self.ground.length_m
        distance: dict[int, float] = {}
        through: dict[int, int] = {}
        # Of ways equally long, the one by the pipe that comes first in the table is taken.
        heap = [(metres, -1, node) for node, metres in starts.items()]
        heapq.heapify(heap)
        while heap:
            metres, pipe, node = heapq.heappop(heap)
            if node in distance:
                continue
            if metres > self.rules.max_distance_m:
                break
            distance[node], through[node] = metres, pipe
            if goals is not None and goals[node]:
                return _Found(distance, through, node)
            if self.ends[node] and node not in starts:
                continue
            if len(distance) > _STEPS:
                return self._at_once(starts, goals)
            for place in range(self.indptr[node], self.indptr[node + 1]):
                other, beyond = int(self.pipe[place]), int(self.neighbour[place])
                if beyond not in distance and self.may(other, node):
                    heapq.heappush(heap, (metres + float(length[other]), other, beyond))
        return _Found(distance, through)

    def _at_once(self, starts: dict[int, float], goals: Flags | None) -> _Found:
        """Do the same for a large part of the network, in whole-array steps."""
        graph = self.ground.graph
        size = graph.node_count
        barred = self.ends.copy()
        barred[list(starts)] = False
        go = np.flatnonzero(self.forward & ~barred[graph.start])
        back = np.flatnonzero(self.backward & ~barred[graph.end])
        tail = np.concatenate([graph.start[go], graph.end[back]])
        head = np.concatenate([graph.end[go], graph.start[back]])
        pipe = np.concatenate([go, back])
        length = self.ground.length_m[pipe]
        # The shortest of parallel pipes; the matrix would add them up, and drop those of length 0.
        order = np.lexsort((pipe, length, head, tail))
        tail, head, pipe, length = tail[order], head[order], pipe[order], length[order]
        first = np.ones(len(tail), dtype=bool)
        first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
        tail, head, pipe, length = tail[first], head[first], pipe[first], length[first]
        roots = np.array(sorted(starts), dtype=np.int64)
        root = np.full(len(roots), size)
        # The root lies 1 m before the starts: an edge of length 0 would be none.
        lead = 1.0 + np.array([starts[node] for node in roots.tolist()])
        weights = csr_matrix(
            (
                np.maximum(np.concatenate([length, lead]), 1e-9),
                (np.concatenate([tail, root]), np.concatenate([head, roots])),
            ),
            shape=(size + 1, size + 1),
        )
        limit = 1.0 + self.rules.max_distance_m
        metres, before = dijkstra(weights, directed=True, indices=size, return_predecessors=True, limit=limit)
        metres = metres - 1.0
        reached = np.flatnonzero(np.isfinite(metres[:size]))
        keys = tail * np.int64(size) + head
        at = np.searchsorted(keys, before[reached].astype(np.int64) * size + reached)
        through = np.where(before[reached] == size, -1, pipe[np.minimum(at, len(pipe) - 1)])
        names = reached.tolist()
        found = _Found(dict(zip(names, metres[reached].tolist())), dict(zip(names, through.tolist())))
        if goals is None:
            return found
        hits = reached[goals[reached]]
        if not len(hits):
            return found
        goal = int(hits[np.lexsort((hits, metres[hits]))[0]])
        return _Found(found.distance_m, found.through, goal)


def trace(ground: Ground, start: Place, rules: Rules, *, end: Place | None = None) -> Trace:
    """Follow the pipes from a place.

    Parameters
    ----------
    ground
        The network.
    start
        Where to begin; a pipe is in the trace itself.
    rules
        Direction, barriers, stop conditions.
    end
        Where to go; for the shortest way only.

    Raises
    ------
    InputError
        When there is no way, or the direction makes no sense from there.
    """
    search = _Search(ground, rules)
    starts = _starts(search, start)
    if rules.direction in (TO_SOURCE, SHORTEST):
        goals = _goals(ground, start, rules, end)
        found = _known_way(ground, search, starts) if rules.direction == TO_SOURCE and rules.plain else None
        found = search.run(starts, goals) if found is None else found
        if found.goal < 0:
            raise InputError(_no_way(rules))
        return _path(ground, search, start, end, found)
    return _spread(ground, search, start, search.run(starts, None), starts)


def _starts(search: _Search, start: Place) -> dict[int, float]:
    """Return the nodes to search from, with their distance."""
    if start.node >= 0:
        return {start.node: 0.0}
    graph = search.ground.graph
    first, last = int(graph.start[start.pipe]), int(graph.end[start.pipe])
    starts = {}
    # Of a pipe that is gone one way only, the trace goes on where the pipe leads to.
    if search.backward[start.pipe] or search.rules.direction not in (UPSTREAM, DOWNSTREAM):
        starts[first] = 0.0
    if search.forward[start.pipe] or search.rules.direction not in (UPSTREAM, DOWNSTREAM):
        starts[last] = 0.0
    return starts


def _known_way(ground: Ground, search: _Search, starts: dict[int, float]) -> _Found | None:
    """Return the way to the source that is known beforehand, None if there is none."""
    metres, following = ground.to_source
    node = min(starts, key=lambda each: (metres[each], each))
    if not np.isfinite(metres[node]):
        return None
    through, distance = {node: -1}, {node: 0.0}
    while following[node] >= 0:
        beyond = int(following[node])
        at = slice(search.indptr[node], search.indptr[node + 1])
        pipes = search.pipe[at][search.neighbour[at] == beyond]
        pipes = pipes[search.forward[pipes]]
        pipe = int(pipes[np.lexsort((pipes, ground.length_m[pipes]))[0]])
        distance[beyond] = distance[node] + float(ground.length_m[pipe])
        through[beyond] = pipe
        node = beyond
    return _Found(distance, through, node)


def _goals(ground: Ground, start: Place, rules: Rules, end: Place | None) -> Flags:
    graph = ground.graph
    goals = np.zeros(graph.node_count, dtype=bool)
    if rules.direction == SHORTEST:
        if end is None:
            raise InputError(tr("END is missing: the shortest way needs a place to go to."))
        if end.node >= 0:
            goals[end.node] = True
        else:
            goals[[graph.start[end.pipe], graph.end[end.pipe]]] = True
        return goals
    pipes = [start.pipe]
    if start.node >= 0:
        indptr, _, pipe = graph.adjacency()
        pipes = pipe[indptr[start.node] : indptr[start.node + 1]].tolist()
    if ground.drains[pipes].all():
        raise InputError(
            tr(
                "Drains have no source. Trace downstream to the outfall, or upstream to where the water "
                "comes from."
            )
        )
    if not ground.sources.any():
        raise InputError(
            tr(
                "This network has no source: no node is of kind source, plant, tank or reservoir. Add it "
                "first."
            )
        )
    goals |= ground.sources
    return goals


def _no_way(rules: Rules) -> str:
    if rules.direction == TO_SOURCE:
        return tr("No open way leads from there to a source. Closed valves and barriers are not passed.")
    return tr("No open way leads from START to END. Closed valves and barriers are not passed.")


def _path(ground: Ground, search: _Search, start: Place, end: Place | None, found: _Found) -> Trace:
    """Return the way to the goal."""
    graph = ground.graph
    nodes, pipes = [found.goal], []
    while found.through[nodes[-1]] >= 0:
        pipe = found.through[nodes[-1]]
        pipes.append(pipe)
        first, last = int(graph.start[pipe]), int(graph.end[pipe])
        nodes.append(first if last == nodes[-1] else last)
    nodes.reverse()
    pipes.reverse()
    # The pipes that START and END name belong to the way, also where it leaves them at once.
    if start.pipe >= 0 and start.pipe not in pipes:
        pipes.insert(0, start.pipe)
        nodes.insert(0, _other_end(ground, start.pipe, nodes[0]))
    if end is not None and end.pipe >= 0 and end.pipe not in pipes:
        pipes.append(end.pipe)
        nodes.append(_other_end(ground, end.pipe, nodes[-1]))
    lengths = ground.length_m[pipes] if pipes else np.zeros(0)
    metres = np.concatenate([[0.0], np.cumsum(lengths)])
    forward = [int(graph.start[pipe]) == node for pipe, node in zip(pipes, nodes)]
    return _result(
        ground,
        np.array(pipes, dtype=np.int64),
        metres[:-1],
        np.array(forward, dtype=bool),
        np.array(nodes, dtype=np.int64),
        metres[: len(nodes)],
        search.rules,
    )


def _other_end(ground: Ground, pipe: int, node: int) -> int:
    graph = ground.graph
    return int(graph.start[pipe] if graph.end[pipe] == node else graph.end[pipe])


def _spread(ground: Ground, search: _Search, start: Place, found: _Found, starts: dict[int, float]) -> Trace:
    """Return all that was reached: every pipe that may be entered from a node that is passed."""
    graph = ground.graph
    node = np.array(sorted(found.distance_m), dtype=np.int64)
    distance = np.full(graph.node_count, np.inf)
    distance[node] = [found.distance_m[each] for each in node.tolist()]
    passed = distance.copy()
    stopped = search.ends.copy()
    stopped[list(starts)] = False
    passed[stopped] = np.inf
    by_start = np.where(search.forward, passed[graph.start], np.inf)
    by_end = np.where(search.backward, passed[graph.end], np.inf)
    entered = np.minimum(by_start, by_end)
    if start.pipe >= 0:
        entered[start.pipe] = 0.0
    limit = search.rules.max_distance_m
    pipe = np.flatnonzero(np.isfinite(entered) & (entered <= limit))
    order = np.lexsort((graph.pipe_id[pipe].astype(str), entered[pipe]))
    pipe = pipe[order]
    # The pipe one starts from comes first, whatever else begins at its ends.
    if start.pipe >= 0:
        pipe = np.concatenate([[start.pipe], pipe[pipe != start.pipe]])
    node = node[np.lexsort((graph.node_id[node].astype(str), distance[node]))]
    forward = (by_start[pipe] <= by_end[pipe]) & search.forward[pipe]
    return _result(ground, pipe, entered[pipe], forward, node, distance[node], search.rules)


def _result(
    ground: Ground,
    pipe: Ints,
    entered: Array,
    forward: Flags,
    node: Ints,
    distance: Array,
    rules: Rules,
) -> Trace:
    graph = ground.graph
    pipes = pd.DataFrame(
        {
            "pipe_id": graph.pipe_id[pipe],
            "order": np.arange(len(pipe)),
            "distance_m": entered,
            "length_m": graph.length_m[pipe],
            "pipe": pipe,
            "forward": forward,
        }
    )
    nodes = pd.DataFrame(
        {
            "node_id": graph.node_id[node],
            "order": np.arange(len(node)),
            "distance_m": distance,
            "kind": graph.kind[node],
            "node": node,
        }
    )
    real = pipe[graph.pipe_function[pipe] != CONNECTOR]
    volume = _volumes(ground, real)
    known = np.isfinite(volume)
    notes = []
    missing = int(np.isnan(graph.length_m[pipe]).sum())
    if missing:
        notes.append(tr("%n pipe(s) of unknown length count as 0 m.", "", missing))
    if rules.direction in (UPSTREAM, DOWNSTREAM) and len(pipe) and not ground.drains[pipe].all():
        notes.append(tr("No flow is computed: water pipes are taken to lead away from the nearest source."))
    stopped = ground.closed_nodes[node] & np.full(len(node), not rules.pass_closed)
    if rules.direction != SHORTEST and stopped.any():
        names = sorted(str(name) for name in graph.node_id[node[stopped]])
        listed = ", ".join(names[:20])
        notes.append(tr("The trace ended at closed valves: {valves}.").format(valves=listed))
    return Trace(
        pipes=pipes,
        nodes=nodes,
        length_m=float(ground.length_m[real].sum()),
        volume_m3=float(volume[known].sum()),
        pipes_without_volume=int((~known).sum()),
        notes=tuple(notes),
    )


def _volumes(ground: Ground, pipe: Ints) -> Array:
    """Return what pipes hold when full, m3, NaN where size or length is unknown."""
    frame, row = ground.pipes, ground.graph.pipe_row[pipe]
    diameter = frame["diameter_mm"].to_numpy(dtype=float)[row] / 1000
    area = np.pi / 4 * diameter**2
    box = (frame["width_mm"].to_numpy(dtype=float) * frame["height_mm"].to_numpy(dtype=float))[row] / 1e6
    volumes: Array = np.where(np.isnan(area), box, area) * ground.graph.length_m[pipe]
    return volumes


def customers_on(ground: Ground, found: Trace, customers: pd.DataFrame) -> pd.DataFrame:
    """Return the customers whose pipe is in a trace."""
    names = column(customers, "pipe_id")
    there = pd.Series(names, dtype=object).isin(set(found.pipes["pipe_id"])).to_numpy(dtype=bool)
    chosen: pd.DataFrame = customers[there & pd.notna(names)].sort_values("customer_id", ignore_index=True)
    return chosen
