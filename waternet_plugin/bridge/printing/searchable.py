"""Make the Chinese text of a PDF findable.

Several Chinese fonts draw a character and the radical of the same shape with one glyph, and Qt notes down
the radical for it (U+2FBC for U+9AD8, "high"), so that a search for the word finds nothing. The tables that
lead from glyphs to characters are corrected in the file, byte for byte in place; nothing drawn is touched.

Which character is meant stands in `radicals.csv`, in hexadecimal numbers. Its source "Unicode" is
EquivalentUnifiedIdeograph.txt of the Unicode Character Database 15.0 (© 2022 Unicode, Inc.,
https://www.unicode.org/terms_of_use.html), without what lies beyond the Basic Multilingual Plane. The
simplified Chinese faces of Noto Sans CJK are the source where they draw another character with that glyph
than Unicode names (U+2F3E is U+6237 of simplified texts, not the traditional U+6236), or where others share
one.
"""

from __future__ import annotations

import mmap
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.schema.csvfiles import rows_of

_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> (?:<([0-9A-Fa-f]{4})>|\[([^\]]*)\])")
_CODE = re.compile(rb"<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"begincmap.*?endcmap", re.DOTALL)
# What a reader can do without; it makes room where a correction is longer than what it replaces.
_SPARE = re.compile(rb"/CIDSystemInfo[^\n]*\n|/CMapName[^\n]*\n")


@lru_cache(maxsize=None)
def _meant() -> dict[int, int]:
    """Return the character that is meant by what is noted, where they differ."""
    rows = rows_of(Path(__file__).with_name("radicals.csv"))
    return {int(row["noted"], 16): int(row["meant"], 16) for row in rows}


def meant_character(code: int) -> int:
    """Return the character that is meant where a radical or a compatibility form is noted."""
    meant = _meant().get(code)
    if meant is not None:
        return meant
    if 0xF900 <= code <= 0xFAFF:
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1 and ord(folded) < 0x10000:
            return ord(folded)
    return code


def _corrected_range(match: re.Match[bytes]) -> bytes:
    """Return one range of glyphs with the right characters; unchanged where they are right."""
    first, last, linear, listed = match.groups()
    if linear is not None:
        size = int(last, 16) - int(first, 16) + 1
        codes = list(range(int(linear, 16), int(linear, 16) + size))
    else:
        cells = _CODE.findall(listed)
        if any(len(cell) != 4 for cell in cells):
            return match.group(0)
        codes = [int(cell, 16) for cell in cells]
    right = [meant_character(code) for code in codes]
    if right == codes:
        return match.group(0)
    head = b"<%s> <%s> " % (first, last)
    if len(right) == 1 and linear is not None:
        return head + b"<%04X>" % right[0]
    return head + b"[" + b" ".join(b"<%04X>" % code for code in right) + (b" ]" if linear is None else b"]")


def corrected(block: bytes) -> bytes:
    """Return a table of glyphs with the right characters, of the same length.

    A table whose correction finds no room stays as it is.
    """
    head, start, ranges = block.partition(b"beginbfrange")
    if not start:
        return block
    changed = _RANGE.sub(_corrected_range, ranges)
    if len(changed) > len(ranges):
        head = _SPARE.sub(b"", head)
    result = head + start + changed
    if len(result) > len(block):
        return block
    return result[: -len(b"endcmap")] + b" " * (len(block) - len(result)) + b"endcmap"


def make_searchable(path: Path) -> int:
    """Correct every table of a PDF in place and return how many were changed."""
    count = 0
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        for match in _BLOCK.finditer(content):
            block = match.group(0)
            right = corrected(block)
            if right != block:
                content[match.start() : match.end()] = right
                count += 1
    return count
