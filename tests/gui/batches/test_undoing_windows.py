"""What an undo would leave is shown before, and what a network weighs, with what makes it smaller."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtWidgets import QLabel
from support.widgets import trigger

from waternet_plugin import store
from waternet_plugin.gui.batches import network_size
from waternet_plugin.store.geopackage import connection


def edit_natively(path: Any, sql: str) -> None:
    with closing(connection.connect(path, write=True)) as database:
        database.execute(sql)


def window_of(dock: Any, until: Any) -> Any:
    until(lambda: dock.session.window("wn_undo") is not None and dock.session.window("wn_undo").isVisible())
    return dock.session.window("wn_undo")


@pytest.mark.slow
def test_the_undo_shows_what_stays_and_takes_back_the_rest(dock: Any, small_network: Any, until: Any) -> None:
    edit_natively(small_network, "UPDATE pipe SET street = 'mine', edited_by = 'Wang' WHERE pipe_id = 'P-1'")
    trigger(dock, "wn_network_undo")
    window = window_of(dock, until)
    assert window.windowTitle() == "Undo batch B0002"
    assert window.findChild(object, "wn_undo_takes").text().splitlines()[1:] == ["  Pipes: 2", "  Nodes: 1"]
    stays = window.findChild(object, "wn_undo_list")
    row = stays.topLevelItem(0)
    assert [row.text(column) for column in (0, 1, 2, 4)] == ["Pipes", "P-1", "Wang", "edit without a batch"]
    assert stays.topLevelItemCount() == 1
    assert window.go.text() == "Undo the rest"
    window.go.click()
    until(lambda: any("has been undone" in one for one in dock.session.iface.messages()))
    assert dock.session.iface.messages()[0] == (
        "Batch B0002 has been undone, 3 rows. Not undone, because changed later: 1 row"
    )
    with store.open_network(small_network) as network:
        assert network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"].tolist() == ["P-1"]


@pytest.mark.slow
def test_the_undo_takes_back_all_with_the_later_changes(dock: Any, small_network: Any, until: Any) -> None:
    edit_natively(small_network, "UPDATE pipe SET street = 'mine', edited_by = 'Wang' WHERE pipe_id = 'P-1'")
    trigger(dock, "wn_network_undo")
    window = window_of(dock, until)
    assert window.findChild(object, "wn_undo_later").text().splitlines() == [
        "With the later changes (edit without a batch) these rows are undone too:",
        "  Pipes: 1",
    ]
    assert window.all.text() == "Undo all, with the later changes"
    window.all.click()
    until(lambda: any("has been undone" in one for one in dock.session.iface.messages()))
    with store.open_network(small_network) as network:
        assert network.count("pipe") == 0


@pytest.mark.slow
def test_the_undo_names_what_depends_on_it_and_can_be_left(dock: Any, small_network: Any, until: Any) -> None:
    with store.open_network(small_network) as network, network.write("edit") as batch:
        batch.insert("failure", pd.DataFrame({"failure_id": ["F1", "F2"], "pipe_id": ["P-1", "P-2"]}))
    dock.sections[0].undo_batch("B0002")
    window = window_of(dock, until)
    said = window.findChild(object, "wn_undo_dependents").text()
    assert "Failures: 2 rows that refer to removed Pipes" in said
    assert "Match failures again" in said
    assert window.go.text() == "Undo this batch"
    assert window.findChild(object, "wn_undo_list") is None
    window.reject()
    with store.open_network(small_network) as network:
        assert network.count("pipe") == 3


@pytest.mark.slow
def test_changes_are_asked_of_the_view_and_of_this_month(dock: Any, monkeypatch: Any) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(dock.session, "open_algorithm", lambda *args: asked.append(args))
    canvas = dock.session.iface.mapCanvas()
    canvas.setDestinationCrs(dock.session.layer("pipe").crs())
    canvas.setExtent(dock.session.layer("pipe").extent())
    trigger(dock, "wn_network_changes")
    ((name, parameters),) = asked
    assert name == "listchanges"
    assert parameters["SINCE"].endswith("-01")
    west, east, south, north = (float(side) for side in parameters["AREA"].split(","))
    shown = canvas.mapSettings().visibleExtent()
    assert (west, north) == (
        pytest.approx(shown.xMinimum(), abs=0.01),
        pytest.approx(shown.yMaximum(), abs=0.01),
    )
    assert west < east and south < north


@pytest.mark.slow
def test_the_list_of_batches_tells_what_was_left_and_lets_it_be_tried_again(
    dock: Any, small_network: Any, until: Any
) -> None:
    with store.open_network(small_network) as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P-1"], "street": ["mine"]}))
    with store.open_network(small_network) as network:
        network.undo("B0002", skip_changed=True)
    trigger(dock, "wn_network_batches")
    window = dock.session.window("wn_batches")
    assert window.table.model().index(2, 5).data() == "undone by B0004, 1 row not undone"
    window.table.selectRow(2)
    assert window.undo.isEnabled()
    window.undo.click()
    asked = window_of(dock, until)
    assert not asked.go.isEnabled(), "all that is left was changed later"
    asked.reject()
    with store.open_network(small_network) as network:
        network.undo("B0003")
    window.fill()
    window.table.selectRow(3)
    window.undo.click()
    until(lambda: "has been undone" in window.answer.text())
    with store.open_network(small_network) as network:
        assert network.count("pipe") == 0


@pytest.mark.slow
def test_the_size_of_a_network_is_shown_and_made_smaller(dock: Any, small_network: Any, until: Any) -> None:
    with store.open_network(small_network) as network:
        network.backup()
        with network.write("edit") as batch:
            batch.insert("work_item", pd.DataFrame({"item_id": [str(one) for one in range(3000)]}))
        network.undo()
    edit_natively(small_network, "DELETE FROM change_log WHERE \"table\" = 'work_item'")
    dock.fill_menu()
    action = next(one for one in dock.menu.actions() if one.objectName() == "wn_dock_size")
    action.trigger()
    window = dock.session.window("wn_size")
    until(window.compact.isEnabled)
    labels = {label.text() for label in window.findChildren(QLabel, "wn_size_what")}
    assert {"Pipes", "Nodes", "Change log", "Free space", "Backups"} <= labels
    assert window.folder.isEnabled()
    window.compact.click()
    until(lambda: window.answer.text() != "")
    assert " freed: " in window.answer.text(), window.answer.text()
    until(lambda: not dock.session.running)
    with store.open_network(small_network) as network:
        assert network.weight().free_bytes == 0
        assert network.count("pipe") == 3


def test_sizes_are_written_as_megabytes() -> None:
    assert network_size.megabytes(12_345_678) == "12.3 MB"
