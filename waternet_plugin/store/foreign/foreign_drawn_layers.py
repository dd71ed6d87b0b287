"""A drawing (DXF) as three layers of rows: blocks, open lines, and the areas that closed lines bound.

Each has the columns ``layer`` and ``block`` and one for each attribute, areas also ``text_1``, ``text_2``
and so on: the texts within, names before numbers, from the top. A text within several areas is of the
smallest. Lines have in ``text_1`` the texts with a size that stand beside them, in ``size`` and ``material``
their words for that.
Circles that are signs for points are blocks without a name. Texts, hatches and the like are no rows; those
of no area or line are told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.files.cut_drawings import ENDING
from waternet_plugin.core.files.drawn_circles import PointSymbols, circles_as_points
from waternet_plugin.core.files.drawn_entities import (
    AREAS,
    BLOCK_COLUMN,
    BLOCKS,
    LAYER_COLUMN,
    LINES,
    DrawnEntity,
    is_closed,
)
from waternet_plugin.core.files.drawn_labels import LineLabels, line_labels, looks_like_number
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr
from waternet_plugin.store.foreign.engines.raw_layers import Engine, LayerInfo, RawLayer, crs_of, unreadable
from waternet_plugin.store.foreign.foreign_drawings import read_drawing, remarks_of
from waternet_plugin.store.foreign.foreign_tables import told_apart

_GEOMETRY = {BLOCKS: "Point", LINES: "LineString", AREAS: "Polygon"}
_EPSG = re.compile(r"EPSG\s*[:：]{1,2}\s*(\d{4,5})", re.IGNORECASE)
# An area with more texts has a whole table in it; the last column takes the rest.
_MOST_TEXTS = 20


@dataclass(frozen=True)
class DrawnLayers:
    """The layers of a drawing that have any row, and what else it holds.

    Parameters
    ----------
    layers
        The rows by the name of the layer.
    encoding
        Of the drawing's texts.
    others
        The words of each text, else the layer of each entity, that is no row and that no row tells.
    texts
        The words of each text that stands in an area or beside a line, by its number.
    told
        The numbers of the texts that rows of a layer tell.
    doubtful
        What to say of rows of a layer that may be of another one.
    """

    layers: dict[str, RawLayer]
    encoding: str
    others: tuple[str, ...]
    texts: dict[int, str]
    told: dict[str, frozenset[int]]
    doubtful: dict[str, str] = field(default_factory=dict)

    def left_out(self, layer: str) -> tuple[str, ...]:
        """Return what of the drawing is neither a row nor told by one of a layer's rows."""
        told = self.told.get(layer, frozenset())
        return (*self.others, *(words for number, words in self.texts.items() if number not in told))


def is_drawing(file: Path) -> bool:
    """Return whether a file is a drawing, by the end of its name."""
    return file.suffix.lower() == ENDING


def drawn_layers(file: Path, encoding: str | None = None) -> DrawnLayers:
    """Return the layers of a drawing; the last drawing is kept, for its layers are asked for one by one.

    Raises
    ------
    InputError
        As for `read_drawing`.
    """
    stat = file.stat()
    return _read(str(file), stat.st_mtime_ns, stat.st_size, encoding)


@lru_cache(maxsize=1)
def _read(path: str, _changed_ns: int, _size: int, encoding: str | None) -> DrawnLayers:
    file = Path(path)
    raw = file.read_bytes()
    entities, codec = read_drawing(raw, file.name, encoding)
    symbols = circles_as_points(entities)
    entities = symbols.entities
    crs = _named_crs(remarks_of(raw, codec))
    points = [entity for entity in entities if entity.kind == "point" and len(entity.xyz)]
    drawn = [entity for entity in entities if entity.kind == "line" and len(entity.xyz) > 1]
    areas = [one for one in drawn if is_closed(one.xyz)]
    lines = [one for one in drawn if not is_closed(one.xyz)]
    texts = [entity for entity in entities if entity.kind == "text" and len(entity.xyz)]
    shapes = _polygons(areas)
    area_of = _smallest_around(shapes, texts)
    labels = line_labels(entities)
    found = {
        BLOCKS: _layer(points, _points(points)),
        LINES: _layer(lines, _lines(lines), _labels_of(lines, labels)),
        AREAS: _layer(areas, shapes, _texts_within(texts, area_of, len(areas))),
    }
    within = frozenset(text.number for text, area in zip(texts, area_of.tolist()) if area >= 0)
    told = {AREAS: within, LINES: labels.texts}
    rows = {one.number for one in (*points, *drawn)}.union(*told.values())
    for one in found.values():
        one.crs = crs
    others = tuple(entity.text or entity.layer for entity in entities if entity.number not in rows)
    words = {text.number: text.text for text in texts if text.number in rows}
    layers = {name: one for name, one in found.items() if one.rows}
    return DrawnLayers(layers, codec, others, words, told, _doubtful(symbols, labels))


def _labels_of(lines: Sequence[DrawnEntity], labels: LineLabels) -> dict[str, Array]:
    """Return what stands beside lines in columns; none where no text labels any."""
    of_line = [labels.of_line.get(line.number) for line in lines]
    columns = {"text_1": "text", "size": "size", "material": "material"}
    if not any(of_line):
        return {}
    told = {}
    for column, name in columns.items():
        cells = np.full(len(lines), None, dtype=object)
        cells[:] = [None if one is None else getattr(one, name) or None for one in of_line]
        told[column] = cells
    return told


def _doubtful(symbols: PointSymbols, labels: LineLabels) -> dict[str, str]:
    """Return what to say of circles that may be points or areas, and of lines with labels that differ."""
    found = {}
    if labels.several:
        found[LINES] = tr(
            "%n line(s) of the drawing have texts with different sizes beside them; their diameter stays "
            "unknown.",
            "",
            len(labels.several),
        )
    if symbols.lone:
        text = tr(
            "%n small circle(s) of the drawing are taken as points, though no line ends there and their like "
            "does not repeat.",
            "",
            len(symbols.lone),
        )
        found[BLOCKS] = text
    if symbols.alike:
        text = tr(
            "%n large circle(s) of the drawing repeat with one radius and are taken as areas; they may be "
            "point symbols.",
            "",
            len(symbols.alike),
        )
        found[AREAS] = text
    return found


def _named_crs(remarks: Sequence[str]) -> pyproj.CRS | None:
    """Return the coordinate system that remarks name by its code, None for none or several."""
    codes = {code for text in remarks for code in _EPSG.findall(text)}
    return crs_of(f"EPSG:{codes.pop()}") if len(codes) == 1 else None


def _points(entities: Sequence[DrawnEntity]) -> Array:
    if not entities:
        return np.zeros(0, dtype=object)
    return np.asarray(shapely.points(_heights(np.array([entity.xyz[0] for entity in entities]))))


def _lines(entities: Sequence[DrawnEntity]) -> Array:
    if not entities:
        return np.zeros(0, dtype=object)
    row = np.repeat(np.arange(len(entities)), [len(entity.xyz) for entity in entities])
    xyz = _heights(np.concatenate([entity.xyz for entity in entities]))
    return np.asarray(shapely.linestrings(xyz, indices=row))


def _heights(xyz: Array) -> Array:
    """Return places without heights where all are 0 or unknown: a flat drawing, not the sea."""
    return xyz if (np.nan_to_num(xyz[:, 2]) != 0).any() else xyz[:, :2]


def _polygons(entities: Sequence[DrawnEntity]) -> Array:
    """Return the areas that closed lines bound, crossing themselves or not."""
    if not entities:
        return np.zeros(0, dtype=object)
    row = np.repeat(np.arange(len(entities)), [len(entity.xyz) - 1 for entity in entities])
    # The last vertex is the first one, up to a gap that nobody sees: rings close themselves.
    xy = np.concatenate([entity.xyz[:-1, :2] for entity in entities])
    return np.asarray(shapely.polygons(shapely.linearrings(xy, indices=row)))


def _smallest_around(shapes: Array, texts: Sequence[DrawnEntity]) -> Array:
    """Return the smallest area around each text, -1 for none."""
    found = np.full(len(texts), -1, dtype=np.int64)
    if not len(shapes) or not texts:
        return found
    # Of one that crosses itself the parts count; the row keeps the line as it is drawn.
    sound = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    spots = shapely.points(np.array([one.xyz[0, :2] for one in texts]))
    text, area = shapely.STRtree(sound).query(spots, predicate="intersects")
    order = np.lexsort((area, shapely.area(sound)[area]))[::-1]
    found[text[order]] = area[order]
    return found


def _texts_within(texts: Sequence[DrawnEntity], area_of: Array, count: int) -> dict[str, Array]:
    """Return the texts of each area in columns, line by line, from the top and from the left.

    Names come before numbers, whichever stands above in which area; where some areas have names the first
    column is left empty in those without.
    """
    spots = np.array([text.xyz[0, :2] for text in texts]).reshape(-1, 2)
    within: list[list[str | None]] = [[] for _ in range(count)]
    for place in np.lexsort((spots[:, 0], -spots[:, 1])).tolist():
        if area_of[place] >= 0:
            words = (word.strip() for word in texts[place].text.splitlines())
            within[area_of[place]] += [word for word in words if word]
    has_names = any(not looks_like_number(word) for texts_of in within for word in texts_of)
    within = [_names_first(texts_of) if has_names else texts_of for texts_of in within]
    columns: dict[str, Array] = {}
    for number in range(min(_MOST_TEXTS, max(map(len, within), default=0))):
        is_last = number + 1 == _MOST_TEXTS
        cells = np.full(count, None, dtype=object)
        cells[:] = [
            ("; ".join(filter(None, one[number:])) if is_last else one[number]) if len(one) > number else None
            for one in within
        ]
        columns[f"text_{number + 1}"] = cells
    return columns


def _names_first(words: list[str | None]) -> list[str | None]:
    """Return the texts of an area, names before numbers; without a name the first one is unknown."""
    names = [word for word in words if not looks_like_number(word)]
    numbers = [word for word in words if looks_like_number(word)]
    return [*(names or [None][: len(numbers)]), *numbers]


def _layer(entities: Sequence[DrawnEntity], shapes: Array, more: dict[str, Array] | None = None) -> RawLayer:
    """Return entities as rows; of an attribute that a block has twice the first one with a value counts."""
    told: dict[str, Array] = {}
    for row, entity in enumerate(entities):
        for tag, value in entity.pairs:
            cells = told.setdefault(tag, np.full(len(entities), None, dtype=object))
            if value and cells[row] is None:
                cells[row] = value
    columns: dict[str, Any] = {
        LAYER_COLUMN: np.array([*(entity.layer for entity in entities), None], dtype=object)[:-1],
        BLOCK_COLUMN: np.array([*(entity.block or None for entity in entities), None], dtype=object)[:-1],
    }
    values = [*columns.values(), *(more or {}).values(), *told.values()]
    names = told_apart([*columns, *(more or {}), *told])
    return RawLayer(dict(zip(names, values)), to_wkb(shapes), None, len(entities))


class DrawingEngine(Engine):
    """Read drawings by GDAL, with all that their blocks say.

    Parameters
    ----------
    encoding
        Of their texts; found out where it is None.
    """

    def __init__(self, encoding: str | None = None) -> None:
        self._encoding = encoding

    def _layers(self, file: Path) -> list[LayerInfo]:
        """Return those of the three layers that have any row."""
        found = drawn_layers(file, self._encoding).layers
        return [LayerInfo(name, _GEOMETRY[name], one.rows) for name, one in found.items()]

    def _read(self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool) -> RawLayer:
        """Return one of the three layers.

        Raises
        ------
        InputError
            When the drawing can't be read, or has no such layer.
        """
        found = drawn_layers(file, self._encoding).layers.get(layer)
        if found is None:
            raise unreadable(file)
        rows = found.rows if limit is None else min(limit, found.rows)
        columns = {name: values[:rows] for name, values in found.columns.items()}
        shapes = None if found.geometry is None else found.geometry[:rows]
        return RawLayer(columns, shapes, found.crs, rows)
