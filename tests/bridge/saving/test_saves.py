"""Save by QGIS's own button: the edits of all our layers are written as one batch, or none of them."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointLocator,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerCache,
    QgsVectorLayerJoinInfo,
)
from qgis.gui import QgsAttributeTableModel
from qgis.PyQt.QtCore import QCoreApplication
from support.begun_editing import begin_editing
from support.edit_session import (
    EAST,
    NORTH,
    buffer_state,
    by_hand,
    change,
    draw,
    fid_of,
    is_empty,
    last_batch,
    layer_in_editing,
    logged,
    put,
    split,
)
from support.store_helpers import content, elsewhere, rows

from waternet_plugin import compat
from waternet_plugin.bridge.saving.buffers import collecting, layer_rows
from waternet_plugin.core.editing.row_conflicts import MINE, Answers, RowAnswer
from waternet_plugin.operations.editing.save_edits import EditConflictsError
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection


@pytest.mark.always
@pytest.mark.slow
def test_layers_are_saved_together_in_one_batch_with_a_name(pipes, nodes, path):
    split(pipes, "P-4")
    change(pipes, "P-2", material="pe")
    pipes.deleteFeature(fid_of(pipes, "P-3"))
    put(nodes, "N-2")
    assert pipes.commitChanges(False), pipes.commitErrors()
    batch, kind, count = last_batch(path)
    assert (kind, count) == ("edit", 5)
    assert logged(path) == [
        ("N-2", "insert"),
        ("P-1", "update"),
        ("P-2", "update"),
        ("P-3", "delete"),
        ("P-4", "insert"),
    ]
    assert len(rows(path, 'SELECT DISTINCT "by" FROM change_log WHERE batch = ?', batch)) == 1
    assert is_empty(pipes)
    assert is_empty(nodes)
    assert pipes.isEditable()
    assert nodes.isEditable()
    assert sorted(one["pipe_id"] for one in pipes.getFeatures()) == ["P-1", "P-2", "P-4"]
    assert nodes.commitChanges()
    assert pipes.commitChanges()
    assert last_batch(path)[0] == batch
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_the_batch_is_undone_as_a_whole(pipes, path):
    split(pipes, "P-4")
    change(pipes, "P-2", material="pe")
    assert pipes.commitChanges()
    with open_network(path) as network:
        network.undo(last_batch(path)[0])
        frame = network.read("pipe").set_index("pipe_id")
        assert sorted(frame.index) == ["P-1", "P-2", "P-3"]
        assert (frame.length_m["P-1"], frame.material["P-2"]) == (100.0, "pvc")


@pytest.mark.slow
def test_no_step_is_left_to_redo_what_was_saved(pipes, nodes):
    draw(pipes, "P-4")
    put(nodes, "N-2")
    nodes.undoStack().undo()
    put(nodes, "N-3", 20.0)
    assert pipes.commitChanges(False)
    for layer in (pipes, nodes):
        assert not layer.undoStack().canRedo()
        assert not layer.undoStack().canUndo()
    assert sorted(one["node_id"] for one in nodes.getFeatures()) == ["N-1", "N-3"]


@pytest.mark.slow
@pytest.mark.parametrize("is_edited", [True, False])
def test_nothing_undone_before_a_save_can_come_again_in_a_layer_without_edits(pipes, nodes, is_edited):
    put(nodes, "N-2")
    nodes.undoStack().undo()
    if is_edited:
        draw(pipes, "P-4")
    assert pipes.commitChanges(False)
    assert not nodes.undoStack().canRedo()
    assert nodes.isEditable()


@pytest.mark.slow
def test_tables_and_snapping_see_new_rows_and_they_stay_selected(pipes, nodes):
    cache = QgsVectorLayerCache(nodes, 100)
    model = QgsAttributeTableModel(cache)
    model.loadLayer()
    locator = QgsPointLocator(nodes)
    assert locator.init()
    new = put(nodes, "N-2", 500.0)
    draw(pipes, "P-4")
    nodes.selectByIds([new.id()])
    assert pipes.commitChanges(False)
    saved = fid_of(nodes, "N-2")
    assert saved > 0
    QCoreApplication.processEvents()
    assert {model.rowToId(row) for row in range(model.rowCount())} == set(nodes.allFeatureIds())
    locator.init()
    found = locator.nearestVertex(QgsPointXY(EAST + 500.0, NORTH + 300.0), 1.0)
    assert found.featureId() == saved
    assert nodes.selectedFeatureIds() == [saved]


def test_a_save_puts_no_row_back_into_what_is_indexed_to_snap_to(pipes, nodes):
    locator = QgsPointLocator(nodes)
    fid = fid_of(nodes, "N-1")
    nodes.changeGeometry(fid, QgsGeometry.fromPointXY(QgsPointXY(EAST + 5.0, NORTH)))
    assert locator.init()
    were_indexed = []
    nodes.geometryChanged.connect(lambda *_: were_indexed.append(locator.hasIndex()))
    assert pipes.commitChanges(False) and nodes.commitChanges(False)
    assert were_indexed and not any(were_indexed)


@pytest.mark.slow
def test_a_layer_can_be_edited_on_after_a_save(pipes, path):
    draw(pipes, "P-4")
    assert pipes.commitChanges(False)
    change(pipes, "P-4", material="pe")
    draw(pipes, "P-5", 200.0)
    pipes.undoStack().undo()
    pipes.undoStack().redo()
    assert pipes.commitChanges(True)
    assert not pipes.isEditable()
    assert logged(path) == [("P-4", "update"), ("P-5", "insert")]


@pytest.mark.slow
def test_a_row_is_what_it_is_in_the_file_though_qgis_finds_nothing_at_first(saves, pipes, path, monkeypatch):
    """As a connection does that QGIS opened before the journal mode of the file changed."""
    reads = []
    complete = layer_rows.complete

    def blind(layer, waiting, read):
        def tried(fids):
            reads.append(fids)
            return {} if len(reads) == 1 else read(fids)

        return complete(layer, waiting, tried)

    monkeypatch.setattr(layer_rows, "complete", blind)
    change(pipes, "P-1", material="pe")
    assert len(reads) == 2
    assert pipes.commitChanges(False), pipes.commitErrors()
    assert logged(path) == [("P-1", "update")]
    assert rows(path, "SELECT before FROM change_log WHERE batch = ?", last_batch(path)[0]) == [
        ('{"material":"cast_iron"}',)
    ]


REFUSED = {
    "unique": ({"pipe_id": "P-2"}, "", "P-2 is the id of two rows"),
    "required": ({"status": None}, "", "must be filled in"),
    "constraint": ({"diameter_mm": 0.0}, "", "A diameter is more than 0"),
    "by hand": (
        {"owner": "x"},
        "CREATE TRIGGER hand BEFORE INSERT ON pipe WHEN NEW.owner = 'x' BEGIN SELECT RAISE(ABORT,'no'); END",
        "P-5: the network does not take this row: no",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("stop_editing", [True, False])
@pytest.mark.parametrize("case", list(REFUSED))
def test_a_refused_save_leaves_everything_as_it_was(pipes, nodes, refusals, path, case, stop_editing):
    values, sql, sentence = REFUSED[case]
    by_hand(path, sql)
    split(pipes, "P-4")
    change(pipes, "P-2", material="pe")
    pipes.deleteFeature(fid_of(pipes, "P-3"))
    put(nodes, "N-2")
    wrong = draw(pipes, **{"pipe_id": "P-5", **values})
    draw(pipes, "P-6", 100.0)
    pipes.undoStack().undo()
    before, was = content(path), (buffer_state(pipes), buffer_state(nodes))
    assert pipes.commitChanges(stop_editing) is False
    assert (buffer_state(pipes), buffer_state(nodes)) == was
    assert pipes.isEditable()
    assert content(path) == before
    assert sentence in refusals[0].error.message
    assert (refusals[0].edits, refusals[0].layer, refusals[0].fid) == (6, pipes, wrong.id())
    QCoreApplication.processEvents()
    assert pipes.undoStack().canRedo()
    # Mended, all of it is saved.
    for name, value in {"pipe_id": "P-9", "status": "in_use", "diameter_mm": 100.0, "owner": "y"}.items():
        assert pipes.changeAttributeValue(wrong.id(), pipes.fields().lookupField(name), value)
    assert pipes.commitChanges(stop_editing), pipes.commitErrors()
    assert last_batch(path)[1:] == ("edit", 6)
    assert len(logged(path)) == 6
    assert is_empty(nodes)
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_the_other_layers_edits_are_refused_with_it(pipes, nodes, path, refusals):
    put(nodes, "N-2", kind=None)
    draw(pipes, "P-4")
    before = content(path)
    assert not pipes.commitChanges()
    assert not nodes.commitChanges()
    assert content(path) == before
    assert [one.layer for one in refusals] == [nodes, nodes]


@pytest.mark.always
@pytest.mark.slow
def test_what_others_changed_meanwhile_is_asked_about(saves, pipes, path, refusals):
    change(pipes, "P-1", material="pe", owner="me")
    change(pipes, "P-2", owner="me")
    with open_network(path, by="Wang") as network, network.write("edit") as batch:
        batch.update_rows("pipe", {1: {"material": "steel", "street": "New"}, 2: {"street": "New"}})
    was, before = buffer_state(pipes), content(path)
    assert not pipes.commitChanges()
    assert (buffer_state(pipes), content(path)) == (was, before)
    error = refusals[0].error
    assert isinstance(error, EditConflictsError)
    assert [(one.asset, one.by, [each.name for each in one.fields]) for one in error.conflicts] == [
        ("P-1", "Wang", ["material"])
    ]
    assert saves.commit(pipes, Answers({("pipe", 1): RowAnswer(error.conflicts[0], MINE)}))
    found = rows(path, "SELECT material, owner, street FROM pipe WHERE fid < 3 ORDER BY fid")
    assert found == [("pe", "me", "New"), ("pvc", "me", "New")]


@pytest.mark.slow
def test_a_refused_save_writes_nothing_though_events_are_worked_off(saves, pipes, path):
    def work_off(*_more):
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            QCoreApplication.processEvents()

    saves.refused.connect(work_off)
    # Others hear of a Save after us, and QGIS goes on only then.
    pipes.beforeCommitChanges.connect(work_off)
    change(pipes, "P-1", material="pe")
    with open_network(path, by="Wang") as network, network.write("edit") as batch:
        batch.update_rows("pipe", {1: {"material": "steel"}})
    before = content(path)
    # The second time there are the errors of the first.
    for _time in range(2):
        assert pipes.commitChanges(False) is False
        assert content(path) == before
        assert pipes.isModified()
    work_off()
    pipes.undoStack().undo()
    change(pipes, "P-2", material="pe")
    assert pipes.commitChanges(False), pipes.commitErrors()


@pytest.mark.slow
@pytest.mark.parametrize("is_first", [True, False])
def test_a_refused_save_writes_nothing_by_any_of_several_connections(saves, path, is_first):
    """Of a file with several connections that write it, QGIS hands out any."""
    others = [QgsVectorLayer(f"{path}|layername=pipe", "of another window", "ogr") for _one in range(2)]
    if is_first:
        assert all(one.dataProvider().enterUpdateMode() for one in others)
    layer = layer_in_editing(path, "pipe")
    if not is_first:
        assert all(one.dataProvider().enterUpdateMode() for one in others)
    change(layer, "P-1", material="pe")
    with open_network(path, by="Wang") as network, network.write("edit") as batch:
        batch.update_rows("pipe", {1: {"material": "steel"}})

    def told():
        # Which connection is which is found by writing a value that is there, and GDAL writes all of the row.
        plain = "pipe_id, system, material, status, length_m, edited_by, edited_on, batch_id, row_version"
        return rows(path, f"SELECT {plain} FROM pipe ORDER BY fid"), rows(path, "SELECT * FROM change_log")

    before = told()
    assert layer.commitChanges(False) is False
    assert told() == before
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert layer.isModified()


@pytest.mark.always
@pytest.mark.slow
def test_a_row_that_others_deleted_does_not_come_back(pipes, path, refusals):
    change(pipes, "P-1", material="pe")
    with open_network(path) as network, network.write("edit") as batch:
        batch.delete_rows("pipe", [1])
    assert not pipes.commitChanges()
    assert "P-1" in refusals[0].error.message
    pipes.rollBack()
    assert rows(path, "SELECT count(*) FROM pipe WHERE fid = 1") == [(0,)]


@pytest.mark.slow
def test_a_row_is_read_again_when_it_is_touched_again_after_an_undo(pipes, path):
    change(pipes, "P-1", material="pe")
    pipes.undoStack().undo()
    with open_network(path) as network, network.write("edit") as batch:
        batch.update_rows("pipe", {1: {"material": "steel"}})
    change(pipes, "P-1", material="pe")
    assert pipes.commitChanges()
    assert rows(path, "SELECT material FROM pipe WHERE fid = 1") == [("pe",)]


@pytest.mark.slow
def test_a_file_that_another_program_writes_is_named(pipes, path, refusals):
    draw(pipes, "P-4")
    was = buffer_state(pipes)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not pipes.commitChanges()
    assert buffer_state(pipes) == was
    assert "town.gpkg" in refusals[0].error.message
    assert pipes.commitChanges()


@pytest.mark.slow
def test_an_open_command_and_changed_fields_are_refused_in_words(pipes, nodes, path, refusals):
    before = content(path)
    pipes.beginEditCommand("long")
    draw(pipes, "P-4")
    assert not pipes.commitChanges()
    assert "still under way" in refusals[0].error.message
    pipes.endEditCommand()
    nodes.undoStack().beginMacro("ours")
    put(nodes, "N-2")
    assert not pipes.commitChanges()
    assert "Our nodes" in refusals[1].error.message
    nodes.undoStack().endMacro()
    assert nodes.renameAttribute(nodes.fields().lookupField("note"), "more")
    assert not pipes.commitChanges()
    assert "Fields of the layer" in refusals[2].error.message
    assert content(path) == before
    nodes.undoStack().undo()
    assert pipes.commitChanges()


@pytest.mark.slow
def test_the_same_table_twice_in_the_project(pipes, path, refusals):
    twin = pipes.clone()
    QgsProject.instance().addMapLayer(twin)
    begin_editing(twin)
    change(pipes, "P-1", material="pe")
    change(twin, "P-1", owner="me")
    wrong = draw(twin, "P-2")
    was, before = (buffer_state(pipes), buffer_state(twin)), content(path)
    for layer in (pipes, twin):
        assert not layer.commitChanges()
        assert (buffer_state(pipes), buffer_state(twin)) == was
        assert content(path) == before
        QCoreApplication.processEvents()
    assert twin.changeAttributeValue(wrong.id(), twin.fields().lookupField("pipe_id"), "P-8")
    assert pipes.commitChanges(False)
    assert is_empty(twin)
    assert rows(path, "SELECT material, owner FROM pipe WHERE fid = 1") == [("pe", "me")]
    change(pipes, "P-1", material="pvc")
    change(twin, "P-1", material="steel")
    assert not pipes.commitChanges()
    assert "edited in two layers" in refusals[-1].error.message
    QCoreApplication.processEvents()


@pytest.mark.slow
def test_joined_and_virtual_fields_subsets_and_names_do_not_matter(pipes, path):
    pipes.commitChanges()
    foreign = QgsVectorLayer("NoGeometry?field=k:string&field=v:string", "foreign", "memory")
    row = QgsFeature(foreign.fields())
    row.setAttributes(["P-1", "joined"])
    foreign.dataProvider().addFeature(row)
    QgsProject.instance().addMapLayer(foreign)
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(foreign)
    join.setJoinFieldName("k")
    join.setTargetFieldName("pipe_id")
    join.setUsingMemoryCache(True)
    assert pipes.addJoin(join)
    pipes.addExpressionField("length_m * 2", compat.field("twice", "real"))
    assert pipes.setSubsetString("\"system\" = 'potable'")
    pipes.setName("Renamed")
    begin_editing(pipes)
    change(pipes, "P-1", material="pe")
    draw(pipes, "P-4")
    assert pipes.commitChanges(), pipes.commitErrors()
    assert logged(path) == [("P-1", "update"), ("P-4", "insert")]


@pytest.mark.slow
def test_unknown_heights_stay_unknown_and_known_ones_are_interpolated(pipes, path):
    assert pipes.insertVertex(EAST + 50, NORTH + 41, fid_of(pipes, "P-2"), 1)
    flat = draw(pipes, "P-4")
    line = QgsGeometry.fromWkt(f"LineString ({EAST} {NORTH + 300}, {EAST + 9} {NORTH + 300})")
    assert pipes.changeGeometry(flat.id(), line)
    assert pipes.commitChanges()
    with open_network(path) as network:
        assert [z for _x, _y, z in network.rows("pipe", [2])[2]["geom"].coords] == [1.0, 1.0, 1.0]
        made = network.rows("pipe", [4])[4]
    assert not made["geom"].has_z
    assert (made["length_m"], made["length_source"]) == (pytest.approx(9.0), "geometry")


def test_layers_of_others_are_saved_by_qgis(saves):
    layer = QgsVectorLayer("Point?crs=EPSG:4547&field=name:string", "others", "memory")
    QgsProject.instance().addMapLayer(layer)
    begin_editing(layer)
    assert layer.addFeature(QgsFeature(layer.fields()))
    assert not saves.saves(layer)
    assert layer.commitChanges()
    assert layer.featureCount() == 1


@pytest.mark.slow
def test_a_file_that_became_read_only_refuses_in_words(pipes, refusals, monkeypatch):
    draw(pipes, "P-4")
    was = buffer_state(pipes)
    monkeypatch.setattr(connection, "is_writable", lambda _path: False)
    assert not pipes.commitChanges()
    assert "read-only" in refusals[0].error.message
    assert buffer_state(pipes) == was


@pytest.mark.slow
def test_a_defect_of_ours_writes_nothing(pipes, path, refusals, monkeypatch):
    draw(pipes, "P-4")
    was, before = buffer_state(pipes), content(path)
    monkeypatch.setattr(collecting, "collect", lambda *_: 1 / 0)
    assert not pipes.commitChanges()
    assert "Unexpected error" in refusals[0].error.message
    assert (buffer_state(pipes), content(path)) == (was, before)


@pytest.mark.always
@pytest.mark.slow
def test_others_write_while_a_refused_save_waits_to_be_mended(pipes, path):
    draw(pipes, "P-1")
    assert not pipes.commitChanges()
    QCoreApplication.processEvents()
    sql = "c.execute(\"UPDATE batch SET name = 'x'\"); print('done')"
    assert elsewhere(path, sql, timeout=5) == "done"


@pytest.mark.slow
def test_two_thousand_rows_are_one_batch(pipes, path):
    pipes.beginEditCommand("paste")
    for number in range(2_000):
        draw(pipes, f"Q-{number:04d}", y=300.0 + number)
    pipes.endEditCommand()
    assert pipes.commitChanges()
    assert last_batch(path)[2] == 2_000
    assert len(logged(path)) == 2_000
