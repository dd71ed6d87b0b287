"""Cut a network into map sheets of a fixed scale that keep their numbers when the network grows.

The grid of sheets is anchored at the origin of the CRS: a sheet covers whole multiples of its own size, so
new pipes add sheets and never move one. Sheets are half open: what lies on a common border belongs to the
sheet north or east of it. Pipes are cut at the borders segment by segment in arrays, so that the pieces of a
pipe add up to the pipe and the sheets to the network.

A sheet is numbered as the trade numbers the sheets of large scales: south-west corner in kilometres,
north-east (X-Y of a Chinese survey), cut off to the decimals of its scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import steps
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.strays import find_strays
from waternet_plugin.core.texts import tr

# Steps from a sheet to its neighbours (rows count northwards), in the order of the column `neighbours`.
DIRECTIONS = ((1, -1), (1, 0), (1, 1), (0, -1), (0, 1), (-1, -1), (-1, 0), (-1, 1))
NEIGHBOUR_SEPARATOR = ";"


# A coordinate that is meant to lie on a border may miss it by its last binary digits.
_GUARD = 1e-9
# So many lines are taken apart in some 10 ms.
_LINES = 20_000

# What reaches less than this far into a sheet is nothing on paper, unless the pipe is nowhere longer, in m.
SLIVER_M = 0.001


@dataclass(frozen=True)
class Grid:
    """The sheets of one size over the whole plane.

    ``width_m`` and ``height_m`` are the ground covered by a sheet, ``decimals`` those of its number in km,
    ``zone_offset_m`` the zone that some Gauss-Kruger systems write before the easting; it is left out of
    grid and number.
    """

    width_m: float
    height_m: float
    decimals: int
    zone_offset_m: float = 0.0

    def columns_of(self, x: np.ndarray) -> np.ndarray:
        """Return the column of each easting."""
        return np.floor((x - self.zone_offset_m) / self.width_m + _GUARD).astype(np.int64)

    def rows_of(self, y: np.ndarray) -> np.ndarray:
        """Return the row of each northing."""
        return np.floor(y / self.height_m + _GUARD).astype(np.int64)

    def number(self, row: int, col: int) -> str:
        """Return the number of one sheet."""
        north, east = (
            np.floor(size * index / 1000.0 * 10**self.decimals + _GUARD) / 10**self.decimals
            for size, index in ((self.height_m, row), (self.width_m, col))
        )
        return f"{north:.{self.decimals}f}-{east:.{self.decimals}f}"

    def bounds(self, row: int, col: int) -> tuple[float, float, float, float]:
        """Return xmin, ymin, xmax, ymax of one sheet."""
        west = self.zone_offset_m + col * self.width_m
        south = row * self.height_m
        return west, south, west + self.width_m, south + self.height_m


def grid_of(frame_mm: tuple[float, float], scale: float, *, zone_offset_m: float = 0.0) -> Grid:
    """Return the grid of a frame (width, height in mm) at a scale's denominator.

    The number has two decimals up to 1:500, one up to 1:2000 and none beyond, and more only where a frame is
    so small that two sheets would get the same number.
    """
    width, height = (side * scale / 1000.0 for side in frame_mm)
    decimals = 2 if scale <= 500 else 1 if scale <= 2000 else 0
    while 1000.0 / 10**decimals > min(width, height):
        decimals += 1
    return Grid(width, height, decimals, zone_offset_m)


def zone_offset(false_easting_m: float) -> float:
    """Return what a CRS writes before its eastings as number of the zone, in m (38 000 000 or 0)."""
    zone, rest = divmod(false_easting_m, 1_000_000)
    return zone * 1_000_000.0 if rest == 500_000 and 13 <= zone <= 45 else 0.0


def _segments(geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return start, end (n x 2) and line number of every segment; a lone point is a segment of no length.

    Line by line; some at a time, for no other thread of Python runs while shapely takes lines apart.
    """
    pieces = [
        _segments_from(geometry[begin : begin + _LINES], begin) for begin in range(0, len(geometry), _LINES)
    ]
    start, end, line = zip(*pieces) if pieces else zip(_segments_from(geometry, 0))
    return np.concatenate(start), np.concatenate(end), np.concatenate(line)


def _segments_from(geometry: np.ndarray, begin: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the segments of lines of which the first has a number."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    owner = owner + begin
    xy, part = shapely.get_coordinates(parts, return_index=True)
    joined = part[1:] == part[:-1]
    start, end, line = xy[:-1][joined], xy[1:][joined], owner[part[:-1][joined]]
    lonely = np.flatnonzero(np.bincount(part, minlength=len(parts)) == 1)
    if len(lonely):
        points = xy[np.isin(part, lonely)]
        start, end = np.vstack([start, points]), np.vstack([end, points])
        line = np.concatenate([line, owner[lonely]])
    return start, end, line


def _crossings(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return segment and index of every grid line between two indexes of cells."""
    count = np.abs(high - low)
    segment = np.repeat(np.arange(len(low)), count)
    return segment, np.minimum(low, high)[segment] + 1 + steps(count)


def _split(start: np.ndarray, end: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut segments at the grid lines; return segment, middle and share of its length of each piece."""
    rise = end - start
    cuts_segment = [np.arange(len(start)), np.arange(len(start))]
    cuts_at = [np.zeros(len(start)), np.ones(len(start))]
    sizes = (
        (0, grid.columns_of, grid.width_m, grid.zone_offset_m),
        (1, grid.rows_of, grid.height_m, 0.0),
    )
    for axis, index_of, size, offset in sizes:
        segment, line = _crossings(index_of(start[:, axis]), index_of(end[:, axis]))
        at = (line * size + offset - start[segment, axis]) / rise[segment, axis]
        cuts_segment.append(segment)
        cuts_at.append(np.clip(at, 0.0, 1.0))
    segment, at = np.concatenate(cuts_segment), np.concatenate(cuts_at)
    order = np.lexsort((at, segment))
    segment, at = segment[order], at[order]
    same = segment[1:] == segment[:-1]
    segment, share = segment[:-1][same], (at[1:] - at[:-1])[same]
    middle = start[segment] + rise[segment] * ((at[1:] + at[:-1])[same] / 2.0)[:, None]
    return segment, middle, share


def cut(geometry: np.ndarray, grid: Grid) -> pd.DataFrame:
    """Return which share of each line lies on which sheet.

    Parameters
    ----------
    geometry
        Lines (or points); missing and empty ones give no row.
    grid
        The sheets.

    Returns
    -------
    Columns ``line`` (position in ``geometry``), ``row``, ``col`` and ``share`` (of the line's planar length,
    0 to 1; the shares of a line add up to 1). Sorted by line, row and column.
    """
    # A frame may lend its column for reading only, which shapely does not take.
    geometry = np.array(geometry, dtype=object)
    start, end, line = _segments(geometry)
    length_m = np.hypot(*(end - start).T)
    row, col = grid.rows_of(start[:, 1]), grid.columns_of(start[:, 0])
    inside = (row == grid.rows_of(end[:, 1])) & (col == grid.columns_of(end[:, 0]))

    crossing = np.flatnonzero(~inside)
    segment, middle, share = _split(start[crossing], end[crossing], grid)
    origin = crossing[segment]
    real = share * length_m[origin] > 0
    pieces = pd.DataFrame(
        {
            "line": np.concatenate([line[inside], line[origin][real]]),
            "row": np.concatenate([row[inside], grid.rows_of(middle[real, 1])]),
            "col": np.concatenate([col[inside], grid.columns_of(middle[real, 0])]),
            "share": np.concatenate([length_m[inside], (share * length_m[origin])[real]]),
        }
    )
    totals = np.bincount(line, weights=length_m, minlength=len(geometry))
    # A line without length lies with all of itself where it lies.
    pieces.loc[totals[pieces["line"]] == 0, "share"] = 1.0
    pieces = pieces.groupby(["line", "row", "col"], as_index=False)["share"].sum()
    longest = pieces.groupby("line")["share"].transform("max")
    pieces = pieces[pieces["share"] >= np.minimum(longest, SLIVER_M)].reset_index(drop=True)
    pieces["share"] /= pieces.groupby("line")["share"].transform("sum")
    return pieces


def within(geometry: np.ndarray, area: shapely.Geometry) -> np.ndarray:
    """Return the lines cut down to an area; those outside become empty."""
    shapely.prepare(area)
    result = np.asarray(geometry, dtype=object).copy()
    touched = shapely.intersects(area, result)
    result[~touched] = None
    partly = np.flatnonzero(touched & ~shapely.contains_properly(area, result))
    clipped = shapely.intersection(result[partly], area)
    # A pipe that only touches the area's border from outside leaves a point, which is no reason for a sheet;
    # a pipe without length is a point itself.
    keep = (shapely.length(clipped) > 0) | (shapely.length(result[partly]) == 0)
    result[partly] = np.where(keep, clipped, None)
    return result


def _cells(pieces: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that pieces lie in, north-west first."""
    cells = pieces[["row", "col"]].drop_duplicates()
    return cells.sort_values(["row", "col"], ascending=[False, True], ignore_index=True)


def _described(cells: pd.DataFrame, known: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Return the sheets of cells: number, row, column, neighbours among the known cells, and polygon."""
    pairs = list(zip(cells["row"].tolist(), cells["col"].tolist()))
    numbers = {pair: grid.number(*pair) for pair in zip(known["row"].tolist(), known["col"].tolist())}
    return pd.DataFrame(
        {
            "sheet_no": pd.Series([numbers[pair] for pair in pairs], dtype=object),
            "row": cells["row"].to_numpy(np.int64),
            "col": cells["col"].to_numpy(np.int64),
            "neighbours": pd.Series(
                [
                    NEIGHBOUR_SEPARATOR.join(
                        numbers.get((row + up, col + right), "") for up, right in DIRECTIONS
                    )
                    for row, col in pairs
                ],
                dtype=object,
            ),
            "geom": pd.Series([shapely.box(*grid.bounds(*pair)) for pair in pairs], dtype=object),
        }
    )


def strays_of(geometry: np.ndarray) -> np.ndarray:
    """Return which pipes lie so far from all others that only an area that holds them gives them a sheet."""
    return np.asarray(find_strays(shapely.bounds(np.asarray(geometry, dtype=object))).rows)


def left_out_text(count: int) -> str:
    """Return the sentence for pipes that are on no sheet, '' for none."""
    if not count:
        return ""
    return tr(
        "On no sheet, since far from all others: %n pipe(s). Choose an area that contains them to print "
        "them.",
        "",
        count,
    )


def no_sheet(area: shapely.Geometry | None) -> InputError:
    """Return what is wrong where there is no sheet to print."""
    if area is None:
        return InputError(tr("The network has no pipes, so there is nothing to print. Adopt pipes first."))
    return InputError(
        tr(
            "There are no pipes in the area, so there is no sheet to print. Choose another area, or "
            "none for all pipes."
        )
    )


def grid_index(
    geometry: np.ndarray, grid: Grid, pieces: pd.DataFrame, area: shapely.Geometry | None = None
) -> pd.DataFrame:
    """Return the sheets of a grid on which pipes lie, from north-west to south-east.

    Parameters
    ----------
    geometry
        The pipes, None for those that make no sheet.
    grid
        The sheets, see `grid_of`.
    pieces
        The pipes cut at the grid, see `cut`.
    area
        Only sheets on which a pipe lies inside this polygon, or that this line or point lies on; None for
        all.

    Returns
    -------
    Columns ``sheet_no``, ``row`` and ``col`` (counted from the origin of the CRS, north- and eastwards),
    ``neighbours`` (numbers of the sheets north-west, north, north-east, west, east, south-west, south,
    south-east, chosen or not; empty where the pipes have no sheet) and ``geom``.

    Raises
    ------
    InputError
        When there is no pipe, or none in the area.
    """
    known = cells = _cells(pieces)
    if area is not None and shapely.get_dimensions(area) == 2:
        cells = _cells(cut(within(geometry, area), grid)).merge(known, on=["row", "col"])
    elif area is not None:
        wanted = cut(np.array([area], dtype=object), grid)[["row", "col"]]
        cells = known.merge(wanted.drop_duplicates(), on=["row", "col"])
    if cells.empty:
        raise no_sheet(area)
    return _described(cells, known, grid)
