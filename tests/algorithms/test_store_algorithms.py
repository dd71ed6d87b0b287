"""Creating, listing, undoing and restoring as a script does it."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.headless import must, run

from waternet_plugin import store

CRS = "EPSG:4547"


def adopt(path: Path, name: str, ids: list[str]) -> None:
    lines = shapely.linestrings(
        [[[400_000, 2_500_000 + row], [400_010, 2_500_000 + row]] for row in range(len(ids))]
    )
    frame = gpd.GeoDataFrame(
        {"pipe_id": ids, "system": "potable", "status": "in_use", "geom": lines}, geometry="geom", crs=CRS
    )
    with (
        store.open_network(path, by="anna") as network,
        network.write("adopt", name=name, backup=True) as batch,
    ):
        batch.insert("pipe", frame)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network made by the algorithm, with two adoptions."""
    path = tmp_path_factory.mktemp("我的 管网") / "town.gpkg"
    assert must("createnetwork", CRS=CRS, OUTPUT=path) == {"OUTPUT": str(path)}
    adopt(path, "first", ["A", "B"])
    adopt(path, "second", ["C"])
    return path


@pytest.fixture
def copy(town: Path, tmp_path: Path) -> Path:
    """A network of its own for a test that changes it."""
    return Path(shutil.copy(town, tmp_path / "town.gpkg"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("crs", "sentence"),
    [
        (
            "EPSG:4490",
            "is not a plane coordinate system in metres. Choose a projected one, for example EPSG:4547",
        ),
        ("EPSG:2263", "US survey foot, but a network needs metres. Choose for example EPSG:32118"),
        ("nonsense", "“nonsense” is not a valid coordinate system"),
    ],
)
def test_createnetwork_refuses_what_is_not_metric(tmp_path, crs, sentence):
    answer = run("createnetwork", CRS=crs, OUTPUT=tmp_path / "a.gpkg")
    assert answer.status == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_createnetwork_leaves_an_existing_file_alone(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"mine")
    answer = run("createnetwork", CRS=CRS, OUTPUT=path)
    assert (answer.status, path.read_bytes()) == (1, b"mine")
    assert "a.gpkg already exists and was left unchanged." in answer.stderr


@pytest.mark.slow
def test_listbatches_writes_a_table(town, tmp_path):
    results = must("listbatches", NETWORK=town, OUTPUT=tmp_path / "list.csv")
    assert results["BATCHES"] == 3
    with open(tmp_path / "list.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["batch_id"], row["kind"], row["name"], row["rows"], row["undone"]) for row in rows] == [
        ("B0003", "adopt", "second", "1", ""),
        ("B0002", "adopt", "first", "2", ""),
        ("B0001", "create", "", "0", ""),
    ]
    assert rows[0]["by"] == "anna"
    assert rows[0]["at"].endswith("Z")


@pytest.mark.slow
def test_undobatch_takes_back_the_last_one_or_the_one_named(copy):
    results = must("undobatch", NETWORK=copy)
    assert (results["BATCH_ID"], results["UNDONE_BATCH"], results["ROWS"]) == ("B0004", "B0003", 1)
    results = must("undobatch", NETWORK=copy, BATCH="B0002")
    assert results["ROWS"] == 2
    assert store.open_network(copy).count("pipe") == 0
    answer = run("undobatch", NETWORK=copy, BATCH="B0002")
    assert answer.status == 1
    assert "already been undone, by B0005" in answer.stderr


@pytest.mark.slow
def test_undobatch_takes_back_the_rest_and_lists_what_stays(copy):
    with store.open_network(copy).write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["A"], "street": ["mine"]}))
        batch.insert("failure", pd.DataFrame({"failure_id": ["F1"], "pipe_id": ["B"]}))
    answer = run("undobatch", NETWORK=copy, BATCH="B0002")
    assert answer.status == 1
    assert "1 of its rows were changed later, such as pipe A" in answer.stderr
    assert "(B0004)" in answer.stderr
    assert "SKIP_CHANGED" in answer.stderr
    answer = run("undobatch", NETWORK=copy, BATCH="B0002", SKIP_CHANGED="true")
    assert (answer.status, answer.results["ROWS"], answer.results["LEFT"]) == (0, 1, 1)
    assert store.open_network(copy).read("pipe", ["pipe_id"])["pipe_id"].tolist() == ["A", "C"]
    said = answer.stdout + answer.stderr
    assert "Failures: 1 row that refer" in said
    assert "F1" in said
    listed = run("listbatches", NETWORK=copy)
    assert "undone by B0005, 1 row not undone" in listed.stdout + listed.stderr


@pytest.mark.slow
def test_undobatch_names_who_it_was_by(copy):
    assert run("undobatch", NETWORK=copy, environment={"WATERNET_USER": "李工"}).status == 0
    assert store.open_network(copy).batches()["by"].iloc[0] == "李工"


@pytest.mark.slow
def test_compactnetwork_tells_the_size_before_and_after(copy):
    with store.open_network(copy) as network:
        with network.write("edit") as batch:
            batch.insert("failure", pd.DataFrame({"failure_id": [str(one) for one in range(2000)]}))
        network.undo()
    results = must("compactnetwork", NETWORK=copy)
    assert results["BEFORE"] >= results["AFTER"] == copy.stat().st_size
    with store.open_network(copy) as network:
        assert network.weight().free_bytes == 0
        assert network.undo("B0005").rows == 2000


@pytest.mark.slow
def test_copynetwork_copies_all_and_lists_the_tables(town, tmp_path):
    results = must(
        "copynetwork", NETWORK=town, OUTPUT=tmp_path / "b.gpkg", OUTPUT_TABLES=tmp_path / "tables.csv"
    )
    listed = pd.read_csv(results["OUTPUT_TABLES"]).set_index("table")
    assert (listed.loc["pipe", "rows"], listed.loc["batch", "rows"]) == (3, 3)
    assert listed["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    assert results["ROWS"] == listed["rows"].sum()
    with store.open_network(results["OUTPUT"]) as network:
        assert network.undo("B0003").rows == 1
    answer = run("copynetwork", NETWORK=town, OUTPUT=town)
    assert answer.status == 1
    assert "is never replaced" in answer.stderr


@pytest.mark.slow
def test_restorebackup_writes_a_new_file_only(town, tmp_path):
    backups = sorted((town.parent / "backups").iterdir())
    assert len(backups) == 2
    results = must("restorebackup", BACKUP=backups[1], OUTPUT=tmp_path / "back.gpkg")
    assert store.open_network(results["OUTPUT"]).read("pipe", ["pipe_id"])["pipe_id"].tolist() == ["A", "B"]
    answer = run("restorebackup", BACKUP=backups[1], OUTPUT=town)
    assert answer.status == 1
    assert "is never replaced" in answer.stderr
    assert store.open_network(town).count("pipe") == 3


@pytest.mark.slow
def test_restorebackup_puts_a_backup_back_in_place(copy, town):
    shutil.copytree(town.parent / "backups", copy.parent / "backups")
    backups = sorted((copy.parent / "backups").iterdir())
    results = must("restorebackup", NETWORK=copy, BACKUP=backups[1], IN_PLACE=True)
    assert store.open_network(copy).count("pipe") == 2
    assert store.open_network(results["KEPT"]).count("pipe") == 3
    assert store.open_network(copy).batches()["batch_id"].iloc[0] == results["BATCH_ID"]


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [{}, {"IN_PLACE": True, "OUTPUT": "new.gpkg"}], ids=["neither", "both"])
def test_restorebackup_wants_one_place(copy, tmp_path, wanted):
    places = {name: tmp_path / value if name == "OUTPUT" else value for name, value in wanted.items()}
    answer = run("restorebackup", NETWORK=copy, BACKUP=copy, **places)
    assert answer.status == 1
    assert "Give either OUTPUT, a new file, or IN_PLACE" in answer.stderr


@pytest.mark.slow
def test_restorebackup_warns_of_another_networks_backup(copy, tmp_path):
    must("createnetwork", CRS=CRS, OUTPUT=tmp_path / "other.gpkg")
    answer = run("restorebackup", NETWORK=copy, BACKUP=tmp_path / "other.gpkg", IN_PLACE=True)
    assert answer.status == 0
    assert "other.gpkg is not a backup of town.gpkg, but of another network" in answer.stderr + answer.stdout


@pytest.mark.slow
def test_a_run_says_what_opening_put_back(copy):
    with closing(sqlite3.connect(copy)) as database:
        database.execute("DROP TRIGGER wn_pipe_insert")
        database.commit()
    first, second = run("listbatches", NETWORK=copy), run("listbatches", NETWORK=copy)
    sentence = "what another program had removed (Pipes)"
    assert sentence in first.stderr + first.stdout
    assert sentence not in second.stderr + second.stdout
    # The gap stands among the batches.
    assert "Gap in the log  pipe" in second.stdout + second.stderr
    assert store.open_network(copy).batches()["kind"].tolist()[:1] == ["mend"]


def test_restorebackup_refuses_what_is_no_backup(tmp_path):
    (tmp_path / "note.gpkg").write_text("hello")
    answer = run("restorebackup", BACKUP=tmp_path / "note.gpkg", OUTPUT=tmp_path / "new.gpkg")
    assert answer.status == 1
    assert "note.gpkg is not a GeoPackage" in answer.stderr
    assert not (tmp_path / "new.gpkg").exists()


@pytest.mark.slow
def test_a_missing_network_is_one_sentence(tmp_path):
    answer = run("listbatches", NETWORK=tmp_path / "none.gpkg")
    assert answer.status == 1
    assert "There is no network none.gpkg" in answer.stderr
