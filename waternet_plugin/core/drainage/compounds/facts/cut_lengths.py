"""Lengths of pipes cut at the boundaries of areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.surrounding_areas import sound_areas

# Less is rounding, as a share of a line.
_LEAST_SHARE = 1e-9


@dataclass(frozen=True)
class CutLines:
    """Which share of each line lies in which area.

    Parameters
    ----------
    line, area, share
        Pairs of a line and an area, as rows of both, and the share of the line's drawn length, above 0 to 1.
    rest
        What of each line lies in no area; None for nothing.
    """

    line: Array
    area: Array
    share: Array
    rest: Array


def cut_lines(lines: Array, shapes: Array, ids: Array, named: Array | None = None) -> CutLines:
    """Cut lines at the boundaries of areas; no stretch counts twice.

    Where areas overlap, a stretch counts in the one that its line names, else in the first by id. A line
    that names an area without a polygon, or that is itself not drawn, counts whole in the area it names.

    Parameters
    ----------
    lines
        Lines, None for unknown ones, (L,).
    shapes, ids
        Polygons, None for unknown ones, and ids of the areas.
    named
        Row of the area that each line names, -1 for none (L,); None where they name none.
    """
    named = np.full(len(lines), -1, dtype=np.int64) if named is None else named
    is_drawn = ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    whole = (named >= 0) & (~is_drawn | np.append(shapely.is_missing(shapes), False)[named])
    rows = np.flatnonzero(is_drawn & ~whole)
    drawn = np.flatnonzero(~shapely.is_missing(shapes))
    polygons = sound_areas(shapes[drawn])
    shapely.prepare(polygons)
    tree = shapely.STRtree(lines[rows])
    area, line = tree.query(polygons, predicate="intersects")
    covering, covered = tree.query(polygons, predicate="covers")
    many = np.int64(max(len(drawn), 1))
    is_covered = np.isin(line * many + area, covered * many + covering)
    alone = np.bincount(line, minlength=len(rows)) == 1
    simple = is_covered & alone[line]
    pieces = _cut_one_after_the_other(
        lines[rows], polygons, line[~simple], area[~simple], ids[drawn], drawn, named[rows]
    )
    rest = lines.copy()
    rest[~is_drawn | whole] = None
    rest[rows[line[simple]]] = None
    rest[rows[pieces.line]] = pieces.rest[pieces.line]
    at = np.flatnonzero(whole)
    return CutLines(
        np.concatenate([at, rows[line[simple]], rows[pieces.line]]),
        np.concatenate([named[at], drawn[area[simple]], drawn[pieces.area]]),
        np.concatenate([np.ones(len(at) + int(simple.sum())), pieces.share]),
        rest,
    )


def _cut_one_after_the_other(
    lines: Array, polygons: Array, line: Array, area: Array, ids: Array, drawn: Array, named: Array
) -> CutLines:
    """Cut lines that several areas or a boundary meet: each takes its piece of what earlier ones left."""
    order = np.lexsort((ids[area].astype(str), drawn[area] != named[line], line))
    line, area = line[order], area[order]
    first = np.searchsorted(line, line)
    turn = np.arange(len(line)) - first
    left, length_m = shapely.force_2d(lines), shapely.length(lines)
    share = np.zeros(len(line))
    for number in range(int(turn.max(initial=-1)) + 1):
        pairs = np.flatnonzero(turn == number)
        mine, shape = line[pairs], polygons[area[pairs]]
        piece_m = shapely.length(shapely.intersection(left[mine], shape))
        with np.errstate(invalid="ignore", divide="ignore"):
            # A line without length lies in the first area that meets it.
            share[pairs] = np.where(length_m[mine] > 0, piece_m / length_m[mine], float(number == 0))
        left[mine] = shapely.difference(left[mine], shape)
    there = share > _LEAST_SHARE
    left[shapely.is_empty(left)] = None
    return CutLines(line[there], area[there], share[there], left)
