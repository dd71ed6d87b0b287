"""A survey measured again: what differs from the network, how exact the first one was, and what is taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.existing_nodes import ExistingNodes, with_unknown
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.levels import ground_levels
from waternet_plugin.core.survey.row_findings import RowFindings, found
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class Recheck(PlainFrames):
    """A recheck of nodes.

    Parameters
    ----------
    differences
        One row a difference above the tolerance: row (of the survey), asset, is_place, old, new (texts).
    nodes
        Rows of ``node`` that are taken: node_id, ground_m, geom, row.
    points, plane_rmse_m, height_rmse_m
        How many points were compared, and sqrt(sum(d2) / 2n) in plan and height; NaN where nothing was.
    asset
        (points,) object, the node that each point names, None for none.
    findings
        The differences as warnings, and points that the network does not have.
    """

    differences: pd.DataFrame
    nodes: pd.DataFrame
    points: int
    plane_rmse_m: float
    height_rmse_m: float
    asset: Array
    findings: tuple[RowFindings, ...]


def recheck(
    survey: Survey,
    nodes: ExistingNodes,
    ground_m: Array,
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
    tolerance_m
        Differences up to this are none.
    take
        Whether all new places and levels are taken, or the ids of the nodes whose are.
    """
    points = survey.points
    row = nodes.row_of(points["node_id"].to_numpy(object)) if len(nodes) else np.full(len(points), -1)
    east, north = points["east"].to_numpy(float), points["north"].to_numpy(float)
    placed = np.isfinite(east) & np.isfinite(north)
    named = (row >= 0) & placed & (points["first"].to_numpy() == np.arange(len(points)))
    spots = np.append(nodes.places, [[np.nan, np.nan, np.nan]], axis=0)[row]
    level = np.append(ground_m, np.nan)[row]
    measured = ground_levels(points)
    apart = np.hypot(east - spots[:, 0], north - spots[:, 1])
    rise = measured - level
    ids = with_unknown(nodes.node_id)[row]
    with np.errstate(invalid="ignore"):
        moved = named & (apart > tolerance_m)
        risen = named & (np.abs(rise) > tolerance_m)
    places = [f"{one:.3f}, {other:.3f}" for one, other in zip(east, north)]
    before = [f"{one:.3f}, {other:.3f}" for one, other in spots[:, :2]]
    told = [
        _told(points, moved, tr("Place"), ids, _texts(before), _texts(places)),
        _told(
            points,
            risen,
            tr("Ground level"),
            ids,
            _texts([f"{one:.3f}" for one in level]),
            _texts([f"{one:.3f}" for one in measured]),
        ),
    ]
    lost = placed & (row < 0) & points["point_no"].notna().to_numpy()
    findings = [*told, found("not_in_network", points, lost, point=points["point_no"].to_numpy(object))]
    takes = np.ones(len(points), dtype=bool) if take is True else np.isin(ids.astype(str), list(take or ()))
    taken = np.flatnonzero((moved | risen) & takes)
    height = np.where(np.isfinite(measured), measured, level)
    return Recheck(
        _differences(told),
        made_of(
            {
                "node_id": ids[taken],
                "ground_m": height[taken],
                "row": points["row"].to_numpy(np.int64)[taken],
                GEOMETRY_COLUMN: _shapes(east[taken], north[taken], height[taken]),
            }
        ),
        int(named.sum()),
        _rmse(apart[named]),
        _rmse(rise[named]),
        ids,
        tuple(one for one in findings if len(one)),
    )


def _texts(values: list[str]) -> Array:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts


def _told(points: pd.DataFrame, mask: Array, what: str, ids: Array, old: Array, new: Array) -> RowFindings:
    return found("moved", points, mask, what=what, asset=ids, old=old, new=new)


def _differences(told: list[RowFindings]) -> pd.DataFrame:
    columns: dict[str, Array] = {"row": np.concatenate([one.row for one in told])}
    for name in ("asset", "old", "new"):
        columns[name] = np.concatenate([one.values[name] for one in told])
    columns["is_place"] = np.repeat([True, False], [len(one) for one in told])
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
