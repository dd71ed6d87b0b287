"""Parts of the network that are joined to nothing, have no source, no outlet, or are shut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array, sums
from waternet_plugin.core.network.model.network_frame import DRAINS, SUPPLY
from waternet_plugin.core.network.model.row_groups import gather, labels
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings, summary
from waternet_plugin.core.schema.domains import domain

SOURCES = ("source", "plant", "reservoir", "tank")
OUTLETS = ("outfall", "plant", "pump_station", "interceptor")


@dataclass(frozen=True)
class NetworkParts:
    """The connected parts of the pipes in use.

    ``part`` is that of each pipe, -1 for pipes out of use; ``length_m``, ``pipes``, ``system`` (number
    of the system that has most of its length) and ``has_end`` (a source or outlet) have one value a part.
    """

    part: Array
    length_m: Array
    pipes: Array
    system: Array
    has_end: Array


def parts_of(subject: CheckContext, *, cut: Array | None = None) -> NetworkParts:
    """Return the parts.

    Parameters
    ----------
    subject
        The network.
    cut
        Vertices that let nothing through, such as closed valves.
    """
    graph = subject.connected.graph
    live = np.flatnonzero(subject.live)
    vertex, many = _apart(subject, live)
    if cut is not None and cut.any():
        # Every end at such a vertex is a vertex of its own.
        flat = vertex.reshape(-1).copy()
        shut = np.flatnonzero(cut[subject.vertex[live].reshape(-1)])
        flat[shut] = many + np.arange(len(shut))
        vertex, many = flat.reshape(-1, 2), many + len(shut)
    count, label = labels(many, vertex[:, 0], vertex[:, 1])
    used = np.zeros(count, dtype=bool)
    used[label[vertex[:, 0]]] = True
    # Parts are numbered without the vertices that no pipe in use is at.
    part_of = (np.cumsum(used) - 1)[label[vertex[:, 0]]]
    size = int(used.sum())
    length = np.where(np.isfinite(graph.length_m), graph.length_m, 0.0)[live]
    system_of, words = subject.pipes.codes("system")
    wide = len(words) + 1
    # Unknown systems are counted last.
    weight = sums(part_of * wide + system_of[live] % wide, length + 1e-9, size * wide).reshape(size, wide)
    main = weight[:, :-1].argmax(axis=1) if len(words) else np.full(size, -1)
    drains = np.array([word in DRAINS for word in words] + [False], dtype=bool)
    ends = np.zeros(size, dtype=bool)
    for is_drain, kinds in ((False, SOURCES), (True, OUTLETS)):
        here = subject.kind_among(kinds)
        at = np.zeros(size, dtype=bool)
        for side in (0, 1):
            original = subject.vertex[live, side]
            at[part_of[here[original]]] = True
        ends |= at & (drains[main] == is_drain)
    part = np.full(len(subject.pipes), -1, dtype=np.int64)
    part[live] = part_of
    return NetworkParts(
        part, np.bincount(part_of, length, size), np.bincount(part_of, minlength=size), main, ends
    )


def _apart(subject: CheckContext, live: Array) -> tuple[Array, int]:
    """Return the vertices of pipes in use so that systems of water meet only at plants, tanks and the like.

    A wrong joint of two systems must not hide that one of them has no source.
    """
    graph = subject.connected.graph
    numbers, words = subject.pipes.codes("system")
    kind = np.array([number + 1 if word in SUPPLY else 0 for number, word in enumerate(words)] + [0])
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    flat = subject.vertex[live].reshape(-1).astype(np.int64)
    side = np.where(joins[flat], 0, np.repeat(kind[numbers[live]], 2))
    key = side * np.int64(graph.node_count) + flat
    return key.reshape(-1, 2), int((kind.max(initial=0) + 1) * graph.node_count)


def loose(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield parts without a source or outlet, and systems that have none at all."""
    parts = parts_of(subject)
    words = subject.pipes.codes("system")[1]
    label = {code: each.label for code, each in domain("system").items()}
    share = subject.real("loose_share")
    small: list[Array] = []
    dry: list[Array] = []
    blocked: list[Array] = []
    for number, system in enumerate(words):
        mine = np.flatnonzero(parts.system == number)
        if not len(mine):
            continue
        whole = parts.length_m[mine].sum()
        without = mine[~parts.has_end[mine]]
        if len(without) == len(mine):
            # Nothing to measure against: only what is apart from the largest part is loose.
            yield summary(
                "no_source",
                part=system,
                system=label.get(system, system),
                count=int(parts.pipes[mine].sum()),
            )
            largest = mine[np.lexsort((mine, -parts.length_m[mine]))[0]]
            without = without[without != largest]
        little = parts.length_m[without] <= share * whole
        small.append(without[little])
        (dry if system in SUPPLY else blocked).append(without[~little])
    for rule, lists in (
        ("loose_part", small),
        ("part_without_source", dry),
        ("part_without_outlet", blocked),
    ):
        yield group(subject, rule, parts, np.concatenate(lists) if lists else np.empty(0, dtype=np.int64))


def closed_off(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield parts that only closed valves join to a source."""
    shut = np.zeros(subject.connected.graph.node_count, dtype=bool)
    shut[: len(subject.nodes)] = subject.nodes.among("valve_state", ("closed",))
    if not shut.any():
        return
    with_valves, whole = parts_of(subject, cut=shut), parts_of(subject)
    words = subject.pipes.codes("system")[1]
    supply = np.array([word in SUPPLY for word in words] + [False], dtype=bool)
    first = np.full(len(with_valves.pipes), -1, dtype=np.int64)
    rows = np.flatnonzero(with_valves.part >= 0)
    first[with_valves.part[rows[::-1]]] = rows[::-1]
    fed_before = whole.has_end[whole.part[first]]
    numbers = np.flatnonzero(~with_valves.has_end & fed_before & supply[with_valves.system])
    yield group(subject, "closed_off", with_valves, numbers)


def group(
    subject: CheckContext, rule: str, parts: NetworkParts, numbers: Array, **values: Array
) -> RuleFindings:
    """Return parts as findings that name their pipes, the first by id first.

    Values, one a part, stand in the sentence; without any it is the number of pipes and their length.
    """
    pipes = subject.pipes
    rows = np.flatnonzero(np.isin(parts.part, numbers))
    # Few rows of many: not worth the order of all ids.
    rows = rows[np.argsort(pipes.ids[rows].astype(str), kind="stable")]
    slot = np.full(len(parts.pipes), -1, dtype=np.int64)
    slot[numbers] = np.arange(len(numbers))
    bounds, order = gather(slot[parts.part[rows]], len(numbers))
    members = [pipes.ids[rows[order[a:b]]] for a, b in zip(bounds[:-1], bounds[1:])]
    first = rows[order[bounds[:-1]]] if len(numbers) else rows
    by_name = np.argsort(pipes.ids[first].astype(str), kind="stable")
    place = pipes.xy_of(first)
    found = RuleFindings(
        rule,
        {"pipe": pipes.ids[first]},
        place[:, 0],
        place[:, 1],
        values or {"count": parts.pipes[numbers], "length": parts.length_m[numbers]},
        None,
        members,
    )
    return found.take(by_name)


CHECKS = (
    Check(("loose_part", "part_without_source", "part_without_outlet", "no_source"), loose),
    Check(("closed_off",), closed_off),
)
RULES = tuple(rule for check in CHECKS for rule in check.rules)
