"""Lists in the width of a side pane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QSplitter, QTabWidget, QWidget

from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

# The marks are narrower than the style's headings, and so is a bar than where there is room.
_LEAST_PX, _BAR_PX = 14, 10
# The style's own tabs are too wide for five of them.
_TABS = (
    "QTabBar::tab { padding: 4px 5px; border-bottom: 2px solid transparent; }"
    " QTabBar::tab:selected { border-bottom: 2px solid palette(highlight); }"
)


def make_narrow(view: RowsView) -> RowsView:
    """Let a list fit a side pane, and return it."""
    view.horizontalHeader().setMinimumSectionSize(_LEAST_PX)
    view.verticalScrollBar().setFixedWidth(_BAR_PX)
    small = sized(view.font(), NOTE_PT + 0.5)
    view.setFont(small)
    view.horizontalHeader().setFont(small)
    return view


def narrow_list(
    columns: Sequence[TableColumn], name: str, parent: QWidget, on_pick: Callable[[dict[str, Any]], Any]
) -> RowsView:
    """Return a list that fits a side pane; ``on_pick`` gets the row that is clicked."""
    view = make_narrow(RowsView(columns, name, parent))
    view.picked.connect(on_pick)
    return view


def make_narrow_tabs(book: QTabWidget) -> QTabWidget:
    """Let five tabs fit a side pane, and return their book."""
    book.tabBar().setFont(sized(book.font(), NOTE_PT + 0.5))
    book.tabBar().setStyleSheet(_TABS)
    return book


class ListAbove(QSplitter):
    """A list above what belongs to its rows: as high as its rows, at most half, until a person drags.

    Parameters
    ----------
    least_px
        How high the upper part is at least.
    parent
        Owner.
    """

    def __init__(self, least_px: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent, childrenCollapsible=False)
        self._least_px = least_px
        self._is_moved = False
        self.splitterMoved.connect(self._moved)

    def _moved(self, *_place: int) -> None:
        self._is_moved = True

    def fit(self, view: RowsView) -> None:
        """Give the list in the upper part the height of its rows."""
        if self._is_moved:
            return
        rest = max(self.widget(0).height() - view.viewport().height(), 0)
        top = min(max(self._least_px, view.verticalHeader().length() + rest), self.height() // 2)
        self.setSizes([top, max(self.height() - top, 1)])
