"""Attributes against each other: material, year, size, system, and what the neighbours have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array, least_of_each
from waternet_plugin.core.network.model.network_frame import DRAINS, SUPPLY
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.joints import joints_of, turns_deg
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

_DRAIN_FUNCTIONS = ("trunk", "branch", "lead", "culvert", "channel", "siphon", "rising_main")
_SUPPLY_FUNCTIONS = ("transmission", "distribution", "hydrant_lead")
_DRAIN_KINDS = (
    "manhole",
    "inlet",
    "septic_tank",
    "grease_trap",
    "sediment_tank",
    "interceptor",
    "outfall",
    "pump_pit",
)
_SUPPLY_KINDS = ("hydrant", "prv", "reservoir", "source", "secondary_supply", "intake_point", "meter")
_SIDE_FUNCTIONS = ("hydrant_lead", "service", "lead", "connector")


def material_years(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes older than their material, or newer than it was used."""
    pipes = subject.pipes
    year = pipes.number("install_year")
    first = pipes.per_word("material", subject.table_of("first_year"))
    last = pipes.per_word("material", subject.table_of("last_year"))
    with np.errstate(invalid="ignore"):
        before, after = year < first, year > last
    for rule, mask, name, bound in (
        ("year_before_material", before, "first", first),
        ("year_after_material", after, "last", last),
    ):
        yield pipes.found(
            rule,
            mask,
            material=pipes.labels("material", mask),
            value=year[mask],
            values={name: bound[mask]},
        )


def material_sizes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes of a size in which their material is not made."""
    pipes = subject.pipes
    size = pipes.number("diameter_mm")
    least = pipes.per_word("material", subject.table_of("least_mm"), 0.0)
    most = pipes.per_word("material", subject.table_of("most_mm"), np.inf)
    with np.errstate(invalid="ignore"):
        mask = subject.live & ((size < least) | (size > most))
    yield pipes.found(
        "material_diameter",
        mask,
        material=pipes.labels("material", mask),
        value=size[mask],
        sizes=np.array(
            [_sizes(*limits) for limits in zip(least[mask].tolist(), most[mask].tolist())], dtype=object
        ),
    )


def _sizes(least: float, most: float) -> str:
    """Return the sizes between two limits, 0 and infinity being none."""
    if most == np.inf:
        return f"≥ {least:g}"
    return f"{least:g}–{most:g}" if least > 0 else f"≤ {most:g}"


def material_systems(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pressure pipes of a material that is laid as a drain."""
    pipes = subject.pipes
    pressed = subject.is_supply | pipes.among("function", ("rising_main",))
    mask = subject.live & pressed & pipes.among("material", subject.words("gravity_materials"))
    yield pipes.found("material_system", mask, material=pipes.labels("material", mask))


def material_parts(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield joints and linings that do not go with the material."""
    pipes = subject.pipes
    odd = np.zeros(len(pipes), dtype=bool)
    for key in subject.settings_keys:
        if key.startswith("quality.joints."):
            of = pipes.among("material", (key.rsplit(".", maxsplit=1)[1],))
            odd |= of & pipes.known("joint") & ~pipes.among("joint", subject.settings.words(key))
    yield pipes.found(
        "joint_material",
        odd,
        material=pipes.labels("material", odd),
        joint=pipes.labels("joint", odd),
    )
    bare = pipes.among("material", subject.words("unlined_materials"))
    lined = bare & pipes.known("lining") & ~pipes.among("lining", ("none", "unknown"))
    yield pipes.found(
        "lining_material",
        lined,
        material=pipes.labels("material", lined),
        lining=pipes.labels("lining", lined),
    )


def functions(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield functions that do not go with the system."""
    pipes = subject.pipes
    mask = (subject.is_supply & pipes.among("function", _DRAIN_FUNCTIONS)) | (
        subject.is_drain & pipes.among("function", _SUPPLY_FUNCTIONS)
    )
    yield pipes.found(
        "function_system",
        mask,
        function=pipes.labels("function", mask),
        system=pipes.labels("system", mask),
    )


def kinds(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield kinds of nodes that do not go with the system."""
    nodes = subject.nodes
    mask = (nodes.among("system", SUPPLY) & nodes.among("kind", _DRAIN_KINDS)) | (
        nodes.among("system", DRAINS) & nodes.among("kind", _SUPPLY_KINDS)
    )
    yield nodes.found(
        "kind_system", mask, kind=nodes.labels("kind", mask), system=nodes.labels("system", mask)
    )


def node_systems(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield nodes all of whose pipes are of one other system."""
    nodes, pipes = subject.nodes, subject.pipes
    live = np.flatnonzero(subject.live)
    vertex = subject.vertex[live].reshape(-1)
    pipe = np.repeat(live, 2)
    at_node = vertex < len(nodes)
    vertex, pipe = vertex[at_node], pipe[at_node]
    system_of, systems = pipes.codes("system")
    # That of any of its pipes, and where they differ none.
    system_at = np.full(len(nodes), -1, dtype=np.int64)
    system_at[vertex] = system_of[pipe]
    system_at[vertex[system_at[vertex] != system_of[pipe]]] = -1
    one = np.flatnonzero(system_at >= 0)
    mine = nodes.text("system")[one]
    theirs = systems[system_at[one]]
    joins = nodes.among("kind", subject.settings.words("network.joining_kinds"))[one]
    rows = one[(mine != theirs) & np.array([word is not None for word in mine], dtype=bool) & ~joins]
    asked = np.zeros(len(nodes), dtype=bool)
    asked[rows] = True
    lines = _one_pipe(subject, vertex[asked[vertex]], pipe[asked[vertex]])[rows]
    yield nodes.found(
        "node_system_differs",
        rows,
        with_assets={"pipe": pipes.ids[lines]},
        system=nodes.labels("system", rows),
        other=pipes.labels("system", lines),
    )


def _may_jump(subject: CheckContext, size: Array, side: Array, ratio: float) -> Array:
    """Return the pipes that may jump, and all that are joined to them; nearly all others are sifted out here.

    A pipe may where both its vertices have sizes so far apart; ``side`` are pipes that count nowhere.
    """
    counts = subject.live & ~side & np.isfinite(size)
    rows = np.flatnonzero(counts)
    vertex = subject.vertex[rows]
    many = subject.connected.graph.node_count
    at, sizes = vertex.reshape(-1), np.repeat(size[rows], 2)
    with np.errstate(invalid="ignore"):
        apart = least_of_each(at, sizes, many) * ratio <= -least_of_each(at, -sizes, many)
    near = np.zeros(many, dtype=bool)
    near[vertex[apart[vertex].all(axis=1)]] = True
    return np.asarray(counts & near[subject.vertex].any(axis=1))


def jumps(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes much narrower or wider than the pipes that go on straight at both their ends."""
    pipes = subject.pipes
    size = pipes.number("diameter_mm")
    ratio = subject.real("jump_ratio")
    side = pipes.among("function", _SIDE_FUNCTIONS)
    joints = joints_of(subject, _may_jump(subject, size, side, ratio))
    system = pipes.codes("system")[0]
    joints = joints.take(system[joints.pipe] == system[joints.other])
    own, other = size[joints.pipe], size[joints.other]
    narrow = joints.take((own * ratio <= other) | (own >= ratio * other))
    narrow = narrow.take(turns_deg(subject, narrow) <= subject.real("straight_deg"))
    # The best of the pipes that go on: the nearest in size, so that one jump needs both sides to disagree.
    best = _nearest_size(narrow.pipe * 2 + narrow.end, size[narrow.pipe], size[narrow.other], 2 * len(pipes))
    # Where a pipe goes on in a like size, straight on or round a corner, nothing jumps.
    function = pipes.codes("function")[0]
    alike = joints.take((own * ratio > other) & (own < ratio * other))
    goes_on = turns_deg(subject, alike) <= subject.real("straight_deg")
    goes_on |= function[alike.pipe] == function[alike.other]
    alike = alike.take(goes_on)
    best[alike.pipe * 2 + alike.end] = np.nan
    before, after = best[0::2], best[1::2]
    with np.errstate(invalid="ignore"):
        mask = subject.live & (
            ((size * ratio <= before) & (size * ratio <= after))
            | ((size >= ratio * before) & (size >= ratio * after))
        )
    yield pipes.found("diameter_jump", mask, value=size[mask], before=before[mask], after=after[mask])


def _nearest_size(key: Array, size: Array, other: Array, many: int) -> Array:
    """Return for each key the other size that is nearest to the own one, NaN for none."""
    best = np.full(many, np.nan)
    order = np.lexsort((other, np.abs(np.log(other / size)), key))
    key, other = key[order], other[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else key
    best[key[first]] = other[first]
    return best


def valve_sizes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield valves of a size far from their pipes, and assets far older than all of them."""
    nodes, pipes = subject.nodes, subject.pipes
    valve = nodes.among("kind", ("valve", "check_valve", "prv")) & subject.live_nodes
    built, laid = nodes.number("install_year"), pipes.number("install_year")
    compared = np.zeros(subject.connected.graph.node_count, dtype=bool)
    compared[: len(nodes)] = valve | np.isfinite(built)
    live = np.flatnonzero(subject.live)
    vertex, pipe = subject.vertex[live].reshape(-1), np.repeat(live, 2)
    at_asset = compared[vertex]
    vertex, pipe = vertex[at_asset], pipe[at_asset]
    own, theirs = nodes.number("diameter_mm"), pipes.number("diameter_mm")
    least = least_of_each(vertex, theirs[pipe], len(nodes))
    most = -least_of_each(vertex, -theirs[pipe], len(nodes))
    ratio = subject.real("valve_ratio")
    with np.errstate(invalid="ignore"):
        odd = np.flatnonzero(valve & ((own * ratio < least) | (own > ratio * most)))
    row = _one_pipe(subject, vertex, pipe)
    yield nodes.found(
        "valve_diameter",
        odd,
        with_assets={"pipe": pipes.ids[row[odd]]},
        value=own[odd],
        other=theirs[row[odd]],
    )
    oldest = least_of_each(vertex, laid[pipe], len(nodes))
    with np.errstate(invalid="ignore"):
        old = np.flatnonzero(subject.live_nodes & (built + subject.real("older_years") < oldest))
    yield nodes.found(
        "asset_older_than_pipe",
        old,
        with_assets={"pipe": pipes.ids[row[old]]},
        value=built[old],
        year=oldest[old],
    )


def _one_pipe(subject: CheckContext, vertex: Array, pipe: Array) -> Array:
    """Return the pipe of each node whose id comes first, -1 for none."""
    first = np.full(len(subject.nodes), -1, dtype=np.int64)
    backwards = np.argsort(-subject.pipe_rank[pipe], kind="stable")
    first[vertex[backwards]] = pipe[backwards]
    return first


CHECKS = (
    Check(("year_before_material", "year_after_material"), material_years),
    Check(("material_diameter",), material_sizes),
    Check(("material_system",), material_systems),
    Check(("joint_material", "lining_material"), material_parts),
    Check(("function_system",), functions),
    Check(("kind_system",), kinds),
    Check(("node_system_differs",), node_systems),
    Check(("diameter_jump",), jumps),
    Check(("valve_diameter", "asset_older_than_pipe"), valve_sizes),
)
