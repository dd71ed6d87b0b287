"""Rows as people edit them: told by their numbers, whole or not at all, a refusal names its row."""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.store_helpers import ORIGIN, content, elsewhere, foreign, pipe_frame, rows, statements

from waternet_plugin.core.editing.row_edits import is_same
from waternet_plugin.core.errors import ConflictError, LockedError, RowRefusedError
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection

LINE = shapely.LineString([(ORIGIN[0], ORIGIN[1] + 900, 1.5), (ORIGIN[0] + 40, ORIGIN[1] + 900, 2.5)])


def new_pipe(pipe_id: str, **values: object) -> dict[str, object]:
    return {"pipe_id": pipe_id, "system": "potable", "status": "in_use", "geom": LINE, **values}


def log_of(path, batch_id: str) -> list[tuple[object, ...]]:
    sql = 'SELECT action, asset, "by" FROM change_log WHERE batch = ? ORDER BY seq'
    return rows(path, sql, batch_id)


def by_hand(path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(sql)


def test_rows_are_read_as_they_are(town):
    found = town.rows("pipe", [1, 4, 99])
    assert set(found) == {1, 4}
    row = found[1]
    assert (row["pipe_id"], row["material"], row["diameter_mm"]) == ("P00000", "pe", None)
    assert row["verified_on"] == datetime.date(2020, 2, 29)
    assert row["edited_on"].tzinfo is not None
    assert row["geom"].equals(shapely.LineString([ORIGIN, (ORIGIN[0], ORIGIN[1] + 30)]))
    assert "fid" not in row


def test_texts_that_are_not_utf8_are_read_all_the_same(town):
    foreign(town, "UPDATE pipe SET street = CAST(x'd6d0b9fa' AS TEXT) WHERE fid = 4")
    found = town.rows("pipe", [1, 4])
    assert (found[4]["street"], found[1]["pipe_id"]) == ("中国", "P00000")


@pytest.mark.slow
def test_what_was_read_is_written_back_as_it_was(town):
    before = town.rows("pipe", range(1, 21))
    kept = {"edited_on", "edited_by", "batch_id", "row_version"}
    with town.write("edit") as batch:
        given = {fid: {k: v for k, v in row.items() if k not in kept} for fid, row in before.items()}
        assert batch.update_rows("pipe", given) == 0
    assert rows(town.uri, "SELECT max(row_version) FROM pipe") == [(1,)]
    assert all(
        is_same(a, b)
        for fid in before
        for a, b in zip(before[fid].values(), town.rows("pipe", [fid])[fid].values())
    )


@pytest.mark.slow
def test_only_what_is_given_changes_and_each_row_is_logged_once(town):
    with town.write("edit") as batch:
        assert batch.delete_rows("pipe", [3]) == 1
        assert (
            batch.update_rows("pipe", {1: {"material": "cast_iron", "geom": LINE}, 2: {"street": None}}) == 2
        )
        fids = batch.insert_rows("pipe", {-5: new_pipe("New 1"), -7: new_pipe("New 2", material="pe")})
    assert fids == {-5: 21, -7: 22}
    assert log_of(town.uri, batch.batch_id) == [
        ("delete", "P00002", "tester"),
        ("update", "P00000", "tester"),
        ("update", "P00001", "tester"),
        ("insert", "New 1", "tester"),
        ("insert", "New 2", "tester"),
    ]
    assert rows(town.uri, "SELECT rows FROM batch WHERE batch_id = ?", batch.batch_id) == [(5,)]
    moved, made = town.rows("pipe", [1])[1], town.rows("pipe", [21])[21]
    assert (moved["length_m"], moved["row_version"], moved["street"]) == (40.0, 2.0, None)
    assert (made["length_m"], made["length_source"], made["map_class"]) == (40.0, "geometry", "potable")
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]
    assert rows(town.uri, "SELECT rtreecheck('rtree_pipe_geom')") == [("ok",)]


@pytest.mark.slow
def test_a_batch_of_rows_is_undone_as_a_whole(town):
    before = [row for row in content(town.uri) if row.startswith('INSERT INTO "pipe"')]
    with town.write("edit") as batch:
        batch.delete_rows("pipe", [3])
        batch.update_rows("pipe", {1: {"pipe_id": "Renamed", "material": "cast_iron"}})
        batch.insert_rows("pipe", {-1: new_pipe("P00002")})
    town.undo(batch.batch_id)
    frame = town.read("pipe").drop(columns=["edited_on", "edited_by", "batch_id", "row_version"])
    assert sorted(frame["pipe_id"]) == sorted(pipe_frame(20)["pipe_id"])
    assert len(before) == town.count("pipe")


def test_ids_pass_from_row_to_row_in_one_batch(town):
    with town.write("edit") as batch:
        batch.delete_rows("pipe", [3])
        batch.update_rows("pipe", {1: {"pipe_id": "P00001"}, 2: {"pipe_id": "P00002"}})
        batch.insert_rows("pipe", {-1: new_pipe("P00000")})
    found = {fid: row["pipe_id"] for fid, row in town.rows("pipe", [1, 2, 3, 21]).items()}
    assert found == {1: "P00001", 2: "P00002", 21: "P00000"}


CHECK = """
CREATE TRIGGER by_hand_insert BEFORE INSERT ON pipe WHEN NEW.owner = 'nobody'
BEGIN SELECT RAISE(ABORT, 'not his'); END;
CREATE TRIGGER by_hand_update BEFORE UPDATE ON pipe WHEN NEW.owner = 'nobody'
BEGIN SELECT RAISE(ABORT, 'not his'); END;
CREATE UNIQUE INDEX one_note ON pipe (note);
"""
WRONG = {
    "no id": ({"pipe_id": None}, "pipe_id", "without an id"),
    "id of another": ({"pipe_id": "P00009"}, "pipe_id", "P00009 is the id of two rows"),
    "required": ({"status": None}, "status", "must be filled in"),
    "code": ({"material": "wood pulp"}, "material", "unknown codes"),
    "constraint": ({"diameter_mm": 0.0}, "diameter_mm", "A diameter is more than 0"),
    "fraction": ({"install_year": 1990.5}, "install_year", "whole numbers only"),
    "text": ({"diameter_mm": "DN100"}, "diameter_mm", "takes numbers only"),
    "point": ({"geom": shapely.Point(1, 2)}, "geom", "takes LineStringZ"),
    "no line": ({"geom": None}, "geom", "no geometry"),
    "by hand": ({"owner": "nobody"}, "", "not his"),
    "unique by hand": ({"note": "the one"}, "note", "has a value that another row has"),
}


@pytest.mark.parametrize("case", a_few_quick(list(WRONG)))
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "changed"])
def test_a_refusal_names_row_and_field_and_writes_nothing(town, case, is_new):
    values, field, sentence = WRONG[case]
    with town.write("edit") as batch:
        batch.update_rows("pipe", {9: {"note": "the one"}})
    by_hand(town.uri, CHECK)
    before = content(town.uri)

    def write() -> None:
        with town.write("edit") as batch:
            batch.delete_rows("pipe", [3])
            if is_new:
                batch.insert_rows("pipe", {-1: new_pipe("New 1"), -2: {**new_pipe("New 2"), **values}})
            else:
                batch.update_rows("pipe", {1: {"street": "New Street"}, 2: values})

    with pytest.raises(RowRefusedError) as caught:
        write()
    assert sentence in caught.value.message
    assert (caught.value.table, caught.value.key) == ("pipe", -2 if is_new else 2)
    assert caught.value.field == field
    assert content(town.uri) == before


def test_rows_that_take_each_others_ids_are_refused_in_words(town):
    with pytest.raises(RowRefusedError, match="take each other's ids"), town.write("edit") as batch:
        batch.update_rows("pipe", {1: {"pipe_id": "P00001"}, 2: {"pipe_id": "P00000"}})


@pytest.mark.parametrize("what", ["update", "delete"])
def test_a_row_that_is_gone_is_refused(town, what):
    def write() -> None:
        with town.write("edit") as batch:
            if what == "update":
                batch.update_rows("pipe", {1: {"street": "a"}, 77: {"street": "a"}})
            else:
                batch.delete_rows("pipe", [1, 77])

    with pytest.raises(RowRefusedError, match="no longer in the network") as caught:
        write()
    assert caught.value.key == 77
    assert town.count("pipe") == 20


def test_rows_that_others_changed_since_are_not_written(town):
    seen = town.position()
    foreign(town, "UPDATE pipe SET street = 'theirs' WHERE fid = 2")
    with pytest.raises(ConflictError, match="P00001"), town.write("edit", seen=seen) as batch:
        batch.update_rows("pipe", {2: {"street": "mine"}})
    with pytest.raises(ConflictError, match="P00001"), town.write("edit", seen=seen) as batch:
        batch.delete_rows("pipe", [2])


def test_columns_that_somebody_added_are_read_and_written(town):
    by_hand(town.uri, "ALTER TABLE pipe ADD COLUMN crew TEXT")
    with open_network(town.uri).write("edit") as batch:
        batch.update_rows("pipe", {1: {"crew": "north"}})
        batch.insert_rows("pipe", {-1: new_pipe("New", crew="south")})
    assert [town.rows("pipe", [fid])[fid]["crew"] for fid in (1, 21)] == ["north", "south"]
    with pytest.raises(RowRefusedError, match="has no column colour"), town.write("edit") as batch:
        batch.update_rows("pipe", {1: {"colour": "red"}})


def test_an_edit_looks_at_the_rows_it_wrote_and_at_no_others(town, monkeypatch):
    ran = statements(monkeypatch)
    with town.write("edit") as batch:
        ran.clear()
        batch.update_rows("pipe", {1: {"diameter_mm": 5.0}})
        asked = [sql for sql in ran if sql.startswith("SELECT") and ' FROM "pipe"' in sql]
    assert asked
    with closing(connection.connect(Path(town.uri))) as database:
        for sql in asked:
            found = database.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
            assert not any("SCAN" in str(row[3]) for row in found), sql


@pytest.mark.slow
def test_a_file_that_is_being_written_is_waited_for_three_seconds_at_most(town):
    import time

    with closing(sqlite3.connect(town.uri, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begin = time.monotonic()
        with pytest.raises(LockedError), town.write("edit", reader_patience_s=1.0) as batch:
            batch.update_rows("pipe", {1: {"street": "a"}})
        assert time.monotonic() - begin < 3.0
    assert elsewhere(town.uri, "print(c.execute('select count(*) from pipe').fetchone()[0])") == "20"


@pytest.mark.slow
def test_many_rows_go_in_at_once(town):
    frame = pipe_frame(2_000, start=1_000)
    made = {-1 - n: {**new_pipe(one), "street": None} for n, one in enumerate(frame["pipe_id"])}
    with town.write("edit") as batch:
        fids = batch.insert_rows("pipe", made)
        assert batch.update_rows("pipe", {fid: {"street": "x"} for fid in range(1, 21)}) == 20
    assert len(fids) == 2_000 == len(set(fids.values()))
    assert len(log_of(town.uri, batch.batch_id)) == 2_020
    assert pd.Series(list(fids.values())).is_monotonic_increasing
