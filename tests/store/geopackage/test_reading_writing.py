"""Rows go in and come out as they were, and the store fills its own columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame, rows

from waternet_plugin.core import frames
from waternet_plugin.core.errors import CancelledError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import all_tables, table


@pytest.mark.slow
def test_a_new_network_has_every_table_and_a_first_batch(network):
    assert {name: network.count(name) for name in all_tables() if name != "batch"} == {
        name: 0 for name in all_tables() if name != "batch"
    }
    batches = network.batches()
    assert batches[["batch_id", "kind", "by", "rows"]].values.tolist() == [["B0001", "create", "tester", 0.0]]
    assert network.crs.to_epsg() == 4547


@pytest.mark.slow
@pytest.mark.parametrize("count", a_few_quick([20, 700], 1), ids=["few", "bulk"])
def test_rows_come_back_as_they_were_written(network, count):
    written = pipe_frame(count)
    with network.write("adopt") as batch:
        assert batch.insert("pipe", written) == count
    read = network.read("pipe", list(written.columns.drop("geom")))
    assert_geodataframe_equal(read, written, check_index_type=False, check_dtype=False)


@pytest.mark.slow
@pytest.mark.parametrize("count", a_few_quick([20, 700], 1), ids=["few", "bulk"])
def test_the_store_fills_its_own_columns(network, count):
    written = pipe_frame(count)
    written["length_m"] = np.where(np.arange(count) % 2 == 0, 12.5, np.nan)
    written["status"] = np.where(np.arange(count) == 3, "removed", "in_use")
    with network.write("adopt", by="someone") as batch:
        batch.insert("pipe", written)
    read = network.read("pipe")
    assert read["length_m"].head(4).tolist() == [12.5, 30.0, 12.5, 30.0]
    assert read["length_source"].head(2).tolist() == ["given", "geometry"]
    assert read["map_class"].head(4).tolist() == ["potable", "potable", "potable", "abandoned"]
    assert set(read["edited_by"]) == {"someone"}
    assert set(read["batch_id"]) == {"B0002"}
    assert set(read["row_version"]) == {1.0}
    assert read["edited_on"].notna().all()


def test_an_empty_table_reads_as_an_empty_frame_of_the_right_types(network):
    read = network.read("pipe")
    assert len(read) == 0
    assert list(read.columns) == [*table("pipe").field_names, "geom"]
    assert read.dtypes.tolist() == frames.empty("pipe").dtypes.tolist()
    assert read.crs == network.crs


def test_every_field_type_is_read_as_frames_say(network):
    frame = pd.DataFrame(
        {
            "node_id": ["M1", "M1"],
            "time": pd.to_datetime(["2020-01-02T03:04:05.678Z", "2020-05-31T16:00:00.000Z"], utc=True),
            "quantity": ["flow_m3h", "flow_m3h"],
            "value": [0.1 + 0.2, np.nan],
        }
    )
    with network.write("adopt") as batch:
        batch.insert("reading", frame)
    read = network.read("reading", ["node_id", "time", "quantity", "value"])
    pd.testing.assert_frame_equal(read, frames.plain(frame), check_column_type=False)


@pytest.mark.slow
def test_columns_ids_where_and_box_choose(town):
    assert list(town.read("pipe", ["street", "pipe_id"], geometry=False).columns) == ["street", "pipe_id"]
    assert town.read(
        "pipe", ["pipe_id", "fid"], ids=["P00007", "P00003"], geometry=False
    ).values.tolist() == [
        ["P00003", 4],
        ["P00007", 8],
    ]
    assert len(town.read("pipe", where={"street": None})) == 4
    assert len(town.read("pipe", where={"material": "pe", "street": ["人民路", "x"]})) == 3
    assert len(town.read("pipe", where={"street": ["人民路", None]})) == 20
    assert town.read("pipe", where={"diameter_mm": 150.5})["pipe_id"].tolist() == ["P00001", "P00008"]
    assert len(town.read("pipe", where={"verified_on": pd.Timestamp("2020-02-29")})) == 20
    assert len(town.read("pipe", ids=[])) == 0
    assert len(town.read("pipe", where={"street": []})) == 0
    box = (400_005.0, 2_500_000.0, 400_025.0, 2_500_001.0)
    assert town.read("pipe", ["pipe_id"], bbox=box, geometry=False)["pipe_id"].tolist() == [
        "P00001",
        "P00002",
    ]


def test_quotes_in_values_choose_nothing_else(town):
    assert len(town.read("pipe", where={"street": "x' OR '1'='1"})) == 0
    assert len(town.read("pipe", ids=["P00001' OR '1'='1"])) == 0


@pytest.mark.slow
@pytest.mark.parametrize("count", a_few_quick([2, 5_500], 1))
def test_many_ids_are_found_too(network, count):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(6_000))
    wanted = [f"P{number:05d}" for number in range(6_000)][:count]
    assert network.read("pipe", ["pipe_id"], ids=wanted, geometry=False)["pipe_id"].tolist() == wanted


def test_unknown_table_or_column_is_one_sentence(town):
    with pytest.raises(StoreError, match="no table nothing"):
        town.read("nothing")
    with pytest.raises(StoreError, match="has no column colour"):
        town.read("pipe", ["colour"])


def test_an_update_sets_what_the_frame_holds_and_nothing_else(town):
    frame = pd.DataFrame(
        {"pipe_id": ["P00001", "P00002"], "street": [None, "解放路"], "diameter_mm": [np.nan, 80.0]}
    )
    with town.write("edit", by="anna") as batch:
        assert batch.update("pipe", frame) == 2
        assert batch.update("pipe", frame) == 0
    read = town.read("pipe", ids=["P00001", "P00002", "P00003"])
    assert read["street"].tolist() == [None, "解放路", "人民路"]
    assert read["diameter_mm"].fillna(-1).tolist() == [-1.0, 80.0, 251.5]
    assert read["row_version"].tolist() == [2.0, 2.0, 1.0]
    assert read["edited_by"].tolist() == ["anna", "anna", "tester"]
    assert read["material"].tolist() == ["ductile_iron", "ductile_iron", "pe"]


@pytest.mark.slow
def test_a_moved_pipe_gets_its_new_length_unless_it_was_given(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(2, length_m=[np.nan, 12.0]))
    moved = network.read("pipe", ["pipe_id"])
    moved["geom"] = shapely.linestrings([[[400_000, 2_500_000], [400_000, 2_500_050]]] * 2)
    with network.write("edit") as batch:
        batch.update("pipe", moved)
    assert network.read("pipe", ["length_m"])["length_m"].tolist() == [50.0, 12.0]


def test_a_changed_status_changes_the_map_class(town):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "status": ["planned"]}))
    assert town.read("pipe", ids=["P00001"])["map_class"].tolist() == ["planned"]


def test_deleted_rows_are_gone(town):
    with town.write("edit") as batch:
        assert batch.delete("pipe", ["P00001", "P00002"]) == 2
    assert town.count("pipe") == 18
    assert rows(town.uri, "SELECT count(*) FROM rtree_pipe_geom") == [(18,)]


def test_settings_and_facts(town):
    with town.write("setting") as batch:
        batch.set_setting("general.currency", "EUR", unit="money")
        batch.set_setting("a.fact", "1")
        batch.set_setting("a.fact", "2")
    assert town.settings().text("general.currency") == "EUR"
    assert town.facts() == {"a.fact": "2", "general.currency": "EUR"}


@pytest.mark.slow
def test_an_exception_in_the_block_leaves_nothing(town):
    before = town.batches()

    def write() -> None:
        with town.write("edit") as batch:
            batch.delete("pipe", ["P00001"])
            batch.insert("pipe", pipe_frame(600, start=100))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert town.count("pipe") == 20
    pd.testing.assert_frame_equal(town.batches(), before)
    assert rows(town.uri, "SELECT count(*) FROM wn_session") == [(0,)]


@pytest.mark.slow
def test_cancelling_in_the_middle_leaves_nothing(town):
    heard = []

    def listener(fraction: float, _text: str) -> bool:
        heard.append(fraction)
        return fraction < 0.6

    with pytest.raises(CancelledError), town.write("adopt", progress=Progress(listener)) as batch:
        batch.insert("pipe", pipe_frame(45_000, start=100))
    assert max(heard) < 1.0
    assert town.count("pipe") == 20
    assert rows(town.uri, "SELECT count(*) FROM change_log") == [(20,)]


def test_facts_of_a_batch_are_kept_as_json(town):
    with town.write("edit", name="mine", facts={"file": "管线.shp"}) as batch:
        batch.delete("pipe", ["P00001"])
    assert rows(town.uri, "SELECT name, facts, rows FROM batch WHERE batch_id = ?", batch.batch_id) == [
        ("mine", '{"file": "管线.shp"}', 1)
    ]
