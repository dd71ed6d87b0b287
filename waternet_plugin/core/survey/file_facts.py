"""What decisions need to know of a typed survey file."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.decision_facts import FileFacts
from waternet_plugin.core.places.packed_degrees import can_be_packed
from waternet_plugin.core.survey.joint_survey import points_of_ids
from waternet_plugin.core.survey.typed.typed_file import TypedFile
from waternet_plugin.core.survey.typed.typed_lines import ALONG_PREFIX

_PLASTICS = ("pe", "pvc", "ppr", "hdpe_corrugated", "grp")
# Degrees, minutes and whole seconds at least.
_PACKED = re.compile(r"\d{1,3}\.\d{4,}")
_HEADS_PACKED = re.compile(r"d+\.?mm\.?ss|dms|度\.?分\.?秒", re.IGNORECASE)
_BARE = re.compile(r"\s*\d+(?:\.\d+)?\s*(?:mm)?\s*", re.IGNORECASE)


def file_facts(typed: TypedFile) -> FileFacts:
    """Return what decisions need to know of a file."""
    file, points, lines = typed.file, typed.points, typed.lines
    first, second, height, ground = (points[name].to_numpy(float) for name in ("x", "y", "h", "ground_m"))
    vertices = [line for line in lines["vertices"].to_numpy(object) if line is not None]
    if not np.isfinite(first).any() and vertices:
        # A drawing of lines alone has its places in them; heights of points without a place belong to none.
        drawn = np.concatenate(vertices)
        first, second = drawn[:, 0], drawn[:, 1]
        height = ground = np.zeros(0)
    makes_lines = file.along is not None
    of_points = (
        [f"{ALONG_PREFIX}{name}" for name in ("start_level_m", "start_depth_m")] if makes_lines else []
    )
    levels = lines[["start_level_m", "end_level_m"]].to_numpy(float)
    depths = lines[["start_depth_m", "end_depth_m"]].to_numpy(float)
    at = _coordinates(points, lines)
    heights = np.append(points["h"].to_numpy(float), np.nan)[at]
    known = at.ravel() >= 0
    headings = _headings(file.mapping)
    return FileFacts(
        name=file.name,
        first=first,
        second=second,
        height=height,
        ground=ground,
        first_heading=headings[0],
        second_heading=headings[1],
        texts=(file.name, *file.texts),
        declared=file.declared,
        encodings=(file.encoding,) if file.encoding else (),
        end_height=heights.ravel()[known],
        end_depth=depths.ravel()[known],
        end_level=levels.ravel()[known],
        has_levels=any(
            np.isfinite(values).any() for values in (levels, depths, points[of_points].to_numpy(float))
        ),
        bare_plastic_mm=_bare_plastics(typed),
        level_columns=file.level_columns,
        open_sheets=file.open_sheets,
        angles=_angles(typed, headings),
    )


def _coordinates(points: pd.DataFrame, lines: pd.DataFrame) -> Array:
    """Return the points of both ends of each line, (lines, 2), -1 for none."""
    if not len(lines) or not len(points):
        return np.full((len(lines), 2), -1, dtype=np.int64)
    numbers, start, end = (
        frame[name].to_numpy(object)
        for frame, name in ((points, "point_no"), (lines, "start_no"), (lines, "end_no"))
    )
    rank = np.isnan(points["x"].to_numpy(float)).astype(int)
    return np.column_stack(points_of_ids(numbers, start, end, rank)[1:])


def _headings(mapping: Mapping[str, object]) -> tuple[str, str]:
    """Return the words over x and y, '' where there are none."""
    tables = mapping.get("tables", [])
    for table in tables if isinstance(tables, (list, tuple)) else []:
        fields = table.get("fields", {}) if isinstance(table, Mapping) else {}
        if isinstance(fields, Mapping) and not fields.keys().isdisjoint(("x", "y", "start_x", "start_y")):
            words = [str(fields.get(name) or fields.get(f"start_{name}") or "") for name in ("x", "y")]
            # Columns without a heading are called by their place.
            return ("", "") if all(word.isdecimal() or not word for word in words) else (words[0], words[1])
    return "", ""


def _angles(typed: TypedFile, headings: tuple[str, str]) -> str:
    """Return how degrees of a file are written: signs and headings tell, else digits may allow both."""
    is_headed = any(_HEADS_PACKED.search(heading) for heading in headings)
    for name in ("x", "y"):
        words = [word for word in typed.file.points[name].to_numpy(object) if word is not None]
        numbers = typed.points[name].to_numpy(float)
        numbers = numbers[np.isfinite(numbers)]
        if not all(map(_PACKED.fullmatch, words)) or not (is_headed or can_be_packed(numbers).all()):
            return "decimal"
    return "packed" if is_headed else "either"


def _bare_plastics(typed: TypedFile) -> Array:
    """Return the sizes of plastic pipes that are bare numbers, mm."""
    file, lines, points = typed.file, typed.lines, typed.points
    bare = [_bare_of(lines["material"], lines["diameter_mm"], file.lines["size"])]
    if file.along is not None:
        material, size = (points[f"{ALONG_PREFIX}{name}"] for name in ("material", "diameter_mm"))
        bare.append(_bare_of(material, size, file.along["size"]))
    return np.concatenate(bare)


def _bare_of(material: pd.Series, diameter_mm: pd.Series, words: pd.Series) -> Array:
    plastic = np.flatnonzero(material.isin(_PLASTICS))
    words_of_plastic = words.to_numpy(object)[plastic].tolist()
    bare = np.array(
        [isinstance(word, str) and bool(_BARE.fullmatch(word)) for word in words_of_plastic], dtype=bool
    )
    sizes = diameter_mm.to_numpy(float)[plastic[bare]]
    return np.asarray(sizes[np.isfinite(sizes)])
