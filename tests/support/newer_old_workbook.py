"""Workbooks of Excel 97 to 2003 (BIFF8): records in a container, shared texts go on in further records."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Union

from support.container_file import container

PLAIN, DAY, FOUR_DIGITS = 0, 1, 2
_LONGEST = 8224


class CellRecord:
    """A record of a cell as it stands in the file, without its place.

    Parameters
    ----------
    kind
        Of the record.
    data
        What stands behind row, column and look.
    look
        `PLAIN`, `DAY` or `FOUR_DIGITS`.
    after
        Records behind it.
    """

    def __init__(self, kind: int, data: bytes, look: int = PLAIN, after: bytes = b"") -> None:
        self.kind, self.data, self.look, self.after = kind, data, look, after


Value = Union[str, float, None, CellRecord]


def record(kind: int, data: bytes = b"") -> bytes:
    """Return a record; a long one goes on in others."""
    found = struct.pack("<HH", kind, len(data[:_LONGEST])) + data[:_LONGEST]
    return found + (record(0x3C, data[_LONGEST:]) if len(data) > _LONGEST else b"")


def wide(text: str, length: str = "H") -> bytes:
    """Return a text by the width its signs need."""
    narrow = all(ord(sign) < 256 for sign in text)
    body = text.encode("latin-1" if narrow else "utf-16-le")
    signs = len(text.encode("utf-16-le")) // 2
    return struct.pack("<" + length + "B", signs, not narrow) + body


def shared_texts(texts: Sequence[str], longest: int = _LONGEST) -> bytes:
    """Return the record of shared texts; a text that is cut says in each record how wide its signs are."""
    pieces = [struct.pack("<II", len(texts), len(texts))]
    for text in texts:
        body, width = wide(text), 1 if all(ord(sign) < 256 for sign in text) else 2
        head, signs = body[:3], body[3:]
        if len(pieces[-1]) + 3 > longest:
            pieces.append(b"")
        pieces[-1] += head
        while True:
            room = (longest - len(pieces[-1])) // width * width
            pieces[-1] += signs[:room]
            signs = signs[room:]
            if not signs:
                break
            pieces.append(head[2:3])
    first, *more = pieces
    return record(0xFC, first) + b"".join(record(0x3C, piece) for piece in more)


def _begin(content: int) -> bytes:
    return record(0x809, struct.pack("<HHHHII", 0x600, content, 0x0DBB, 0x07CC, 0, 6))


def _sheet(rows: Sequence[Sequence[Value]], texts: list[str], more: bytes) -> bytes:
    found = _begin(0x10)
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                texts.append(value)
                value = CellRecord(0xFD, struct.pack("<I", len(texts) - 1))
            elif not isinstance(value, CellRecord):
                value = CellRecord(0x203, struct.pack("<d", value))
            found += record(value.kind, struct.pack("<HHH", place, column, value.look) + value.data)
            found += value.after
    return found + more + record(0x0A)


def workbook_stream(
    sheets: Mapping[str, Sequence[Sequence[Value]]],
    *,
    more: bytes = b"",
    globals_: bytes = b"",
    longest: int = _LONGEST,
    hidden: Sequence[str] = (),
) -> bytes:
    """Return the records of a workbook.

    Parameters
    ----------
    sheets
        Rows by the name of the sheet.
    more
        Records at the end of each sheet.
    globals_
        Records of the book.
    longest
        Bytes of a record of shared texts.
    hidden
        Names of hidden sheets.
    """
    texts: list[str] = []
    bodies = [_sheet(rows, texts, more) for rows in sheets.values()]
    head = _begin(5) + record(0x42, b"\xb0\x04") + record(0x22, b"\0\0") + globals_
    head += record(0x41E, struct.pack("<H", 164) + wide("0000"))
    head += b"".join(record(0xE0, struct.pack("<HH16x", 0, number)) for number in (0, 14, 164))
    tail = shared_texts(texts, longest) + record(0x0A)
    names = {name: wide(name, "B") for name in sheets}
    at = len(head) + sum(10 + len(name) for name in names.values()) + len(tail)
    listed = b""
    for (name, body), raw in zip(zip(sheets, bodies), names.values()):
        listed += record(0x85, struct.pack("<IBB", at, name in hidden, 0) + raw)
        at += len(body)
    return head + listed + tail + b"".join(bodies)


def newer_old_workbook(sheets: Mapping[str, Sequence[Sequence[Value]]]) -> bytes:
    """Return the bytes of a workbook, rows by the name of the sheet."""
    return container({"Workbook": workbook_stream(sheets)})
