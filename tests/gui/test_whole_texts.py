"""Windows with as much in them as there can be: no label, box or row of them is out of sight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from desktop.cut import box_faults
from qgis.core import QgsCoordinateReferenceSystem, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QLabel, QWidget
from support.cut_texts import cut_texts, keep_picture

from waternet_plugin import language
from waternet_plugin.bridge import server_connections
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.batches.undoing import UndoWindow
from waternet_plugin.gui.dma.comparison.comparison_pane import ComparisonPane
from waternet_plugin.gui.dma.zone_rows import zone_columns
from waternet_plugin.gui.panes.narrow_lists import ListAbove, make_narrow
from waternet_plugin.gui.start.new_network import NewNetworkDialog
from waternet_plugin.gui.start.server_networks import ServerNetworksDialog
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.row_table import RowsView
from waternet_plugin.store.changes.undo_results import Dependents, Stays, Undoing

# What a laptop leaves, and the side pane on it.
HEIGHT, NARROW, PANE = 728, 340, 560


@pytest.fixture(params=["en", "zh_CN"])
def code(request: Any) -> Iterator[str]:
    """A language."""
    language.install(request.param)
    yield request.param
    language.install("en")


def _shown(window: QWidget, name: str) -> QWidget:
    window.show()
    QApplication.processEvents()
    QApplication.processEvents()
    keep_picture(window, name)
    return window


def test_an_undo_of_many_tables_keeps_its_labels_whole(session: Any, code: str) -> None:
    tables = [one.name for one in all_tables().values() if one.id_field][:16]
    told = Undoing(
        "B0001",
        "adopt",
        dict.fromkeys(tables, 1200),
        tuple(Stays("pipe", f"P-{row}", "B0002", "Li", "") for row in range(40)),
        tuple(
            Dependents(name, "pipe_id", "pipe", 3, ("F1", "F2", "F3"))
            for name in ("failure", "customer", "inspection", "assessment")
        ),
        (("node", "N-1"),),
        dict.fromkeys(tables, 30),
        tuple(f"B{number:04d}" for number in range(2, 30)),
    )
    window = _shown(UndoWindow(session, told, lambda _later: None), f"undo_many.{code}")
    assert cut_texts(window) == []
    assert window.height() <= HEIGHT
    area = window.findChild(QWidget, "wn_undo_area")
    assert area.horizontalScrollBar().maximum() == 0
    window.close()


@pytest.mark.slow
def test_the_system_of_the_open_project_is_read_whole(plugin: Any, code: str) -> None:
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:4513"))
    dialog = NewNetworkDialog(plugin.session)
    for place in range(dialog.zone.count()):
        dialog.zone.setCurrentIndex(place)
        _shown(dialog, f"new_network.{code}")
        if dialog.zone.currentData() == "EPSG:4513":
            assert box_faults(dialog) == [] and cut_texts(dialog) == []
            box = dialog.zone
            assert box.fontMetrics().horizontalAdvance(box.currentText()) + 24 <= box.width()
    assert dialog.width() <= 1280
    dialog.close()


def test_the_networks_of_a_server_are_read_whole(
    plugin: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(name: str) -> None:
        text = tr(
            "The server of {name} can't be reached. Check the connection and whether the server is running."
        )
        raise InputError(text.format(name=name))

    monkeypatch.setattr(server_connections, "connection_names", lambda: ["南京水务集团 gis", "b"])
    monkeypatch.setattr(server_connections, "connection_named", unreachable)
    dialog = ServerNetworksDialog(plugin.session)
    dialog.networks.set_rows(
        [
            {"title": "南京市供水管网", "schema": "nanjing_supply", "version": "17"},
            {
                "title": "town",
                "schema": "town",
                "version": tr("{version}, newer than the plugin").format(version=18),
            },
        ]
    )
    dialog.address.setText("postgresql:///water?service=gis")
    dialog.open_button.click()
    _shown(dialog, f"server_networks.{code}")
    assert box_faults(dialog) == [] and cut_texts(dialog) == []
    dialog.close()


def test_names_of_scenarios_are_read_whole_or_told(plugin: Any, code: str) -> None:
    opened = ComparisonPane(plugin.session)
    names = (
        "short",
        "Proposal of 2026 with the most even areas, as agreed on with the district office",
    )
    for box in (opened.before_box, opened.after_box):
        box.addItems(names)
        box.setCurrentIndex(1)
    # A window of its own: the main window need not show.
    opened.setParent(None)
    opened.resize(776, 220)
    _shown(opened, f"comparison_boxes.{code}")
    assert box_faults(opened) == []
    # They share the line: a name of usual length shows whole.
    assert opened.before_box.width() > 250
    opened.close()
    opened.deleteLater()


@pytest.mark.parametrize("name", ["DMA-1", "▸ DMA-1 East of the river", "▸ 一区 解放路以东"])
def test_all_areas_of_a_short_list_are_in_sight(qgis_app: Any, name: str) -> None:
    split = ListAbove(150)
    split.resize(NARROW - 20, PANE)
    upper = QWidget(split)
    view = make_narrow(RowsView(zone_columns(), "zones", upper))
    plus = QLabel("+")
    plus.setFixedHeight(24)
    vertical((view, 1), plus, parent=upper, spacing=4, margins=0)
    split.addWidget(upper)
    split.addWidget(QLabel("below"))
    _shown(split, "areas")
    figures = {
        "hue": 0,
        "state": "× In use",
        "leak": None,
        "customers": 6174,
        "km": 236.4,
        "inlets": 2,
        "open": 1,
    }
    view.set_rows([{**figures, "name": name} for _row in range(3)])
    split.fit(view)
    QApplication.processEvents()
    assert view.visualRect(view.model().index(2, 1)).bottom() <= view.viewport().height()
    assert view.rowHeight(0) < 3 * view.fontMetrics().lineSpacing()
    # What a narrow list leaves out, the tip tells; there is no bar across.
    assert not view.horizontalScrollBar().isVisible()
    assert "236.4 km, 2 inlets" in view.model().index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    view.resize(500, 300)
    QApplication.processEvents()
    assert not any(view.isColumnHidden(place) for place in range(view.model().columnCount()))
    # What a person drags stays.
    split._moved()
    split.setSizes([80, PANE - 80])
    split.fit(view)
    assert split.sizes()[0] < 150
    split.close()
