"""Which pipes a failure without an id may belong to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.coded_columns import is_one_of
from waternet_plugin.core.health.numbered_values import numbered
from waternet_plugin.core.network.model.row_groups import gather
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings

_CHUNK = 10_000
_GRID = 2048
_PAIRS_AT_ONCE = 20_000
# How many neighbours there are in the square of a strip's width, places being spread evenly.
_PER_STRIP = 50
# What GEOS calls them.
_POINT, _LINE = 0, 1


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
    return are_placed(frame["geom"].to_numpy())


def are_placed(shapes: Array) -> Array:
    """Return which geometries have coordinates."""
    return _are_finite(shapely.bounds(shapes))


def _are_finite(bounds: Array) -> Array:
    """Return which bounds are those of a shape with coordinates: what is missing or empty has none."""
    return np.asarray(np.isfinite(bounds).all(axis=1))


def true_distance(points: Array, lines: Array) -> Array:
    """Return the distance of each point from its line in the plane of their CRS, m."""
    each = np.arange(len(points))
    x, y = shapely.get_x(points), shapely.get_y(points)
    return PairDistances.of(points, x, y, lines).between(each, each)


def _straight_ends(lines: Array) -> Array:
    """Return x and y of both ends of each line, (lines, 4), NaN where it is not straight."""
    ends = np.full((len(lines), 4), np.nan)
    vertices, row = shapely.get_coordinates(lines, return_index=True)
    count = np.bincount(row, minlength=len(lines))
    straight = (count == 2) & (shapely.get_type_id(lines) == _LINE)
    first = (np.cumsum(count) - count)[straight]
    ends[straight, :2], ends[straight, 2:] = vertices[first], vertices[first + 1]
    return ends


@dataclass(frozen=True)
class PairDistances:
    """Distances of many pairs of points and lines: most pipes are straight, which numpy does at once.

    ``xy`` is x and y of each point, ``ends`` the same of both ends of each line, NaN where it is not
    straight. Asked pair by pair GEOS takes five times as long, most of it to reach the shapes in memory.
    """

    points: Array
    lines: Array
    xy: Array
    ends: Array

    @classmethod
    def of(cls, points: Array, x: Array, y: Array, lines: Array) -> PairDistances:
        """Return the distances of some points, whose places are known, and lines."""
        return cls(points, lines, np.stack([x, y], axis=1), _straight_ends(lines))

    def between(self, point: Array, line: Array) -> Array:
        """Return the distance of each pair, by rows of the points and of the lines, m."""
        distance = np.empty(len(point))
        # What a few pairs need stays in the processor's own memory.
        for begin in range(0, len(point), _PAIRS_AT_ONCE):
            some = slice(begin, begin + _PAIRS_AT_ONCE)
            distance[some] = self._between(point[some], line[some])
        return distance

    def _between(self, point: Array, line: Array) -> Array:
        x, y = self.xy[point].T
        start_x, start_y, end_x, end_y = self.ends[line].T
        from_x, from_y, along_x, along_y = x - start_x, y - start_y, end_x - start_x, end_y - start_y
        # What GEOS computes, step by step, so that the numbers are the same.
        square = along_x * along_x + along_y * along_y
        # Of a line without extent this is no number.
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (from_x * along_x + from_y * along_y) / square
            distance = np.abs((from_x * along_y - from_y * along_x) / square) * np.sqrt(square)
        before, beyond = share <= 0.0, share >= 1.0
        distance[before] = np.sqrt(from_x[before] * from_x[before] + from_y[before] * from_y[before])
        to_x, to_y = x[beyond] - end_x[beyond], y[beyond] - end_y[beyond]
        distance[beyond] = np.sqrt(to_x * to_x + to_y * to_y)
        rest = np.flatnonzero(np.isnan(distance))
        # GEOS flags lines without extent (both ends in one place) as invalid; their distance is right.
        with np.errstate(invalid="ignore"):
            distance[rest] = shapely.distance(self.points[point[rest]], self.lines[line[rest]])
        return np.asarray(distance)


def _may_fail(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return the pipes that a leak found by its place may lie on, those without a line too.

    Leaks are those of pressure pipes: a drain beside one never gets them. Planned pipes and connectors
    have none.
    """
    return np.asarray(
        is_one_of(pipes["system"], settings.words("health.rated_systems"))
        & ~is_one_of(pipes["status"], ("planned",))
        & ~is_one_of(pipes["function"], ("connector",))
    )


def _reach(radius_m: float) -> float:
    """Return a radius a hair wider, so that rounding never loses a pair at exactly it."""
    return radius_m * (1 + 1e-9) + 1e-6


def boxes_near(boxes: Array, x: Array, y: Array, radius_m: float) -> Array:
    """Return which boxes may lie within a radius of a place: all that do, and a few more.

    A grid counts the places; four of its running sums tell of each box whether its cells hold any. That is
    far quicker than asking a tree for each of a million lines.
    """
    low = np.array([x.min(), y.min()])
    span = np.maximum(np.array([x.max(), y.max()]) - low, 1.0)
    # Cells smaller than the radius tell no more.
    shape = np.clip(np.ceil(span / max(radius_m, 1e-3)), 1, _GRID).astype(int)
    size = span / shape
    column, row = (
        np.minimum(((values - start) / step).astype(int), last - 1)
        for values, start, step, last in zip((x, y), low, size, shape)
    )
    sums = np.zeros(shape + 1, dtype=np.int32)
    sums[1:, 1:] = np.bincount(column * shape[1] + row, minlength=shape.prod()).reshape(shape)
    sums.cumsum(axis=0, out=sums).cumsum(axis=1, out=sums)
    reach = _reach(radius_m)
    # Column by column: along short rows NumPy is slow.
    left, lower, right, upper = (
        np.clip((boxes[:, side] + offset) / size[side % 2], 0, shape[side % 2]).astype(np.intp)
        for side, offset in enumerate((*(-reach - low), *(reach - low + size)))
    )
    box_counts = sums[right, upper] - sums[left, upper] - sums[right, lower] + sums[left, lower]
    return np.asarray(box_counts > 0)


def _by_strips(x: Array, y: Array) -> Array:
    """Return the rows of places strip by strip from west to east, each from south to north."""
    # Strips about as wide as some neighbours lie apart.
    width_m = max(np.ptp(x) / np.sqrt(len(x) / _PER_STRIP), 1e-3)
    return np.asarray(np.lexsort((y, ((x - x.min()) / width_m).astype(np.int32))))


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
    if "geom" not in failures.columns or "geom" not in pipes.columns:
        return nothing
    points = failures["geom"].to_numpy()[rows]
    x, y = shapely.get_x(points), shapely.get_y(points)
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not len(placed):
        return nothing
    # Neighbours one after the other: they meet lines that the processor has still at hand.
    placed = placed[_by_strips(x[placed], y[placed])]
    rows, points, x, y = (values[placed] for values in (rows, points, x, y))
    where = np.flatnonzero(_may_fail(pipes, settings))
    lines = pipes["geom"].to_numpy()[where]
    bounds = shapely.bounds(lines)
    drawn = np.flatnonzero(_are_finite(bounds))
    if len(points) < len(drawn):
        drawn = drawn[boxes_near(bounds if len(drawn) == len(bounds) else bounds[drawn], x, y, radius_m)]
    where, lines = where[drawn], lines[drawn]
    if not len(lines):
        return nothing
    # The true distance decides which of those that meet in boxes: a tree that is asked for distances itself
    # takes three times as long.
    reach = _reach(radius_m)
    around = shapely.box(x - reach, y - reach, x + reach, y + reach)
    tree = shapely.STRtree(lines)
    met: list[Array] = []
    for start in range(0, len(points), _CHUNK):
        progress.at(start / len(points))
        met.append(tree.query(around[start : start + _CHUNK]) + np.array([[start], [0]]))
    point, line = np.concatenate(met, axis=1)
    # Of the others the vertices are not asked for.
    lines_met, line_met = numbered(line)
    distance = PairDistances.of(points, x, y, lines[lines_met]).between(point, line_met)
    inside = distance <= radius_m
    failure, pipe, distance = rows[point[inside]], where[line[inside]], distance[inside]

    date = failures["date"].to_numpy("datetime64[ns]")[failure]
    retired = pipes["retired_on"].to_numpy("datetime64[ns]")[pipe]
    laid = pipes["install_year"].to_numpy(float)[pipe]
    # Comparing with an unknown date or year is False: unknown is not a reason to leave a pipe out.
    in_time = ~(retired < date)
    young = laid > _year_of(date)
    order = _in_order(failure, distance, pipe, pipes["pipe_id"].to_numpy(dtype=object))
    pairs = CandidatePairs(failure[order], pipe[order], distance[order], young[order])
    return pairs.keep(in_time[order])


def _in_order(failure: Array, distance_m: Array, pipe: Array, pipe_ids: Array) -> Array:
    """Return the rows of pairs by failure and distance, by the pipe's id where distances are the same.

    So the order of rows never shows. Ids are sorted for those alone: that takes long.
    """
    # Counting what is sorted by distance takes half the time of sorting by both.
    order = np.argsort(distance_m)
    order = order[gather(failure[order], int(failure.max(initial=-1)) + 1)[1]]
    repeated = np.zeros(len(order), dtype=bool)
    repeated[1:] = (np.diff(failure[order]) == 0) & (np.diff(distance_m[order]) == 0.0)
    if not repeated.any():
        return np.asarray(order)
    repeated[:-1] |= repeated[1:]
    alike = np.unique(pipe[order[repeated]])
    by_id = np.zeros(len(pipe_ids), dtype=np.int64)
    by_id[alike[np.argsort(pipe_ids[alike], kind="stable")]] = np.arange(len(alike))
    return np.asarray(np.lexsort((by_id[pipe], distance_m, failure)))


def _year_of(date: Array) -> Array:
    """Return the year of each date, NaN where unknown."""
    years = date.astype("datetime64[Y]").astype(float) + 1970.0
    years[np.isnat(date)] = np.nan
    return years


def group_min(values: Array, groups: Array, size: int) -> Array:
    """Return the least value of each group, infinity for none; groups are in rising order."""
    least = np.full(size, np.inf)
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    if len(first):
        least[groups[first]] = np.minimum.reduceat(values, first)
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
