"""What the user is told of a Save, with the plugin loaded and a project that it built."""

from __future__ import annotations

import threading

import pytest
from pytest_qgis.utils import wait_until
from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QPushButton
from support.begun_editing import begin_editing
from support.edit_session import change, draw, last_batch
from support.store_helpers import rows

from waternet_plugin.gui.editing import save_bar
from waternet_plugin.store.geopackage.sharing import file_locks


@pytest.mark.slow
def test_a_refused_save_names_the_row_and_leads_to_it(session, pipes, small_network, monkeypatch):
    forms = []
    monkeypatch.setattr(
        session.iface,
        "openFeatureForm",
        lambda _layer, feature, *_: forms.append(feature.id()),
        raising=False,
    )
    change(pipes, "P-2", material="pe")
    wrong = draw(pipes, "P-1")
    assert not pipes.commitChanges()
    QCoreApplication.processEvents()
    said = session.iface.messages()
    assert len(said) == 1
    assert said[0].startswith("Not saved: P-1 is the id of two rows")
    assert said[0].endswith("Your 2 edits are kept.")
    item = session.iface.messageBar().currentItem()
    assert item.level() == Qgis.MessageLevel.Critical
    item.findChild(QPushButton, "wn_message_button").click()
    assert forms == [wrong.id()]
    assert pipes.selectedFeatureIds() == [wrong.id()]
    assert session.iface.activeLayer() == pipes
    # What was wrong is mended: the message goes with the next Save.
    pipes.undoStack().undo()
    assert pipes.commitChanges(), pipes.commitErrors()
    assert session.iface.messages() == []
    assert last_batch(small_network)[1:] == ("edit", 1)


def test_what_a_save_needs_is_loaded_beside_the_window_once_editing_begins(session, monkeypatch):
    threads = []
    monkeypatch.setattr(save_bar, "load_saving", lambda _progress: threads.append(threading.current_thread()))
    for key in ("pipe", "node"):
        begin_editing(session.layer(key))
    assert wait_until(lambda: session.is_idle, timeout_milliseconds=8000)
    for key in ("pipe", "node"):
        session.layer(key).rollBack()
    assert len(threads) == 1
    assert threading.main_thread() not in threads


def test_a_project_is_not_closed_over_a_refused_save(session, pipes):
    draw(pipes, "P-1")
    # QGIS closes a project only when this says that all is saved.
    assert pipes.commitChanges(True) is False
    assert pipes.isEditable()
    assert pipes.isModified()


@pytest.mark.slow
def test_editing_that_could_not_be_saved_safely_does_not_begin(session, monkeypatch):
    monkeypatch.setattr(file_locks, "keep", lambda path, patience_s=0: False)
    layer = session.layer("pipe")
    layer.startEditing()
    QCoreApplication.processEvents()
    assert not layer.isEditable()
    assert "was stopped before anything was changed" in session.iface.messages()[0]


@pytest.mark.slow
def test_transaction_groups_are_warned_of_and_left_to_qgis(plugin, session, small_network):
    project = QgsProject.instance()
    if hasattr(project, "setTransactionMode"):
        project.setTransactionMode(Qgis.TransactionMode.AutomaticGroups)
    else:
        project.setAutoTransaction(True)
    layer = session.layer("pipe")
    assert layer.startEditing()
    assert "transaction groups" in session.iface.messages()[0]
    assert not plugin.forms.editing.connected.saves(layer)
    change(layer, "P-1", material="pe")
    assert layer.commitChanges()
    assert rows(small_network, "SELECT material FROM pipe WHERE fid = 1") == [("pe",)]


@pytest.mark.slow
def test_unloading_while_editing_leaves_saving_to_qgis(plugin, pipes, small_network):
    change(pipes, "P-1", material="pe")
    plugin.forms.remove()
    try:
        change(pipes, "P-2", material="pe")
        assert pipes.commitChanges()
        assert rows(small_network, "SELECT material FROM pipe WHERE fid < 3") == [("pe",), ("pe",)]
        assert last_batch(small_network)[1] == "adopt"
    finally:
        plugin.forms.__init__(plugin.session)


@pytest.mark.slow
def test_edits_made_before_the_plugin_came_are_saved_with_the_others(plugin, pipes, small_network):
    plugin.forms.remove()
    change(pipes, "P-1", material="pe")
    plugin.forms.__init__(plugin.session)
    change(pipes, "P-2", material="pe")
    assert pipes.commitChanges()
    assert last_batch(small_network)[1:] == ("edit", 2)


@pytest.mark.slow
def test_what_qgis_says_of_the_same_refusal_goes_and_what_stood_before_stays(session, pipes):
    bar = session.iface.messageBar()
    bar.pushMessage("before", "something else")
    # While QGIS commits events are worked off, as where it asks for the login of a server.
    pipes.beforeCommitChanges.connect(lambda *_: QCoreApplication.processEvents())
    draw(pipes, "P-1")
    assert not pipes.commitChanges()
    # As QGIS does where a Save failed, in the words of its driver.
    bar.pushMessage("Commit errors", "OGR error setting feature 1: attempt to write a readonly database")
    QCoreApplication.processEvents()
    said = [item.text() for item in bar.items()]
    assert any("something else" in text for text in said)
    assert not any("OGR" in text for text in said)
    assert sum("Not saved" in text for text in said) == 1
