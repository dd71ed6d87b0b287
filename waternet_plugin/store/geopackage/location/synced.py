"""Folders that a program keeps in step with a cloud: what it copies may be half a save.

It needs no package beyond QGIS's own: the sample town asks before anything else is installed.
"""

from __future__ import annotations

import csv
import os
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage.location import network_shares

_OWN_FOLDER = "WaterNet"
# With “Desktop & Documents Folders” on, iCloud Drive shows these two as its own.
_MAC_CLOUD = "Library/Mobile Documents/com~apple~CloudDocs"
_MAC_FOLDERS = ("Desktop", "Documents")


@dataclass(frozen=True)
class Program:
    """A program that copies folders to a cloud, and how its folders are known.

    Parameters
    ----------
    label_en, label_zh
        What people call it.
    environment
        Variables that hold its folder.
    folders
        Patterns of its folders' names.
    markers
        Names in the uppermost of its folders.
    """

    label_en: str
    label_zh: str
    environment: tuple[str, ...]
    folders: tuple[str, ...]
    markers: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name in the user's language."""
        return self.label_zh if texts.language() == "zh_CN" else self.label_en


@lru_cache(maxsize=None)
def programs() -> tuple[Program, ...]:
    """Return the programs that are known."""
    with Path(__file__).with_name("synced.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = ("environment", "folders", "markers")
    return tuple(
        Program(
            row["label_en"],
            row["label_zh"],
            *(tuple(filter(None, row[part].split(";"))) for part in parts),
        )
        for row in rows
    )


def _plain(path: str) -> str:
    """Return a path in one spelling: whole, with one kind of slash, in small letters."""
    return os.path.normcase(os.path.abspath(path)).replace("\\", "/").casefold()


def _is_inside(path: str, folder: str) -> bool:
    return bool(folder) and (path + "/").startswith(_plain(folder).rstrip("/") + "/")


def _is_named(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern.casefold()) for pattern in patterns)


def _is_in_icloud(path: str) -> bool:
    """Return whether a path lies in a folder of the Mac's user that iCloud Drive has taken over."""
    for name in _MAC_FOLDERS:
        own, cloud = Path.home() / name, Path.home() / _MAC_CLOUD / name
        try:
            if _is_inside(path, str(own)) and os.path.samefile(own, cloud):
                return True
        except OSError:
            continue
    return False


def _marked(path: Path) -> Program | None:
    """Return the program that has left its mark in one of the folders above."""
    for folder in Path(os.path.abspath(path)).parents:
        for each in programs():
            if any(os.path.lexists(folder / name) for name in each.markers):
                return each
    return None


def program(path: str | Path) -> Program | None:
    """Return the program that keeps a file's folder in step with a cloud, None for none that is known.

    Parameters
    ----------
    path
        A file or folder, which need not be there yet.
    """
    plain = _plain(str(path))
    names = plain.split("/")
    for each in programs():
        folders = [os.environ.get(variable, "") for variable in each.environment]
        if any(_is_inside(plain, folder) for folder in folders):
            return each
        if any(_is_named(name, each.folders) for name in names):
            return each
    if sys.platform == "darwin" and _is_in_icloud(plain):
        return next(each for each in programs() if each.label_en == "iCloud Drive")
    return _marked(Path(path))


def note(path: str | Path) -> str:
    """Return what a network in a folder like this has to fear and what to do, '' where nothing."""
    found = program(path)
    if found is None:
        return ""
    text = tr(
        "{program} copies this folder to other computers, even in the middle of a save, which can damage a "
        "network or leave two versions of it. Keep the network in a folder outside {program}, and put only "
        "backups in this one."
    )
    return text.format(program=found.label)


def is_local(folder: str | Path) -> bool:
    """Return whether a folder is of this computer alone: on no share, and copied to no cloud."""
    return program(folder) is None and network_shares.share_type(Path(folder)) is None


def local_folder(documents: str | Path) -> Path:
    """Return the folder that new networks are proposed for: of this computer, and copied by nobody.

    Parameters
    ----------
    documents
        The user's documents, which often are a cloud's or a server's; '' where there are none.
    """
    base = Path(documents or Path.home())
    return (base if is_local(base) else Path.home()) / _OWN_FOLDER
