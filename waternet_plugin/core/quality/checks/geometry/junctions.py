"""Where pipes meet and end: missing nodes, ends beside them, dangling ends, fittings with too many pipes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.network_frame import START
from waternet_plugin.core.quality.context.check_context import Check, CheckContext, end_name
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

# Short branches end where a building begins: nobody draws a cap there.
_SHORT_BRANCHES = ("service", "lead", "riser", "hydrant_lead", "connector")


def _ends_of(subject: CheckContext, mask: Array) -> tuple[Array, Array, Array, Array]:
    """Return pipe, end, place and the part of an issue's name for ends of a mask, (pipes, 2)."""
    pipe, end = np.nonzero(mask)
    part = np.where(end == START, "start", "end").astype(object)
    return pipe, end, subject.ends[pipe, end, :2], part


def missing_nodes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield ends where no node is, and ends that do not name the node that is there."""
    pipes, nodes = subject.pipes, subject.nodes
    bare = subject.vertex >= len(nodes)
    there = np.isfinite(subject.ends[:, :, 0])
    live = (subject.live & ~subject.is_connector)[:, None]
    # One finding a place, on the pipe that comes first: a node added there serves all of them.
    pipe, end, place, part = _ends_of(subject, bare & live & there)
    order = np.lexsort((subject.pipe_rank[pipe], subject.vertex[pipe, end]))
    pipe, end, place, part = pipe[order], end[order], place[order], part[order]
    vertex = subject.vertex[pipe, end]
    first = np.r_[True, vertex[1:] != vertex[:-1]] if len(vertex) else np.zeros(0, dtype=bool)
    yield pipes.found(
        "missing_node", pipe[first], xy=place[first], part=part[first], end=end_name(end[first])
    )
    blank = np.column_stack([~pipes.known(name) for name in ("from_node", "to_node")])
    pipe, end, place, part = _ends_of(subject, ~bare & live & blank)
    node = nodes.ids[subject.vertex[pipe, end]] if len(pipe) else np.empty(0, dtype=object)
    yield pipes.found("blank_node_id", pipe, xy=place, part=part, end=end_name(end), node=node)


def near_nodes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield ends drawn a little beside the node that they name."""
    pipes, nodes = subject.pipes, subject.nodes
    gap = subject.connected.gap_m
    limit = subject.settings.real("network.id_distance_m")
    with np.errstate(invalid="ignore"):
        mask = (gap > subject.real("exact_m")) & (gap <= limit)
    mask &= (subject.named >= 0) & (subject.live & ~subject.is_connector)[:, None]
    pipe, end, place, part = _ends_of(subject, mask)
    yield pipes.found(
        "end_beside_node",
        pipe,
        xy=place,
        part=part,
        with_assets={"node": nodes.ids[subject.named[pipe, end]] if len(pipe) else np.empty(0, dtype=object)},
        distance=gap[pipe, end],
    )


def dangling(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield ends of mains where nothing says that the pipe ends."""
    nodes = len(subject.nodes)
    bare = np.arange(subject.connected.graph.node_count) >= nodes
    open_ = bare | subject.kind_among(("junction",))
    mains = subject.live & ~subject.pipes.among("function", _SHORT_BRANCHES)
    mask = mains[:, None] & (subject.degree[subject.vertex] == 1) & open_[subject.vertex]
    pipe, end, place, part = _ends_of(subject, mask & np.isfinite(subject.ends[:, :, 0]))
    yield subject.pipes.found("dangling_end", pipe, xy=place, part=part, end=end_name(end))


def degrees(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield caps, valves, outfalls and fittings with a number of pipes that can't be."""
    nodes = subject.nodes
    degree = subject.degree[: len(nodes)]
    used = subject.live_nodes & (degree > 0)
    for rule, mask in (
        ("cap_with_pipes", nodes.among("kind", ("cap",)) & (degree > 1)),
        ("valve_degree", nodes.among("kind", ("valve", "check_valve", "prv")) & (degree != 2)),
        ("outfall_inside", nodes.among("kind", ("outfall",)) & (degree > 1)),
        (
            "tee_degree",
            nodes.among("kind", ("junction",)) & (degree > subject.settings.integer("quality.tee_pipes")),
        ),
    ):
        mask &= used
        yield nodes.found(rule, mask, count=degree[mask])


CHECKS = (
    Check(("end_beside_node",), near_nodes),
    Check(("missing_node", "blank_node_id"), missing_nodes),
    Check(("dangling_end",), dangling),
    Check(("cap_with_pipes", "valve_degree", "outfall_inside", "tee_degree"), degrees),
)
