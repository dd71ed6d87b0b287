"""The list with what stands in its place while it is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues.tree import IssueTree
from waternet_plugin.gui.panel import pane
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.filtering import Shown
    from waternet_plugin.gui.issues.recorded import Recorded


class IssueList(QStackedWidget):
    """The tree of issues, or why there is none.

    Parameters
    ----------
    on_reset
        Called by the button that shows everything that is to mend.
    parent
        Owner.
    """

    def __init__(self, on_reset: Callable[[], Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wn_issues_pages")
        self.setMinimumWidth(200)
        self.tree = IssueTree("wn_issues_list", self)
        self.addWidget(self.tree)
        page = QWidget(self)
        self.empty = plain_label("", page)
        self.empty.setObjectName("wn_issues_empty")
        self.empty.setWordWrap(True)
        self._reset = pane.button(tr("Show all to fix"), "wn_issues_reset", on_reset, page)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.empty)
        layout.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.addWidget(page)

    def show_issues(self, listed: Shown, found: Recorded, current: str) -> None:
        """Show issues, or in a sentence why there are none."""
        self.tree.show_issues(listed, found, current)
        self.setCurrentIndex(0 if listed.issues else 1)
        self._reset.setVisible(bool(found.open_roots))
        if not found.is_checked and not found.issues:
            self.empty.setText(tr("The network has not been checked yet."))
        elif found.open_roots:
            self.empty.setText(tr("No issue fits these filters."))
        else:
            self.empty.setText(tr("There is nothing left to fix."))
