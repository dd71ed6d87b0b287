"""A long profile as a drawing to scale: ground, pipe and crossings above a band of figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.drawings.dxf import CENTRE, LEFT, RIGHT, Drawing, DxfLine, Text
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.tracing.profile import Profile
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

GROUND, INVERT, CROWN, WATER, CROSSING, CONFLICT, NODE, FRAME, GRID, TEXT = (
    "GROUND", "INVERT", "CROWN", "WATER", "CROSSING", "CONFLICT", "NODE", "FRAME", "GRID", "TEXT",
)  # fmt: skip
# Numbers of CAD's colours.
_COLOURS = {
    GROUND: 34, INVERT: 5, CROWN: 5, WATER: 4, CROSSING: 8, CONFLICT: 1, NODE: 8, FRAME: 7, GRID: 9, TEXT: 7,
}  # fmt: skip
# Sheets are as long as they need; A3 is the smallest.
_LEAST_WIDTH, _MARGIN, _HEAD, _NAMES = 420.0, 10.0, 16.0, 34.0
# Room for the section, and the least it takes, mm.
_CHART, _LEAST_CHART = 140.0, 60.0
_MOST_CHART_WIDTH = 1100.0
_SCALES = (50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)
_EXAGGERATION = 10
_SMALL, _LARGE, _SIGN = 2.2, 4.0, 0.62
# Figures stand no nearer to each other, mm.
_PITCH = 3.4
_M_TO_MM = 1000.0
# From so many letters on a figure is written smaller.
# Room that what is written beside a crossing takes, mm.
_LABEL_MM = 16.0
_PARTS = 24


@dataclass(frozen=True)
class Scales:
    """Denominators along and up."""

    along: int
    up: int

    @property
    def text(self) -> str:
        """How they are written."""
        return tr("Horizontal scale 1:{along}, vertical scale 1:{up}").format(along=self.along, up=self.up)


def scales_for(length_m: float, height_m: float) -> Scales:
    """Return the largest scales at which a section of some length and height fits a sheet.

    A3 where it can be at 1:2000 or larger along; longer ways get a longer sheet.
    """
    room = _LEAST_WIDTH - 2 * _MARGIN - _NAMES - 4
    fitting = [scale for scale in _SCALES if length_m * _M_TO_MM / scale <= room]
    along = fitting[0] if fitting and fitting[0] <= 2000 else 0
    if not along:
        longer = [scale for scale in _SCALES if length_m * _M_TO_MM / scale <= _MOST_CHART_WIDTH]
        along = (
            max(longer[0], 2000)
            if longer
            else math.ceil(length_m * _M_TO_MM / _MOST_CHART_WIDTH / 1000) * 1000
        )
    wanted = [scale for scale in _SCALES if height_m * _M_TO_MM / scale <= _CHART - 12]
    up = max(wanted[0] if wanted else _SCALES[-1], min(along // _EXAGGERATION, _SCALES[-1]))
    return Scales(along, up)


class _Sheet:
    """Collects lines and texts, given by chainage and level or by mm."""

    def __init__(self, scales: Scales, datum_m: float, foot_mm: float) -> None:
        self.scales = scales
        self.datum = datum_m
        self.left = _MARGIN + _NAMES
        self.foot = foot_mm
        self.lines: list[DxfLine] = []
        self.texts: list[Text] = []

    def x(self, chainage_m: float) -> float:
        """Return where a chainage lies, mm."""
        return self.left + _PITCH + chainage_m * _M_TO_MM / self.scales.along

    def y(self, level_m: float) -> float:
        """Return where a level lies, mm."""
        return self.foot + (level_m - self.datum) * _M_TO_MM / self.scales.up

    def line(self, layer: str, *points: tuple[float, float], is_closed: bool = False) -> None:
        """Draw a line, in mm."""
        self.lines.append(DxfLine(layer, points, is_closed))

    def write(self, x: float, y: float, text: str, height: float = _SMALL, **more: Any) -> None:
        """Write a text, in mm."""
        if text:
            self.texts.append(Text(TEXT, x, y, height, text, **more))


@dataclass(frozen=True)
class _Stop:
    """A vertex of the way, with the figures that stand below it."""

    chainage_m: float
    node_id: str
    ground_m: float
    invert_m: tuple[float, ...]
    depth_m: float
    water_m: float


def _stops(profile: Profile, water: Array) -> list[_Stop]:
    points = profile.points
    chainage = points["chainage_m"].to_numpy(dtype=float)
    ground, invert = points["ground_m"].to_numpy(dtype=float), points["invert_m"].to_numpy(dtype=float)
    depth = points["depth_m"].to_numpy(dtype=float)
    names = points["node_id"].to_numpy(dtype=object)
    many = len(points)
    stops = []
    # The start, the joints between two pipes, the end.
    for rows in [(0,), *((row, row + 1) for row in range(1, many - 1, 2)), (many - 1,)]:
        known = [float(invert[row]) for row in rows if np.isfinite(invert[row])]
        levels = tuple(dict.fromkeys(round(level, 2) for level in known))
        stops.append(
            _Stop(
                float(chainage[rows[-1]]),
                str(next((names[row] for row in rows if names[row]), "")),
                next((float(ground[row]) for row in rows if np.isfinite(ground[row])), math.nan),
                levels,
                max((float(depth[row]) for row in rows if np.isfinite(depth[row])), default=math.nan),
                max((float(water[row]) for row in rows if np.isfinite(water[row])), default=math.nan),
            )
        )
    return stops


def _figure(value: float, decimals: int = 2) -> str:
    return f"{value:.{decimals}f}" if math.isfinite(value) else "–"


def _runs(pipes: Sequence[Mapping[str, Any]], key: Any) -> Iterator[tuple[float, float, str]]:
    """Yield from where to where neighbouring pipes have the same text."""
    first, last, before = 0.0, 0.0, None
    for pipe in pipes:
        text = key(pipe)
        if before is not None and text != before:
            yield first, last, before
            first = pipe["from_m"]
        before, last = text, pipe["to_m"]
    if before is not None:
        yield first, last, before


def size_text(pipe: Mapping[str, Any]) -> str:
    """Return the size of a pipe as people write it, '' for unknown."""
    diameter, width, height = (pipe.get(name) for name in ("diameter_mm", "width_mm", "height_mm"))
    if diameter is not None and diameter == diameter:
        return f"DN{diameter:.0f}"
    if width is not None and height is not None and width == width and height == height:
        return f"{width:.0f}x{height:.0f}"
    return ""


def _made_of(pipe: Mapping[str, Any]) -> str:
    found = domain("material").get(str(pipe["material"] or ""))
    return " ".join(part for part in (size_text(pipe), found.label if found else "") if part)


def _slope(pipe: Mapping[str, Any]) -> str:
    slope = pipe["slope"]
    return f"i={1000 * slope:.1f}‰" if math.isfinite(slope) else ""


def _rows(*, has_water: bool) -> tuple[tuple[str, str, float], ...]:
    """Return the band below: key, label and height in mm of each row."""
    return (
        ("ground", tr("Ground level (m)"), 13.0),
        *((("water", tr("Highest water level (m)"), 13.0),) if has_water else ()),
        ("invert", tr("Invert (m)"), 18.0),
        ("depth", tr("Depth (m)"), 11.0),
        ("slope", tr("Slope"), 8.0),
        ("pipe", tr("Pipe"), 8.0),
        ("chainage", tr("Chainage (m)"), 14.0),
        ("node", tr("Node"), 20.0),
    )


def long_section(
    profile: Profile,
    pipes: Sequence[Mapping[str, Any]],
    *,
    title: str,
    subtitle: str,
    water: Sequence[float] = (),
) -> tuple[Drawing, Scales]:
    """Return a long profile as a drawing, and its scales.

    Parameters
    ----------
    pipes
        A row a pipe of the way: diameter_mm, width_mm, height_mm, material, slope, from_m, to_m.
    title, subtitle
        What stands above.
    water
        The highest level of water at each point of the profile, m, NaN for unknown; without a run of a model
        none.
    """
    points, crossings = profile.points, profile.crossings
    highest = np.array(water, dtype=float) if len(water) else np.full(len(points), math.nan)
    levels = np.append(points[["ground_m", "invert_m", "crown_m"]].to_numpy(dtype=float), highest)
    known = levels[np.isfinite(levels)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    scales = scales_for(profile.length_m, high - low)
    step = 10.0 * scales.up / _M_TO_MM
    datum = math.floor((low - 0.5 * step) / step) * step
    rows = _rows(has_water=bool(np.isfinite(highest).any()))
    foot = _MARGIN + sum(height for _key, _label, height in rows)
    sheet = _Sheet(scales, datum, foot)
    right = max(sheet.x(profile.length_m) + _PITCH, sheet.left + 60.0)
    width = max(_LEAST_WIDTH, right + _MARGIN + 4)
    top = foot + max(_LEAST_CHART, (high - datum) * _M_TO_MM / scales.up + 12)
    _levels(sheet, right, top, step)
    _pipe(sheet, profile)
    _level_line(sheet, WATER, points["chainage_m"].to_numpy(dtype=float), highest)
    _crossings(sheet, crossings)
    _band(sheet, rows, _stops(profile, highest), pipes, right)
    sheet.write(_MARGIN, top + 9, title, _LARGE)
    sheet.write(_MARGIN, top + 3.5, "  ·  ".join(part for part in (subtitle, scales.text) if part))
    return Drawing(width, top + _HEAD + _MARGIN, tuple(sheet.lines), tuple(sheet.texts), _COLOURS), scales


def _levels(sheet: _Sheet, right: float, top: float, step: float) -> None:
    """Draw the levels at the left and lines across."""
    count = int((top - sheet.foot) // 10.0)
    for number in range(count + 1):
        level = sheet.datum + number * step
        y = sheet.y(level)
        sheet.line(GRID, (sheet.left, y), (right, y))
        sheet.write(sheet.left - 2, y, f"{level:.1f}" if step >= 0.1 else f"{level:.2f}", align=RIGHT)
    sheet.line(FRAME, (sheet.left, sheet.foot), (sheet.left, sheet.y(sheet.datum + count * step)))


def _pipe(sheet: _Sheet, profile: Profile) -> None:
    """Draw ground, nodes, invert and crown; what is unknown is a gap."""
    points = profile.points
    chainage = points["chainage_m"].to_numpy(dtype=float)
    ground = points["ground_m"].to_numpy(dtype=float)
    known = [(sheet.x(x), sheet.y(level)) for x, level in zip(chainage, ground) if math.isfinite(level)]
    _level_line(sheet, GROUND, chainage, ground)
    invert, crown = points["invert_m"].to_numpy(dtype=float), points["crown_m"].to_numpy(dtype=float)
    for place in range(0, len(points), 2):
        for layer, level in ((INVERT, invert), (CROWN, crown)):
            ends = level[place : place + 2]
            if np.isfinite(ends).all():
                first, last = ((sheet.x(chainage[place + end]), sheet.y(float(ends[end]))) for end in (0, 1))
                sheet.line(layer, first, last)
    for x, high in dict(known).items():
        low = [
            sheet.y(float(invert[place]))
            for place in range(len(points))
            if math.isfinite(invert[place]) and abs(sheet.x(chainage[place]) - x) < 1e-6
        ]
        if low:
            sheet.line(NODE, (x, high), (x, min(low)))


def _level_line(sheet: _Sheet, layer: str, chainage_m: Array, level_m: Array) -> None:
    """Draw a line of levels; what is unknown is a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, level in zip(chainage_m, level_m):
        if math.isfinite(level):
            runs[-1].append((sheet.x(x), sheet.y(level)))
        elif runs[-1]:
            runs.append([])
    for run in runs:
        if len(set(run)) > 1:
            sheet.line(layer, *dict.fromkeys(run))


def _crossings(sheet: _Sheet, crossings: Any) -> None:
    """Draw the pipes that cross the way, stretched as the section is; conflicts in a layer of their own."""
    written: list[tuple[float, float]] = []
    for row in records(crossings):
        bottom, top = row["bottom_m"], row["top_m"]
        if not (math.isfinite(bottom) and math.isfinite(top)):
            continue
        high = (sheet.y(top) - sheet.y(bottom)) / 2
        size = row["diameter_mm"]
        wide = (size / 2 if math.isfinite(size) else (top - bottom) * _M_TO_MM / 2) / sheet.scales.along
        x, y = sheet.x(row["chainage_m"]), (sheet.y(top) + sheet.y(bottom)) / 2
        turn = [2 * math.pi * part / _PARTS for part in range(_PARTS)]
        ring = tuple((x + max(wide, 0.3) * math.cos(each), y + high * math.sin(each)) for each in turn)
        sheet.line(CONFLICT if row["clearance_m"] < 0 else CROSSING, *ring, is_closed=True)
        label = f"DN{size:.0f} {sheet_level(bottom)}" if math.isfinite(size) else sheet_level(bottom)
        # Of crossings close to each other the first one is written beside.
        if all(abs(x - other) > _LABEL_MM or abs(y - level) > _SMALL for other, level in written):
            sheet.write(x + 1.2, y, label, 1.8, align=LEFT)
            written.append((x, y))


def sheet_level(level_m: float) -> str:
    """Return a level as the drawing writes it."""
    return f"{level_m:.2f}"


def _band(
    sheet: _Sheet,
    rows: tuple[tuple[str, str, float], ...],
    stops: list[_Stop],
    pipes: Sequence[Mapping[str, Any]],
    right: float,
) -> None:
    """Draw the band of figures below the section."""
    y = sheet.foot
    sheet.line(FRAME, (_MARGIN, y), (right, y))
    places: list[float] = []
    shown = []
    for stop in stops:
        # Where nodes lie closer than letters are wide, the first of them speaks.
        if not places or sheet.x(stop.chainage_m) - places[-1] >= _PITCH:
            places.append(sheet.x(stop.chainage_m))
            shown.append(stop)
    for key, label, height in rows:
        middle = y - height / 2
        sheet.write(_MARGIN + 2, middle, label)
        if key in ("slope", "pipe"):
            for first, last, text in _runs(pipes, _slope if key == "slope" else _made_of):
                x0, x1 = sheet.x(first), sheet.x(last)
                sheet.line(GRID, (x1, y), (x1, y - height))
                if len(text) * _SMALL * _SIGN <= x1 - x0:
                    sheet.write((x0 + x1) / 2, middle, text, align=CENTRE)
        else:
            for stop, x in zip(shown, places):
                text = {
                    "ground": _figure(stop.ground_m),
                    "invert": "/".join(_figure(level) for level in stop.invert_m[:2]) or "–",
                    "depth": _figure(stop.depth_m),
                    "water": _figure(stop.water_m),
                    "chainage": _figure(stop.chainage_m, 1),
                    "node": stop.node_id,
                }[key]
                sheet.write(
                    x, middle, text, _SMALL if len(text) < 12 else _SMALL * 0.8, angle=90.0, align=CENTRE
                )
        y -= height
        sheet.line(FRAME, (_MARGIN, y), (right, y))
    for x in (_MARGIN, sheet.left, right):
        sheet.line(FRAME, (x, sheet.foot), (x, y))
