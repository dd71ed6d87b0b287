"""The ground divided among the places where its water enters the drains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.divided_ground.beside_drains import beside
from waternet_plugin.core.drainage.divided_ground.cut_at_compounds import cut_at_compounds
from waternet_plugin.core.drainage.divided_ground.cut_beside import LEAST_M2
from waternet_plugin.core.drainage.divided_ground.shared_corners import with_shared_corners
from waternet_plugin.core.drainage.divided_ground.site_cells import drained_sites, site_cells
from waternet_plugin.core.network.analysis.drain_flow import drain_flow
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.row_groups import gather

STORMY = ("storm", "combined")
# A polygon with more vertices is cut in halves before many cells are laid over it.
_MOST_VERTICES = 400


@dataclass(frozen=True)
class DrainedParts:
    """Parts that cover the area once.

    Parameters
    ----------
    shape
        Polygons.
    vertex
        Where the water of each enters the drains.
    compound
        Row of the compound of each, or -1.
    pieces, part_of_piece
        The parts in pieces that share their corners with their neighbours, and of which part each is one: a
        compound in one part has a piece in each cell, other parts are one piece.
    is_overlaid
        Parts that overlays have made, and compounds: these may have threads, or corners in sides of others.
    area_m2
        Area of each, m2.
    """

    shape: Array
    vertex: Array
    compound: Array
    pieces: Array
    part_of_piece: Array
    is_overlaid: Array
    area_m2: Array

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.vertex)


def drained_parts(subject: NetworkFrame, area: shapely.Geometry | None = None) -> DrainedParts:
    """Return the parts of an area by where they drain.

    A compound whose storm and combined drains have one exit is one part. Elsewhere the cells of sites are the
    parts, cut at the edges of compounds: of each connected part of the drains its inlets, without any its
    manholes.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node and compound.
    area
        Polygon, in the network's coordinates, m; None: compounds and the setting
        ``drainage.roadside_m`` around storm and combined drains.
    """
    flow, reach_m = subject.once(drain_flow), subject.settings.real("drainage.roadside_m")
    rows = np.flatnonzero(np.logical_or.reduce([flow.of[system] for system in STORMY]))
    compounds, polygons = _compounds(subject)
    ground = None if area is None else shapely.make_valid(area)
    if ground is not None:
        polygons = _clipped(polygons, ground)
    exits = compound_exits(subject, STORMY)
    _, first, number = np.unique(exits.compound, return_index=True, return_counts=True)
    one_exit = np.full(len(subject.rows("compound")), -1, dtype=np.int64)
    one_exit[exits.compound[first[number == 1]]] = exits.vertex[first[number == 1]]
    single = one_exit[compounds] >= 0
    shapes, vertices, owners = [polygons[single]], [one_exit[compounds[single]]], [compounds[single]]
    pieces, part_of_piece = shapes[0], np.arange(len(shapes[0]))
    is_overlaid = np.ones(len(shapes[0]), dtype=bool)
    sites = drained_sites(subject, rows)
    if len(sites):
        lines = subject.pipes.geometry[rows]
        cells = site_cells(subject, sites, _frame(lines, polygons, reach_m) if ground is None else ground)
        sites = cells.site
        on_ground, whole = (
            beside(cells, subject.vertex_xy[sites], lines, reach_m)
            if ground is None
            else _cut(cells.polygon, ground)
        )
        cut = cut_at_compounds(cells.polygon, on_ground, whole, polygons)
        owner, cell = cut.polygon, cut.cell
        inside = ~single[owner]
        pieces, part_of_piece = cut.piece[~inside], (np.cumsum(single) - 1)[owner[~inside]]
        is_overlaid = np.concatenate([is_overlaid, cut.is_overlaid[inside], cut.rest_is_overlaid])
        shapes += [cut.piece[inside], cut.rest]
        vertices += [sites[cell[inside]], sites]
        owners += [compounds[owner[inside]], np.full(len(cells), -1)]
    shape, vertex, compound = (np.concatenate(each) for each in (shapes, vertices, owners))
    ones = np.arange(len(shapes[0]), len(shape))
    pieces, part_of_piece = np.append(pieces, shape[ones]), np.append(part_of_piece, ones)
    area_m2 = shapely.area(shape)
    there = area_m2 > LEAST_M2
    used = there[part_of_piece]
    return DrainedParts(
        shape[there],
        vertex[there].astype(np.int64),
        compound[there].astype(np.int64),
        pieces[used],
        (np.cumsum(there) - 1)[part_of_piece[used]],
        is_overlaid[there],
        area_m2[there],
    )


def _compounds(subject: NetworkFrame) -> tuple[Array, Array]:
    """Return the rows of compounds with polygons, and these, each without what an earlier one covers."""
    shapes = subject.rows("compound").geometry
    rows = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    polygons = shapely.make_valid(shapes[rows])
    one, two = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    for later in np.unique(one[one > two]).tolist():
        before = two[(one == later) & (two < later)]
        polygons[later] = shapely.difference(polygons[later], shapely.union_all(polygons[before]))
    beside_others = np.unique(one[one != two])
    polygons[beside_others] = with_shared_corners(polygons[beside_others])
    return rows, polygons


def _frame(lines: Array, polygons: Array, reach_m: float) -> Any:
    """Return the box of what is drained where no area is given."""
    roadsides = shapely.bounds(lines) + reach_m * np.array([-1, -1, 1, 1])
    west, south, east, north = np.concatenate([roadsides, shapely.bounds(polygons)]).T
    # Column by column, what is not drawn left out: along short rows NumPy is slow.
    return shapely.box(*map(np.fmin.reduce, (west, south)), *map(np.fmax.reduce, (east, north)))


def _clipped(polygons: Array, whole: Any) -> Array:
    shapely.prepare(whole)
    return np.where(shapely.covers(whole, polygons), polygons, shapely.intersection(polygons, whole))


def _cut(cells: Array, ground: Any) -> tuple[Array, Array]:
    """Return what of cells lies on a ground, and which cells are whole."""
    result, whole = np.full(len(cells), shapely.Polygon(), dtype=object), np.zeros(len(cells), dtype=bool)
    pieces = np.array(_halved(ground), dtype=object)
    if not len(pieces):
        return result, whole
    shapely.prepare(pieces)
    piece, cell = shapely.STRtree(cells).query(pieces, predicate="intersects")
    inside = shapely.covers(pieces[piece], cells[cell])
    cut = cells[cell]
    cut[~inside] = shapely.intersection(pieces[piece[~inside]], cells[cell[~inside]])
    wide = shapely.area(cut) > 0
    cut, cell = cut[wide], cell[wide]
    whole[cell[inside[wide]]] = True
    bounds, order = gather(cell, len(cells))
    many = np.diff(bounds)
    result[many > 0] = cut[order[bounds[:-1][many > 0]]]
    for number in np.flatnonzero(many > 1).tolist():
        result[number] = shapely.union_all(cut[order[bounds[number] : bounds[number + 1]]])
    return result, whole


def _halved(ground: Any) -> list[Any]:
    """Return a polygon in pieces of few vertices."""
    left, done = [ground], []
    while left:
        one = left.pop()
        if shapely.is_empty(one) or shapely.area(one) == 0:
            continue
        if shapely.get_num_coordinates(one) <= _MOST_VERTICES:
            done.append(one)
            continue
        west, south, east, north = shapely.bounds(one)
        if east - west > north - south:
            middle = (west + east) / 2
            boxes = ((west, south, middle, north), (middle, south, east, north))
        else:
            middle = (south + north) / 2
            boxes = ((west, south, east, middle), (west, middle, east, north))
        left += [shapely.intersection(one, shapely.box(*box)) for box in boxes]
    return done
