"""Where the lines of a survey begin and end: at its points, at nodes of the network, or in the open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.survey.assets.existing_nodes import ExistingNodes, PointJoins
from waternet_plugin.core.survey.joint_survey import Survey, with_places

# Points of several systems may stand at one place.
_MOST = 8


def with_drawn_ends(survey: Survey, tolerance_m: float) -> Survey:
    """Return a survey whose drawn lines without numbers name the points that their ends lie at.

    Parameters
    ----------
    survey
        In the network's coordinates.
    tolerance_m
        Distance up to which the end of a line is at a point of its system.
    """
    points, lines = survey.points, survey.lines
    nameless = (lines["start_no"].isna() & lines["end_no"].isna()).to_numpy()
    rows = np.flatnonzero(nameless & lines["vertices"].notna().to_numpy())
    east_north = points[["east", "north"]].to_numpy(float)
    own = points["first"].to_numpy(np.int64) == np.arange(len(points))
    known = np.flatnonzero(own & points["node_id"].notna().to_numpy() & np.isfinite(east_north).all(axis=1))
    if not len(rows) or not len(known):
        return survey
    tree = cKDTree(east_north[known])
    vertices, system = lines["vertices"].to_numpy(object)[rows], points["system"].to_numpy(object)
    at_point = np.full((len(rows), 2), -1, dtype=np.int64)
    for column, at in enumerate((0, -1)):
        spots = np.array([vertex[at][:2] for vertex in vertices], dtype=float)
        apart, near = tree.query(
            spots, k=min(_MOST, len(known)), distance_upper_bound=tolerance_m * (1 + 1e-9)
        )
        apart, near = apart.reshape(len(rows), -1), near.reshape(len(rows), -1)
        point = known[np.minimum(near, len(known) - 1)]
        its, theirs = lines["system"].to_numpy(object)[rows][:, None], system[point]
        fits = np.isfinite(apart) & (pd.isna(its) | pd.isna(theirs) | (its == theirs))
        chosen = point[np.arange(len(rows)), fits.argmax(axis=1)]
        at_point[:, column] = np.where(fits.any(axis=1), chosen, -1)
    # A ring begins and ends at one point, which is no fault of a drawing.
    at_point[at_point[:, 0] == at_point[:, 1]] = -1
    changed: dict[str, Array] = {}
    for side, column in (("start", 0), ("end", 1)):
        hit = at_point[:, column] >= 0
        for name, source in ((f"{side}_no", "point_no"), (f"{side}_id", "node_id")):
            values = lines[name].to_numpy(object).copy()
            values[rows[hit]] = points[source].to_numpy(object)[at_point[hit, column]]
            changed[name] = values
    return with_places(survey, points, with_columns(lines, **changed))


@dataclass(frozen=True)
class LinePlaces:
    """The places that lines can end at: points of the survey, then nodes of the network.

    ``ids`` are the ids of the nodes there (object), ``east``, ``north`` m; ``ends`` are (lines, 2) places, -1
    for an end that no node stands at.
    """

    ids: Array
    east: Array
    north: Array
    ends: Array


def line_places(
    points: pd.DataFrame,
    lines: pd.DataFrame,
    nodes: ExistingNodes,
    joins: PointJoins,
    tolerance_m: float,
) -> LinePlaces:
    """Return where lines end.

    Parameters
    ----------
    points, lines
        Of a `Survey`.
    nodes
        Of the network.
    joins
        Which points are nodes of the network.
    tolerance_m
        Distance up to which the end of a drawn line without numbers is at a point or node.
    """
    count = len(points)
    ids = np.concatenate([points["node_id"].to_numpy(object), nodes.node_id])
    east = np.concatenate([points["east"].to_numpy(float), nodes.places[:, 0]])
    north = np.concatenate([points["north"].to_numpy(float), nodes.places[:, 1]])
    stands_for = np.arange(len(ids))
    first = points["first"].to_numpy(np.int64)
    # A drawing of lines alone in an empty network has no place at all, and -1 stays none.
    stands_for[:count] = np.where(joins.node[first] >= 0, count + joins.node[first], first)
    ends = np.full((len(lines), 2), -1, dtype=np.int64)
    for column, side in enumerate(("start", "end")):
        own = lines[side].to_numpy(np.int64)
        end_xy = own.copy()
        rest = np.flatnonzero(own < 0)
        if len(nodes) and len(rest):
            named = nodes.row_of(lines[f"{side}_id"].to_numpy(object)[rest])
            end_xy[rest] = np.where(named >= 0, count + named, -1)
        ends[:, column] = np.append(stands_for, -1)[end_xy]
    _settle_drawn(lines, ends, np.column_stack([east, north]), stands_for, tolerance_m)
    return LinePlaces(ids, east, north, ends)


def _settle_drawn(
    lines: pd.DataFrame, ends: Array, east_north: Array, stands_for: Array, tolerance_m: float
) -> None:
    """Give drawn lines without numbers the places that their ends lie at."""
    vertices = lines["vertices"].to_numpy(object)
    loose = np.flatnonzero((ends < 0).any(axis=1) & pd.notna(vertices))
    known = np.flatnonzero(np.isfinite(east_north).all(axis=1))
    if not len(loose) or not len(known):
        return
    tree = cKDTree(east_north[known])
    for column, at in ((0, 0), (1, -1)):
        rows = loose[ends[loose, column] < 0]
        if not len(rows):
            continue
        spots = np.array([vertices[row][at][:2] for row in rows], dtype=float)
        apart, near = tree.query(spots, distance_upper_bound=tolerance_m * (1 + 1e-9))
        hit = np.isfinite(apart)
        ends[rows[hit], column] = stands_for[known[near[hit]]]
