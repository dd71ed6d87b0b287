"""One table of a survey as points and lines by our fields, with every row in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.headings import Header
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.places.deciding.said_words import (
    NATIONAL_DATUM,
    datum_of_rows,
    heads_datums,
    is_of_other_datum,
)
from waternet_plugin.core.schema.domains import fold, suggest
from waternet_plugin.core.survey.fillers import FILLERS, NAMES, without_fillers
from waternet_plugin.core.survey.recognition.column_aliases import field_of, may_number
from waternet_plugin.core.survey.recognition.column_fields import (
    along_part,
    check_given,
    chosen_fields,
    column_fields,
    line_part,
    names_columns,
    point_part,
)
from waternet_plugin.core.survey.recognition.end_columns import has_both_places
from waternet_plugin.core.survey.recognition.heading_rows import HeadedColumns, headed_columns, unique_names
from waternet_plugin.core.survey.recognition.headless import PRESETS, headless_columns, unnamed_rows
from waternet_plugin.core.survey.recognition.level_columns import level_columns
from waternet_plugin.core.survey.recognition.survey_mapping import SurveyMapping, TableMapping
from waternet_plugin.core.survey.recognition.table_frames import ends_of_lines, filled_down, ledger, picked
from waternet_plugin.core.survey.records import LINE_FIELDS, POINT_FIELDS, CellFault, SurveyTable
from waternet_plugin.core.survey.tables_read import empty_cells, filled_cells
from waternet_plugin.core.texts import tr

# Why rows are skipped whose code a mapping leaves out.
LEFT_OUT = "left_out"
# Words of what a total station writes before anything is computed; two of them tell.
_RAW = (
    "棱镜高",
    "目标高",
    "仪器高",
    "水平角",
    "竖直角",
    "天顶距",
    "斜距",
    "prismheight",
    "slopedist",
    "zenith",
)
_LEAST_RAW, _HEAD_ROWS = 2, 30
# Rows with two numbers from which on a sheet without headings is not taken for a page of notes.
_NOTE_ROWS = 2
# Rows with that many cells from which on it is a list: names of two points and a material, with a heading.
_LIST_ROWS, _LIST_CELLS = 3, 3
_CJJ61_NUMBERS = frozenset(fold(word) for word in ("物探点号", "管点编号", "Exp_No", "图上点号"))


@dataclass(frozen=True)
class RecognisedTable(PlainFrames):
    """One table with its role; frames as in `SurveyFile`, ``row`` counting within the table.

    ``along`` are what rows of points say of the lines that the points make, None where they make none;
    ``unused`` are the headings of columns with values that fill no field; ``levels`` the fields that columns
    of levels may mean which no list of headings knows, whether or not somebody answered that; ``reason``
    says why nobody knows what the table holds, '' where it is known.
    """

    sheet: str
    role: str
    points: Optional[pd.DataFrame]
    lines: Optional[pd.DataFrame]
    rows: pd.DataFrame
    cells: pd.DataFrame
    declared: Mapping[str, Declared]
    texts: tuple[str, ...]
    titles: tuple[str, ...]
    mapping: Mapping[str, Any]
    is_cjj61: bool = False
    faults: tuple[CellFault, ...] = field(default=())
    unused: tuple[str, ...] = ()
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    along: Optional[pd.DataFrame] = None
    reason: str = ""


def _levels_joined(
    table: SurveyTable, names: tuple[str, ...], fields: dict[str, str], role: str
) -> tuple[SurveyTable, frozenset[str]]:
    """Return a table whose levels of tops and of inverts stand in one column where no row has both.

    With it come the columns that were taken into another.
    """
    taken, cells = set(), table.cells
    for level in ("start_level", "end_level", "start_depth", "end_depth"):
        chosen = fields.get(level)
        if chosen is None or ("管顶" not in chosen and "底" not in chosen):
            continue
        others = [
            name
            for name in names
            if name != chosen
            and ("管顶" in name) != ("管顶" in chosen)
            and (known_field := field_of(name, role)) is not None
            and known_field.field == level
        ]
        for other in others[:1]:
            first, second = (cells[name].to_numpy(dtype=object) for name in (chosen, other))
            has_first, has_second = filled_cells(first), filled_cells(second)
            if (has_first[1:] & has_second[1:]).sum() > 1 or not has_second.any():
                # Both are measured: the invert is what no rule has to be known for.
                fields[level] = chosen if "底" in chosen or not has_second.any() else other
                continue
            both = np.where(has_first, first, second)
            cells = made_of({**{str(name): cells[name].to_numpy() for name in cells}, chosen: both})
            taken.add(other)
    return replace(table, cells=cells), frozenset(taken)


def _without_fields(table: SurveyTable, code: Optional[str], reason: str = "") -> RecognisedTable:
    """Return a table of which no row names anything; ``code`` says why its rows are skipped, None if open."""
    skipped = np.full(len(table.row_no), code, dtype=object)
    texts = tuple(str(cell) for cell in table.cells.head(20).to_numpy().ravel() if cell is not None)
    role = "" if reason else "ignore"
    return RecognisedTable(
        table.sheet,
        role,
        None,
        None,
        ledger(table, skipped, role),
        table.cells,
        {},
        (table.sheet, *texts),
        (table.sheet,),
        {"sheet": table.sheet or "*", "role": role},
        reason=reason,
    )


def _is_note(table: SurveyTable) -> bool:
    """Return whether a sheet without headings holds words, as a page of remarks does, and no list."""
    values = table.cells.to_numpy(dtype=object)
    if (filled_cells(values).sum(axis=1) >= _LIST_CELLS).sum() >= _LIST_ROWS:
        return False
    numbers = pd.to_numeric(pd.Series(values.ravel(), dtype=object), errors="coerce").to_numpy()
    return bool((np.isfinite(numbers.reshape(values.shape)).sum(axis=1) >= 2).sum() < _NOTE_ROWS)


def _header(table: SurveyTable, heading_row: int, where: str) -> Optional[Header]:
    if not heading_row:
        return None
    heading_index = np.flatnonzero(table.row_no == heading_row)
    if not len(heading_index):
        message = tr("{where}: row {row} should contain the column names but is empty. Choose another row.")
        raise InputError(message.format(where=where, row=heading_row))
    return Header(int(heading_index[0]) + 1)


@dataclass
class _Reading:
    """Names, fields and skipped rows of one table while it is recognised."""

    names: tuple[str, ...]
    fields: dict[str, str]
    role: str
    skipped: Array
    declared: dict[str, Declared]
    texts: tuple[str, ...]
    titles: tuple[str, ...] = ()
    heading_row: int = 0


def _named(table: SurveyTable, where: str, given: TableMapping, *, makes_lines: bool) -> _Reading:
    """Return the reading of a table whose format names its columns."""
    names, role = tuple(str(name) for name in table.cells.columns), given.role or table.role
    check_given(given.fields, names, where)
    both = POINT_FIELDS + LINE_FIELDS
    known = {"points": both if makes_lines else POINT_FIELDS, "lines": LINE_FIELDS}.get(role, both)
    fields = {**{name: name for name in names if name in known}, **given.fields}
    return _Reading(names, fields, role, np.full(len(table.row_no), None, dtype=object), {}, ())


def _by_place(
    table: SurveyTable, where: str, given: TableMapping, preset: str, *, makes_lines: bool
) -> Optional[_Reading]:
    """Return the reading of a table of cells, None where nothing says what its columns are."""
    header = _header(table, given.heading_row, where)
    headed = None if preset in PRESETS and header is None else headed_columns(table, header)
    if headed is None and given.fields:
        headed = _headed_as_given(table, given)
    if headed is not None and headed.header is not None:
        known = {**_kinds_by_values(headed, table, given), **_numbers_by_values(headed, table, given)}
        known.update(given.fields)
        by_column = column_fields(headed.names, where, given.role, known, makes_lines=makes_lines)
        row = int(table.row_no[headed.header.row - 1])
        # Beside the heights that are taken, a column of another datum says nothing of these.
        used = by_column.fields.values()
        telling = (name for name in headed.names if name in used or not is_of_other_datum(name))
        texts = (*headed.titles, *telling)
        fields, declared = dict(by_column.fields), dict(by_column.declared)
        declared = {**_datum_of_rows(headed, table), **declared}
        return _Reading(
            headed.names, fields, by_column.role, headed.skipped, declared, texts, headed.titles, row
        )
    names = unique_names([""] * table.cells.shape[1])
    bare = headless_columns(table, preset, where)
    if bare is None and not names_columns(given.fields, names):
        return None
    column_of = {} if bare is None else bare.places
    fields, role = {name: names[column] for name, column in column_of.items()}, "points"
    if given.fields:
        # Columns without a heading are called by their place, in a mapping too.
        own_columns = {name: column for name, column in fields.items() if column not in given.fields.values()}
        by_column = column_fields(
            names, where, given.role, {**own_columns, **given.fields}, makes_lines=makes_lines
        )
        fields, role = dict(by_column.fields), by_column.role
    skipped = unnamed_rows(table) if bare is None else bare.skipped
    words = table.cells[skipped == "title"].to_numpy().ravel()
    texts = tuple(str(cell) for cell in words if cell is not None)
    declared = {} if bare is None else dict(bare.declared)
    return _Reading(names, fields, role, skipped, declared, texts, texts)


def _datum_of_rows(headed: HeadedColumns, table: SurveyTable) -> dict[str, Declared]:
    """Return the height datum that the cells of a column headed 高程系统 name."""
    cells = table.cells.to_numpy(dtype=object)[empty_cells(headed.skipped)]
    for place, name in enumerate(headed.names):
        datum = datum_of_rows(set(cells[:, place].tolist()), NATIONAL_DATUM) if heads_datums(name) else ""
        if datum:
            return {"height_datum": Declared(datum, name)}
    return {}


def _numbers_by_values(headed: HeadedColumns, table: SurveyTable, given: TableMapping) -> dict[str, str]:
    """Return the column of the numbers of points that no heading names surely, where its values are numbers.

    名称 may as well head kinds, such as valves: those of points differ from row to row, or the connections
    of the table lead to them.
    """
    fields = {**chosen_fields(headed.names, "combined"), **given.fields}
    if "point_no" in fields or not {"x", "y"} <= set(fields) or given.role == "lines":
        return {}
    cells = table.cells.to_numpy(dtype=object)[empty_cells(headed.skipped)]
    ends = fields.get("end_no", ())
    for place, name in enumerate(headed.names):
        numbers = [cell for cell in cells[:, place].tolist() if cell is not None]
        if not may_number(name) or not numbers or (not ends and len(numbers) < len(cells)):
            continue
        if len(ends) == 1:
            connected = set(cells[:, headed.names.index(ends[0])].tolist()) - {None, *FILLERS}
            is_number = bool(connected) and connected <= set(numbers)
        else:
            is_number = len(set(numbers)) == len(numbers)
        if is_number:
            return {"point_no": name}
    return {}


def _kinds_by_values(headed: HeadedColumns, table: SurveyTable, given: TableMapping) -> dict[str, str]:
    """Return the column headed as one of systems (类别) that holds kinds of points: valves, manholes."""
    fields = {**chosen_fields(headed.names, "combined"), **given.fields}
    columns = fields.get("system", ())
    if "appurtenance" in fields or len(columns) != 1 or not {"x", "y"} <= set(fields):
        return {}
    cells = table.cells.to_numpy(dtype=object)[empty_cells(headed.skipped)]
    kinds = set(cells[:, headed.names.index(columns[0])].tolist()) - {None, *FILLERS}
    if kinds and all(suggest("node_kind", kind) and not suggest("system", kind) for kind in kinds):
        return {"appurtenance": columns[0]}
    return {}


def _headed_as_given(table: SurveyTable, given: TableMapping) -> Optional[HeadedColumns]:
    """Return the columns below the first row that has the headings which a mapping names."""
    wanted = set(given.fields.values())
    rows = table.cells.head(_HEAD_ROWS).to_numpy(dtype=object)
    index = next((index for index, row in enumerate(rows) if wanted <= set(row.tolist())), None)
    return None if index is None else headed_columns(table, Header(index + 1))


def _is_raw(table: SurveyTable) -> bool:
    """Return whether the first rows head what a total station measures: angles and distances, no places."""
    words = {fold(cell) for cell in table.cells.head(_HEAD_ROWS).to_numpy().ravel() if cell is not None}
    return sum(any(mark in word for word in words) for mark in _RAW) >= _LEAST_RAW


def _no_coordinates(where: str) -> InputError:
    message = tr("{where} has raw measurements without coordinates. Export the coordinates of the points.")
    return InputError(message.format(where=where))


def _no_columns(where: str) -> InputError:
    return InputError(
        tr(
            "{where}: no row names the columns of points or lines. Name them in the wizard by “Columns…”, or "
            "in the mapping, for example {example}."
        ).format(where=where, example='"heading_row": 1, "fields": {"point_no": "点号"}')
    )


def recognised_table(
    table: SurveyTable,
    name: str,
    mapping: SurveyMapping,
    *,
    is_only: bool,
    fillers: frozenset[str] = frozenset(),
) -> RecognisedTable:
    """Return one table with its role; one that nobody understands says why, and is open.

    Parameters
    ----------
    table
        As its reader returned it.
    name
        Of the file, as the user gave it.
    mapping
        What the user says of its tables.
    is_only
        Whether the file has no other table.
    fillers
        Texts that only fill the cells of names of lines.
    """
    given = mapping.of(name, table.sheet)
    is_left = given.role == "ignore" or table.role == "ignore" or mapping.leaves_out(name, table.sheet)
    if is_left or not len(table.row_no):
        return _without_fields(table, "ignored")
    where = tr("{file}, sheet {sheet}").format(file=name, sheet=table.sheet) if table.sheet else name
    try:
        reading = _reading(table, where, given, mapping)
        if reading is None and _is_note(table) and not is_only and not given.fields:
            return _without_fields(table, "comment")
        if reading is None:
            raise _no_columns(where)
    except InputError as error:
        is_raw = not given.fields and _is_raw(table)
        return _without_fields(table, None, (_no_coordinates(where) if is_raw else error).message)
    return _with_fields(table, reading, given, mapping, name=name, fillers=fillers)


def _reading(
    table: SurveyTable, where: str, given: TableMapping, mapping: SurveyMapping
) -> Optional[_Reading]:
    makes_lines = mapping.makes_lines
    if table.is_named:
        return _named(table, where, given, makes_lines=makes_lines)
    return _by_place(table, where, given, mapping.preset, makes_lines=makes_lines)


def _with_fields(
    table: SurveyTable,
    reading: _Reading,
    given: TableMapping,
    mapping: SurveyMapping,
    *,
    name: str,
    fillers: frozenset[str],
) -> RecognisedTable:
    """Return a table whose columns are known."""
    if not table.is_named:
        own = (table.cells[column].to_numpy(dtype=object) for column in table.cells)
        table = replace(table, cells=made_of(dict(zip(reading.names, own))))
    _leave_out(table.cells, reading, mapping.left_out)
    rows, cells = ledger(table, reading.skipped, reading.role), table.cells
    read_cells = cells[empty_cells(rows["skipped"].to_numpy(dtype=object))]
    levels = level_columns(reading.names, read_cells, reading.fields, reading.role)
    answered = mapping.levels_of(name)
    for column, fields in levels.items():
        if answered.get(column) in fields and answered[column] not in reading.fields:
            reading.fields[answered[column]] = column
    taken: frozenset[str] = frozenset()
    if reading.role != "points":
        table, taken = _levels_joined(table, reading.names, reading.fields, reading.role)
        if taken:
            reading.declared["level_of"] = Declared("cjj61", "管顶高程, 管底高程")
        if fillers:
            names = (reading.fields[known_name] for known_name in NAMES if known_name in reading.fields)
            table = replace(table, cells=without_fillers(table.cells, names, fillers))
    points, lines = _frames(table, reading, given.defaults, rows)
    number = fold(reading.fields.get("point_no", ""))
    is_cjj61 = {"feature", "appurtenance"} <= set(reading.fields) and number in _CJJ61_NUMBERS
    used: dict[str, Any] = {"sheet": table.sheet or "*", "role": reading.role}
    if reading.heading_row:
        used["heading_row"] = reading.heading_row
    if not table.is_named:
        used["fields"] = reading.fields
    return RecognisedTable(
        table.sheet,
        reading.role,
        points,
        lines,
        rows,
        cells,
        {**table.declared, **reading.declared},
        tuple(dict.fromkeys((table.sheet, *reading.texts))),
        (table.sheet, *reading.titles),
        used,
        is_cjj61,
        unused=_unused(cells, reading, taken, rows, makes_lines=mapping.makes_lines),
        levels=levels,
        along=_along(table, reading, given.defaults, points) if mapping.makes_lines else None,
    )


def _along(
    table: SurveyTable, reading: _Reading, defaults: Mapping[str, str], points: Optional[pd.DataFrame]
) -> Optional[pd.DataFrame]:
    """Return what each row of a point says of the lines that the points make, by `LINE_FIELDS`."""
    if points is None:
        return None
    columns = along_part(reading.fields, reading.role)
    lines = picked(table, columns, LINE_FIELDS, points["row"].to_numpy(np.int64), defaults)
    lines["point_no"] = points["point_no"].to_numpy(dtype=object)
    return lines


def _leave_out(cells: pd.DataFrame, reading: _Reading, left_out: Mapping[str, frozenset[str]]) -> None:
    """Skip the rows of points whose code a mapping leaves out: trees, bench marks."""
    skipped = np.zeros(len(cells), dtype=bool)
    for field_, words in left_out.items() if reading.role != "lines" else ():
        column = reading.fields.get(field_)
        if column is not None:
            known = cells[column].to_numpy(dtype=object)
            skipped |= np.array([cell is not None and fold(cell) in words for cell in known], dtype=bool)
    if reading.role == "combined" and skipped.any():
        # The rows below a point without a number of their own are further lines of it.
        is_own = filled_cells(cells[reading.fields["point_no"]].to_numpy(dtype=object))
        above = np.maximum.accumulate(np.where(is_own, np.arange(len(cells)), -1))
        skipped |= (above >= 0) & skipped[above]
    reading.skipped[skipped & empty_cells(reading.skipped)] = LEFT_OUT


def _unused(
    cells: pd.DataFrame, reading: _Reading, taken: frozenset[str], rows: pd.DataFrame, *, makes_lines: bool
) -> tuple[str, ...]:
    """Return the columns that hold anything in rows that name something, and fill no field."""
    fields = reading.fields
    if reading.role in ("points", "lines"):
        fields = (point_part if reading.role == "points" else line_part)(fields, reading.role)
    if makes_lines:
        taken = taken.union(along_part(reading.fields, reading.role).values())
    # The name of a layer is that of its table.
    used = {*fields.values(), *taken, "layer"}
    is_read = empty_cells(rows["skipped"].to_numpy(dtype=object))
    rest = [name for name in reading.names if name not in used and name in cells]
    return tuple(name for name in rest if filled_cells(cells[name].to_numpy(dtype=object)[is_read]).any())


def _frames(
    table: SurveyTable, reading: _Reading, defaults: Mapping[str, str], rows: pd.DataFrame
) -> tuple[Optional[pd.DataFrame], Optional[pd.DataFrame]]:
    """Return points and lines of a table; rows of a combined one without connection become points.

    Lines with the coordinates of both ends make the points there.
    """
    read_rows = np.flatnonzero(empty_cells(rows["skipped"].to_numpy(dtype=object)))
    points = lines = None
    if reading.role != "lines":
        points = picked(table, point_part(reading.fields, reading.role), POINT_FIELDS, read_rows, defaults)
    if reading.role != "points":
        lines = picked(table, line_part(reading.fields, reading.role), LINE_FIELDS, read_rows, defaults)
        lines["vertices"] = (
            np.full(len(read_rows), None, dtype=object) if table.lines is None else table.lines[read_rows]
        )
    if reading.role == "lines" and has_both_places(reading.fields):
        points = ends_of_lines(table, reading.fields, read_rows)
    elif points is not None and lines is not None:
        ends = lines["end_no"].to_numpy(dtype=object)
        points = filled_down(points, ends)
        lines["start_no"] = points["point_no"].to_numpy(dtype=object)
        connects = filled_cells(ends)
        rows.loc[read_rows[~connects], "record"] = "point"
        lines = lines[connects].reset_index(drop=True)
    return points, lines
