"""What is under way: functions and algorithms in tasks, their progress, their end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol

from qgis.core import QgsApplication, QgsTask, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, QThread
from qgis.PyQt.QtWidgets import QApplication

from waternet_plugin.core.errors import ConflictError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.log import UnexpectedError
from waternet_plugin.store import own_writes


class ShowsProgress(Protocol):
    """What shows how far work is."""

    def show_progress(self, fraction: float, on_cancel: Callable[[], Any] | None = None) -> None:
        """Show how far it is, 0 to 1, and once what cancels it."""

    def hide_progress(self) -> None:
        """Say that it has ended."""


class Host(Protocol):
    """What a workbench needs of its session."""

    network_path: str
    opening: int

    def layers(self) -> list[QgsVectorLayer]:
        """Return our layers of the open project."""

    def written(self) -> None:
        """Tell everybody that the network was written to."""

    def say_error(self, error: WaterNetError) -> None:
        """Tell the user of an error."""

    def show_conflicts(self, error: ConflictError, again: Callable[[], Any]) -> None:
        """List the rows that others changed; ``again`` begins anew."""

    def work_ended(self) -> None:
        """Hear that nothing is under way any more."""


Answer = Callable[[Any], None]

# QGIS may end right after the plugin is unloaded, and takes GDAL away: who reads by then crashes. A drive
# that does not answer keeps nobody waiting for longer.
_END_PATIENCE_S = 2.0
# So long a thread that computes keeps Python to itself where the window waits for it, as it does with each
# look at a file. Python's own is five times as long: a hundred looks after a Save took half a second.
_TURN_S = 0.001


def _is_gone(shown: Any) -> bool:
    """Return whether a widget was deleted; what is not a widget never is."""
    return isinstance(shown, QObject) and sip.isdeleted(shown)


class Workbench:
    """Run work for a session; once closed it calls nobody any more.

    Parameters
    ----------
    session
        Says errors, knows the layers, tells of what was written.
    """

    def __init__(self, session: Host) -> None:
        self._session = session
        self.is_closed = False
        self._usual_turn_s = sys.getswitchinterval()
        sys.setswitchinterval(_TURN_S)
        self._starter = tasks.Starter(session)
        # For quiet work. A thread is made when it is needed first.
        self._threads = ThreadPoolExecutor(max(2, QThread.idealThreadCount()), "waternet")
        self._reading: set[Future[None]] = set()
        # Tasks and runs by their id: their threads need them until they end, also after closing.
        self._running: dict[int, tuple[Any, Callable[[], None], str]] = {}

    @property
    def titles(self) -> list[str]:
        """The titles of the long work under way."""
        return [title for _task, _cancel, title in self._running.values() if title]

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way, not even quiet reading."""
        return not self._running

    def run(
        self,
        title: str,
        work: Callable[[Progress], Any],
        done: Answer,
        *,
        failed: Answer | None,
        section: Any,
        is_quiet: bool,
        again: Callable[[], Any] | None = None,
    ) -> QgsTask | tasks.QuietWork | None:
        """Run a function in a task, or beside the window; see ``Session.run``."""

        def same_again() -> None:
            self.run(title, work, done, failed=failed, section=section, is_quiet=is_quiet)

        answer = self._last(self._told(failed, again or same_again), section, is_reading=is_quiet)
        heard = self._last(done, section, is_reading=is_quiet)
        try:
            tasks.keep_packages_apart()
        except WaterNetError as error:
            answer(error)
            return None
        if is_quiet:
            return self._start_quiet(tasks.QuietWork(work, heard, answer))
        task = tasks.Work(title, work, heard, answer)
        self._start(task, task.cancel, title, section)
        return task

    def run_algorithm(
        self, name: str, parameters: dict[str, Any], done: Answer, *, failed: Answer | None, section: Any
    ) -> tasks.AlgorithmRun | None:
        """Run an algorithm of ours, in a task where it allows that; see ``Session.run_algorithm``."""
        session = self._session
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"waternet:{name}")
        writes = (parameters.get("NETWORK") in (None, "", session.network_path)) and algorithm.WRITES
        before = own_writes.count()

        def end(results: dict[str, Any]) -> None:
            # One that was asked to write may have found nothing to write.
            if writes and own_writes.count() != before:
                session.written()
            done(results)

        def again() -> None:
            self.run_algorithm(name, parameters, done, failed=failed, section=section)

        answer = self._last(self._told(failed, again), section)
        run = tasks.AlgorithmRun(algorithm, parameters, self._last(end, section), answer)
        try:
            run.check()
        except WaterNetError as error:
            answer(error)
            return None
        if run.needs_main_thread:
            QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
            try:
                run.run_here()
            finally:
                QApplication.restoreOverrideCursor()
            return run
        self._start(run.make_task(), run.cancel, algorithm.displayName(), section, keep=run)
        return run

    def _told(self, failed: Answer | None, again: Callable[[], None]) -> Answer:
        """Return what is called with an error.

        What nobody foresaw is also said where its details are; rows changed by others are listed in a window.
        """

        def tell(error: WaterNetError) -> None:
            (failed or self._session.say_error)(error)
            if failed is not None and isinstance(error, UnexpectedError):
                self._session.say_error(error)
            if isinstance(error, ConflictError) and error.conflicts:
                self._session.show_conflicts(error, again)

        return tell

    def _last(self, function: Answer, section: Any, *, is_reading: bool = False) -> Answer:
        """Return the function that ends a piece of work.

        Nothing is called once the plugin is unloaded. What was read of a network is not told when another one
        is open, nor is anything that a window asked for which went with its network.
        """
        opening = self._session.opening

        def end(result: Any) -> None:
            is_gone = section is not None and _is_gone(section)
            if self.is_closed or (opening != self._session.opening and (is_reading or is_gone)):
                return
            if section is not None and not is_gone:
                section.hide_progress()
            function(result)

        return end

    def _start_quiet(self, work: tasks.QuietWork) -> tasks.QuietWork | None:
        """Start work that shows up nowhere."""
        if self.is_closed:
            return None
        key = id(work)
        self._running[key] = (work, work.cancel, "")
        # After its answer.
        work.ended.connect(lambda: tasks.deliver(self._ended, key), Qt.ConnectionType.QueuedConnection)
        reading = work.start(self._threads)
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)
        return work

    def _start(
        self, task: QgsTask, cancel: Callable[[], None], title: str, section: Any, *, keep: Any = None
    ) -> None:
        """Start a task that depends on our layers and shows its progress in a section."""
        task.setDependentLayers(self._session.layers())
        key = id(task)

        def stop() -> None:
            # QGIS deletes a task that has ended before its answer is heard.
            if not sip.isdeleted(task):
                cancel()

        self._running[key] = (keep or task, stop, title)
        # After its answer, which is handed over later as well.
        task.taskCompleted.connect(lambda: tasks.deliver(self._ended, key))
        task.taskTerminated.connect(lambda: tasks.deliver(self._ended, key))
        if section is not None:
            section.show_progress(0.0, stop)
            task.progressChanged.connect(
                lambda percent: None if _is_gone(section) else section.show_progress(percent / 100.0)
            )
        self._starter.start(task)

    def _ended(self, key: int) -> None:
        self._running.pop(key, None)
        if self.is_idle and not self.is_closed:
            self._session.work_ended()

    @contextmanager
    def at_work(self, title: str, cancel: Callable[[], None]) -> Iterator[None]:
        """Count work in the main thread among what is under way."""
        key = id(cancel)
        self._running[key] = (cancel, cancel, title)
        try:
            yield
        finally:
            self._ended(key)

    def close(self) -> None:
        """Cancel what is under way, and let quiet work end; its answers are heard by nobody."""
        self.is_closed = True
        sys.setswitchinterval(self._usual_turn_s)
        for _task, cancel, _title in list(self._running.values()):
            cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)
        wait(set(self._reading), timeout=_END_PATIENCE_S)
        for work, _cancel, _title in self._running.values():
            if isinstance(work, tasks.QuietWork):
                work.leave()
