"""Which files of tests judge a module: those that import it, else those that are nearest by imports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drawing import room_of
from support.importers import Importers

MOST = 10
# Folders of tests whose files take little time, and those whose files take much; all others are between.
_QUICK = ("unit", "store")
_LONG = ("gui", "atlas")


def mirrors(path: str) -> tuple[str, ...]:
    """Return the folders of the tests that belong to a module, given by its path within the repository."""
    room = room_of(path)
    if room == "core":
        inner = path.split("/")[2:-1]
        return ("/".join(["tests/unit", *inner[:1]]),)
    return ("tests/store", "tests/unit/store") if room == "store" else (f"tests/{room}",)


def quickest_first(path: str, files: Sequence[str]) -> list[str]:
    """Return files of tests in the order in which a mutant of a module is most likely killed soon."""
    folders = set(path.split("/")[1:-1])

    def rank(file: str) -> tuple[int, int]:
        parts = file.split("/")
        inner = set(parts[2:-1])
        room = 0 if parts[1] in _QUICK else 2 if parts[1] in _LONG else 1
        return room, -len(inner & folders)

    return sorted(files, key=rank)


class Choice:
    """The files of tests of each module of a checkout.

    Parameters
    ----------
    root
        The checkout.
    """

    def __init__(self, root: Path) -> None:
        self._importers = Importers(root)

    def files_for(self, path: str) -> tuple[str, ...]:
        """Return the files of tests for a module, given by its path: the nearest first, at most ten."""
        beside = tuple(f"{folder}/" for folder in mirrors(path))
        found: list[str] = []
        for number, ring in enumerate(self._importers.rings([self._importers.modules[path]])):
            found += sorted(ring, key=lambda test: (not test.startswith(beside), test))
            # Where tests import the module themselves, those over others are not asked.
            if len(found) >= MOST or (number == 0 and found):
                break
        return tuple(found[:MOST])
