"""Where systems meet that must not: drinking water with others, sewage with storm, zones without a meter."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import DRAINS, END, START, SUPPLY, Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

_METERS = ("flow_meter",)
_STATIONS = ("pump_station", "tank", "reservoir", "plant", "source")


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


def zones(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield places where a pipe leaves its metered zone without a meter or closed valve."""
    pipes, nodes = subject.pipes, subject.nodes
    numbers, words = pipes.codes("dma_id")
    fed = subject.live & pipes.among("system", ("potable",)) & ~subject.is_connector
    if not len(words):
        return
    many = subject.connected.graph.node_count
    least, most = np.full(many, len(words)), np.full(many, -2)
    rows = np.flatnonzero(fed)
    for side in (START, END):
        np.minimum.at(least, subject.vertex[rows, side], numbers[rows])
        np.maximum.at(most, subject.vertex[rows, side], numbers[rows])
    shut = np.zeros(many, dtype=bool)
    shut[: len(nodes)] = nodes.among("valve_state", ("closed",)) | nodes.among("kind", (*_METERS, *_STATIONS))
    crossed = (most > least) & (most >= 0) & ~shut
    # Of the pipes there, the first by id that belongs to the zone named last.
    pipe, end = np.nonzero((fed & (numbers >= 0))[:, None] & crossed[subject.vertex])
    vertex = subject.vertex[pipe, end]
    inside = numbers[pipe] == most[vertex]
    pipe, end, vertex = pipe[inside], end[inside], vertex[inside]
    order = np.lexsort((subject.pipe_rank[pipe], vertex))
    pipe, vertex = pipe[order], vertex[order]
    first = np.r_[True, vertex[1:] != vertex[:-1]] if len(vertex) else np.zeros(0, dtype=bool)
    pipe, vertex = pipe[first], vertex[first]
    order = np.argsort(subject.pipe_rank[pipe], kind="stable")
    pipe, vertex = pipe[order], vertex[order]
    yield pipes.found(
        "dma_open_boundary",
        pipe,
        xy=subject.vertex_xy[vertex],
        with_assets={"zone": words[numbers[pipe]], "node": subject.vertex_ids(vertex)},
    )
    meters = np.arange(len(nodes))[
        nodes.among("kind", _METERS) & nodes.known("meter_in") & subject.live_nodes
    ]
    same = (least[meters] == most[meters]) & (most[meters] >= 0)
    meters = meters[same]
    inner = words[most[meters]] == nodes.text("meter_in")[meters]
    yield nodes.found(
        "meter_one_zone",
        meters[inner],
        with_assets={"zone": nodes.text("meter_in")[meters[inner]]},
    )


CHECKS = (
    Check(("cross_connection", "supply_joined", "drain_to_supply"), water),
    Check(("sewage_to_storm", "storm_to_sewage", "storm_to_combined", "shared_manhole"), drains),
    Check(("dma_open_boundary", "meter_one_zone"), zones),
)
