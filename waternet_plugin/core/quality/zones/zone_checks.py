"""Metered areas as wholes: parts, unmetered ways, supply, inlets, size, levels, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.dma.boundary import OPEN, UNKNOWN
from waternet_plugin.core.dma.verdict.cut_off import lost_supply
from waternet_plugin.core.dma.verdict.dead_ends import dead_ends
from waternet_plugin.core.dma.verdict.zone_faults import ZoneFaults
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings, summary
from waternet_plugin.core.quality.zones.zone_context import (
    cut_off_of,
    dma_of,
    faults_of,
    only_with_zones,
    tree_topics,
)
from waternet_plugin.core.texts import listed, tr

# Valves named in a sentence.
_MOST_NAMED = 6
# What stands for the number of customers where nobody recorded any.
_UNKNOWN_NUMBER = "?"


def _names(faults: ZoneFaults, zones: Sequence[int] | Array) -> Array:
    return np.asarray(faults.dma.zones.zone_id[np.asarray(zones, dtype=np.int64)])


def of_zones(
    subject: CheckContext, rule: str, zones: Array, *, more: Mapping[str, Array] | None = None, **values: Any
) -> RuleFindings:
    """Return findings on zones, placed in their polygons."""
    faults = subject.once(faults_of)
    row = faults.dma.zones.row[zones]
    found = subject.rows("zone").found(
        rule, row, with_assets=more, values={name: np.asarray(column) for name, column in values.items()}
    )
    told = [(str(name),) for name in _names(faults, zones)]
    topics = [tree_topics(each) for each in told]
    return RuleFindings(found.rule, found.assets, found.x, found.y, found.values, topics=topics, zones=told)


def _of_groups(
    subject: CheckContext,
    rule: str,
    role: str,
    groups: Sequence[tuple[int, Array, tuple[str, ...], Mapping[str, Any]]],
) -> RuleFindings:
    """Return findings on groups of pipes or nodes; each group is a zone, rows, zones and values."""
    faults = subject.once(faults_of)
    ids = faults.dma.graph.pipe_id if role == "pipe" else faults.dma.graph.node_id
    ordered = [
        rows[np.argsort(ids[rows].astype(str), kind="stable")] for _zone, rows, _told, _values in groups
    ]
    first = np.array([rows[0] for rows in ordered], dtype=np.int64)
    place = (
        subject.pipes.xy_of(faults.dma.graph.pipe_row[first]) if role == "pipe" else subject.vertex_xy[first]
    )
    zones = _names(faults, [zone for zone, _rows, _told, _values in groups])
    columns: dict[str, Array] = {"zone": zones}
    for name in groups[0][3] if groups else ():
        columns[name] = np.array([values[name] for _zone, _rows, _told, values in groups], dtype=object)
    told = [several for _zone, _rows, several, _values in groups]
    return RuleFindings(
        rule,
        {role: ids[first]},
        place[:, 0],
        place[:, 1],
        columns,
        part=zones,
        members=[ids[rows] for rows in ordered],
        topics=[tree_topics(each) for each in told],
        zones=told,
    )


@only_with_zones
def parts(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield what is not connected to the rest of its zone, and zones without pipes."""
    faults = subject.once(faults_of)
    many, found = faults.dma.zones.count, faults.boundary.parts
    groups: dict[tuple[int, ...], list[int]] = grouped(
        (tuple(np.sort(found.cells_of(part)).tolist()), part) for part in found.loose.tolist()
    )
    names, depth = faults.dma.zones.zone_id, faults.dma.zones.depth
    several = []
    for cells, same in groups.items():
        # What is loose in a zone and in those above it is told once, of the deepest.
        zones = found.part_zone[same]
        zone = int(zones[np.lexsort((names[zones].astype(str), -depth[zones]))[0]])
        rows = np.flatnonzero(np.isin(faults.cells.segments.pipe, cells))
        values = {"count": len(rows), "length": float(found.length_m[same[0]])}
        several.append((zone, rows, tuple(sorted(map(str, names[zones]))), values))
    yield _of_groups(subject, "dma_in_parts", "pipe", several)
    yield of_zones(subject, "dma_without_pipes", np.flatnonzero(found.counted(many) == 0))


@only_with_zones
def ways(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield the shortest unmetered way into each zone that has one."""
    faults = subject.once(faults_of)
    graph = faults.dma.graph
    several, topics = [], []
    for way in faults.ways:
        rows = way.pipes
        if not len(rows):
            # A source at the boundary itself: the way begins with the pipes there.
            at = (graph.start == way.node) | (graph.end == way.node)
            rows = np.flatnonzero(faults.dma.open & at)[:1]
        name = str(faults.dma.zones.zone_id[way.zone])
        values = {
            "count": len(way.pipes),
            "length": float(np.nan_to_num(graph.length_m[way.pipes]).sum()),
            "node": str(graph.node_id[way.node] or ""),
        }
        several.append((way.zone, rows, (name,), values))
        topics.append((*tree_topics((name,)), f"crossing {way.node}"))
    found = _of_groups(subject, "dma_unmetered_way", "pipe", several)
    place = subject.vertex_xy[np.array([way.node for way in faults.ways], dtype=np.int64)]
    yield RuleFindings(
        found.rule,
        found.assets,
        place[:, 0],
        place[:, 1],
        found.values,
        found.part,
        found.members,
        topics,
        found.zones,
    )


@only_with_zones
def supply(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield zones that no source reaches, and what their meters say."""
    faults = subject.once(faults_of)
    boundary, tree = faults.boundary, faults.dma.zones
    unfed = np.flatnonzero(faults.unfed)
    first = [
        int(np.flatnonzero(np.isin(faults.cells.segments.pipe, boundary.parts.cells_of(part)))[0])
        for part in boundary.parts.main[unfed].tolist()
    ]
    pipes = np.array(first, dtype=np.int64)
    found = subject.pipes.found(
        "dma_unfed", faults.dma.graph.pipe_row[pipes], with_assets={"zone": tree.zone_id[unfed]}
    )
    told = [(str(name),) for name in tree.zone_id[unfed]]
    topics = [tree_topics(each) for each in told]
    yield RuleFindings(found.rule, found.assets, found.x, found.y, topics=topics, zones=told)
    out = np.flatnonzero(faults.measures_out)
    yield of_zones(subject, "dma_meters_out", out, count=boundary.outlets[out])
    most = subject.settings.integer("dma.max_inlets")
    open_ = np.flatnonzero(boundary.inlets > most)
    yield of_zones(
        subject, "dma_many_inlets", open_, count=boundary.inlets[open_], most=np.full(len(open_), most)
    )
    # Where water may pass elsewhere, nothing depends on the one meter.
    passed = sum(boundary.crossings.counted(state, tree.count) for state in (OPEN, UNKNOWN))
    single = np.flatnonzero((boundary.inlets == 1) & (passed == 0))
    meter = np.array(
        [boundary.meter[(boundary.meter_zone == zone) & boundary.flows_in][0] for zone in single.tolist()],
        dtype=np.int64,
    )
    yield of_zones(
        subject,
        "dma_one_inlet",
        single,
        more={"node": faults.dma.graph.node_id[meter]},
        count=boundary.customers[single].astype(int),
        households=boundary.households[single].astype(int),
    )


@only_with_zones
def cascades(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield zones all of whose inlets measure out of one other zone."""
    faults = subject.once(faults_of)
    dma, boundary = faults.dma, faults.boundary
    found: list[tuple[int, int]] = []
    inlets = np.flatnonzero(boundary.flows_in)
    for zone in np.unique(boundary.meter_zone[inlets]).tolist():
        meters = boundary.meter[inlets[boundary.meter_zone[inlets] == zone]]
        before = {
            int(
                dma.meter_out[node]
                if dma.zones.holds(zone, dma.meter_in[node : node + 1])[0]
                else dma.meter_in[node]
            )
            for node in meters.tolist()
        }
        (only,) = before if len(before) == 1 else (-1,)
        # What lies in its own parent is not a cascade.
        if only >= 0 and not dma.zones.holds(only, np.array([zone]))[0]:
            found.append((zone, only))
    zones = np.array([zone for zone, _other in found], dtype=np.int64)
    yield of_zones(
        subject, "dma_cascade", zones, more={"zone2": _names(faults, [other for _zone, other in found])}
    )


@only_with_zones
def sizes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield zones with too many or too few customers, or too much length; parents of zones are not judged."""
    faults, settings = subject.once(faults_of), subject.settings
    boundary, tree = faults.boundary, faults.dma.zones
    least, most = settings.integer("dma.min_customers"), settings.integer("dma.max_customers")
    longest = settings.real("dma.max_length_m")
    leaf = ~np.isin(np.arange(tree.count), tree.parent)
    # A customer may stand for a building of many households.
    users = np.maximum(boundary.customers, boundary.households)
    odd = (users < least) | (users > most) | (boundary.length_m > longest)
    zones = np.flatnonzero(leaf & odd & (boundary.pipes > 0))
    yield of_zones(
        subject,
        "dma_size",
        zones,
        count=users[zones].astype(int),
        length=boundary.length_m[zones] / 1000,
        least=np.full(len(zones), least),
        most=np.full(len(zones), most),
        far=np.full(len(zones), longest / 1000),
    )


@only_with_zones
def levels(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield what is wrong with the tree of zones, and pipes of a zone in none of its children."""
    faults = subject.once(faults_of)
    dma, tree = faults.dma, faults.dma.zones
    wrong = np.flatnonzero(faults.wrong_level)
    parent = tree.parent[wrong]
    found = of_zones(
        subject,
        "dma_level",
        wrong,
        more={"zone2": tree.zone_id[parent]},
        value=tree.level[wrong],
        other=tree.level[parent],
    )
    # What a zone holds wrongly, all zones above it hold as well.
    above = [tuple(map(str, tree.zone_id[tree.holders(np.array([one]))[1]])) for one in wrong.tolist()]
    yield RuleFindings(
        found.rule,
        found.assets,
        found.x,
        found.y,
        found.values,
        topics=[tree_topics(several) for several in above],
        zones=[(str(name),) for name in tree.zone_id[wrong]],
    )
    yield from _circles(subject, faults)
    parents = np.unique(tree.parent[tree.parent >= 0])
    own = np.isin(dma.zone, parents) & dma.counts
    count = np.bincount(dma.zone[own], minlength=tree.count)
    length = np.bincount(dma.zone[own], np.nan_to_num(dma.graph.length_m)[own], minlength=tree.count)
    orphaned = np.flatnonzero(count)
    yield of_zones(subject, "dma_orphan_pipes", orphaned, count=count[orphaned], length=length[orphaned])


def _circles(subject: CheckContext, faults: ZoneFaults) -> Iterator[RuleFindings]:
    """Yield each circle of parents once."""
    tree = faults.dma.zones
    names, done, groups = tree.zone_id, set(), []
    for zone in np.flatnonzero(faults.in_cycle).tolist():
        circle = [zone]
        while int(tree.parent[circle[-1]]) != zone:
            circle.append(int(tree.parent[circle[-1]]))
        key = frozenset(circle)
        if key not in done:
            done.add(key)
            groups.append(sorted(str(names[one]) for one in circle))
    first = np.array([group[0] for group in groups], dtype=object)
    place = subject.rows("zone").xy_of(subject.rows("zone").row_of(first))
    yield RuleFindings(
        "dma_parent_cycle",
        {"zone": first},
        place[:, 0],
        place[:, 1],
        {"count": np.array([len(group) for group in groups])},
        members=[np.array(group, dtype=object) for group in groups],
        topics=[tree_topics(group) for group in groups],
        zones=[tuple(group) for group in groups],
    )


@only_with_zones
def standing_water(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield the dead ends of closed boundary valves, one a valve, and that pressures are not checked."""
    faults = subject.once(faults_of)
    dma, graph = faults.dma, faults.dma.graph
    ends = [
        (zone, valve, rows)
        for zone in range(dma.zones.count)
        for valve, rows in dead_ends(dma, faults.boundary.crossings, zone)
    ]
    valves = np.array([valve for _zone, valve, _rows in ends], dtype=np.int64)
    names = _names(faults, [zone for zone, _valve, _rows in ends])
    lengths = [np.nan_to_num(graph.length_m[rows]) for _zone, _valve, rows in ends]
    areas = [np.pi / 4 * (np.nan_to_num(dma.diameter_mm[rows]) / 1000) ** 2 for _zone, _valve, rows in ends]
    # Each valve is a finding of its own: the others stay the same when one is opened.
    found = subject.nodes.found(
        "dma_dead_end",
        valves,
        xy=subject.vertex_xy[valves],
        with_assets={"zone": names},
        length=np.array([length.sum() for length in lengths], dtype=float),
        volume=np.array([(length * area).sum() for length, area in zip(lengths, areas)], dtype=float),
    )
    told = [(str(name),) for name in names]
    topics = [tree_topics(each) for each in told]
    yield RuleFindings(found.rule, found.assets, found.x, found.y, found.values, topics=topics, zones=told)
    if ends:
        yield summary("dma_pressure_unchecked", count=len(set(names.tolist())))


@only_with_zones
def unknown_states(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield zones whose boundary has valves of unknown state and is closed otherwise."""
    faults = subject.once(faults_of)
    broken, unknown = faults.broken, faults.boundary.crossings.having(UNKNOWN)
    several = []
    for zone in np.unique(unknown.zone[~broken[unknown.zone]]).tolist():
        rows = unknown.node[unknown.zone == zone]
        ids = sorted(str(name or "") for name in faults.dma.graph.node_id[rows])
        shown = [*ids[:_MOST_NAMED], *([tr("others")] if len(ids) > _MOST_NAMED else [])]
        values = {"count": len(rows), "valves": listed(shown)}
        several.append((zone, rows, (str(faults.dma.zones.zone_id[zone]),), values))
    yield _of_groups(subject, "dma_unknown_valve", "node", several)


@only_with_zones
def cut_off(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield what lies outside all zones and reaches a source only with closed boundary valves open."""
    dma = subject.once(dma_of)
    groups = []
    for piece in subject.once(cut_off_of):
        outside = piece.pipes[dma.zone[piece.pipes] < 0]
        if not len(outside) or not piece.zones:
            continue
        lost = lost_supply(dma, [replace(piece, pipes=outside)])
        ids = sorted(str(dma.graph.node_id[node] or "") for node in piece.valves)
        shown = [*ids[:_MOST_NAMED], *([tr("others")] if len(ids) > _MOST_NAMED else [])]
        values = {
            "count": len(outside),
            "length": lost.length_m,
            "valves": listed(shown),
            "customers": _UNKNOWN_NUMBER if lost.users is None else lost.users.customers,
            "households": _UNKNOWN_NUMBER if lost.users is None else lost.users.households,
        }
        zones = tuple(sorted(str(dma.zones.zone_id[zone]) for zone in piece.zones))
        groups.append((piece.zones[0], outside, zones, values))
    yield _of_groups(subject, "cut_off", "pipe", groups)


CHECKS = (
    Check(("cut_off",), cut_off),
    Check(("dma_parent_cycle", "dma_level", "dma_orphan_pipes"), levels),
    Check(("dma_in_parts", "dma_without_pipes"), parts),
    Check(("dma_unmetered_way",), ways),
    Check(("dma_unfed", "dma_meters_out", "dma_many_inlets", "dma_one_inlet"), supply),
    Check(("dma_cascade",), cascades),
    Check(("dma_size",), sizes),
    Check(("dma_dead_end", "dma_pressure_unchecked"), standing_water),
    Check(("dma_unknown_valve",), unknown_states),
)
