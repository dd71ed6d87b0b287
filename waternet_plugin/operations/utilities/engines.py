"""Who does the work of a pass: this process, partition by partition, or processes of Dask."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.utilities.passes import guarded

MOST_WORKERS = 256
# Dask has its workers hand back memory at once, and its threads take it from places of their own: asking the
# system for each array took a third of their time. How its processes spend their time is not looked at.
_ENVIRONMENT = "distributed.nanny.pre-spawn-environ"
_DASK_SETTINGS = {
    f"{_ENVIRONMENT}.MALLOC_ARENA_MAX": 1,
    f"{_ENVIRONMENT}.MALLOC_MMAP_THRESHOLD_": 32 << 20,
    f"{_ENVIRONMENT}.MALLOC_TRIM_THRESHOLD_": 512 << 20,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.tick.interval": "500ms",
}


class PassEngine(ABC):
    """Runs a function over sources; ``how`` says by what, ``dashboard`` is the address of its page or ''."""

    how: str
    dashboard: str = ""

    @abstractmethod
    def results(
        self, function: Callable[..., Any], sources: Sequence[Any], rest: Sequence[Any], progress: Progress
    ) -> Iterator[tuple[int, Any]]:
        """Yield what a function makes of each source, with the place of the source, as they are finished.

        Nothing of a result that was yielded is kept.

        Parameters
        ----------
        function
            Called with the source and the rest; a `WaterNetError` of it becomes a `SkippedUtility`, but for a
            `FullDiskError`.
        sources
            What it is called for.
        rest
            Its further arguments, the same for all.
        """

    def run(
        self, function: Callable[..., Any], sources: Sequence[Any], rest: Sequence[Any], progress: Progress
    ) -> list[Any]:
        """Return what a function makes of each source, in their order; parameters as of `results`."""
        made: list[Any] = [None] * len(sources)
        for place, result in self.results(function, sources, rest, progress):
            made[place] = result
        return made


class OneProcess(PassEngine):
    """One source after the other, in the process that asks."""

    def __init__(self, how: str) -> None:
        self.how = how

    def results(
        self, function: Callable[..., Any], sources: Sequence[Any], rest: Sequence[Any], progress: Progress
    ) -> Iterator[tuple[int, Any]]:
        """Yield what a function makes of each source."""
        for number, source in enumerate(sources):
            progress.at(number / len(sources))
            yield number, guarded(function, source, *rest)


class DaskProcesses(PassEngine):
    """Processes of Dask, which repeats what a lost worker did not finish."""

    def __init__(self, client: Any, how: str) -> None:
        self._client, self.how = client, how
        self.dashboard = str(client.dashboard_link or "")

    def results(
        self, function: Callable[..., Any], sources: Sequence[Any], rest: Sequence[Any], progress: Progress
    ) -> Iterator[tuple[int, Any]]:
        """Yield what a function makes of each source."""
        if not sources:
            return
        distributed = _dask()
        try:
            # Tasks of their own, which are repeated where a lost worker had them: data that are sent to all
            # workers wait for one that is gone, and data of one worker are gone with it.
            shared = [self._client.submit(_as_is, value, pure=False) for value in rest]
            futures = [
                self._client.submit(guarded, function, source, *shared, pure=False) for source in sources
            ]
            place = {future.key: number for number, future in enumerate(futures)}
            try:
                finished = distributed.as_completed(futures, with_results=True)
                for count, (future, result) in enumerate(finished):
                    progress.at(count / len(futures))
                    # What a scheduler takes with it is cancelled.
                    if isinstance(result, BaseException):
                        raise StoreError(_lost()) from result
                    yield place[future.key], result
                    # Else workers keep the results of all.
                    future.release()
            finally:
                self._client.cancel(futures)
        except (OSError, TimeoutError, CancelledError, distributed.KilledWorker) as error:
            raise StoreError(_lost()) from error


def _dask() -> Any:
    import distributed

    return distributed


def _as_is(value: Any) -> Any:
    return value


def _lost() -> str:
    return tr("The scheduler or its workers are gone. Start them and run again: what is done is kept.")


@contextmanager
def engine(workers: int, scheduler: str) -> Iterator[PassEngine]:
    """Yield who does the work.

    Parameters
    ----------
    workers
        Processes; 1 for this one.
    scheduler
        Address of a running scheduler, '' for none.

    Raises
    ------
    InputError
        When the address does not answer, or a scheduler is named without Dask.
    """
    if workers == 1 and not scheduler:
        # Importing Dask takes as long as scoring 100,000 pipes.
        yield OneProcess(tr("One process, utility by utility."))
        return
    try:
        distributed = _dask()
    except ImportError:
        if scheduler:
            raise InputError(
                tr("SCHEDULER needs the package distributed (Dask). Install it or leave SCHEDULER empty.")
            ) from None
        yield OneProcess(tr("One process, utility by utility: WORKERS needs the package distributed (Dask)."))
        return
    if scheduler:
        try:
            client = distributed.Client(scheduler, timeout="10s")
        except (OSError, ValueError, TimeoutError) as error:
            message = tr("No Dask scheduler answers at {address}. Start it or correct SCHEDULER.")
            raise InputError(message.format(address=scheduler)) from error
        with client:
            yield DaskProcesses(client, tr("Dask, scheduler {address}.").format(address=scheduler))
        return
    import dask

    with (
        _python_of_workers(),
        dask.config.set(_DASK_SETTINGS),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=":0", processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield DaskProcesses(client, tr("Dask, %n process(es).", "", workers))


@contextmanager
def _python_of_workers() -> Iterator[None]:
    """Let new processes find this package, wherever this one has it from."""
    folder = str(Path(__file__).resolve().parents[3])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([folder, *(path for path in sys.path if path)])
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = before
