"""MapInfo files (.tab, .mif) whose texts are in GBK while they declare another character set.

English copies of MapInfo, and programs that know no charset, write “WindowsLatin1” or “Neutral” above Chinese
texts. GDAL believes that, so it is handed a copy that declares what the bytes are.
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
_CHARSET = re.compile(rb'(charset\s+"?)(?!WindowsSimpChinese|UTF-8)\w+', re.IGNORECASE)
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
    with file.open("rb") as opened:
        head = opened.read(_LOOKED_AT_BYTES)
    rows = next(
        (one for one in _files_beside(file) if one.suffix.lower() == _ROWS[file.suffix.lower()]), None
    )
    raw = head
    if rows is not None:
        with rows.open("rb") as opened:
            raw += opened.read(_LOOKED_AT_BYTES)
    if _CHARSET.search(head) is None or not _are_gb(raw):
        yield file
        return
    with scratch.folder(None, "charset") as folder:
        for one in _files_beside(file):
            shutil.copyfile(one, folder / one.name)
        declared = _CHARSET.sub(rb"\1WindowsSimpChinese", head)
        with file.open("rb") as opened, (folder / file.name).open("wb") as copy:
            opened.seek(len(head))
            copy.write(declared)
            shutil.copyfileobj(opened, copy)
        yield folder / file.name
