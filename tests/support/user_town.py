"""A town of users: two compounds with total and sub-meters, trades, twelve months of volumes of 2025.

Total meters of compounds are due within a year of today, those of their users are overdue.
"""

from __future__ import annotations

import calendar
import datetime
from pathlib import Path
from typing import Any

from support.built_network import EAST, NORTH

# Each takes so many m3 a month; the second compound loses nothing.
TAKEN_M3 = {
    "U1": 100.0, "U2": 80.0, "U3": 60.0, "U4": 50.0, "C1": 400.0, "C2": 300.0, "C3": 20.0, "S1": 3000.0,
}  # fmt: skip
BULK_M3 = {"BULK-A": 200.0, "BULK-B": 110.0}
_COMPOUNDS = {"A": ("U1", "U2"), "B": ("U3", "U4")}
_TRADES = {"C1": "car_wash", "C2": "car_wash", "C3": "car_wash", "S1": "school"}


def months_of(year: int) -> list[tuple[str, str]]:
    """Return the first and the last day of each month of a year."""
    return [
        (f"{year}-{month:02d}-01", f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}")
        for month in range(1, 13)
    ]


def _ago(days: int) -> str:
    return (datetime.date.today() - datetime.timedelta(days=days)).isoformat()


def _nodes() -> list[dict[str, Any]]:
    of = {user: name for name, users in _COMPOUNDS.items() for user in users}
    year = float(datetime.date.today().year - 11)
    rows: list[dict[str, Any]] = [
        {"node_id": f"BULK-{name}", "diameter_mm": 100.0, "verified_meter_on": _ago(400),
         "meter_type": "remote", "compound_id": name}
        for name in _COMPOUNDS
    ]  # fmt: skip
    for user, name in of.items():
        rows.append(
            {"node_id": f"M-{user}", "diameter_mm": 20.0, "install_year": year, "compound_id": name,
             "meter_type": "mechanical", "meter_parent": f"BULK-{name}"}
        )  # fmt: skip
    rows.append({"node_id": "M-S1", "diameter_mm": 80.0, "verified_meter_on": _ago(100)})
    rows += [
        {"node_id": f"M-S1-{number}", "diameter_mm": 40.0, "verified_meter_on": _ago(100),
         "meter_type": "ultrasonic", "meter_parent": "M-S1"}
        for number in (1, 2)
    ]  # fmt: skip
    rows.append({"node_id": "M-C1", "meter_type": "unknown"})
    for row in rows:
        row.update(kind="meter", system="potable", status="in_use")
    points = [
        {"node_id": "H1", "kind": "hydrant", "water_use": "fire", "anti_theft": "yes"},
        {"node_id": "H2", "kind": "hydrant", "water_use": "fire", "anti_theft": "no"},
        {"node_id": "G1", "kind": "meter", "water_use": "greening"},
    ]
    rows += [{"system": "potable", "status": "in_use", **row} for row in points]
    return rows


def tables() -> dict[str, Any]:
    """Return the tables as frames, by name."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    from waternet_plugin.core import frames

    crs = "EPSG:4547"

    def placed(table: str, rows: list[dict[str, Any]], north: float) -> Any:
        at = [shapely.Point(EAST + 10.0 * place, NORTH + north) for place in range(len(rows))]
        return frames.conform(gpd.GeoDataFrame(rows, geometry=at, crs=crs).rename_geometry("geom"), table)

    of = {user: name for name, users in _COMPOUNDS.items() for user in users}
    meters = {row["node_id"] for row in _nodes()}
    customers = [
        {"customer_id": user, "name": "Quirinus7", "kind": "domestic" if user in of else "non_domestic",
         "compound_id": of.get(user), "trade": _TRADES.get(user), "demand_m3d": round(m3 / 30, 1),
         "meter_id": f"M-{user}" if f"M-{user}" in meters else None, "quota_m3_y": 10 * m3,
         "plan_m3_y": 13 * m3 if user not in of else None}
        for user, m3 in TAKEN_M3.items()
    ]  # fmt: skip
    volumes = [
        {"volume_id": f"{name}-{place}", column: name, "component": component, "from_date": first,
         "to_date": last, "volume_m3": m3}
        for column, component, amounts in (
            ("customer_id", "billed_metered", TAKEN_M3), ("node_id", "metered", BULK_M3),
        )
        for name, m3 in amounts.items()
        for place, (first, last) in enumerate(months_of(2025), 1)
    ]  # fmt: skip
    volumes.append(
        {"volume_id": "G1-1", "node_id": "G1", "component": "unbilled_metered", "from_date": "2025-01-01",
         "to_date": "2025-12-31", "volume_m3": 240.0}
    )  # fmt: skip
    areas = [
        {"compound_id": name, "name": f"Yard {name}", "households": 10.0, "pressure_flag": "no",
         "quality_flag": "yes" if name == "B" else "no"}
        for name in _COMPOUNDS
    ]  # fmt: skip
    corners = [(EAST + x, NORTH + 100) for x in (0, 100)]
    boxes = [shapely.MultiPolygon([shapely.box(x, y, x + 90, y + 100)]) for x, y in corners]
    compounds = gpd.GeoDataFrame(areas, geometry=boxes, crs=crs).rename_geometry("geom")
    line = shapely.LineString([(EAST, NORTH + 5), (EAST + 200, NORTH + 5)])
    pipe = {
        "pipe_id": "P1",
        "system": "potable",
        "status": "in_use",
        "diameter_mm": 100.0,
        "compound_id": "A",
    }
    pipes = gpd.GeoDataFrame([pipe], geometry=[line], crs=crs).rename_geometry("geom")
    contract = {
        "contract_id": "CT-1", "kind": "saving", "party": "Ren & Co", "compound_id": "A",
        "baseline_from": "2025-01-01", "baseline_to": "2025-06-30", "result_from": "2025-07-01",
        "result_to": "2025-12-31", "target_rate": 0.2,
    }  # fmt: skip
    return {
        "pipe": frames.conform(pipes, "pipe"),
        "node": placed("node", _nodes(), 0.0),
        "customer": placed("customer", customers, 150.0),
        "compound": frames.conform(compounds, "compound"),
        "volume": frames.conform(pd.DataFrame(volumes), "volume"),
        "contract": frames.conform(pd.DataFrame([contract]), "contract"),
    }


def write_user_town(path: Path) -> Path:
    """Write the town as a network and return its path."""
    from waternet_plugin import store

    with store.create_network(path, "EPSG:4547") as network, network.write("adopt", name="town") as batch:
        for name, frame in tables().items():
            batch.insert(name, frame)
    return path


def make_user_town(folder: Path) -> Path:
    """Write the town with its project beside it and return the network's path."""
    from waternet_plugin.bridge.project.project import build_project

    path = write_user_town(folder / "users.gpkg")
    build_project(path, language="en")
    return path
