"""All segments and all valves of a network, the ones whose loss hurts most first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.flow_elements import CONNECTOR
from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.isolation.isolation_model import (
    CRITICAL,
    CUSTOMERS,
    HOUSEHOLDS,
    IsolationModel,
)
from waternet_plugin.core.network.model.customers import UserCount
from waternet_plugin.core.progress import SILENT, Progress

# What is odd about a valve: both sides in one segment, or other than two pipes at its node.
ONE_SEGMENT, SINGLE, MANY = "one_segment", "single", "many"
# Vertices a search touches, times searches: about ten seconds.
_SEARCHES = 200_000_000


@dataclass(frozen=True)
class SegmentRanking(PlainFrames):
    """The segments and valves of a network.

    Parameters
    ----------
    segments
        segment_id, node_count, pipe_count, length_m, customers, valves, unintended_segments, criticality,
        households, critical (NaN where not recorded), unintended_customers, supplied, rank; worst first.
        ``segment`` is the number in the waterworks.
    valves
        node_id, segments (ids with semicolons), pipes (ends at the node), finding (one_segment, single, many
        or None), merged_customers (cut off when a burst beside it has to be shut with both sides, since it
        fails), added_customers (how many more than with the valve, for the worse side), added_length_m,
        exact (yes, or no where parts that hang on two segments together are left out), closed, ``node``.
    """

    segments: pd.DataFrame
    valves: pd.DataFrame


def segment_names(works: IsolationModel) -> Array:
    """Return the id of each segment: that of its first pipe by id, else of its first node, after ``S-``.

    An id stays while the segment keeps that pipe, whatever happens elsewhere.
    """
    graph = works.connected.graph
    names = np.full(works.segments.count, None, dtype=object)

    def name(labels: Ints, ids: Array, counts: Flags) -> None:
        rows = np.flatnonzero((labels >= 0) & counts)
        texts = ids[rows].astype(str)
        order = np.lexsort((texts, labels[rows]))
        segment, first = np.unique(labels[rows][order], return_index=True)
        missing = np.array([names[each] is None for each in segment.tolist()], dtype=bool)
        names[segment[missing]] = texts[order][first[missing]]

    pipe_count = graph.pipe_count
    own = works.segments.pipe[:pipe_count]
    name(own, graph.pipe_id, works.real[:pipe_count])
    known = np.array([each is not None for each in graph.node_id], dtype=bool)
    name(works.segments.node[: graph.node_count], graph.node_id, known)
    name(own, graph.pipe_id, np.ones(pipe_count, dtype=bool))
    # Second halves of pipes cut in thought, and places without any id.
    halves = works.segments.pipe
    name(halves, graph.pipe_id[works.elements.half_of] + "/2", np.ones(len(halves), dtype=bool))
    texts = [f"S-{each}" if each is not None else f"S-#{number}" for number, each in enumerate(names)]
    return np.array(texts, dtype=object)


def rank_segments(works: IsolationModel, *, progress: Progress = SILENT) -> SegmentRanking:
    """Return every segment and valve with what its loss means."""
    segments = works.segments
    count = segments.count
    unintended, lost = works.supply.unintended(works.part_weights, progress=progress.part(0.0, 0.8))
    graph = works.connected.graph
    real = works.real & (segments.pipe >= 0)
    length = np.zeros(len(real))
    length[: graph.pipe_count] = np.nan_to_num(graph.length_m)
    own = works.segment_weights
    nodes = np.where(_links(works), -1, segments.node[: graph.node_count])
    names = segment_names(works)
    # Where nobody recorded who is critical, their number is unknown.
    known = UserCount.of(works.customers).critical is not None
    frame = pd.DataFrame(
        {
            "segment_id": names,
            "node_count": np.bincount(nodes[nodes >= 0], minlength=count),
            "pipe_count": np.bincount(segments.pipe[real], minlength=count),
            "length_m": np.bincount(segments.pipe[real], length[real], minlength=count),
            "customers": own[:, CUSTOMERS],
            "valves": np.bincount(segments.side[works.elements.valve[segments.valve]], minlength=count),
            "unintended_segments": unintended,
            "criticality": own[:, CUSTOMERS] + lost[:, CUSTOMERS],
            "households": own[:, HOUSEHOLDS] + lost[:, HOUSEHOLDS],
            "critical": own[:, CRITICAL] + lost[:, CRITICAL] if known else np.nan,
            "unintended_customers": lost[:, CUSTOMERS],
            "supplied": np.where(works.supply.supplied, "yes", "no").astype(object),
            "segment": np.arange(count),
        }
    )
    ranked = frame.sort_values(
        ["criticality", "unintended_segments", "length_m", "segment_id"],
        ascending=[False, False, False, True],
        ignore_index=True,
    )
    ranked["rank"] = np.arange(1, count + 1)
    progress.at(0.9)
    return SegmentRanking(ranked, _valves(works, names, lost))


def _links(works: IsolationModel) -> Flags:
    """Return nodes that stand for a pump or valve between connectors: links, in a model's counting."""
    graph, service = works.connected.graph, works.elements.in_service[: works.connected.graph.pipe_count]
    kinds = works.settings.words("network.one_way_kinds")
    passing = pd.Series(graph.kind, dtype=object).isin(kinds).to_numpy(dtype=bool)
    connector = graph.pipe_function == CONNECTOR
    links: Flags = passing & (graph.degree(service & connector) > 0)
    links &= graph.degree(service & ~connector) == 0
    return links


def _valves(works: IsolationModel, names: Array, lost: Array) -> pd.DataFrame:
    """Return every isolation valve with what its failing would merge."""
    elements, segments, graph = works.elements, works.segments, works.connected.graph
    pairs = elements.valve[segments.valve]
    valve, side = segments.valve[pairs], segments.side[pairs]
    node, at = np.unique(valve, return_inverse=True)
    ends = np.bincount(elements.start[elements.in_service], minlength=elements.node_count)
    ends += np.bincount(elements.end[elements.in_service], minlength=elements.node_count)
    own = works.segment_weights[:, CUSTOMERS]
    cut_off = own + lost[:, CUSTOMERS]
    merged, exact = _merged(works, node, at, side, cut_off)
    real = works.real[: graph.pipe_count] & (segments.pipe[: graph.pipe_count] >= 0)
    length = np.bincount(
        segments.pipe[: graph.pipe_count][real],
        np.nan_to_num(graph.length_m[real]),
        minlength=segments.count,
    )
    starts = np.flatnonzero(np.diff(at, prepend=-1))
    sides = np.diff(np.append(starts, len(at)))

    def least(values: Array) -> Array:
        return np.minimum.reduceat(values[side], starts) if len(starts) else np.zeros(0)

    finding = np.full(len(node), None, dtype=object)
    finding[sides == 1] = ONE_SEGMENT
    finding[ends[node] > 2] = MANY
    finding[ends[node] < 2] = SINGLE
    listed = names[side].tolist()
    bounds = np.append(starts, len(at)).tolist()
    frame = pd.DataFrame(
        {
            "node_id": np.array([works.node_name(each) for each in node.tolist()], dtype=object),
            "segments": np.array(
                [";".join(sorted(listed[a:b])) for a, b in zip(bounds[:-1], bounds[1:])], dtype=object
            ),
            "pipes": ends[node],
            "closed": np.where(elements.closed[node], "yes", "no").astype(object),
            "finding": finding,
            "merged_customers": merged,
            "added_customers": merged - least(cut_off),
            "added_length_m": np.bincount(at, length[side], minlength=len(node)) - least(length),
            "exact": np.where(exact, "yes", "no").astype(object),
            "node": node,
        }
    )
    ranked: pd.DataFrame = frame.sort_values(
        ["added_customers", "added_length_m", "node_id"], ascending=[False, False, True], ignore_index=True
    )
    return ranked


def _merged(works: IsolationModel, node: Ints, at: Ints, side: Ints, cut_off: Array) -> tuple[Array, Flags]:
    """Return the customers cut off with all sides of each valve shut, and where that is exact.

    Two segments may hold up a third together that neither holds up alone. That takes a search a valve; in
    a network too large for so many, the customers of such thirds are missing.
    """
    supply, count = works.supply, works.segments.count
    own = works.segment_weights[:, CUSTOMERS]
    merged = np.bincount(at, cut_off[side], minlength=len(node)).astype(float)
    starts = np.flatnonzero(np.diff(at, prepend=-1))
    sides = np.diff(np.append(starts, len(at)))
    simple = len(supply.segment) == count
    two = starts[sides == 2]
    if simple and len(two):
        # Neighbours depend on each other directly or not at all.
        nearest = supply.dependence.nearest()
        first, second = side[two], side[two + 1]
        merged[at[two]] -= np.where(nearest[second] == first, cut_off[second], 0.0)
        merged[at[two]] -= np.where(nearest[first] == second, cut_off[first], 0.0)
    searched = (sides > 1) & ~works.elements.closed[node]
    few = len(node) * supply.root <= _SEARCHES
    exact = np.ones(len(node), dtype=bool)
    if not few:
        exact[searched] = False
        searched &= sides > 2 if simple else False
    reached = supply.dependence.reached[: len(supply.segment)]
    hubs = {hub: number for number, hub in enumerate(supply.hubs.tolist())}
    for row in np.flatnonzero(searched).tolist():
        removed = np.zeros(count, dtype=bool)
        removed[side[starts[row] : starts[row] + sides[row]]] = True
        hub = hubs.get(int(node[row]))
        still = supply.parts_without(removed, None if hub is None else np.array([hub]))
        is_lost = reached & ~still & ~removed[supply.segment]
        merged[row] = own[removed].sum() + works.part_weights[is_lost, CUSTOMERS].sum()
        exact[row] = True
    return merged, exact
