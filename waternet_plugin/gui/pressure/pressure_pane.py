"""The pane of pressure and the search for leaks."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QTabWidget, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.side_pane import WIDTH
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import make_narrow_tabs
from waternet_plugin.gui.pressure.pressure_tab import PressureTab
from waternet_plugin.gui.pressure.tab_list import tab_class, tab_titles


class PressurePane(pane.Pane):
    """Holds the tabs: the one in front draws on the map, and reads what changed when it comes."""

    NAME = "wn_pressure"
    TOPIC = "pressure"
    AREA = Qt.DockWidgetArea.RightDockWidgetArea
    SIZE = (WIDTH, 600)

    def build(self) -> QWidget:
        """Return the tabs."""
        self.setWindowTitle(tr("Pressure and search"))
        self.book = make_narrow_tabs(QTabWidget(self, objectName=f"{self.NAME}_tabs", documentMode=True))
        self.tabs: list[PressureTab] = []
        for key, title in tab_titles().items():
            made = tab_class(key)(self.session, self)
            self.tabs.append(made)
            self.book.addTab(made, title)
        self._in_front: PressureTab | None = None
        self.book.currentChanged.connect(lambda _place: self._turned())
        return self.book

    @property
    def current(self) -> PressureTab:
        """The tab in front."""
        return self.tabs[self.book.currentIndex()]

    def tab(self, key: str) -> Any:
        """Return a tab by its ``KEY``."""
        return next(one for one in self.tabs if key == one.KEY)

    def ask(self, **wanted: Any) -> None:
        """Bring the tab named by ``tab`` to the front, and hand on what else is wanted."""
        key = wanted.pop("tab", "")
        if key:
            self.book.setCurrentWidget(self.tab(key))
        self.current.ask(**wanted)
        self._turned()

    def refresh(self) -> None:
        """Read anew what is in front, if any of it changed."""
        self._turned()

    def _turned(self) -> None:
        if self._in_front is not None and self._in_front is not self.current:
            self._in_front.go()
        self._in_front = self.current
        self._in_front.come()

    def _data_changed(self, table: str) -> None:
        for tab in self.tabs:
            tab.is_stale = tab.is_stale or table in ("", *tab.TABLES)
        if self.current.is_stale:
            self._settle.start()

    def _seen_or_gone(self, visible: bool) -> None:
        super()._seen_or_gone(visible)
        # Behind another pane it goes on drawing; closed it does not.
        if self.isHidden():
            for tab in self.tabs:
                tab.go()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the map as it was."""
        for tab in self.tabs:
            tab.go()
            tab.end()
            tab.is_stale = True
        super().closeEvent(event)
