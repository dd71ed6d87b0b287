"""The menu of themes, palettes and base maps."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QAction, QMenu


@pytest.fixture
def menu(plugin: Any, open_session: Any) -> Any:
    """The menu, filled for the small network."""
    found = plugin.actions.menu.findChild(QMenu, "wn_menu_map")
    found.fill()
    return found


def _ticked(menu: Any, key: str) -> list[str]:
    actions = menu.findChild(QMenu, f"wn_menu_{key}").actions()
    return [action.text() for action in actions if action.isChecked()]


@pytest.mark.slow
def test_theme_and_palette_in_use_are_ticked(menu: Any) -> None:
    assert (_ticked(menu, "theme"), _ticked(menu, "palette")) == (["System"], ["For the screen"])


@pytest.mark.slow
def test_a_theme_is_shown(menu: Any, plugin: Any) -> None:
    menu.findChild(QAction, "wn_theme_health").trigger()
    root = QgsProject.instance().layerTreeRoot()
    shown = [root.findLayer(plugin.session.layer(key).id()).isVisible() for key in ("pipe", "pipe_health")]
    assert shown == [False, True]


@pytest.mark.slow
def test_a_palette_dresses_the_whole_project(menu: Any, plugin: Any) -> None:
    menu.findChild(QAction, "wn_palette_cjj61").trigger()
    assert QgsProject.instance().readEntry("WaterNet", "palette", "")[0] == "cjj61"
    colours = {
        item.symbol().color().name()
        for item in plugin.session.layer("pipe").renderer().legendSymbolItems()
        if item.symbol()
    }
    assert "#00ffff" in colours


def test_without_a_network_nothing_can_be_chosen(plugin: Any) -> None:
    found = plugin.actions.menu.findChild(QMenu, "wn_menu_map")
    found.fill()
    assert [action.isEnabled() for action in found.actions()] == [False] * 3
