"""The plan of a zero-pressure test: who goes where in which order, and who is without water meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test.gauges import Gauge, GaugePlacing
from waternet_plugin.core.dma.pressure_test.shutting_valves import NO_VALVE, ValveSearch
from waternet_plugin.core.dma.pressure_test.walking_order import walking_order, way_length_m
from waternet_plugin.core.dma.pressure_test.zone_cut import ZoneCut, cut_zone
from waternet_plugin.core.dma.verdict.cut_off import fed_pieces
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.customers import FOUND_BY, RECORDED, UserCount, are_recorded
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.retests.kept_boundary import ProvenBoundary, members_hash
from waternet_plugin.core.schema.settings import Settings

BOUNDARY, GAUGE, STORAGE, INLET, DRAIN, REOPEN = "boundary", "gauge", "storage", "inlet", "drain", "reopen"
_CUSTOMER = (
    "customer_id", "critical", "kind", "households", "persons", "demand_m3d", "pipe_id", FOUND_BY,
)  # fmt: skip


@dataclass(frozen=True)
class PressureTestPlan(PlainFrames):
    """A plan of a zero-pressure test.

    Parameters
    ----------
    zone_id, name
        The zone.
    cut
        What cuts it off.
    steps
        In the order of the night: step, node_id, role, meter (of an inlet), device (tank that a valve shuts),
        turns, street, diameter_mm, ground_m, purposes (codes, of gauges), watches (doubtful valves),
        state (of boundary valves), doubts (codes), node (vertex), x_m, y_m (in the network's coordinates).
    customers
        Who loses water, critical ones first: customer_id, critical, kind, households, persons, demand_m3d,
        pipe_id, found_by, row.
    dry
        Pipes without water during the test (P,).
    unwatched
        Doubtful valves that no gauge watches.
    storage_without_valve
        Ids of tanks and sources inside that no valve shuts off.
    pieces
        Into how many pieces the zone falls when it is cut off.
    figures
        Numbers by name.
    """

    zone_id: str
    name: str
    cut: ZoneCut
    steps: pd.DataFrame
    customers: pd.DataFrame
    dry: Array
    unwatched: int
    storage_without_valve: tuple[str, ...]
    pieces: int
    figures: dict[str, Any]

    def of_role(self, role: str) -> pd.DataFrame:
        """Return the steps of a role."""
        chosen: pd.DataFrame = self.steps[self.steps["role"] == role]
        return chosen


def plan_test(model: DmaModel, zone: int, *, settings: Settings, pressure_node: str = "") -> PressureTestPlan:
    """Return the plan of a zone's test.

    Parameters
    ----------
    zone
        Number of the zone.
    pressure_node
        The zone's own node for pressure; '' for none.
    """
    network, graph = model.dma, model.graph
    cut = cut_zone(network, zone)
    planner = _Planner(model, cut, settings)
    placing = GaugePlacing(
        model,
        cut,
        most=settings.integer("dma.test_gauges"),
        least_m=settings.real("dma.test_gauge_piece_m"),
    )
    doubtful = planner.doubtful()
    drains = placing.drains()
    gauges, unwatched = placing.gauges(graph.vertex_of(pressure_node) if pressure_node else -1, doubtful)
    steps = planner.steps(gauges, drains)
    shut = [*cut.devices.tolist(), *planner.node_of(steps, (STORAGE, INLET))]
    dry = dry_pipes(model, cut, shut)
    customers = _customers(model, dry)
    row = int(network.zones.row[zone])
    tested = cut.inside & network.open
    return PressureTestPlan(
        zone_id=str(network.zones.zone_id[zone]),
        name=str(column(model.zones, "name")[row] or ""),
        cut=cut,
        steps=steps,
        customers=customers,
        dry=dry,
        unwatched=unwatched,
        storage_without_valve=tuple(planner.storage_without_valve),
        pieces=len(placing.pieces),
        figures={
            "valves": len(cut.valves),
            "doubtful_valves": len(doubtful),
            "inlets": int((~cut.outward).sum()),
            "outlets": int(cut.outward.sum()),
            "open_crossings": len(cut.crossings),
            "storage": len(cut.storage),
            "gauges": len(gauges),
            RECORDED: are_recorded(model.customers),
            **UserCount.of(customers).figures(),
            "length_m": float(np.nansum(graph.length_m[tested])),
            "volume_m3": _volume_m3(model, tested),
            "way_m": planner.way_m(steps),
            "ground_min_m": _extreme(placing, np.nanmin),
            "ground_max_m": _extreme(placing, np.nanmax),
        },
    )


def dry_pipes(model: DmaModel, cut: ZoneCut, shut: Iterable[int]) -> Array:
    """Return the pipes that are without water when a zone is cut off (P,).

    Parameters
    ----------
    cut
        What cuts the zone off; open crossings count as shut.
    shut
        The nodes that are shut.
    """
    network = model.dma
    parting = network.closed.copy()
    parting[list(shut)] = True
    # A tank that no valve shuts off still counts as shut: nothing else would test the zone.
    outside = network.source.copy()
    outside[cut.storage] = False
    # A source that is an inlet itself is shut towards the zone, and feeds on what lies beside it.
    inlet = np.zeros(len(outside), dtype=bool)
    inlet[cut.meters] = outside[cut.meters]
    after = _fed(model, parting, outside & ~inlet) | (_fed(model, parting, inlet) & ~cut.inside)
    before = _fed(model, network.closed, network.source)
    of_zone = network.zones.holds(cut.zone, network.zone)
    return np.asarray(network.open & ~after & (before | of_zone))


def _fed(model: DmaModel, parting: Array, source: Array) -> Array:
    """Return the open pipes that have a way to a source when some nodes part (P,)."""
    pieces = model.dma.pieces(parting)
    return np.asarray(np.append(fed_pieces(pieces, source), False)[pieces.pipe])


def _customers(model: DmaModel, dry: Array) -> pd.DataFrame:
    """Return the customers of dry pipes, critical ones first, then by id."""
    pipe = model.dma.customer_pipe
    row = np.flatnonzero((pipe >= 0) & dry[np.maximum(pipe, 0)]) if len(pipe) else np.zeros(0, dtype=np.int64)
    customers = pd.DataFrame({name: column(model.customers, name)[row] for name in _CUSTOMER}).assign(row=row)
    for name in ("households", "persons", "demand_m3d"):
        customers[name] = customers[name].astype(float)
    ranked = customers.assign(rank=customers["critical"] != "yes", by=customers["customer_id"].astype(str))
    ordered = ranked.sort_values(["rank", "by"], kind="stable", ignore_index=True)
    plain: pd.DataFrame = ordered.drop(columns=["rank", "by"])
    return plain


def _volume_m3(model: DmaModel, pipes: Array) -> float:
    area_m2 = np.pi / 4 * (model.dma.diameter_mm[pipes] / 1000) ** 2
    return float(np.nansum(area_m2 * model.graph.length_m[pipes]))


def _extreme(placing: GaugePlacing, of: Any) -> float:
    heights = placing.ground_m[placing.inside]
    return float(of(heights)) if np.isfinite(heights).any() else float("nan")


class _Planner:
    """Makes the steps of a plan."""

    def __init__(self, model: DmaModel, cut: ZoneCut, settings: Settings) -> None:
        self.model, self.cut = model, cut
        self.network, self.graph = model.dma, model.graph
        self.storage_without_valve: list[str] = []
        kinds = settings.words("network.isolation_kinds")
        parting = np.zeros(self.graph.node_count, dtype=bool)
        parting[cut.devices] = True
        isolating = pd.Series(self.graph.kind, dtype=object).isin(kinds).to_numpy(dtype=bool)
        refused = (self._of_nodes("operable") == "no") | (self._of_nodes("accessible") == "no")
        # Water runs through an inlet: a valve there of which nobody noted the state stands open.
        usable = isolating & self.network.valve & ~self.network.closed & ~parting & ~refused
        self.search = ValveSearch(self.network, usable, parting, settings.real("dma.test_valve_search_m"))

    def _of_nodes(self, name: str) -> Array:
        values = np.full(self.graph.node_count, None, dtype=object)
        has_asset = self.graph.asset >= 0
        values[has_asset] = column(self.model.nodes, name)[self.graph.asset[has_asset]]
        return np.asarray(values)

    def doubts(self, valve: int) -> list[str]:
        """Return why a boundary valve may not close, as codes, the gravest first."""
        doubts = ["state_unknown"] if self.network.unknown[valve] else []
        for name in ("operable", "accessible"):
            value = self._value(valve, name)
            if value != "yes" and not (name == "accessible" and value is None):
                doubts.append(f"not_{name}" if value == "no" else f"{name}_unknown")
        return doubts

    def doubtful(self) -> Array:
        """Return the boundary valves that may not close, the most doubtful first."""
        rank = {"state_unknown": 0, "not_operable": 1, "not_accessible": 2}
        graded = [
            (min(rank.get(code, 3) for code in doubts), at, valve)
            for at, valve in enumerate(self.cut.valves.tolist())
            if (doubts := self.doubts(valve))
        ]
        return np.array([valve for _rank, _at, valve in sorted(graded)], dtype=np.int64)

    def _value(self, node: int, name: str) -> Any:
        asset = int(self.graph.asset[node])
        value = column(self.model.nodes, name)[asset] if asset >= 0 else None
        return None if value is None or value != value else value

    def _xy(self, nodes: Array) -> Array:
        return np.column_stack([self.graph.x_m[nodes], self.graph.y_m[nodes]])

    def steps(self, gauges: list[Gauge], drains: list[int]) -> pd.DataFrame:
        """Return the steps in the order of the night."""
        inlets = self._inlets()
        storage = self._storage()
        target = np.nanmean(self._xy(self.cut.meters), axis=0) if len(self.cut.meters) else None
        valves = self.cut.valves[walking_order(self._xy(self.cut.valves), target)]
        rows = [self._row(valve, BOUNDARY, doubts=tuple(self.doubts(valve))) for valve in valves.tolist()]
        rows += [
            self._row(
                gauge.node,
                GAUGE,
                purposes=tuple(gauge.purposes),
                watches=tuple(str(self.graph.node_id[valve]) for valve in gauge.valves),
            )
            for gauge in gauges
        ]
        rows += [self._row(node, STORAGE, device=name) for node, name in storage]
        rows += [self._row(node, INLET, meter=name) for node, name in inlets]
        rows += [self._row(node, DRAIN) for node in drains]
        # Back on in the reverse order: the inlet that was shut last, the largest, fills the zone.
        rows += [self._row(node, REOPEN, meter=name) for node, name in inlets[::-1]]
        rows += [self._row(node, REOPEN, device=name) for node, name in storage[::-1]]
        frame: pd.DataFrame = pd.DataFrame(rows, columns=list(_STEP_COLUMNS))
        frame.insert(0, "step", np.arange(1, len(frame) + 1))
        return frame

    def _inlets(self) -> list[tuple[int, str]]:
        """Return what shuts each meter and its id, small inlets first, so that the largest is shut last."""
        inlets = []
        for meter in self.cut.meters.tolist():
            valve = self.search.of_meter(meter, inside=self.cut.inside)
            width = self._value(meter, "diameter_mm") or self._width(meter)
            name = str(self.graph.node_id[meter])
            inlets.append((width, name, meter if valve == NO_VALVE else valve))
        return [(node, name) for _width, name, node in sorted(inlets)]

    def _width(self, node: int) -> float:
        ends = np.flatnonzero((self.graph.start == node) | (self.graph.end == node))
        widths = self.network.diameter_mm[ends]
        return float(np.nanmax(widths)) if np.isfinite(widths).any() else 0.0

    def _storage(self) -> list[tuple[int, str]]:
        """Return what shuts each tank and source inside, and its id."""
        storage = []
        for tank in self.cut.storage.tolist():
            name = str(self.graph.node_id[tank])
            valves = self.search.of_tank(tank)
            if NO_VALVE in valves:
                self.storage_without_valve.append(name)
            storage += [(tank if valve == NO_VALVE else valve, name) for valve in valves]
        return storage

    def _row(self, node: int, role: str, **more: Any) -> dict[str, Any]:
        row = {
            "node": node,
            "node_id": self.graph.node_id[node],
            "role": role,
            "meter": None,
            "device": None,
            "turns": _number(self._value(node, "turns")),
            "street": self._value(node, "street") or self._street(node),
            "diameter_mm": _number(self._value(node, "diameter_mm")) or self._width(node) or np.nan,
            "ground_m": _number(self._value(node, "ground_m")),
            "kind": self.graph.kind[node],
            "purposes": (),
            "watches": (),
            "doubts": (),
            "x_m": float(self.graph.x_m[node]),
            "y_m": float(self.graph.y_m[node]),
        }
        return {**row, **more}

    def _street(self, node: int) -> Any:
        """Return the street of a pipe at a node."""
        ends = np.flatnonzero((self.graph.start == node) | (self.graph.end == node))
        names = [name for name in column(self.model.pipes, "street")[self.graph.pipe_row[ends]] if name]
        return min(names) if names else None

    def way_m(self, steps: pd.DataFrame) -> float:
        """Return how far it is from valve to valve, m."""
        walked = steps[steps["role"].isin([BOUNDARY, INLET])]["node"].to_numpy(dtype=np.int64)
        return way_length_m(self._xy(walked))

    @staticmethod
    def node_of(steps: pd.DataFrame, roles: tuple[str, ...]) -> list[int]:
        """Return the nodes of steps of some roles."""
        return [int(node) for node in steps.loc[steps["role"].isin(roles), "node"]]


_STEP_COLUMNS = (
    "node_id", "role", "meter", "device", "turns", "street", "diameter_mm", "ground_m", "kind", "purposes",
    "watches", "doubts", "node", "x_m", "y_m",
)  # fmt: skip


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def proven_boundary(model: DmaModel, plan: PressureTestPlan) -> ProvenBoundary:
    """Return the boundary of a zone as a test proves it."""
    graph, network = model.graph, model.dma
    chosen = plan.steps["role"].isin([BOUNDARY, INLET, STORAGE])
    node = np.unique(
        np.concatenate([plan.cut.devices, plan.steps.loc[chosen, "node"].to_numpy(dtype=np.int64)])
    )
    at = np.zeros(graph.node_count, dtype=bool)
    at[node] = True
    pipe = np.flatnonzero((at[graph.start] | at[graph.end]) & network.counts)
    pipe = np.union1d(pipe, plan.cut.closed_pipes).astype(np.int64)
    of_zone = np.flatnonzero(network.zones.holds(plan.cut.zone, network.zone) & network.counts)
    return ProvenBoundary(
        tuple(
            sorted(
                str(graph.node_id[vertex]) for vertex in node.tolist() if graph.node_id[vertex] is not None
            )
        ),
        tuple(sorted(str(graph.pipe_id[row]) for row in pipe.tolist())),
        members_hash(graph.pipe_id[of_zone].tolist()),
    )
