"""Two compounds that overlap, a grid, drains, inlets, tanks, users and findings, for the work of crews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely import affinity

from waternet_plugin import store
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
# Far from 0, as networks are.
EAST, NORTH = 500_000.0, 2_500_000.0
FIRST, SECOND = "C-1", "C-2"


def layer(rows: dict[str, Any], shapes: list[Any]) -> gpd.GeoDataFrame:
    """Return rows with shapes, moved to where the town is."""
    moved = [None if shape is None else affinity.translate(shape, EAST, NORTH) for shape in shapes]
    return gpd.GeoDataFrame(rows, geometry=moved, crs=CRS).rename_geometry("geom")


def write(network: Network, table: str, rows: pd.DataFrame) -> None:
    """Add rows."""
    with network.write("edit") as batch:
        batch.insert(table, rows)


def make_compounds(path: Path) -> Path:
    """Write the network and return its path.

    C-1 is 0 to 100 m, C-2 80 to 200 m east; a drain runs through both into the street beyond them. Inlets
    IN-0 to IN-4 stand 10, 50, 90, 130 and 300 m east, so that IN-2 is in both compounds and IN-4 in none.
    """
    store.create_network(path, CRS).close()
    with store.open_network(path) as made:
        areas = [shapely.box(0, -50, 100, 50), shapely.box(80, -50, 200, 50)]
        areas = [shapely.MultiPolygon([area]) for area in areas]
        compounds = {"compound_id": [FIRST, SECOND], "name": ["河畔花园", None], "type": "residential"}
        write(made, "compound", layer(compounds, areas))
        grid = {"zone_id": ["G-1"], "kind": ["grid"], "name": ["Grid 1"]}
        write(made, "zone", layer(grid, [shapely.MultiPolygon([shapely.box(-50, -90, 400, 90)])]))
        east = [10.0, 50.0, 90.0, 130.0, 300.0]
        nodes = {
            "node_id": [f"IN-{number}" for number in range(5)] + ["T-1", "T-2", "S-1"],
            "kind": ["inlet"] * 5 + ["septic_tank", "grease_trap", "manhole"],
            "system": ["storm"] * 5 + ["sewage"] * 3,
            "status": "in_use",
            "street": [None, None, "人民路", None, "建设路", None, None, None],
            # One names the other compound than that in which it lies.
            "compound_id": [None, None, None, FIRST, None, None, None, None],
        }
        places = [shapely.Point(x, 10, 0) for x in east] + [shapely.Point(x, 20, 0) for x in (20, 40, 60)]
        write(made, "node", layer(nodes, places))
        pipes = {
            "pipe_id": ["WS-1", "WS-2", "S-1"],
            "system": "sewage",
            "status": "in_use",
            "street": [None, "建设路", None],
        }
        lines = [shapely.LineString([(x, 0, 0), (x + 60, 0, 0)]) for x in (20, 250, 320)]
        write(made, "pipe", layer(pipes, lines))
        users = {"customer_id": ["U-1"], "compound_id": [SECOND]}
        write(made, "customer", layer(users, [shapely.Point(150, 20)]))
        issues = {
            "issue_id": ["I-1", "I-2", "I-3", "I-4"],
            "rule_id": ["adverse_slope", "adverse_slope", "permit_none", "doctor_widespread"],
            "severity": "warning",
            "assets": ["WS-1", "WS-2", "U-1", ""],
            "text": ["WS-1 climbs.", "WS-2 climbs.", "U-1 has no permit.", "…"],
            "state": "open",
        }
        write(made, "issue", layer(issues, [None] * 4))
    return path
