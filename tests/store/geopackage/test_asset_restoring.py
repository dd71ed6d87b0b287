"""An asset becomes again what it was, as a new batch; what can't be is refused and nothing is written."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.store_helpers import CRS, ORIGIN, content, foreign, pipe_frame, rows, who

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.store.changes.asset_changes import HistoryQuery, Restoring

pytestmark = pytest.mark.either_store

X, Y = ORIGIN


def node_frame(**places: tuple[float, float]) -> gpd.GeoDataFrame:
    frame = {"node_id": list(places), "kind": "junction", "status": "in_use", "system": "potable"}
    shapes = [shapely.Point(*place) for place in places.values()]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS).rename_geometry("geom")


def line_frame(asset: str, *points: tuple[float, float], **columns: object) -> gpd.GeoDataFrame:
    frame = {"pipe_id": [asset], **{name: [value] for name, value in columns.items()}}
    return gpd.GeoDataFrame(frame, geometry=[shapely.LineString(points)], crs=CRS).rename_geometry("geom")


@pytest.fixture
def street(town):
    """A town with the pipe S from node A to node B."""
    with town.write("adopt") as batch:
        batch.insert("node", node_frame(A=(X, Y + 500), B=(X + 10, Y + 500)))
        pipe = line_frame(
            "S",
            (X, Y + 500),
            (X + 10, Y + 500),
            system="potable",
            status="in_use",
            from_node="A",
            to_node="B",
            material="pe",
            diameter_mm=200.0,
        )
        batch.insert("pipe", pipe)
    return town


def last_seq(network) -> int:
    return int(rows(network.uri, "SELECT max(seq) FROM change_log")[0][0])


def edit(network, table: str = "pipe", **columns: object) -> int:
    """Change a row and return the entry of the change."""
    with network.write("edit", by="Wang") as batch:
        batch.update(table, pd.DataFrame({name: [value] for name, value in columns.items()}))
    return last_seq(network)


def move(network, asset: str, *points: tuple[float, float]) -> int:
    with network.write("edit") as batch:
        batch.update("pipe", line_frame(asset, *points))
    return last_seq(network)


def row(network, asset: str = "S") -> pd.Series:
    return network.read("pipe", ids=[asset]).iloc[0]


def refused(network, sentence: str, *, error: type[Exception] = StoreError, **request: object) -> None:
    """Expect a refusal that leaves the file as it is."""
    before = content(network.uri)
    with pytest.raises(error, match=sentence):
        network.restore_asset(Restoring(**{"table": "pipe", "asset": "S", **request}))
    assert content(network.uri) == before


@pytest.mark.slow
def test_one_value_comes_back_as_a_batch_that_can_be_undone(street):
    first = edit(street, pipe_id="S", material="steel", diameter_mm=300.0)
    edit(street, pipe_id="S", street="East Road")
    done = street.restore_asset(Restoring("pipe", "S", first, ("material",)), by="Li")
    assert (done.asset, done.fields, done.came_back) == ("S", ("material",), False)
    now = row(street)
    assert (now["material"], now["diameter_mm"], now["street"]) == ("pe", 300.0, "East Road")
    assert (now["edited_by"], now["batch_id"]) == (who(street, "Li"), done.batch_id)
    newest = street.batches().iloc[0]
    assert (newest["batch_id"], newest["kind"], newest["rows"]) == (done.batch_id, "revert", 1)
    told = street.history(HistoryQuery(batch_id=done.batch_id))
    by = who(street, "Li")
    assert told[["field", "before", "after", "by"]].values.tolist() == [["material", "steel", "pe", by]]
    street.undo(done.batch_id)
    assert row(street)["material"] == "steel"


@pytest.mark.slow
def test_a_whole_asset_becomes_what_it_was_and_keeps_what_it_was_not_asked(street):
    first = edit(street, pipe_id="S", material="steel", diameter_mm=300.0)
    edit(street, pipe_id="S", diameter_mm=None, note="dug up")
    done = street.restore_asset(Restoring("pipe", "S", first))
    assert set(done.fields) == {"material", "diameter_mm", "note"}
    now = row(street)
    assert (now["material"], now["diameter_mm"], now["note"]) == ("pe", 200.0, None)


def test_without_an_entry_the_last_change_is_taken_back(street):
    edit(street, pipe_id="S", material="steel")
    edit(street, pipe_id="S", material="clay")
    street.restore_asset(Restoring("pipe", "S"))
    assert row(street)["material"] == "steel"


def test_a_deleted_pipe_comes_back_as_it_was(street):
    before = row(street)
    with street.write("edit") as batch:
        batch.delete("pipe", ["S"])
    done = street.restore_asset(Restoring("pipe", "S"))
    assert done.came_back
    now = row(street)
    same = [name for name in now.index if name not in ("edited_by", "edited_on", "batch_id", "row_version")]
    assert now[same].astype(str).tolist() == before[same].astype(str).tolist()
    assert now["row_version"] > before["row_version"]
    box = (X - 1, Y + 499, X + 11, Y + 501)
    assert street.read("pipe", ["pipe_id"], bbox=box)["pipe_id"].tolist() == ["S"]
    street.undo(done.batch_id)
    assert street.read("pipe", ids=["S"]).empty


@pytest.mark.slow
def test_a_row_made_in_bulk_and_deleted_comes_back(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(600))
    before = row(network, "P00007")
    with network.write("edit") as batch:
        batch.delete("pipe", ["P00007"])
    network.restore_asset(Restoring("pipe", "P00007"))
    assert row(network, "P00007")["geom"].equals(before["geom"])


@pytest.mark.slow
def test_a_course_comes_back_with_the_length_of_its_line(street):
    seq = move(street, "S", (X, Y + 500), (X + 5, Y + 520), (X + 10, Y + 500))
    assert row(street)["length_m"] > 40
    street.restore_asset(Restoring("pipe", "S", seq, ("geom",)))
    assert row(street)["length_m"] == pytest.approx(10.0)
    assert list(row(street)["geom"].coords)[1] == (X + 10, Y + 500)


def test_a_changed_id_stays_and_the_rest_comes_back(street):
    seq = edit(street, pipe_id="S", material="steel")
    foreign(street, "UPDATE pipe SET pipe_id = 'T' WHERE pipe_id = 'S'")
    done = street.restore_asset(Restoring("pipe", "S", seq))
    assert (done.asset, row(street, "T")["material"]) == ("T", "pe")


def test_a_node_that_was_renamed_is_named_by_its_new_id(street):
    with street.write("edit") as batch:
        batch.delete("pipe", ["S"])
    foreign(street, "UPDATE node SET node_id = 'A2' WHERE node_id = 'A'")
    street.restore_asset(Restoring("pipe", "S"))
    assert row(street)[["from_node", "to_node"]].tolist() == ["A2", "B"]


def test_a_name_that_never_was_in_the_network_is_no_reason_to_refuse(street):
    seq = edit(street, pipe_id="S", from_node="elsewhere")
    second = edit(street, pipe_id="S", from_node="A")
    assert seq < second
    street.restore_asset(Restoring("pipe", "S", second))
    assert row(street)["from_node"] == "elsewhere"


@pytest.mark.slow
def test_a_pipe_whose_node_is_gone_is_refused(street):
    with street.write("edit") as batch:
        batch.delete("pipe", ["S"])
        batch.delete("node", ["B"])
    refused(street, r"“To node” was B, which has been deleted since\. First restore B")
    street.restore_asset(Restoring("node", "B"))
    street.restore_asset(Restoring("pipe", "S"))
    assert row(street)["to_node"] == "B"


def test_an_id_that_another_row_has_now_is_refused(street):
    with street.write("edit") as batch:
        batch.delete("pipe", ["S"])
    seq = last_seq(street)
    with street.write("edit") as batch:
        batch.insert("pipe", line_frame("S", (X, Y), (X + 1, Y), system="sewage", status="in_use"))
    # The new row of that id was not there then.
    refused(street, "was not in the network before entry", seq=seq)


def test_a_row_whose_old_id_is_taken_can_not_come_back_under_it(street):
    foreign(street, "UPDATE pipe SET pipe_id = 'T' WHERE pipe_id = 'S'")
    with street.write("edit") as batch:
        batch.delete("pipe", ["T"])
        batch.insert("pipe", line_frame("S", (X, Y), (X + 1, Y), system="sewage", status="in_use"))
    renamed = int(rows(street.uri, 'SELECT seq FROM change_log WHERE after LIKE \'%"pipe_id":"T"%\'')[0][0])
    refused(street, "another row has that id now", asset="T", seq=renamed)


@pytest.mark.slow
def test_a_course_that_would_leave_its_node_is_refused(street):
    with street.write("edit") as batch:
        batch.update("node", node_frame(B=(X + 20, Y + 500))[["node_id", "geom"]])
        batch.update("pipe", line_frame("S", (X, Y + 500), (X + 20, Y + 500)))
    seq = last_seq(street)
    refused(street, "its node B has been moved since", seq=seq, fields=("geom",))
    refused(street, r"would stay behind \(S\)", table="node", asset="B")
    street.undo(batch.batch_id)
    assert row(street)["geom"].length == pytest.approx(10.0)


def test_a_node_without_pipes_goes_back(street):
    with street.write("edit") as batch:
        batch.insert("node", node_frame(LONE=(X, Y + 900)))
    with street.write("edit") as batch:
        batch.update("node", node_frame(LONE=(X, Y + 950))[["node_id", "geom"]])
    street.restore_asset(Restoring("node", "LONE"))
    assert street.read("node", ids=["LONE"]).iloc[0]["geom"].y == Y + 900


@pytest.mark.slow
def test_what_can_not_be_restored_is_said_in_words(street):
    seq = edit(street, pipe_id="S", material="steel")
    refused(street, "neither in the network nor in its change log", asset="nobody")
    refused(street, "was not in the network before entry 1 ", seq=1)
    refused(street, f"has no entry {seq + 1}; its entries go up to {seq}", seq=seq + 1)
    refused(street, "The id of a row can't be restored", fields=("pipe_id",), error=InputError)
    refused(street, "has no field colour, row_version", fields=("colour", "row_version"), error=InputError)
    refused(street, "Rows of the table “assessment” can't be restored", table="assessment", error=InputError)
    street.restore_asset(Restoring("pipe", "S", seq))
    refused(street, "is already as it was before entry", seq=seq)
    with street.write("edit") as batch:
        batch.delete("pipe", ["S"])
    refused(street, "is deleted. Restore all of it first", fields=("material",))


@pytest.mark.slow
def test_an_old_value_that_a_form_would_refuse_comes_back(street):
    foreign(street, "UPDATE pipe SET diameter_mm = -1 WHERE pipe_id = 'S'")
    seq = edit(street, pipe_id="S", diameter_mm=100.0)
    street.restore_asset(Restoring("pipe", "S", seq))
    assert row(street)["diameter_mm"] == -1
