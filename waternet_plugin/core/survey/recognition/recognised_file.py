"""The tables of a file as points and lines by our fields, with every row in the ledger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.schema.system_names import system_of_name
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.survey.fillers import fillers_of_lines
from waternet_plugin.core.survey.recognition.column_aliases import is_ignored, is_level
from waternet_plugin.core.survey.recognition.open_tables import UnknownTablesError, table_head
from waternet_plugin.core.survey.recognition.recognised_table import RecognisedTable, recognised_table
from waternet_plugin.core.survey.recognition.survey_mapping import SurveyMapping
from waternet_plugin.core.survey.recognition.table_frames import joined
from waternet_plugin.core.survey.records import LINE_FIELDS, POINT_FIELDS, SurveyFile
from waternet_plugin.core.survey.tables_read import TablesRead
from waternet_plugin.core.texts import listed, tr

_PIPE_BOTTOM = r"管(?:内)?底"
# The first that fits: levels of both kinds of pipes name the crown, too.
_LEVELS = (
    (
        "cjj61",
        re.compile(
            rf"(?:给水|压力|有压)[^,，;；。]{{0,8}}管顶[^。]{{0,20}}(?:排水|重力|无压)[^,，;；。]{{0,8}}{_PIPE_BOTTOM}"
        ),
    ),
    ("top", re.compile(r"高程[^,，;；。]{0,6}(?:为|指|均为|系|是|:|：)\s*管顶")),
    ("invert", re.compile(rf"高程[^,，;；。]{{0,6}}(?:为|指|均为|系|是|:|：)\s*{_PIPE_BOTTOM}")),
)


def levels_by_words(texts: Iterable[str]) -> dict[str, Declared]:
    """Return what texts declare of the levels of lines, ``level_of``; nothing where two differ.

    Parameters
    ----------
    texts
        Titles, headings and names.
    """
    levels: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        plain = unicodedata.normalize("NFKC", text)
        value = next((value for value, pattern in _LEVELS if pattern.search(plain)), None)
        if value is not None:
            levels.setdefault(value, text)
    return {"level_of": Declared(*next(iter(levels.items())))} if len(levels) == 1 else {}


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


def _agreed(parts: list[Mapping[str, Declared]]) -> dict[str, Declared]:
    """Return the decisions that all parts of a file that say something say alike."""
    declared: dict[str, Declared] = {}
    contrary: set[str] = set()
    for part in parts:
        for key, statement in part.items():
            if key in declared and declared[key].value != statement.value:
                contrary.add(key)
            declared.setdefault(key, statement)
    return {key: statement for key, statement in declared.items() if key not in contrary}


def _levels_by_class(parts: list[RecognisedTable]) -> dict[str, Declared]:
    """Return that levels are as CJJ 61 has them where tables of supply say crown, those of drains invert."""
    levels_declared: dict[str, Declared] = {}
    for part in parts:
        if "level_of" in part.declared:
            wanted = "invert" if system_of_name(part.sheet) in systems("drain") else "top"
            if part.declared["level_of"].value != wanted:
                return {}
            levels_declared.setdefault(wanted, part.declared["level_of"])
    if len(levels_declared) < 2:
        return {}
    return {"level_of": Declared("cjj61", listed(value.words for value in levels_declared.values()))}


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
    is_only = len(read.tables) == 1
    return [recognised_table(table, name, mapping, is_only=is_only, fillers=fillers) for table in read.tables]


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
    UnknownTablesError
        When nobody understands any of its tables; of several, those that are not understood are open.
    InputError
        When it has neither points nor lines.
    """
    before = 0
    parts = _parts(read, name, mapping)
    fillers = fillers_of_lines([part.points for part in parts], [part.lines for part in parts]) - called
    if fillers:
        parts = _parts(read, name, mapping, fillers)
    points: list[tuple[pd.DataFrame, int]] = []
    lines: list[tuple[pd.DataFrame, int]] = []
    along: list[tuple[pd.DataFrame, int]] = []
    for part in parts:
        if part.points is not None:
            points.append((part.points, before))
        if part.along is not None:
            along.append((part.along, before))
        if part.lines is not None:
            lines.append((part.lines, before))
        before += len(part.rows)
    unknown = tuple(
        table_head(table.sheet, table.cells, table.row_no, part.reason)
        for table, part in zip(read.tables, parts)
        if part.reason
    )
    if not points and not lines and unknown:
        raise UnknownTablesError(unknown)
    if not points and not lines:
        raise InputError(tr("{file} has neither points nor lines. Choose another file.").format(file=name))
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
        open_sheets={part.sheet: part.reason for part in parts if part.reason},
        along=joined(along, [*LINE_FIELDS, "row", "point_no"]) if mapping.makes_lines else None,
        mapping={**mapping.raw, **used},
    )
