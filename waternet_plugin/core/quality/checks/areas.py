"""Areas against the network: pipes outside the area they name, areas that overlap or are broken."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.checked_rows import CheckedRows
from waternet_plugin.core.quality.context.rule_findings import RuleFindings


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
        distance = shapely.distance(pipes.geometry[named], areas.geometry[area])
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


def shapes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield areas whose boundary crosses itself, and zones of one kind and level that overlap."""
    for name in ("compound", "zone", "road_work"):
        rows = subject.rows(name)
        there = np.flatnonzero(~shapely.is_missing(rows.geometry))
        broken = there[~shapely.is_valid(rows.geometry[there])]
        yield _broken(rows, broken)
    zones = subject.rows("zone")
    there = np.flatnonzero(~shapely.is_missing(zones.geometry))
    sound = there[shapely.is_valid(zones.geometry[there])]
    if len(sound) < 2:
        return
    lines = zones.geometry[sound]
    one, two = shapely.STRtree(lines).query(lines, predicate="intersects")
    one, two = sound[one], sound[two]
    kind, level = zones.codes("kind")[0], np.nan_to_num(zones.number("level"), nan=-1)
    ids = zones.ids.astype(str)
    pair = (ids[one] < ids[two]) & (kind[one] == kind[two]) & (level[one] == level[two])
    one, two = one[pair], two[pair]
    shared = shapely.intersection(zones.geometry[one], zones.geometry[two])
    area = shapely.area(shared)
    over = area > subject.real("overlap_m2")
    middle = shapely.point_on_surface(shared[over])
    yield zones.found(
        "areas_overlap",
        one[over],
        xy=np.column_stack([shapely.get_x(middle), shapely.get_y(middle)]),
        with_assets={"zone2": zones.ids[two[over]]},
        area=area[over],
    )


def _broken(rows: CheckedRows, broken: Array) -> RuleFindings:
    return rows.found(
        "adopt_invalid_area",
        broken,
        role="zone",
        xy=np.column_stack([np.full(len(broken), np.nan)] * 2) if not len(broken) else _first(rows, broken),
    )


def _first(rows: CheckedRows, broken: Array) -> Array:
    """Return the first vertex of broken areas: nothing better can be computed of them."""
    coordinates, owner = shapely.get_coordinates(rows.geometry[broken], return_index=True)
    return np.asarray(coordinates[np.unique(owner, return_index=True)[1]])


CHECKS = (
    Check(("pipe_outside_compound", "pipe_outside_dma", "outside_all_areas"), inside),
    Check(("adopt_invalid_area", "areas_overlap"), shapes),
)
