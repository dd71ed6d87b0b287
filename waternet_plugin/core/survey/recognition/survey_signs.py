"""Whether a text or a table is one of surveyors, by its first lines: its headings, or points without any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.survey.recognition.column_aliases import field_of

# Headings that only tables of surveyors have, folded: numbers of measured points and of both their ends.
OWN_HEADINGS = frozenset(
    "物探点号 管点编号 管点号 管线点号 管线点编号 管线点预编号 探测点号 测点号 测量点号 图上点号 本点号"
    " 连接点号 起点物探点号 终点物探点号 起点点号 终点点号 expno wtdh qddh zddh".split()
)
# Lists of assets number their points, too: only with what is measured or coded are these of surveyors.
_SHARED = frozenset({"点号", "点名", "pointno", "pointnumber", "ptno", "point", "pt", "p", "pointid", "ptid"})
_NOTED = frozenset(
    {"feature", "appurtenance", "code", "survey_date", "surveyor", "h_rms", "v_rms", "solution"}
)
_MEASURED = frozenset({"h", "ground", "depth", *_NOTED})
_PLACE = frozenset({"x", "y"})
_NORTH, _EAST = frozenset({"northing", "north", "n", "北坐标"}), frozenset({"easting", "east", "e", "东坐标"})
_CELLS = re.compile(r"[,;\t|，；]")
_DECIMAL = re.compile(r"-?\d{4,8}\.\d+")
# A line of points has its number, two coordinates and one more cell at least.
_LEAST_CELLS = 4
_LOOKED_AT = 30


def are_headings(cells: Sequence[str]) -> bool:
    """Return whether the cells of a row are headings of points or lines of a survey."""
    words = {fold(cell) for cell in cells if cell}
    fields = {known.field for cell in cells if cell and (known := field_of(cell, "points")) is not None}
    if words & OWN_HEADINGS:
        lines = {known.field for cell in cells if cell and (known := field_of(cell, "lines")) is not None}
        # 管线点号, 连接点号: the row's own point is the start.
        is_line = "end_no" in lines and bool({"start_no"} & lines or {"point_no"} & fields)
        return fields >= _PLACE or is_line or bool(fields & _MEASURED)
    if not words & _SHARED:
        return False
    is_grid = bool(words & _NORTH) and bool(words & _EAST) and bool(fields & _MEASURED)
    return is_grid or (fields >= _PLACE and bool(fields & _NOTED))


def is_point_line(cells: Sequence[str]) -> bool:
    """Return whether the cells of a row are a point without headings: its number, two coordinates, more."""
    numbers = [bool(_DECIMAL.fullmatch(cell.strip())) for cell in cells]
    has_pair = any(first and second for first, second in zip(numbers[1:], numbers[2:]))
    return len(cells) >= _LEAST_CELLS and has_pair and not numbers[0]


def is_survey_text(text: str) -> bool:
    """Return whether the first lines of a text are those of a survey."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    rows = [_CELLS.split(line) for line in lines]
    if any(are_headings(row) for row in rows):
        return True
    return bool(rows) and all(is_point_line(row) for row in rows[:2])


def has_survey_headings(words: Iterable[str]) -> bool:
    """Return whether the texts of a workbook, in whatever order, have headings that only surveys have."""
    folded = {fold(word) for word in words}
    return bool(folded & OWN_HEADINGS)
