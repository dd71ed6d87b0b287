"""Shut-offs that get in each other's way: one segment, one customer, or the other's detour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.network.analysis.segments import Ints
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel, rows_of
from waternet_plugin.core.network.isolation.shutdown import Shut, Shutdown
from waternet_plugin.core.network.model.customers import UserCount

SAME_SEGMENT, SAME_CUSTOMER, DETOUR = "same_segment", "same_customer", "detour"


@dataclass(frozen=True)
class ShutoffExtent:
    """What one shut-off closes: segments, valves that stand in the way, and rows of customers without water.

    ``segments`` is empty where its pipe is not in use any more.
    """

    segments: frozenset[int]
    valves: frozenset[int]
    customers: frozenset[int]
    lost: frozenset[int]


@dataclass(frozen=True)
class ShutoffOverlap:
    """Two shut-offs by their numbers, the first the smaller one; how they overlap, and rows of customers."""

    first: int
    second: int
    overlap: str
    customers: frozenset[int]


NOTHING_SHUT = ShutoffExtent(frozenset(), frozenset(), frozenset(), frozenset())


def shutoff_extent(works: IsolationModel, pipe_id: str, valve_ids: Sequence[str]) -> ShutoffExtent:
    """Return what a shut-off closes in the network as it is now.

    Parameters
    ----------
    works
        The network, prepared to be isolated.
    pipe_id
        The pipe that is shut.
    valve_ids
        The valves that are closed for it; where none is given or one of them is gone, those that would
        isolate the pipe.
    """
    graph = works.connected.graph
    pipe = graph.edge_of(pipe_id)
    if pipe < 0:
        return NOTHING_SHUT
    halves = np.flatnonzero(works.elements.half_of == pipe)
    home = frozenset(int(segment) for segment in works.segments.pipe[halves].tolist() if segment >= 0)
    if not home:
        return NOTHING_SHUT
    vertices = [graph.vertex_of(name) for name in valve_ids]
    known = frozenset(vertices) if vertices and min(vertices) >= 0 else frozenset()
    job = Shutdown(works, home, ())
    shut = job.shut(_passed(works, known), known) if known else job.shut()
    return _extent(works, job, shut)


def _passed(works: IsolationModel, closing: frozenset[int]) -> frozenset[int]:
    """Return the open separating nodes beside those that are closed for a shut-off."""
    valves = np.unique(works.segments.valve)
    return frozenset(valves[~works.elements.closed[valves]].tolist()) - closing


def _extent(works: IsolationModel, job: Shutdown, shut: Shut) -> ShutoffExtent:
    lost = job.lost(shut)
    pipes = np.union1d(
        rows_of(works.index.pipes_of_segment, sorted(shut.segments)),
        rows_of(works.index.pipes_of_part, lost.tolist()),
    )
    customers = rows_of(works.index.customers_of_pipe, np.unique(works.elements.half_of[pipes]).tolist())
    return ShutoffExtent(shut.segments, shut.valves, frozenset(customers.tolist()), frozenset(lost.tolist()))


def shutoff_overlaps(
    works: IsolationModel, extents: Sequence[ShutoffExtent], pairs: Sequence[tuple[int, int]]
) -> list[ShutoffOverlap]:
    """Return which of some pairs overlap, each once: by a segment, else a customer, else a detour.

    A detour is another's where something has no water only because both are shut.
    """
    found = []
    for first, second in pairs:
        one, other = extents[first], extents[second]
        if not one.segments or not other.segments:
            continue
        common = one.customers & other.customers
        if one.segments & other.segments:
            found.append(ShutoffOverlap(first, second, SAME_SEGMENT, common))
        elif common:
            found.append(ShutoffOverlap(first, second, SAME_CUSTOMER, common))
        else:
            both = _both(works, one, other)
            lost = np.array(sorted(both.lost - one.lost - other.lost), dtype=np.int64)
            if _has_pipes(works, lost):
                by_both = both.customers - one.customers - other.customers
                found.append(ShutoffOverlap(first, second, DETOUR, by_both))
    return found


def _both(works: IsolationModel, one: ShutoffExtent, other: ShutoffExtent) -> ShutoffExtent:
    """Return what two shut-offs close together."""
    valves = one.valves | other.valves
    job = Shutdown(works, one.segments | other.segments, ())
    return _extent(works, job, job.shut(_passed(works, valves), valves))


def _has_pipes(works: IsolationModel, parts: Ints) -> bool:
    """Return whether a pipe, no connector, lies in some parts."""
    pipes = rows_of(works.index.pipes_of_part, parts.tolist())
    return bool(works.real[pipes].any())


def customer_figures(works: IsolationModel, rows: frozenset[int]) -> tuple[int, int | None]:
    """Return how many customers some rows are, and how many of them are critical, None unknown."""
    count = UserCount.of(works.customers.iloc[sorted(rows)])
    return count.customers, count.critical
