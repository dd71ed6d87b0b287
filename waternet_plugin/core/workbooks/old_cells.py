"""The cells of a sheet of an old workbook, as its records go by."""

from __future__ import annotations

import struct

from waternet_plugin.core.workbooks.compound_file import ContradictionError
from waternet_plugin.core.workbooks.number_formats import CellFormat, number_text
from waternet_plugin.core.workbooks.old_book_facts import NEWEST, OldBookFacts
from waternet_plugin.core.workbooks.old_records import Record, Text, TextReader
from waternet_plugin.core.workbooks.sheet_cells import CellRange, SheetCells

# No old workbook has more columns.
_MOST_COLUMNS = 256
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_PLACE, _NUMBER = struct.Struct("<3H"), struct.Struct("<d")
# In place of the result of a formula that is not a number.
_NO_NUMBER = b"\xff\xff"
_TEXT_RESULT, _TRUTH_RESULT, _ERROR_RESULT = 0, 1, 2
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 1


def _packed_number(packed: int) -> float:
    """Return a number stored in four bytes (RK): an integer or half a float, maybe a hundred times it."""
    if packed & 2:
        value = float((packed - (1 << 32) if packed & 0x80000000 else packed) >> 2)
    else:
        value = float(_NUMBER.unpack(struct.pack("<II", 0, packed & 0xFFFFFFFC))[0])
    return value / 100 if packed & 1 else value


class OldCells:
    """Collects the cells of a sheet.

    Parameters
    ----------
    facts
        Of the book; known before the first cell.

    ``cells`` has them, with texts of an older encoding as bytes.
    """

    def __init__(self, facts: OldBookFacts) -> None:
        self._facts, self._is_wide = facts, facts.version == NEWEST
        self.cells = SheetCells()
        # Row and column of a formula whose text is in the next record.
        self._waiting: tuple[int, int] | None = None
        self._takers = {
            0x0002: self._take_integer,
            0x0003: self._take_number,
            0x0203: self._take_number,
            0x0004: self._take_label,
            0x0204: self._take_label,
            0x00D6: self._take_label,
            0x00FD: self._take_shared,
            0x0005: self._take_truth,
            0x0205: self._take_truth,
            0x0006: self._take_formula,
            0x0206: self._take_formula,
            0x0406: self._take_formula,
            0x0007: self._take_result,
            0x0207: self._take_result,
            0x027E: self._take_packed,
            0x00BD: self._take_row_of_packed,
            0x0208: self._take_row,
            0x007D: self._take_columns,
            0x00E5: self._take_merged,
        }

    def take(self, record: Record) -> None:
        """Take a record, be it of a cell or not."""
        taker = self._takers.get(record.kind)
        if taker is not None:
            taker(record)

    def finish(self) -> None:
        """Take the end of the sheet."""
        if self._waiting is not None:
            self._fault(*self._waiting, "=")
        self._waiting = None

    def _place(self, record: Record, is_oldest: bool) -> tuple[int, int, CellFormat, int]:
        """Return row and column from 1, what the format does, and where the content begins."""
        row, column, look = _PLACE.unpack_from(record.pieces[0])
        if column >= _MOST_COLUMNS:
            raise ContradictionError("no such column")
        if not is_oldest:
            return row + 1, column + 1, self._facts.shape_of_look(look), 6
        return row + 1, column + 1, self._facts.shape(look >> 8 & 0x3F), 7

    def _fault(self, row: int, column: int, text: str) -> None:
        self.cells.faults.append((row, column, text))

    def _add(self, row: int, column: int, text: Text) -> None:
        self.cells.rows.append(row)
        self.cells.columns.append(column)
        self.cells.values.append(text)

    def _add_number(self, row: int, column: int, value: float, shape: CellFormat) -> None:
        text = number_text(repr(value), shape, self._facts.is_1904)
        if text is None:
            self._fault(row, column, repr(value))
        else:
            self._add(row, column, text)

    def _add_truth(self, row: int, column: int, value: int, is_error: bool) -> None:
        if is_error:
            self._fault(row, column, _ERRORS.get(value, "#N/A"))
        else:
            self._add(row, column, "TRUE" if value else "FALSE")

    def _take_integer(self, record: Record) -> None:
        row, column, shape, at = self._place(record, True)
        (value,) = struct.unpack_from("<H", record.pieces[0], at)
        self._add_number(row, column, float(value), shape)

    def _take_number(self, record: Record) -> None:
        row, column, shape, at = self._place(record, record.kind == 0x0003)
        self._add_number(row, column, _NUMBER.unpack_from(record.pieces[0], at)[0], shape)

    def _take_label(self, record: Record) -> None:
        is_oldest = record.kind == 0x0004
        row, column, _shape, at = self._place(record, is_oldest)
        texts = TextReader(record.pieces, at, self._is_wide and not is_oldest)
        self._add(row, column, texts.text("B" if is_oldest else "H"))

    def _take_shared(self, record: Record) -> None:
        row, column, _shape, at = self._place(record, False)
        (number,) = struct.unpack_from("<I", record.pieces[0], at)
        if number >= len(self._facts.shared):
            raise ContradictionError("no such text")
        self._add(row, column, self._facts.shared[number])

    def _take_truth(self, record: Record) -> None:
        row, column, _shape, at = self._place(record, record.kind == 0x0005)
        value, is_error = struct.unpack_from("BB", record.pieces[0], at)
        self._add_truth(row, column, value, bool(is_error))

    def _take_formula(self, record: Record) -> None:
        self.finish()
        is_oldest = self._facts.version == 2 and record.kind == 0x0006
        row, column, shape, at = self._place(record, is_oldest)
        kind, value, mark = struct.unpack_from("<BxBxxx2s", record.pieces[0], at)
        if mark != _NO_NUMBER:
            self._add_number(row, column, _NUMBER.unpack_from(record.pieces[0], at)[0], shape)
        elif kind == _TEXT_RESULT:
            self._waiting = (row, column)
        elif kind in (_TRUTH_RESULT, _ERROR_RESULT):
            self._add_truth(row, column, value, kind == _ERROR_RESULT)

    def _take_result(self, record: Record) -> None:
        if self._waiting is not None:
            is_oldest = record.kind == 0x0007
            texts = TextReader(record.pieces, 0, self._is_wide and not is_oldest)
            self._add(*self._waiting, texts.text("B" if is_oldest else "H"))
        self._waiting = None

    def _take_packed(self, record: Record) -> None:
        row, column, shape, at = self._place(record, False)
        self._add_number(row, column, _packed_number(*struct.unpack_from("<I", record.pieces[0], at)), shape)

    def _take_row_of_packed(self, record: Record) -> None:
        data = record.pieces[0]
        row, first = struct.unpack_from("<HH", data)
        count = (len(data) - 6) // 6
        if first + count > _MOST_COLUMNS:
            raise ContradictionError("no such column")
        for place in range(count):
            look, packed = struct.unpack_from("<HI", data, 4 + 6 * place)
            shape = self._facts.shape_of_look(look)
            self._add_number(row + 1, first + place + 1, _packed_number(packed), shape)

    def _take_row(self, record: Record) -> None:
        row, options = struct.unpack_from("<H10xH", record.pieces[0])
        if options & _HIDDEN_ROW:
            self.cells.hidden_rows.append(row + 1)

    def _take_columns(self, record: Record) -> None:
        first, last, options = struct.unpack_from("<HH4xH", record.pieces[0])
        if options & _HIDDEN_COLUMN:
            self.cells.hidden_columns.extend(range(first + 1, min(last, _MOST_COLUMNS - 1) + 2))

    def _take_merged(self, record: Record) -> None:
        (count,) = struct.unpack_from("<H", record.pieces[0])
        for place in range(count):
            row, last_row, column, last = struct.unpack_from("<4H", record.pieces[0], 2 + 8 * place)
            self.cells.merged.append(CellRange(row + 1, column + 1, last_row + 1, last + 1))
