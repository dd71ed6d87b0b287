"""Where systems meet that must not: drinking water with others, storm with combined drains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import drain_flow
from waternet_plugin.core.network.model.network_frame import DRAINS, END, START, SUPPLY
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings


def _present(subject: CheckContext, mask: Array, end: int | None = None) -> Array:
    """Return at which vertices a pipe of a mask is, by one of its ends if asked for."""
    at = np.zeros(subject.connected.graph.node_count, dtype=bool)
    for side in (START, END) if end is None else (end,):
        at[subject.vertex[mask, side]] = True
    return at


def _at_ends(subject: CheckContext, rule: str, pipe: Array, end: Array, **values: Array) -> RuleFindings:
    vertex = subject.vertex[pipe, end]
    return subject.pipes.found(
        rule,
        pipe,
        xy=subject.vertex_xy[vertex],
        with_assets={"node": subject.vertex_ids(vertex)},
        values=values,
    )


def _other_at(subject: CheckContext, pipe: Array, end: Array, mask: Array) -> Array:
    """Return a pipe of a mask at the vertex of each end, the first by id."""
    rows = np.flatnonzero(mask)
    rows = rows[np.argsort(subject.pipe_rank[rows], kind="stable")[::-1]]
    first = np.full(subject.connected.graph.node_count, -1, dtype=np.int64)
    first[subject.vertex[rows, END]] = rows
    again = np.full(len(first), -1, dtype=np.int64)
    again[subject.vertex[rows, START]] = rows
    vertex = subject.vertex[pipe, end]
    one, two = first[vertex], again[vertex]
    rank = np.append(subject.pipe_rank, len(subject.pipes))
    return np.where(rank[one] <= rank[two], one, two)


def water(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes joined to a system of water, or to drains, that is not theirs."""
    pipes, live = subject.pipes, subject.live
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    of = {system: live & pipes.among("system", (system,)) for system in (*SUPPLY, *DRAINS)}
    drinking = _present(subject, of["potable"])
    dirty = of["reclaimed"] | of["raw_water"]
    yield from _meet(subject, "cross_connection", dirty, drinking & ~joins, of["potable"])
    yield from _meet(subject, "supply_joined", of["fire"], drinking & ~joins, of["potable"])
    reused = _present(subject, of["reclaimed"])
    yield from _meet(subject, "supply_joined", of["raw_water"] | of["fire"], reused & ~joins, of["reclaimed"])
    supply = _present(subject, subject.is_supply & live)
    yield from _meet(
        subject, "drain_to_supply", subject.is_drain & live, supply & ~joins, subject.is_supply & live
    )


def _meet(subject: CheckContext, rule: str, mine: Array, at: Array, theirs: Array) -> Iterator[RuleFindings]:
    pipe, end = np.nonzero(mine[:, None] & at[subject.vertex])
    other = _other_at(subject, pipe, end, theirs)
    yield _at_ends(
        subject,
        rule,
        pipe,
        end,
        system=subject.pipes.labels("system", pipe),
        other=subject.pipes.labels("system", other),
    )


def separate(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield storm drains that end where combined drains go on."""
    pipes, flow = subject.pipes, subject.once(drain_flow)
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    goes_on = flow.leaves["combined"].copy()
    last = ~(flow.leaves["sewage"] | flow.leaves["storm"] | flow.leaves["combined"])
    many = len(subject.nodes)
    goes_on[:many] |= last[:many] & subject.nodes.among("system", ("combined",))
    at = goes_on & ~flow.leaves["storm"] & ~joins
    pipe = np.flatnonzero(flow.of["storm"] & flow.known & at[flow.lower])
    vertex = flow.lower[pipe]
    end = np.where(subject.vertex[pipe, END] == vertex, END, START)
    yield _at_ends(
        subject,
        "storm_to_combined",
        pipe,
        end,
        system=pipes.labels("system", pipe),
        other=pipes.labels("system", _other_at(subject, pipe, end, flow.of["combined"])),
    )


CHECKS = (
    Check(("cross_connection", "supply_joined", "drain_to_supply"), water),
    Check(("storm_to_combined",), separate),
)
