"""The second delivery into a network: followed ids, what people set, undo, two windows, events without id."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.adoption_frames import CRS, frame, line, point, rejected
from support.delivered_town import LINES, MAPPING, column, deliver, delivered, delivery, edit, part, whole
from support.edited_streets import Hand, write_streets
from support.updating_frames import counts, states

from waternet_plugin import store
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import ConflictError, StoreError
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.operations.adoption.adoption_target import Target
from waternet_plugin.store.network import Network

BOTH: dict[str, Any] = {"mode": "both"}


@pytest.fixture(scope="module")
def _delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return delivered(tmp_path_factory.mktemp("delivered"))


@pytest.fixture
def network(_delivered: Path, tmp_path: Path) -> Iterator[Network]:
    """Pipes A, B and C, adopted."""
    with store.open_network(shutil.copy(_delivered, tmp_path / "town.gpkg"), by="li") as opened:
        yield opened


@pytest.mark.slow
def test_the_same_file_again_writes_no_batch(network: Network) -> None:
    before = len(network.batches())
    result, batch = deliver(network, delivery(), **BOTH)
    assert (batch, counts(result), len(network.batches())) == ("", (0, 3, 0, 0, 0), before)


@pytest.mark.slow
def test_an_update_is_one_batch_that_is_undone_and_redone_whole(network: Network) -> None:
    before = whole(network)
    rows = delivery("ABD", MAT=["CI", "PE", "PE"], DN=[100.0, 150.0, 80.0])
    result, batch = deliver(network, rows, **BOTH)
    assert counts(result) == (2, 0, 1, 0, 0)
    after = whole(network)
    assert after["pipe_id"].tolist() == ["A", "B", "C", "D"]
    assert network.batches()["kind"][0] == "update"
    network.undo(batch)
    pd.testing.assert_frame_equal(whole(network), before)
    network.undo(network.batches()["batch_id"][0])
    pd.testing.assert_frame_equal(whole(network), after)
    assert counts(deliver(network, rows, **BOTH)[0]) == (0, 3, 0, 0, 0)


@pytest.mark.slow
def test_what_people_set_since_the_last_delivery_stays(network: Network) -> None:
    edit(network, pipe_id=["A", "B"], material=["cast_iron", "cast_iron"])
    edit(network, "survey", pipe_id=["B"], material=["steel"])
    edit(network, "repair", pipe_id=["C"], street=["Two Road"])
    result, batch = deliver(network, delivery(DN=[150.0, 150.0, 100.0]), **BOTH)
    assert states(result) == [
        ("A", "material", "cast_iron", "pe", "conflict"),
        ("A", "diameter_mm", "100", "150", "changed"),
        ("B", "material", "steel", "pe", "changed"),
        ("B", "diameter_mm", "100", "150", "changed"),
        ("C", "street", "Two Road", "One Road", "conflict"),
    ]
    assert counts(result) == (2, 0, 0, 1, 0)
    assert batch
    assert column(network, "material") == {"A": "cast_iron", "B": "pe", "C": "pe"}


@pytest.mark.slow
def test_what_stayed_once_stays_next_month_too(network: Network) -> None:
    edit(network, pipe_id=["A"], material=["cast_iron"])
    deliver(network, delivery(DN=[150.0, 100.0, 100.0]), **BOTH)
    result, _batch = deliver(network, delivery(DN=[200.0, 100.0, 100.0]), **BOTH)
    assert ("A", "material", "cast_iron", "pe", "conflict") in states(result)
    assert column(network, "material")["A"] == "cast_iron"
    deliver(network, delivery(DN=[200.0, 100.0, 100.0]), mode="both", take_conflicts=True)
    assert column(network, "material")["A"] == "pe"
    result, _batch = deliver(network, delivery(MAT=["CI", "PE", "PE"], DN=[200.0, 100.0, 100.0]), **BOTH)
    assert states(result) == [("A", "material", "pe", "cast_iron", "changed")]


@pytest.mark.slow
def test_what_the_file_agreed_to_is_the_delivery(network: Network) -> None:
    edit(network, pipe_id=["A"], material=["cast_iron"])
    deliver(network, delivery(MAT=["CI", "PE", "PE"], DN=[150.0, 100.0, 100.0]), **BOTH)
    result, _batch = deliver(network, delivery(DN=[150.0, 100.0, 100.0]), **BOTH)
    assert states(result) == [("A", "material", "cast_iron", "pe", "changed")]


@pytest.mark.slow
def test_an_edit_that_was_undone_is_nobodys(network: Network) -> None:
    batch = edit(network, pipe_id=["A"], street=["Two Road"])
    network.undo(batch)
    result, _batch = deliver(network, delivery(ROAD=["Three Road", "One Road", "One Road"]), **BOTH)
    assert states(result) == [("A", "street", "One Road", "Three Road", "changed")]


@pytest.mark.slow
def test_after_an_undone_update_what_people_set_is_theirs_again(network: Network) -> None:
    edit(network, pipe_id=["A"], street=["Two Road"])
    _result, batch = deliver(network, delivery(), mode="both", take_conflicts=True)
    assert column(network, "street")["A"] == "One Road"
    network.undo(batch)
    assert states(deliver(network, delivery(), **BOTH)[0]) == [
        ("A", "street", "Two Road", "One Road", "conflict")
    ]


def test_a_pipe_that_somebody_drew_has_no_delivery(network: Network) -> None:
    row = {"pipe_id": "Z", "system": "potable", "status": "in_use", "material": "pe", "geom": LINES[5]}
    with network.write("edit") as batch:
        batch.insert("pipe", gpd.GeoDataFrame([row], geometry="geom", crs=CRS))
    rows = delivery("Z", MAT=["CI"], DN=[150.0], geom=[LINES[5]])
    result, _batch = deliver(network, rows, **BOTH)
    # The material was typed with it; diameter and street were not known.
    assert [one for one in states(result) if one[0] == "Z"] == [
        ("Z", "material", "pe", "cast_iron", "conflict"),
        ("Z", "diameter_mm", None, "150", "changed"),
        ("Z", "street", None, "One Road", "changed"),
    ]


@pytest.mark.slow
def test_a_renamed_row_is_found_in_every_table(network: Network) -> None:
    def rename(table: str, old: str, new: str) -> None:
        id_field = f"{table}_id"
        fid, row = next(iter(network.rows_where(table, id_field, [old]).items()))
        with network.write("edit") as batch:
            batch.update_rows(table, {fid: {**row, id_field: new}})

    defaults = {"system": "potable", "status": "in_use", "kind": "valve"}
    mapping = {"fields": {"node_id": "ID", "note": "N"}, "defaults": defaults}
    nodes = frame([point(0, 0), point(100, 0)], ID=["n1", "n2"], N=["a", "b"])
    deliver(network, nodes, mapping, "node")
    rename("node", "n1", "m1")
    rename("node", "m1", "k1")
    result, _batch = deliver(network, nodes.assign(N=["c", "b"]), mapping, "node", **BOTH)
    assert states(result) == [("k1", "note", "a", "c", "changed")]
    rename("pipe", "A", "X")
    result, _batch = deliver(network, delivery(DN=[150.0, 100.0, 100.0]), **BOTH)
    assert states(result) == [("X", "diameter_mm", "100", "150", "changed")]


def _split(network: Network, name: str, new: str) -> None:
    fid, row = next(iter(network.rows_where("pipe", "pipe_id", [name]).items()))
    halves = [shapely.ops.substring(row["geom"], *ends, normalized=True) for ends in ((0, 0.4), (0.4, 1))]
    hand = Hand(network)
    hand.save(
        RowEdit("pipe", fid, row, {**row, "geom": halves[0]}),
        RowEdit("pipe", -2, None, {**row, "pipe_id": new, "geom": halves[1]}),
    )


@pytest.mark.slow
def test_a_split_pipe_takes_the_fields_in_each_part(network: Network) -> None:
    edit(network, pipe_id=["B"], street=["Two Road"])
    _split(network, "A", "A-2")
    _split(network, "B", "B-2")
    rows = delivery(MAT=["CI", "CI", "PE"], ROAD=["Three Road"] * 3)
    result, _batch = deliver(network, rows, mode="both", take_geometry=True)
    assert column(network, "material") == {"A": "cast_iron", "B": "cast_iron", "C": "pe"} | {
        "A-2": "cast_iron",
        "B-2": "cast_iron",
    }
    # The street of B was set by hand before it was cut: it stays in both parts.
    assert column(network, "street") == {
        "A": "Three Road", "A-2": "Three Road", "B": "Two Road", "B-2": "Two Road", "C": "Three Road",
    }  # fmt: skip
    assert not result.update.count("moved")
    assert column(network, "length_m") == pytest.approx({"A": 40, "A-2": 60, "B": 40, "B-2": 60, "C": 100})
    assert result.update.gone == ()
    assert counts(deliver(network, rows, **BOTH)[0]) == (0, 2, 0, 1, 0)


@pytest.mark.slow
def test_a_row_of_parts_is_found_by_its_parts(network: Network) -> None:
    two = shapely.MultiLineString([line((0, 50), (30, 50)), line((60, 50), (100, 50))])
    rows = delivery("E", geom=[two])
    deliver(network, rows)
    assert {"E.1", "E.2"} <= set(column(network, "status"))
    result, _batch = deliver(network, delivery("E", geom=[two], DN=[150.0]), **BOTH)
    assert counts(result) == (1, 0, 0, 0, 0)
    assert column(network, "diameter_mm")["E.2"] == 150.0
    assert counts(deliver(network, delivery("E", geom=[two], DN=[150.0]), **BOTH)[0]) == (0, 1, 0, 0, 0)


@pytest.mark.slow
def test_a_merged_pipe_is_written_by_its_own_row(network: Network) -> None:
    rows = {
        name: one
        for one in network.rows_where("pipe", "pipe_id", ["A", "B"]).items()
        for name in [one[1]["pipe_id"]]
    }
    merged = shapely.line_merge(shapely.union_all([rows["A"][1]["geom"], rows["B"][1]["geom"]]))
    Hand(network).save(
        RowEdit("pipe", rows["B"][0], rows["B"][1], None),
        RowEdit("pipe", rows["A"][0], rows["A"][1], {**rows["A"][1], "geom": merged}),
    )
    result, _batch = deliver(network, delivery(DN=[150.0, 80.0, 100.0]), **BOTH)
    assert rejected(result) == [(2, "same_asset")]
    assert column(network, "diameter_mm") == {"A": 150.0, "C": 100.0}


@pytest.mark.slow
@pytest.mark.parametrize("way", ["shift", "prefix"])
def test_ids_are_followed_however_they_were_changed(tmp_path: Path, way: str) -> None:
    write_streets(tmp_path / "streets.gpkg")
    with store.open_network(tmp_path / "streets.gpkg", by="li") as network:
        before = network.read("pipe", ["pipe_id", "diameter_mm"])
        getattr(Hand(network), way)()
        rows = before.rename(columns={"pipe_id": "ID", "diameter_mm": "DN"})
        rows["DN"] = [200.0 + at for at in range(len(rows))]
        mapping = {"fields": {"pipe_id": "ID", "diameter_mm": "DN"}, "defaults": MAPPING["defaults"]}
        result, _batch = deliver(network, rows, mapping, **BOTH)
        assert counts(result) == (len(rows), 0, 0, 0, 0)
        after = network.read("pipe", ["pipe_id", "diameter_mm"])
        lying = {one.wkt: value for one, value in zip(after["geom"], after["diameter_mm"])}
        assert [lying[one.wkt] for one in before["geom"]] == rows["DN"].tolist()
        assert result.update.gone == ()


@pytest.mark.slow
def test_moved_geometry_is_taken_on_request_and_undone(network: Network) -> None:
    before = whole(network)
    rows = delivery(geom=[line((0, 2), (100, 2)), *LINES[1:3]])
    assert counts(deliver(network, rows, **BOTH)[0]) == (0, 3, 0, 0, 0)
    result, batch = deliver(network, rows, mode="both", take_geometry=True)
    assert counts(result) == (1, 2, 0, 0, 0)
    assert whole(network)["geom"][0].equals(rows.geometry[0])
    network.undo(batch)
    pd.testing.assert_frame_equal(whole(network), before)


@pytest.mark.slow
def test_two_layers_of_a_run_do_not_write_one_row_twice(network: Network) -> None:
    one, other = delivery("AB", DN=[150.0, 100.0]), delivery("CA", DN=[80.0, 90.0], geom=[LINES[2], LINES[0]])
    target = Target(network.crs, network)
    shown = adopt_layers.examine_all(target, [part(one, **BOTH), part(other, **BOTH)])
    assert [rejected(result) for result in shown] == [[], [(2, "duplicate_id")]]
    assert [result.update.gone for result in shown] == [(), ()]
    done = adopt_layers.adopt_all(
        network, [part(one, **BOTH), part(other, **BOTH)], shown=shown, backup=False
    )
    assert [bool(each.batch_id) for each in done] == [True, True]
    assert column(network, "diameter_mm") == {"A": 150.0, "B": 100.0, "C": 80.0}


@pytest.mark.slow
def test_rows_that_others_changed_meanwhile_are_refused(network: Network) -> None:
    target = Target(network.crs, network)
    result = adopt_layers.examine(target, part(delivery(DN=[150.0, 100.0, 100.0]), **BOTH))
    edit(network, pipe_id=["A"], note=["meanwhile"])
    with pytest.raises(ConflictError):
        adopt_layers.write(network, result, name="file", seen=target.seen, backup=False)
    assert column(network, "diameter_mm")["A"] == 100.0


@pytest.mark.slow
def test_an_update_that_would_do_more_than_was_shown_is_refused(network: Network) -> None:
    parts = [part(delivery(DN=[150.0, 100.0, 100.0]), **BOTH)]
    shown = adopt_layers.examine_all(Target(network.crs, network), parts)
    edit(network, pipe_id=["B"], diameter_mm=[80.0])
    with pytest.raises(StoreError, match="look at the new list"):
        adopt_layers.adopt_all(network, parts, shown=shown, backup=False)
    assert column(network, "diameter_mm") == {"A": 100.0, "B": 80.0, "C": 100.0}


@pytest.mark.slow
def test_the_batch_names_the_file_and_its_hash(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "管线 六月.geojson"
    path.write_bytes(b"anything")
    deliver(network, delivery(DN=[150.0, 100.0, 100.0]), mode="both", origin=f"{path}|layername=x")
    newest = network.batches().iloc[0]
    assert (newest["file"], newest["sha256"]) == (path.name, hashlib.sha256(b"anything").hexdigest())
    assert network.batches()["file"].tolist()[1:] == [None] * (len(network.batches()) - 1)


# ------------------------------------------------------------------------------ events without an id

FAILURES = {"fields": {"date": "DAY", "kind": "KIND", "reported_pipe_id": "PIPE"}}


def _failures(days, pipes, kinds=None, places=None, *, x: float = 0.0) -> gpd.GeoDataFrame:
    many = len(days)
    shapes = places or [point(10 * k + x, 3) for k in range(many)]
    return frame(shapes, DAY=list(days), PIPE=list(pipes), KIND=list(kinds or ["main_break"] * many))


@pytest.mark.slow
def test_events_that_are_there_are_not_adopted_again(network: Network) -> None:
    rows = _failures(["2026-01-02", "2026-01-03", None], ["A", "B", "A"])
    assert counts_of(deliver(network, rows, FAILURES, "failure")[0]) == (3, 0)
    result, batch = deliver(network, rows, FAILURES, "failure")
    assert (counts_of(result), batch) == ((0, 3), "")
    assert {code for _row, code in rejected(result)} == {"same_row_there"}
    more = _failures(["2026-01-02", "2026-01-03", None, "2026-01-03"], ["A", "B", "A", "A"])
    assert counts_of(deliver(network, more, FAILURES, "failure")[0]) == (1, 3)
    again = {**FAILURES, "repeats": "take"}
    assert counts_of(deliver(network, more, again, "failure")[0]) == (4, 0)


def counts_of(result) -> tuple[int, int]:
    return result.rows_written, result.rows_rejected


def test_of_like_events_as_many_are_left_out_as_are_there(network: Network) -> None:
    deliver(network, _failures(["2026-01-02"] * 2, ["A"] * 2), FAILURES, "failure")
    result, _batch = deliver(network, _failures(["2026-01-02"] * 3, ["A"] * 3), FAILURES, "failure")
    assert counts_of(result) == (1, 2)
    assert rejected(result) == [(1, "same_row_there"), (2, "same_row_there")]


@pytest.mark.slow
def test_events_that_name_no_pipe_are_told_by_their_place(network: Network) -> None:
    deliver(network, _failures(["2026-01-02"], [None]), FAILURES, "failure")
    near, far = _failures(["2026-01-02"], [None], x=0.9), _failures(["2026-01-02"], [None], x=1.1)
    assert counts_of(deliver(network, near, FAILURES, "failure")[0]) == (0, 1)
    assert counts_of(deliver(network, far, FAILURES, "failure")[0]) == (1, 0)
    other = _failures(["2026-01-02"], [None], ["joint"])
    assert counts_of(deliver(network, other, FAILURES, "failure")[0]) == (1, 0)


@pytest.mark.slow
def test_work_is_told_by_its_asset_whatever_that_is_called_now(network: Network) -> None:
    mapping = {"fields": {"opened_on": "DAY", "type": "KIND", "asset": "PIPE"}}
    rows = _failures(["2026-01-02", "2026-01-02"], ["A", "B"], ["patrol", "clean"])
    assert counts_of(deliver(network, rows, mapping, "work_item")[0]) == (2, 0)
    fid, row = next(iter(network.rows_where("pipe", "pipe_id", ["A"]).items()))
    Hand(network).save(RowEdit("pipe", fid, row, {**row, "pipe_id": "X"}))
    assert counts_of(deliver(network, rows, mapping, "work_item")[0]) == (0, 2)


@pytest.mark.slow
def test_two_files_of_one_run_bring_an_event_once(network: Network) -> None:
    rows = _failures(["2026-01-02"], ["A"])
    parts = [part(rows, FAILURES, "failure"), part(rows, FAILURES, "failure")]
    shown = adopt_layers.examine_all(Target(network.crs, network), parts)
    assert [counts_of(one) for one in shown] == [(1, 0), (0, 1)]
    adopt_layers.adopt_all(network, parts, backup=False)
    assert network.count("failure") == 1


@pytest.mark.slow
def test_customers_are_updated_by_the_fields_that_are_named(network: Network) -> None:
    fields = {"customer_id": "ID", "demand_m3d": "Q"}
    rows = frame([point(1, 1), point(2, 2)], ID=["U1", "U2"], Q=[0.4, 0.5])
    deliver(network, rows, {"fields": fields}, "customer")
    result, _batch = deliver(
        network, pd.DataFrame({"ID": ["U2"], "Q": [0.7]}), {"fields": fields}, "customer", **BOTH
    )
    assert states(result)[0] == ("U2", "demand_m3d", "0.5", "0.7", "changed")
    assert column(network, "demand_m3d", "customer") == {"U1": 0.4, "U2": 0.7}


@pytest.mark.slow
def test_streets_that_were_edited_at_random_keep_their_update(tmp_path: Path) -> None:
    write_streets(tmp_path / "streets.gpkg")
    with store.open_network(tmp_path / "streets.gpkg", by="li") as network:
        before = network.read("pipe", ["pipe_id"])
        hand = Hand(network, seed=3)
        hand.play(6)
        mapping = {"fields": {"pipe_id": "ID", "soil": "S"}, "defaults": MAPPING["defaults"]}
        rows = before.rename(columns={"pipe_id": "ID"}).assign(S=["medium"] * len(before))
        untouched = network.read("pipe")
        result, batch = deliver(network, rows, mapping, mode="update")
        assert sum(counts(result)) == len(rows)
        assert counts(deliver(network, rows, mapping, mode="update")[0])[0] == 0
        if batch:
            network.undo(batch)
        names = ["pipe_id", "soil", "geom", "length_m", "street"]
        pd.testing.assert_frame_equal(network.read("pipe")[names], untouched[names])
