"""Heights of pipes: vertices without one, inverts and depths against ground, slope, cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import compound_membership, pipe_flow
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.quality.context.check_context import Check, CheckContext, end_name
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.cover import FOOT, NOT_BURIED, OPEN, covers_of, least_cover
from waternet_plugin.core.schema.flow import REVERSE
from waternet_plugin.core.shapes.packed_shapes import have_heights

_PLASTIC = ("pe", "pvc", "ppr", "hdpe_corrugated", "grp")


def at_ends(subject: CheckContext, start: str, end: str) -> Array:
    """Return a number that pipes have at both ends, (pipes, 2)."""
    return np.column_stack([subject.pipes.number(start), subject.pipes.number(end)])


def inverts(subject: CheckContext) -> Array:
    """Return the inverts at both ends, (pipes, 2), m."""
    return at_ends(subject, "invert_start_m", "invert_end_m")


def depths(subject: CheckContext) -> Array:
    """Return the depths at both ends, (pipes, 2), m."""
    return at_ends(subject, "depth_start_m", "depth_end_m")


def of_nodes(subject: CheckContext, column: str) -> Array:
    """Return a number of the node at both ends, (pipes, 2); NaN where there is no node."""
    nodes = subject.nodes
    asset = np.where(subject.vertex < len(nodes), subject.vertex, -1)
    return np.asarray(np.append(nodes.number(column), np.nan)[asset])


def buried(subject: CheckContext) -> Array:
    """Return which pipes in use lie in the ground, as far as anyone wrote down."""
    return subject.live & ~subject.pipes.among("burial", NOT_BURIED) & ~subject.is_connector


def _worst(subject: CheckContext, rule: str, excess: Array, mask: Array, **values: Array) -> RuleFindings:
    """Return one finding a pipe that breaks a rule at an end: at the worse of both, of like ones the western.

    ``excess``, ``mask`` and the values have shape (pipes, 2).
    """
    row = np.flatnonzero(mask.any(axis=1))
    score = np.where(mask[row], np.nan_to_num(excess[row], nan=-np.inf), -np.inf)
    east, north = subject.ends[row, :, 0].T, subject.ends[row, :, 1].T
    # Not the drawn order: a line that is turned has its finding at the same place.
    last = (east[END] < east[START]) | ((east[END] == east[START]) & (north[END] < north[START]))
    end = np.where(score[:, START] == score[:, END], last, score.argmax(axis=1)).astype(np.int64)
    vertex = subject.vertex[row, end]
    needs_node = "node" in values
    named = {name: column[row, end] for name, column in values.items() if name != "node"}
    with_assets = {"node": subject.vertex_ids(vertex)} if needs_node else None
    return subject.pipes.found(
        rule,
        row,
        xy=subject.ends[row, end, :2],
        with_assets=with_assets,
        end=end_name(end),
        values=named,
    )


def vertex_heights(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield lines some of whose vertices have no height, or zero among others."""
    pipes = subject.pipes
    if not have_heights(pipes.shapes):
        return
    xyz = subject.vertices
    row = subject.pipe_of_vertices()
    many = len(pipes)
    number = np.bincount(row, minlength=many)
    lost = np.bincount(row[~np.isfinite(xyz[:, 2])], minlength=many)
    mask = subject.live & (lost > 0) & (lost < number)
    yield pipes.found("nan_z", mask, count=lost[mask], of=number[mask])
    zero = np.bincount(row[xyz[:, 2] == 0], minlength=many)
    high = np.abs(np.nan_to_num(xyz[:, 2])) > 1
    others = np.bincount(row[high], minlength=many)
    level = np.bincount(row[high], np.nan_to_num(xyz[high, 2]), many) / np.maximum(others, 1)
    mask = subject.live & (zero > 0) & (others > 0) & (zero < number)
    yield pipes.found("zero_z", mask, count=zero[mask], value=level[mask])


def above_ground(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield buried pipes whose invert or line lies above the ground at a node."""
    slack = subject.real("height_agree_m")
    if not subject.nodes.known("ground_m").any():
        return
    ground = of_nodes(subject, "ground_m")
    below = buried(subject)[:, None]
    for rule, level in (
        ("invert_above_ground", inverts(subject)),
        ("pipe_above_ground", subject.ends[:, :, 2]),
    ):
        with np.errstate(invalid="ignore"):
            mask = below & (level > ground + slack)
        # A line at height 0 throughout has no heights at all.
        yield _worst(subject, rule, level - ground, mask, value=level, ground=ground, node=ground)


def agreement(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield inverts that ground and depth, the line or the manhole contradict."""
    slack = subject.real("height_agree_m")
    live = (subject.live & subject.is_gravity)[:, None]
    if not live.any():
        return
    ground, invert, depth = of_nodes(subject, "ground_m"), inverts(subject), depths(subject)
    error = np.abs(ground - depth - invert)
    with np.errstate(invalid="ignore"):
        mask = live & (error > slack)
    yield _worst(
        subject, "invert_against_depth", error, mask, value=invert, ground=ground, depth=depth, node=ground
    )
    error = np.abs(subject.ends[:, :, 2] - subject.radius_m[:, None] - invert)
    with np.errstate(invalid="ignore"):
        mask = live & (error > slack) & (np.abs(subject.ends[:, :, 2]) > 0)
    yield _worst(subject, "z_against_invert", error, mask, value=error)
    floor = ground - of_nodes(subject, "depth_m")
    under = floor - invert
    with np.errstate(invalid="ignore"):
        mask = live & (under > subject.real("manhole_below_m"))
    yield _worst(subject, "below_manhole", under, mask, value=invert, distance=under, node=ground)
    with np.errstate(invalid="ignore"):
        drop = -under
        mask = live & (drop > subject.real("drop_m"))
    # Water drops where it leaves the pipe.
    flow = subject.once(pipe_flow)
    mask[np.arange(len(mask)), 1 - flow.lower_end] = False
    mask[~flow.one_way] = False
    yield _worst(subject, "deep_drop", drop, mask, value=drop, node=ground)


@dataclass(frozen=True)
class DrainSlopes:
    """Fall of each pipe as a gravity drain.

    Parameters
    ----------
    judged
        Gravity drains in use.
    fall_m
        From upper to lower end along the recorded flow, where none is recorded as drawn; without sign where
        the flow is undetermined; NaN where a level is missing.
    slope
        Fall over the drawn length; not finite without one.
    least
        The least slope of its size, NaN for an unknown one.
    rises, too_flat
        Drains judged that rise against their flow, and those that fall less than they must.
    """

    judged: Array
    fall_m: Array
    slope: Array
    least: Array
    rises: Array
    too_flat: Array


def drain_slopes(subject: CheckContext) -> DrainSlopes:
    """Return the fall of drains and what is wrong with it."""
    pipes, flow = subject.pipes, subject.once(pipe_flow)
    invert = inverts(subject)
    fall = invert[:, START] - invert[:, END]
    fall = np.where(flow.recorded & (flow.sense == REVERSE), -fall, fall)
    fall = np.where(flow.one_way, fall, np.abs(fall))
    length = subject.drawn_m
    judged = subject.live & subject.is_gravity
    size = pipes.number("diameter_mm")
    least = by_size(subject, "min_slope", size)
    plastic = pipes.among("material", _PLASTIC) & (size == 300)
    least[plastic] = subject.real("min_slope_plastic")
    with np.errstate(invalid="ignore", divide="ignore"):
        rises = judged & (-fall > subject.real("adverse_rise_m"))
        slope = fall / length
        too_flat = judged & ~rises & (slope < least - subject.real("slope_slack"))
        too_flat &= length > subject.real("slope_length_m")
    return DrainSlopes(judged, fall, slope, least, rises, too_flat)


def slopes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield gravity drains that rise, fall too little or too steeply to be true, or run against the drawing.

    A drain rises along its recorded flow; where none is recorded, as it is drawn.
    """
    pipes, flow, length = subject.pipes, subject.once(pipe_flow), subject.drawn_m
    told = subject.once(drain_slopes)
    rises, flat, slope = told.rises, told.too_flat, told.slope
    yield pipes.found("adverse_slope", rises, value=-told.fall_m[rises], length=length[rises])
    backwards = subject.live & subject.is_drain & flow.recorded & (flow.sense == REVERSE)
    yield pipes.found("drawn_against_flow", backwards)
    with np.errstate(invalid="ignore"):
        angle = np.degrees(np.arctan(np.abs(slope)))
        steep = told.judged & (angle > subject.real("max_slope_deg"))
        steep &= length > subject.real("slope_length_m")
    size = pipes.number("diameter_mm")[flat]
    yield pipes.found("flat_slope", flat, value=1000 * slope[flat], least=1000 * told.least[flat], dn=size)
    yield pipes.found("steep_slope", steep, angle=angle[steep])


def by_size(subject: CheckContext, prefix: str, size: Array) -> Array:
    """Return the threshold of the smallest class that a diameter fits in; NaN for an unknown one."""
    classes = sorted((float(name), value) for name, value in subject.table_of(prefix).items())
    bounds = np.array([bound for bound, _value in classes])
    values = np.array([value for _bound, value in classes] + [classes[-1][1]])
    result = values[np.searchsorted(bounds, np.nan_to_num(size))]
    return np.where(np.isfinite(size), result, np.nan)


def end_covers(subject: CheckContext) -> Array:
    """Return the cover of buried pipes at both ends, (pipes, 2), m; NaN where there is none to judge."""
    cover = covers_of(depths(subject), 2 * subject.radius_m, subject.is_gravity)
    return np.where(_covered(subject)[:, None], cover, np.nan)


def _covered(subject: CheckContext) -> Array:
    return buried(subject) & ~subject.pipes.among("function", OPEN)


def covers(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield buried pipes with too little ground above them, and very deep ones."""
    depth, cover = depths(subject), end_covers(subject)
    foot = subject.pipes.among("road_class", FOOT)
    least = least_cover(foot, subject.real("cover_foot_m"), subject.real("cover_road_m"))
    least = least[:, None] * np.ones(2)
    with np.errstate(invalid="ignore"):
        mask = cover < least - subject.real("level_slack_m")
        deep = _covered(subject)[:, None] & (depth > subject.real("depth_max_m"))
    yield _worst(subject, "cover_small", least - cover, mask, value=cover, least=least)
    yield _worst(subject, "cover_large", depth, deep, value=depth)


def missing(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield gravity drains without inverts, and those of compounds whose flow nobody knows therefore."""
    pipes, unknown = subject.pipes, ~np.isfinite(inverts(subject))
    judged = subject.live & subject.is_gravity & ~pipes.among("function", ("connector",))
    # Between the wells of a compound a drain is short, and looked at before it is dug up.
    inside = subject.once(compound_membership).pipe >= 0
    untold = judged & inside & unknown.all(axis=1) & ~subject.once(pipe_flow).recorded
    yield pipes.found("flow_untold", untold)
    lost = unknown & judged[:, None]
    pipe, end = np.nonzero(lost)
    yield subject.pipes.found(
        "missing_invert",
        pipe,
        xy=subject.ends[pipe, end, :2],
        part=np.where(end == START, "start", "end").astype(object),
        end=end_name(end),
    )


CHECKS = (
    Check(("nan_z", "zero_z"), vertex_heights),
    Check(("invert_above_ground", "pipe_above_ground"), above_ground),
    Check(("invert_against_depth", "z_against_invert", "below_manhole", "deep_drop"), agreement),
    Check(("adverse_slope", "drawn_against_flow", "flat_slope", "steep_slope"), slopes),
    Check(("cover_small", "cover_large"), covers),
    Check(("flow_untold", "missing_invert"), missing),
)
