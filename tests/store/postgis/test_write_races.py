"""Somebody edits rows at the moment at which another takes them back: nothing is lost unseen.

The order is made, not hoped for: the editor's transaction is open with its rows written, the other one begins
and waits for these rows, then the editor commits.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import geopandas as gpd
import pandas as pd
import psycopg2.errors
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, in_schema, pipe_frame

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import ConflictError, LockedError, StoreError
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.operations.rows.newest_rows import with_newest_rows
from waternet_plugin.store import open_network
from waternet_plugin.store.changes.asset_changes import Restoring
from waternet_plugin.store.geopackage.consequences import retests

pytestmark = pytest.mark.parametrize("kept_in", ["server"], indirect=True)
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
_PATIENCE_S = 10.0


def _wait_for_waiting(network, result):
    end = time.monotonic() + _PATIENCE_S
    with in_schema(network.uri) as database:
        while not database.native(_WAITING).fetchall()[0][0]:
            assert not result.done(), result.exception() or "it did not wait for the rows"
            assert time.monotonic() < end, "nobody waits for the rows"
            time.sleep(0.005)


@contextmanager
def _during_an_edit(town, edit, work):
    """Have ``work(network)`` wait for what ``edit(batch)`` wrote; yield its result, to come after that."""
    with ThreadPoolExecutor(1) as threads, open_network(town.uri, by="editor") as editor:
        with editor.write("edit", seen=editor.position()) as batch:
            edit(batch)
            result = threads.submit(work, town)
            _wait_for_waiting(town, result)
        yield result


def _row(town, name):
    return town.read("pipe", ["pipe_id", "note", "diameter_mm"], ids=[name]).to_dict("records")


def _made(town):
    with town.write("edit", name="new pipes") as batch:
        batch.insert("pipe", pipe_frame(3, start=50))
    return batch.batch_id


def _node(kind):
    row = {"node_id": "N1", "kind": kind, "status": "in_use", "geom": shapely.Point(400_000, 2_600_000)}
    return gpd.GeoDataFrame([row], geometry="geom", crs=CRS)


def _moved(name):
    frame = pipe_frame(1, start=int(name[1:]))[["pipe_id", "geom"]]
    frame["geom"] = shapely.LineString(shapely.get_coordinates(frame["geom"].iloc[0]) + 7.0)
    return frame


@pytest.mark.parametrize(
    "edit",
    a_few_quick(
        [
            lambda batch: batch.update("pipe", pd.DataFrame({"pipe_id": ["P00051"], "note": "dug up"})),
            lambda batch: batch.update("pipe", _moved("P00051")),
        ],
        1,
    ),
    ids=["field", "geometry"],
)
def test_an_undo_does_not_delete_a_row_that_is_edited_while_it_begins(town, edit):
    made = _made(town)
    caught = pytest.raises(StoreError)
    with _during_an_edit(town, edit, lambda network: network.undo(made)) as result, caught as refused:
        result.result()
    assert "1 of its rows were changed later, such as pipe P00051" in refused.value.message
    assert len(_row(town, "P00051")) == 1
    assert town.batches()["kind"].tolist()[0] == "edit"


@pytest.mark.slow
def test_an_undo_leaves_the_edited_row_and_takes_the_rest_where_that_is_wanted(town):
    made = _made(town)

    def edit(batch):
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00051"], "note": "dug up"}))

    with _during_an_edit(town, edit, lambda network: network.undo(made, skip_changed=True)) as result:
        undone = result.result()
    assert (undone.rows, set(undone.left)) == (2, {("pipe", "P00051")})
    assert _row(town, "P00051")[0]["note"] == "dug up"


def test_an_undo_meets_a_row_that_is_renamed_while_it_begins(town):
    made = _made(town)
    fid = int(town.read("pipe", ["fid", "pipe_id"], ids=["P00051"])["fid"].iloc[0])

    def edit(batch):
        batch.update_rows("pipe", {fid: {"pipe_id": "P-NEW"}})

    refused = pytest.raises(StoreError, match="changed later")
    with _during_an_edit(town, edit, lambda network: network.undo(made)) as result, refused:
        result.result()
    assert len(_row(town, "P-NEW")) == 1 and len(_row(town, "P00050")) == 1


@pytest.mark.slow
def test_a_row_is_restored_as_a_whole_where_it_is_edited_while_that_begins(town):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "diameter_mm": [99.0]}))
    (seq,) = town.read("change_log", ["seq", "batch"]).query("batch == @batch.batch_id")["seq"]

    def edit(editing):
        editing.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "note": "dug up"}))

    def work(network):
        return network.restore_asset(Restoring("pipe", "P00001", int(seq)))

    with _during_an_edit(town, edit, work) as result:
        restored = result.result()
    assert set(restored.fields) == {"note", "diameter_mm"}
    (row,) = _row(town, "P00001")
    assert pd.isna(row["note"]) and row["diameter_mm"] == pipe_frame(2)["diameter_mm"].iloc[1]


def test_the_later_of_two_cleanings_stays_where_both_are_entered_at_once(town):
    with town.write("adopt") as batch:
        batch.insert("node", _node("septic_tank"))
        batch.insert("work_item", pd.DataFrame({"item_id": ["W1"], "type": ["clean"], "asset": ["N1"]}))

    def edit(editing):
        day = pd.Timestamp("2026-06-30")
        editing.update("node", pd.DataFrame({"node_id": ["N1"], "cleaned_on": [day]}))

    def close(network):
        with network.write("edit", seen=network.position()) as batch:
            day = pd.Timestamp("2026-05-31")
            done = {"item_id": ["W1"], "state": ["done"], "closed_on": [day], "gis_checked_on": [day]}
            batch.update("work_item", pd.DataFrame(done))

    with _during_an_edit(town, edit, close) as result:
        result.result()
    assert town.read("node", ["cleaned_on"])["cleaned_on"].iloc[0] == pd.Timestamp("2026-06-30")


def _writing(town, first, second):
    """Have a batch write two rows one after the other, each in a statement of its own."""

    def work(pause):
        with open_network(town.uri) as network, network.write("edit", seen=network.position()) as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": [first], "note": first}))
            pause()
            batch.update("pipe", pd.DataFrame({"pipe_id": [second], "note": first}))

    return work


@pytest.mark.slow
def test_of_two_who_wait_for_one_another_one_writes_and_the_other_is_told(town):
    both = threading.Barrier(2, timeout=_PATIENCE_S)
    with ThreadPoolExecutor(2) as threads:
        works = [_writing(town, *names) for names in (("P00001", "P00002"), ("P00002", "P00001"))]
        errors = [result.exception() for result in [threads.submit(work, both.wait) for work in works]]
    (refused,) = [error for error in errors if error is not None]
    assert isinstance(refused, ConflictError) and refused.conflicts == ()
    assert refused.message.endswith("Nothing was changed; run this again.")
    notes = town.read("pipe", ["note"])["note"].tolist()[1:3]
    assert notes in (["P00001"] * 2, ["P00002"] * 2)


def _deadlocked(town, work):
    """Have ``work()`` write a node and a pipe that a program writes the other way round; it must give in."""
    with town.write("adopt") as batch:
        batch.insert("node", _node("valve"))
    with ThreadPoolExecutor(1) as threads, in_schema(town.uri) as program:
        # The other program never looks for a deadlock.
        program.native("SET deadlock_timeout = '1min'")
        program.native("BEGIN")
        program.native("UPDATE pipe SET note = 'theirs' WHERE pipe_id = 'P00001'")
        result = threads.submit(work)
        _wait_for_waiting(town, result)
        program.native("UPDATE node SET note = 'theirs' WHERE node_id = 'N1'")
        program.native("COMMIT")
        return result.result()


def _edits(town):
    (node,), (pipe, *_rest) = (town.read(name, ["fid"])["fid"] for name in ("node", "pipe"))
    keys = {"node": int(node), "pipe": int(pipe) + 1}
    rows = {name: dict(town.rows(name, [key])[key]) for name, key in keys.items()}
    return tuple(RowEdit(name, keys[name], row, {**row, "street": "建设路"}) for name, row in rows.items())


@pytest.mark.slow
def test_a_save_that_waits_for_who_waits_for_it_is_done_again(town):
    positions = []

    def work():
        edits = _edits(town)
        request = SaveRequest(edits, town.position())
        return save_edits(town, request, before_commit=lambda result: positions.append(result.batch_id))

    result = _deadlocked(town, work)
    assert positions == [result.batch_id]
    for name in ("node", "pipe"):
        frame = town.read(name, ["note", "street"]).query("note == 'theirs'")
        assert frame["street"].tolist() == ["建设路"]


def test_what_has_written_its_outputs_is_told_and_not_done_again(town, monkeypatch):
    runs = []

    def refuse(_database, _session):
        raise psycopg2.errors.DeadlockDetected("deadlock detected")

    def work(_sentences):
        with town.write("edit", seen=town.position()) as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "note": "mine"}))
            runs.append(batch.batch_id)

    monkeypatch.setattr(retests, "mark", refuse)
    with pytest.raises(LockedError, match="Nothing was changed; run this again"):
        with_newest_rows(work)
    assert len(runs) == 1
