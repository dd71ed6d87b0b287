"""KML and KMZ by our own reader, a layer for each folder: GDAL makes one column of several Chinese names.

A folder that holds points, lines and areas is a layer of each.
"""

from __future__ import annotations

import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.guarded_xml import XmlFaultError
from waternet_plugin.core.files.placemarks import CRS, NAME, Placemark, PlacemarkFile, read_placemarks
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr
from waternet_plugin.store.foreign.engines.raw_layers import Engine, LayerInfo, RawLayer, crs_of, unreadable

ENDINGS = (".kml", ".kmz")
# The column of the folders around a row, where the rows of a layer lie in several.
FOLDER = "folder"
_FAMILIES = {"Point": "Point", "LineString": "LineString", "LinearRing": "LineString", "Polygon": "Polygon"}
_FAMILY_NAMES = {"Point": "points", "LineString": "lines", "Polygon": "areas", "": "others"}


def is_placed(file: Path) -> bool:
    """Return whether a file holds placemarks, by its ending."""
    return file.suffix.lower() in ENDINGS


def _file(file: Path) -> PlacemarkFile:
    stat = file.stat()
    return _read(str(file), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1)
def _read(path: str, _changed_ns: int, _size: int) -> PlacemarkFile:
    """Return the placemarks of a file, which is asked for its layers and its rows in turn."""
    file = Path(path)
    try:
        return read_placemarks(file.read_bytes())
    except XmlFaultError as fault:
        message = tr(
            "{file}: line {line} is not valid KML. Save the file again in the program it comes from."
        )
        raise InputError(message.format(file=file.name, line=fault.line)) from fault
    # Of a packed file that is damaged, or needs a password.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise unreadable(file, str(error)) from error


def _family(mark: Placemark) -> str:
    if mark.shape is None:
        return ""
    return _FAMILIES.get(str(mark.shape.geom_type).replace("Multi", ""), "")


def _layers(file: Path) -> dict[str, list[Placemark]]:
    """Return the placemarks of each layer: those of one folder, by geometry where it holds several."""
    folders: dict[str, list[Placemark]] = {}
    for mark in _file(file).placemarks:
        folders.setdefault(mark.folder[-1] if mark.folder else file.stem, []).append(mark)
    found: dict[str, list[Placemark]] = {}
    for name, marks in folders.items():
        families = list(dict.fromkeys(_family(mark) for mark in marks))
        # Rows without a place go with the others, which are rejected or told like them.
        if len([one for one in families if one]) < 2:
            found[name] = marks
            continue
        for family in families:
            found[f"{name} {_FAMILY_NAMES[family]}"] = [mark for mark in marks if _family(mark) == family]
    return found


def _columns(marks: list[Placemark]) -> dict[str, Array]:
    """Return what the placemarks of a layer say, the name first; all as texts."""
    paths = [" / ".join(mark.folder) for mark in marks]
    told = {NAME: None} | {key: None for mark in marks for key in mark.values}
    columns: dict[str, Array] = {}
    if len(set(paths)) > 1:
        columns[FOLDER] = np.array([*paths, None], dtype=object)[:-1]
    for key in told:
        cells = np.array([*(mark.values.get(key) for mark in marks), None], dtype=object)[:-1]
        if any(cell is not None for cell in cells):
            columns[key] = cells
    return columns


def placed_remarks(file: Path) -> tuple[str, ...]:
    """Return what a person should know of a file, in sentences: links to other files, pictures."""
    found, links = _file(file), _file(file).links
    pictures = sum(found.others.values()) - links
    told = []
    if links:
        told.append(tr("%n link(s) to other files are not followed. Add those files, too.", "", links))
    if pictures:
        told.append(tr("%n picture(s) on the map are left out.", "", pictures))
    return tuple(told)


class PlacemarkEngine(Engine):
    """Read placemarks without any other library."""

    def _layers(self, file: Path) -> list[LayerInfo]:
        """Return the folders that hold any placemark."""
        return [
            LayerInfo(
                name,
                next(iter({_family(one) for one in marks if one.shape is not None}), "Unknown"),
                len(marks),
            )
            for name, marks in _layers(file).items()
        ]

    def _read(self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool) -> RawLayer:
        """Return the placemarks of one folder.

        Raises
        ------
        InputError
            When the file can't be read.
        """
        marks = _layers(file)[layer][:limit]
        shapes: Any = np.array([*(mark.shape for mark in marks), None], dtype=object)[:-1]
        return RawLayer(_columns(marks), to_wkb(shapes), crs_of(CRS), len(marks))
