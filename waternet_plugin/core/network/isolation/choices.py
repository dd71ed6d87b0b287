"""Which valves to close, which instead where one fails, and which could be opened to feed those cut off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.flow_elements import DOUBTFUL, USABLE
from waternet_plugin.core.network.analysis.segments import Ints
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMERS
from waternet_plugin.core.network.isolation.roles import (
    ALREADY_CLOSED,
    CLOSE,
    INSTEAD,
    OPEN_TO_FEED,
    SECOND_CHOICE,
    TO_CLOSE,
)
from waternet_plugin.core.network.isolation.shutdown import Shut, Shutdown
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.texts import joined, listed, tr


@dataclass(frozen=True)
class ValveRow:
    """A valve and its part.

    ``instead_of`` names the valves, by semicolons, that can't be closed (role INSTEAD) or of which any one
    that fails makes this one needed (SECOND_CHOICE). ``added_customers`` lose water because this valve is
    closed in their place, at most where there are several; ``restored_customers`` get it back when it is
    opened; NaN where that is not a question.
    """

    node: int
    role: str
    added_customers: float = float("nan")
    restored_customers: float = float("nan")
    instead_of: str = ""
    reason: str = ""


def valve_rows(job: Shutdown, shut: Shut) -> list[ValveRow]:
    """Return the valves around what is shut, and those in reserve: one row each."""
    works, elements = job.works, job.works.elements
    nearest = {valve for segment in job.home for valve in works.valves(segment)}
    rows = []
    for valve in sorted(shut.valves):
        if elements.closed[valve]:
            rows.append(ValveRow(valve, ALREADY_CLOSED, reason=_closed_reason(job, valve)))
        elif valve in nearest:
            rows.append(ValveRow(valve, CLOSE, 0.0, reason=_close_reason(job, shut, valve)))
    rows += _instead_of_failed(job, shut, nearest)
    doubtful = [row.node for row in rows if row.role in TO_CLOSE and elements.reliance[row.node] == DOUBTFUL]
    return rows + _in_reserve(job, shut, doubtful)


def _closed_reason(job: Shutdown, valve: int) -> str:
    if job.works.elements.valve[valve]:
        return tr("Is closed: check that it is tight.")
    return tr("Is closed, but is not an isolation valve: check that it is tight.")


def _close_reason(job: Shutdown, shut: Shut, valve: int) -> str:
    reasons = []
    if valve >= job.works.connected.graph.node_count:
        reasons.append(tr("A hypothetical valve in the middle of this pipe."))
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
    spared_by: dict[int, dict[int, float]] = {}
    for valve in failing:
        without = job.shut(sound=frozenset({valve}))
        for other in farther - without.valves:
            spared_by.setdefault(other, {})[valve] = cut_off - job.cut_off(without)
    if farther - spared_by.keys():
        # Reached past several failing valves: only all of them together would spare it.
        added = cut_off - job.cut_off(job.shut(sound=frozenset(failing)))
        for other in farther - spared_by.keys():
            spared_by[other] = dict.fromkeys(failing, added)
    return [_instead(job, other, spared_by[other]) for other in sorted(spared_by)]


def _instead(job: Shutdown, valve: int, added: dict[int, float]) -> ValveRow:
    names = [job.works.node_name(each) for each in added]
    reasons = [tr("Closed instead of {valve}, which can't be closed.").format(valve=listed(names))]
    if job.works.elements.reliance[valve] != USABLE:
        reasons.append(tr("It is not known whether it can be closed."))
    return ValveRow(valve, INSTEAD, max(added.values()), instead_of=";".join(names), reason=joined(reasons))


def _in_reserve(job: Shutdown, shut: Shut, doubtful: list[int]) -> list[ValveRow]:
    """Return the valves to close only if a doubtful one turns out not to close."""
    works = job.works
    needed: dict[int, dict[int, float]] = {}
    for valve in sorted(doubtful):
        wider = job.shut(failing=frozenset({valve}))
        added = job.cut_off(wider) - job.cut_off(shut)
        for other in wider.valves - shut.valves:
            if not works.elements.closed[other]:
                needed.setdefault(other, {})[valve] = added
    rows = []
    for other in sorted(needed):
        names = [works.node_name(valve) for valve in needed[other]]
        reason = tr("Leave open. Close it only if {valve} can't be closed.").format(valve=listed(names))
        most = max(needed[other].values())
        rows.append(ValveRow(other, SECOND_CHOICE, most, instead_of=";".join(names), reason=reason))
    return rows


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
    fed_rows: dict[int, tuple[float, float]] = {}
    for segment, number in segment_group.items():
        for valve in works.valves(segment):
            others = [side for side in works.sides(valve) if side not in segment_group]
            if elements.closed[valve] and elements.valve[valve] and fed[others].any():
                gain = (float(customers[number]), float(metres[number]))
                fed_rows[valve] = max(fed_rows.get(valve, (0.0, 0.0)), gain)
    rows = []
    for valve, (restored, length) in sorted(fed_rows.items()):
        reason = _feeding_reason(job, valve, restored, length)
        rows.append(ValveRow(valve, OPEN_TO_FEED, restored_customers=restored, reason=reason))
    return rows


def _lengths(job: Shutdown, parts: Ints) -> Array:
    """Return the length of the pipes of some parts, m."""
    works = job.works
    indptr, pipes = works.index.pipes_of_part
    metres = np.zeros(len(parts))
    for number, part in enumerate(parts.tolist()):
        own = works.elements.half_of[pipes[indptr[part] : indptr[part + 1]]]
        metres[number] = np.nansum(works.connected.graph.length_m[own])
    return metres


def _feeding_reason(job: Shutdown, valve: int, restored: float, length: float) -> str:
    reasons = [
        tr("Opening it restores water to %n customer(s) on {length} m of pipes.", "", round(restored)).format(
            length=f"{length:.0f}"
        )
    ]
    zones = _zones_at(job, valve)
    if len(zones) > 1:
        reasons.append(
            tr("It connects the zones {zones}: their balance of these days is not valid.").format(
                zones=listed(zones)
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
