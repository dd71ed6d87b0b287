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
from waternet_plugin.core.drainage.divided_ground.cut_beside import LEAST_M2, ROADSIDE_M
from waternet_plugin.core.drainage.divided_ground.site_cells import drained_sites, site_cells
from waternet_plugin.core.network.model.row_groups import gather
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.drain_flow import drain_flow

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
    cell
        The cell of which each is a piece, or -1.
    cells
        Cells; neighbours share their corners exactly.
    whole
        Cells of which every piece is a part, or of a compound that is one part.
    over
        Parts that are compounds, and the cells that each may meet, (pairs, 2), by part.
    is_cell
        Which parts are cells as they are.
    area_m2
        Area of each, m2.
    """

    shape: Array
    vertex: Array
    compound: Array
    cell: Array
    cells: Array
    whole: Array
    over: Array
    is_cell: Array
    area_m2: Array

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.vertex)


def drained_parts(subject: CheckContext, area: shapely.Geometry | None = None) -> DrainedParts:
    """Return the parts of an area by where they drain.

    A compound whose storm and combined drains have one exit is one part. Elsewhere the cells of sites are the
    parts, cut at the edges of compounds: of each connected part of the drains its inlets, without any its
    manholes.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node and compound.
    area
        Polygon, in the network's coordinates, m; None: compounds and 50 m around storm and combined drains.
    """
    flow = subject.once(drain_flow)
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
    numbers, plain = [np.full(int(single.sum()), -1)], np.empty(0, dtype=bool)
    cells, whole, over = np.empty(0, dtype=object), np.empty(0, dtype=bool), np.empty((0, 2), dtype=np.int64)
    sites = drained_sites(subject, rows)
    if len(sites):
        lines = subject.pipes.geometry[rows]
        cells, sites = site_cells(subject, sites, _frame(lines, polygons) if ground is None else ground)
        if ground is None:
            on_ground, whole = beside(cells, subject.vertex_xy[sites], lines)
        else:
            on_ground, whole = _cut(cells, ground)
        cut = cut_at_compounds(cells, on_ground, whole, polygons, ~single)
        owner, cell = cut.polygon, cut.cell
        plain = whole.copy()
        plain[cell] = False
        inside = ~single[owner]
        over = np.column_stack([np.cumsum(single)[owner[~inside]] - 1, cell[~inside]])
        plain = np.append(cut.swallowed[inside], plain)
        shapes += [cut.piece[inside], cut.rest]
        every = np.arange(len(cells))
        numbers += [cell[inside], every]
        vertices += [sites[cell[inside]], sites]
        owners += [compounds[owner[inside]], np.full(len(cells), -1)]
    shape, vertex, compound, number = (np.concatenate(parts) for parts in (shapes, vertices, owners, numbers))
    is_cell = np.append(np.zeros(len(shape) - len(plain), dtype=bool), plain)
    area_m2 = shapely.area(shape)
    there = area_m2 > LEAST_M2
    return DrainedParts(
        shape[there],
        vertex[there].astype(np.int64),
        compound[there].astype(np.int64),
        number[there],
        cells,
        whole,
        np.column_stack([np.cumsum(there)[over[:, 0]] - 1, over[:, 1]])[there[over[:, 0]]],
        is_cell[there],
        area_m2[there],
    )


def _compounds(subject: CheckContext) -> tuple[Array, Array]:
    """Return the rows of compounds with polygons, and these, each without what an earlier one covers."""
    shapes = subject.rows("compound").geometry
    rows = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    polygons = shapely.make_valid(shapes[rows])
    one, two = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    for later in np.unique(one[one > two]).tolist():
        before = two[(one == later) & (two < later)]
        polygons[later] = shapely.difference(polygons[later], shapely.union_all(polygons[before]))
    return rows, polygons


def _frame(lines: Array, polygons: Array) -> Any:
    """Return the box of what is drained where no area is given."""
    bounds = np.vstack(
        [shapely.bounds(lines) + ROADSIDE_M * np.array([-1, -1, 1, 1]), shapely.bounds(polygons)]
    )
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    return shapely.box(*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))


def _clipped(polygons: Array, whole: Any) -> Array:
    shapely.prepare(whole)
    inside = shapely.covers(whole, polygons)
    return np.where(inside, polygons, shapely.intersection(polygons, whole))


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
