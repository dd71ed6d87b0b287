"""The files of one import as one survey, in the network's coordinates; each row is counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, stacked, with_columns
from waternet_plugin.core.survey.row_findings import RowFindings
from waternet_plugin.core.survey.typed.typed_file import TypedFile

# Points of one number that lie this near to each other are one, m.
SAME_M = 0.001


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
        As `typed_points` returns them, and file, east, north, height_of, node_id (number with prefix) and
        ``first``: the place of the point that stands for all of its number.
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
        findings += [one.moved(before) for one in typed.findings]
        before += len(typed.file.rows)
    survey = Survey(
        tuple(placed.typed.file.name for placed in files),
        tuple(placed.id_prefix for placed in files),
        stacked(rows),
        _together(points),
        _together(lines),
        tuple(findings),
    )
    return with_places(survey, survey.points, survey.lines)


def _together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames one below the other; one that is alone is not copied."""
    filled = [part for part in parts if len(part)]
    return filled[0] if len(filled) == 1 else stacked(parts)


def with_places(survey: Survey, points: pd.DataFrame, lines: pd.DataFrame) -> Survey:
    """Return a survey of some points and lines, the lines with the places of their points."""
    first = first_points(points["node_id"].to_numpy(object), _has_place(points))
    points = with_columns(points, first=first)
    places = {side: _places(lines[f"{side}_id"].to_numpy(object), points) for side in ("start", "end")}
    return replace(survey, points=points, lines=with_columns(lines, **places))


def without_rows(survey: Survey, rows: Array) -> Survey:
    """Return a survey without the points and lines of some rows; its ``rows`` stay all.

    Parameters
    ----------
    survey
        The survey.
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


def _has_place(points: pd.DataFrame) -> Array:
    east, north = points["east"].to_numpy(float), points["north"].to_numpy(float)
    return np.asarray(np.isfinite(east) & np.isfinite(north))


def first_points(node_id: Array, has_place: Array) -> Array:
    """Return for each point the first one of its number that has a place; itself where it has no number."""
    codes, _distinct = pd.factorize(node_id)
    first = np.arange(len(codes))
    # Those with a place come first, so that a repeated row without coordinates means the one with them.
    order = np.lexsort((first, ~has_place))
    known = order[codes[order] >= 0]
    _numbers, at = np.unique(codes[known], return_index=True)
    representative = np.full(len(_distinct), -1, dtype=np.int64)
    representative[_numbers] = known[at]
    numbered = codes >= 0
    first[numbered] = representative[codes[numbered]]
    return first


def _places(ids: Array, points: pd.DataFrame) -> Array:
    """Return the place of the first point of each id, -1 for none."""
    own = np.flatnonzero((points["first"].to_numpy() == np.arange(len(points))) & points["node_id"].notna())
    index = pd.Index(points["node_id"].to_numpy(object)[own], dtype=object)
    at = index.get_indexer(pd.Index(ids, dtype=object))
    at = np.where(pd.isna(ids), -1, at)
    return np.where(at >= 0, own[at] if len(own) else -1, -1)
