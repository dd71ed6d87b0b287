"""The backups that lie beside a network: which files they are, and what their names tell."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

FOLDER = "backups"
# The end of a name tells all, so no name of a network can be taken for the rest of another one's. Earlier
# versions gave no numbers.
_NAME = re.compile(
    r"(?P<stem>.+)_(?P<moment>\d{8}T\d{9})Z(?:_n(?P<number>\d{1,9}))?(?:_before_v(?P<version>\d+))?\.gpkg",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True)
class Backup:
    """One backup of a network: where, when it was made (UTC), how large, before which version if for that.

    ``number`` tells which of two is newer: a clock may have been put back between them.
    """

    path: Path
    at: datetime
    size: int
    before_version: Optional[int]
    number: int


def new_name(path: Path, before_version: Optional[int]) -> str:
    """Return the name of a backup that is made now; ``before_version`` as in `Backup`."""
    moment = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S%f")[:-3]
    apart = "" if before_version is None else f"_before_v{before_version}"
    last = newest(path)
    number = 1 if last is None else last.number + 1
    return f"{path.stem}_{moment}Z_n{number}{apart}.gpkg"


def backups_of(path: Path) -> list[Backup]:
    """Return the backups that bear a network's name, oldest first."""
    found = []
    with suppress(OSError), os.scandir(path.parent / FOLDER) as entries:
        for entry in entries:
            named = _NAME.fullmatch(entry.name)
            # One file whatever the case of its letters, where the system sees it so.
            if named is None or os.path.normcase(named["stem"]) != os.path.normcase(path.stem):
                continue
            with suppress(OSError, ValueError):
                at = datetime.strptime(named["moment"] + "000", "%Y%m%dT%H%M%S%f").replace(
                    tzinfo=timezone.utc
                )
                version = None if named["version"] is None else int(named["version"])
                number = int(named["number"] or 0)
                if entry.is_file(follow_symlinks=False):
                    found.append(Backup(Path(entry.path), at, entry.stat().st_size, version, number))
    return sorted(found, key=lambda one: (one.number, one.at, one.path.name))


def newest(path: Path) -> Optional[Backup]:
    """Return the newest backup that bears a network's name, None where there is none."""
    found = backups_of(path)
    return found[-1] if found else None
