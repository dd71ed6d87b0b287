"""Text files without headings: CASS .dat, PNEZD, PENZD, and what RTK books write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.survey.recognition.heading_rows import skipped_rows
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import empty_cells, filled_cells
from waternet_plugin.core.texts import tr

# Order of columns that a preset defines, and what it says of the first of the two coordinates.
PRESETS = {
    "cass_dat": (("point_no", "code", "x", "y", "h"), "x_east"),
    "pnezd": (("point_no", "x", "y", "h", "code"), "x_north"),
    "penzd": (("point_no", "x", "y", "h", "code"), "x_east"),
}
_SAMPLE = 400
# Of the cells of a column of coordinates: one that is no number is an error of its row, not of the file.
_SHARE = 0.6
# Whole numbers from here on may be coordinates, m.
_LEAST_WHOLE = 10_000.0


@dataclass(frozen=True)
class HeadlessColumns:
    """Place of the column of each field (from 0), reason codes of rows, and what the preset declares."""

    places: dict[str, int]
    skipped: Array
    declared: dict[str, Declared]


def _numbers(values: Array) -> Array:
    """Return (n, k) numbers of cells, NaN where a cell is empty or not a number."""
    flat = pd.to_numeric(pd.Series(values.ravel(), dtype=object), errors="coerce")
    numbers: Array = flat.to_numpy(dtype=float).reshape(values.shape)
    return numbers


def _first_data_row(numbers: Array) -> Optional[int]:
    rows = np.flatnonzero(np.isfinite(numbers[:, 1:]).sum(axis=1) >= 2)
    return int(rows[0]) if len(rows) else None


def _coordinate_columns(sample: Array, numbers: Array) -> Optional[int]:
    """Return the first of the two columns of coordinates, None where they are not there or in doubt."""
    rows, width = sample.shape
    is_number = np.isfinite(numbers)
    filled = filled_cells(sample)
    share = is_number.sum(axis=0) / np.maximum(filled.sum(axis=0), 1)
    with_point = np.array([["." in str(cell) for cell in row] for row in sample], dtype=bool)
    pointed = (with_point & is_number).sum(axis=0) / max(rows, 1)
    with np.errstate(invalid="ignore"):
        large = (np.abs(numbers) >= _LEAST_WHOLE).sum(axis=0) / max(rows, 1)
    enough = (share > _SHARE) & (is_number.sum(axis=0) > 0.5 * rows)
    for fits in (enough & (pointed > 0.5), enough & (large > 0.5)):
        columns = [column for column in range(1, width - 1) if fits[column] and fits[column + 1]]
        if columns:
            # Behind the pair comes the height at most: a third number before it leaves it open.
            run = sum(1 for column in range(columns[0], width) if fits[column])
            return columns[0] if run <= 3 else None
    return None


def headless_columns(table: SurveyTable, preset: str, where: str) -> Optional[HeadlessColumns]:
    """Return the columns of a table without headings, None where it does not look like a list of points.

    Parameters
    ----------
    table
        As its reader returned it.
    preset
        One of `PRESETS`, or empty to find the columns by their values.
    where
        File and sheet, for messages.

    Raises
    ------
    InputError
        When a preset is given that does not fit.
    """
    values = table.cells.to_numpy(dtype=object)
    if not values.size or values.shape[1] < 3:
        _check_preset(preset, where)
        return None
    sample = values[:_SAMPLE]
    numbers = _numbers(sample)
    first = _first_data_row(numbers)
    if first is None:
        _check_preset(preset, where)
        return None
    skipped = skipped_rows(values, None, first)
    if preset in PRESETS:
        order, axes = PRESETS[preset]
        column_of = {field: index for index, field in enumerate(order) if index < values.shape[1]}
        return HeadlessColumns(column_of, skipped, {"axes": Declared(axes, preset)})
    data = empty_cells(skipped[: len(sample)])
    start = _coordinate_columns(sample[data], numbers[data]) if data.any() else None
    if start is None:
        return None
    if start == 1 and _has_no_numbers(sample[data], numbers[data]):
        return HeadlessColumns({"x": 0, "y": 1, "h": 2}, skipped, {})
    number = _number_column(sample[data], start)
    column_of = {"point_no": number, "x": start, "y": start + 1}
    if start + 2 < values.shape[1]:
        column_of["h"] = start + 2
    between = [column for column in range(number + 1, start) if filled_cells(sample[data])[:, column].any()]
    if between or start - number >= 2:
        column_of["code"] = between[0] if between else number + 1
    elif start + 3 < values.shape[1]:
        column_of["code"] = start + 3
    if number and not between and start + 3 < values.shape[1]:
        column_of["code"] = start + 3
    return HeadlessColumns(column_of, skipped, {})


def _number_column(sample: Array, start: int) -> int:
    """Return the column of the numbers of points: the first, or the second behind the kind of a record.

    Records of instruments begin with a word for their kind, the same in all rows: MP,JS1,,2513300.4,…
    """
    if start < 2 or len(sample) < 2:
        return 0
    first, second = ({str(cell) for cell in column if cell} for column in sample[:, :2].T)
    return 1 if len(first) == 1 and len(second) == len(sample) else 0


def _has_no_numbers(sample: Array, numbers: Array) -> bool:
    """Return whether rows are three coordinates and nothing else: the first is not the number of a point."""
    if sample.shape[1] != 3:
        return False
    with_point = np.array([["." in str(cell) for cell in row] for row in sample[:, :2]], dtype=bool)
    with np.errstate(invalid="ignore"):
        large = np.abs(numbers[:, :2]) >= _LEAST_WHOLE
    small = float(np.nanmax(np.abs(numbers[:, 2]), initial=0.0)) < _LEAST_WHOLE
    return bool((with_point & large).mean() > _SHARE) and small


def unnamed_rows(table: SurveyTable) -> Array:
    """Return the reason code of each row of a table without headings that names nothing, None for the others.

    Rows before the first one with two numbers behind its first cell are titles.
    """
    values = table.cells.to_numpy(dtype=object)
    first = _first_data_row(_numbers(values[:_SAMPLE])) if values.size else None
    return skipped_rows(values, None, first or 0)


def _check_preset(preset: str, where: str) -> None:
    """Refuse a preset for a table that has no such columns."""
    if preset in PRESETS:
        message = tr("{where} does not have the columns of {preset}: {columns}. Choose another preset.")
        columns = ",".join(PRESETS[preset][0])
        raise InputError(message.format(where=where, preset=preset, columns=columns))
