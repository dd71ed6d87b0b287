"""Panes that are tabs beside the panel: their titles are whole, and each leads home."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QTabBar
from support.cut_texts import cut_texts
from support.fake_iface import FakeIface

from waternet_plugin.gui.dma.dma_pane import DmaPane
from waternet_plugin.gui.drainage.catchment_pane import CatchmentPane
from waternet_plugin.gui.drainage.condition_pane import ConditionPane
from waternet_plugin.gui.drainage.flow_pane import FlowPane
from waternet_plugin.gui.drainage.manholes.manhole_pane import ManholePane
from waternet_plugin.gui.drainage.misconnections.misconnection_pane import MisconnectionPane
from waternet_plugin.gui.panes import pane

KINDS = (MisconnectionPane, FlowPane, ManholePane, CatchmentPane, ConditionPane, DmaPane)


@pytest.mark.slow
def test_d10_six_panes_keep_their_titles_and_lead_home(
    plugin: Any, open_session: Any, iface: FakeIface, until: Any
) -> None:
    iface.window.resize(1600, 900)
    iface.window.show()
    panes = [pane.open_pane(open_session, kind) for kind in KINDS]
    until(lambda: open_session.is_idle, 60.0)
    titles = {one.windowTitle() for one in panes}
    bars = iface.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (bar,) = [each for each in bars if titles <= {each.tabText(place) for place in range(each.count())}]
    for place in range(bar.count()):
        wanted = bar.fontMetrics().horizontalAdvance(bar.tabText(place))
        assert bar.tabRect(place).width() >= wanted, bar.tabText(place)
    for each in panes:
        each.raise_()
        QApplication.processEvents()
        assert each.home_button.isVisible() and cut_texts(each.home_button) == []
        each.home_button.click()
        QApplication.processEvents()
        assert not plugin.dock.visibleRegion().isEmpty(), each.NAME
    iface.window.hide()
