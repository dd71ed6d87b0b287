"""Adopting readings of 15 minutes from a text file, next to a bare read and a bare insert of the same rows.

python tests/bench/ladder_readings.py [readings ...]; two years of 200 meters are 14 million.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from harness import STORE, Bench

SIZES = (100_000, 1_000_000, 14_000_000)
METERS, STEP = 200, np.timedelta64(15, "m")
# Against a read by pyarrow and an insert by GDAL; undoing against adopting.
ADOPT_LIMIT, MEMORY_LIMIT_MB = 6.0, 8192.0
CRS = "EPSG:4547"
FOLDER = STORE / "readings"
MAPPING = {
    "fields": {"node_id": "meter", "time": "time", "value": "flow"},
    "defaults": {"quantity": "flow_m3h"},
    "units": {"value": "L/s"},
}


def meters() -> list[str]:
    """Return the ids of the meters."""
    return [f"FM-{number:03d}" for number in range(METERS)]


def text_file(rows: int) -> Path:
    """Return a file of readings as a telemetry exports them, meter by meter."""
    import pyarrow as pa
    import pyarrow.csv

    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"flow_{rows}.csv"
    if not path.exists():
        each = rows // METERS
        dice = np.random.default_rng(5)
        times = np.datetime64("2024-01-01T00:00") + STEP * np.arange(each)
        texts = np.char.replace(np.datetime_as_string(times, unit="m"), "T", " ")
        flow = np.round(dice.gamma(9.0, 1.0, METERS * each), 2)
        table = pa.table({"meter": np.repeat(meters(), each), "time": np.tile(texts, METERS), "flow": flow})
        pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="none"))
    return path


def bare(rows: int) -> Path:
    """Read the file by pyarrow and write its rows by GDAL, without a look at any of them."""
    import pyarrow.csv
    import pyogrio

    target = FOLDER / f"bare_{rows}.gpkg"
    target.unlink(missing_ok=True)
    table = pyarrow.csv.read_csv(text_file(rows))
    pyogrio.write_arrow(table, target, layer="reading", driver="GPKG", geometry_type=None, geometry_name=None)
    return target


def made(rows: int) -> Path:
    """Return the file; it is made where it is missing."""
    text_file(rows)
    return rows  # type: ignore[return-value]


def network_of(rows: int) -> Any:
    """Return the file and a network with the meters and no readings."""
    import geopandas as gpd
    import shapely

    from waternet_plugin.store import create_network

    path = FOLDER / f"network_{rows}.gpkg"
    for old in FOLDER.glob(f"{path.name}*"):
        old.unlink()
    network = create_network(path, CRS, by="bench")
    nodes = {"node_id": meters(), "kind": "flow_meter", "system": "potable", "status": "in_use"}
    points = [shapely.Point(500_000 + place, 2_500_000, 0) for place in range(METERS)]
    with network.write("edit") as batch:
        batch.insert("node", gpd.GeoDataFrame(nodes, geometry=points, crs=CRS).rename_geometry("geom"))
    return text_file(rows), network


def adopt(prepared: Any) -> int:
    """Adopt the file."""
    from waternet_plugin.operations.adopt_one_layer import AdoptLayerRequest, adopt_layer

    path, network = prepared
    request = AdoptLayerRequest(str(path), json.dumps(MAPPING), "reading")
    return int(adopt_layer(network, request).adoption.assets_written)


def adopted(rows: int) -> Any:
    """Return the network with the readings."""
    from waternet_plugin.store import open_network

    return open_network(FOLDER / f"network_{rows}.gpkg")


def one_meter(network: Any) -> int:
    """Read the series of one meter, as its plot does."""
    return len(
        network.read("reading", ["time", "value"], where={"node_id": meters()[7], "quantity": "flow_m3h"})
    )


def undo(network: Any) -> int:
    """Take the batch back."""
    return int(network.undo().rows)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("readings", by_cpu=True)
    for rows in sizes:
        floor = "bare read (pyarrow) and insert (GDAL)"
        bench.run(floor, bare, rows, rows=rows, prepare=made)
        limit = ADOPT_LIMIT if rows >= 1_000_000 else None
        bench.run(
            "adopt readings",
            adopt,
            rows,
            rows=rows,
            prepare=network_of,
            floor=floor,
            limit=limit,
            limit_mb=MEMORY_LIMIT_MB,
        )
        bench.run("read one meter", one_meter, rows, rows=rows, prepare=adopted)
        bench.run("undo the adoption", undo, rows, rows=rows, prepare=adopted, floor=floor)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
