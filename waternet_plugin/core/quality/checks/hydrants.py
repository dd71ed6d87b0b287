"""Hydrants, valves and dead ends: whether they stand where the fire rules want them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.checks.network_parts import group, parts_of
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

_VALVES = ("valve",)
_FLUSHING = ("hydrant", "washout")


def _hydrants(subject: CheckContext) -> Array:
    """Return the rows of the hydrants in use that have a place."""
    nodes = subject.nodes
    return np.flatnonzero(
        subject.live_nodes & nodes.among("kind", ("hydrant",)) & np.isfinite(nodes.xy).all(axis=1)
    )


def feeds(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield hydrants on pipes that are too small."""
    nodes, pipes = subject.nodes, subject.pipes
    size = pipes.number("diameter_mm")
    live = np.flatnonzero(subject.live & np.isfinite(size))
    # The widest pipe at each vertex wins: written last.
    order = live[np.lexsort((-subject.pipe_rank[live], size[live]))]
    widest = np.full(subject.connected.graph.node_count, -1, dtype=np.int64)
    flat = subject.vertex[order]
    widest[flat[:, 0]] = order
    other = np.full(len(widest), -1, dtype=np.int64)
    other[flat[:, 1]] = order
    sizes = np.append(size, -np.inf)
    widest = np.where(sizes[other] > sizes[widest], other, widest)
    rows = _hydrants(subject)
    pipe = widest[rows]
    least = subject.real("hydrant_dn_mm")
    small = (pipe >= 0) & (sizes[pipe] < least)
    rows, pipe = rows[small], pipe[small]
    yield nodes.found(
        "hydrant_small_pipe",
        rows,
        with_assets={"pipe": pipes.ids[pipe]},
        value=size[pipe],
        least=np.full(len(rows), least),
    )


def distances(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield hydrants far from the next one, and customers far from any."""
    nodes, customers = subject.nodes, subject.rows("customer")
    rows = _hydrants(subject)
    if len(rows) < 2:
        return
    tree = cKDTree(nodes.xy[rows])
    # Hydrants at one place are one.
    apart = tree.query(nodes.xy[rows], k=min(4, len(rows)))[0]
    apart = np.where(apart > 0.5, apart, np.inf).min(axis=1)
    most = subject.real("hydrant_spacing_m")
    far = np.isfinite(apart) & (apart > most)
    yield nodes.found("hydrant_spacing", rows[far], distance=apart[far], most=np.full(int(far.sum()), most))
    placed = np.flatnonzero(np.isfinite(customers.xy).all(axis=1))
    if len(placed):
        reach = subject.real("hydrant_radius_m")
        away = tree.query(customers.xy[placed])[0]
        dry = away > reach
        yield customers.found(
            "hydrant_coverage", placed[dry], distance=away[dry], most=np.full(int(dry.sum()), reach)
        )


def between_valves(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield parts without a valve between in which many hydrants lie."""
    valves = subject.kind_among(_VALVES)
    rows = _hydrants(subject)
    if not len(rows) or not valves.any():
        return
    parts = parts_of(subject, cut=valves)
    part_at = np.full(subject.connected.graph.node_count, -1, dtype=np.int64)
    live = np.flatnonzero(subject.live)
    for side in (0, 1):
        part_at[subject.vertex[live, side]] = parts.part[live]
    where = part_at[rows]
    many = np.bincount(where[where >= 0], minlength=len(parts.pipes))
    most = subject.real("valve_hydrants")
    numbers = np.flatnonzero(many > most)
    yield group(
        subject,
        "valve_spacing",
        parts,
        numbers,
        count=many[numbers],
        most=np.full(len(numbers), most),
    )


def dead_ends(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield long dead ends that nothing can flush."""
    nodes = subject.nodes
    degree = subject.degree
    parts = parts_of(subject, cut=degree > 2)
    length = parts.length_m
    live = np.flatnonzero(subject.live & subject.pipes.among("system", ("potable",)))
    flushed = np.zeros(len(length), dtype=bool)
    flush = subject.kind_among(_FLUSHING)
    for side in (0, 1):
        flushed[parts.part[live[flush[subject.vertex[live, side]]]]] = True
    branch = np.full(subject.connected.graph.node_count, -1, dtype=np.int64)
    for side in (0, 1):
        branch[subject.vertex[live, side]] = parts.part[live]
    ends = np.flatnonzero(nodes.among("kind", ("cap", "junction")) & (degree[: len(nodes)] == 1))
    ends = ends[branch[ends] >= 0]
    mask = (length[branch[ends]] >= subject.real("flush_m")) & ~flushed[branch[ends]]
    yield nodes.found("dead_end_flush", ends[mask], length=length[branch[ends[mask]]])


CHECKS = (
    Check(("hydrant_small_pipe",), feeds),
    Check(("hydrant_spacing", "hydrant_coverage"), distances),
    Check(("valve_spacing",), between_valves),
    Check(("dead_end_flush",), dead_ends),
)
