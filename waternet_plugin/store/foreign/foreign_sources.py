"""Files and layers as people name them, ``path`` or ``path|layername=name``; what of them can be opened."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Union

from waternet_plugin.core.cells import old_workbooks
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.cut_drawings import refuse_cut_file
from waternet_plugin.core.files.drawn_entities import AREAS, BLOCKS, DRAWN, LINES
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.foreign import foreign_encodings, packed_folders
from waternet_plugin.store.foreign.engines.raw_layers import SHEETS
from waternet_plugin.store.foreign.foreign_drawn_layers import is_drawing

# Told by the name: a file that SQLite keeps must not be opened and closed here (its locks would go).
PACKED_SUFFIXES = frozenset(".xlsx .xlsm .ods .kmz .zip .shz".split())
_MB = 1024 * 1024

Source = Union[str, os.PathLike[str]]

TEXT_TABLES = frozenset({".csv", ".txt", ".tsv"})
LAYER_NAME = "|layername="
# The head of a shapefile, and what it begins with: the number 9994.
_SHAPE_HEAD, _SHAPE_MARK = 100, b"\0\0\x27\x0a"
# Which layer of a drawing is a table's where none is named, by the geometry that the table takes.
_OF_GEOMETRY = {"Point": BLOCKS, "LineString": LINES, "MultiPolygon": AREAS}


def split_source(source: Source) -> tuple[str, str | None]:
    """Return path and layer of ``path`` or ``path|layername=name``."""
    text = os.fspath(source).strip()
    path, found, rest = text.partition(LAYER_NAME)
    if not found:
        return text.split("|", 1)[0] if "|" in text and not os.path.exists(text) else text, None
    return path, rest.split("|", 1)[0]


def is_drawn(source: Source) -> bool:
    """Return whether a source is a drawing, whose rows lie on CAD layers."""
    return is_drawing(Path(split_source(source)[0]))


def of_table(source: Source, table: Table) -> str:
    """Return a source that names the layer of a drawing that a table takes; any other source as it is.

    Parameters
    ----------
    source
        ``path`` or ``path|layername=name``. QGIS knows a drawing as one layer, of which a table takes a part.
    table
        What the rows become.
    """
    path, layer = split_source(source)
    if not is_drawing(Path(path)) or layer in DRAWN:
        return os.fspath(source)
    kind = next((name for mark, name in _OF_GEOMETRY.items() if table.geometry.startswith(mark)), "")
    return f"{path}{LAYER_NAME}{kind}" if kind else path


def is_sheet(source: Source) -> bool:
    """Return whether a source is a text table or spreadsheet, whose heading may stand in any row."""
    return Path(split_source(source)[0]).suffix.lower() in (*TEXT_TABLES, *SHEETS)


def existing(path: str) -> Path:
    """Return a path that is there and can be read.

    Raises
    ------
    InputError
        When it is not.
    """
    file = Path(path)
    if not path or not file.exists():
        message = tr("There is no file {path}. Check the name and the folder.")
        raise InputError(message.format(path=path or "-"))
    if file.is_dir() and file.suffix.lower() != ".gdb":
        raise InputError(tr("{path} is a folder. Choose a file in it.").format(path=path))
    if not os.access(file, os.R_OK):
        raise InputError(
            tr("You do not have permission to read the file {path}. Ask for it.").format(path=path)
        )
    if file.is_file() and file.stat().st_size == 0:
        raise InputError(tr("The file {path} is empty. Choose another file.").format(path=path))
    if file.suffix.lower() == ".shp":
        _check_parts(file)
    check_unpacked(file)
    if packed_folders.is_packed(file):
        packed_folders.unpacked(file)
        message = tr("{file} is a zipped folder. Unpack it and choose a file in it.")
        raise InputError(message.format(file=file.name))
    refuse_cut_file(file)
    if file.suffix.lower() == old_workbooks.ENDING:
        with file.open("rb") as stream:
            old_workbooks.refuse_others(stream.read(old_workbooks.HEAD_BYTES), file.name)
    return file


def _check_parts(file: Path) -> None:
    """Refuse a shapefile that is cut or without its table; without .shx and .prj it can still be read."""
    if foreign_encodings.sibling(file, ".dbf") is None:
        message = tr("{name} is missing its .dbf with the attributes. Copy all files of the shapefile.")
        raise InputError(message.format(name=file.name))
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(_SHAPE_HEAD)
    # In words of two bytes, from the left.
    told = int.from_bytes(head[24:28], "big") if head[:4] == _SHAPE_MARK else 0
    if size < 2 * told:
        message = tr(
            "{name} is cut off: it has {size} bytes of {told}. Copy all files of the shapefile once more."
        )
        raise InputError(message.format(name=file.name, size=f"{size:,}", told=f"{2 * told:,}"))


def check_unpacked(file: Path) -> None:
    """Refuse a packed file that would fill the memory; readers never unpack more than its directory says.

    Raises
    ------
    InputError
        When it is too large, or packed as no honest file is.
    """
    if file.suffix.lower() not in PACKED_SUFFIXES or not file.is_file():
        return
    try:
        with zipfile.ZipFile(file) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        # Whoever reads it says that it is damaged.
        return
    settings = Settings()
    most = settings.integer("exchange.most_unpacked_mb")
    dense = size > settings.integer("exchange.most_unpacked_ratio") * file.stat().st_size
    if size > most * _MB or (dense and size > settings.integer("exchange.ratio_from_mb") * _MB):
        message = tr(
            "{file} is {size} MB when unpacked, too much to be read safely. Check where it comes from, or "
            "save its table as CSV."
        )
        raise InputError(message.format(file=file.name, size=round(size / _MB)))
