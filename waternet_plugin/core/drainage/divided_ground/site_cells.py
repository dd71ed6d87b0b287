"""The places where water enters drains, and the cells nearest to each of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.quality.context.check_context import CheckContext


def drained_sites(subject: CheckContext, rows: Array) -> Array:
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


def site_cells(subject: CheckContext, sites: Array, whole: Any) -> tuple[Array, Array]:
    """Return the cells of sites and their sites; of several at one place the first counts."""
    xy = subject.vertex_xy[sites]
    _, first = np.unique(xy[:, 0] + 1j * xy[:, 1], return_index=True)
    first.sort()
    sites, xy = sites[first], xy[first]
    if len(sites) == 1:
        return np.array([shapely.envelope(whole)], dtype=object), sites
    # Near the origin, where nothing is lost to large coordinates.
    origin = xy.mean(axis=0)
    # Quicker made than points; its corners count.
    places = shapely.linestrings(xy - origin)
    frame = shapely.box(*(np.array(shapely.bounds(whole)) - np.tile(origin, 2)))
    diagram = shapely.voronoi_polygons(places, extend_to=frame)
    cells = shapely.get_parts(diagram)
    # No place in a cell has another site nearer; the mean of its corners lies in it.
    corner, cell = shapely.get_coordinates(cells, return_index=True)
    many = np.bincount(cell)
    inside = np.column_stack([np.bincount(cell, number) / many for number in corner.T.copy()])
    shapely.set_coordinates(cells, corner + origin)
    _metres, site = cKDTree(xy - origin, balanced_tree=False, compact_nodes=False).query(inside)
    return cells, sites[site]
