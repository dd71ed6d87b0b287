"""Pressure zones: what hangs together between pressure reducing valves, pumps, tanks and closed valves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array, sums
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.segments import Segments
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.schema.settings import Settings

PIPE_COLUMNS = (
    "pipe_id", "system", "function", "status", "initial_status", "from_node", "to_node", "length_m",
    "pressure_zone_id",
)  # fmt: skip
NODE_COLUMNS = ("node_id", "kind", "system", "status", "valve_state", "ground_m", "one_way")
NO_ZONE = -1
PREFIX = "PZ-"


@dataclass(frozen=True)
class PressureZones(PlainFrames):
    """The pressure zones of a network, ``Z`` of them, the longest first; ``P`` pipes, ``N`` vertices.

    Parameters
    ----------
    frame
        zone_id, pipe_count, length_m, doors and sources (ids with semicolons), feeds (doors through which
        water comes in), ground_min_m, ground_max_m (of nodes inside, NaN where none is known).
    pipe
        Row in ``frame`` of the zone of each pipe (P,), NO_ZONE for pipes of none.
    node
        The same of each vertex that is no door (N,).
    counts
        Potable pipes in use (P,): those of no zone among them hang on no source and no way in, or are closed.
    """

    frame: pd.DataFrame
    pipe: Array
    node: Array
    counts: Array


def _doors(dma: DmaNetwork, settings: Settings) -> tuple[Array, Array]:
    """Return nodes that part zones, and those of them through which water may come (N,)."""
    # Few nodes are valves: their kinds alone are compared.
    at = np.flatnonzero(dma.valve)
    passing = np.zeros(len(dma.valve), dtype=bool)
    kinds = pd.Series(dma.graph.kind[at], dtype=object)
    passing[at[kinds.isin(settings.words("pressure.door_kinds")).to_numpy(dtype=bool)]] = True
    opened = (passing & ~dma.closed) | dma.storage
    return passing | dma.closed | dma.storage, opened


@dataclass(frozen=True)
class _EndsAtNodes:
    """The ends of used pipes at doors, those of starts first.

    Parameters
    ----------
    pipe
        The pipe of each (E,).
    at
        Its door (E,).
    starts
        How many are starts.
    """

    pipe: Array
    at: Array
    starts: int

    def of(self, flags: Array) -> _EndsAtNodes:
        """Return those at some of the doors (N,)."""
        some = np.flatnonzero(flags[self.at])
        return _EndsAtNodes(self.pipe[some], self.at[some], int(np.searchsorted(some, self.starts)))


def _ends_at(dma: DmaNetwork, doors: Array, used: Array) -> _EndsAtNodes:
    ends = [np.flatnonzero(used & doors[end]) for end in (dma.graph.start, dma.graph.end)]
    at = np.concatenate([dma.graph.start[ends[0]], dma.graph.end[ends[1]]])
    return _EndsAtNodes(np.concatenate(ends), at, len(ends[0]))


def _ways_in(dma: DmaNetwork, nodes: pd.DataFrame, parts: Segments, ends: _EndsAtNodes) -> Array:
    """Return the parts that doors feed, each once for every door.

    Water goes through a valve or pump as the pipes at it are drawn, or as its ``one_way`` says; where pipes
    only come or only go, or it is passed both ways, it may feed each of its sides. A tank feeds all of them.
    """
    graph, pipe, at = dma.graph, ends.pipe, ends.at
    asset = graph.asset[at]
    said = np.full(len(at), None, dtype=object)
    said[asset >= 0] = column(nodes, "one_way")[asset[asset >= 0]]
    outward = (np.arange(len(pipe)) < ends.starts) != (said == "reverse")
    size = graph.node_count
    goes, comes = (np.bincount(at[flags], minlength=size) > 0 for flags in (outward, ~outward))
    told = (goes & comes & ~dma.storage)[at] & (said != "none")
    feeds = outward | ~told
    pairs = np.unique(at[feeds].astype(np.int64) * max(parts.count, 1) + parts.pipe[pipe[feeds]])
    return np.asarray(pairs % max(parts.count, 1))


def _joined(ids: Array, row: Array, count: int) -> list[str]:
    """Return the ids of each row, in their order, with semicolons."""
    listed: list[list[str]] = [[] for _row in range(count)]
    for number in np.lexsort((ids.astype(str), row)).tolist():
        listed[int(row[number])].append(str(ids[number]))
    return [";".join(each) for each in listed]


def _names(part: Array, stored: Array, length: Array, order: Array, taken: Collection[str]) -> list[str]:
    """Return the ids of parts in an order.

    A stored id stays with the part that has more than half of its length, of several ids the one with most;
    other parts are numbered in their order, by the first numbers that no id has.

    Parameters
    ----------
    part, stored, length
        Part of each pipe with a stored id, the id, its length in m.
    order
        The parts, the longest first.
    taken
        Ids of other zones.
    """
    if not len(stored) and not len(taken):
        return [f"{PREFIX}{number}" for number in range(1, len(order) + 1)]
    named = pd.DataFrame({"part": part, "id": stored, "m": np.maximum(length, 1e-9)})
    whole = named.groupby("id")["m"].sum()
    share = named.groupby(["id", "part"], as_index=False)["m"].sum()
    share = share[(share["part"] != NO_ZONE) & (share["m"] > whole.reindex(share["id"]).to_numpy() / 2)]
    share = share.sort_values(["m", "id"], ascending=[False, True], kind="stable").drop_duplicates("part")
    stays = dict(zip(share["part"].astype(int), share["id"].astype(str)))
    used, names, number = {*map(str, whole.index), *taken}, [], 0
    for each in order.tolist():
        if each not in stays:
            number += 1
            while f"{PREFIX}{number}" in used:
                number += 1
        names.append(stays.get(each, f"{PREFIX}{number}"))
    return names


def find_pressure_zones(
    dma: DmaNetwork,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    settings: Settings,
    taken: Collection[str] = (),
) -> PressureZones:
    """Return the pressure zones of a network.

    Potable pipes in use are followed up to doors: kinds of `pressure.door_kinds`, tanks, closed valves and
    closed pipes. A part with a source, or a door through which water comes in, is a zone.

    Parameters
    ----------
    dma
        The network as metered areas see it; its zones say nothing here.
    pipes, nodes
        The frames it was made of, with PIPE_COLUMNS and NODE_COLUMNS.
    taken
        Ids of zones of other kinds, which no new zone gets.
    """
    graph = dma.graph
    potable = np.asarray(graph.pipe_system == "potable", dtype=bool)
    counts, used = dma.counts & potable, dma.open & potable
    doors, opened = _doors(dma, settings)
    parts = dma.pieces(doors, pipes=used)
    ends = _ends_at(dma, doors, used)
    degree = np.bincount(ends.at, minlength=graph.node_count)
    # A door with all its sides in one part is led round: it leads nowhere else.
    bounds = (parts.sides(graph.node_count) > 1) | (degree == 1)
    fed = _ways_in(dma, nodes, parts, ends.of(opened & bounds))
    source = np.flatnonzero(dma.source & ~dma.storage & (parts.node >= 0))
    is_zone = np.zeros(parts.count, dtype=bool)
    is_zone[fed] = True
    is_zone[parts.node[source]] = True
    row = np.flatnonzero(parts.pipe >= 0)
    length = np.nan_to_num(graph.length_m)
    metres = sums(parts.pipe[row], length[row], parts.count)
    pipe_count = np.bincount(parts.pipe[row], minlength=parts.count)
    is_zone &= pipe_count > 0
    zone = np.flatnonzero(is_zone)
    zone = zone[np.argsort(-metres[zone], kind="stable")]
    if len(np.unique(metres[zone])) < len(zone):
        # Equally long ones by the first id of their pipes.
        first = _first_ids(parts.pipe[row], graph.pipe_id[row], parts.count)
        zone = zone[np.lexsort((first[zone], -metres[zone]))]
    number = np.full(parts.count + 1, NO_ZONE)
    number[zone] = np.arange(len(zone))
    of_pipe, of_node = number[parts.pipe], number[parts.node]
    stored = column(pipes, "pressure_zone_id")[graph.pipe_row]
    given = np.flatnonzero(pd.notna(stored) & counts)
    given = given[stored[given] != ""]
    names = _names(of_pipe[given], stored[given], length[given], np.arange(len(zone)), taken)
    bounding = bounds[parts.valve] & (number[parts.side] != NO_ZONE)
    low, high = _grounds(graph.asset, nodes, of_node, len(zone))
    frame = pd.DataFrame(
        {
            "zone_id": pd.Series(names, dtype=object),
            "pipe_count": pipe_count[zone],
            "length_m": metres[zone],
            "doors": _joined(graph.node_id[parts.valve[bounding]], number[parts.side[bounding]], len(zone)),
            "sources": _joined(graph.node_id[source], of_node[source], len(zone)),
            "feeds": np.bincount(fed, minlength=parts.count)[zone],
            "ground_min_m": low,
            "ground_max_m": high,
        }
    )
    return PressureZones(frame, of_pipe, of_node, counts)


def _first_ids(part: Array, ids: Array, count: int) -> Array:
    """Return the number among all ids of the first id of each part."""
    order = np.argsort(ids.astype(str), kind="stable")[::-1]
    first = np.zeros(count, dtype=np.int64)
    first[part[order]] = np.arange(len(order))[::-1]
    return first


def _grounds(asset: Array, nodes: pd.DataFrame, zone: Array, count: int) -> tuple[Array, Array]:
    """Return the lowest and the highest known ground of nodes in each zone (Z,), m."""
    inside = np.flatnonzero((zone >= 0) & (asset >= 0))
    ground, at = nodes["ground_m"].to_numpy(dtype=float)[asset[inside]], zone[inside]
    known = np.isfinite(ground)
    if not known.all():
        ground, at = ground[known], at[known]
    # Sixteen bits are sorted by their digits, which is faster.
    order = np.argsort(at.astype(np.int16 if count < 2**15 else np.int64), kind="stable")
    ground, many = ground[order], np.bincount(at, minlength=count)
    some = np.flatnonzero(many)
    first = (np.cumsum(many) - many)[some]
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    if len(some):
        low[some] = np.minimum.reduceat(ground, first)
        high[some] = np.maximum.reduceat(ground, first)
    return low, high
