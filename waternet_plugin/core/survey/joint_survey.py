"""The files of one import as one survey, in the network's coordinates; each row is counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, stacked, with_columns
from waternet_plugin.core.survey.row_findings import RowFindings
from waternet_plugin.core.survey.same_points import with_all_told
from waternet_plugin.core.survey.typed.typed_file import TypedFile


@dataclass(frozen=True)
class PlacedFile(PlainFrames):
    """A typed file whose decisions are made.

    Parameters
    ----------
    typed
        The file.
    east, north
        (points,) in the network's CRS, m; NaN for unknown.
    vertices
        (lines,) object: float64 (k, 3) of drawn lines in the network's CRS, else None.
    height_of
        What heights of points are of: ground, top, invert.
    level_of
        What levels and depths of lines are of: top, invert, cjj61.
    id_prefix
        Stands before the numbers of the file's points.
    """

    typed: TypedFile
    east: Array
    north: Array
    vertices: Array
    height_of: str = "ground"
    level_of: str = "cjj61"
    id_prefix: str = ""


@dataclass(frozen=True)
class Survey(PlainFrames):
    """All files of an import.

    Parameters
    ----------
    file_names, prefixes
        Of each file.
    rows
        Every row of every file: file (its place), sheet, row_no, record, skipped.
    points
        As a `TypedFile` has them, and file, east, north, height_of, level_of (of the lines that they make),
        node_id (number with prefix) and ``first``: the place of the point that stands for all of its number.
    lines
        As `typed_lines` returns them, and file, level_of, start_id, end_id (numbers with prefix), start, end:
        places of their points, -1 for none.
    findings
        What was found when the files were read and typed.
    """

    file_names: tuple[str, ...]
    prefixes: tuple[str, ...]
    rows: pd.DataFrame
    points: pd.DataFrame
    lines: pd.DataFrame
    findings: tuple[RowFindings, ...]


def joint_survey(files: Sequence[PlacedFile]) -> Survey:
    """Return some files as one survey, whose lines know their points; at least one file."""
    rows, points, lines = [], [], []
    findings: list[RowFindings] = []
    before = 0
    for number, placed in enumerate(files):
        typed = placed.typed
        rows.append(with_columns(typed.file.rows, file=np.int64(number)))
        point = with_columns(
            typed.points,
            row=typed.points["row"] + before,
            file=np.int64(number),
            east=placed.east,
            north=placed.north,
            height_of=placed.height_of,
            level_of=placed.level_of,
            node_id=_prefixed(typed.points["point_no"], placed.id_prefix),
        )
        points.append(point)
        line = with_columns(
            typed.lines,
            row=typed.lines["row"] + before,
            file=np.int64(number),
            vertices=_objects(placed.vertices),
            level_of=placed.level_of,
            start_id=_prefixed(typed.lines["start_no"], placed.id_prefix),
            end_id=_prefixed(typed.lines["end_no"], placed.id_prefix),
        )
        lines.append(line)
        findings += [finding.moved(before) for finding in typed.findings]
        before += len(typed.file.rows)
    survey = Survey(
        tuple(placed.typed.file.name for placed in files),
        tuple(placed.id_prefix for placed in files),
        stacked(rows),
        _together(points),
        _together(lines),
        tuple(findings),
    )
    survey = with_places(survey, survey.points, survey.lines)
    return replace(survey, points=with_all_told(survey.points))


def _together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames one below the other; one that is alone is not copied."""
    filled = [part for part in parts if len(part)]
    return filled[0] if len(filled) == 1 else stacked(parts)


def with_places(survey: Survey, points: pd.DataFrame, lines: pd.DataFrame) -> Survey:
    """Return a survey of some points and lines, the lines with the places of their points."""
    first, start, end = points_of_ids(
        points["node_id"].to_numpy(object),
        lines["start_id"].to_numpy(object),
        lines["end_id"].to_numpy(object),
        _rank(points),
    )
    return replace(
        survey,
        points=with_columns(points, first=first),
        lines=with_columns(lines, start=start, end=end),
    )


def without_rows(survey: Survey, rows: Array) -> Survey:
    """Return a survey without the points and lines of some rows; its ``rows`` stay all.

    Parameters
    ----------
    rows
        The rows that are rejected.
    """
    if not len(rows):
        return survey
    out = np.zeros(len(survey.rows), dtype=bool)
    out[rows] = True
    points = survey.points[~out[survey.points["row"].to_numpy(np.int64)]].reset_index(drop=True)
    lines = survey.lines[~out[survey.lines["row"].to_numpy(np.int64)]].reset_index(drop=True)
    return with_places(survey, points, lines)


def _prefixed(numbers: pd.Series, prefix: str) -> pd.Series:
    texts = numbers.astype(object)
    return texts if not prefix else texts.where(texts.isna(), prefix + texts.fillna("").astype(str))


def _objects(values: Array) -> pd.Series:
    column: pd.Series = pd.Series(values, dtype=object)
    return column


def _rank(points: pd.DataFrame) -> Array:
    """Return how much each point says: those with a row of their own most, those without a place least."""
    placed = points[["east", "north"]].notna().to_numpy().all(axis=1)
    return np.where(placed, points["end"].notna().to_numpy().astype(int), 2)


def points_of_ids(node_id: Array, start: Array, end: Array, rank: Array) -> tuple[Array, Array, Array]:
    """Return the point that stands for each id: the first of the lowest rank.

    Parameters
    ----------
    node_id
        (points,) object, the id of each point, None for none.
    start, end
        (lines,) object, the ids of both ends, None for none.
    rank
        (points,) int.

    Returns
    -------
    tuple
        (points,) the first point of the same id, itself without one; and (lines,) each the points of both
        ends, -1 for none.
    """
    codes, distinct = pd.factorize(np.concatenate([node_id, start, end]))
    own, start, end = np.split(codes, np.cumsum([len(node_id), len(start)]))
    # What has no id has the code -1, and takes the last place.
    of_ids = np.full(len(distinct) + 1, -1, dtype=np.int64)
    order = np.argsort(rank, kind="stable")
    # The first of each id is written last, and stays.
    known = order[own[order] >= 0][::-1]
    of_ids[own[known]] = known
    first = np.where(own >= 0, of_ids[own], np.arange(len(own)))
    return first, of_ids[start], of_ids[end]
