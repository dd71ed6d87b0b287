"""Drawings (DXF) without their end: entities are missing, and at some of them GDAL never comes to an end."""

from __future__ import annotations

from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

ENDING = ".dxf"
_TAIL_BYTES = 4096
_LAST = [b"0", b"EOF"]
# What programs leave behind the last record.
_FILLING = b"\0\x1a"


def damaged_drawing(name: str) -> InputError:
    """Return the error of a drawing that can't be read."""
    message = tr("The drawing {file} can't be read: it is damaged. Save it again as DXF in your CAD program.")
    return InputError(message.format(file=name))


def refuse_cut(raw: bytes, name: str) -> None:
    """Refuse a drawing without its last record.

    Parameters
    ----------
    raw
        The bytes of the drawing, or the last ones of them.
    name
        Of the file, for the message.

    Raises
    ------
    InputError
        Also where it ends within a line end: GDAL waits there for the rest of it.
    """
    tail = raw[-_TAIL_BYTES:]
    if tail.translate(None, _FILLING).split()[-2:] != _LAST or tail.endswith(b"\r"):
        raise damaged_drawing(name)


def refuse_cut_file(path: Path) -> None:
    """Refuse a file of a drawing without its last record; others are passed over."""
    if path.suffix.lower() != ENDING or not path.is_file():
        return
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - _TAIL_BYTES, 0))
        refuse_cut(stream.read(), path.name)
