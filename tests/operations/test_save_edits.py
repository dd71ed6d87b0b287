"""Edited rows are saved in one batch or not at all, and never over what others wrote."""

from __future__ import annotations

import datetime

import pytest
import shapely
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, ORIGIN, content, foreign, pipe_frame, rows
from support.unsettled import leave_unsettled

from waternet_plugin.core.editing.row_conflicts import MINE, Answers, RowAnswer
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.editing.row_shapes import dust_text
from waternet_plugin.core.errors import RowRefusedError
from waternet_plugin.core.schema.constraints import all_constraints
from waternet_plugin.core.schema.tables import table
from waternet_plugin.operations.editing import save_edits as saving
from waternet_plugin.operations.editing.save_edits import EditConflictsError, SaveRequest, save_edits
from waternet_plugin.store import create_network
from waternet_plugin.store.changes.unlikely_values import unlikely_text
from waternet_plugin.store.user import UNKNOWN_CLIENT

LINE = shapely.LineString([(ORIGIN[0], ORIGIN[1] + 900), (ORIGIN[0] + 40, ORIGIN[1] + 900)])


@pytest.fixture(autouse=True)
def _unsettled(monkeypatch):
    leave_unsettled(monkeypatch)


@pytest.fixture
def town(tmp_path):
    network = create_network(tmp_path / "town.gpkg", CRS, by="tester")
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(20))
    return network


def save(network, *edits: RowEdit, seen: str | None = None, **more: object):
    return save_edits(network, SaveRequest(edits, seen or network.position(), **more))


def changed(network, fid: int, **values: object) -> RowEdit:
    before = network.rows("pipe", [fid])[fid]
    return RowEdit("pipe", fid, before, {**before, **values})


def deleted(network, fid: int) -> RowEdit:
    return RowEdit("pipe", fid, network.rows("pipe", [fid])[fid], None)


def made(key: int, pipe_id: str, **values: object) -> RowEdit:
    row = {"pipe_id": pipe_id, "system": "potable", "status": "in_use", "geom": LINE, **values}
    return RowEdit("pipe", key, None, row)


def node(key: int, node_id: str, **values: object) -> RowEdit:
    row = {
        "node_id": node_id,
        "kind": "junction",
        "status": "in_use",
        "geom": shapely.Point(ORIGIN),
        **values,
    }
    return RowEdit("node", key, None, {**row, **values})


@pytest.mark.slow
def test_everything_is_one_batch_with_one_entry_a_row(town):
    edits = (
        made(-3, "P00004"),
        changed(town, 1, street="New Street", edited_by="Li"),
        changed(town, 2, edited_by="Li"),
        deleted(town, 5),
        node(-4, "N-1"),
    )
    done = save(town, *edits)
    assert done.rows == {"pipe": 3, "node": 1}
    assert done.fids == {("pipe", -3): 21, ("node", -4): 1}
    found = rows(town.uri, "SELECT asset, action FROM change_log WHERE batch = ? ORDER BY seq", done.batch_id)
    assert found == [("P00004", "delete"), ("P00000", "update"), ("P00004", "insert"), ("N-1", "insert")]
    listed = town.batches().iloc[0]
    assert (listed["kind"], listed["name"], listed["rows"]) == ("edit", "Pipes, Nodes", 4.0)
    town.undo(done.batch_id)
    assert (town.count("pipe"), town.count("node")) == (20, 0)
    assert town.rows("pipe", [5])[5]["pipe_id"] == "P00004"


@pytest.mark.slow
def test_nothing_to_write_is_no_batch(town):
    before = content(town.uri)
    assert save(town, changed(town, 2, edited_by="Li")).batch_id == ""
    assert save(town).rows == {}
    assert content(town.uri) == before


THEIRS_CHANGE = "UPDATE pipe SET street = 'theirs', owner = 'they' WHERE fid = 2"
THEIRS_DELETE = "DELETE FROM pipe WHERE fid = 2"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sql", "is_deleted"), [(THEIRS_CHANGE, True), (THEIRS_CHANGE, False), (THEIRS_DELETE, False)]
)
def test_a_row_that_others_changed_since_is_not_overwritten(town, sql, is_deleted):
    seen = town.position()
    mine = deleted(town, 2) if is_deleted else changed(town, 2, street="mine")
    edits = (made(-1, "P-9"), changed(town, 1, street="a"), mine)
    foreign(town, sql)
    before = content(town.uri)
    with pytest.raises(EditConflictsError, match="such as P00001") as caught:
        save(town, *edits, seen=seen)
    assert [(one.table, one.key, one.by) for one in caught.value.conflicts] == [("pipe", 2, UNKNOWN_CLIENT)]
    assert content(town.uri) == before


@pytest.mark.slow
def test_what_others_changed_in_other_fields_is_kept(town):
    seen, mine = town.position(), changed(town, 2, material="pvc")
    foreign(town, THEIRS_CHANGE)
    assert save(town, mine, seen=seen).rows == {"pipe": 1}
    row = town.rows("pipe", [2])[2]
    assert (row["street"], row["owner"], row["material"]) == ("theirs", "they", "pvc")


@pytest.mark.slow
def test_an_answer_says_which_version_holds(town):
    seen, mine = town.position(), changed(town, 2, street="mine")
    foreign(town, THEIRS_CHANGE)
    with pytest.raises(EditConflictsError) as caught:
        save(town, mine, seen=seen)
    answer = RowAnswer(caught.value.conflicts[0], MINE)
    save(town, mine, seen=seen, answers=Answers({("pipe", 2): answer}))
    row = town.rows("pipe", [2])[2]
    assert (row["street"], row["owner"]) == ("mine", "they")


@pytest.mark.slow
def test_who_writes_another_row_at_that_moment_stops_nobody(town, monkeypatch):
    plain, calls = saving.rows_in_file, []

    def read(network, wanted, seen):
        found = plain(network, wanted, seen)
        if not calls:
            foreign(town, "UPDATE pipe SET street = 'theirs' WHERE fid = 7")
        calls.append(1)
        return found

    monkeypatch.setattr(saving, "rows_in_file", read)
    assert save(town, changed(town, 2, street="mine")).rows == {"pipe": 1}
    assert len(calls) == 1


@pytest.mark.slow
def test_who_writes_the_same_row_at_that_moment_is_seen(town, monkeypatch):
    plain, calls = saving.rows_in_file, []

    def read(network, wanted, seen):
        found = plain(network, wanted, seen)
        if not calls:
            foreign(town, "UPDATE pipe SET street = 'theirs' WHERE fid = 2")
        calls.append(1)
        return found

    monkeypatch.setattr(saving, "rows_in_file", read)
    with pytest.raises(EditConflictsError):
        save(town, changed(town, 2, street="mine"))
    assert len(calls) == 2
    assert town.rows("pipe", [2])[2]["street"] == "theirs"


@pytest.mark.slow
def test_a_fault_in_one_table_leaves_the_other_as_it_was(town):
    before = content(town.uri)
    with pytest.raises(RowRefusedError) as caught:
        save(town, made(-1, "P-9"), node(-2, "N-1"), node(-3, "N-1"))
    assert (caught.value.table, caught.value.key, caught.value.field) == ("node", -3, "node_id")
    assert content(town.uri) == before


@pytest.mark.slow
def test_a_part_without_length_is_told_and_not_written(town):
    before = town.rows("pipe", [2])[2]
    end = shapely.Point(before["geom"].coords[-1])
    rest = shapely.LineString([end, (end.x + 1e-9, end.y)])
    done = save(town, changed(town, 2, street="mine"), made(-1, "P-9", geom=rest))
    assert done.left_out == (before["pipe_id"],)
    assert before["pipe_id"] in dust_text(done.left_out)
    assert ("pipe", -1) not in done.fids and town.count("pipe") == 20
    assert dust_text(save(town, changed(town, 2, street="theirs")).left_out) == ""


SOFT = [one for one in all_constraints() if not one.hard and "IS NOT NULL" not in one.rule]


def _unlikely_row(rule):
    """Return values that a soft rule warns of."""
    (other,) = rule.columns - {rule.field} or {None}
    kind = table(rule.table).field(rule.field).type
    if kind == "text":
        return {rule.field: "N-1", other: "N-1"}
    if kind == "date":
        return {rule.field: datetime.date(2020, 1, 1), other: datetime.date(2020, 1, 2)}
    if kind == "datetime":
        return {rule.field: "2020-01-01T00:00:00Z", other: "2020-01-02T00:00:00Z"}
    if kind == "integer" and other:
        return {rule.field: 2, other: 1}
    return {rule.field: 0.1, other: 0.2} if other else {rule.field: 123456.0}


@pytest.mark.parametrize("rule", a_few_quick(SOFT, 1), ids=lambda rule: f"{rule.table}.{rule.field}")
def test_whatever_a_form_warns_of_the_save_tells(town, rule):
    closed = {
        "item_id": "W-9",
        "type": "patrol",
        "state": "done",
        "gis_checked_on": datetime.date(2020, 1, 3),
    }
    listed = {"item_id": "PI-9", "programme": "meter_to_household"}
    row = {
        "pipe": lambda: made(-1, "P-9", **_unlikely_row(rule)),
        "node": lambda: node(-1, "N-9", **_unlikely_row(rule)),
        "failure": lambda: RowEdit("failure", -1, None, {"failure_id": "F-9", **_unlikely_row(rule)}),
        "work_item": lambda: RowEdit("work_item", -1, None, {**closed, **_unlikely_row(rule)}),
        "programme_item": lambda: RowEdit("programme_item", -1, None, {**listed, **_unlikely_row(rule)}),
    }[rule.table]()
    done = save(town, row)
    (one,) = done.unlikely
    assert (one.rule, one.rows) == (rule, 1)
    text = unlikely_text(done.unlikely)
    assert row.asset in text and rule.reason in text
    # What nobody touched is told once.
    (fid,) = done.fids.values()
    before = town.rows(rule.table, [fid])[fid]
    again = RowEdit(rule.table, fid, before, {**before, "note": "seen"})
    assert save(town, again).unlikely == ()


@pytest.mark.slow
def test_rows_of_one_field_are_counted_together(town):
    deep = [changed(town, fid, depth_start_m=150.0) for fid in (2, 3)]
    done = save(town, *deep, changed(town, 4, depth_end_m=2.0))
    assert [(one.rule.field, one.rows) for one in done.unlikely] == [("depth_start_m", 2)]


def test_a_row_is_edited_once():
    with pytest.raises(ValueError, match="twice"):
        SaveRequest((made(-1, "P-8"), made(-1, "P-9")), "0 ")
