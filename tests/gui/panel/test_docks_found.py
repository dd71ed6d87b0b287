"""Docks of a window are found where they are docked, float, and float together."""

from __future__ import annotations

from types import SimpleNamespace

from qgis.PyQt.QtWidgets import QDockWidget, QMainWindow, QWidget

from waternet_plugin.gui.panes.pane import panes_of


class QDockWidgetGroupWindow(QWidget):  # noqa: D101 - the name by which Qt knows docks that float together
    pass


def test_docks_that_float_together_are_found_too(qgis_app: object) -> None:
    window = QMainWindow()
    group = QDockWidgetGroupWindow(window)
    docks = [QDockWidget("docked", window), QDockWidget("grouped", group)]
    # A dock within another's content is nobody's pane.
    QDockWidget("inner", docks[0])
    session = SimpleNamespace(iface=SimpleNamespace(mainWindow=lambda: window))
    assert {dock.windowTitle() for dock in panes_of(session, QDockWidget)} == {"docked", "grouped"}
