"""Writing and reading networks of synthetic pipes, next to a bare write and a bare read of the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from harness import STORE, Bench

SIZES = (10_000, 100_000, 1_000_000)
CRS = "EPSG:4547"
# What is read of a frame at most costs so many bare streams of the same columns.
READ_ALL_LIMIT, READ_SOME_LIMIT, MEMORY_LIMIT_MB = 3.0, 2.0, 4096.0
FOLDER = STORE / "store"


def pipes(rows: int) -> Any:
    """Return pipes as an adoption brings them: some fields filled, some partly, some never."""
    import geopandas as gpd
    import numpy as np
    import shapely

    from waternet_plugin.core.schema import domains

    chance = np.random.default_rng(7)

    def some(values: Any, known: float = 1.0) -> Any:
        column = np.asarray(values, dtype=object)[chance.integers(0, len(values), rows)]
        return np.where(chance.random(rows) < known, column, None)

    vertices = 4
    start = chance.uniform((390_000, 2_490_000), (430_000, 2_530_000), (rows, 1, 2))
    steps = chance.normal(0, 15, (rows, vertices, 2)).cumsum(axis=1)
    coordinates = np.concatenate([start + steps, chance.uniform(0, 20, (rows, vertices, 1))], axis=2)
    frame = gpd.GeoDataFrame(
        {
            "pipe_id": np.char.add("P", np.arange(rows).astype(str)).astype(object),
            "system": some(["potable", "sewage", "storm", "reclaimed"]),
            "function": some(list(domains.domain("function")), 0.8),
            "material": some(list(domains.domain("material"))),
            "diameter_mm": chance.choice([100.0, 150.0, 200.0, 300.0, 600.0, np.nan], rows),
            "length_m": np.where(chance.random(rows) < 0.5, np.nan, chance.uniform(5, 80, rows)),
            "install_year": np.where(chance.random(rows) < 0.2, np.nan, chance.integers(1900, 2024, rows)),
            "street": some([f"第{number}大道" for number in range(max(rows // 40, 1))], 0.9),
            "status": "in_use",
            "from_node": np.char.add("N", chance.integers(0, rows, rows).astype(str)).astype(object),
            "to_node": np.char.add("N", chance.integers(0, rows, rows).astype(str)).astype(object),
            "depth_start_m": chance.uniform(0.7, 4, rows).round(2),
            "depth_end_m": chance.uniform(0.7, 4, rows).round(2),
            "soil": some(list(domains.domain("soil")), 0.5),
            "road_class": some(list(domains.domain("road_class")), 0.7),
            "owner": some(["水务集团", "开发商", "业主"], 0.6),
            "pressure_mpa": np.where(chance.random(rows) < 0.5, np.nan, chance.uniform(0.2, 0.6, rows)),
        },
        geometry=gpd.GeoSeries(shapely.linestrings(coordinates), crs=CRS),
    )
    return frame.rename_geometry("geom")


def path_of(rows: int) -> Path:
    """Return the network that the steps of one size share."""
    return FOLDER / f"pipes_{rows}.gpkg"


def columns_of(what: str) -> list[str]:
    """Return all columns of a pipe, or those that assessing needs."""
    from waternet_plugin.core.health.rates.inservice import PIPE_COLUMNS
    from waternet_plugin.core.schema.tables import table

    return list(table("pipe").field_names) if what == "all" else [*dict.fromkeys([*PIPE_COLUMNS, "street"])]


# Writing.


def complete_rows(rows: int) -> Any:
    """Return the rows as the store has them, with every column, and a new place."""
    import pyogrio  # noqa: F401

    from waternet_plugin.core.frames import conform
    from waternet_plugin.core.schema.tables import table

    frame = conform(pipes(rows), "pipe")
    frame = frame[[*table("pipe").field_names, "geom"]]
    path = FOLDER / f"bare_{rows}.gpkg"
    path.unlink(missing_ok=True)
    return path, frame


def bare_write(prepared: Any) -> None:
    """Write the rows to a new GeoPackage with its spatial index, by pyogrio."""
    path, frame = prepared
    frame.to_file(path, layer="pipe", engine="pyogrio", use_arrow=True)


def new_network(rows: int) -> Any:
    """Return the rows and an empty network."""
    from waternet_plugin.store import create_network

    for old in FOLDER.glob(f"pipes_{rows}.gpkg*"):
        old.unlink()
    return create_network(path_of(rows), CRS, by="bench"), pipes(rows)


def insert(prepared: Any) -> int:
    """Insert them as one batch, with log, index and checks."""
    network, frame = prepared
    with network.write("adopt") as batch:
        return int(batch.insert("pipe", frame))


def assessed(rows: int) -> Any:
    """Return a network and a run's rows."""
    import numpy as np
    import pandas as pd

    from waternet_plugin.store import open_network

    network = open_network(path_of(rows))
    ids = network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"]
    numbers = np.random.default_rng(3).uniform(0, 100, (rows, 5))
    frame = pd.DataFrame(
        {
            "run_id": "R0001",
            "pipe_id": ids,
            "rate_per_100km_y": numbers[:, 0],
            "health": numbers[:, 1],
            "likelihood": numbers[:, 2],
            "consequence": numbers[:, 3],
            "risk": numbers[:, 4],
            "class": np.where(numbers[:, 0] > 90, "renew_now", "monitor"),
            "evidence": "B",
            "reasons": "material; age; burst nearby",
        }
    )
    return network, frame


def write_run(prepared: Any) -> int:
    """Write an assessment back."""
    import pandas as pd

    network, frame = prepared
    with network.write("assess") as batch:
        batch.insert("assessment_run", pd.DataFrame({"run_id": ["R0001"]}))
        return int(batch.insert("assessment", frame))


def copied(rows: int) -> Any:
    """Return a copy of the network for a step that changes it."""
    from waternet_plugin.store import open_network

    path = FOLDER / f"copy_{rows}.gpkg"
    shutil.copyfile(path_of(rows), path)
    return open_network(path)


def undo_adoption(network: Any) -> int:
    """Take the adoption back."""
    return int(network.undo("B0002").rows)


def back_up(network: Any) -> None:
    """Copy the network by SQLite."""
    shutil.rmtree(network.outputs_folder / "backups", ignore_errors=True)
    network.backup()
    shutil.rmtree(network.outputs_folder / "backups")


# Reading.


def stream_of(rows: int, what: str, route: str) -> Any:
    """Return what a bare read needs, everything imported."""
    import pyarrow  # noqa: F401

    return str(path_of(rows)), columns_of(what), what == "all", route


def bare_stream(prepared: Any) -> int:
    """Let OGR stream the columns and throw them away."""
    from osgeo import gdal

    path, columns, geometry, route = prepared
    dataset = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["GPKG"])
    layer = dataset.GetLayerByName("pipe")
    definition = layer.GetLayerDefn()
    every = [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]
    ignored = [name for name in every if name not in columns]
    layer.SetIgnoredFields(ignored + ([] if geometry else ["OGR_GEOMETRY"]))
    if route == "numpy":
        return sum(len(part["fid"]) for part in layer.GetArrowStreamAsNumPy(["USE_MASKED_ARRAYS=YES"]))
    return sum(len(part) for part in layer.GetArrowStreamAsPyArrow())


def reader_of(rows: int, what: str, route: str) -> Any:
    """Return an open network that reads by one route."""
    from waternet_plugin.store import open_network
    from waternet_plugin.store.geopackage.reading import streams

    chosen = {"pyarrow": streams.PYARROW, "numpy": streams.NUMPY}[route]
    if route == "pyarrow":
        import pyarrow  # noqa: F401
    streams.best = lambda: chosen
    return open_network(path_of(rows)), columns_of(what), what == "all"


def read_frame(prepared: Any) -> int:
    """Read a frame."""
    network, columns, geometry = prepared
    return len(network.read("pipe", columns, geometry=geometry))


def box_of_view(rows: int) -> Any:
    """Return the network's path and a screen of the map that shows about 300 pipes."""
    side = 40_000 * (300 / rows) ** 0.5
    return str(path_of(rows)), (410_000, 2_510_000, 410_000 + side, 2_510_000 + side)


def draw_view(prepared: Any) -> int:
    """Read what a map of health needs for one screen, as QGIS does."""
    from osgeo import gdal

    path, box = prepared
    dataset = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["GPKG"])
    layer = dataset.GetLayerByName("pipe_health")
    layer.SetSpatialFilterRect(*box)
    return sum(1 for _feature in layer)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("store")
    for rows in sizes:
        repeat = 3 if rows <= 100_000 else 1
        memory = {"limit_mb": MEMORY_LIMIT_MB}
        bench.run("bare write (pyogrio)", bare_write, rows, rows=rows, prepare=complete_rows)
        bench.run(
            "insert", insert, rows, rows=rows, prepare=new_network, floor="bare write (pyogrio)", **memory
        )
        for what, limit in (("all", READ_ALL_LIMIT), ("assess", READ_SOME_LIMIT)):
            for route in ("pyarrow", "numpy"):
                bare, read = f"bare stream, {what}, {route}", f"frame, {what}, {route}"
                bench.run(bare, bare_stream, rows, what, route, rows=rows, prepare=stream_of, repeat=repeat)
                bench.run(
                    read,
                    read_frame,
                    rows,
                    what,
                    route,
                    rows=rows,
                    prepare=reader_of,
                    repeat=repeat,
                    floor=bare,
                    limit=limit if route == "pyarrow" and rows >= SIZES[-1] else None,
                    **memory,
                )
        bench.run("write an assessment", write_run, rows, rows=rows, prepare=assessed, **memory)
        bench.run("draw a box of pipe_health", draw_view, rows, rows=rows, prepare=box_of_view)
        bench.run("backup", back_up, rows, rows=rows, prepare=copied)
        bench.run("undo the adoption", undo_adoption, rows, rows=rows, prepare=copied, **memory)
        for name in ("bare", "pipes", "copy"):
            (FOLDER / f"{name}_{rows}.gpkg").unlink(missing_ok=True)
    return bench.finish()


if __name__ == "__main__":
    raise SystemExit(main())
