"""Which way each drain flows, how sure that is, and why.

The evidence of each drain is summed as log-odds of flowing as drawn; then every vertex reaches an exit with
the cheapest reversals, where the plain answer strands it (after the principle of Water 18(2), 2026, 222).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.inference.dry_exits import dry_exits, robbing_exits
from waternet_plugin.core.drainage.inference.forced import forced_sense
from waternet_plugin.core.drainage.inference.vertex_levels import (
    BETWEEN,
    BY_GROUND,
    KNOWN,
    VertexLevels,
    vertex_levels,
)
from waternet_plugin.core.drainage.inference.water_surface import surface_falls
from waternet_plugin.core.drainage.reaching import cheapest_ways
from waternet_plugin.core.schema.flow import UNDETERMINED

LEARN, TRUST, IGNORE = "learn", "trust", "ignore"
# Evidence in the order of the reasons.
RECORDED, OWN, BESIDE, NEIGHBOURS, SURFACE, FORCED, WAY, KINDS, SIZES, DRAWN = (
    "recorded", "own_levels", "levels_beside", "neighbours", "surface", "only_way_out", "nearer_exit",
    "kinds", "sizes", "drawn",
)  # fmt: skip
# Log-odds of clear evidence, and the difference in m that is clear. Chosen on three networks with loops,
# judged on six others: tests/realdata/drain_flow.py names them and prints both.
_OWN, _OWN_M = 4.0, 0.03
# By how the worse end is known: at drains beside, by the ground, between others.
_BESIDE, _BESIDE_M = (3.0, 1.2, 2.5), (0.10, 1.0, 0.10)
# Where both ends are known, but the upper one only by drains that end there: its bottom may lie lower.
_UPPER_BY_ENDS, _BOTH_BY_ENDS = 1.5, 2.0
# Of levels by the ground and between others each counts so much where both tell.
_BY_GROUND_SHARE = 0.5
# A drain leaves a node that others leave already, that others only end at, as the last one that is open, or
# as one of several; and the evidence from which a drain counts as known for it.
_ONE_MORE, _LAST_OPEN, _ONE_OF_OPEN, _KNOWN = -1.2, 1.5, 0.5, 1.4
# In flat meshes, where the water's surface tells more than the bottom; chosen on generated meshes that fall
# by 0.0005 and 0.001, judged on others (tests/support/drain_hydraulics.py).
_SURFACE, _SURFACE_M = 6.0, 0.005
_OWN_BESIDE_SURFACE = 0.25
_FORCED = 5.0
_WAY = 0.6
_EXIT, _INLET = 5.0, 1.5
_SIZES = 0.4
# 97 of 100 drawn lines of 31 cities agree with their ids (knowledge/drainage.md 3.2).
_TRUSTED = 0.97
_MOST_DRAWN = 3.5
_FACT = 20.0
# Below this nothing is known.
_NOTHING = 0.02
# What a reversal costs beside its evidence, so that fewer are better.
_REVERSAL = 1.0
_DRY_COST = 1000.0
# What it costs more to turn a drain that leads to an exit to which nothing would lead then.
_ROBS_EXIT = 3.0
# What has no other way leaves by an overflow: that costs less than to rob an exit behind overflows alone.
_ROBS_WET_EXIT = 2 * _DRY_COST
# Chance that the sense is right by the log-odds, of drains that neither their own levels nor the graph tell:
# a careful line below what was measured on the networks the constants were chosen on.
_ODDS, _CHANCE = (0.0, 0.3, 1.0, 2.0, 3.0, 3.5, 4.0, 6.0), (0.5, 0.62, 0.78, 0.84, 0.88, 0.90, 0.94, 0.98)
# The same of drains that were turned so that a vertex reaches an exit, where the evidence was strong or not.
_TURNED, _TURNED_STRONG = 0.88, 0.75
# A clear fall, m: where the drawn order is learned.
CLEAR_M = 0.02
_STRONG = 3.0


@dataclass(frozen=True)
class DrainNetwork:
    """The drains whose flow is asked, as arrays; vertices are numbered from 0.

    Parameters
    ----------
    start, end
        Vertices of the first and last end of each drain.
    length_m, size_mm
        NaN where unknown.
    invert_m
        At both ends, (drains, 2), NaN unknown.
    fact
        What is certain: FORWARD, REVERSE, or UNDETERMINED where nothing is.
    wet_only
        Overflows: water leaves by them only where there is no other way.
    ground_m
        Ground at each vertex, NaN unknown.
    is_exit, is_inlet
        Vertices at which water leaves, and at which it only enters.
    """

    start: Array
    end: Array
    length_m: Array
    size_mm: Array
    invert_m: Array
    fact: Array
    wet_only: Array
    ground_m: Array
    is_exit: Array
    is_inlet: Array


@dataclass(frozen=True)
class GraphEvidence:
    """What the graph, kinds and sizes tell of each drain, whatever its levels.

    Parameters
    ----------
    forced
        Sense that the graph forces, UNDETERMINED for none.
    nearer
        Log-odds by the shorter way to an exit.
    kinds, sizes
        Log-odds by the kinds of ends and by sizes.
    part
        Number of the connected part of each vertex.
    """

    forced: Array
    nearer: Array
    kinds: Array
    sizes: Array
    part: Array


@dataclass(frozen=True)
class Directions:
    """What was inferred.

    Parameters
    ----------
    sense
        FORWARD, REVERSE, or UNDETERMINED where nothing tells.
    confidence
        Chance of the sense, 0.5 to 1.
    evidence
        Log-odds of flowing as drawn by kind of evidence.
    reversed_to_reach
        Drains turned against their evidence so that a vertex reaches an exit.
    overruled
        Drains that flow against strong evidence, or against own inverts that clearly fall.
    stranded
        Vertices that reach no exit however drains are turned.
    dry_exits
        Exits at which drains end and that none leads to.
    drawn_right
        Share of the drains with a clear fall that are drawn along it, NaN without any.
    drawn_of
        Number of those drains.
    graph
        What was told without levels.
    """

    sense: Array
    confidence: Array
    evidence: dict[str, Array]
    reversed_to_reach: Array
    overruled: Array
    stranded: Array
    dry_exits: Array
    drawn_right: float
    drawn_of: int
    graph: GraphEvidence


def graph_evidence(network: DrainNetwork) -> GraphEvidence:
    """Return what can be told of drains without levels."""
    size, start, end = len(network.is_exit), network.start, network.end
    _count, part = connected_components(
        csr_matrix((np.ones(len(start)), (start, end)), shape=(size, size)), directed=False
    )
    forced = forced_sense(size, start, end, network.is_exit)
    return GraphEvidence(forced, _nearer_exit(network), _kinds(network), _sizes(network), part)


def infer_direction(
    network: DrainNetwork, drawn_order: str = LEARN, *, graph: GraphEvidence | None = None
) -> Directions:
    """Return the flow of drains.

    Parameters
    ----------
    network
        The drains.
    drawn_order
        LEARN how far the drawing may be trusted where inverts are known, TRUST it, or IGNORE it.
    graph
        What was told without levels of the same drains already.
    """
    start, end = network.start, network.end
    proper = start != end
    graph = graph or graph_evidence(network)
    evidence = {OWN: (_OWN * _tanh((network.invert_m[:, 0] - network.invert_m[:, 1]) / _OWN_M))}
    levels = vertex_levels(start, end, network.length_m, network.invert_m, network.ground_m)
    evidence[BESIDE] = _levels_beside(network, levels)
    forced, part = graph.forced, graph.part
    evidence[SURFACE] = _surface(network, levels, graph)
    evidence[OWN] *= np.where(evidence[SURFACE] != 0, _OWN_BESIDE_SURFACE, 1.0)
    evidence[FORCED] = _FORCED * forced
    evidence[SIZES] = graph.sizes
    odds, right, of = _drawn(network, drawn_order)
    evidence[DRAWN] = np.full(len(start), odds)
    tells = np.abs(evidence[OWN] + evidence[BESIDE]) > _NOTHING
    told = np.zeros(len(part), dtype=bool)
    told[part[start[tells]]] = True
    # Where nothing else tells, what stands at an end tells only where its part has an exit.
    has_exit = np.zeros(len(part), dtype=bool)
    has_exit[part[network.is_exit]] = True
    alone = ~(has_exit | told)[part[start]] & (np.abs(sum(evidence.values())) < _NOTHING)
    evidence[KINDS] = np.where(alone, 0.0, graph.kinds)
    # Without any level a shorter way out says nothing: in a mesh every drain may run either way.
    evidence[WAY] = np.where(told[part[start]] & (forced == UNDETERMINED), graph.nearer, 0.0)
    certain = network.fact != UNDETERMINED
    total = np.where(certain, _FACT * network.fact, sum(evidence.values()))
    open_to = told[part[start]] & (forced == UNDETERMINED) & ~certain
    evidence[NEIGHBOURS] = np.where(open_to, _neighbours(network, total), 0.0)
    total = total + evidence[NEIGHBOURS]
    evidence[RECORDED] = np.where(certain, _FACT * network.fact, 0.0)
    total = np.where(proper & (np.abs(total) >= _NOTHING), total, 0.0)
    against, stranded = _to_reach(network, total, np.zeros(len(total)))
    robbing = robbing_exits(
        start, end, network.is_exit, np.where(total < 0, -1, 1), against, network.wet_only
    )
    if robbing.any():
        against, stranded = _to_reach(network, total, np.array([0.0, _ROBS_EXIT, _ROBS_WET_EXIT])[robbing])
    strong = against & (np.abs(total) >= _STRONG)
    sense = np.sign(total).astype(np.int8)
    sense[against] = -sense[against]
    overruled = strong | (~certain & (sense * evidence[OWN] <= -_STRONG))
    told_well = certain | (forced != UNDETERMINED) | (np.abs(evidence[OWN]) > _OWN / 2)
    confidence = np.where(told_well, _chance(total), np.interp(np.abs(total), _ODDS, _CHANCE))
    confidence[against] = np.where(strong, _TURNED_STRONG, _TURNED)[against]
    dry = dry_exits(start, end, network.is_exit, sense)
    return Directions(sense, confidence, evidence, against, overruled, stranded, dry, right, of, graph)


def _chance(odds: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.abs(odds))))


def _tanh(value: Array) -> Array:
    return np.asarray(np.tanh(np.nan_to_num(value)))


def _surface(network: DrainNetwork, levels: VertexLevels, graph: GraphEvidence) -> Array:
    """Return what the water's surface says of drains that the graph does not force, in flat meshes."""
    in_mesh = (graph.forced == UNDETERMINED) & ~network.wet_only
    # Levels by the ground are too rough for it.
    level = np.where(levels.known_by == BY_GROUND, np.nan, levels.level_m)
    falls = surface_falls(
        network.start,
        network.end,
        network.length_m,
        network.size_mm,
        level,
        network.is_exit,
        in_mesh,
        graph.part,
    )
    return np.where(in_mesh, _SURFACE * _tanh(falls / _SURFACE_M), 0.0)


def _levels_beside(network: DrainNetwork, levels: VertexLevels) -> Array:
    """Return what the levels at both vertices say of drains without inverts at both ends."""
    asked = ~np.isfinite(network.invert_m).all(axis=1)
    at = np.column_stack([network.start, network.end])
    level, by = levels.level_m[at], levels.known_by[at]
    worse = np.minimum(by.max(axis=1), len(_BESIDE) - 1)
    fall = level[:, 0] - level[:, 1]
    weight, clear = np.array(_BESIDE)[worse], np.array(_BESIDE_M)[worse]
    by_ends = _known_by_ends_only(network, levels)[at]
    upper = np.where(fall > 0, by_ends[:, 0], by_ends[:, 1])
    lower = np.where(fall > 0, by_ends[:, 1], by_ends[:, 0])
    weight = np.where((worse == KNOWN) & upper, np.where(lower, _BOTH_BY_ENDS, _UPPER_BY_ENDS), weight)
    value = weight * _tanh(fall / clear)
    between = levels.between_m[at]
    beside = _BESIDE[BETWEEN] * _tanh((between[:, 0] - between[:, 1]) / _BESIDE_M[BETWEEN])
    mixed = _BY_GROUND_SHARE * value + (1.0 - _BY_GROUND_SHARE) * beside
    value = np.where((worse == BY_GROUND) & np.isfinite(between).all(axis=1), mixed, value)
    return np.where(asked, value, 0.0)


def _known_by_ends_only(network: DrainNetwork, levels: VertexLevels) -> Array:
    """Return the vertices whose level is only told by drains that end there: the bottom may be lower."""
    fall = np.nan_to_num(network.invert_m[:, 0] - network.invert_m[:, 1])
    leaves = np.zeros(len(network.is_exit), dtype=bool)
    leaves[np.where(fall > 0, network.start, network.end)[fall != 0]] = True
    return np.asarray((levels.known_by == KNOWN) & ~leaves & ~network.is_exit)


def _neighbours(network: DrainNetwork, total: Array) -> Array:
    """Return what the drains at both vertices say: water leaves every node, mostly by one drain."""
    size = len(network.is_exit)
    proper = network.start != network.end
    known = proper & (np.abs(total) >= _KNOWN)
    first = np.where(total > 0, network.start, network.end)[known]
    second = np.where(total > 0, network.end, network.start)[known]
    leaving, ending = np.bincount(first, minlength=size), np.bincount(second, minlength=size)
    asked = proper & ~known
    at = np.concatenate([network.start[asked], network.end[asked]])
    last = np.where(np.bincount(at, minlength=size) == 1, _LAST_OPEN, _ONE_OF_OPEN)
    leaves = np.where(leaving > 0, _ONE_MORE, np.where(ending > 0, last, 0.0))
    leaves[network.is_exit] = 0.0
    return np.where(asked, leaves[network.start] - leaves[network.end], 0.0)


def _kinds(network: DrainNetwork) -> Array:
    """Return what kinds of ends say: water runs to exits and away from inlets."""
    value = np.zeros(len(network.start))
    for flags, odds in ((network.is_exit, _EXIT), (network.is_inlet, -_INLET)):
        value += odds * (flags[network.end].astype(float) - flags[network.start])
    return value


def _sizes(network: DrainNetwork) -> Array:
    """Return what the sizes of other drains at both vertices say: drains grow downstream."""
    size = len(network.is_exit)
    known = np.isfinite(network.size_mm)
    mean = []
    ends = np.concatenate([network.start[known], network.end[known]])
    total = np.bincount(ends, np.tile(network.size_mm[known], 2), size)
    count = np.bincount(ends, minlength=size)
    for at in (network.start, network.end):
        own = np.where(known, network.size_mm, 0.0)
        others = count[at] - known
        with np.errstate(invalid="ignore", divide="ignore"):
            mean.append(np.where(others > 0, (total[at] - own) / others, np.nan))
    return np.asarray(_SIZES * np.sign(np.nan_to_num(mean[1] - mean[0])))


def _drawn(network: DrainNetwork, drawn_order: str) -> tuple[float, float, int]:
    """Return the log-odds that a line is drawn along its flow, the share that is and of how many."""
    fall = network.invert_m[:, 0] - network.invert_m[:, 1]
    with np.errstate(invalid="ignore"):
        clear = np.abs(fall) > CLEAR_M
        many, right = int(clear.sum()), int((fall[clear] > 0).sum())
    share = right / many if many else float("nan")
    if drawn_order == TRUST:
        return float(np.log(_TRUSTED / (1 - _TRUSTED))), share, many
    # Two standard errors nearer to one half, so that few or shuffled lines say nothing.
    mean = (right + 1) / (many + 2)
    sure = max(abs(mean - 0.5) - 2 * np.sqrt(mean * (1 - mean) / (many + 2)), 0.0)
    if drawn_order == IGNORE or not sure:
        return 0.0, share, many
    odds = float(np.log((0.5 + sure) / max(0.5 - sure, 1e-3)))
    return float(np.copysign(min(odds, _MOST_DRAWN), mean - 0.5)), share, many


def _nearer_exit(network: DrainNetwork) -> Array:
    """Return what the way to the nearest exit says: its resistance is length / size^(8/3)."""
    size = len(network.is_exit)
    exits = np.flatnonzero(network.is_exit)
    if not len(exits):
        return np.zeros(len(network.start))
    known = network.size_mm[np.isfinite(network.size_mm)]
    middle = float(np.median(known)) if len(known) else 1.0
    width = np.where(np.isfinite(network.size_mm), network.size_mm, middle) / middle
    cost = np.maximum(np.nan_to_num(network.length_m), 0.1) * np.maximum(width, 0.05) ** (-8 / 3)
    # Of parallel drains the easiest counts.
    low, high = np.minimum(network.start, network.end), np.maximum(network.start, network.end)
    order = np.lexsort((cost, high, low))
    low, high, least = low[order], high[order], cost[order]
    first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])]
    metres = _to_exits(size, low[first], high[first], least[first], exits)
    with np.errstate(invalid="ignore"):
        nearer = (metres[network.start] - metres[network.end]) / cost
    return np.asarray(_WAY * np.clip(np.nan_to_num(nearer), -1.0, 1.0))


def _to_exits(size: int, one: Array, two: Array, cost: Array, exits: Array) -> Array:
    """Return the cost of the way from each vertex to the nearest exit, of parallel edges only one told.

    What hangs on one edge, as most inlets do, costs that edge more than where it hangs: no way is searched.
    """
    hangs = np.bincount(np.concatenate([one, two]), minlength=size) == 1
    hangs[exits] = False
    alone = hangs[one] | hangs[two]
    way = csr_matrix((cost[~alone], (one[~alone], two[~alone])), shape=(size, size))
    found: Array = dijkstra(way, directed=False, indices=exits, min_only=True)
    is_one = hangs[one[alone]]
    tip, root = np.where(is_one, one[alone], two[alone]), np.where(is_one, two[alone], one[alone])
    found[tip] = found[root] + cost[alone]
    return found


def _to_reach(network: DrainNetwork, total: Array, more: Array) -> tuple[Array, Array]:
    """Return the drains that are turned so that every vertex reaches an exit, and the vertices that can't.

    ``more`` is what it costs to turn each drain beside its evidence.
    """
    size = len(network.is_exit)
    start, end = network.start, network.end
    rows = np.arange(len(start))
    first, second = np.where(total < 0, end, start), np.where(total < 0, start, end)
    along = np.where(network.wet_only, _DRY_COST, 0.0)
    free = total == 0
    back = rows[network.fact == UNDETERMINED]
    cost_back = np.where(free, 0.0, _REVERSAL + np.abs(total) + more)[back] + along[back]
    ways = cheapest_ways(
        size,
        np.concatenate([first, second[back]]),
        np.concatenate([second, first[back]]),
        np.concatenate([along, cost_back]),
        network.is_exit,
    )
    used = ways[ways >= len(rows)]
    against = np.zeros(len(rows), dtype=bool)
    against[back[used - len(rows)]] = True
    touched = np.zeros(size, dtype=bool)
    touched[start] = touched[end] = True
    return against & ~free, touched & (ways < 0) & ~network.is_exit
