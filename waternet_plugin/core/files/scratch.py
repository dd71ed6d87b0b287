"""Temporary folders and files beside a network: named after who made them, deleted once that one is gone.

A killed run can't tidy up. Its folder says by its name which process of which computer made it, so the next
opening of a network there deletes it, and never what a run in progress or somebody else made. An age counts
only where the maker can't be asked, and by the clock that stamped the folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from waternet_plugin.core.units import DAY_S

_NAME = re.compile(r"\.waternet-[a-z]+-(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,10})-[a-z0-9_]{8}", re.ASCII)
# A file that is written beside its place, under a name with the same beginning.
_PART = re.compile(r".+\.waternet-(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,10})\.[a-z]+", re.ASCII | re.DOTALL)
# Earlier versions named them without their maker: only their age tells.
_FORMER_FOLDER = re.compile(r"\.waternet-(export-)?[a-z0-9_]{8}", re.ASCII)
_FORMER_FILE = re.compile(r".+_\d{8}T\d{9}Z\.part(-journal)?", re.ASCII)
_FORMER_S = DAY_S
# Other computers' processes can't be asked, nor those of Windows.
_ABANDONED_S = 7 * DAY_S


def host_name() -> str:
    """Return this computer's name in letters that any file system takes."""
    return hashlib.sha256(socket.gethostname().encode("utf-8", "surrogateescape")).hexdigest()[:8]


def is_alive(pid: int) -> bool | None:
    """Return whether a process of this computer runs; None where the system does not tell."""
    if pid == os.getpid():
        return True
    if os.name == "nt":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def folder(where: Path | None, purpose: str) -> Iterator[Path]:
    """Make a temporary folder and delete it with all that is in it when the block ends.

    What can't be deleted in the end hides no error of the block. What killed runs left there goes first.

    Parameters
    ----------
    where
        The folder in which it is made: that of the finished file, which then only has to be renamed; the
        system's temporary one if None.
    purpose
        What it is for, in one word of small letters.
    """
    if where is not None:
        sweep(where)
    made = Path(tempfile.mkdtemp(prefix=f".waternet-{purpose}-{host_name()}-{os.getpid()}-", dir=where))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def part(target: Path) -> Iterator[Path]:
    """Yield a name beside a file's place to write it under, where what is in it names files from there.

    What is still under that name when the block ends is deleted.

    Parameters
    ----------
    target
        The file's place.
    """
    sweep(target.parent)
    made = target.with_name(f"{target.stem}.waternet-{host_name()}-{os.getpid()}{target.suffix.lower()}")
    try:
        yield made
    finally:
        with suppress(OSError):
            made.unlink()


def _kept_s(entry: os.DirEntry[str]) -> float | None:
    """Return at which age nobody needs an entry of a folder any more, 0 for any; None for never."""
    is_folder = entry.is_dir(follow_symlinks=False)
    named = (_NAME if is_folder else _PART).fullmatch(entry.name)
    if named is None:
        former = _FORMER_FOLDER if is_folder else _FORMER_FILE
        return _FORMER_S if former.fullmatch(entry.name) else None
    alive = is_alive(int(named["pid"])) if named["host"] == host_name() else None
    return _ABANDONED_S if alive is None else None if alive else 0.0


def _now_in(where: str) -> float:
    """Return the time by the clock that stamps files in a folder, which may be that of a file server."""
    with tempfile.TemporaryDirectory(prefix=".waternet-clock-", dir=where) as made:
        return os.stat(made).st_mtime


def _is_abandoned(entry: os.DirEntry[str], where: str) -> bool:
    """Return whether an entry of a folder is ours and nobody needs it any more."""
    kept_s = _kept_s(entry)
    if not kept_s:
        return kept_s is not None
    return _now_in(where) - entry.stat(follow_symlinks=False).st_mtime > kept_s


def sweep(*folders: Path) -> None:
    """Delete what killed runs left in some folders; what can't be deleted stays without a word."""
    for where in map(os.fspath, folders):
        with suppress(OSError), os.scandir(where) as entries:
            for entry in entries:
                with suppress(OSError):
                    if not _is_abandoned(entry, where):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.path, ignore_errors=True)
                    else:
                        os.unlink(entry.path)
