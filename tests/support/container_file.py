"""Containers of streams (Compound File) in which programs keep old workbooks; small ones in small sectors."""

from __future__ import annotations

import struct
from collections.abc import Mapping

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR, _SMALL, _LEAST = 512, 64, 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _padded(raw: bytes, size: int) -> bytes:
    return raw + bytes(-len(raw) % size)


def _entry(name: str, kind: int, right: int, child: int, first: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    head = wide.ljust(64, b"\0") + struct.pack("<HBB", len(wide), kind, 1)
    return head + struct.pack("<3I36xIQ", _FREE, right, child, first, size)


def container(streams: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a container of streams."""
    sectors: list[bytes] = []
    following: list[int] = []
    small, small_following = b"", []

    def placed(raw: bytes) -> int:
        """Return the first sector of a stream."""
        if not raw:
            return _END
        first, parts = len(sectors), _padded(raw, _SECTOR)
        sectors.extend(parts[at : at + _SECTOR] for at in range(0, len(parts), _SECTOR))
        following.extend([*range(first + 1, len(sectors)), _END])
        return first

    entries = []
    for number, (name, raw) in enumerate(streams.items(), start=2):
        right = number if number <= len(streams) else _FREE
        if len(raw) >= _LEAST:
            entries.append(_entry(name, 2, right, _FREE, placed(raw), len(raw)))
            continue
        first, small = len(small) // _SMALL, small + _padded(raw, _SMALL)
        small_following += [*range(first + 1, len(small) // _SMALL), _END]
        entries.append(_entry(name, 2, right, _FREE, first, len(raw)))
    root = _entry("Root Entry", 5, _FREE, 1, placed(small), len(small))
    folder = placed(_padded(b"".join([root, *entries]), _SECTOR))
    count = len(small_following)
    small_table = placed(
        struct.pack(f"<{count}I", *small_following).ljust(-(-count // 128) * _SECTOR, b"\xff")
    )
    # The table lists the sectors of itself too.
    tables = 1
    while len(following) + tables > tables * _SECTOR // 4:
        tables += 1
    assert tables <= 109
    places = list(range(len(sectors), len(sectors) + tables))
    table = struct.pack(f"<{len(following) + tables}I", *following, *[_TABLE] * tables)
    sectors.append(table.ljust(tables * _SECTOR, b"\xff"))
    head = MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    numbers = (0, tables, folder, 0, _LEAST, small_table, 1 if count else 0, _END, 0)
    listed = struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    return head + struct.pack("<9I", *numbers) + listed + b"".join(sectors)
