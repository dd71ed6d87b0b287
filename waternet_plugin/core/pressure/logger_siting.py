"""Where the next loggers belong: the candidates that hear or see most metres of pipe that none does yet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.pressure.gain_bounds import GainBounds
from waternet_plugin.core.pressure.reach_graph import ReachGraph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, drinking_water_in_use
from waternet_plugin.core.texts import tr

NOISE, PRESSURE, FLOW = "noise", "pressure", "flow"
KINDS = (NOISE, PRESSURE, FLOW)
PIPE_COLUMNS = (
    "pipe_id", "system", "function", "status", "from_node", "to_node", "length_m", "diameter_mm", "material",
)  # fmt: skip
NODE_COLUMNS = ("node_id", "kind", "system", "status")
# Sets of loggers that are all tried, and pipes times sets, where a network is small.
_MOST_SETS, _MOST_SUMS = 20_000, 4_000_000
# A set of loggers is better than another from this on, m.
_BETTER_M = 1e-6


@dataclass(frozen=True)
class LoggerCover:
    """What ``K`` loggers cover beside those that are there; ``P`` pipes of a `ReachGraph`.

    Parameters
    ----------
    existing_m
        Metres that those on the map cover.
    covers_m
        Metres that each covers beside those on the map and those before it (K,).
    from_start, from_end
        The covered part of each pipe from its start and its end, 0-1 (P,); together 1 where all of it is.
    """

    existing_m: float
    covers_m: Array
    from_start: Array
    from_end: Array

    @property
    def total_m(self) -> float:
        """Metres that all of them cover."""
        return self.existing_m + float(self.covers_m.sum())


@dataclass(frozen=True)
class LoggerGround:
    """Where loggers may be, and how far they reach.

    Parameters
    ----------
    reach
        The pipes.
    candidates
        Vertices where one may be (K,).
    existing
        Vertices of those on the map that count first (E,).
    """

    reach: ReachGraph
    candidates: Array
    existing: Array

    def cover(self, loggers: Array) -> LoggerCover:
        """Return what loggers at some vertices, in their order, cover (L,)."""
        reach = self.reach
        left = reach.nearest(self.existing).left
        existing_m = before = float(reach.covered_m(left).sum())
        covers = np.zeros(len(loggers))
        for place, vertex in enumerate(loggers):
            _row, reached, reach_left = reach.reached(np.array([vertex]))
            left[reached] = np.maximum(left[reached], reach_left)
            after = float(reach.covered_m(left).sum())
            covers[place], before = after - before, after
        used = np.where(reach.used > 0, reach.used, 1.0)
        # A pipe of no length is covered as soon as an end is.
        from_start, from_end = (
            np.where(reach.used > 0, np.minimum(left[end] / used, 1.0), (left[end] > 0) * 1.0)
            for end in (reach.start, reach.end)
        )
        return LoggerCover(existing_m, covers, from_start, np.minimum(from_end, 1.0 - from_start))


@dataclass(frozen=True)
class SitingChoice:
    """Which loggers are placed, and where.

    Parameters
    ----------
    kind
        One of KINDS.
    count
        How many, 1 or more.
    with_existing
        Whether those on the map count first.
    counts
        Pipes whose metres count (P,); all if None.
    may
        Vertices where one may be (N,); all if None.
    """

    kind: str = NOISE
    count: int = 1
    with_existing: bool = True
    counts: Array | None = None
    may: Array | None = None


@dataclass(frozen=True)
class Siting(PlainFrames):
    """Loggers in the order in which they are worth most, and what they cover.

    Parameters
    ----------
    loggers
        node_id, vertex, order (from 1), covers_m (metres that no logger before covers), covered_share (of
        the metres that count, 0-1, with it and all before).
    pipes
        pipe_id, node_id (the logger that has most of its reach left at the pipe), distance_m (along the
        network from it to the nearer end), covered_m, pipe (its number in the graph); by pipe_id, covered
        pipes only.
    existing
        Ids of the loggers counted first.
    existing_share
        What they cover, 0-1.
    total_m
        Length of the pipes that count, m.
    candidates
        Number of candidates where a logger may be.
    off_pipes
        Ids of nodes of these kinds at which no pipe ends.
    ground
        What any loggers cover is computed of.
    """

    loggers: pd.DataFrame
    pipes: pd.DataFrame
    existing: tuple[str, ...]
    existing_share: float
    total_m: float
    candidates: int
    off_pipes: tuple[str, ...]
    ground: LoggerGround

    @property
    def covered_share(self) -> float:
        """What all loggers cover of the metres that count, 0-1; NaN without metres."""
        shares = self.loggers["covered_share"]
        return float(shares.iloc[-1]) if len(shares) else self.existing_share


def reach_graph(graph: Graph, pipes: pd.DataFrame, choice: SitingChoice, settings: Settings) -> ReachGraph:
    """Return the potable pipes in use with what of a logger's reach each uses up.

    Parameters
    ----------
    graph
        Graph of all pipes; the result has its vertices.
    pipes
        PIPE_COLUMNS, row by row the pipes of the graph.
    """
    if choice.kind == NOISE:
        material = pipes["material"]
        reach = np.where(
            material.isin(settings.words("pressure.metal_materials")),
            settings.real("pressure.noise_reach_m.metal"),
            np.where(
                material.isin(settings.words("pressure.cement_materials")),
                settings.real("pressure.noise_reach_m.cement"),
                settings.real("pressure.noise_reach_m.other"),
            ),
        )
    else:
        reach = np.full(len(pipes), settings.real(f"pressure.reach_m.{choice.kind}"))
    if not (reach > 0).all():
        raise InputError(tr("The reach of a logger must be above 0 m. Correct it in the settings table."))
    there = drinking_water_in_use(pipes)
    counts = np.ones(len(pipes), dtype=bool) if choice.counts is None else choice.counts
    row = np.flatnonzero(there)
    length = np.nan_to_num(graph.length_m[row])
    return ReachGraph(
        row, graph.start[row], graph.end[row], length, length / reach[row], counts[row], graph.node_count
    )


def logger_sites(
    graph: Graph, pipes: pd.DataFrame, nodes: pd.DataFrame, kind: str, settings: Settings
) -> tuple[Array, Array, tuple[str, ...]]:
    """Return vertices where a logger may be, those where one is, and ids of nodes where no pipe ends.

    Vertices are in the order of their ids.

    Parameters
    ----------
    graph
        Graph of ``pipes`` and ``nodes``, which have PIPE_COLUMNS and NODE_COLUMNS.
    """
    row = np.flatnonzero(drinking_water_in_use(pipes))
    at_pipe = np.zeros(graph.node_count, dtype=bool)
    at_pipe[graph.start[row]] = at_pipe[graph.end[row]] = True
    on_pipes = at_pipe & (graph.asset >= 0)
    live = np.zeros(graph.node_count, dtype=bool)
    assets = graph.asset >= 0
    live[assets] = ~nodes["status"].isin(OUT_OF_USE).to_numpy()[graph.asset[assets]]
    kinds = pd.Series(graph.kind, dtype=object)
    is_one = kinds.isin(settings.words(f"pressure.logger_kinds.{kind}")).to_numpy(dtype=bool) & live
    if kind == FLOW:
        wide = row[pipes["diameter_mm"].to_numpy(dtype=float)[row] >= settings.real("pressure.flow_dn_mm")]
        may = np.zeros(graph.node_count, dtype=bool)
        may[graph.start[wide]] = may[graph.end[wide]] = True
        may &= live
    else:
        may = kinds.isin(settings.words("pressure.logger_site_kinds")).to_numpy(dtype=bool) & live
    lost = np.flatnonzero((may | is_one) & ~on_pipes)
    system = np.full(graph.node_count, None, dtype=object)
    if len(lost):
        system[assets] = nodes["system"].to_numpy(dtype=object)[graph.asset[assets]]
    off_pipes = sorted(
        str(graph.node_id[each]) for each in lost.tolist() if system[each] in (None, "potable")
    )
    return _by_id(graph, may & on_pipes & ~is_one), _by_id(graph, is_one & on_pipes), tuple(off_pipes)


def _by_id(graph: Graph, flags: Array) -> Array:
    """Return the vertices of a mask in the order of their ids."""
    vertex = np.flatnonzero(flags)
    return np.asarray(vertex[np.argsort(graph.node_id[vertex].astype(str), kind="stable")])


def choose_sites(
    reach: ReachGraph, candidates: Array, existing: Array, count: int, progress: Progress = SILENT
) -> Array:
    """Return the vertices of loggers in their order, at most ``count``: fewer where all is covered before.

    One after the other, each where it covers most new metres, the first in the list of equal ones: what
    they cover is never below 1 - 1/e of what the best set covers (Nemhauser, Wolsey and Fisher 1978).
    Where there are few candidates all sets are tried, and the best one is taken if it covers more.

    Parameters
    ----------
    candidates
        Vertices where a logger may be (K,).
    existing
        Vertices of those that are there (E,).
    """
    begun = reach.left(existing)
    chosen = _greedy(reach, candidates, begun, count, progress)
    sets = comb(len(candidates), count)
    if count < 2 or sets > _MOST_SETS or sets * len(reach.used) > _MOST_SUMS:
        return chosen
    alone = np.stack([reach.nearest(candidates[[each]]).left for each in range(len(candidates))])
    best, most = None, reach.covered_m(np.maximum(begun, reach.nearest(chosen).left)).sum() + _BETTER_M
    waiting = combinations(range(len(candidates)), count)
    while block := list(islice(waiting, 1000)):
        left = np.maximum(alone[np.array(block)].max(axis=1), begun)
        both = np.minimum(reach.used, left[:, reach.start] + left[:, reach.end])
        covered = both @ reach.metres_per_reach
        first = int(np.argmax(covered))
        if covered[first] > most:
            best, most = block[first], covered[first] + _BETTER_M
    return chosen if best is None else _greedy(reach, candidates[list(best)], begun, count, SILENT)


def _greedy(reach: ReachGraph, candidates: Array, begun: Array, count: int, progress: Progress) -> Array:
    """Return the vertices chosen one after the other."""
    bounds = GainBounds(reach, candidates, begun)
    chosen: list[int] = []
    while len(chosen) < count:
        first = 0.0 if not chosen else 0.5 + 0.5 * len(chosen) / count
        best = bounds.best(progress.part(first, max(first, 0.5)))
        if best is None:
            break
        bounds.choose(best)
        chosen.append(best)
    return np.asarray(candidates[chosen]) if chosen else candidates[:0]


def site_loggers(
    graph: Graph,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    choice: SitingChoice,
    settings: Settings,
    progress: Progress = SILENT,
) -> Siting:
    """Return where the next loggers belong and what they cover.

    Parameters
    ----------
    graph
        Graph of ``pipes`` and ``nodes``, which have PIPE_COLUMNS and NODE_COLUMNS.

    Raises
    ------
    InputError
        When there are fewer candidates than loggers, and none at all.
    """
    count = choice.count
    reach = reach_graph(graph, pipes, choice, settings)
    candidates, existing, off_pipes = logger_sites(graph, pipes, nodes, choice.kind, settings)
    if choice.may is not None:
        candidates = candidates[choice.may[candidates]]
    existing = existing if choice.with_existing else existing[:0]
    if count < 1:
        raise InputError(tr("COUNT is {count}. Give 1 or more.").format(count=count))
    if count > len(candidates):
        message = tr("COUNT is {count}, but there are only {places} places for such a logger.")
        raise InputError(message.format(count=count, places=len(candidates)))
    chosen = choose_sites(reach, candidates, existing, count, progress)
    loggers = np.concatenate([existing, chosen])
    total = reach.total_m
    cover = LoggerGround(reach, candidates, existing).cover(chosen)
    after = cover.existing_m + np.cumsum(cover.covers_m)
    share = cover.existing_m / total if total else float("nan")
    rows = pd.DataFrame(
        {
            "node_id": graph.node_id[chosen],
            "order": np.arange(1, len(chosen) + 1),
            "covers_m": cover.covers_m,
            "covered_share": after / total if total else after,
            "vertex": chosen,
        }
    )
    names = graph.node_id[loggers]
    return Siting(
        rows,
        _covered_pipes(reach, graph, loggers),
        tuple(str(each) for each in names[: len(existing)]),
        share,
        total,
        len(candidates),
        off_pipes,
        LoggerGround(reach, candidates, existing),
    )


def _covered_pipes(reach: ReachGraph, graph: Graph, loggers: Array) -> pd.DataFrame:
    """Return the pipes that loggers cover, as `Siting.pipes`, with their ``pipe`` in the graph."""
    near = reach.nearest(loggers)
    metres = reach.covered_m(near.left)
    row = np.flatnonzero(metres > 0)
    ends = np.stack([reach.start[row], reach.end[row]])
    first = near.left[ends[0]] >= near.left[ends[1]]
    vertex = np.where(first, ends[0], ends[1])
    frame = pd.DataFrame(
        {
            "pipe_id": graph.pipe_id[reach.pipe[row]],
            "node_id": graph.node_id[loggers[near.logger[vertex]]] if len(row) else [],
            "distance_m": near.distance_m[vertex],
            "covered_m": metres[row],
            "pipe": reach.pipe[row],
        }
    )
    ordered: pd.DataFrame = frame.sort_values("pipe_id", kind="stable").reset_index(drop=True)
    return ordered
