"""A batch is taken back whole, later edits are never overwritten, and an undo can be undone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from support.slow_cases import a_few_quick
from support.store_helpers import assessment_frame, content, is_on_server, pipe_frame, rows, run_frame, who

from waternet_plugin.core.errors import CancelledError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import table
from waternet_plugin.store.geopackage.tables import triggers
from waternet_plugin.store.geopackage.undoing import undo

pytestmark = pytest.mark.either_store

LOGGED = [field.name for field in triggers.logged_fields(table("pipe"))]


def pipes(network):
    """Return the pipes without what the store counts."""
    return network.read(
        "pipe", ["fid", *LOGGED, "map_class", "map_code", "map_width", "map_rank", "map_flow"]
    )


def change(network) -> None:
    """Add, change (twice), move, rename and delete pipes in one batch."""
    with network.write("edit", name="change") as batch:
        batch.insert(
            "pipe", pipe_frame(3, start=50, note="a\"b'c\\d\n中文\x07", diameter_mm=[0.1 + 0.2, 1e-300, 100])
        )
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001", "P00050"], "street": ["新路", None]}))
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["旧路"], "status": ["removed"]}))
        moved = network.read("pipe", ["pipe_id"], ids=["P00002"])
        moved["geom"] = shapely.linestrings([[[400_000.1, 2_500_000.2, 1.1], [400_000.3, 2_500_050, 2.2]]])
        batch.update("pipe", moved)
        batch.delete("pipe", ["P00003", "P00004"])


@pytest.mark.slow
def test_an_undo_gives_back_what_was(town):
    before = pipes(town)
    change(town)
    after = pipes(town)
    undone = town.undo(by="anna")
    assert (undone.batch_id, undone.undone_batch, undone.rows) == ("B0004", "B0003", 9)
    assert_geodataframe_equal(pipes(town), before)
    again = town.undo("B0004")
    assert again.undone_batch == "B0004"
    assert_geodataframe_equal(pipes(town), after)
    batches = town.batches().set_index("batch_id")
    assert batches["undone"].to_dict() == {
        "B0005": None,
        "B0004": "B0005",
        "B0003": None,
        "B0002": None,
        "B0001": None,
    }
    assert batches.loc["B0004", "by"] == who(town, "anna")


@pytest.mark.slow
@pytest.mark.parametrize("count", [20, 1500])
def test_undoing_an_adoption_empties_the_table(network, count):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(count))
    written = network.read("pipe", ["fid", *LOGGED])
    assert network.undo().rows == count
    assert network.count("pipe") == 0
    assert len(network.boxes("pipe")) == 0
    counted = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'pipe'"
    assert is_on_server(network.uri) or rows(network.uri, counted) == [(0,)]
    network.undo("B0003")
    assert_geodataframe_equal(network.read("pipe", ["fid", *LOGGED]), written)
    assert len(network.boxes("pipe")) == count


@pytest.mark.slow
def test_without_an_id_batches_are_taken_back_one_after_the_other(town):
    change(town)
    assert town.undo().undone_batch == "B0003"
    assert town.undo().undone_batch == "B0002"
    assert town.count("pipe") == 0
    with pytest.raises(StoreError, match="no batch to undo"):
        town.undo()


def test_later_edits_block_the_undo_and_are_listed(town):
    with town.write("edit", by="bob") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001", "P00002"], "street": ["a", "b"]}))
    before = content(town.uri)
    with pytest.raises(StoreError) as caught:
        town.undo("B0002")
    assert "2 of its rows were changed later, such as pipe P00001" in caught.value.message
    assert "B0003" in caught.value.message
    assert len(caught.value.details) == 2
    assert who(town, "bob") in caught.value.details[0]
    assert content(town.uri) == before
    town.undo("B0003")
    town.undo("B0002")
    assert town.count("pipe") == 0


def test_edits_of_other_rows_do_not_block(town):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["a"]}))
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["b"]}))
    town.undo("B0003")
    assert town.read("pipe", ids=["P00001", "P00002"])["street"].tolist() == ["人民路", "b"]


@pytest.mark.slow
def test_a_redone_batch_can_be_undone_again(town):
    change(town)
    after = pipes(town)
    town.undo("B0003")
    town.undo("B0004")
    town.undo("B0003")
    assert town.batches().set_index("batch_id")["undone"].to_dict() == {
        "B0006": None,
        "B0005": "B0006",
        "B0004": "B0005",
        "B0003": "B0006",
        "B0002": None,
        "B0001": None,
    }
    town.undo("B0006")
    assert_geodataframe_equal(pipes(town), after)


def test_what_can_not_be_undone_says_why(town):
    town.undo()
    for batch, sentence in (
        ("B0002", "already been undone, by B0003"),
        ("B0001", "can't be undone"),
        ("B9999", "There is no batch B9999"),
    ):
        with pytest.raises(StoreError, match=sentence):
            town.undo(batch)


@pytest.mark.slow
def test_runs_undone_vanish_and_come_back(town):
    for run in ("R1", "R2"):
        with town.write("assess", name=run) as batch:
            batch.insert("assessment_run", run_frame(run))
            batch.insert("assessment", assessment_frame(run, [f"P{number:05d}" for number in range(600)]))
    before = town.read("assessment")
    town.undo()
    assert set(town.read("assessment", ["run_id"])["run_id"]) == {"R1"}
    assert town.read("assessment_run", ["run_id"])["run_id"].tolist() == ["R1"]
    town.undo("B0005")
    pd.testing.assert_frame_equal(town.read("assessment"), before)
    town.undo("B0006")
    assert set(town.read("assessment", ["run_id"])["run_id"]) == {"R1"}
    town.undo("B0007")
    town.undo("B0004")
    assert set(town.read("assessment", ["run_id"])["run_id"]) == {"R1"}
    assert town.read("assessment_run", ["run_id"])["run_id"].tolist() == ["R1"]


def test_settings_come_back_too(town):
    with town.write("setting") as batch:
        batch.set_setting("general.currency", "EUR")
    with town.write("setting") as batch:
        batch.set_setting("general.currency", "USD")
    town.undo()
    assert town.settings().text("general.currency") == "EUR"
    town.undo()
    assert town.settings().text("general.currency") == "CNY"


def test_unknown_numbers_stay_unknown(town):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "diameter_mm": [np.nan]}))
    town.undo()
    assert town.read("pipe", ids=["P00001"])["diameter_mm"].tolist() == [150.5]
    town.undo("B0004")
    assert town.read("pipe", ids=["P00001"])["diameter_mm"].isna().tolist() == [True]


@pytest.mark.parametrize("at", a_few_quick([0.05, 0.15, 0.3, 0.6], 1))
def test_a_cancelled_undo_leaves_everything(town, monkeypatch, at):
    monkeypatch.setattr(undo, "PAGE_ENTRIES", 5)
    before = content(town.uri)
    with pytest.raises(CancelledError):
        town.undo(progress=Progress(lambda fraction, _text: fraction < at))
    assert content(town.uri) == before


@pytest.mark.slow
def test_batches_that_renamed_a_row_are_taken_back_one_after_the_other(town):
    before = pipes(town)
    with town.write("edit") as batch:
        batch.update_rows("pipe", {3: {"street": "新路"}})
    # As a merge keeps the id of the longer pipe: the row has another name from then on.
    with town.write("edit") as batch:
        batch.delete_rows("pipe", [4])
        batch.update_rows("pipe", {3: {"pipe_id": "P00003", "street": "旧路"}})
    names = set(before["pipe_id"]) - set(pipes(town)["pipe_id"])
    assert len(names) == 1
    renamed = pipes(town)
    assert town.undo().undone_batch == "B0004"
    assert town.undo().undone_batch == "B0003"
    assert_geodataframe_equal(pipes(town), before)
    town.undo("B0006")
    town.undo("B0005")
    assert_geodataframe_equal(pipes(town), renamed)
