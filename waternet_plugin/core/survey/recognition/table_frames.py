"""Frames of a table's points and lines, and its ledger of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.survey.records import OF_END, POINT_FIELDS, SIDES, SurveyTable
from waternet_plugin.core.survey.tables_read import empty_cells, filled_cells

_RECORD = {"points": "point", "lines": "line", "combined": "both"}
# What a row of a combined table repeats for each further pipe of its point, or leaves out.
_OF_POINT = ("point_no", "x", "y", "h", "ground", "code", "feature", "appurtenance", "depth", "survey_date")


def ledger(table: SurveyTable, skipped: Array, role: str) -> pd.DataFrame:
    """Return every row of a table with what it is."""
    n = len(table.row_no)
    codes = skipped.copy()
    if table.skipped:
        skipped_code = np.array([table.skipped.get(int(number)) for number in table.row_no], dtype=object)
        codes = np.where(empty_cells(codes), skipped_code, codes)
    record = np.full(n, _RECORD.get(role, "other"), dtype=object)
    record[filled_cells(codes)] = "other"
    return made_of(
        {
            "sheet": np.full(n, table.sheet, dtype=object),
            "row_no": table.row_no,
            "record": record,
            "skipped": codes,
        }
    )


def picked(
    table: SurveyTable,
    columns: Mapping[str, str],
    fields: tuple[str, ...],
    rows: Array,
    defaults: Mapping[str, str],
) -> pd.DataFrame:
    """Return the fields of the rows that name something, None where a column or value is missing."""
    picked_columns: dict[str, Any] = {}
    nothing = np.full(len(rows), None, dtype=object)
    for name in fields:
        column = columns.get(name)
        values = nothing if column is None else table.cells[column].to_numpy(dtype=object)[rows]
        if name in defaults:
            values = np.where(empty_cells(values), defaults[name], values)
        picked_columns[name] = values
    picked_columns["row"] = rows.astype(np.int64)
    return made_of(picked_columns)


def ends_of_lines(table: SurveyTable, columns: Mapping[str, str], rows: Array) -> pd.DataFrame:
    """Return the points at both ends of lines: `POINT_FIELDS`, ``row`` and ``end``, the start of a row first.

    Parameters
    ----------
    columns
        Heading by field, with `END_FIELDS`.
    rows
        The rows that name lines.
    """
    parts = []
    for side in SIDES:
        own = {name: columns[f"{side}_{name}"] for name in OF_END if f"{side}_{name}" in columns}
        if f"{side}_no" in columns:
            own["point_no"] = columns[f"{side}_no"]
        part = picked(table, own, POINT_FIELDS, rows, {})
        parts.append(part.assign(end=np.full(len(rows), side, dtype=object)))
    both: pd.DataFrame = pd.concat(parts, ignore_index=True)
    ordered: pd.DataFrame = both.sort_values("row", kind="stable", ignore_index=True)
    return ordered


def filled_down(points: pd.DataFrame, ends: Array) -> pd.DataFrame:
    """Return the points of a combined table with those of merged cells repeated.

    Parameters
    ----------
    points
        Rows of the table by `POINT_FIELDS`.
    ends
        (n,) the number of the other end, None where a row names no connection.
    """
    own = filled_cells(points["point_no"].to_numpy(dtype=object))
    row_of = np.where(own, np.arange(len(own)), -1)
    first = np.maximum.accumulate(row_of) if len(own) else row_of
    follows = ~own & filled_cells(ends) & (first >= 0)
    if not follows.any():
        return points
    columns = {name: points[name].to_numpy(dtype=object).copy() for name in _OF_POINT}
    for values in columns.values():
        missing = follows & empty_cells(values)
        values[missing] = values[first[missing]]
    return made_of({name: columns.get(name, points[name].to_numpy()) for name in points.columns})


def joined(frames: list[tuple[pd.DataFrame, int]], columns: list[str]) -> pd.DataFrame:
    """Return frames below each other, their ``row`` counted in the ledger of the whole file."""
    filled = [(frame, before) for frame, before in frames if len(frame)]
    if len(filled) == 1 and not filled[0][1]:
        return filled[0][0]
    parts = [frame.assign(row=frame["row"] + before) for frame, before in filled]
    if not parts:
        empty = {name: np.array([], dtype=np.int64 if name == "row" else object) for name in columns}
        return made_of(empty)
    stacked: pd.DataFrame = parts[0] if len(parts) == 1 else pd.concat(parts)
    numbered: pd.DataFrame = stacked.reset_index(drop=True)
    return numbered
