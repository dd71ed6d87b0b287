"""The ground divided among the places where its water enters the drains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.network.model.row_groups import gather, labels
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.drain_flow import drain_flow

# How far from drains the ground is taken for drained where no area is given, m.
ROADSIDE_M = 50.0
STORMY = ("storm", "combined")
# A polygon with more vertices is cut in halves before many cells are laid over it.
_MOST_VERTICES = 400
_LEAST_M2 = 1e-3
# Corners of a quarter of a circle, and what of its radius its flat sides leave.
_ARC, _INNER = 4, 0.98


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
    intact
        Cells of which nothing was cut off: neighbours among them share their corners exactly.
    """

    shape: Array
    vertex: Array
    compound: Array
    intact: Array

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
    intact = [np.zeros(int(single.sum()), dtype=bool)]
    sites = _sites(subject, rows)
    if len(sites):
        lines = subject.pipes.geometry[rows]
        cells, sites = _cells(subject, sites, _frame(lines, polygons) if ground is None else ground)
        in_compounds = polygons[~single]
        owner, cell = shapely.STRtree(cells).query(in_compounds, predicate="intersects")
        shapes.append(shapely.intersection(in_compounds[owner], cells[cell]))
        vertices.append(sites[cell])
        owners.append(compounds[~single][owner])
        intact.append(np.zeros(len(cell), dtype=bool))
        if ground is None:
            cut, cell, same = _beside(cells, subject.vertex_xy[sites], lines)
        else:
            cut, cell, same = _cut(cells, ground)
        cut, untouched = _outside(cut, polygons)
        shapes.append(cut)
        vertices.append(sites[cell])
        owners.append(np.full(len(cell), -1))
        intact.append(same & untouched)
    shape, vertex, compound, whole = (np.concatenate(parts) for parts in (shapes, vertices, owners, intact))
    there = shapely.area(shape) > _LEAST_M2
    return DrainedParts(
        shape[there], vertex[there].astype(np.int64), compound[there].astype(np.int64), whole[there]
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


def _beside(cells: Array, site_xy: Array, lines: Array) -> tuple[Array, Array, Array]:
    """Return what of cells lies within ROADSIDE_M of lines, the numbers of the cells, and which are whole.

    A cell is convex: it lies beside a place when all its corners do. From the others what lies beside the
    straight pieces of lines is taken away, the piece that leaves least first, until nothing is left.
    """
    corner, of = shapely.get_coordinates(cells, return_index=True)
    begin = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    far = np.maximum.reduceat(np.hypot(*(corner - site_xy[of]).T), begin)
    asked = np.flatnonzero(far > _INNER * ROADSIDE_M)
    result, every, whole = cells.copy(), np.arange(len(cells)), np.ones(len(cells), dtype=bool)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    inner = np.flatnonzero(line[1:] == line[:-1])
    pieces = np.stack([xy[inner], xy[inner + 1]], axis=1)
    tree = shapely.STRtree(shapely.linestrings(pieces))
    left = cells[asked]
    # Most cells have enough of what passes them.
    _take_away(left, pieces, *tree.query(left, predicate="intersects"))
    open_ = np.flatnonzero(~shapely.is_empty(left))
    bounds = shapely.bounds(left[open_]) + ROADSIDE_M * np.array([-1, -1, 1, 1])
    cell, piece = tree.query(shapely.box(*bounds.T))
    _take_away(left, pieces, open_[cell], piece)
    some = ~shapely.is_empty(left)
    result[asked[some]] = shapely.difference(cells[asked[some]], left[some])
    whole[asked[some]] = False
    return result, every, whole


def _take_away(left: Array, pieces: Array, cell: Array, piece: Array) -> None:
    """Take from what is left of cells what lies beside straight pieces, for pairs of these."""
    apart = _farthest_corner(left, cell, pieces[piece])
    order = np.lexsort((apart, cell))
    piece, apart = piece[order], apart[order]
    asked, first = np.unique(cell[order], return_index=True)
    last = np.append(first[1:], len(piece))
    while len(asked):
        done = apart[first] <= _INNER * ROADSIDE_M
        left[asked[done]] = shapely.Polygon()
        rest = asked[~done]
        around = shapely.buffer(shapely.linestrings(pieces[piece[first[~done]]]), ROADSIDE_M, quad_segs=_ARC)
        cut = shapely.difference(left[rest], around)
        cut[shapely.area(cut) <= _LEAST_M2] = shapely.Polygon()
        left[rest] = cut
        goes_on = ~shapely.is_empty(left[asked]) & (first + 1 < last)
        asked, first, last = asked[goes_on], first[goes_on] + 1, last[goes_on]


def _farthest_corner(cells: Array, cell: Array, pieces: Array) -> Array:
    """Return how far the farthest corner of a cell lies from a straight piece, for pairs of these, m."""
    corner, of = shapely.get_coordinates(cells, return_index=True)
    bounds = np.searchsorted(of, np.arange(len(cells) + 1))
    size = np.diff(bounds)[cell]
    if not len(cell):
        return np.empty(0)
    pair = np.repeat(np.arange(len(cell)), size)
    first = np.cumsum(size) - size
    at = corner[np.arange(size.sum()) + np.repeat(bounds[cell] - first, size)]
    step = pieces[:, 1] - pieces[:, 0]
    length2 = np.maximum((step**2).sum(axis=1), 1e-12)
    off = at - pieces[pair, 0]
    along = np.clip((off * step[pair]).sum(axis=1) / length2[pair], 0.0, 1.0)
    return np.asarray(np.maximum.reduceat(np.hypot(*(off - along[:, None] * step[pair]).T), first))


def _outside(shapes: Array, polygons: Array) -> tuple[Array, Array]:
    """Return shapes without what polygons cover, and which ones they don't touch."""
    result, untouched = shapes.copy(), np.ones(len(shapes), dtype=bool)
    if not len(polygons):
        return result, untouched
    polygon, shape = shapely.STRtree(shapes).query(polygons, predicate="intersects")
    order = np.argsort(shape, kind="stable")
    which, first, number = np.unique(shape[order], return_index=True, return_counts=True)
    polygon = polygon[order]
    alone = number == 1
    cover = polygons[polygon[first]]
    for place in np.flatnonzero(~alone).tolist():
        begin = first[place]
        cover[place] = shapely.union_all(polygons[polygon[begin : begin + number[place]]])
    result[which] = shapely.difference(shapes[which], cover)
    untouched[which] = False
    return result, untouched


def _clipped(polygons: Array, whole: Any) -> Array:
    shapely.prepare(whole)
    inside = shapely.covers(whole, polygons)
    return np.where(inside, polygons, shapely.intersection(polygons, whole))


def _sites(subject: CheckContext, rows: Array) -> Array:
    """Return the vertices whose cells divide the ground."""
    many, nodes = subject.connected.graph.node_count, len(subject.nodes)
    at = subject.vertex[rows]
    there = np.zeros(many, dtype=bool)
    there[at] = True
    count, part = labels(many, at[:, 0], at[:, 1])
    inlets = subject.kind_among(("inlet",)) & there
    with_inlets = np.zeros(count, dtype=bool)
    with_inlets[part[inlets]] = True
    others = subject.kind_among(("manhole", "interceptor")) & there & ~with_inlets[part]
    served = with_inlets.copy()
    served[part[others]] = True
    # Drains without any of these: whatever nodes they have.
    nothing = there & ~served[part]
    nothing[nodes:] = False
    sites = np.flatnonzero(inlets | others | nothing)
    placed: Array = sites[np.isfinite(subject.vertex_xy[sites]).all(axis=1)]
    return placed


def _cells(subject: CheckContext, sites: Array, whole: Any) -> tuple[Array, Array]:
    """Return the cells of sites and their sites; of several at one place the first counts."""
    xy = subject.vertex_xy[sites]
    _, first = np.unique(xy, axis=0, return_index=True)
    sites, xy = sites[np.sort(first)], xy[np.sort(first)]
    if len(sites) == 1:
        return np.array([shapely.envelope(whole)], dtype=object), sites
    # Near the origin, where nothing is lost to large coordinates.
    origin = xy.mean(axis=0)
    points = shapely.multipoints(xy - origin)
    frame = shapely.box(*(np.array(shapely.bounds(whole)) - np.tile(origin, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    cells = shapely.transform(cells, lambda places: places + origin)
    cell, site = shapely.STRtree(shapely.points(xy)).query(cells, predicate="contains")
    return cells[cell], sites[site]


def _cut(cells: Array, ground: Any) -> tuple[Array, Array, Array]:
    """Return the pieces of cells on a ground, one a cell, the numbers of the cells, and which are whole."""
    pieces = np.array(_halved(ground), dtype=object)
    if not len(pieces):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)
    shapely.prepare(pieces)
    piece, cell = shapely.STRtree(cells).query(pieces, predicate="intersects")
    inside = shapely.covers(pieces[piece], cells[cell])
    cut = cells[cell]
    cut[~inside] = shapely.intersection(pieces[piece[~inside]], cells[cell[~inside]])
    wide = shapely.area(cut) > 0
    cut, cell, inside = cut[wide], cell[wide], inside[wide]
    used, place = np.unique(cell, return_inverse=True)
    bounds, order = gather(place, len(used))
    joined = cut[order[bounds[:-1]]]
    whole = inside[order[bounds[:-1]]]
    for number in np.flatnonzero(np.diff(bounds) > 1).tolist():
        joined[number] = shapely.union_all(cut[order[bounds[number] : bounds[number + 1]]])
    return joined, used, whole


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
