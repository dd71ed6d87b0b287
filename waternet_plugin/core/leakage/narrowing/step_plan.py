"""Plan a step test: which valves to shut one step after the other, so that each says most of the leak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.network.isolation.segments import Segments

_HALVINGS = 40


@dataclass(frozen=True)
class PlannedStep:
    """Valves to shut together, and what loses water meanwhile.

    Parameters
    ----------
    valves
        Ids of the valves, sorted.
    pipes
        Pipes that lose water, booleans (P,).
    chance
        Chance that the leak is among them.
    length_m, customers
        Of these pipes.
    """

    valves: tuple[str, ...]
    pipes: Array
    chance: float
    length_m: float
    customers: int


def plan_steps(pipes: ZonePipes, chance: Array, usable: Array, most: int) -> tuple[PlannedStep, ...]:
    """Return steps that divide the chance of a leak as evenly as the valves allow, the likeliest first.

    A step shuts off a group of valve segments that hang together. What holds an inlet is never shut off: the
    leak is there when it runs on in every step.

    Parameters
    ----------
    pipes
        The zone.
    chance
        Chance of each pipe (P,).
    usable
        Vertices with a valve that can be shut (V,), booleans.
    most
        Most steps, such as fit into a night.
    """
    parting = usable & ~pipes.closed
    pieces = pipes.pieces(parting)
    weight = np.bincount(pieces.pipe, chance, minlength=pieces.count)
    order, parent = _from_inlets(pipes, pieces, parting)
    low, high = 0.0, 1.0
    groups = _groups(weight, order, parent, high)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        tried = _groups(weight, order, parent, middle)
        if int(tried.max(initial=-1)) + 1 <= most:
            high, groups = middle, tried
        else:
            low = middle
    found: dict[tuple[str, ...], PlannedStep] = {}
    for number in range(int(groups.max(initial=-1)) + 1):
        step = _step(pipes, pieces, parting, groups == number, chance)
        if step is not None:
            found.setdefault(step.valves, step)
    return tuple(sorted(found.values(), key=lambda one: (-one.chance, one.valves)))


def _from_inlets(pipes: ZonePipes, pieces: Segments, parting: Array) -> tuple[Array, Array]:
    """Return the segments that water reaches, those nearest to the inlets first, and which one each hangs on.

    Segments with an inlet hang on none: -1.
    """
    root = pieces.count
    # A valve at an inlet bounds what it feeds.
    at_valve = np.isin(pieces.valve, np.flatnonzero(pipes.entry & parting))
    fed = np.unique(np.append(pieces.node[pipes.entry & ~parting & ~pipes.closed], pieces.side[at_valve]))
    fed = fed[fed >= 0]
    inner = ~pipes.closed[pieces.valve]
    valve, side = pieces.valve[inner], pieces.side[inner]
    # All sides of a valve are joined through its first one.
    first = np.searchsorted(valve, valve)
    start = np.concatenate([side, np.full(len(fed), root)])
    end = np.concatenate([side[first], fed])
    graph = csr_array((np.ones(len(start)), (start, end)), shape=(root + 1, root + 1))
    order, parent = breadth_first_order(graph, root, directed=False)
    above = np.where((parent < 0) | (parent == root), -1, parent)[:root]
    return order[order != root], above


def _groups(weight: Array, order: Array, parent: Array, target: float) -> Array:
    """Return the group of each segment, -1 for none: subtrees cut off where their weight reaches a target."""
    carried = weight.copy()
    cut = np.zeros(len(weight), dtype=bool)
    for one in order[::-1].tolist():
        above = int(parent[one])
        if above < 0:
            continue
        if carried[one] > 0.0 and carried[one] >= target:
            cut[one] = True
        else:
            carried[above] += carried[one]
    group = np.full(len(weight), -1, dtype=np.int64)
    group[cut] = np.arange(int(cut.sum()))
    for one in order.tolist():
        if not cut[one] and parent[one] >= 0:
            group[one] = group[parent[one]]
    return group


def _step(
    pipes: ZonePipes, pieces: Segments, parting: Array, segments: Array, chance: Array
) -> PlannedStep | None:
    """Return the step that shuts off some segments (S,), None where no valve does."""
    inside = segments[pieces.side]
    size = len(pipes.node_id)
    within = np.bincount(pieces.valve, inside, minlength=size) > 0
    beyond = np.bincount(pieces.valve, ~inside, minlength=size) > 0
    shut = within & (beyond | pipes.entry) & parting
    names = [str(one) for one in pipes.node_id[shut] if one is not None]
    lost = pipes.cut_off(shut)
    if not names or not lost.any():
        return None
    return PlannedStep(
        tuple(sorted(names)),
        lost,
        float(chance[lost].sum()),
        float(pipes.length_m[lost].sum()),
        int(pipes.customers[lost].sum()),
    )
