"""The year's leak search against reading the pipes and nodes that it is planned for.

python tests/bench/ladder_search.py [pipes ...]
"""

from __future__ import annotations

import datetime
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from harness import Bench
from lattice import lattice

SIZES = (10_000, 100_000)
LIMIT = 4.0
_CREWS_BY_PIPES = 12_500
_ZONES = 200


def written(rows: int) -> Any:
    """Return a network of streets of 50 m in metered areas, open."""
    import geopandas as gpd
    import shapely

    import waternet_plugin.operations.leakage.plan_search  # noqa: F401
    from waternet_plugin.core.frames import conform
    from waternet_plugin.store import create_network

    net, chance = lattice(rows), np.random.default_rng(37)
    places = np.stack([net.x_m + 500_000.0, net.y_m + 2_500_000.0], axis=1)
    names = np.array([f"N{number:06d}" for number in range(net.nodes)], dtype=object)
    common = {"system": "potable", "status": "in_use"}
    nodes = gpd.GeoDataFrame(
        {"node_id": names, "kind": "junction", **common}, geometry=shapely.points(places), crs="EPSG:4547"
    )
    lines = shapely.linestrings(np.stack([places[net.start], places[net.end]], axis=1))
    zone = (net.x_m[net.start] * _ZONES / (net.x_m.max() + 1)).astype(int)
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": [f"P{number:06d}" for number in range(rows)],
            "from_node": names[net.start],
            "to_node": names[net.end],
            "length_m": 50.0,
            "length_source": "given",
            "dma_id": np.char.add("Z", chance.permutation(_ZONES)[zone].astype(str)).astype(object),
            **common,
        },
        geometry=lines,
        crs="EPSG:4547",
    )
    path = Path(tempfile.mkdtemp()) / "town.gpkg"
    network = create_network(path, "EPSG:4547")
    with network.write("adopt") as batch:
        for table, frame in (("node", nodes), ("pipe", pipes)):
            batch.insert(table, conform(frame.rename_geometry("geom"), table))
    return network


def read(network: Any) -> int:
    """Read pipes and nodes."""
    return len(network.read("pipe")) + len(network.read("node"))


def planned(network: Any) -> int:
    """Plan the search."""
    from waternet_plugin.core.leakage.searching.search_plan import SearchEffort
    from waternet_plugin.operations.leakage.plan_search import LeakSearchRequest, plan_leak_search

    crews = max(1, network.count("pipe") // _CREWS_BY_PIPES)
    effort = SearchEffort(datetime.date(2026, 1, 1), crews=crews)
    return len(plan_leak_search(network, LeakSearchRequest("bench", effort)).runs)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("search", by_cpu=True)
    for rows in sizes:
        reading = "read pipes and nodes"
        limit = LIMIT if rows >= SIZES[-1] else None
        bench.run(reading, read, rows, rows=rows, prepare=written, repeat=3)
        bench.run(
            "plan search", planned, rows, rows=rows, prepare=written, floor=reading, limit=limit, repeat=3
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(one) for one in sys.argv[1:]) or SIZES))
