"""What speaks for a pipe that is to be verified, from rows of its network: the same for every verdict."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row, is_unknown
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.survey.ledger import NOT_FIXED
from waternet_plugin.core.survey.line_levels import RISING_MAIN
from waternet_plugin.core.survey.verification.known_of_pipe import (
    Fitting,
    PhotoEvidence,
    PipeEvidence,
    PlannedPipe,
    planned_from,
    planned_of,
)
from waternet_plugin.core.vertices import distances_along, xyz

# How far points of surveys lie from a pipe at most, m.
NEAR = "survey.point_near_m"
_TAKEN = ("imported", "merged")
_OF_POINTS = ("point", "both")
_TEE = 3
# The height of a section, else its diameter.
_SIZES = ("height_mm", "diameter_mm")


@dataclass(frozen=True)
class PipeHistory:
    """What a network has of a pipe.

    Parameters
    ----------
    newest
        Its newest verification, None for none.
    ends
        The nodes at its ends, by number.
    attachments
        Those of the pipe, and those that the verification names.
    function
        The field of pipes, with the codes of the network.
    """

    newest: Optional[Row]
    ends: Mapping[int, Row]
    attachments: tuple[Row, ...]
    function: Field


@dataclass(frozen=True)
class PipeSurroundings(PlainFrames):
    """What lies around a pipe.

    Parameters
    ----------
    points
        verdict, record, point_no, reason_code and batch_id of rows of surveys near it, with their places.
    laid_by
        The batch of the survey that laid it, '' where none did.
    pipes
        How many pipes end at each of its nodes.
    kind
        The field of nodes, with the codes of the network.
    """

    points: pd.DataFrame
    laid_by: str
    pipes: Mapping[str, int]
    kind: Field


@dataclass(frozen=True)
class KnownPipe:
    """A pipe, what speaks for it, its newest verification, and the numbers of its surveyed points."""

    pipe: Row
    evidence: PipeEvidence
    newest: Optional[Row] = None
    point_numbers: tuple[str, ...] = ()


def known_of(pipe: Row, history: PipeHistory, around: PipeSurroundings, near_m: float) -> KnownPipe:
    """Return what is known of a pipe.

    Parameters
    ----------
    pipe
        Its row as it is, or is about to be.
    near_m
        Up to which distance from its line a surveyed point is one of it.
    """
    last: Row = history.newest or {}
    line = xyz(pipe.get(GEOMETRY_COLUMN))
    surveyed = day(pipe.get("verified_on")) if text(pipe.get("survey_batch")) else None
    points, numbers, not_fixed = _points_on(line, pipe, around, near_m)
    evidence = PipeEvidence(
        row=without_unknown(pipe),
        line=line,
        points=points,
        planned=plan_of(pipe, history),
        fittings=_fittings(pipe, line, history, around),
        photos=photos_of(history),
        surveyed_on=surveyed or day(last.get("surveyed_on")),
        backfilled_on=day(last.get("backfilled_on")),
        material_verified_by=text(last.get("material_verified_by")),
        material_verified_on=day(last.get("material_verified_on")),
        not_fixed=not_fixed,
    )
    return KnownPipe(pipe, evidence, history.newest, numbers)


def plan_of(pipe: Row, history: PipeHistory) -> Optional[PlannedPipe]:
    """Return a pipe as it was planned: as its newest verification says, which a survey never overwrites.

    Parameters
    ----------
    pipe
        Its row before the survey.
    """
    planned = planned_of((history.newest or {}).get("planned"))
    if planned is None and history.newest is None and pipe.get("status") == "planned":
        planned = as_planned(pipe, history)
    return planned


def as_planned(pipe: Row, history: PipeHistory) -> PlannedPipe:
    """Return the plan that the row of a planned pipe is; unknown inverts follow from ground and depth."""
    row = dict(without_unknown(pipe))
    function = history.function.counted(row.get("function"))
    size_mm = next((row[one] for one in _SIZES if row.get(one) is not None), None)
    # Depths are stored to the invert of gravity drains and to the top of pressure pipes.
    is_to_top = row.get("system") not in systems("drain") or function == RISING_MAIN
    below_m = 0.0 if not is_to_top else float("nan") if size_mm is None else float(size_mm) / 1000.0
    grounds = {
        text(node.get("node_id")): float(node["ground_m"])
        for node in history.ends.values()
        if not is_unknown(node.get("ground_m"))
    }
    for side, field in (("start", "from_node"), ("end", "to_node")):
        depth, ground_m = row.get(f"depth_{side}_m"), grounds.get(text(row.get(field)))
        if row.get(f"invert_{side}_m") is None and depth is not None and ground_m is not None:
            row[f"invert_{side}_m"] = round(ground_m - float(depth) - below_m, 4)
    return planned_from(xyz(pipe.get(GEOMETRY_COLUMN)), row)


def without_unknown(row: Row) -> Mapping[str, Any]:
    """Return a row with None for what is unknown."""
    return {
        name: None if is_unknown(value) else value for name, value in row.items() if name != GEOMETRY_COLUMN
    }


def text(value: Any) -> str:
    """Return a text, '' for an unknown one."""
    return "" if is_unknown(value) else str(value).strip()


def day(value: Any) -> Optional[datetime.date]:
    """Return a day, None for an unknown one."""
    if is_unknown(value):
        return None
    found = pd.to_datetime(str(value), errors="coerce")
    return None if pd.isna(found) else datetime.date(found.year, found.month, found.day)


def _points_on(
    line: Array, pipe: Row, around: PipeSurroundings, near_m: float
) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
    """Return x, y and invert of the surveyed points on a line, (points, 3), m, along it, and their numbers.

    With them come the numbers of those that were measured without a fixed solution. Points of surveys before
    the one that laid the pipe are of a line that is no more; the heights of ``line``, (vertices, 3), are
    those of the axis as built.
    """
    if len(line) < 2:
        return np.empty((0, 3)), (), ()
    rows = around.points
    counts = rows["verdict"].isin(_TAKEN).to_numpy() & rows["record"].isin(_OF_POINTS).to_numpy()
    rows = rows[counts & _not_before(around.laid_by, rows["batch_id"])]
    shape = shapely.linestrings(line[:, :2])
    rows = rows[shapely.distance(rows[GEOMETRY_COLUMN].to_numpy(), shape) <= near_m]
    places = shapely.get_coordinates(rows[GEOMETRY_COLUMN].to_numpy())
    at = shapely.line_locate_point(shape, shapely.points(places))
    order = np.argsort(at, kind="stable")
    size = next((float(pipe[one]) for one in _SIZES if not is_unknown(pipe.get(one))), np.nan)
    inverts = np.interp(at, distances_along(line), line[:, 2]) - size / 2000.0
    numbers = tuple(str(one) for one in rows["point_no"].fillna("").to_numpy()[order])
    loose = rows["reason_code"].eq(NOT_FIXED).to_numpy()[order]
    not_fixed = tuple(number for number, is_loose in zip(numbers, loose) if is_loose)
    return np.column_stack([places, inverts])[order], numbers, not_fixed


def _not_before(laid_by: str, batches: pd.Series) -> Array:
    """Return which rows of surveys were written with a batch or after it."""
    named = [text(one) for one in batches]
    if laid_by not in named:
        return np.ones(len(named), dtype=bool)
    # Numbers of batches grow; a longer one is later.
    return np.array([(len(one), one) >= (len(laid_by), laid_by) for one in named], dtype=bool)


def _fittings(pipe: Row, line: Array, history: PipeHistory, around: PipeSurroundings) -> tuple[Fitting, ...]:
    """Return the tees and valves at the ends of a pipe."""
    kinds = {text(node.get("node_id")): node.get("kind") for node in history.ends.values()}
    found = []
    for end, field in ((0, "from_node"), (-1, "to_node")):
        name = text(pipe.get(field))
        if name not in kinds or not len(line):
            continue
        kind = around.kind.codes.get(str(kinds[name]))
        x, y = (float(one) for one in line[end, :2])
        if kind is not None and kind.family == "valve":
            found.append(Fitting("valve", name, x, y))
        elif around.pipes.get(name, 0) >= _TEE:
            found.append(Fitting("tee", name, x, y))
    return tuple(found)


def photos_of(history: PipeHistory) -> tuple[PhotoEvidence, ...]:
    """Return the photos of a pipe: those its newest verification names, and those attached since."""
    named = text((history.newest or {}).get("photos"))
    rows = {
        str(row["attachment_id"]): row
        for row in history.attachments
        if row.get("kind") == "photo"
        and (row.get("table") in (None, "pipe") or str(row["attachment_id"]) in named)
    }
    return photo_evidence(rows.values())


def photo_evidence(rows: Iterable[Row]) -> tuple[PhotoEvidence, ...]:
    """Return photos from rows of attachments."""
    return tuple(
        PhotoEvidence(str(row["attachment_id"]), *(_coordinate(row.get(name)) for name in ("x", "y")))
        for row in rows
    )


def _coordinate(value: Any) -> float:
    return float("nan") if is_unknown(value) else float(value)
