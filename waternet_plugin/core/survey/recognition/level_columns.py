"""Columns whose headings look like levels or depths, but which no list knows: they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from waternet_plugin.core.survey.recognition.column_aliases import field_of, is_ignored, is_level
from waternet_plugin.core.survey.tables_read import filled_cells

FIELDS: Mapping[str, tuple[str, ...]] = {
    "points": ("h", "ground", "depth"),
    "lines": ("start_depth", "end_depth", "start_level", "end_level"),
    "combined": ("h", "ground", "depth", "start_depth", "start_level"),
}
# Numbers among the cells of a column from which it may hold levels.
_NUMBERS = 0.5


def level_columns(
    names: Sequence[str], cells: pd.DataFrame, fields: Mapping[str, str], role: str
) -> dict[str, tuple[str, ...]]:
    """Return the fields that may be meant by columns of levels or depths that fill none.

    Parameters
    ----------
    names
        Headings of the table.
    cells
        Its rows that name something, by heading.
    fields
        Heading by field, as far as they are known.
    role
        Of the table.

    Returns
    -------
    The fields that are still free, by heading. Headings that a list knows are left out: another column fills
    their field better.
    """
    free = tuple(field for field in FIELDS[role] if field not in fields)
    used = set(fields.values())
    return {
        name: free
        for name in names
        if name not in used
        and name in cells
        and is_level(name)
        and not is_ignored(name)
        and field_of(name, role) is None
        and _holds_numbers(cells[name])
    }


def _holds_numbers(cells: pd.Series) -> bool:
    filled = filled_cells(cells.to_numpy(dtype=object))
    numbers = pd.to_numeric(cells[filled], errors="coerce").notna()
    return bool(filled.any()) and float(numbers.mean()) >= _NUMBERS
