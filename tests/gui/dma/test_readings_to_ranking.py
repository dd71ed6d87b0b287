"""From a file of readings to the areas ranked by leakage: the wizard and the dock, by clicks."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtCore import QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent
from qgis.PyQt.QtTest import QTest
from support.staging import ROOT
from support.uncomputed_town import undo_night_flow
from support.widgets import part

from waternet_plugin import store
from waternet_plugin.gui.wizard.dialog import CHECK

MOST_CLICKS = 5


@pytest.fixture
def town_and_file(tmp_path: Path) -> tuple[Path, Path]:
    """The sample town without readings, and its readings as a file, a column a meter."""
    shutil.copytree(ROOT / "build" / "sample_town" / "en", tmp_path / "town")
    path = next((tmp_path / "town").glob("*.gpkg"))
    undo_night_flow(path)
    with store.open_network(path) as network:
        read = network.read("reading", ["node_id", "time", "quantity", "value"], geometry=False)
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM reading")
    flow = read[read["quantity"] == "flow_m3h"]
    wide = flow.pivot(index="time", columns="node_id", values="value")
    wide.index = pd.DatetimeIndex(wide.index).tz_convert("Asia/Shanghai").strftime("%Y-%m-%d %H:%M")
    file = tmp_path / "flow_m3h.csv"
    wide.to_csv(file, index_label="time")
    return path, file


def drop(dock: Any, file: Path) -> None:
    """Drop a file on the dock."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    dock.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none))


@pytest.mark.parametrize("way", ["next", "rail"])
@pytest.mark.slow
def test_from_a_file_of_readings_to_the_ranking_in_five_clicks(
    plugin: Any, town_and_file: tuple[Path, Path], until: Any, way: str
) -> None:
    path, file = town_and_file
    session = plugin.session
    session.iface.window.resize(1366, 768)
    session.iface.window.show()
    assert session.open_network(str(path))
    section = next(one for one in plugin.dock.sections if one.KEY == "dma")
    until(lambda: section.states is not None, 60)
    clicks = 0

    def click(widget: Any, place: Any = None) -> None:
        nonlocal clicks
        clicks += 1
        where = widget.rect().center() if place is None else place
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)

    drop(plugin.dock, file)
    until(lambda: session.window("wn_wizard") is not None, 30)
    wizard = session.window("wn_wizard")
    until(lambda: bool(wizard.state.sources) and not wizard.is_busy, 60)
    following = part(wizard, "wn_wizard_next")
    if way == "rail":
        # Nothing before the last step is open, so it is one click away.
        click(wizard.rail.viewport(), wizard.rail.visualItemRect(wizard.rail.item(CHECK)).center())
    while wizard.step < CHECK:
        # Steps that ask nothing of readings are passed over.
        click(following)
    until(lambda: wizard.step == CHECK and not wizard.is_busy and following.isEnabled(), 120)
    click(following)
    until(lambda: wizard.is_done and not wizard.is_busy, 120)
    assert wizard.is_done, wizard.message.text()
    wizard.close()
    until(lambda: section.alarms.text() == "compute night flow of the readings", 60)
    click(section.alarms)
    until(lambda: session.window("wn_dma") is not None, 60)
    pane = session.window("wn_dma")
    until(pane.flow.rank_button.isEnabled, 120)
    assert pane.flow.plot.plot.name == "leakage_ranking"
    assert section.states is not None
    assert clicks <= MOST_CLICKS
