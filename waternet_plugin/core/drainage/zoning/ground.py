"""The ground that zones are made of: catchments that stay together, and which of them are neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.catchments import DRY, WET
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.row_groups import gather, labels
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr

CATCHMENT_NAMES = ("outfall_id", "weather")
# How far apart edges that are one may lie, m.
EDGE_APART_M = 0.5
M2_PER_KM2 = 1e6
# Less is rounding.
_LEAST_M2 = 1.0
# No boundary around it.
NO_DISTRICT = -1


@dataclass(frozen=True)
class ZoneGround:
    """Pieces of ground, each of one or several catchments.

    Parameters
    ----------
    shape
        Polygon of each piece, in m.
    outfalls
        Ids of the outfalls of each piece, sorted.
    district
        Row of the boundary in which most of each piece lies, NO_DISTRICT for none.
    area_km2, edge_m
        Area and length of the outline of each piece.
    one, other, shared_m
        Pieces that share an edge, each pair once, and its length, m.
    least_edge_m
        With a shorter edge pieces only touch and are not neighbours, m.
    together
        Catchments that share ground with another one.
    """

    shape: Array
    outfalls: tuple[tuple[str, ...], ...]
    district: Array
    area_km2: Array
    edge_m: Array
    one: Array
    other: Array
    shared_m: Array
    least_edge_m: float
    together: int

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.shape)


def zone_ground(
    catchments: pd.DataFrame, boundaries: Array | None = None, *, settings: Settings
) -> ZoneGround:
    """Return the ground of catchments: their wet rows, without any their dry ones.

    Catchments that share ground stay together: water there reaches both outfalls. Of a smaller share it is
    drawn twice.

    Parameters
    ----------
    catchments
        outfall_id, weather and polygons in ``geom``, in m.
    boundaries
        Polygons whose edges no zone crosses; a piece belongs to the one in which most of it lies.
    settings
        From which edge catchments are neighbours, and which share of ground keeps them together.

    Raises
    ------
    InputError
        When columns are missing or there are no polygons.
    """
    lacking = [name for name in CATCHMENT_NAMES if name not in catchments.columns]
    if lacking:
        raise InputError(
            tr(
                "CATCHMENTS has no column {names}. Give the catchments that “Catchments of outfalls” wrote."
            ).format(names=listed(lacking))
        )
    ids, shape = _catchments(catchments)
    if not len(ids):
        raise InputError(tr("CATCHMENTS has no polygons. Give the catchments of outfalls."))
    if boundaries is not None:
        boundaries = _polygons(boundaries)
        if not len(boundaries):
            raise InputError(tr("BOUNDARIES has no polygons. Give the areas of street offices, or nothing."))
    count, piece = _together(shape, settings.real("drainage.shared_ground_share"))
    bounds, rows = gather(piece, count)
    members = [rows[bounds[number] : bounds[number + 1]] for number in range(count)]
    joined = np.array([shapely.union_all(shape[one]) for one in members], dtype=object)
    joined = _apart(joined)
    one, other, shared = _edges(joined)
    return ZoneGround(
        joined,
        tuple(tuple(sorted(ids[mine].tolist())) for mine in members),
        _districts(joined, boundaries),
        shapely.area(joined) / M2_PER_KM2,
        shapely.length(joined),
        one,
        other,
        shared,
        settings.real("drainage.zone_edge_m"),
        int(sum(len(mine) for mine in members if len(mine) > 1)),
    )


def _polygons(shapes: Array) -> Array:
    shapes = shapely.make_valid(shapely.force_2d(shapes[~shapely.is_missing(shapes)]))
    wide: Array = shapes[shapely.area(shapes) > 0]
    return wide


def _catchments(frame: pd.DataFrame) -> tuple[Array, Array]:
    """Return the ids of outfalls and the polygon of each."""
    shape = frame["geom"].to_numpy(dtype=object)
    drawn = ~shapely.is_missing(shape) & frame["outfall_id"].notna().to_numpy(dtype=bool)
    frame, shape = frame[drawn], shapely.make_valid(shapely.force_2d(shape[drawn]))
    weather = frame["weather"].to_numpy(dtype=object)
    chosen = weather == (WET if (weather == WET).any() else DRY)
    chosen &= shapely.area(shape) > 0
    names, number = np.unique(
        frame["outfall_id"].to_numpy(dtype=object)[chosen].astype(str), return_inverse=True
    )
    bounds, rows = gather(number, len(names))
    shape = shape[chosen]
    joined = [shapely.union_all(shape[rows[bounds[one] : bounds[one + 1]]]) for one in range(len(names))]
    return names, np.array(joined, dtype=object)


def _pairs(shape: Array, distance_m: float = 0.0) -> tuple[Array, Array]:
    """Return the pairs of shapes whose boxes meet, each once."""
    around = shapely.box(*shapely.bounds(shape).T) if len(shape) else shape
    one, other = shapely.STRtree(around).query(shapely.buffer(around, distance_m))
    return one[one < other], other[one < other]


def _together(shape: Array, share: float) -> tuple[int, Array]:
    one, other = _pairs(shape)
    lapping = shapely.area(shapely.intersection(shape[one], shape[other]))
    least = np.minimum(shapely.area(shape[one]), shapely.area(shape[other]))
    stay = lapping > share * least
    return labels(len(shape), one[stay], other[stay])


def _apart(shape: Array) -> Array:
    """Return shapes without what earlier ones cover."""
    one, other = _pairs(shape)
    laps = shapely.area(shapely.intersection(shape[one], shape[other])) > _LEAST_M2
    for earlier, later in zip(one[laps].tolist(), other[laps].tolist()):
        shape[later] = shapely.difference(shape[later], shape[earlier])
    return shape


def _edges(shape: Array) -> tuple[Array, Array, Array]:
    """Return pairs of shapes with the length of edge that they share, m."""
    one, other = _pairs(shape, EDGE_APART_M)
    wide = shapely.buffer(shape, EDGE_APART_M, quad_segs=2)
    along = shapely.line_merge(shapely.intersection(shapely.boundary(shape[one]), wide[other]))
    # Each stretch reaches that far beyond both its ends.
    stretches = shapely.get_num_geometries(along)
    shared = shapely.length(along) - 2 * EDGE_APART_M * stretches
    there = shared > EDGE_APART_M
    return one[there], other[there], shared[there]


def _districts(shape: Array, boundaries: Array | None) -> Array:
    district = np.full(len(shape), NO_DISTRICT, dtype=np.int64)
    if boundaries is None:
        return district
    row, area = shapely.STRtree(boundaries).query(shape, predicate="intersects")
    inside = shapely.area(shapely.intersection(shape[row], boundaries[area]))
    row, area, inside = row[inside > 0], area[inside > 0], inside[inside > 0]
    # The first of two that hold as much.
    order = np.lexsort((-area, inside))
    district[row[order]] = area[order]
    return district
