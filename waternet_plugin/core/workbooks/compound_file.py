"""The container in which programs keep old workbooks (Compound File, MS-CFB): its streams, within bounds."""

from __future__ import annotations

import struct
from dataclasses import dataclass

# Numbers of sectors from here on are marks; this one stands where no sector is.
_MARKS = 0xFFFFFFFA
_NONE = 0xFFFFFFFF
_HEADER_BYTES = 512
_MINI_BYTES = 64
_ENTRY_BYTES = 128
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True)
class _Entry:
    """A stream or folder: name, kind, its neighbours in the tree, first sector and size in bytes."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    first: int
    size: int


class ContradictionError(ValueError):
    """Bytes that contradict each other."""


def _chain(first: int, following: tuple[int, ...]) -> list[int]:
    """Return the numbers of a chain of sectors."""
    found: list[int] = []
    while first < _MARKS:
        if first >= len(following) or len(found) == len(following):
            raise ContradictionError("a chain of sectors leaves the file or has no end")
        found.append(first)
        first = following[first]
    return found


class CompoundFile:
    """The streams of a container.

    Raises
    ------
    ContradictionError, struct.error
        When its sectors leave the file, are used twice by the table of sectors, or go round in circles.
    """

    def __init__(self, raw: bytes) -> None:
        (shift,) = struct.unpack_from("<H", raw, 30)
        if shift not in (9, 12):
            raise ContradictionError("no such size of sectors")
        self._raw, self._size = raw, 1 << shift
        self._count = -(-len(raw) // self._size) - 1
        head = struct.unpack_from("<8I", raw, 44)
        first_folder, self._least, first_mini, first_table, tables = head[1], head[3], head[4], *head[6:]
        self._following = self._numbers(self._sectors_of_table(first_table, tables))
        self._entries = self._folder(self._joined(_chain(first_folder, self._following)))
        self._following_mini = self._numbers(_chain(first_mini, self._following))
        root = self._entries[0]
        if root.kind != _ROOT:
            raise ContradictionError("no root")
        self._mini = self._joined(_chain(root.first, self._following))
        self._streams = self._below(root)

    def _sectors_of_table(self, first: int, tables: int) -> list[int]:
        """Return the sectors that hold the table of sectors: 109 by the header, more by a list of lists."""
        found = list(struct.unpack_from("<109I", self._raw, 76))
        for _time in range(min(tables, self._count)):
            if first >= _MARKS:
                break
            *more, first = self._numbers([first])
            found += more
        found = [one for one in found if one != _NONE]
        if len(set(found)) != len(found):
            raise ContradictionError("a sector is used twice")
        return found

    def _joined(self, sectors: list[int]) -> bytes:
        if sectors and max(sectors) >= self._count:
            raise ContradictionError("a sector is not in the file")
        size = self._size
        return b"".join(self._raw[(sector + 1) * size : (sector + 2) * size] for sector in sectors)

    def _numbers(self, sectors: list[int]) -> tuple[int, ...]:
        raw = self._joined(sectors)
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])

    def _folder(self, raw: bytes) -> list[_Entry]:
        found = []
        for at in range(0, len(raw) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            length, kind = struct.unpack_from("<HB", raw, at + 64)
            left, right, child = struct.unpack_from("<3I", raw, at + 68)
            # Where sectors are small the upper half of a size may be anything.
            first, size = struct.unpack_from("<II" if self._size == _HEADER_BYTES else "<IQ", raw, at + 116)
            name = raw[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            found.append(_Entry(name, kind, left, right, child, first, size))
        return found

    def _below(self, root: _Entry) -> dict[str, _Entry]:
        """Return the streams that are in no folder, by their name in small letters."""
        found: dict[str, _Entry] = {}
        seen: set[int] = set()
        left = [root.child]
        while left:
            place = left.pop()
            if place == _NONE:
                continue
            if place in seen or place >= len(self._entries):
                raise ContradictionError("the tree of streams leaves the file or goes round in circles")
            seen.add(place)
            entry = self._entries[place]
            left += [entry.left, entry.right]
            if entry.kind == _STREAM:
                found[entry.name.casefold()] = entry
        return found

    def has(self, name: str) -> bool:
        """Return whether there is a stream of a name, given in small letters."""
        return name in self._streams

    def stream(self, name: str) -> bytes:
        """Return a stream by its name in small letters.

        Raises
        ------
        ContradictionError
            When it is shorter than the container says.
        """
        entry = self._streams[name]
        if entry.size < self._least:
            places = [one * _MINI_BYTES for one in _chain(entry.first, self._following_mini)]
            found = b"".join(self._mini[at : at + _MINI_BYTES] for at in places)
        else:
            found = self._joined(_chain(entry.first, self._following))
        if len(found) < entry.size:
            raise ContradictionError("a stream is cut")
        return found[: entry.size]
