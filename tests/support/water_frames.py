"""Small frames of pipes, nodes and customers for tests of tracing and isolation."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.frames import conform, empty
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel, build_isolation_model
from waternet_plugin.core.network.model.graph import GraphBuild, build_graph
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork, ready_to_trace

CRS = "EPSG:4547"


def _frame(rows: list[dict[str, Any]], shapes: list[Any], table: str) -> gpd.GeoDataFrame:
    frame = conform(pd.DataFrame(rows), table)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS)).rename_geometry("geom")


class Drawing:
    """A network drawn with few words: ``node("A", 0, 0, kind="source")``, ``pipe("p1", "A", "B")``."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[float, float]] = {}
        self.node_rows: list[dict[str, Any]] = []
        self.pipe_rows: list[dict[str, Any]] = []
        self.customer_rows: list[dict[str, Any]] = []
        self.customer_places: list[tuple[float, float] | None] = []

    def node(self, name: str, x: float, y: float = 0.0, **fields: Any) -> Drawing:
        self.places[name] = (x, y)
        base = {"node_id": name, "kind": "junction", "system": "potable", "status": "in_use"}
        self.node_rows.append({**base, **fields})
        return self

    def pipe(self, name: str, start: str, end: str, **fields: Any) -> Drawing:
        base = {
            "pipe_id": name,
            "system": "potable",
            "status": "in_use",
            "from_node": start,
            "to_node": end,
            "diameter_mm": 100.0,
        }
        self.pipe_rows.append({**base, **fields})
        return self

    def customer(
        self, name: str, pipe: str | None, *, xy: tuple[float, float] | None = None, **fields: Any
    ) -> Drawing:
        """Add a customer on a pipe; one without a pipe lies far away unless a place is given."""
        base = {"customer_id": name, "pipe_id": pipe, "households": 10.0, "critical": "no"}
        self.customer_rows.append({**base, **fields})
        self.customer_places.append(xy)
        return self

    @property
    def pipes(self) -> gpd.GeoDataFrame:
        lines = [
            shapely.LineString([self.places[row["from_node"]], self.places[row["to_node"]]])
            for row in self.pipe_rows
        ]
        return _frame(self.pipe_rows, lines, "pipe")

    @property
    def nodes(self) -> gpd.GeoDataFrame:
        points = [shapely.Point(self.places[row["node_id"]]) for row in self.node_rows]
        return _frame(self.node_rows, points, "node")

    @property
    def customers(self) -> pd.DataFrame:
        if not self.customer_rows:
            return empty("customer")
        known = {row["pipe_id"] for row in self.pipe_rows}
        points = [
            shapely.Point(place or ((0, 0) if row["pipe_id"] in known else (-9e5, -9e5)))
            for row, place in zip(self.customer_rows, self.customer_places)
        ]
        return _frame(self.customer_rows, points, "customer")

    def connected(self) -> GraphBuild:
        return build_graph(self.pipes, self.nodes)

    def works(self, **choices: Any) -> IsolationModel:
        return build_isolation_model(
            self.connected(), self.pipes, self.nodes, self.customers, options=IsolationOptions(**choices)
        )

    def trace_network(self) -> TraceableNetwork:
        return ready_to_trace(self.connected(), self.pipes, self.nodes)
