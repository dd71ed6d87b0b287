"""Which columns of a crew's table fill what, by its headings and by the values of its codes."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.exchange.guessing import column_names, referring
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.inspections.crew_cells import grade_of, share_of_codes, stretches
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
        "起始检查井编号",
        "起点检查井编号",
        "起点检查井",
        "上游检查井",
        "上游检查井编号",
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
        "终止检查井编号",
        "终点检查井编号",
        "终点检查井",
        "下游检查井",
        "下游检查井编号",
        "downstream_mh",
        "ds_mh",
    ),
)
# Headings that say it in a crew's table and would be too short or too particular for other tables.
_MORE_NAMES = {
    "pipe_id": ("起止井号", "起止井", "起止点号", "井段", "井段编号", "检测井段", "检测管段", "管段起止井号"),
    "date": ("日期", "时间", "date"),
    "method": ("检测方式", "检查方式"),
    "position_m": ("位置", "距离起点", "距起始井", "距起始井距离", "距井距离", "检测距离"),
    "clock": ("环向位置描述", "环向", "钟点", "钟点位置", "时钟方向"),
}
_SURE_NAME = column_names.ALIAS - 0.5
# Of the distinct values of a column of codes so many are codes of CJJ 181.
_LEAST_CODES = 0.5


def guessed(frame: pd.DataFrame, ids: referring.Ids | None = None) -> Mapping:
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
    numbered = _with_words_as_numbers(others)
    found = {name: guess(numbered, table=name, ids=ids).mapping for name in (INSPECTION, DEFECT)}
    own = {name: fields_of(name) for name in found}
    fields: dict[str, FieldSource] = {}
    used: set[str] = set()
    shared = own[INSPECTION] & own[DEFECT]
    for mapping in found.values():
        for field, source in mapping.fields.items():
            if field == "defect_id" and not column_names.sounds_like_id(source.column):
                # Codes and places that happen to differ from row to row are no ids.
                continue
            if field not in shared and source.column not in used:
                fields[field] = source
                used.add(source.column)
    if not {"code", "code_raw"}.intersection(fields):
        column = _column_of_codes(others, used)
        fields.update({} if column is None else {"code": FieldSource(column)})
        used.add(column or "")
    for field, column in _more(others, {*fields, *found[INSPECTION].fields}).items():
        if column not in used:
            fields[field] = FieldSource(column)
            used.add(column)
    has_defects = bool((own[DEFECT] - shared) & set(fields))
    for name in (DEFECT, INSPECTION) if has_defects else (INSPECTION,):
        for field, source in found[name].fields.items():
            if field in shared and source.column not in used and _means_most(name, field, source.column):
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


def _with_words_as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose grades in words are numbers, and whose stretches (12.0-15.5) are their begin."""
    fields = {field.name: field for field in adoptable_fields(adoptable(DEFECT))}
    columns: dict[str, object] = {}
    for name in map(str, frame.columns):
        cells = texts(frame[name])
        if column_names.name_worth(fields["grade"], name) >= _SURE_NAME:
            columns[name] = [None if one is None else grade_of(one) or one for one in cells]
        elif column_names.name_worth(fields["position_m"], name) >= _SURE_NAME:
            columns[name] = stretches(cells)[0]
    return with_columns(frame, **columns) if columns else frame


def _means_most(table: str, field: str, column: str) -> bool:
    """Return whether a heading fits a field that both tables have no better in the other one.

    管段长度 is the length of what was inspected, 缺陷长度 that of a defect.
    """
    worth = {
        name: next(
            column_names.name_worth(one, column)
            for one in adoptable_fields(adoptable(name))
            if one.name == field
        )
        for name in (INSPECTION, DEFECT)
    }
    return worth[table] == max(worth.values())


def _more(frame: pd.DataFrame, known: Collection[str]) -> dict[str, str]:
    """Return the columns of `_MORE_NAMES` by field, for fields that nothing fills yet."""
    found: dict[str, str] = {}
    for field, spellings in _MORE_NAMES.items():
        spelled = {fold(one) for one in spellings}
        for column in map(str, frame.columns):
            name = fold(bare_name(column))
            if field not in {*known, *found} and not {name, name.removesuffix("m")}.isdisjoint(spelled):
                found[field] = column
    return found


def _column_of_codes(frame: pd.DataFrame, used: Collection[str]) -> str | None:
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
