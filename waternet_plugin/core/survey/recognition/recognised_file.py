"""The tables of a file as points and lines by our fields, with every row in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.headings import Header
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.places.deciding.facts import Declared
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.schema.system_names import system_of_name
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.survey.fillers import NAMES, fillers_of_lines, without_fillers
from waternet_plugin.core.survey.reading.tables_read import TablesRead, empty_cells, filled_cells
from waternet_plugin.core.survey.recognition.column_aliases import field_of, is_ignored, is_level
from waternet_plugin.core.survey.recognition.column_fields import column_fields, line_part, point_part
from waternet_plugin.core.survey.recognition.heading_rows import headed_columns, unique_names
from waternet_plugin.core.survey.recognition.headless import PRESETS, headless_columns
from waternet_plugin.core.survey.recognition.level_columns import level_columns
from waternet_plugin.core.survey.recognition.level_words import levels_by_words
from waternet_plugin.core.survey.recognition.survey_mapping import SurveyMapping, TableMapping
from waternet_plugin.core.survey.recognition.table_frames import filled_down, joined, ledger, picked
from waternet_plugin.core.survey.records import LINE_FIELDS, POINT_FIELDS, CellFault, SurveyFile, SurveyTable
from waternet_plugin.core.texts import listed, tr

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
_CJJ61_NUMBERS = frozenset(fold(word) for word in ("物探点号", "管点编号", "Exp_No", "图上点号"))


@dataclass(frozen=True)
class RecognisedTable(PlainFrames):
    """One table with its role; frames as in `SurveyFile`, ``row`` counting within the table.

    ``unused`` are the headings of columns with values that fill no field; ``levels`` the fields that columns
    of levels may mean which no list of headings knows, whether or not somebody answered that.
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
            and (found := field_of(name, role)) is not None
            and found.field == level
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


def _ignored(table: SurveyTable, reason: str) -> RecognisedTable:
    skipped = np.full(len(table.row_no), reason, dtype=object)
    texts = tuple(str(cell) for cell in table.cells.head(20).to_numpy().ravel() if cell is not None)
    rows = ledger(table, skipped, "ignore")
    mapping = {"sheet": table.sheet or "*", "role": "ignore"}
    return RecognisedTable(
        table.sheet,
        "ignore",
        None,
        None,
        rows,
        table.cells,
        {},
        (table.sheet, *texts),
        (table.sheet,),
        mapping,
    )


def _is_note(table: SurveyTable) -> bool:
    """Return whether a sheet without headings holds words, as a page of remarks does."""
    values = table.cells.to_numpy(dtype=object)
    numbers = pd.to_numeric(pd.Series(values.ravel(), dtype=object), errors="coerce").to_numpy()
    return bool((np.isfinite(numbers.reshape(values.shape)).sum(axis=1) >= 2).sum() < _NOTE_ROWS)


def _header(table: SurveyTable, heading_row: int, where: str) -> Optional[Header]:
    if not heading_row:
        return None
    found = np.flatnonzero(table.row_no == heading_row)
    if not len(found):
        message = tr("{where}: row {row} should contain the column names but is empty. Choose another row.")
        raise InputError(message.format(where=where, row=heading_row))
    return Header(int(found[0]) + 1)


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


def _named(table: SurveyTable, given: TableMapping) -> _Reading:
    """Return the reading of a table whose format names its columns."""
    names, role = tuple(str(name) for name in table.cells.columns), given.role or table.role
    known = {"points": POINT_FIELDS, "lines": LINE_FIELDS}.get(role, POINT_FIELDS + LINE_FIELDS)
    fields = {**{name: name for name in names if name in known}, **given.fields}
    skipped = np.full(len(table.row_no), None, dtype=object)
    return _Reading(names, fields, role, skipped, {}, ())


def _by_place(table: SurveyTable, where: str, given: TableMapping, preset: str) -> Optional[_Reading]:
    """Return the reading of a table of cells, None where nothing says what its columns are."""
    header = _header(table, given.heading_row, where)
    headed = None if preset in PRESETS and header is None else headed_columns(table, header)
    if headed is not None and headed.header is not None:
        found = column_fields(headed.names, where, given.role, given.fields)
        row = int(table.row_no[headed.header.row - 1])
        texts = (*headed.titles, *headed.names)
        fields, declared = dict(found.fields), dict(found.declared)
        return _Reading(headed.names, fields, found.role, headed.skipped, declared, texts, headed.titles, row)
    bare = headless_columns(table, preset, where)
    if bare is None:
        return None
    names = unique_names([""] * table.cells.shape[1])
    fields = {name: names[place] for name, place in bare.places.items()}
    words = table.cells[bare.skipped == "title"].to_numpy().ravel()
    texts = tuple(str(cell) for cell in words if cell is not None)
    return _Reading(names, fields, "points", bare.skipped, dict(bare.declared), texts, texts)


def _is_raw(table: SurveyTable) -> bool:
    """Return whether the first rows head what a total station measures: angles and distances, no places."""
    words = {fold(cell) for cell in table.cells.head(_HEAD_ROWS).to_numpy().ravel() if cell is not None}
    return sum(any(mark in word for word in words) for mark in _RAW) >= _LEAST_RAW


def _no_coordinates(where: str) -> InputError:
    message = tr("{where} has raw measurements without coordinates. Export the coordinates of the points.")
    return InputError(message.format(where=where))


def _no_columns(where: str) -> InputError:
    message = tr(
        "{where}: no row names the columns of points or lines. Name them in the mapping, "
        "for example {example}."
    )
    example = '"heading_row": 1, "fields": {"point_no": "点号"}'
    return InputError(message.format(where=where, example=example))


def _recognised(
    table: SurveyTable,
    where: str,
    given: TableMapping,
    preset: str,
    is_only: bool,
    fillers: frozenset[str] = frozenset(),
    answered: Mapping[str, str] = MappingProxyType({}),
    left_out: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> RecognisedTable:
    """Return one table with its role.

    Parameters
    ----------
    table
        As its reader returned it.
    where
        File and sheet, for messages.
    given
        What a mapping says of it.
    preset
        Format that a mapping names, empty for none.
    is_only
        Whether the file has no other table.
    fillers
        Texts that only fill the cells of names of lines.
    answered
        Fields that a person gave to columns of levels, by heading.
    left_out
        Folded codes of points that a mapping leaves out, by field.
    """
    if given.role == "ignore" or table.role == "ignore" or not len(table.row_no):
        return _ignored(table, "ignored")
    try:
        reading = _named(table, given) if table.is_named else _by_place(table, where, given, preset)
    except InputError as error:
        if not given.fields and _is_raw(table):
            raise _no_coordinates(where) from error
        raise
    if reading is None:
        if _is_note(table) and not is_only and not given.fields:
            return _ignored(table, "comment")
        raise _no_coordinates(where) if _is_raw(table) else _no_columns(where)
    if not table.is_named:
        own = (table.cells[name].to_numpy(dtype=object) for name in table.cells)
        table = replace(table, cells=made_of(dict(zip(reading.names, own))))
    _leave_out(table.cells, reading, left_out)
    rows, cells = ledger(table, reading.skipped, reading.role), table.cells
    kept = cells[empty_cells(rows["skipped"].to_numpy(dtype=object))]
    levels = level_columns(reading.names, kept, reading.fields, reading.role)
    for name, fields in levels.items():
        if answered.get(name) in fields and answered[name] not in reading.fields:
            reading.fields[answered[name]] = name
    taken: frozenset[str] = frozenset()
    if reading.role != "points":
        table, taken = _levels_joined(table, reading.names, reading.fields, reading.role)
        if taken:
            reading.declared["level_of"] = Declared("cjj61", "管顶高程, 管底高程")
        if fillers:
            names = (reading.fields[name] for name in NAMES if name in reading.fields)
            table = replace(table, cells=without_fillers(table.cells, names, fillers))
    points, lines = _frames(table, reading, given.defaults, rows)
    number = fold(reading.fields.get("point_no", ""))
    is_cjj61 = {"feature", "appurtenance"} <= set(reading.fields) and number in _CJJ61_NUMBERS
    mapping: dict[str, Any] = {"sheet": table.sheet or "*", "role": reading.role}
    if reading.heading_row:
        mapping["heading_row"] = reading.heading_row
    if not table.is_named:
        mapping["fields"] = reading.fields
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
        mapping,
        is_cjj61,
        unused=_unused(cells, reading, taken, rows),
        levels=levels,
    )


def _leave_out(cells: pd.DataFrame, reading: _Reading, left_out: Mapping[str, frozenset[str]]) -> None:
    """Skip the rows of points whose code a mapping leaves out: trees, bench marks."""
    for field_, words in left_out.items() if reading.role == "points" else ():
        column = reading.fields.get(field_)
        if column is None:
            continue
        known = cells[column].to_numpy(dtype=object)
        codes = np.array([cell is not None and fold(cell) in words for cell in known], dtype=bool)
        reading.skipped[codes & empty_cells(reading.skipped)] = LEFT_OUT


def _unused(
    cells: pd.DataFrame, reading: _Reading, taken: frozenset[str], rows: pd.DataFrame
) -> tuple[str, ...]:
    """Return the columns that hold anything in rows that name something, and fill no field."""
    fields = reading.fields
    if reading.role in ("points", "lines"):
        fields = (point_part if reading.role == "points" else line_part)(fields, reading.role)
    # The name of a layer is that of its table.
    used = {*fields.values(), *taken, "layer"}
    kept = empty_cells(rows["skipped"].to_numpy(dtype=object))
    rest = [name for name in reading.names if name not in used and name in cells]
    return tuple(name for name in rest if filled_cells(cells[name].to_numpy(dtype=object)[kept]).any())


def _unused_remarks(parts: list[RecognisedTable]) -> tuple[tuple[str, str, int, str], ...]:
    """Return a remark on each column that is not used, but for those that no survey could use."""
    return tuple(
        (
            "level_unused" if is_level(name) else "column_unused",
            part.sheet,
            part.mapping.get("heading_row", 0),
            name,
        )
        for part in parts
        for name in part.unused
        # What is asked needs no remark.
        if not is_ignored(name) and name not in part.levels
    )


def _frames(
    table: SurveyTable, reading: _Reading, defaults: Mapping[str, str], rows: pd.DataFrame
) -> tuple[Optional[pd.DataFrame], Optional[pd.DataFrame]]:
    """Return points and lines of a table; rows of a combined one without connection become points."""
    kept = np.flatnonzero(empty_cells(rows["skipped"].to_numpy(dtype=object)))
    points = lines = None
    if reading.role != "lines":
        points = picked(table, point_part(reading.fields, reading.role), POINT_FIELDS, kept, defaults)
    if reading.role != "points":
        lines = picked(table, line_part(reading.fields, reading.role), LINE_FIELDS, kept, defaults)
        lines["vertices"] = (
            np.full(len(kept), None, dtype=object) if table.lines is None else table.lines[kept]
        )
    if points is not None and lines is not None:
        ends = lines["end_no"].to_numpy(dtype=object)
        points = filled_down(points, ends)
        lines["start_no"] = points["point_no"].to_numpy(dtype=object)
        connects = filled_cells(ends)
        rows.loc[kept[~connects], "record"] = "point"
        lines = lines[connects].reset_index(drop=True)
    return points, lines


def _agreed(parts: list[Mapping[str, Declared]]) -> dict[str, Declared]:
    """Return the decisions that all parts of a file that say something say alike."""
    found: dict[str, Declared] = {}
    contrary: set[str] = set()
    for part in parts:
        for key, said in part.items():
            if key in found and found[key].value != said.value:
                contrary.add(key)
            found.setdefault(key, said)
    return {key: said for key, said in found.items() if key not in contrary}


def _levels_by_class(parts: list[RecognisedTable]) -> dict[str, Declared]:
    """Return that levels are as CJJ 61 has them where tables of supply say crown, those of drains invert."""
    said: dict[str, Declared] = {}
    for part in parts:
        if "level_of" in part.declared:
            wanted = "invert" if system_of_name(part.sheet) in systems("drain") else "top"
            if part.declared["level_of"].value != wanted:
                return {}
            said.setdefault(wanted, part.declared["level_of"])
    if len(said) < 2:
        return {}
    return {"level_of": Declared("cjj61", listed(one.words for one in said.values()))}


def _format(read: TablesRead, mapping: SurveyMapping, name: str, parts: list[RecognisedTable]) -> str:
    if mapping.preset:
        return mapping.preset
    if read.format != "table":
        return read.format
    if any(part.is_cjj61 for part in parts):
        return "cjj61_combined" if any(part.role == "combined" for part in parts) else "cjj61_tables"
    is_headless = bool(parts) and "heading_row" not in parts[0].mapping
    return "cass_dat" if name.lower().endswith(".dat") and is_headless else "table"


def _parts(
    read: TablesRead, name: str, mapping: SurveyMapping, fillers: frozenset[str] = frozenset()
) -> list[RecognisedTable]:
    """Return the tables of a file with their roles."""
    parts, answered = [], mapping.levels_of(name)
    for table in read.tables:
        where = tr("{file}, sheet {sheet}").format(file=name, sheet=table.sheet) if table.sheet else name
        given, is_only = mapping.of(name, table.sheet), len(read.tables) == 1
        left = mapping.left_out
        parts.append(_recognised(table, where, given, mapping.preset, is_only, fillers, answered, left))
    return parts


def recognised_file(
    read: TablesRead,
    name: str,
    sha256: str,
    mapping: SurveyMapping,
    called: frozenset[str] = frozenset(),
) -> SurveyFile:
    """Return the points and lines of a file by our fields, nothing of it typed.

    Parameters
    ----------
    read
        As a reader returned it.
    name
        Of the file, as the user gave it.
    sha256
        Of its bytes.
    mapping
        What the user says of its tables.
    called
        Numbers of points of other files that would fill a cell only.

    Raises
    ------
    InputError
        When it stays in doubt what a table is for, or which column is meant.
    """
    before = 0
    parts = _parts(read, name, mapping)
    fillers = fillers_of_lines([part.points for part in parts], [part.lines for part in parts]) - called
    if fillers:
        parts = _parts(read, name, mapping, fillers)
    points: list[tuple[pd.DataFrame, int]] = []
    lines: list[tuple[pd.DataFrame, int]] = []
    for part in parts:
        if part.points is not None:
            points.append((part.points, before))
        if part.lines is not None:
            lines.append((part.lines, before))
        before += len(part.rows)
    if not points and not lines:
        message = tr("{file} has neither points nor lines. Choose another file.")
        raise InputError(message.format(file=name))
    texts = tuple(dict.fromkeys(text for part in parts for text in part.texts if text))
    declared = {**levels_by_words([name, *texts]), **_agreed([part.declared for part in parts])}
    declared.update(_levels_by_class(parts))
    found_format = _format(read, mapping, name, parts)
    if found_format.startswith("cjj61"):
        declared.setdefault("axes", Declared("x_north", "CJJ 61"))
        if not any("height_of" in part.declared for part in parts):
            declared.setdefault("height_of", Declared("ground", "CJJ 61"))
    ledgers = [part.rows for part in parts]
    used: dict[str, Any] = {
        "tables": [{"file": name.replace("\\", "/").rpartition("/")[2], **part.mapping} for part in parts]
    }
    return SurveyFile(
        name=name,
        sha256=sha256,
        format=found_format,
        encoding=read.encoding,
        points=joined(points, [*POINT_FIELDS, "row"]),
        lines=joined(lines, [*LINE_FIELDS, "row", "vertices"]),
        rows=ledgers[0] if len(ledgers) == 1 else pd.concat(ledgers, ignore_index=True),
        cells=tuple(part.cells for part in parts),
        declared=declared,
        texts=(name, *texts),
        titles=tuple(dict.fromkeys(title for part in parts for title in part.titles if title)),
        faults=tuple((table.sheet, fault) for table in read.tables for fault in table.faults),
        remarks=(
            *((rule, table.sheet, row, text) for table in read.tables for rule, row, text in table.remarks),
            *_unused_remarks(parts),
        ),
        unused=tuple((part.sheet, name) for part in parts for name in part.unused),
        level_columns={name: fields for part in reversed(parts) for name, fields in part.levels.items()},
        mapping={**mapping.raw, **used},
    )
