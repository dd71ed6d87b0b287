"""What survey files hold, as text: tables as a reader finds them, then points and lines by our fields.

A row is a line of text, a row of a sheet, an element of XML or an entity of a drawing with any value in it.
Each is counted once, from the table to the ledger, and keeps the number that it has in its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.places.deciding.decision_facts import Declared

# Fields of the rows that name a point; map_no is the number that the map shows, h_rms and v_rms are the
# accuracies that the receiver tells, m.
POINT_FIELDS = (
    "point_no",
    "map_no",
    "x",
    "y",
    "h",
    "code",
    "feature",
    "appurtenance",
    "system",
    "ground",
    "depth",
    "survey_date",
    "surveyor",
    "photo",
    "h_rms",
    "v_rms",
    "solution",
)
# Fields of the rows that name a connection of two points.
LINE_FIELDS = (
    "pipe_id",
    "start_no",
    "end_no",
    "start_depth",
    "end_depth",
    "start_level",
    "end_level",
    "length",
    "material",
    "size",
    "equal_diameter",
    "burial",
    "owner",
    "year",
    "street",
    "backfilled_on",
    "material_verified_by",
    "material_verified_on",
    "photo",
    "system",
    "function",
)
# Those that a table of points may tell of the lines that its points make; start_depth and start_level are the
# depth and the level of the pipe at the point.
ALONG_FIELDS = (
    "start_depth",
    "start_level",
    "material",
    "size",
    "equal_diameter",
    "burial",
    "owner",
    "year",
    "street",
    "backfilled_on",
    "material_verified_by",
    "material_verified_on",
    "function",
)
# What a table of lines may tell of the points at both ends, where no row is a point.
SIDES = ("start", "end")
OF_END = ("x", "y", "h", "ground", "feature", "appurtenance")
END_FIELDS = tuple(f"{side}_{name}" for side in SIDES for name in OF_END)
# What a table is for; an empty text: not known yet.
ROLES = ("points", "lines", "combined", "ignore")


@dataclass(frozen=True)
class CellFault:
    """A cell that holds an error, or a formula without a stored value, where its text should be."""

    row_no: int
    column: str
    text: str


@dataclass(frozen=True)
class SurveyTable(PlainFrames):
    """One sheet, layer or list of a file, all cells as text.

    Parameters
    ----------
    sheet
        Name of the sheet or layer; empty where a file is one table.
    cells
        (n rows) columns of object: str, or None where a cell is empty. The columns are `POINT_FIELDS` and
        `LINE_FIELDS` where the format defines them (``is_named``), else "1", "2", ... by their place, and the
        headings are still among the rows.
    row_no
        (n,) int64, the rows' numbers in the file, from 1.
    role
        One of `ROLES`, or empty.
    declared
        Decisions that the format or the words of the file make, by the names of CONTRACT section 9.
    skipped
        Reason codes of rows that name nothing, by row number: comment, deleted_point, ...
    lines
        Where rows are drawn lines: (n,) object of float64 (k, 3) vertices, x, y, z as the file has them, z
        NaN where there is none; None for rows without. None as a whole where the format has no lines.
    remarks
        (rule_id, row number, text) of what a person should see: hidden rows, merged cells.
    """

    sheet: str
    cells: pd.DataFrame
    row_no: Array
    role: str = ""
    is_named: bool = False
    declared: Mapping[str, Declared] = field(default_factory=dict)
    skipped: Mapping[int, str] = field(default_factory=dict)
    faults: tuple[CellFault, ...] = ()
    lines: Optional[Array] = None
    remarks: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True)
class SurveyFile(PlainFrames):
    """One file whose columns and roles are known; nothing of it is typed yet.

    Parameters
    ----------
    name
        As the user gave it, relative to the folder where a folder was given.
    format
        A preset of CONTRACT section 9, or ``table``.
    encoding
        Of its texts, empty for formats that have none.
    points
        `POINT_FIELDS` and ``row``: the place in ``rows`` (int64) of the row that names the point. With
        tables of lines that have the coordinates of both ends also ``end``: start or end of the line of that
        row, unknown for rows of points.
    lines
        `LINE_FIELDS`, ``row``, and ``vertices`` where lines are drawn: object of float64 (k, 3), else None.
        A row of a combined table stands in both frames.
    rows
        Every row: ``sheet``, ``row_no``, ``record`` (point, line, both, other), ``skipped`` (reason code or
        None).
    cells
        The same rows as texts by the headings of their table, a frame for each table.
    declared
        What the file says of its decisions.
    texts
        Titles, headings and names of sheets, where words like 1985国家高程基准 stand.
    titles
        Those that are no headings: what a sheet or table is called.
    unused
        Sheet and heading of each column with values that fills no field.
    level_columns
        The fields that a column of levels or depths may mean which no list of headings knows, by heading.
    open_sheets
        Sheets that nobody understands, each with the sentence that says why.
    along
        Where points make lines: `LINE_FIELDS`, ``row`` and ``point_no`` of each row of ``points``: what it
        says of the lines of its point. None where they make none.
    """

    name: str
    sha256: str
    format: str
    encoding: str
    points: pd.DataFrame
    lines: pd.DataFrame
    rows: pd.DataFrame
    cells: tuple[pd.DataFrame, ...] = ()
    declared: Mapping[str, Declared] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    faults: tuple[tuple[str, CellFault], ...] = ()
    remarks: tuple[tuple[str, str, int, str], ...] = ()
    mapping: Mapping[str, Any] = field(default_factory=dict)
    unused: tuple[tuple[str, str], ...] = ()
    level_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_sheets: Mapping[str, str] = field(default_factory=dict)
    along: Optional[pd.DataFrame] = None
