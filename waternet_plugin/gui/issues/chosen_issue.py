"""The chosen issue: its assets and what its fix would do, read in tasks; only the newest answer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues import repair_preview
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.operations.checks import issue_location

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.checks.issue_rows import Issue
    from waternet_plugin.store import Network

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
        self._place, self._fix = (LatestReading(session.run, self) for _reading in range(2))
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

        def read(network: Network, _progress: Progress) -> issue_location.IssueLocation:
            return issue_location.read_location(network, issue)

        def done(location: issue_location.IssueLocation) -> None:
            self.places = location
            self.placed.emit()

        wanted = on_network(self._session.network_path, read)
        self._place.begin(tr("Reading an issue"), wanted, done, self._session.say_error, is_quiet=True)
        if self.can_be_fixed and pipes <= _SMALL_PIPES:
            self.is_waiting = True
            self._wait.start()

    def let_go(self) -> None:
        """Choose none."""
        self._place.drop()
        self._fix.drop()
        self._wait.stop()
        self.issue = self.places = self.preview = None
        self.is_waiting = False

    def work_out(self, section: Any = None) -> None:
        """Find out what the fix does; ``section`` shows the progress where somebody asked for it."""
        issue = self.issue
        if issue is None or self.preview is not None:
            return
        self.is_waiting = True

        def done(preview: repair_preview.RepairPreview) -> None:
            self.preview, self.is_waiting = preview, False
            self.planned.emit()

        def failed(error: WaterNetError) -> None:
            self.is_waiting = False
            if not isinstance(error, CancelledError):
                self.preview = repair_preview.RepairPreview((), (), {issue.issue_id: error.message})
            self.planned.emit()

        wanted = on_network(
            self._session.network_path,
            lambda network, progress: repair_preview.plan(network, [issue.issue_id], progress),
        )
        self._fix.begin(
            tr("Working out a fix"), wanted, done, failed, section=section, is_quiet=section is None
        )
