"""Somebody deletes, renames or moves a row while another lets a row name it: nothing names what is gone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, in_schema, pipe_frame

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import ConflictError
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.store import open_network

X, Y = 410_000.0, 2_500_000.0
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def valve(town):
    """A town with a valve N1 at which no pipe ends."""
    row = {"node_id": "N1", "kind": "valve", "status": "in_use", "geom": shapely.Point(X, Y)}
    with town.write("adopt") as batch:
        batch.insert("node", gpd.GeoDataFrame([row], geometry="geom", crs=CRS))
    return town


def _join(batch):
    frame = pipe_frame(1, start=900, from_node="N1")
    frame["geom"] = gpd.GeoSeries([shapely.LineString([(X, Y), (X + 50, Y)])], crs=CRS)
    batch.insert("pipe", frame)


def _join_by_update(batch):
    batch.update("pipe", pd.DataFrame({"pipe_id": ["P00003"], "from_node": ["N1"]}))


def _fid(network):
    return int(network.read("node", ["fid"], ids=["N1"])["fid"].iloc[0])


def _delete(batch, _fid):
    batch.delete("node", ["N1"])


def _rename(batch, fid):
    batch.update_rows("node", {fid: {"node_id": "V9"}})


def _move(batch, _fid):
    row = {"node_id": "N1", "geom": shapely.Point(X + 9, Y)}
    batch.update("node", gpd.GeoDataFrame([row], geometry="geom", crs=CRS))


takings = pytest.mark.parametrize("take_away", [_delete, _rename, _move], ids=["delete", "rename", "move"])
joins = pytest.mark.parametrize("join", [_join, _join_by_update], ids=["insert", "update"])


@pytest.mark.either_store
@takings
@joins
def test_a_row_may_not_name_what_was_taken_away_since_it_was_read(valve, take_away, join):
    seen, fid = valve.position(), _fid(valve)
    with valve.write("edit", seen=seen) as batch:
        take_away(batch, fid)
    with pytest.raises(ConflictError) as refused, valve.write("edit", seen=seen) as batch:
        join(batch)
    assert [(one.table, one.asset) for one in refused.value.conflicts] == [("node", "N1")]
    assert valve.read("pipe", ["from_node"])["from_node"].isna().all()


@pytest.mark.either_store
@takings
@joins
def test_what_a_row_came_to_name_since_it_was_read_is_not_taken_away(valve, take_away, join):
    seen, fid = valve.position(), _fid(valve)
    with valve.write("edit", seen=seen) as batch:
        join(batch)
    with pytest.raises(ConflictError) as refused, valve.write("edit", seen=seen) as batch:
        take_away(batch, fid)
    assert [one.table for one in refused.value.conflicts] == ["pipe"]
    assert valve.read("node", ["node_id"], ids=["N1"])["node_id"].tolist() == ["N1"]


@pytest.mark.either_store
def test_ids_in_lists_count_too(valve):
    seen = valve.position()
    with valve.write("edit", seen=seen) as batch:
        batch.delete("pipe", ["P00002"])
    item = pd.DataFrame({"item_id": ["W1"], "type": ["inspect"], "pipes": ["P00001;P00002"]})
    with pytest.raises(ConflictError, match="named"), valve.write("edit", seen=seen) as batch:
        batch.insert("work_item", item)


@pytest.mark.either_store
def test_other_changes_of_a_named_row_stop_nothing(valve):
    seen = valve.position()
    with valve.write("edit", seen=seen) as batch:
        batch.update("node", pd.DataFrame({"node_id": ["N1"], "note": ["dug up"]}))
    with valve.write("edit", seen=seen) as batch:
        _join(batch)
    assert len(valve.read("pipe", ids=["P00900"])) == 1


def _edit_of(network, table, asset, **changes):
    """Return the edit of a row; None in place of changes deletes it."""
    fid = int(network.read(table, ["fid"], ids=[asset])["fid"].iloc[0])
    row = dict(network.rows(table, [fid])[fid])
    return RowEdit(table, fid, row, {**row, **changes} if changes else None)


def _joined(network):
    row = {"pipe_id": "P00900", "system": "potable", "status": "in_use", "from_node": "N1"}
    line = shapely.LineString([(X, Y), (X + 50, Y)])
    return RowEdit("pipe", -2, None, {**row, "geom": line})


def _dangling(network):
    pipes, nodes = network.read("pipe", ["from_node", "to_node"]), network.read("node", ["node_id", "geom"])
    named = set(pipes["from_node"].dropna()) | set(pipes["to_node"].dropna())
    return named - set(nodes["node_id"])


def _saving(network, monkeypatch, edit, other):
    """Save ``edit`` where ``other`` is saved after everything was read and before it is written."""
    write, begun = type(network).write, []

    def written_before(self, *args, **kwargs):
        if not begun:
            begun.append(True)
            save_edits(network, SaveRequest((other,), network.position()))
        return write(self, *args, **kwargs)

    monkeypatch.setattr(type(network), "write", written_before)
    return save_edits(network, SaveRequest((edit,), network.position()))


@pytest.mark.either_store
@pytest.mark.parametrize("joins_first", a_few_quick([True, False], 1))
def test_of_a_save_that_deletes_a_node_and_one_that_joins_a_pipe_to_it_both_come_true(
    valve, monkeypatch, joins_first
):
    deletes, joins = _edit_of(valve, "node", "N1"), _joined(valve)
    edits = (deletes, joins) if joins_first else (joins, deletes)
    _saving(valve, monkeypatch, *edits)
    assert not _dangling(valve)
    pipe = valve.read("pipe", ["from_node", "geom"], ids=["P00900"]).iloc[0]
    nodes = valve.read("node", ["node_id", "kind", "geom"]).set_index("node_id")
    end = nodes.loc[pipe["from_node"]]
    assert end["kind"] == "junction" and end["geom"].distance(shapely.Point(X, Y)) < 0.001


# On a server both write at once: one waits for the other, whichever came first.


def _waits(network, result):
    with in_schema(network.uri) as database:
        for _attempt in range(2000):
            if database.native(_WAITING).fetchall()[0][0]:
                return
            assert not result.done(), result.exception() or "it did not wait"
            threading.Event().wait(0.005)
    raise AssertionError("nobody waits")


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
@pytest.mark.parametrize("joins_first", [True, False])
def test_of_two_who_write_at_once_the_second_is_told(valve, joins_first):
    seen, fid = valve.position(), _fid(valve)

    def taking(batch):
        _delete(batch, fid)
        batch.refuse_changed()

    def joining(batch):
        _join(batch)
        batch.refuse_changed()

    first, second = (joining, taking) if joins_first else (taking, joining)

    def work():
        with open_network(valve.uri, by="second") as network, network.write("edit", seen=seen) as batch:
            second(batch)

    with ThreadPoolExecutor(1) as threads:
        with valve.write("edit", seen=seen) as batch:
            first(batch)
            result = threads.submit(work)
            _waits(valve, result)
        with pytest.raises(ConflictError):
            result.result()
    assert not _dangling(valve)


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_an_undo_tells_of_the_pipe_that_is_joined_at_that_moment_to_the_node_it_deletes(valve):
    made = valve.batches()["batch_id"].iloc[0]
    with ThreadPoolExecutor(1) as threads, open_network(valve.uri, by="editor") as editor:
        with editor.write("edit", seen=editor.position()) as batch:
            _join(batch)
            batch.refuse_changed()
            result = threads.submit(valve.undo, made)
            _waits(valve, result)
        undone = result.result()
    assert [(one.table, one.field, one.assets) for one in undone.orphans] == [
        ("pipe", "from_node", ("P00900",))
    ]
