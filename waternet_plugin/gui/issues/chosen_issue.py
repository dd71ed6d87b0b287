"""The chosen issue: its assets and what its fix would do, read in tasks; only the newest answer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsTask
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues import repair_preview
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.operations.checks import issue_location

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.checks.recorded_issues import Issue

# Up to here a fix is worked out beforehand; it reads the whole network.
_SMALL_PIPES = 60_000
# Whoever runs through the list by keys is not kept waiting by fixes he does not look at.
_WAIT_MS = 200


class ChosenIssue(QObject):
    """One issue, or none, with what is known about it."""

    # The assets are known.
    placed = pyqtSignal()
    # It is known what the fix does, or why it can't be known.
    planned = pyqtSignal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._turn = 0
        self._task: QgsTask | None = None
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS, timeout=self.work_out)
        self.issue: Issue | None = None
        self.places: issue_location.IssueLocation | None = None
        self.preview: repair_preview.RepairPreview | None = None
        self.is_waiting = False

    @property
    def can_be_fixed(self) -> bool:
        """Whether there is a remedy for it, and it is open."""
        return self.issue is not None and self.issue.state == OPEN and repair_preview.can_be_fixed(self.issue)

    def take(self, issue: Issue | None, pipes: int) -> None:
        """Choose an issue, or none; ``pipes`` is how large the network is."""
        self.let_go()
        self.issue = issue
        if issue is None:
            return
        turn, path = self._turn, self._session.network_path

        def done(location: issue_location.IssueLocation) -> None:
            if turn == self._turn:
                self.places = location
                self.placed.emit()

        self._session.run(
            tr("Reading an issue"),
            on_network(path, lambda network, _progress: issue_location.read_location(network, issue)),
            done,
            is_quiet=True,
        )
        if self.can_be_fixed and pipes <= _SMALL_PIPES:
            self.is_waiting = True
            self._wait.start()

    def let_go(self) -> None:
        """Choose none."""
        self._turn += 1
        self._wait.stop()
        if self._task is not None and not sip.isdeleted(self._task):
            self._task.cancel()
        self._task = None
        self.issue = None
        self.places = None
        self.preview = None
        self.is_waiting = False

    def work_out(self, section: Any = None) -> None:
        """Find out what the fix does; ``section`` shows the progress where somebody asked for it."""
        issue = self.issue
        if issue is None or self.preview is not None:
            return
        self.is_waiting = True
        turn, path = self._turn, self._session.network_path

        def done(preview: repair_preview.RepairPreview) -> None:
            if turn == self._turn:
                self.preview, self.is_waiting = preview, False
                self.planned.emit()

        def failed(error: WaterNetError) -> None:
            if turn != self._turn:
                return
            self.is_waiting = False
            if not isinstance(error, CancelledError):
                self.preview = repair_preview.RepairPreview((), (), {issue.issue_id: error.message})
            self.planned.emit()

        self._task = self._session.run(
            tr("Working out a fix"),
            on_network(
                path, lambda network, progress: repair_preview.plan(network, [issue.issue_id], progress)
            ),
            done,
            failed=failed,
            section=section,
            is_quiet=section is None,
        )
