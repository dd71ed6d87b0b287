"""Frames for the tests of the store, and a look into its files."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from osgeo import gdal

from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.sql import quoted

CRS = "EPSG:4547"
ORIGIN = (400_000.0, 2_500_000.0)


def pipe_frame(count: int, *, start: int = 0, **columns: object) -> gpd.GeoDataFrame:
    """Return pipes P00000, P00001, ...; each 30 m long, 10 m apart."""
    numbers = np.arange(start, start + count)
    x = ORIGIN[0] + (numbers % 1000) * 10.0
    y = ORIGIN[1] + (numbers // 1000) * 100.0
    lines = shapely.linestrings(np.stack([np.stack([x, y], 1), np.stack([x, y + 30.0], 1)], axis=1))
    data: dict[str, object] = {
        "pipe_id": [f"P{number:05d}" for number in numbers],
        "system": "potable",
        "material": np.where(numbers % 3 == 0, "pe", "ductile_iron"),
        "status": "in_use",
        "diameter_mm": np.where(numbers % 5 == 0, np.nan, 100.0 + numbers % 7 * 50.5),
        "install_year": np.where(numbers % 4 == 0, np.nan, 1950.0 + numbers % 70),
        "street": np.where(numbers % 6 == 0, None, "人民路"),
        "verified_on": pd.Timestamp("2020-02-29"),
        **columns,
    }
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(lines, crs=CRS)).rename_geometry("geom")


def run_frame(run_id: str) -> pd.DataFrame:
    """Return one row of ``assessment_run``."""
    return pd.DataFrame({"run_id": [run_id], "as_of": [pd.Timestamp("2020-01-01")], "horizon_years": [5.0]})


def assessment_frame(run_id: str, pipe_ids: list[str]) -> pd.DataFrame:
    """Return a row of ``assessment`` for each pipe."""
    return pd.DataFrame(
        {
            "run_id": run_id,
            "pipe_id": pipe_ids,
            "rate_per_100km_y": np.arange(len(pipe_ids)) + 0.1,
            "class": "monitor",
            "evidence": "C",
        }
    )


@contextmanager
def in_schema(uri: str | Path) -> Iterator[Any]:
    """Reach the network of a schema as another program does: without saying who writes."""
    from waternet_plugin.store.addresses import parse
    from waternet_plugin.store.postgis.connecting import SchemaConnections

    connections = SchemaConnections(parse(str(uri)))
    try:
        with connections.reading() as database:
            connections.srs_id = database.srs_id = database.native(
                "SELECT value::integer FROM wn_meta WHERE key = 'srid'"
            ).fetchall()[0][0]
            yield database
    finally:
        connections.close()


@contextmanager
def as_login(login: str, address: Any) -> Iterator[Any]:
    """Reach a database of the tests' server by another login, as some program does; yields a cursor."""
    import psycopg2

    parameters = {**address.server().driver, "user": login}
    with closing(psycopg2.connect(**parameters, application_name="QGIS")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path = {quoted(address.schema)}, public")
            yield cursor


def is_on_server(uri: str | Path) -> bool:
    """Return whether a network is in a schema of a server."""
    return str(uri).startswith("postgresql:")


def who(network: Any, name: str) -> str:
    """Return who wrote a batch for somebody: on a server the login, whatever name is given."""
    from support.database_server import LOGIN

    return LOGIN if is_on_server(network.uri) else name


def rows(path: str | Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Return what a query finds in the network."""
    if is_on_server(path):
        with in_schema(path) as database:
            return list(database.execute(sql, values))
    with sqlite3.connect(path) as database:
        found = database.execute(sql, values).fetchall()
    database.close()
    return found


def content(path: str | Path) -> list[str]:
    """Return everything in the file as SQL; of a schema all rows."""
    if is_on_server(path):
        from waternet_plugin.core.schema.tables import all_tables

        with in_schema(path) as database:
            return [
                f"{name} {row}"
                for name in all_tables()
                for (row,) in database.native(f'SELECT t::text FROM "{name}" t ORDER BY 1')
            ]
    database = sqlite3.connect(path)
    lines = list(database.iterdump())
    database.close()
    return lines


def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which each statement is added that the store runs from now on."""
    ran: list[str] = []
    connect = connection.connect

    def traced(path: Path, *, write: bool = False) -> sqlite3.Connection:
        made = connect(path, write=write)
        made.set_trace_callback(ran.append)
        return made

    monkeypatch.setattr(connection, "connect", traced)
    return ran


def elsewhere(path: str | Path, code: str, *, timeout: float = 0) -> str:
    """Run code with a connection ``c`` of another process to the file; return what it prints."""
    begin = "import sqlite3, sys, os; c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout={})\n"
    done = subprocess.run(
        [sys.executable, "-c", begin.format(timeout) + code, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr.strip().rpartition("\n")[2]).strip()


@contextmanager
def edited_elsewhere(path: str | Path) -> Iterator[None]:
    """Have the file open in another program that has begun to edit it and has written a row."""
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA journal_mode = WAL')\n"
        "c.execute(\"INSERT INTO wn_meta VALUES ('other', '1')\")\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", code, str(path)]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    try:
        yield
    finally:
        child.communicate()


def look(path: str | Path) -> None:
    """Do what QGIS does when it looks what a file is: open, read, close, by GDAL and plainly."""
    dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    assert dataset.GetLayerByName("pipe").GetFeatureCount() >= 0
    dataset = None
    with Path(path).open("rb") as file:
        file.read(100)


def foreign(network, sql: str, *values: object) -> None:
    """Change the network as another program does that knows the functions of a GeoPackage."""
    if is_on_server(network.uri):
        with in_schema(network.uri) as database:
            database.execute(sql, values)
        return
    from waternet_plugin.store.geopackage import connection

    with closing(connection.connect(Path(network.uri), write=True)) as database:
        database.execute(sql, values)


def a_value(field):
    from waternet_plugin.core.schema import domains

    if field.domain:
        return next(iter(domains.domain(field.domain)))
    return {"text": "x", "date": pd.Timestamp("2020-01-01"), "datetime": pd.Timestamp("2020-01-01")}.get(
        field.type, 1.0
    )


def a_shape(kind: str, number: int):
    x, y = 400_000.0 + number, 2_500_000.0
    if kind.startswith("Point"):
        return shapely.Point(x, y)
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([shapely.box(x, y, x + 1, y + 1)])
    line = shapely.LineString([(x, y), (x, y + 30)])
    return shapely.MultiLineString([line]) if kind == "MultiLineString" else line
