"""Public use in the balance, and the balance without compounds that were taken over: by hand."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from waternet_plugin.core import frames
from waternet_plugin.operations.leakage.water_balance import (
    WaterBalanceRequest,
    WaterBalanceResult,
    water_balance,
)
from waternet_plugin.store import create_network, open_network

CRS = "EPSG:4547"
FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
Rows = list[dict[str, Any]]


def placed(table: str, rows: Rows) -> pd.DataFrame:
    return frames.conform(gpd.GeoDataFrame(rows, geometry="geom", crs=CRS), table)


def node(name: str, kind: str, x: float, **more: Any) -> dict[str, Any]:
    fields = {"node_id": name, "kind": kind, "system": "potable", "status": "in_use"}
    return {**fields, "geom": shapely.Point(x, 0, 0), **more}


def customer(name: str, **more: Any) -> dict[str, Any]:
    return {"customer_id": name, "pipe_id": "P1", "geom": shapely.Point(50, 5), **more}


def volume(name: str, component: str, m3: float, **of: str) -> dict[str, Any]:
    return {
        "volume_id": name, "component": component, "volume_m3": m3, "from_date": "2025-01-01",
        "to_date": "2025-12-31", **of,
    }  # fmt: skip


VOLUMES = [
    volume("V0", "own_supply", 10_000.0),
    volume("V1", "metered", 6000.0, node_id="IN"),
    volume("V2", "metered", 1000.0, node_id="BULK"),
    volume("V3", "billed_metered", 900.0, customer_id="U1"),
    volume("V4", "billed_metered", 4000.0, customer_id="U2"),
    volume("V5", "unbilled_unmetered", 30.0, node_id="HYD"),
    volume("V6", "billed_metered", 70.0, node_id="GREEN"),
    volume("V7", "billed_metered", 2000.0, customer_id="U3"),
]


def balance(tmp_path: Path, volumes: Rows = VOLUMES, **asked: Any) -> WaterBalanceResult:
    """Return the balance of a zone with a compound that was taken over in 2025, and of what lies outside."""
    path = tmp_path / f"town{len(list(tmp_path.iterdir()))}.gpkg"
    create_network(path, CRS).close()
    line = shapely.LineString([(0, 0, 0), (100, 0, 0)])
    pipe = {"pipe_id": "P1", "system": "potable", "status": "in_use", "from_node": "IN", "to_node": "BULK"}
    area = shapely.MultiPolygon([shapely.box(0, -50, 200, 50)])
    tables = {
        "node": placed("node", [
            node("IN", "flow_meter", 0, meter_in="Z"), node("BULK", "meter", 100, compound_id="A"),
            node("HYD", "hydrant", 50, water_use="fire", dma_id="Z"),
            node("GREEN", "meter", 900, water_use="greening"), node("DRY", "hydrant", 60, water_use="fire"),
            node("OLD", "meter", 70, compound_id="B"),
        ]),
        "pipe": placed("pipe", [{**pipe, "dma_id": "Z", "geom": line}]),
        "zone": placed("zone", [{"zone_id": "Z", "kind": "dma", "name": "Z", "geom": area}]),
        "compound": placed("compound", [
            {"compound_id": name, "takeover_on": day, "geom": area}
            for name, day in (("A", "2025-03-01"), ("B", "2025-06-01"), ("C", "2019-01-01"))
        ]),
        "customer": placed("customer", [
            customer("U1", compound_id="A"), customer("U2", compound_id="C"),
            {**customer("U3"), "pipe_id": None, "geom": shapely.Point(9000, 0)},
        ]),
        "volume": frames.conform(pd.DataFrame(volumes), "volume"),
    }  # fmt: skip
    with open_network(path) as network:
        with network.write("edit", name="town") as batch:
            for name, frame in tables.items():
                batch.insert(name, frame)
        return water_balance(network, WaterBalanceRequest(first=FIRST, last=LAST, **asked))


def figures(found: WaterBalanceResult, name: str) -> dict[str, float]:
    return dict(zip(found.rows["zone_id"], found.rows[name]))


@pytest.mark.slow
def test_public_points_count_in_the_zone_that_they_name(tmp_path: Path) -> None:
    found = balance(tmp_path)
    assert figures(found, "public_m3") == {"": 100.0, "Z": 30.0}
    assert figures(found, "authorised_m3") == {"": 7000.0, "Z": 4930.0}
    told = json.loads(found.report.to_json())
    assert told["public"] == {"fire": 30.0, "greening": 70.0}
    assert told["public_points"] == {
        "fire": {"points": 2, "metered": 0},
        "greening": {"points": 1, "metered": 1},
    }
    half = balance(tmp_path, step="quarter")
    assert half.periods["public_m3"].sum() == pytest.approx(130.0)


@pytest.mark.slow
def test_compounds_taken_over_are_left_out_with_supply_and_customers(tmp_path: Path) -> None:
    found = balance(tmp_path, without_since=datetime.date(2025, 1, 1))
    assert figures(found, "supply_m3") == {"": 9000.0, "Z": 5000.0}
    assert figures(found, "authorised_m3") == {"": 6100.0, "Z": 4030.0}
    assert figures(found, "loss_m3") == {"": 2900.0, "Z": 970.0}
    told = json.loads(found.report.to_json())
    # The other new compound has no volume of a bulk meter: it counts, and that is said.
    assert told["left_out"] == ["A"] and told["without_since"] == "2025-01-01"
    assert any(note.endswith(": B.") for note in found.notes) and any("A." in note for note in found.notes)
    assert "A" not in set(found.compounds["compound_id"])
    later = balance(tmp_path, without_since=datetime.date(2025, 3, 2))
    assert figures(later, "loss_m3") == figures(balance(tmp_path), "loss_m3") == {"": 3000.0, "Z": 1070.0}
    assert any("2025-03-02" in note for note in later.notes)


@pytest.mark.slow
def test_what_is_written_for_the_network_as_one_loses_the_customers_too(tmp_path: Path) -> None:
    rows = [*VOLUMES, volume("W", "billed_metered", 7100.0)]
    whole = balance(tmp_path, rows, without_since=datetime.date(2025, 1, 1))
    assert figures(whole, "authorised_m3")[""] == 7100.0 - 900.0 + 30.0
    assert figures(whole, "authorised_m3")["Z"] == 4030.0
