"""The network's file, looked at again and again: whether it is there, whether somebody wrote to it."""

from __future__ import annotations

from functools import partial

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin.gui.tasks import lookout
from waternet_plugin.store.presence import Presence

# How often the file is looked at.
_LOOK_MS = 2000


class FileWatch(QObject):
    """Looks at the file of a network beside the window, which never waits for the disk.

    Parameters
    ----------
    disk
        Asks it in threads.
    """

    # The disk has answered, whatever it said.
    looked = pyqtSignal()
    # The file went away (False) or is back (True).
    came_or_went = pyqtSignal(bool)
    # Somebody else wrote to it.
    changed = pyqtSignal()

    def __init__(self, disk: lookout.Lookout, parent: QObject) -> None:
        super().__init__(parent)
        self._disk = disk
        # '' while there is nothing to look at.
        self._path = ""
        self.is_there = True
        self.is_looking = False
        # What was last seen of the file; None until the first look at it, and after we wrote ourselves.
        self._seen: Presence | None = None
        # Which look is awaited: what an earlier one saw is out of date.
        self._look = 0
        self.clock = QTimer(self, interval=_LOOK_MS, timeout=self.look)

    def begin(self, path: str) -> None:
        """Watch another file, '' for none."""
        self._path = path
        # Believed until the first look, which is not waited for.
        self.is_there = True
        self.accept_file()
        if path:
            self.clock.start()
        else:
            self.clock.stop()

    def stop(self) -> None:
        """Look no more; an answer that is awaited is heard by nobody."""
        self.begin("")

    def look(self) -> None:
        """Notice, as soon as the disk answers, what happened to the file outside of us."""
        if not self._path or self.is_looking:
            return
        self.is_looking = True
        self._disk.ask(partial(lookout.see, self._path), partial(self._answered, self._look))

    def accept_file(self) -> None:
        """Take the file as the next look finds it; what an earlier look finds does not count."""
        self._look += 1
        self._seen = None
        self.is_looking = False
        self.look()

    def _answered(self, look: int, seen: Presence) -> None:
        if look != self._look:
            return
        self.is_looking = False
        self.looked.emit()
        before, self._seen = self._seen, seen
        if seen.is_there != self.is_there:
            self.is_there = seen.is_there
            self.came_or_went.emit(seen.is_there)
        if before is not None and seen.is_there and seen.stamp != before.stamp:
            self.changed.emit()
