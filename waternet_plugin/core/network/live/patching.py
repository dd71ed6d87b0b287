"""Steps of keeping a graph right under an edit: vertices renumbered, adjacency and findings patched."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.live.growing_columns import Slots, remapped
from waternet_plugin.core.network.live.region import Region
from waternet_plugin.core.network.model.findings import (
    NODE_OFF_PIPE,
    NODE_ON_PIPE,
    SELF_LOOP,
    TopologyFindings,
)
from waternet_plugin.core.network.model.row_groups import slices


@dataclass(frozen=True)
class Renumbered:
    """How vertices are numbered after an edit: assets by row, the others behind them without gaps.

    Parameters
    ----------
    size
        Vertices afterwards.
    moved_from, moved_to
        Vertices outside the region that got another number.
    fresh
        Numbers of the region's vertices without asset.
    """

    size: int
    moved_from: Array
    moved_to: Array
    fresh: Array

    def mapped(self, vertices: Array) -> Array:
        """Return the new numbers of vertices outside the region; those below zero stay."""
        return remapped(vertices, self.moved_from, self.moved_to)


def renumber(size: int, assets: int, freed: Array, nodes: Slots, more: int) -> Renumbered:
    """Return new numbers of vertices after an edit that moves as few as can be.

    Parameters
    ----------
    size, assets
        Vertices, and those of them that are assets, before.
    freed
        Vertices without asset that are no more.
    nodes
        What becomes of the rows of nodes.
    more
        Vertices without asset that are new.
    """
    first = nodes.size
    after = first + (size - assets - len(freed)) + more
    # Vertices without asset where assets will be, and those beyond the new end.
    in_the_way = np.union1d(np.arange(assets, min(first, size)), np.arange(max(after, assets), size))
    moving = np.setdiff1d(in_the_way, freed)
    free = np.concatenate(
        [
            freed[(freed >= first) & (freed < after)],
            np.arange(first, min(assets, after)),
            np.arange(max(size, first), after),
        ]
    )
    free.sort()
    count = len(moving)
    return Renumbered(
        after,
        np.concatenate([moving, nodes.moved_from]).astype(np.int64),
        np.concatenate([free[:count], nodes.moved_to]).astype(np.int64),
        free[count:].astype(np.int64),
    )


def patched_adjacency(
    adjacency: tuple[Array, Array, Array],
    removed: Array,
    gone_vertex: Array,
    come: Array,
    come_vertex: Array,
    come_neighbour: Array,
    size: int,
) -> tuple[Array, Array, Array]:
    """Return the adjacency with some ends taken out and others put in.

    Parameters
    ----------
    adjacency
        ``indptr``, ``ends``, ``neighbour``: as `gather` returns the ends, and where each one's pipe leads.
    gone, gone_vertex
        Ends taken out and their vertices; where one end of a pipe is, the other is too.
    come, come_vertex, come_neighbour
        Ends put in, their vertices and those of their other ends.
    size
        Vertices afterwards; those beyond have lost all their ends.
    """
    indptr, ends, neighbour = adjacency
    touched = np.unique(np.concatenate([gone_vertex, come_vertex]))
    old = touched[touched < len(indptr) - 1]
    at = slices(indptr, old)
    stays = ~np.isin(ends[at], removed)
    kept_vertex = np.repeat(old, indptr[old + 1] - indptr[old])[stays]
    vertex = np.concatenate([kept_vertex, come_vertex])
    end = np.concatenate([ends[at][stays], come])
    leads = np.concatenate([neighbour[at][stays], come_neighbour])
    order = np.lexsort((end, vertex))
    vertex, end, leads = vertex[order], end[order], leads[order]
    # What lies between the touched vertices is copied as it is, in one go.
    before = len(indptr) - 1
    from_ = np.concatenate([[0], indptr[np.minimum(touched + 1, before)]])
    to = np.concatenate([indptr[np.minimum(touched, before)], [len(ends)]])
    cuts = np.searchsorted(vertex, touched, side="right")
    parts = list(zip(from_.tolist(), to.tolist(), [0, *cuts.tolist()], [*cuts.tolist(), len(end)]))
    degree = np.zeros(size + 1, dtype=indptr.dtype)
    common_size = min(size, before)
    np.subtract(indptr[1 : common_size + 1], indptr[:common_size], out=degree[1 : common_size + 1])
    inside = touched[touched < size]
    degree[inside + 1] = np.diff(np.searchsorted(vertex, np.append(inside, size)))
    return (
        np.cumsum(degree, out=degree),
        np.concatenate([piece for a, b, c, d in parts for piece in (ends[a:b], end[c:d].astype(ends.dtype))]),
        np.concatenate(
            [piece for a, b, c, d in parts for piece in (neighbour[a:b], leads[c:d].astype(neighbour.dtype))]
        ),
    )


def mapped_ends(ends: Array, pipes: Slots) -> Array:
    """Return the numbers of ends after an edit; those of pipes that are gone are left out."""
    ends = ends[~np.isin(ends >> 1, pipes.gone)]
    return 2 * pipes.mapped(ends >> 1) + (ends & 1)


def mapped_rows(rows: Array, slots: Slots) -> Array:
    """Return the numbers of rows after an edit; those that are gone are left out."""
    return slots.mapped(rows[~np.isin(rows, slots.gone)])


def remaining_findings(
    findings: TopologyFindings, region: Region, lonely: Array, pipes: Slots, nodes: Slots
) -> TopologyFindings:
    """Return the findings that an edit leaves, renumbered.

    Parameters
    ----------
    findings, region
        Before the edit.
    lonely
        Nodes whose place on or off pipes is found anew, by their rows before the edit.
    pipes, nodes
        What becomes of the rows.
    """
    of_end = findings.end >= 0
    dropped = of_end & np.isin(2 * findings.pipe + findings.end, region.ends)
    dropped |= (findings.code == SELF_LOOP) & np.isin(findings.pipe, region.ends >> 1)
    of_node = ~of_end & (findings.node >= 0)
    dropped |= of_node & np.isin(findings.node, region.assets)
    by_line = (findings.code == NODE_ON_PIPE) | (findings.code == NODE_OFF_PIPE)
    dropped |= by_line & np.isin(findings.node, lonely)
    remaining = findings.take(~dropped)
    columns = {column.name: getattr(remaining, column.name) for column in fields(remaining)}
    for name in ("pipe", "other_pipe"):
        columns[name] = pipes.mapped(columns[name])
    for name in ("node", "other_node"):
        columns[name] = nodes.mapped(columns[name])
    return TopologyFindings(**columns)


def complete_findings(findings: TopologyFindings, ends: Array, assets: Array, group: int) -> TopologyFindings:
    """Return findings of a part with the numbers of the whole.

    Parameters
    ----------
    findings
        Whose ends and nodes are numbered within the part.
    ends, assets
        Numbers of the part's ends and nodes in the whole.
    group
        Number of the first group.
    """
    columns = {column.name: getattr(findings, column.name) for column in fields(findings)}
    for pipe, end in (("pipe", "end"), ("other_pipe", "other_end")):
        is_known = columns[end] >= 0
        number = ends[(2 * columns[pipe] + columns[end])[is_known]]
        columns[pipe], columns[end] = columns[pipe].copy(), columns[end].copy()
        columns[pipe][is_known], columns[end][is_known] = number >> 1, number & 1
    for node in ("node", "other_node"):
        is_known = columns[node] >= 0
        columns[node] = columns[node].copy()
        columns[node][is_known] = assets[columns[node][is_known]]
    columns["group"] = np.where(columns["group"] >= 0, columns["group"] + group, -1)
    return TopologyFindings(**columns)
