"""Two ways from a source to a street, with valves: what is shut on both cuts off what lies behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.store import create_network

CRS = "EPSG:4547"
EAST, NORTH, STEP_M = 500_000.0, 2_500_000.0, 100.0
# Node, place in steps, kind. The upper way is S V1 A V2 B V3 C, the lower one S W1 D W2 C; E lies behind C.
NODES = {
    "S": (0, 0, "source"), "V1": (1, 1, "valve"), "A": (2, 1, "junction"), "V2": (3, 1, "valve"),
    "B": (4, 1, "junction"), "V3": (5, 1, "valve"), "C": (6, 0, "junction"), "W1": (1, -1, "valve"),
    "D": (3, -1, "hydrant"), "W2": (5, -1, "valve"), "V4": (7, 0, "valve"), "E": (8, 0, "junction"),
}  # fmt: skip
PIPES = {
    "P1": ("S", "V1"), "P2": ("V1", "A"), "P3": ("A", "V2"), "P4": ("V2", "B"), "P5": ("B", "V3"),
    "P6": ("V3", "C"), "Q1": ("S", "W1"), "Q2": ("W1", "D"), "Q3": ("D", "W2"), "Q4": ("W2", "C"),
    "R1": ("C", "V4"), "R2": ("V4", "E"),
}  # fmt: skip
CUSTOMERS = {"U-A": "P2", "U-B": "P4", "U-B2": "P5", "U-C": "P6", "U-D": "Q2", "U-E": "R2"}
DMA = {"Z1": ("P1", "P2", "P3", "P4", "P5", "P6"), "Z2": ("Q1", "Q2", "Q3", "Q4")}


def spot_of(name: str) -> tuple[float, float]:
    """Return where a node stands, m."""
    x, y, _kind = NODES[name]
    return EAST + STEP_M * x, NORTH + STEP_M * y


def with_shapes(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows of a table with geometry."""
    return frames.conform(gpd.GeoDataFrame(rows, geometry="geom", crs=CRS), table)


def write_shut_streets(path: Path) -> Path:
    """Write the streets as a network."""
    common = {"system": "potable", "status": "in_use"}
    zone_of = {pipe: zone for zone, pipes in DMA.items() for pipe in pipes}
    pipes = [
        {"pipe_id": name, "from_node": start, "to_node": end, "diameter_mm": 200.0, "material": "pe",
         "dma_id": zone_of.get(name), "geom": shapely.LineString([spot_of(start), spot_of(end)]), **common}
        for name, (start, end) in PIPES.items()
    ]  # fmt: skip
    nodes = [
        {"node_id": name, "kind": kind, "geom": shapely.Point(spot_of(name)),
         **({"valve_state": "open", "operable": "yes"} if kind == "valve" else {}), **common}
        for name, (_x, _y, kind) in NODES.items()
    ]  # fmt: skip
    lines = {one["pipe_id"]: one["geom"] for one in pipes}
    customers = [
        {"customer_id": name, "pipe_id": pipe, "households": 10, "critical": "yes" if name == "U-E" else "no",
         "geom": lines[pipe].interpolate(0.5, normalized=True)}
        for name, pipe in CUSTOMERS.items()
    ]  # fmt: skip
    zones = [
        {"zone_id": zone, "kind": "dma", "geom": shapely.MultiPolygon([lines[names[0]].buffer(50)])}
        for zone, names in DMA.items()
    ]
    with create_network(path, CRS, by="li") as network, network.write("adopt") as batch:
        batch.insert("zone", with_shapes("zone", zones))
        batch.insert("node", with_shapes("node", nodes))
        batch.insert("pipe", with_shapes("pipe", pipes))
        batch.insert("customer", with_shapes("customer", customers))
    return path
