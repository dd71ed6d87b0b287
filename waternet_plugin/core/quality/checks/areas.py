"""Areas against the network: pipes outside the area they name, areas that overlap or are broken."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.checked_rows import CheckedRows
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.texts import tr


def inside(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes outside the compound or zone that they name, and those in no area at all."""
    pipes = subject.pipes
    slack = subject.real("area_slack_m")
    for column, table, rule in (
        ("compound_id", "compound", "pipe_outside_compound"),
        ("dma_id", "zone", "pipe_outside_dma"),
    ):
        areas = subject.rows(table)
        named = np.flatnonzero(subject.live & pipes.known(column))
        area = areas.row_of(pipes.text(column)[named])
        named, area = named[area >= 0], area[area >= 0]
        distance = shapely.distance(pipes.shapes[named], areas.geometry[area])
        with np.errstate(invalid="ignore"):
            away = distance > slack
        yield pipes.found(rule, named[away], value=areas.ids[area[away]], distance=distance[away])
    shapes = [rows.geometry for rows in (subject.rows("compound"), subject.rows("zone")) if len(rows)]
    if not shapes:
        return
    areas_ = np.concatenate(shapes)
    areas_ = areas_[~shapely.is_missing(areas_)]
    rows = np.flatnonzero(subject.live & np.isfinite(pipes.xy).all(axis=1))
    if not len(areas_) or not len(rows):
        return
    points = shapely.points(pipes.xy[rows])
    covered = np.zeros(len(rows), dtype=bool)
    shapely.prepare(areas_)
    area, point = shapely.STRtree(points).query(areas_, predicate="intersects")
    covered[point] = True
    yield pipes.found("outside_all_areas", rows[~covered])


def nodes_inside(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield nodes that name a compound and lie in another one, or in none and well outside of theirs."""
    nodes, compounds = subject.nodes, subject.rows("compound")
    named = np.flatnonzero(
        subject.live_nodes & nodes.known("compound_id") & np.isfinite(nodes.xy).all(axis=1)
    )
    own = compounds.row_of(nodes.text("compound_id")[named])
    named, own = named[own >= 0], own[own >= 0]
    if not len(named):
        return
    points, shapes_ = shapely.points(nodes.xy[named]), compounds.geometry
    distance = shapely.distance(points, shapes_[own])
    point, area = shapely.STRtree(shapes_).query(points, predicate="intersects")
    # Of several around a node the first by id is told.
    order = np.lexsort((compounds.ids[area].astype(str), point))
    around = np.full(len(named), -1, dtype=np.int64)
    around[point[order][::-1]] = area[order][::-1]
    with np.errstate(invalid="ignore"):
        away = (distance > 0) & ((around >= 0) | (distance > subject.real("area_slack_m")))
    found = np.flatnonzero(away)
    where = np.append(compounds.ids, np.array([tr("no compound")], dtype=object))[around[found]]
    yield nodes.found(
        "node_outside_compound",
        named[found],
        value=compounds.ids[own[found]],
        other=where,
        distance=distance[found],
    )


def shapes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield areas whose boundary crosses itself; compounds, and zones of one kind and level, that overlap."""
    for name in ("compound", "zone", "road_work"):
        rows = subject.rows(name)
        there = np.flatnonzero(~shapely.is_missing(rows.geometry))
        broken = there[~shapely.is_valid(rows.geometry[there])]
        yield rows.found(
            "adopt_invalid_area",
            broken,
            role="zone",
            xy=np.column_stack([np.full(len(broken), np.nan)] * 2)
            if not len(broken)
            else _first(rows, broken),
        )
    zones, compounds = subject.rows("zone"), subject.rows("compound")
    kind, level = zones.codes("kind")[0], np.nan_to_num(zones.number("level"), nan=-1)
    yield from _overlapping(zones, np.column_stack([kind, level]), subject.real("overlap_m2"))
    alike = np.zeros((len(compounds), 1))
    yield from _overlapping(compounds, alike, subject.real("overlap_m2"), part=compounds.name)


def _overlapping(rows: CheckedRows, group: Array, least_m2: float, part: str = "") -> Iterator[RuleFindings]:
    """Yield pairs of areas of one group, (areas, columns), that overlap; the part tells tables apart."""
    there = np.flatnonzero(~shapely.is_missing(rows.geometry))
    sound = there[shapely.is_valid(rows.geometry[there])]
    if len(sound) < 2:
        return
    lines = rows.geometry[sound]
    one, two = shapely.STRtree(lines).query(lines, predicate="intersects")
    one, two = sound[one], sound[two]
    ids = rows.ids.astype(str)
    pair = (ids[one] < ids[two]) & (group[one] == group[two]).all(axis=1)
    one, two = one[pair], two[pair]
    shared = shapely.intersection(rows.geometry[one], rows.geometry[two])
    area = shapely.area(shared)
    over = area > least_m2
    middle = shapely.point_on_surface(shared[over])
    yield rows.found(
        "areas_overlap",
        one[over],
        xy=np.column_stack([shapely.get_x(middle), shapely.get_y(middle)]),
        part=np.full(int(over.sum()), part, dtype=object) if part else None,
        with_assets={"zone2": rows.ids[two[over]]},
        role="zone",
        area=area[over],
    )


def _first(rows: CheckedRows, broken: Array) -> Array:
    """Return the first vertex of broken areas: nothing better can be computed of them."""
    coordinates, owner = shapely.get_coordinates(rows.geometry[broken], return_index=True)
    return np.asarray(coordinates[np.unique(owner, return_index=True)[1]])


CHECKS = (
    Check(("pipe_outside_compound", "pipe_outside_dma", "outside_all_areas"), inside),
    Check(("node_outside_compound",), nodes_inside),
    Check(("adopt_invalid_area", "areas_overlap"), shapes),
)
