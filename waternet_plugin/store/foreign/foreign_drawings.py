"""Drawings (DXF) by GDAL, with blocks, their attributes and extended data; texts in one encoding."""

from __future__ import annotations

import re
import uuid
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.encodings import decoded_text, known_codec
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.cut_drawings import damaged_drawing, refuse_cut
from waternet_plugin.core.files.drawn_entities import DrawnEntity
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.store.foreign.engines.foreign_gdal import gdal_options

# GDAL mixes encodings within a drawing (names of attributes, extended data): it is given UTF-8 alone.
_OPTIONS = {
    "DXF_INLINE_BLOCKS": "FALSE",
    "DXF_INCLUDE_RAW_CODE_VALUES": "TRUE",
    "DXF_ENCODING": "UTF-8",
    "DXF_MERGE_BLOCK_GEOMETRIES": "FALSE",
}
_BINARY = b"AutoCAD Binary DXF"
# GDAL has one of the three kinds of line ends in mind, and copies in text mode double the returns.
_LINE_ENDS = re.compile(r"\r+\n|\r")
_ESCAPED = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
# An entity begins with its name after the code 0; what belongs to the one before is none of its own.
_ENTITY = re.compile(rb"\n[ \t]*0\r?\n(?!VERTEX|SEQEND|ATTRIB|END|EOF|SECTION)[A-Z][A-Z0-9_]*\r?\n")
_ENTITIES = b"ENTITIES"
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(?:ANSI_)?(\w+)", re.IGNORECASE)
_HEADER_BYTES = 20_000
_REMARK = re.compile(r"^[ \t]*999[ \t]*\r?\n([^\r\n]*)", re.MULTILINE)


def _plain(text: Any) -> str:
    word = _decoded(text) if isinstance(text, bytes) else str(text or "")
    if "\\U+" in word:
        word = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), word)
    # A sign beyond the first 65,536 is written as two halves; one half alone is no sign.
    return word.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def _xyz(shape: Any) -> Array:
    """Return the vertices of a point or line, z NaN where the shape has none."""
    has_z = bool(shape.Is3D())
    places = [shape.GetPoint(place) for place in range(shape.GetPointCount())]
    found: Array = np.array([[x, y, z if has_z else np.nan] for x, y, z in places], dtype=float)
    return found.reshape(-1, 3)


def _entity(feature: Any, number: int) -> DrawnEntity:
    from osgeo import ogr

    shape = feature.GetGeometryRef()
    flat = ogr.wkbUnknown if shape is None else ogr.GT_Flatten(shape.GetGeometryType())
    text = _plain(feature.GetField("Text"))
    block = _plain(feature.GetField("BlockName"))
    kind, xyz = "other", np.empty((0, 3))
    if flat == ogr.wkbPoint:
        kind, xyz = ("text" if text and not block else "point"), _xyz(shape)
    elif flat == ogr.wkbLineString:
        kind, xyz = "line", _xyz(shape)
    pairs = [_plain(pair).partition(" ") for pair in feature.GetField("BlockAttributes") or ()]
    raw = [_plain(pair).partition(" ") for pair in feature.GetField("RawCodeValues") or ()]
    return DrawnEntity(
        number=number,
        layer=_plain(feature.GetField("Layer")),
        kind=kind,
        xyz=xyz,
        block=block,
        text=text,
        attributes=tuple((tag.strip(), value.strip()) for tag, _blank, value in pairs),
        extended=tuple(value.strip() for code, _blank, value in raw if code == "1000" and value.strip()),
    )


def _refuse_large(raw: bytes, name: str) -> None:
    """Refuse a drawing with more entities than a network's: a whole town's base map."""
    most = Settings().integer("exchange.most_entities")
    count = sum(1 for _ in _ENTITY.finditer(raw, max(raw.find(_ENTITIES), 0)))
    if count > most:
        message = tr(
            "The drawing {file} has {count} entities, more than the {most} that are read. Copy the layers of "
            "the network to a drawing of their own."
        )
        raise InputError(message.format(file=name, count=f"{count:,}", most=f"{most:,}"))


def _declared_encoding(raw: bytes) -> str | None:
    """Return the encoding that the header of a drawing names, None for none."""
    page = _CODE_PAGE.search(raw, 0, _HEADER_BYTES)
    return None if page is None else known_codec(page.group(1).decode("ascii", "ignore"))


def remarks_of(raw: bytes, encoding: str) -> tuple[str, ...]:
    """Return the remarks (code 999) at the beginning of a drawing, which programs that read it skip."""
    return tuple(one.strip() for one in _REMARK.findall(raw[:_HEADER_BYTES].decode(encoding, "replace")))


def read_drawing(raw: bytes, name: str, encoding: str | None = None) -> tuple[tuple[DrawnEntity, ...], str]:
    """Return the entities of a drawing's model space, and the encoding of its texts.

    Parameters
    ----------
    name
        Of the file, for messages.
    encoding
        Of its texts; found out where it is None.

    Raises
    ------
    InputError
        When it is damaged, cut, binary, or larger than the drawing of any network.
    """
    from osgeo import gdal

    if raw.startswith(_BINARY):
        message = tr("{file} is a binary DXF. Save it as DXF in text form in your CAD program.")
        raise InputError(message.format(file=name))
    _refuse_large(raw, name)
    text, codec = decoded_text(raw, name, encoding, declared=_declared_encoding(raw), may_lose=True)
    plain = _LINE_ENDS.sub("\n", text).encode("utf-8")
    refuse_cut(plain, name)
    path = f"/vsimem/{uuid.uuid4().hex}.dxf"
    found: list[DrawnEntity] = []
    with gdal_options(_OPTIONS):
        gdal.FileFromMemBuffer(path, plain)
        try:
            dataset = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["DXF"])
            layer = None if dataset is None else dataset.GetLayerByName("entities")
            if layer is None:
                raise damaged_drawing(name)
            for number, feature in enumerate(layer, start=1):
                if not feature.GetField("PaperSpace"):
                    found.append(_entity(feature, number))
            layer = dataset = None
        except RuntimeError as error:
            raise damaged_drawing(name) from error
        finally:
            gdal.Unlink(path)
    return tuple(found), codec
