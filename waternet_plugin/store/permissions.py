"""To whom the files beside a network are open: to those who may read the network."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_PERMISSIONS = _READ | stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def share_as(made: Path, network: Path) -> None:
    """Give a file or folder that was made the permissions and the group of a network.

    Whoever may read the network may enter the folder. Where the system knows no such permissions, or the
    group is another's, it stays as it is: never more open than the network.

    Parameters
    ----------
    made
        A file or folder of this process.
    network
        The network it belongs to.
    """
    if os.name == "nt":
        return
    about = network.stat()
    mode = stat.S_IMODE(about.st_mode) & _PERMISSIONS
    if made.is_dir():
        mode |= (mode & _READ) >> 2
    # Closed first: others of the new group must not read what its mode does not give them.
    made.chmod(mode & stat.S_IRWXU)
    if made.stat().st_gid != about.st_gid:
        with suppress(OSError):
            os.chown(made, -1, about.st_gid)
    if made.stat().st_gid != about.st_gid:
        # What the network gives its group, this file's group must not have.
        mode &= ~stat.S_IRWXG
    made.chmod(mode)
