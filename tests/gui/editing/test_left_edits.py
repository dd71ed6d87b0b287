"""Edits outlive a QGIS that was killed: they are offered once, and taken up as they were."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
from support.built_network import EAST, NORTH, copied
from support.killed_editing import CHANGES, killed
from support.widgets import part

from waternet_plugin import classFactory, store
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.gui.editing import save_bar
from waternet_plugin.gui.editing.left_edits_window import LeftEditsWindow
from waternet_plugin.store.unsaved_edits import left_edits


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where edits are kept."""
    found = tmp_path / "profile" / "unsaved"
    monkeypatch.setattr(save_bar, "journal_folder", lambda: found)
    return found


@pytest.fixture
def session(folder: Path, plugin: Any) -> Any:
    """The session of a plugin that keeps its edits there."""
    return plugin.session


@pytest.fixture(scope="module")
def _left(_network_and_project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """What a killed QGIS leaves, for all tests: the network, a copy of its folder, and one of its edits."""
    made = tmp_path_factory.mktemp("left")
    network = copied(_network_and_project, made)
    kept = tmp_path_factory.mktemp("kept_of_left")
    killed(kept / "unsaved", network)
    shutil.copytree(made, kept / "town")
    return network, kept / "town", kept / "unsaved"


@pytest.fixture
def left_network(_left: tuple[Path, Path, Path], folder: Path) -> Path:
    """The small network as a killed QGIS left it; what was edited is in the folder of edits."""
    network, town, edits = _left
    # The same place: edits are kept by the path of their network.
    shutil.rmtree(network.parent)
    shutil.copytree(town, network.parent)
    shutil.copytree(edits, folder)
    return network


def opened(session: Any, network: Path, until: Any) -> None:
    """Open a network and wait for what was left of it."""
    assert session.open_network(str(network))
    until(lambda: session.network_path and session.is_idle)
    QTest.qWait(50)


def offers(session: Any) -> list[str]:
    return [text for text in session.iface.messages() if "saved when QGIS ended" in text]


def press(session: Any, label: str) -> None:
    """Press a button of the offer with the mouse."""
    (item,) = [one for one in session.iface.bar.items() if "saved when QGIS ended" in one.text()]
    session.iface.window.show()
    (button,) = [one for one in item.findChildren(QPushButton) if one.text() == label]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def edit(path: Path, asset: str, **values: Any) -> None:
    with store.open_network(str(path), by="wang") as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": asset, **values}]))


def by_id(layer: Any) -> dict[str, QgsFeature]:
    return {feature["pipe_id"]: feature for feature in layer.getFeatures()}


@pytest.mark.always
@pytest.mark.slow
def test_edits_of_a_killed_qgis_are_taken_up_as_one_step_and_saved(
    folder: Path, session: Any, left_network: Path, until: Any
) -> None:
    assert not list(left_network.parent.glob("*.edits")), "never beside the network"
    opened(session, left_network, until)
    (text,) = offers(session)
    assert text.startswith("Not saved when QGIS ended: 4 edits of ")
    press(session, "Take them up")
    layer = session.layer("pipe")
    until(lambda: layer.isEditable() and not offers(session))
    found = by_id(layer)
    assert set(found) == {"P-1", "P-2", "P-9"}
    assert (found["P-1"]["material"], found["P-1"]["install_year"]) == ("steel", 1999)
    assert found["P-9"]["note"] == "新" and found["P-9"].id() < 0
    assert found["P-2"].geometry().vertexAt(1).y() == NORTH + 44
    assert layer.undoStack().count() == 1
    # This run has them now, the other one's file is gone.
    assert len(list(folder.glob("*.edits"))) == 1 and not left_edits(folder, str(left_network))
    layer.undoStack().undo()
    assert set(by_id(layer)) == {"P-1", "P-2", "P-3"}
    layer.undoStack().redo()
    assert layer.commitChanges(), layer.commitErrors()
    with store.open_network(str(left_network)) as network:
        frame = network.read("pipe")
    assert sorted(frame["pipe_id"]) == ["P-1", "P-2", "P-9"]
    QTest.qWait(50)
    opened(session, left_network, until)
    assert not offers(session)


@pytest.mark.slow
def test_looking_and_discarding_leave_the_network_alone(
    folder: Path, session: Any, left_network: Path, until: Any
) -> None:
    opened(session, left_network, until)
    press(session, "Look")
    year = table("pipe").field("install_year").label

    def label(code: str) -> str:
        return str(domain("material")[code].label)

    window = session.window("wn_left_edits")
    assert [(row["table"], row["asset"], row["what"]) for row in window.table.rows] == [
        ("Pipes", "P-9", "Created"),
        ("Pipes", "P-1", f"Material: {label('cast_iron')} → {label('steel')}, {year}: 1975 → 1999"),
        ("Pipes", "P-2", "Geometry: moved by 4.0 m"),
        ("Pipes", "P-3", "Deleted"),
    ]
    window.close()
    press(session, "Discard")
    assert not offers(session) and list(folder.glob("*.edits")), "they can be had back"
    (item,) = [one for one in session.iface.bar.items() if "were discarded" in one.text()]
    QTest.mouseClick(item.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert offers(session)
    press(session, "Discard")
    session.iface.newProject()
    until(lambda: not session.network_path)
    assert not list(folder.glob("*.edits"))
    assert not session.layers()


def test_the_window_in_which_one_looks_has_the_answers(session: Any) -> None:
    pressed: list[str] = []
    answers = {name: (name.title(), partial(pressed.append, name)) for name in ("take_up", "discard")}
    for name in answers:
        window = LeftEditsWindow(session, (), answers)
        window.show()
        QTest.mouseClick(part(window, f"wn_left_edits_{name}"), Qt.MouseButton.LeftButton)
        assert pressed[-1] == name and not window.isVisible()


@pytest.mark.always
@pytest.mark.slow
def test_what_the_file_holds_already_is_left_out_and_what_others_changed_is_asked(
    folder: Path, session: Any, left_network: Path, until: Any
) -> None:
    edit(left_network, "P-1", material="copper", install_year=1999.0)
    with store.open_network(str(left_network)) as network, network.write("edit") as batch:
        batch.delete("pipe", ["P-3"])
    opened(session, left_network, until)
    press(session, "Take them up")
    until(lambda: session.window("wn_edit_conflicts") is not None)
    pane = session.window("wn_edit_conflicts")
    (conflict,) = pane.given.conflicts
    assert [(one.name, one.theirs) for one in conflict.fields] == [("material", "copper")]
    assert conflict.by == "wang" and pane.save_button.text() == "Take them up"
    assert offers(session) and not session.layer("pipe").isEditable()
    QTest.mouseClick(
        pane.findChild(QPushButton, "wn_edit_conflicts_mine_material"), Qt.MouseButton.LeftButton
    )
    QTest.mouseClick(pane.save_button, Qt.MouseButton.LeftButton)
    layer = session.layer("pipe")
    until(lambda: layer.isEditable() and not offers(session))
    buffer = layer.editBuffer()
    assert not buffer.deletedFeatureIds() and len(buffer.addedFeatures()) == 1
    (values,) = buffer.changedAttributeValues().values()
    assert values == {layer.fields().lookupField("material"): "steel"}


SAVED = """
import os, signal
from waternet_plugin.store.unsaved_edits import UnsavedEdits
for _ in range(20):
    application.processEvents()
UnsavedEdits.note = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)
layer.commitChanges()
"""


@pytest.mark.slow
def test_nothing_is_offered_of_what_was_saved_though_qgis_was_killed_before_it_forgot(
    folder: Path, session: Any, small_network: Path, until: Any
) -> None:
    killed(folder, small_network, CHANGES + SAVED)
    with store.open_network(str(small_network)) as network:
        assert sorted(network.read("pipe")["pipe_id"]) == ["P-1", "P-2", "P-9"]
    assert left_edits(folder, str(small_network))
    opened(session, small_network, until)
    assert not offers(session) and not list(folder.glob("*.edits"))


@pytest.mark.slow
def test_newer_edits_come_first(folder: Path, session: Any, left_network: Path, until: Any) -> None:
    opened(session, left_network, until)
    layer = session.layer("pipe")
    layer.startEditing()
    layer.changeAttributeValue(by_id(layer)["P-2"].id(), layer.fields().lookupField("note"), "x")
    press(session, "Take them up")
    QTest.qWait(50)
    assert any("newer edits" in text for text in session.iface.messages()) and offers(session)
    layer.rollBack()
    press(session, "Take them up")
    until(lambda: layer.isEditable() and not offers(session))
    assert by_id(layer)["P-1"]["material"] == "steel"


def noted(folder: Path, session: Any) -> dict[tuple[str, int], Any]:
    """Return what would be left if this process were killed now."""
    QTest.qWait(20)
    copy = folder.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy) if folder.is_dir() else copy.mkdir()
    left = left_edits(copy, session.network_path)
    return {(edit.table, edit.key): edit for one in left for edit in one.edits}


@pytest.mark.slow
def test_what_is_undone_saved_or_discarded_is_forgotten(
    folder: Path, session: Any, small_network: Path, until: Any
) -> None:
    opened(session, small_network, until)
    layer, nodes = session.layer("pipe"), session.layer("node")
    layer.startEditing()
    nodes.startEditing()
    fid, note = by_id(layer)["P-1"].id(), layer.fields().lookupField("note")
    layer.changeAttributeValue(fid, note, "x")
    # With what follows from a change, such as who made it, in one step.
    layer.beginEditCommand("note")
    layer.changeAttributeValue(by_id(layer)["P-2"].id(), note, "y")
    layer.endEditCommand()
    (valve,) = nodes.getFeatures()
    nodes.changeGeometry(valve.id(), QgsGeometry.fromPointXY(QgsPointXY(EAST + 1, NORTH)))
    found = noted(folder, session)
    assert found["pipe", fid].changed_fields == ("note",) and len(found) == 3
    layer.undoStack().undo()
    assert len(noted(folder, session)) == 2
    layer.deleteFeature(fid)
    assert noted(folder, session)["pipe", fid].is_deleted
    nodes.rollBack()
    assert list(noted(folder, session)) == [("pipe", fid)]
    layer.rollBack()
    assert not noted(folder, session)


@pytest.mark.slow
def test_two_runs_at_once_keep_apart(
    folder: Path, session: Any, small_network: Path, until: Any, iface: Any
) -> None:
    opened(session, small_network, until)
    layer = session.layer("pipe")
    layer.startEditing()
    layer.changeAttributeValue(by_id(layer)["P-1"].id(), layer.fields().lookupField("note"), "mine")
    assert noted(folder, session)["pipe", by_id(layer)["P-1"].id()].now["note"] == "mine"
    killed(folder, small_network, CHANGES)
    assert len(list(folder.glob("*.edits"))) == 2
    # Only what the run left that ended.
    (left,) = left_edits(folder, str(small_network))
    assert len(left.edits) == 4


@pytest.mark.slow
def test_a_network_on_a_share_is_kept_in_the_profile_too(
    folder: Path, session: Any, left_network: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin.store.geopackage.location import network_shares

    monkeypatch.setattr(network_shares, "share_type", lambda _path: "cifs")
    opened(session, left_network, until)
    assert offers(session)
    press(session, "Take them up")
    layer = session.layer("pipe")
    until(lambda: layer.isEditable() and not offers(session))
    assert by_id(layer)["P-1"]["material"] == "steel"
    assert {path.name for path in left_network.parent.iterdir()} >= {"small.gpkg", "small.qgz"}
    assert not list(left_network.parent.glob("*.edits"))


@pytest.mark.slow
def test_a_full_disk_is_said_once_and_editing_goes_on(
    folder: Path, session: Any, small_network: Path, until: Any
) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    opened(session, small_network, until)
    layer = session.layer("pipe")
    layer.startEditing()
    for text in ("a", "b"):
        layer.changeAttributeValue(by_id(layer)["P-1"].id(), layer.fields().lookupField("note"), text)
        QTest.qWait(20)
    assert sum("can't be kept" in text for text in session.iface.messages()) == 1
    assert by_id(layer)["P-1"]["note"] == "b"


@pytest.mark.slow
def test_unloading_leaves_edits_to_qgis(folder: Path, iface: Any, small_network: Path, until: Any) -> None:
    loaded = classFactory(iface)
    loaded.initGui()
    opened(loaded.session, small_network, until)
    layer = loaded.session.layer("pipe")
    layer.startEditing()
    layer.changeAttributeValue(by_id(layer)["P-1"].id(), layer.fields().lookupField("note"), "x")
    QTest.qWait(20)
    assert list(folder.glob("*.edits"))
    loaded.unload()
    assert not list(folder.glob("*.edits")) and by_id(layer)["P-1"]["note"] == "x"
    layer.rollBack()
