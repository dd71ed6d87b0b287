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
    """

    line: Array
    area: Array
    share: Array


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
    at = np.flatnonzero(whole)
    return CutLines(
        np.concatenate([at, rows[line[simple]], rows[pieces.line]]),
        np.concatenate([named[at], drawn[area[simple]], drawn[pieces.area]]),
        np.concatenate([np.ones(len(at) + int(simple.sum())), pieces.share]),
    )


def cut_rest(lines: Array, cut: CutLines, shapes: Array, others: Array, ids: Array) -> CutLines:
    """Cut what other areas left of lines at the boundaries of these; shares are of the whole lines.

    Parameters
    ----------
    lines
        Lines, None for unknown ones, (L,).
    cut, shapes
        What the other areas took, and their polygons.
    others, ids
        Polygons and ids of these areas.
    """
    left = 1.0 - np.bincount(cut.line, cut.share, minlength=len(lines))
    rows = np.flatnonzero((left > _LEAST_SHARE) & ~shapely.is_missing(lines) & ~shapely.is_empty(lines))
    drawn = np.flatnonzero(~shapely.is_missing(others))
    polygons = sound_areas(others[drawn])
    shapely.prepare(polygons)
    tree = shapely.STRtree(lines[rows])
    _meeting, line = tree.query(polygons, predicate="intersects")
    covering, covered = tree.query(polygons, predicate="covers")
    many = np.bincount(line, minlength=len(rows))
    alone = many[covered] == 1
    # Where one area covers the whole line it has all that is left of it; the shape of that is not needed.
    simple = covered[alone]
    is_simple = np.zeros(len(rows), dtype=bool)
    is_simple[simple] = True
    hard = np.flatnonzero(~is_simple & (many > 0))
    sound = sound_areas(shapes)
    remaining = shapely.force_2d(lines[rows[hard]])
    taken = np.isin(cut.line, rows[hard])
    position = np.full(len(lines), -1, dtype=np.int64)
    position[rows[hard]] = np.arange(len(hard))
    for one, other in zip(position[cut.line[taken]].tolist(), cut.area[taken].tolist()):
        remaining[one] = shapely.difference(remaining[one], sound[other])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.nan_to_num(shapely.length(remaining) / shapely.length(lines[rows[hard]]))
    pieces = cut_lines(remaining, others, ids)
    return CutLines(
        np.concatenate([rows[simple], rows[hard[pieces.line]]]),
        np.concatenate([drawn[covering[alone]], pieces.area]),
        np.concatenate([left[rows[simple]], shares[pieces.line] * pieces.share]),
    )


def _cut_one_after_the_other(
    lines: Array, polygons: Array, line: Array, area: Array, ids: Array, drawn: Array, named: Array
) -> CutLines:
    """Cut lines that several areas or a boundary meet: each takes its piece of what earlier ones left."""
    order = np.lexsort((ids[area].astype(str), drawn[area] != named[line], line))
    line, area = line[order], area[order]
    first = np.searchsorted(line, line)
    turn = np.arange(len(line)) - first
    left, length_m, cut = lines.copy(), shapely.length(lines), np.unique(line)
    left[cut] = shapely.force_2d(lines[cut])
    share = np.zeros(len(line))
    last = int(turn.max(initial=-1))
    for number in range(last + 1):
        pairs = np.flatnonzero(turn == number)
        line_rows, shape = line[pairs], polygons[area[pairs]]
        piece_m = shapely.length(shapely.intersection(left[line_rows], shape))
        with np.errstate(invalid="ignore", divide="ignore"):
            # A line without length lies in the first area that meets it.
            share[pairs] = np.where(
                length_m[line_rows] > 0, piece_m / length_m[line_rows], float(number == 0)
            )
        if number < last:
            # Only lines that a later area meets are cut.
            more = np.isin(line_rows, line[turn > number])
            left[line_rows[more]] = shapely.difference(left[line_rows[more]], shape[more])
    there = share > _LEAST_SHARE
    return CutLines(line[there], area[there], share[there])
