"""The bytes of a long text table that tell what it holds: its first lines, lines between, its last ones."""

from __future__ import annotations

import codecs
from pathlib import Path

from waternet_plugin.core.cells.encodings import known_codec

# What is read of a long file that is only looked at: its first bytes, pieces spread evenly over the rest and
# its last ones.
_FIRST_BYTES, _PIECES, _PIECE_BYTES = 2_000_000, 15, 128_000
LOOKED_AT_BYTES = _FIRST_BYTES + (_PIECES + 1) * _PIECE_BYTES
# Encodings of which a line can't be told by its bytes alone, and their marks.
_WIDE_CODECS, _WIDE_MARKS = ("utf-16", "utf-32"), (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_long(file: Path, encoding: str | None) -> bool:
    """Return whether a look at a text table reads less than the whole of it."""
    is_wide = (known_codec(encoding or "") or "").startswith(_WIDE_CODECS)
    if is_wide or file.stat().st_size <= LOOKED_AT_BYTES:
        return False
    with file.open("rb") as stream:
        first = stream.read(_FIRST_BYTES)
    return b"\n" in first and not first.startswith(_WIDE_MARKS)


def look_bytes(file: Path, encoding: str | None) -> bytes:
    """Return whole lines of a long text, the first and last and some between; a short text whole."""
    if not is_long(file, encoding):
        return file.read_bytes()
    size = file.stat().st_size
    last = size - _PIECE_BYTES
    apart = (last - _FIRST_BYTES) // _PIECES
    with file.open("rb") as stream:
        first = stream.read(_FIRST_BYTES)
        parts = [first[: first.rfind(b"\n") + 1]]
        for start in [*(_FIRST_BYTES + number * apart for number in range(_PIECES)), last]:
            stream.seek(start)
            piece = stream.read(_PIECE_BYTES)
            end = len(piece) if start == last else piece.rfind(b"\n") + 1
            # What comes before the first line end is the rest of a line.
            parts.append(piece[piece.find(b"\n") + 1 : end])
    return b"".join(parts)
