"""Pipes without an id of their own that the network has already: the same ends, length and system.

A drawing shows the pipes of another file once more, and next year's drawing those of this year. Of several
pipes between the same places as many are left out as the network has.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.line_parts import merge_parts
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.adoption.verdicts import SAME_ROW_THERE
from waternet_plugin.core.exchange.mapping.mapping import TAKE
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr

# Ends are the same within this distance, lengths within this part, or within the distance.
NEAR_M, _LENGTH = 0.5, 0.05

Box = tuple[float, float, float, float]
# Asked for a box in the network's CRS: pipe_id, system and geometry of the pipes there.
LinesThere = Callable[[Box], pd.DataFrame]


def no_lines(_box: Box) -> pd.DataFrame:
    """Return no pipes: the network has none."""
    nothing: pd.DataFrame = pd.DataFrame({"pipe_id": [], "system": [], GEOMETRY_COLUMN: []}, dtype=object)
    return nothing


def line_ends(shapes: Array) -> Array:
    """Return first and last vertex of lines, (n, 4); NaN for a row without a line."""
    places, owners = shapely.get_coordinates(shapes, return_index=True)
    found = np.full((len(shapes), 4), np.nan)
    if len(places):
        first = np.flatnonzero(np.r_[True, np.diff(owners) > 0])
        last = np.r_[first[1:] - 1, len(owners) - 1]
        found[owners[first]] = np.hstack([places[first], places[last]])
    return found


def judge_lines_there(read: RowsRead, lines: LinesThere) -> list[list[str]]:
    """Reject the pipes without an id that the network has already, and return of each row their ids there.

    Parameters
    ----------
    read
        The rows; their verdicts are changed.
    lines
        Tells the pipes of the network.
    """
    if read.table.name != "pipe" or read.mapping.repeats == TAKE:
        return []
    shapes = np.asarray(read.located.geometry, dtype=object)
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rows = np.flatnonzero(read.verdicts.wanted & pd.isna(read.given_ids) & placed)
    if not len(rows):
        return []
    low_x, low_y, high_x, high_y = (float(one) for one in shapely.total_bounds(shapes[rows]))
    there = lines((low_x - NEAR_M, low_y - NEAR_M, high_x + NEAR_M, high_y + NEAR_M))
    if not len(there):
        return []
    free = _Free(there)
    systems = _words(read.filled.columns.get("system", np.full(len(shapes), None, dtype=object)))
    several = read.located.several
    ids: list[list[str]] = []
    for row in rows.tolist():
        pieces = merge_parts(shapes[row]) if several[row] else [shapes[row]]
        found = free.take(pieces, systems[row])
        if not found:
            continue
        ids.append(found)
        read.verdicts.codes[row] = SAME_ROW_THERE
        read.verdicts.sentences[row] = tr(
            "The network has this line already, as {id}: both ends and the length are the same."
        ).format(id=found[0])
    return ids


def lines_there_notes(count: int, rows_in: int) -> list[str]:
    """Return what to say of lines that were left out since the network has them."""
    if not count:
        return []
    text = tr(
        "{n} of {rows} are there already: their ends and lengths are those of pipes of the network. To add "
        "them all the same, set “repeats” to “take” in the mapping."
    )
    return [text.format(n=f"{count:,}", rows=f"{rows_in:,}")]


def _words(column: Array) -> list[str]:
    """Return codes as texts, '' for unknown."""
    found: list[str] = pd.Series(column, dtype=object).fillna("").astype(str).tolist()
    return found


class _Free:
    """The pipes of a network that no row of the file was found to be yet."""

    def __init__(self, there: pd.DataFrame) -> None:
        shapes = np.array(there[GEOMETRY_COLUMN].to_numpy(), dtype=object)
        ends = line_ends(shapes)
        rows = np.flatnonzero(np.isfinite(ends).all(axis=1))
        self._ids = there["pipe_id"].to_numpy(dtype=object)[rows]
        self._systems = _words(there["system"].to_numpy(dtype=object)[rows])
        self._lengths = shapely.length(shapes[rows])
        self._is_free = np.ones(len(rows), dtype=bool)
        # A line drawn the other way is the same line.
        self._ends = np.vstack([ends[rows], ends[rows][:, [2, 3, 0, 1]]])
        self._tree = cKDTree(self._ends) if len(rows) else None

    def take(self, pieces: list[shapely.LineString], system: str) -> list[str]:
        """Return the ids of the pipes that a row's pieces are, which no other row gets; none for new."""
        found: list[int] = []
        for piece in pieces:
            place = self._nearest(piece, system)
            if place is None:
                self._is_free[found] = True
                return []
            self._is_free[place] = False
            found.append(place)
        return [str(self._ids[place]) for place in found]

    def _nearest(self, piece: shapely.LineString, system: str) -> int | None:
        ends = line_ends(np.array([piece], dtype=object))[0]
        if self._tree is None or not np.isfinite(ends).all():
            return None
        length = piece.length
        many = len(self._ids)
        best: tuple[float, int] | None = None
        for place in self._tree.query_ball_point(ends, NEAR_M, p=np.inf):
            pipe = place % many
            theirs = self._systems[pipe]
            is_other = bool(system and theirs) and system != theirs
            off = abs(self._lengths[pipe] - length)
            if is_other or not self._is_free[pipe] or off > max(NEAR_M, _LENGTH * length):
                continue
            apart = float(np.abs(self._ends[place] - ends).max())
            best = min(best, (apart, pipe)) if best is not None else (apart, pipe)
        return None if best is None else best[1]
