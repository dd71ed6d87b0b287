"""A small town of users, meters, two compounds, volumes and contracts, made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.store import create_network, open_network

CRS = "EPSG:4547"
Tables = dict[str, pd.DataFrame]


def points(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    placed = [{"geom": shapely.Point(10.0 * at, 0), **row} for at, row in enumerate(rows)]
    return frames.conform(gpd.GeoDataFrame(placed, geometry="geom", crs=CRS), table)


def meter(name: str, **more: Any) -> dict[str, Any]:
    return {"node_id": name, "kind": "meter", "system": "potable", "status": "in_use", **more}


def volume(name: str, component: str, m3: float, year: int = 2025, **of: str) -> dict[str, Any]:
    return {
        "volume_id": name, "component": component, "volume_m3": m3, "from_date": f"{year}-01-01",
        "to_date": f"{year}-12-31", **of,
    }  # fmt: skip


def tables() -> Tables:
    """Return two compounds, one of them leaking, a car wash with a sub-meter and a school outside."""
    nodes = [
        meter(
            "BULK-A", diameter_mm=100, verified_meter_on="2025-06-01", meter_type="remote", compound_id="A"
        ),
        meter("BULK-B", diameter_mm=100, compound_id="B"),
        meter("M1", diameter_mm=15, install_year=2019, meter_parent="BULK-A", compound_id="A"),
        meter("M3", diameter_mm=40, verified_meter_on="2022-06-01", meter_type="ultrasonic"),
        meter("M3-1", diameter_mm=20, meter_parent="M3"),
        meter("OLD", meter_state="scrapped"),
    ]
    customers = [
        {"customer_id": "U1", "name": "Quirinus7", "compound_id": "A", "meter_id": "M1", "trade": None},
        {"customer_id": "U2", "compound_id": "B", "quota_m3_y": 0.0},
        {"customer_id": "U3", "trade": "car_wash", "meter_id": "M3", "level": 2, "quota_m3_y": 400.0,
         "plan_m3_y": 100.0, "balance_tested_on": "2024-01-01", "reuse_m3_y": 40.0},
        {"customer_id": "U4", "trade": "school", "level": 1},
        {"customer_id": "U5", "trade": "school", "level": 1},
    ]  # fmt: skip
    areas = {"A": shapely.box(0, 100, 90, 200), "B": shapely.box(100, 100, 200, 200)}
    compounds = gpd.GeoDataFrame(
        [
            {"compound_id": name, "name": f"Yard {name}", "households": 10, "pressure_flag": "no",
             "quality_flag": "no", "geom": shapely.MultiPolygon([shape])}
            for name, shape in areas.items()
        ],
        geometry="geom", crs=CRS,
    )  # fmt: skip
    volumes = [
        volume("V1", "metered", 1000.0, node_id="BULK-A"),
        volume("V2", "metered", 500.0, node_id="BULK-B"),
        volume("V3", "billed_metered", 900.0, customer_id="U1"),
        volume("V4", "billed_unmetered", 490.0, customer_id="U2"),
        volume("V5", "billed_metered", 200.0, customer_id="U3"),
        volume("V6", "unbilled_metered", 300.0, customer_id="U4"),
        volume("V7", "leak_hidden", 999.0, customer_id="U4"),
        volume("V8", "metered", 1464.0, 2024, node_id="BULK-A"),
        volume("V9", "billed_metered", 366.0, 2024, customer_id="U1"),
    ]
    contract = {
        "contract_id": "CT-1", "kind": "saving", "compound_id": "A", "baseline_from": "2024-01-01",
        "baseline_to": "2024-12-31", "result_from": "2025-01-01", "result_to": "2025-12-31",
        "target_m3": 460.0, "target_rate": 0.2,
    }  # fmt: skip
    lost = {**contract, "contract_id": "CT-2", "compound_id": None}
    return {
        "node": points("node", nodes),
        "customer": points("customer", customers),
        "compound": frames.conform(compounds, "compound"),
        "volume": frames.conform(pd.DataFrame(volumes), "volume"),
        "contract": frames.conform(pd.DataFrame([contract, lost]), "contract"),
    }


def written(path: Path, rows: Tables) -> Path:
    """Write the tables to a new network."""
    create_network(path, CRS).close()
    with open_network(path) as network, network.write("edit", name="town") as batch:
        for name, frame in rows.items():
            batch.insert(name, frame)
    return path


def more(rows: Tables, name: str, *added: dict[str, Any]) -> Tables:
    """Return the tables with rows added to one of them."""
    extra = (
        points(name, list(added)) if name in ("node", "customer")
        else frames.conform(pd.DataFrame(list(added)), name)
    )  # fmt: skip
    return {**rows, name: pd.concat([rows[name], extra], ignore_index=True)}


def changed(rows: Tables, name: str, key: str, asset: str, **values: Any) -> Tables:
    """Return the tables with other values of one row."""
    frame = rows[name].copy()
    for column, value in values.items():
        frame.loc[frame[key] == asset, column] = value
    return {**rows, name: frame}


def without(rows: Tables, *volumes: str) -> Tables:
    """Return the tables without some volumes."""
    frame = rows["volume"]
    return {**rows, "volume": frame[~frame["volume_id"].isin(volumes)].reset_index(drop=True)}
