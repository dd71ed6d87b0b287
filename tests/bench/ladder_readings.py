"""Readings of 15 minutes: adopted, next to a bare read and a bare insert of the same rows; taken back, next
to a bare delete; the nights of a year of one meter as a plot.

python tests/bench/ladder_readings.py [readings ...]; two years of 200 meters are 14 million.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from harness import STORE, Bench

SIZES = (100_000, 1_000_000, 14_000_000)
METERS, STEP = 200, np.timedelta64(15, "m")
# Against a read by pyarrow and an insert by GDAL; undoing against adopting.
ADOPT_LIMIT, MEMORY_LIMIT_MB = 6.0, 8192.0
UNDO_LIMIT_MB = 2048.0
# From the click on an area to the picture of its year.
PLOT_LIMIT_S = 0.3
CRS = "EPSG:4547"
ZONE = "DMA-7"
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
    nodes["meter_in"] = [None] * 7 + [ZONE] + [None] * (METERS - 8)
    points = [shapely.Point(500_000 + place, 2_500_000, 0) for place in range(METERS)]
    with network.write("edit") as batch:
        batch.insert("node", gpd.GeoDataFrame(nodes, geometry=points, crs=CRS).rename_geometry("geom"))
        area = {"zone_id": [ZONE], "kind": "dma", "name": ["North"], "level": [1.0]}
        square = shapely.MultiPolygon([shapely.box(500_000, 2_500_000, 500_200, 2_500_200)])
        batch.insert("zone", gpd.GeoDataFrame(area, geometry=[square], crs=CRS).rename_geometry("geom"))
    return text_file(rows), network


def adopt(prepared: Any) -> int:
    """Adopt the file."""
    from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer

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


def with_nights(rows: int) -> Any:
    """Return the network with the nights of the area of one meter, and the meters of its areas."""
    from waternet_plugin.operations.leakage.night_flow import NightFlowRequest, night_flow
    from waternet_plugin.operations.leakage.zone_flow import read_zone_meters

    network = adopted(rows)
    night_flow(network, NightFlowRequest("Night flow", store=True))
    # As in the pane, which reads the meters once; what draws is loaded by then, too.
    known = read_zone_meters(network)
    year_plot((network, known))
    return network, known


def year_plot(prepared: Any) -> int:
    """Read an area's nights and week and draw its year, as a click in the pane does."""
    from waternet_plugin.gui.plots.night_flow import year_of_nights
    from waternet_plugin.gui.plots.plot import render
    from waternet_plugin.operations.leakage.zone_flow import zone_flow

    network, known = prepared
    flow = zone_flow(network, ZONE, known)
    plot = year_of_nights(flow, zone="North", network="bench")
    return len(render(plot, "png", width_mm=110.0, height_mm=45.0, dots_per_inch=96.0, with_title=False))


def copied(rows: int) -> Path:
    """Return a copy of the network with the readings; triggers that log their deletion are gone."""
    path = FOLDER / f"copy_{rows}.gpkg"
    shutil.copyfile(FOLDER / f"network_{rows}.gpkg", path)
    with closing(sqlite3.connect(path)) as database:
        found = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'reading'"
        ).fetchall()
        for (name,) in found:
            database.execute(f'DROP TRIGGER "{name}"')
        database.commit()
    return path


def bare_delete(path: Path) -> int:
    """Delete the readings of the batch, with their indexes, and keep nothing of them."""
    with closing(sqlite3.connect(path)) as database:
        count = database.execute("DELETE FROM reading WHERE batch_id IS NOT NULL").rowcount
        database.commit()
    path.unlink()
    return int(count)


def undo(network: Any) -> int:
    """Take the batch of the readings back."""
    batches = network.read("batch", ["batch_id", "kind"])
    return int(network.undo(batches.loc[batches["kind"] == "adopt", "batch_id"].iloc[-1]).rows)


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
        bench.run("plot of a year", year_plot, rows, rows=rows, prepare=with_nights, limit_s=PLOT_LIMIT_S)
        bench.run("bare delete", bare_delete, rows, rows=rows, prepare=copied)
        bench.run(
            "undo the adoption",
            undo,
            rows,
            rows=rows,
            prepare=adopted,
            floor="bare delete",
            limit_mb=UNDO_LIMIT_MB,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
