"""Find the headings of a table that people laid out for reading: titles, merged cells, units, totals.

A ledger begins with its title, its columns are named in one row or in two joined by merged cells, their units
stand in a row of their own, and below the last row comes a total and a line to sign. `find_header` looks for
the rows that name the columns, `column_names` joins them, `is_left_out` tells what is not a row of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import written_days, written_numbers
from waternet_plugin.core.cells.unknown_words import unknown_cells
from waternet_plugin.core.schema.domains import fold

# Between the name of a group of columns and that of the column.
JOINT = " / "
# Rows from the top in which a heading is looked for, and rows below it that say what the values are.
LOOKED_AT = 60
_MOST_TITLES = 20
_MOST_LEVELS = 3
# Groups of several parts beside which one of a single part is believed.
_LEAST_GROUPS = 2
# Share of the columns below which a row above the heading is a title.
_TITLE_SHARE = 0.34
# Share of the columns that a heading names.
_NAMED_SHARE = 0.6
# So many empty rows are looked below for a table of its own.
_MOST_GAPS = 50
# Fewer columns than this are not counted out below their names.
_FEWEST_COUNTED = 2
# A total fills at most this share of the cells of a full row.
_TOTAL_SHARE = 0.5

_TOTALS = (
    "合计 总计 共计 小计 累计 本页合计 本页小计 total sum subtotal grandtotal totals"
    " 平均 平均值 均值 平均数 最大值 最小值 average".split(),
    # 人民路小计 is one as well.
    re.compile(r"(?:合计|总计|共计|小计|累计|本页合计)[\d.,]*\D{0,3}|[^\W\d_]{1,12}(?:合计|总计|小计)"),
)
# What begins a row that shows how to fill the table in, or says so.
_EXAMPLES = r"示例|样例|范例|举例|例如|例(?=\W|\d*$)|examples?\b|e\.g\.?(?!\w)"
_EXAMPLE = re.compile(rf"[(（\[【<《]?\s*(?:填[写表报])?(?:{_EXAMPLES})", re.IGNORECASE)
_EXPLAINED = re.compile(r"(?:填[写表报]|字段|数据|编号)(?:说明|要求|规则)|说明\s*[:：]|注\d*\s*[:：]")
# What stands in each column of a row below the heading that says how to fill them in.
_FILLED_HOW = frozenset(
    "必填 选填 可填 非必填 条件必填 必填项 选填项 文本 文本型 字符 字符型 字符串 数值 数值型"
    " 数字 整数 整型 小数 浮点 浮点型 日期 日期型 布尔 枚举 text string char varchar number"
    " numeric integer int double float real date required optional mandatory".split()
)
# So many rows below the heading may say how to fill it in.
_MOST_EXPLAINING = 4
_SIGNED = re.compile(
    r"(?:制表|填表|巡检|巡查|抄表|经办|签字|签名|审核|复核|校核|校对|检查|测量|测绘|记录|绘图|批准|编制|统计|负责|填报|监理|检测|施工|调查|验收|主管|[^:：]{1,8}(?:签字|签名|盖章)|注|备注|说明|note|prepared|checked|source|printed)"
    r"[^:：]{0,8}[:：]"
)
# What follows such a line in a row of its own: 2、管径单位为毫米, 第1页 共3页.
_GOES_WITH_SIGNED = re.compile(r"\d{1,2}\s*[、.．)）]\s*\D|第\s*\d+\s*页")
# What a total has where it has no figure.
_DASHES = frozenset("/／-—–")
_FIGURE = re.compile(r"\d")
# What an id holds that is the word of a total, an example or a note; all else is not looked at closely.
_SAYS_MORE = re.compile(
    r"计|例|均|[大小]值|average|说明|要求|规则|注|[:：]|total|\bsum|e\.g|example", re.IGNORECASE
)
_UNIT_OF_TABLE = re.compile(
    r"(?:计量|计算)?单位\s*[:：]\s*([^\s；;，,、）)]+)|\bunits?\s*:\s*([^\s;,)]+)", re.IGNORECASE
)
# Longer texts above a table explain something; a total is named in one of the first columns.
_LONGEST_TITLE, _FIRST_COLUMNS = 40, 3
_UNITS = frozenset(
    "mm cm dm m km 毫米 厘米 分米 米 公里 千米 inch in ft 英寸 英尺 mpa kpa bar 兆帕 千帕"
    " 年 年份 月 日 年月 年月日 m2 m3 ㎡ m3h m3d ls 立方米 平方米 吨"
    " 个 只 座 处 次 户 人 元 万元 小时 h d 天 度 ‰ mgl".split()
)
_BRACKETED = re.compile(r"^(.*?)\s*[（(\[【]\s*([^（(\[【）)\]】]*)\s*[）)\]】]\s*$")

# Databases that allow no brackets write 户数(户) as 户数_户_.
_WITHOUT_BRACKETS = re.compile(r"^(.*[^\W_])_+([^\W_]+)_+$")

# The number of a column before its name: 1、编号, (2)管径.
_NUMBER_BEFORE = re.compile(r"^\s*(?:[（(]\d{1,2}[)）]|\d{1,2}[、.．)）])\s*(?=[^\W\d])")

# What says that a table goes on, on another page.
_GOES_ON = re.compile(r"续|第\s*\d+\s*页|\bcontinued\b|\bpage\b", re.IGNORECASE)

Row = Sequence["str | None"]


@dataclass(frozen=True)
class Header:
    """The rows of a sheet or text file that name its columns, counted from 1 as the sheet shows them.

    ``row`` to ``last_row`` hold the names, joined where there are several; ``units_row`` holds their units, 0
    for none. What comes below is the table.
    """

    row: int
    last_row: int = 0
    units_row: int = 0

    @property
    def last(self) -> int:
        """The last row with names."""
        return max(self.row, self.last_row)

    @property
    def below(self) -> int:
        """How many rows come before the first row of the table."""
        return max(self.last, self.units_row)

    def moved(self, rows: int) -> Header:
        """Return the header as it is where so many rows stand above."""
        numbers = (number + rows if number else 0 for number in (self.row, self.last_row, self.units_row))
        return Header(*numbers)

    def to_dict(self) -> dict[str, int]:
        """Return the header as a MAPPING has it."""
        given = {"row": self.row}
        if self.last > self.row:
            given["last_row"] = self.last
        if self.units_row:
            given["units_row"] = self.units_row
        return given


def header_of(raw: Mapping[str, Any]) -> Header:
    """Return the header that a MAPPING names.

    Raises
    ------
    ValueError
        When it is not valid: unknown keys, rows that are not whole numbers from 1, units within the names.
    """
    if set(raw) - {"row", "last_row", "units_row"} or "row" not in raw:
        raise ValueError("row, last_row, units_row")
    for number in raw.values():
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ValueError("whole numbers")
    found = Header(raw["row"], raw.get("last_row", 0), raw.get("units_row", 0))
    if found.row < 1 or (raw.get("last_row") or found.row) < found.row:
        raise ValueError("order of rows")
    if found.row <= found.units_row <= found.last:
        raise ValueError("units within names")
    return found


def bare_name(column: str) -> str:
    """Return a column's own name, without the group it belongs to, its number and the unit behind it."""
    own = _NUMBER_BEFORE.sub("", column.rpartition(JOINT)[2])
    found = _with_unit(own)
    return found.group(1) if found and found.group(1) else own


def _with_unit(name: str) -> re.Match[str] | None:
    """Return the name of a column and the unit behind it, None where it has none."""
    found = _WITHOUT_BRACKETS.match(name)
    return found if found and is_unit(found.group(2)) else _BRACKETED.match(name)


def unit_word(column: str) -> str:
    """Return what stands in brackets behind a column's name, '' for nothing: mm of 管径（mm）."""
    found = _with_unit(column.rpartition(JOINT)[2])
    return found.group(2).strip() if found and found.group(1) else ""


# -------------------------------------------------------------------------------------------- cells


def _text(cell: str | None) -> str:
    return "" if cell is None else cell.strip()


def _filled(row: Row) -> list[int]:
    return [place for place, cell in enumerate(row) if _text(cell)]


def _is_beside(row: Row) -> bool:
    """Return whether a row begins as a total or as a line to sign."""
    cell = next((_text(cell) for cell in row if _text(cell)), "")
    return is_total(cell) or is_signature(cell)


def _without_brackets(cell: str) -> str:
    return cell.strip("()（）[]【】")


def is_unit(cell: str) -> bool:
    """Return whether a cell of a row below the headings names a unit."""
    return fold(cell) in _UNITS or cell in ("%", "‰", "℃")


def _is_value(cell: str) -> bool:
    """Return whether a cell holds a number or a date, which no heading does."""
    series = pd.Series([cell], dtype=object)
    return bool(
        np.isfinite(written_numbers.numbers(series).values[0])
        or np.isfinite(written_days.days(series).year[0])
    )


def are_words(cells: Iterable[str]) -> bool:
    """Return whether cells may be names of columns: no numbers or dates, no total or line to sign."""
    words = list(cells)
    begins = words[:1]
    return not any(map(_is_value, words)) and not any(is_total(one) or is_signature(one) for one in begins)


def _natures(rows: Sequence[Row], column: int) -> float:
    """Return the share of a column's filled cells that are numbers or dates, 0 for an empty column."""
    cells = [_text(row[column]) for row in rows if column < len(row) and _text(row[column])]
    return sum(_is_value(cell) for cell in cells) / len(cells) if cells else 0.0


# ------------------------------------------------------------------------------------------- finding


def _is_lower(upper: Row, lower: Row) -> bool:
    """Return whether a row goes on with a heading: it names parts of merged cells and nothing else."""
    above = set(_filled(upper))
    # Cells that are merged over both rows have their text in both.
    named = [
        place for place in _filled(lower) if place not in above or _text(lower[place]) != _text(upper[place])
    ]
    # Units stand beneath whole names while others are divided.
    named = [
        place for place in named if place not in above or not is_unit(_without_brackets(_text(lower[place])))
    ]
    if not named or any(_is_value(_text(lower[place])) or is_unit(_text(lower[place])) for place in named):
        return False
    if all(place in above for place in named):
        return False
    below = set(named)
    # Beneath a name of its own only where that begins a group: its right neighbour has none.
    if all(place not in above or (place + 1 not in above and place + 1 in below) for place in named):
        return True
    # A group may have a single part where other groups have several: 管段 above 编号.
    begun = {max((one for one in above if one < place), default=-1) for place in below - above}
    return len(begun - {-1}) >= _LEAST_GROUPS and below >= above


def last_level(rows: Sequence[Row], first: int) -> int:
    """Return the last row, from 0, of a heading that begins at a row."""
    last = first
    while last + 1 < len(rows) and last - first + 1 < _MOST_LEVELS and _is_lower(rows[last], rows[last + 1]):
        last += 1
    return last


def find_header(rows: Sequence[Row], *, ends_with_total: bool = False) -> Header | None:
    """Return where the columns of a table are named, None where row 1 names them and nothing is around it.

    Parameters
    ----------
    rows
        The first rows of the sheet or file, None for empty cells; ``LOOKED_AT`` are enough.
    ends_with_total
        Whether the table ends with rows that are none of its own: the header is named then in any case.
    """
    plain = Header(1) if ends_with_total else None
    # Totals and lines to sign say nothing of how wide a table is and what stands in its columns.
    counts = [0 if _is_beside(row) else len(_filled(row)) for row in rows]
    width = int(np.median([count for count in counts if count])) if any(counts) else 0
    if width < 2:
        return None
    first = next(
        (place for place, count in enumerate(counts) if count > max(1, _TITLE_SHARE * width)), len(rows)
    )
    if first > _MOST_TITLES or first + 1 >= len(rows):
        return plain
    last = last_level(rows, first)
    names = [name for name in column_names(rows[first : last + 1], None) if name]
    units = last + 1
    cells = [_text(rows[units][place]) for place in _filled(rows[units])] if units < len(rows) else []
    has_units = bool(cells) and all(is_unit(cell) for cell in cells)
    found = Header(first + 1, last + 1 if last > first else 0, units + 1 if has_units else 0)
    if found == Header(1):
        return plain
    body = [row for row in rows[found.below :] if not _is_beside(row)]
    named = [_text(cell) for row in rows[first : last + 1] for cell in row if _text(cell)]
    if any(_is_value(cell) for cell in named) or len(set(names)) < _NAMED_SHARE * width:
        return plain
    # Values of another nature below: names stand above numbers or dates in one column at least.
    if not any(_natures(body, column) > 0.5 for column in range(max(len(row) for row in rows))):
        return plain
    return found


def column_names(rows: Sequence[Row], units: Row | None) -> list[str]:
    """Return the name of each column, '' for none: groups joined with their parts, units in brackets.

    Parameters
    ----------
    rows
        The rows of the heading from above.
    units
        The row of units, None for none.
    """
    width = max([len(row) for row in rows] + [len(units or ())])
    grid = [[_text(row[place]) if place < len(row) else "" for place in range(width)] for row in rows]
    for upper, lower in zip(grid[-2::-1], grid[:0:-1]):
        # Cells that are merged over both rows name no part of a group.
        lower[:] = ["" if part == whole else part for whole, part in zip(upper, lower)]
    for level, row in enumerate(grid[:-1]):
        for place in range(1, width):
            # A merged cell has its text in its first column alone.
            parts = [any(lower[at] for lower in grid[level + 1 :]) for at in (place - 1, place)]
            if not row[place] and all(parts):
                row[place] = row[place - 1]
    names = []
    for place in range(width):
        parts_of_name = list(dict.fromkeys(row[place] for row in grid if row[place]))
        unit = _without_brackets(_text(units[place])) if units is not None and place < len(units) else ""
        if len(parts_of_name) > 1 and is_unit(_without_brackets(parts_of_name[-1])):
            unit = _without_brackets(parts_of_name.pop())
        name = JOINT.join(" ".join(part.split()) for part in parts_of_name)
        names.append(f"{name} ({unit})" if name and unit and not unit_word(name) else name)
    return names


# -------------------------------------------------------------------------------------------- totals


def is_total(cell: object) -> bool:
    """Return whether a cell says that its row is a total."""
    word = fold(cell)
    return word in _TOTALS[0] or bool(_TOTALS[1].fullmatch(word))


def is_signature(cell: object) -> bool:
    """Return whether a cell begins a line to sign or a note below a table."""
    return _SIGNED.match(str(cell).strip()) is not None


def is_example(cell: object) -> bool:
    """Return whether a cell begins a row that shows or says how to fill a table in: 示例：GS001, 填写说明."""
    word = str(cell).strip()
    return _EXAMPLE.match(word) is not None or _EXPLAINED.match(word) is not None


def are_no_ids(ids: pd.Series) -> Array:
    """Return which ids are none, but the words of a total, an example or a note of the table.

    Parameters
    ----------
    ids
        Texts, all known.
    """
    is_word = np.array(ids.str.contains(_SAYS_MORE), dtype=bool)
    is_word[is_word] = [is_total(one) or is_example(one) or is_signature(one) for one in ids[is_word]]
    return is_word


def _first_cells(cells: Array, filled: Array) -> Array:
    """Return the cell that begins each row, looked for in the first columns, None for none."""
    found = np.full(len(cells), None, dtype=object)
    for column in range(min(_FIRST_COLUMNS, cells.shape[1])):
        is_open = pd.isna(found) & filled[:, column]
        found[is_open] = cells[is_open, column]
    return found


def _explain(cells: Array, filled: Array) -> Array:
    """Return which of the first rows say of each column how it is filled in, or number the columns."""
    found = np.zeros(len(cells), dtype=bool)
    for row in range(min(_MOST_EXPLAINING, len(cells))):
        words = [fold(cell) for cell in cells[row, filled[row]]]
        counted = words == [str(number) for number in range(1, len(words) + 1)]
        found[row] = len(words) > _FEWEST_COUNTED and (counted or _FILLED_HOW.issuperset(words))
    return found


def _other_table(cells: Array, filled: Array, repeated: Array) -> Array:
    """Return which rows at the end are a table of their own: below an empty row, headed by words.

    It is narrow, or its heading stands in columns that have figures above and is not that of this table.
    """
    width = filled.sum(axis=1)
    found = np.zeros(len(cells), dtype=bool)
    gaps = np.flatnonzero(width == 0)
    starts = gaps[np.isin(gaps + 1, gaps, invert=True) & (gaps + 1 < len(cells))] + 1
    widest = np.maximum.accumulate(width[::-1])[::-1]
    # Where empty rows part groups of rows throughout, a table of its own is at the end.
    for start in starts[-_MOST_GAPS:].tolist():
        headed = [str(cell) for cell in cells[start, filled[start]]]
        if len(headed) == 1 and start + 1 < len(cells):
            # A title of its own.
            headed = [str(cell) for cell in cells[start + 1, filled[start + 1]]]
        first = slice(start, start + 2)
        is_narrow = widest[start] <= _TOTAL_SHARE * widest[0]
        if (is_narrow and not any(_FIGURE.search(cell) for cell in headed)) or (
            not repeated[first].any() and _is_below_figures(cells[:start], headed, filled[first])
        ):
            found[start:] = True
            break
    return found


def _is_below_figures(above: Array, headed: Sequence[str], filled: Array) -> bool:
    """Return whether words with a row beneath them stand in columns of numbers or dates."""
    if len(headed) < _LEAST_GROUPS or not filled.any(axis=1).all() or not are_words(headed):
        return False
    heading = filled[0] if filled[0].sum() > 1 else filled[1]
    rows = [list(row) for row in above[:LOOKED_AT]]
    is_new = len({*headed}) == len(headed) and not unknown_cells(np.array(headed, dtype=object)).any()
    return is_new and any(_natures(rows, column) > _NAMED_SHARE for column in np.flatnonzero(heading))


def _repeat(cells: Array, names: Sequence[object]) -> Array:
    """Return which rows repeat the names of the columns, as each printed page does."""
    found = np.array([bool(name) for name in names[:1]] * len(cells), dtype=bool)
    for column, name in enumerate(names):
        rows = np.flatnonzero(found)
        found[rows] = [cell == name or (cell is None and not name) for cell in cells[rows, column]]
    return found


def name_with_titles(name: str, titles: Sequence[str]) -> str:
    """Return the name of a table with what its titles say, the unit of its figures in brackets."""
    said = [title for title in titles if len(title) <= _LONGEST_TITLE]
    # 单位：万立方米
    units = [found.group(1) or found.group(2) for one in titles for found in _UNIT_OF_TABLE.finditer(one)]
    return " ".join([name, *said, *(f"[{unit}]" for unit in units)])


def is_left_out(frame: pd.DataFrame) -> Array:
    """Return which rows are not rows of the table: totals and examples anywhere, lines to sign at its end.

    A total fills half of the cells of a full row at most and says what it is (合计, total), or begins with
    the word for a total and holds nothing but numbers behind it, so that no pipe is lost. A row that begins
    as an example or a note (示例, 填写说明), one that repeats the heading, and those below it that say how to
    fill it in (必填, 文本) or number it are left out; empty rows, too, and another table below such a one.
    """
    cells = frame.astype(object).to_numpy()
    is_filled = frame.notna().to_numpy()
    filled = is_filled.sum(axis=1)
    left: Array = filled == 0
    known = filled[~left]
    if not len(known):
        return left
    first = _first_cells(cells, is_filled)
    repeated = _repeat(cells, list(frame.columns))
    left |= _explain(cells, is_filled) | repeated
    # 某表（续） above the heading of the next page; another text alone may name what the rows below are of.
    for row in np.flatnonzero(repeated[1:] & (filled[:-1] == 1)):
        left[row] |= bool(_GOES_ON.search(str(first[row])))
    words = {
        cell: (is_example(cell), is_total(cell))
        for cell in set(first)
        if cell is not None and _SAYS_MORE.search(str(cell))
    }
    begins = np.array([words.get(cell, (False, False)) for cell in first], dtype=bool).reshape(-1, 2)
    left |= begins[:, 0]
    most = max(1.0, _TOTAL_SHARE * float(known.max()))
    short = (filled <= most) & ~left
    for row in np.flatnonzero(short):
        left[row] = any(is_total(cell) for cell in cells[row, is_filled[row]])
    for row in np.flatnonzero((filled > most) & begins[:, 1]):
        left[row] = all(
            str(cell).strip() in _DASHES or np.isfinite(written_numbers.one_number(str(cell)))
            for cell in cells[row, is_filled[row]][1:]
        )
    for row in range(len(frame) - 1, -1, -1):
        if left[row] and not filled[row]:
            continue
        if left[row] or (short[row] and any(is_signature(cell) for cell in cells[row, is_filled[row]])):
            # With what goes with it.
            left[row:] = True
        elif not short[row] or filled[row] > 1 or not _GOES_WITH_SIGNED.match(str(first[row]).strip()):
            break
    return left | _other_table(cells, is_filled, repeated)
