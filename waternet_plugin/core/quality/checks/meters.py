"""Customer meters: the tree of total meters and sub-meters, sizes, and scrapped ones that are read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.network.analysis.parent_rings import in_rings
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings


def meter_trees(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield meters under a total meter that is not there, of another compound, or under themselves."""
    nodes = subject.nodes
    named = nodes.known("meter_parent")
    parent = np.where(named, nodes.row_of(nodes.text("meter_parent")), -1)
    lost = named & (parent < 0)
    yield nodes.found("meter_parent_unknown", lost, value=nodes.text("meter_parent")[lost])
    both = nodes.known("compound_id") & (parent >= 0) & nodes.known("compound_id")[parent]
    compound = nodes.text("compound_id")
    apart = np.flatnonzero(both & (compound != compound[parent]))
    yield nodes.found(
        "meter_parent_compound",
        apart,
        with_assets={"node2": nodes.ids[parent[apart]]},
        value=compound[apart],
        other=compound[parent[apart]],
    )
    yield nodes.found("meter_ring", in_rings(parent))


def meter_sizes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield meters that are larger than the largest pipe at them."""
    nodes, pipes = subject.nodes, subject.pipes
    meter = nodes.among("kind", ("meter",)) & subject.live_nodes
    wanted = np.zeros(subject.connected.graph.node_count, dtype=bool)
    wanted[: len(nodes)] = meter
    live = np.flatnonzero(subject.live)
    vertex, pipe = subject.vertex[live].reshape(-1), np.repeat(live, 2)
    at_meter = wanted[vertex]
    largest = np.full(len(nodes), np.nan)
    np.fmax.at(largest, vertex[at_meter], pipes.number("diameter_mm")[pipe[at_meter]])
    own = nodes.number("diameter_mm")
    with np.errstate(invalid="ignore"):
        too_large = np.flatnonzero(meter & (own > largest))
    yield nodes.found("meter_larger_than_pipe", too_large, value=own[too_large], other=largest[too_large])


def scrapped_meters(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield scrapped meters that a customer is still read by."""
    nodes, users = subject.nodes, subject.rows("customer")
    scrapped = nodes.among("meter_state", ("scrapped",))
    at = nodes.row_of(users.text("meter_id")) if users.has("meter_id") else np.empty(0, dtype=np.intp)
    read = np.flatnonzero((at >= 0) & scrapped[at]) if len(nodes) else np.empty(0, dtype=np.intp)
    # One finding a meter: with the first of its customers.
    _meter, first = np.unique(at[read], return_index=True)
    read = read[first]
    yield nodes.found("meter_scrapped_read", at[read], with_assets={"customer": users.ids[read]})


CHECKS = (
    Check(("meter_parent_unknown", "meter_parent_compound", "meter_ring"), meter_trees),
    Check(("meter_larger_than_pipe",), meter_sizes),
    Check(("meter_scrapped_read",), scrapped_meters),
)
