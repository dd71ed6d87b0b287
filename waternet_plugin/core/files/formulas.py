"""Texts that no spreadsheet runs as a formula: one guard for files, reports and the clipboard."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula; a plain number is none.
_FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$")
# What `guarded` leaves behind; a text that looked like it before got a mark of its own.
_GUARDED = re.compile(r"^'+[=+\-@\t\r＝＋－＠]")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula; `unguarded` gives the text back."""
    is_formula = _FORMULA.match(text) and not _NUMBER.match(text)
    return f"'{text}" if is_formula or _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` made safe."""
    return text[1:] if _GUARDED.match(text) else text


def delimited(rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """Return rows as text with one line each; texts are guarded.

    Parameters
    ----------
    rows
        Cells of each row, the headings among them.
    delimiter
        Between two cells; a tab for the clipboard.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue()
