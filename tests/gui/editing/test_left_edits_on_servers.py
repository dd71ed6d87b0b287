"""Edits of a network on a server outlive a QGIS that was killed, whoever edits there meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
from support.killed_editing import killed
from support.store_helpers import in_schema, rows

from waternet_plugin.gui.editing import save_bar
from waternet_plugin.store import addresses
from waternet_plugin.store.unsaved_edits import left_edits

pytestmark = [pytest.mark.always, pytest.mark.slow]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where edits are kept."""
    found = tmp_path / "profile" / "unsaved"
    monkeypatch.setattr(save_bar, "journal_folder", lambda: found)
    return found


@pytest.fixture
def session(folder: Path, plugin: Any, tmp_path: Path) -> Iterator[Any]:
    """The session of a plugin that keeps its edits and its projects there."""
    before = list(addresses._documents)
    addresses.keep_documents_in(lambda: tmp_path)
    yield plugin.session
    QgsProject.instance().clear()
    addresses._documents[:] = before


def test_they_are_taken_up_saved_and_asked_about_where_others_edited(
    folder: Path, session: Any, network_on_server: str, until: Any, tmp_path: Path
) -> None:
    killed(folder, network_on_server, home=tmp_path)
    (left,) = left_edits(folder, network_on_server)
    assert len(left.edits) == 4 and "geheim" not in left.path.name
    assert oct(left.path.stat().st_mode)[-3:] == "600"
    with in_schema(network_on_server) as database:
        database.native("UPDATE pipe SET material = 'pe', note = 'theirs' WHERE pipe_id = 'P-1'")
    assert session.open_network(network_on_server)
    until(lambda: session.network_path and session.is_idle)
    until(lambda: any("saved when QGIS ended" in text for text in session.iface.messages()))
    (item,) = [each for each in session.iface.bar.items() if "saved when QGIS ended" in each.text()]
    (button,) = [each for each in item.findChildren(QPushButton) if each.text() == "Take them up"]
    button.click()
    until(lambda: session.window("wn_edit_conflicts") is not None)
    pane = session.window("wn_edit_conflicts")
    (conflict,) = pane.given.conflicts
    assert [(one.name, one.mine, one.theirs) for one in conflict.fields] == [("material", "steel", "pe")]
    pane.findChild(QPushButton, "wn_edit_conflicts_mine_material").click()
    pane.findChild(QPushButton, "wn_edit_conflicts_save").click()
    layer = session.layer("pipe")
    until(layer.isEditable)
    assert {feature["pipe_id"] for feature in layer.getFeatures()} == {"P-1", "P-2", "P-9"}
    assert layer.undoStack().count() == 1
    assert layer.commitChanges(), layer.commitErrors()
    assert rows(network_on_server, "SELECT pipe_id, material, install_year, note FROM pipe ORDER BY 1") == [
        ("P-1", "steel", 1999, "theirs"),
        ("P-2", "pvc", None, None),
        ("P-9", None, None, "新"),
    ]
    QTest.qWait(50)
    assert left_edits(folder, network_on_server) == ()
