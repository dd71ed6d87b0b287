"""Drawings as tables: a layer's blocks and points, its lines, and the other entities in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.drawn_entities import MARKS, DrawnEntity
from waternet_plugin.core.files.drawn_labels import LineLabel, line_labels
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.places.deciding.said_words import codes_said
from waternet_plugin.core.survey.recognition.column_aliases import field_of
from waternet_plugin.core.survey.recognition.column_fields import declared_by_headings
from waternet_plugin.core.survey.records import LINE_FIELDS, POINT_FIELDS, SurveyTable
from waternet_plugin.core.survey.tables_read import TablesRead, check_size, frame_of, objects
from waternet_plugin.core.survey.typed.systems import is_code
from waternet_plugin.core.texts import tr


def number_text(value: float) -> Optional[str]:
    """Return a coordinate as text, None where it is unknown."""
    return None if not np.isfinite(value) else format(round(float(value), 6), "f").rstrip("0").rstrip(".")


def _layer_texts(entity: DrawnEntity, role: str, keys: Optional[dict[str, str]] = None) -> dict[str, str]:
    """Return the fields that attributes and pairs of extended data name; ``keys`` get what names each."""
    texts: dict[str, str] = {}
    for key, value in entity.pairs:
        known = field_of(key, role)
        if known is not None and value:
            texts.setdefault(known.field, value)
            if keys is not None:
                keys.setdefault(known.field, key)
    return texts


def _columns(rows: Sequence[dict[str, Any]], fields: Sequence[str]) -> tuple[list[str], list[Any]]:
    used = [field for field in fields if any(row.get(field) for row in rows)] or list(fields[:1])
    return used, [objects([row.get(field) or None for row in rows]) for field in used]


def _points(
    layer: str,
    entities: Sequence[DrawnEntity],
    has_levels: bool,
    are_numbered: bool,
    declared_here: Mapping[str, Declared],
) -> SurveyTable:
    rows, skipped = [], {}
    for entity in entities:
        x, y, z = entity.xyz[0] if len(entity.xyz) else (np.nan, np.nan, np.nan)
        point_texts = _layer_texts(entity, "points")
        # CASS keeps the code first among the extended data; the block may show the same.
        first = entity.extended[0] if entity.extended else ""
        block = entity.block if is_code(entity.block) else ""
        code = first if first and not any(mark in first for mark in MARKS) else block
        row: dict[str, Any] = {"code": code or None, **point_texts}
        row.update(x=number_text(x), y=number_text(y))
        if "h" not in point_texts:
            # Among heights 0 is what drawing leaves where nothing was measured.
            row["h"] = number_text(z) if has_levels and z != 0 else None
        if are_numbered and "point_no" not in point_texts:
            # Signs of the drawing beside the points: arrows, frames, spot heights.
            skipped[entity.number] = "comment"
        rows.append(row)
    used, columns = _columns(rows, POINT_FIELDS)
    numbers = np.array([entity.number for entity in entities], dtype=np.int64)
    declared = {**declared_here, "axes": Declared("x_east", "DXF")}
    return SurveyTable(
        layer, frame_of(columns, used), numbers, "points", True, declared=declared, skipped=skipped
    )


def _lines(
    layer: str,
    entities: Sequence[DrawnEntity],
    has_levels: bool,
    by_file: Mapping[str, Declared],
    labels: Mapping[int, LineLabel],
) -> SurveyTable:
    keys: dict[str, str] = {}
    rows = [
        {"layer": layer, **_labelled(labels.get(entity.number)), **_layer_texts(entity, "lines", keys)}
        for entity in entities
    ]
    used, columns = _columns(rows, ("layer", *LINE_FIELDS))
    drawn = np.full(len(rows), None, dtype=object)
    for index, entity in enumerate(entities):
        xyz = entity.xyz.copy()
        if not has_levels:
            xyz[:, 2] = np.nan
        drawn[index] = xyz
    numbers = np.array([entity.number for entity in entities], dtype=np.int64)
    # Keys of extended data are headings: 起点管顶高程 says what levels are of.
    declared = {**declared_by_headings(keys), **by_file, "axes": Declared("x_east", "DXF")}
    return SurveyTable(layer, frame_of(columns, used), numbers, "lines", True, declared=declared, lines=drawn)


def _labelled(label: Optional[LineLabel]) -> dict[str, str]:
    """Return what the texts beside a line say, where it says nothing itself."""
    if label is None:
        return {}
    return {name: word for name, word in (("size", label.size), ("material", label.material)) if word}


def _others(layer: str, entities: Sequence[DrawnEntity]) -> SurveyTable:
    words = objects([entity.text or entity.kind for entity in entities])
    numbers = np.array([entity.number for entity in entities], dtype=np.int64)
    skipped = {entity.number: "comment" for entity in entities}
    return SurveyTable(layer, frame_of([words], ["code"]), numbers, "points", True, skipped=skipped)


def drawing_tables(
    entities: Sequence[DrawnEntity], name: str, encoding: str, remarks: Sequence[str] = ()
) -> TablesRead:
    """Return the entities of a drawing as tables, layer by layer.

    Parameters
    ----------
    entities
        As the drawing has them.
    name
        Of the file, for messages.
    encoding
        Of its texts.
    remarks
        What it says beside its entities, where programs that write drawings name the coordinate system.

    Raises
    ------
    InputError
        When it has neither points nor lines.
    """
    check_size(name, len(entities), 1)
    points = [entity for entity in entities if entity.kind == "point"]
    lines = [entity for entity in entities if entity.kind == "line"]
    if not points and not lines:
        raise InputError(
            tr("{file} has neither blocks, points nor lines. Choose another drawing.").format(file=name)
        )
    # A level of 0 everywhere is a flat drawing, not the sea.
    has_point_levels = any((entity.xyz[:, 2] != 0).any() for entity in points if len(entity.xyz))
    has_line_levels = any((entity.xyz[:, 2] != 0).any() for entity in lines)
    are_numbered = any("point_no" in _layer_texts(entity, "points") for entity in points)
    codes = codes_said(remarks)
    drawing_crs = {"crs": Declared(*next(iter(codes.items())))} if len(codes) == 1 else {}
    labels = line_labels(entities).of_line
    tables = []
    for layer in dict.fromkeys(entity.layer for entity in entities):
        own = [entity for entity in entities if entity.layer == layer]
        parts = {kind: [entity for entity in own if entity.kind == kind] for kind in ("point", "line")}
        rest = [entity for entity in own if entity.kind not in parts]
        if parts["point"]:
            tables.append(_points(layer, parts["point"], has_point_levels, are_numbered, drawing_crs))
        if parts["line"]:
            tables.append(_lines(layer, parts["line"], has_line_levels, drawing_crs, labels))
        if rest:
            tables.append(_others(layer, rest))
    return TablesRead("dxf_cass", encoding, tuple(tables))
