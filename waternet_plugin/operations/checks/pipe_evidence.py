"""What a network knows of pipes that are to be verified: the same for every verdict."""

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
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
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
from waternet_plugin.store.network import Network

_TAKEN = ("imported", "merged")
_OF_POINTS = ("point", "both")
_TEE = 3
# The height of a section, else its diameter.
_SIZES = ("height_mm", "diameter_mm")


@dataclass(frozen=True)
class KnownPipe:
    """A pipe, what speaks for it, its newest verification, and the numbers of its surveyed points."""

    pipe: Row
    evidence: PipeEvidence
    newest: Optional[Row] = None
    point_numbers: tuple[str, ...] = ()


def known_pipe(network: Network, pipe: Row, newest: Optional[Row] = None) -> KnownPipe:
    """Return what is known of a pipe.

    Parameters
    ----------
    pipe
        Its row as it is, or is about to be.
    newest
        Its newest verification, as it is about to be; None for that in the network.
    """
    settings = network.settings()
    found = newest_verification(network, str(pipe.get("pipe_id"))) if newest is None else newest
    last: Row = found or {}
    line = xyz(pipe.get(GEOMETRY_COLUMN))
    planned = plan_of(network, pipe, found)
    surveyed = day(pipe.get("verified_on")) if text(pipe.get("survey_batch")) else None
    points, numbers, not_fixed = points_on(network, line, pipe, settings)
    evidence = PipeEvidence(
        row=without_unknown(pipe),
        line=line,
        points=points,
        planned=planned,
        fittings=_fittings(network, pipe, line),
        photos=photos_of(network, str(pipe.get("pipe_id")), text(last.get("photos"))),
        surveyed_on=surveyed or day(last.get("surveyed_on")),
        backfilled_on=day(last.get("backfilled_on")),
        material_verified_by=text(last.get("material_verified_by")),
        material_verified_on=day(last.get("material_verified_on")),
        not_fixed=not_fixed,
    )
    return KnownPipe(pipe, evidence, found, numbers)


def newest_verification(network: Network, pipe_id: str) -> Optional[Row]:
    """Return the verification of a pipe that counts."""
    found = network.rows_where("verification", "pipe_id", [pipe_id])
    return dict(found[max(found)]) if found else None


def plan_of(network: Network, pipe: Row, newest: Optional[Row]) -> Optional[PlannedPipe]:
    """Return a pipe as it was planned: as its newest verification says, which a survey never overwrites.

    Parameters
    ----------
    pipe
        Its row before the survey.
    newest
        Its newest verification, None for none.
    """
    planned = planned_of((newest or {}).get("planned"))
    if planned is None and newest is None and pipe.get("status") == "planned":
        planned = as_planned(network, pipe)
    return planned


def as_planned(network: Network, pipe: Row) -> PlannedPipe:
    """Return the plan that the row of a planned pipe is; unknown inverts follow from ground and depth."""
    row = dict(without_unknown(pipe))
    function = network.table("pipe").field("function").counted(row.get("function"))
    size_mm = next((row[one] for one in _SIZES if row.get(one) is not None), None)
    # Depths are stored to the invert of gravity drains and to the top of pressure pipes.
    is_to_top = row.get("system") not in systems("drain") or function == RISING_MAIN
    below_m = 0.0 if not is_to_top else float("nan") if size_mm is None else float(size_mm) / 1000.0
    for side, field in (("start", "from_node"), ("end", "to_node")):
        depth, name = row.get(f"depth_{side}_m"), text(row.get(field))
        if row.get(f"invert_{side}_m") is not None or depth is None or not name:
            continue
        nodes = network.rows_where("node", "node_id", [name]).values()
        grounds = [float(one["ground_m"]) for one in nodes if not is_unknown(one.get("ground_m"))]
        if grounds:
            row[f"invert_{side}_m"] = round(grounds[0] - float(depth) - below_m, 4)
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


def points_on(
    network: Network, line: Array, pipe: Row, settings: Settings
) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
    """Return x, y and invert of the surveyed points on a line, (points, 3), m, along it, and their numbers.

    With them come the numbers of those that were measured without a fixed solution.

    Parameters
    ----------
    line
        (vertices, 3) the axis as built, whose heights give the inverts.
    pipe
        Its row: points of surveys before the one that laid it are of a line that is no more.
    """
    if len(line) < 2:
        return np.empty((0, 3)), (), ()
    near = settings.real("survey.point_near_m")
    box = (*(line[:, :2].min(axis=0) - near), *(line[:, :2].max(axis=0) + near))
    rows = network.read("survey_row", ["verdict", "record", "point_no", "reason_code", "batch_id"], bbox=box)
    counts = rows["verdict"].isin(_TAKEN).to_numpy() & rows["record"].isin(_OF_POINTS).to_numpy()
    rows = rows[counts & _not_before(network, text(pipe.get("survey_batch")), rows["batch_id"])]
    shape = shapely.linestrings(line[:, :2])
    rows = rows[shapely.distance(rows[GEOMETRY_COLUMN].to_numpy(), shape) <= near]
    places = shapely.get_coordinates(rows[GEOMETRY_COLUMN].to_numpy())
    at = shapely.line_locate_point(shape, shapely.points(places))
    order = np.argsort(at, kind="stable")
    size = next((float(pipe[one]) for one in _SIZES if not is_unknown(pipe.get(one))), np.nan)
    inverts = np.interp(at, distances_along(line), line[:, 2]) - size / 2000.0
    numbers = tuple(str(one) for one in rows["point_no"].fillna("").to_numpy()[order])
    loose = rows["reason_code"].eq(NOT_FIXED).to_numpy()[order]
    not_fixed = tuple(number for number, is_loose in zip(numbers, loose) if is_loose)
    return np.column_stack([places, inverts])[order], numbers, not_fixed


def _not_before(network: Network, survey_batch: str, batches: pd.Series) -> Array:
    """Return which rows of surveys were written with a survey batch or after it."""
    files = network.rows_where("survey_batch", "survey_batch_id", [survey_batch]) if survey_batch else {}
    laid_by = next((text(row.get("batch_id")) for row in files.values()), "")
    named = [text(one) for one in batches]
    if laid_by not in named:
        return np.ones(len(named), dtype=bool)
    # Numbers of batches grow; a longer one is later.
    return np.array([(len(one), one) >= (len(laid_by), laid_by) for one in named], dtype=bool)


def _fittings(network: Network, pipe: Row, line: Array) -> tuple[Fitting, ...]:
    """Return the tees and valves at the ends of a pipe."""
    found = []
    for end, field in ((0, "from_node"), (-1, "to_node")):
        name = text(pipe.get(field))
        nodes = list(network.rows_where("node", "node_id", [name]).values()) if name and len(line) else []
        if not nodes:
            continue
        kind = network.table("node").field("kind").codes.get(str(nodes[0].get("kind")))
        pipes = {
            key for column in ("from_node", "to_node") for key in network.rows_where("pipe", column, [name])
        }
        x, y = (float(one) for one in line[end, :2])
        if kind is not None and kind.family == "valve":
            found.append(Fitting("valve", name, x, y))
        elif len(pipes) >= _TEE:
            found.append(Fitting("tee", name, x, y))
    return tuple(found)


def photos_of(network: Network, pipe_id: str, named: str) -> tuple[PhotoEvidence, ...]:
    """Return the photos of a pipe: those its newest verification names, and those attached since."""
    attached = network.rows_where("attachment", "asset", [pipe_id])
    listed = network.rows_where("attachment", "attachment_id", [one for one in named.split(";") if one])
    rows = {
        str(row["attachment_id"]): row
        for row in (*listed.values(), *attached.values())
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
