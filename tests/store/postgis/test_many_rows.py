"""Many rows go to a server in few statements, and what is refused is said as for a file."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
import shapely
from support.database_server import server_of_run
from support.slow_line import SlowLine
from support.store_helpers import foreign, in_schema, is_on_server, pipe_frame, rows

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import RowRefusedError, StoreError
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage.databases import parts
from waternet_plugin.store.postgis import server_database

_SAVED, _MADE, _GONE = 600, 100, 100


@contextmanager
def _over_a_line(network, delay_s=0.0):
    """Have a network opened by way of a line that counts."""
    line = SlowLine(server_of_run().folder / ".s.PGSQL.5432", delay_s)
    try:
        yield line, dataclasses.replace(network.address, host="127.0.0.1", port=str(line.port))
    finally:
        line.close()


def _edits(row, number):
    shape = shapely.LineString(shapely.get_coordinates(row["geom"]) + 0.25)
    return {"street": f"新街 {number}\t\\", "diameter_mm": 250.0, "geom": shape}


@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_rows_that_come_in_parts_make_the_frame_of_all(town, monkeypatch):
    late = pipe_frame(5, start=100, note="晚", depth_end_m=1.5, retired_on=pd.Timestamp("2024-02-29"))
    with town.write("adopt") as batch:
        batch.insert("pipe", late)
    whole = town.read("pipe")
    monkeypatch.setattr(server_database, "_ROWS_OF_PART", 4)
    pd.testing.assert_frame_equal(town.read("pipe"), whole)
    assert whole["note"].tolist() == [None] * 20 + ["晚"] * 5
    assert whole["geom"].geom_equals(pd.concat([pipe_frame(20), late])["geom"].set_axis(whole.index)).all()
    nothing = town.read("pipe", where={"note": "–"})
    assert len(nothing) == 0 and nothing.dtypes.equals(whole.dtypes)


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_a_thousand_rows_are_saved_in_twenty_round_trips(town):
    with town.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(_SAVED + _GONE, start=100))
    with _over_a_line(town) as (line, address), open_network(address, by="anna") as network:
        there = network.rows("pipe", range(21, 21 + _SAVED + _GONE))
        changed = {fid: _edits(row, fid) for fid, row in list(there.items())[:_SAVED]}
        pipes = pipe_frame(_MADE, start=5000).to_dict("records")
        ends = [(number, end) for number in range(_MADE) for end in (0, 1)]
        nodes = [
            {
                "node_id": f"N{number}-{end}",
                "kind": "junction",
                "system": "potable",
                "status": "in_use",
                "geom": shapely.Point(shapely.get_coordinates(pipes[number]["geom"])[end]),
            }
            for number, end in ends
        ]
        seen, before = network.position(), line.round_trips
        with network.write("edit", seen=seen) as batch:
            batch.delete_rows("pipe", list(there)[_SAVED:])
            batch.update_rows("pipe", changed)
            made = batch.insert_rows("pipe", {-1 - place: row for place, row in enumerate(pipes)})
            batch.insert_rows("node", {-1 - place: row for place, row in enumerate(nodes)})
        assert line.round_trips - before <= 20
        assert rows(
            network.uri, "SELECT fid FROM pipe WHERE pipe_id IN ('P05000', 'P05099') ORDER BY fid"
        ) == [
            (made[-1],),
            (made[-100],),
        ]
        kept = network.rows("pipe", list(changed))
        assert {fid: row["street"] for fid, row in kept.items()} == {
            fid: row["street"] for fid, row in changed.items()
        }
        assert all(kept[fid]["geom"].equals(row["geom"]) for fid, row in changed.items())
        log = network.read("change_log", ["action", "table", "batch"])
        assert log[log["batch"] == log["batch"].iloc[-1]].groupby(["table", "action"]).size().to_dict() == {
            ("node", "insert"): 200,
            ("pipe", "delete"): 100,
            ("pipe", "insert"): 100,
            ("pipe", "update"): 600,
        }


def _changed(there, change):
    return [RowEdit("pipe", fid, row, {**row, **change(row)}) for fid, row in there.items()]


def _moved(row):
    return {"geom": shapely.LineString(shapely.get_coordinates(row["geom"]) + 0.25)}


def _drawn(_there):
    rows_drawn = pipe_frame(300, start=5_000).drop(columns=["install_year"]).to_dict("records")
    return [RowEdit("pipe", -2 - place, None, row) for place, row in enumerate(rows_drawn)]


# What a person saves. Ends that move or are drawn get their junctions, which makes 2,000 and 600 rows more.
SAVES = {
    "fields": lambda there: _changed(there, lambda _row: {"street": "x", "diameter_mm": 250.0}),
    "moved": lambda there: _changed(there, _moved),
    "drawn": _drawn,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SAVES)
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_a_whole_save_over_a_slow_line_takes_twenty_round_trips(town, name, capsys):
    with town.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(1_000, start=100))
    with _over_a_line(town, 0.05) as (line, address), open_network(address, by="anna") as network:
        opening = line.round_trips
        there = network.rows("pipe", range(21, 1_021))
        request = SaveRequest(tuple(SAVES[name](there)), network.position())
        before = line.round_trips
        # All of it: reading, settling, writing.
        saved = save_edits(network, request)
        count = line.round_trips - before
    with capsys.disabled():
        print(f"\n{name}: opened in {opening}, {sum(saved.rows.values())} rows saved in {count} round trips")
    assert opening <= 30 and count <= 20


@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_a_network_is_opened_in_thirty_round_trips(town):
    with _over_a_line(town) as (line, address):
        open_network(address).close()
        assert line.round_trips <= 30


@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_a_save_of_others_is_followed_in_one_question(town):
    with _over_a_line(town) as (line, address):
        kept = LiveNetwork(str(address))
        with kept.answering():
            pass
        with town.write("edit") as batch:
            batch.update_rows("pipe", {fid: {"diameter_mm": 275.0} for fid in range(1, 11)})
        before = line.round_trips
        with kept.answering():
            assert (kept.graph.pipes["diameter_mm"] == 275.0).sum() == 10
        # What is there, what the log tells, and the rows.
        assert line.round_trips - before == 1


# The views of pipes stand in the way of another type.
_VIEWS = "pipe_health, pipe_plan, pipe_verified"
_ANOTHER_TYPE = f"DROP VIEW {_VIEWS} CASCADE; ALTER TABLE pipe ALTER COLUMN width_mm TYPE real"


@pytest.mark.parametrize("lose", ["DEALLOCATE ALL", _ANOTHER_TYPE], ids=["gone", "stale"])
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_who_follows_asks_on_where_the_server_has_no_plan_any_more(town, lose):
    kept = LiveNetwork(town.uri)
    for size in (275.0, 280.0):
        with kept.answering():
            with town.write("edit") as batch:
                batch.update_rows("pipe", {fid: {"diameter_mm": size} for fid in range(1, 11)})
            network = kept._network
            (database,) = network._connections._idle
            if size == 280.0:
                database.native(lose)
        with kept.answering():
            # It is not read anew, as after any other error.
            assert kept._network is network
            assert (kept.graph.pipes["diameter_mm"] == size).sum() == 10


@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_rows_that_come_along_are_those_that_are_there(town):
    kept = LiveNetwork(town.uri)
    with kept.answering():
        pass
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00003"], "note": ["x"]}))
        batch.update_rows("pipe", {1: {"pipe_id": 'odd "{\\},'}})
        batch.delete("pipe", ["P00005"])
    with town.write("edit") as batch:
        batch.insert("pipe", pipe_frame(1, start=900))
    with kept.answering():
        there = set(kept.graph.pipes["pipe_id"])
    assert there == set(town.read("pipe", ["pipe_id"], geometry=False)["pipe_id"])
    assert town.read("pipe", ["pipe_id"], ids=['odd "{\\},', "P00900", "no"], geometry=False)[
        "pipe_id"
    ].tolist() == [
        'odd "{\\},',
        "P00900",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_a_frame_is_written_in_few_statements(town):
    with _over_a_line(town) as (line, address), open_network(address) as network:
        with network.write("adopt") as batch:
            before = line.round_trips
            ids = [f"P{number:05d}" for number in range(100, 3_100)]
            batch.insert("pipe", pipe_frame(3_000, start=100))
            batch.update(
                "pipe",
                pd.DataFrame({"pipe_id": [f"P{number:05d}" for number in range(100, 3_100)], "note": "x"}),
            )
            batch.delete("pipe", ids[:2_000])
            assert line.round_trips - before <= 20
        assert network.count("pipe") == 1_020


@pytest.mark.slow
@pytest.mark.either_store
def test_words_of_any_letters_come_back(network):
    words = [
        "\\N",
        "a\tb",
        "a\nb\r\n",
        "\\",
        "\\.",
        "'; DROP TABLE pipe; --",
        '"%s" %(p1)s',
        "管网 🚰",
        "",
        "?",
    ]
    frame = pipe_frame(600)
    frame["note"] = [words[number % len(words)] for number in range(600)]
    frame["depth_start_m"] = np.where(np.arange(600) % 3 == 0, np.nan, 1e-300)
    with network.write("adopt") as batch:
        batch.insert("pipe", frame)
    read = network.read("pipe", ["note", "depth_start_m"])
    assert read["note"].tolist() == frame["note"].tolist()
    assert np.array_equal(read["depth_start_m"], frame["depth_start_m"], equal_nan=True)
    back = list(reversed(frame["note"].tolist()))
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": frame["pipe_id"], "note": back}))
    assert network.read("pipe", ["note"])["note"].tolist() == back
    network.undo()
    assert network.read("pipe", ["note"])["note"].tolist() == frame["note"].tolist()


def _refused(town, write):
    with pytest.raises(RowRefusedError) as caught, town.write("edit") as batch:
        write(batch)
    error = caught.value
    return error.message, error.table, error.key, error.asset, error.field


@pytest.mark.either_store
def test_the_refused_row_among_many_is_named(town):
    before = rows(town.uri, "SELECT fid, pipe_id, street FROM pipe ORDER BY fid")
    news = {-1 - place: row for place, row in enumerate(pipe_frame(5, start=50).to_dict("records"))}
    news[-4]["pipe_id"] = "P00003"
    message, *told = _refused(town, lambda batch: batch.insert_rows("pipe", news))
    assert message == "P00003 is the id of two rows of “Pipes”. Give one of them another id."
    assert told == ["pipe", -4, "P00003", "pipe_id"]
    wide = {fid: {"diameter_mm": 100.0 + fid} for fid in range(1, 11)}
    wide[7] = {"diameter_mm": -5.0}
    message, *told = _refused(town, lambda batch: batch.update_rows("pipe", wide))
    assert told[:3] == ["pipe", 7, "P00006"]
    if is_on_server(town.uri):
        with in_schema(town.uri) as database:
            database.native(
                "CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN IF NEW.street = 'X5' THEN RAISE EXCEPTION 'no street X5'; END IF;"
                " RETURN NEW; END$$;"
                " CREATE TRIGGER theirs BEFORE UPDATE ON pipe FOR EACH ROW EXECUTE FUNCTION theirs()"
            )
    else:
        foreign(
            town,
            "CREATE TRIGGER theirs BEFORE UPDATE ON pipe WHEN NEW.street = 'X5'"
            " BEGIN SELECT RAISE(ABORT, 'no street X5'); END",
        )
    streets = {fid: {"street": f"X{fid}"} for fid in range(1, 11)}
    message, *told = _refused(town, lambda batch: batch.update_rows("pipe", streets))
    assert message == "P00004: the network does not take this row: no street X5"
    assert told == ["pipe", 5, "P00004", ""]
    with pytest.raises(StoreError, match="no street X5"), town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001", "P00002"], "street": ["X5", "X6"]}))
    assert rows(town.uri, "SELECT fid, pipe_id, street FROM pipe ORDER BY fid") == before


@pytest.mark.either_store
def test_after_a_refusal_within_a_batch_the_rest_is_written(town):
    with town.write("edit") as batch:
        with pytest.raises(RowRefusedError):
            batch.insert_rows("pipe", {-1: {}, -2: {}, -3: {}})
        assert batch.update_rows("pipe", {fid: {"street": "新"} for fid in range(1, 6)}) == 5
    assert town.read("pipe", ["street"])["street"].tolist()[:6] == ["新"] * 5 + ["人民路"]


@pytest.mark.either_store
def test_a_row_that_is_changed_twice_by_one_call_ends_as_the_last_says(town):
    with town._transaction("edit", "", by="tester") as database:
        sql = 'UPDATE "pipe" SET "street" = ? WHERE "pipe_id" = ?'
        changes = [(street, f"P{number:05d}") for street in ("a", "b", None) for number in range(4)]
        assert database.executemany(sql, changes[:8]).rowcount == 8
        assert database.executemany(sql, [*changes[8:9], ("c", "none"), ("d", "P00003")]).rowcount == 2
    assert town.read("pipe", ["street"])["street"].tolist()[:4] == [None, "b", "b", "d"]


def test_a_file_is_asked_with_fewer_parameters_than_it_takes():
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as database:
        assert [len(part) for part, _marks in parts(database, range(2_000))] == [900, 900, 200]
