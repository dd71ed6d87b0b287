"""Files as on Windows: one that is open in this process can be neither deleted, renamed nor replaced."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock


def _open_files() -> set[str]:
    """Real paths of the regular files that this process has open."""
    found = set()
    for handle in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{handle}")
        except OSError:
            continue
        if target.startswith("/") and os.path.isfile(target):
            found.add(os.path.realpath(target))
    return found


def _refuse(*places: str) -> None:
    """Fail as Windows does where a file, or one in a folder, is open."""
    opened = _open_files()
    for place in places:
        # A link is a file of its own there.
        real = os.path.join(os.path.realpath(os.path.dirname(place) or "."), os.path.basename(place))
        if real in opened or (os.path.isdir(real) and any(each.startswith(real + "/") for each in opened)):
            raise PermissionError(
                errno.EACCES, "The process cannot access the file because it is being used", place
            )


def _place(path: Any, folder: int | None) -> str:
    text = os.fsdecode(path)
    if folder is None or os.path.isabs(text):
        return os.path.abspath(text)
    return os.path.join(os.readlink(f"/proc/self/fd/{folder}"), text)


@contextmanager
def as_on_windows() -> Iterator[None]:
    """Refuse to delete, rename and replace what is open here, while the block lasts."""
    if not Path("/proc/self/fd").is_dir():
        # Windows does so by itself; macOS does not tell what is open.
        yield
        return
    unlink, rename, replace = os.unlink, os.rename, os.replace

    def unlinking(path: Any, *, dir_fd: int | None = None) -> None:
        _refuse(_place(path, dir_fd))
        unlink(path, dir_fd=dir_fd)

    def moving(move: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Any, target: Any, **folders: Any) -> None:
            _refuse(_place(source, folders.get("src_dir_fd")), _place(target, folders.get("dst_dir_fd")))
            move(source, target, **folders)

        return moved

    patched = {"unlink": unlinking, "remove": unlinking, "rename": moving(rename), "replace": moving(replace)}
    with ExitStack() as stack:
        for name, function in patched.items():
            stack.enter_context(mock.patch.object(os, name, function))
        yield
