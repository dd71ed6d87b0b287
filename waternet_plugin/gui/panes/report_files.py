"""Reports of a network: kept in a folder beside it, shown in the browser, saved elsewhere on demand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingUtils
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

from waternet_plugin.core.errors import InputError, StoreError, WaterNetError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_names import plain_name
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.store.addresses import parse

if TYPE_CHECKING:
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.panes.section import PanelSection
    from waternet_plugin.gui.session.session import Session

# Stands behind the network's name, as for its results and files.
FOLDER = "reports"


def reports_folder(network: str) -> Path:
    """Return the folder of a network's reports."""
    address = parse(network)
    return address.beside(f"{address.display_name}_{FOLDER}")


def report_path(network: str, name: str) -> Path:
    """Return where a report goes: the folder of the network's reports, made where it is not there.

    Where none can be made, QGIS's temporary folder. A report made again takes the place of the one before.
    """
    from waternet_plugin.store.geopackage.location.network_shares import takes_new_files

    folder = reports_folder(network)
    try:
        folder.mkdir(parents=not parse(network).is_file, exist_ok=True)
    except OSError:
        folder = Path(QgsProcessingUtils.tempFolder())
    if not takes_new_files(folder):
        folder = Path(QgsProcessingUtils.tempFolder())
    return folder / f"{plain_name(name)}.html"


def write_report(report: Report, network: str, name: str) -> Path:
    """Write a report to its place; one that is open elsewhere stays, and this one gets a number."""
    path = report_path(network, name)
    try:
        return report.write(path)
    except StoreError:
        return report.write(file_dialogs.free_path(path))


def make_and_show(
    session: Session, make: Callable[[], Report], name: str, *, section: PanelSection | None = None
) -> None:
    """Write a report beside the network in a task and open it.

    Parameters
    ----------
    make
        Makes the report, in the task.
    name
        What stands behind the network's name in that of the file.
    section
        The section of the dock that shows how far it is.
    """
    path = session.network_path
    session.run(
        tr("Writing the report"),
        lambda _progress: write_report(make(), path, f"{parse(path).display_name}_{name}"),
        lambda written: show_report(session, written),
        section=section,
    )


def show_report(session: Session, path: Path) -> None:
    """Open a page in the browser and say where it lies, with a button that saves it elsewhere."""
    save = (tr("Save as…"), lambda: save_as(session, path))
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        text = tr("The report is at {path}; no browser could open it.")
        session.say(text.format(path=path), "warning", save)
    elif path.parent != reports_folder(session.network_path):
        text = tr(
            "The network's folder can't be written to, so the report {name} is lost when QGIS closes. Save "
            "it."
        )
        session.say(text.format(name=path.name), "warning", save)
    else:
        session.say(tr("The report is saved in {path}.").format(path=path), "success", save)


def save_as(session: Session, path: Path) -> None:
    """Ask for a place and copy a report there, with its figures."""
    folder = session.paper_folder
    window = session.iface.mainWindow()
    target = file_dialogs.ask_where_to_save(
        window, tr("Save the report"), f"{folder}/{path.name}", "HTML (*.html)", session.say_error
    )
    if target is None:
        return
    try:
        copy_report(path, target)
    except WaterNetError as error:
        session.say_error(error)
        return
    session.remember("folder", target.parent.as_posix())
    open_it = (tr("Open", "verb"), lambda: file_dialogs.open_file(target))
    session.say(tr("Written to {path}.").format(path=target), "success", open_it)


def copy_report(path: Path, target: Path) -> None:
    """Copy a report and the .json with its figures: both or none.

    Raises
    ------
    WaterNetError
        When the place can't be written.
    """
    from waternet_plugin.store.outputs import refuse_network_as_output

    refuse_network_as_output(target)
    pairs = [(path, target), (path.with_suffix(".json"), target.with_suffix(".json"))]
    pairs = [(one, other) for one, other in pairs if one.is_file() and not _is_same(one, other)]
    if not pairs:
        return
    try:
        with scratch.folder(target.absolute().parent, "report") as folder:
            replace_set({Path(shutil.copyfile(one, folder / other.name)): other for one, other in pairs})
    except OSError as error:
        message = tr("The report can't be written to {path}: {reason}. Choose another location.")
        raise InputError(message.format(path=target, reason=error.strerror or error)) from error


def _is_same(one: Path, other: Path) -> bool:
    return os.path.normcase(os.path.abspath(one)) == os.path.normcase(os.path.abspath(other))
