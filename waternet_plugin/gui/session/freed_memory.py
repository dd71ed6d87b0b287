"""Memory that a closed network and ended work leave.

The C library and Arrow keep what was freed until they are told.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin import dependencies
from waternet_plugin.core.garbage import collect_as_usual, collect_seldom, limit_free_memory, release_memory

# Until windows and layers of the network are gone.
_WAIT_MS = 1000
# Long enough that nobody who goes on working waits for memory that was just given back.
_REST_MS = 10_000


class FreedMemory(QObject):
    """Gives freed memory back a moment after a network is closed, and when nothing was under way for long.

    Garbage is looked for then, too, and seldom before.

    Parameters
    ----------
    is_idle
        Says whether nothing is under way: whoever reads beside the window would wait, too.
    """

    def __init__(self, is_idle: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_idle = is_idle
        limit_free_memory()
        self._closed = QTimer(self, singleShot=True, interval=_WAIT_MS, timeout=self._forget)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS, timeout=self._rested)

    def network_opened(self) -> None:
        """Keep garbage, so that nobody who works waits while it is looked for.

        What QGIS and its plugins have made before is passed over meanwhile: looking through it takes most of
        the time where the network is small. What an earlier network has left is to be found.
        """
        collect_seldom()
        if not self._closed.isActive():
            gc.freeze()

    def network_closed(self) -> None:
        """Give back what a network leaves."""
        collect_as_usual()
        self._closed.start()

    def close(self) -> None:
        """Let Python look for garbage as it did before."""
        collect_as_usual()
        gc.unfreeze()

    def work_ended(self) -> None:
        """Give back what work left, unless other work ends meanwhile, which would ask for it again."""
        self._rest.start()

    def _rested(self) -> None:
        # What began meanwhile says when it ends.
        if self._is_idle():
            self._collect()

    def _forget(self) -> None:
        if not dependencies.missing():
            from waternet_plugin.bridge.layers import row_values

            row_values.forget_columns()
        self._collect()
        # What was there before the network is looked through once QGIS is idle.
        gc.unfreeze()
        self._rest.start()

    def _collect(self) -> None:
        self._rest.stop()
        # Closed windows and their lists refer to each other; what Qt made may go in this thread alone.
        gc.collect()
        threading.Thread(target=release_memory, daemon=True).start()
