"""Other programs that have the network open, and the lock that keeps them from spoiling it.

A thread of its own looks after both: what the system knows of other programs may take a while to read, and
the main thread waits for nobody. Where QGIS writes or reads without a signal that tells of it, the lock is
there a moment after the log.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin import dependencies

# How often the system is asked who has the file.
LOOK_S = 3.0
# How often the lock is looked after.
_KEEP_S = 0.25


def _keep(path: Path | None) -> None:
    """Keep the log of a network, where it has one, and let go of closed ones."""
    # Packages that QGIS does not load at its start.
    from waternet_plugin.store.geopackage.sharing import file_locks

    file_locks.release_idle()
    if path is not None:
        file_locks.keep(path)


def _others(path: Path | None) -> tuple[str, ...]:
    """Return who else has a network open."""
    from waternet_plugin.store.geopackage.sharing import locks

    return () if path is None else locks.others(path)


class Neighbours(QObject):
    """Says who else has the network of the open project open, while the session lasts.

    Parameters
    ----------
    parent
        The session, which tells which network is open (``follow``).
    look_s
        Seconds between two looks at who has the file.
    """

    # The programs in words, () for none.
    changed = pyqtSignal(tuple)

    def __init__(self, parent: QObject | None, *, look_s: float = LOOK_S) -> None:
        super().__init__(parent)
        self._look_s = look_s
        self.setObjectName("wn_neighbours")
        self.programs: tuple[str, ...] = ()
        self._path = ""
        self._is_over = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._look_again_and_again, daemon=True)
        self._thread.start()

    def follow(self, path: str) -> None:
        """Look after another network, '' for none."""
        self._path = path
        self._wake.set()

    def _look_again_and_again(self) -> None:
        if dependencies.sentence():
            # The store needs packages that are not there; no network can be opened then either.
            return
        has_looked = False
        next_s = 0.0
        while not self._is_over:
            path = self._path
            has_looked = has_looked or bool(path)
            if has_looked:
                _keep(Path(path) if path else None)
                if time.monotonic() >= next_s:
                    self._tell(path)
                    next_s = time.monotonic() + self._look_s
            if self._wake.wait(_KEEP_S if path else None):
                next_s = 0.0
            self._wake.clear()
        if has_looked:
            _keep(None)

    def _tell(self, path: str) -> None:
        programs = _others(Path(path) if path else None)
        if programs != self.programs and path == self._path and not self._is_over:
            self.programs = programs
            self.changed.emit(programs)

    def close(self) -> None:
        """Stop looking, and let go of what QGIS has closed."""
        self._is_over = True
        self._wake.set()
        self._thread.join()
