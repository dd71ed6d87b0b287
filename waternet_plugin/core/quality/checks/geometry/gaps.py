"""Ends that just miss what they belong to: a node, another end, a pipe in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.near import near_points
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.quality.checks.geometry.close_lines import close_lines
from waternet_plugin.core.quality.checks.geometry.lonely_ends import lonely_ends, reach_of
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings, summary

# Nearest vertices looked at: its own, that of its other end, and those that may be meant.
_CANDIDATES = 8


@dataclass(frozen=True)
class Gaps:
    """Ends of pipes in use that are joined to nothing, and what they may belong to.

    One row an end. ``vertex`` is the nearest vertex within reach, -1 for none, ``other_m`` the distance of
    another one that could be meant; ``line`` is the nearest pipe that runs
    past within reach, -1 for none; distances in m, inf where there is none. ``rivals`` counts the vertices
    that are nearly as near.
    """

    pipe: Array
    end: Array
    vertex: Array
    distance_m: Array
    other_m: Array
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
            self.other_m[rows],
            self.rivals[rows],
            self.line[rows],
            self.line_m[rows],
        )


def vertex_systems(subject: CheckContext) -> Array:
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


def find_gaps(subject: CheckContext, reach_m: float) -> Gaps:
    """Return the ends that are joined to nothing, with what lies within reach.

    Parameters
    ----------
    subject
        The network.
    reach_m
        Distance within which an end may belong to a node or another end, m.
    """
    displaced = reach_m > subject.real("near_miss_m")
    pipe, end = lonely_ends(subject, displaced=True) if displaced else subject.once(lonely_ends)
    chosen, distance, other, rivals = _nearest_vertices(subject, pipe, end, reach_m, displaced=displaced)
    line, line_m = _nearest_lines(subject, pipe, end, subject.real("near_miss_m"))
    return Gaps(pipe, end, chosen, distance, other, rivals, line, line_m)


def _nearest_vertices(
    subject: CheckContext, pipe: Array, end: Array, reach_m: float, *, displaced: bool
) -> tuple[Array, Array, Array, Array]:
    """Return the nearest vertex of each end's system, its distance, that of another, and the rivals.

    Nodes and joints come first, in a displaced layer nodes alone; another end that is joined to nothing
    counts where none is in reach.
    """
    size = len(pipe)
    nothing = np.full(size, -1, dtype=np.int64)
    if not size:
        return nothing, np.empty(0), np.empty(0), nothing
    place, nodes = subject.vertex_xy, len(subject.nodes)
    there = np.isfinite(place).all(axis=1)
    asset = np.arange(len(place)) < nodes
    asset[:nodes] &= subject.live_nodes
    solid = there & (asset if displaced else asset | (subject.degree > 1))
    used = there & (solid | (not displaced and subject.degree > 0))
    row, other = _pairs_near(subject, pipe, end, reach_m, used)
    answer = _nearest_of_few(subject, pipe, end, reach_m, row, other, solid)
    if displaced:
        return answer
    loose = _nearest_of_few(subject, pipe, end, reach_m, row, other, used & ~solid)
    found = answer[0] >= 0
    chosen, distance, second, rivals = (np.where(found, one, two) for one, two in zip(answer, loose))
    return chosen, distance, second, rivals


def _pairs_near(
    subject: CheckContext, pipe: Array, end: Array, reach_m: float, used: Array
) -> tuple[Array, Array]:
    """Return the pairs of ends and vertices within reach of each other, some of them twice.

    Those of ends and the vertices of their own pipes may be left out.
    """
    if reach_m > subject.real("near_miss_m"):
        return _pairs_of_places(subject, pipe, end, reach_m, used)
    # Where a line ends at a vertex, it comes close to whatever is within reach: that is known already.
    is_drawn = np.zeros(len(used), dtype=bool)
    with np.errstate(invalid="ignore"):
        at_vertex = subject.live[:, None] & (subject.connected.gap_m <= subject.connected.tolerance_m)
    is_drawn[subject.vertex[at_vertex]] = True
    close = subject.once(close_lines)
    row = np.repeat(_numbers(subject, pipe, end)[close.pipe, close.end], 2)
    other = subject.vertex[close.line].reshape(-1)
    counts = (row >= 0) & (used & is_drawn)[other]
    row, other = row[counts], other[counts]
    apart = subject.vertex_xy[other] - subject.ends[pipe[row], end[row], :2]
    near = np.hypot(*apart.T) <= reach_m
    further = _pairs_of_places(subject, pipe, end, reach_m, used & ~is_drawn)
    return np.concatenate([row[near], further[0]]), np.concatenate([other[near], further[1]])


def _pairs_of_places(
    subject: CheckContext, pipe: Array, end: Array, reach_m: float, used: Array
) -> tuple[Array, Array]:
    """Return all pairs of ends and vertices within reach of each other."""
    targets = np.flatnonzero(used)
    row, which, _distance = near_points(subject.ends[pipe, end, :2], subject.vertex_xy[targets], reach_m)
    return row, targets[which]


def _numbers(subject: CheckContext, pipe: Array, end: Array) -> Array:
    """Return the place of each end of each pipe among some, (pipes, 2), -1 for none."""
    number = np.full((len(subject.pipes), 2), -1, dtype=np.int64)
    number[pipe, end] = np.arange(len(pipe))
    return number


def _nearest_of_few(
    subject: CheckContext, pipe: Array, end: Array, reach_m: float, row: Array, other: Array, among: Array
) -> tuple[Array, Array, Array, Array]:
    """Return for each end, of the pairs, the nearest of a mask of vertices; most have none but their own."""
    row, other = row[among[other]], other[among[other]]
    counts = (other != subject.vertex[pipe[row], end[row]]) & (
        other != subject.vertex[pipe[row], 1 - end[row]]
    )
    size = len(pipe)
    chosen, rivals = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int64)
    near, second = np.full(size, np.inf), np.full(size, np.inf)
    some = np.zeros(size, dtype=bool)
    some[row[counts]] = True
    few = np.flatnonzero(some)
    own = subject.vertex[pipe[few]].reshape(-1)
    targets = np.union1d(other[some[row]], own[among[own]])
    chosen[few], near[few], second[few], rivals[few] = _nearest(
        subject, pipe[few], end[few], reach_m, targets
    )
    return chosen, near, second, rivals


def _nearest(
    subject: CheckContext, pipe: Array, end: Array, reach_m: float, targets: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the nearest of some vertices for each end, as ``_nearest_vertices`` does."""
    size = len(pipe)
    if not len(targets):
        far = np.full(size, np.inf)
        return np.full(size, -1, dtype=np.int64), far, far, np.zeros(size, dtype=np.int64)
    here = subject.ends[pipe, end, :2]
    distance, which = cKDTree(subject.vertex_xy[targets]).query(
        here, k=_CANDIDATES, distance_upper_bound=np.nextafter(reach_m, np.inf)
    )
    found = np.isfinite(distance)
    candidate = targets[np.where(found, which, 0)]
    systems = vertex_systems(subject)
    mine = subject.pipes.codes("system")[0][pipe]
    counts = found & ((systems[candidate] == -1) | (systems[candidate] == mine[:, None]))
    # Neither itself nor its own other end.
    counts &= candidate != subject.vertex[pipe, end][:, None]
    counts &= candidate != subject.vertex[pipe, 1 - end][:, None]
    distance = np.where(counts, distance, np.inf)
    near = distance.min(axis=1)
    within = distance
    # What the other end of the same pipe is nearer to is not a choice for this one.
    chosen = np.where(np.isfinite(near), candidate[np.arange(size), distance.argmin(axis=1)], -1)
    by_end = np.full((len(subject.pipes), 2), -1, dtype=np.int64)
    how_near = np.full((len(subject.pipes), 2), np.inf)
    by_end[pipe, end], how_near[pipe, end] = chosen, near
    taken = (candidate == by_end[pipe, 1 - end][:, None]) & (how_near[pipe, 1 - end][:, None] <= distance)
    distance = np.where(taken, np.inf, distance)
    order = np.argsort(distance, axis=1, kind="stable")
    rows = np.arange(size)
    nearest = order[:, 0]
    near = distance[rows, nearest]
    # A node that the other end took counts where this end lies nearer to it than to its own.
    others = np.where(within < near[:, None], within, distance)
    others[candidate == candidate[rows, nearest][:, None]] = np.inf
    limit = np.maximum(near * subject.real("ambiguous_ratio"), subject.real("exact_m"))
    rivals = np.where(np.isfinite(near), (distance <= limit[:, None]).sum(axis=1), 0)
    return np.where(np.isfinite(near), candidate[rows, nearest], -1), near, others.min(axis=1), rivals


def _nearest_lines(subject: CheckContext, pipe: Array, end: Array, reach_m: float) -> tuple[Array, Array]:
    """Return for each end the nearest pipe of its system that runs past it, and the distance."""
    size = len(pipe)
    line, line_m = np.full(size, -1, dtype=np.int64), np.full(size, np.inf)
    if not size:
        return line, line_m
    system = subject.pipes.codes("system")[0]
    vertex = subject.vertex[pipe, end]

    close = subject.once(close_lines)
    row, other = _numbers(subject, pipe, end)[close.pipe, close.end], close.line
    passes = (row >= 0) & (system[other] == system[close.pipe])
    passes &= ~(subject.vertex[other] == vertex[row][:, None]).any(axis=1)
    row, other = row[passes], other[passes]
    points = shapely.points(subject.ends[pipe[row], end[row], :2])
    # GEOS flags lines without extent as invalid; their distance is right.
    with np.errstate(invalid="ignore"):
        distance = np.asarray(shapely.distance(points, subject.pipes.shapes[other]))
    near = distance <= reach_m
    row, other, distance = row[near], other[near], distance[near]
    # Where the end lies beside an end of the other pipe, it misses that end, not the pipe.
    here = subject.ends[pipe[row], end[row], :2]
    apart = np.min(
        [np.hypot(*(subject.ends[other, side, :2] - here).T) for side in (START, END)], axis=0, initial=np.inf
    )
    inner = apart > reach_m
    row, other, distance = row[inner], other[inner], distance[inner]
    order = np.lexsort((subject.pipes.ids[other].astype(str), distance, row))
    row, other, distance = row[order], other[order], distance[order]
    first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]]) if len(row) else row
    line[row[first]], line_m[row[first]] = other[first], distance[first]
    return line, line_m


def is_tee(subject: CheckContext, gaps: Gaps, reach_m: float) -> Array:
    """Return which ends lie on the middle of a pipe rather than beside a node."""
    if reach_m > subject.real("near_miss_m"):
        # In a displaced layer an end lies on another pipe by chance.
        return (gaps.line >= 0) & (gaps.vertex < 0)
    on_line = gaps.line_m <= subject.settings.real("network.tolerance_m")
    return (gaps.line >= 0) & ((gaps.vertex < 0) | (on_line & (gaps.distance_m > 2 * gaps.line_m + 0.05)))


def is_ambiguous(gaps: Gaps) -> Array:
    """Return which ends lie nearly as near to another node as to the nearest."""
    return gaps.rivals > 1


def gaps_found(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield near misses, tees without a node, and ends that several nodes could mean."""
    reach = reach_of(subject)
    gaps = find_gaps(subject, reach)
    tee = is_tee(subject, gaps, reach)
    yield _tees(subject, gaps.take(tee))
    gaps = gaps.take(~tee & (gaps.vertex >= 0))
    several = is_ambiguous(gaps)
    yield _ambiguous(subject, gaps.take(several))
    gaps = gaps.take(~several)
    to_node = gaps.vertex < len(subject.nodes)
    # Where ends were displaced by metres, the nearest of several nodes is a guess.
    doubtful = to_node & np.isfinite(gaps.other_m) & (reach > subject.real("near_miss_m"))
    yield _to_nodes(subject, gaps.take(to_node & ~doubtful))
    yield _doubtful(subject, gaps.take(doubtful))
    yield _to_ends(subject, gaps.take(~to_node))


def _where(subject: CheckContext, gaps: Gaps) -> Array:
    return subject.ends[gaps.pipe, gaps.end, :2]


def _part(gaps: Gaps) -> Array:
    return np.where(gaps.end == START, "start", "end").astype(object)


def _tees(subject: CheckContext, gaps: Gaps) -> RuleFindings:
    ids = subject.pipes.ids
    return subject.pipes.found(
        "tee_without_node",
        gaps.pipe,
        xy=_where(subject, gaps),
        with_assets={"pipe2": ids[gaps.line]},
        distance=gaps.line_m,
    )


def _to_nodes(subject: CheckContext, gaps: Gaps) -> RuleFindings:
    return subject.pipes.found(
        "near_miss_end",
        gaps.pipe,
        xy=_where(subject, gaps),
        with_assets={"node": subject.nodes.ids[gaps.vertex]},
        distance=gaps.distance_m,
    )


def _doubtful(subject: CheckContext, gaps: Gaps) -> RuleFindings:
    return subject.pipes.found(
        "doubtful_end",
        gaps.pipe,
        xy=_where(subject, gaps),
        part=_part(gaps),
        with_assets={"node": subject.nodes.ids[gaps.vertex]},
        distance=gaps.distance_m,
        other=gaps.other_m,
    )


def _ambiguous(subject: CheckContext, gaps: Gaps) -> RuleFindings:
    """Return ends with the nodes that could be meant, by name where they have one."""
    names = subject.vertex_ids(gaps.vertex)
    return subject.pipes.found(
        "ambiguous_end",
        gaps.pipe,
        xy=_where(subject, gaps),
        part=_part(gaps),
        count=gaps.rivals,
        candidates=np.array([name or "?" for name in names], dtype=object),
        distance=gaps.distance_m,
    )


def _to_ends(subject: CheckContext, gaps: Gaps) -> RuleFindings:
    """Return pairs of pipes whose ends miss each other, each pair once, by its smaller id first."""
    ids = subject.pipes.ids
    other = first_pipes_at(subject, gaps.vertex)
    one = np.where(ids[gaps.pipe].astype(str) <= ids[other].astype(str), gaps.pipe, other)
    two = np.where(one == gaps.pipe, other, gaps.pipe)
    found = subject.pipes.found(
        "near_miss_ends",
        one,
        xy=_where(subject, gaps),
        with_assets={"pipe2": ids[two]},
        distance=gaps.distance_m,
    )
    order = np.lexsort((found.y, found.x, ids[two].astype(str), ids[one].astype(str)))
    return found.take(order)


def first_pipes_at(subject: CheckContext, vertices: Array) -> Array:
    """Return the pipe in use at each of some vertices whose id comes first, -1 for none."""
    wanted = np.zeros(subject.connected.graph.node_count, dtype=bool)
    wanted[vertices] = True
    rows, side = np.nonzero(wanted[subject.vertex] & subject.live[:, None])
    at = subject.vertex[rows, side]
    backwards = np.argsort(subject.pipes.ids[rows].astype(str), kind="stable")[::-1]
    first = np.full(len(wanted), -1, dtype=np.int64)
    first[at[backwards]] = rows[backwards]
    return np.asarray(first[vertices])


def displaced(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield one finding where most ends of the network meet nothing, with the gaps as evidence."""
    reach = reach_of(subject)
    if reach <= subject.real("near_miss_m"):
        return
    gaps = find_gaps(subject, reach)
    known = gaps.distance_m[np.isfinite(gaps.distance_m)]
    if not len(known):
        return
    low, middle, high = np.percentile(known, [5, 50, 95])
    yield summary(
        "doctor_displaced",
        count=len(gaps.pipe),
        share=100 * len(gaps.pipe) / (2 * int(subject.live.sum())),
        low=low,
        middle=middle,
        high=high,
        reach=reach,
    )


CHECKS = (
    Check(("doctor_displaced",), displaced),
    Check(
        ("near_miss_end", "near_miss_ends", "tee_without_node", "ambiguous_end", "doubtful_end"), gaps_found
    ),
)
