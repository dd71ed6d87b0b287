"""The sketch of a verification sheet: the pipe as planned and as built, its points and deviations.

Its lines are an SVG; its words are handed over beside it, since Qt draws those of an SVG as outlines, which
nobody can search or copy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.ops import substring

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import BLUE, DIM, INK, SEVERE
from waternet_plugin.operations.survey.verification.verification_facts import VerifiedPipe

WIDTH_MM, HEIGHT_MM = 186.0, 70.0
# Height of its letters.
TEXT_MM = 2.4
_EDGE_MM = 12.0
_PLANNED, _BUILT, _OFF, _INK = DIM, BLUE, SEVERE, INK
# The largest deviation is drawn so long.
_LONGEST_MM = 9.0
# Of the pipe before and behind the points of a page, m; of the bar of the scale at most, and the arrow, mm.
_MORE_M, _BAR_MM, _ARROW_MM = 2.0, 30.0, 4.0
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class SketchWord:
    """A text with its middle, and the line on which it stands, in mm from the upper left corner."""

    x_mm: float
    y_mm: float
    text: str
    colour: str


@dataclass(frozen=True)
class Sketch:
    """An SVG, its words, and how many times deviations are larger than the plan; 0 where there are none."""

    svg: str
    times: int
    words: tuple[SketchWord, ...] = ()


def sketch_of(pipe: VerifiedPipe, part: slice = slice(None), north: str = "N") -> Sketch:
    """Draw a pipe: turned so that it lies along the page, deviations enlarged.

    Parameters
    ----------
    part
        Which of its points; not all of them have their part of the pipe alone.
    north
        What the arrow says.
    """
    evidence = pipe.known.evidence
    points = evidence.points[part, :2]
    is_whole = len(points) == len(evidence.points)
    stretch = evidence.line[:, :2] if is_whole else _around(evidence.line[:, :2], points)
    planned = _beside(pipe, stretch)
    to_paper, mm_per_m = _placing(stretch if planned is None else np.vstack([stretch, planned]), stretch)
    parts: list[str | SketchWord] = []
    if planned is not None:
        parts.append(_path(to_paper(planned), _PLANNED, 0.3, "2 1"))
    times, ends, feet = 0, points, points
    if planned is not None and len(points):
        shape = shapely.linestrings(planned)
        at = shapely.line_locate_point(shape, shapely.points(points))
        feet = shapely.get_coordinates(shapely.line_interpolate_point(shape, at))
        times = _times(pipe.deviations[part, 0], mm_per_m)
        ends = feet + (points - feet) * times
        parts += [_path(to_paper(np.vstack(pair)), _OFF, 0.5) for pair in zip(feet, ends)]
        parts.append(_path(to_paper(ends), _BUILT, 0.5))
    else:
        parts.append(_path(to_paper(stretch), _BUILT, 0.5))
    parts += _labels(pipe, part, to_paper(ends), to_paper(feet))
    parts += _north(to_paper(np.vstack([stretch[0], stretch[0] + (0.0, 1.0)])), north)
    parts += _bar(mm_per_m)
    size = f'width="{WIDTH_MM}mm" height="{HEIGHT_MM}mm" viewBox="0 0 {WIDTH_MM} {HEIGHT_MM}"'
    drawn = "".join(part for part in parts if isinstance(part, str))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'
    return Sketch(svg, times, tuple(part for part in parts if isinstance(part, SketchWord)))


def _around(line: Array, points: Array) -> Array:
    """Return the part of a line that has points on it, and a little more."""
    shape = shapely.linestrings(line)
    at = shapely.line_locate_point(shape, shapely.points(points))
    part = substring(shape, max(float(at.min()) - _MORE_M, 0.0), float(at.max()) + _MORE_M)
    coordinates = shapely.get_coordinates(part)
    return coordinates if len(coordinates) > 1 else line


def _north(way: Array, word: str) -> list[str | SketchWord]:
    """Return an arrow to the north, which the sketch has turned, in the upper right corner."""
    turned = (way[1] - way[0]) / max(float(np.hypot(*(way[1] - way[0]))), 1e-9)
    middle = np.array([WIDTH_MM - 3 * _ARROW_MM, 3 * _ARROW_MM])
    foot, head = middle - turned * _ARROW_MM, middle + turned * _ARROW_MM
    side = np.array([-turned[1], turned[0]]) * 0.8
    tip = np.vstack([head - 2 * turned + side, head, head - 2 * turned - side])
    at = middle + turned * (_ARROW_MM + 2.0)
    arrow = [_path(np.vstack([foot, head]), _INK, 0.3), _path(tip, _INK, 0.3)]
    return [*arrow, SketchWord(float(at[0]), float(at[1]), word, _INK)]


def _bar(mm_per_m: float) -> list[str | SketchWord]:
    """Return the bar of the scale in the lower left corner."""
    metres = next((step for step in reversed(_STEPS) if step * mm_per_m <= _BAR_MM), 1)
    left, low = _ARROW_MM, HEIGHT_MM - _ARROW_MM
    right = left + metres * mm_per_m
    ends = np.array([[left, low - 1.0], [left, low], [right, low], [right, low - 1.0]])
    return [_path(ends, _INK, 0.3), SketchWord((left + right) / 2, low - 1.2, f"{metres} m", _INK)]


def _beside(pipe: VerifiedPipe, stretch: Array) -> Array | None:
    """Return the part of the planned line that lies along the pipe as built."""
    planned = pipe.known.evidence.planned
    if planned is None or len(planned.line) < 2:
        return None
    shape = shapely.linestrings(planned.line[:, :2])
    at = shapely.line_locate_point(shape, shapely.points(stretch))
    part = substring(shape, float(at.min()), float(at.max()))
    coordinates = shapely.get_coordinates(part)
    return coordinates if len(coordinates) > 1 else None


def _placing(shown: Array, along: Array):  # type: ignore[no-untyped-def]
    """Return what turns places in m into mm on the sketch, and its mm per m."""
    first, last = along[0], along[-1]
    angle = np.arctan2(*(last - first)[::-1]) if np.hypot(*(last - first)) > 0 else 0.0
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = (shown - first) @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    room = np.array([WIDTH_MM, HEIGHT_MM]) - 2 * _EDGE_MM
    scale = float(np.min(room / np.maximum(high - low, 1e-6)))
    middle = (low + high) / 2

    def place(points: Array) -> Array:
        moved = ((points - first) @ turn.T - middle) * scale
        return np.asarray(moved * [1, -1] + [WIDTH_MM / 2, HEIGHT_MM / 2])

    return place, scale


def _times(off_m: Array, mm_per_m: float) -> int:
    """Return the round number of times that deviations are enlarged."""
    known = off_m[np.isfinite(off_m)]
    largest = float(known.max()) * mm_per_m if len(known) else 0.0
    return (
        1 if largest <= 0 else next((step for step in reversed(_STEPS) if step * largest <= _LONGEST_MM), 1)
    )


def _path(xy: Array, color: str, width: float, dashes: str = "") -> str:
    drawn = " ".join(f"{x:.2f},{y:.2f}" for x, y in xy)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{drawn}" fill="none" stroke="{color}" stroke-width="{width}"{dash}/>'


def _labels(pipe: VerifiedPipe, part: slice, xy: Array, feet: Array) -> list[str | SketchWord]:
    """Return points with their numbers and deviations in mm, on the far side of the planned line."""
    parts: list[str | SketchWord] = []
    numbers = pipe.known.point_numbers[part]
    for index, (x, y) in enumerate(xy.tolist()):
        parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.8" fill="{_INK}"/>')
        line_mm, level_mm = (1000 * value for value in pipe.deviations[part][index].tolist())
        words = [numbers[index]]
        words.append(" / ".join(_mm(value, sign) for value, sign in ((line_mm, ""), (level_mm, "+"))))
        top = y - 6.0 if y <= feet[index, 1] else y + 5.0
        for row, text in enumerate(words):
            if text.strip(" /"):
                parts.append(SketchWord(x, top + 2.8 * row, text, _OFF if row else _INK))
    return parts


def _mm(value: float, sign: str) -> str:
    return "–" if np.isnan(value) else f"{value:{sign}.0f}"
