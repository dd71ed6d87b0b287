"""Networks and projects that the tests of a run share: one worker makes them, all copy from them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

Maker = Callable[[Path], object]
# What the fixture of that name is: from name and maker to the folder.
Once = Callable[[str, Maker], Path]


def folder_of_run(own: Path) -> Path:
    """Return the folder that all workers of a run have, given that of one of them."""
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(root: Path, name: str, make: Maker) -> Path:
    """Return a folder, filled when it is asked for the first time; whoever asks meanwhile waits.

    Parameters
    ----------
    root
        Where it lies, the same for all workers of a run.
    name
        Its name.
    make
        Fills it; what it leaves is not changed by any test.
    """
    folder, done = root / name, root / f"{name}.done"
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            # A maker that failed may have left something.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
