"""Points that tables of lines place by the coordinates of both ends: alike ends are one point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.survey.joint_survey import Survey, with_places
from waternet_plugin.core.survey.records import SIDES
from waternet_plugin.core.survey.row_findings import RowFindings, found
from waternet_plugin.core.survey.same_points import is_merged, with_all_told

# Other ground at one point than this is another level, not another rounding, m.
_LEVEL_M = 0.011


def with_end_points(survey: Survey, tolerance_m: float, taken: Iterable[str] = ()) -> Survey:
    """Return a survey whose lines name the points at their ends, ends that are alike as one point.

    Ends of one number within the tolerance are one; so are ends without numbers of one system, which take
    the number of the point that lies there, or the next number of their system.

    Parameters
    ----------
    survey
        In the network's coordinates.
    tolerance_m
        Distance in plan up to which ends are one point.
    taken
        Ids of the network's nodes, which new numbers leave out.
    """
    if not survey.points["end"].notna().any():
        return survey
    named = _numbered(survey, tolerance_m, taken)
    points = _drawn_together(named.points, tolerance_m)
    differs = _other_levels(survey, points)
    findings = (*survey.findings, *differs) if len(differs[0]) else survey.findings
    return replace(named, points=with_all_told(points), findings=findings)


def _numbered(survey: Survey, tolerance_m: float, taken: Iterable[str]) -> Survey:
    """Return a survey whose ends without numbers have one, by their place and system."""
    points, lines = survey.points, survey.lines
    placed = points[["east", "north"]].notna().to_numpy().all(axis=1)
    number, node_id = (points[name].to_numpy(object).copy() for name in ("point_no", "node_id"))
    lost = pd.isna(number)
    rows = np.flatnonzero(placed & (~lost | points["end"].notna().to_numpy()))
    if not lost[rows].any():
        return survey
    system = points["system"].to_numpy(object)
    _, group = connected_components(_near(points.iloc[rows], tolerance_m), directed=False)
    known = rows[~lost[rows]]
    # The first point of a place that has a number gives it to the others there.
    of_group = dict(zip(group[~lost[rows]][::-1].tolist(), known[::-1].tolist()))
    fresh = _NextNumbers([*taken, *number[~lost].tolist(), *node_id[~lost].tolist()])
    for row, place in zip(rows.tolist(), group.tolist()):
        if not lost[row]:
            continue
        if place not in of_group:
            of_group[place] = row
            number[row] = node_id[row] = fresh.of(system[row])
        number[row], node_id[row] = number[of_group[place]], node_id[of_group[place]]
    points = with_columns(points, point_no=number, node_id=node_id)
    return with_places(survey, points, _naming(lines, points))


def _naming(lines: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Return lines that name the points at their ends."""
    changed: dict[str, Array] = {}
    for side in SIDES:
        own = points[(points["end"] == side) & points["point_no"].notna()].set_index("row")
        for name, source in ((f"{side}_no", "point_no"), (f"{side}_id", "node_id")):
            values = own[source].reindex(lines["row"].to_numpy(np.int64)).to_numpy(object)
            changed[name] = np.where(lines[name].isna(), values, lines[name].to_numpy(object))
            changed[name][pd.isna(changed[name])] = None
    return with_columns(lines, **changed)


def _near(points: pd.DataFrame, tolerance_m: float) -> coo_matrix:
    """Return which points of one system lie within the tolerance of each other, (points, points)."""
    east_north = points[["east", "north"]].to_numpy(float)
    pairs = cKDTree(east_north).query_pairs(tolerance_m * (1 + 1e-9), output_type="ndarray")
    system = points["system"].to_numpy(object)
    first, second = system[pairs[:, 0]], system[pairs[:, 1]]
    pairs = pairs[(first == second) | pd.isna(first) | pd.isna(second)]
    return coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)


class _NextNumbers:
    """The next numbers of each system, such as WS12, which nothing has."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken, self._last = frozenset(taken), dict[str, int]()

    def of(self, system: object) -> str:
        """Return the next number of a system, None for an unknown one."""
        known = domain("system").get(str(system))
        prefix = known.standard_code if known is not None else "P"
        number = self._last.get(prefix, 0) + 1
        while f"{prefix}{number}" in self._taken:
            number += 1
        self._last[prefix] = number
        return f"{prefix}{number}"


def _drawn_together(points: pd.DataFrame, tolerance_m: float) -> pd.DataFrame:
    """Return points whose ends of one number stand where the first of that number does, if it is near."""
    east, north, height = (points[name].to_numpy(float).copy() for name in ("east", "north", "h"))
    first = points["first"].to_numpy(np.int64)
    with np.errstate(invalid="ignore"):
        near = np.hypot(east - east[first], north - north[first]) <= tolerance_m * (1 + 1e-9)
        # What was rounded differently is one height; another one is named as such.
        level = np.abs(height - height[first]) <= _LEVEL_M
    rows = np.flatnonzero(near & points["end"].notna().to_numpy())
    east[rows], north[rows] = east[first[rows]], north[first[rows]]
    rows = rows[level[rows]]
    height[rows] = height[first[rows]]
    return with_columns(points, east=east, north=north, h=height)


def _other_levels(survey: Survey, points: pd.DataFrame) -> tuple[RowFindings]:
    """Return ends that give another ground than the first of their number."""
    first, level = points["first"].to_numpy(np.int64), points["ground_m"].to_numpy(float)
    with np.errstate(invalid="ignore"):
        differs = is_merged(points) & (np.abs(level - level[first]) > _LEVEL_M)
    differs &= points["end"].notna().to_numpy()
    rows = survey.rows["row_no"].to_numpy(object)[points["row"].to_numpy(np.int64)[first]]
    finding = found(
        "ground_again",
        points,
        differs,
        point=points["point_no"].to_numpy(object),
        ground=level,
        other=level[first],
        row=rows,
    )
    return (finding,)
