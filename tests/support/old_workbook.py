"""Workbooks of the oldest kind (BIFF2), which need no container around them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Union


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def old_workbook(rows: Sequence[Sequence[Union[str, float, None]]], codec: str = "cp936") -> bytes:
    """Return the bytes of a workbook of one sheet, its texts in an encoding of old Windows."""
    found = _record(0x0009, struct.pack("<HH", 2, 0x10)) + _record(0x0042, struct.pack("<H", 936))
    width = max(len(row) for row in rows)
    found += _record(0x0000, struct.pack("<HHHH", 0, len(rows), 0, width))
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            head = struct.pack("<HH", place, column) + b"\0\0\0"
            if isinstance(value, str):
                text = value.encode(codec)
                found += _record(0x0004, head + bytes([len(text)]) + text)
            elif value is not None:
                found += _record(0x0003, head + struct.pack("<d", value))
    return found + _record(0x000A, b"")
