"""Pipes too near each other: water beside and below sewers, crossings without room (GB 50289)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.checks.geometry.close_lines import close_lines
from waternet_plugin.core.quality.checks.levels.heights import buried
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

_FOUL = ("sewage", "combined")


def _height_at(subject: CheckContext, pipe: Array, points: Array) -> Array:
    """Return the height of pipes' axes at points on them, m; NaN where unknown."""
    lines = subject.pipes.shapes[pipe]
    at = shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, points))
    height = shapely.get_z(at)
    ends = subject.ends[pipe, :, 2]
    # A line at height 0 throughout has no heights.
    return np.where(np.isfinite(ends).all(axis=1) & (np.abs(ends).max(axis=1) > 0), height, np.nan)


def vertical(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield crossings with too little room between, and drinking water that passes below sewage."""
    pipes = subject.pipes
    close = subject.once(close_lines)
    one, two = close.one, close.two
    under = buried(subject)
    both = under[one] & under[two]
    one, two = one[both], two[both]
    points = shapely.point_on_surface(subject.shared_by(one, two))
    high, low = _height_at(subject, one, points), _height_at(subject, two, points)
    place = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    gap = np.abs(high - low) - subject.radius_m[one] - subject.radius_m[two]
    drinks = pipes.among("system", ("potable",))
    foul = pipes.among("system", _FOUL)
    for water, sewer, above in ((one, two, low > high), (two, one, high > low)):
        # Heights that make pipes cut through each other can't say which one lies below.
        with np.errstate(invalid="ignore"):
            mask = drinks[water] & foul[sewer] & above & (gap > 0)
        yield pipes.found(
            "water_under_sewer",
            water[mask],
            xy=place[mask],
            with_assets={"pipe2": pipes.ids[sewer[mask]]},
            value=gap[mask],
        )
    mixed = subject.is_supply[one] != subject.is_supply[two]
    least = np.where(mixed, subject.real("clear_v_water_drain_m"), subject.real("clear_v_other_m"))
    with np.errstate(invalid="ignore"):
        tight = gap < least - 0.005
    first = subject.pipe_rank[one] <= subject.pipe_rank[two]
    a, b = np.where(first, one, two)[tight], np.where(first, two, one)[tight]
    yield pipes.found(
        "clearance_vertical",
        a,
        xy=place[tight],
        with_assets={"pipe2": pipes.ids[b]},
        value=gap[tight],
        least=least[tight],
    )


def horizontal(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield water pipes that run beside drains with too little room between."""
    pipes = subject.pipes
    under = buried(subject)
    water = np.flatnonzero(under & subject.is_supply)
    drains = np.flatnonzero(under & subject.is_drain)
    if not len(water) or not len(drains):
        return
    lines = pipes.shapes
    widest = subject.real("clear_h_large_m") + subject.radius_m[water].max() + subject.radius_m[drains].max()
    row, column = shapely.STRtree(lines[drains]).query(lines[water], predicate="dwithin", distance=widest)
    one, two = water[row], drains[column]
    size = np.nan_to_num(pipes.number("diameter_mm")[one])
    least = np.where(
        size > subject.real("clear_h_large_mm"),
        subject.real("clear_h_large_m"),
        subject.real("clear_h_small_m"),
    )
    reach = least + subject.radius_m[one] + subject.radius_m[two]
    near = (shapely.distance(lines[one], lines[two]) < reach) & (
        subject.drawn_m[one] >= subject.real("clear_h_length_m")
    )
    one, two, least, reach = one[near], two[near], least[near], reach[near]
    beside = shapely.intersection(
        shapely.force_2d(lines[one]), shapely.buffer(shapely.force_2d(lines[two]), reach, quad_segs=2)
    )
    length = shapely.length(beside)
    long_ = length >= subject.real("clear_h_length_m")
    one, two, least, beside, length = one[long_], two[long_], least[long_], beside[long_], length[long_]
    middle = shapely.centroid(beside)
    gap = shapely.distance(middle, lines[two]) - subject.radius_m[one] - subject.radius_m[two]
    tight = gap < least - 0.005
    place = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    yield pipes.found(
        "clearance_horizontal",
        one[tight],
        xy=place[tight],
        with_assets={"pipe2": pipes.ids[two[tight]]},
        value=np.maximum(gap[tight], 0.0),
        length=length[tight],
        least=least[tight],
    )


CHECKS = (
    Check(("water_under_sewer", "clearance_vertical"), vertical),
    Check(("clearance_horizontal",), horizontal),
)
