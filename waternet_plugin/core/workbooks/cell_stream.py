"""The cells of a sheet, as its elements go by."""

from __future__ import annotations

import re

from waternet_plugin.core.workbooks.number_formats import PLAIN, CellFormat, number_text
from waternet_plugin.core.workbooks.parts import unescaped
from waternet_plugin.core.workbooks.sheet_cells import CellRange, SheetCells

_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
_DIGITS = "0123456789$"
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


def _column_number(letters: str) -> int:
    """Return the number of a column from its letters, 1 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class CellStream(SheetCells):
    """Collects the cells with a text, and the cells that hold an error.

    Parameters
    ----------
    shared
        Texts that cells refer to by number.
    formats
        Of the cells' styles.
    is_1904
        Whether days are counted from 1904.
    """

    def __init__(self, shared: list[str], formats: list[CellFormat], is_1904: bool) -> None:
        super().__init__(is_1904=is_1904)
        self._shared, self._formats = shared, formats
        self._known_columns: dict[str, int] = {}
        self._row = 0
        self._column = 0
        self._kind = ""
        self._style: str | None = None
        self._pieces: list[str] = []
        self._reading = ""
        self._value: str | None = None
        self._formula: str | None = None
        self._spoken = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element that begins."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t", "f"):
            if name != "t" or not self._spoken:
                self._reading = name
                self._pieces = []
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = 0
            if attributes.get("hidden") in ("1", "true") and self._row <= _LAST_ROW:
                self.hidden_rows.append(self._row)
        elif name == "rPh":
            self._spoken = True
        elif name == "mergeCell":
            found = _RANGE.fullmatch(attributes.get("ref", "").replace("$", ""))
            if found is not None:
                first, row, last, last_row = found.groups()
                self.merged.append(
                    CellRange(int(row), _column_number(first), int(last_row), _column_number(last))
                )
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            self._hide_columns(attributes)
        elif name == "filterColumn":
            self.has_filter = True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip(_DIGITS)
            place = self._known_columns.get(letters)
            if place is None:
                bare = letters.replace("$", "").upper()
                is_column = bare.isascii() and bare.isalpha() and len(bare) < 4
                place = self._known_columns[letters] = _column_number(bare) if is_column else self._column + 1
            self._column = place
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s")
        self._value = self._formula = None

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6:
            # Columns to the right of all cells are hidden for looks.
            self.hidden_columns.extend(range(int(first), min(int(last), 500) + 1))

    def text(self, piece: str) -> None:
        """Take a text between elements."""
        if self._reading:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        """Take an element that ends."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v":
            self._value = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
            self._reading = ""
        elif name == "c":
            self._finish_cell()
        elif name == "t":
            if self._reading:
                # A text in pieces of several looks is one text.
                self._value = (self._value or "") + "".join(self._pieces)
            self._reading = ""
        elif name == "f":
            self._formula = "=" + "".join(self._pieces)
            self._reading = ""
        elif name == "rPh":
            self._spoken = False

    def _finish_cell(self) -> None:
        value = self._value
        if value is None or value == "":
            if self._formula is not None and self._kind != "str":
                self._fault(self._formula)
            return
        kind = self._kind
        text: str | None
        if kind == "s":
            place = int(value) if value.strip().isdecimal() and len(value) < 10 else -1
            if not 0 <= place < len(self._shared):
                self._fault(value)
                return
            text = self._shared[place]
        elif kind == "n":
            text = number_text(value.strip(), self._format(), self.is_1904)
            if text is None:
                self._fault(value)
                return
        elif kind == "e":
            self._fault(value)
            return
        elif kind == "b":
            text = "TRUE" if value.strip() in ("1", "true") else "FALSE"
        elif kind == "d":
            text = value.strip().replace("T00:00:00", "").replace("T", " ").rstrip("Z")
        else:
            text = unescaped(value).strip()
        if text and self._row <= _LAST_ROW and self._column <= _LAST_COLUMN:
            self.rows.append(self._row)
            self.columns.append(self._column)
            self.values.append(text)

    def _format(self) -> CellFormat:
        style = self._style
        if style is None or not style.isdecimal() or len(style) > 6:
            return PLAIN
        place = int(style)
        return self._formats[place] if place < len(self._formats) else PLAIN

    def _fault(self, text: str) -> None:
        self.faults.append((self._row, self._column, text))
