"""Where later edits stand in the way, the rest of a batch is taken back, and what stays is named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import (
    a_shape,
    a_value,
    assessment_frame,
    content,
    foreign,
    is_on_server,
    pipe_frame,
    rows,
    run_frame,
)

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.tables import EDITING, all_tables
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.log import families
from waternet_plugin.store.geopackage.sql import quoted

pytestmark = pytest.mark.either_store

EDITABLE = [name for name, one in all_tables().items() if one.is_editable]


def a_column(name: str) -> str:
    """Return a text field of a table that may hold anything."""
    one = all_tables()[name]
    return next(
        field.name
        for field in one.fields
        if field.type == "text"
        and not field.domain
        and field.name not in (one.id_field, "map_class", *EDITING)
    )


def some_rows(name: str, ids: list[str]) -> pd.DataFrame:
    """Return rows of a table, with what it asks for."""
    one = all_tables()[name]
    frame = pipe_frame(len(ids)).iloc[:, :0] if one.has_geometry else pd.DataFrame(index=range(len(ids)))
    for field in one.fields:
        if field.required:
            frame[field.name] = a_value(field)
    frame[one.id_field] = ids
    if one.has_geometry:
        frame["geom"] = [a_shape(one.geometry, number) for number in range(len(ids))]
    return frame


def table_of(network, name: str) -> pd.DataFrame:
    """Return a table without what the store counts."""
    one = all_tables()[name]
    names = [field.name for field in one.fields if field.name not in EDITING]
    return pd.DataFrame(network.read(name, ["fid", *names])).set_index(one.id_field).sort_index()


@pytest.mark.parametrize("name", a_few_quick(EDITABLE))
@pytest.mark.parametrize("count", [4, pytest.param(600, marks=pytest.mark.slow)], ids=["few", "bulk"])
def test_the_rest_is_taken_back_and_the_undo_of_it_restores_exactly(network, name, count):
    one, column = all_tables()[name], a_column(name)
    ids = [f"A{number:04d}" for number in range(count)]
    with network.write("adopt") as batch:
        batch.insert(name, some_rows(name, ["OLD1", "OLD2"]))
    with network.write("repair") as batch:
        batch.insert(name, some_rows(name, ids))
        batch.update(name, pd.DataFrame({one.id_field: ["OLD1", "OLD2"], column: ["new", "new"]}))
    foreign(
        network,
        f"UPDATE {quoted(name)} SET {quoted(column)} = 'mine'"
        f" WHERE {quoted(one.id_field)} IN ('A0001', 'OLD2')",
    )
    before = content(network.uri)
    with pytest.raises(StoreError, match="2 of its rows were changed later") as caught:
        network.undo("B0003")
    assert len(caught.value.details) == 2
    assert content(network.uri) == before
    told = network.undoing("B0003")
    assert {(row.table, row.asset, row.batch) for row in told.stays} == {
        (name, "A0001", ""),
        (name, "OLD2", ""),
    }
    assert told.rows == {name: count}
    full = table_of(network, name)
    undone = network.undo("B0003", skip_changed=True)
    assert sorted(undone.left) == [(name, "A0001"), (name, "OLD2")]
    assert undone.rows == count
    found = table_of(network, name)
    assert found.index.tolist() == ["A0001", "OLD1", "OLD2"]
    assert found.loc["A0001", column] == "mine" and found.loc["OLD2", column] == "mine"
    assert found.loc["OLD1", column] != "new"
    network.undo(undone.batch_id)
    pd.testing.assert_frame_equal(table_of(network, name), full)


def edited_town(town) -> None:
    """Adopt twenty pipes (B0002), edit one by another program and one in batch B0003."""
    foreign(town, "UPDATE pipe SET street = 'a' WHERE pipe_id = 'P00001'")
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["b"]}))


def ids_of(network) -> list[str]:
    return network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"].tolist()


def left_and_undone(network) -> dict[str, tuple[object, int]]:
    found = network.batches().set_index("batch_id")
    return {batch: (row["undone"], row["left"]) for batch, row in found.iterrows()}


@pytest.mark.slow
def test_undoing_again_takes_what_was_left_when_nothing_stands_in_the_way(town):
    edited_town(town)
    town.undo("B0002", skip_changed=True)
    assert ids_of(town) == ["P00001", "P00002"]
    assert left_and_undone(town)["B0002"] == ("B0004", 2)
    with pytest.raises(StoreError, match=r"Nothing of batch B0002 can be undone: all its 2 rows") as caught:
        town.undo("B0002", skip_changed=True)
    assert len(caught.value.details) == 2
    town.undo("B0003")
    again = town.undo("B0002", skip_changed=True)
    assert (again.rows, again.left) == (1, (("pipe", "P00001"),))
    assert ids_of(town) == ["P00001"]
    assert left_and_undone(town)["B0002"] == (again.batch_id, 1)
    # Each of the two undos can be undone alone, in any order.
    town.undo("B0004")
    assert len(ids_of(town)) == 19
    assert left_and_undone(town)["B0002"] == (again.batch_id, 19)
    town.undo(again.batch_id)
    assert len(ids_of(town)) == 20
    assert left_and_undone(town)["B0002"] == (None, 0)


@pytest.mark.slow
def test_the_later_of_two_undos_taken_back_leaves_the_earlier(town):
    edited_town(town)
    town.undo("B0002", skip_changed=True)
    town.undo("B0003")
    town.undo("B0002", skip_changed=True)
    town.undo("B0006")
    assert ids_of(town) == ["P00001", "P00002"]
    assert left_and_undone(town)["B0002"] == ("B0004", 2)
    town.undo("B0004")
    assert left_and_undone(town)["B0002"] == (None, 0)
    with pytest.raises(StoreError, match="1 of its rows were changed later"):
        town.undo("B0002")


def test_what_stays_of_an_undone_batch_stands_in_the_way_of_earlier_ones(town):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001", "P00002"], "street": ["a", "b"]}))
    foreign(town, "UPDATE pipe SET note = 'x' WHERE pipe_id = 'P00001'")
    town.undo("B0003", skip_changed=True)
    left = town.undo("B0002", skip_changed=True).left
    assert left == (("pipe", "P00001"),)
    found = town.read("pipe", ["pipe_id", "street", "note"], geometry=False)
    assert found.values.tolist() == [["P00001", "a", "x"]]


def test_edits_alone_are_not_named_as_something_to_undo(town):
    foreign(town, "UPDATE pipe SET street = 'a' WHERE pipe_id = 'P00001'")
    with pytest.raises(StoreError, match="Undo the rest") as caught:
        town.undo("B0002")
    assert "First undo" not in caught.value.message


def test_a_row_deleted_later_stays_deleted(town):
    foreign(town, "DELETE FROM pipe WHERE pipe_id = 'P00001'")
    assert town.undo("B0002", skip_changed=True).left == (("pipe", "P00001"),)
    assert town.count("pipe") == 0
    town.undo("B0003")
    assert "P00001" not in ids_of(town) and town.count("pipe") == 19


@pytest.mark.slow
@pytest.mark.either_store(file_only="a server takes no triggers away for other programs")
@pytest.mark.parametrize("count", [20, 600], ids=["few", "bulk"])
def test_a_row_that_changed_while_the_log_was_away_stays(network, count):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(count))
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["b"]}))
    database = connection.connect(Path(network.uri), write=True)
    database.execute("DROP TRIGGER wn_pipe_update")
    database.execute("DROP TRIGGER wn_pipe_delete")
    database.execute("UPDATE pipe SET street = 'silent' WHERE pipe_id IN ('P00001', 'P00002')")
    database.execute("DELETE FROM pipe WHERE pipe_id = 'P00003'")
    database.close()
    from waternet_plugin.store import open_network

    opened = open_network(network.uri)
    assert opened.repairs == ("pipe",)
    with pytest.raises(StoreError, match="not as the batch left them"):
        opened.undo("B0002")
    undone = opened.undo("B0002", skip_changed=True)
    assert sorted(undone.left) == [("pipe", f"P0000{number}") for number in (1, 2, 3)]
    assert ids_of(opened) == ["P00001", "P00002"]
    assert undone.rows == count - 3
    opened.undo(undone.batch_id)
    assert opened.count("pipe") == count - 1


@pytest.mark.slow
def test_runs_survive_any_number_of_undos(town):
    with town.write("assess") as batch:
        batch.insert("assessment_run", run_frame("R1"))
        batch.insert("assessment", assessment_frame("R1", [f"P{number:05d}" for number in range(20)]))
    full = town.read("assessment")
    last = "B0003"
    for gone in (True, False, True, False, True, False):
        last = town.undo(last).batch_id
        assert town.count("assessment") == (0 if gone else 20)
        assert town.count("assessment_run") == (0 if gone else 1)
    pd.testing.assert_frame_equal(town.read("assessment"), full)
    if not is_on_server(town.uri):
        counted = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'assessment'"
        assert rows(town.uri, counted) == [(20,)]


def test_what_others_write_while_batches_are_listed_is_left_out(network, monkeypatch):
    """They are asked after in several questions, between which others commit."""
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3))
    with network.write("edit") as changed:
        changed.update("pipe", pd.DataFrame({"pipe_id": ["P00000", "P00001"], "note": "new"}))
    foreign(network, "UPDATE pipe SET note = 'mine' WHERE pipe_id = 'P00001'")
    network.undo(changed.batch_id, skip_changed=True)
    before = network.batches().set_index("batch_id")["left"].to_dict()
    assert before[changed.batch_id] == 1
    read = families.families

    def read_then_written(database):
        known = read(database)
        monkeypatch.setattr(families, "families", read)
        with network.write("edit") as later:
            later.update("pipe", pd.DataFrame({"pipe_id": ["P00002", "P00001"], "note": "later"}))
        foreign(network, "UPDATE pipe SET note = 'mine again' WHERE pipe_id = 'P00001'")
        network.undo(later.batch_id, skip_changed=True)
        return known

    monkeypatch.setattr(families, "families", read_then_written)
    assert network.batches().set_index("batch_id")["left"].to_dict() == before
