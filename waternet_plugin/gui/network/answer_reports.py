"""Papers and layers of an answer, made by the algorithm that answers the same question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.files.file_names import plain_name
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.report_files import report_path, show_report
from waternet_plugin.gui.session.session import Session


def open_report(
    session: Session, algorithm: str, parameters: dict[str, Any], name: str, section: Any
) -> None:
    """Write the report beside the network and open it in the browser."""
    path = report_path(session.network_path, name)

    def done(_results: dict[str, Any]) -> None:
        show_report(session, path)

    session.run_algorithm(algorithm, {**parameters, "REPORT": str(path)}, done, section=section)


def save_paper(
    session: Session,
    parent: QWidget,
    algorithm: str,
    parameters: dict[str, Any],
    output: tuple[str, str, str],
    name: str,
    section: Any,
) -> None:
    """Ask for a place, write a paper there and offer to open it.

    Parameters
    ----------
    parent
        Above which the question stands.
    algorithm, parameters
        What is asked.
    output
        Name of the output, what the window is called, and the filter of its file's kind.
    name
        Stem of the file that is proposed.
    section
        Shows the progress.
    """
    key, title, kind = output
    suffix = kind.rpartition("*")[2].rstrip(")")
    target = file_dialogs.ask_where_to_save(
        parent, title, f"{session.paper_folder}/{plain_name(name)}{suffix}", kind, session.say_error
    )
    if target is None:
        return

    def done(_results: dict[str, Any]) -> None:
        session.remember("folder", target.parent.as_posix())
        say_written(session, target)

    session.run_algorithm(algorithm, {**parameters, key: str(target)}, done, section=section)


def say_written(session: Session, path: Path) -> None:
    """Say where a file is, with a button that opens it."""
    open_it: Callable[[], Any] = lambda: file_dialogs.open_file(path)  # noqa: E731 (a button's action)
    session.say(tr("Written to {path}.").format(path=path), "success", (tr("Open"), open_it))
