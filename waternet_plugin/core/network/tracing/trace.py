"""Trace a network: upstream, downstream, all that is connected, or the way to a source or another place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.flow_elements import CONNECTOR
from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.analysis.unjoined import Unjoined
from waternet_plugin.core.network.model.row_groups import slices
from waternet_plugin.core.network.tracing.nearest import nearest_pipe
from waternet_plugin.core.network.tracing.shortest_paths import ONE_BY_ONE, PathResult, Search
from waternet_plugin.core.network.tracing.trace_ends import find_ends, no_ends, notes_on
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.network.tracing.trace_rules import DOWNSTREAM, SHORTEST, TO_SOURCE, UPSTREAM, Rules
from waternet_plugin.core.texts import shortened, tr

NODE, PIPE = "node", "pipe"


@dataclass(frozen=True)
class TracePoint:
    """Where a trace starts or ends: a node, or a pipe (``node`` is -1 then)."""

    node: int = -1
    pipe: int = -1


@dataclass(frozen=True)
class Trace(PlainFrames):
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
    ends
        Where and why it ends, as `trace_ends.find_ends` has it; none for a way to a goal.
    unjoined
        What lies on or beside its pipes without being joined to them.
    notes
        Sentences about what to know, first why it ends.
    """

    pipes: pd.DataFrame
    nodes: pd.DataFrame
    length_m: float
    volume_m3: float
    pipes_without_volume: int
    ends: pd.DataFrame
    unjoined: Unjoined
    notes: tuple[str, ...]


def trace_point_of(network: TraceableNetwork, name: str, *, parameter: str = "START") -> TracePoint:
    """Return where an id stands: ``node:`` or ``pipe:`` before it says what is meant, else a node goes first.

    Raises
    ------
    InputError
        When there is no such node or pipe, or it can't be traced from.
    """
    graph = network.graph
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
        if network.in_use[pipes[indptr[node] : indptr[node + 1]]].any():
            return TracePoint(node=node)
        if pipe < 0:
            message = tr("{name}: no pipe in use ends at node {id}. Give another node, or a pipe.")
            raise InputError(message.format(name=parameter, id=key))
    if not network.in_use[pipe]:
        message = tr("{name}: pipe {id} is not in use. Give a pipe that is.")
        raise InputError(message.format(name=parameter, id=key))
    return TracePoint(pipe=pipe)


def trace_point_at(
    network: TraceableNetwork, x_m: float, y_m: float, *, parameter: str = "START"
) -> TracePoint:
    """Return the pipe in use nearest to a point.

    Raises
    ------
    InputError
        When none lies within `network.start_reach_m`.
    """
    reach = network.settings.real("network.start_reach_m")
    pipe = nearest_pipe(network.lines, np.flatnonzero(network.in_use), network.graph.pipe_id, x_m, y_m, reach)
    if pipe < 0:
        message = tr(
            "{name}: no pipe in use lies within {reach} m of the point {x}, {y}. Give a point nearer to the "
            "pipe, in the coordinates of the network."
        )
        values = {"name": parameter, "reach": f"{reach:g}", "x": f"{x_m:.1f}", "y": f"{y_m:.1f}"}
        raise InputError(message.format(**values))
    return TracePoint(pipe=pipe)


def trace(
    network: TraceableNetwork,
    start: TracePoint,
    rules: Rules,
    *,
    end: TracePoint | None = None,
    one_by_one: int = ONE_BY_ONE,
) -> Trace:
    """Follow the pipes from a place.

    Parameters
    ----------
    start
        Where to begin; a pipe is in the trace itself.
    rules
        Direction, barriers, stop conditions.
    end
        Where to go; for the shortest way only.
    one_by_one
        Nodes taken one by one before the search goes on in whole-array steps.

    Raises
    ------
    InputError
        When there is no way, or the direction makes no sense from there.
    """
    search = Search(network, rules, begins_in_drains=_begins_in_drains(network, start))
    starts = _starts(search, start)
    search.begin_at(starts, is_node=start.node >= 0)
    if rules.direction in (TO_SOURCE, SHORTEST):
        goals = _goals(network, start, rules, end)
        paths = search.known_way(starts) if rules.direction == TO_SOURCE and rules.plain else None
        paths = search.run(starts, goals, one_by_one=one_by_one) if paths is None else paths
        if paths.goal < 0:
            raise InputError(_no_way(rules))
        return _path(network, search, start, end, paths)
    return _spread(network, search, start, search.run(starts, None, one_by_one=one_by_one))


def _begins_in_drains(ground: TraceableNetwork, start: TracePoint) -> bool | None:
    """Return whether a trace begins in drains, None where drains and other pipes meet."""
    if start.node < 0:
        return bool(ground.drains[start.pipe])
    indptr, _, pipes = ground.graph.adjacency()
    at_start = pipes[indptr[start.node] : indptr[start.node + 1]]
    drains = ground.drains[at_start[ground.in_use[at_start]]]
    return bool(drains[0]) if len(set(drains.tolist())) == 1 else None


def _starts(search: Search, start: TracePoint) -> dict[int, float]:
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


def _goals(ground: TraceableNetwork, start: TracePoint, rules: Rules, end: TracePoint | None) -> Flags:
    graph = ground.graph
    goals = np.zeros(graph.node_count, dtype=bool)
    if rules.direction == SHORTEST:
        if end is None:
            raise InputError(tr("END is missing: the shortest way needs a destination."))
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
                "This network has no source: no node is of the kind source, plant, tank or reservoir. Add "
                "it first."
            )
        )
    goals |= ground.sources
    return goals


def _no_way(rules: Rules) -> str:
    if rules.direction == TO_SOURCE:
        return tr("No open path leads from there to a source. Closed valves and barriers are not passed.")
    return tr("No open path leads from START to END. Closed valves and barriers are not passed.")


def _path(
    ground: TraceableNetwork, search: Search, start: TracePoint, end: TracePoint | None, paths: PathResult
) -> Trace:
    """Return the way to the goal."""
    graph = ground.graph
    nodes, pipes = [paths.goal], []
    while paths.through[nodes[-1]] >= 0:
        pipe = paths.through[nodes[-1]]
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
    found = _result(
        ground,
        np.array(pipes, dtype=np.int64),
        metres[:-1],
        np.array(forward, dtype=bool),
        np.array(nodes, dtype=np.int64),
        metres[: len(nodes)],
        search.rules,
        no_ends(),
    )
    equal = paths.equal_pipes or search.joining(paths, nodes)
    if not equal:
        return found
    note = tr("Another way is as long: it leads through {pipes}.")
    names = shortened(graph.pipe_id[pipe] for pipe in equal)
    return replace(found, notes=(note.format(pipes=names), *found.notes))


def _other_end(ground: TraceableNetwork, pipe: int, node: int) -> int:
    graph = ground.graph
    return int(graph.start[pipe] if graph.end[pipe] == node else graph.end[pipe])


def _spread(ground: TraceableNetwork, search: Search, start: TracePoint, paths: PathResult) -> Trace:
    """Return all that was reached: every pipe that may be entered from a node that is passed."""
    graph = ground.graph
    node = np.array(sorted(paths.distance_m), dtype=np.int64)
    distance = np.full(graph.node_count, np.inf)
    distance[node] = [paths.distance_m[each] for each in node.tolist()]
    passed = distance.copy()
    passed[search.ends] = np.inf
    # Pipes at what was reached, by number.
    indptr, _, at_vertices = graph.adjacency()
    is_near = np.zeros(graph.pipe_count, dtype=bool)
    is_near[at_vertices[slices(indptr, node)]] = True
    is_near[start.pipe : start.pipe + 1] = True
    pipe = np.flatnonzero(is_near)
    by_start = np.where(search.forward[pipe], passed[graph.start[pipe]], np.inf)
    by_end = np.where(search.backward[pipe], passed[graph.end[pipe]], np.inf)
    entered = np.minimum(by_start, by_end)
    entered[pipe == start.pipe] = 0.0
    chosen = np.flatnonzero(np.isfinite(entered) & (entered <= search.rules.max_distance_m))
    # The pipe one starts from comes first, whatever else begins at its ends.
    follows = pipe[chosen] != start.pipe
    chosen = chosen[np.lexsort((graph.pipe_id[pipe[chosen]].astype(str), entered[chosen], follows))]
    pipe, entered, by_start, by_end = (values[chosen] for values in (pipe, entered, by_start, by_end))
    node = node[np.lexsort((graph.node_id[node].astype(str), distance[node]))]
    forward = (by_start <= by_end) & search.forward[pipe]
    ends = find_ends(search, distance, pipe)
    return _result(ground, pipe, entered, forward, node, distance[node], search.rules, ends)


def _result(
    ground: TraceableNetwork,
    pipe: Ints,
    entered: Array,
    forward: Flags,
    node: Ints,
    distance: Array,
    rules: Rules,
    ends: pd.DataFrame,
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
    notes = notes_on(ends)
    missing = int(np.isnan(graph.length_m[pipe]).sum())
    if missing:
        notes.append(tr("%n pipe(s) of unknown length counted as 0 m.", "", missing))
    if rules.direction in (UPSTREAM, DOWNSTREAM) and len(pipe) and not ground.drains[pipe].all():
        notes.append(tr("No flow is computed: water pipes are assumed to lead away from the nearest source."))
    unjoined = ground.surroundings.beside(pipe)
    return Trace(
        pipes=pipes,
        nodes=nodes,
        length_m=float(ground.length_m[real].sum()),
        volume_m3=float(volume[known].sum()),
        pipes_without_volume=int((~known).sum()),
        ends=ends,
        unjoined=unjoined,
        notes=(*notes, *unjoined.notes),
    )


def _volumes(ground: TraceableNetwork, pipe: Ints) -> Array:
    """Return what pipes hold when full, m3, NaN where size or length is unknown."""
    frame, row = ground.pipes, ground.graph.pipe_row[pipe]
    diameter, width, height = (
        frame[name].to_numpy(dtype=float)[row] for name in ("diameter_mm", "width_mm", "height_mm")
    )
    area = np.pi / 4 * (diameter / 1000) ** 2
    box = width * height / 1e6
    volumes: Array = np.where(np.isnan(area), box, area) * ground.graph.length_m[pipe]
    return volumes
