"""A small town that is given to crews, and what programs do to the file that they take along."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.fieldwork.field_decisions import FieldDecisions
from waternet_plugin.operations.fieldwork.export_field_package import (
    FieldPackage,
    FieldPackageRequest,
    export_field_package,
)
from waternet_plugin.operations.fieldwork.import_field_package import (
    FieldReturn,
    FieldReturnRequest,
    import_field_package,
)
from waternet_plugin.store import Network, create_network

CRS = "EPSG:4547"
X, Y = 400_000.0, 2_500_000.0
PHOTO = b"\xff\xd8\xff\xe0"


def make_town(path: Path, pipes: int = 4) -> Network:
    """Return a new town: lone pipes of 30 m with a node at each end, an inspection, two work items."""
    network = create_network(path, CRS)
    numbers = np.arange(pipes)
    starts = np.column_stack([X + numbers * 20.0, np.full(pipes, Y), np.full(pipes, 9.5)])
    ends = starts + np.array([0.0, 30.0, 0.0])
    names = [f"P{number:03d}" for number in numbers]
    lines = gpd.GeoDataFrame(
        {
            "pipe_id": names,
            "system": "potable",
            "status": "in_use",
            "diameter_mm": 100.0,
            "material": "pe",
            "install_year": 1999.0,
            "street": "人民路",
            "length_m": 30.0,
            "length_source": "geometry",
            "from_node": [f"A{number:03d}" for number in numbers],
            "to_node": [f"B{number:03d}" for number in numbers],
        },
        geometry=list(shapely.linestrings(np.stack([starts, ends], axis=1))),
        crs=CRS,
    ).rename_geometry("geom")
    points = gpd.GeoDataFrame(
        {
            "node_id": [*lines["from_node"], *lines["to_node"]],
            "kind": "valve",
            "system": "potable",
            "status": "in_use",
        },
        geometry=list(shapely.points(np.vstack([starts, ends]))),
        crs=CRS,
    ).rename_geometry("geom")
    with network.write("adopt") as batch:
        batch.insert("node", points)
        batch.insert("pipe", lines)
        batch.insert("inspection", pd.DataFrame([{"inspection_id": "I1", "pipe_id": "P000"}]))
        items = [{"item_id": f"W{one}", "type": "clean", "state": "open", "asset": "A000"} for one in (1, 2)]
        batch.insert("work_item", pd.DataFrame(items).assign(team=["Crew A", "Crew B"]))
    return network


def give(network: Network, folder: Path, **more: Any) -> FieldPackage:
    """Give a package to Crew A in a new folder."""
    folder.mkdir(parents=True)
    return export_field_package(network, FieldPackageRequest(folder, "Crew A", **more))


def take(network: Network, folder: Path, *, dry_run: bool = False, **decisions: Any) -> FieldReturn:
    """Read a package that came back."""
    return import_field_package(network, FieldReturnRequest(folder, FieldDecisions(**decisions), dry_run))


@contextmanager
def in_file(folder: Path) -> Iterator[sqlite3.Connection]:
    """Reach the file of a package as another program does."""
    with closing(sqlite3.connect(folder / "field.gpkg")) as database:
        database.execute("PRAGMA synchronous = OFF")
        yield database
        database.commit()


def set_there(folder: Path, table: str, name: str, **values: Any) -> None:
    """Change a row of a package by its id."""
    id_field = {"work_item": "item_id"}.get(table, f"{table}_id")
    sets = ", ".join(f'"{field}" = ?' for field in values)
    with in_file(folder) as database:
        found = database.execute(
            f'UPDATE "{table}" SET {sets} WHERE "{id_field}" = ?', (*values.values(), name)
        )
        assert found.rowcount == 1


def blob_of(shape: Any, srs_id: int = 4547) -> bytes:
    """Return a geometry as a GeoPackage has it, without an envelope."""
    return b"GP\0\1" + srs_id.to_bytes(4, "little") + shapely.to_wkb(shape, byte_order=1, flavor="iso")


def add_there(folder: Path, table: str, shape: Any = None, **values: Any) -> str:
    """Add a row to a package, as a form does, and return its UUID."""
    row = {"uuid": str(uuid.uuid4()), **values, **({} if shape is None else {"geom": blob_of(shape)})}
    names = ", ".join(f'"{name}"' for name in row)
    with in_file(folder) as database:
        marks = ", ".join("?" * len(row))
        database.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(row.values()))
    return row["uuid"]


def set_here(network: Network, table: str, name: str, **values: Any) -> None:
    """Change a row of the network by its id."""
    id_field = network.table(table).id_field
    with network.write("edit") as batch:
        batch.update(table, pd.DataFrame([{id_field: name, **values}]))


def here(network: Network, table: str, name: str) -> dict[str, Any]:
    """Return a row of the network, an empty one where it is gone."""
    found = network.rows_where(table, network.table(table).id_field, [name])
    return dict(next(iter(found.values()), {}))


def told(done: FieldReturn, verdict: str) -> set[tuple[str, str]]:
    """Return asset and field of all cells of a verdict."""
    return {(one.asset, one.field) for one in done.verdicts if one.verdict == verdict}
