"""Write rows as CSV: texts in quotes, dates as ISO, and a .csvt beside it that keeps ids texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from waternet_plugin.bridge.export.layer_files import ExportColumn, file_errors
from waternet_plugin.core.files.formulas import guarded
from waternet_plugin.core.progress import SILENT, Progress

_TYPES = {"integer": "Integer64", "real": "Real", "date": "Date", "datetime": "DateTime"}
# RFC 4180; Excel and QGIS read both kinds of line ends.
_LINE_END = "\r\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _cell(value: Any, type_: str) -> str:
    """Return a value as the file has it: only texts are quoted, an unknown is nothing at all."""
    if value is None:
        return ""
    if type_ == "date":
        return str(value.isoformat())
    if type_ == "datetime":
        return str(value.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if type_ in ("real", "integer"):
        return repr(value)
    return _quoted(value)


def write_csv(
    path: Path,
    headings: Sequence[ExportColumn],
    chunks: Iterator[list[tuple[Any, ...]]],
    *,
    encoding: str,
    rows: int,
    progress: Progress = SILENT,
) -> int:
    """Write rows to a new file and return how many.

    Parameters
    ----------
    path
        The .csv; a .csvt with the types of its columns comes beside it.
    headings
        The columns.
    chunks
        Rows of plain values.
    encoding
        Of the file; its texts fit into it.
    rows
        How many there will be.
    """
    types = [heading.type for heading in headings]
    written = 0
    with file_errors(path):
        with path.open("w", encoding=encoding, newline="") as file:
            file.write(",".join(_quoted(guarded(heading.name)) for heading in headings) + _LINE_END)
            for chunk in chunks:
                progress.at(written / max(rows, 1))
                file.writelines(",".join(map(_cell, row, types)) + _LINE_END for row in chunk)
                written += len(chunk)
        named = ",".join(_quoted(_TYPES.get(type_, "String")) for type_ in types)
        path.with_suffix(".csvt").write_text(named, encoding="ascii")
    progress.at(1.0)
    return written
