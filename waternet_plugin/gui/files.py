"""Files that people are about to write: names that are free, what would be replaced, where they lie."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

from waternet_plugin.core.texts import tr


def free_path(path: Path, is_taken: Callable[[Path], bool] = Path.exists) -> Path:
    """Return a path that is not taken: the one given, else with -2, -3, ... behind its name."""
    free, number = path, 1
    while is_taken(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def replaces_text(path: Path) -> str:
    """Return the sentence for a file that is there and would be replaced, '' where none is."""
    try:
        day = datetime.date.fromtimestamp(path.stat().st_mtime)
    except OSError:
        return ""
    return tr("Replaces the file of {day}.").format(day=day.isoformat()) if path.is_file() else ""


def open_file(path: Path) -> None:
    """Open a file in the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def open_folder(path: Path) -> None:
    """Show the folder of a file."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
