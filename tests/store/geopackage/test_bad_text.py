"""Texts that are not UTF-8 are read, named, kept as they are, found, and written anew only on request."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.frames import BadText
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.reading import few_rows, streams
from waternet_plugin.store.geopackage.tables import bad_text

STREET = "中山路".encode("gbk")
# A letter whose second byte is that of a backslash.
TRICKY = "誠信路".encode("gbk")
TORN = b"ab\xff\xff"


def lay(path, sql, *values):
    """Write as another program does: through SQLite, with the functions that the triggers call."""
    with closing(connection.connect(path, write=True)) as database:
        database.execute(sql, values)


def spoil(path, table, field, raw, where="fid = 3"):
    lay(path, f'UPDATE "{table}" SET "{field}" = CAST(? AS TEXT) WHERE {where}', raw)


def raw_of(path, table, field, fid=3):
    with closing(sqlite3.connect(path)) as database:
        sql = f'SELECT CAST("{field}" AS BLOB) FROM "{table}" WHERE fid = ?'
        return database.execute(sql, (fid,)).fetchone()[0]


@pytest.fixture(params=["PYARROW", "NUMPY", "ITERATOR"])
def route(request, monkeypatch):
    monkeypatch.setattr(streams, "best", lambda: getattr(streams, request.param))


@pytest.mark.parametrize(
    ("raw", "text"), [(STREET, "中山路"), (TRICKY, "誠信路"), (TORN, "ab\ufffd\ufffd"), ("路".encode(), "路")]
)
def test_bytes_are_read_as_gb18030_where_that_decodes(raw, text):
    assert bad_text.read(raw) == text


@pytest.mark.usefixtures("route")
@pytest.mark.parametrize("raw", a_few_quick([STREET, TRICKY, TORN], 4))
def test_every_route_reads_them_and_names_them(town, raw):
    spoil(town.uri, "pipe", "street", raw)
    frame = town.read("pipe")
    assert frame["street"].tolist()[2] == bad_text.read(raw)
    assert len(frame) == 20
    found = (BadText("pipe", "street", 3, "P00002", raw, bad_text.read(raw)),)
    assert town.met_bad_texts == found
    assert town.bad_texts() == found
    # Read again it is met once.
    town.read("pipe", ["street"])
    assert len(town.met_bad_texts) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("route")
def test_texts_of_few_and_of_many_different_values_are_read(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(400, note=[f"管 {row}" for row in range(400)]))
    spoil(network.uri, "pipe", "street", STREET, "fid % 100 = 0")
    spoil(network.uri, "pipe", "note", TRICKY, "fid = 250")
    frame = network.read("pipe", ["street", "note"])
    assert frame["street"].tolist()[99::100] == ["中山路"] * 4
    assert frame["note"].tolist()[249] == "誠信路"
    assert len(network.met_bad_texts) == 5


@pytest.mark.slow
def test_bytes_stay_whatever_else_is_written_in_the_row(town):
    spoil(town.uri, "pipe", "street", TRICKY)
    frame = town.read("pipe")
    frame["diameter_mm"] = 555.0
    with town.write("edit") as batch:
        assert batch.update("pipe", frame) == 20
    assert raw_of(town.uri, "pipe", "street") == TRICKY
    assert town.read("pipe")["diameter_mm"].tolist() == [555.0] * 20
    # The log says nothing of the text, which did not change.
    with closing(sqlite3.connect(town.uri)) as database:
        sql = "SELECT after FROM change_log WHERE asset = 'P00002' ORDER BY seq DESC"
        assert database.execute(sql).fetchone()[0] == '{"diameter_mm":555.0}'


@pytest.mark.parametrize("value", a_few_quick(["解放路", None], 1))
def test_another_text_is_written_over_them(town, value):
    spoil(town.uri, "pipe", "street", STREET)
    with town.write("edit") as batch:
        changed = pd.DataFrame({"pipe_id": ["P00002"], "street": np.array([value], dtype=object)})
        assert batch.update("pipe", changed) == 1
    assert town.read("pipe")["street"].tolist()[2] == value
    assert town.bad_texts() == ()


@pytest.mark.slow
@pytest.mark.parametrize("raw", [STREET, TRICKY, TORN])
def test_undo_works_on_rows_with_such_texts(town, raw):
    spoil(town.uri, "pipe", "street", raw)
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "diameter_mm": [77.0]}))
    town.undo()
    assert raw_of(town.uri, "pipe", "street") == raw
    # Where the text itself was written over, or its row deleted, it comes back as it was read.
    for change in (
        lambda batch: batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["解放路"]})),
        lambda batch: batch.delete("pipe", ["P00002"]),
    ):
        with town.write("edit") as batch:
            change(batch)
        town.undo()
        assert town.read("pipe")["street"].tolist()[2] == bad_text.read(raw)
    assert town.changed("").assets["pipe"]


@pytest.mark.slow
@pytest.mark.parametrize("raw", [STREET, TRICKY, TORN])
def test_a_row_whose_id_is_such_a_text_is_found_by_it(town, raw):
    spoil(town.uri, "pipe", "pipe_id", raw)
    name = bad_text.read(raw)
    frame = town.read("pipe", ids=[name, "P00005"])
    assert set(frame["pipe_id"]) == {name, "P00005"}
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [name], "diameter_mm": [77.0]}))
    assert town.read("pipe", ids=[name])["diameter_mm"].tolist() == [77.0]
    with town.write("edit") as batch:
        assert batch.delete("pipe", [name]) == 1
    assert town.count("pipe") == 19
    town.undo()
    assert town.read("pipe", ids=[name])["diameter_mm"].tolist() == [77.0]
    with pytest.raises(StoreError, match="no longer in the network"), town.write("edit") as batch:
        batch.delete("pipe", ["无此管"])


def test_a_repair_writes_what_was_read(town):
    spoil(town.uri, "pipe", "street", STREET)
    spoil(town.uri, "pipe", "pipe_id", STREET)
    with town.write("repair") as batch:
        assert batch.write_as_read(town.bad_texts()) == 2
    assert town.bad_texts() == ()
    assert town.read("pipe", ids=["中山路"])["street"].tolist() == ["中山路"]


@pytest.mark.slow
def test_all_text_fields_of_all_tables_are_looked_through(network):
    with closing(sqlite3.connect(network.uri)) as database:
        for name in [
            row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]:
            database.execute(f'DROP TRIGGER "{name}"')
        wanted = set()
        for table in all_tables().values():
            fields = [field.name for field in table.fields if field.type in bad_text.TEXT_TYPES]
            marks = ", ".join(["CAST(? AS TEXT)"] * len(fields))
            columns = ", ".join(f'"{name}"' for name in fields)
            database.execute(
                f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', [STREET] * len(fields)
            )
            wanted |= {(table.name, name) for name in fields}
        database.commit()
    found = {(one.table, one.field) for one in network.bad_texts()}
    assert found == {one for one in wanted if one[0] not in ("batch", "change_log")}
    for table in all_tables():
        network.read(table)
    assert {(one.table, one.field) for one in network.met_bad_texts} == wanted
    # Our own reading of the log and of the settings takes them too.
    network.facts(), network.changed(""), network.batches()
    assert open_network(network.uri).repairs


def test_columns_that_were_read_whole_are_not_looked_through_again(town, monkeypatch):
    monkeypatch.setattr(few_rows, "MOST_ROWS", 0)
    known = []
    find = bad_text.find
    monkeypatch.setattr(
        bad_text, "find", lambda database, sound: known.append(sound) or find(database, sound)
    )
    town.read("pipe", ["pipe_id", "street", "diameter_mm"])
    assert town.bad_texts() == ()
    assert known.pop() == {"pipe": {"pipe_id", "street", "diameter_mm"}}
    # Some of the rows tell nothing of all.
    town.read("node", ["node_id"], where={"kind": "junction"})
    # Whatever was written since is looked for.
    lay(town.uri, "UPDATE pipe SET street = CAST(? AS TEXT), diameter_mm = 'DN200' WHERE fid = 3", STREET)
    assert town.bad_texts() == (BadText("pipe", "street", 3, "P00002", STREET, "中山路"),)
    assert known.pop() == {}
    town.read("pipe", ["pipe_id", "street", "diameter_mm"])
    assert [each.field for each in town.bad_texts()] == ["street"]
    assert [each.field for each in town.unreadable_values()] == ["diameter_mm"]
    assert known.pop() == {}


@pytest.mark.parametrize("fid", [1, 2])
def test_a_text_is_met_in_the_first_row_and_in_rows_unlike_it(town, fid):
    spoil(town.uri, "pipe", "street", STREET, where=f"fid = {fid}")
    assert [(each.table, each.fid) for each in town.bad_texts()] == [("pipe", fid)]
