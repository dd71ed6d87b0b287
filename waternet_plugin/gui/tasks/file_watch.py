"""The network's file, looked at again and again: whether it is there, whether somebody wrote to it."""

from __future__ import annotations

from functools import partial

from qgis.PyQt.QtCore import QObject, QSocketNotifier, QTimer, pyqtSignal

from waternet_plugin.gui.tasks import lookout
from waternet_plugin.store.addresses import is_server
from waternet_plugin.store.presence import Presence
from waternet_plugin.store.servers import Notices

# How often the file is looked at; less often where its server tells of commits.
_LOOK_MS, _HEARD_MS = 2000, 20_000


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
        # What the server tells of commits by, and what wakes us when it does.
        self._notices: Notices | None = None
        self._notifier: QSocketNotifier | None = None
        # Which network is listened to: what was begun for an earlier one is closed.
        self._turn = 0
        # Somebody wrote while a look was under way, which may have been too early.
        self._looks_again = False
        self.clock = QTimer(self, interval=_LOOK_MS, timeout=self.look)

    def begin(self, path: str) -> None:
        """Watch another file, '' for none."""
        self._path = path
        # Believed until the first look, which is not waited for.
        self.is_there = True
        self.accept_file()
        self._stop_listening()
        if path:
            self.clock.start()
        else:
            self.clock.stop()
        self._listen()

    def stop(self) -> None:
        """Look no more; an answer that is awaited is heard by nobody."""
        self.begin("")

    @property
    def is_told(self) -> bool:
        """Whether the network's server tells of commits."""
        return self._notices is not None

    def _listen(self) -> None:
        if is_server(self._path):
            answer = partial(self._listening, self._turn)
            self._disk.ask(partial(lookout.listen, self._path), answer, lookout.listen_no_more)

    def _listening(self, turn: int, notices: Notices | None) -> None:
        if notices is None:
            return
        if turn != self._turn or self.is_told:
            notices.close()
            return
        self._notices = notices
        self._notifier = QSocketNotifier(notices.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._take_notices)
        self.clock.setInterval(_HEARD_MS)
        # What was written before anybody listened.
        self.look()

    def _take_notices(self) -> None:
        heard = None if self._notices is None else self._notices.take()
        if heard is None:
            self._stop_listening()
        if heard is not False:
            self._looks_again = self.is_looking
            self.look()

    def _stop_listening(self) -> None:
        """Listen to no server: look by the clock."""
        self._turn += 1
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        if self._notices is not None:
            self._notices.close()
        self._notifier = self._notices = None
        self.clock.setInterval(_LOOK_MS)

    def look(self) -> None:
        """Notice, as soon as the disk answers, what happened to the file outside of us."""
        if not self._path or self.is_looking:
            return
        self.is_looking = True
        self._disk.ask(partial(lookout.see, self._path, self._seen), partial(self._answered, self._look))

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
            if seen.is_there and not self.is_told:
                self._listen()
            self.came_or_went.emit(seen.is_there)
        if before is not None and seen.is_there and seen.last_write != before.last_write:
            self.changed.emit()
        if self._looks_again:
            self._looks_again = False
            self.look()
