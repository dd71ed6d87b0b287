"""A network between its junctions: what lies between two of them, or hangs at one, is a section.

Dead ends of any depth belong to the section that they hang at. There are several times fewer junctions and
sections than vertices and pipes, and a logger reaches most sections that it reaches to their last metre.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse.csgraph
from scipy.sparse import csr_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import gather, labels, slices
from waternet_plugin.core.pressure.reach_graph import ReachGraph, shortest_paths

# Pipes one after the other that are taken off a dead end; those before them stay in the network. So do
# vertices of such numbers: no section is so large that a bound of it says nothing.
_DEEPEST, _KEPT = 6, 32


@dataclass(frozen=True)
class JunctionNetwork:
    """Junctions and sections; ``N`` vertices, ``P`` pipes, ``J`` junctions, ``S`` sections.

    The first J sections are what hangs at each junction, the others lead from one to another.

    Parameters
    ----------
    reach
        The network.
    vertex
        The vertex of each junction, sorted (J,).
    root
        The vertex that leads to each dead end, of others they themselves (N,).
    depth
        The reach that is used up from there (N,).
    dead_end
        The first, second and further vertex on the way from there (D, N), -1 behind the last.
    ends
        The junctions at both ends of the section of each vertex (2, N).
    spent
        The reach that is used up from each of them to the vertex (2, N).
    section
        The section of each vertex (N,), of a junction what hangs there.
    section_ends
        The junctions at both ends of each section (2, S).
    pipe_section
        The section of each pipe (P,).
    pipe_spent
        What is used up from the first and the last junction of its section to the start and the end of each
        pipe (2, 2, P); infinite from the one to a pipe's end at the other.
    indptr, rows
        The pipes of section ``s`` are ``rows[indptr[s]:indptr[s + 1]]``.
    whole
        What covers each section from its first and its last junction alone (2, S).
    metres_per_reach
        Metres of each section that are covered by a whole reach from one end, at most (S,).
    paths
        What the sections use up; of parallel ones the shortest.
    """

    reach: ReachGraph
    vertex: Array
    root: Array
    depth: Array
    dead_end: Array
    ends: Array
    spent: Array
    section: Array
    section_ends: Array
    pipe_section: Array
    pipe_spent: Array
    indptr: Array
    rows: Array
    whole: Array
    metres_per_reach: Array
    paths: csr_matrix

    def near(self, junctions: Array, covered: Array) -> Array:
        """Return the junctions where any of some has more left of a reach than others (J,), sorted."""
        spent = scipy.sparse.csgraph.dijkstra(self.paths, indices=junctions, limit=1.0, min_only=True)
        return np.flatnonzero(spent + covered < 1.0)

    def sections_at(self, junctions: Array) -> Array:
        """Return the sections that end at any of some junctions, sorted."""
        indptr, ends = self._ends_at
        at = np.zeros(self.section_ends.shape[1], dtype=bool)
        at[ends[slices(indptr, junctions)] >> 1] = True
        return np.flatnonzero(at)

    @cached_property
    def _ends_at(self) -> tuple[Array, Array]:
        return gather(self.section_ends.T.reshape(-1), len(self.vertex))

    def is_junction(self, vertices: Array) -> Array:
        """Return which of some vertices are junctions."""
        return np.asarray(self.vertex[self.ends[0, vertices]] == vertices)

    def between(self, first: Array, second: Array) -> Array:
        """Return what the path between two vertices uses up that passes no junction.

        Parameters
        ----------
        first, second
            Where the paths begin and end, of the same shape.

        Returns
        -------
        Array
            Infinite where every way passes a junction.
        """
        roots = self.root[first], self.root[second]
        along = np.abs(self.spent[0, roots[0]] - self.spent[0, roots[1]])
        # Paths of one dead end part where they have the last vertex in common.
        common = np.zeros(along.shape)
        of_dead_end = np.zeros(along.shape, dtype=bool)
        for level in self.dead_end:
            vertex = level[first]
            same = (vertex == level[second]) & (vertex >= 0)
            common[same], of_dead_end = self.depth[vertex[same]], of_dead_end | same
        spent = self.depth[first] + self.depth[second] - 2.0 * common + along
        is_run = self.section[first] >= len(self.vertex)
        open_way = (self.section[first] == self.section[second]) & (is_run | of_dead_end)
        return np.asarray(np.where(open_way, spent, np.where(first == second, 0.0, np.inf)))


def junction_network(reach: ReachGraph) -> JunctionNetwork:
    """Return a network between its junctions."""
    size, used, ends = reach.size, reach.used, np.stack([reach.start, reach.end])
    loop = ends[0] == ends[1]
    root, depth, dead_end, live = _dead_ends(reach, np.flatnonzero(~loop))
    inner, label, exits = _inner(ends[:, live], size)
    kept = (root == np.arange(size)) & ~inner
    vertex = np.flatnonzero(kept)
    index = np.cumsum(kept) - 1
    # Runs of inner vertices: the pipes that lead out of each, two by two, from the first to the last.
    out = live[exits]
    within = np.where(inner[ends[0, out]], ends[0, out], ends[1, out])
    order = np.argsort(label[within], kind="stable")
    out, within = out[order].reshape(-1, 2).T, within[order].reshape(-1, 2).T
    run_ends = index[ends[0, out] + ends[1, out] - within]
    count = run_ends.shape[1]
    between = live[inner[ends[:, live]].all(axis=0)]
    along = _along(ends[:, between], used[between], within[0], size)
    whole = used[out[0]] + along[within[1]] + used[out[1]]
    run = np.zeros(size, dtype=np.int64)
    run[label[within[0]]] = np.arange(count)
    run = run[label]
    direct = live[~inner[ends[:, live]].any(axis=0)]
    junction_count = len(vertex)
    section_ends = np.concatenate(
        [np.tile(np.arange(junction_count), (2, 1)), run_ends, index[ends[:, direct]]], axis=1
    )
    in_run = inner[root]
    of_run = run[root[in_run]]
    section = index[root]
    section[in_run] = junction_count + of_run
    spent = np.tile(depth, (2, 1))
    from_first = used[out[0]][of_run] + along[root[in_run]]
    spent[:, in_run] += np.stack([from_first, whole[of_run] - from_first])
    pipe_section = np.where(in_run[ends[0]], section[ends[0]], section[ends[1]])
    pipe_section[direct] = junction_count + count + np.arange(len(direct))
    pipe_spent = spent[:, ends]
    pipe_spent[:, :, direct] = np.array([[0.0, np.inf], [np.inf, 0.0]])[:, :, None]
    for side in (0, 1):
        at = (within[side] == ends[0, out[side]]).astype(np.int64)
        pipe_spent[side, at, out[side]], pipe_spent[1 - side, at, out[side]] = 0.0, np.inf
    before = pipe_spent.min(axis=1)
    # Metres covered by a reach x after a path h grow at most to m x / (h + u) on a pipe that uses up u.
    to_far_end = before + np.where(loop, 0.5, 1.0) * used
    rate = reach.metres_per_reach * used / np.where(to_far_end > 0, to_far_end, 1.0)
    sections = section_ends.shape[1]
    most = np.maximum(*(np.bincount(pipe_section, each, sections) for each in rate))
    indptr, rows = gather(pipe_section, sections)
    covering, full = np.zeros((2, sections)), np.flatnonzero(np.diff(indptr))
    if len(full):
        covering[:, full] = np.maximum.reduceat((before + used)[:, rows], indptr[full], axis=1)
    links = section_ends[:, junction_count:]
    lengths = np.concatenate([whole, used[direct]])
    apart = links[0] != links[1]
    return JunctionNetwork(
        reach,
        vertex,
        root,
        depth,
        dead_end,
        section_ends[:, section],
        spent,
        section,
        section_ends,
        pipe_section,
        pipe_spent,
        indptr,
        rows,
        covering,
        most,
        shortest_paths(links[:, apart], lengths[apart], junction_count),
    )


def _dead_ends(reach: ReachGraph, live: Array) -> tuple[Array, Array, Array, Array]:
    """Return roots and depths of vertices (N,), `JunctionNetwork.dead_end`, and the pipes of no dead end."""
    taken = []
    for _pipe in range(_DEEPEST):
        start, end = reach.start[live], reach.end[live]
        many = np.bincount(np.concatenate([start, end]), minlength=reach.size)
        # Of a pipe by itself one end stays.
        at_start = many[start] == 1
        leaf = at_start | (many[end] == 1)
        if not leaf.any():
            break
        tip, parent = np.where(at_start, start, end), np.where(at_start, end, start)
        taken.append((tip[leaf], parent[leaf], live[leaf]))
        live = live[~leaf]
    root, depth = np.arange(reach.size), np.zeros(reach.size)
    on_way = np.full((len(taken), reach.size), -1, dtype=np.int32)
    level = np.zeros(reach.size, dtype=np.int64)
    for tip, parent, pipe in reversed(taken):
        root[tip], depth[tip] = root[parent], depth[parent] + reach.used[pipe]
        on_way[:, tip], level[tip] = on_way[:, parent], level[parent] + 1
        on_way[level[tip] - 1, tip] = tip
    return root, depth, on_way, live


def _inner(ends: Array, size: int) -> tuple[Array, Array, Array]:
    """Return the vertices between two pipes (N,), the run of each (N,), and the pipes that lead out of one.

    Of a ring by itself one vertex is none of them.
    """
    inner = np.bincount(ends.reshape(-1), minlength=size) == 2
    inner[::_KEPT] = False
    while True:
        at_ends = inner[ends]
        _count, label = labels(size, *ends[:, at_ends.all(axis=0)])
        exits = np.flatnonzero(at_ends[0] != at_ends[1])
        led_out = np.zeros(size, dtype=bool)
        led_out[label[np.where(at_ends[0], ends[0], ends[1])[exits]]] = True
        ring = np.flatnonzero(inner & ~led_out[label])
        if not len(ring):
            return inner, label, exits
        inner[ring[np.unique(label[ring], return_index=True)[1]]] = False


def _along(ends: Array, used: Array, first: Array, size: int) -> Array:
    """Return what is used up along runs from the first vertex of each (N,)."""
    if not len(first):
        return np.zeros(size)
    both = np.concatenate([ends, ends[::-1]], axis=1)
    pipes = csr_matrix((np.tile(used, 2), (both[0], both[1])), shape=(size, size))
    return np.asarray(scipy.sparse.csgraph.dijkstra(pipes, indices=first, min_only=True))
