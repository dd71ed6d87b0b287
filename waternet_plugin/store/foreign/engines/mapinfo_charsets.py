"""MapInfo files (.tab, .mif) whose texts are in GBK or UTF-8 while they declare another character set.

English copies of MapInfo, and programs that know no charset, write “WindowsLatin1” or “Neutral” above Chinese
texts. GDAL believes that, so it is handed a copy that declares what the bytes are. UTF-8 that is cut within a
character, as names of columns are at 31 bytes, ends before it there.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waternet_plugin.core.files import scratch

_ENDINGS = (".tab", ".mif")
# Where the texts of the rows lie.
_ROWS = {".tab": ".dat", ".mif": ".mid"}
_LOOKED_AT_BYTES = 1 << 16
_CHARSET = re.compile(rb'(charset\s+"?)([\w-]+)', re.IGNORECASE)
_GB, _UTF_8 = b"WindowsSimpChinese", b"UTF-8"
# Some bytes of a character of several, and no more of it.
_CUT = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})(?![\x80-\xbf])")
_CUT_END = re.compile(_CUT.pattern + rb"\Z")
_RUN = re.compile(rb"[\x80-\xff]{4,}")
# A common Chinese character of GB 2312, and any two bytes.
_COMMON, _PAIR = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]"), re.compile(rb"..", re.DOTALL)
_SHARE = 0.8


def _are_gb(raw: bytes) -> bool:
    """Return whether the texts among bytes are Chinese in GBK, and not UTF-8."""
    runs = _RUN.findall(raw)
    if not runs or sum(_is_utf_8(run) for run in runs) > len(runs) / 2:
        return False
    pairs = [pair for run in runs for pair in _PAIR.findall(run)]
    return sum(_COMMON.fullmatch(pair) is not None for pair in pairs) >= _SHARE * len(pairs)


def _charset_of(raw: bytes, declared: bytes) -> bytes:
    """Return what a file should declare by its bytes; b'' where it is read well as it is."""
    if _are_gb(raw):
        return b"" if declared.lower() in (_GB.lower(), _UTF_8.lower()) else _GB
    runs = _RUN.findall(raw)
    if not runs or not all(_is_utf_8(_CUT_END.sub(b"", run)) for run in runs):
        return b""
    is_read = declared.lower() in (_UTF_8.lower(), b"neutral")
    return b"" if is_read and _CUT.search(raw) is None else _UTF_8


def _is_utf_8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _files_beside(file: Path) -> list[Path]:
    return [one for one in file.parent.iterdir() if one.stem == file.stem and one.is_file()]


@contextmanager
def in_own_charset(file: Path) -> Iterator[Path]:
    """Yield where a file declares the character set of its texts: its own path, or that of a copy."""
    if file.suffix.lower() not in _ENDINGS or not file.is_file():
        yield file
        return
    head = _first_lines(file)
    ending = _ROWS[file.suffix.lower()]
    rows = next((one for one in _files_beside(file) if one.suffix.lower() == ending), None)
    raw = head if rows is None else head + _first_lines(rows)
    said = _CHARSET.search(head)
    charset = b"" if said is None else _charset_of(raw, said[2])
    if not charset:
        yield file
        return
    with scratch.folder(None, "charset") as folder:
        for one in _files_beside(file):
            shutil.copyfile(one, folder / one.name)
        copy = folder / file.name
        copy.write_bytes(_CHARSET.sub(rb"\1" + charset, copy.read_bytes(), count=1))
        if charset == _UTF_8:
            for text in (copy, *([folder / rows.name] if rows is not None and ending == ".mid" else ())):
                text.write_bytes(_CUT.sub(b"", text.read_bytes()))
        yield copy


def _first_lines(file: Path) -> bytes:
    """Return the first bytes of a file, up to the end of a line where it goes on."""
    with file.open("rb") as opened:
        head = opened.read(_LOOKED_AT_BYTES)
    return head[: head.rfind(b"\n") + 1] if len(head) == _LOOKED_AT_BYTES else head
