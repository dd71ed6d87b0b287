"""Circles of a drawing: signs for points such as manholes and valves, or the bounds of areas.

A small circle is a sign where its like repeats on its layer or where a line ends in its middle or at its rim;
a large one only where a line ends in its middle. What is drawn around a block or a point, or around the same
middle, belongs to one sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.files.drawn_entities import DrawnEntity, is_closed

# Fewer corners are those of a building or a box; each lies on the circle within this part of its radius.
_LEAST_CORNERS, _ROUND = 12, 0.02
# In units of the drawing: nobody draws a sign larger, and an area is hardly ever smaller.
_SMALL = 5.0
# So many of one radius on a layer are signs.
_REPEATED = 3
# A line ends in the middle or at the rim within this distance, or this part of the radius.
_NEAR, _NEAR_SHARE = 0.05, 0.05
# Line ends that are looked at around a circle.
_ENDS_AROUND = 8


@dataclass(frozen=True)
class PointSymbols:
    """The entities of a drawing whose circles that are signs are points, and what is doubtful.

    Parameters
    ----------
    entities
        In their order; what belongs to another sign is of the kind ``other``.
    lone
        Numbers of small circles that are taken as points since they are small, and for no other reason.
    alike
        Numbers of large circles that repeat with one radius and are taken as areas.
    """

    entities: tuple[DrawnEntity, ...]
    lone: frozenset[int]
    alike: frozenset[int]


def circles_as_points(entities: Sequence[DrawnEntity]) -> PointSymbols:
    """Return the entities with the circles that are point symbols as points in their middle.

    Parameters
    ----------
    entities
        As the drawing has them.
    """
    circles, middle, radius = _circles(entities)
    if not circles:
        return PointSymbols(tuple(entities), frozenset(), frozenset())
    small = radius <= _SMALL
    is_alike = _repeated([entities[place].layer for place in circles], radius)
    in_middle, at_rim = _line_ends(entities, middle, radius)
    is_sign = in_middle | small
    is_part = _within_others(entities, middle, radius, is_sign)
    found = list(entities)
    for place, (x, y), sign, part in zip(circles, middle.tolist(), is_sign, is_part):
        if part:
            found[place] = replace(found[place], kind="other")
        elif sign:
            xyz = np.array([[x, y, found[place].xyz[0, 2]]])
            found[place] = replace(found[place], kind="point", xyz=xyz)
    numbers = np.array([entities[place].number for place in circles])
    lone = is_sign & ~is_part & ~is_alike & ~in_middle & ~at_rim
    return PointSymbols(
        tuple(found),
        frozenset(numbers[lone].tolist()),
        frozenset(numbers[~is_sign & is_alike].tolist()),
    )


def _circles(entities: Sequence[DrawnEntity]) -> tuple[list[int], Array, Array]:
    """Return which entities are circles, the middle of each, (n, 2), and the radius."""
    closed = [
        place
        for place, entity in enumerate(entities)
        if entity.kind == "line" and len(entity.xyz) > _LEAST_CORNERS and is_closed(entity.xyz)
    ]
    if not closed:
        return [], np.zeros((0, 2)), np.zeros(0)
    lines = [entities[place].xyz[:-1, :2] for place in closed]
    sizes = np.array([len(line) for line in lines])
    first = np.cumsum(sizes) - sizes
    xy = np.concatenate(lines)
    # Far from the origin, squares of places lose the metres.
    origin = xy[first]
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = _around(*(xy[first + sizes * third // 3] - origin for third in range(3)))
        apart = np.hypot(*(xy - np.repeat(origin + middle, sizes, axis=0)).T)
        most, least = np.maximum.reduceat(apart, first), np.minimum.reduceat(apart, first)
        is_round = (least > 0) & (most - least <= _ROUND * most)
    places = [place for place, good in zip(closed, is_round) if good]
    return places, (origin + middle)[is_round], ((most + least) / 2)[is_round]


def _around(one: Array, other: Array, third: Array) -> Array:
    """Return the middle of the circle through three places each, (n, 2)."""
    doubled = 2 * (
        one[:, 0] * (other[:, 1] - third[:, 1])
        + other[:, 0] * (third[:, 1] - one[:, 1])
        + third[:, 0] * (one[:, 1] - other[:, 1])
    )
    a, b, c = ((each**2).sum(axis=1) for each in (one, other, third))
    x = a * (other[:, 1] - third[:, 1]) + b * (third[:, 1] - one[:, 1]) + c * (one[:, 1] - other[:, 1])
    y = a * (third[:, 0] - other[:, 0]) + b * (one[:, 0] - third[:, 0]) + c * (other[:, 0] - one[:, 0])
    return np.asarray(np.column_stack([x, y]) / doubled[:, None])


def _repeated(layers: Sequence[str], radius: Array) -> Array:
    """Return which circles have the radius of several on their layer."""
    counts: dict[tuple[str, str], int] = {}
    keys = [(layer, f"{one:.3g}") for layer, one in zip(layers, radius.tolist())]
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return np.array([counts[key] >= _REPEATED for key in keys], dtype=bool)


def _line_ends(entities: Sequence[DrawnEntity], middle: Array, radius: Array) -> tuple[Array, Array]:
    """Return in the middle of which circles a line ends, and at the rim of which."""
    ends = [
        entity.xyz[[0, -1], :2]
        for entity in entities
        if entity.kind == "line" and len(entity.xyz) > 1 and not is_closed(entity.xyz)
    ]
    if not ends:
        return np.zeros(len(radius), dtype=bool), np.zeros(len(radius), dtype=bool)
    places = np.concatenate(ends)
    near = np.maximum(_NEAR, _NEAR_SHARE * radius)[:, None]
    apart, _which = cKDTree(places).query(middle, k=list(range(1, min(_ENDS_AROUND, len(places)) + 1)))
    return (apart <= near).any(axis=1), (np.abs(apart - radius[:, None]) <= near).any(axis=1)


def _within_others(entities: Sequence[DrawnEntity], middle: Array, radius: Array, is_sign: Array) -> Array:
    """Return which signs are drawn around a point, or within a larger one around the same middle."""
    is_part = np.zeros(len(radius), dtype=bool)
    seen: set[tuple[float, float]] = set()
    for place in np.argsort(-radius, kind="stable").tolist():
        key = (round(float(middle[place, 0]), 2), round(float(middle[place, 1]), 2))
        is_part[place] = is_sign[place] and key in seen
        if is_sign[place]:
            seen.add(key)
    points = [entity.xyz[:1, :2] for entity in entities if entity.kind == "point" and len(entity.xyz)]
    if points:
        apart, _which = cKDTree(np.concatenate(points)).query(middle)
        is_part |= is_sign & (apart <= _NEAR)
    return is_part
