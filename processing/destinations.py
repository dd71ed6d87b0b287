"""Where a run may write: places of outputs, what is wrong with them, and the files that lie there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputLayerDefinition,
    QgsProperty,
    QgsVectorFileWriter,
)

from waternet_plugin.core.files.modes import is_special
from waternet_plugin.core.texts import listed, tr

# File systems take 255 bytes; what is laid beside a new file has a longer name.
_MOST_BYTES, MOST_BYTES_THERE = 200, 255
SHOWN = 40
# Formats of layers that hold our tables, and those that are named where another one is asked for.
_NAMED_FORMATS = (".gpkg", ".shp", ".csv", ".xlsx", ".ods", ".geojson")
_LAYER_FORMATS = frozenset(
    {
        *_NAMED_FORMATS,
        *".dbf .shz .tsv .json .geojsonl .geojsons .fgb .kml .gml .tab .mif .sqlite .db".split(),
    }
) | frozenset(".gdb .parquet .arrow .feather .kmz .dxf .gpx".split())
TEXT_TABLES = (".csv", ".tsv", ".txt")
# What ends so is a file, never the folder in which several are written.
_ONE_FILE = (".pdf", ".html", ".inp", ".qgz", ".xlsx", ".dxf", ".gpkg")
# What files of these endings consist of, beside the one that is named.
_PARTS = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qmd", ".qix", ".sbn", ".sbx"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}
# What databases keep beside their file while they are open.
_JOURNALS = ("-wal", "-shm", "-journal")


def destination_text(value: Any, context: Any) -> str:
    """Return the place that the value of a destination names, '' for memory, temporary or none."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty):
        value = value.valueAsString(context.expressionContext(), "")[0]
    text = str(value or "")
    if text == QgsProcessing.TEMPORARY_OUTPUT or text.startswith(("memory:", "postgis:", "postgres:")):
        return ""
    return text


def destination_path(text: str) -> str:
    """Return the file of a place, '' where it names a layer of an existing one or none."""
    return "" if text.lower().startswith("ogr:") else text.split("|", maxsplit=1)[0]


def too_long(path: str, most_bytes: int = _MOST_BYTES) -> str:
    """Return the sentence for a path with a name that no file system takes, '' for others."""
    for name in Path(path).parts:
        if len(name.encode("utf-8", "replace")) > most_bytes:
            return tr("The name “{name}…” is too long for a file. Choose a shorter one.").format(
                name=name[:SHOWN]
            )
    return ""


def strange_format(value: Any, context: Any) -> str:
    """Return the sentence for a layer of a format that holds no table of ours, '' for others."""
    path = Path(destination_path(destination_text(value, context)))
    ending = path.suffix.lower()
    others = {f".{one}" for one in QgsVectorFileWriter.supportedFormatExtensions()} - _LAYER_FORMATS
    if ending not in others | {".txt"}:
        return ""
    return tr("{name} must end in {known}. Choose one of these formats.").format(
        name=path.name, known=listed(_NAMED_FORMATS)
    )


def unwritable(value: Any, context: Any) -> str:
    """Return the sentence that says why a destination can't be written, '' when it can."""
    from waternet_plugin.store.geopackage.location import network_shares

    text = destination_path(destination_text(value, context))
    if not text:
        return ""
    if too_long(text):
        return too_long(text)
    if is_special(Path(text)):
        return tr("{path} is not an ordinary file. Choose another name.").format(path=text)
    if os.path.isdir(text) and text.lower().endswith(_ONE_FILE):
        return tr("{path} can't be written: {reason}. Choose another location.").format(
            path=text, reason=os.strerror(errno.EISDIR)
        )
    folder = Path(text).absolute().parent
    if not os.path.isdir(folder):
        return tr("The folder {folder} does not exist. Create it or choose another one.").format(
            folder=folder
        )
    if not network_shares.takes_new_files(folder):
        return tr("The folder {folder} can't be written to. Choose another one.").format(folder=folder)
    return ""


def new_layer_file(value: Any, place: str) -> str:
    """Return the file that a layer output makes, '' where it adds to what is there, or makes none."""
    is_added = isinstance(value, QgsProcessingOutputLayerDefinition) and value.useRemapping()
    return "" if is_added or "|" in place else destination_path(place)


def with_path(value: Any, path: Path) -> Any:
    """Return the value of a layer output with another file."""
    if not isinstance(value, QgsProcessingOutputLayerDefinition):
        return str(path)
    changed = QgsProcessingOutputLayerDefinition(value)
    changed.sink = QgsProperty.fromValue(str(path))
    return changed


def companions(places: Iterable[Path]) -> list[Path]:
    """Return what belongs to earlier files at some places: it would be read with the new ones."""
    return [
        path
        for place in places
        for path in [
            *(place.with_suffix(end) for end in _PARTS.get(place.suffix.lower(), ())),
            *(place.with_name(place.name + end) for end in _JOURNALS),
        ]
    ]


def free_places(places: Iterable[Path]) -> list[Path]:
    """Return places of files that belong together with the first number behind their name that is free."""
    number = 2
    while True:
        free = [path.with_name(f"{path.stem}-{number}{path.suffix}") for path in places]
        if not any(path.exists() for path in free):
            return free
        number += 1
