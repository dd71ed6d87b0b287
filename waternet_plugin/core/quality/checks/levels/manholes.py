"""Heights and sizes at manholes: what flows in against what flows out, and the ground around."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import pipe_flow
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.quality.checks.levels.heights import by_size, inverts
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.joints import joints_of, turns_deg
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

_MANHOLES = ("manhole", "interceptor")
_LEADS = ("lead",)


def _extreme_at(vertex: Array, value: Array, rank: Array, many: int, *, lowest: bool) -> Array:
    """Return the row of the lowest or highest known value at each vertex, -1 for none; rank breaks ties."""
    known = np.flatnonzero(np.isfinite(value))
    order = known[np.lexsort((rank[known], value[known] if lowest else -value[known], vertex[known]))]
    row = np.full(many, -1, dtype=np.int64)
    first = np.flatnonzero(np.r_[True, vertex[order][1:] != vertex[order][:-1]]) if len(order) else order
    row[vertex[order[first]]] = order[first]
    return row


def flows(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield manholes whose outlet lies above an inlet, and drains that become narrower."""
    pipes = subject.pipes
    many = subject.connected.graph.node_count
    invert = inverts(subject)
    flow = subject.once(pipe_flow)
    flowing = np.flatnonzero(subject.live & subject.is_gravity & flow.one_way)
    rank = subject.pipe_rank[flowing]
    rows, lower = np.arange(len(invert)), flow.lower_end
    into, out_of = subject.vertex[flowing, lower[flowing]], subject.vertex[flowing, 1 - lower[flowing]]
    enters, leaves = invert[rows, 1 - lower], invert[rows, lower]
    lowest_in = _extreme_at(into, leaves[flowing], rank, many, lowest=True)
    lowest_out = _extreme_at(out_of, enters[flowing], rank, many, lowest=True)
    at = np.flatnonzero((lowest_in >= 0) & (lowest_out >= 0))
    one, two = flowing[lowest_in[at]], flowing[lowest_out[at]]
    step = enters[two] - leaves[one]
    up = step > subject.real("step_up_m")
    yield _at(subject, "step_up_in_manhole", at[up], one[up], two[up], value=step[up])
    size = pipes.number("diameter_mm")
    widest_in = _extreme_at(into, size[flowing], rank, many, lowest=False)
    widest_out = _extreme_at(out_of, size[flowing], rank, many, lowest=False)
    at = np.flatnonzero((widest_in >= 0) & (widest_out >= 0))
    one, two = flowing[widest_in[at]], flowing[widest_out[at]]
    less = size[two] < size[one]
    yield _at(
        subject,
        "narrower_downstream",
        at[less],
        one[less],
        two[less],
        before=size[one[less]],
        after=size[two[less]],
    )


def _at(
    subject: CheckContext, rule: str, vertex: Array, one: Array, two: Array, **values: Array
) -> RuleFindings:
    pipes = subject.pipes
    return pipes.found(
        rule,
        one,
        xy=subject.vertex_xy[vertex],
        with_assets={"pipe2": pipes.ids[two], "node": subject.vertex_ids(vertex)},
        values=values,
    )


def turns(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield manholes in which the flow must turn back."""
    pipes = subject.pipes
    flow = subject.once(pipe_flow)
    joints = joints_of(subject, subject.is_gravity & flow.one_way & ~pipes.among("function", _LEADS))
    comes = joints.end == flow.lower_end[joints.pipe]
    goes = joints.other_end != flow.lower_end[joints.other]
    joints = joints.take(comes & goes)
    inner = 180.0 - turns_deg(subject, joints)
    least = subject.real("turn_deg")
    sharp = inner < least - 0.5
    joints, inner = joints.take(sharp), inner[sharp]
    yield _at(
        subject,
        "sharp_turn",
        joints.vertex,
        joints.pipe,
        joints.other,
        value=inner,
        least=np.full(len(inner), least),
    )


def chambers(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield manholes without ground level or depth."""
    nodes = subject.nodes
    chambers_ = subject.live_nodes & nodes.among("kind", _MANHOLES)
    yield nodes.found("missing_ground", chambers_ & ~nodes.known("ground_m"))
    yield nodes.found("manhole_depth_missing", chambers_ & ~nodes.known("depth_m"))


def grounds(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield nodes at the two ends of a short pipe whose ground levels differ too much."""
    nodes = subject.nodes
    rows = np.flatnonzero(subject.live & (subject.drawn_m <= subject.real("ground_reach_m")))
    both = subject.vertex[rows]
    there = (both < len(nodes)).all(axis=1) & (both[:, START] != both[:, END])
    rows, both = rows[there], both[there]
    level = nodes.number("ground_m")
    apart = np.abs(level[both[:, START]] - level[both[:, END]])
    with np.errstate(invalid="ignore"):
        odd = apart > subject.real("ground_jump_m")
    both, apart, rows = both[odd], apart[odd], rows[odd]
    ids = nodes.ids.astype(str)
    turned = ids[both[:, START]] > ids[both[:, END]]
    one = np.where(turned, both[:, END], both[:, START])
    two = np.where(turned, both[:, START], both[:, END])
    yield nodes.found(
        "ground_jump",
        one,
        with_assets={"node2": nodes.ids[two]},
        distance=subject.drawn_m[rows],
        value=apart,
    )


def spacing(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield drains too long between manholes, too narrow, and leads too long."""
    pipes = subject.pipes
    size, length = pipes.number("diameter_mm"), subject.drawn_m
    closed = subject.live & subject.is_gravity & ~pipes.among("function", ("channel", "culvert", "lead"))
    most = by_size(subject, "manhole_spacing", size)
    ends = (subject.kind_among(_MANHOLES)[subject.vertex]).all(axis=1)
    with np.errstate(invalid="ignore"):
        wide = closed & ends & (length > most)
        narrow = closed & ~pipes.known("compound_id") & (size < subject.real("drain_dn_mm"))
    yield pipes.found("manhole_spacing", wide, dn=size[wide], value=length[wide], most=most[wide])
    least = np.full(int(narrow.sum()), subject.real("drain_dn_mm"))
    yield pipes.found("drain_small", narrow, value=size[narrow], least=least)
    reach = subject.real("lead_length_m")
    leads = subject.live & subject.is_gravity & pipes.among("function", _LEADS) & (length > reach)
    yield pipes.found("lead_long", leads, value=length[leads], most=np.full(int(leads.sum()), reach))


CHECKS = (
    Check(("step_up_in_manhole", "narrower_downstream"), flows),
    Check(("missing_ground", "manhole_depth_missing"), chambers),
    Check(("ground_jump",), grounds),
    Check(("manhole_spacing", "drain_small", "lead_long"), spacing),
    Check(("sharp_turn",), turns),
)
