"""What lies on each sheet: the pieces of pipes, the nodes, and their sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas.sheets.sheets import SLIVER_M, Grid
from waternet_plugin.core.texts import listed, tr

# A node on a border belongs to the sheet north or east of it; where there is none, to the other one. The
# pieces that are too short to make a sheet reach so far over a border.
_BORDER_M = 2 * SLIVER_M


@dataclass(frozen=True)
class LeftOutPipes:
    """Pipes that the figures of sheets leave out: how many, and their length in m.

    Strays are on no sheet, connectors and removed pipes are not counted.
    """

    strays: int = 0
    strays_m: float = 0.0
    connectors: int = 0
    connectors_m: float = 0.0
    removed: int = 0
    removed_m: float = 0.0


def counted(pipes: pd.DataFrame) -> np.ndarray:
    """Return which pipes count: all but connectors, and those that were removed."""
    connector = (pipes["function"] == "connector").to_numpy(bool)
    removed = (pipes["status"] == "removed").to_numpy(bool)
    return ~connector & ~removed


def left_out_pipes(pipes: pd.DataFrame, strays: np.ndarray) -> LeftOutPipes:
    """Return what the figures leave out; ``strays`` marks the pipes that are on no sheet."""
    length = np.nan_to_num(pipes["length_m"].to_numpy(float))
    removed = (pipes["status"] == "removed").to_numpy(bool) & ~strays
    connectors = (pipes["function"] == "connector").to_numpy(bool) & ~strays & ~removed
    figures = [
        figure
        for which in (strays, connectors, removed)
        for figure in (int(which.sum()), length[which].sum())
    ]
    return LeftOutPipes(*figures)


def left_out_pipes_text(left_out: LeftOutPipes) -> str:
    """Return the sentence for pipes on sheets that are not counted, '' for none."""
    parts = []
    if left_out.connectors:
        text = tr("%n connector(s), {length} m", "", left_out.connectors)
        parts.append(text.format(length=f"{left_out.connectors_m:,.0f}"))
    if left_out.removed:
        text = tr("%n removed pipe(s), {length} m", "", left_out.removed)
        parts.append(text.format(length=f"{left_out.removed_m:,.0f}"))
    return tr("Not counted: {pipes}.").format(pipes=listed(parts)) if parts else ""


def _positions(row: np.ndarray, col: np.ndarray, index: pd.DataFrame) -> np.ndarray:
    """Return the position in the index of the sheet of each cell, -1 where it is none."""
    rows, columns = index["row"].to_numpy(np.int64), index["col"].to_numpy(np.int64)
    width = int(columns.max() - columns.min()) + 1
    keys = (rows - rows.min()) * width + columns - columns.min()
    order = np.argsort(keys)
    wanted = (row - rows.min()) * width + col - columns.min()
    at = np.minimum(np.searchsorted(keys[order], wanted), len(order) - 1)
    outside = (col < columns.min()) | (col > columns.max())
    return np.where((keys[order][at] == wanted) & ~outside, order[at], -1)


def grid_pieces(cells: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """Return the pieces of pipes that lie on sheets of a grid.

    Parameters
    ----------
    cells
        See `sheets.cut`.
    index
        The sheets.

    Returns
    -------
    Columns ``line``, ``sheet`` (position in the index) and ``share``.
    """
    sheet = _positions(cells["row"].to_numpy(), cells["col"].to_numpy(), index)
    pieces = pd.DataFrame({"line": cells["line"], "sheet": sheet, "share": cells["share"]})
    return pieces[sheet >= 0].reset_index(drop=True)


def polygon_pieces(geometry: np.ndarray, polygons: np.ndarray) -> pd.DataFrame:
    """Return the pieces of pipes that lie on sheets of any position, as `grid_pieces` does."""
    line, sheet = shapely.STRtree(polygons).query(geometry, predicate="intersects")
    length = shapely.length(geometry)[line]
    inside = shapely.length(shapely.intersection(geometry[line], polygons[sheet]))
    share = np.divide(inside, length, out=np.ones(len(line)), where=length > 0)
    is_kept = (inside >= np.minimum(length, SLIVER_M)) | (length == 0)
    pieces = pd.DataFrame({"line": line, "sheet": sheet, "share": share})[is_kept]
    return pieces.sort_values(["line", "sheet"], ignore_index=True)


def _nodes_of_grid(points: np.ndarray, grid: Grid, index: pd.DataFrame) -> np.ndarray:
    """Return the position of the sheet of each point, -1 for none."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    found = _positions(grid.rows_of(y), grid.columns_of(x), index)
    for west, south in ((_BORDER_M, 0.0), (0.0, _BORDER_M), (_BORDER_M, _BORDER_M)):
        lost = np.flatnonzero(found < 0)
        found[lost] = _positions(grid.rows_of(y[lost] - south), grid.columns_of(x[lost] - west), index)
    return found


def node_counts(points: np.ndarray, index: pd.DataFrame, grid: Grid | None) -> np.ndarray:
    """Return how many points lie on each sheet.

    Parameters
    ----------
    points
        Places of nodes; missing and empty ones are on no sheet.
    index
        The sheets.
    grid
        The grid they are of; None where they lie anywhere, also one over another.
    """
    points = np.asarray(points, dtype=object)
    points = points[~(shapely.is_missing(points) | shapely.is_empty(points))]
    if grid is not None:
        sheet = _nodes_of_grid(points, grid, index)
        sheet = sheet[sheet >= 0]
    else:
        sheet = shapely.STRtree(index["geom"].to_numpy()).query(points, predicate="intersects")[1]
    return np.bincount(sheet, minlength=len(index))


def with_figures(
    index: pd.DataFrame, pieces: pd.DataFrame, pipes: pd.DataFrame, nodes: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the index with what is on each sheet, and the pieces with their length.

    Parameters
    ----------
    index
        The sheets.
    pieces
        See `grid_pieces`.
    pipes
        The pipes, with ``function``, ``status`` and ``length_m``.
    nodes
        Nodes on each sheet, see `node_counts`.

    Returns
    -------
    The index with ``pipe_count``, ``node_count`` and ``length_m``; the pieces with ``length_m`` (the pipe's
    own length by its planar share; unknown counts 0) and ``is_counted``, see `counted`.
    """
    line, sheet = pieces["line"].to_numpy(), pieces["sheet"].to_numpy()
    length = np.nan_to_num(pipes["length_m"].to_numpy(float))[line] * pieces["share"].to_numpy()
    is_counted = counted(pipes)[line]
    sizes = {"minlength": len(index)}
    result = index.assign(
        pipe_count=np.bincount(sheet[is_counted], **sizes),
        node_count=nodes,
        length_m=np.bincount(sheet[is_counted], weights=length[is_counted], **sizes),
    )
    return result, pieces.assign(length_m=length, is_counted=is_counted)
