"""Where systems meet that must not: drinking water with others, sewage with storm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import DRAINS, END, START, SUPPLY, Check, CheckContext
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


def drains(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield drains that discharge into one of another kind, and manholes that take both."""
    pipes, live = subject.pipes, subject.live
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    of = {system: live & pipes.among("system", (system,)) for system in DRAINS}
    leaves = {system: _present(subject, of[system], START) for system in DRAINS}
    there = {system: _present(subject, of[system]) for system in DRAINS}
    told = np.zeros(len(joins), dtype=bool)
    own = subject.nodes.among
    for rule, mine, theirs in (
        ("sewage_to_storm", "sewage", "storm"),
        ("storm_to_sewage", "storm", "sewage"),
        ("storm_to_combined", "storm", "combined"),
    ):
        # It ends where what goes on is of the other kind; where nothing goes on, the node says its kind.
        goes_on = leaves[theirs].copy()
        end_of_line = ~(leaves["sewage"] | leaves["storm"] | leaves["combined"])
        goes_on[: len(subject.nodes)] |= end_of_line[: len(subject.nodes)] & own("system", (theirs,))
        stays = leaves[mine] if theirs == "combined" else leaves[mine] | leaves["combined"]
        pipe = np.flatnonzero(of[mine] & (goes_on & ~stays & ~joins)[subject.vertex[:, END]])
        told[subject.vertex[pipe, END]] = True
        yield _at_ends(
            subject,
            rule,
            pipe,
            np.full(len(pipe), END),
            system=pipes.labels("system", pipe),
            other=pipes.labels("system", _other_at(subject, pipe, np.full(len(pipe), END), of[theirs])),
        )
    both = np.flatnonzero(there["sewage"] & there["storm"] & ~there["combined"] & ~joins & ~told)
    both = both[both < len(subject.nodes)]
    # The pipe named is one of sewage.
    rows = np.flatnonzero(of["sewage"])
    rows = rows[np.argsort(subject.pipe_rank[rows], kind="stable")[::-1]]
    pipe_at = np.full(len(joins), -1, dtype=np.int64)
    for side in (START, END):
        pipe_at[subject.vertex[rows, side]] = rows
    yield subject.nodes.found("shared_manhole", both, with_assets={"pipe": pipes.ids[pipe_at[both]]})


CHECKS = (
    Check(("cross_connection", "supply_joined", "drain_to_supply"), water),
    Check(("sewage_to_storm", "storm_to_sewage", "storm_to_combined", "shared_manhole"), drains),
)
