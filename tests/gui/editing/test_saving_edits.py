"""Save by QGIS's own button: the edits of all our layers are written as one batch, or none of them."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerCache,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsAttributeTableModel
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QPushButton
from support.store_helpers import content, elsewhere, rows

from waternet_plugin.core.editing.row_conflicts import MINE, Answers, RowAnswer
from waternet_plugin.operations.save_edits import EditConflictsError
from waternet_plugin.store import open_network

EAST, NORTH = 500_000.0, 2_500_000.0


@pytest.fixture
def session(plugin, small_network):
    """The session with the small network open."""
    assert QgsProject.instance().read(str(small_network.with_suffix(".qgz")))
    plugin.session.look_at_project()
    return plugin.session


@pytest.fixture
def saves(plugin, session):
    return plugin.forms.editing.bar.saves


@pytest.fixture
def refusals(saves):
    heard = []
    saves.refused.connect(heard.append)
    return heard


@pytest.fixture
def pipes(session):
    """The pipe layer in editing."""
    layer = session.layer("pipe")
    assert layer.startEditing()
    return layer


@pytest.fixture
def nodes(session):
    """The node layer in editing."""
    layer = session.layer("node")
    assert layer.startEditing()
    return layer


def draw(layer, x=0.0, y=300.0, **values):
    line = QgsGeometry.fromWkt(f"LineStringZ ({EAST + x} {NORTH + y} 1, {EAST + x + 50} {NORTH + y} 2)")
    feature = QgsVectorLayerUtils.createFeature(layer, line)
    for name, value in values.items():
        feature[name] = value
    assert layer.addFeature(feature)
    return feature


def put(layer, x=0.0, y=300.0, **values):
    point = QgsGeometry.fromWkt(f"PointZ ({EAST + x} {NORTH + y} 1)")
    feature = QgsVectorLayerUtils.createFeature(layer, point)
    for name, value in {"kind": "junction", **values}.items():
        feature[name] = value
    assert layer.addFeature(feature)
    return feature


def fid_of(layer, asset):
    name = "pipe_id" if layer.fields().lookupField("pipe_id") >= 0 else "node_id"
    return next(one.id() for one in layer.getFeatures() if one[name] == asset)


def change(layer, asset, **values):
    for name, value in values.items():
        assert layer.changeAttributeValue(fid_of(layer, asset), layer.fields().lookupField(name), value)


def split(layer):
    layer.beginEditCommand("split")
    layer.splitFeatures([QgsPointXY(EAST + 25, NORTH + 15), QgsPointXY(EAST + 25, NORTH + 25)], True)
    layer.endEditCommand()


def state(layer):
    """What a refused Save must leave as it was."""
    buffer = layer.editBuffer()
    return (
        sorted(buffer.addedFeatures()),
        {fid: dict(values) for fid, values in buffer.changedAttributeValues().items()},
        {fid: line.asWkt() for fid, line in buffer.changedGeometries().items()},
        sorted(buffer.deletedFeatureIds()),
        (layer.undoStack().count(), layer.undoStack().index()),
        [layer.undoStack().text(n) for n in range(layer.undoStack().count())],
        sorted((one.id(), one.geometry().asWkt(3)) for one in layer.getFeatures()),
    )


def by_hand(path, sql):
    with closing(sqlite3.connect(path)) as database:
        database.executescript(sql)


def batch_of(path):
    return rows(path, "SELECT batch_id, kind, rows FROM batch ORDER BY fid DESC LIMIT 1")[0]


def log_of(path, batch):
    return rows(path, "SELECT asset, action FROM change_log WHERE batch = ? ORDER BY seq", batch)


def is_empty(layer):
    return not layer.isModified() and layer.undoStack().count() == 0


def test_layers_are_saved_together_in_one_batch_with_a_name(session, pipes, nodes, small_network):
    split(pipes)
    change(pipes, "P-2", material="pe")
    pipes.deleteFeature(fid_of(pipes, "P-3"))
    put(nodes)
    assert pipes.commitChanges(False), pipes.commitErrors()
    batch, kind, count = batch_of(small_network)
    assert (kind, count) == ("edit", 5)
    assert sorted(log_of(small_network, batch)) == [
        ("N-2", "insert"),
        ("P-1", "update"),
        ("P-2", "update"),
        ("P-3", "delete"),
        ("P-4", "insert"),
    ]
    assert rows(small_network, 'SELECT DISTINCT "by" FROM change_log WHERE batch = ?', batch) != [(None,)]
    assert is_empty(pipes)
    assert is_empty(nodes)
    assert pipes.isEditable()
    assert nodes.isEditable()
    assert sorted(one["pipe_id"] for one in pipes.getFeatures()) == ["P-1", "P-2", "P-4"]
    assert nodes.commitChanges()
    assert pipes.commitChanges()
    assert batch_of(small_network)[0] == batch


def test_the_batch_is_undone_as_a_whole(session, pipes, small_network):
    split(pipes)
    change(pipes, "P-2", material="pe")
    assert pipes.commitChanges()
    with open_network(small_network) as network:
        network.undo(batch_of(small_network)[0])
        frame = network.read("pipe").set_index("pipe_id")
        assert sorted(frame.index) == ["P-1", "P-2", "P-3"]
        assert (frame.length_m["P-1"], frame.material["P-2"]) == (100.0, "ductile_iron")


def test_no_step_is_left_to_redo_what_was_saved(pipes, nodes, small_network):
    draw(pipes)
    put(nodes)
    nodes.undoStack().undo()
    put(nodes, 20.0)
    assert pipes.commitChanges(False)
    for layer in (pipes, nodes):
        assert not layer.undoStack().canRedo()
        assert not layer.undoStack().canUndo()
    assert nodes.featureCount() == 2


def test_tables_and_snapping_see_new_rows_and_they_stay_selected(session, pipes, nodes):
    cache = QgsVectorLayerCache(nodes, 100)
    cache.setCacheGeometry(False)
    model = QgsAttributeTableModel(cache)
    model.loadLayer()
    snapping = session.iface.mapCanvas().snappingUtils()
    locator = snapping.locatorForLayer(nodes)
    assert locator.init()
    new = put(nodes, 500.0)
    draw(pipes)
    nodes.selectByIds([new.id()])
    assert pipes.commitChanges(False)
    saved = fid_of(nodes, new["node_id"])
    assert saved > 0
    QCoreApplication.processEvents()
    assert {model.rowToId(row) for row in range(model.rowCount())} == set(nodes.allFeatureIds())
    assert locator.init() or locator.hasIndex()
    found = locator.nearestVertex(QgsPointXY(EAST + 500.0, NORTH + 300.0), 1.0)
    assert found.isValid()
    assert found.featureId() == saved
    assert nodes.selectedFeatureIds() == [saved]


def test_a_layer_can_be_edited_on_after_a_save(pipes, small_network):
    draw(pipes)
    assert pipes.commitChanges(False)
    change(pipes, "P-4", material="pe")
    draw(pipes, 200.0)
    pipes.undoStack().undo()
    pipes.undoStack().redo()
    assert pipes.commitChanges(True)
    assert not pipes.isEditable()
    assert log_of(small_network, batch_of(small_network)[0]) == [("P-4", "update"), ("P-5", "insert")]


REFUSED = {
    "unique": ({"pipe_id": "P-2"}, "", "P-2 is the id of two rows"),
    "required": ({"status": None}, "", "must be filled in"),
    "constraint": ({"diameter_mm": 0.0}, "", "A diameter is more than 0"),
    "by hand": (
        {},
        "CREATE TRIGGER hand BEFORE INSERT ON pipe BEGIN SELECT RAISE(ABORT, 'not today'); END;",
        "not today",
    ),
}


@pytest.mark.parametrize("case", list(REFUSED))
@pytest.mark.parametrize("stop_editing", [True, False])
def test_a_refused_save_leaves_everything_as_it_was(
    session, pipes, nodes, refusals, small_network, case, stop_editing
):
    values, sql, sentence = REFUSED[case]
    by_hand(small_network, sql)
    split(pipes)
    change(pipes, "P-2", material="pe")
    pipes.deleteFeature(fid_of(pipes, "P-3"))
    put(nodes)
    wrong = draw(pipes, **values)
    draw(pipes, 100.0)
    pipes.undoStack().undo()
    before, was = content(small_network), (state(pipes), state(nodes))
    assert pipes.commitChanges(stop_editing) is False
    assert (state(pipes), state(nodes)) == was
    assert pipes.isEditable()
    assert content(small_network) == before
    assert sentence in refusals[0].error.message
    assert refusals[0].edits == 6
    assert (refusals[0].layer, refusals[0].fid) in [(pipes, wrong.id()), (pipes, min(was[0][0]))]
    said = session.iface.messages()
    assert len(said) == 1
    assert said[0].startswith("Not saved: ")
    assert said[0].endswith("Your 6 edits are kept.")
    QCoreApplication.processEvents()
    pipes.undoStack().redo()
    assert pipes.undoStack().count() == was[0][4][0]
    pipes.undoStack().undo()
    # Mended, all of it is saved.
    by_hand(small_network, "DROP TRIGGER IF EXISTS hand;")
    for name, value in {"pipe_id": "P-9", "status": "in_use", "diameter_mm": 100.0}.items():
        assert pipes.changeAttributeValue(wrong.id(), pipes.fields().lookupField(name), value)
    assert pipes.commitChanges(stop_editing), pipes.commitErrors()
    assert batch_of(small_network)[1:] == ("edit", 6)
    assert is_empty(nodes)
    assert rows(small_network, "PRAGMA integrity_check") == [("ok",)]
    assert session.iface.messages() == []


def test_the_row_that_stands_in_the_way_is_shown(session, pipes, monkeypatch):
    forms = []
    monkeypatch.setattr(
        session.iface, "openFeatureForm", lambda layer, feature, *_: forms.append(feature.id()), raising=False
    )
    wrong = draw(pipes, pipe_id="P-1")
    assert not pipes.commitChanges()
    bar = session.iface.messageBar()
    bar.currentItem().findChild(QPushButton, "wn_message_button").click()
    assert forms == [wrong.id()]
    assert pipes.selectedFeatureIds() == [wrong.id()]
    assert session.iface.activeLayer() == pipes


def test_the_other_layers_edits_are_refused_with_it(pipes, nodes, small_network, refusals):
    put(nodes, kind=None)
    draw(pipes)
    before = content(small_network)
    assert not pipes.commitChanges()
    assert content(small_network) == before
    assert refusals[0].layer == nodes
    # A Save of the other one is refused too.
    assert not nodes.commitChanges()
    assert content(small_network) == before


def test_what_others_changed_meanwhile_is_asked_about(saves, pipes, small_network, refusals):
    change(pipes, "P-1", material="pe", owner="me")
    change(pipes, "P-2", owner="me")
    with open_network(small_network, by="Wang") as network, network.write("edit") as batch:
        batch.update_rows("pipe", {1: {"material": "pvc", "street": "New"}, 2: {"street": "New"}})
    was, before = state(pipes), content(small_network)
    assert not pipes.commitChanges()
    assert (state(pipes), content(small_network)) == (was, before)
    error = refusals[0].error
    assert isinstance(error, EditConflictsError)
    assert [(one.asset, one.by, [each.name for each in one.fields]) for one in error.conflicts] == [
        ("P-1", "Wang", ["material"])
    ]
    assert saves.commit(pipes, Answers({("pipe", 1): RowAnswer(error.conflicts[0], MINE)}))
    found = rows(small_network, "SELECT material, owner, street FROM pipe WHERE fid < 3 ORDER BY fid")
    assert found == [("pe", "me", "New"), ("ductile_iron", "me", "New")]


def test_a_row_that_others_deleted_does_not_come_back(pipes, small_network, refusals):
    change(pipes, "P-1", material="pe")
    with open_network(small_network) as network, network.write("edit") as batch:
        batch.delete_rows("pipe", [1])
    assert not pipes.commitChanges()
    assert "P-1" in refusals[0].error.message
    pipes.rollBack()
    assert rows(small_network, "SELECT count(*) FROM pipe WHERE fid = 1") == [(0,)]


def test_a_row_counts_as_read_when_it_is_touched_again_after_an_undo(pipes, small_network):
    change(pipes, "P-1", material="pe")
    pipes.undoStack().undo()
    with open_network(small_network) as network, network.write("edit") as batch:
        batch.update_rows("pipe", {1: {"material": "pvc"}})
    change(pipes, "P-1", material="pe")
    assert pipes.commitChanges()
    assert rows(small_network, "SELECT material FROM pipe WHERE fid = 1") == [("pe",)]


def test_a_file_that_another_program_writes_is_named(pipes, nodes, small_network, refusals):
    draw(pipes)
    was = state(pipes)
    with closing(sqlite3.connect(small_network, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not pipes.commitChanges()
    assert state(pipes) == was
    assert "small.gpkg" in refusals[0].error.message
    assert pipes.commitChanges()


def test_an_open_command_and_changed_fields_are_refused_in_words(pipes, nodes, small_network, refusals):
    before = content(small_network)
    pipes.beginEditCommand("long")
    draw(pipes)
    assert not pipes.commitChanges()
    assert "still under way" in refusals[0].error.message
    pipes.endEditCommand()
    nodes.undoStack().beginMacro("ours")
    put(nodes)
    assert not pipes.commitChanges()
    assert "Node" in refusals[1].error.message
    nodes.undoStack().endMacro()
    field = nodes.fields()[1]
    field.setName("more")
    assert nodes.addAttribute(field)
    assert not pipes.commitChanges()
    assert "Fields of the layer" in refusals[2].error.message
    assert content(small_network) == before
    nodes.undoStack().undo()
    assert pipes.commitChanges()


def test_the_same_table_twice_in_the_project(session, pipes, small_network, refusals):
    twin = pipes.clone()
    QgsProject.instance().addMapLayer(twin)
    assert twin.startEditing()
    change(pipes, "P-1", material="pe")
    change(twin, "P-1", owner="me")
    draw(twin, pipe_id="P-2")
    was, before = (state(pipes), state(twin)), content(small_network)
    for layer in (pipes, twin):
        assert not layer.commitChanges()
        assert (state(pipes), state(twin)) == was
        assert content(small_network) == before
        QCoreApplication.processEvents()
    assert twin.changeAttributeValue(refusals[0].fid, twin.fields().lookupField("pipe_id"), "P-8")
    assert pipes.commitChanges()
    assert is_empty(twin)
    assert rows(small_network, "SELECT material, owner FROM pipe WHERE fid = 1") == [("pe", "me")]
    change(pipes, "P-1", material="pvc") if pipes.startEditing() else None
    change(twin, "P-1", material="steel")
    assert not pipes.commitChanges()
    assert "edited in two layers" in refusals[-1].error.message


def test_joined_and_virtual_fields_subsets_and_names_do_not_matter(session, pipes, small_network):
    from qgis.core import QgsField, QgsVectorLayerJoinInfo
    from qgis.PyQt.QtCore import QVariant

    pipes.commitChanges()
    table = QgsVectorLayer("NoGeometry?field=k:string&field=v:string", "foreign", "memory")
    row = QgsFeature(table.fields())
    row.setAttributes(["P-1", "joined"])
    table.dataProvider().addFeature(row)
    QgsProject.instance().addMapLayer(table)
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(table)
    join.setJoinFieldName("k")
    join.setTargetFieldName("pipe_id")
    join.setUsingMemoryCache(True)
    assert pipes.addJoin(join)
    pipes.addExpressionField("length_m * 2", QgsField("twice", QVariant.Double))
    assert pipes.setSubsetString("\"system\" = 'potable'")
    pipes.setName("Our pipes")
    assert pipes.startEditing()
    change(pipes, "P-1", material="pe")
    draw(pipes)
    assert pipes.commitChanges(), pipes.commitErrors()
    assert log_of(small_network, batch_of(small_network)[0]) == [("P-1", "update"), ("P-4", "insert")]


def test_unknown_heights_stay_unknown(pipes, small_network):
    fid = fid_of(pipes, "P-2")
    assert pipes.insertVertex(EAST + 50, NORTH + 41, fid, 1)
    line = QgsGeometry.fromWkt(f"LineString ({EAST} {NORTH + 300}, {EAST + 9} {NORTH + 300})")
    flat = QgsVectorLayerUtils.createFeature(pipes, line)
    assert pipes.addFeature(flat)
    assert pipes.commitChanges()
    with open_network(small_network) as network:
        assert [z for _x, _y, z in network.rows("pipe", [2])[2]["geom"].coords] == [1.0, 1.0, 1.0]
        assert not network.rows("pipe", [4])[4]["geom"].has_z
        assert network.rows("pipe", [4])[4]["length_m"] == pytest.approx(9.0)
        assert not math.isnan(network.rows("pipe", [2])[2]["length_m"])


def test_layers_of_others_are_saved_by_qgis(session, saves, tmp_path, refusals):
    layer = QgsVectorLayer("Point?crs=EPSG:4547&field=name:string", "others", "memory")
    QgsProject.instance().addMapLayer(layer)
    assert layer.startEditing()
    assert layer.addFeature(QgsFeature(layer.fields()))
    assert not saves.saves(layer)
    assert layer.commitChanges()
    assert layer.featureCount() == 1


def test_transaction_groups_are_warned_of_and_left_to_qgis(session, saves, small_network):
    project = QgsProject.instance()
    if hasattr(project, "setTransactionMode"):
        from qgis.core import Qgis

        project.setTransactionMode(Qgis.TransactionMode.AutomaticGroups)
    else:
        project.setAutoTransaction(True)
    layer = session.layer("pipe")
    assert layer.startEditing()
    assert "transaction groups" in session.iface.messages()[0]
    assert not saves.saves(layer)
    change(layer, "P-1", material="pe")
    assert layer.commitChanges()
    assert rows(small_network, "SELECT material FROM pipe WHERE fid = 1") == [("pe",)]


def test_unloading_while_editing_leaves_saving_to_qgis(plugin, pipes, small_network):
    change(pipes, "P-1", material="pe")
    plugin.forms.remove()
    try:
        change(pipes, "P-2", material="pe")
        assert pipes.commitChanges()
        assert rows(small_network, "SELECT material FROM pipe WHERE fid < 3") == [("pe",), ("pe",)]
        assert batch_of(small_network)[1] == "adopt"
    finally:
        plugin.forms.__init__(plugin.session)


def test_edits_made_before_the_plugin_came_are_saved_too(plugin, pipes, small_network):
    plugin.forms.remove()
    change(pipes, "P-1", material="pe")
    plugin.forms.__init__(plugin.session)
    change(pipes, "P-2", material="pe")
    assert pipes.commitChanges()
    assert batch_of(small_network)[1:] == ("edit", 2)


def test_a_file_that_became_read_only_refuses_in_words(pipes, small_network, refusals, monkeypatch):
    from waternet_plugin.store.geopackage import connection

    draw(pipes)
    was = state(pipes)
    monkeypatch.setattr(connection, "is_writable", lambda _path: False)
    assert not pipes.commitChanges()
    assert "read-only" in refusals[0].error.message
    assert state(pipes) == was


def test_a_defect_of_ours_writes_nothing(pipes, small_network, refusals, monkeypatch):
    from waternet_plugin.bridge.saving import collecting

    draw(pipes)
    was, before = state(pipes), content(small_network)
    monkeypatch.setattr(collecting, "collect", lambda *_: 1 / 0)
    assert not pipes.commitChanges()
    assert "Unexpected error" in refusals[0].error.message
    assert (state(pipes), content(small_network)) == (was, before)


def test_others_write_while_a_refused_save_waits_to_be_mended(pipes, small_network):
    draw(pipes, pipe_id="P-1")
    assert not pipes.commitChanges()
    QCoreApplication.processEvents()
    sql = "c.execute(\"UPDATE batch SET name = 'x'\"); print('done')"
    assert elsewhere(small_network, sql, timeout=5) == "done"
