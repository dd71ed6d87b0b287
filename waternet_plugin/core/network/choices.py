"""Which valves to close, which instead where one fails, and which could be opened to feed those cut off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.network.arrays import Array, labels
from waternet_plugin.core.network.elements import DOUBTFUL, USABLE
from waternet_plugin.core.network.ends import column
from waternet_plugin.core.network.segments import Ints
from waternet_plugin.core.network.shutdown import Shut, Shutdown
from waternet_plugin.core.network.shutting import CUSTOMERS
from waternet_plugin.core.texts import joined, tr

CLOSE, ALREADY_CLOSED, SECOND_CHOICE, OPEN_TO_FEED = (
    "close", "already_closed", "second_choice", "open_to_feed",
)  # fmt: skip
ROLES = (CLOSE, SECOND_CHOICE, ALREADY_CLOSED, OPEN_TO_FEED)


@dataclass(frozen=True)
class ValveRow:
    """A valve and its part.

    ``added_customers`` lose water because this valve has to be closed instead of another,
    ``restored_customers`` get it back when it is opened; NaN where that is no question.
    """

    node: int
    role: str
    added_customers: float = float("nan")
    restored_customers: float = float("nan")
    instead_of: str = ""
    reason: str = ""


def valve_rows(job: Shutdown, shut: Shut) -> list[ValveRow]:
    """Return the valves around what is shut."""
    works, elements = job.works, job.works.elements
    nearest = {valve for segment in job.home for valve in works.valves(segment)}
    rows = []
    for valve in sorted(shut.valves):
        if elements.closed[valve]:
            rows.append(ValveRow(valve, ALREADY_CLOSED, reason=_closed_reason(job, valve)))
        elif valve in nearest:
            rows.append(ValveRow(valve, CLOSE, 0.0, reason=_close_reason(job, shut, valve)))
    rows += _instead_of_failed(job, shut, nearest)
    for row in list(rows):
        if row.role == CLOSE and elements.reliance[row.node] == DOUBTFUL:
            rows += _instead_of_doubtful(job, shut, row.node)
    return rows


def _closed_reason(job: Shutdown, valve: int) -> str:
    if job.works.elements.valve[valve]:
        return tr("Stands closed: check that it is tight.")
    return tr("Stands closed, but is no isolation valve: check whether it holds.")


def _close_reason(job: Shutdown, shut: Shut, valve: int) -> str:
    reasons = []
    if valve >= job.works.connected.graph.node_count:
        reasons.append(tr("A valve thought of in the middle of this pipe."))
    if job.works.elements.reliance[valve] == DOUBTFUL:
        reasons.append(tr("It is not known whether it can be closed."))
    outside = np.array(sorted(set(job.works.sides(valve)) - shut.segments), dtype=np.int64)
    if not shut.still[np.isin(job.works.supply.segment, outside)].any():
        reasons.append(tr("No supply comes from beyond it: closing it only keeps that part from draining."))
    return joined(reasons)


def _instead_of_failed(job: Shutdown, shut: Shut, nearest: set[int]) -> list[ValveRow]:
    """Return the valves that are closed because nearer ones can't be, each with what that adds."""
    works, elements = job.works, job.works.elements
    farther = {valve for valve in shut.valves if valve not in nearest and not elements.closed[valve]}
    if not farther:
        return []
    failing = sorted(valve for valve in nearest if works.passes(valve))
    cut_off = job.cut_off(shut)
    rows, placed = [], set()
    for valve in failing:
        without = job.shut(sound=frozenset({valve}))
        added = cut_off - job.cut_off(without)
        for other in sorted(farther - without.valves):
            rows.append(_instead(job, other, added, [valve]))
            placed.add(other)
    rest = farther - placed
    if rest:
        # Reached past several failing valves: only all of them together would spare it.
        added = cut_off - job.cut_off(job.shut(sound=frozenset(failing)))
        rows += [_instead(job, other, added, failing) for other in sorted(rest)]
    return rows


def _instead(job: Shutdown, valve: int, added: float, failing: list[int]) -> ValveRow:
    names = ";".join(job.works.node_name(each) for each in failing)
    reasons = [tr("Closed instead of {valve}, which can't be closed.").format(valve=names)]
    if job.works.elements.reliance[valve] != USABLE:
        reasons.append(tr("It is not known whether it can be closed."))
    return ValveRow(valve, SECOND_CHOICE, added, instead_of=names, reason=joined(reasons))


def _instead_of_doubtful(job: Shutdown, shut: Shut, valve: int) -> list[ValveRow]:
    """Return the valves to close if a doubtful one turns out not to close."""
    wider = job.shut(failing=frozenset({valve}))
    added = job.cut_off(wider) - job.cut_off(shut)
    name = job.works.node_name(valve)
    reason = tr("To close if {valve} can't be closed.").format(valve=name)
    return [
        ValveRow(other, SECOND_CHOICE, added, instead_of=name, reason=reason)
        for other in sorted(wider.valves - shut.valves)
        if not job.works.elements.closed[other]
    ]


def feeding_rows(job: Shutdown, shut: Shut, lost: Ints) -> list[ValveRow]:
    """Return the closed valves that part what loses water from what keeps it, most customers first."""
    if not len(lost):
        return []
    works, elements = job.works, job.works.elements
    supply = works.supply
    # What still hangs together among the parts that lost water is fed by one opened valve.
    vertices = np.concatenate([lost, len(supply.segment) + np.arange(len(supply.hubs))])
    inner = supply.graph[vertices][:, vertices].tocoo()
    _, group = labels(len(vertices), inner.row, inner.col)
    customers = np.bincount(group[: len(lost)], works.part_weights[lost, CUSTOMERS])
    segment_group = dict(zip(supply.segment[lost].tolist(), group[: len(lost)].tolist()))
    fed = np.zeros(works.segments.count, dtype=bool)
    fed[supply.segment[shut.still]] = True
    metres = np.bincount(group[: len(lost)], _lengths(job, lost))
    found: dict[int, tuple[float, float]] = {}
    for segment, number in segment_group.items():
        for valve in works.valves(segment):
            others = [side for side in works.sides(valve) if side not in segment_group]
            if elements.closed[valve] and elements.valve[valve] and fed[others].any():
                gain = (float(customers[number]), float(metres[number]))
                found[valve] = max(found.get(valve, (0.0, 0.0)), gain)
    rows = []
    for valve, (restored, length) in sorted(found.items()):
        reason = _feeding_reason(job, valve, restored, length)
        rows.append(ValveRow(valve, OPEN_TO_FEED, restored_customers=restored, reason=reason))
    return rows


def _lengths(job: Shutdown, parts: Ints) -> Array:
    """Return the length of the pipes of some parts, m."""
    works = job.works
    indptr, pipes = works.pipes_of_part
    metres = np.zeros(len(parts))
    for number, part in enumerate(parts.tolist()):
        own = works.elements.half_of[pipes[indptr[part] : indptr[part + 1]]]
        metres[number] = np.nansum(works.connected.graph.length_m[own])
    return metres


def _feeding_reason(job: Shutdown, valve: int, restored: float, length: float) -> str:
    reasons = [
        tr(
            "Opening it gives %n customer(s) on {length} m of pipes their water back.", "", round(restored)
        ).format(length=f"{length:.0f}")
    ]
    zones = _zones_at(job, valve)
    if len(zones) > 1:
        reasons.append(
            tr("It joins the zones {zones}: their balance of these days does not count.").format(
                zones=", ".join(zones)
            )
        )
    if job.works.elements.reliance[valve] != USABLE:
        reasons.append(tr("It is not known whether it can be opened."))
    return joined(reasons)


def _zones_at(job: Shutdown, valve: int) -> list[str]:
    graph = job.works.connected.graph
    if valve >= graph.node_count:
        return []
    indptr, _, pipe = graph.adjacency()
    rows: Array = graph.pipe_row[pipe[indptr[valve] : indptr[valve + 1]]]
    zones = pd.Series(column(job.works.pipes, "dma_id")[rows], dtype=object).dropna()
    return sorted(set(zones))
