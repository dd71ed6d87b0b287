"""The verdict on each pipe that a survey laid: its points, fittings and photos speak for it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.survey_assets import NetworkAround
from waternet_plugin.core.survey.survey_check import CheckedSurvey
from waternet_plugin.core.survey.verification.known_of_pipe import (
    Fitting,
    PhotoEvidence,
    PipeEvidence,
    PlannedPipe,
)
from waternet_plugin.core.survey.verification.pipe_evidence import (
    KnownPipe,
    PipeHistory,
    day,
    photos_of,
    plan_of,
    text,
    without_unknown,
)
from waternet_plugin.core.survey.verification.stored_verdicts import PLANNED, verdict_row
from waternet_plugin.core.survey.verification.verdict import judge
from waternet_plugin.core.vertices import distances_along, xyz

_TEE = 3
# Those that each row of a survey names.
Photos = Mapping[int, Sequence[PhotoEvidence]]


@dataclass(frozen=True)
class LaidPipe:
    """The verdict on a laid pipe.

    Parameters
    ----------
    values
        A row of ``verification``, without its id.
    line
        The pipe as built.
    row
        The row of the survey that names it first.
    was_planned
        Whether the verdict decides on its use.
    """

    values: Mapping[str, Any]
    line: Any
    row: int
    was_planned: bool


@dataclass(frozen=True)
class PipeBefore:
    """What was known of a pipe before the survey: its plan, its newest verification and photos there."""

    was_planned: bool = False
    plan: Optional[PlannedPipe] = None
    newest: Optional[Row] = None
    photos: tuple[PhotoEvidence, ...] = ()


def before_of(planned: Row, history: PipeHistory) -> PipeBefore:
    """Return what was known of a planned pipe that was surveyed, maybe not for the first time."""
    photos = () if history.newest is None else photos_of(history)
    return PipeBefore(planned.get("status") == PLANNED, plan_of(planned, history), history.newest, photos)


class Witnesses:
    """The points, fittings and photos of a survey, which speak for its pipes."""

    def __init__(
        self, checked: CheckedSurvey, around: NetworkAround, settings: Settings, photos: Photos
    ) -> None:
        left, assets = checked.left.survey, checked.left.assets
        places = left.points[["east", "north"]].to_numpy(float)
        known = np.isfinite(places).all(axis=1)
        self.settings, self.photos = settings, photos
        self.places = places[known]
        self.rows = left.points["row"].to_numpy(np.int64)[known]
        self.not_fixed = (
            left.points["point_no"].where(left.points["solution"].notna()).to_numpy(object)[known]
        )
        self.tree = shapely.STRtree(shapely.points(self.places))
        self.kinds = _kinds(checked, around)
        self.degree = Counter([*assets.pipes["from_node"], *assets.pipes["to_node"]])
        self.lines_of: dict[str, list[int]] = grouped(
            (str(pipe), row)
            for row, pipe in zip(left.lines["row"].to_numpy(np.int64).tolist(), assets.line_asset)
            if row in photos and pipe is not None
        )

    def verdict(self, row: Row, surveyed: Mapping[str, Any], before: PipeBefore) -> LaidPipe:
        """Return the verdict on a pipe: its row as built, the pipe of the survey, and what was known.

        Who verified the material, and photos, stay evidence when a pipe is surveyed again.
        """
        line = xyz(row[GEOMETRY_COLUMN])
        shape = shapely.linestrings(line[:, :2])
        near = self.tree.query(shape, predicate="dwithin", distance=self.settings.real("survey.point_near_m"))
        at = shapely.line_locate_point(shape, shapely.points(self.places[near]))
        order = np.argsort(at, kind="stable")
        near, at = near[order], at[order]
        known = without_unknown(row)
        told = [*self.lines_of.get(str(surveyed["pipe_id"]), ()), *self.rows[near].tolist()]
        photos = [*(one for name in told for one in self.photos.get(name, ())), *before.photos]
        verified_by, verified_on = _material_verified(surveyed)
        if not verified_by and before.newest is not None:
            verified_by, verified_on = _material_verified(before.newest)
        evidence = PipeEvidence(
            row=known,
            line=line,
            points=np.column_stack([self.places[near], _inverts(known, line, at)]),
            planned=before.plan,
            fittings=_fittings(row, line, self.kinds, self.degree),
            photos=tuple({one.attachment_id: one for one in photos}.values()),
            surveyed_on=day(surveyed["verified_on"]),
            backfilled_on=day(surveyed["backfilled_on"]),
            material_verified_by=verified_by,
            material_verified_on=verified_on,
            not_fixed=tuple(str(one) for one in self.not_fixed[near] if not pd.isna(one)),
        )
        found = judge(evidence, self.settings)
        values = verdict_row(KnownPipe(row, evidence), found, name="", override=("", ""))
        return LaidPipe(values, row[GEOMETRY_COLUMN], int(surveyed["row"]), before.was_planned)


def _material_verified(row: Mapping[str, Any]) -> tuple[str, Optional[datetime.date]]:
    return text(row["material_verified_by"]), day(row["material_verified_on"])


def _kinds(checked: CheckedSurvey, around: NetworkAround) -> dict[str, str]:
    nodes = checked.left.assets.nodes
    known = dict(zip(around.nodes.node_id, around.nodes.kind))
    return {**known, **dict(zip(nodes["node_id"], nodes["kind"]))}


def _inverts(row: Mapping[str, Any], line: Array, at_m: Array) -> Array:
    """Return the inverts of a pipe at distances along its line, m."""
    size = row.get("height_mm") or row.get("diameter_mm")
    half = np.nan if size is None else float(size) / 2000.0
    return np.asarray(np.interp(at_m, distances_along(line), line[:, 2]) - half)


def _fittings(
    row: Row, line: Array, kinds: Mapping[str, str], degree: Mapping[str, int]
) -> tuple[Fitting, ...]:
    found = []
    for end, column in ((0, "from_node"), (-1, "to_node")):
        name = text(row.get(column))
        kind = domain("node_kind").get(kinds.get(name, ""))
        x, y = (float(value) for value in line[end, :2])
        if kind is not None and kind.family == "valve":
            found.append(Fitting("valve", name, x, y))
        elif degree.get(name, 0) >= _TEE:
            found.append(Fitting("tee", name, x, y))
    return tuple(found)


def verdict_frame(verdicts: Sequence[Mapping[str, Any]], columns: Collection[str]) -> pd.DataFrame:
    """Return verdicts as a table of some columns."""
    values = {name: pd.Series([row.get(name) for row in verdicts], dtype=object) for name in columns}
    frame: pd.DataFrame = pd.DataFrame(values)
    return frame
