"""The mark of workbooks that hold results: lists and sheets for reading, which nobody brings in as data."""

from __future__ import annotations

import zipfile
from pathlib import Path

# The comment of the archive that a workbook is; programs that save it anew drop it, and it is theirs then.
RESULT_MARK = b"WaterNet result"


def is_result(path: Path) -> bool:
    """Return whether a workbook is one of our results."""
    if path.suffix.lower() != ".xlsx":
        return False
    try:
        with zipfile.ZipFile(path) as book:
            return book.comment == RESULT_MARK
    except (OSError, zipfile.BadZipFile):
        return False
