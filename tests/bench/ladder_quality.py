"""The whole catalogue on synthetic networks beside a bare read of their pipes; a re-check after an edit."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from harness import MOST_GROWTH, STORE, Bench

SIZES = (10_000, 100_000, 1_000_000)
CRS = "EPSG:4547"
# Reading and checking everything costs at most so many bare streams of the pipes.
CHECK_LIMIT, MEMORY_LIMIT_MB = 8.2, 1_510.0
# A re-check after one edit costs at most this share of reading and checking everything: once the network is
# open and kept, and by a program that has to open its file anew.
RECHECK_LIMIT, RECHECK_ANEW_LIMIT = 0.01, 0.02
FOLDER = STORE / "quality"
TODAY = datetime.date(2026, 1, 1)


def path_of(rows: int) -> Path:
    """Return the network that the steps of one size share."""
    return FOLDER / f"lattice_{rows}.gpkg"


def lattice(rows: int) -> tuple[Any, Any]:
    """Return pipes and nodes: a lattice with dead ends, ends off by up to 2 cm, some values unknown."""
    import geopandas as gpd
    import numpy as np
    import shapely

    chance = np.random.default_rng(11)
    # About 47 % street pipes between crossings, the rest dead-end stubs.
    side = max(int((0.47 * rows / 1.25) ** 0.5), 3)
    step = 80.0
    x, y = np.meshgrid(400_000 + step * np.arange(side), 2_500_000 + step * np.arange(side))
    at = np.column_stack([x.ravel(), y.ravel()]) + chance.normal(0, 4, (side * side, 2))
    number = np.arange(side * side).reshape(side, side)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    up = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    up = up[chance.random(len(up)) < 0.25 + (up[:, 0] % side == 0)]
    streets = np.vstack([across, up])
    stubs = max(rows - len(streets), 0)
    home = chance.integers(0, len(at), stubs)
    angle = chance.uniform(0.2, np.pi / 2 - 0.2, stubs)
    tip = at[home] + chance.uniform(6, 30, stubs)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    start = np.vstack([at[streets[:, 0]], at[home]])
    end = np.vstack([at[streets[:, 1]], tip])
    many = len(start)
    for ends in (start, end):
        moved = chance.random(many) < 0.05
        ends[moved] += chance.uniform(-0.014, 0.014, (int(moved.sum()), 2))
    middle = (start + end) / 2
    lines = shapely.linestrings(np.stack([start, middle, end], axis=1))
    ids = np.char.add("P", np.arange(many).astype(str)).astype(object)
    names = np.char.add("N", np.arange(len(at)).astype(str)).astype(object)
    main = np.arange(many) < len(streets)
    blank = np.full(stubs, None, dtype=object)
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": ids,
            "system": "potable",
            "function": np.where(main, "distribution", "service").astype(object),
            "material": np.where(chance.random(many) < 0.03, None, "ductile_iron").astype(object),
            "diameter_mm": np.where(main, chance.choice([150.0, 200.0], many), 50.0),
            "install_year": np.where(chance.random(many) < 0.05, np.nan, chance.integers(1960, 2024, many)),
            "street": np.char.add("路", (np.arange(many) // 40).astype(str)).astype(object),
            "status": "in_use",
            "burial": "direct",
            "from_node": np.concatenate([names[streets[:, 0]], names[home]]),
            "to_node": np.concatenate([names[streets[:, 1]], blank]),
            "depth_start_m": chance.uniform(0.8, 3, many).round(2),
            "depth_end_m": chance.uniform(0.8, 3, many).round(2),
        },
        geometry=gpd.GeoSeries(lines, crs=CRS),
    ).rename_geometry("geom")
    kinds = np.full(len(at), "junction", dtype=object)
    kinds[0] = "source"
    kinds[chance.random(len(at)) < 0.1] = "hydrant"
    kinds[0] = "source"
    nodes = gpd.GeoDataFrame(
        {"node_id": names, "kind": kinds, "system": "potable", "status": "in_use"},
        geometry=gpd.GeoSeries(shapely.points(at), crs=CRS),
    ).rename_geometry("geom")
    return pipes, nodes


def made(rows: int) -> Path:
    """Write the network of one size."""
    from waternet_plugin.store import create_network

    for old in FOLDER.glob(f"lattice_{rows}.gpkg*"):
        old.unlink()
    pipes, nodes = lattice(rows)
    with create_network(path_of(rows), CRS, by="bench") as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("node", nodes)
    return path_of(rows)


def stream_of(rows: int) -> Any:
    """Return what the bare read needs, everything imported."""
    import pyarrow  # noqa: F401
    from osgeo import gdal  # noqa: F401

    return str(path_of(rows))


def bare_stream(path: str) -> int:
    """Let OGR stream all pipes and throw them away."""
    from osgeo import gdal

    dataset = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["GPKG"])
    return sum(len(part) for part in dataset.GetLayerByName("pipe").GetArrowStreamAsPyArrow())


def opened(rows: int) -> Any:
    """Return the open network, everything imported."""
    import pyarrow  # noqa: F401

    from waternet_plugin.store import open_network

    return open_network(path_of(rows))


def check_all(network: Any) -> dict[str, int]:
    """Read everything and run the whole catalogue."""
    from waternet_plugin.operations.checks import check_network

    checked = check_network.check_network(network, today=TODAY)
    return {rule: many for rule, many in checked.findings.counts.items() if many}


def edited(rows: int) -> Any:
    """Return a network that was checked and of which one pipe was edited since."""
    import pandas as pd

    from waternet_plugin.core.schema.settings import CHECKED_UP_TO
    from waternet_plugin.operations.checks import check_network

    network = opened(rows)
    with network.write("edit") as batch:
        batch.set_setting(CHECKED_UP_TO, network.position())
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [f"P{rows // 3}"], "diameter_mm": [60.0]}))
    check_network.check_network(network, only_changed=True, today=TODAY)
    return network


def edited_beside_kept(rows: int) -> Any:
    """Return such a network that is kept in memory, too."""
    from waternet_plugin.operations.network import live_network

    network = edited(rows)
    found = live_network.live_network(network.uri)
    with found.answering():
        pass
    recheck(network)
    return network, found


def recheck_with_parts(data: Any) -> int:
    """Check what was edited, and what hangs together in the whole network."""
    return recheck(data[0])


def recheck(network: Any) -> int:
    """Check what was edited."""
    from waternet_plugin.operations.checks import check_network

    return len(check_network.check_network(network, only_changed=True, today=TODAY).findings.frame)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("quality", by_cpu=True, most_growth=MOST_GROWTH)
    for rows in sizes:
        made(rows)
        largest = rows >= SIZES[-1]
        bench.run(
            "bare stream of pipes",
            bare_stream,
            rows,
            rows=rows,
            prepare=stream_of,
            repeat=1 if largest else 3,
        )
        bench.run(
            "read and check everything",
            check_all,
            rows,
            rows=rows,
            prepare=opened,
            floor="bare stream of pipes",
            limit=CHECK_LIMIT if largest else None,
            limit_mb=MEMORY_LIMIT_MB,
        )
        bench.run(
            "check after one edit",
            recheck,
            rows,
            rows=rows,
            prepare=edited,
            repeat=5,
            floor="read and check everything",
            limit=RECHECK_ANEW_LIMIT if largest else None,
        )
        bench.run(
            "check after one edit, with parts",
            recheck_with_parts,
            rows,
            rows=rows,
            prepare=edited_beside_kept,
            repeat=5,
            floor="read and check everything",
            limit=RECHECK_LIMIT if largest else None,
        )
        for old in FOLDER.glob(f"lattice_{rows}.gpkg*"):
            old.unlink()
    return bench.finish()


if __name__ == "__main__":
    raise SystemExit(main())
