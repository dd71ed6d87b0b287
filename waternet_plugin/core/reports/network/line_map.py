"""Small maps as drawings (SVG): what pipes, streets, numbered signs, scale and north look like on them."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import GREY, PALE, TEXT, WHITE
from waternet_plugin.core.texts import tr

WIDTH, HEIGHT = 700.0, 300.0
# Below the map there is room for what its signs mean.
FOOT = 26.0
INK, AROUND = TEXT, PALE
BADGE = 8.5
_LEAST_M = 60.0
_MARGIN = 1.25
_MOST_STREETS = 10
# More lines than these tell nobody more; the widest are drawn.
_MOST_AROUND = 3_000


@dataclass(frozen=True)
class MapFrame:
    """What a drawing shows: its west and north, m, drawing units a metre, and its height."""

    west: float
    north: float
    scale: float
    height: float = HEIGHT

    def xy(self, points: Array) -> Array:
        """Return places on the drawing."""
        return np.column_stack(
            [(points[:, 0] - self.west) * self.scale, (self.north - points[:, 1]) * self.scale]
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, m."""
        return self.west, self.north - self.height / self.scale, self.west + WIDTH / self.scale, self.north


def frame_around(shapes: Sequence[Any], height: float = HEIGHT) -> MapFrame | None:
    """Return the frame of a map that shows some shapes with a margin, None where none of them has a place."""
    there = [each for each in shapes if each is not None and not each.is_empty]
    if not there:
        return None
    west, south, east, north = shapely.total_bounds(there).tolist()
    wide = max((east - west) * _MARGIN, _LEAST_M)
    high = max((north - south) * _MARGIN, _LEAST_M)
    scale = min(WIDTH / wide, height / high)
    return MapFrame(
        (west + east) / 2 - WIDTH / scale / 2, (south + north) / 2 + height / scale / 2, scale, height
    )


def drawing(parts: list[str], title: str, height: float = HEIGHT) -> str:
    """Return the whole drawing of its parts; ``title`` says what it shows to who can't see it."""
    size = f'viewBox="0 0 {WIDTH:g} {height + FOOT:g}" width="{WIDTH:g}" height="{height + FOOT:g}"'
    label = html.escape(title)
    border = f'<rect width="{WIDTH:g}" height="{height:g}" fill="{WHITE}" stroke="{GREY}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}">'
        + border
        + "".join(parts)
        + "</svg>"
    )


def widest_in_sight(frame: MapFrame, lines: Array, width_mm: Array) -> Array:
    """Return which lines the map shows, in order, the widest where there are too many."""
    west, south, east, north = frame.bounds
    x0, y0, x1, y1 = shapely.bounds(lines).T
    with np.errstate(invalid="ignore"):
        row = np.flatnonzero((x0 <= east) & (x1 >= west) & (y0 <= north) & (y1 >= south))
    order = np.argsort(-width_mm[row], kind="stable")
    return np.sort(row[order[:_MOST_AROUND]])


def pieces(frame: MapFrame, lines: Array) -> Iterator[Array]:
    """Return what lies in the frame of some lines, as places on the drawing."""
    there = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))] if len(lines) else lines
    if not len(there):
        return
    cut = shapely.clip_by_rect(shapely.force_2d(there), *frame.bounds)
    for part in shapely.get_parts(shapely.simplify(cut, 0.4 / frame.scale)):
        for line in shapely.get_parts(part):
            if line.geom_type == "LineString" and not line.is_empty:
                yield frame.xy(shapely.get_coordinates(line))


def paths(frame: MapFrame, lines: Array, colour: str, width: float) -> list[str]:
    """Draw lines in one colour and width."""
    course = " ".join("M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in piece) for piece in pieces(frame, lines))
    if not course:
        return []
    style = f'fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"'
    return [f'<path d="{course}" {style} stroke-linejoin="round"/>']


def text_at(x: float, y: float, text: str, *, size: float = 10, anchor: str = "start", more: str = "") -> str:
    """Write a text; ``more`` are further attributes of it."""
    style = f'font-size="{size:g}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style} {more}>{html.escape(text)}</text>'


def street_names(frame: MapFrame, names: Array, lines: Array) -> list[str]:
    """Write each street once, along its longest pipe in sight.

    Parameters
    ----------
    frame
        What the drawing shows.
    names, lines
        Street and line of each pipe that the map shows.
    """
    longest: dict[str, tuple[float, Array]] = {}
    for name, line in zip(names.tolist(), lines):
        if not name:
            continue
        for piece in pieces(frame, np.array([line], dtype=object)):
            metres = float(np.hypot(*(piece[-1] - piece[0])))
            if metres > longest.get(name, (0.0, piece))[0]:
                longest[name] = metres, piece
    best = sorted(longest.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST_STREETS]
    written = []
    for name, (metres, piece) in best:
        (x, y), (across, down) = (piece[0] + piece[-1]) / 2, (piece[-1] - piece[0]) / metres
        half = sum(9.0 if ord(sign) > 0x2E80 else 5.0 for sign in name) / 2
        wide, high = half * abs(across) + 12 * abs(down), half * abs(down) + 12 * abs(across)
        inside = wide <= x <= WIDTH - wide and high <= y <= frame.height - high
        # Rather no name than one that runs far over its pipe, or out of the map.
        if metres < 1.2 * half or not inside:
            continue
        angle = math.degrees(math.atan2(down, across))
        # Read from below or from the right, as on every map.
        angle -= 180.0 * round((angle + 5.0) / 180.0)
        turn = f'transform="translate({x:.1f},{y:.1f}) rotate({angle:.1f})" fill="{INK}"'
        written.append(text_at(0, -7, name, size=9, anchor="middle", more=turn))
    return written


def badge(x: float, y: float, text: str, colour: str, *, is_ring: bool = False) -> str:
    """Draw a numbered disc, or a ring with the number in it."""
    fill, ink = (WHITE, colour) if is_ring else (colour, WHITE)
    circle = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{BADGE:g}" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
    )
    return circle + text_at(x, y + 3.5, text, anchor="middle", more=f'fill="{ink}" font-weight="bold"')


def square(x: float, y: float, text: str, colour: str) -> str:
    """Draw a square with a letter."""
    box = f'<rect x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12" fill="{colour}" stroke="{WHITE}"/>'
    return box + text_at(x, y + 3, text, size=9, anchor="middle", more=f'fill="{WHITE}"')


def free_badge_xy(
    at: tuple[float, float], taken: list[tuple[float, float]], height: float = HEIGHT
) -> tuple[float, float]:
    """Return where a badge is covered by no other, as near as possible to where it belongs."""
    for away in (0.0, 2.2 * BADGE, 4.4 * BADGE):
        for turn in range(12 if away else 1):
            angle = math.pi * (turn / 6 - 0.5)
            x, y = at[0] + away * math.cos(angle), at[1] + away * math.sin(angle)
            inside = BADGE < x < WIDTH - BADGE and BADGE < y < height - BADGE
            if inside and all(math.hypot(x - a, y - b) > 2 * BADGE for a, b in taken):
                return x, y
    return at


def free_badge(
    at: tuple[float, float],
    text: str,
    colour: str,
    taken: list[tuple[float, float]],
    *,
    is_ring: bool,
    height: float = HEIGHT,
) -> tuple[list[str], str]:
    """Return the line that leads to a badge where it stands beside its place, and the badge.

    ``taken`` has the places of all badges that are there, and gets that of this one.
    """
    x, y = free_badge_xy(at, taken, height)
    taken.append((x, y))
    leader = f"M{at[0]:.1f},{at[1]:.1f} L{x:.1f},{y:.1f}"
    lines = [f'<path d="{leader}" stroke="{colour}" stroke-width="1"/>'] if (x, y) != at else []
    return lines, badge(x, y, text, colour, is_ring=is_ring)


def legend(signs: Sequence[tuple[str, str, str, float]], height: float = HEIGHT) -> list[str]:
    """Say in a row under the map what its signs mean.

    Parameters
    ----------
    signs
        Of each its text, its colour, what fills its disc, and the width of its line; a line has no disc: ''.
    """
    y = height + FOOT - 9
    parts = []
    for number, (text, colour, fill, width) in enumerate(signs):
        x = number * WIDTH / len(signs) + 10
        if fill:
            circle = f'<circle cx="{x:.1f}" cy="{y - 3:g}" r="5" fill="{fill}" stroke="{colour}"'
            parts.append(f'{circle} stroke-width="2"/>')
        else:
            stroke = f'stroke="{colour}" stroke-width="{width:g}"'
            parts.append(f'<path d="M{x - 8:.1f},{y - 3:g} L{x + 6:.1f},{y - 3:g}" {stroke}/>')
        parts.append(text_at(x + 11, y, text, more=f'fill="{INK}"'))
    return parts


def scale_and_north(frame: MapFrame) -> list[str]:
    """Draw a bar of round metres and the arrow to the north."""
    most = WIDTH / 5 / frame.scale
    power = 10.0 ** math.floor(math.log10(most))
    metres = next(size * power for size in (5, 2, 1) if size * power <= most)
    long, x, y = metres * frame.scale, 12.0, frame.height - 10
    bar = f"M{x:g},{y - 4:g} L{x:g},{y:g} L{x + long:.1f},{y:g} L{x + long:.1f},{y - 4:g}"
    tip = WIDTH - 18
    arrow = f"M{tip:g},10 L{tip - 6:g},30 L{tip:g},25 L{tip + 6:g},30 Z"
    return [
        f'<path d="{bar}" fill="none" stroke="{INK}" stroke-width="1.5"/>',
        text_at(x + long + 5, y, f"{metres:g} m", more=f'fill="{INK}"'),
        f'<path d="{arrow}" fill="{INK}"/>',
        text_at(tip, 41, tr("N"), anchor="middle", more=f'fill="{INK}"'),
    ]
