"""A text that is not UTF-8, in whatever column of whatever table, costs nobody an answer."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from qgis.core import QgsProcessingContext, QgsProcessingFeedback
from support.headless import Answer, run
from support.health_town import make_town

from waternet_plugin import store
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.geopackage.reading import streams
from waternet_plugin.store.geopackage.tables import bad_text

OTHERS = {"real": 1.0, "integer": 1, "date": "2020-01-01", "datetime": "2020-01-01T00:00:00.000Z"}
STREET = "中山路".encode("gbk")
ALGORITHMS = {
    "assesshealth": {"AS_OF": "2024-12-31"},
    "checknetwork": {},
    "valvesegments": {"OUTPUT": "{folder}/segments.gpkg"},
}


def text_columns() -> list[tuple[str, str]]:
    """Every text column of every table, by the schema."""
    return [
        (table.name, field.name)
        for table in all_tables().values()
        for field in table.fields
        if field.type in bad_text.TEXT_TYPES
    ]


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory, provider: object) -> Path:
    """A town in which each text column of each table holds such a text, each in a row of its own."""
    path = tmp_path_factory.mktemp("foreign") / "town.gpkg"
    make_town(path)
    with store.open_network(path) as network, network.write("adopt") as batch:
        lines = network.read("pipe").geometry
        places = [line.coords[end] for line in lines for end in (0, -1)]
        kinds = ["source", "valve"] * len(lines)
        ids = [f"S{row}" for row in range(len(places))]
        nodes = {"node_id": ids, "kind": kinds, "system": "potable", "status": "in_use"}
        frame = gpd.GeoDataFrame(nodes, geometry=shapely.points(places), crs=network.crs)
        batch.insert("node", frame.rename_geometry("geom"))
    with closing(sqlite3.connect(path)) as database:
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = dict(database.execute(sql).fetchall())
        for name in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        for number, (table, column) in enumerate(text_columns()):
            raw = STREET + str(number).encode()
            rows = [row[0] for row in database.execute(f'SELECT rowid FROM "{table}"')]
            if rows:
                sql = f'UPDATE "{table}" SET "{column}" = CAST(? AS TEXT) WHERE rowid = ?'
                database.execute(sql, (raw, rows[number % len(rows)]))
            else:
                fields = all_tables()[table].fields
                listed = ", ".join(f'"{field.name}"' for field in fields)
                texts = [field.type in bad_text.TEXT_TYPES for field in fields]
                marks = ", ".join("CAST(? AS TEXT)" if is_text else "?" for is_text in texts)
                values = [OTHERS.get(field.type, raw) for field in fields]
                database.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', values)
        for sql in triggers.values():
            database.execute(sql)
        database.commit()
    return path


def parameters(name: str, folder: Path) -> dict[str, str]:
    return {key: value.format(folder=folder) for key, value in ALGORITHMS[name].items()}


def warning_of(answer: Answer) -> str:
    lines = (answer.stdout + answer.stderr).splitlines()
    return next((line for line in lines if "are not UTF-8" in line), "")


@pytest.mark.slow
@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_run_works_and_says_it_once(spoiled: Path, tmp_path: Path, name: str) -> None:
    town = shutil.copy(spoiled, tmp_path / "town.gpkg")
    answer = run(name, NETWORK=town, **parameters(name, tmp_path))
    assert answer.status == 0, answer.stderr
    assert (answer.stdout + answer.stderr).count("are not UTF-8") == 1
    assert "is read as “中山路" in warning_of(answer)


@pytest.mark.slow
@pytest.mark.parametrize("route", ["NUMPY", "ITERATOR"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_it_works_by_the_other_routes(
    spoiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, route: str
) -> None:
    from qgis.core import QgsApplication

    monkeypatch.setattr(streams, "best", lambda: getattr(streams, route))
    town = shutil.copy(spoiled, tmp_path / "town.gpkg")
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"waternet:{name}")
    wanted = {"NETWORK": str(town), **parameters(name, tmp_path)}
    feedback = QgsProcessingFeedback(False)
    _results, succeeded = algorithm.run(wanted, QgsProcessingContext(), feedback)
    assert succeeded, feedback.textLog()
    assert "are not UTF-8" in feedback.textLog()


@pytest.mark.slow
def test_a_gbk_shapefile_appended_without_its_cpg_is_found_and_mended(tmp_path: Path) -> None:
    from osgeo import gdal

    town = tmp_path / "town.gpkg"
    make_town(town)
    lines = shapely.linestrings(
        [[[500_000, 2_400_000 + row], [500_100, 2_400_000 + row]] for row in range(7)]
    )
    frame = gpd.GeoDataFrame(
        {"pipe_id": [f"X{row}" for row in range(7)], "street": "誠信路", "system": "potable"},
        geometry=lines,
        crs=store.open_network(town).crs,
    )
    frame.to_file(tmp_path / "x.shp", encoding="gb18030")
    (tmp_path / "x.cpg").unlink()
    # What `ogr2ogr -append` does where no encoding is told: the bytes as they are.
    gdal.VectorTranslate(
        str(town),
        gdal.OpenEx(str(tmp_path / "x.shp"), open_options=["ENCODING="]),
        accessMode="append",
        layerName="pipe",
        geometryType="LINESTRINGZ",
    )
    network = store.open_network(town)
    if gdal.VersionInfo() >= "3070000" and not network.bad_texts():
        pytest.skip("this GDAL turns such bytes into UTF-8 when it appends them")
    assert len(network.bad_texts()) == 7
    checked = run("checknetwork", NETWORK=town, RULES="doctor_encoding")
    assert checked.status == 0, checked.stderr
    issues = store.open_network(town).read("issue", ["issue_id", "text"])
    assert issues["issue_id"].tolist() == ["doctor_encoding-pipe.street"]
    assert (
        "7 texts of Pipes are not UTF-8; the first, in row X0, is read as “誠信路”." in issues["text"].iloc[0]
    )
    shown = run("repairnetwork", NETWORK=town, ISSUES="doctor_encoding", DRY_RUN=True)
    assert shown.status == 0
    assert len(store.open_network(town).bad_texts()) == 7
    mended = run("repairnetwork", NETWORK=town, ISSUES="doctor_encoding")
    assert mended.status == 0, mended.stderr
    network = store.open_network(town)
    assert network.bad_texts() == ()
    assert network.read("pipe", ids=["X3"])["street"].tolist() == ["誠信路"]
    assert network.read("issue", ["state"])["state"].tolist() == ["fixed"]
