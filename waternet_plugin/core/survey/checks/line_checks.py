"""Checks of surveyed lines: ends, duplicates, lengths, degrees, levels, what differs at one point."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.line_levels import LineLevels, gravity, ground_levels, line_levels
from waternet_plugin.core.survey.row_findings import RowFindings, found
from waternet_plugin.core.survey.typed.features import feature_of


def line_findings(survey: Survey, settings: Settings, known_ids: Collection[str] = ()) -> list[RowFindings]:
    """Return what is wrong with the lines of a survey.

    Parameters
    ----------
    survey
        With its points in the network's coordinates.
    known_ids
        Ids of nodes of the network that lines may name.
    """
    lines, points = survey.lines, survey.points
    if not len(lines):
        return []
    levels = line_levels(lines, points)
    pairs = connections(lines)
    findings = [
        *_ends(lines, known_ids),
        _duplicates(survey, pairs),
        found("crosses_itself", lines, _crossing(lines)),
        *_lengths(lines, points, settings),
        _unused(points, lines),
        _degrees(points, lines, pairs),
        *_levels(lines, levels, settings),
        *_at_points(lines, points, levels, settings),
        _ground_jumps(lines, points, settings),
    ]
    return [finding for finding in findings if len(finding)]


def _ends(lines: pd.DataFrame, known_ids: Collection[str]) -> list[RowFindings]:
    start, end = lines["start_no"].notna().to_numpy(), lines["end_no"].notna().to_numpy()
    drawn = lines["vertices"].notna().to_numpy()
    same = start & end & (lines["start_id"] == lines["end_id"]).to_numpy()
    findings = [
        found("no_ends", lines, ~drawn & ~(start & end)),
        found("same_ends", lines, same),
    ]
    for side, named in (("start", start), ("end", end)):
        ids = lines[f"{side}_id"].to_numpy(object)
        lost = np.flatnonzero(named & (lines[side].to_numpy() < 0))
        if len(lost):
            known = frozenset(known_ids)
            lost = lost[np.array([line_id not in known for line_id in ids[lost]], dtype=bool)]
        findings.append(found("unknown_point", lines, lost, point=lines[f"{side}_no"].to_numpy(object)))
    return findings


def connections(lines: pd.DataFrame) -> tuple[Array, Array]:
    """Return a number of each pair of ends, alike in both directions, and which lines name two known ends."""
    ids = np.concatenate([lines[name].to_numpy(object) for name in ("start_id", "end_id")])
    start, end = pd.factorize(ids)[0].astype(np.int64).reshape(2, -1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    return low * (int(high.max(initial=0)) + 1) + high, low >= 0


def second_mentions(survey: Survey) -> Array:
    """Return for each line the first line of the same ends in a combined table, -1 for a line of its own.

    A combined table names each connection in the rows of both its ends.
    """
    lines = survey.lines
    is_both = survey.rows["record"].to_numpy(object)[lines["row"].to_numpy(np.int64)] == "both"
    first = np.full(len(lines), -1, dtype=np.int64)
    if not is_both.any():
        return first
    number, known = connections(lines)
    rows = np.flatnonzero(is_both & known)
    if not len(rows):
        return first
    key = pd.MultiIndex.from_arrays([lines["file"].to_numpy()[rows], number[rows]])
    codes = pd.factorize(key)[0]
    _numbers, at = np.unique(codes, return_index=True)
    leader = rows[at][codes]
    # Only the row of the other end says it again; the same row twice is a duplicate.
    reverse = lines["start_id"].to_numpy(object)[rows] == lines["end_id"].to_numpy(object)[leader]
    order = pd.Series(reverse & (leader != rows)).groupby(codes).cumsum().to_numpy()
    again = (leader != rows) & reverse & (order == 1)
    first[rows[again]] = leader[again]
    return first


def _duplicates(survey: Survey, pairs: tuple[Array, Array]) -> RowFindings:
    lines = survey.lines
    number, known = pairs
    own = lines["pipe_id"].notna().to_numpy()
    counted = known & (second_mentions(survey) < 0)
    frame = pd.DataFrame({"number": number, "drawn_m": _drawn_lengths(lines), "own": own})[counted]
    # Two lines that are drawn between the same points are two unless they are drawn alike.
    again = frame.duplicated(["number", "drawn_m"]).to_numpy()
    if not again.any():
        return found("duplicate_line", lines, np.flatnonzero(again))
    first_own = frame.groupby(["number", "drawn_m"])["own"].transform("first").to_numpy(bool)
    rows = np.flatnonzero(counted)[again & ~(frame["own"].to_numpy() & first_own)]
    return found("duplicate_line", lines, rows)


def _drawn_lengths(lines: pd.DataFrame) -> Array:
    """Return the length of each drawn line to the centimetre, 0 for others, m."""
    lengths = np.zeros(len(lines))
    vertices = lines["vertices"].to_numpy(object)
    for row in np.flatnonzero(pd.notna(vertices)):
        steps = np.diff(np.asarray(vertices[row], dtype=float)[:, :2], axis=0)
        lengths[row] = round(float(np.hypot(*steps.T).sum()), 2)
    return lengths


def _crossing(lines: pd.DataFrame) -> Array:
    """Return which drawn lines cross or touch themselves in plan, other than by closing."""
    crosses = np.zeros(len(lines), dtype=bool)
    vertices = lines["vertices"].to_numpy(object)
    for row in np.flatnonzero(pd.notna(vertices)):
        places = np.asarray(vertices[row], dtype=float)[:, :2]
        # Two vertices at one place are one, and a line of two crosses nothing.
        places = places[np.append(True, np.any(np.diff(places, axis=0) != 0, axis=1))]
        if len(places) > 2 and np.isfinite(places).all():
            crosses[row] = not shapely.is_simple(shapely.LineString(places))
    return crosses


def _lengths(lines: pd.DataFrame, points: pd.DataFrame, settings: Settings) -> list[RowFindings]:
    """Return lines that are implausibly long, short or steep between their points."""
    start, end = (lines[side].to_numpy(np.int64) for side in ("start", "end"))
    known = (start >= 0) & (end >= 0) & (start != end)
    steps = [
        np.append(points[name].to_numpy(float), np.nan)[end]
        - np.append(points[name].to_numpy(float), np.nan)[start]
        for name in ("east", "north", "h")
    ]
    plan = np.hypot(steps[0], steps[1])
    rise = np.nan_to_num(steps[2])
    length = np.hypot(plan, rise)
    with np.errstate(invalid="ignore", divide="ignore"):
        long = known & (length > settings.real("survey.long_line_m"))
        short = known & (length < settings.real("survey.short_line_m"))
        angle = np.degrees(np.arctan2(np.abs(rise), plan))
        steep = known & ~short & ~gravity(lines) & (angle > settings.real("survey.steep_deg"))
    return [
        found("long_line", lines, long, length=length),
        found("short_line", lines, short, length=length),
        found("steep_line", lines, steep, angle=angle),
    ]


def _unused(points: pd.DataFrame, lines: pd.DataFrame) -> RowFindings:
    used = np.zeros(len(points) + 1, dtype=bool)
    used[lines[["start", "end"]].to_numpy(np.int64)] = True
    own = points["first"].to_numpy() == np.arange(len(points))
    return found("unused_point", points, own & ~used[:-1] & points["point_no"].notna().to_numpy())


def _degrees(points: pd.DataFrame, lines: pd.DataFrame, pairs: tuple[Array, Array]) -> RowFindings:
    """Return points where more or fewer lines meet than their feature says."""
    number, known = pairs
    rows = np.flatnonzero(known)
    _numbers, at = np.unique(number[rows], return_index=True)
    ends = lines[["start", "end"]].to_numpy(np.int64)[rows[at]].ravel()
    degree = np.bincount(ends[ends >= 0], minlength=len(points))
    words = points["feature"].to_numpy(object)
    codes, distinct = pd.factorize(words)
    features = [feature_of(word) for word in distinct]
    least = np.array([0 if feature is None else feature.least for feature in features] + [0])[codes]
    most = np.array([999 if feature is None else feature.most for feature in features] + [999])[codes]
    own = points["first"].to_numpy() == np.arange(len(points))
    wrong = own & (degree > 0) & ((degree < least) | (degree > most))
    return found("degree", points, wrong, feature=words, count=degree)


def _levels(lines: pd.DataFrame, levels: LineLevels, settings: Settings) -> list[RowFindings]:
    """Return lines whose ground, depth and level do not agree."""
    slack = settings.real("survey.level_slack_m")
    with np.errstate(invalid="ignore"):
        error = np.abs(levels.ground - levels.depth - levels.given)
        wrong = error > slack + 1e-9
    findings = []
    for side, numbers in enumerate(("start_no", "end_no")):
        findings.append(
            found(
                "level_disagrees",
                lines,
                wrong[:, side],
                point=lines[numbers].to_numpy(object),
                ground=levels.ground[:, side],
                depth=levels.depth[:, side],
                level=levels.given[:, side],
            )
        )
    return findings


def _at_points(
    lines: pd.DataFrame, points: pd.DataFrame, levels: LineLevels, settings: Settings
) -> list[RowFindings]:
    """Return points whose lines differ in level, material or size, though nothing there says so."""
    point = lines[["start", "end"]].to_numpy(np.int64).ravel()
    allowed = _may_change(points)
    rows = np.flatnonzero((point >= 0) & ~np.append(allowed, True)[point])
    if not len(rows):
        return []
    # The ends at one point stand together, so that the spread of their values is one step.
    rows = rows[np.argsort(point[rows], kind="stable")]
    at = point[rows]
    begins = np.flatnonzero(np.diff(at, prepend=-1))
    several = np.diff(np.append(begins, len(at))) > 1
    line = rows // 2
    findings = []
    material = pd.factorize(lines["material"].to_numpy(object))[0].astype(float)
    material[material < 0] = np.nan
    size = levels.size_m
    for what, value, slack in (
        ("level", levels.invert.ravel()[rows], settings.real("survey.level_slack_m")),
        ("material", material[line], 0.0),
        ("size", size[line], 1e-9),
    ):
        spread = np.fmax.reduceat(value, begins) - np.fmin.reduceat(value, begins)
        with np.errstate(invalid="ignore"):
            differs = several & (spread > slack + 1e-9)
        findings.append(found(f"{what}_changes", points, at[begins[differs]]))
    return findings


def _may_change(points: pd.DataFrame) -> Array:
    """Return at which points lines may differ: where the feature says so, and at fittings and manholes."""
    codes, distinct = pd.factorize(points["feature"].to_numpy(object))
    features = [feature_of(word) for word in distinct]
    changes = np.array([feature is not None and feature.may_change for feature in features] + [True])[codes]
    families = {code.code: code.family for code in domain("node_kind").values()}
    bare = (points["kind"].map(families) == "junction").to_numpy()
    return np.asarray(changes | ~bare)


def _ground_jumps(lines: pd.DataFrame, points: pd.DataFrame, settings: Settings) -> RowFindings:
    """Return lines between whose points the ground rises more than a road does."""
    start, end = (lines[side].to_numpy(np.int64) for side in ("start", "end"))
    ground = np.append(ground_levels(points), np.nan)
    east, north = (np.append(points[name].to_numpy(float), np.nan) for name in ("east", "north"))
    rise = np.abs(ground[end] - ground[start])
    length = np.hypot(east[end] - east[start], north[end] - north[start])
    with np.errstate(invalid="ignore"):
        wrong = (rise > settings.real("survey.ground_jump_m")) & (
            length <= settings.real("survey.ground_within_m")
        )
    return found("ground_jump", lines, wrong, rise=rise, length=length)
