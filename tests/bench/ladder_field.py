"""A package for the field out and back, next to a bare write and read of the same rows."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from harness import STORE, Bench
from ladder_store import CRS, complete_rows, pipes

SIZES = (10_000, 100_000)
FOLDER = STORE / "field"
# Out and back costs at most so many bare writes and reads; 3.4 to 3.5 were measured.
LIMIT = 4.0
# Each so many rows one was changed in the field.
_STEP = 100


def bare_rows(rows: int) -> Any:
    """Return where the rows go, and the rows."""
    (STORE / "store").mkdir(parents=True, exist_ok=True)
    return complete_rows(rows)


def write_and_read(prepared: Any) -> int:
    """Write the rows to a new GeoPackage and read them, by pyogrio."""
    import geopandas as gpd

    path, frame = prepared
    frame.to_file(path, layer="pipe", engine="pyogrio", use_arrow=True)
    return len(gpd.read_file(path, layer="pipe", engine="pyogrio", use_arrow=True))


def network_of(rows: int) -> Any:
    """Return a network with the pipes and an empty folder, everything imported."""
    from waternet_plugin.operations.fieldwork import export_field_package, import_field_package
    from waternet_plugin.store import create_network

    del export_field_package, import_field_package

    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    network = create_network(FOLDER / "town.gpkg", CRS, by="bench")
    with network.write("adopt") as batch:
        batch.insert("pipe", pipes(rows))
    (FOLDER / "given").mkdir()
    return network, FOLDER / "given"


def out_and_back(prepared: Any) -> int:
    """Give all pipes to a crew, and take the package up with one of a hundred rows changed."""
    from waternet_plugin.operations.fieldwork.export_field_package import (
        FieldPackageRequest,
        export_field_package,
    )
    from waternet_plugin.operations.fieldwork.import_field_package import (
        FieldReturnRequest,
        import_field_package,
    )

    network, folder = prepared
    export_field_package(network, FieldPackageRequest(Path(folder), "Crew", ("pipe",)))
    with closing(sqlite3.connect(folder / "field.gpkg")) as database:
        database.execute(f"UPDATE pipe SET note = 'seen' WHERE fid % {_STEP} = 0")  # noqa: S608
        database.commit()
    return import_field_package(network, FieldReturnRequest(folder)).rows["taken"]


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder."""
    bench = Bench("field", by_cpu=True)
    for rows in sizes:
        floor = "bare write and read (pyogrio)"
        bench.run(floor, write_and_read, rows, rows=rows, prepare=bare_rows)
        limit = LIMIT if rows >= SIZES[-1] else None
        bench.run("out and back", out_and_back, rows, rows=rows, prepare=network_of, floor=floor, limit=limit)
    shutil.rmtree(FOLDER, ignore_errors=True)
    return bench.finish()


if __name__ == "__main__":
    raise SystemExit(main())
