"""What a survey brings into the network: nodes, pipes, and what became of each point and line."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, with_columns
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.chains import bare_points, chain_lines
from waternet_plugin.core.survey.assets.existing_nodes import (
    ExistingNodes,
    PointJoins,
    join_points,
    with_unknown,
)
from waternet_plugin.core.survey.assets.line_ends import LinePlaces, line_places
from waternet_plugin.core.survey.assets.survey_nodes import surveyed_nodes
from waternet_plugin.core.survey.assets.survey_pipes import surveyed_pipes
from waternet_plugin.core.survey.checks.line_checks import second_mentions
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.levels import line_levels
from waternet_plugin.core.survey.row_findings import RowFindings, found

# What became of a point or line.
IMPORTED, MERGED, LOST = "imported", "merged", "lost"


@dataclass(frozen=True)
class NetworkAround:
    """The network as far as a survey meets it.

    Parameters
    ----------
    nodes
        Its nodes that are in use or planned.
    pipe_ids
        Ids of all its pipes, a set.
    planned_ids
        Ids of planned pipes that the survey may make as-built.
    """

    nodes: ExistingNodes
    pipe_ids: AbstractSet[str]
    planned_ids: Collection[str] = ()


@dataclass(frozen=True)
class SurveyAssets(PlainFrames):
    """Nodes and pipes of a survey.

    Parameters
    ----------
    nodes, pipes
        Rows of ``node`` and ``pipe`` with geometry, and ``row``, the row of the survey that names each first.
    point_state, line_state
        What became of each point and line: imported, merged, lost (a line that names a rejected point).
    point_asset, line_asset
        Ids of what they became, None for nothing.
    findings
        What joins and ids bring up.
    """

    nodes: pd.DataFrame
    pipes: pd.DataFrame
    point_state: Array
    line_state: Array
    point_asset: Array
    line_asset: Array
    findings: tuple[RowFindings, ...]

    @property
    def length_m(self) -> float:
        """Length of all pipes, as given or else as drawn, m."""
        given = self.pipes["length_m"].to_numpy(float)
        drawn = shapely.length(self.pipes[GEOMETRY_COLUMN].to_numpy(object))
        return float(np.where(np.isnan(given), drawn, given).sum())


def survey_assets(
    survey: Survey, around: NetworkAround, settings: Settings, *, tolerance_m: float
) -> SurveyAssets:
    """Return the nodes and pipes that a survey makes.

    Parameters
    ----------
    survey
        Without rejected rows.
    around
        The network that it goes to.
    settings
        Thresholds in force.
    tolerance_m
        Distance in plan up to which a point joins a node of the network.
    """
    points = survey.points
    joins = join_points(
        points,
        around.nodes,
        tolerance_m=tolerance_m,
        near_m=settings.real("survey.near_node_m"),
        joining_kinds=settings.words("network.joining_kinds"),
    )
    lines, own, leader = _each_once(survey)
    places = line_places(points, lines, around.nodes, joins, tolerance_m)
    drawn = lines["vertices"].notna().to_numpy()
    complete = (places.ends >= 0).all(axis=1) | (drawn & _names_nobody(lines))
    kept = np.flatnonzero(complete)
    if len(kept) < len(lines):
        lines = lines.iloc[kept].reset_index(drop=True)
    places = LinePlaces(places.ids, places.east, places.north, places.ends[kept])
    chains = chain_lines(
        lines["pipe_id"].to_numpy(object), places.ends, _may_be_vertex(points, joins, places, around)
    )
    levels = line_levels(lines, points)
    pipes = surveyed_pipes(lines, levels, places, chains)
    frame = _with_surveyors(pipes.frame, points, lines, pipes.of_line)
    placed = points[["east", "north"]].notna().to_numpy().all(axis=1)
    first = points["first"].to_numpy() == np.arange(len(points))
    vertex = chains.is_vertex[: len(points)]
    is_node = first & placed & (joins.node < 0) & ~vertex & points["node_id"].notna().to_numpy()
    nodes = surveyed_nodes(points, np.flatnonzero(is_node))
    of_line = np.full(len(own), -1, dtype=np.int64)
    of_line[np.flatnonzero(own)[kept]] = pipes.of_line
    of_line = np.where(own, of_line, of_line[leader])
    state = np.where(of_line < 0, LOST, np.where(own, IMPORTED, MERGED)).astype(object)
    ids = with_unknown(frame["pipe_id"].to_numpy(object))
    return SurveyAssets(
        nodes,
        frame,
        np.where(is_node | (vertex & first), IMPORTED, MERGED).astype(object),
        state,
        _point_assets(points, joins, around.nodes, vertex, places, pipes.of_line, ids),
        ids[of_line],
        tuple(one for one in _findings(points, frame, joins, around) if len(one)),
    )


def _each_once(survey: Survey) -> tuple[pd.DataFrame, Array, Array]:
    """Return lines without second mentions, which lines they are, and the line that each repeats.

    The row of the other end gives the level and depth there.
    """
    lines = survey.lines
    leader = second_mentions(survey)
    own = leader < 0
    if own.all():
        return lines, own, leader
    filled = lines.copy()
    again = np.flatnonzero(~own)
    for what in ("depth_m", "level_m"):
        values = filled[f"end_{what}"].to_numpy(float).copy()
        told = lines[f"start_{what}"].to_numpy(float)[again]
        lost = np.isnan(values[leader[again]])
        values[leader[again][lost]] = told[lost]
        filled[f"end_{what}"] = values
    return filled[own].reset_index(drop=True), own, leader


def _names_nobody(lines: pd.DataFrame) -> Array:
    """Return which lines name no point at all, as drawn ones do."""
    return np.asarray((lines["start_no"].isna() & lines["end_no"].isna()).to_numpy())


def _may_be_vertex(
    points: pd.DataFrame, joins: PointJoins, places: LinePlaces, around: NetworkAround
) -> Array:
    """Return which places mark only the run of a pipe; on planned pipes points without any word do, too."""
    bare = np.zeros(len(places.ids), dtype=bool)
    marks = bare_points(points)
    if len(around.planned_ids):
        marks |= (
            points["feature"].isna() & points["appurtenance"].isna() & (points["kind"] == "junction")
        ).to_numpy()
    bare[: len(points)] = marks & (joins.node < 0)
    return bare


def _with_surveyors(
    pipes: pd.DataFrame, points: pd.DataFrame, lines: pd.DataFrame, of_line: Array
) -> pd.DataFrame:
    """Return pipes with the last day and the first surveyor of their points."""
    if not (points["surveyed_on"].notna().any() or points["surveyor"].notna().any()):
        return with_columns(
            pipes,
            verified_on=np.full(len(pipes), np.datetime64("NaT", "ns")),
            verified_by=np.full(len(pipes), None, dtype=object),
        )
    place = lines[["start", "end"]].to_numpy(np.int64).ravel()
    pipe = np.repeat(of_line, 2)
    known = place >= 0
    told = pd.DataFrame(
        {
            "pipe": pipe[known],
            "day": points["surveyed_on"].to_numpy()[place[known]],
            "name": points["surveyor"].to_numpy(object)[place[known]],
        }
    )
    groups = told.groupby("pipe")
    number = pd.RangeIndex(len(pipes))
    names = groups["name"].first().reindex(number).astype(object)
    named: pd.DataFrame = pipes.assign(
        verified_on=groups["day"].max().reindex(number).to_numpy(),
        verified_by=names.where(names.notna(), None).to_numpy(object),
    )
    return named


def _point_assets(
    points: pd.DataFrame,
    joins: PointJoins,
    nodes: ExistingNodes,
    vertex: Array,
    places: LinePlaces,
    of_line: Array,
    pipe_ids: Array,
) -> Array:
    """Return the node or, for a vertex, the pipe that each point became or joined."""
    first = points["first"].to_numpy(np.int64)
    ids = points["node_id"].to_numpy(object).copy()
    joined = joins.node >= 0
    ids[joined] = nodes.node_id[joins.node[joined]]
    pipe_at = np.full(len(places.ids), -1, dtype=np.int64)
    flat = places.ends.ravel()
    pipe_at[flat[flat >= 0]] = np.repeat(of_line, 2)[flat >= 0]
    ids[vertex] = pipe_ids[pipe_at[: len(points)][vertex]]
    return np.asarray(ids[first])


def _findings(
    points: pd.DataFrame, pipes: pd.DataFrame, joins: PointJoins, around: NetworkAround
) -> list[RowFindings]:
    first = points["first"].to_numpy() == np.arange(len(points))
    near = first & (joins.near >= 0) & (joins.taken < 0)
    ids = with_unknown(around.nodes.node_id)
    taken = first & (joins.taken >= 0)
    spots = np.append(around.nodes.places[:, :2], [[np.nan, np.nan]], axis=0)[joins.taken]
    apart = np.hypot(
        points["east"].to_numpy(float) - spots[:, 0], points["north"].to_numpy(float) - spots[:, 1]
    )
    ids_made = pipes["pipe_id"].to_numpy(object)
    pipe_taken = np.zeros(0, dtype=np.int64)
    if not around.pipe_ids.isdisjoint(ids_made):
        taken_id = np.array([one in around.pipe_ids for one in ids_made], dtype=bool)
        free = ~pipes["own_id"].isin(list(around.planned_ids)).to_numpy()
        pipe_taken = np.flatnonzero(taken_id & free)
    row = pipes["row"].to_numpy(np.int64)[pipe_taken]
    own = ids_made[pipe_taken]
    return [
        found("near_node", points, near, asset=ids[joins.near], distance=joins.distance_m),
        found("id_taken", points, taken, asset=points["node_id"].to_numpy(object), distance=apart),
        RowFindings("pipe_taken", row, np.full(len(row), None, dtype=object), {"asset": own}),
    ]
