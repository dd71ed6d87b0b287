"""The buttons below an issue, with their keys; the line that shows how far the work is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAction,
    QMenu,
    QPushButton,
    QWidget,
)

from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.session.permission import Permission
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.actions.commands import Commands
    from waternet_plugin.gui.issues.model import Issues


class IssueButtons(QWidget):
    """Fix, Accept, Work item, Next, Undo, grades and more; N, F, A and W are their keys inside the pane.

    Parameters
    ----------
    issues
        What they say, and whether they are enabled.
    commands
        What they do.
    hears
        The widget inside which their keys are heard.
    """

    copied = pyqtSignal()

    def __init__(self, issues: Issues, commands: Commands, hears: QWidget, parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_issues_buttons")
        self._issues = issues
        self._hears = hears
        self.fix = self._key("fix", tr("Fix"), "F", commands.fix)
        self.accept = self._key("accept", tr("Accept…"), "A", commands.accept)
        self.next = self._key(
            "next", tr("Next", "issue"), "N", issues.go_on, toolTip=tr("The next issue of the list (N)")
        )
        self.order = self._key("order", tr("Work item"), "W", commands.order)
        self.undo = pane.tool(tr("Undo"), "wn_issues_undo", commands.undo, self)
        self.grades = pane.tool(
            tr("Grades"),
            "wn_issues_grades",
            issues.switch_grades,
            self,
            checkable=True,
            toolTip=tr("How good the data are, area by area"),
        )
        self.menu = QMenu(self, objectName="wn_issues_menu")
        self.fix_rule = self._entry("fix_rule", tr("Fix all issues of this rule…"), commands.fix_rule)
        self._entry("copy", tr("Copy the explanation"), self.copied.emit)
        self._more = menu_button("wn_issues_more", self.menu, self, toolTip=tr("More actions"))
        # On a laptop the side of the issue is narrower than all of them.
        self.setLayout(
            WrappingRow(self.fix, self.accept, self.order, self.next, self.undo, self.grades, self._more)
        )
        for pressed, kind in (
            (self.fix, "repair"), (self.fix_rule, "repair"), (self.accept, "edit"), (self.order, "edit"),
        ):  # fmt: skip
            Permission(issues.session, pressed, kind)
        issues.changed.connect(self._update)

    def _key(
        self, name: str, text: str, key: str, click: Callable[[], Any], **properties: Any
    ) -> QPushButton:
        """Return a button that a key presses, too, wherever in the pane one is."""
        made = pane.button(text, f"wn_issues_{name}", click, self, **properties)
        action = QAction(
            text,
            self._hears,
            objectName=f"wn_issues_key_{name}",
            shortcut=QKeySequence(key),
            triggered=lambda _checked=False: made.click(),
            shortcutContext=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self._hears.addAction(action)
        return made

    def _entry(self, name: str, text: str, click: Callable[[], Any]) -> QAction:
        return menu_entry(self.menu, text, f"wn_issues_menu_{name}", click)

    def _update(self) -> None:
        """Enable what can be done with the chosen issue."""
        issues, chosen = self._issues, self._issues.chosen
        # Nothing is done to an issue that does not show.
        idle = not (issues.actor.is_busy or issues.shows_grades)
        self.grades.setChecked(issues.shows_grades)
        issue, preview = chosen.issue, chosen.preview
        refused = preview is not None and not preview.done
        self.fix.setEnabled(idle and chosen.can_be_fixed and not chosen.is_waiting and not refused)
        if issue is None:
            tip = tr("Choose an issue first")
        elif not chosen.can_be_fixed:
            tip = tr("There is no automatic fix; correct it on the map")
        elif refused:
            tip = tr("It can’t be fixed automatically; the reason is above")
        elif preview is None:
            tip = tr("Show what the fix does, then fix (F)")
        else:
            tip = tr("Fix it as shown, in one batch that can be undone, and go on (F)")
        self.fix.setToolTip(literal(tip))
        closed = issue is not None and issue.state != OPEN
        self.accept.setText(tr("Reopen") if closed else tr("Accept…"))
        self.accept.setToolTip(
            literal(tr("Reopen it (A)") if closed else tr("It is right as it is: say why, and go on (A)"))
        )
        self.accept.setEnabled(idle and issue is not None)
        self.order.setEnabled(idle and issue is not None and not closed)
        self.order.setToolTip(
            literal(tr("Write a work order that sends a crew there, with the words of the issue (W)"))
        )
        self.next.setEnabled(issues.listed is not None and bool(issues.listed.issues))
        self.fix_rule.setEnabled(idle and chosen.can_be_fixed)
        last = issues.actor.last
        self.undo.setEnabled(last is not None and not issues.actor.is_busy)
        self.undo.setToolTip(
            literal(
                tr("Undo: {what}").format(what=last.name) if last else tr("Nothing has been done here yet")
            )
        )
