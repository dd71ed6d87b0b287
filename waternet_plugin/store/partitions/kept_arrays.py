"""Arrays that are kept between two runs, in files that are named by what they were made of."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.files import scratch
from waternet_plugin.core.texts import tr
from waternet_plugin.store.partitions.full_disk import failed_write


def key_of(*parts: str) -> str:
    """Return the name of what is made of parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def kept(folder: Path, key: str, make: Callable[[], Mapping[str, Array]]) -> Mapping[str, Array]:
    """Return arrays that were kept, or make and keep them.

    Parameters
    ----------
    folder
        Where they are kept.
    key
        Names what they are made of.
    make
        Makes them; they have no objects.

    Raises
    ------
    StoreError
        When there is no room to keep them.
    """
    path = folder / f"{key[:40]}.npz"
    try:
        # Opened here, so that a damaged file is closed, too: Windows does not replace an open one.
        with path.open("rb") as stored, np.load(stored, allow_pickle=False) as arrays:
            there: Mapping[str, Array] = dict(arrays)
        # `drop_unused` goes by it.
        with suppress(OSError):
            os.utime(path)
        return there
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        # Not there, or damaged.
        made = make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with scratch.part(path) as part:
            with part.open("wb") as file:
                np.savez(file, **made)
            os.replace(part, path)
    except OSError as error:
        message = tr("{folder} can't be written to: {reason}. Make room or choose another folder.")
        raise failed_write(message.format(folder=folder, reason=error.strerror or error), error) from error
    return made


def clock_of(folder: Path) -> int:
    """Return the time of a folder's disk, which may be that of a server, in nanoseconds.

    Raises
    ------
    StoreError
        When the folder can't be written to.
    """
    try:
        with scratch.part(folder / "clock") as part:
            part.touch()
            return part.stat().st_mtime_ns
    except OSError as error:
        message = tr("{folder} can't be written to: {reason}. Make room or choose another folder.")
        raise failed_write(message.format(folder=folder, reason=error.strerror or error), error) from error


def drop_unused(folder: Path, since: int) -> None:
    """Delete the arrays that were neither kept nor asked for since a time of `clock_of`."""
    for path in folder.glob("*.npz"):
        # Another run may have it open, or have deleted it.
        with suppress(OSError):
            if path.stat().st_mtime_ns < since:
                path.unlink()
