"""The places where water enters drains, and the cells nearest to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import drain_flow
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.row_groups import labels


@dataclass(frozen=True)
class SiteCells:
    """What of the ground lies nearest to each site.

    Parameters
    ----------
    polygon
        Convex polygons that cover the ground once; neighbours share their corners.
    site
        Vertex of the site of each.
    corner, of
        The corners of their closed rings, (corners, 2), m, and of which cell each is one.
    """

    polygon: Array
    site: Array
    corner: Array
    of: Array

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.polygon)


def drained_sites(subject: NetworkFrame, rows: Array) -> Array:
    """Return the vertices whose cells divide the ground.

    Storm drains that end in sewers alone are joined wrongly: the ground around them is divided among the
    drains beside as if they were not there, unless there are no others.
    """
    many, nodes = subject.connected.graph.node_count, len(subject.nodes)
    at = subject.vertex[rows]
    there = np.zeros(many, dtype=bool)
    there[at] = True
    count, part = labels(many, at[:, 0], at[:, 1])
    astray = _ends_in_sewers(subject, rows, part, count)
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
    right = placed[~astray[part[placed]]]
    return right if len(right) else placed


def _ends_in_sewers(subject: NetworkFrame, rows: Array, part: Array, count: int) -> Array:
    """Return which connected parts, of storm drains alone, end only where sewage goes on and none of them."""
    flow = subject.once(drain_flow)
    own = np.zeros(len(part), dtype=bool)
    own[flow.upper[rows]] = True
    own[flow.lower[rows[~flow.known[rows]]]] = True
    lower = flow.lower[rows]
    last = lower[~own[lower]]
    into_sewer = np.zeros((2, count), dtype=bool)
    np.logical_or.at(into_sewer, (flow.leaves["sewage"][last].astype(np.int64), part[last]), True)
    other, sewer = into_sewer
    mixed = np.zeros(count, dtype=bool)
    mixed[part[flow.upper[rows[~flow.of["storm"][rows]]]]] = True
    return np.asarray(sewer & ~other & ~mixed)


def site_cells(subject: NetworkFrame, sites: Array, whole: Any) -> SiteCells:
    """Return the cells of sites; of several sites at one place the first counts."""
    xy = subject.vertex_xy[sites]
    _, alone = np.unique(xy[:, 0] + 1j * xy[:, 1], return_index=True)
    alone.sort()
    sites, xy = sites[alone], xy[alone]
    if len(sites) == 1:
        polygon = np.array([shapely.envelope(whole)], dtype=object)
        return SiteCells(polygon, sites, *shapely.get_coordinates(polygon, return_index=True))
    # Near the origin, where nothing is lost to large coordinates.
    origin = xy.mean(axis=0)
    # Quicker made than points; its corners count.
    places = shapely.linestrings(xy - origin)
    frame = shapely.box(*(np.array(shapely.bounds(whole)) - np.tile(origin, 2)))
    polygon = shapely.get_parts(shapely.voronoi_polygons(places, extend_to=frame))
    # No place in a cell has another site nearer; the mean of its corners lies in it.
    corner, many = shapely.get_coordinates(polygon), shapely.get_num_coordinates(polygon)
    first = np.cumsum(many) - many
    inside = np.column_stack([np.add.reduceat(number, first) / many for number in corner.T])
    # Column by column: along short rows NumPy is slow.
    for number, shift in zip(corner.T, origin):
        number += shift
    shapely.set_coordinates(polygon, corner)
    _metres, site = cKDTree(xy - origin, balanced_tree=False, compact_nodes=False).query(inside)
    return SiteCells(polygon, sites[site], corner, np.repeat(np.arange(len(many)), many))
