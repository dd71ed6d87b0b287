"""What lies on or beside pipes without being joined to them: answers that follow joints pass over it."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.network.analysis.flow_elements import CONNECTOR
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.model.graph import Graph, GraphBuild
from waternet_plugin.core.network.model.near import near_lines
from waternet_plugin.core.network.model.row_groups import ranked
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.shapes.packed_shapes import Shapes, bounds_of
from waternet_plugin.core.texts import shortened, tr

_VALVES = "valve"
# Points that only say where pipes meet.
_POINTS = ("junction", "cap")
_JUNCTION = "junction"
_UNKNOWN = "unknown"
# Nearer than this is on the pipe, m: two decimals are told.
_ON_PIPE_M = 0.005
ASSET_COLUMNS = ("node_id", "kind", "pipe_id", "distance_m")
END_COLUMNS = ("pipe_id", "other_id", "distance_m")


@dataclass(frozen=True)
class Unjoined(PlainFrames):
    """What was passed over beside some pipes.

    Parameters
    ----------
    assets
        node_id, kind, pipe_id (the nearest pipe in use of its system, one of those that were followed) and
        distance_m of nodes at which no pipe ends; valves first.
    ends
        pipe_id, other_id, distance_m: a pipe of which an end is joined to nothing, and the pipe that it
        just misses; at least one of both was followed.
    unknown_valves
        Ids of valves at these pipes whose state is recorded as unknown; they were taken as open.
    """

    assets: pd.DataFrame
    ends: pd.DataFrame
    unknown_valves: tuple[str, ...]

    @cached_property
    def valves(self) -> pd.DataFrame:
        """The rows of ``assets`` that are valves."""
        rows: pd.DataFrame = self.assets[_are_valves(self.assets["kind"])]
        return rows

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What there is to know, in sentences; empty where nothing was passed over."""
        notes = []
        if len(self.assets):
            message = tr(
                "On or beside these pipes but joined to none, so passed over: {assets}. Check the network: "
                "it lists each with its repair."
            )
            names = shortened(_asset_words(**row) for row in records(self.assets))
            notes.append(message.format(assets=names))
        if len(self.ends):
            message = tr(
                "Pipe ends that just miss another pipe, so nothing was followed across: {ends}. Check the "
                "network: it lists each with its repair."
            )
            names = shortened(_end_words(**row) for row in records(self.ends))
            notes.append(message.format(ends=names))
        if self.unknown_valves:
            message = tr("Of unknown state and taken as open: {valves}. Look at them on site.")
            notes.append(message.format(valves=shortened(self.unknown_valves)))
        return tuple(notes)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Everything that was passed over, a row each, for reports that programs read."""
        return [*records(self.assets), *records(self.ends)]


def _are_valves(kinds: Iterable[Any]) -> Array:
    described = domain("node_kind")
    return np.array([kind in described and described[kind].family == _VALVES for kind in kinds], dtype=bool)


def _asset_words(node_id: str, kind: str | None, pipe_id: str, distance_m: float) -> str:
    kinds = domain("node_kind")
    label = kinds[kind].label if kind in kinds else ""
    values = {"kind": label, "node": node_id, "pipe": pipe_id, "distance": f"{distance_m:.2f}"}
    if distance_m < _ON_PIPE_M:
        return tr("{kind} {node} (on {pipe})").format(**values).strip()
    return tr("{kind} {node} ({distance} m from {pipe})").format(**values).strip()


def _end_words(pipe_id: str, other_id: str, distance_m: float) -> str:
    values = {"pipe": pipe_id, "other": other_id, "distance": f"{distance_m:.2f}"}
    return tr("{pipe} ({distance} m from {other})").format(**values)


@dataclass(frozen=True)
class _Facts:
    """What is known of all pipes and nodes, and holds until joints change, or what rows do.

    Parameters
    ----------
    is_drawn
        Pipes that have a line.
    used
        Pipes in use that have a line and are not connectors.
    unjoined, kind, system
        Rows of nodes in use where no pipe ends, but junctions and caps; kind and system, None for any.
    unknown_valves
        Rows of valves in use of unknown state.
    loose_pipe, loose_vertex
        Pipes in use of which an end meets no other pipe and no fitting, and the vertex of that end.
    """

    is_drawn: Array
    used: Array
    unjoined: Array
    kind: Array
    system: Array
    unknown_valves: Array
    loose_pipe: Array
    loose_vertex: Array


def _facts_of(
    graph: Graph,
    lines: Shapes,
    nodes: pd.DataFrame,
    isolation_kinds: Collection[str],
    joining_kinds: Collection[str],
) -> _Facts:
    is_drawn = np.isfinite(bounds_of(lines)[:, 0])
    status = pd.Series(graph.pipe_status, dtype=object)
    used = is_drawn & ~status.isin(OUT_OF_USE).to_numpy(dtype=bool) & (graph.pipe_function != CONNECTOR)
    node_count = len(nodes)
    status = pd.Series(column(nodes, "status"), dtype=object)
    in_use = ~status.isin(OUT_OF_USE).to_numpy(dtype=bool)
    alone = graph.degree()[:node_count] == 0
    # Kinds are compared of the few nodes alone.
    unjoined = np.flatnonzero(alone & in_use & np.isfinite(graph.x_m[:node_count]))
    points = pd.Series(column(nodes, "kind", unjoined), dtype=object).isin(_POINTS).to_numpy(dtype=bool)
    unjoined = unjoined[~points]
    kind, system = column(nodes, "kind", unjoined), column(nodes, "system", unjoined).copy()
    system[pd.Series(kind, dtype=object).isin(joining_kinds).to_numpy(dtype=bool)] = None
    unknown = np.flatnonzero((column(nodes, "valve_state") == _UNKNOWN) & in_use)
    unknown_kind = pd.Series(column(nodes, "kind", unknown), dtype=object)
    loose = graph.degree(used) == 1
    last = np.flatnonzero(loose[:node_count])
    loose[last] = column(nodes, "kind", last) == _JUNCTION
    ends = np.stack([graph.start, graph.end], axis=1)
    loose_pipe, side = np.nonzero(loose[ends] & used[:, None])
    return _Facts(
        is_drawn,
        np.asarray(used, dtype=bool),
        unjoined,
        kind,
        system,
        unknown[unknown_kind.isin(isolation_kinds).to_numpy(dtype=bool)],
        loose_pipe,
        ends[loose_pipe, side],
    )


class NearbyNetwork:
    """A network to look at for what is not joined to pipes that were followed.

    Parameters
    ----------
    connected
        The graph.
    lines
        The lines of the pipes.
    nodes
        The frame it was made of, with kind, system, status and valve_state.
    settings
        Thresholds in force: `quality.asset_off_m`, `quality.near_miss_m`, and lists of kinds.
    """

    def __init__(self, connected: GraphBuild, lines: Shapes, nodes: pd.DataFrame, settings: Settings) -> None:
        self.graph = connected.graph
        self.lines = lines
        self.nodes = nodes
        self.asset_reach_m = settings.real("quality.asset_off_m")
        self.end_reach_m = settings.real("quality.near_miss_m")
        self.isolation_kinds = settings.words("network.isolation_kinds")
        self.joining_kinds = settings.words("network.joining_kinds")

    @cached_property
    def _facts(self) -> _Facts:
        return _facts_of(self.graph, self.lines, self.nodes, self.isolation_kinds, self.joining_kinds)

    @cached_property
    def _bounds(self) -> Array:
        return bounds_of(self.lines)

    def prepare(self) -> None:
        """Compute now what the first question would have to wait for."""
        _ = self._facts

    def after_edit(
        self, connected: GraphBuild, lines: Shapes, nodes: pd.DataFrame, rows: Array
    ) -> NearbyNetwork:
        """Return this network after an edit that changed no joint, and not what rows do.

        Parameters
        ----------
        connected, lines, nodes
            As they are now.
        rows
            Numbers of the edited pipes.
        """
        after = copy.copy(self)
        after.graph, after.lines, after.nodes = connected.graph, lines, nodes
        computed = vars(after)
        computed.pop("_bounds", None)
        is_drawn = np.isfinite(bounds_of(lines[rows])[:, 0])
        if "_facts" in computed and not np.array_equal(self._facts.is_drawn[rows], is_drawn):
            del computed["_facts"]
        return after

    def beside(self, followed: Array) -> Unjoined:
        """Return what lies on or beside pipes that were followed without being joined to them.

        Parameters
        ----------
        followed
            Numbers of the pipes.
        """
        used, boxes = self._facts.used, self._bounds
        is_own = np.zeros(self.graph.pipe_count, dtype=bool)
        is_own[followed] = True
        is_own &= used
        if not is_own.any():
            return Unjoined(pd.DataFrame(columns=ASSET_COLUMNS), pd.DataFrame(columns=END_COLUMNS), ())
        low, high = boxes[is_own, :2].min(axis=0), boxes[is_own, 2:].max(axis=0)
        west, south, east, north = boxes.T
        beside = (west <= high[0] + self.asset_reach_m) & (east >= low[0] - self.asset_reach_m)
        beside &= (south <= high[1] + self.asset_reach_m) & (north >= low[1] - self.asset_reach_m)
        near = np.flatnonzero(beside & used)
        return Unjoined(
            self._assets(is_own, near, low, high), self._ends(is_own, near, low, high), self._unknown(is_own)
        )

    def _within(self, xy: Array, low: Array, high: Array, reach_m: float) -> Array:
        return np.asarray(((xy >= low - reach_m) & (xy <= high + reach_m)).all(axis=1))

    def _assets(self, is_own: Array, near: Array, low: Array, high: Array) -> pd.DataFrame:
        graph = self.graph
        facts = self._facts
        rows, kind, system = facts.unjoined, facts.kind, facts.system
        xy = np.stack([graph.x_m[rows], graph.y_m[rows]], axis=1)
        inside = self._within(xy, low, high, self.asset_reach_m)
        rows, kind, system, xy = rows[inside], kind[inside], system[inside], xy[inside]
        any_system = pd.isna(system)

        def counts(point: Array, line: Array) -> Array:
            return np.asarray(any_system[point] | (system[point] == graph.pipe_system[near[line]]))

        point, line, apart = near_lines(xy, self.lines[near], self.asset_reach_m, counts)
        pipe = near[line]
        order = np.lexsort((ranked(graph.pipe_id[pipe]), apart, point))
        point, pipe, apart = point[order], pipe[order], apart[order]
        first = np.r_[True, np.diff(point) != 0][: len(point)]
        # What lies nearer to a pipe that was not followed belongs to that one.
        first &= is_own[pipe]
        point, pipe, apart = point[first], pipe[first], apart[first]
        frame = pd.DataFrame(
            {
                "node_id": graph.node_id[rows[point]],
                "kind": kind[point],
                "pipe_id": graph.pipe_id[pipe],
                "distance_m": apart,
            }
        )
        is_valve = _are_valves(frame["kind"])
        names = frame["node_id"].to_numpy(dtype=object).astype(str)
        ordered: pd.DataFrame = frame.iloc[np.lexsort((names, ~is_valve))].reset_index(drop=True)
        return ordered

    def _ends(self, is_own: Array, near: Array, low: Array, high: Array) -> pd.DataFrame:
        graph = self.graph
        pipe, vertex = self._facts.loose_pipe, self._facts.loose_vertex
        xy = np.stack([graph.x_m[vertex], graph.y_m[vertex]], axis=1)
        inside = self._within(xy, low, high, self.end_reach_m)
        pipe, xy = pipe[inside], xy[inside]

        def counts(point: Array, line: Array) -> Array:
            first, second = pipe[point], near[line]
            wanted = (first != second) & (is_own[first] | is_own[second])
            wanted &= graph.pipe_system[first] == graph.pipe_system[second]
            # The next pipe of the same line is near by its very joint.
            for side in (graph.start, graph.end):
                wanted &= (side[second] != graph.start[first]) & (side[second] != graph.end[first])
            return np.asarray(wanted, dtype=bool)

        point, line, apart = near_lines(xy, self.lines[near], self.end_reach_m, counts)
        frame = pd.DataFrame(
            {
                "pipe_id": graph.pipe_id[pipe[point]],
                "other_id": graph.pipe_id[near[line]],
                "distance_m": apart,
            }
        )
        # Two ends that miss each other are told once.
        first, second = (frame[name].to_numpy(dtype=object).astype(str) for name in ("pipe_id", "other_id"))
        pair = (
            pd.Series(np.where(first <= second, first, second))
            + "\n"
            + np.where(first <= second, second, first)
        )
        order = np.lexsort((second, first, frame["distance_m"].to_numpy(dtype=float)))
        distinct = order[~pair.iloc[order].duplicated().to_numpy()]
        names = first[distinct]
        ordered: pd.DataFrame = frame.iloc[distinct[np.lexsort((second[distinct], names))]].reset_index(
            drop=True
        )
        return ordered

    def _unknown(self, is_own: Array) -> tuple[str, ...]:
        graph = self.graph
        at = np.zeros(graph.node_count, dtype=bool)
        at[graph.start[is_own]] = True
        at[graph.end[is_own]] = True
        rows = self._facts.unknown_valves
        rows = rows[at[rows]]
        return tuple(sorted(str(name) for name in graph.node_id[rows]))
