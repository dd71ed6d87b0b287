"""Ask the file system beside the window: a drive that does not answer keeps nobody waiting."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin.core.texts import tr

# How often it is looked whether an answer has come.
_POLL_MS = 30


class Lookout(QObject):
    """Run questions in threads and hand each answer over in the main thread.

    The threads are Python's own and end with the process, so that QGIS never waits for a dead drive, not
    even when it ends.

    Parameters
    ----------
    parent
        With which the asking ends: answers that come later are heard by nobody.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers: SimpleQueue[tuple[Callable[[Any], None], Any]] = SimpleQueue()
        self._open = 0
        self._poll = QTimer(self, interval=_POLL_MS, timeout=self._hand_over)

    def ask(self, question: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        """Run ``question``, which handles its own errors, in a thread; ``answer`` gets what it returns."""
        answers = self._answers

        def look() -> None:
            answers.put((answer, question()))

        self._open += 1
        threading.Thread(target=look, name="waternet-lookout", daemon=True).start()
        self._poll.start()

    def _hand_over(self) -> None:
        while not self._answers.empty():
            answer, result = self._answers.get()
            self._open -= 1
            answer(result)
        if not self._open:
            self._poll.stop()


@dataclass(frozen=True)
class Seen:
    """What was seen of a network's file: whether it is there, and what changes with every write to it."""

    is_there: bool
    stamp: tuple[tuple[int, int], ...]


def see(path: str) -> Seen:
    """Look at a network's file and its log; to be called in a thread."""
    found = []
    for name in (path, path + "-wal"):
        try:
            status = os.stat(name)
            found.append((status.st_mtime_ns, status.st_size))
        except OSError:
            found.append((0, 0))
    return Seen(found[0] != (0, 0), tuple(found))


def are_there(paths: list[str]) -> dict[str, bool]:
    """Return which files are there; to be called in a thread."""
    return {path: os.path.isfile(path) for path in paths}


@dataclass(frozen=True)
class SeenPlace:
    """What was seen of where a network lies: what it has to fear there ('' for nothing), and whether new
    files can be made beside it.
    """

    note: str
    takes_files: bool


def see_place(path: str) -> SeenPlace:
    """Look at where a network lies; to be called in a thread."""
    # Packages that QGIS does not load at its start.
    from waternet_plugin.store.geopackage.connection import is_writable
    from waternet_plugin.store.geopackage.location import synced
    from waternet_plugin.store.geopackage.location.network_shares import takes_new_files

    if not os.path.exists(path):
        return SeenPlace(synced.note(path), True)
    takes_files = takes_new_files(os.path.dirname(path))
    if takes_files and is_writable(Path(path)):
        return SeenPlace(synced.note(path), True)
    note = tr(
        "This network is read-only: it can be looked at, printed and exported, but nothing can be "
        "written. Copy it to a folder of your own to change it."
    )
    return SeenPlace(note, takes_files)
