"""Of which kind files are to the system."""

from __future__ import annotations

import stat
from pathlib import Path


def is_special(path: Path) -> bool:
    """Return whether a path is something that is neither a file nor a folder: a pipe, a device, a socket.

    Reading a pipe waits for ever, and a device that is replaced by a file is gone.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
