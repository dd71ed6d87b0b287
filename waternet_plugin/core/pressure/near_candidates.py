"""What candidates near each other would cover: computed together, by sections of the network around them.

Loggers that reach far cover much in common. The paths from the candidates of a part to the junctions that
they reach are searched once. Sections that a candidate covers to the last metre, and those that it covers no
farther, need no more: only those between are computed pipe by pipe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse.csgraph

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import slices
from waternet_plugin.core.pressure.junction_network import junction_network
from waternet_plugin.core.pressure.junction_shortcuts import shortcuts
from waternet_plugin.core.pressure.reach_graph import ReachGraph

# Candidates of a part, about and at most.
_OF_PART, _MOST = 200, 400
# Metres by which rounding may differ.
_ROUNDING_M = 1e-4
# A little more than two, so that rounding decides nothing.
TWO_REACHES = 2.0 + 1e-6


@dataclass(frozen=True)
class OpenPipes:
    """What loggers leave uncovered of pipes; ``N`` vertices, ``P`` pipes, ``S`` sections.

    Parameters
    ----------
    left
        What reaches have left at vertices (N,).
    covered
        What of each pipe's part of the reach is covered (P,).
    section_m
        Metres of each section that count and that nothing covers (S,).
    """

    left: Array
    covered: Array
    section_m: Array


@dataclass(frozen=True)
class _Sections:
    """The sections that the groups of a part reach; ``J`` junctions, ``S`` sections, ``G`` groups.

    Parameters
    ----------
    first
        Number of the first group.
    vertex
        The vertices of the junctions (J,).
    left
        What is left of reaches at junctions with a logger of each group (J + 1, G), 0 in the last row.
    section
        The sections, sorted (S,).
    start, end
        Places of the junctions at their ends, the last row of ``left`` for those out of reach (S,).
    """

    first: int
    vertex: Array
    left: Array
    section: Array
    start: Array
    end: Array


class CandidateParts:
    """Candidates in parts of a network, those of one near each other.

    Parameters
    ----------
    reach
        The network.
    candidates
        Vertices, each once (K,).
    """

    def __init__(self, reach: ReachGraph, candidates: Array) -> None:
        self._reach, self._candidates, self._junctions = reach, candidates, junction_network(reach)
        self._shortcuts = shortcuts(self._junctions.paths)
        self._own = self._junctions.section[candidates]
        roots = self._junctions.root[candidates]
        junctions = self._junctions.ends[0, roots]
        _spent, _before, nearest = scipy.sparse.csgraph.dijkstra(
            self._junctions.paths,
            indices=np.unique(junctions[::_OF_PART]),
            min_only=True,
            return_predecessors=True,
        )
        order = np.argsort(nearest[junctions], kind="stable")
        borders = np.flatnonzero(np.diff(nearest[junctions][order])) + 1
        self.parts = [
            part[first : first + _MOST]
            for part in np.split(order, borders)
            for first in range(0, len(part), _MOST)
        ]
        self._sections: dict[int, _Sections] = {}
        self.part_of = np.zeros(len(candidates), dtype=np.int64)
        for number, part in enumerate(self.parts):
            self.part_of[part] = number
        # The candidates of a group are of one part and one dead end.
        pair = self.part_of * reach.size + roots
        _pairs, first, self.group_of = np.unique(pair, return_index=True, return_inverse=True)
        self._group_root, self._group_part = roots[first], self.part_of[first]
        # What the nearest of them uses up on the way to its root bounds them all.
        self._nearest = np.full(len(first), np.inf)
        np.minimum.at(self._nearest, self.group_of, self._junctions.depth[candidates])

    def open_pipes(self, left: Array) -> OpenPipes:
        """Return what is open of pipes with what reaches have left at vertices (N,)."""
        reach, junctions = self._reach, self._junctions
        covered = np.minimum(reach.used, left[reach.start] + left[reach.end])
        metres = (reach.used - covered) * reach.metres_per_reach
        sections = len(junctions.metres_per_reach)
        return OpenPipes(left, covered, np.bincount(junctions.pipe_section, metres, sections))

    def gains_m(self, pipes: OpenPipes, places: Array) -> Array:
        """Return the metres that candidates of one part would cover (G,), as `ReachGraph.gains_m`.

        Parameters
        ----------
        pipes
            What is open so far.
        places
            Places of the candidates in their list (G,).
        """
        junctions, vertices, groups = self._junctions, self._candidates[places], self.group_of[places]
        near = self._near(int(self.part_of[places[0]]), pipes)
        there = near.left[:, groups - near.first]
        there -= junctions.depth[vertices] - self._nearest[groups]
        before = np.append(pipes.left[near.vertex], 0.0)[:, None]
        row = np.flatnonzero(pipes.section_m[near.section] > 0)
        section, start, end = near.section[row], near.start[row], near.end[row]
        # What is left at both ends of each section with each of them (S, G).
        left = there[start], there[end]
        farther = there > before
        touched = farther[start] | farther[end]
        covering = junctions.whole[:, section][:, :, None]
        whole = (left[0] >= covering[0]) | (left[1] >= covering[1])
        # A candidate within a section reaches parts of it by paths that pass no end.
        inside = np.flatnonzero(~junctions.is_junction(vertices))
        own = np.searchsorted(section, junctions.section[vertices[inside]])
        is_open = pipes.section_m[junctions.section[vertices[inside]]] > 0
        inside, own = inside[is_open], own[is_open]
        touched[own, inside], whole[own, inside] = True, False
        # No product of matrices: its threads would wait for each other longer than it takes.
        gain = np.einsum("s,sg->g", pipes.section_m[section], touched & whole)
        pair = np.nonzero(touched & ~whole)
        of_section = section[pair[0]]
        many = junctions.indptr[of_section + 1] - junctions.indptr[of_section]
        pipe = junctions.rows[slices(junctions.indptr, of_section)]
        of_pair = np.repeat(np.arange(len(many)), many)
        ends = np.stack([self._reach.start[pipe], self._reach.end[pipe]])
        sides = pipes.left[ends]
        for side in (0, 1):
            here = left[side][pair][of_pair]
            np.maximum(sides, here - junctions.pipe_spent[side][:, pipe], out=sides)
        if len(inside):
            is_own = np.zeros(touched.shape, dtype=bool)
            is_own[own, inside] = True
            mine = np.flatnonzero(is_own[pair][of_pair])
            begins = np.broadcast_to(vertices[pair[1][of_pair[mine]]], (2, len(mine)))
            direct = 1.0 - junctions.between(begins, ends[:, mine])
            sides[:, mine] = np.maximum(sides[:, mine], direct)
        covered = np.minimum(self._reach.used[pipe], sides.sum(axis=0)) - pipes.covered[pipe]
        metres = covered * self._reach.metres_per_reach[pipe]
        gain = gain + np.bincount(pair[1][of_pair], metres, len(places))
        return np.asarray(np.round(gain, 6))

    def bounds_m(self, pipes: OpenPipes, groups: Array) -> Array:
        """Return metres that no candidate of some groups of one part covers more than (G,).

        A section that is not covered any farther gains nothing, any other at most what is open, and at most
        what a reach covers from its ends.

        Parameters
        ----------
        pipes
            What is open so far.
        groups
            Numbers of the groups, as in ``group_of``, sorted.
        """
        near = self._near(int(self._group_part[groups[0]]), pipes)
        there = near.left if len(groups) == near.left.shape[1] else near.left[:, groups - near.first]
        # Half as many bytes: what single precision may lose is added at the end.
        there = there.astype(np.float32)
        before = np.append(pipes.left[near.vertex], 0.0).astype(np.float32)
        there *= there >= before[:, None]
        row = np.flatnonzero(pipes.section_m[near.section] > 0)
        section = near.section[row]
        # What is open by the reach that covers all of it, so that a sum of products is left.
        rate = self._junctions.metres_per_reach[section]
        covered = there[near.start[row]]
        # What hangs at junctions comes first and has one end.
        between = int(np.searchsorted(section, len(self._junctions.vertex)))
        covered[between:] += there[near.end[row[between:]]]
        open_reach = (pipes.section_m[section] / rate).astype(np.float32)
        np.minimum(covered, open_reach[:, None], out=covered)
        own = pipes.section_m[self._junctions.section[self._group_root[groups]]]
        most = np.einsum("s,sg->g", rate.astype(np.float32), covered) + own
        # A sum of S parts may lose S + 3 roundings of all of it, what is left at each end one of a reach.
        lost = np.finfo(np.float32).eps * ((len(section) + 3) * most + 2 * rate.sum()) + _ROUNDING_M
        return np.asarray(np.where(most > 0, most + lost, 0.0))

    def add_logger(self, pipes: OpenPipes, vertex: int) -> Array:
        """Take a logger at a vertex into what is open; return which candidates it may touch (K,).

        Parameters
        ----------
        pipes
            What is open so far, changed in place.
        vertex
            Where the logger is.
        """
        reach, junctions = self._reach, self._junctions
        ends, before = junctions.ends[:, vertex], junctions.spent[:, vertex]
        if ends[0] == ends[1]:
            ends, before = ends[:1], before.min(keepdims=True)
        paths = scipy.sparse.csgraph.dijkstra(junctions.paths, indices=ends, limit=TWO_REACHES)
        paths = (paths + before[:, None]).min(axis=0)
        section = np.union1d(junctions.sections_at(np.flatnonzero(paths < 1.0)), junctions.section[vertex])
        pipe = junctions.rows[slices(junctions.indptr, section)]
        left, covered, section_m = pipes.left, pipes.covered, pipes.section_m
        for end in (reach.start[pipe], reach.end[pipe]):
            spent = (paths[junctions.ends[:, end]] + junctions.spent[:, end]).min(axis=0)
            left[end] = np.maximum(left[end], 1.0 - spent)
        own = junctions.rows[slices(junctions.indptr, junctions.section[[vertex]])]
        inside = np.unique(np.append(np.concatenate([reach.start[own], reach.end[own]]), vertex))
        direct = 1.0 - junctions.between(np.full(len(inside), vertex), inside)
        left[inside] = np.maximum(left[inside], direct)
        covered[pipe] = np.minimum(reach.used[pipe], left[reach.start[pipe]] + left[reach.end[pipe]])
        metres = (reach.used[pipe] - covered[pipe]) * reach.metres_per_reach[pipe]
        of_pipe = np.searchsorted(section, junctions.pipe_section[pipe])
        section_m[section] = np.bincount(of_pipe, metres, len(section))
        touched = np.zeros(len(section_m), dtype=bool)
        touched[junctions.sections_at(np.flatnonzero(paths < TWO_REACHES))] = True
        touched[junctions.section[vertex]] = True
        return np.asarray(touched[self._own])

    def _near(self, number: int, pipes: OpenPipes) -> _Sections:
        if number not in self._sections:
            groups = np.flatnonzero(self._group_part == number)
            roots, depth = self._group_root[groups], self._nearest[groups]
            self._sections[number] = self._search(pipes, int(groups[0]), roots, depth)
        return self._sections[number]

    def _search(self, pipes: OpenPipes, first: int, roots: Array, depth: Array) -> _Sections:
        """Return the sections where groups at some roots cover more, the nearest of each at a depth."""
        junctions = self._junctions
        ends, before = junctions.ends[:, roots], junctions.spent[:, roots] + depth
        covered = pipes.left[junctions.vertex]
        near = junctions.near(np.unique(ends), covered)
        there, index, left = self._shortcuts.left(near, ends, before, covered)
        section = np.union1d(junctions.sections_at(there), junctions.section[roots])
        section = section[pipes.section_m[section] > 0]
        start, end = index[junctions.section_ends[:, section]]
        # What hangs at a junction has one end.
        end[section < len(index)] = len(there)
        return _Sections(first, junctions.vertex[there], left, section, start, end)
