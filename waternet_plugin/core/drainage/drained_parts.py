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


@dataclass(frozen=True)
class DrainedParts:
    """Parts that cover the area once: polygon, vertex where the water enters, row of the compound or -1."""

    shape: Array
    vertex: Array
    compound: Array

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
    whole = _whole(subject, rows, polygons) if area is None else shapely.make_valid(area)
    polygons = _clipped(polygons, whole)
    exits = compound_exits(subject, STORMY)
    _, first, number = np.unique(exits.compound, return_index=True, return_counts=True)
    one_exit = dict(
        zip(exits.compound[first[number == 1]].tolist(), exits.vertex[first[number == 1]].tolist())
    )
    single = np.array([row in one_exit for row in compounds.tolist()], dtype=bool)
    shapes = [polygons[single]]
    vertices = [np.array([one_exit[row] for row in compounds[single].tolist()], dtype=np.int64)]
    owners = [compounds[single]]
    sites = _sites(subject, rows)
    rest = shapely.difference(whole, shapely.union_all(polygons)) if len(polygons) else whole
    grounds = [(polygon, row) for polygon, row in zip(polygons[~single], compounds[~single].tolist())]
    if len(sites):
        cells, sites = _cells(subject, sites, whole)
        tree = shapely.STRtree(cells)
        for ground, owner in [*grounds, (rest, -1)]:
            cut, of = _cut(tree, cells, ground)
            shapes.append(cut)
            vertices.append(sites[of])
            owners.append(np.full(len(of), owner))
    shape, vertex, compound = (np.concatenate(parts) for parts in (shapes, vertices, owners))
    there = shapely.area(shape) > _LEAST_M2
    return DrainedParts(shape[there], vertex[there].astype(np.int64), compound[there].astype(np.int64))


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


def _whole(subject: CheckContext, rows: Array, polygons: Array) -> Any:
    around = shapely.buffer(subject.pipes.geometry[rows], ROADSIDE_M, quad_segs=4)
    return shapely.union_all(np.concatenate([around, polygons]))


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


def _cut(tree: shapely.STRtree, cells: Array, ground: Any) -> tuple[Array, Array]:
    """Return the pieces of cells on a ground, one a cell, and the numbers of the cells."""
    pieces = np.array(_halved(ground), dtype=object)
    if not len(pieces):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    piece, cell = tree.query(pieces, predicate="intersects")
    cut = shapely.intersection(pieces[piece], cells[cell])
    wide = shapely.area(cut) > 0
    cut, cell = cut[wide], cell[wide]
    used, place = np.unique(cell, return_inverse=True)
    bounds, order = gather(place, len(used))
    joined = np.empty(len(used), dtype=object)
    single = np.diff(bounds) == 1
    joined[single] = cut[order[bounds[:-1][single]]]
    for number in np.flatnonzero(~single).tolist():
        joined[number] = shapely.union_all(cut[order[bounds[number] : bounds[number + 1]]])
    return joined, used


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
