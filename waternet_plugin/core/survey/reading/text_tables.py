"""Text tables: CSV, TXT, CASS .dat and the files of RTK books, in any delimiter.

Full-width digits, commas and points are read as what they mean. A full-width comma within a table of commas
is a delimiter only in a line that lacks one.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.encodings import LOST, decoded_text
from waternet_plugin.core.files.formulas import unguarded
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import (
    TablesRead,
    check_size,
    objects,
    refused,
    table_of,
)
from waternet_plugin.core.texts import tr

BLANKS = " "
_DELIMITERS = ("\t", ";", "；", "|", ",", "，")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
_FULL_WIDTH.update({0xFF0E: ".", 0xFF0B: "+", 0xFF0D: "-", 0x3000: " ", 0xA0: " ", 0x2212: "-"})
# Lines over which a cell in quotation marks may go.
_MOST_CELL_LINES = 50
# The share of lines with bytes that no text has from which on it is none.
_DAMAGED_LINES = 0.1
# Lines from the top in which the delimiter is looked for.
_SAMPLE_LINES = 200
_DIGIT_COMMAS = re.compile(r"(?<=\d)[,，](?=\d)")


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _unbroken(text: str) -> str:
    """Return a text whose lines all end with a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def delimiter_of(text: str) -> str:
    """Return what separates the cells of a text table: a sign, or `BLANKS`.

    Parameters
    ----------
    text
        The text with line feeds.
    """
    sample = [line for line in text[:200_000].split("\n")[:_SAMPLE_LINES] if line.strip()]
    if not sample:
        return ","
    bare = [re.sub(r'"[^"]*"', "", line) for line in sample]
    counts = {sign: float(np.median([line.count(sign) for line in bare])) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda sign: counts[sign])
    blanks = float(np.median([len(line.split()) - 1 for line in bare]))
    if not counts[best]:
        # Titles without a delimiter may be more than half of a short file.
        most = {sign: max(line.count(sign) for line in bare) for sign in _DELIMITERS}
        fullest = max(_DELIMITERS, key=lambda sign: most[sign])
        return BLANKS if blanks >= 2 or not most[fullest] else fullest
    if best in ",，" and blanks > counts[best]:
        # Decimal commas between blanks: 2815193,253 408261,305.
        if all(line.count(best) == len(_DIGIT_COMMAS.findall(line)) for line in bare):
            return BLANKS
    return best


def _is_padded(text: str, delimiter: str) -> bool:
    """Return whether blanks stand beside a delimiter or at an end of a line."""
    ends = (f"{delimiter} ", f" {delimiter}", " \n", "\n ")
    tabs = (",\t", "\t,", "\t\n", "\n\t") if delimiter != "\t" and "\t" in text else ()
    return text[:1].isspace() or text[-1:] in " \t" or any(pair in text for pair in (*ends, *tabs))


def _with_short_lines_mended(text: str, delimiter: str) -> str:
    """Return a text in which lines short of delimiters have their full-width commas as such.

    A comma that Excel or an input method left in full width separates cells; one in a remark does not.
    """
    if delimiter == "，":
        return text.replace("，", ",")
    if delimiter != "," or "，" not in text:
        return text
    lines = _lines(text)
    usual = Counter(line.count(",") for line in lines if line.strip() and "，" not in line)
    most = usual.most_common(1)[0][0] if usual else max(line.count(",") + line.count("，") for line in lines)
    for index, line in enumerate(lines):
        wide = line.count("，")
        if wide and line.count(",") < most and line.count(",") + wide <= most and '"' not in line:
            lines[index] = line.replace("，", ",")
    return "\n".join(lines)


def _quoted(text: str, delimiter: str, name: str) -> tuple[list[list[str]], list[int]]:
    """Return cells and number of each row of a text with quotation marks, as a spreadsheet shows them.

    A cell may go over several lines. A quotation mark that nothing closes is a sign of its cell, and takes no
    row below with it.
    """
    lines = _lines(text)
    usual = int(np.median([line.count(delimiter) for line in lines if line.strip()] or [0]))
    records: list[list[str]] = []
    numbers: list[int] = []
    position = 0
    while position < len(lines):
        numbers.append(len(records) + 1)
        if '"' not in lines[position]:
            records.append(lines[position].split(delimiter))
            position += 1
            continue
        try:
            record, count = _record_at(lines, position, delimiter, usual)
        except csv.Error as error:
            raise refused(name, numbers[-1], tr("quotation marks are not closed.")) from error
        records.append(record)
        position += count
    return records, numbers


def _record_at(lines: list[str], position: int, delimiter: str, usual: int) -> tuple[list[str], int]:
    """Return the cells of the row that begins at a line, and over how many lines it goes.

    ``usual`` is how many delimiters a row has: a cell of several lines with as many holds other rows.
    """
    reader = csv.reader(
        (f"{line}\n" for line in lines[position : position + _MOST_CELL_LINES]),
        delimiter=delimiter,
        # Programs leave a blank before the quotation mark.
        skipinitialspace=True,
    )
    record = next(reader)
    count = reader.line_num
    broken = [cell for cell in record if "\n" in cell.rstrip("\n")]
    if count == 1 and not record[-1].endswith("\n"):
        return record, 1
    swallows = any(cell.count(delimiter) >= max(usual, 1) for cell in broken)
    if count > 1 and not swallows and not record[-1].endswith("\n"):
        return record, count
    return lines[position].split(delimiter), 1


def _columns_of(records: list[list[str]], width: int) -> list[Array]:
    padded = [
        record if len(record) == width else [*record, *[""] * (width - len(record))] for record in records
    ]
    return [objects([cell.strip() or None for cell in column]) for column in zip(*padded)]


def _widest(raw: bytes, delimiter: str) -> int:
    """Return how many cells the fullest line of a text has."""
    signs = np.frombuffer(raw, dtype=np.uint8)
    delimiter_at = np.flatnonzero(signs == ord(delimiter))
    ends = np.append(np.flatnonzero(signs == ord("\n")), len(signs))
    return 1 + int(np.diff(np.searchsorted(delimiter_at, ends), prepend=0).max())


def _plain_columns(raw: bytes, delimiter: str, width: int, is_padded: bool) -> tuple[list[Array], int]:
    """Return the columns of a text without quotation marks, in UTF-8, by the parser of pandas."""
    frame = pd.read_csv(
        io.BytesIO(raw),
        encoding="utf-8",
        encoding_errors="surrogatepass",
        sep=delimiter,
        header=None,
        names=list(range(width)),
        index_col=False,
        dtype=object,
        na_filter=False,
        skip_blank_lines=False,
        quoting=csv.QUOTE_NONE,
        engine="c",
        low_memory=False,
    )
    columns = []
    for index in range(width):
        values: Array = np.array(frame[index].to_numpy(dtype=object), dtype=object)
        if is_padded:
            values = objects([value.strip() or None for value in values.tolist()])
        else:
            values[values == ""] = None
        columns.append(values)
    return columns, len(frame)


def _unguarded(columns: list[Array], text: str) -> list[Array]:
    """Return columns whose texts have lost the mark that keeps them from being run as formulas."""
    if "'" not in text:
        return columns
    return [
        objects([None if cell is None else unguarded(cell) for cell in column.tolist()]) for column in columns
    ]


def _without_zeros(text: str, name: str) -> str:
    """Return a text whose bytes of 0, which an instrument leaves that lost its power, are lost characters.

    Raises
    ------
    InputError
        When many lines have such bytes: then it is no text.
    """
    if "\0" not in text:
        return text
    lines = _lines(text)
    damaged = [number for number, line in enumerate(lines, start=1) if "\0" in line]
    if len(damaged) > _DAMAGED_LINES * len(lines):
        raise refused(
            name,
            damaged[0],
            tr("there are bytes that no text has. Choose the file that the instrument or program exported."),
        )
    return re.sub("\0+", LOST, text)


def split_text(text: str, name: str, delimiter: Optional[str] = None) -> SurveyTable:
    """Return the rows of a text table, headings still among them.

    Parameters
    ----------
    text
        Of the whole file.
    name
        Of the file, for messages.
    delimiter
        Between cells; found out where it is None.

    Raises
    ------
    InputError
        When it is not a text table, or it is larger than any survey.
    """
    text = _without_zeros(_unbroken(text.strip("\ufeff").rstrip("\0\x1a")), name)
    if any(chr(sign) in text for sign in _FULL_WIDTH):
        text = text.translate(_FULL_WIDTH)
    sign = delimiter_of(text) if delimiter is None else delimiter
    text = _with_short_lines_mended(text, sign)
    sign = "," if sign == "，" else sign
    check_size(name, text.count("\n"), 1)
    if sign == BLANKS:
        records = [line.split() for line in _lines(text)]
        numbers = list(range(1, len(records) + 1))
    elif '"' in text or not sign.isascii():
        records, numbers = _quoted(text, sign, name)
    else:
        raw = text.encode("utf-8", "surrogatepass")
        width = _widest(raw, sign)
        check_size(name, text.count("\n"), width)
        try:
            columns, rows = _plain_columns(raw, sign, width, _is_padded(text, sign))
            return table_of("", _unguarded(columns, text), np.arange(1, rows + 1))
        except pd.errors.ParserError:
            # Its buffers overflow at some lines of nothing but blanks.
            records = [line.split(sign) for line in _lines(text)]
            numbers = list(range(1, len(records) + 1))
    width = max((len(record) for record in records), default=1)
    check_size(name, len(records), width)
    columns = _unguarded(_columns_of(records, max(width, 1)), text)
    return table_of("", columns, np.array(numbers, dtype=np.int64))


def read_text_table(raw: bytes, name: str, encoding: Optional[str] = None) -> TablesRead:
    """Return the one table of a text file.

    Parameters
    ----------
    name
        Of the file, for messages.
    encoding
        Of the text; found out where it is None.

    Raises
    ------
    InputError
        When it is not a text table, or its encoding can't be told.
    """
    text, codec = decoded_text(raw, name, encoding, may_lose=True)
    return TablesRead("table", codec, (split_text(text, name),))
