"""Foreign files as frames: every layer that OGR knows, and text tables with all texts kept as texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from waternet_plugin.core.cells import headings
from waternet_plugin.core.cells.foreign_values import texts, without_hidden_signs
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.core.workbooks.file_words import with_file_words
from waternet_plugin.core.workbooks.grouped_rows import with_meters_of_blocks, with_meters_of_groups
from waternet_plugin.core.workbooks.row_numbers import row_numbers, with_row_numbers
from waternet_plugin.core.workbooks.sheet_tables import (
    first_of_lower,
    names_above,
    titles_above,
    widest_table,
)
from waternet_plugin.store.foreign import foreign_encodings, foreign_looks, foreign_tables
from waternet_plugin.store.foreign.foreign_drawn_layers import drawn_layers, is_drawing
from waternet_plugin.store.foreign.foreign_layers import (
    choose_layer,
    layers_of,
    read_layer,
    read_raw,
    refuse_lost_signs,
)
from waternet_plugin.store.foreign.foreign_places import with_coordinates
from waternet_plugin.store.foreign.foreign_sources import (
    TEXT_TABLES,
    Source,
    existing,
    is_sheet,
    split_source,
)
from waternet_plugin.store.foreign.foreign_workbooks import is_workbook, sheet_remarks

# Rows of a sheet that are shown as they stand there.
_TOP = 24


def _records(
    file: Path, layer: str | None, encoding: str | None, limit: int | None
) -> tuple[list[foreign_tables.Record], str]:
    """Return the rows of a text table or spreadsheet as they stand there, and the encoding of their texts."""
    if file.suffix.lower() in TEXT_TABLES:
        return foreign_tables.read_records(file, encoding, limit)
    chosen = choose_layer(file, layers_of(file), layer)
    used = foreign_encodings.encoding_of(file, encoding)
    raw = read_raw(file, chosen, used, limit, headed=False)
    return [list(row) for row in zip(*[texts(pd.Series(values)) for values in raw.columns.values()])], used


def _holds_others(rows: list[foreign_tables.Record], heading: list[foreign_tables.Record]) -> bool:
    """Return whether rows of a table that begins with a heading are none of its own: totals, empty ones."""
    width = max(map(len, (*rows, *heading)), default=0)
    names = [*heading[0], *[None] * (width - len(heading[0]))] if heading else []
    table = pd.DataFrame([[*row, *[None] * (width - len(row))] for row in rows], columns=names, dtype=object)
    known = np.flatnonzero(table.notna().any(axis=1).to_numpy())
    # Empty rows below the last one are none of any table.
    return bool(len(known) and headings.is_left_out(table)[: known[-1] + 1].any())


def find_header(source: Source, *, encoding: str | None = None) -> headings.Header | None:
    """Return where a text table or spreadsheet names its columns; None where that is its first row.

    Raises
    ------
    InputError
        As for `read_foreign`.
    """
    if not is_sheet(source):
        return None
    path, layer = split_source(source)
    file = existing(path)
    if file.suffix.lower() in TEXT_TABLES:
        every, _ = foreign_tables.read_records(file, encoding or None, headings.LOOKED_AT)
        last = foreign_tables.read_last(file, encoding or None, headings.LOOKED_AT)
        if len(every) == headings.LOOKED_AT:
            every += last
    else:
        # A sheet is unpacked whole for a single row of it.
        every, _ = _records(file, layer, encoding or None, None)
        last = every[-headings.LOOKED_AT :]
    # The first row of all is a title or the heading.
    start = first_of_lower(every)
    first = every[start : start + headings.LOOKED_AT]
    ends = any(_holds_others(rows, first[:1]) for rows in (first[1:], last[1:]))
    found = headings.find_header(first, ends_with_total=ends or start > 0)
    if found is None and widest_table(every).columns is not None:
        found = headings.Header(1)
    return None if found is None else found.moved(start)


@dataclass(frozen=True)
class ForeignRows:
    """What was read: the rows, the encoding of their texts, and what beside the table was left out.

    ``left_out`` has the words of each total and of each line to sign; ``top`` the first rows of a sheet or
    text file as they stand there, titles and headings too; ``doubtful`` says what a person should know of the
    rows, such as which may be none of this layer, '' for nothing.
    """

    frame: pd.DataFrame
    encoding: str
    left_out: tuple[str, ...] = ()
    top: tuple[tuple[str | None, ...], ...] = ()
    # Of a file that was only looked at, how many rows it has by its size; None where all were read.
    estimated_rows: int | None = None
    doubtful: str = ""


def top_rows(source: Source, *, encoding: str | None = None) -> tuple[tuple[str | None, ...], ...]:
    """Return the first rows of a sheet or text file as they stand there, none for other files.

    Raises
    ------
    InputError
        As for `read_foreign`.
    """
    path, layer = split_source(source)
    return _top_rows(existing(path), layer, encoding) if is_sheet(source) else ()


def _top_rows(file: Path, layer: str | None, encoding: str | None) -> tuple[tuple[str | None, ...], ...]:
    if not is_sheet(file):
        return ()
    records, _ = _records(file, layer, encoding or None, _TOP)
    return tuple(tuple(row) for row in records)


def read_rows(
    source: Source,
    *,
    encoding: str | None = None,
    header: headings.Header | None = None,
) -> ForeignRows:
    """Read a layer as `read_foreign` does, and say what was left out.

    With a header the table begins below it; totals, lines to sign and empty rows are no rows of it. Row n of
    the frame (from 0) is then the row n + 1 of the table.

    Parameters
    ----------
    source
        ``path`` or ``path|layername=name``.
    encoding
        Of the texts; found out where it is not given.
    header
        Where the columns of a text table or spreadsheet are named; None for its first row.

    Raises
    ------
    InputError
        As for `read_foreign`, and when the file has no row to be the header.
    """
    path, layer = split_source(source)
    file = existing(path)
    return _with_words(_rows_of(file, layer, encoding, header), file, layer, header)


def _with_words(
    found: ForeignRows, file: Path, layer: str | None, header: headings.Header | None
) -> ForeignRows:
    """Return rows that know what the file says beside them; names of meters between them are a column."""
    above = titles_above(found.top, header.row) if header is not None else []
    frame, groups, remark = without_hidden_signs(found.frame), tuple[str, ...](), ""
    if is_sheet(file):
        numbers = row_numbers(frame)
        frame, groups = with_meters_of_groups(frame, above)
        if groups:
            numbers = numbers[frame.index.to_numpy()]
            frame = with_row_numbers(frame.reset_index(drop=True), numbers)
        else:
            frame, block_column = with_meters_of_blocks(frame)
            if block_column:
                text = tr("A name in “{column}” counts for all rows below it up to the next one.")
                frame, remark = with_row_numbers(frame, numbers), text.format(column=block_column)
    frame = with_file_words(frame, filter(None, (file.stem, layer, *above)))
    doubtful = joined(filter(None, (found.doubtful, remark)))
    return replace(found, frame=frame, left_out=(*found.left_out, *groups), doubtful=doubtful)


def _rows_of(
    file: Path, layer: str | None, encoding: str | None, header: headings.Header | None
) -> ForeignRows:
    """Return the rows of a file that is there; parameters as for `read_rows`."""
    if header is None:
        read = read_layer(file, layer, encoding or None, None)
        if is_drawing(file):
            drawn = drawn_layers(file, encoding or None)
            doubtful = drawn.doubtful.get(layer or "", "")
            return ForeignRows(read.frame, read.encoding, drawn.left_out(layer or ""), doubtful=doubtful)
        if is_sheet(file) and file.suffix.lower() not in TEXT_TABLES:
            with_row_numbers(read.frame, np.arange(2, len(read.frame) + 2))
        top = _top_rows(file, layer, encoding)
        doubtful = joined((*_of_sheet(file, layer, encoding), *read.remarks))
        return ForeignRows(read.frame, read.encoding, (), top, doubtful=doubtful)
    if not is_sheet(file):
        message = tr("{file} has its own column names. Remove “header” from the mapping.")
        raise InputError(message.format(file=file.name))
    records, used = _records(file, layer, encoding or None, None)
    return _below(records, used, header, file, _of_sheet(file, layer, encoding))


def _of_sheet(file: Path, layer: str | None, encoding: str | None) -> tuple[str, ...]:
    """Return what a person should see of a sheet of a workbook, nothing of any other file."""
    return sheet_remarks(file, layer, encoding) if is_workbook(file) else ()


def look_at_rows(
    source: Source,
    *,
    encoding: str | None = None,
    header: headings.Header | None = None,
) -> ForeignRows | None:
    """Return some rows of a long text table, its first ones and others spread over it; None for other files.

    Parameters
    ----------
    source, encoding, header
        As for `read_rows`.

    Raises
    ------
    InputError
        As for `read_rows`.
    """
    path, _layer = split_source(source)
    file = existing(path)
    if file.suffix.lower() not in TEXT_TABLES or not foreign_looks.is_long(file, encoding):
        return None
    if header is None:
        frame, used = foreign_tables.read_table(file, encoding or None, None, is_look=True)
        refuse_lost_signs(frame, file)
        frame, remark = with_coordinates(frame)
        found = ForeignRows(frame, used, top=top_rows(source, encoding=encoding), doubtful=remark)
    else:
        records, used = foreign_tables.read_records(file, encoding or None, None, is_look=True)
        found = _below(records, used, header, file)
    share = file.stat().st_size / foreign_looks.LOOKED_AT_BYTES
    found = _with_words(found, file, None, header)
    return replace(found, estimated_rows=round(len(found.frame) * share))


def _below(
    records: list[foreign_tables.Record],
    used: str,
    header: headings.Header,
    file: Path,
    remarks: tuple[str, ...] = (),
) -> ForeignRows:
    """Return the table below a header, without the rows that are none of it."""
    widest = widest_table(records[header.row - 1 :])
    others = [*names_above(records, header.row), *widest.others]
    remarks = (*remarks, *([_not_read(others)] if others else []))
    top = tuple(tuple(row) for row in records[:_TOP])
    if widest.columns is not None:
        records = [row[widest.columns] for row in records]
    frame = foreign_tables.framed(records, header)
    refuse_lost_signs(frame, file)
    left = headings.is_left_out(frame)
    words = frame[left].apply(lambda row: " ".join(str(cell).strip() for cell in row.dropna()), axis=1)
    kept, remark = with_coordinates(frame[~left].reset_index(drop=True))
    kept = with_row_numbers(kept, header.below + 1 + np.flatnonzero(~left))
    left_out = tuple(str(word) for word in words if word) if left.any() else ()
    doubtful = joined((*remarks, *((remark,) if remark else ())))
    return ForeignRows(kept, used, left_out, top, doubtful=doubtful)


def _not_read(columns: list[str]) -> str:
    return tr("The sheet has another table, which is not read: {columns}.").format(columns=listed(columns))


def read_foreign(
    source: Source,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """Read a layer of a foreign file as the file has it: all rows in its order, all columns.

    Row n of the frame (from 0) is row n + 1 of the file. Texts are not trimmed and ids not touched; in a
    text table (.csv, .txt, .tsv) every column is text, whatever a .csvt says. Curves are made of straight
    lines, measures (M) dropped, heights kept. Rows without geometry have None.

    Parameters
    ----------
    source
        ``path`` or ``path|layername=name``.
    layer
        Name of the layer, where the source names none.
    encoding
        Of the texts; found out where it is not given.
    limit
        Read only so many rows.

    Returns
    -------
    A GeoDataFrame with the file's CRS where the layer has geometry, else a DataFrame.

    Raises
    ------
    InputError
        When the file is missing, empty, damaged or in an encoding that can't be told.
    """
    path, named = split_source(source)
    return read_layer(existing(path), named or layer, encoding or None, limit).frame
