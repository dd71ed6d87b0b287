"""Small networks as frames, written as lines and points."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import wkt

from waternet_plugin.core.network.model.graph import GraphBuild

CRS = "EPSG:4547"


def _place(shape: Any) -> Any:
    if shape is None or isinstance(shape, shapely.Geometry):
        return shape
    if isinstance(shape, str):
        return wkt.loads(shape)
    coordinates = np.asarray(shape, dtype=float)
    return shapely.points(coordinates) if coordinates.ndim == 1 else shapely.linestrings(coordinates)


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...], geometry: str) -> gpd.GeoDataFrame:
    shapes = [_place(row.get(geometry)) for row in rows]
    frame = pd.DataFrame(
        {name: np.array([row.get(name) for row in rows] + [None], dtype=object)[:-1] for name in columns}
    )
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS)).rename_geometry("geom")


def pipes(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return pipes; ``line`` is a list of places or WKT, ids are P1, P2, ... where none is given."""
    filled = [
        {"pipe_id": f"P{number}", "system": "potable", "status": "in_use", **row}
        for number, row in enumerate(rows, 1)
    ]
    frame = _frame(filled, ("pipe_id", "system", "function", "status", "from_node", "to_node"), "line")
    frame["length_m"] = np.array([row.get("length_m", np.nan) for row in filled], dtype=float)
    return frame


def nodes(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return nodes; ``at`` is a place, ids are N1, N2, ... where none is given."""
    filled = [
        {"node_id": f"N{number}", "kind": "junction", "system": "potable", "status": "in_use", **row}
        for number, row in enumerate(rows, 1)
    ]
    return _frame(filled, ("node_id", "kind", "system", "status"), "at")


def described(connected: GraphBuild) -> dict[str, Any]:
    """Return all that a graph says, by ids instead of numbers."""
    graph = connected.graph
    many = len(connected.placement.vertex)
    pipe = [*graph.pipe_id, None]
    node = [*graph.node_id[:many], None]
    members: dict[int, set[Any]] = {number: set() for number in range(graph.node_count)}
    for row in range(graph.pipe_count):
        members[int(graph.start[row])].add((pipe[row], 0))
        members[int(graph.end[row])].add((pipe[row], 1))
    vertex = {
        number: (graph.node_id[number], graph.kind[number], tuple(sorted(inside)))
        for number, inside in members.items()
    }
    vertex[-1] = None  # type: ignore[assignment]
    place = {vertex[number]: (graph.x_m[number], graph.y_m[number]) for number in members}
    indptr, neighbour, leads = graph.adjacency()
    around = {
        vertex[number]: sorted(
            (str(pipe[edge]), str(vertex[there]))
            for edge, there in zip(
                leads[indptr[number] : indptr[number + 1]].tolist(),
                neighbour[indptr[number] : indptr[number + 1]].tolist(),
            )
        )
        for number in members
    }
    edges = {
        pipe[row]: (
            graph.pipe_system[row],
            graph.pipe_status[row],
            connected.gap_m[row].round(12).tolist(),
            graph.length_m[row],
        )
        for row in range(graph.pipe_count)
    }
    found = connected.findings
    stands = connected.placement
    return {
        "vertices": sorted(map(str, place.items())),
        "around": sorted(map(str, around.items())),
        "edges": sorted(map(str, edges.items())),
        "asset": graph.asset.tolist() == list(range(many)) + [-1] * (graph.node_count - many),
        "findings": sorted(
            str(
                (
                    found.code[row],
                    pipe[found.pipe[row]],
                    found.end[row],
                    node[found.node[row]],
                    pipe[found.other_pipe[row]],
                    found.other_end[row],
                    node[found.other_node[row]],
                    found.distance_m[row].round(12),
                    found.x_m[row],
                    found.y_m[row],
                )
            )
            for row in range(len(found))
            # Of two points equally near to each other either may be named first.
            if found.code[row] != "other_system"
        ),
        "counts": found.counts(),
        "groups": len(np.unique(found.group)),
        "placement": sorted(
            str(
                (
                    node[row],
                    str(vertex[int(stands.vertex[row])]),
                    pipe[stands.pipe[row]],
                    stands.along_m[row].round(9),
                    stands.distance_m[row].round(9),
                )
            )
            for row in range(many)
        ),
    }
