"""Memory that a closed network leaves: the C library and Arrow keep what was freed until they are told."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading

from qgis.PyQt.QtCore import QObject, QTimer

# Until windows and layers of the network are gone.
_WAIT_MS = 1000


def release_memory() -> None:
    """Give freed memory back to the system, where the C library can do so; to be called in a thread."""
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    # Windows gives no handle of the whole process.
    library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


class FreedMemory(QTimer):
    """Gives freed memory back a moment after it is started."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, singleShot=True, interval=_WAIT_MS)
        self.timeout.connect(self._release)

    def _release(self) -> None:
        # Closed windows and their lists refer to each other; what Qt made may go in this thread alone.
        gc.collect()
        threading.Thread(target=release_memory, daemon=True).start()
