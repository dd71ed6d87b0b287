"""LandXML: points, structures and pipes; places are north, east, elevation, in the unit the file names."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.survey.reading.survey_xml import ElementStream, metres
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import TablesRead, check_size, frame_of, objects
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import EXACT_METRES

_LENGTHS = {
    "millimeter": EXACT_METRES["mm"],
    "centimeter": EXACT_METRES["cm"],
    "meter": EXACT_METRES["m"],
    "kilometer": EXACT_METRES["km"],
    "foot": EXACT_METRES["foot"],
    "feet": EXACT_METRES["foot"],
    "ussurveyfoot": EXACT_METRES["us_survey_foot"],
    "inch": EXACT_METRES["inch"],
    "mile": EXACT_METRES["mile"],
}
_SYSTEMS = {"sanitary": "sewage", "storm": "storm", "water": "potable", "combined": "combined"}
_AXES = {"axes": Declared("x_north", "LandXML")}
Row = dict[str, Optional[str]]


class _LandXml(ElementStream):
    def __init__(self) -> None:
        super().__init__()
        self.points: list[Row] = []
        self.structures: list[Row] = []
        self.pipes: list[Row] = []
        self.inverts: dict[tuple[str, str], str] = {}
        self.unit_m = Decimal(1)
        self.diameter_m: Optional[Decimal] = None
        self.words: list[str] = []
        self.epsg = ""
        self.unknown_unit = ""
        self._system: Optional[str] = None
        self._struct: Optional[Row] = None
        self._pipe: Optional[Row] = None
        self._cg_points: list[dict[str, str]] = []

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("Metric", "Imperial"):
            self._units(tag, attributes)
        elif tag == "CoordinateSystem":
            keys = ("name", "desc", "horizontalDatum", "verticalDatum", "projectedCoordinateSystemName")
            self.words.extend(attributes[key] for key in keys if attributes.get(key))
            self.epsg = attributes.get("epsgCode", "")
        elif tag == "CgPoint":
            self._cg_points.append(attributes)
        elif tag == "PipeNetwork":
            self._system = _SYSTEMS.get(attributes.get("pipeNetType", "").lower())
        elif tag == "Struct":
            self._struct = {
                "point_no": attributes.get("name"),
                "ground": attributes.get("elevRim"),
                "code": attributes.get("desc"),
                "system": self._system,
            }
        elif tag == "Invert" and self._struct is not None:
            key = (attributes.get("refPipe", ""), self._struct.get("point_no") or "")
            self.inverts[key] = attributes.get("elev", "")
        elif tag == "Pipe":
            self._pipe = {
                "pipe_id": attributes.get("name"),
                "start_no": attributes.get("refStart"),
                "end_no": attributes.get("refEnd"),
                "length": attributes.get("length"),
                "system": self._system,
            }
        elif tag.endswith("Pipe") and self._pipe is not None:
            size = attributes.get("diameter")
            if size is None and attributes.get("width"):
                size = f"{attributes['width']}x{attributes.get('height', '')}"
            self._pipe["size"] = size
            self._pipe["material"] = attributes.get("material") or attributes.get("desc")

    def _units(self, tag: str, attributes: dict[str, str]) -> None:
        word = attributes.get("linearUnit", "meter" if tag == "Metric" else "foot").lower()
        if word not in _LENGTHS:
            self.unknown_unit = word
        self.unit_m = _LENGTHS.get(word, Decimal(1))
        self.diameter_m = _LENGTHS.get(attributes.get("diameterUnit", "").lower())

    def finish(self, tag: str, text: str) -> None:
        if tag == "CgPoint" and self._cg_points:
            attributes = self._cg_points.pop()
            # A point that only names another one has no place of its own.
            if text or "pntRef" not in attributes:
                xyz = _coordinates(text)
                number = attributes.get("name") or attributes.get("oID")
                code = attributes.get("code") or attributes.get("desc")
                self.points.append({"point_no": number, "code": code, **xyz})
        elif tag == "Center" and self._struct is not None:
            self._struct.update(_coordinates(text))
        elif tag == "Struct" and self._struct is not None:
            self.structures.append(self._struct)
            self._struct = None
        elif tag == "Pipe" and self._pipe is not None:
            self.pipes.append(self._pipe)
            self._pipe = None


def _coordinates(text: str) -> Row:
    parts = text.split()
    return {"x": parts[0] if parts else None, "y": parts[1] if len(parts) > 1 else None} | (
        {"h": parts[2]} if len(parts) > 2 else {}
    )


def _table(sheet: str, rows: Sequence[Row], fields: Sequence[str], role: str, **rest: Any) -> SurveyTable:
    columns = [objects([(row.get(field) or "").strip() or None for row in rows]) for field in fields]
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    return SurveyTable(sheet, frame_of(columns, fields), numbers, role=role, is_named=True, **rest)


def _sized(size: Optional[str], unit_m: Decimal) -> Optional[str]:
    """Return a diameter or width and height in millimetres."""
    return "x".join(metres(part, unit_m * 1000) or "" for part in size.split("x")) if size else None


def read_landxml(raw: bytes, name: str) -> TablesRead:
    """Return the points, structures and pipes of a LandXML file, in metres.

    Parameters
    ----------
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When it is damaged, has a document type or an unknown unit, or holds no point.
    """
    document = _LandXml()
    document.read(raw, name)
    if document.unknown_unit:
        message = tr("{file}: the unit of length “{unit}” is not known. Export the file in metres.")
        raise InputError(message.format(file=name, unit=document.unknown_unit))
    if not document.points and not document.structures:
        raise InputError(tr("{file} has no points (CgPoint, Struct). Export them too.").format(file=name))
    check_size(name, len(document.points) + len(document.structures) + len(document.pipes), 1)
    for row in (*document.points, *document.structures):
        for key in ("x", "y", "h", "ground"):
            row[key] = metres(row.get(key), document.unit_m)
    diameter_m = document.diameter_m or document.unit_m
    for row in document.pipes:
        for key, end in (("start_level", "start_no"), ("end_level", "end_no")):
            level = document.inverts.get((row.get("pipe_id") or "", row.get(end) or ""))
            row[key] = metres(level, document.unit_m)
        row["length"] = metres(row.get("length"), document.unit_m)
        row["size"] = _sized(row.get("size"), diameter_m)
    declared = dict(_AXES)
    if document.epsg.isdecimal():
        declared["crs"] = Declared(document.epsg, f"epsgCode={document.epsg}")
    levels = (
        {"level_of": Declared("invert", "Invert")}
        if any(row["start_level"] for row in document.pipes)
        else {}
    )
    heights = (
        {"height_of": Declared("ground", "elevRim")} if document.structures and not document.points else {}
    )
    words = " ".join(document.words)
    tables = []
    fields: tuple[str, ...]
    if document.points:
        sheet = f"CgPoints {words}".strip()
        fields = ("point_no", "x", "y", "h", "code")
        tables.append(_table(sheet, document.points, fields, "points", declared=declared))
    if document.structures:
        fields = ("point_no", "x", "y", "ground", "code", "system")
        tables.append(
            _table("Structs", document.structures, fields, "points", declared={**declared, **heights})
        )
    if document.pipes:
        fields = (
            "pipe_id", "start_no", "end_no", "start_level", "end_level", "length", "material", "size",
            "system",
        )  # fmt: skip
        tables.append(_table("Pipes", document.pipes, fields, "lines", declared=levels))
    return TablesRead("landxml", "", tuple(tables))
