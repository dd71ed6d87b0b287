"""What is known of a pipe when it is verified: as planned, as measured, and what was seen in the trench."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.json_text import parse_json


@dataclass(frozen=True)
class PlannedPipe:
    """A pipe as it was planned.

    Parameters
    ----------
    line
        (vertices, 3) x, y and height of its axis, m; heights NaN where unknown.
    diameter_mm, material
        None where unknown.
    invert_start_m, invert_end_m
        NaN where unknown.
    """

    line: Array
    diameter_mm: Optional[float] = None
    material: Optional[str] = None
    invert_start_m: float = float("nan")
    invert_end_m: float = float("nan")

    def as_json(self) -> str:
        """Return the pipe as a network keeps it."""
        values = {
            "line": [[None if np.isnan(cell) else float(cell) for cell in row] for row in self.line],
            "diameter_mm": self.diameter_mm,
            "material": self.material,
            "invert_start_m": _number(self.invert_start_m),
            "invert_end_m": _number(self.invert_end_m),
        }
        return json.dumps(values, separators=(",", ":"))


def planned_of(text: object) -> Optional[PlannedPipe]:
    """Return a planned pipe from the JSON that a network keeps; None where there is none."""
    if not isinstance(text, str) or not text:
        return None
    try:
        values = parse_json(text)
        line = np.asarray(values["line"], dtype=float).reshape(-1, 3)
    except (ValueError, KeyError, TypeError):
        return None
    return planned_from(line, values)


def planned_from(line: Array, row: Mapping[str, Any]) -> PlannedPipe:
    """Return a planned pipe from its line, (vertices, 3), and its row."""

    def number(name: str) -> float:
        value = row.get(name)
        return float("nan") if value is None else float(value)

    diameter, material = number("diameter_mm"), row.get("material")
    return PlannedPipe(
        line,
        None if np.isnan(diameter) else diameter,
        material if isinstance(material, str) and material else None,
        number("invert_start_m"),
        number("invert_end_m"),
    )


def _number(value: float) -> Optional[float]:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True)
class PhotoEvidence:
    """A photo of a pipe by its attachment id; its place in the network's coordinates, m, NaN if unknown."""

    attachment_id: str
    x: float = float("nan")
    y: float = float("nan")


@dataclass(frozen=True)
class Fitting:
    """A tee or valve of a pipe, which wants its own point: kind ``tee`` or ``valve``, id and place, m."""

    kind: str
    node_id: str
    x: float
    y: float


@dataclass(frozen=True)
class PipeEvidence:
    """A laid pipe and all that speaks for it.

    Parameters
    ----------
    row
        Its row as built: system, function, material, diameter_mm, height_mm, burial, road_class, from_node,
        to_node, depth_start_m, depth_end_m, invert_start_m, invert_end_m.
    line
        (vertices, 3) x, y and height of its axis as built, m.
    points
        (points, 3) x, y and invert level of what was surveyed on it, m; levels NaN where unknown.
    planned
        None where nobody planned it.
    not_fixed
        Numbers of its points that were measured without a fixed solution.
    """

    row: Mapping[str, Any]
    line: Array
    points: Array
    planned: Optional[PlannedPipe] = None
    fittings: tuple[Fitting, ...] = ()
    photos: tuple[PhotoEvidence, ...] = ()
    surveyed_on: Optional[datetime.date] = None
    backfilled_on: Optional[datetime.date] = None
    material_verified_by: str = ""
    material_verified_on: Optional[datetime.date] = None
    not_fixed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PipeVerdict:
    """The verdict on a pipe: pass, open or fail, with its reasons as facts, the worst first.

    Parameters
    ----------
    off_line_m, off_level_m, cover_m
        None where unknown.
    """

    verdict: str
    reasons: tuple[Mapping[str, Any], ...] = ()
    off_line_m: Optional[float] = None
    off_level_m: Optional[float] = None
    cover_m: Optional[float] = None
    # Of each point: distance from the planned line and invert above the planned one, m, NaN unknown.
    deviations: Array = field(default_factory=lambda: np.empty((0, 2)))
