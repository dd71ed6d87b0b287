"""Ends that just miss what they belong to: a node, another end, a pipe in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.network.arrays import Array
from waternet_plugin.core.quality.found import Check, Found
from waternet_plugin.core.quality.subject import END, START, Subject

# Nearest vertices looked at: its own, that of its other end, and those that may be meant.
_CANDIDATES = 8
_JOINED = ("junction",)


@dataclass(frozen=True)
class Gaps:
    """Ends of pipes in use that are joined to nothing, and what they may belong to.

    One row an end. ``vertex`` is the nearest vertex within reach, -1 for none, ``second_m`` the distance of
    the next one; ``line`` is the nearest pipe that runs past within reach, -1 for none; distances in m, inf
    where there is none. ``rivals`` counts the vertices that are nearly as near.
    """

    pipe: Array
    end: Array
    vertex: Array
    distance_m: Array
    second_m: Array
    rivals: Array
    line: Array
    line_m: Array

    def take(self, rows: Array) -> Gaps:
        """Return some of the ends, by mask."""
        return Gaps(
            self.pipe[rows],
            self.end[rows],
            self.vertex[rows],
            self.distance_m[rows],
            self.second_m[rows],
            self.rivals[rows],
            self.line[rows],
            self.line_m[rows],
        )


def vertex_systems(subject: Subject) -> Array:
    """Return the number of the system at each vertex: of its asset, else of a pipe there; -1 for any."""
    graph, pipes, nodes = subject.connected.graph, subject.pipes, subject.nodes
    numbers, words = pipes.codes("system")
    place = {word: number for number, word in enumerate(words)}
    systems = np.full(graph.node_count, -1, dtype=np.int64)
    live = subject.live
    systems[graph.end[live]] = numbers[live]
    systems[graph.start[live]] = numbers[live]
    mine, named = nodes.codes("system")
    lookup = np.array([place.get(word, -2) for word in named] + [-1], dtype=np.int64)
    own = lookup[mine]
    asset = systems[: len(nodes)]
    asset[own != -1] = own[own != -1]
    asset[nodes.among("kind", subject.settings.words("network.joining_kinds"))] = -1
    return systems


def find_gaps(subject: Subject, reach_m: float) -> Gaps:
    """Return the ends that are joined to nothing, with what lies within reach.

    Parameters
    ----------
    subject
        The network.
    reach_m
        Distance within which an end may belong to something, m.
    """
    vertex = subject.vertex
    junction = subject.kind_among(_JOINED)
    bare = np.arange(subject.connected.graph.node_count) >= len(subject.nodes)
    lonely = subject.live[:, None] & (subject.degree[vertex] == 1) & (bare | junction)[vertex]
    lonely &= ~subject.is_connector[:, None] & np.isfinite(subject.ends[:, :, 0])
    pipe, end = np.nonzero(lonely)
    chosen, distance, second, rivals = _nearest_vertices(subject, pipe, end, reach_m, bare)
    line, line_m = _nearest_lines(subject, pipe, end, reach_m)
    return Gaps(pipe, end, chosen, distance, second, rivals, line, line_m)


def _nearest_vertices(
    subject: Subject, pipe: Array, end: Array, reach_m: float, bare: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the nearest vertex of each end's system, its distance, that of the next, and the rivals."""
    size = len(pipe)
    nothing = np.full(size, -1, dtype=np.int64)
    if not size:
        return nothing, np.empty(0), np.empty(0), nothing
    place = subject.vertex_place
    nodes = len(subject.nodes)
    there = np.isfinite(place).all(axis=1) & ((subject.degree > 0) | ~bare)
    there[:nodes] &= subject.live_nodes
    targets = np.flatnonzero(there)
    here = subject.ends[pipe, end, :2]
    distance, which = cKDTree(place[targets]).query(
        here, k=_CANDIDATES, distance_upper_bound=np.nextafter(reach_m, np.inf)
    )
    found = np.isfinite(distance)
    candidate = targets[np.where(found, which, 0)]
    systems = vertex_systems(subject)
    mine = subject.pipes.codes("system")[0][pipe]
    counts = found & ((systems[candidate] == -1) | (systems[candidate] == mine[:, None]))
    # Neither itself nor its own other end; a node that is named stays out too: ids decide.
    counts &= candidate != subject.vertex[pipe, end][:, None]
    counts &= candidate != subject.vertex[pipe, 1 - end][:, None]
    distance = np.where(counts, distance, np.inf)
    order = np.argsort(distance, axis=1, kind="stable")
    rows = np.arange(size)
    nearest, next_one = order[:, 0], order[:, 1]
    near, second = distance[rows, nearest], distance[rows, next_one]
    limit = np.maximum(near * subject.real("ambiguous_ratio"), subject.real("exact_m"))
    rivals = (distance <= limit[:, None]).sum(axis=1)
    chosen = np.where(np.isfinite(near), candidate[rows, nearest], -1)
    return chosen, near, second, np.where(np.isfinite(near), rivals, 0)


def _nearest_lines(subject: Subject, pipe: Array, end: Array, reach_m: float) -> tuple[Array, Array]:
    """Return for each end the nearest pipe of its system that runs past it, and the distance."""
    size = len(pipe)
    line, line_m = np.full(size, -1, dtype=np.int64), np.full(size, np.inf)
    if not size:
        return line, line_m
    points = shapely.points(subject.ends[pipe, end, :2])
    row, other = subject.tree.query(points, predicate="dwithin", distance=reach_m)
    system = subject.pipes.codes("system")[0]
    counts = (other != pipe[row]) & (system[other] == system[pipe[row]])
    counts &= ~(subject.vertex[other] == subject.vertex[pipe[row], end[row]][:, None]).any(axis=1)
    row, other = row[counts], other[counts]
    # Where the end lies beside an end of the other pipe, it misses that end, not the pipe.
    here = subject.ends[pipe[row], end[row], :2]
    apart = np.min(
        [np.hypot(*(subject.ends[other, side, :2] - here).T) for side in (START, END)], axis=0, initial=np.inf
    )
    inner = apart > reach_m
    row, other = row[inner], other[inner]
    distance = shapely.distance(points[row], subject.pipes.geometry[other])
    order = np.lexsort((subject.pipes.ids[other].astype(str), distance, row))
    row, other, distance = row[order], other[order], distance[order]
    first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]]) if len(row) else row
    line[row[first]], line_m[row[first]] = other[first], distance[first]
    return line, line_m


def is_tee(subject: Subject, gaps: Gaps) -> Array:
    """Return which ends lie on the middle of a pipe rather than beside a node."""
    on_line = gaps.line_m <= subject.settings.real("network.tolerance_m")
    return (gaps.line >= 0) & ((gaps.vertex < 0) | (on_line & (gaps.distance_m > 2 * gaps.line_m + 0.05)))


def is_ambiguous(gaps: Gaps) -> Array:
    """Return which ends lie nearly as near to another node as to the nearest."""
    return gaps.rivals > 1


def gaps_found(subject: Subject) -> Iterator[Found]:
    """Yield near misses, tees without a node, and ends that several nodes could mean."""
    gaps = find_gaps(subject, subject.real("near_miss_m"))
    tee = is_tee(subject, gaps)
    yield _tees(subject, gaps.take(tee))
    gaps = gaps.take(~tee & (gaps.vertex >= 0))
    several = is_ambiguous(gaps)
    yield _ambiguous(subject, gaps.take(several))
    gaps = gaps.take(~several)
    to_node = gaps.vertex < len(subject.nodes)
    yield _to_nodes(subject, gaps.take(to_node))
    yield _to_ends(subject, gaps.take(~to_node))


def _where(subject: Subject, gaps: Gaps) -> Array:
    return subject.ends[gaps.pipe, gaps.end, :2]


def _part(gaps: Gaps) -> Array:
    return np.where(gaps.end == START, "start", "end").astype(object)


def _tees(subject: Subject, gaps: Gaps) -> Found:
    ids = subject.pipes.ids
    return subject.pipes.found(
        "tee_without_node",
        gaps.pipe,
        place=_where(subject, gaps),
        with_assets={"pipe2": ids[gaps.line]},
        distance=gaps.line_m,
    )


def _to_nodes(subject: Subject, gaps: Gaps) -> Found:
    return subject.pipes.found(
        "near_miss_end",
        gaps.pipe,
        place=_where(subject, gaps),
        with_assets={"node": subject.nodes.ids[gaps.vertex]},
        distance=gaps.distance_m,
    )


def _ambiguous(subject: Subject, gaps: Gaps) -> Found:
    """Return ends with the nodes that could be meant, by name where they have one."""
    names = subject.vertex_ids(gaps.vertex)
    return subject.pipes.found(
        "ambiguous_end",
        gaps.pipe,
        place=_where(subject, gaps),
        part=_part(gaps),
        count=gaps.rivals,
        candidates=np.array([name or "?" for name in names], dtype=object),
        distance=gaps.distance_m,
    )


def _to_ends(subject: Subject, gaps: Gaps) -> Found:
    """Return pairs of pipes whose ends miss each other, each pair once, by its smaller id first."""
    ids = subject.pipes.ids
    other = first_pipe_at(subject)[gaps.vertex]
    one = np.where(ids[gaps.pipe].astype(str) <= ids[other].astype(str), gaps.pipe, other)
    two = np.where(one == gaps.pipe, other, gaps.pipe)
    found = subject.pipes.found(
        "near_miss_ends",
        one,
        place=_where(subject, gaps),
        with_assets={"pipe2": ids[two]},
        distance=gaps.distance_m,
    )
    order = np.lexsort((found.y, found.x, ids[two].astype(str), ids[one].astype(str)))
    return found.take(order)


def first_pipe_at(subject: Subject) -> Array:
    """Return the pipe in use at each vertex whose id comes first, -1 for none."""
    live = np.flatnonzero(subject.live)
    ids = subject.pipes.ids[live].astype(str)
    backwards = live[np.argsort(ids, kind="stable")[::-1]]
    first = np.full(subject.connected.graph.node_count, -1, dtype=np.int64)
    first[subject.vertex[backwards, END]] = backwards
    other = np.full(len(first), -1, dtype=np.int64)
    other[subject.vertex[backwards, START]] = backwards
    both = (first >= 0) & (other >= 0)
    rank = np.empty(len(subject.pipes), dtype=np.int64)
    rank[backwards] = np.arange(len(backwards))[::-1]
    better = both & (rank[other] < rank[first])
    return np.where((first < 0) | better, other, first)


CHECKS = (Check(("near_miss_end", "near_miss_ends", "tee_without_node", "ambiguous_end"), gaps_found),)
