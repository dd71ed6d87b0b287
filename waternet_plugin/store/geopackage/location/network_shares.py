"""Where a file lies: on this computer or on a network share; whether a folder takes new files."""

from __future__ import annotations

import ctypes
import ntpath
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Callable, Optional

# SQLite's locks can't be relied on here; its authors and QGIS's issue list advise against writing.
_SHARES = frozenset(
    "9p afpfs afs ceph cifs davfs drvfs fuse.davfs fuse.davfs2 fuse.glusterfs fuse.rclone fuse.sshfs"
    " fuse.s3fs fuse.vmhgfs-fuse fuse.gvfsd-fuse glusterfs lustre ncpfs nfs nfs3 nfs4 prl_fs smb2 smb3 smbfs"
    " vboxsf virtiofs vmhgfs webdav".split()
)
_REMOTE_DRIVE = 4
# Seconds for which the answer of the Mac's mount command is good: every write asks.
_MOUNTS_LAST_S = 30.0


def _unescaped(field: str) -> str:
    """Undo the octal escapes of a mount table, such as that of a blank."""
    parts = field.split("\\")
    return parts[0] + "".join(chr(int(part[:3], 8)) + part[3:] for part in parts[1:])


def linux_mounts(text: str) -> list[tuple[str, str]]:
    """Return mount points and file system types of /proc/mounts, later mounts last."""
    rows = (line.split(" ") for line in text.splitlines())
    return [(_unescaped(row[1]), row[2]) for row in rows if len(row) > 2]


def mac_mounts(text: str) -> list[tuple[str, str]]:
    """Return mount points and types from lines like ``//me@host/x on /Volumes/x (smbfs, nodev)``."""
    found = []
    for line in text.splitlines():
        _device, separator, rest = line.partition(" on ")
        point, _blank, options = rest.rpartition(" (")
        if separator and point:
            found.append((point, options.split(",")[0].rstrip(")")))
    return found


@lru_cache(maxsize=1)
def mac_mounts_of(_period: int) -> list[tuple[str, str]]:
    """Return what is mounted on a Mac, asked once in a period; nothing where the command does not answer."""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            ["/sbin/mount"], capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=5
        )
        return mac_mounts(done.stdout)
    return []


def _mounts() -> list[tuple[str, str]]:
    if sys.platform == "darwin":
        return mac_mounts_of(int(time.monotonic() / _MOUNTS_LAST_S))
    try:
        return linux_mounts(Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return []


def windows_share(path: str) -> Optional[str]:
    """Return ``UNC`` or the mapped drive of a path on a share."""
    # A path without a drive is on that of the current folder, which may be a share.
    plain = ntpath.abspath(path).replace("/", "\\")
    if plain.upper().startswith("\\\\?\\UNC\\") or (
        plain.startswith("\\\\") and not plain.startswith("\\\\?\\")
    ):
        return "UNC"
    drive = ntpath.splitdrive(plain.replace("\\\\?\\", ""))[0]
    kernel = getattr(ctypes, "windll", None)
    if drive and kernel is not None and kernel.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE:
        return drive
    return None


def share_type(path: Path, mounts: Callable[[], list[tuple[str, str]]] = _mounts) -> Optional[str]:
    """Return the kind of network share a file lies on, None for a disk of this computer.

    Parameters
    ----------
    path
        A file, or the folder it will be in.
    mounts
        Gives mount points and their types.
    """
    if os.name == "nt":
        return windows_share(str(path))
    target = os.path.realpath(path)
    best, kind = "", ""
    for point, type_ in mounts():
        # The longest mount point that holds the path, the later one of two at the same place.
        holds = target == point or target.startswith(point.rstrip("/") + "/")
        if holds and len(point) >= len(best):
            best, kind = point, type_.lower()
    return kind if kind in _SHARES else None


def takes_new_files(folder: str | Path) -> bool:
    """Return whether a folder is there and a file can be made in it.

    It is tried: on Windows ``os.access`` says of every folder that it can be written.
    """
    try:
        with tempfile.TemporaryFile(prefix=".waternet-", dir=folder):
            return True
    except OSError:
        return False
