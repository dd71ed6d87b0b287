"""Whoever counts customers counts the same ones: by pipe, by outlet, by place, read or kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from support.store_helpers import CRS, ORIGIN
from support.water_frames import Drawing

from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.health.risk.impact import impact_of
from waternet_plugin.core.leakage.night_readings import facts_of, metered_tree
from waternet_plugin.core.network.isolation import isolation_model
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, check_dma
from waternet_plugin.operations.drainage.find_misconnections import MisconnectionRequest, find_misconnections
from waternet_plugin.operations.leakage import balance_rows
from waternet_plugin.operations.leakage.night_flow import read_night_rows
from waternet_plugin.operations.network import burst_impact, live_network
from waternet_plugin.operations.network.isolate_burst import IsolateRequest, isolate_burst
from waternet_plugin.operations.network.prepared_network import prepared_for_isolation
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.network.trace_network import TraceRequest, trace_network
from waternet_plugin.operations.network.valve_segments import SegmentsRequest, valve_segments
from waternet_plugin.operations.pressure_tests.plan_zero_pressure_test import (
    PressureTestRequest,
    plan_zero_pressure_test,
)
from waternet_plugin.store import create_network
from waternet_plugin.store.network import Network

# On the lane: one names the pipe, one lies beside it, one names a pipe that was taken out.
CUSTOMERS, HOUSEHOLDS, PERSONS = 3, 36 + 1 + 4, 108


def town() -> Drawing:
    """A source, a metered zone with a lane behind a valve; a house drain that ends in a storm drain."""
    drawing = Drawing().node("S", 0, kind="source").node("M", 50, kind="flow_meter", meter_in="A")
    drawing.node("V", 100, kind="valve", valve_state="open").node("E", 300)
    drawing.pipe("main", "S", "M").pipe("in", "M", "V", dma_id="A").pipe("lane", "V", "E", dma_id="A")
    drawing.pipe("old", "V", "E", status="removed", dma_id="A")
    for name, x in (("H", 110), ("D", 200), ("R", 290)):
        kind = {"H": "manhole", "D": "manhole", "R": "outfall"}[name]
        drawing.node(name, x, 14, kind=kind, system="sewage" if name == "H" else "storm")
    drawing.pipe("house", "H", "D", system="sewage", length_m=90.0).pipe("rain", "D", "R", system="storm")
    drawing.customer("U1", "lane", xy=(500, 500), households=36.0, persons=108.0, critical=None,
                     outlet_node="H", demand_m3d=14.4)  # fmt: skip
    drawing.customer("U2", None, xy=(120, 9), households=None, critical=None, demand_m3d=1.0)
    return drawing.customer("U3", "old", xy=(130, 8), households=4.0, critical=None, demand_m3d=1.0)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    drawing = town()
    with create_network(tmp_path / "town.gpkg", CRS) as made:
        with made.write("adopt", name="town") as batch:
            for table, frame in (
                ("node", drawing.nodes),
                ("pipe", drawing.pipes),
                ("customer", drawing.customers),
            ):
                frame = frame.set_crs(CRS, allow_override=True)
                frame["geom"] = shapely.transform(frame["geom"].to_numpy(), lambda xy: xy + ORIGIN[:2])
                batch.insert(table, frame.dropna(axis=1, how="all"))
            zone = {"zone_id": ["A"], "kind": ["dma"], "name": ["A"], "state": ["proven"]}
            batch.insert("zone", pd.DataFrame(zone))
        yield made


def zone_sums(network: Network) -> Any:
    with prepared_for_dma(network) as model:
        return model.dma.customers.sum(), model.dma.households.sum(), None


def zone_check(network: Network) -> Any:
    row = check_dma(network, ZoneCheckRequest("check", store=False)).zones.iloc[0]
    return row["customers"], row["households"], None


def burst(network: Network) -> Any:
    figures = isolate_burst(network, IsolateRequest(pipe_id="lane")).figures
    assert figures["critical"] is None and figures["customers_by_place"] == 2
    return figures["customers"], figures["households"], figures["persons"]


def segments(network: Network) -> Any:
    found = valve_segments(network, SegmentsRequest()).segments
    assert found["critical"].isna().all()
    return found["customers"].sum(), found["households"].max(), None


def trace_of_water(network: Network) -> Any:
    figures = trace_network(network, TraceRequest("pipe:lane")).figures
    return figures["customers"], figures["households"], figures["persons"]


def trace_of_drains(network: Network) -> Any:
    request = TraceRequest("node:R", rules=_upstream())
    figures = trace_network(network, request).figures
    assert figures["customers_recorded"]
    return figures["customers"], figures["households"], figures["persons"]


def _upstream() -> Any:
    from waternet_plugin.core.network.tracing.trace_rules import UPSTREAM, Rules

    return Rules(direction=UPSTREAM)


def misconnection(network: Network) -> Any:
    found = find_misconnections(network, MisconnectionRequest("look")).found
    row = found[found["rule"] == "M1"].iloc[0]
    assert row["priority"] == row["users"] * {"heavy": 3, "medium": 2, "light": 1}[row["severity"]]
    return CUSTOMERS, row["users"], None


def pressure_test(network: Network) -> Any:
    plan = plan_zero_pressure_test(network, PressureTestRequest("A")).plan
    assert plan.figures["critical"] is None
    return plan.figures["customers"], plan.figures["households"], plan.figures["persons"]


def night(network: Network) -> Any:
    rows = read_night_rows(network)
    facts = facts_of(rows, metered_tree(rows.zones, ()))
    return facts.connections[0], facts.properties[0], None


def balance(network: Network) -> Any:
    zones = network.read("zone", ["zone_id", "kind", "parent_id", "state"], geometry=False)
    pipes = network.read("pipe", ["pipe_id", "dma_id"], geometry=False)
    customers = read_supplied(network, ["customer_id", "households"])
    found = balance_rows._zone_of_customers(customers, pipes, zone_tree(zones))
    return (found == 0).sum(), HOUSEHOLDS, None


def failure(network: Network) -> Any:
    pipes = network.read("pipe", list(isolation_model.PIPE_COLUMNS))
    found = burst_impact.read_impact(network, pipes, settings=Settings())
    assert found is not None
    row = pipes["pipe_id"].tolist().index("lane")
    raw = network.read("customer", list(isolation_model.CUSTOMER_COLUMNS))
    nodes = network.read("node", list(isolation_model.NODE_COLUMNS))
    again = impact_of(pipes, nodes, raw, settings=Settings())
    assert again is not None and again.customers[row] == found.customers[row]
    return found.customers[row], found.households[row], None


CALLERS: list[Callable[[Network], Any]] = [
    zone_sums, zone_check, burst, segments, trace_of_water, trace_of_drains, misconnection, pressure_test,
    night, balance, failure,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("caller", CALLERS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("kept", [False, True], ids=["file", "kept"])
def test_all_count_the_same_customers(network: Network, caller: Callable[[Network], Any], kept: bool) -> None:
    live = live_network.live_network(network.uri)
    if kept:
        with live.answering():
            pass
    customers, households, persons = caller(network)
    assert (int(customers), int(households)) == (CUSTOMERS, HOUSEHOLDS)
    assert persons in (None, PERSONS)


@pytest.mark.slow
def test_a_kept_network_counts_anew_when_a_customer_or_a_pipe_moves(network: Network) -> None:
    live = live_network.live_network(network.uri)

    def count() -> int:
        with prepared_for_isolation(live, isolation_model.AS_DRAWN) as works:
            return int(works.weights[:, isolation_model.CUSTOMERS].sum())

    assert count() == CUSTOMERS
    row = network.read("customer", ["customer_id"], ids=["U2"])
    far = shapely.transform(row["geom"].to_numpy(), lambda xy: xy + 5000.0)
    with network.write("edit") as batch:
        batch.update("customer", row.assign(geom=far).set_geometry("geom", crs=CRS))
    assert count() == CUSTOMERS - 1
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["lane"], "status": ["removed"]}))
    with pytest.raises(Exception, match=r"."):
        isolate_burst(live, IsolateRequest(pipe_id="lane"))
    assert count() == 0
