"""Ask the file system beside the window: a drive that does not answer keeps nobody waiting."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Optional

from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin import store
from waternet_plugin.core.texts import tr
from waternet_plugin.store import servers
from waternet_plugin.store.addresses import is_server
from waternet_plugin.store.presence import Presence
from waternet_plugin.store.servers import Notices

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


def see(network: str) -> Presence:
    """Look at a network; to be called in a thread."""
    return store.look_at(store.parse(network))


def listen(network: str) -> Optional[Notices]:
    """Listen to the server of a network, None where that can't be; to be called in a thread."""
    return servers.listening(store.parse(network))


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
