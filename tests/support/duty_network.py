"""A network of two compounds with all that comes due in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin import store

CRS = "EPSG:4547"
X, Y = 400_000.0, 2_500_000.0


def _frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(rows, geometry="geom", crs=CRS)
    for name in ("cleaned_on", "permit_until"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    return frame


def _box(left: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(X + left, Y, X + left + 400, Y + 100)])


def make_duty_network(path: Path) -> Path:
    """Write two compounds, each with ten drains, manholes, a tank and a user; of two grids one has a team."""
    pipes, nodes, customers = [], [], []
    for number, left in enumerate((0.0, 500.0)):
        for place in range(11):
            at = shapely.Point(X + left + 5 + 30 * place, Y + 50, 0.0)
            nodes.append({"node_id": f"M{number}-{place}", "kind": "manhole", "geom": at})
        for place in range(10):
            ends = [(X + left + 5 + 30 * (place + step), Y + 50, 0.0) for step in (0, 1)]
            pipes.append(
                {
                    "pipe_id": f"P{number}-{place}",
                    "system": "sewage",
                    "from_node": f"M{number}-{place}",
                    "to_node": f"M{number}-{place + 1}",
                    "length_m": 20.0 + place,
                    "length_source": "given",
                    "street": "人民路",
                    "geom": shapely.LineString(ends),
                }
            )
        tank = {"node_id": f"T{number}", "kind": "septic_tank", "cleaned_on": "2025-01-01"}
        nodes.append({**tank, "geom": shapely.Point(X + left + 20, Y + 80, 0.0)})
        customers.append(
            {
                "customer_id": f"U{number}",
                "name": f"张三{number}",
                "kind": "non_domestic",
                "trade": "catering",
                "permit_until": "2026-08-01" if number else None,
                "geom": shapely.Point(X + left + 30, Y + 90),
            }
        )
    compounds = [
        {"compound_id": f"C{number}", "name": f"小区{number}", "geom": _box(500.0 * number)}
        for number in (0, 1)
    ]
    zones = [
        {
            "zone_id": f"G{number}",
            "kind": "grid",
            "team": team,
            "person": person,
            "geom": _box(500.0 * number),
        }
        for number, (team, person) in enumerate([("一班", "王"), (None, None)])
    ]
    with store.create_network(path, CRS, by="Li") as network, network.write("adopt") as batch:
        batch.insert("zone", _frame(zones))
        batch.insert("compound", _frame(compounds))
        batch.insert("node", _frame(nodes).assign(system="sewage", status="in_use"))
        batch.insert("pipe", _frame(pipes).assign(status="in_use"))
        batch.insert("customer", _frame(customers))
    return path
