"""The list, and what shows while it is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QStackedWidget, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues.listing.issue_tree import IssueTree
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.model import Issues

# Clicks and arrow keys tell of one row twice.
_PICK_MS = 60


class IssueList(QStackedWidget):
    """The tree of issues, or why there is none.

    Parameters
    ----------
    issues
        What it lists; rows that are picked are chosen there.
    on_reset
        Called by the button that shows everything to fix.
    """

    def __init__(self, issues: Issues, on_reset: Callable[[], Any], parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_issues_pages", minimumWidth=200)
        self._issues = issues
        self.tree = IssueTree("wn_issues_list", self)
        self.addWidget(self.tree)
        page = QWidget(self)
        self.empty = plain_label("", page, objectName="wn_issues_empty", wordWrap=True)
        self._reset = pane.button(tr("Show all to fix"), "wn_issues_reset", on_reset, page)
        vertical(self.empty, (self._reset, 0, Qt.AlignmentFlag.AlignLeft), 1, parent=page, margins=8)
        self.addWidget(page)
        self._picked = ""
        self._wait = QTimer(
            self, singleShot=True, interval=_PICK_MS, timeout=lambda: issues.choose(self._picked)
        )
        self.tree.picked.connect(self._pick)
        self.tree.selected.connect(issues.select)
        issues.listed_changed.connect(self._show)
        issues.chosen_changed.connect(self._choose)
        # So that N, F and A are heard.
        issues.asked_for.connect(self.tree.setFocus)

    def _pick(self, issue_id: str) -> None:
        self._picked = issue_id
        self._wait.start()

    def _choose(self) -> None:
        issue = self._issues.chosen.issue
        if issue is not None:
            self.tree.choose(issue.issue_id)

    def _show(self) -> None:
        """Show the issues, or in a sentence why there are none."""
        listed, issues, current = self._issues.listed, self._issues.found, self._issues.chosen.issue
        self.tree.show_issues(listed, issues, current.issue_id if current else "")
        self.setCurrentIndex(0 if listed.issues else 1)
        self._reset.setVisible(bool(issues.open_roots))
        if issues.open_roots:
            self.empty.setText(tr("No issue fits these filters."))
        elif not issues.is_checked:
            self.empty.setText(tr("The whole network has not been checked yet."))
        else:
            self.empty.setText(tr("There is nothing left to fix."))
