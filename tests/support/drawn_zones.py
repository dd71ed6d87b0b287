"""Small networks to draw zones on, and their figures by plain loops and a plain search."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from waternet_plugin.core.dma.dma_network import DmaNetwork, build_dma_network
from waternet_plugin.core.dma.drawing.drawing_units import DrawingUnits, ground_of
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.network.model.graph import build_graph

STEP_M = 100.0
ZONES = pd.DataFrame(
    {"zone_id": ["A", "A1", "B"], "kind": "dma", "parent_id": [None, "A", None], "level": np.nan}
).astype({"zone_id": object, "parent_id": object})


def frames(columns: int = 6, rows: int = 5, *, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return a lattice of streets: a source in the corner, valves of all states, a meter, customers."""
    random = np.random.default_rng(seed)
    nodes, pipes = [], []
    for y in range(rows):
        for x in range(columns):
            name = f"N{x}.{y}"
            kind = "source" if x == y == 0 else str(random.choice(["junction", "valve", "junction"]))
            state = str(random.choice(["open", "closed", "unknown"])) if kind == "valve" else None
            nodes.append((name, kind, state, float(random.integers(20, 60)), Point(x * STEP_M, y * STEP_M)))
            for other, street in (((x + 1, y), f"street {y}"), ((x, y + 1), f"lane {x}")):
                if other[0] < columns and other[1] < rows:
                    line = LineString([(x * STEP_M, y * STEP_M), (other[0] * STEP_M, other[1] * STEP_M)])
                    pipes.append(
                        (f"P{name[1:]}-{other[0]}.{other[1]}", name, f"N{other[0]}.{other[1]}", street, line)
                    )
    count = len(pipes)
    zone = random.choice(np.array([None, "A", "A1", "B"], dtype=object), count)
    node_frame = gpd.GeoDataFrame(
        {
            "node_id": [each[0] for each in nodes],
            "kind": [each[1] for each in nodes],
            "valve_state": [each[2] for each in nodes],
            "ground_m": [each[3] for each in nodes],
            "system": "potable",
            "status": "in_use",
            "meter_in": [random.choice([None, "A", "A1", "B"], p=[0.9, 0.04, 0.03, 0.03]) for _ in nodes],
            "meter_out": None,
        },
        geometry=[each[-1] for each in nodes],
    ).rename_geometry("geom")
    pipe_frame = gpd.GeoDataFrame(
        {
            "pipe_id": [each[0] for each in pipes],
            "from_node": [each[1] for each in pipes],
            "to_node": [each[2] for each in pipes],
            "street": [each[3] for each in pipes],
            "compound_id": random.choice(np.array([None, None, "C1", "C2"], dtype=object), count),
            "system": random.choice(["potable", "potable", "potable", "sewage"], count),
            "initial_status": random.choice(np.array([None, None, None, "closed"], dtype=object), count),
            "status": "in_use",
            "dma_id": zone,
            "diameter_mm": 200.0,
            "length_m": np.round(random.uniform(50, 150, count), 3),
        },
        geometry=[each[-1] for each in pipes],
    ).rename_geometry("geom")
    customers = pd.DataFrame(
        {
            "customer_id": [f"C{one}" for one in range(3 * count)],
            "pipe_id": random.choice([each[0] for each in pipes], 3 * count),
            "households": random.integers(1, 60, 3 * count).astype(float),
            "demand_m3d": np.round(random.uniform(0, 20, 3 * count), 2),
        }
    )
    return {"pipe": pipe_frame, "node": node_frame, "customer": customers, "zone": ZONES}


def network_of(tables: dict[str, pd.DataFrame]) -> DmaNetwork:
    connected = build_graph(tables["pipe"], tables["node"])
    return build_dma_network(connected, tables["pipe"], tables["node"], tables["customer"], tables["zone"])


def drawing_of(tables: dict[str, pd.DataFrame], **options: Any) -> ZoneDrawing:
    network = network_of(tables)
    return ZoneDrawing(network, ground_of(network.graph, tables["node"]), **options)


def units_of(tables: dict[str, pd.DataFrame], drawing: ZoneDrawing) -> DrawingUnits:
    return DrawingUnits(drawing.network, tables["pipe"])


def plain_figures(drawing: ZoneDrawing, zone: int) -> dict[str, float]:
    """Return the figures of a zone by loops over all pipes, as CONTRACT section 6 says them."""
    network, state = drawing.network, drawing.state
    graph, tree = network.graph, drawing.zones.tree
    parents = [int(one) for one in tree.parent]

    def holds(number: int) -> bool:
        while number >= 0:
            if number == zone:
                return True
            number = parents[number]
        return False

    inside = [p for p in range(graph.pipe_count) if network.counts[p] and holds(int(state.zone[p]))]
    at: dict[int, list[int]] = {}
    for pipe in range(graph.pipe_count):
        if network.open[pipe]:
            for vertex in (int(graph.start[pipe]), int(graph.end[pipe])):
                at.setdefault(vertex, []).append(pipe)
    counts = dict.fromkeys(
        ("open_crossings", "doubtful_crossings", "closed_crossings", "inlets", "outlets"), 0
    )
    members = set(inside)
    for vertex, pipes in at.items():
        if len({pipe in members for pipe in pipes}) < 2:
            continue
        enters, leaves = holds(int(state.meter_in[vertex])), holds(int(state.meter_out[vertex]))
        if state.closed[vertex]:
            counts["closed_crossings"] += 1
        elif enters != leaves:
            counts["inlets" if enters else "outlets"] += 1
        elif state.unknown[vertex]:
            counts["doubtful_crossings"] += 1
        else:
            counts["open_crossings"] += 1
    ground = [
        drawing.ground_m[vertex]
        for pipe in inside
        if network.open[pipe]
        for vertex in (graph.start[pipe], graph.end[pipe])
    ]
    return {
        **counts,
        "loose_parts": max(0, _pieces(drawing, inside) - 1),
        "pipes": len(inside),
        "customers": sum(network.customers[inside]),
        "households": sum(network.households[inside]),
        "demand_m3d": sum(network.demand_m3d[inside]),
        "length_m": sum(graph.length_m[inside]),
        "lowest_m": min(ground, default=np.nan),
        "highest_m": max(ground, default=np.nan),
    }


def _pieces(drawing: ZoneDrawing, inside: list[int]) -> int:
    """Return how many pieces the open pipes of a zone form."""
    network, state = drawing.network, drawing.state
    graph, plain = network.graph, nx.Graph()
    for pipe in inside:
        if not network.open[pipe]:
            continue
        plain.add_node(("pipe", pipe))
        for vertex in (int(graph.start[pipe]), int(graph.end[pipe])):
            if not state.closed[vertex]:
                plain.add_edge(("pipe", pipe), ("node", vertex))
    return nx.number_connected_components(plain) if len(plain) else 0
