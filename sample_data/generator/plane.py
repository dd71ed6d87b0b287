"""Plane geometry on tuples: just what drawing a town needs, without any library."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


def mm(value: float) -> float:
    """Round to a millimetre; the sum turns -0.0 into 0.0."""
    return round(value, 3) + 0.0


def snap(point: Point) -> Point:
    """Round a point to millimetres."""
    return mm(point[0]), mm(point[1])


def distance(a: Point, b: Point) -> float:
    """Return the distance between two points."""
    return math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)


def lerp(a: Point, b: Point, t: float) -> Point:
    """Return the point at the share ``t`` of the way from ``a`` to ``b``."""
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def length(line: Sequence[Point]) -> float:
    """Return the length of a line."""
    return sum(distance(a, b) for a, b in zip(line, line[1:]))


def at(line: Sequence[Point], s: float) -> Point:
    """Return the point at the chainage ``s``, held to the ends of the line."""
    for a, b in zip(line, line[1:]):
        step = distance(a, b)
        if s <= step and step > 0:
            return lerp(a, b, max(s, 0.0) / step)
        s -= step
    return line[-1]


def direction(line: Sequence[Point], s: float) -> Point:
    """Return the unit vector of the line at the chainage ``s``."""
    for a, b in zip(line, line[1:]):
        step = distance(a, b)
        if step > 0 and (s <= step or b == line[-1]):
            return (b[0] - a[0]) / step, (b[1] - a[1]) / step
        s -= step
    return 1.0, 0.0


def cut(line: Sequence[Point], start: float, stop: float) -> list[Point]:
    """Return the part of the line between two chainages."""
    points = [at(line, start)]
    s = 0.0
    for a, b in zip(line, line[1:]):
        s += distance(a, b)
        if start + 0.01 < s < stop - 0.01:
            points.append(b)
    points.append(at(line, stop))
    return points


def nearest(line: Sequence[Point], point: Point) -> tuple[float, float]:
    """Return the chainage of the foot of a point on a line, and its distance."""
    best = (0.0, float("inf"))
    s = 0.0
    for a, b in zip(line, line[1:]):
        step = distance(a, b)
        if step == 0:
            continue
        t = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / step**2
        t = min(max(t, 0.0), 1.0)
        away = distance(lerp(a, b, t), point)
        if away < best[1] - 1e-9:
            best = (s + t * step, away)
        s += step
    return best


def shifted(line: Sequence[Point], dx: float, dy: float) -> list[Point]:
    """Return the line moved by a vector."""
    return [(x + dx, y + dy) for x, y in line]


def beside(line: Sequence[Point], s: float, away: float) -> Point:
    """Return the point to the left of the line (negative: to the right) at a chainage."""
    x, y = at(line, s)
    ux, uy = direction(line, s)
    return x - uy * away, y + ux * away


def ribbon(line: Sequence[Point], half: float) -> list[Point]:
    """Return the ring of a band of constant width along a line, mitred at its bends."""
    left, right = [], []
    for i, point in enumerate(line):
        ahead = line[min(i + 1, len(line) - 1)]
        back = line[max(i - 1, 0)]
        ux, uy = _unit(back, point) if i else _unit(point, ahead)
        vx, vy = _unit(point, ahead) if i < len(line) - 1 else (ux, uy)
        nx, ny = -(uy + vy), ux + vx
        scale = half * 2.0 / (nx * nx + ny * ny)
        left.append((point[0] + nx * scale, point[1] + ny * scale))
        right.append((point[0] - nx * scale, point[1] - ny * scale))
    ring = left + right[::-1]
    return [*ring, ring[0]]


def _unit(a: Point, b: Point) -> Point:
    step = distance(a, b)
    return (b[0] - a[0]) / step, (b[1] - a[1]) / step


def bilinear(quad: Quad, u: float, v: float) -> Point:
    """Return the point at (u, v) of a quadrilateral given from its lower left corner, anticlockwise."""
    return lerp(lerp(quad[0], quad[1], u), lerp(quad[3], quad[2], u), v)


def part(quad: Quad, u0: float, u1: float, v0: float, v1: float) -> Quad:
    """Return a part of a quadrilateral."""
    return (bilinear(quad, u0, v0), bilinear(quad, u1, v0), bilinear(quad, u1, v1), bilinear(quad, u0, v1))


def turned(quad: Quad, side: str) -> Quad:
    """Return the quadrilateral with the named side (S, E, N, W) as its first one."""
    k = "SENW".index(side)
    corners = quad[k:] + quad[:k]
    return corners[0], corners[1], corners[2], corners[3]


def inset(quad: Quad, south: float, east: float, north: float, west: float) -> Quad:
    """Return the quadrilateral with each side moved inwards by its own distance."""
    lines = []
    for k, away in enumerate((south, east, north, west)):
        a, b = quad[k], quad[(k + 1) % 4]
        ux, uy = _unit(a, b)
        lines.append(((a[0] - uy * away, a[1] + ux * away), (ux, uy)))
    corners = [_meet(lines[k - 1], lines[k]) for k in range(4)]
    return corners[0], corners[1], corners[2], corners[3]


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> Point:
    (ax, ay), (ux, uy) = one
    (bx, by), (vx, vy) = other
    t = ((bx - ax) * vy - (by - ay) * vx) / (ux * vy - uy * vx)
    return ax + ux * t, ay + uy * t


def inside(ring: Sequence[Point], point: Point) -> bool:
    """Tell whether a point lies in a ring (first point repeated or not)."""
    x, y = point
    result = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]]):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            result = not result
    return result
