"""A batch of many rows is taken back and done again in few statements, to the same rows on either store."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager

import pandas as pd
import pytest
import shapely
from support.database_server import server_of_run
from support.slow_line import SlowLine
from support.store_helpers import pipe_frame, rows

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import open_network

_ROWS = "SELECT fid, pipe_id, street, note, diameter_mm, length_m, hex(geom) FROM pipe ORDER BY fid"


@contextmanager
def _round_trips(network):
    """Have a network opened by way of a line, with the list to which its round trips are added."""
    line = SlowLine(server_of_run().folder / ".s.PGSQL.5432")
    counted = []
    address = dataclasses.replace(network.address, host="127.0.0.1", port=str(line.port))
    try:
        with open_network(address) as again:
            before = line.round_trips
            yield again
            counted.append(line.round_trips - before)
    finally:
        line.close()
    assert counted[0] <= 120


def _change(network, count):
    """Change, delete and make rows by one batch: some of them twice, and ids that go round."""
    frame = pipe_frame(count, start=1_000)
    with network.write("adopt") as batch:
        batch.insert("pipe", frame)
    fids = [
        row[0] for row in rows(network.uri, "SELECT fid FROM pipe WHERE pipe_id >= 'P01000' ORDER BY fid")
    ]
    kept, gone = fids[: -count // 4], fids[-count // 4 :]
    there = network.rows("pipe", kept)
    with network.write("edit") as batch:
        batch.delete_rows("pipe", gone)
        moved = {
            fid: {"geom": shapely.LineString(shapely.get_coordinates(row["geom"]) + 1.0), "note": f"管 {fid}"}
            for fid, row in there.items()
        }
        batch.update_rows("pipe", moved)
        batch.update_rows("pipe", {fid: {"diameter_mm": 99.5, "street": None} for fid in kept[::2]})
        names = [there[fid]["pipe_id"] for fid in kept[:5]]
        # Each takes the id that the one before it leaves.
        chain = dict(zip(kept[:5], ["P-NEW", *names[:-1]]))
        batch.update_rows("pipe", {fid: {"pipe_id": name} for fid, name in chain.items()})
        batch.insert_rows(
            "pipe", {-1 - n: row for n, row in enumerate(pipe_frame(20, start=9_000).to_dict("records"))}
        )


@pytest.mark.slow
@pytest.mark.either_store
def test_what_was_changed_twice_and_renamed_comes_back_and_is_done_again(town):
    _change(town, 12)
    after = rows(town.uri, _ROWS)
    undone = town.undo()
    before = rows(town.uri, _ROWS)
    assert undone.rows == 3 + 9 + 5 + 5 + 20
    assert [row[1] for row in before] == [f"P{number:05d}" for number in (*range(20), *range(1_000, 1_012))]
    assert all(row[3] is None for row in before)
    town.undo(undone.batch_id)
    assert rows(town.uri, _ROWS) == after
    town.undo()
    assert rows(town.uri, _ROWS) == before


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_a_thousand_rows_come_back_in_few_round_trips(town):
    _change(town, 1_000)
    after = rows(town.uri, _ROWS)
    with _round_trips(town) as network:
        undone = network.undo()
    assert len(rows(town.uri, _ROWS)) == 1_020
    with _round_trips(town) as network:
        network.undo(undone.batch_id)
    assert rows(town.uri, _ROWS) == after


@pytest.mark.either_store
def test_rows_that_are_not_as_the_batch_left_them_are_named_in_the_order_of_the_log(town):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001", "P00002", "P00003"], "note": "a"}))
    with town._transaction("edit", "", by="tester") as database:
        # As a program does whose entries were lost.
        sql = "UPDATE change_log SET after = '{\"note\":\"b\"}' WHERE asset IN ('P00001', 'P00003')"
        database.execute(f"{sql} AND action = 'update'")
    with pytest.raises(StoreError) as caught:
        town.undo()
    assert "2 of its rows, such as pipe P00003," in caught.value.message
    undone = town.undo(skip_changed=True)
    assert (undone.rows, set(undone.left)) == (1, {("pipe", "P00001"), ("pipe", "P00003")})
    assert town.read("pipe", ["note"])["note"].tolist()[1:4] == ["a", None, "a"]
