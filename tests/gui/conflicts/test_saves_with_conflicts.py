"""A Save that meets what others saved: refused, asked about in the pane, and done with the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
from support.begun_editing import begin_editing
from support.widgets import part

from waternet_plugin import store


@pytest.fixture
def layer(open_session: Any) -> Any:
    """The pipes of the small network, being edited."""
    found = open_session.layer("pipe")
    begin_editing(found)
    return found


def elsewhere(path: Path, **values: Any) -> None:
    with store.open_network(str(path), by="wang") as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": "P-1", **values}]))


def change(layer: Any, field: str, value: Any) -> None:
    (feature,) = (one for one in layer.getFeatures() if one["pipe_id"] == "P-1")
    assert layer.changeAttributeValue(feature.id(), layer.fields().lookupField(field), value)


def in_file(path: Path) -> Any:
    with store.open_network(str(path)) as network:
        return network.read("pipe", ids=["P-1"]).iloc[0]


@pytest.mark.slow
def test_other_fields_of_both_are_saved(layer: Any, small_network: Path) -> None:
    change(layer, "material", "steel")
    elsewhere(small_network, street="人民路")
    assert layer.commitChanges(False)
    row = in_file(small_network)
    assert (row["material"], row["street"]) == ("steel", "人民路")


@pytest.mark.slow
@pytest.mark.parametrize(("side", "material"), [("mine", "steel"), ("theirs", "copper")])
def test_the_same_field_is_asked_about_and_saved_with_the_answer(
    layer: Any, small_network: Path, plugin: Any, until: Any, side: str, material: str
) -> None:
    change(layer, "material", "steel")
    change(layer, "note", "seen")
    elsewhere(small_network, material="copper")
    assert not layer.commitChanges(False)
    QCoreApplication.processEvents()
    assert layer.isModified() and in_file(small_network)["material"] == "copper"
    pane = plugin.session.window("wn_edit_conflicts")
    QTest.qWait(20)
    QTest.mouseClick(part(pane, f"wn_edit_conflicts_{side}_material"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(pane.save_button, Qt.MouseButton.LeftButton)
    until(pane.isHidden)
    row = in_file(small_network)
    assert (row["material"], row["note"]) == (material, "seen") and not layer.isModified()
    layer.rollBack()


@pytest.mark.slow
def test_the_message_leads_to_the_pane_though_it_was_closed(
    layer: Any, small_network: Path, plugin: Any
) -> None:
    change(layer, "material", "steel")
    elsewhere(small_network, material="copper")
    assert not layer.commitChanges(False)
    QCoreApplication.processEvents()
    plugin.session.window("wn_edit_conflicts").close()
    QTest.qWait(20)
    (item,) = plugin.session.iface.bar.items()
    plugin.session.iface.window.show()
    QTest.mouseClick(item.findChild(QPushButton), Qt.MouseButton.LeftButton)
    pane = plugin.session.window("wn_edit_conflicts")
    assert pane is not None and [one.asset for one in pane.given.conflicts] == ["P-1"]
    layer.rollBack()
