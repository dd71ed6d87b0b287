"""Pipe ends and assets joined to the vertices of a graph, by id and by true distance.

A vertex is an asset with the ends that belong to it, or ends that meet where no asset stands. Assets never
merge with each other. What an end names decides; only ends that name nothing known are joined by place:
each to an asset of its system within the tolerance, or to that of an end there that names one; the others to
each other, as long as no vertex becomes wider than the tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.findings import (
    AMBIGUOUS_NODE,
    CHAIN,
    END_WITHOUT_COORDINATES,
    OTHER_SYSTEM,
    FindingCollector,
    Members,
)
from waternet_plugin.core.network.model.row_groups import gather, labels, placed, ranked, slices

# Where a smaller share of the points is asked for, the others are looked through first, by so many cells.
_FEW, _CELLS = 0.5, 1 << 24


@dataclass(frozen=True)
class Ends:
    """All ends, two a pipe, end ``k`` of pipe ``p`` is number ``2 p + k``: place, m; system; node named."""

    xy: Array
    system: Array
    named: Array


@dataclass(frozen=True)
class NodeAssets:
    """The nodes of the network.

    ``xy`` in m; ``system`` its number, -1 for any; ``joins`` whether pipes of all systems meet there;
    ``rank`` which one is taken where several stand, the lowest first; ``node_id`` breaks ties.
    """

    xy: Array
    system: Array
    joins: Array
    rank: Array
    node_id: Array

    def __len__(self) -> int:
        """Return the number of assets."""
        return len(self.system)


@dataclass(frozen=True)
class JoinedEnds:
    """The vertex of every end; vertices below the number of assets are the assets by row.

    Parameters
    ----------
    find_beside
        Makes ``near_vertex`` when it is asked for.
    """

    vertex: Array
    size: int
    find_beside: Callable[[], Array]

    @cached_property
    def near_vertex(self) -> Array:
        """For an asset that no end belongs to, the vertex where it stands, else -1."""
        return self.find_beside()


@dataclass(frozen=True)
class _Near:
    """Pairs of points within the tolerance: ends by number, assets after them."""

    one: Array
    other: Array
    place: Array

    def __len__(self) -> int:
        return len(self.one)

    @property
    def distance(self) -> Array:
        """The distance of each pair, m; computed when asked for, since few pairs are."""
        gap = self.place[self.one] - self.place[self.other]
        return np.asarray(np.sqrt(np.einsum("ij,ij->i", gap, gap)))

    def take(self, rows: Array) -> _Near:
        return _Near(self.one[rows], self.other[rows], self.place)

    def turned(self, rows: Array) -> _Near:
        """Return the pairs with ``rows`` of them turned round."""
        return _Near(np.where(rows, self.other, self.one), np.where(rows, self.one, self.other), self.place)


def _near(xy: Array, asking: Array, tolerance_m: float) -> _Near:
    """Return all pairs of points within the tolerance of which one at least is asked for.

    Points without a place are in none. Where few are asked for there may be pairs of others, too.
    """
    if not asking.any():
        nothing = np.empty(0, dtype=np.int64)
        return _Near(nothing, nothing, xy)
    is_placed = placed(xy)
    if asking.mean() < _FEW:
        is_placed[is_placed] = _maybe_near(xy[is_placed], asking[is_placed], tolerance_m)
    placed_rows = np.flatnonzero(is_placed)
    is_complete = len(placed_rows) == len(xy)
    points = xy if is_complete else xy[placed_rows]
    # Built without medians: half the time, and the queries are as fast.
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)
    pairs = tree.query_pairs(tolerance_m, output_type="ndarray")
    if not is_complete:
        pairs = placed_rows[pairs]
    return _Near(np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]), xy)


def _maybe_near(xy: Array, asking: Array, tolerance_m: float) -> Array:
    """Return which points may lie within the tolerance of one that is asked for, by cells of its size.

    Cells that share a number let pass a point too many.
    """
    column, row = np.floor(xy / tolerance_m).astype(np.int64).T
    is_marked = np.zeros(_CELLS, dtype=bool)
    for step in (-1, 0, 1):
        for other in (-1, 0, 1):
            is_marked[_cell(column[asking] + step, row[asking] + other)] = True
    return np.asarray(is_marked[_cell(column, row)])


def _cell(column: Array, row: Array) -> Array:
    """Return the number of each cell, below `_CELLS`."""
    return np.asarray((column * 73_856_093 ^ row * 19_349_663) & (_CELLS - 1))


def _is_clique(count: int, label: Array, first: Array) -> Array:
    """Return which groups have every member within the tolerance of every other."""
    members = np.bincount(label, minlength=count)
    return np.asarray(np.bincount(label[first], minlength=count) == members * (members - 1) // 2)


def _clusters(size: int, near: _Near, same_place_m: float) -> tuple[int, Array, list[_Near]]:
    """Group points by single linkage where no group is wider than the tolerance.

    A wider one loses its longest links, equal ones together, until its parts are narrow enough.

    Returns
    -------
    count, label, chains
        The groups, the group of each point, and the links that were cut.
    """
    count, label = labels(size, near.one, near.other)
    wide = ~_is_clique(count, label, near.one)
    if not wide.any():
        return count, label, []
    inside = wide[label[near.one]]
    all_links = near.take(inside)
    links_left = all_links
    # Whole steps of one place: links that differ by less are equally long.
    step = np.rint(links_left.distance / same_place_m)
    cut = []
    while True:
        longest = np.full(count, -1.0)
        np.maximum.at(longest, label[links_left.one], step)
        stays = ~wide[label[links_left.one]] | (step < longest[label[links_left.one]])
        cut.append(links_left.take(~stays))
        links_left, step = links_left.take(stays), step[stays]
        outside = near.take(~inside)
        count, label = labels(
            size,
            np.concatenate([outside.one, links_left.one]),
            np.concatenate([outside.other, links_left.other]),
        )
        within = label[near.one] == label[near.other]
        wide = ~_is_clique(count, label, near.one[within])
        if not wide.any():
            return count, label, cut


def _members(points: Array, ends: int) -> Members:
    """Return the ends and nodes that points are: ends first, then nodes."""
    is_end = points < ends
    return Members(
        np.where(is_end, points // 2, -1),
        np.where(is_end, points % 2, -1),
        np.where(is_end, -1, points - ends),
    )


def _note_chains(cut: list[_Near], ends: int, vertex: Array, notes: FindingCollector) -> None:
    """Note the members of chains: the points of cut links that stayed apart."""
    links = [near.take(vertex[near.one] != vertex[near.other]) for near in cut]
    first = np.concatenate([near.one for near in links] + [near.other for near in links])
    other = np.concatenate([near.other for near in links] + [near.one for near in links])
    distance = np.concatenate([near.distance for near in links] * 2)
    if not len(first):
        return
    xy = links[0].place
    points, number = np.unique(np.concatenate([first, other]), return_inverse=True)
    group = labels(len(points), number[: len(first)], number[len(first) :])[1]
    shortest = np.full(len(points), np.inf)
    np.minimum.at(shortest, number[: len(first)], distance)
    notes.add(
        CHAIN,
        len(points),
        _members(points, ends),
        distance_m=shortest,
        xy=xy[points],
        group=group,
    )


def _adopted_systems(ends: Ends, assets: NodeAssets, near: _Near) -> Array:
    """Return the systems of assets; one without takes that of the ends that name it, else of the nearest."""
    system = assets.system.copy()
    open_ = (system < 0) & ~assets.joins
    if not open_.any():
        return system
    by_name = np.flatnonzero(ends.named >= 0)
    by_name = by_name[open_[ends.named[by_name]]]
    size = len(ends.named)
    to_asset = near.take((near.one < size) & (near.other >= size))
    to_asset = to_asset.take(open_[to_asset.other - size])
    asset = np.concatenate([ends.named[by_name], to_asset.other - size])
    end = np.concatenate([by_name, to_asset.one])
    distance = np.concatenate([np.full(len(by_name), -1.0), to_asset.distance])
    order = np.lexsort((ends.system[end], distance, asset))
    first = order[np.unique(asset[order], return_index=True)[1]]
    system[asset[first]] = ends.system[end[first]]
    return system


def _attach(
    near: _Near, fixed: Array, assets: NodeAssets, near_m: float, notes: FindingCollector
) -> tuple[Array, Array]:
    """Give each end the asset that stands nearest; of those about equally near the one of the first rank.

    Parameters
    ----------
    near
        Pairs of a free end and a point that belongs to an asset.
    fixed
        Asset of each such point.
    near_m
        Difference of distances that does not count against the rank, m.

    Returns
    -------
    end, asset
        Ends that have an asset, and which.
    """
    several = np.bincount(near.one)[near.one] > 1 if len(near) else np.zeros(0, dtype=bool)
    single, rest = near.take(~several), near.take(several)
    asset, distance = fixed[rest.other], rest.distance
    # One asset may be near by several of its points.
    order = np.lexsort((distance, asset, rest.one))
    end, asset, distance = rest.one[order], asset[order], distance[order]
    first = np.flatnonzero(np.r_[True, (np.diff(end) != 0) | (np.diff(asset) != 0)][: len(end)])
    end, asset, distance = end[first], asset[first], distance[first]
    order = np.lexsort((distance, end))
    begins = np.flatnonzero(np.r_[True, np.diff(end) != 0][: len(end)])
    nearest = np.repeat(distance[order][begins], np.diff(np.r_[begins, len(end)]))
    far = distance > nearest + near_m
    order = np.lexsort((ranked(assets.node_id[asset]), distance, assets.rank[asset], far, end))
    end, asset, distance = end[order], asset[order], distance[order]
    chosen = np.zeros(len(end), dtype=bool)
    chosen[begins] = True
    passed = np.flatnonzero(~chosen)
    taken = np.repeat(asset[chosen], np.diff(np.r_[begins, len(end)]))
    notes.add(
        AMBIGUOUS_NODE,
        len(passed),
        Members(end[passed] // 2, end[passed] % 2, taken[passed]),
        other=Members(node=asset[passed]),
        distance_m=distance[passed],
        xy=near.place[end[passed]],
    )
    return (
        np.concatenate([single.one, end[chosen]]),
        np.concatenate([fixed[single.other], asset[chosen]]),
    )


def _note_other_systems(near: _Near, vertex: Array, xy: Array, ends: int, notes: FindingCollector) -> None:
    """Note pairs of points of different systems that stayed apart, one for each pair of vertices."""
    apart = near.take(vertex[near.one] != vertex[near.other])
    if not len(apart):
        return
    # Of pairs that are equally near the same one whatever pairs there are besides.
    apart = apart.turned(apart.one > apart.other)
    low, high = np.sort([vertex[apart.one], vertex[apart.other]], axis=0)
    order = np.lexsort((apart.other, apart.one, apart.distance.round(9), high, low))
    first = order[np.r_[True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)]]
    tail, head = apart.one[first], apart.other[first]
    notes.add(
        OTHER_SYSTEM,
        len(first),
        _members(tail, ends),
        other=_members(head, ends),
        distance_m=apart.distance[first],
        xy=xy[tail],
    )


def join(
    ends: Ends,
    assets: NodeAssets,
    *,
    tolerance_m: float,
    coincident_m: float,
    near_m: float,
    notes: FindingCollector,
) -> JoinedEnds:
    """Give every end its vertex.

    Parameters
    ----------
    ends, assets
        What shall be joined.
    tolerance_m
        Distance within which ends without id are one, m.
    coincident_m
        Difference of distances of ends that means nothing, m.
    near_m
        Difference of distances of assets that counts less than what they are, m.
    notes
        Takes the findings.
    """
    size, asset_count = len(ends.named), len(assets)
    free = ends.named < 0
    alone = np.ones(asset_count, dtype=bool)
    alone[ends.named[~free]] = False
    xy = np.concatenate([ends.xy, assets.xy])
    asking = np.concatenate([free, alone])
    if not free.any():
        # Each end is at the node that it names; nobody may ask what stands beside the others.
        return JoinedEnds(
            ends.named,
            asset_count,
            lambda: _beside(_alike(ends, assets, xy, asking, tolerance_m)[2], ends.named, ends, assets),
        )
    near, same, like = _alike(ends, assets, xy, asking, tolerance_m)
    vertex = np.concatenate([ends.named, np.arange(asset_count)])
    loose = vertex < 0
    mixed = loose[like.one] ^ loose[like.other]
    if mixed.any():
        pairs = like.take(mixed)
        end, asset = _attach(pairs.turned(~loose[pairs.one]), vertex, assets, near_m, notes)
        vertex[end] = asset
        loose = vertex < 0
    first, second = loose[like.one], loose[like.other]
    both = first & second
    count, label, cut = _clusters(size, like if both.all() else like.take(both), coincident_m)
    # An end that lies near to one which an asset has, but not near to the asset, makes a chain with both.
    cut.append(like.take(first ^ second))
    # Clusters are vertices after the assets, in the order of their first end.
    begins = np.zeros(count, dtype=bool)
    begins[label[loose[:size]]] = True
    number = asset_count + np.cumsum(begins) - 1
    vertex[:size][loose[:size]] = number[label[loose[:size]]]
    total = asset_count + int(begins.sum())

    lost = free & ~placed(ends.xy)
    end = np.flatnonzero(lost)
    notes.add(END_WITHOUT_COORDINATES, len(end), Members(end // 2, end % 2))
    _note_chains(cut, size, vertex, notes)
    if len(like) < len(near):
        # Where both name their nodes nobody asked for the place.
        is_searched = np.append(free, np.zeros(asset_count, dtype=bool))
        apart = near.take(~same & (is_searched[near.one] | is_searched[near.other]))
        _note_other_systems(apart, vertex, xy, size, notes)
    return JoinedEnds(vertex[:size], total, lambda: _beside(like, vertex, ends, assets))


def _alike(
    ends: Ends, assets: NodeAssets, xy: Array, asking: Array, tolerance_m: float
) -> tuple[_Near, Array, _Near]:
    """Return the pairs of points that are near, which are of systems that meet, and these alone."""
    near = _near(xy, asking, tolerance_m)
    adopted = _adopted_systems(ends, assets, near)
    system = np.concatenate([ends.system, np.where(assets.joins, -1, adopted)])
    same = (system[near.one] == system[near.other]) | (system[near.one] < 0) | (system[near.other] < 0)
    return near, same, near if same.all() else near.take(same)


def _beside(near: _Near, vertex: Array, ends: Ends, assets: NodeAssets) -> Array:
    """Return the vertex of the nearest end for assets that no end belongs to."""
    size, asset_count = len(ends.named), len(assets)
    beside = np.full(asset_count, -1, dtype=np.int64)
    has_end = np.zeros(asset_count, dtype=bool)
    belongs = vertex[:size]
    has_end[belongs[belongs < asset_count]] = True
    near = near.take((near.one < size) & (near.other >= size))
    near = near.take(~has_end[near.other - size])
    if len(near):
        asset, vertex_near = near.other - size, vertex[near.one]
        names = np.append(assets.node_id, np.array([None], dtype=object))
        name = ranked(names[np.minimum(vertex_near, asset_count)])
        x, y = ends.xy[near.one].T
        order = np.lexsort((name, ends.system[near.one], y, x, near.distance, asset))
        first = order[np.r_[True, np.diff(asset[order]) != 0]]
        beside[asset[first]] = vertex_near[first]
    return beside


def vertex_xy(joined: JoinedEnds, ends: Ends, assets: NodeAssets) -> Array:
    """Return the place of each vertex, m: that of its asset, else the middle of the box of its ends."""
    xy = np.full((joined.size, 2), np.nan)
    xy[: len(assets)] = assets.xy
    indptr, order = gather(joined.vertex, joined.size)
    without = np.flatnonzero(~np.isfinite(xy[:, 0]) & (np.diff(indptr) > 0))
    if len(without):
        if len(without) < joined.size:
            order = order[slices(indptr, without)]
        end_counts = indptr[without + 1] - indptr[without]
        starts = np.cumsum(end_counts) - end_counts
        for axis in (0, 1):
            values = ends.xy[:, axis][order]
            xy[without, axis] = (np.fmin.reduceat(values, starts) + np.fmax.reduceat(values, starts)) / 2
    return xy
