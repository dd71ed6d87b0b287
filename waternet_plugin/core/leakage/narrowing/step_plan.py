"""Plan a step test: which valves to shut one step after the other, so that each says most of the leak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.network.analysis.segments import Segments

_HALVINGS = 40
_LEFT = 0.99


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


def plan_steps(pipes: ZonePipes, chance: Array, most: int) -> tuple[PlannedStep, ...]:
    """Return steps that divide the chance of a leak as evenly as the valves allow, the likeliest first.

    A step shuts off a group of valve segments. What feeds all others is never shut off: the leak is there
    when it runs on in every step.

    Parameters
    ----------
    pipes
        The zone.
    chance
        Chance of each pipe (P,).
    most
        Most steps, such as fit into a night.
    """
    parting = pipes.shuttable
    pieces = pipes.pieces(parting)
    weight = np.bincount(pieces.pipe, _weights(pipes, chance), minlength=pieces.count)
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
    steps_by_valves: dict[tuple[str, ...], PlannedStep] = {}
    for number in range(int(groups.max(initial=-1)) + 1):
        step = _step(pipes, pieces, parting, groups == number, chance)
        if step is not None:
            steps_by_valves.setdefault(step.valves, step)
    return tuple(sorted(steps_by_valves.values(), key=lambda planned: (-planned.chance, planned.valves)))


def _weights(pipes: ZonePipes, chance: Array) -> Array:
    """Return what steps divide evenly: half the chance, half the length of the pipes that have most of it.

    A leak where nobody expects it is narrowed down as well as one on a likely pipe.
    """
    order = np.argsort(-chance, kind="stable")
    left = np.zeros(pipes.count, dtype=bool)
    left[order[: int(np.searchsorted(np.cumsum(chance[order]), _LEFT)) + 1]] = True
    length = np.where(left, pipes.length_m, 0.0)
    total_m = float(length.sum())
    return 0.5 * chance + (0.5 * length / total_m if total_m > 0 else 0.0)


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
    """Return the group of each segment, -1 for none.

    From the ends of the zone inwards a segment with what hangs on it is a group as soon as its weight reaches
    the target; so are small branches of one segment together, which are shut off in one step.
    """
    group = np.full(len(weight), -1, dtype=np.int64)
    branches: list[list[int]] = [[] for _ in weight]
    carried = weight.copy()
    beyond = np.zeros(len(weight))
    # One segment that feeds all others can't be shut off alone; of several the others go on feeding.
    is_alone = int((parent[order] < 0).sum()) < 2
    count = 0
    for unit in order[::-1].tolist():
        above = int(parent[unit])
        carried[unit] += beyond[unit]
        if carried[unit] <= 0.0 or (above < 0 and is_alone):
            continue
        if carried[unit] >= target:
            group[unit], count = count, count + 1
            continue
        if above < 0:
            continue
        branches[above].append(unit)
        beyond[above] += carried[unit]
        if beyond[above] >= target:
            group[branches[above]], count = count, count + 1
            branches[above], beyond[above] = [], 0.0
    for unit in order.tolist():
        if group[unit] < 0 and parent[unit] >= 0:
            group[unit] = group[parent[unit]]
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
    lost = pipes.cut_off(shut)
    if not lost.any() or lost[pipes.is_main].all():
        return None
    return PlannedStep(
        pipes.shutting(shut),
        lost,
        float(chance[lost].sum()),
        float(pipes.length_m[lost].sum()),
        int(pipes.customers[lost].sum()),
    )
