"""Levels of up and down exchanged for a whole group of drains, or all its lines drawn against the flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import pipe_flow
from waternet_plugin.core.network.model.network_frame import DRAINS, END, START
from waternet_plugin.core.quality.checks.levels.heights import inverts
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.schema.flow import REVERSE
from waternet_plugin.core.texts import tr

EXCHANGED, BACKWARDS, EITHER = "exchanged", "backwards", "either"
_EXITS = ("outfall", "plant")
_NEARLY_ALL = 0.8
# So many times more ends of one kind than of the other tell which it is.
_CLEARLY = 2


@dataclass(frozen=True)
class SwappedGroup:
    """Drains nearly all of which rise as drawn: what they have in common, their rows, and what is wrong."""

    name: str
    rows: Array
    rising: int
    what: str


def swapped_groups(subject: CheckContext) -> list[SwappedGroup]:
    """Return the largest groups of drains with both levels of which nearly all rise.

    A drain rises along its recorded flow; where none is recorded, as it is drawn.
    """
    pipes, level = subject.pipes, inverts(subject)
    flow = subject.once(pipe_flow)
    asked = subject.live & subject.is_gravity & np.isfinite(level).all(axis=1) & flow.one_way
    rise = level[:, END] - level[:, START]
    rise = np.where(_turned(subject), -rise, rise)
    rises = rise > subject.real("adverse_rise_m")
    groups = [("", asked)]
    groups += [(system, asked & pipes.among("system", (system,))) for system in DRAINS]
    for column in ("survey_batch", "compound_id"):
        if pipes.has(column):
            numbers, words = pipes.codes(column)
            groups += [(str(word), asked & (numbers == place)) for place, word in enumerate(words)]
    found: list[SwappedGroup] = []
    taken = np.zeros(len(pipes), dtype=bool)
    for name, mask in groups:
        many, up = int(mask.sum()), int((mask & rises).sum())
        if (
            many < subject.settings.integer("quality.doctor_values")
            or up <= _NEARLY_ALL * many
            or taken[mask].any()
        ):
            continue
        taken |= mask
        found.append(SwappedGroup(name, np.flatnonzero(mask), up, _what(subject, mask)))
    return found


def _turned(subject: CheckContext) -> Array:
    """Return the drains that are known to flow against the drawing."""
    flow = subject.once(pipe_flow)
    return np.asarray(flow.recorded & (flow.sense == REVERSE))


def _what(subject: CheckContext, mask: Array) -> str:
    """Return which of the two it is: exits, else the drains beside the group, lie at its ends or starts."""
    turned = _turned(subject)[:, None]
    vertex, many = (
        np.where(turned, subject.vertex[:, ::-1], subject.vertex),
        subject.connected.graph.node_count,
    )
    exits = subject.kind_among(_EXITS)
    counts = [int(exits[vertex[mask, side]].sum()) for side in (START, END)]
    if not any(counts):
        beside = np.zeros(many, dtype=bool)
        others = subject.live & subject.is_drain & ~mask
        beside[vertex[others].reshape(-1)] = True
        # Where nothing else of the group goes on, it leads on into them.
        own = np.bincount(vertex[mask].reshape(-1), minlength=many)
        last = beside & (own == 1)
        counts = [int(last[vertex[mask, side]].sum()) for side in (START, END)]
    starts, ends = counts
    if ends > _CLEARLY * starts:
        return EXCHANGED
    return BACKWARDS if starts > _CLEARLY * ends else EITHER


def swapped_levels(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield groups of drains whose levels are exchanged, or whose lines are all drawn backwards."""
    pipes, groups = subject.pipes, swapped_groups(subject)
    words = {
        EXCHANGED: tr("the levels of start and end are exchanged"),
        BACKWARDS: tr("the lines are drawn against the flow"),
        EITHER: tr("the levels are exchanged or the lines are drawn against the flow"),
    }
    members = [pipes.ids[group.rows][np.argsort(pipes.ids[group.rows].astype(str))] for group in groups]
    first = np.array([ids[0] for ids in members], dtype=object)
    place = pipes.xy_of(pipes.row_of(first)) if len(groups) else np.zeros((0, 2))
    yield RuleFindings(
        "doctor_swapped_levels",
        {"pipe": first},
        place[:, 0],
        place[:, 1],
        {
            "rising": np.array([group.rising for group in groups], dtype=object),
            "count": np.array([len(group.rows) for group in groups], dtype=object),
            "what": np.array([words[group.what] for group in groups], dtype=object),
        },
        np.array([group.name for group in groups], dtype=object),
        members,
    )


CHECKS = (Check(("doctor_swapped_levels",), swapped_levels),)
