"""Steps of keeping a graph right under an edit: vertices renumbered, findings patched."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.live.region import Region
from waternet_plugin.core.network.model.columns import Slots, remapped
from waternet_plugin.core.network.model.findings import NODE_OFF_PIPE, NODE_ON_PIPE, SELF_LOOP, Findings


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
    many = len(moving)
    return Renumbered(
        after,
        np.concatenate([moving, nodes.moved_from]).astype(np.int64),
        np.concatenate([free[:many], nodes.moved_to]).astype(np.int64),
        free[many:].astype(np.int64),
    )


def mapped_ends(ends: Array, pipes: Slots) -> Array:
    """Return the numbers of ends after an edit; those of pipes that are gone are left out."""
    ends = ends[~np.isin(ends >> 1, pipes.gone)]
    return 2 * pipes.mapped(ends >> 1) + (ends & 1)


def mapped_rows(rows: Array, slots: Slots) -> Array:
    """Return the numbers of rows after an edit; those that are gone are left out."""
    return slots.mapped(rows[~np.isin(rows, slots.gone)])


def kept_findings(findings: Findings, region: Region, lonely: Array, pipes: Slots, nodes: Slots) -> Findings:
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
    kept = findings.take(~dropped)
    columns = {column.name: getattr(kept, column.name) for column in fields(kept)}
    for name in ("pipe", "other_pipe"):
        columns[name] = pipes.mapped(columns[name])
    for name in ("node", "other_node"):
        columns[name] = nodes.mapped(columns[name])
    return Findings(**columns)


def whole_findings(findings: Findings, ends: Array, assets: Array, group: int) -> Findings:
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
        there = columns[end] >= 0
        number = ends[(2 * columns[pipe] + columns[end])[there]]
        columns[pipe], columns[end] = columns[pipe].copy(), columns[end].copy()
        columns[pipe][there], columns[end][there] = number >> 1, number & 1
    for node in ("node", "other_node"):
        there = columns[node] >= 0
        columns[node] = columns[node].copy()
        columns[node][there] = assets[columns[node][there]]
    columns["group"] = np.where(columns["group"] >= 0, columns["group"] + group, -1)
    return Findings(**columns)
