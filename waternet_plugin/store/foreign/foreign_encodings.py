"""Tell the encoding of a foreign file by what it declares and by its bytes.

Shapefiles declare their encoding in a .cpg beside them or in one byte of the .dbf; both are often wrong, so
the bytes themselves are asked first.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from waternet_plugin.core.cells.encodings import GB, UTF_8, known_codec, tell

# Language byte of a .dbf. Codes of Western Windows are written by default and prove nothing.
_LANGUAGES = {
    0x4D: GB,
    0x13: "cp932",
    0x4E: "cp949",
    0x4F: "cp950",
    0x65: "cp866",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
_WEAK_LANGUAGES = {0x03: "cp1252", 0x57: "cp1252", 0x01: "cp437", 0x02: "cp850"}
_MOST_CELLS = 20_000


def sibling(file: Path, suffix: str) -> Path | None:
    """Return the file of the same name with another suffix, whatever its case; None if there is none."""
    for one in (file.with_suffix(suffix), file.with_suffix(suffix.upper())):
        if one.exists():
            return one
    stem = file.stem.casefold()
    for one in sorted(file.parent.glob("*")):
        if one.suffix.casefold() == suffix and one.stem.casefold() == stem:
            return one
    return None


def _dbf_cells(file: Path) -> tuple[list[bytes], int]:
    """Return the distinct text cells and names of a .dbf that hold more than ASCII, and its language byte."""
    raw = np.fromfile(file, dtype=np.uint8)
    if len(raw) < 32:
        return [], 0
    header = raw[:32].tobytes()
    rows = int.from_bytes(header[4:8], "little")
    start = int.from_bytes(header[8:10], "little")
    width = int.from_bytes(header[10:12], "little")
    cells: set[bytes] = set()
    fields = []
    offset, position = 1, 32
    while position + 32 <= min(start, len(raw)) and raw[position] != 0x0D:
        descriptor = raw[position : position + 32].tobytes()
        cells.add(descriptor[:11].split(b"\0")[0])
        size = descriptor[16]
        if descriptor[11:12] == b"C":
            fields.append((offset, size))
        offset += size
        position += 32
    rows = min(rows, (len(raw) - start) // width if width else 0)
    if rows > 0:
        body = raw[start : start + rows * width].reshape(rows, width)
        for offset, size in fields:
            column = body[:, offset : offset + size]
            strange = np.ascontiguousarray(column[(column >= 0x80).any(axis=1)])
            if len(strange) and size:
                distinct = np.unique(strange.view(f"V{size}"))[:_MOST_CELLS]
                cells.update(cell.tobytes().rstrip(b" \0") for cell in distinct)
    return sorted(cell for cell in cells if any(byte >= 0x80 for byte in cell)), header[29]


def encoding_of(file: Path, given: str | None) -> str:
    """Return the encoding of a file's texts: the given one, that of a shapefile's bytes, else UTF-8."""
    if given is not None:
        return known_codec(given) or given
    if file.suffix.lower() not in (".shp", ".dbf"):
        return UTF_8
    table = sibling(file, ".dbf")
    if table is None:
        return UTF_8
    cells, language = _dbf_cells(table)
    page = sibling(file, ".cpg")
    declared = known_codec(page.read_text(encoding="latin-1")) if page is not None else None
    return tell(
        cells, declared or _LANGUAGES.get(language), _WEAK_LANGUAGES.get(language), file.name, cut=True
    )
