"""Shapefiles byte by byte: points or lines, these with heights or without, any encoding, .prj and .cpg."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from towns.true_town import Place

_POINT, _LINE, _LINE_WITH_Z = 1, 3, 13


def _point(places: Sequence[Place]) -> bytes:
    return struct.pack("<i2d", _POINT, *places[0])


def _line(parts: Sequence[Sequence[Place]], heights: float | None) -> bytes:
    every = [place for part in parts for place in part]
    xs, ys = [x for x, _y in every], [y for _x, y in every]
    starts, at = [], 0
    for part in parts:
        starts.append(at)
        at += len(part)
    found = struct.pack(
        "<i4d2i",
        _LINE if heights is None else _LINE_WITH_Z,
        min(xs),
        min(ys),
        max(xs),
        max(ys),
        len(parts),
        len(every),
    )
    found += struct.pack(f"<{len(parts)}i", *starts)
    found += b"".join(struct.pack("<2d", *place) for place in every)
    if heights is not None:
        # The least and the highest, then those of the vertices; measures, which nobody has, are left out.
        found += struct.pack(f"<{len(every) + 2}d", *[heights] * (len(every) + 2))
    return found


def _head(length: int, kind: int, box: Sequence[float]) -> bytes:
    words = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length // 2)
    return words + struct.pack("<2i8d", 1000, kind, *box, 0.0, 0.0, 0.0, 0.0)


def _table(headings: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str, driver: int) -> bytes:
    words = [["" if value is None else str(value) for value in row] for row in rows]
    columns = []
    for place, heading in enumerate(headings):
        values = [row[place] for row in rows]
        is_number = all(isinstance(value, (int, float)) for value in values)
        width = max([1, *(len(row[place].encode(encoding)) for row in words)])
        decimals = max([0, *(len(row[place].partition(".")[2]) for row in words)]) if is_number else 0
        columns.append((heading.encode(encoding)[:10], "N" if is_number else "C", width + 2, decimals))
    record = 1 + sum(width for _name, _kind, width, _decimals in columns)
    found = struct.pack("<4BIHH16xBB2x", 3, 126, 1, 1, len(rows), 33 + 32 * len(columns), record, 0, driver)
    for name, kind, width, decimals in columns:
        found += struct.pack("<11sc4xBB14x", name, kind.encode(), width, decimals)
    found += b"\r"
    for row in words:
        found += b" "
        for word, (_name, kind, width, _decimals) in zip(row, columns):
            cell = word.encode(encoding)
            found += cell.rjust(width) if kind == "N" else cell.ljust(width)
    return found + b"\x1a"


def write_shapefile(
    path: Path,
    shapes: Sequence[Sequence[Sequence[Place]]],
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    encoding: str,
    is_said: bool,
    prj: str = "",
    heights: float | None = None,
) -> Path:
    """Write a shapefile and return it.

    Parameters
    ----------
    path
        Of the .shp.
    shapes
        Parts of each row; a row without any has no shape, one vertex is a point.
    headings, rows
        The table.
    encoding
        Of the table.
    is_said
        Whether the .dbf and a .cpg say the encoding.
    prj
        The text of the .prj, '' for none.
    heights
        The height of all vertices of lines, None for lines without.
    """
    first = next(parts for parts in shapes if parts)
    kind = _POINT if len(first[0]) == 1 else _LINE if heights is None else _LINE_WITH_Z
    bodies = [
        struct.pack("<i", 0) if not parts else _point(parts[0]) if kind == _POINT else _line(parts, heights)
        for parts in shapes
    ]
    every = [place for parts in shapes for part in parts for place in part]
    xs, ys = [x for x, _y in every], [y for _x, y in every]
    box = (min(xs), min(ys), max(xs), max(ys))
    content, index = b"", b""
    for number, body in enumerate(bodies, start=1):
        index += struct.pack(">2i", (100 + len(content)) // 2, len(body) // 2)
        content += struct.pack(">2i", number, len(body) // 2) + body
    path.write_bytes(_head(100 + len(content), kind, box) + content)
    path.with_suffix(".shx").write_bytes(_head(100 + len(index), kind, box) + index)
    # 0x4d: Windows 936.
    driver = 0x4D if is_said and encoding == "gbk" else 0
    path.with_suffix(".dbf").write_bytes(_table(headings, rows, encoding, driver))
    if is_said:
        path.with_suffix(".cpg").write_text(encoding.upper(), encoding="ascii")
    if prj:
        path.with_suffix(".prj").write_text(prj, encoding="ascii")
    return path
