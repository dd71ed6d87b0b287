"""Save by QGIS's own button on a server: one batch or nothing, with the plugin or without."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication
from support.database_server import server_of_run, skip_or_fail_without_server
from support.edit_session import (
    buffer_state,
    change,
    draw,
    fid_of,
    is_empty,
    last_batch,
    layer_in_editing,
    logged,
    make_network,
    put,
    split,
)
from support.store_helpers import content, in_schema, rows

from waternet_plugin.bridge.edits.id_numbers import highest_number, look_through, newest_id
from waternet_plugin.bridge.layers.marks import NETWORK_MARK
from waternet_plugin.bridge.saving.homes import home_of
from waternet_plugin.core.editing.row_conflicts import MINE, Answers, RowAnswer
from waternet_plugin.operations.editing.save_edits import EditConflictsError
from waternet_plugin.store import open_network, parse
from waternet_plugin.store.postgis.schema_network import SchemaNetwork


@pytest.fixture(scope="session")
def _base(qgis_app):
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    make_network(server.address(database, "城 1"))
    return database


@pytest.fixture
def path(_base):
    """Address of a network of one's own."""
    server = server_of_run()
    database = server.make_database(like=_base)
    yield server.address(database, "城 1")
    QgsProject.instance().clear()
    server.drop_database(database)


def _sql(path, sql, *values, program="psql"):
    """Run a statement as another program does."""
    with in_schema(path) as database:
        database.native("SELECT set_config('application_name', %s, false)", program)
        database.native(sql, *values)


def _events():
    for _each in range(5):
        QCoreApplication.processEvents()


def test_a_network_that_was_opened_beside_the_window_is_taken_once(pipes, saves, path, monkeypatch):
    closed = []

    def close(network):
        closed.append(network)

    monkeypatch.setattr(SchemaNetwork, "close", close)
    # Editing has begun, so that it is open.
    assert saves.not_open_on_servers() == set()
    late = open_network(path)
    saves.take_opened(str(path), late)
    assert closed == [late]
    QgsProject.instance().clear()
    assert saves.not_open_on_servers() == set()
    gone = open_network(path)
    saves.take_opened(str(path), gone)
    assert closed == [late, gone]


@pytest.mark.slow
def test_layers_are_saved_together_in_one_batch(pipes, nodes, path):
    split(pipes, "P-4")
    change(pipes, "P-2", material="pe")
    pipes.deleteFeature(fid_of(pipes, "P-3"))
    put(nodes, "N-2")
    pipes.selectByIds([fid_of(pipes, "P-4")])
    assert pipes.commitChanges(False), pipes.commitErrors()
    assert last_batch(path)[1:] == ("edit", 5)
    assert logged(path) == [
        ("N-2", "insert"),
        ("P-1", "update"),
        ("P-2", "update"),
        ("P-3", "delete"),
        ("P-4", "insert"),
    ]
    assert is_empty(pipes) and is_empty(nodes)
    assert pipes.isEditable() and nodes.isEditable()
    assert sorted(one["pipe_id"] for one in pipes.getFeatures()) == ["P-1", "P-2", "P-4"]
    assert [one["pipe_id"] for one in pipes.selectedFeatures()] == ["P-4"]
    assert nodes.commitChanges() and pipes.commitChanges()
    with open_network(path) as network:
        network.undo()
        assert sorted(network.read("pipe")["pipe_id"]) == ["P-1", "P-2", "P-3"]


def test_features_have_the_numbers_of_their_rows(pipes, path):
    assert {one["pipe_id"]: one.id() for one in pipes.getFeatures()} == dict(
        rows(path, "SELECT pipe_id, fid FROM pipe")
    )


def test_the_same_field_by_two_is_a_conflict_and_nothing_is_written(pipes, nodes, refusals, saves, path):
    change(pipes, "P-2", material="pe", street="mine")
    pipes.deleteFeature(fid_of(pipes, "P-3"))
    put(nodes, "N-2")
    _sql(path, "UPDATE pipe SET material = 'steel', note = 'theirs' WHERE pipe_id = 'P-2'")
    before, state = content(path), [buffer_state(pipes), buffer_state(nodes)]
    assert not pipes.commitChanges(False)
    _events()
    assert content(path) == before
    assert [buffer_state(pipes), buffer_state(nodes)] == state
    (conflict,) = refusals[0].error.conflicts
    assert isinstance(refusals[0].error, EditConflictsError)
    assert (conflict.asset, [one.name for one in conflict.fields]) == ("P-2", ["material"])
    key = ("pipe", fid_of(pipes, "P-2"))
    assert saves.commit(pipes, Answers({key: RowAnswer(conflict, MINE)}))
    assert rows(path, "SELECT material, street, note FROM pipe WHERE pipe_id = 'P-2'") == [
        ("pe", "mine", "theirs")
    ]
    assert is_empty(pipes) and is_empty(nodes)


def test_a_row_that_is_gone_is_a_conflict(pipes, refusals, path):
    change(pipes, "P-2", street="mine")
    _sql(path, "DELETE FROM pipe WHERE pipe_id = 'P-2'")
    before = content(path)
    assert not pipes.commitChanges(False)
    _events()
    (conflict,) = refusals[0].error.conflicts
    assert conflict.asset == "P-2" and content(path) == before
    assert pipes.isModified() and pipes.undoStack().count() == 1


@pytest.mark.always
@pytest.mark.slow
def test_a_refused_row_leaves_everything_and_the_mended_save_passes(pipes, nodes, refusals, path):
    change(pipes, "P-2", street="mine")
    pipes.deleteFeature(fid_of(pipes, "P-3"))
    draw(pipes, "P-1")
    put(nodes, "N-2")
    before, state = content(path), [buffer_state(pipes), buffer_state(nodes)]
    for _time in range(2):
        assert not nodes.commitChanges(False)
        assert not pipes.commitChanges(False)
        _events()
    assert content(path) == before and [buffer_state(pipes), buffer_state(nodes)] == state
    assert "P-1" in refusals[0].error.message
    change_new = next(fid for fid in pipes.editBuffer().addedFeatures())
    pipes.changeAttributeValue(change_new, pipes.fields().lookupField("pipe_id"), "P-9")
    assert pipes.commitChanges(), pipes.commitErrors()
    assert sorted(one["pipe_id"] for one in pipes.getFeatures()) == ["P-1", "P-2", "P-9"]


def test_unknown_heights_stay_unknown(pipes, path):
    line = QgsGeometry.fromWkt("LineString (500000 2500000, 500050 2500000)")
    feature = QgsFeature(pipes.fields())
    feature.setGeometry(line)
    for name, value in {"pipe_id": "P-7", "system": "potable", "status": "in_use"}.items():
        feature[name] = value
    pipes.addFeature(feature)
    pipes.moveVertex(500100, 2500100, fid_of(pipes, "P-1"), 1)
    assert pipes.commitChanges(False), pipes.commitErrors()
    heights = "SELECT pipe_id, ST_Z(ST_StartPoint(geom))::text, ST_Z(ST_EndPoint(geom))::text FROM pipe"
    with in_schema(path) as database:
        found = {one: ends for one, *ends in database.native(heights)}
    assert found["P-7"] == ["NaN", "NaN"] and found["P-1"][0] == "1"
    fid = fid_of(pipes, "P-7")
    pipes.moveVertex(500060, 2500010, fid, 1)
    assert pipes.commitChanges(), pipes.commitErrors()
    assert rows(path, "SELECT ST_AsText(geom) FROM pipe WHERE pipe_id = 'P-7'")[0][0].count("NaN") == 2


def test_new_ids_go_on_after_those_that_were_ever_given(pipes, nodes, path):
    assert [newest_id(pipes, "pipe", system) for system in ("", "potable", "storm")] == ["P-3", "P-2", None]
    _sql(path, "DELETE FROM pipe WHERE pipe_id = 'P-3'")
    assert newest_id(pipes, "pipe", "") == "P-2"
    assert highest_number(pipes, "pipe", "P-") == 3 and highest_number(nodes, "node", "N-") == 1
    _backends_end(path)
    assert highest_number(pipes, "pipe", "P-") == 3


def test_new_ids_go_on_after_those_of_others_without_a_look_at_all_rows(pipes, path, monkeypatch):
    look_through(path, "pipe", lambda newest: f"{newest[:2]}", "")
    asked = []
    next_id = SchemaNetwork.next_id
    monkeypatch.setattr(SchemaNetwork, "next_id", lambda *given: asked.append(given) or next_id(*given))
    assert highest_number(pipes, "pipe", "P-") == 3
    _sql(path, "UPDATE pipe SET pipe_id = 'P-17' WHERE pipe_id = 'P-2'")
    assert highest_number(pipes, "pipe", "P-") == 17
    # Neither a smaller number nor what is no number, and what is gone stays given.
    for given in ("P-12", "P-99x", "P-1234567890", "Q-88", "P-21"):
        _sql(path, f"UPDATE pipe SET pipe_id = '{given}' WHERE pipe_id = 'P-1'")
        _sql(path, f"UPDATE pipe SET pipe_id = 'P-1' WHERE pipe_id = '{given}'")
    assert highest_number(pipes, "pipe", "P-") == 21
    assert asked == []
    # Another beginning is looked for once.
    assert [highest_number(pipes, "pipe", "Q-") for _time in range(2)] == [88, 88] and len(asked) == 1


def test_transaction_groups_are_told_of_and_left_to_qgis(saves, path):
    told = []
    saves.grouped.connect(told.append)
    QgsProject.instance().setAutoTransaction(True)
    try:
        layer = layer_in_editing(path, "pipe")
        assert layer in told and not saves.saves(layer)
        layer.rollBack()
    finally:
        QgsProject.instance().clear()
        QgsProject.instance().setAutoTransaction(False)


# The connection is lost.


def _backends_end(path):
    with in_schema(path) as database:
        database.native(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.slow
def test_a_connection_that_was_ended_is_made_again(pipes, nodes, refusals, path):
    change(pipes, "P-2", street="mine")
    _backends_end(path)
    change(pipes, "P-3", street="mine")
    put(nodes, "N-2")
    _backends_end(path)
    assert pipes.commitChanges(False), pipes.commitErrors()
    assert refusals == [] and last_batch(path)[1:] == ("edit", 3)


@pytest.fixture
def halted():
    """Stops and starts the server; it runs again after the test."""
    server = server_of_run()
    yield server
    if not (server.data / "postmaster.pid").exists():
        server.resume()


@pytest.mark.always
@pytest.mark.slow
def test_edits_outlive_a_server_that_is_away(pipes, nodes, refusals, halted, path):
    change(pipes, "P-2", street="mine")
    fid = fid_of(pipes, "P-3")
    place = pipes.fields().lookupField("street")
    halted.halt()
    # As a form or a table does that was filled before.
    assert pipes.changeAttributeValue(fid, place, "away", None)
    put(nodes, "N-2")
    before = [buffer_state(pipes)[1:6], buffer_state(nodes)[:6]]
    for _time in range(2):
        assert not pipes.commitChanges(False)
        _events()
    assert "can't be reached" in refusals[0].error.message
    assert [refused.edits for refused in refusals] == [3, 3]
    assert [buffer_state(pipes)[1:6], buffer_state(nodes)[:6]] == before
    halted.resume()
    assert pipes.commitChanges(), pipes.commitErrors()
    assert is_empty(pipes) and is_empty(nodes) and len(refusals) == 2
    assert rows(path, "SELECT pipe_id, street FROM pipe ORDER BY 1") == [
        ("P-1", None),
        ("P-2", "mine"),
        ("P-3", "away"),
    ]
    assert last_batch(path)[1:] == ("edit", 3)


@pytest.mark.slow
def test_a_row_that_was_touched_while_the_server_was_away_and_is_another_by_now_is_asked_about(
    pipes, refusals, halted, path
):
    fid = fid_of(pipes, "P-3")
    halted.halt()
    assert pipes.changeAttributeValue(fid, pipes.fields().lookupField("street"), "mine", None)
    halted.resume()
    _sql(path, "UPDATE pipe SET street = 'theirs' WHERE pipe_id = 'P-3'")
    assert not pipes.commitChanges(False)
    _events()
    (conflict,) = refusals[0].error.conflicts
    assert [(one.name, one.mine, one.theirs) for one in conflict.fields] == [("street", "mine", "theirs")]


# Without the plugin.


@pytest.fixture
def native(path):
    """The pipes in editing, in a project without the plugin."""
    with open_network(path) as network:
        shown = network.layer_source("pipe")
    layer = QgsVectorLayer(shown.source, "pipes", shown.provider)
    assert layer.startEditing()
    return layer


def test_without_the_plugin_qgis_saves_by_itself(native, path):
    change(native, "P-2", street="x")
    draw(native, "P-8")
    assert native.commitChanges(), native.commitErrors()
    assert rows(path, "SELECT street, batch_id FROM pipe WHERE pipe_id = 'P-2'") == [("x", None)]


@pytest.mark.parametrize("gesture", ["change", "delete"])
def test_without_the_plugin_a_row_that_is_gone_is_told(native, path, gesture):
    if gesture == "change":
        change(native, "P-2", street="x")
        change(native, "P-3", street="x")
    else:
        native.deleteFeature(fid_of(native, "P-2"))
        native.deleteFeature(fid_of(native, "P-3"))
    _sql(path, "DELETE FROM pipe WHERE pipe_id = 'P-3'")
    before = content(path)
    if gesture == "change":
        assert not native.commitChanges(False)
        assert "deleted meanwhile" in " ".join(native.commitErrors())
        assert content(path) == before and native.undoStack().count() == 2
    else:
        # One statement deletes all of a Save: it reached the other row, and this one is gone as it should be.
        assert native.commitChanges(False)


def test_other_programs_may_miss_rows(path):
    _sql(path, "UPDATE pipe SET street = 'x' WHERE pipe_id = 'nobody'")
    _sql(path, "DELETE FROM pipe WHERE pipe_id = 'nobody'")


def test_heights_that_a_program_made_up_are_unknown(native, path):
    line = QgsGeometry.fromWkt("LineString (500000 2500000, 500050 2500000)")
    feature = QgsFeature(native.fields())
    feature.setGeometry(line)
    feature["pipe_id"] = "P-7"
    feature["system"] = "potable"
    native.addFeature(feature)
    assert native.commitChanges(), native.commitErrors()
    stated = "SELECT ST_AsText(geom) FROM pipe WHERE pipe_id = 'P-7'"
    assert rows(path, stated)[0][0].count("NaN") == 2
    _sql(path, "UPDATE pipe SET geom = ST_Force3DZ(ST_Force2D(geom), 0) WHERE pipe_id = 'P-7'")
    assert rows(path, stated)[0][0].count("NaN") == 2
    _sql(path, "UPDATE pipe SET geom = ST_Force3DZ(ST_Force2D(geom), 0) WHERE pipe_id = 'P-1'")
    assert "NaN" not in rows(path, "SELECT ST_AsText(geom) FROM pipe WHERE pipe_id = 'P-1'")[0][0]


def test_a_refusal_is_for_one_login_and_ends(path, native):
    server = server_of_run()
    role = f"anna_{parse(path).database}"
    server.ask(f"CREATE ROLE {role} LOGIN SUPERUSER")
    other = server.address(parse(path).database, "城 1", user=role)
    try:
        change(native, "P-2", street="x")
        with open_network(path) as network, network.native_writes_refused():
            assert not native.commitChanges(False)
            assert "WaterNet could not save" in " ".join(native.commitErrors())
            _sql(other, "UPDATE pipe SET street = 'anna' WHERE pipe_id = 'P-3'")
        assert native.commitChanges(), native.commitErrors()
    finally:
        server.ask(f"DROP ROLE {role}")


def test_a_layer_that_was_pointed_elsewhere_is_not_ours(pipes):
    assert home_of(pipes) is not None
    pipes.setCustomProperty(NETWORK_MARK, "postgresql:///a?schema=b")
    assert home_of(pipes) is None
    pipes.setCustomProperty(NETWORK_MARK, "postgresql:///a")
    assert home_of(pipes) is None
