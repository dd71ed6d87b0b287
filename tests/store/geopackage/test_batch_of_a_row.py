"""The batch of a row is the store's own word: no copy of a row takes it along, in any table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from osgeo import ogr
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame, rows

from waternet_plugin.core.schema.tables import EDITING, all_tables
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.sql import quoted

# The tables without a log keep a batch as a value: an edition the newest one that it shows.
WITH_BATCH = [
    name for name, one in all_tables().items() if "batch_id" in one.field_names and one.log != "none"
]
EDITABLE = [name for name, one in all_tables().items() if one.is_editable]
WITH_ID = [name for name in WITH_BATCH if all_tables()[name].id_field in all_tables()[name].field_names]


def foreign(network, sql: str, *values: object) -> None:
    """Change the network as another program does that knows the functions of a GeoPackage."""
    with closing(connection.connect(Path(network.uri), write=True)) as database:
        database.execute(sql, values)


def copy_row(network, name: str, **values: object) -> None:
    """Make a row natively, with what a copy of a row of batch B0002 brings along."""
    one = all_tables()[name]
    given = {field.name: "1" for field in one.fields if field.required} | values
    given |= {"batch_id": "B0002", "row_version": 7}
    given = {field: value for field, value in given.items() if field in one.field_names}
    listed, marks = ", ".join(quoted(field) for field in given), ", ".join("?" * len(given))
    foreign(network, f"INSERT INTO {quoted(name)} ({listed}) VALUES ({marks})", *given.values())


@pytest.mark.parametrize("name", a_few_quick(WITH_BATCH, 1))
def test_a_copied_row_belongs_to_no_batch(town, name):
    before = town.count(name)
    copy_row(town, name)
    found = rows(town.uri, f"SELECT batch_id FROM {quoted(name)} ORDER BY fid DESC LIMIT 1")
    assert found == [(None,)]
    town.undo("B0002")
    assert town.count(name) == (1 if name == "pipe" else before + 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_BATCH)
def test_a_row_that_is_given_a_batch_does_not_take_it(town, name):
    copy_row(town, name)
    foreign(town, f"UPDATE {quoted(name)} SET batch_id = 'B0002'")
    assert rows(town.uri, f"SELECT batch_id FROM {quoted(name)} WHERE batch_id <> 'B0002'") == []
    if name != "pipe":
        assert rows(town.uri, f"SELECT count(*) FROM {quoted(name)} WHERE batch_id IS NULL") == [(1,)]
    town.undo("B0002")
    assert town.count(name) == 1


@pytest.mark.parametrize("name", a_few_quick(EDITABLE, 1))
def test_a_copy_begins_its_own_versions_and_is_logged_under_no_batch(town, name):
    copy_row(town, name)
    found = rows(town.uri, f"SELECT row_version FROM {quoted(name)} ORDER BY fid DESC LIMIT 1")
    assert found == [(1,)]
    logged = rows(town.uri, 'SELECT batch FROM change_log WHERE "table" = ? ORDER BY seq DESC LIMIT 1', name)
    assert logged == [(None,)]


@pytest.mark.parametrize("name", a_few_quick(EDITABLE, 1))
def test_an_edit_by_another_program_belongs_to_no_batch(town, name):
    one = all_tables()[name]
    column = next(
        field.name
        for field in one.fields
        if field.type == "text" and field.name not in (one.id_field, "map_class", *EDITING)
    )
    copy_row(town, name)
    foreign(town, f"UPDATE {quoted(name)} SET {quoted(column)} = 'x', batch_id = 'B0002'")
    (last,) = rows(town.uri, "SELECT batch, action FROM change_log ORDER BY seq DESC LIMIT 1")
    assert last == (None, "update")
    assert rows(town.uri, f"SELECT DISTINCT batch_id FROM {quoted(name)}") == [(None,)]


@pytest.mark.slow
def test_our_own_writes_keep_their_batch(town):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["a"]}))
        batch.insert("pipe", pipe_frame(1, start=90))
    found = town.read("pipe", ["batch_id"], ids=["P00001", "P00090", "P00002"], geometry=False)
    assert sorted(found["batch_id"]) == ["B0002", "B0003", "B0003"]


@pytest.mark.slow
def test_a_pipe_pasted_by_ogr_stays_when_the_import_is_taken_back(town):
    dataset = ogr.Open(town.uri, update=1)
    layer = dataset.GetLayerByName("pipe")
    pasted = layer.GetFeature(2).Clone()
    pasted.SetFID(-1)
    pasted["pipe_id"] = "COPY"
    layer.CreateFeature(pasted)
    layer = dataset = pasted = None
    assert town.undo("B0002").rows == 20
    assert town.read("pipe", ["pipe_id"], geometry=False)["pipe_id"].tolist() == ["COPY"]


@pytest.mark.parametrize("name", a_few_quick(WITH_ID))
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_id_is_refused(town, name, empty):
    column = all_tables()[name].id_field
    with pytest.raises(sqlite3.IntegrityError, match=r"empty\. Give it"):
        copy_row(town, name, **{column: empty})
    copy_row(town, name, **{column: "X"})
    with pytest.raises(sqlite3.IntegrityError, match=r"empty\. Give it"):
        foreign(town, f"UPDATE {quoted(name)} SET {quoted(column)} = ?", empty)


@pytest.mark.slow
def test_a_row_that_has_an_empty_id_already_can_be_mended(town):
    database = connection.connect(Path(town.uri), write=True)
    trigger = "wn_failure_id_insert"
    (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()
    database.execute(f"DROP TRIGGER {trigger}")
    database.execute("INSERT INTO failure (failure_id) VALUES ('')")
    database.execute(sql)
    database.close()
    foreign(town, "UPDATE failure SET street = 'x', failure_id = '' WHERE failure_id = ''")
    foreign(town, "UPDATE failure SET failure_id = 'F1' WHERE failure_id = ''")
    assert open_network(town.uri).read("failure", ["failure_id"])["failure_id"].tolist() == ["F1"]
