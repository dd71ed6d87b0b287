"""Long work beside the window: tasks that report progress, can be cancelled, and end as one sentence.

QGIS itself asks before it ends or changes the project while a task is under way.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsTask,
)
from qgis.PyQt.QtCore import QObject, Qt, QThread, QThreadPool, QTimer, pyqtSignal

from waternet_plugin import dependencies, log, wheels
from waternet_plugin.core.errors import CancelledError, DependencyError, InputError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.store import Network

Done = Callable[[Any], None]
Failed = Callable[[WaterNetError], None]

# How often a task that waits for a thread looks whether one is free.
_LOOK_MS = 50


def deliver(answer: Callable[[Any], None], result: Any) -> None:
    """Call an answer when QGIS has let go of the task that ends.

    Until then it counts as under way, and QGIS refuses, in a box of its own, to open another project.
    """
    QTimer.singleShot(0, partial(answer, result))


def keep_packages_apart() -> None:
    """Prepare for the first import of core or store; say which packages are missing.

    Raises
    ------
    DependencyError
        With the command that installs what is missing.
    """
    sentence = dependencies.sentence()
    if sentence:
        raise DependencyError(sentence)
    wheels.keep_apart()


def on_network(path: str, work: Callable[[Network, Progress], Any]) -> Callable[[Progress], Any]:
    """Return work for a task that opens a network in its thread."""

    def opened(progress: Progress) -> Any:
        from waternet_plugin import store

        with store.open_network(path) as network:
            return work(network, progress)

    return opened


class _Call:
    """One call of a plain function: its result, or its error as one of ours.

    Whoever runs it owns it, so it keeps no way back: a circle would keep what was read until Python collects.

    Parameters
    ----------
    work
        Function of a ``Progress``; it may not touch the project, layers or widgets.
    """

    def __init__(self, work: Callable[[Progress], Any]) -> None:
        self._work = work
        self.result: Any = None
        self.error: WaterNetError | None = None

    def run(self, listen: Callable[[float, str], bool]) -> None:
        """Call the function, in whichever thread this is.

        Parameters
        ----------
        listen
            Gets the progress, a share and a text, and returns False once the work is cancelled.
        """
        try:
            dependencies.demand()
            self.result = self._work(Progress(listen))
        except WaterNetError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 (whatever it is, the user reads a sentence)
            self.error = log.unexpected(error)


def _cancelled() -> CancelledError:
    return CancelledError(tr("Cancelled. Nothing was changed."))


class Work(QgsTask):
    """One plain function in a thread of its own, shown in QGIS's list of tasks.

    Parameters
    ----------
    title
        What the list says.
    work
        Function of a ``Progress``; it may not touch the project, layers or widgets.
    done, failed
        Called in the main thread with the result, or with the error (a ``CancelledError`` for a cancel).
    """

    def __init__(self, title: str, work: Callable[[Progress], Any], done: Done, failed: Failed) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._call = _Call(work)
        self._done = done
        self._failed = failed

    def _listen(self, fraction: float, _text: str) -> bool:
        self.setProgress(100.0 * fraction)
        return not self.isCanceled()

    def run(self) -> bool:
        """Do the work; QGIS calls this in the thread."""
        wheels.run_in_thread(partial(self._call.run, self._listen))
        return self._call.error is None

    def finished(self, succeeded: bool) -> None:
        """Hand over what came out; QGIS calls this in the main thread."""
        call, done, failed = self._call, self._done, self._failed
        # Whoever hears the end may keep this task.
        del self._call, self._done, self._failed
        # A cancel that comes when the work is done stops nothing: what is told is what is there.
        if succeeded:
            deliver(done, call.result)
        else:
            deliver(failed, call.error or _cancelled())


# Quiet work by its number, until the main thread has heard its end; what the plugin leaves behind stays.
_quiet: dict[int, QuietWork] = {}
_numbers = itertools.count()
# Held while a thread speaks; QGIS may be gone once the plugin is.
_speaking = threading.Lock()


class _Ends(QObject):
    """Says in the main thread which quiet work has ended."""

    ended = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.ended.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def _answer(self, number: int) -> None:
        _quiet.pop(number).answer()


@lru_cache(maxsize=1)
def _ends() -> _Ends:
    return _Ends()


def _run_quiet(number: int) -> None:
    """Do quiet work in a thread, which keeps nothing of it once it says that the work has ended.

    Else it might be the last to let go of the work, and of what the function knows of QGIS: these would end
    in this thread while the main one uses them, and QGIS crashes.
    """
    _quiet[number].run()
    with _speaking:
        if number in _quiet and not _quiet[number].is_left:
            _ends().ended.emit(number)


class QuietWork(QObject):
    """One plain function in a thread made by Python: short reading that nobody asked for.

    It is not a task of QGIS. Sections and panes read a lot and at once; QGIS's task manager loses a task that
    waits for a thread while another one ends (https://github.com/qgis/QGIS/issues/53806), and what was to be
    shown would never come.

    Parameters
    ----------
    work
        Function of a ``Progress``; it may not touch the project, layers or widgets.
    done, failed
        Called in the main thread with the result, or with the error (a ``CancelledError`` for a cancel).
    """

    ended = pyqtSignal()

    def __init__(self, work: Callable[[Progress], Any], done: Done, failed: Failed) -> None:
        super().__init__()
        self._call = _Call(work)
        self._done = done
        self._failed = failed
        self._is_cancelled = self.is_left = False

    def start(self, threads: ThreadPoolExecutor) -> Future[None]:
        """Begin as soon as a thread is free; the future is done when no thread is busy with it."""
        number = next(_numbers)
        _quiet[number] = self
        # Made by this thread, whose events it waits for.
        _ends()
        return threads.submit(_run_quiet, number)

    def cancel(self) -> None:
        """Ask the work to stop; what has not begun never begins."""
        self._is_cancelled = True

    def leave(self) -> None:
        """Let the thread say nothing any more: QGIS may be gone by the time that the work ends."""
        with _speaking:
            self.is_left = True

    def run(self) -> None:
        """Do the work, in whichever thread this is."""
        if not self._is_cancelled:
            self._call.run(lambda _fraction, _text: not self._is_cancelled)

    def answer(self) -> None:
        """Hand over what came out, in the main thread."""
        call, done, failed = self._call, self._done, self._failed
        # Whoever hears the end may keep this work.
        del self._call, self._done, self._failed
        try:
            if call.error is not None or (self._is_cancelled and call.result is None):
                failed(call.error or _cancelled())
            else:
                done(call.result)
        finally:
            self.ended.emit()


class _Ear(QgsProcessingFeedback):
    """Keep what an algorithm says, for the sentence when it fails."""

    # What it is at, or has found.
    at_step = pyqtSignal(str)
    # It says how far it is, be it no farther than before: QGIS passes on tenths of a percent alone.
    reported = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(False)
        self.errors: list[str] = []
        self.refusal: WaterNetError | None = None

    def keep_refusal(self, error: WaterNetError) -> None:
        """Keep the error itself that an algorithm of ours ends with; QGIS hands on only its sentence."""
        self.refusal = error

    def setProgress(self, progress: float) -> None:  # noqa: N802 (QGIS's name)
        """Hand on how far it is, and that it says so."""
        super().setProgress(progress)
        self.reported.emit()

    def pushInfo(self, info: str) -> None:  # noqa: N802 (QGIS's name)
        """Hand on what it is at."""
        self.at_step.emit(info)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N802, N803 (QGIS's names)
        """Keep an error."""
        self.errors.append(error)


class AlgorithmRun(QObject):
    """One run of a Processing algorithm, in a task where the algorithm allows it.

    Results that are layers in memory are handed over as layers, which the receiver then owns.
    """

    progressed = pyqtSignal(float)
    at_step = pyqtSignal(str)
    # In the main thread: it can hear of clicks now.
    reported = pyqtSignal()

    def __init__(
        self, algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], done: Done, failed: Failed
    ) -> None:
        super().__init__()
        self._algorithm = algorithm
        self._parameters = parameters
        self._done = done
        self._failed = failed
        self._context = QgsProcessingContext()
        self._context.setProject(QgsProject.instance())
        self._ear = _Ear()
        self._ear.progressChanged.connect(self.progressed)
        self._ear.at_step.connect(self.at_step)
        self.task: QgsTask | None = None

    def check(self) -> None:
        """Refuse what can't run, before anything begins."""
        able, sentence = self._algorithm.canExecute()
        if not able:
            raise DependencyError(sentence)
        usable, sentence = self._algorithm.checkParameterValues(self._parameters, self._context)
        if not usable:
            raise InputError(sentence)

    @property
    def needs_main_thread(self) -> bool:
        """Whether the algorithm works on projects, layouts or styles."""
        return bool(self._algorithm.flags() & QgsProcessingAlgorithm.Flag.FlagNoThreading)

    def run_here(self) -> None:
        """Run in the main thread and return when it is done."""
        self._ear.reported.connect(self.reported)
        results, succeeded = self._algorithm.run(self._parameters, self._context, self._ear)
        self._end(succeeded, results)

    def make_task(self) -> QgsTask:
        """Return the task that runs the algorithm."""
        self.task = QgsProcessingAlgRunnerTask(self._algorithm, self._parameters, self._context, self._ear)
        self.task.executed.connect(lambda succeeded, results: deliver(self._ended, (succeeded, results)))
        return self.task

    def cancel(self) -> None:
        """Ask the algorithm to stop."""
        self._ear.cancel()

    def _layers(self, results: dict[str, Any]) -> dict[str, Any]:
        store = self._context.temporaryLayerStore()
        return {
            name: self._context.takeResultLayer(value)
            if isinstance(value, str) and store.mapLayer(value) is not None
            else value
            for name, value in results.items()
        }

    def _ended(self, outcome: tuple[bool, dict[str, Any]]) -> None:
        self._end(*outcome)

    def _end(self, succeeded: bool, results: dict[str, Any]) -> None:
        # Of a cancelled run QGIS says that it failed, also of one that was done before the cancel: then there
        # are results.
        if succeeded or results:
            self._done(self._layers(results))
        elif self._ear.isCanceled():
            self._failed(_cancelled())
        else:
            silent = RuntimeError(f"{self._algorithm.id()} failed without a word")
            said = self._ear.errors
            unforeseen = log.recalled(said[-1]) if said else log.unexpected(silent)
            self._failed(self._ear.refusal or unforeseen)


class Starter(QObject):
    """Hands tasks to QGIS while one of its threads is free.

    QGIS keeps the address of what ran a task until the task's end is heard in the main thread. What runs the
    next task may lie at that very address; if it still waits for a thread by then, QGIS takes it away, and
    that task stays queued for ever (https://github.com/qgis/QGIS/issues/53806). A task that finds a free
    thread never waits there.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[QgsTask] = []
        self._clock = QTimer(self, interval=_LOOK_MS, timeout=self._hand_to_qgis)

    def start(self, task: QgsTask) -> None:
        """Start a task now, or as soon as a thread is free."""
        self._waiting.append(task)
        task.taskTerminated.connect(lambda: self._cancelled(task))
        self._hand_to_qgis()

    def _cancelled(self, task: QgsTask) -> None:
        # QGIS tells a task of its end only once the task is one of its own.
        if task in self._waiting:
            self._waiting.remove(task)
            task.finished(False)

    def _hand_to_qgis(self) -> None:
        while self._waiting and _is_thread_free():
            QgsApplication.taskManager().addTask(self._waiting.pop(0))
        if self._waiting:
            self._clock.start()
        else:
            self._clock.stop()


def _is_thread_free() -> bool:
    """Return whether a task given to QGIS begins at once.

    Up to QGIS 3.32 tasks share the threads of drawing, later they have as many of their own.
    """
    pool = QThreadPool.globalInstance()
    begun = (QgsTask.TaskStatus.Queued, QgsTask.TaskStatus.Running)
    busy = sum(task.status() in begun for task in QgsApplication.taskManager().tasks())
    return busy < QThread.idealThreadCount() and pool.activeThreadCount() < pool.maxThreadCount()
