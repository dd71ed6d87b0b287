"""What stands between a zone and zero discharge, as far as the network knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.outfall_sets import outfall_sets
from waternet_plugin.core.network.analysis.drain_flow import drain_flow
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.quality.catalogue import catalogue, coded_rules
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.misconnected.sewage_seen import sewage_seen
from waternet_plugin.core.quality.misconnected.table import NEAR_RULES_OF

_CODES = tuple(f"M{number}" for number in range(1, 9))
INTERCEPTOR, SEWAGE_SEEN, COMPOUND = "interceptor", "sewage_seen", "compound"


@dataclass(frozen=True)
class Blocker:
    """One thing that blocks: what, its asset, its outfalls, its place.

    What is the code of a rule, INTERCEPTOR, SEWAGE_SEEN or COMPOUND.
    """

    what: str
    asset: str
    outfalls: tuple[str, ...]
    place: tuple[float, float]

    @property
    def text(self) -> str:
        """What stands in a list of blockers."""
        return f"{self.what} {self.asset}"


def blocking_rules() -> tuple[str, ...]:
    """Return the rules of misconnections that are joined for certain, M1 to M8."""
    return tuple(rule for rule in coded_rules(*_CODES) if rule not in NEAR_RULES_OF.values())


def blockers(subject: CheckContext, issues: pd.DataFrame) -> list[Blocker]:
    """Return the open misconnections, the interceptors, and the outfalls at which sewage was seen last.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node and reading.
    issues
        Issues with issue_id, rule_id, state, assets and place in ``geom``.
    """
    ways, many = subject.once(DrainWays), subject.connected.graph.node_count
    outfalls = np.flatnonzero(subject.kind_among(("outfall",)))
    outfalls_of = subject.once(outfalls_below)
    found = []
    open_ = issues[(issues["state"] == "open") & issues["rule_id"].isin(blocking_rules())]
    rules, flow = catalogue(), subject.once(drain_flow)
    for rule, assets, shape in zip(open_["rule_id"], open_["assets"], open_["geom"]):
        names = np.array(str(assets).split(";"), dtype=object)
        pipes, nodes = subject.pipes.row_of(names), subject.nodes.row_of(names)
        drains = pipes[pipes >= 0]
        at = flow.lower[drains] if len(drains) else nodes[nodes >= 0]
        # The first of its assets is what is wrong.
        found.append(Blocker(rules[rule].code, str(names[0]), outfalls_of(at), inner_point(shape)))
    used = np.zeros(many, dtype=bool)
    used[ways.upper] = used[ways.lower] = True
    chambers = np.flatnonzero(subject.kind_among((INTERCEPTOR,)) & used)
    for name, vertex in zip(subject.vertex_ids(chambers).tolist(), chambers.tolist()):
        found.append(
            Blocker(INTERCEPTOR, str(name), outfalls_of(np.array([vertex])), _at(subject.vertex_xy[vertex]))
        )
    dirty = outfalls[sewage_seen(subject)[outfalls] == 1]
    for name, vertex in zip(subject.vertex_ids(dirty).tolist(), dirty.tolist()):
        found.append(Blocker(SEWAGE_SEEN, str(name), (str(name),), _at(subject.vertex_xy[vertex])))
    return found


def outfalls_below(subject: NetworkFrame) -> Callable[[Array], tuple[str, ...]]:
    """Return what tells the outfalls to which the water of some vertices leads, by their ids, sorted."""
    ways, many = subject.once(DrainWays), subject.connected.graph.node_count
    reached = outfall_sets(ways, np.flatnonzero(subject.kind_among(("outfall",))), many)

    def outfalls_of(vertices: Array) -> tuple[str, ...]:
        below = {end for vertex in vertices.tolist() for end in reached.sets[reached.of_vertex[vertex]]}
        return tuple(sorted(map(str, subject.vertex_ids(np.array(sorted(below), dtype=np.int64)))))

    return outfalls_of


def inner_point(shape: shapely.Geometry | None) -> tuple[float, float]:
    """Return a point of a shape, NaN for none."""
    if shape is None or shapely.is_empty(shape):
        return np.nan, np.nan
    return _at(shapely.get_coordinates(shapely.point_on_surface(shape))[0])


def _at(xy: Array) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])


def by_zone(
    found: Sequence[Blocker], zone_of_outfall: Mapping[str, int], shapes: Array
) -> list[list[Blocker]]:
    """Return what blocks each zone: by the outfalls to which it leads; where these are none of it, by place.

    Parameters
    ----------
    found
        What blocks.
    zone_of_outfall
        Number of the zone of each outfall.
    shapes
        Polygon of each zone.
    """
    lists: list[list[Blocker]] = [[] for _shape in shapes]
    elsewhere = []
    for one in found:
        zones = {zone_of_outfall[name] for name in one.outfalls if name in zone_of_outfall}
        for zone in sorted(zones):
            lists[zone].append(one)
        if not zones and one.place[0] == one.place[0]:
            elsewhere.append(one)
    if elsewhere and len(shapes):
        points = shapely.points([one.place for one in elsewhere])
        for point, zone in zip(*shapely.STRtree(shapes).query(points, predicate="intersects").tolist()):
            lists[zone].append(elsewhere[point])
    return lists
