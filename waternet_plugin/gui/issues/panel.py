"""The pane of issues: the list at the left, the chosen issue at the right, one click an issue."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues import issue_counts
from waternet_plugin.gui.issues.actions.accept_line import AcceptLine
from waternet_plugin.gui.issues.actions.commands import Commands
from waternet_plugin.gui.issues.actions.issue_buttons import IssueButtons
from waternet_plugin.gui.issues.chosen.issue_map import IssueMap
from waternet_plugin.gui.issues.chosen.issue_text import IssueText
from waternet_plugin.gui.issues.listing.filter_bar import FilterBar
from waternet_plugin.gui.issues.listing.issue_list import IssueList
from waternet_plugin.gui.issues.model import Issues
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import divided, vertical

_MOVED_MS = 300


class IssuePane(pane.Pane):
    """Puts the views of the issues together; what they show and do is in ``issues`` and ``commands``."""

    NAME = "wn_issues"
    TOPIC = "issues"
    TABLES = ("issue", "pipe", "node", "setting")

    def build(self) -> QWidget:
        """Return the filters over list and issue."""
        self.setWindowTitle(tr("Issues"))
        inside = QWidget(self)
        self.issues = Issues(self.session, inside)
        self.commands = Commands(self.issues)
        self.map = IssueMap(self.issues)
        self.filter = FilterBar(self.issues, inside)
        self.list = IssueList(self.issues, self.filter.reset, inside)
        split = divided((self.list, 1), (self._issue_side(inside), 1), parent=inside, is_beside=True)
        split.setSizes([330, 390])
        vertical(self.filter, (split, 1), parent=inside, spacing=4, margins=(12, 4, 12, 8))
        self._moved = QTimer(inside, singleShot=True, interval=_MOVED_MS, timeout=self.issues.refresh_list)
        self.session.iface.mapCanvas().extentsChanged.connect(self._map_moved)
        self.issues.listed_changed.connect(self._say_title)
        self.issues.chosen_changed.connect(self._tell_section)
        self.issues.changed.emit()
        return inside

    def _issue_side(self, parent: QWidget) -> QWidget:
        side = QWidget(parent, minimumWidth=240)
        self.text = IssueText(self.issues, side)
        self.text.asset_clicked.connect(self.map.open_asset)
        self.accepting = AcceptLine(self.session, self.commands.accept_for, side)
        self.issues.reason_wanted.connect(self.accepting.ask)
        self.issues.chosen_changed.connect(self.accepting.hide)
        self.issues.grades_asked_for.connect(self.accepting.hide)
        self.buttons = IssueButtons(self.issues, self.commands, self, side)
        self.buttons.copied.connect(self.text.copy_all)
        working = Working("wn_issues", side)
        self.issues.progressed.connect(working.show_progress)
        self.issues.progress_ended.connect(working.hide_progress)
        vertical(
            (self.text, 1),
            # Above what is clicked, so that nothing moves under the pointer.
            working,
            self.accepting,
            self.buttons,
            parent=side,
            spacing=4,
            margins=(4, 0, 0, 0),
        )
        return side

    def ask(self, **wanted: Any) -> None:
        """Go to the next issue (``next``), to one (``issue``), or to the grades (``grades``)."""
        self.map.open()
        self.issues.ask(**wanted)

    def refresh(self) -> None:
        """Read the issues anew."""
        self.issues.refresh()

    def _say_title(self) -> None:
        issues = self.issues.found
        title = tr("Issues: {n} to fix, {errors}").format(
            n=amounts.number(len(issues.open_roots)),
            errors=issue_counts.errors(len(issues.open_roots.of_severity("error"))),
        )
        self.setWindowTitle(title if issues.is_checked or issues.issues else tr("Issues"))

    def _tell_section(self) -> None:
        """Let the section of the dock name the issue that comes next."""
        section = self.session.iface.mainWindow().findChild(QWidget, "wn_section_issues")
        current = self.issues.chosen.issue
        if section is not None and current is not None and self.issues.listed is not None:
            section.show_next(self.issues.listed.after(current.issue_id))

    def _map_moved(self) -> None:
        if self.issues.only_in_view and not self.isHidden():
            self._moved.start()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the map as it was."""
        self.map.close()
        self.issues.forget()
        super().closeEvent(event)
