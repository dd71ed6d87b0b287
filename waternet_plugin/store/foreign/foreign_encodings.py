"""Tell the encoding of foreign texts: UTF-8 by its strict form, else GB 18030, else what the file declares.

Shapefiles declare their encoding in a .cpg beside them or in one byte of the .dbf; both are often wrong, so
the bytes themselves are asked first.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path
from typing import Optional

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

UTF_8 = "utf-8"
GB = "gb18030"

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
_OTHER_DOUBLE_BYTE = ("cp932", "cp949", "cp950", "big5", "euc_kr", "shift_jis")

# A cell cut at its width may end within a sign of at most so many bytes.
_CUT = 3
_MOST_CELLS = 20_000
# Share of Chinese cells from which on text is taken as GB 18030.
_CHINESE = 0.8


def sibling(file: Path, suffix: str) -> Optional[Path]:
    """Return the file of the same name with another suffix, whatever its case; None if there is none."""
    for one in (file.with_suffix(suffix), file.with_suffix(suffix.upper())):
        if one.exists():
            return one
    stem = file.stem.casefold()
    for one in sorted(file.parent.glob("*")):
        if one.suffix.casefold() == suffix and one.stem.casefold() == stem:
            return one
    return None


def known_codec(name: str) -> Optional[str]:
    """Return Python's name of an encoding as .cpg files and people write it, None if it is none."""
    word = name.strip().strip("\ufeff").casefold()
    for prefix in ("ansi ", "cp", "windows-", "ibm", "oem "):
        if word.startswith(prefix) and word[len(prefix) :].strip().isdigit():
            word = word[len(prefix) :].strip()
    if word in ("936", "54936", "gbk", "gb2312", "gb18030", "cp936"):
        return GB
    if word == "65001":
        return UTF_8
    if word.replace(" ", "").replace("-", "").startswith("iso8859"):
        digits = word.replace(" ", "").replace("-", "").replace("_", "")[len("iso8859") :]
        word = f"iso-8859-{digits}" if digits.isdigit() else word
    for candidate in (f"cp{word}", word) if word.isdigit() else (word,):
        try:
            return codecs.lookup(candidate).name
        except LookupError:
            continue
    return None


def _decodes(cells: Iterable[bytes], codec: str, *, cut: bool) -> bool:
    """Return whether all cells are text of an encoding; a cut cell may end within a sign."""
    for cell in cells:
        try:
            cell.decode(codec)
        except UnicodeDecodeError as error:
            if not cut or error.start < len(cell) - _CUT:
                return False
    return True


def _looks_chinese(cells: list[bytes]) -> bool:
    """Return whether most cells are common Chinese signs in GB 2312, which Western text is not."""
    common = sum(_decodes([cell], "gb2312", cut=True) for cell in cells)
    return common >= _CHINESE * len(cells)


def _unclear(name: str) -> InputError:
    message = tr("The encoding of {file} can't be determined. Give it in the mapping, for example {example}.")
    return InputError(message.format(file=name, example='"encoding": "gb18030"'))


def tell(cells: list[bytes], declared: Optional[str], weak: Optional[str], name: str, *, cut: bool) -> str:
    """Return the encoding of cells that hold more than ASCII.

    Parameters
    ----------
    cells
        Distinct raw cells.
    declared, weak
        Encoding that the file declares, and one that programs write by default.
    name
        Of the file, for the message.
    cut
        Whether cells may be cut within a sign.

    Raises
    ------
    InputError
        When no encoding fits.
    """
    if not cells:
        return declared or UTF_8
    if _decodes(cells, UTF_8, cut=cut):
        return UTF_8
    if declared in _OTHER_DOUBLE_BYTE and _decodes(cells, str(declared), cut=cut):
        return str(declared)
    gb_fits = _decodes(cells, GB, cut=cut)
    if gb_fits and (declared == GB or _looks_chinese(cells)):
        return GB
    for codec in (declared, weak):
        if codec is not None and codec != UTF_8 and _decodes(cells, codec, cut=False):
            return codec
    raise _unclear(name)


def decode(text: bytes, codec: str) -> str:
    """Decode a cell strictly; a last sign that the cell's width cut off is left out.

    Raises
    ------
    UnicodeDecodeError
        When the cell is no text of this encoding.
    """
    try:
        return text.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(text) - _CUT:
            raise
        return text[: error.start].decode(codec)


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


def encoding_of(file: Path, given: Optional[str]) -> str:
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
