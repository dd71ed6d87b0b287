"""Who is writing: a note beside the file while it is held, and what the system knows of others.

Also whether another program has taken a log away that this process works with. In write-ahead mode SQLite
keeps what is committed in two files beside the database. All connections of a process share what it knows of
them. Where the process has lost its ordinary lock on the database, another program that closes it takes
itself for the last one and deletes both. From then on this process goes on with files that have no name any
more: what it commits is seen by itself alone, what others commit it may write over when it closes, and the
file stays whole all the while. Nothing of that shows but in the descriptors.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from waternet_plugin.core.errors import LockedError
from waternet_plugin.core.files.scratch import is_alive
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.geopackage.sql import now
from waternet_plugin.store.permissions import share_as

# Bytes of a database file on which SQLite's writers hold their lock, and of its -shm file.
_RESERVED_BYTES = range(0x40000000, 0x40000000 + 512)
_DESCRIPTORS = "/proc/self/fd"
_GONE = " (deleted)"
# Another thread that closes the last connection has deleted them a moment before it closes them.
_CLOSING_S = 0.5
_STEP_S = 0.02


def note_path(path: Path) -> Path:
    """Return the place of the note that names the writer of a network."""
    return path.with_name(path.name + ".lock.json")


@contextmanager
def announced(path: Path, *, action: str, by: str) -> Iterator[None]:
    """Leave a note beside the file while it is held.

    Only the holder of the lock writes it, so a note left by a killed program is overwritten by the next.
    """
    note = note_path(path)
    content = {"by": by, "action": action, "host": socket.gethostname(), "pid": os.getpid(), "since": now()}
    # The lock is SQLite's; a note that can't be written only costs the next one a name.
    with suppress(OSError):
        note.touch()
        share_as(note, path)
        note.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def _noted(path: Path) -> str | None:
    """Return who wrote the note, unless that program is gone."""
    try:
        note = json.loads(note_path(path).read_text(encoding="utf-8"))
        by, action, host, pid = str(note["by"]), str(note["action"]), str(note["host"]), int(note["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if host == socket.gethostname() and is_alive(pid) is False:
        return None
    return tr("{user} on {host} (process {pid}, {action})").format(user=by, host=host, pid=pid, action=action)


def _lock_holders(path: Path) -> set[int]:
    """Return the processes that hold a writer's lock, from /proc/locks."""
    watched: dict[int, range] = {}
    for name, held in ((path.name, _RESERVED_BYTES), (path.name + "-shm", range(120, 121))):
        with suppress(OSError):
            watched[path.with_name(name).stat().st_ino] = held
    found: set[int] = set()
    with suppress(OSError, ValueError):
        for line in Path("/proc/locks").read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()
            # 1: POSIX ADVISORY WRITE pid major:minor:inode first last
            if len(words) < 8 or words[3] != "WRITE":
                continue
            inode = int(words[5].rsplit(":", 1)[-1])
            if inode in watched and int(words[6]) in watched[inode] and int(words[4]) > 0:
                found.add(int(words[4]))
    return found


def _openers(path: Path) -> set[int]:
    """Return the other processes that have the file open, from /proc."""
    found: set[int] = set()
    with suppress(OSError):
        target = os.stat(path)
        for process in Path("/proc").glob("[0-9]*"):
            if int(process.name) != os.getpid() and _has_open(process / "fd", target):
                found.add(int(process.name))
    return found


def _has_open(handles: Path, target: os.stat_result) -> bool:
    """Return whether one of a process's handles is a file, by whatever name it was opened."""
    try:
        entries = list(os.scandir(handles))
    except OSError:
        # Another user's, or gone.
        return False
    for entry in entries:
        with suppress(OSError):
            if os.path.samestat(os.stat(entry.path), target):
                return True
    return False


def _program(pid: int) -> str:
    """Return the name of a process."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    return "?"


def _named(processes: set[int]) -> tuple[str, ...]:
    """Return processes in words."""
    text = tr("{program} (process {pid})")
    return tuple(text.format(program=_program(pid), pid=pid) for pid in sorted(processes))


def others(path: Path) -> tuple[str, ...]:
    """Return the other programs that have a network open, in words; () where nobody can tell."""
    return _named(_openers(path))


def holder(path: Path) -> str | None:
    """Return who is writing a network in words, None if nobody can tell."""
    return _noted(path) or listed(_named(_lock_holders(path) or _openers(path))) or None


def locked_message(path: Path) -> str:
    """Return the sentence for a network that another program is writing."""
    who = holder(path)
    if who is None:
        text = tr("Another program is writing {name}. Save and close it there, then try again.")
        return text.format(name=path.name)
    text = tr("{name} is being written by {who}. Wait until that is done, or save and close it there.")
    return text.format(name=path.name, who=who)


def _has_deleted(path: Path) -> bool:
    """Return whether this process has a file of the log open that is deleted."""
    name = os.path.realpath(path)
    found = set()
    with suppress(OSError):
        for descriptor in os.listdir(_DESCRIPTORS):
            with suppress(OSError):
                found.add(os.readlink(f"{_DESCRIPTORS}/{descriptor}"))
    # A network that was deleted itself took its log with it.
    return name + _GONE not in found and not found.isdisjoint({f"{name}-wal{_GONE}", f"{name}-shm{_GONE}"})


def is_log_lost(path: Path) -> bool:
    """Return whether this process works with a log of a file that is deleted; False where nobody can tell."""
    if sys.platform != "linux":
        return False
    end = time.monotonic() + _CLOSING_S
    while _has_deleted(path):
        if time.monotonic() >= end:
            return True
        time.sleep(_STEP_S)
    return False


def check_log(path: Path) -> None:
    """Refuse to go on with a log that is deleted.

    Raises
    ------
    LockedError
        It is.
    """
    if is_log_lost(path):
        text = tr(
            "Another program has deleted the log of {name} that QGIS is working with, so what you see may be "
            "out of date, and nothing was written. Copy edits that are not saved yet to another layer, then "
            "restart QGIS."
        )
        raise LockedError(text.format(name=path.name))
