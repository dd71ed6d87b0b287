"""One survey file with all cells typed; its faults name rows and rules."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.encodings import LOST
from waternet_plugin.core.frames import PlainFrames, with_columns
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.system_names import system_of_name
from waternet_plugin.core.survey.records import OF_END, SIDES, SurveyFile
from waternet_plugin.core.survey.row_findings import RowFindings, findings_frame
from waternet_plugin.core.survey.typed.columns import TypedColumns
from waternet_plugin.core.survey.typed.typed_lines import ALONG, ALONG_PREFIX, typed_lines
from waternet_plugin.core.survey.typed.typed_points import typed_points


@dataclass(frozen=True)
class TypedFile(PlainFrames):
    """The points and lines of a file as `typed_points` and `typed_lines` return them, with their faults.

    Parameters
    ----------
    file
        The file as it was read.
    points, lines
        Typed; ``row`` counts the rows of the file. Where points make lines, ``points`` has what each says of
        them, too: the columns `ALONG` of `typed_lines` with `ALONG_PREFIX`.
    findings
        Cells that can't be read, and what the reader noted.
    """

    file: SurveyFile
    points: pd.DataFrame
    lines: pd.DataFrame
    findings: tuple[RowFindings, ...]


def typed_file(file: SurveyFile, today: datetime.date, settings: Settings) -> TypedFile:
    """Return a file whose cells are typed.

    Parameters
    ----------
    file
        Points and lines as texts.
    today
        Later days lie in the future.
    """
    values = _values(file.mapping)
    headings = _headings(file.mapping)
    points = TypedColumns(file.points, values, today, headings, settings)
    lines = TypedColumns(file.lines, values, today, headings, settings)
    named = _named_systems(file)
    typed = typed_points(points, named[file.points["row"].to_numpy(np.int64)])
    drawn = typed_lines(lines, named[file.lines["row"].to_numpy(np.int64)])
    more: list[RowFindings] = []
    if file.along is not None:
        along = TypedColumns(file.along, values, today, headings, settings)
        lines_along = typed_lines(along, np.full(len(file.along), None, dtype=object))
        typed = with_columns(
            typed, **{f"{ALONG_PREFIX}{name}": lines_along[name].to_numpy() for name in ALONG}
        )
        more = along.findings
    typed["system"] = _of_own_lines(typed, drawn)
    typed["system"] = _of_same_number(typed)
    drawn["system"] = _of_ends(drawn, typed)
    for frame, columns in ((typed, points), (drawn, lines)):
        # A line says it for its ends, too.
        own = pd.isna(frame["end"]).to_numpy() if "end" in frame else True
        columns.note("system_unknown", pd.isna(frame["system"]).to_numpy() & own)
    findings = (*_noted(file), *_lost_characters(file), *points.findings, *more, *lines.findings)
    return TypedFile(file, typed, drawn, findings)


def without_heights(typed: TypedFile) -> TypedFile:
    """Return a file whose heights and levels are unknown; depths stay."""
    unknown = {"h": np.nan, "ground_m": np.nan}
    lines = with_columns(typed.lines, start_level_m=np.nan, end_level_m=np.nan, vertices=_flat(typed.lines))
    along = f"{ALONG_PREFIX}start_level_m"
    more = {along: np.nan} if along in typed.points else {}
    return replace(typed, points=with_columns(typed.points, **unknown, **more), lines=lines)


def _flat(lines: pd.DataFrame) -> Array:
    """Return drawn lines with unknown heights."""
    vertices = lines["vertices"].to_numpy(object).copy()
    for row in np.flatnonzero(pd.notna(vertices)):
        vertices[row] = np.column_stack([vertices[row][:, :2], np.full(len(vertices[row]), np.nan)])
    return np.asarray(vertices)


def file_checks(typed: TypedFile) -> pd.DataFrame:
    """Return what is wrong with the cells of a file, before anything about it is decided, as a table."""
    return findings_frame(typed.findings, with_columns(typed.file.rows, file=np.int64(0)), (typed.file.name,))


def _values(mapping: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    given = mapping.get("values", {})
    return given if isinstance(given, Mapping) else {}


def _headings(mapping: Mapping[str, Any]) -> dict[str, str]:
    """Return what the tables of a file call each field, the first of them where they differ."""
    headings: dict[str, str] = {}
    for table in mapping.get("tables", ()):
        if isinstance(table, Mapping) and table.get("heading_row"):
            fields = table.get("fields", {})
            of_ends = {
                name: fields[f"{SIDES[0]}_{name}"] for name in OF_END if f"{SIDES[0]}_{name}" in fields
            }
            headings = {**of_ends, **fields, **headings}
    return headings


def _named_systems(file: SurveyFile) -> Array:
    """Return the system of each row by its sheet, else by titles and file name, else by the mapping."""
    defaults = file.mapping.get("defaults", {})
    last = str(defaults.get("system", "")) if isinstance(defaults, Mapping) else ""
    name = file.name.replace("\\", "/").rpartition("/")[2]
    # A layer speaks for itself: frames, roads and houses lie on layers of no system.
    titles = () if file.format == "dxf_cass" else file.titles
    common = next((system for system in map(system_of_name, (*titles, name)) if system), last or None)
    codes, distinct = pd.factorize(file.rows["sheet"].to_numpy(object))
    by_sheet = np.array([system_of_name(str(sheet)) or common for sheet in distinct] + [common], dtype=object)
    return np.asarray(by_sheet[codes])


def _of_own_lines(points: pd.DataFrame, lines: pd.DataFrame) -> Array:
    """Return the system of each point; the ends of lines have that of their line."""
    system, rows = points["system"].to_numpy(object), points["row"].to_numpy(np.int64)
    is_end = points["end"].notna().to_numpy()
    of_row = pd.Series(lines["system"].to_numpy(object), index=lines["row"].to_numpy(np.int64))
    return np.where(is_end, of_row.reindex(rows).to_numpy(object), system) if is_end.any() else system


def _of_same_number(points: pd.DataFrame) -> Array:
    """Return the system of each point; one without takes the only one that its number has elsewhere."""
    system = points["system"].to_numpy(object)
    lost = pd.isna(system) & points["point_no"].notna().to_numpy()
    if not lost.any() or lost.all():
        return np.asarray(system)
    known = points[points["system"].notna() & points["point_no"].notna()][["point_no", "system"]]
    only = known.drop_duplicates().drop_duplicates("point_no", keep=False).set_index("point_no")["system"]
    numbers = points["point_no"].map(only).to_numpy(object)
    return np.asarray(np.where(lost & pd.notna(numbers), numbers, system))


def _of_ends(lines: pd.DataFrame, points: pd.DataFrame) -> Array:
    """Return the system of each line; one without takes that of its points where both agree."""
    system = lines["system"].to_numpy(object)
    lost = pd.isna(system)
    if not lost.any() or not len(points):
        return np.asarray(system)
    known = points[points["point_no"].notna() & points["system"].notna()].drop_duplicates("point_no")
    of_point = pd.Series(known["system"].to_numpy(object), index=known["point_no"].to_numpy(object))
    start, end = (lines[name].map(of_point).to_numpy(object) for name in ("start_no", "end_no"))
    agree = pd.notna(start) & (start == end)
    return np.asarray(np.where(lost & agree, start, system))


def _noted(file: SurveyFile) -> list[RowFindings]:
    """Return what the reader found: error cells, hidden rows, merged cells."""
    if not file.faults and not file.remarks:
        return []
    row_of = {
        key: index for index, key in enumerate(zip(file.rows["sheet"].tolist(), file.rows["row_no"].tolist()))
    }
    # What is said of a whole sheet stands at its first row.
    first: dict[str, int] = {}
    for (sheet, _row_no), index in row_of.items():
        first.setdefault(sheet, index)
    noted: list[RowFindings] = []
    for sheet, fault in file.faults:
        row = row_of.get((sheet, fault.row_no), -1)
        noted.append(_single_finding("error_cell", row, column=fault.column, text=fault.text))
    for rule, sheet, row_no, text in file.remarks:
        noted.append(_single_finding(rule, row_of.get((sheet, row_no), first.get(sheet, -1)), text=text))
    return noted


def _lost_characters(file: SurveyFile) -> list[RowFindings]:
    """Return the cells with the sign that stands for characters which somebody could not read."""
    noted: list[RowFindings] = []
    before = 0
    for cells in file.cells:
        for index, heading in enumerate(cells.columns):
            texts = cells.iloc[:, index].to_numpy(object)
            # Almost no file has one: all texts of a column are looked at together.
            if LOST not in "".join(filter(None, texts)):
                continue
            for row, text in enumerate(texts):
                if text and LOST in text:
                    noted.append(
                        _single_finding("lost_characters", before + row, column=str(heading), text=text)
                    )
        before += len(cells)
    return noted


def _single_finding(rule: str, row: int, **values: Any) -> RowFindings:
    arrays = {name: np.array([value], dtype=object) for name, value in values.items()}
    return RowFindings(rule, np.array([row], dtype=np.int64), np.array([None], dtype=object), arrays)
