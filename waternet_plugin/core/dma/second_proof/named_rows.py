"""Pipes, nodes and devices by their names, read a second time from the rows themselves.

Nothing here asks the arrays of `DmaNetwork`: what is in use, open, closed, a meter or a source, and which
zone holds which, is read from the frames once more. An end is at the node that its row names; only where it
names none it is where the joining of ends put it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.scenario import CLOSE, METER, NEW_VALVE, Scenario
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.model.end_coordinates import (
    column,
    find_nodes,
    lines_of,
    named_ends,
    point_xy,
)
from waternet_plugin.core.network.model.findings import FindingCollector
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import METERED_SYSTEMS, OUT_OF_USE

# A node's id; a number where it has none of its own.
Name = Hashable
_Sides = tuple[Optional[str], Optional[str]]


@dataclass(frozen=True)
class NamedRows:
    """The open pipes of drinking and raw water, ``P`` of them, and what stands at their ends.

    Parameters
    ----------
    pipe
        Names of the pipes, each once (P,).
    ends
        Names of both ends (P, 2).
    area
        Zone that each pipe says it lies in, None for none that is there (P,).
    closed, unknown
        Valves that stand closed, and isolation valves whose state nobody knows.
    meters
        Boundary meters: the zones that a positive reading runs into and out of.
    sources
        What feeds the network; a tank inside a zone that has meters does not.
    holders
        Of each zone, in the order of the rows, all that hold it, itself among them.
    shut_ends
        Ends of pipes that a scenario closes at a node without closing the node: the node of each.
    areas_at
        Zones of all pipes, closed ones too, at each node that is closed or has a shut end.
    free_number
        No name is a number from this one on.
    """

    pipe: Array
    ends: Array
    area: Array
    closed: frozenset[Name]
    unknown: frozenset[Name]
    meters: Mapping[Name, _Sides]
    sources: frozenset[Name]
    holders: Mapping[str, frozenset[str]]
    shut_ends: Mapping[Name, Name]
    areas_at: Mapping[Name, frozenset[Optional[str]]]
    free_number: int

    def held_by(self, zone: str, area: Optional[str]) -> bool:
        """Return whether a zone holds an area, or one side of a meter."""
        return area is not None and zone in self.holders.get(area, ())


def named_rows(model: DmaModel) -> NamedRows:
    """Return the rows of a network by their names, as its scenario has them where there is one."""
    graph, pipes = model.connected.graph, model.pipes
    rows = graph.pipe_row
    names, ends = _names_and_ends(model)
    own_names = names[: len(model.nodes)]
    known = _holders(model.zones)
    values = {
        name: column(pipes, name, rows)
        for name in ("pipe_id", "system", "status", "initial_status", "dma_id")
    }
    counts = np.isin(values["system"].astype(str), METERED_SYSTEMS)
    counts &= ~np.isin(values["status"].astype(str), OUT_OF_USE)
    opens = counts & (values["initial_status"].astype(str) != "closed")
    devices = _Devices.of(model.nodes, own_names, model.settings)
    touched = set(ends[counts].reshape(-1).tolist())
    sources, tanks = (set(kind) & touched for kind in (devices.sources, devices.tanks))
    area = values["dma_id"].copy()
    pipe_id = _unique(values["pipe_id"])
    shut: dict[Name, Name] = {}
    if model.scenario is not None:
        _lay_over(model.scenario, devices, pipe_id, ends, area, counts, shut, len(names))
    area = np.array([number if number in known else None for number in area.tolist()], dtype=object)
    metered = {
        zone
        for sides in devices.meters.values()
        for zone in known.get(sides[0] or "", frozenset()) ^ known.get(sides[1] or "", frozenset())
    }
    storage = {
        tank
        for tank, areas in _areas_at(ends[opens], area[opens], tanks, {}).items()
        if len(areas) == 1 and metered & known.get(next(iter(areas)) or "", frozenset())
    }
    gates = devices.closed | set(shut.values())
    return NamedRows(
        pipe=pipe_id[opens],
        ends=ends[opens],
        area=area[opens],
        closed=frozenset(devices.closed),
        unknown=frozenset(devices.unknown),
        meters=devices.meters,
        sources=frozenset((sources | tanks) - storage),
        holders=known,
        shut_ends=shut,
        areas_at=_areas_at(ends[counts], area[counts], gates, shut),
        free_number=len(names) + len(shut),
    )


def among(names: Array, wanted: Collection[Name]) -> Array:
    """Return which names are among some, booleans."""
    objects = np.empty(len(wanted), dtype=object)
    objects[:] = list(wanted)
    is_among = pd.Series(names.reshape(-1), dtype=object).isin(objects).to_numpy(dtype=bool)
    return np.asarray(is_among.reshape(names.shape))


def _unique(ids: Array) -> Array:
    """Return ids, and the number of the row where there is none or another row has it."""
    series = pd.Series(ids, dtype=object)
    numbers = np.arange(len(ids)).astype(object)
    return np.where((series.isna() | series.duplicated()).to_numpy(), numbers, ids)


def _names_and_ends(model: DmaModel) -> tuple[Array, Array]:
    """Return the name of each vertex, and the names of both ends of each pipe (P, 2)."""
    graph = model.connected.graph
    node_id = column(model.nodes, "node_id")
    named = named_ends(model.pipes).reshape(-1, 2)[graph.pipe_row].reshape(-1)
    # Of several nodes with one id the same one is meant everywhere.
    row, _unknown = find_nodes(
        np.concatenate([named, node_id]), node_id, point_xy(lines_of(model.nodes)), FindingCollector()
    )
    of_end, of_node = row[: len(named)], row[len(named) :]
    joined = np.stack([graph.start, graph.end], axis=1).reshape(-1)
    names = np.arange(graph.node_count).astype(object)
    has_name = np.flatnonzero(of_node == np.arange(len(node_id)))
    names[has_name] = node_id[has_name]
    return names, names[np.where(of_end >= 0, of_end, joined)].reshape(-1, 2)


def _holders(zones: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the zones of kind dma in use with all that hold each, over a circle of parents once round."""
    parents: dict[str, Optional[str]] = {}
    for row in records(zones):
        if row.get("kind") == "dma" and row.get("state") != "retired":
            parents.setdefault(row["zone_id"], row.get("parent_id"))
    holders = {}
    for zone in parents:
        above: dict[str, None] = {}
        at: Optional[str] = zone
        while at is not None and at in parents and at not in above:
            above[at] = None
            at = parents[at]
        holders[zone] = frozenset(above)
    return holders


def _areas_at(
    ends: Array, area: Array, nodes: Collection[Name], shut: Mapping[Name, Name]
) -> dict[Name, frozenset[Optional[str]]]:
    """Return the areas of the pipes at some nodes; an end that is shut counts at its node."""
    areas_of: dict[Name, set[Optional[str]]] = defaultdict(set)
    row, side = np.nonzero(among(ends, {*nodes, *shut}))
    for name, zone in zip(ends[row, side].tolist(), area[row].tolist()):
        areas_of[shut.get(name, name)].add(zone)
    return {name: frozenset(areas) for name, areas in areas_of.items() if name in nodes}


@dataclass
class _Devices:
    """Names of valves, meters, sources and tanks in use, and of all nodes."""

    nodes: frozenset[Name]
    closed: set[Name]
    unknown: set[Name]
    valves: set[Name]
    meters: dict[Name, _Sides]
    sources: set[Name]
    tanks: set[Name]

    @classmethod
    def of(cls, nodes: pd.DataFrame, names: Array, settings: Settings) -> _Devices:
        """Read them from the rows of the nodes."""
        kind, state, status, system = (
            pd.Series(column(nodes, name), dtype=object)
            for name in ("kind", "valve_state", "status", "system")
        )
        sides = [column(nodes, name) for name in ("meter_in", "meter_out")]
        in_use = ~status.isin(OUT_OF_USE)

        def of_kinds(key: str) -> Any:
            return kind.isin(settings.words(f"network.{key}")) & in_use

        isolating = of_kinds("isolation_kinds")
        valves = isolating | of_kinds("one_way_kinds")
        gives = system.isna() | system.isin(METERED_SYSTEMS)
        given = (pd.Series(side, dtype=object).fillna("") != "" for side in sides)
        measuring = np.flatnonzero((next(given) | next(given)) & in_use)
        return cls(
            nodes=frozenset(names.tolist()),
            closed=_chosen(names, valves & (state == "closed")),
            unknown=_chosen(names, isolating & ~state.isin(("open", "closed"))),
            valves=_chosen(names, valves),
            meters={names[row]: (sides[0][row] or None, sides[1][row] or None) for row in measuring.tolist()},
            sources=_chosen(names, of_kinds("source_kinds") & gives),
            tanks=_chosen(names, of_kinds("tank_kinds") & gives),
        )


def _chosen(names: Array, mask: pd.Series) -> set[Name]:
    return set(names[mask.to_numpy(dtype=bool)].tolist())


def _lay_over(
    scenario: Scenario,
    devices: _Devices,
    pipe_id: Array,
    ends: Array,
    area: Array,
    counts: Array,
    shut: dict[Name, Name],
    free: int,
) -> None:
    """Change names, areas and devices as a scenario does; what names nothing that is there is passed over."""
    row_of = {name: row for row, name in enumerate(pipe_id.tolist())}
    for change in records(scenario.pipes):
        if change["pipe_id"] in row_of:
            area[row_of[change["pipe_id"]]] = change["zone_id"]
    degree = Counter(ends[counts].reshape(-1).tolist())
    cuts: list[tuple[int, int]] = []
    for device in records(scenario.devices):
        node = _given(device["node_id"]) or _given(device["at_node"])
        if node not in devices.nodes:
            continue
        if device["kind"] == METER:
            devices.meters[node] = (_given(device["zone_in"]), _given(device["zone_out"]))
            continue
        is_shut = device["kind"] in (CLOSE, NEW_VALVE)
        row = row_of.get(_given(device["pipe_id"]))
        # Where more than two pipes meet and no valve is there, the end of one pipe is shut.
        has_tee = is_shut and degree[node] > 2 and node not in devices.valves
        if has_tee and row is not None and node in ends[row]:
            cuts += [(row, side) for side in np.flatnonzero(ends[row] == node).tolist()]
            continue
        (devices.closed.add if is_shut else devices.closed.discard)(node)
        devices.unknown.discard(node)
        devices.valves.add(node)
    for number, (row, side) in enumerate(dict.fromkeys(cuts)):
        shut[free + number] = ends[row, side]
        ends[row, side] = free + number


def _given(value: Any) -> Optional[str]:
    return None if value is None or value == "" or value != value else str(value)
