"""Placemarks of KML and KMZ: their names, data and shapes, as map programs and field apps write them.

Data are what ``ExtendedData`` names, and the rows of two cells of a table in the description, in which some
programs put them. Coordinates are longitude and latitude (WGS 84). Heights are kept where the file says that
they are above the sea; 0 of a shape that lies on the ground is none.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.files.guarded_xml import GuardedParser, local

# Of all coordinates in such a file.
CRS = "EPSG:4326"
NAME, DESCRIPTION, TIMESTAMP = "name", "description", "timestamp"
# What has a place in such a file and is not a placemark.
_OTHERS = frozenset({"GroundOverlay", "PhotoOverlay", "ScreenOverlay", "NetworkLink"})
_FOLDERS = ("Folder", "Document")
_ABOVE_SEA = "absolute"
_LINK = "NetworkLink"
_SEPARATOR = re.compile(r"[\s]+")


@dataclass
class Placemark:
    """One placemark.

    Parameters
    ----------
    folder
        Names of the folders around it, from the outermost.
    values
        Name, description, time and data, by their names.
    shape
        Its geometry in longitude and latitude, None for none.
    """

    folder: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)
    shape: Any | None = None


@dataclass
class PlacemarkFile:
    """The placemarks of a file, and how many of its other elements there are, by their kind."""

    placemarks: list[Placemark] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    @property
    def links(self) -> int:
        """How many links to other files it has."""
        return self.others[_LINK]


class _Cells(HTMLParser):
    """The rows of two cells of the tables in a description, and its bare text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pairs: list[tuple[str, str]] = []
        self.words: list[str] = []
        # Of each table that is open, the cells of its row.
        self._rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
        elif tag in ("br", "p", "div"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr" and self._rows:
            cells = [cell.strip() for cell in self._rows.pop()]
            if len(cells) == 2 and cells[0]:
                self.pairs.append((cells[0], cells[1]))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._rows and self._rows[-1]:
            self._rows[-1][-1] += data


def _told(description: str) -> tuple[list[tuple[str, str]], str]:
    """Return the data in a description and its text; one that has data says no more."""
    if "<" not in description:
        return [], description.strip()
    cells = _Cells()
    cells.feed(description)
    cells.close()
    text = re.sub(r"\n\s*\n+", "\n", "".join(cells.words)).strip()
    return cells.pairs, "" if cells.pairs else text


def _coordinates(text: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the tuples of a list of coordinates, (n, 3); those that are not numbers are NaN."""
    rows = []
    # Some programs put blanks after the commas.
    for word in _SEPARATOR.split(re.sub(r"\s*,\s*", ",", text.strip())):
        parts = word.split(",") if word else []
        try:
            numbers = [float(part) if part else np.nan for part in parts]
        except ValueError:
            numbers = [np.nan]
        if parts:
            rows.append([*numbers, np.nan, np.nan, np.nan][:3])
    return np.array(rows, dtype=float).reshape(-1, 3)


class _Reader:
    """Follows the elements of a file and gathers its placemarks."""

    def __init__(self) -> None:
        self.found = PlacemarkFile()
        self._path: list[str] = []
        self._folders: list[str] = []
        self._placemark: Placemark | None = None
        self._text: list[str] = []
        self._data_name = ""
        self._mode = ""
        self._parts: list[Any] = []
        self._rings: list[np.ndarray[Any, np.dtype[np.float64]]] = []
        self._track: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        tag = local(name)
        self._path.append(tag)
        self._text = []
        if tag in _FOLDERS:
            self._folders.append("")
        elif tag == "Placemark":
            self._placemark = Placemark(tuple(one for one in self._folders if one))
            self._parts, self._mode = [], ""
        elif tag in ("Data", "SimpleData"):
            self._data_name = attributes.get("name", "").strip()
        elif tag in ("Point", "LineString", "LinearRing", "Polygon", "Track"):
            self._track = []
            if tag != "LinearRing" or "Polygon" not in self._path:
                self._mode = ""
            if tag == "Polygon":
                self._rings = []
        if tag in _OTHERS:
            self.found.others[tag] += 1

    def text(self, data: str) -> None:
        """Meet a piece of text."""
        self._text.append(data)

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        tag, text = local(name), "".join(self._text).strip()
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if tag == "name" and parent in _FOLDERS:
            # The document bears the name of the file, which says nothing of its rows.
            self._folders[-1] = text if parent == "Folder" else ""
        if tag in _FOLDERS:
            self._folders.pop()
        if self._placemark is not None:
            self._within(tag, parent, text)
        self._text = []

    def _within(self, tag: str, parent: str, text: str) -> None:
        mark = self._placemark
        assert mark is not None
        if tag in (NAME, DESCRIPTION) and parent == "Placemark":
            mark.values[tag] = text
        elif tag in ("when", "begin") and parent in ("TimeStamp", "TimeSpan"):
            mark.values.setdefault(TIMESTAMP, text)
        elif (tag == "value" and parent == "Data") or tag == "SimpleData":
            if self._data_name and text:
                mark.values.setdefault(self._data_name, text)
        elif tag == "altitudeMode":
            self._mode = text
        elif tag == "coordinates":
            self._track = [text] if parent != "Track" else self._track
        elif tag == "coord":
            self._track.append(",".join(text.split()))
        elif tag == "Polygon":
            self._end_polygon()
        elif tag in ("Point", "LineString", "LinearRing", "Track"):
            self._end_shape(tag)
        elif tag == "Placemark":
            self._end_placemark(mark)

    def _flat(self, xyz: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return coordinates with their heights, where these are above the sea, else without."""
        return xyz if self._mode == _ABOVE_SEA and np.isfinite(xyz[:, 2]).all() else xyz[:, :2]

    def _end_shape(self, tag: str) -> None:
        xyz = _coordinates(" ".join(self._track))
        if tag == "LinearRing" and "Polygon" in self._path:
            self._rings.append(xyz)
            return
        if not len(xyz):
            return
        if tag == "Point":
            self._parts.append(shapely.points(self._flat(xyz)[0]))
        elif len(xyz) > 1:
            self._parts.append(shapely.linestrings(self._flat(xyz)))

    def _end_polygon(self) -> None:
        # A ring of fewer corners bounds nothing.
        rings = [shapely.linearrings(self._flat(one)) for one in self._rings if len(one) >= 3]
        if rings:
            self._parts.append(shapely.polygons(rings[0], rings[1:] or None))

    def _end_placemark(self, mark: Placemark) -> None:
        pairs, text = _told(mark.values.pop(DESCRIPTION, ""))
        if text:
            mark.values[DESCRIPTION] = text
        for name, value in pairs:
            if value:
                mark.values.setdefault(name, value)
        mark.values = {name: value for name, value in mark.values.items() if value}
        mark.shape = _joined(self._parts)
        self.found.placemarks.append(mark)
        self._placemark = None


def _joined(parts: list[Any]) -> Any | None:
    """Return the parts of a placemark as one geometry."""
    if len(parts) < 2:
        return parts[0] if parts else None
    kinds = {part.geom_type for part in parts}
    several = {
        "Point": shapely.multipoints,
        "LineString": shapely.multilinestrings,
        "Polygon": shapely.multipolygons,
    }
    make = several[kinds.pop()] if len(kinds) == 1 else shapely.geometrycollections
    return make(parts)


def _inside(raw: bytes) -> list[bytes]:
    """Return the KML texts of a file: the file itself, or those that are packed in it."""
    if not raw.startswith(b"PK"):
        return [raw]
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        names = [one for one in packed.namelist() if one.lower().endswith(".kml")]
        return [packed.read(name) for name in names]


def read_placemarks(raw: bytes) -> PlacemarkFile:
    """Return the placemarks of a KML or KMZ file in its order.

    Raises
    ------
    XmlFaultError
        When it is not XML, or has a document type.
    zipfile.BadZipFile
        When it is a damaged KMZ.
    """
    reader = _Reader()
    for text in _inside(raw):
        GuardedParser(reader.start, reader.end, reader.text).read_bytes(text)
    return reader.found
