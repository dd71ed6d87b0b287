"""What the cells of an old workbook refer to: its sheets, shared texts, formats, days and encoding."""

from __future__ import annotations

import struct
from typing import NamedTuple

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.core.workbooks.compound_file import ContradictionError
from waternet_plugin.core.workbooks.number_formats import PLAIN, CellFormat, cell_format
from waternet_plugin.core.workbooks.old_records import Record, Text, TextReader

NEWEST = 8
# How the first record of a book or sheet says its version; the last kind has it within.
BEGINNINGS = {0x0009: 2, 0x0209: 3, 0x0409: 4, 0x0809: 5}
_NEWEST_MARK = 0x0600
# From here on the table of built-in formats of BIFF2 and BIFF3 lacks two that later ones have.
_LACKS_FROM = 12
_PLACE_OF_FORMAT = {0x0043: 2, 0x0243: 1, 0x0443: 1, 0x00E0: 2}
_SHARED_TEXTS = 0x00FC


class OldSheetEntry(NamedTuple):
    """A sheet as the book lists it: name, where its records begin, whether it is hidden."""

    name: Text
    at: int
    is_hidden: bool


class OldBookFacts:
    """Collects what the records before the cells say.

    Parameters
    ----------
    name
        Of the file, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.version = NEWEST
        self.code_page: int | None = None
        self.is_1904 = False
        self.shared: list[Text] = []
        self.sheets: list[OldSheetEntry] = []
        self._codes: dict[int, str] = {}
        self._looks: list[int] = []
        self._shapes: dict[int, CellFormat] = {}
        self._takers = {
            0x002F: self._refuse_password,
            0x0042: self._take_code_page,
            0x0022: self._take_first_day,
            0x0085: self._take_sheet,
            0x001E: self._take_format,
            0x041E: self._take_format,
            **dict.fromkeys(_PLACE_OF_FORMAT, self._take_look),
            _SHARED_TEXTS: self._take_shared,
        }

    def begin(self, record: Record) -> int:
        """Take the first record of a book or sheet and return what it begins: 5 a book, 16 a sheet."""
        version = BEGINNINGS.get(record.kind)
        if version is None:
            raise ContradictionError("no beginning of a sheet")
        mark, content = struct.unpack_from("<HH", record.pieces[0])
        self.version = NEWEST if version == 5 and mark == _NEWEST_MARK else version
        return int(content)

    def take(self, record: Record) -> bool:
        """Take a record and return whether it was one of these."""
        taker = self._takers.get(record.kind)
        if taker is not None:
            taker(record)
        return taker is not None

    def _refuse_password(self, _record: Record) -> None:
        raise password(self._name)

    def _take_code_page(self, record: Record) -> None:
        (self.code_page,) = struct.unpack_from("<H", record.pieces[0])

    def _take_first_day(self, record: Record) -> None:
        self.is_1904 = record.pieces[0][:1] == b"\1"

    def _take_sheet(self, record: Record) -> None:
        at, state, kind = struct.unpack_from("<IBB", record.pieces[0])
        name = TextReader(record.pieces, 6, self.version == NEWEST).text("B")
        # Charts and macros have no cells.
        if kind == 0:
            self.sheets.append(OldSheetEntry(name, at, bool(state & 3)))

    def _take_format(self, record: Record) -> None:
        is_late = self.version >= 5
        number = struct.unpack_from("<H", record.pieces[0])[0] if is_late else len(self._codes)
        at = 0 if record.kind == 0x001E else 2
        code = TextReader(record.pieces, at, self.version == NEWEST).text(
            "H" if self.version == NEWEST else "B"
        )
        # The signs that tell days from numbers are the same in all encodings.
        self._codes[number] = code if isinstance(code, str) else code.decode("latin-1")

    def _take_look(self, record: Record) -> None:
        at, data = _PLACE_OF_FORMAT[record.kind], record.pieces[0]
        if self.version >= 5:
            self._looks.append(struct.unpack_from("<H", data, at)[0])
        else:
            number = struct.unpack_from("B", data, at)[0]
            self._looks.append(number & 0x3F if self.version == 2 else number)

    def _take_shared(self, record: Record) -> None:
        (count,) = struct.unpack_from("<I", record.pieces[0], 4)
        texts = TextReader(record.pieces, 8, self.version == NEWEST)
        # Each takes three bytes at least, so a wrong count soon meets the end of the record.
        for _time in range(count):
            self.shared.append(texts.text("H"))

    def shape_of_look(self, look: int) -> CellFormat:
        """Return what the format of a cell does, by the number of its look."""
        return self.shape(self._looks[look]) if look < len(self._looks) else PLAIN

    def shape(self, number: int) -> CellFormat:
        """Return what a format does, by its number."""
        if number not in self._shapes:
            lacks = 2 if self.version < 4 and number >= _LACKS_FROM else 0
            self._shapes[number] = cell_format(number + lacks, self._codes.get(number))
        return self._shapes[number]


def password(name: str) -> InputError:
    """Return the error of a workbook that has a password."""
    message = tr("{file} is protected by a password. Remove it and save the file again.")
    return InputError(message.format(file=name))
