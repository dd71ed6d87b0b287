"""Issues: how many are to mend, which comes next, and the ways to check."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.dock.tools import open_settings
from waternet_plugin.gui.issues import issue_counts
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import NOTE_PT, ElidedLabel, PanelSection, sized
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.checks.issue_rows import Issue
    from waternet_plugin.operations.checks.recorded_issues import RecordedIssues


def _read(network: Any) -> RecordedIssues:
    """Read the issues."""
    from waternet_plugin.operations.checks.recorded_issues import read_issues

    return read_issues(network)


def open_issues(session: Session, **wanted: Any) -> Any:
    """Show the list, which is loaded only now, and return it; None where that can't be.

    ``next=True`` goes to the next issue, ``issue`` to one.
    """
    try:
        tasks.keep_packages_apart()
    except WaterNetError as error:
        session.say_error(error)
        return None
    from waternet_plugin.gui.issues.panel import IssuePane

    return pane.open_pane(session, IssuePane, **wanted)


def check_all(session: Session, section: IssuesSection | None = None) -> None:
    """Check the whole network and show the list of what was found."""
    from waternet_plugin.gui.issues import action_runner

    def show() -> None:
        open_issues(session)

    def done(results: dict[str, Any]) -> None:
        action_runner.say_checked(session, results, complete=True, show=show)
        show()

    action_runner.check(session, done, section=section)


class IssuesSection(PanelSection):
    """How many issues are to mend, errors first; one click leads to the next."""

    KEY = "issues"
    READ = staticmethod(_read)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.found: RecordedIssues | None = None
        self._following: Issue | None = None
        self._stale = self._stale_line()
        self.body.addWidget(self._stale)
        check_all, self._check_changed, check_view = self.add_menu_actions(
            (tr("Check all"), self.check_all, "wn_issues_check_all"),
            (tr("Check what changed"), self.check_changed, "wn_issues_check_changed"),
            (tr("Check the visible area"), self.check_view, "wn_issues_check_view"),
            kind="check",
        )
        self.menu.addSeparator()
        self._list, *of_all = self.add_menu_actions(
            (tr("List…"), self._open_list, "wn_issues_list"),
            (tr("Quality by area"), partial(open_issues, session, grades=True), "wn_issues_grades"),
            (tr("Report"), self._open_report, "wn_issues_report"),
            (tr("Report as PDF…"), self._save_pdf, "wn_issues_pdf"),
        )
        # What needs pipes.
        self._of_pipes = (check_all, check_view, *of_all)
        self.menu.addSeparator()
        self.add_menu_action(tr("Settings…"), partial(open_settings, session))

    def _stale_line(self) -> QWidget:
        """Return the line that says what changed since the check, with the button that looks at it."""
        line = QWidget(self, objectName="wn_section_issues_stale")
        self._stale_text = ElidedLabel(
            line, objectName="wn_section_issues_changed", font=sized(self.font(), NOTE_PT)
        )
        self._stale_text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._recheck = QPushButton(
            tr("Check them"),
            line,
            objectName="wn_section_issues_recheck",
            clicked=lambda _checked=False: self.check_changed(),
        )
        self._recheck.setFixedHeight(24)
        horizontal((self._stale_text, 1), self._recheck, parent=line, margins=0)
        line.hide()
        return line

    def title(self) -> str:
        """Return the title."""
        return tr("Issues")

    def _show(self, found: RecordedIssues) -> None:
        self.found = found
        has_pipes = bool(found.pipes)
        for action in self._of_pipes:
            action.setEnabled(has_pipes)
        self._check_changed.setEnabled(found.is_checked)
        self._list.setEnabled(bool(found.issues))
        self._show_changed(found)
        if not found.is_checked and not found.open_roots:
            if has_pipes:
                self.set_empty(
                    tr("Shows what is wrong with the data, and fixes it."),
                    tr("Check"),
                    self.check_all,
                    kind="check",
                )
            else:
                self.set_empty(
                    tr("Shows what is wrong, once there are pipes."),
                    tr("Bring in data"),
                    self.session.open_wizard,
                )
            return
        mend = found.open_roots
        errors = len(mend.of_severity("error"))
        text = amounts.number(len(mend))
        if errors:
            text = tr("{n}, {errors}").format(n=text, errors=issue_counts.errors(errors))
        self.set_figure(text if mend else tr("none", "issues"), self._open_list)
        self.figure.setToolTip(
            literal(
                tr("Errors and warnings to fix, besides {advice}. Click for the list.").format(
                    advice=issue_counts.advice(found.advice)
                )
            )
        )
        following = self._following
        place = mend.place_of(following.issue_id) if following is not None else -1
        self.show_next(mend[max(place, 0)] if mend else None)

    def show_next(self, issue: Issue | None) -> None:
        """Say which issue comes next; ``None`` where none is left."""
        found = self.found
        self._following = issue
        if found is not None and not found.is_checked:
            self.set_note(tr("So far; the whole network has not been checked yet."))
            self.set_button(tr("Check"), self.check_all, tr("Check the whole network"), kind="check")
            return
        if issue is None:
            day = found.checked_on.date().isoformat() if found and found.checked_on else "–"
            self.set_note(tr("checked {date}").format(date=day))
            self.set_button(tr("Check"), self.check_all, tr("Check the whole network"), kind="check")
            return
        assets = listed(issue.assets[:2])
        text = tr("next: {title}, {assets}") if assets else tr("next: {title}")
        self.set_note(text.format(title=issue.title, assets=assets), issue.text)
        self.set_button(tr("Next", "issue"), self._open_next, tr("Show it on the map and explain it"))

    def _show_changed(self, found: RecordedIssues) -> None:
        self._stale.setVisible(found.is_checked and found.changed != 0)
        self._stale_text.set_text(issue_counts.changed(found.changed))

    # What the buttons do.

    def _open_list(self) -> None:
        open_issues(self.session)

    def _open_next(self) -> None:
        open_ = self.session.window("wn_issues")
        if open_ is not None and not open_.isHidden():
            open_issues(self.session, next=True)
        else:
            following = self._following
            open_issues(self.session, issue=following.issue_id if following else "")

    def check_all(self) -> None:
        """Check the whole network and show what was found."""
        check_all(self.session, self)

    def check_changed(self) -> None:
        """Check only around what was edited since the last check."""
        from waternet_plugin.gui.issues import action_runner

        def done(results: dict[str, Any]) -> None:
            action_runner.say_checked(self.session, results, complete=False, show=self._open_list)

        action_runner.check(self.session, done, section=self, only_changed=True)

    def check_view(self) -> None:
        """Check the part of the map that shows."""
        from waternet_plugin.gui.issues import action_runner

        def done(results: dict[str, Any]) -> None:
            action_runner.say_checked(self.session, results, complete=False, show=self._open_list)

        action_runner.check(self.session, done, section=self, extent=action_runner.view_of(self.session))

    def _open_report(self) -> None:
        from waternet_plugin.gui.issues import data_report

        data_report.open_report(self.session, section=self)

    def _save_pdf(self) -> None:
        from waternet_plugin.gui.issues import data_report

        data_report.save_pdf(self.session, self.session.iface.mainWindow(), section=self)
