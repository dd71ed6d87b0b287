"""Columns that users add to a table are fields of it: logged, undone, restored, read and migrated."""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, content, pipe_frame, rows

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.store import create_network, network_remarks, open_network
from waternet_plugin.store.changes.asset_changes import HistoryQuery, Restoring
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.opening import migration_steps
from waternet_plugin.store.geopackage.tables import kept_triggers, own_columns

# As QGIS lets people call a new field.
ODD = ["select", 'a"b', "drop; --", "合同编号", "x" * 200, "My Contract", "it's", "new length"]
CONTRACT = FieldRequest("pipe", "my_contract", "text", "Contract", "合同号")


def add(network, *requests: FieldRequest) -> str:
    with network.write("own") as batch:
        for one in requests:
            batch.add_field(one)
    return batch.batch_id


def elsewhere(network, *statements: str) -> None:
    """Run statements as a program does that knows nothing of us."""
    # With the functions that GDAL's triggers ask for.
    with closing(connection.connect(Path(network.uri), write=True)) as database:
        for sql in statements:
            database.execute(sql)


def add_elsewhere(network, name: str, declared: str = "TEXT") -> None:
    elsewhere(network, f'ALTER TABLE pipe ADD COLUMN "{name.replace(chr(34), chr(34) * 2)}" {declared}')


def set_values(network, **values: object) -> str:
    """Set values of pipe P00001 as a batch."""
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": "P00001", **values}]))
    return batch.batch_id


def value(network, name: str, asset: str = "P00001") -> object:
    return network.read("pipe", [name], ids=[asset], geometry=False)[name].iloc[0]


def changed_fields(network) -> list[tuple[object, ...]]:
    found = network.history(HistoryQuery(asset="P00001"))
    found = found[found["action"] == "update"]
    return list(found[["field", "before", "after"]].itertuples(index=False, name=None))


@pytest.mark.slow
def test_a_field_is_one_of_its_table(town):
    add(town, CONTRACT, FieldRequest("node", "height_kpa", "real", unit="kPa", personal=True))
    field = town.table("pipe").field("my_contract")
    assert (field.label_en, field.label_zh, field.type, field.is_own) == ("Contract", "合同号", "text", True)
    assert town.table("node").field("height_kpa").unit == "kPa"
    assert town.table("node").field("height_kpa").personal
    set_values(town, my_contract="HT-7", material="steel")
    assert value(town, "my_contract") == "HT-7"
    assert ("my_contract", None, "HT-7") in changed_fields(town)
    # Runs read what the schema has; who wants more names it.
    assert "my_contract" not in town.read("pipe").columns
    town.undo()
    assert (value(town, "my_contract"), value(town, "material")) == (None, "ductile_iron")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "given", "stored", "read"),
    [
        ("text", "a'b\"c\\中", "a'b\"c\\中", "a'b\"c\\中"),
        ("integer", 13_800_138_000.0, 13_800_138_000, 13_800_138_000.0),
        ("real", 0.1 + 0.2, 0.1 + 0.2, 0.1 + 0.2),
        ("date", pd.Timestamp("2026-02-28"), "2026-02-28", pd.Timestamp("2026-02-28")),
        ("boolean", "yes", "yes", "yes"),
    ],
)
def test_every_type_is_kept_logged_and_undone(town, kind, given, stored, read):
    add(town, FieldRequest("pipe", "mine", kind))
    set_values(town, mine=given)
    assert rows(town.uri, "SELECT mine FROM pipe WHERE pipe_id = 'P00001'") == [(stored,)]
    assert value(town, "mine") == read
    set_values(town, mine=None)
    town.undo()
    assert value(town, "mine") == read
    assert town.unreadable_values() == ()


def test_unknown_words_are_no_booleans(town):
    add(town, FieldRequest("pipe", "mine", "boolean"))
    with pytest.raises(StoreError, match="mine=perhaps"):
        set_values(town, mine="perhaps")


@pytest.mark.slow
def test_a_field_is_taken_out_and_comes_again(town):
    before = content(town.uri)
    batch = add(town, CONTRACT)
    undone = town.undo(batch)
    assert [one.name for one in town.table("pipe").fields if one.is_own] == []
    own = [line for line in content(town.uri) if line not in before]
    assert not any("my_contract" in line and "CREATE" in line for line in own)
    town.undo(undone.batch_id)
    assert town.table("pipe").field("my_contract").label_zh == "合同号"
    set_values(town, my_contract="x")
    assert ("my_contract", None, "x") in changed_fields(town)


@pytest.mark.slow
def test_a_field_with_values_is_not_taken_out(town):
    batch = add(town, CONTRACT)
    edit = set_values(town, my_contract="x")
    with pytest.raises(StoreError, match=r"my_contract.*values in 1 row"):
        town.undo(batch)
    assert value(town, "my_contract") == "x"
    town.undo(edit)
    town.undo(batch)
    # Earlier batches of rows that had it can still be taken back.
    assert "my_contract" not in town.table("pipe").field_names
    assert "my_contract" in set(town.history(HistoryQuery(asset="P00001"))["field"].dropna())


@pytest.mark.slow
def test_an_old_edit_of_a_field_that_is_no_more_is_undone_as_far_as_it_goes(town):
    batch = add(town, CONTRACT)
    edit = set_values(town, my_contract="x", street="新路")
    set_values(town, my_contract=None)
    town.undo(batch)
    town.undo(edit, with_later=True)
    assert value(town, "street") != "新路"


@pytest.mark.slow
def test_a_batch_that_adds_and_fills_a_field_is_undone_whole(town):
    with town.write("edit") as batch:
        batch.add_field(CONTRACT)
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "my_contract": ["x"]}))
    undone = town.undo(batch.batch_id)
    assert "my_contract" not in town.table("pipe").field_names
    town.undo(undone.batch_id)
    assert value(town, "my_contract") == "x"


@pytest.mark.slow
def test_a_deleted_row_comes_back_with_its_own_fields(town):
    add(town, CONTRACT)
    set_values(town, my_contract="x")
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    town.undo()
    assert value(town, "my_contract") == "x"
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    town.restore_asset(Restoring("pipe", "P00001", None, ()))
    assert value(town, "my_contract") == "x"


@pytest.mark.slow
def test_one_field_is_restored(town):
    add(town, CONTRACT)
    set_values(town, my_contract="first")
    set_values(town, my_contract="second")
    town.restore_asset(Restoring("pipe", "P00001", None, ("my_contract",)))
    assert value(town, "my_contract") == "first"


@pytest.mark.slow
@pytest.mark.parametrize("count", [20, 1500])
def test_rows_bring_their_own_fields(network, count):
    add(network, CONTRACT)
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(count, my_contract=[f"HT-{n}" for n in range(count)]))
    undone = network.undo()
    assert network.count("pipe") == 0
    network.undo(undone.batch_id)
    assert network.read("pipe", ["my_contract"])["my_contract"].tolist() == [f"HT-{n}" for n in range(count)]


@pytest.mark.slow
def test_single_rows_have_them_with_their_types(town):
    add(town, FieldRequest("pipe", "paid_on", "date"), FieldRequest("pipe", "floors", "integer"))
    fid = rows(town.uri, "SELECT fid FROM pipe WHERE pipe_id = 'P00001'")[0][0]
    with town.write("edit") as batch:
        batch.update_rows("pipe", {fid: {"paid_on": datetime.date(2026, 1, 2), "floors": 6.0}})
    row = town.rows("pipe", [fid])[fid]
    assert (row["paid_on"], row["floors"]) == (datetime.date(2026, 1, 2), 6.0)
    assert rows(town.uri, "SELECT paid_on, floors FROM pipe WHERE fid = ?", fid) == [("2026-01-02", 6)]


# Columns of other programs.


@pytest.mark.slow
@pytest.mark.parametrize("name", a_few_quick(ODD))
def test_columns_that_others_add_are_fields_from_the_next_opening(town, name):
    add_elsewhere(town, name)
    again = open_network(town.uri)
    assert (again.repairs, again.table("pipe").field(name).label) == ((), name)
    sentence = network_remarks.take_added_sentence(town.uri)
    assert name in sentence
    with again.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": "P00001", name: "值'\"", "street": "新路"}]))
    assert value(again, name) == "值'\""
    assert (name, None, "值'\"") in changed_fields(again)
    again.undo()
    assert value(again, name) is None
    open_network(town.uri)
    assert network_remarks.take_added_sentence(town.uri) == ""


@pytest.mark.slow
def test_another_program_writes_into_them_too(town):
    add_elsewhere(town, 'a"b')
    open_network(town.uri)
    elsewhere(town, "UPDATE pipe SET \"a\"\"b\" = 'x' WHERE pipe_id = 'P00001'")
    assert ('a"b', None, "x") in changed_fields(town)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("declared", "kind"),
    a_few_quick(
        [
            ("TEXT(20)", "text"),
            ("VARCHAR(9)", "text"),
            ("MEDIUMINT", "integer"),
            ("BOOLEAN", "integer"),
            ("DOUBLE", "real"),
            ("DATE", "date"),
            ("DATETIME", "datetime"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_types_of_other_programs(town, declared, kind):
    add_elsewhere(town, "theirs", declared)
    assert open_network(town.uri).table("pipe").field("theirs").type == kind
    assert len(town.read("pipe", ["pipe_id", "theirs"])) == town.count("pipe")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "declared"), [("photo", "BLOB"), ("hash", "TEXT"), ("rowid", "TEXT")])
def test_what_can_be_no_field_is_told_once_and_left_alone(town, name, declared):
    add_elsewhere(town, name, declared)
    again = open_network(town.uri)
    assert name not in again.table("pipe").field_names
    assert name in network_remarks.take_added_sentence(town.uri)
    open_network(town.uri)
    assert network_remarks.take_added_sentence(town.uri) == ""
    set_values(again, street="新路")
    again.undo()
    assert value(again, "street") != "新路"


@pytest.mark.slow
def test_a_gap_is_still_seen_where_a_column_came(town):
    elsewhere(town, "DROP TRIGGER wn_pipe_update", "ALTER TABLE pipe ADD COLUMN theirs TEXT")
    assert open_network(town.uri).repairs == ("pipe",)


@pytest.mark.slow
@pytest.mark.parametrize("table", a_few_quick(["node", "pipe"], 1))
def test_adding_a_field_does_not_hide_a_gap(town, table):
    elsewhere(town, f"DROP TRIGGER wn_{table}_update")
    add(town, CONTRACT)
    assert open_network(town.uri).repairs == (table,)


def test_the_triggers_are_those_of_the_columns(town):
    add(town, CONTRACT)
    with closing(sqlite3.connect(town.uri)) as database:
        found = kept_triggers.found(database)
        assert found == own_columns.expected_triggers(database)
        assert kept_triggers.are_whole(database, found)
    assert open_network(town.uri).repairs == ()


@pytest.mark.slow
def test_two_networks_have_each_their_own(town, tmp_path):
    network = create_network(tmp_path / "other.gpkg", CRS)
    add(town, CONTRACT)
    add(network, FieldRequest("pipe", "other", "text"))
    assert [one.name for one in town.table("pipe").fields if one.is_own] == ["my_contract"]
    assert [one.name for one in network.table("pipe").fields if one.is_own] == ["other"]
    assert set_values(town, my_contract="x")
    with pytest.raises(StoreError, match="no column other"):
        town.read("pipe", ["other"])


# Migrations.


@pytest.mark.slow
def test_a_migration_keeps_them(town):
    add(town, CONTRACT)
    set_values(town, my_contract="x")
    elsewhere(town, f"UPDATE wn_meta SET value = '{SCHEMA_VERSION - 1}' WHERE key = 'schema_version'")
    again = open_network(town.uri)
    assert (again.repairs, value(again, "my_contract")) == ((), "x")
    assert again.table("pipe").field("my_contract").label_en == "Contract"
    set_values(again, my_contract="y")
    assert ("my_contract", "x", "y") in changed_fields(again)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Lining", "lining"])
def test_a_column_of_ours_that_comes_later_takes_nobodys_place(town, name):
    # As if this version had brought the lining, and somebody had added a column of that name before.
    with closing(connection.connect(Path(town.uri), write=True)) as database:
        dropped = [f'DROP TRIGGER "{trigger}"' for trigger in kept_triggers.found(database)]
    elsewhere(
        town,
        *dropped,
        *(f"DROP VIEW {view}" for view in ("pipe_health", "pipe_plan", "pipe_verified")),
        f"ALTER TABLE pipe RENAME COLUMN lining TO {name}",
        f"UPDATE pipe SET {name} = 'mine' WHERE pipe_id = 'P00001'",
        "INSERT INTO own_field (own_field_id, table_name, name, type)"
        f" VALUES ('pipe.{name}', 'pipe', '{name}', 'text')",
        f"UPDATE wn_meta SET value = '{SCHEMA_VERSION - 1}' WHERE key = 'schema_version'",
    )
    again = open_network(town.uri)
    assert value(again, "lining") is None
    assert value(again, f"{name}_1") == "mine"
    assert again.table("pipe").field(f"{name}_1").is_own
    assert f"pipe.{name} -> {name}_1" in again.batches()["name"].iloc[0]


# What can't be added.


@pytest.mark.parametrize(
    ("request_", "words"),
    a_few_quick(
        [
            (FieldRequest("pipe", "", "text"), "can't be the name of a field"),
            (FieldRequest("pipe", "Contract", "text"), "can't be the name of a field"),
            (FieldRequest("pipe", "my contract", "text"), "can't be the name of a field"),
            (FieldRequest("pipe", 'a"b', "text"), "can't be the name of a field"),
            (FieldRequest("pipe", "a;b", "text"), "can't be the name of a field"),
            (FieldRequest("pipe", "1st", "text"), "can't be the name of a field"),
            (FieldRequest("pipe", "x" * 200, "text"), "can't be the name of a field"),
            (FieldRequest("pipe", "material", "text"), "already has a field material"),
            (FieldRequest("pipe", "fid", "text"), "is reserved"),
            (FieldRequest("pipe", "hash", "text"), "is reserved"),
            (FieldRequest("pipe", "mine", "blob"), "no type blob"),
            (FieldRequest("pipe", "mine", "text", label="two\nlines"), "can't be a label"),
            (FieldRequest("setting", "mine", "text"), "can't be added"),
            (FieldRequest("nothing", "mine", "text"), "can't be added"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_what_is_refused_is_said_in_one_sentence(town, request_, words):
    before = content(town.uri)
    with pytest.raises((InputError, StoreError), match=words):
        add(town, request_)
    assert content(town.uri) == before


@pytest.mark.slow
def test_names_that_differ_by_case_are_one(town):
    add_elsewhere(town, "Mine")
    with pytest.raises(InputError, match="already has a field Mine"):
        add(open_network(town.uri), FieldRequest("pipe", "mine", "text"))


@pytest.mark.slow
@pytest.mark.parametrize("name", a_few_quick(["select", "合同编号"], 1))
def test_names_that_are_words_elsewhere_are_fine(town, name):
    add(town, FieldRequest("pipe", name, "text"))
    set_values(town, **{name: "x"})
    assert value(town, name) == "x"


def test_migrations_reach_this_version():
    assert migration_steps.MIGRATIONS[-1].to_version == SCHEMA_VERSION


def test_frames_without_rows(network):
    add(network, FieldRequest("pipe", "floors", "integer"))
    found = network.read("pipe", ["pipe_id", "floors"])
    assert (len(found), found["floors"].dtype) == (0, np.dtype(float))
