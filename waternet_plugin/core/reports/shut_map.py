"""The map of a shut area as a drawing (SVG): pipes, numbered valves, streets, scale."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.isolation import map_shapes
from waternet_plugin.core.network.isolation.isolate import DEAD_END, ISOLATED, UNINTENDED, Burst
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.network.isolation.roles import ALREADY_CLOSED, OPEN_TO_FEED, SECOND_CHOICE
from waternet_plugin.core.network.isolation.segments import Ints
from waternet_plugin.core.texts import tr

WIDTH, HEIGHT = 700.0, 300.0
# A place of its own below the map for what its signs mean.
_FOOT = 26.0
_LEAST_M = 60.0
_MARGIN = 1.25
# More lines than these tell nobody more; the widest are drawn.
_MOST_AROUND, _MOST_STREETS = 3_000, 10
_AROUND, _INK = "#b4bcc4", "#333333"
_WIDTHS = {DEAD_END: 2.0, UNINTENDED: 3.0, ISOLATED: 4.0}
_BADGE = 8.5


@dataclass(frozen=True)
class _Frame:
    """The ground on the drawing: its west and north, m, and drawing units a metre."""

    west: float
    north: float
    scale: float

    def xy(self, points: Array) -> Array:
        """Return places on the drawing."""
        return np.column_stack(
            [(points[:, 0] - self.west) * self.scale, (self.north - points[:, 1]) * self.scale]
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, m."""
        return self.west, self.north - HEIGHT / self.scale, self.west + WIDTH / self.scale, self.north


def shut_map(works: IsolationModel, burst: Burst, colours: Mapping[str, str]) -> str:
    """Return the map of what is shut, '' where nothing of it has a place.

    Parameters
    ----------
    works
        The network, its pipes with lines.
    burst
        The isolation; its valves are numbered in their order.
    colours
        Colour of each role and effect, of ``place``, ``hydrant`` and ``customer``.
    """
    frame = _frame_of(works, burst)
    if frame is None:
        return ""
    around = _around(works, frame)
    parts = [f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#ffffff" stroke="#9aa5b1"/>']
    parts += _paths(frame, map_shapes.pipe_lines(works, around), _AROUND, 1.2)
    for effect, width in _WIDTHS.items():
        pipe = burst.pipes.loc[burst.pipes["effect"] == effect, "pipe"].to_numpy(dtype=np.int64)
        parts += _paths(frame, map_shapes.pipe_lines(works, pipe), colours[effect], width)
    parts += _streets(works, frame, around)
    parts += _marks(works, burst, frame, colours)
    parts += _scale_and_north(frame)
    parts += _legend(burst, colours)
    size = f'viewBox="0 0 {WIDTH:g} {HEIGHT + _FOOT:g}" width="{WIDTH:g}" height="{HEIGHT + _FOOT:g}"'
    label = html.escape(tr("Map of the isolated area"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}">'
        + "".join(parts)
        + "</svg>"
    )


def _frame_of(works: IsolationModel, burst: Burst) -> _Frame | None:
    """Return the ground that shows what is shut and the valves around it."""
    pipe = burst.pipes.loc[burst.pipes["effect"] == ISOLATED, "pipe"].to_numpy(dtype=np.int64)
    valves = map_shapes.at_nodes(works, burst.valves[burst.valves["role"] != OPEN_TO_FEED])
    there = [
        each
        for each in (*map_shapes.pipe_lines(works, pipe), *valves["geom"])
        if each is not None and not each.is_empty
    ]
    if not there:
        return None
    west, south, east, north = shapely.total_bounds(there).tolist()
    wide = max((east - west) * _MARGIN, _LEAST_M)
    high = max((north - south) * _MARGIN, _LEAST_M)
    scale = min(WIDTH / wide, HEIGHT / high)
    return _Frame((west + east) / 2 - WIDTH / scale / 2, (south + north) / 2 + HEIGHT / scale / 2, scale)


def _around(works: IsolationModel, frame: _Frame) -> Ints:
    """Return the water pipes in use that the map shows, the widest where there are too many."""
    size = works.connected.graph.pipe_count
    pipe = np.flatnonzero(works.real[:size] & (works.segments.pipe[:size] >= 0))
    west, south, east, north = frame.bounds
    x0, y0, x1, y1 = shapely.bounds(map_shapes.pipe_lines(works, pipe)).T
    with np.errstate(invalid="ignore"):
        pipe = pipe[(x0 <= east) & (x1 >= west) & (y0 <= north) & (y1 >= south)]
    order = np.argsort(-works.width_mm[pipe], kind="stable")
    return np.sort(pipe[order[:_MOST_AROUND]])


def _pieces(frame: _Frame, lines: Array) -> Iterator[Array]:
    """Return what lies in the frame of some lines, as places on the drawing."""
    there = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))] if len(lines) else lines
    if not len(there):
        return
    cut = shapely.clip_by_rect(shapely.force_2d(there), *frame.bounds)
    for part in shapely.get_parts(shapely.simplify(cut, 0.4 / frame.scale)):
        for line in shapely.get_parts(part):
            if line.geom_type == "LineString" and not line.is_empty:
                yield frame.xy(shapely.get_coordinates(line))


def _paths(frame: _Frame, lines: Array, colour: str, width: float) -> list[str]:
    course = " ".join(
        "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in piece) for piece in _pieces(frame, lines)
    )
    if not course:
        return []
    style = f'fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"'
    return [f'<path d="{course}" {style} stroke-linejoin="round"/>']


def _text(x: float, y: float, text: str, *, size: float = 10, anchor: str = "start", more: str = "") -> str:
    style = f'font-size="{size:g}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style} {more}>{html.escape(text)}</text>'


def _streets(works: IsolationModel, frame: _Frame, around: Ints) -> list[str]:
    """Write each street once, along its longest pipe in sight."""
    names = works.streets[0][works.connected.graph.pipe_row[around]]
    longest: dict[str, tuple[float, Array]] = {}
    for name, line in zip(names.tolist(), map_shapes.pipe_lines(works, around)):
        if not name:
            continue
        for piece in _pieces(frame, np.array([line], dtype=object)):
            metres = float(np.hypot(*(piece[-1] - piece[0])))
            if metres > longest.get(name, (0.0, piece))[0]:
                longest[name] = metres, piece
    best = sorted(longest.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST_STREETS]
    written = []
    for name, (metres, piece) in best:
        (x, y), (across, down) = (piece[0] + piece[-1]) / 2, (piece[-1] - piece[0]) / metres
        half = sum(9.0 if ord(sign) > 0x2E80 else 5.0 for sign in name) / 2
        wide, high = half * abs(across) + 12 * abs(down), half * abs(down) + 12 * abs(across)
        inside = wide <= x <= WIDTH - wide and high <= y <= HEIGHT - high
        # Rather no name than one that runs far over its pipe, or out of the map.
        if metres < 1.2 * half or not inside:
            continue
        angle = math.degrees(math.atan2(down, across))
        # Read from below or from the right, as on every map.
        angle -= 180.0 * round((angle + 5.0) / 180.0)
        turn = f'transform="translate({x:.1f},{y:.1f}) rotate({angle:.1f})" fill="{_INK}"'
        written.append(_text(0, -7, name, size=9, anchor="middle", more=turn))
    return written


def _badge(x: float, y: float, text: str, colour: str, *, is_ring: bool = False) -> str:
    fill, ink = ("#ffffff", colour) if is_ring else (colour, "#ffffff")
    circle = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_BADGE:g}" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
    )
    return circle + _text(x, y + 3.5, text, anchor="middle", more=f'fill="{ink}" font-weight="bold"')


def _square(x: float, y: float, text: str, colour: str) -> str:
    box = f'<rect x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12" fill="{colour}" stroke="#ffffff"/>'
    return box + _text(x, y + 3, text, size=9, anchor="middle", more='fill="#ffffff"')


def _free(at: tuple[float, float], taken: list[tuple[float, float]]) -> tuple[float, float]:
    """Return a place for a badge as near to its own as no other covers it."""
    for away in (0.0, 2.2 * _BADGE, 4.4 * _BADGE):
        for turn in range(12 if away else 1):
            angle = math.pi * (turn / 6 - 0.5)
            x, y = at[0] + away * math.cos(angle), at[1] + away * math.sin(angle)
            inside = _BADGE < x < WIDTH - _BADGE and _BADGE < y < HEIGHT - _BADGE
            if inside and all(math.hypot(x - a, y - b) > 2 * _BADGE for a, b in taken):
                return x, y
    return at


def _marks(works: IsolationModel, burst: Burst, frame: _Frame, colours: Mapping[str, str]) -> list[str]:
    west, south, east, north = frame.bounds

    def place(point: shapely.Point | None) -> tuple[float, float] | None:
        if point is None or point.is_empty or not (west <= point.x <= east and south <= point.y <= north):
            return None
        x, y = frame.xy(np.array([[point.x, point.y]]))[0].tolist()
        return x, y

    marks = []
    if "geom" in works.customers:
        lost = burst.customers[burst.customers["critical"] == "yes"]
        for point in map_shapes.of_customers(works, lost)["geom"]:
            if (at := place(point)) is not None:
                marks.append(_square(*at, "!", colours["customer"]))
    graph = works.connected.graph
    for name in burst.hydrants["node_id"]:
        node = graph.vertex_of(name)
        at = place(shapely.Point(graph.x_m[node], graph.y_m[node])) if node >= 0 else None
        if at is not None:
            marks.append(_square(*at, "H", colours["hydrant"]))
    placed = map_shapes.at_nodes(works, burst.valves)
    taken: list[tuple[float, float]] = []
    for number, (role, point) in enumerate(zip(placed["role"], placed["geom"]), 1):
        if (at := place(point)) is not None:
            x, y = _free(at, taken)
            taken.append((x, y))
            if (x, y) != at:
                leader = f"M{at[0]:.1f},{at[1]:.1f} L{x:.1f},{y:.1f}"
                marks.insert(0, f'<path d="{leader}" stroke="{colours[role]}" stroke-width="1"/>')
            ring = role in (SECOND_CHOICE, ALREADY_CLOSED)
            marks.append(_badge(x, y, str(number), colours[role], is_ring=ring))
    own = map_shapes.pipe_lines(works, np.array([graph.edge_of(burst.pipe_id)]))[0]
    if own is not None and not own.is_empty:
        at = place(shapely.line_interpolate_point(shapely.force_2d(own), 0.5, normalized=True))
        if at is not None:
            marks.append(_badge(*at, "×", colours["place"]))
    return marks


def _scale_and_north(frame: _Frame) -> list[str]:
    most = WIDTH / 5 / frame.scale
    power = 10.0 ** math.floor(math.log10(most))
    metres = next(size * power for size in (5, 2, 1) if size * power <= most)
    long, x, y = metres * frame.scale, 12.0, HEIGHT - 10
    bar = f"M{x:g},{y - 4:g} L{x:g},{y:g} L{x + long:.1f},{y:g} L{x + long:.1f},{y - 4:g}"
    tip = WIDTH - 18
    arrow = f"M{tip:g},10 L{tip - 6:g},30 L{tip:g},25 L{tip + 6:g},30 Z"
    return [
        f'<path d="{bar}" fill="none" stroke="{_INK}" stroke-width="1.5"/>',
        _text(x + long + 5, y, f"{metres:g} m", more=f'fill="{_INK}"'),
        f'<path d="{arrow}" fill="{_INK}"/>',
        _text(tip, 41, tr("N"), anchor="middle", more=f'fill="{_INK}"'),
    ]


def _legend(burst: Burst, colours: Mapping[str, str]) -> list[str]:
    """Say under the map what its signs mean, those that occur."""
    roles, effects = set(burst.valves["role"]), set(burst.pipes["effect"])
    y = HEIGHT + _FOOT - 9
    signs: list[tuple[str, bool, str]] = [("place", True, tr("Burst"))]
    signs += [
        (effect, False, text)
        for effect, text in ((ISOLATED, tr("Isolated")), (UNINTENDED, tr("Cut off unintentionally")))
        if effect in effects
    ]
    signs += [
        (codes[0], True, text)
        for codes, text in (
            (("close", "instead"), tr("To close")),
            ((SECOND_CHOICE,), tr("In reserve")),
            ((ALREADY_CLOSED,), tr("Already closed")),
            ((OPEN_TO_FEED,), tr("Open to feed")),
        )
        if roles.intersection(codes)
    ]
    step = WIDTH / len(signs)
    parts = []
    for number, (code, is_badge, text) in enumerate(signs):
        x = number * step + 10
        if is_badge:
            ring = "#ffffff" if code in (SECOND_CHOICE, ALREADY_CLOSED) else colours[code]
            circle = f'<circle cx="{x:.1f}" cy="{y - 3:g}" r="5" fill="{ring}" stroke="{colours[code]}"'
            parts.append(f'{circle} stroke-width="2"/>')
        else:
            stroke = f'stroke="{colours[code]}" stroke-width="{_WIDTHS[code]:g}"'
            parts.append(f'<path d="M{x - 8:.1f},{y - 3:g} L{x + 6:.1f},{y - 3:g}" {stroke}/>')
        parts.append(_text(x + 11, y, text, more=f'fill="{_INK}"'))
    return parts
