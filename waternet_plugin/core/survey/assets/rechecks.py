"""A survey measured again: what differs from the network, how exact the first one was, and what is taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.frames import PlainFrames, made_of, records
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.existing_nodes import ExistingNodes, with_unknown
from waternet_plugin.core.survey.assets.line_rechecks import LineRecheck
from waternet_plugin.core.survey.assets.surveyed_before import SurveyedBefore
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.line_levels import ground_levels
from waternet_plugin.core.survey.row_findings import RowFindings, found
from waternet_plugin.core.texts import tr
from waternet_plugin.core.vertices import line_of, xyz

# A vertex that lies farther from where it was surveyed is another, m.
_MOVED_M = 1.0


@dataclass(frozen=True)
class NamedAssets:
    """What each point of a recheck names.

    Parameters
    ----------
    node
        (points,) row of the node, -1 for none.
    pipe
        (points,) object, id of the pipe whose vertex the point is, None for none.
    vertex
        (points,) its place along the pipe.
    xy
        (points, 2) where the network has the node or vertex, m.
    """

    node: Array
    pipe: Array
    vertex: Array
    xy: Array

    @property
    def known(self) -> Array:
        """Which points name anything."""
        return np.asarray((self.node >= 0) | pd.notna(self.pipe))


def named_assets(
    points: pd.DataFrame, nodes: ExistingNodes, before: SurveyedBefore, lines: Mapping[str, Array]
) -> NamedAssets:
    """Return what the points of a recheck name: by id, or by the number that an earlier survey gave it.

    Parameters
    ----------
    points
        Of a `Survey`.
    nodes
        Of the network.
    before
        Points of earlier surveys with the numbers of these.
    lines
        The vertices of the pipes that these became, by id.
    """
    size = len(points)
    ids = points["node_id"].to_numpy(object)
    node = nodes.row_of(ids) if len(nodes) else np.full(size, -1, dtype=np.int64)
    pipe, vertex = np.full(size, None, dtype=object), np.zeros(size, dtype=np.int64)
    xy = np.append(nodes.places[:, :2], [[np.nan, np.nan]], axis=0)[node]
    east, north = (points[name].to_numpy(float) for name in ("east", "north"))
    earlier = before.nearest(points["point_no"].to_numpy(object), east, north)
    for index in np.flatnonzero((node < 0) & (earlier >= 0)).tolist():
        assets = before.assets[earlier[index]]
        row = int(nodes.row_of(np.array([*assets, None], dtype=object)).max()) if len(nodes) else -1
        if row >= 0:
            node[index], xy[index] = row, nodes.places[row, :2]
            continue
        for name in assets:
            line = lines.get(name)
            if line is None:
                continue
            away = np.hypot(*(line[:, :2] - before.xy[earlier[index]]).T)
            nearest = int(np.argmin(away))
            # The ends of a pipe are its nodes; a vertex that was moved since is near at least.
            if 0 < nearest < len(line) - 1 and away[nearest] <= _MOVED_M:
                pipe[index], vertex[index], xy[index] = name, nearest, line[nearest, :2]
    return NamedAssets(node, pipe, vertex, xy)


@dataclass(frozen=True)
class Recheck(PlainFrames):
    """A recheck of nodes.

    Parameters
    ----------
    differences
        One row a difference above the tolerance: row (of the survey), asset, is_place, old, new (texts).
    nodes
        Rows of ``node`` that are taken: node_id, ground_m, geom, row.
    vertices
        Vertices of pipes that are taken: pipe_id, vertex, east, north.
    is_taken
        (points,) which points bring something new that is taken.
    points, plane_rmse_m, height_rmse_m
        How many points were compared, and sqrt(sum(d2) / 2n) in plan and height; NaN where nothing was.
    asset
        (points,) object, the node that each point names, or the pipe whose vertex it is; None for none.
    findings
        The differences as warnings, and points that the network does not have.
    """

    differences: pd.DataFrame
    nodes: pd.DataFrame
    vertices: pd.DataFrame
    is_taken: Array
    points: int
    plane_rmse_m: float
    height_rmse_m: float
    asset: Array
    findings: tuple[RowFindings, ...]


def recheck(
    survey: Survey,
    nodes: ExistingNodes,
    ground_m: Array,
    named: NamedAssets,
    *,
    tolerance_m: float,
    take: bool | Collection[str],
) -> Recheck:
    """Return how the points of a survey differ from the nodes that they name.

    Parameters
    ----------
    survey
        In the network's coordinates.
    nodes
        Of the network.
    ground_m
        (nodes,) their ground levels, NaN for unknown.
    named
        What each point names.
    tolerance_m
        Differences up to this are none.
    take
        Whether all new places and levels are taken, or the ids of the nodes whose are.
    """
    points = survey.points
    row, known = named.node, named.known
    east, north = points["east"].to_numpy(float), points["north"].to_numpy(float)
    placed = np.isfinite(east) & np.isfinite(north)
    counts = known & placed & (points["first"].to_numpy() == np.arange(len(points)))
    spots = named.xy
    level = np.append(ground_m, np.nan)[row]
    measured = ground_levels(points)
    apart = np.hypot(east - spots[:, 0], north - spots[:, 1])
    rise = measured - level
    ids = np.where(row >= 0, with_unknown(nodes.node_id)[row], named.pipe)
    with np.errstate(invalid="ignore"):
        moved = counts & (apart > tolerance_m)
        risen = counts & (np.abs(rise) > tolerance_m)
    coordinates = [f"{x:.3f}, {y:.3f}" for x, y in zip(east, north)]
    before = [f"{x:.3f}, {y:.3f}" for x, y in spots]
    differing = [
        _differing_rows(points, moved, tr("Place"), ids, _texts(before), _texts(coordinates)),
        _differing_rows(
            points,
            risen,
            tr("Ground level"),
            ids,
            _texts([f"{value:.3f}" for value in level]),
            _texts([f"{value:.3f}" for value in measured]),
        ),
    ]
    lost = placed & ~known & points["point_no"].notna().to_numpy()
    findings = [*differing, found("not_in_network", points, lost, point=points["point_no"].to_numpy(object))]
    takes = np.ones(len(points), dtype=bool) if take is True else np.isin(ids.astype(str), list(take or ()))
    is_taken = (moved | risen) & takes
    taken, bent = np.flatnonzero(is_taken & (row >= 0)), np.flatnonzero(is_taken & (row < 0))
    height = np.where(np.isfinite(measured), measured, level)
    return Recheck(
        _differences(differing),
        made_of(
            {
                "node_id": ids[taken],
                "ground_m": height[taken],
                "row": points["row"].to_numpy(np.int64)[taken],
                GEOMETRY_COLUMN: _shapes(east[taken], north[taken], height[taken]),
            }
        ),
        made_of(
            {
                "pipe_id": named.pipe[bent],
                "vertex": named.vertex[bent],
                "east": east[bent],
                "north": north[bent],
            }
        ),
        is_taken,
        int(counts.sum()),
        _rmse(apart[counts]),
        _rmse(rise[counts]),
        ids,
        tuple(finding for finding in findings if len(finding)),
    )


def recheck_edits(
    points: Recheck, lines: LineRecheck, nodes: Mapping[int, Row], pipes: Mapping[int, Row]
) -> tuple[RowEdit, ...]:
    """Return the edits that move nodes and vertices of pipes, and change pipes.

    Parameters
    ----------
    points, lines
        What differs, and what of it is taken.
    nodes, pipes
        The rows that it changes, by ``fid``.
    """
    new = {row["node_id"]: row for row in records(points.nodes)}
    edits = []
    for fid, row in nodes.items():
        taken = new[row["node_id"]]
        values = {GEOMETRY_COLUMN: taken[GEOMETRY_COLUMN]}
        if np.isfinite(taken["ground_m"]):
            values["ground_m"] = taken["ground_m"]
        edits.append(RowEdit("node", fid, row, {**row, **values}))
    bent = {str(name): records(part) for name, part in points.vertices.groupby("pipe_id", sort=False)}
    for fid, row in pipes.items():
        name = str(row["pipe_id"])
        now = {**row, **lines.taken.get(name, {})}
        if name in bent:
            line = xyz(row[GEOMETRY_COLUMN])
            for vertex in bent[name]:
                line[int(vertex["vertex"]), :2] = vertex["east"], vertex["north"]
            now[GEOMETRY_COLUMN] = line_of(line)
        edits.append(RowEdit("pipe", fid, row, now))
    return tuple(edits)


def _texts(values: list[str]) -> Array:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts


def _differing_rows(
    points: pd.DataFrame, mask: Array, what: str, ids: Array, old: Array, new: Array
) -> RowFindings:
    return found("moved", points, mask, what=what, asset=ids, old=old, new=new)


def _differences(differing: list[RowFindings]) -> pd.DataFrame:
    columns: dict[str, Array] = {"row": np.concatenate([difference.row for difference in differing])}
    for name in ("asset", "old", "new"):
        columns[name] = np.concatenate([difference.values[name] for difference in differing])
    columns["is_place"] = np.repeat([True, False], [len(difference) for difference in differing])
    return made_of(columns)


def _shapes(east: Array, north: Array, height: Array) -> Array:
    shapes = np.empty(len(east), dtype=object)
    high = np.isfinite(height)
    shapes[high] = shapely.points(east[high], north[high], height[high])
    shapes[~high] = shapely.points(east[~high], north[~high])
    return shapes


def _rmse(differences: Array) -> float:
    """Return sqrt(sum(d2) / 2n): both measurements are as exact as each other."""
    known = differences[np.isfinite(differences)]
    return float(np.sqrt((known**2).sum() / (2 * len(known)))) if len(known) else float("nan")
