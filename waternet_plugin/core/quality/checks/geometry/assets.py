"""Point assets that stand badly: off all pipes, on a pipe that runs through, two at one place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model import findings as reasons
from waternet_plugin.core.network.model.near import near_lines
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.quality.checks.geometry.gaps import vertex_systems
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.schema.domains import domain

_RULE_OF_FAMILY = {
    "valve": "valve_off_pipe",
    "hydrant": "hydrant_off_pipe",
    "meter": "meter_off_pipe",
    "sensor": "meter_off_pipe",
    "manhole": "manhole_off_pipe",
    "inlet": "manhole_off_pipe",
}
_FALLBACK = "asset_off_pipe"
_OFF_PIPES = sorted({*_RULE_OF_FAMILY.values(), _FALLBACK})
# What takes the water of inlets.
STORMY = ("storm", "combined")
# Points that only say where pipes meet: without pipes they are merely left over.
_POINTS = ("junction", "cap")
# What lies on the ground and joins nothing.
_UNJOINED = ("ponding_place",)
_SAME_PLACE_M = 1e-3


def off_pipes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield assets that no pipe ends at, with the nearest pipe, and nodes that nothing uses."""
    nodes, pipes = subject.nodes, subject.pipes
    degree = subject.degree[: len(nodes)]
    notes = subject.connected.findings
    inside = np.zeros(len(nodes), dtype=bool)
    on_pipe = notes.of(reasons.NODE_ON_PIPE)
    rows, lines = on_pipe.node, on_pipe.pipe
    counts = subject.live_nodes[rows] & subject.live[lines]
    rows, lines = rows[counts], lines[counts]
    inside[rows] = True
    yield nodes.found("asset_inside_pipe", rows, with_assets={"pipe": pipes.ids[lines]})
    placed = np.isfinite(nodes.xy).all(axis=1)
    lost = np.flatnonzero(
        subject.live_nodes & (degree == 0) & ~inside & placed & ~nodes.among("kind", _UNJOINED)
    )
    inlets, drain, apart = _leads(subject, lost)
    yield nodes.found("inlet_without_lead", inlets, with_assets={"pipe": pipes.ids[drain]}, distance=apart)
    lost = np.setdiff1d(lost, inlets)
    nearest, distance = nearest_pipes(subject, lost, subject.real("asset_off_m"))
    families = {code: each.family for code, each in domain("node_kind").items()}
    kind = nodes.text("kind")[lost]
    rule = np.array([_RULE_OF_FAMILY.get(families.get(one, ""), _FALLBACK) for one in kind], dtype=object)
    point = np.isin(kind.astype(str), _POINTS)
    for name in _OFF_PIPES:
        mask = (rule == name) & (nearest >= 0) & ~point
        yield nodes.found(
            name,
            lost[mask],
            with_assets={"pipe": pipes.ids[nearest[mask]]},
            distance=distance[mask],
        )
    yield nodes.found("unused_node", lost[point | (nearest < 0)])


def _leads(subject: CheckContext, lost: Array) -> tuple[Array, Array, Array]:
    """Return the inlets that a lead to a drain beside is missing for, the nearest drain and how far it is.

    An inlet that just misses a drain is left: it stands on it.
    """
    inlets = lost[subject.nodes.among("kind", ("inlet",))[lost]]
    stormy = subject.live & subject.pipes.among("system", STORMY)
    nearest, distance = nearest_pipes(subject, inlets, subject.real("lead_length_m"), stormy)
    with np.errstate(invalid="ignore"):
        beside = (nearest >= 0) & (distance > subject.real("near_miss_m"))
    return inlets[beside], nearest[beside], distance[beside]


def nearest_pipes(
    subject: CheckContext, rows: Array, reach_m: float, among: Array | None = None
) -> tuple[Array, Array]:
    """Return the nearest pipe in use of each node's system within reach, -1 for none, and its distance.

    ``among`` are the pipes that count, by row; None: all.
    """
    nodes, pipes = subject.nodes, subject.pipes
    nearest, best = np.full(len(rows), -1, dtype=np.int64), np.full(len(rows), np.nan)
    if not len(rows):
        return nearest, best
    system, system_of = vertex_systems(subject)[rows], pipes.codes("system")[0]
    counting = subject.live if among is None else subject.live & among

    def may_be_meant(row: Array, line: Array) -> Array:
        return np.asarray(counting[line] & ((system[row] == -1) | (system_of[line] == system[row])))

    row, line, distance = near_lines(nodes.xy[rows], pipes.shapes, reach_m, may_be_meant)
    order = np.lexsort((subject.pipe_rank[line], distance, row))
    row, line, distance = row[order], line[order], distance[order]
    first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]]) if len(row) else row
    nearest[row[first]], best[row[first]] = line[first], distance[first]
    return nearest, best


def twins(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield nodes that stand at one place: pairs, and piles of many."""
    nodes = subject.nodes
    rows = np.flatnonzero(subject.live_nodes & np.isfinite(nodes.xy).all(axis=1))
    if len(rows) < 2:
        return
    tree = cKDTree(nodes.xy[rows], balanced_tree=False, compact_nodes=False)
    pairs = tree.query_pairs(subject.real("twin_m"), output_type="ndarray")
    one, two = rows[pairs[:, 0]], rows[pairs[:, 1]]
    distance = np.hypot(*(nodes.xy[one] - nodes.xy[two]).T)
    piled = _piles(subject, one, two, distance)
    if piled is not None:
        yield piled
    systems = nodes.codes("system")[0]
    same = (systems[one] == systems[two]) | (systems[one] < 0) | (systems[two] < 0)
    # The two sides of a pump or valve of a hydraulic model stand at one place on purpose.
    same &= ~_connected(subject, one, two)
    one, two, distance = one[same], two[same], distance[same]
    ids = nodes.ids.astype(str)
    first, second = np.where(ids[one] <= ids[two], one, two), np.where(ids[one] <= ids[two], two, one)
    order = np.lexsort((ids[second], ids[first]))
    first, second, distance = first[order], second[order], distance[order]
    yield nodes.found("twin_nodes", first, with_assets={"node2": nodes.ids[second]}, distance=distance)


def _connected(subject: CheckContext, one: Array, two: Array) -> Array:
    """Return which pairs of nodes a pipe joins."""
    key = np.sort(subject.vertex, axis=1).astype(np.int64)
    many = np.int64(subject.connected.graph.node_count)
    joined = np.unique(key[:, 0] * many + key[:, 1])
    pair = np.sort(np.column_stack([one, two]), axis=1).astype(np.int64)
    return np.asarray(np.isin(pair[:, 0] * many + pair[:, 1], joined))


def _piles(subject: CheckContext, one: Array, two: Array, distance: Array) -> RuleFindings | None:
    """Return the places where very many nodes stand, as one finding each."""
    nodes = subject.nodes
    close = distance <= _SAME_PLACE_M
    _count, label = labels(len(nodes), one[close], two[close])
    size = np.bincount(label)
    big = np.flatnonzero(size >= subject.settings.integer("quality.stacked"))
    if not len(big):
        return None
    members = [np.sort(nodes.ids[label == number].astype(str)).astype(object) for number in big]
    rows = np.array([np.flatnonzero(label == number)[0] for number in big])
    return RuleFindings(
        "stacked_nodes",
        {"node": np.array([names[0] for names in members], dtype=object)},
        nodes.xy[rows, 0],
        nodes.xy[rows, 1],
        {"count": size[big]},
        None,
        members,
    )


CHECKS = (
    Check(("asset_inside_pipe", *_OFF_PIPES, "inlet_without_lead", "unused_node"), off_pipes),
    Check(("stacked_nodes", "twin_nodes"), twins),
)
