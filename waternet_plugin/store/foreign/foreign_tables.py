"""Read text tables (.csv, .txt, .tsv): every column stays text, so that 007 stays 007.

The separator is the comma, semicolon, tab or bar that the heading holds most of. A .csvt beside the file is
left out of account: the mapping says what a column means.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.encodings import decoded_text
from waternet_plugin.core.cells.headings import LOOKED_AT, Header, column_names
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.formulas import unguarded
from waternet_plugin.core.texts import tr
from waternet_plugin.core.workbooks.row_numbers import with_row_numbers
from waternet_plugin.store.foreign.engines.raw_layers import refuse_wide
from waternet_plugin.store.foreign.foreign_looks import look_bytes

_SEPARATORS = (",", ";", "\t", "|", "，")
_MARKED = re.compile(r"[\u0027\u2019\u2018`][\w.+\-]")
# The cells of a row, None for empty ones.
Record = list[Optional[str]]
# What is looked at of a long text for its separator, heading and first rows.
_BLANKS = re.compile(r"\s+")
_HEAD = 4_000_000
_EMPTY_LINE = re.compile(r"(?:\A|[\r\n])[^\S\r\n]*\r?\n")
# Lines over which the names of columns may go.
_MOST_HEADING_LINES = 40


def _separator(heading: str) -> str:
    """Return the separator that the heading holds most of, outside quotation marks."""
    bare = re.sub(r'"[^"]*"', "", heading)
    counts = {sign: bare.count(sign) for sign in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda sign: counts[sign])
    return best if counts[best] else ","


def told_apart(cells: Sequence[str | None]) -> list[str]:
    """Return the names of the columns: trimmed, empty ones numbered, repeated ones told apart."""
    names: dict[str, int] = {}
    for number, cell in enumerate(cells, start=1):
        name = base = (cell or "").strip() or f"column_{number}"
        again = names.get(base, 1)
        while name in names:
            again += 1
            name = f"{base}_{again}"
        names[base] = again
        names.setdefault(name, 1)
    return list(names)


def _fullest_separator(text: str) -> str:
    """Return the separator of the line among the first that holds most of one."""
    lines = list(itertools.islice(io.StringIO(text[:_HEAD]), LOOKED_AT))
    return _separator(max(lines, key=lambda line: line.count(_separator(line)), default=""))


# Signs without a width that programs leave in texts, beginning with the mark of an encoding.
_NO_WIDTH = re.compile("[\u200b\u2060\ufeff]")


def _are_marked(cells: Sequence[str | None]) -> bool:
    """Return whether all filled cells have the mark that makes a cell text in a spreadsheet: '00123."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_MARKED.match(cell) for cell in filled)


def _plain(cell: str) -> str:
    """Return a cell without the mark by which our own files keep it from being run as a formula."""
    return unguarded(cell) if cell[0] == "'" else cell


def _records(text: str, separator: str, file: Path, limit: int | None = None) -> list[Record]:
    """Return the rows of a text table as they stand there, empty rows and cells too."""
    if "\0" in text:
        raise InputError(tr("{file} is not a text table. Choose another file.").format(file=file.name))
    if limit is not None and len(text) > _HEAD:
        text = text[: text.rindex("\n", 0, _HEAD) + 1] if "\n" in text[:_HEAD] else text
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [
            [_plain(cell) if cell.strip() else None for cell in row] for row in itertools.islice(read, limit)
        ]
    except csv.Error as error:
        message = tr("{file} is not a table with a heading and rows. Choose another file.")
        raise InputError(message.format(file=file.name)) from error
    refuse_wide(file, max(map(len, rows), default=0))
    return rows


def read_records(
    file: Path, encoding: str | None, limit: int | None, *, is_look: bool = False
) -> tuple[list[Record], str]:
    """Return the rows of a text table and its encoding; parameters as for `read_table`."""
    raw = look_bytes(file, encoding) if is_look or limit is not None else file.read_bytes()
    text, codec = decoded_text(raw, file.name, encoding)
    text = _NO_WIDTH.sub("", text)
    return _records(text, _fullest_separator(text), file, limit), codec


def read_last(file: Path, encoding: str | None, count: int) -> list[Record]:
    """Return the last rows of a text table."""
    text, _ = decoded_text(look_bytes(file, encoding), file.name, encoding)
    lines = text.rstrip().rsplit("\n", count)[-count:]
    return _records("\n".join(lines), _fullest_separator(text), file)


def framed(records: list[Record], header: Header) -> pd.DataFrame:
    """Return the rows below a heading as a frame whose columns the heading names.

    Raises
    ------
    InputError
        When the heading lies below the last row.
    """
    named = [cell for row in records[header.row - 1 : header.last] for cell in row if cell is not None]
    if len(records) < header.last or not named:
        message = tr("Row {row} should contain the column names but is empty. Choose another row.")
        raise InputError(message.format(row=header.row))
    units = records[header.units_row - 1] if 0 < header.units_row <= len(records) else None
    body = records[header.below :]
    names = told_apart(list(column_names(records[header.row - 1 : header.last], units)))
    width = max([len(names)] + [len(row) for row in body])
    names = told_apart([*names, *[None] * (width - len(names))])
    columns = {
        name: pd.Series([row[place] if place < len(row) else None for row in body], dtype=object)
        for place, name in enumerate(names)
    }
    frame: pd.DataFrame = pd.DataFrame(columns).apply(_without_text_marks)
    # A column without a name and without a value is no column.
    bare = [name for name in names if name.startswith("column_") and frame[name].isna().all()]
    kept: pd.DataFrame = frame.drop(columns=bare)
    return kept


def _heading(text: str) -> str:
    """Return the first row of a text: several lines where a cell in quotation marks is broken."""
    lines = (line for line in text.splitlines() if line.strip())
    found = next(lines, "")
    first = found
    for line in itertools.islice(lines, _MOST_HEADING_LINES):
        if found.count('"') % 2 == 0:
            return found
        found = f"{found}\n{line}"
    # A mark that nothing closes is a sign of its cell.
    return found if found.count('"') % 2 == 0 else first


def _parse(text: str, file: Path, limit: int | None) -> pd.DataFrame:
    heading = _heading(text[:_HEAD])
    separator = _separator(heading)
    if "\0" in text:
        raise InputError(tr("{file} is not a text table. Choose another file.").format(file=file.name))
    cells = next(csv.reader(io.StringIO(heading, newline=""), delimiter=separator))
    refuse_wide(file, len(cells))
    # A name that is broken into lines is one name.
    names = told_apart([_BLANKS.sub(" ", cell).strip() for cell in cells])
    try:
        # Names for more columns than the heading has would hide rows that are too long.
        frame = pd.read_csv(
            # Of bytes: a text in memory takes four times the room, and files of readings are long.
            io.BytesIO(text.encode("utf-8", "surrogatepass")),
            encoding="utf-8",
            sep=separator,
            header=None,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=True,
            nrows=None if limit is None else limit + 1,
            engine="c" if separator.isascii() else "python",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if found:
            message = tr("{file}: line {line} has {n} values, the heading has {heading}. Correct the line.")
            raise InputError(
                message.format(file=file.name, line=found.group(2), n=found.group(3), heading=found.group(1))
            ) from error
        message = tr("{file} is not a table with a heading and rows. Choose another file.")
        raise InputError(message.format(file=file.name)) from error
    frame = frame.iloc[1:].reset_index(drop=True)
    frame.columns = pd.Index(
        names[: frame.shape[1]] + [f"column_{n + 1}" for n in range(len(names), frame.shape[1])], dtype=object
    )
    texts: pd.DataFrame = frame.astype(object).where(frame.notna(), None)
    texts = texts.apply(_without_marks) if "'" in text or "’" in text else texts
    return with_row_numbers(texts, _row_numbers(text, separator, len(texts)))


def _row_numbers(text: str, separator: str, count: int) -> Array:
    """Return the numbers of the rows below a heading as a spreadsheet shows them, empty ones counted."""
    plain = np.arange(2, count + 2)
    if _EMPTY_LINE.search(text) is None:
        return plain
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        filled = [
            number
            for number, row in enumerate(rows, 1)
            if len(row) > 1 or row[:1] == [""] or any(map(str.strip, row))
        ]
    except csv.Error:
        return plain
    numbers = np.array(filled[1 : count + 1])
    return numbers if len(numbers) == count else plain


def _without_marks(column: pd.Series) -> pd.Series:
    """Return a column of texts as `_plain` has each."""
    cells = [cell if cell is None else _plain(cell) for cell in column.tolist()]
    return _without_text_marks(pd.Series(cells, index=column.index, dtype=object))


def _without_text_marks(column: pd.Series) -> pd.Series:
    """Return a column without the mark of texts, where all of its cells have it."""
    cells = column.tolist()
    if not _are_marked(cells):
        return column
    return pd.Series([cell[1:] if cell else cell for cell in cells], index=column.index, dtype=object)


def read_table(
    file: Path, encoding: str | None, limit: int | None, *, is_look: bool = False
) -> tuple[pd.DataFrame, str]:
    """Read a text table and return it with its encoding.

    Parameters
    ----------
    file
        A file that is there.
    encoding
        Of the text; found out where it is None.
    limit
        Read only so many rows.
    is_look
        Read only some rows of a long file, the first ones and others spread over it.

    Raises
    ------
    InputError
        When the encoding can't be told, or lines are longer than the heading.
    """
    raw = look_bytes(file, encoding) if is_look else file.read_bytes()
    text, codec = decoded_text(raw, file.name, encoding)
    text = _NO_WIDTH.sub("", text)
    return _parse(text, file, limit), codec
