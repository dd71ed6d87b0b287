"""What a survey brings into the network: nodes, pipes, and what became of each point and line."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, made_of, with_columns
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.chains import bare_points, chain_lines
from waternet_plugin.core.survey.assets.existing_nodes import (
    ExistingNodes,
    PointJoins,
    join_points,
    with_unknown,
)
from waternet_plugin.core.survey.assets.existing_pipes import (
    ExistingPipes,
    LinesOnPipes,
    lines_on_pipes,
)
from waternet_plugin.core.survey.assets.line_ends import LinePlaces, line_places
from waternet_plugin.core.survey.assets.line_rechecks import CODES, SIZES, attribute_differences
from waternet_plugin.core.survey.assets.survey_pipes import surveyed_pipes
from waternet_plugin.core.survey.checks.line_checks import second_mentions
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.line_levels import ground_levels, line_levels
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
    pipes
        Its pipes in use around the survey: a line that is laid on one of them is not laid again.
    """

    nodes: ExistingNodes
    pipe_ids: AbstractSet[str]
    planned_ids: Collection[str] = ()
    pipes: ExistingPipes = field(default_factory=ExistingPipes)


@dataclass(frozen=True)
class Meeting:
    """A node on the middle of a pipe of the network, which it splits; ``xyz_m`` is its place, z unknown."""

    pipe_id: str
    node_id: str
    xyz_m: Array


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
    meets
        Nodes that stand on pipes which lines are laid on, and split them: pipe_id, node_id and the place.
    """

    nodes: pd.DataFrame
    pipes: pd.DataFrame
    point_state: Array
    line_state: Array
    point_asset: Array
    line_asset: Array
    findings: tuple[RowFindings, ...]
    meets: tuple[Meeting, ...] = ()

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
    laid = lines_on_pipes(
        lines,
        places,
        around.pipes,
        nodes_from=len(points),
        tolerance_m=tolerance_m,
        near_m=settings.real("survey.near_node_m"),
        planned_ids=around.planned_ids,
    )
    on_network = _OnNetwork(points, places, laid.on, around.pipes)
    drawn = lines["vertices"].notna().to_numpy()
    complete = (places.ends >= 0).all(axis=1) | (drawn & _names_nobody(lines))
    complete_rows = np.flatnonzero(complete & (laid.on < 0))
    line_findings = [*_laid_again(lines, laid, around.pipes), _too_long(lines, places, settings)]
    if len(complete_rows) < len(lines):
        lines = lines.iloc[complete_rows].reset_index(drop=True)
    places = LinePlaces(places.ids, places.east, places.north, places.ends[complete_rows])
    chains = chain_lines(
        lines["pipe_id"].to_numpy(object), places.ends, _may_be_vertex(points, joins, places, around)
    )
    pipes = surveyed_pipes(lines, line_levels(lines, points), places, chains, around.pipe_ids)
    frame = _with_surveyors(pipes.frame, points, lines, pipes.of_line)
    placed = points[["east", "north"]].notna().to_numpy().all(axis=1)
    first = points["first"].to_numpy() == np.arange(len(points))
    vertex = chains.is_vertex[: len(points)]
    is_node = first & placed & (joins.node < 0) & ~vertex & points["node_id"].notna().to_numpy()
    passed = on_network.passed(bare_points(points) | _wordless(points), places)
    is_node &= passed < 0
    nodes = _surveyed_nodes(points, np.flatnonzero(is_node))
    of_line = np.full(len(own), -1, dtype=np.int64)
    of_line[np.flatnonzero(own)[complete_rows]] = pipes.of_line
    of_line = np.where(own, of_line, of_line[leader])
    on = np.full(len(own), -1, dtype=np.int64)
    on[np.flatnonzero(own)] = laid.on
    on = np.where(own, on, on[leader])
    state = np.where(of_line < 0, LOST, np.where(own, IMPORTED, MERGED)).astype(object)
    state[on >= 0] = MERGED
    ids = with_unknown(frame["pipe_id"].to_numpy(object))
    known_ids = with_unknown(around.pipes.of("pipe_id"))
    point_asset = _point_assets(points, joins, around.nodes, vertex, places, pipes.of_line, ids)
    return SurveyAssets(
        nodes,
        frame,
        np.where(is_node | (vertex & first), IMPORTED, MERGED).astype(object),
        state,
        np.where(passed >= 0, known_ids[passed], point_asset)[points["first"].to_numpy(np.int64)],
        np.where(on >= 0, known_ids[on], ids[of_line]),
        tuple(
            finding for finding in (*_findings(points, frame, joins, around), *line_findings) if len(finding)
        ),
        on_network.meetings(is_node),
    )


class _OnNetwork:
    """The points at which lines end that are laid on pipes of the network."""

    def __init__(self, points: pd.DataFrame, places: LinePlaces, on: Array, pipes: ExistingPipes) -> None:
        self.points, self.pipes = points, pipes
        # The pipe on which lines at each point are laid, -1 for none.
        self.pipe = np.full(len(points) + 1, -1, dtype=np.int64)
        rows = np.flatnonzero(on >= 0)
        ends = places.ends[rows]
        inside = (ends >= 0) & (ends < len(points))
        self.pipe[ends[inside]] = np.repeat(on[rows], 2).reshape(-1, 2)[inside]
        self.pipe[-1] = -1

    def passed(self, may_be_vertex: Array, left: LinePlaces) -> Array:
        """Return the pipe that each point only marks the run of, -1 where a point is more than that."""
        used = np.zeros(len(self.points) + 1, dtype=bool)
        ends = left.ends.ravel()
        used[ends[ends < len(self.points)]] = True
        return np.where(may_be_vertex & ~used[:-1], self.pipe[:-1], -1)

    def meetings(self, is_node: Array) -> tuple[Meeting, ...]:
        """Return the new nodes on pipes, which these get an end at."""
        meets = []
        rows = np.flatnonzero(is_node & (self.pipe[:-1] >= 0))
        ids, names = self.points["node_id"].to_numpy(object), self.pipes.of("pipe_id")
        east_north = self.points[["east", "north"]].to_numpy(float)
        for row in rows.tolist():
            xyz = np.array([*east_north[row], np.nan])
            meets.append(Meeting(str(names[self.pipe[row]]), str(ids[row]), xyz))
        return tuple(meets)


def _laid_again(lines: pd.DataFrame, laid: LinesOnPipes, pipes: ExistingPipes) -> list[RowFindings]:
    """Return what lines laid on pipes say otherwise than these, and lines that run beside a pipe."""
    known_ids = with_unknown(pipes.of("pipe_id"))
    findings = [found("beside_pipe", lines, laid.beside >= 0, asset=known_ids[laid.beside])]
    if (laid.on >= 0).any():
        findings += attribute_differences(lines, pipes.frame, laid.on, (*CODES, *SIZES))
    return findings


def _too_long(lines: pd.DataFrame, places: LinePlaces, settings: Settings) -> RowFindings:
    """Return lines so long that one of their ends is wrong, wherever their ends come from."""
    spots = np.column_stack([np.append(places.east, np.nan), np.append(places.north, np.nan)])
    ends = spots[places.ends]
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    drawn = lines["vertices"].to_numpy(object)
    for row in np.flatnonzero(pd.notna(drawn)):
        steps = np.diff(np.asarray(drawn[row], dtype=float)[:, :2], axis=0)
        length[row] = np.nanmax([length[row], np.hypot(*steps.T).sum()])
    with np.errstate(invalid="ignore"):
        too_long = length > settings.real("survey.longest_line_m")
    return found("line_too_long", lines, too_long, length=length)


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
        repeated = lines[f"start_{what}"].to_numpy(float)[again]
        lost = np.isnan(values[leader[again]])
        values[leader[again][lost]] = repeated[lost]
        filled[f"end_{what}"] = values
    return filled[own].reset_index(drop=True), own, leader


def _names_nobody(lines: pd.DataFrame) -> Array:
    """Return which lines name no point, as drawn ones do, or none that is not there."""
    lost = [(lines[f"{side}_no"].notna() & (lines[side] < 0)).to_numpy() for side in ("start", "end")]
    return ~np.asarray(lost[0] | lost[1])


def _may_be_vertex(
    points: pd.DataFrame, joins: PointJoins, places: LinePlaces, around: NetworkAround
) -> Array:
    """Return which places mark only the run of a pipe; on planned pipes points without any word do, too."""
    bare = np.zeros(len(places.ids), dtype=bool)
    marks = bare_points(points)
    if len(around.planned_ids):
        marks |= _wordless(points)
    bare[: len(points)] = marks & (joins.node < 0)
    return bare


def _wordless(points: pd.DataFrame) -> Array:
    """Return which points are told to be nothing in particular."""
    silent = points["feature"].isna() & points["appurtenance"].isna() & (points["kind"] == "junction")
    return np.asarray(silent.to_numpy())


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
    point = lines[["start", "end"]].to_numpy(np.int64).ravel()
    pipe = np.repeat(of_line, 2)
    known = point >= 0
    surveyors = pd.DataFrame(
        {
            "pipe": pipe[known],
            "day": points["surveyed_on"].to_numpy()[point[known]],
            "name": points["surveyor"].to_numpy(object)[point[known]],
        }
    )
    groups = surveyors.groupby("pipe")
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
        taken_id = np.array([made_id in around.pipe_ids for made_id in ids_made], dtype=bool)
        free = ~pipes["own_id"].isin(list(around.planned_ids)).to_numpy()
        pipe_taken = np.flatnonzero(taken_id & free)
    row = pipes["row"].to_numpy(np.int64)[pipe_taken]
    own = ids_made[pipe_taken]
    return [
        found("near_node", points, near, asset=ids[joins.near], distance=joins.distance_m),
        found("id_taken", points, taken, asset=points["node_id"].to_numpy(object), distance=apart),
        RowFindings("pipe_taken", row, np.full(len(row), None, dtype=object), {"asset": own}),
    ]


def _surveyed_nodes(points: pd.DataFrame, rows: Array) -> pd.DataFrame:
    """Return points as rows of ``node``, with geometry.

    Parameters
    ----------
    points
        Of a `Survey`.
    rows
        The places of the points that become nodes.
    """
    chosen = points if len(rows) == len(points) else points.iloc[rows]
    ground = ground_levels(chosen)
    height = np.where(np.isfinite(ground), ground, chosen["h"].to_numpy(float))
    east, north = chosen["east"].to_numpy(float), chosen["north"].to_numpy(float)
    shapes = np.empty(len(rows), dtype=object)
    high = np.isfinite(height)
    shapes[high] = shapely.points(east[high], north[high], height[high])
    shapes[~high] = shapely.points(east[~high], north[~high])
    feature = chosen["feature"].to_numpy(object)
    return made_of(
        {
            "node_id": chosen["node_id"].to_numpy(object),
            "kind": chosen["kind"].to_numpy(object),
            "system": chosen["system"].to_numpy(object),
            "ground_m": ground,
            "depth_m": chosen["depth_m"].to_numpy(float),
            "feature": np.where(pd.isna(feature), chosen["appurtenance"].to_numpy(object), feature),
            "survey_code": chosen["survey_code"].to_numpy(object),
            "verified_on": chosen["surveyed_on"].to_numpy(),
            "verified_by": chosen["surveyor"].to_numpy(object),
            "row": chosen["row"].to_numpy(np.int64),
            GEOMETRY_COLUMN: shapes,
        }
    )
