"""The records of old workbooks (BIFF), and the texts in them, which may go on in the next record."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple, Union

from waternet_plugin.core.workbooks.compound_file import ContradictionError

# A text of which only the bytes are known; whoever knows the encoding of the workbook makes it one.
Text = Union[str, bytes]

# A record that goes on, by the first bytes of the next.
_CONTINUED = b"\x3c\0"
_HEAD = struct.Struct("<HH")


class Record(NamedTuple):
    """A record: its kind, its bytes in the pieces in which they stand there, and where the next begins."""

    kind: int
    pieces: list[bytes]
    end: int


def records(stream: bytes, at: int) -> Iterator[Record]:
    """Yield the records of a stream from one on; whoever asks stops at the last one.

    Raises
    ------
    ContradictionError
        When a record leaves the stream, or the stream ends before the caller does.
    """
    last = len(stream)
    while at + 4 <= last:
        kind, size = _HEAD.unpack_from(stream, at)
        at += 4 + size
        pieces = [stream[at - size : at]]
        while stream[at : at + 2] == _CONTINUED and at + 4 <= last:
            _kind, size = _HEAD.unpack_from(stream, at)
            at += 4 + size
            pieces.append(stream[at - size : at])
        if at > last:
            raise ContradictionError("a record is cut")
        yield Record(kind, pieces, at)
    raise ContradictionError("the records have no end")


class TextReader:
    """Reads the texts of a record, one after the other.

    Parameters
    ----------
    pieces
        Of the record.
    at
        Where the first text begins in the first piece.
    is_wide
        Whether each text says how its signs are stored (BIFF8), else they are bytes of an older encoding.
    """

    def __init__(self, pieces: list[bytes], at: int, is_wide: bool) -> None:
        self._pieces, self._at, self._is_wide = pieces, at, is_wide
        self._place = 0

    def _taken(self, size: int) -> bytes:
        """Return the next bytes, whatever pieces they stand in."""
        found = self._pieces[self._place][self._at : self._at + size]
        self._at += len(found)
        while len(found) < size:
            self._turn()
            part = self._pieces[self._place][: size - len(found)]
            self._at = len(part)
            found += part
        return found

    def _turn(self) -> None:
        self._place, self._at = self._place + 1, 0
        if self._place >= len(self._pieces):
            raise ContradictionError("a text is longer than its record")

    def text(self, length: str) -> Text:
        """Return the next text, whose number of signs is a ``B`` or ``H`` of `struct`.

        Raises
        ------
        ContradictionError
            When it is longer than the record.
        """
        (left,) = struct.unpack("<" + length, self._taken(struct.calcsize(length)))
        if not self._is_wide:
            return self._taken(left)
        (flags,) = self._taken(1)
        # Runs of looks and hints to pronounce it stand behind the signs.
        behind = 4 * struct.unpack("<H", self._taken(2))[0] if flags & 8 else 0
        behind += struct.unpack("<I", self._taken(4))[0] if flags & 4 else 0
        signs = self._signs(left, bool(flags & 1))
        self._taken(behind)
        return signs

    def _signs(self, left: int, is_double: bool) -> str:
        """Return signs of one or two bytes each; every piece says anew which."""
        found = b""
        while left:
            width = 2 if is_double else 1
            part = self._pieces[self._place][self._at : self._at + left * width]
            if len(part) % width:
                raise ContradictionError("half a sign")
            self._at += len(part)
            left -= len(part) // width
            found += part if is_double else part.decode("latin-1").encode("utf-16-le")
            if left:
                self._turn()
                is_double = bool(self._taken(1)[0] & 1)
        return found.decode("utf-16-le")
