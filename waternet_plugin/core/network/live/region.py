"""What an edit can change: the ends and assets whose joints or places may differ afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.live.editable_rows import Edit, NodeRows, PipeRows
from waternet_plugin.core.network.model.end_coordinates import end_xy, lines_of, named_ends, point_xy
from waternet_plugin.core.network.model.row_groups import placed, slices


@dataclass(frozen=True)
class Region:
    """Ends and assets by number, sorted: what an edit can change."""

    ends: Array
    assets: Array


@dataclass(frozen=True)
class GraphBefore:
    """A graph as it was before an edit.

    Parameters
    ----------
    pipes, nodes
        The rows.
    vertex
        Vertex of each end.
    indptr, members
        Ends by vertex.
    tolerance_m
        Distance within which ends meet, m.
    """

    pipes: PipeRows
    nodes: NodeRows
    vertex: Array
    indptr: Array
    members: Array
    tolerance_m: float

    def region(self, pipe_edit: Edit, node_edit: Edit, awaited: Collection[str]) -> Region:
        """Return the ends and assets, numbered as before the edit, whose joints may change.

        Parameters
        ----------
        pipe_edit, node_edit
            The edit.
        awaited
            Ids of new nodes that ends named already.
        """
        rows = pipe_edit.before
        # Where the edit puts something, and whom it names.
        points = np.concatenate(
            [
                end_xy(lines_of(pipe_edit.frame)).reshape(-1, 2),
                point_xy(lines_of(node_edit.frame)),
            ]
        )
        ends = [2 * rows, 2 * rows + 1, self.pipes.near_ends(points, self.tolerance_m)]
        assets = [
            node_edit.before,
            self.nodes.near(points, self.tolerance_m),
            self.nodes.named(named_ends(pipe_edit.frame)),
        ]
        if awaited:
            ends.append(self.pipes.naming(awaited))
        return self._closure(np.unique(np.concatenate(ends)), np.unique(np.concatenate(assets)))

    def _closure(self, ends: Array, assets: Array) -> Region:
        """Return what hangs together with some ends and assets by vertex, name or nearness."""
        xy, node_count = self.pipes.xy, len(self.nodes)
        all_ends, all_assets = ends, assets
        while len(ends) or len(assets):
            vertices = np.unique(np.concatenate([self.vertex[ends], assets]))
            points = np.unique(np.concatenate([xy[ends], self.nodes.xy[assets]]), axis=0)
            points = points[placed(points)]
            near_ends = self.pipes.near_ends(points, self.tolerance_m)
            near_assets = self.nodes.near(points, self.tolerance_m)
            named = self.nodes.named(self.pipes.named(ends))
            at = self.members[slices(self.indptr, vertices)]
            ends = np.setdiff1d(np.concatenate([at, near_ends]), all_ends)
            assets = np.setdiff1d(
                np.concatenate([vertices[vertices < node_count], near_assets, named]), all_assets
            )
            all_ends, all_assets = np.union1d(all_ends, ends), np.union1d(all_assets, assets)
        return Region(all_ends.astype(np.int64), all_assets.astype(np.int64))

    def lonely(self, pipe_edit: Edit, alone: Array, on: Array) -> Array:
        """Return those of the nodes at no vertex that lie on pipes an edit touches, by row before it.

        Parameters
        ----------
        alone, on
            Nodes at no vertex, and the pipe each stands on.
        """
        touched = np.isin(on, pipe_edit.before)
        xy, reach = self.nodes.xy[alone], self.tolerance_m
        with np.errstate(invalid="ignore"):
            for west, south, east, north in shapely.bounds(lines_of(pipe_edit.frame)).reshape(-1, 4):
                touched |= (
                    (xy[:, 0] >= west - reach)
                    & (xy[:, 0] <= east + reach)
                    & (xy[:, 1] >= south - reach)
                    & (xy[:, 1] <= north + reach)
                )
        return alone[touched]
