"""Pressure zones against the patches of metered areas; 50 loggers against one search of shortest ways.

python tests/bench/ladder_pressure.py [pipes ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from harness import STORE, Bench
from ladder_dma import zoned_frames
from lattice import lattice
from made_towns import clear_town, imported, numbered, streamed, write_town

SIZES = (10_000, 100_000)
# Zones against the flood of the check of metered areas.
ZONES_LIMIT = 1.5
# Loggers against one search from all loggers on the map: of noise, and those that reach farther.
NOISE_LIMIT, LIMIT = 7.5, 20.0
LOGGERS, EXISTING, SHARE_OF_VERTICES = 50, 20, 0.3
# Ends of mains of DN 300 and more.
SHARE_OF_MAINS = 0.03
# Hourly pressures of a year against the Arrow read of their rows.
POINTS, HOURS, POINTS_LIMIT = 200, 8_760, 15.0
CRS, FOLDER = "EPSG:4547", STORE / "pressure"
_REACHES_M, _PRESSURE_M, _FLOW_M = (200.0, 120.0, 60.0), 1_000.0, 3_000.0


def streets(
    rows: int, reaches_m: tuple[float, ...] = _REACHES_M, share: float = SHARE_OF_VERTICES
) -> tuple[Any, Any, Any]:
    """Return the pipes as loggers reach along them, places, and loggers that are there."""
    import scipy.sparse.csgraph  # noqa: F401

    import waternet_plugin.core.pressure.logger_siting  # noqa: F401
    from waternet_plugin.core.pressure.reach_graph import ReachGraph

    net, random = lattice(rows), np.random.default_rng(37)
    length = np.hypot(net.x_m[net.start] - net.x_m[net.end], net.y_m[net.start] - net.y_m[net.end])
    used = length / random.choice(reaches_m, rows)
    reach = ReachGraph(
        np.arange(rows), net.start, net.end, length, used, np.ones(rows, dtype=bool), net.nodes
    )
    candidates = np.flatnonzero(random.random(net.nodes) < share)
    return reach, candidates, random.choice(net.nodes, EXISTING, replace=False)


def shortest_ways(made: tuple[Any, Any, Any]) -> int:
    """Search the shortest ways from the loggers that are there."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    reach, _candidates, existing = made
    shape = (reach.size, reach.size)
    matrix = csr_matrix((np.maximum(reach.length_m, 1e-6), (reach.start, reach.end)), shape=shape)
    metres = dijkstra(matrix, directed=False, indices=existing, min_only=True)
    return int(np.isfinite(metres).sum())


def far_streets(rows: int) -> tuple[Any, Any, Any]:
    """Return the same for loggers of pressure, which reach farther along any pipe."""
    return streets(rows, (_PRESSURE_M,))


def main_streets(rows: int) -> tuple[Any, Any, Any]:
    """Return the same for loggers of flow, which stand at ends of mains and reach farthest."""
    return streets(rows, (_FLOW_M,), SHARE_OF_MAINS)


def placed(made: tuple[Any, Any, Any]) -> int:
    """Place the loggers."""
    from waternet_plugin.core.pressure.logger_siting import choose_sites

    return len(choose_sites(*made, LOGGERS))


def valved(rows: int) -> tuple[Any, Any, Any]:
    """Return zones of one inlet each as metered areas see them; every inlet is a pressure reducing valve."""
    import pandas as pd

    import waternet_plugin.core.dma.membership
    import waternet_plugin.core.pressure.pressure_zones  # noqa: F401
    from waternet_plugin.core.dma.dma_network import build_dma_network
    from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS
    from waternet_plugin.core.network.model.graph import build_graph

    pipes, nodes, zones = zoned_frames(rows)
    nodes["kind"] = nodes["kind"].where(nodes["kind"] != "flow_meter", "prv")
    nodes["ground_m"] = np.random.default_rng(37).uniform(0.0, 60.0, len(nodes))
    connected = build_graph(pipes, nodes)
    users = pd.DataFrame(columns=[*CUSTOMER_COLUMNS])
    dma = build_dma_network(connected, pipes, nodes, users, zones)
    return dma, pipes, nodes


def flooded(made: tuple[Any, Any, Any]) -> int:
    """Tell the metered areas."""
    from waternet_plugin.core.dma.membership import flood

    return int(flood(made[0]).patches.count)


def zoned(made: tuple[Any, Any, Any]) -> int:
    """Find the pressure zones."""
    from waternet_plugin.core.pressure.pressure_zones import find_pressure_zones
    from waternet_plugin.core.schema.settings import Settings

    return len(find_pressure_zones(*made, Settings()).frame)


def logged(points: int) -> Path:
    """Write a network with hourly pressures of a year."""
    import pandas as pd

    path = FOLDER / f"points_{points}.gpkg"
    times = pd.date_range("2025-01-01", periods=HOURS, freq="h", tz="UTC")
    rows = pd.DataFrame(
        {
            "node_id": np.repeat(numbered("L", points), HOURS),
            "time": np.tile(times, points),
            "quantity": "pressure_mpa",
            "value": np.random.default_rng(37).uniform(0.1, 0.4, points * HOURS).round(3),
        }
    )
    write_town(path, CRS, {"reading": rows})
    return path


def bare_readings(path: str) -> int:
    """Stream the readings."""
    return streamed(path, ("reading",))


def opened(points: int) -> Any:
    """Return the open network, everything imported."""
    import waternet_plugin.operations.pressure.read_pressure_points  # noqa: F401
    from waternet_plugin.store import open_network

    return open_network(FOLDER / f"points_{points}.gpkg")


def read_points(network: Any) -> int:
    """Tell what all points read."""
    from waternet_plugin.operations.pressure.read_pressure_points import (
        PressurePointsRequest,
        read_pressure_points,
    )

    return len(read_pressure_points(network, PressurePointsRequest("points", now_s=2e9)).points)


def stream_of(points: int) -> str:
    """Return what the bare read needs."""
    return imported(FOLDER / f"points_{points}.gpkg")


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("pressure", by_cpu=True)
    for rows in sizes:
        patches = "flood of metered areas"
        bench.run(patches, flooded, rows, rows=rows, prepare=valved, repeat=5)
        most = ZONES_LIMIT if rows >= SIZES[-1] else None
        bench.run(
            "pressure zones", zoned, rows, rows=rows, prepare=valved, floor=patches, limit=most, repeat=5
        )
        ways = "shortest ways from 20 loggers"
        limit, noise_limit = (LIMIT, NOISE_LIMIT) if rows >= SIZES[-1] else (None, None)
        bench.run(ways, shortest_ways, rows, rows=rows, prepare=streets, repeat=3)
        for kind, made, most in (
            ("noise", streets, noise_limit),
            ("pressure", far_streets, limit),
            ("flow", main_streets, limit),
        ):
            step = f"50 loggers of {kind}"
            bench.run(step, placed, rows, rows=rows, prepare=made, floor=ways, limit=most, repeat=3)
    logged(POINTS)
    rows, read = POINTS * HOURS, "Arrow read of readings"
    bench.run(read, bare_readings, POINTS, rows=rows, prepare=stream_of, repeat=3)
    bench.run(
        "points of a year", read_points, POINTS, rows=rows, prepare=opened, floor=read, limit=POINTS_LIMIT
    )
    clear_town(FOLDER / f"points_{POINTS}.gpkg")
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(one) for one in sys.argv[1:]) or SIZES))
