"""Names that every file system takes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path

# Windows gives these names to devices, whatever stands behind a dot.
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"]
)
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
# File systems take 255 bytes, a Chinese letter has three, and an ending and a number may follow.
_LONGEST = 60


def allowed_name(name: str) -> str:
    """Return a name without what some file system refuses: signs, devices of Windows, blanks at its ends."""
    clean = _REFUSED.sub(" ", name)[:_LONGEST].strip(" .")
    if clean.split(".")[0].rstrip().upper() in _DEVICES:
        return f"_{clean}"
    return clean


def free_names(wanted: Iterable[str]) -> list[str]:
    """Return allowed names that are apart, wherever large and small letters are the same."""
    used: set[str] = set()
    names = []
    for each in wanted:
        stem = name = allowed_name(each) or "_"
        again = count(2)
        while name.casefold() in used:
            name = f"{stem}-{next(again)}"
        used.add(name.casefold())
        names.append(name)
    return names


def plain_name(name: str) -> str:
    """Return a name of letters, digits, - _ and . alone, which needs no quotes in any command either."""
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return allowed_name(plain) or "_"


def relative_name(path: Path, folder: Path) -> str:
    """Return a path relative to a folder; the whole path where the two are on different drives."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()
