"""The issues of the open network: which are listed, which is chosen, what is done about them; no widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues import filtering, grades
from waternet_plugin.gui.issues.action_runner import Actor
from waternet_plugin.gui.issues.chosen_issue import ChosenIssue
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.operations.checks.issue_rows import Issue
from waternet_plugin.operations.checks.recorded_issues import RecordedIssues, read_issues


class Issues(QObject):
    """What the views of the pane show; they change it and listen to its signals."""

    # The issues were read: ``found``.
    found_changed = pyqtSignal()
    # Others are listed: ``listed``.
    listed_changed = pyqtSignal()
    # Somebody asked for an issue from outside the list.
    asked_for = pyqtSignal()
    # Another issue is chosen, or none.
    chosen_changed = pyqtSignal()
    # There is more, or something else, to say about the chosen issue.
    explained = pyqtSignal()
    # The grades are to be shown; their page was made.
    grades_asked_for = pyqtSignal()
    graded = pyqtSignal(str)
    # What can be done is something else.
    changed = pyqtSignal()
    # Why are the selected issues right? With what else accepting them does, '' for nothing.
    reason_wanted = pyqtSignal(str)
    # How far work is, 0 to 1, and what cancels it (None: as before).
    progressed = pyqtSignal(float, object)
    progress_ended = pyqtSignal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.found: RecordedIssues | None = None
        # What the views list of it, None before the first reading.
        self.listed: filtering.Shown | None = None
        self.filter = filtering.Filter()
        self.grouping = filtering.BY_RULE
        self.only_in_view = self.shows_grades = False
        self.actor = Actor(session, self, self.changed.emit)
        self.chosen = ChosenIssue(session, self)
        self.chosen.placed.connect(self.explained)
        self.chosen.planned.connect(self._planned)
        self._rows: Sequence[Issue] = []
        self._wanted: dict[str, Any] = {}
        self._latest = LatestReading(session.run, self)

    def _planned(self) -> None:
        self.explained.emit()
        self.changed.emit()

    # Reading and listing.

    def ask(self, **wanted: Any) -> None:
        """Go to the next issue (``next``), to one (``issue``), or to the grades (``grades``)."""
        if wanted.get("grades"):
            self.show_grades()
        if self.found is None or not wanted:
            self._wanted = {**self._wanted, **wanted}
            self.refresh()
        else:
            self._go(wanted)

    def _go(self, wanted: dict[str, Any]) -> None:
        self.asked_for.emit()
        if wanted.get("issue"):
            self.choose(str(wanted["issue"]))
        elif wanted.get("next"):
            self.go_on()

    def read_on(self, following: Issue | None) -> None:
        """Read the issues anew and choose one of them."""
        self._wanted = {"issue": following.issue_id} if following else {}
        self.refresh()

    def refresh(self) -> None:
        """Read the issues anew."""
        path = self.session.network_path
        if not path:
            return

        def done(issues: RecordedIssues) -> None:
            # While a fix and its check are under way, the list waits for both.
            if path == self.session.network_path and not self.actor.is_busy:
                self._read(issues)

        wanted = on_network(path, lambda network, _progress: read_issues(network))
        self._latest.begin(tr("Reading the issues"), wanted, done, self.session.say_error, is_quiet=True)

    def _read(self, issues: RecordedIssues) -> None:
        self.found = issues
        self.found_changed.emit()
        self.refresh_list()
        wanted, self._wanted = self._wanted, {}
        before = self.chosen.issue
        now = issues.issue(before.issue_id) if before is not None else None
        if wanted:
            self._go(wanted)
        elif before is None:
            self.explained.emit()
        elif now != before:
            self._choose(now)
        if self.shows_grades:
            self.show_grades()

    def refresh_list(self) -> None:
        """List the issues that are wanted."""
        if self.found is None:
            return
        wanted = replace(self.filter, box=self._view()) if self.only_in_view else self.filter
        self.listed = filtering.shown(self.found, wanted, self.grouping)
        self.listed_changed.emit()
        self.changed.emit()

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """The network's coordinates."""
        layer = self.session.layer("pipe")
        settings = self.session.iface.mapCanvas().mapSettings()
        return layer.crs() if layer is not None else settings.destinationCrs()

    def _view(self) -> filtering.Box | None:
        """Return the visible part of the map in the network's coordinates."""
        canvas = self.session.iface.mapCanvas()
        box, source, target = canvas.extent(), canvas.mapSettings().destinationCrs(), self.crs
        if source.isValid() and target.isValid() and source != target:
            try:
                box = QgsCoordinateTransform(source, target, QgsProject.instance()).transformBoundingBox(box)
            except QgsCsException:
                return None
        return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())

    # The chosen issue, and the selected ones.

    def choose(self, issue_id: str) -> None:
        """Choose an issue of the list."""
        issue = self.found.issue(issue_id) if self.found else None
        if issue is not None:
            self._choose(issue)

    def _choose(self, issue: Issue | None) -> None:
        self.shows_grades = self.shows_grades and issue is None
        self.chosen.take(issue, self.found.pipes if self.found else 0)
        self.chosen_changed.emit()
        self.explained.emit()
        self.changed.emit()

    def go_on(self) -> None:
        """Choose the next issue of the list."""
        current = self.chosen.issue.issue_id if self.chosen.issue else ""
        following = self.listed.after(current) if self.listed is not None else None
        if following is not None:
            self.choose(following.issue_id)
        elif self.listed is None or not self.listed.issues:
            self.session.say(tr("There are no issues in the list."))
        else:
            self.session.say(tr("This is the only issue in the list."))

    def select(self, issues: Sequence[Issue]) -> None:
        """Take over the issues of the rows that are selected."""
        self._rows = issues

    @property
    def selected(self) -> Sequence[Issue]:
        """The issues of several selected rows, else the chosen one."""
        if len(self._rows) > 1:
            return self._rows
        return [self.chosen.issue] if self.chosen.issue is not None else []

    # Grades.

    def switch_grades(self) -> None:
        """Show the grades, or the chosen issue again."""
        if self.shows_grades:
            self.shows_grades = False
            self.explained.emit()
            self.changed.emit()
        else:
            self.show_grades()

    def show_grades(self) -> None:
        """Show how good the data are, area by area."""
        path = self.session.network_path
        self.shows_grades = True
        self.grades_asked_for.emit()
        self.changed.emit()

        def graded(network: Any, _progress: Any) -> str:
            from waternet_plugin.operations.checks.area_grades import read_grades

            return grades.grades_page(read_grades(network))

        def done(page: str) -> None:
            if self.shows_grades and path == self.session.network_path:
                self.graded.emit(page)

        self.session.run(
            tr("Grading the areas"),
            on_network(path, graded),
            done,
            section=self,
        )

    def zoom_to_area(self, area_id: str) -> None:
        """Show an area on the map."""
        path = self.session.network_path

        def extent(network: Any, _progress: Any) -> filtering.Box | None:
            from waternet_plugin.operations.checks.area_grades import area_extent

            return area_extent(network, area_id)

        def done(box: filtering.Box | None) -> None:
            if box is not None and path == self.session.network_path:
                self.session.zoom_to(box)

        self.session.run(
            tr("Reading an area"),
            on_network(path, extent),
            done,
            is_quiet=True,
        )

    # Progress, as what is run here shows it.

    def show_progress(self, fraction: float, on_cancel: Callable[[], Any] | None = None) -> None:
        """Say how far the work is."""
        self.progressed.emit(fraction, on_cancel)

    def hide_progress(self) -> None:
        """Say that the work has ended."""
        self.progress_ended.emit()

    def forget(self) -> None:
        """Let everything go: the pane is closed, or another network is open."""
        self.chosen.let_go()
        self.actor.forget()
        self.found = None
        self._wanted = {}
        self.listed = None
