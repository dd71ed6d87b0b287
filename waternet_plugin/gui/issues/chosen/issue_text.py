"""What is said about the chosen issue, about all of them while none is chosen, or the grades of the areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues import grades
from waternet_plugin.gui.issues.chosen import explaining
from waternet_plugin.gui.panes.pane import Prose

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.model import Issues


class IssueText(Prose):
    """Sentences with links to assets, issues, areas and what a fix does.

    Parameters
    ----------
    issues
        What it speaks of.
    """

    # Table and id.
    asset_clicked = pyqtSignal(str, str)

    def __init__(self, issues: Issues, parent: QWidget) -> None:
        super().__init__("wn_issues_answer", parent)
        self._issues = issues
        self.anchorClicked.connect(lambda url: self.follow(url.toString()))
        issues.explained.connect(self._explain)
        issues.graded.connect(self.setHtml)

    def _explain(self) -> None:
        issues = self._issues
        if issues.shows_grades:
            return
        if issues.found is None or issues.chosen.issue is None:
            self.setHtml(explaining.overview(issues.found) if issues.found else "")
            return
        scrolled = self.verticalScrollBar().value()
        self.setHtml(
            explaining.explanation(
                issues.chosen.issue,
                issues.found,
                location=issues.chosen.places,
                preview=issues.chosen.preview,
                is_waiting=issues.chosen.is_waiting,
                can_be_fixed=issues.chosen.can_be_fixed,
            )
        )
        self.verticalScrollBar().setValue(scrolled)

    def follow(self, target: str) -> None:
        """Answer a link: an asset, an issue, an area, what a fix does."""
        kind, _colon, name = target.partition(":")
        if f"{kind}:" == explaining.ISSUE_LINK:
            self._issues.choose(name)
        elif f"{kind}:" == explaining.DRY_RUN_LINK:
            self._issues.chosen.work_out(section=self._issues)
        elif f"{kind}:" == grades.AREA_LINK:
            self._issues.zoom_to_area(name)
        elif f"{kind}:" == explaining.ASSET_LINK:
            self.asset_clicked.emit(*name.split("/", 1))

    def copy_all(self) -> None:
        """Copy everything and say so."""
        self.selectAll()
        self.copy()
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)
        self._issues.session.say(tr("Copied."))
