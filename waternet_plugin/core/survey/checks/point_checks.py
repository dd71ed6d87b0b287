"""Checks of surveyed points: numbers that are one or restart, places, neighbours, accuracy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.row_findings import RowFindings, found
from waternet_plugin.core.survey.same_points import SAME_M, is_merged
from waternet_plugin.core.survey.work_order import WorkOrder

# Cells of this size stand for their points where a distance far larger than it is asked for, m.
_CELL_M = 100.0


def point_findings(survey: Survey, settings: Settings, work: WorkOrder) -> list[RowFindings]:
    """Return what is wrong with the points of a survey.

    Parameters
    ----------
    survey
        With its points in the network's coordinates.
    work
        Where and when it is measured.
    """
    points = survey.points
    if not len(points):
        return []
    findings = [
        _without_place(points),
        _numbers_again(survey),
        *_roles(points),
        *_neighbours(points, settings),
        _far(points, settings),
        *_accuracy(points, settings),
        found("not_fixed", points, points["solution"].notna().to_numpy(), text=points["solution"]),
        *_outside(points, work),
        _map_numbers(points),
        _zero_heights(points),
    ]
    return [finding for finding in findings if len(finding)]


def _without_place(points: pd.DataFrame) -> RowFindings:
    east, north = points["east"].to_numpy(float), points["north"].to_numpy(float)
    lost = ~(np.isfinite(east) & np.isfinite(north))
    return found("no_place", points, lost & ~is_merged(points))


def _numbers_again(survey: Survey) -> RowFindings:
    """Return points whose number stands at another place or height too: it restarts, or is wrong."""
    points = survey.points
    first = points["first"].to_numpy(np.int64)
    later = np.flatnonzero((first != np.arange(len(points))) & ~is_merged(points))
    # Nobody knows which of them is right: the first is named with its first other place.
    _firsts, at = np.unique(first[later], return_index=True)
    wrong = np.concatenate([_firsts, later])
    other = np.concatenate([later[at], first[later]])
    row, file = points["row"].to_numpy(np.int64), points["file"].to_numpy(np.int64)
    names = np.array(survey.file_names, dtype=object)
    offered = [offered_prefix(str(names[file[index]])) for index in wrong]
    finding = found("number_again", points, wrong)
    values = {
        "place": _place_texts(points, wrong),
        "other": _place_texts(points, other),
        "file": names[file[other]],
        "row": survey.rows["row_no"].to_numpy(np.int64)[row[other]].astype(object),
        "prefix": np.array(offered, dtype=object),
        "point": points["point_no"].to_numpy(object)[wrong],
    }
    return RowFindings(finding.rule, finding.row, finding.point_no, values)


def offered_prefix(file_name: str) -> str:
    """Return the prefix that tells the numbers of a file from those of others: its name and a hyphen."""
    stem = file_name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or file_name
    return f"{stem}-"


def _place_texts(points: pd.DataFrame, rows: Array) -> Array:
    east, north = (points[name].to_numpy(float)[rows] for name in ("east", "north"))
    texts = np.empty(len(rows), dtype=object)
    texts[:] = [f"{x:.3f}, {y:.3f}" for x, y in zip(east, north)]
    return texts


def _roles(points: pd.DataFrame) -> list[RowFindings]:
    """Return points with both or neither of feature and appurtenance, in files that have both columns."""
    feature, appurtenance = points["feature"].notna(), points["appurtenance"].notna()
    file = points["file"].to_numpy(np.int64)
    size = int(file.max()) + 1
    has_both = (np.bincount(file[feature], minlength=size) > 0) & (
        np.bincount(file[appurtenance], minlength=size) > 0
    )
    applies = has_both[file] & ~is_merged(points)
    both, neither = (feature & appurtenance).to_numpy(), (~feature & ~appurtenance).to_numpy()
    return [
        found("feature_and_appurtenance", points, applies & both),
        found("no_feature", points, applies & neither),
    ]


def _neighbours(points: pd.DataFrame, settings: Settings) -> list[RowFindings]:
    """Return points of different numbers at one place, and pairs that lie very near to each other."""
    east, north, height = (points[name].to_numpy(float) for name in ("east", "north", "h"))
    own = (points["first"].to_numpy() == np.arange(len(points))) & np.isfinite(east) & np.isfinite(north)
    rows = np.flatnonzero(own)
    near_m = settings.real("survey.close_pair_m")
    if len(rows) < 2:
        return []
    pairs = cKDTree(np.column_stack([east[rows], north[rows]])).query_pairs(near_m, output_type="ndarray")
    pairs = np.sort(pairs, axis=1)
    first, second = rows[pairs[:, 0]], rows[pairs[:, 1]]
    apart = np.hypot(east[first] - east[second], north[first] - north[second])
    with np.errstate(invalid="ignore"):
        level = np.abs(height[first] - height[second]) <= SAME_M
    level |= np.isnan(height[first]) & np.isnan(height[second])
    same = (apart <= SAME_M) & level
    numbers = points["point_no"].to_numpy(object)
    found_ = []
    for rule, mask in (("same_place", same), ("close_pair", ~same)):
        finding = found(rule, points, second[mask])
        values = {"other": numbers[first[mask]], "distance": apart[mask]}
        found_.append(RowFindings(rule, finding.row, finding.point_no, values))
    return found_


def _far(points: pd.DataFrame, settings: Settings) -> RowFindings:
    """Return points that lie far from the bulk of the survey."""
    reach = settings.real("survey.jump_m")
    east, north = points["east"].to_numpy(float), points["north"].to_numpy(float)
    known = np.flatnonzero(np.isfinite(east) & np.isfinite(north))
    if len(known) < 2:
        return found("far_from_others", points, np.zeros(0, dtype=np.int64))
    column, line = (np.floor(along[known] / _CELL_M).astype(np.int64) for along in (east, north))
    number = (column - column.min()) * (int(line.max() - line.min()) + 1) + line - line.min()
    cells, at, cell = np.unique(number, return_index=True, return_inverse=True)
    east_north = np.column_stack([east[known][at], north[known][at]])
    pairs = cKDTree(east_north).query_pairs(reach + _CELL_M * math.sqrt(2) / 2, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(cells), len(cells)))
    _count, group = connected_components(links, directed=False)
    sizes = np.bincount(group[cell])
    away = np.flatnonzero(group[cell] != sizes.argmax())
    middle = np.array([np.median(east[known]), np.median(north[known])])
    distance = np.hypot(east - middle[0], north - middle[1])
    return found("far_from_others", points, known[away], distance=distance)


def _accuracy(points: pd.DataFrame, settings: Settings) -> list[RowFindings]:
    """Return points that the receiver measured less exactly than a survey has to be."""
    findings = []
    for name, key in (("h_rms", "survey.plane_rms_m"), ("v_rms", "survey.height_rms_m")):
        value, most = points[name].to_numpy(float), settings.real(key)
        with np.errstate(invalid="ignore"):
            findings.append(found("inaccurate", points, value > most, value=value, most=most))
    return findings


def _outside(points: pd.DataFrame, work: WorkOrder) -> list[RowFindings]:
    """Return points outside the area and the days of the work order."""
    findings = []
    if work.area is not None:
        east, north = points["east"].to_numpy(float), points["north"].to_numpy(float)
        known = np.isfinite(east) & np.isfinite(north)
        beyond = np.zeros(len(points))
        shapely.prepare(work.area)
        beyond[known] = shapely.distance(work.area, shapely.points(east[known], north[known]))
        findings.append(found("outside_work_area", points, beyond > 0, distance=beyond))
    day = points["surveyed_on"].to_numpy().astype("datetime64[D]")
    early = np.zeros(len(day), dtype=bool) if work.first is None else day < np.datetime64(work.first)
    late = np.zeros(len(day), dtype=bool) if work.last is None else day > np.datetime64(work.last)
    if (early | late).any():
        limits = {"first": str(work.first or "…"), "last": str(work.last or "…")}
        findings.append(found("outside_work_window", points, early | late, day=day.astype(str), **limits))
    return findings


def _map_numbers(points: pd.DataFrame) -> RowFindings:
    """Return points whose number on the map is another one."""
    shown = points["map_no"].to_numpy(object)
    differs = pd.notna(shown) & (shown != points["point_no"].to_numpy(object))
    return found("map_no_differs", points, differs, map_no=shown)


def _all_zero(points: pd.DataFrame, name: str) -> Array:
    """Return the points with a height of files in which this column says 0 and nothing else."""
    height, file = points[name].to_numpy(float), points["file"].to_numpy(np.int64)
    is_known = np.isfinite(height)
    zero = np.zeros(len(points), dtype=bool)
    for number in np.unique(file[is_known]):
        rows = is_known & (file == number)
        zero |= rows & (rows.sum() > 1) & bool((height[rows] == 0).all())
    return zero


def _zero_heights(points: pd.DataFrame) -> RowFindings:
    """Return the first point of files whose heights are all zero: none was measured."""
    rows = np.flatnonzero(_all_zero(points, "h") | _all_zero(points, "ground_m"))
    _files, first = np.unique(points["file"].to_numpy(np.int64)[rows], return_index=True)
    return found("heights_zero", points, rows[first])


def without_zero_heights(points: pd.DataFrame) -> pd.DataFrame:
    """Return points whose heights are unknown where those of their file are all zero."""
    heights = {name: points[name].where(~_all_zero(points, name)) for name in ("h", "ground_m")}
    return with_columns(points, **heights)
