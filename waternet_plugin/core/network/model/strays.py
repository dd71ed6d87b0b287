"""Which rows lie far from all others, and the extent of the network without them.

One pipe with a mistyped coordinate would shrink a town to a dot on every map, so each view of the whole
network (zoom, preview, overview, index of sheets) shows the bulk: all rows but the strays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings

Box = tuple[float, float, float, float]

# Rows are neighbours when chains of rows with gaps of about this part of the least distance join them.
_GAP_SHARE = 0.4
# Farther than so many times the least distance not even a town of its own is believed, up to this share.
_VERY_FAR, _VERY_FAR_SHARE = 10.0, 0.25
# A group is far only beyond so many diagonals of what it is far from: counties are wide.
_DIAGONALS = 3.0
# Up to so many rows may stray from few others, one for each five.
_FEW, _ROWS_FOR_ONE = 3, 5
# Beyond this no coordinate of a plane lies, in metres; cells are numbered below it.
_EDGE_M = 1e10


@dataclass(frozen=True)
class Strays:
    """The rows that lie far from the bulk.

    ``rows`` marks them; ``distance_m`` is how far a row reaches from the box of the bulk, in metres, NaN
    without a place; ``bulk`` is the box of all other rows, None where no row has a place.
    """

    rows: Array
    distance_m: Array
    bulk: Box | None

    @property
    def count(self) -> int:
        """How many rows stray."""
        return int(self.rows.sum())


def _joined(boxes: Array) -> Box:
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _reach(boxes: Array, box: Box) -> Array:
    """Return how far boxes reach from a box, in metres."""
    x = np.maximum(np.maximum(box[0] - boxes[:, 0], boxes[:, 2] - box[2]), 0.0)
    y = np.maximum(np.maximum(box[1] - boxes[:, 1], boxes[:, 3] - box[3]), 0.0)
    return np.asarray(np.hypot(x, y))


def _groups(boxes: Array, gap_m: float) -> Array:
    """Return the group of each box: those whose middles are joined by chains without a wide gap."""
    middle = np.clip((boxes[:, :2] + boxes[:, 2:]) / 2, -_EDGE_M, _EDGE_M)
    cell = np.floor(middle / gap_m).astype(np.int64)
    # Two numbers in one sort faster than pairs.
    span = np.int64(4 * _EDGE_M / gap_m)
    cells, at = np.unique(cell[:, 0] * span + cell[:, 1], return_inverse=True)
    first = np.zeros(len(cells), dtype=np.int64)
    first[at] = np.arange(len(at))
    pairs = cKDTree(cell[first]).query_pairs(1.5, output_type="ndarray")
    size = len(cells)
    links = sparse.coo_matrix((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    return np.asarray(csgraph.connected_components(links, directed=False)[1])[at]


def _most_that_stray(count: int, share: float) -> float:
    """Return how many of some rows may stray together."""
    return max(share * count, float(min(_FEW, count // _ROWS_FOR_ONE)))


def find_strays(boxes: Array, settings: Settings | None = None) -> Strays:
    """Find the rows that lie far from all others.

    Rows are grouped by the gaps between them. The largest group is the bulk; another one belongs to it
    unless it holds few rows (`network.stray_share`) and lies beyond `network.stray_distance_m` and beyond
    three diagonals of the bulk. Two towns are never strays of each other; one row of five or more may be.
    More than a quarter of the rows never stray.

    Parameters
    ----------
    boxes
        West, south, east and north of each row, (rows, 4), m in a plane; NaN without a place.
    """
    settings = Settings() if settings is None else settings
    least_m = settings.real("network.stray_distance_m")
    boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)
    strays = np.zeros(len(boxes), dtype=bool)
    distance = np.full(len(boxes), np.nan)
    with_box = np.flatnonzero(np.isfinite(boxes).all(axis=1))
    if not len(with_box):
        return Strays(strays, distance, None)
    placed = boxes[with_box]
    joined_box = _joined(placed)
    if max(joined_box[2] - joined_box[0], joined_box[3] - joined_box[1]) <= least_m:
        distance[with_box] = 0.0
        return Strays(strays, distance, joined_box)
    group = _groups(placed, _GAP_SHARE * least_m)
    bulk, limit_m = _main_groups(placed, group, least_m, settings.real("network.stray_share"))
    reach = _reach(placed, bulk)
    far = reach > limit_m
    # Many groups that are each few are villages, not mistakes.
    if far.sum() > max(_most_that_stray(len(far), 0.0), _VERY_FAR_SHARE * len(far)):
        far[:] = False
    strays[with_box] = far
    # Rows of small groups nearby belong to the bulk too.
    distance[with_box] = _reach(placed, _joined(placed[~far]))
    return Strays(strays, distance, _joined(placed[~far]))


def _main_groups(boxes: Array, group: Array, least_m: float, share: float) -> tuple[Box, float]:
    """Return the box of the groups too large to stray, and how far rows reach from it that stray."""
    sizes = np.bincount(group)
    few = _most_that_stray(len(boxes), share)
    # Ties are settled by place, not by the order of rows.
    west = np.full(len(sizes), np.inf)
    np.minimum.at(west, group, boxes[:, 0])
    order = np.lexsort((west, -sizes))
    bulk = _joined(boxes[group == order[0]])
    for number in order[1:].tolist():
        if sizes[number] <= few:
            break
        members = boxes[group == number]
        apart = float(_reach(members, bulk).min())
        if apart > _limit(bulk, least_m, _VERY_FAR) and sizes[number] <= _VERY_FAR_SHARE * len(boxes):
            continue
        bulk = _joined(np.vstack([members, bulk]))
    return bulk, _limit(bulk, least_m, 1.0)


def _limit(bulk: Box, least_m: float, times: float) -> float:
    diagonal = float(np.hypot(bulk[2] - bulk[0], bulk[3] - bulk[1]))
    return max(times * least_m, _DIAGONALS * diagonal)


def bulk_box(boxes: Array, settings: Settings | None = None) -> Box | None:
    """Return the extent of the network for every view of the whole of it: the box of all rows but strays.

    Parameters
    ----------
    boxes
        West, south, east and north of each row, (rows, 4), m in a plane; NaN without a place.

    Returns
    -------
    West, south, east, north, m; None where no row has a place.
    """
    return find_strays(boxes, settings).bulk
