"""Which pipes a failure without an id may belong to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings

_CHUNK = 50_000
_GRID = 2048


@dataclass(frozen=True)
class CandidatePairs:
    """Failures and the pipes near them, row numbers of both frames, sorted by failure and distance.

    ``young`` pairs have a pipe that was laid after the failure's year.
    """

    failure: Array
    pipe: Array
    distance_m: Array
    young: Array

    def keep(self, rows: Array) -> CandidatePairs:
        """Return some of the pairs."""
        return CandidatePairs(self.failure[rows], self.pipe[rows], self.distance_m[rows], self.young[rows])


def has_coordinates(frame: pd.DataFrame) -> Array:
    """Return which rows have a geometry with coordinates."""
    if "geom" not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    shapes = frame["geom"].to_numpy()
    has_shape = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    has_shape[has_shape] = np.isfinite(shapely.bounds(shapes[has_shape])).all(axis=1)
    return np.asarray(has_shape)


def true_distance(points: Array, lines: Array) -> Array:
    """Return the distance of each point from its line in the plane of their CRS, m."""
    # GEOS flags lines without extent (both ends in one place) as invalid; their distance is right.
    with np.errstate(invalid="ignore"):
        return np.asarray(shapely.distance(points, lines))


def _may_fail(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return the pipes that a leak found by its place may lie on.

    Leaks are those of pressure pipes: a drain beside one never gets them. Planned pipes and connectors
    have none.
    """
    return np.asarray(
        has_coordinates(pipes)
        & pipes["system"].isin(settings.words("health.rated_systems")).to_numpy()
        & (pipes["status"] != "planned").to_numpy()
        & (pipes["function"] != "connector").to_numpy()
    )


def boxes_near(boxes: Array, points: Array, radius_m: float) -> Array:
    """Return which boxes may lie within a radius of a point: all that do, and a few more.

    A grid counts the points; four of its running sums tell of each box whether its cells hold any. That is
    far quicker than asking a tree for each of a million lines.
    """
    x, y = shapely.get_x(points), shapely.get_y(points)
    low = np.array([x.min(), y.min()])
    span = np.maximum(np.array([x.max(), y.max()]) - low, 1.0)
    # Cells smaller than the radius tell no more.
    shape = np.clip(np.ceil(span / max(radius_m, 1e-3)), 1, _GRID).astype(int)
    size = span / shape
    cells = np.zeros(shape + 1, dtype=np.int32)
    column, row = (
        np.minimum(((values - start) / step).astype(int), last - 1)
        for values, start, step, last in zip((x, y), low, size, shape)
    )
    np.add.at(cells, (column + 1, row + 1), 1)
    sums = cells.cumsum(axis=0).cumsum(axis=1)
    # A hair wider, so that rounding never loses a pair at exactly the radius.
    reach = radius_m * (1 + 1e-9) + 1e-6
    first = np.floor((boxes[:, :2] - reach - low) / size)
    last = np.floor((boxes[:, 2:] + reach - low) / size) + 1
    left, lower = np.clip(first, 0, shape).astype(int).T
    right, upper = np.clip(last, 0, shape).astype(int).T
    box_counts = sums[right, upper] - sums[left, upper] - sums[right, lower] + sums[left, lower]
    return np.asarray(box_counts > 0)


def near_pairs(
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    rows: Array,
    *,
    radius_m: float,
    settings: Settings,
    progress: Progress = SILENT,
) -> CandidatePairs:
    """Return the pipes within a radius of some failures, true distance in the frames' CRS.

    Pipes that were retired before the failure are left out; younger ones are marked.

    Parameters
    ----------
    failures
        date and geom.
    pipes
        pipe_id, system, status, function, install_year, retired_on and geom, same CRS.
    rows
        Row numbers of the failures asked about; those without a place find nothing.
    radius_m
        Greatest distance, m, itself included.
    """
    nothing = CandidatePairs(np.zeros(0, int), np.zeros(0, int), np.zeros(0), np.zeros(0, bool))
    rows = rows[has_coordinates(failures.iloc[rows])] if len(rows) else rows
    where = np.flatnonzero(_may_fail(pipes, settings)) if len(rows) else np.zeros(0, int)
    if not len(where):
        return nothing
    points = failures["geom"].to_numpy()[rows]
    lines = pipes["geom"].to_numpy()[where]
    # The tree holds the fewer: with a handful of failures the pipes ask for them.
    few_points = len(points) < len(lines)
    if few_points:
        close = boxes_near(shapely.bounds(lines), points, radius_m)
        where, lines = where[close], lines[close]
    queried, indexed = (lines, points) if few_points else (points, lines)
    tree = shapely.STRtree(indexed)
    near_rows: list[Array] = [np.zeros((2, 0), dtype=int)]
    for start in range(0, len(queried), _CHUNK):
        progress.at(start / len(queried))
        chunk = tree.query(queried[start : start + _CHUNK], predicate="dwithin", distance=radius_m)
        chunk[0] += start
        near_rows.append(chunk)
    first, second = np.concatenate(near_rows, axis=1)
    point, line = (second, first) if few_points else (first, second)
    distance = true_distance(points[point], lines[line])
    failure, pipe = rows[point], where[line]

    date = failures["date"].to_numpy("datetime64[ns]")[failure]
    retired = pipes["retired_on"].to_numpy("datetime64[ns]")[pipe]
    laid = pipes["install_year"].to_numpy(float)[pipe]
    # Comparing with an unknown date or year is False: unknown is not a reason to leave a pipe out.
    in_time = ~(retired < date)
    young = laid > _year_of(date)
    # Sorted by id where distances are the same, so that the order of rows never shows.
    met, index = np.unique(pipe, return_inverse=True)
    ids = pipes["pipe_id"].to_numpy(dtype=object)[met]
    by_id = np.empty(len(met), dtype=np.int64)
    by_id[np.argsort(ids, kind="stable")] = np.arange(len(met))
    order = np.lexsort((by_id[index], distance, failure))
    pairs = CandidatePairs(failure[order], pipe[order], distance[order], young[order])
    return pairs.keep(in_time[order])


def _year_of(date: Array) -> Array:
    """Return the year of each date, NaN where unknown."""
    years = date.astype("datetime64[Y]").astype(float) + 1970.0
    years[np.isnat(date)] = np.nan
    return years


def group_min(values: Array, groups: Array, size: int) -> Array:
    """Return the least value of each group, infinity for none."""
    least = np.full(size, np.inf)
    np.minimum.at(least, groups, values)
    return least


def equal_candidates(
    pairs: CandidatePairs, failures: pd.DataFrame, pipes: pd.DataFrame, *, settings: Settings
) -> CandidatePairs:
    """Return of each failure's pairs those that nothing tells apart; one pair means a match.

    Pipes of the failure's street come first where there are any, among those within the near distance if
    there are, but never before a lone pipe within it; then the nearest. Those whose distance is greater
    by a set amount at most are equal.
    """
    near_m = settings.real("health.match_near_m")
    equal_m = settings.real("health.match_equal_m")
    size = len(failures)
    near = pairs.distance_m <= near_m
    has_near = np.bincount(pairs.failure[near], minlength=size) > 0
    lone = np.bincount(pairs.failure[near], minlength=size) == 1
    same_street = _same_street(pairs, failures, pipes)
    # A street decides only where place alone does not: not against a lone pipe right there.
    reach = np.where(has_near, near_m, np.inf)
    preferred = same_street & (pairs.distance_m <= reach[pairs.failure]) & ~lone[pairs.failure]
    decides = np.bincount(pairs.failure[preferred], minlength=size) > 0
    pairs = pairs.keep(preferred | ~decides[pairs.failure])
    least = group_min(pairs.distance_m, pairs.failure, size)
    return pairs.keep(pairs.distance_m <= least[pairs.failure] + equal_m)


def alike(
    pairs: CandidatePairs, failures: pd.DataFrame, pipes: pd.DataFrame, *, settings: Settings
) -> CandidatePairs:
    """Return of each failure's equal pairs those whose pipe has the reported diameter and material.

    A pipe that says otherwise goes, unless all do; of the others those stay that agree in most. What nobody
    reported, or is not known of a pipe, speaks neither for nor against it.
    """
    size = len(failures)
    against = np.zeros(len(pairs.failure), dtype=bool)
    agreed = np.zeros(len(pairs.failure))
    for same, known in (
        _same_bore(pairs, failures, pipes, settings.real("health.match_bore_share")),
        _same_material(pairs, failures, pipes),
    ):
        against |= known & ~same
        agreed += known & same
    has_other = np.bincount(pairs.failure[~against], minlength=size) > 0
    agrees = ~against | ~has_other[pairs.failure]
    most = -group_min(np.where(agrees, -agreed, 0.0), pairs.failure, size)
    return pairs.keep(agrees & ((agreed >= most[pairs.failure]) | ~has_other[pairs.failure]))


def _same_bore(
    pairs: CandidatePairs, failures: pd.DataFrame, pipes: pd.DataFrame, share: float
) -> tuple[Array, Array]:
    """Return which pairs have one diameter, give or take a plastic pipe's wall, and where both are known."""
    nothing = np.zeros(len(pairs.failure), dtype=bool)
    if "reported_diameter_mm" not in failures.columns or "diameter_mm" not in pipes.columns:
        return nothing, nothing
    reported = failures["reported_diameter_mm"].to_numpy(float)[pairs.failure]
    own = pipes["diameter_mm"].to_numpy(float)[pairs.pipe]
    known = np.isfinite(reported) & np.isfinite(own)
    return known & (np.abs(reported - own) <= share * np.fmax(reported, own)), known


def _same_material(pairs: CandidatePairs, failures: pd.DataFrame, pipes: pd.DataFrame) -> tuple[Array, Array]:
    """Return which pairs have one material, and of which both are known."""
    nothing = np.zeros(len(pairs.failure), dtype=bool)
    if "reported_material" not in failures.columns or "material" not in pipes.columns:
        return nothing, nothing
    reported = failures["reported_material"].reset_index(drop=True).iloc[pairs.failure]
    own = pipes["material"].reset_index(drop=True).iloc[pairs.pipe]
    says_nothing = [None, "unknown", "other"]
    known = ~(reported.isin(says_nothing) | reported.isna()).to_numpy()
    known &= ~(own.isin(says_nothing) | own.isna()).to_numpy()
    return known & (reported.to_numpy(dtype=object) == own.to_numpy(dtype=object)), known


def _same_street(pairs: CandidatePairs, failures: pd.DataFrame, pipes: pd.DataFrame) -> Array:
    """Return which pairs have the same street, compared without case and blanks."""
    if "street" not in failures.columns or "street" not in pipes.columns:
        return np.zeros(len(pairs.failure), dtype=bool)

    same = np.zeros(len(pairs.failure), dtype=bool)
    named = np.flatnonzero(failures["street"].notna().to_numpy()[pairs.failure])
    if not len(named):
        return same

    def folded(frame: pd.DataFrame, rows: Array) -> pd.Series:
        names = frame["street"].iloc[rows].astype(object).reset_index(drop=True)
        texts = names.where(names.notna(), "").astype(str).str.strip().str.casefold()
        known: pd.Series = texts.where(texts != "")
        return known

    left = folded(failures, pairs.failure[named])
    right = folded(pipes, pairs.pipe[named])
    same[named] = (left == right) & left.notna()
    return same
