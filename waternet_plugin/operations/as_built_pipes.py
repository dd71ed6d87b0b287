"""Planned pipes that a survey makes as-built, with the verdict on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.as_built import AsBuiltPipe, as_built
from waternet_plugin.core.survey.assets.survey_assets import NetworkAround
from waternet_plugin.core.survey.survey_check import CheckedSurvey
from waternet_plugin.core.survey.verification.evidence import Fitting, PipeEvidence, planned_from
from waternet_plugin.core.survey.verification.verdict import judge
from waternet_plugin.core.vertices import distances_along, xyz
from waternet_plugin.operations.pipe_evidence import KnownPipe, day, text, without_unknown
from waternet_plugin.operations.verdict_rows import verdict_row
from waternet_plugin.store.network import Network

_TEE = 3


@dataclass(frozen=True)
class AsBuiltPipes:
    """What an import writes to planned pipes.

    Parameters
    ----------
    edits
        Rows of pipes and of what names them.
    pipes
        The pipes that were surveyed.
    verdicts
        A row of ``verification`` for each of them, without its id.
    ids
        The id that each pipe of the survey has in the network.
    """

    edits: tuple[RowEdit, ...] = ()
    pipes: tuple[AsBuiltPipe, ...] = ()
    verdicts: tuple[Mapping[str, Any], ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)


def as_built_pipes(
    network: Network, checked: CheckedSurvey, around: NetworkAround, settings: Settings
) -> AsBuiltPipes:
    """Return what a survey makes of the planned pipes that it names or lies on.

    Parameters
    ----------
    network
        The network; only read.
    checked
        The survey.
    around
        Its planned pipes by id.
    settings
        Thresholds in force.
    """
    pipes = checked.left.assets.pipes
    mine = pipes[pipes["own_id"].isin(list(around.planned_ids))]
    if not len(mine):
        return AsBuiltPipes()
    names = list(dict.fromkeys(mine["own_id"]))
    rows = {
        str(row["pipe_id"]): (fid, row) for fid, row in network.rows_where("pipe", "pipe_id", names).items()
    }
    found = as_built(rows, mine, network, settings)
    degree = Counter([*pipes["from_node"], *pipes["to_node"]])
    kinds = _kinds(checked, around)
    places = _surveyed_places(checked)
    verdicts = []
    for one in found.pipes:
        evidence = _evidence(one, _points(one, places, settings), _fittings(one, kinds, degree))
        verdicts.append(
            verdict_row(KnownPipe(one.row, evidence), judge(evidence, settings), name="", override=("", ""))
        )
    ids = {str(one.surveyed["pipe_id"]): str(one.row["pipe_id"]) for one in found.pipes}
    return AsBuiltPipes(found.edits, found.pipes, tuple(verdicts), ids)


def _kinds(checked: CheckedSurvey, around: NetworkAround) -> dict[str, str]:
    nodes = checked.left.assets.nodes
    known = dict(zip(around.nodes.node_id, around.nodes.kind))
    return {**known, **dict(zip(nodes["node_id"], nodes["kind"]))}


def _surveyed_places(checked: CheckedSurvey) -> Array:
    points = checked.left.survey.points
    places = points[["east", "north"]].to_numpy(float)
    return np.asarray(places[np.isfinite(places).all(axis=1)])


def _points(one: AsBuiltPipe, places: Array, settings: Settings) -> Array:
    """Return x, y and invert of the surveyed points on a pipe, along it, (points, 3), m."""
    line = xyz(one.row[GEOMETRY_COLUMN])
    shape = shapely.linestrings(line[:, :2])
    spots = shapely.points(places)
    near = shapely.distance(shape, spots) <= settings.real("survey.point_near_m")
    at = shapely.line_locate_point(shape, spots[near])
    order = np.argsort(at, kind="stable")
    row = without_unknown(one.row)
    size = row.get("height_mm") or row.get("diameter_mm")
    half = np.nan if size is None else float(size) / 2000.0
    inverts = np.interp(at, distances_along(line), line[:, 2]) - half
    return np.column_stack([places[near], inverts])[order]


def _fittings(one: AsBuiltPipe, kinds: Mapping[str, str], degree: Mapping[str, int]) -> tuple[Fitting, ...]:
    found = []
    line = xyz(one.row[GEOMETRY_COLUMN])
    for end, column in ((0, "from_node"), (-1, "to_node")):
        name = text(one.row.get(column))
        kind = domain("node_kind").get(kinds.get(name, ""))
        x, y = (float(value) for value in line[end, :2])
        if kind is not None and kind.family == "valve":
            found.append(Fitting("valve", name, x, y))
        elif degree.get(name, 0) >= _TEE:
            found.append(Fitting("tee", name, x, y))
    return tuple(found)


def _evidence(one: AsBuiltPipe, points: Array, fittings: tuple[Fitting, ...]) -> PipeEvidence:
    told = one.surveyed
    planned = planned_from(xyz(one.planned[GEOMETRY_COLUMN]), without_unknown(one.planned))
    return PipeEvidence(
        row=without_unknown(one.row),
        line=xyz(one.row[GEOMETRY_COLUMN]),
        points=points,
        planned=planned,
        fittings=fittings,
        surveyed_on=day(told["verified_on"]),
        backfilled_on=day(told["backfilled_on"]),
        material_verified_by=text(told["material_verified_by"]),
        material_verified_on=day(told["material_verified_on"]),
    )


def verdict_frame(verdicts: Sequence[Mapping[str, Any]], columns: Collection[str]) -> pd.DataFrame:
    """Return verdicts as a table of some columns."""
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in verdicts], dtype=object) for name in columns}
    )
