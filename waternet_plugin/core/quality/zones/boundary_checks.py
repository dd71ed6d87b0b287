"""Boundaries of metered areas: open crossings, meters between the wrong zones, valves nobody can rely on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.dma.boundary import CLOSED, OPEN, Crossings
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.zones.zone_context import (
    crossings_of,
    dma_of,
    has_zones,
    only_with_zones,
    tree_topics,
)
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.units import MONTH_DAYS


@only_with_zones
def open_boundaries(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield places where a zone is crossed without a meter or closed valve."""
    dma, crossings = subject.once(dma_of), subject.once(crossings_of).having(OPEN)
    if not len(crossings.node):
        return
    names = dma.zones.zone_id
    nodes, place = np.unique(crossings.node, return_inverse=True)
    # Of the zones crossed at a node the deepest is named, the last by id among equals.
    order = np.lexsort((names[crossings.zone].astype(str), dma.zones.depth[crossings.zone], place))
    last = np.r_[place[order][1:] != place[order][:-1], True]
    zone = crossings.zone[order][last]
    found = subject.pipes.found(
        "dma_open_boundary",
        _first_pipes(subject, dma, nodes, zone),
        xy=subject.vertex_xy[nodes],
        with_assets={"zone": names[zone], "node": subject.vertex_ids(nodes)},
    )
    crossed: list[list[str]] = [[] for _node in nodes]
    for number, name in zip(place.tolist(), names[crossings.zone].tolist()):
        crossed[number].append(str(name))
    topics = [(*tree_topics(zones), f"crossing {node}") for zones, node in zip(crossed, nodes.tolist())]
    zones = [tuple(sorted(each)) for each in crossed]
    yield RuleFindings(found.rule, found.assets, found.x, found.y, topics=topics, zones=zones)


def _first_pipes(subject: CheckContext, dma: DmaNetwork, nodes: Array, zone: Array) -> Array:
    """Return of each node the first pipe by id that lies in a zone and ends there."""
    slot = np.full(dma.graph.node_count, -1)
    slot[nodes] = np.arange(len(nodes))
    rows = np.flatnonzero(dma.open & ((slot[dma.graph.start] >= 0) | (slot[dma.graph.end] >= 0)))
    both = np.concatenate([slot[dma.graph.start[rows]], slot[dma.graph.end[rows]]])
    rows = np.tile(rows, 2)[both >= 0]
    both = both[both >= 0]
    mine = dma.zones.held_by(zone[both], dma.zone[rows])
    rows, both = rows[mine], both[mine]
    order = np.lexsort((dma.graph.pipe_id[rows].astype(str), both))
    first = np.zeros(len(nodes), dtype=np.int64)
    first[both[order][::-1]] = rows[order][::-1]
    return first


def _zones_at(dma: DmaNetwork, nodes: Array) -> list[set[int]]:
    """Return the zone numbers of the pipes at some nodes, closed ones counted."""
    slot = np.full(dma.graph.node_count, -1)
    slot[nodes] = np.arange(len(nodes))
    found: list[set[int]] = [set() for _node in nodes]
    for ends in (dma.graph.start, dma.graph.end):
        rows = np.flatnonzero(dma.counts & (slot[ends] >= 0))
        for place, zone in zip(slot[ends[rows]].tolist(), dma.zone[rows].tolist()):
            found[place].add(max(zone, -1))
    return found


@only_with_zones
def meters(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield boundary meters inside one zone, and those between other zones than their pipes."""
    dma, nodes = subject.once(dma_of), subject.nodes
    meter = np.flatnonzero(dma.meter[: len(nodes)] & (dma.graph.degree(dma.counts)[: len(nodes)] > 1))
    at = _zones_at(dma, meter)
    names = [str(name) for name in dma.zones.zone_id]

    def words(zones: set[int]) -> str:
        return listed([names[one] if one >= 0 else tr("no zone") for one in sorted(zones, reverse=True)])

    inner: list[tuple[int, int]] = []
    wrong: list[tuple[int, set[int], set[int]]] = []
    for node, zones in zip(meter.tolist(), at):
        sides = {int(dma.meter_in[node]), int(dma.meter_out[node])}
        if dma.source[node] and -1 in sides:
            # A metered source lies outside itself.
            zones = zones | {-1}
        (only,) = zones if len(zones) == 1 else (-1,)
        if only >= 0 and len(sides) == 2 and only in sides:
            inner.append((node, only))
        elif zones != sides and -2 not in sides:
            wrong.append((node, sides, zones))
    one = np.array([node for node, _zone in inner], dtype=np.int64)
    yield nodes.found(
        "meter_one_zone", one, with_assets={"zone": dma.zones.zone_id[[zone for _node, zone in inner]]}
    )
    found = nodes.found(
        "dma_meter_sides",
        np.array([node for node, _sides, _zones in wrong], dtype=np.int64),
        value=np.array([words(sides) for _node, sides, _zones in wrong], dtype=object),
        other=np.array([words(zones) for _node, _sides, zones in wrong], dtype=object),
    )
    told = [tuple(sorted(names[one] for one in sides | zones if one >= 0)) for _node, sides, zones in wrong]
    topics = [(*tree_topics(zones), f"crossing {node}") for zones, (node, _sides, _zones) in zip(told, wrong)]
    yield RuleFindings(found.rule, found.assets, found.x, found.y, found.values, topics=topics, zones=told)


@only_with_zones
def valves(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield closed boundary valves that are broken or not operated for long, and idle ones inside zones."""
    dma, nodes = subject.once(dma_of), subject.nodes
    crossings = subject.once(crossings_of).having(CLOSED)
    shut = dma.closed[crossings.node] & (crossings.node < len(nodes))
    boundary = np.unique(crossings.node[shut])
    broken, buried = (nodes.among(name, ("no",))[boundary] for name in ("operable", "accessible"))
    reason = np.where(broken, tr("it can’t be operated"), tr("it is not accessible")).astype(object)
    bad = broken | buried
    yield _at_valves(subject, crossings, "dma_valve_unreliable", boundary[bad], reason[bad])
    operated = nodes.date("operated_on")[boundary]
    months = subject.settings.integer("dma.boundary_valve_test_months")
    limit = np.datetime64(subject.today, "D") - np.timedelta64(round(months * MONTH_DAYS), "D")
    late = np.isnat(operated) | (operated < limit)
    last = np.array([tr("not recorded") if np.isnat(day) else str(day) for day in operated], dtype=object)
    old = late & ~bad
    yield _at_valves(subject, crossings, "dma_valve_untested", boundary[old], last[old])
    inside = np.flatnonzero(
        dma.closed[: len(nodes)] & (dma.graph.degree(dma.open)[: len(nodes)] > 1) & ~dma.meter[: len(nodes)]
    )
    idle = [
        (node, next(iter(zones)))
        for node, zones in zip(inside.tolist(), _zones_at(dma, inside))
        if len(zones) == 1 and next(iter(zones)) >= 0
    ]
    names = np.array([dma.zones.zone_id[zone] for _node, zone in idle], dtype=object)
    found = nodes.found(
        "dma_idle_valve", np.array([node for node, _zone in idle], dtype=np.int64), zone=names
    )
    zones = [(str(name),) for name in names]
    topics = [tree_topics(each) for each in zones]
    yield RuleFindings(found.rule, found.assets, found.x, found.y, found.values, topics=topics, zones=zones)


def _at_valves(
    subject: CheckContext, crossings: Crossings, rule: str, valve: Array, value: Array
) -> RuleFindings:
    """Return findings on boundary valves, with the zones that each bounds."""
    names = subject.once(dma_of).zones.zone_id
    bounded: dict[int, list[str]] = grouped(
        (node, str(names[zone])) for zone, node in zip(crossings.zone.tolist(), crossings.node.tolist())
    )
    zones = [tuple(sorted(bounded[node])) for node in valve.tolist()]
    found = subject.nodes.found(
        rule, valve, value=value, zone=np.array([listed(list(each)) for each in zones], dtype=object)
    )
    topics = [tree_topics(each) for each in zones]
    return RuleFindings(found.rule, found.assets, found.x, found.y, found.values, topics=topics, zones=zones)


def customers(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield customers inside the polygon of another zone than that of their pipe."""
    rows, zones = subject.rows("customer"), subject.rows("zone")
    if not len(rows) or not has_zones(subject):
        return
    dma = subject.once(dma_of)
    shapes = zones.geometry[dma.zones.row]
    drawn = np.flatnonzero(~shapely.is_missing(shapes))
    # Only the deepest zones: a parent's polygon holds what its children hold.
    drawn = drawn[~np.isin(drawn, dma.zones.parent)]
    on_pipe = (dma.customer_pipe >= 0) & rows.known("pipe_id")
    named = np.flatnonzero(on_pipe & np.isfinite(rows.xy).all(axis=1))
    if not len(drawn) or not len(named):
        return
    slack = subject.real("area_slack_m")
    points = shapely.points(rows.xy[named])
    polygon, point = shapely.STRtree(points).query(shapes[drawn], predicate="intersects")
    inside, customer = drawn[polygon], named[point]
    pipe = dma.customer_pipe[customer]
    own = dma.zone[pipe]
    other = (own >= 0) & (own != inside) & ~dma.zones.held_by(np.maximum(own, 0), inside)
    inside, customer, pipe, own = inside[other], customer[other], pipe[other], own[other]
    away = shapely.distance(shapely.points(rows.xy[customer]), shapes[own]) > slack
    inside, customer, pipe, own = inside[away], customer[away], pipe[away], own[away]
    _once, first = np.unique(customer, return_index=True)
    names = dma.zones.zone_id
    found = rows.found(
        "customer_in_other_dma",
        customer[first],
        with_assets={"pipe": dma.graph.pipe_id[pipe[first]]},
        value=names[own[first]],
        other=names[inside[first]],
    )
    told = [(str(name),) for name in names[own[first]]]
    yield RuleFindings(found.rule, found.assets, found.x, found.y, found.values, zones=told)


CHECKS = (
    Check(("dma_open_boundary",), open_boundaries),
    Check(("meter_one_zone", "dma_meter_sides"), meters),
    Check(("dma_valve_unreliable", "dma_valve_untested", "dma_idle_valve"), valves),
    Check(("customer_in_other_dma",), customers),
)
