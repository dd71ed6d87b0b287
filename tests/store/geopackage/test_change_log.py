"""The log says who changed what, whatever program did it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osgeo import ogr
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame, rows

from waternet_plugin.core.schema.tables import EDITING, all_tables
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.reading.unreadable import GREATEST
from waternet_plugin.store.geopackage.tables import derived, triggers


def log(network, action: str | None = None) -> list[dict[str, object]]:
    """Return the log's entries of pipes as plain values."""
    frame = network.read("change_log", where={"table": "pipe", **({"action": action} if action else {})})
    entries = frame.to_dict("records")
    for entry in entries:
        for side in ("before", "after"):
            entry[side] = None if entry[side] is None else json.loads(entry[side])
    return entries


def foreign(network, sql: str, *values: object) -> None:
    """Change the network as another program does that knows the functions of a GeoPackage."""
    database = connection.connect(Path(network.uri), write=True)
    database.execute(sql, values)
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("count", a_few_quick([3, 600], 1), ids=["triggers", "bulk"])
def test_an_insert_is_noted_for_each_row(network, count):
    with network.write("adopt", by="anna") as batch:
        batch.insert("pipe", pipe_frame(count))
    entries = log(network)
    assert len(entries) == count
    assert entries[1]["before"] is None
    assert (entries[1]["asset"], entries[1]["by"], entries[1]["batch"]) == ("P00001", "anna", "B0002")


def test_an_insert_by_triggers_notes_what_is_known_of_the_row(town):
    assert log(town)[1]["after"] == {
        "pipe_id": "P00001",
        "system": "potable",
        "material": "ductile_iron",
        "diameter_mm": 150.5,
        "length_m": 30.0,
        "length_source": "geometry",
        "install_year": 1951,
        "street": "人民路",
        "status": "in_use",
        "verified_on": "2020-02-29",
    }


@pytest.mark.slow
def test_an_insert_in_bulk_notes_a_hash_that_tells_one_row_from_another(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(600))
    hashes = [entry["after"].pop("hash") for entry in log(network)]
    assert len(set(hashes)) == 600
    assert all(entry["after"] == {"hash": one} for entry, one in zip(log(network), hashes))


@pytest.mark.slow
def test_an_update_notes_only_what_changed(town):
    with town.write("edit") as batch:
        batch.update(
            "pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": [None], "material": ["ductile_iron"]})
        )
    (entry,) = log(town, "update")
    assert (entry["before"], entry["after"]) == ({"street": "人民路"}, {"street": None})


_ONE_OF = {"text": "a \"quoted\"\n水", "integer": 7, "real": 0.1 + 0.2, "date": "2024-02-29",
           "datetime": "2024-02-29T01:02:03.004Z", "json": '{"a": [1]}'}  # fmt: skip


@pytest.mark.parametrize(
    "name", a_few_quick(sorted(one.name for one in all_tables().values() if one.is_editable), 1)
)
def test_triggers_note_rows_as_statements_do(network, name):
    """What is made or deleted one by one and in bulk has the same entries, byte by byte."""
    table = all_tables()[name]
    given = {one.name: _ONE_OF[one.type] for one in table.fields if one.name not in EDITING + derived.COLUMNS}
    given.pop(table.fields[-1].name if len(table.fields) % 2 else "note", None)
    with closing(connection.connect(Path(network.uri), write=True)) as database:
        database.execute("PRAGMA ignore_check_constraints = 1")
        if table.has_geometry:
            given["geom"] = b"GP" + bytes(15)
            for (trigger,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
                " AND name LIKE 'rtree%'", (name,)
            ).fetchall():  # fmt: skip
                database.execute(f'DROP TRIGGER "{trigger}"')
        columns, marks = (", ".join(f'"{one}"' for one in given), ", ".join("?" * len(given)))
        database.execute(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', tuple(given.values()))
        made, whole = (
            database.execute(
                f"SELECT {triggers.complete_row_sql(table, name + '.', geometry=geometry)} FROM {name}"
            ).fetchone()[0]
            for geometry in (False, True)
        )
        database.execute(f'DELETE FROM "{name}"')
        noted = database.execute(
            'SELECT before, after FROM change_log WHERE "table" = ? ORDER BY seq', (name,)
        ).fetchall()
    assert noted == [(None, made), (whole, None)]
    assert json.loads(made)[table.id_field] == given[table.id_field]


def test_a_moved_pipe_has_both_geometries(town):
    moved = town.read("pipe", ["pipe_id"], ids=["P00001"])
    old = moved["geom"].iloc[0]
    moved["geom"] = shapely.linestrings([[[400_000, 2_500_000], [400_001, 2_500_002]]])
    with town.write("edit") as batch:
        batch.update("pipe", moved)
    (entry,) = log(town, "update")
    assert set(entry["before"]) == {"geom", "length_m"}
    assert shapely.from_wkb(bytes.fromhex(entry["before"]["geom"])[40:]).equals(old)


def test_a_deleted_row_is_kept_whole(town):
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    (entry,) = log(town, "delete")
    assert entry["before"]["row_version"] == 1
    assert entry["before"]["fid"] == 2
    assert len(bytes.fromhex(entry["before"]["geom"])) > 40
    assert entry["after"] is None


@pytest.mark.slow
def test_an_unknown_client_is_named_so(town):
    foreign(town, "UPDATE pipe SET street = '新' WHERE pipe_id = 'P00001'")
    foreign(town, "DELETE FROM pipe WHERE pipe_id = 'P00002'")
    assert [(entry["by"], entry["batch"]) for entry in log(town)[-2:]] == [("unknown client", None)] * 2
    assert town.read("pipe", ids=["P00001"])["row_version"].tolist() == [2.0]


@pytest.mark.slow
def test_who_fills_edited_by_is_named(town):
    foreign(town, "UPDATE pipe SET street = '新', edited_by = '李工' WHERE pipe_id = 'P00001'")
    foreign(town, "UPDATE pipe SET street = '旧', edited_by = '李工' WHERE pipe_id = 'P00001'")
    foreign(
        town,
        "UPDATE pipe SET street = '又', edited_by = '李工', edited_on = ? WHERE pipe_id = 'P00001'",
        "2026-01-01T00:00:00Z",
    )
    # Touched by nobody in the second statement: the name was there before.
    assert [entry["by"] for entry in log(town, "update")] == ["李工", "unknown client", "李工"]


def test_ogr_edits_are_logged_and_keep_everything_right(town):
    dataset = ogr.Open(town.uri, update=1)
    layer = dataset.GetLayerByName("pipe")
    feature = layer.GetFeature(2)
    feature["status"] = "abandoned"
    layer.SetFeature(feature)
    new = ogr.Feature(layer.GetLayerDefn())
    new["pipe_id"], new["system"], new["status"], new["edited_by"] = "Q1", "storm", "in_use", "qgis user"
    new.SetGeometry(ogr.CreateGeometryFromWkt("LINESTRING Z (400000 2500000 1, 400009 2500009 2)"))
    layer.CreateFeature(new)
    layer.DeleteFeature(5)
    layer = dataset = None
    update, insert, delete = log(town)[-3:]
    assert (update["before"], update["after"]) == ({"status": "in_use"}, {"status": "abandoned"})
    assert (insert["asset"], insert["by"]) == ("Q1", "qgis user")
    assert (delete["action"], delete["asset"]) == ("delete", "P00004")
    read = town.read("pipe", ids=["P00001", "Q1"])
    assert read["map_class"].tolist() == ["abandoned", "storm"]
    assert read["row_version"].tolist() == [2.0, 1.0]
    assert rows(town.uri, "SELECT count(*) FROM rtree_pipe_geom") == [(20,)]


def test_another_header_is_no_change(town):
    plain = "47500001C3110000"
    foreign(
        town,
        f"UPDATE pipe SET geom = CAST(x'{plain}' || substr(geom, 41) AS BLOB), street = 'x' WHERE fid = 2",
    )
    (entry,) = log(town, "update")
    assert entry["after"] == {"street": "x"}


def test_a_row_version_alone_is_no_change(town):
    foreign(town, "UPDATE pipe SET row_version = 9, edited_on = '2026-01-01T00:00:00Z'")
    assert log(town, "update") == []


def test_map_class_can_not_be_made_wrong(town):
    foreign(town, "UPDATE pipe SET map_class = 'fire' WHERE fid = 2")
    assert town.read("pipe", ids=["P00001"])["map_class"].tolist() == ["potable"]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.floats(-GREATEST["real"], GREATEST["real"]),
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
)
def test_any_number_and_text_come_back_from_the_log(town, number, text):
    with town.write("repair") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "diameter_mm": [number], "note": [text]}))
    kept = town.read("pipe", ["diameter_mm", "note"], ids=["P00001"], geometry=False).iloc[0]
    with town.write("repair") as batch:
        batch.delete("pipe", ["P00001"])
    town.undo()
    back = town.read("pipe", ["diameter_mm", "note"], ids=["P00001"], geometry=False).iloc[0]
    assert back["note"] == kept["note"] == text
    assert back["diameter_mm"] == kept["diameter_mm"] == number


def test_the_log_of_other_tables(town):
    points = shapely.points([[400_000.0, 2_500_000.0]])
    with town.write("edit") as batch:
        batch.insert(
            "node",
            pd.DataFrame(
                {
                    "node_id": ["N"],
                    "kind": ["valve"],
                    "system": ["potable"],
                    "status": ["in_use"],
                    "geom": points,
                }
            ),
        )
        batch.insert("failure", pd.DataFrame({"failure_id": ["F"], "match_distance_m": [np.pi]}))
        batch.set_setting("a.b", "1")
    found = town.read("change_log", where={"batch": batch.batch_id})
    assert found[["table", "asset", "action"]].values.tolist() == [
        ["node", "N", "insert"],
        ["failure", "F", "insert"],
        ["setting", "a.b", "insert"],
    ]
    assert json.loads(found["after"].iloc[1])["match_distance_m"] == np.pi


def test_a_deletion_by_plain_sqlite_in_another_process_is_logged(town):
    code = (
        f"import sqlite3; c = sqlite3.connect({town.uri!r}); "
        "c.execute('DELETE FROM pipe WHERE fid = 2'); c.commit()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert log(town)[-1]["action"] == "delete"
    assert rows(town.uri, "SELECT count(*) FROM rtree_pipe_geom") == [(19,)]


def test_what_came_after_an_entry_is_found_by_the_numbers_of_entries(repo_root, town):
    """By the index of tables SQLite would read the whole log of a town's pipes; a plus keeps it from that."""
    asks = re.compile(r"seq > [^\n]*? AND \\?\"table\\?\" =")
    found = [
        f"{path.name}: {match.group()}"
        for path in sorted((repo_root / "waternet_plugin").rglob("*.py"))
        for match in asks.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    for column, by in (("+", "INTEGER PRIMARY KEY"), ("", "INDEX")):
        asked = f"SELECT 1 FROM change_log WHERE seq > 5 AND {column}\"table\" = 'pipe' LIMIT 1"
        assert by in str(rows(town.uri, f"EXPLAIN QUERY PLAN {asked}"))


@pytest.mark.slow
def test_one_batch_takes_bulk_rows_after_single_ones(network):
    # SQLite changes no function while a statement is open, which rows with places left behind.
    count = 600
    days = pd.Series(pd.to_datetime(["2026-01-01"] * count))
    volumes = pd.DataFrame(
        {
            "volume_id": [f"V{number}" for number in range(count)],
            "from_date": days,
            "to_date": days,
            "component": "billed_metered",
            "volume_m3": 1.0,
        }
    )
    several, few = pipe_frame(count), pipe_frame(3).assign(pipe_id=["A", "B", "C"])
    with network.write("adopt", by="anna") as batch:
        batch.insert("pipe", several)
        batch.insert("pipe", few)
        batch.insert("volume", volumes)
    assert len(network.read("volume")) == count
    assert len(log(network)) == count + 3
