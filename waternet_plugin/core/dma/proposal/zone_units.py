"""Units that no zone boundary crosses, as the graph that is divided.

A cut goes through one end of a pipe: the pipe stays with the zone of its other end. Which end that is, is
known beforehand (the one with a valve), so that the size of each side is known while vertices move. Pipes of
some size, and pipes of compounds, are vertices themselves and can be cut at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.proposal.divisible_pipes import DivisiblePipes
from waternet_plugin.core.dma.proposal.partition.dead_end_branches import whole_sides
from waternet_plugin.core.dma.proposal.partition.weighted_graph import PartitionGraph, merged_edges
from waternet_plugin.core.network.model.row_groups import labels

# Pipes from this share of the least zone on are vertices themselves.
_LONG_SHARE = 0.1


@dataclass(frozen=True)
class ZoneUnits:
    """The graph that is divided.

    Parameters
    ----------
    graph
        Its vertices are units.
    vertex_unit
        Unit of each vertex of the pipes' ends (V,).
    pipe_unit
        Unit of each pipe (F,).
    cut_ends
        For each pipe (F, 2), what cutting it at its first and last end costs.
    """

    graph: PartitionGraph
    vertex_unit: Array
    pipe_unit: Array
    cut_ends: Array


def zone_units(
    pipes: DivisiblePipes,
    size: Array,
    compound: Array,
    cut_ends: Array,
    least: float,
    most: float,
    *,
    most_of_tree: float,
) -> ZoneUnits:
    """Return the graph that is divided.

    Parameters
    ----------
    size
        What each adds to its zone (F,).
    compound
        Compound of each (F,), -1 for none.
    cut_ends
        What cutting each at its first and last end costs (F, 2).
    least, most
        Bounds of a zone.
    most_of_tree
        Trees of pipes of up to this size are kept in one; 0 for none.
    """
    vertices, ends = len(pipes.node), pipes.ends
    together, of_compound = _compounds(pipes, size, compound, most)
    own = (size > _LONG_SHARE * least) | of_compound
    # The cheaper cut is at the end where the pipe does not belong.
    owner = np.where(cut_ends[:, 0] < cut_ends[:, 1], ends[:, 1], ends[:, 0])
    middle = np.cumsum(own) - 1 + vertices
    at = np.where(own, middle, owner)
    count = vertices + int(own.sum())
    first = np.concatenate([ends[~own, 0], ends[own, 0], ends[own, 1]])
    other = np.concatenate([ends[~own, 1], middle[own], middle[own]])
    cost = np.concatenate([cut_ends[~own].min(axis=1), cut_ends[own, 0], cut_ends[own, 1]])
    unit_count, unit = labels(count, middle[together[:, 0]], together[:, 1])
    graph = merged_edges(np.bincount(unit[at], size, minlength=unit_count), unit[first], unit[other], cost)
    whole_count, side = whole_sides(graph, least, most_of_tree)
    unit = side[unit]
    return ZoneUnits(graph.contracted(side, whole_count), unit[:vertices], unit[at], cut_ends)


def _compounds(pipes: DivisiblePipes, size: Array, compound: Array, most: float) -> tuple[Array, Array]:
    """Return which pipes stay together with which vertices, as pairs, and which pipes those are (F,).

    A vertex between two pipes of one compound belongs to it. Compounds larger than a zone are left out.
    """
    inside = compound >= 0
    if inside.any():
        total = np.bincount(compound[inside], size[inside])
        inside[inside] = total[compound[inside]] <= most
    rows = np.flatnonzero(inside)
    pipe = np.repeat(rows, 2)
    vertex = pipes.ends[rows].reshape(-1)
    counted = pd.DataFrame({"vertex": vertex, "compound": compound[pipe]})
    is_shared = counted.groupby(["vertex", "compound"])["vertex"].transform("size").to_numpy() >= 2
    frame = counted[is_shared].drop_duplicates()
    # A vertex between two compounds belongs to the first of them.
    first = frame.sort_values(["vertex", "compound"]).drop_duplicates("vertex")
    chosen = pd.Series(first["compound"].to_numpy(), index=first["vertex"].to_numpy())
    in_compound = is_shared & (chosen.reindex(vertex).to_numpy(dtype=float) == compound[pipe])
    return np.stack([pipe[in_compound], vertex[in_compound]], axis=1), inside


def compound_numbers(names: Array) -> Array:
    """Return a number for each compound id, in the order of ids, -1 for none."""
    given = pd.Series(names, dtype=object)
    known = given.notna() & (given != "")
    numbers = np.full(len(names), -1, dtype=np.int64)
    if known.any():
        numbers[known.to_numpy()] = np.unique(given[known].astype(str), return_inverse=True)[1]
    return numbers
