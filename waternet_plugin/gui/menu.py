"""The WaterNet menu: every algorithm by group, and the page of needed packages."""

from __future__ import annotations

from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

from waternet_plugin.core.texts import tr
from waternet_plugin.paths import icon_path


class WaterNetMenu:
    """A menu of the main window that opens the algorithms.

    Parameters
    ----------
    iface
        QGIS's interface.
    provider
        Our Processing provider; its algorithms fill the menu.
    """

    def __init__(self, iface: Any, provider: Any) -> None:
        self._iface = iface
        self._window = iface.mainWindow()
        self._dialog: Any = None
        self._menu = QMenu("WaterNet", self._window)
        self._menu.setObjectName("wn_menu")
        groups: dict[str, QMenu] = {}
        for algorithm in provider.ordered_algorithms():
            group = algorithm.groupId()
            if group not in groups:
                groups[group] = self._menu.addMenu(algorithm.group())
                groups[group].setObjectName(f"wn_menu_{group}")
            action = QAction(algorithm.icon(), algorithm.displayName() + "…", groups[group])
            action.setObjectName(f"wn_action_{algorithm.name()}")
            action.setToolTip(algorithm.shortDescription())
            action.triggered.connect(lambda _checked=False, name=algorithm.id(): self._open(name))
            groups[group].addAction(action)
        self._menu.addSeparator()
        packages = QAction(QIcon(icon_path("packages")), tr("Needed Python packages…"), self._menu)
        packages.setObjectName("wn_action_packages")
        packages.triggered.connect(lambda _checked=False: self.show_packages())
        self._menu.addAction(packages)
        bar = self._window.menuBar()
        # Before Help, where QGIS puts the menus of plugins.
        last = bar.actions()[-1] if bar.actions() else None
        self._action = bar.insertMenu(last, self._menu) if last else bar.addMenu(self._menu)

    def _open(self, algorithm_id: str) -> None:
        import processing

        processing.execAlgorithmDialog(algorithm_id)

    def show_packages(self) -> Any:
        """Open the page of needed packages and return it."""
        from waternet_plugin.gui.packages_page import PackagesPage

        self._dialog = PackagesPage(self._window)
        self._dialog.show()
        return self._dialog

    def remove(self) -> None:
        """Take the menu and what it opened out of the window."""
        self._window.menuBar().removeAction(self._action)
        for widget in (self._dialog, self._menu):
            if widget is not None and not sip.isdeleted(widget):
                widget.setParent(None)
                widget.deleteLater()
        self._dialog = None
        self._menu = None
