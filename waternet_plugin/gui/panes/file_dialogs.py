"""Files that people are about to write: names that are free, what would be replaced, where they lie."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialog, QFileDialog, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks import tasks


def ask_where_to_save(
    parent: QWidget | None, title: str, proposed: str, kind: str, tell: Callable[[WaterNetError], object]
) -> Path | None:
    """Ask for a file to write and return it with an ending of its kind, None for a cancel.

    Parameters
    ----------
    title
        Of the question.
    proposed
        The path that stands there first.
    kind
        Filters of the kinds of files, such as ``SVG (*.svg);;PNG (*.png)``.
    tell
        Says why a place is refused: no file of ours goes where a network is.
    """
    chosen, _filter = QFileDialog.getSaveFileName(parent, title, proposed, kind)
    if not chosen:
        return None
    endings = re.findall(r"\*(\.\w+)", kind)
    path = Path(chosen if chosen.lower().endswith(tuple(endings)) else f"{chosen}{endings[0]}")
    try:
        tasks.keep_packages_apart()
        from waternet_plugin.store.outputs import refuse_network_as_output

        refuse_network_as_output(path)
    except WaterNetError as error:
        tell(error)
        return None
    return path


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


def open_dialog(
    session: Session, kind: type[QDialog], is_at_work: Callable[[Any], bool], **wanted: Any
) -> Any:
    """Open a dialog that writes files of the open network; None after saying why there is none.

    Parameters
    ----------
    kind
        Its class, which takes the session and what is wanted; one is open at a time.
    is_at_work
        Returns whether an open one writes: another one would end that, and is not opened.
    """
    if not session.network_path:
        session.say(tr("No network is open. Open one, or create one."), "warning")
        return None
    window = session.iface.mainWindow()
    opened = window.findChild(kind)
    if opened is not None and is_at_work(opened):
        opened.raise_()
        return opened
    try:
        return session.show_window(kind(session, parent=window, **wanted))
    except WaterNetError as error:
        session.say_error(error)
        return None
