"""Which columns of a crew's table fill what, by its headings and by the values of its codes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Optional

import pandas as pd

from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.exchange.guessing import column_names, referring
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.inspections.crew_cells import grade_of, share_of_codes
from waternet_plugin.core.exchange.inspections.crew_tables import DEFECT, ID, INSPECTION, fields_of
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable, adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.schema.domains import fold

# The manholes of a drain name it where nothing else does; no fields of an inspection.
ENDS = ("from_node", "to_node")
_MORE_ENDS = (
    (
        "起始井号",
        "起点井号",
        "起始井",
        "起井号",
        "上游井号",
        "起始检查井",
        "起点井编号",
        "起始井编号",
        "upstream_mh",
        "us_mh",
    ),
    (
        "终止井号",
        "终点井号",
        "终止井",
        "终井号",
        "下游井号",
        "终止检查井",
        "终点井编号",
        "终止井编号",
        "downstream_mh",
        "ds_mh",
    ),
)
_SURE_NAME = column_names.ALIAS - 0.5
# Of the distinct values of a column of codes so many are codes of CJJ 181.
_LEAST_CODES = 0.5


def guessed(frame: pd.DataFrame, ids: Optional[referring.Ids] = None) -> Mapping:
    """Return the mapping that the headings of a table leave no doubt about.

    Parameters
    ----------
    frame
        The rows.
    ids
        The ids that rows of the network have, by their table; None where nobody knows.
    """
    ends = _ends(frame)
    others = frame[
        [column for column in frame.columns if column not in {end.column for end in ends.values()}]
    ]
    numbered = _with_grades_as_numbers(others)
    found = {name: guess(numbered, table=name, ids=ids).mapping for name in (INSPECTION, DEFECT)}
    own = {name: fields_of(name) for name in found}
    fields: dict[str, FieldSource] = {}
    used: set[str] = set()
    shared = own[INSPECTION] & own[DEFECT]
    for mapping in found.values():
        for field, source in mapping.fields.items():
            if field not in shared and source.column not in used:
                fields[field] = source
                used.add(source.column)
    if not {"code", "code_raw"}.intersection(fields):
        column = _column_of_codes(others, used)
        fields.update({} if column is None else {"code": FieldSource(column)})
        used.add(column or "")
    has_defects = bool((own[DEFECT] - shared) & set(fields))
    for name in (DEFECT, INSPECTION) if has_defects else (INSPECTION,):
        for field, source in found[name].fields.items():
            if field in shared and source.column not in used:
                fields[field if field == ID else f"{name}.{field}"] = source
                used.add(source.column)
    units = {
        field: mapping.units[field.rpartition(".")[2]]
        for field, source in fields.items()
        for mapping in found.values()
        if mapping.fields.get(field.rpartition(".")[2]) == source
        and field.rpartition(".")[2] in mapping.units
    }
    return Mapping(fields={**fields, **ends}, units=units)


def _with_grades_as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns headed as grades hold numbers where they hold words."""
    grade = next(field for field in adoptable_fields(adoptable(DEFECT)) if field.name == "grade")
    headed = [name for name in map(str, frame.columns) if column_names.name_worth(grade, name) >= _SURE_NAME]
    columns = {
        name: [None if one is None else grade_of(one) or one for one in texts(frame[name])] for name in headed
    }
    return with_columns(frame, **columns) if columns else frame


def _column_of_codes(frame: pd.DataFrame, used: Collection[str]) -> Optional[str]:
    """Return the first column whose values are codes or names of defects, whatever its heading; or None."""
    for column in map(str, frame.columns):
        if column not in used and share_of_codes(texts(frame[column])) >= _LEAST_CODES:
            return column
    return None


def _ends(frame: pd.DataFrame) -> dict[str, FieldSource]:
    """Return the columns that name the manholes of a drain, where both are there."""
    pipe = {field.name: field for field in adoptable_fields(adoptable("pipe"))}
    found = {}
    for name, further in zip(ENDS, _MORE_ENDS):
        spelled = {fold(one) for one in further}
        for column in map(str, frame.columns):
            if (
                fold(bare_name(column)) in spelled
                or column_names.name_worth(pipe[name], column) >= _SURE_NAME
            ):
                found[name] = FieldSource(column)
                break
    return found if len(found) == len(ENDS) else {}
