"""Why a trace ends where it ends: a code for scripts and a sentence for people at each end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.tracing.shortest_paths import Search
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.network.tracing.trace_rules import CONNECTED, DOWNSTREAM, Rules
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.texts import listed, tr

OUTFALL, SOURCE, PLANT, STATION = "outfall", "source", "plant", "station"
CLOSED_NODE, STOP_KIND, BARRIER, TOO_FAR = "closed_valve", "stop_kind", "barrier", "too_far"
ADVERSE, CLOSED_PIPE, NOT_IN_USE = "adverse", "closed_pipe", "not_in_use"
WET_ONLY, LEADS_BACK, DEAD_END = "wet_only", "leads_back", "dead_end"
# Ends at which there would be more to follow; the map marks them.
STOPS = (PLANT, STATION, CLOSED_NODE, STOP_KIND, BARRIER, ADVERSE, CLOSED_PIPE)
COLUMNS = ("node_id", "reason", "pipes", "text", "distance_m", "node")
# More ends than these are counted by reason instead of told one by one.
_MOST_TOLD = 3


@dataclass(frozen=True)
class _End:
    node: int
    reason: str
    pipes: tuple[int, ...] = ()


def find_ends(search: Search, distance: Array, pipes: Ints) -> pd.DataFrame:
    """Return where a trace ends and why.

    Parameters
    ----------
    search
        The search that made it.
    distance
        Distance of each node of the graph, m, infinite where it was not reached.
    pipes
        Numbers of its pipes.

    Returns
    -------
    pandas.DataFrame
        COLUMNS: id of the node (None where no asset stands), code of the reason, ids of the pipes that it is
        about by semicolons, the sentence, the distance in m, the number of the node; nearest first. Of all
        that is connected only where something stopped the trace.
    """
    ground, rules = search.ground, search.rules
    reached = np.isfinite(distance)
    stopped = reached & search.ends
    ends = [_End(node, *_why_stopped(ground, rules, node)) for node in np.flatnonzero(stopped).tolist()]
    ends += _too_far(ground, search, reached & ~stopped, pipes)
    if rules.direction != CONNECTED:
        known = {end.node for end in ends}
        for node in _last(search, distance, stopped).tolist():
            if node not in known:
                ends.append(_End(node, *_why_last(search, node)))
    graph = ground.graph
    frame = pd.DataFrame(
        {
            "node_id": [graph.node_id[end.node] for end in ends],
            "reason": [end.reason for end in ends],
            "pipes": [";".join(_names(ground, end.pipes)) for end in ends],
            "text": [_sentence(ground, rules, end) for end in ends],
            "distance_m": [float(distance[end.node]) for end in ends],
            "node": [end.node for end in ends],
        },
        columns=list(COLUMNS),
    )
    # An end without a node has no name: pandas' own texts would have it as NaN, which nothing is sorted with.
    names = frame["node_id"].to_numpy(dtype=object).astype(str)
    order = np.lexsort((names, frame["distance_m"].to_numpy(dtype=float)))
    ordered: pd.DataFrame = frame.iloc[order].reset_index(drop=True)
    return ordered


def no_ends() -> pd.DataFrame:
    """Return the ends of a way that leads where it was asked to: none."""
    nothing: pd.DataFrame = pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    return nothing


def notes_on(ends: pd.DataFrame) -> list[str]:
    """Return the sentences of a few ends, or how many there are for each reason."""
    if len(ends) <= _MOST_TOLD:
        return [str(text) for text in ends["text"]]
    labels = reason_labels()
    counts = ends["reason"].value_counts()
    parts = [f"{labels[reason]} {counts[reason]}" for reason in labels if reason in counts.index]
    return [tr("Ends at {count} locations: {listed}.").format(count=len(ends), listed=listed(parts))]


def reason_labels() -> dict[str, str]:
    """Return what each reason is called, by its code."""
    return {
        PLANT: tr("plant"),
        STATION: tr("station"),
        OUTFALL: tr("outfall"),
        SOURCE: tr("source"),
        CLOSED_NODE: tr("closed valve"),
        STOP_KIND: tr("kind to stop at"),
        BARRIER: tr("barrier"),
        TOO_FAR: tr("farthest distance reached"),
        ADVERSE: tr("pipe falls in the opposite direction"),
        CLOSED_PIPE: tr("closed pipe"),
        NOT_IN_USE: tr("pipe not in use"),
        WET_ONLY: tr("wet weather only"),
        LEADS_BACK: tr("no way onwards"),
        DEAD_END: tr("no other pipe"),
    }


def _names(ground: TraceableNetwork, pipes: tuple[int, ...]) -> list[str]:
    return sorted(str(ground.graph.pipe_id[pipe]) for pipe in pipes)


def _at(ground: TraceableNetwork, node: int) -> list[int]:
    """Return the pipes at a node."""
    indptr, _, pipe = ground.graph.adjacency()
    return sorted(set(pipe[indptr[node] : indptr[node + 1]].tolist()))


def _why_stopped(ground: TraceableNetwork, rules: Rules, node: int) -> tuple[str, tuple[int, ...]]:
    graph = ground.graph
    if str(graph.node_id[node]) in rules.barriers:
        return BARRIER, ()
    if graph.kind[node] in rules.stop_kinds:
        return STOP_KIND, ()
    if not rules.pass_closed and ground.closed_nodes[node]:
        return CLOSED_NODE, ()
    onward = ground.leading(rules.direction, node)
    return PLANT if graph.kind[node] == "plant" else STATION, tuple(onward)


def _too_far(ground: TraceableNetwork, search: Search, passed: Flags, pipes: Ints) -> list[_End]:
    """Return the nodes from which the trace went into a pipe, but not to its other end."""
    if not np.isfinite(search.rules.max_distance_m):
        return []
    graph = ground.graph
    too_far: dict[int, list[int]] = {}
    reached = passed | search.ends
    for pipe in pipes.tolist():
        first, last = int(graph.start[pipe]), int(graph.end[pipe])
        if search.forward[pipe] and passed[first] and not reached[last]:
            too_far.setdefault(first, []).append(pipe)
        elif search.backward[pipe] and passed[last] and not reached[first]:
            too_far.setdefault(last, []).append(pipe)
    return [_End(node, TOO_FAR, tuple(beyond)) for node, beyond in too_far.items()]


def _last(search: Search, distance: Array, stopped: Flags) -> Ints:
    """Return the nodes from which no pipe leads on: at most one that may be gone both ways, gone already."""
    graph = search.ground.graph
    node = np.flatnonzero(np.isfinite(distance) & ~stopped)
    # Of the nodes that were reached alone: they may be few among a million.
    indptr, neighbour, pipe = graph.adjacency()
    degree = indptr[node + 1] - indptr[node]
    owner = np.repeat(np.arange(len(node)), degree)
    entry = indptr[node][owner] + steps(degree)
    pipe, tail, head = pipe[entry], node[owner], neighbour[entry]
    leads = search.forward[pipe] & (graph.start[pipe] == tail)
    leads |= search.backward[pipe] & (graph.end[pipe] == tail)
    leads &= head != tail
    owner, tail, head = owner[leads], tail[leads], head[leads]
    onward = np.bincount(owner, distance[head] >= distance[tail], minlength=len(node))
    path_count = np.bincount(owner, minlength=len(node))
    last: Ints = node[(onward == 0) & (path_count < 2)]
    return last


def _why_last(search: Search, node: int) -> tuple[str, tuple[int, ...]]:
    """Return why nothing leads on from a node that is passed."""
    ground, rules = search.ground, search.rules
    graph = ground.graph
    kind = _at(ground, node)
    if graph.kind[node] == "outfall":
        return OUTFALL, ()
    if ground.sources[node] and not ground.drains[kind].any():
        return SOURCE, ()
    tests: tuple[tuple[str, Callable[[int], bool]], ...] = (
        (ADVERSE, lambda pipe: bool(ground.in_use[pipe] and ground.against[pipe])),
        (BARRIER, lambda pipe: str(graph.pipe_id[pipe]) in rules.barriers),
        (CLOSED_PIPE, lambda pipe: bool(ground.closed_pipes[pipe] and not rules.pass_closed)),
        (WET_ONLY, lambda pipe: bool(rules.weather == "dry" and ground.wet_only[pipe])),
        (NOT_IN_USE, lambda pipe: not ground.in_use[pipe]),
    )
    for reason, is_so in tests:
        hit = tuple(pipe for pipe in kind if is_so(pipe))
        if hit:
            return reason, hit
    return (LEADS_BACK if len(kind) > 1 else DEAD_END), ()


def kind_words(kind: str, system: str) -> str:
    """Return the kind of a node of a system in words: a plant of drains treats sewage; '' for no kind."""
    if kind == "plant" and system in systems("drain"):
        return tr("Sewage treatment plant")
    kind_name = domain("node_kind").get(kind)
    return kind_name.label if kind_name else kind


def _kind_label(ground: TraceableNetwork, node: int) -> str:
    """Return the kind of a node in words; a plant at which drains end treats sewage."""
    is_of_drains = any(ground.drains[pipe] for pipe in _at(ground, node))
    return kind_words(str(ground.graph.kind[node] or ""), "sewage" if is_of_drains else "")


def _sentence(ground: TraceableNetwork, rules: Rules, end: _End) -> str:
    graph = ground.graph
    node_id = graph.node_id[end.node]
    node_name = str(node_id) if node_id else tr("a node without an id")
    names = listed(_names(ground, end.pipes))
    texts = {
        PLANT: tr("Ends at {place}: {kind}."),
        STATION: tr("Ends at {place}: {kind}."),
        OUTFALL: tr("Ends at {place}: {kind}."),
        SOURCE: tr("Ends at {place}: {kind}."),
        STOP_KIND: tr("Ends at {place}: {kind}."),
        CLOSED_NODE: tr("Ends at {place}: it is closed."),
        BARRIER: tr("Ends at {place}: a barrier."),
        TOO_FAR: tr("Ends beyond {place}: the farthest distance is reached in {pipes}."),
        ADVERSE: tr("Ends at {place}: there is no way onwards; {pipes} falls in the opposite direction."),
        CLOSED_PIPE: tr("Ends at {place}: {pipes} is closed."),
        NOT_IN_USE: tr("Ends at {place}: {pipes} is not in use."),
        WET_ONLY: tr("Ends at {place}: {pipes} takes water in wet weather only."),
        LEADS_BACK: tr("Ends at {place}: there is no way onwards."),
        DEAD_END: tr("Ends at {place}: there is no other pipe."),
    }
    text = texts[end.reason].format(place=node_name, kind=_kind_label(ground, end.node), pipes=names)
    if end.reason == STATION and names and rules.direction == DOWNSTREAM:
        text = tr("{text} {pipes} continues from there.").format(text=text, pipes=names)
    return text
