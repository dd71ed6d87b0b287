"""Tanks of compounds: when they are due, against reading what that rests on.

python tests/bench/ladder_tanks.py [drains ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from harness import STORE, Bench
from made_towns import clear_town, imported, numbered, streamed, write_town

# Drains; a compound has 150, of them 30 with a tank at the end, each with two users and 17 readings.
SIZES = (30_000, 300_000)
CRS = "EPSG:4547"
FOLDER = STORE / "tanks"
# Against the Arrow read of the tables.
LIMIT = 4.0
HOUSES, CHAIN, READINGS = 30, 90, 17
AS_OF = np.datetime64("2026-06-15")
_SIDE_M, _STEP_M = 300.0, 3.0
_TABLES = ("pipe", "node", "customer", "compound", "reading", "work_item")


def path_of(rows: int) -> Path:
    """Return the network of one size."""
    return FOLDER / f"tanks_{rows}.gpkg"


def town(rows: int) -> dict[str, Any]:
    """Return the tables: in each compound houses that drain over a tank into a chain of manholes."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    random = np.random.default_rng(34)
    count = rows // (2 * HOUSES + CHAIN)
    wide = int(np.ceil(np.sqrt(count)))
    west = (np.arange(count) % wide) * (_SIDE_M + 20.0) + 500_000.0
    south = (np.arange(count) // wide) * (_SIDE_M + 20.0) + 2_500_000.0
    # Nodes of a compound: houses, tanks, the chain and its exit.
    each = 2 * HOUSES + CHAIN + 1
    house, tank = np.arange(HOUSES), HOUSES + np.arange(HOUSES)
    chain = 2 * HOUSES + np.arange(CHAIN + 1)
    upper = np.concatenate([house, tank, chain[:-1]])
    lower = np.concatenate([tank, chain[house * 2], chain[1:]])
    along = np.concatenate([house * 2 * _STEP_M, house * 2 * _STEP_M, np.arange(CHAIN + 1) * _STEP_M]) + 5.0
    across = np.concatenate([np.full(HOUSES, 40.0), np.full(HOUSES, 20.0), np.zeros(CHAIN + 1)]) + 5.0
    x, y = (west[:, None] + along).ravel(), (south[:, None] + across).ravel()
    begin = np.arange(count)[:, None] * each
    start, end = (begin + upper).ravel(), (begin + lower).ravel()
    names = numbered("N", count * each)
    kinds = np.full(each, "manhole", dtype=object)
    kinds[tank] = "septic_tank"
    tanks = (begin + tank).ravel()
    volume, depth, cleaned = (np.full(len(names), np.nan) for _ in range(3))
    volume[tanks] = random.choice([4.0, 12.0, 30.0], len(tanks))
    depth[tanks] = random.choice([1.2, 1.5, np.nan], len(tanks))
    cleaned[tanks] = random.integers(100, 400, len(tanks))
    days = np.where(np.isnan(cleaned), 0, cleaned).astype("timedelta64[D]")
    nodes = gpd.GeoDataFrame(
        {
            "node_id": names,
            "kind": np.tile(kinds, count),
            "system": "sewage",
            "status": "in_use",
            "tank_volume_m3": volume,
            "liquid_depth_m": depth,
            "cleaned_on": pd.Series(AS_OF - days).where(np.isfinite(cleaned)).astype("datetime64[ns]"),
        },
        geometry=gpd.GeoSeries(shapely.points(x, y), crs=CRS),
    ).rename_geometry("geom")
    lines = shapely.linestrings(
        np.stack([np.column_stack([x[start], y[start]]), np.column_stack([x[end], y[end]])], axis=1)
    )
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": numbered("P", len(start)),
            "system": "sewage",
            "status": "in_use",
            "from_node": names[start],
            "to_node": names[end],
            "flow": "forward",
            "flow_source": "given",
        },
        geometry=gpd.GeoSeries(lines, crs=CRS),
    ).rename_geometry("geom")
    compounds = gpd.GeoDataFrame(
        {"compound_id": numbered("C", count), "type": "residential", "households": 300.0},
        geometry=gpd.GeoSeries(shapely.box(west, south, west + _SIDE_M, south + _SIDE_M), crs=CRS),
    ).rename_geometry("geom")
    outlets = np.repeat((begin + house).ravel(), 2)
    customers = gpd.GeoDataFrame(
        {
            "customer_id": numbered("U", len(outlets)),
            "outlet_node": names[outlets],
            "households": random.choice([1.0, 6.0, 30.0], len(outlets)),
            "trade": np.where(random.random(len(outlets)) < 0.02, "catering", None),
        },
        geometry=gpd.GeoSeries(shapely.points(x[outlets], y[outlets]), crs=CRS),
    ).rename_geometry("geom")
    at = np.repeat(tanks, READINGS)
    since = np.tile(np.linspace(0.05, 0.95, READINGS), len(tanks))
    after = (since * np.nan_to_num(cleaned[at])).astype("timedelta64[h]").astype("timedelta64[D]")
    moments = (AS_OF - days[at] + after).astype("datetime64[ns]")
    readings = pd.DataFrame(
        {
            "node_id": names[at],
            "time": pd.to_datetime(moments, utc=True),
            "quantity": "sludge_m",
            "value": (since * random.uniform(0.0, 0.6, len(tanks)).repeat(READINGS)).round(3),
        }
    ).drop_duplicates(["node_id", "time"])
    return {
        "pipe": pipes, "node": nodes, "compound": compounds, "customer": customers, "reading": readings,
    }  # fmt: skip


def made(rows: int) -> None:
    """Write the network of one size."""
    write_town(path_of(rows), CRS, town(rows))


def stream_of(rows: int) -> str:
    """Return what the bare read needs."""
    return imported(path_of(rows))


def bare_stream(path: str) -> int:
    """Let OGR stream the tables as Arrow and throw them away."""
    return streamed(path, _TABLES)


def opened(rows: int) -> Any:
    """Return the open network, everything imported."""
    import pyarrow  # noqa: F401

    import waternet_plugin.operations.compounds.schedule_tanks  # noqa: F401
    from waternet_plugin.store import open_network

    return open_network(path_of(rows))


def schedule(network: Any) -> dict[str, int]:
    """Tell when all tanks are due."""
    from waternet_plugin.operations.compounds.schedule_tanks import read_tanks

    found, _subject = read_tanks(network, AS_OF.astype(object))
    return {str(basis): int(many) for basis, many in found.frame["basis"].value_counts().items()}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("tanks", by_cpu=True)
    for rows in sizes:
        # Fixed costs rule the small ones; the limit is that of the largest.
        limit = LIMIT if rows >= SIZES[-1] else None
        made(rows)
        read = "Arrow read of the tables"
        bench.run(read, bare_stream, rows, rows=rows, prepare=stream_of, repeat=3)
        bench.run("tanks due", schedule, rows, rows=rows, prepare=opened, floor=read, limit=limit)
        clear_town(path_of(rows))
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
