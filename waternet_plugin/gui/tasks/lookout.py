"""Ask the file system beside the window: a drive that does not answer keeps nobody waiting."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, Optional

from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin import dependencies, store
from waternet_plugin.core.texts import tr
from waternet_plugin.store import servers
from waternet_plugin.store.addresses import is_server
from waternet_plugin.store.presence import Presence, file_presence
from waternet_plugin.store.servers import Notices

# How often it is looked whether an answer has come.
_POLL_MS = 30


class _Answer(NamedTuple):
    """What a question has brought, what takes it, and what lets go of it once the lookout has ended."""

    result: Any
    take: Callable[[Any], None]
    let_go: Optional[Callable[[Any], None]]


class _Answers:
    """What was answered in threads and is not heard yet."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[_Answer] = SimpleQueue()
        self._is_over = False

    def add(self, answer: _Answer) -> None:
        """Keep an answer until it is taken."""
        self._waiting.put(answer)
        if self._is_over:
            self.end()

    def taken(self) -> Iterator[_Answer]:
        """Yield each answer once, whichever thread asks."""
        while True:
            try:
                yield self._waiting.get_nowait()
            except Empty:
                return

    def end(self) -> None:
        """Let go of the answers that wait, and of those that come later."""
        self._is_over = True
        for answer in self.taken():
            if answer.let_go is not None:
                answer.let_go(answer.result)


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
        self._answers = _Answers()
        self.destroyed.connect(self._answers.end)
        self._open = 0
        self._poll = QTimer(self, interval=_POLL_MS, timeout=self._hand_over)

    def ask(
        self,
        question: Callable[[], Any],
        answer: Callable[[Any], None],
        let_go: Optional[Callable[[Any], None]] = None,
    ) -> None:
        """Run a question in a thread.

        Parameters
        ----------
        question
            Handles its own errors.
        answer
            Gets what it returns.
        let_go
            Gets that in its place where this lookout is gone by then, such as to close it; in any thread.
        """
        answers = self._answers

        def look() -> None:
            answers.add(_Answer(question(), answer, let_go))

        self._open += 1
        threading.Thread(target=look, name="waternet-lookout", daemon=True).start()
        self._poll.start()

    def _hand_over(self) -> None:
        for answer in self._answers.taken():
            self._open -= 1
            answer.take(answer.result)
        if not self._open:
            self._poll.stop()


def see(network: str, before: Optional[Presence] = None) -> Presence:
    """Look at a network, of which ``before`` was seen last; to be called in a thread."""
    address = store.parse(network)
    if address.is_file:
        now = file_presence(address.path)
        if before is not None and now.stamp == before.stamp:
            return before
        if dependencies.sentence():
            # Nothing can be read without these packages.
            return now
    return store.look_at(address, before)


def listen(network: str) -> Optional[Notices]:
    """Listen to the server of a network, None where that can't be; to be called in a thread."""
    return servers.listening(store.parse(network))


def listen_no_more(notices: Optional[Notices]) -> None:
    """Close what listens, if anything does."""
    if notices is not None:
        notices.close()


def are_there(networks: list[str]) -> dict[str, bool]:
    """Return which networks are there; to be called in a thread.

    Servers are believed to be: they are asked when one of their networks is opened.
    """
    return {network: is_server(network) or os.path.isfile(network) for network in networks}


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

    if is_server(path):
        return SeenPlace("", False)
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
