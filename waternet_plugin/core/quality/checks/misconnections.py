"""Drains joined to the wrong system, as findings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.misconnected.rules import misconnections
from waternet_plugin.core.quality.misconnected.table import RULES
from waternet_plugin.core.texts import tr


def _systems(subject: CheckContext, pipe: Array, other: Array) -> dict[str, Array]:
    """Return the words of the systems of drains and of those that go on, '' where none does."""
    known = other >= 0
    goes_on = np.full(len(other), "", dtype=object)
    goes_on[known] = subject.pipes.labels("system", other[known])
    return {"system": subject.pipes.labels("system", pipe), "other": goes_on}


def _places(subject: CheckContext, vertex: Array) -> Array:
    """Return the ids of nodes for a sentence; a joint without a node is called so."""
    names = subject.vertex_ids(vertex)
    return np.array([tr("a joint without a node") if name is None else name for name in names], dtype=object)


def found(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield the misconnections of a network and what is doubtful about them."""
    every = subject.once(misconnections)
    pipes = subject.pipes
    for rule in RULES:
        rows = every.of(rule)
        pipe, other, vertex = every.pipe[rows], every.other[rows], every.vertex[rows]
        if rule == "shared_manhole":
            yield subject.nodes.found(rule, vertex, with_assets={"pipe": pipes.ids[pipe]})
            continue
        yield pipes.found(
            rule,
            pipe,
            xy=subject.vertex_xy[vertex],
            with_assets={"node": subject.vertex_ids(vertex)},
            values={
                **_systems(subject, pipe, other),
                "node": _places(subject, vertex),
                "distance": every.distance_m[rows],
            },
        )


CHECKS = (Check(RULES, found),)
