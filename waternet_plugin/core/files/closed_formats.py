"""Formats of other programs that nothing here reads: what to save them as."""

from __future__ import annotations

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

DRAWING, DATABASE, ARCHIVE = "dwg", "mdb", "archive"
# By the end of the name.
CLOSED = {
    ".dwg": DRAWING,
    ".mdb": DATABASE,
    ".accdb": DATABASE,
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz"), ARCHIVE),
}


def refuse_closed(format_: str, name: str) -> None:
    """Refuse a drawing, a database or an archive that only its own program reads.

    Raises
    ------
    InputError
        With what to save it as.
    """
    if format_ == DRAWING:
        message = tr("{file} is a DWG drawing, which can't be read. Save it as DXF in your CAD program.")
        raise InputError(message.format(file=name))
    if format_ == DATABASE:
        message = tr("{file} is an Access database, which can't be read. Export its tables to XLSX or CSV.")
        raise InputError(message.format(file=name))
    if format_ == ARCHIVE:
        message = tr("{file} is an archive that can't be opened here. Unpack it and choose the folder.")
        raise InputError(message.format(file=name))
