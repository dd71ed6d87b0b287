"""Temporary folders beside a network: named after who made them, and deleted once their maker is gone.

A killed run can't tidy up. Its folder says by its name which process of which computer made it, so the next
opening of a network there deletes it, and never what a run in progress or somebody else made.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Optional

_NAME = re.compile(r"\.waternet-[a-z]+-(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,10})-[a-z0-9_]{8}", re.ASCII)
# Earlier versions named them without their maker: only their age tells.
_FORMER_FOLDER = re.compile(r"\.waternet-(export-)?[a-z0-9_]{8}", re.ASCII)
_FORMER_FILE = re.compile(r".+_\d{8}T\d{9}Z\.part(-journal)?", re.ASCII)
_FORMER_S = 24 * 3600.0
# A number of a process is given again some day, and other computers' processes can't be asked.
_ABANDONED_S = 7 * 24 * 3600.0


def host_name() -> str:
    """Return this computer's name in letters that any file system takes."""
    return hashlib.sha256(socket.gethostname().encode("utf-8", "surrogateescape")).hexdigest()[:8]


def is_alive(pid: int) -> bool:
    """Return whether a process of this computer runs."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def folder(where: Optional[Path], purpose: str) -> Iterator[Path]:
    """Make a temporary folder and delete it with all that is in it when the block ends.

    What can't be deleted in the end hides no error of the block.

    Parameters
    ----------
    where
        The folder in which it is made: that of the finished file, which then only has to be renamed; the
        system's temporary one if None.
    purpose
        What it is for, in one word of small letters.
    """
    made = Path(tempfile.mkdtemp(prefix=f".waternet-{purpose}-{host_name()}-{os.getpid()}-", dir=where))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry of a folder is ours and nobody needs it any more."""
    age_s = time.time() - entry.stat(follow_symlinks=False).st_mtime
    is_folder = entry.is_dir(follow_symlinks=False)
    named = _NAME.fullmatch(entry.name)
    if named is not None:
        if not is_folder:
            return False
        is_gone = named["host"] == host_name() and not is_alive(int(named["pid"]))
        return is_gone or age_s > _ABANDONED_S
    former = _FORMER_FOLDER if is_folder else _FORMER_FILE
    return age_s > _FORMER_S and former.fullmatch(entry.name) is not None


def sweep(*folders: Path) -> None:
    """Delete what killed runs left in some folders; what can't be deleted stays without a word."""
    for where in folders:
        with suppress(OSError), os.scandir(where) as entries:
            for entry in entries:
                with suppress(OSError):
                    if not _is_abandoned(entry):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.path, ignore_errors=True)
                    else:
                        os.unlink(entry.path)
