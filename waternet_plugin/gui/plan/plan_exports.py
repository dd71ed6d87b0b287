"""Hand a plan on from the panel: ask for a place, write, offer to open what was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QApplication

from waternet_plugin import store
from waternet_plugin.atlas.projects import project_papers
from waternet_plugin.core import texts
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import file_dialogs

if TYPE_CHECKING:
    from waternet_plugin.gui.panes.section import PanelSection
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.renewal.recorded_plans import ListedPlan


@dataclass(frozen=True)
class Paper:
    """One kind of paper: the parameter that asks for it, its ending, the words of dialog and file."""

    output: str
    ending: str
    title: str
    stem: str
    file_filter: str


def paper_of(kind: str) -> Paper:
    """Return a kind of paper: list, sheets or statement."""
    pdf = tr("PDF (*.pdf)")
    return {
        "list": Paper(
            "OUTPUT_LIST", ".xlsx", tr("Save the list of projects"), tr("projects"), tr("Workbook (*.xlsx)")
        ),
        "sheets": Paper("OUTPUT_SHEETS", ".pdf", tr("Save the sheets of the projects"), tr("sheets"), pdf),
        "statement": Paper("OUTPUT_STATEMENT", ".pdf", tr("Save the statement"), tr("statement"), pdf),
    }[kind]


def ask_and_save(
    session: Session, plan: ListedPlan, kind: str, *, section: PanelSection | None = None
) -> None:
    """Ask for a place and write a paper of a plan there."""
    paper = paper_of(kind)
    folder = session.paper_folder
    name = f"{session.address.display_name}_{plan.plan_id}_{paper.stem}{paper.ending}"
    target = file_dialogs.ask_where_to_save(
        session.iface.mainWindow(), paper.title, f"{folder}/{name}", paper.file_filter, session.say_error
    )
    if target is not None:
        save(session, plan, kind, str(target), section=section)


def save(
    session: Session, plan: ListedPlan, kind: str, target: str, *, section: PanelSection | None = None
) -> None:
    """Write a paper of a plan, and offer to open it: in a task, the sheets then page by page."""
    path, plan_id, title = session.network_path, plan.plan_id, paper_of(kind).title

    def work(progress: Progress) -> Any:
        from waternet_plugin.operations.renewal.project_basis import read_projects

        with store.open_network(path) as network:
            if kind == "statement":
                project_papers.write_statement(
                    network, plan_id, Path(target), language=texts.language(), progress=progress
                )
                return None
            projects = read_projects(network, plan_id, progress=progress)
            if kind == "list":
                project_papers.write_list(network, projects, Path(target))
            return projects

    def done(projects: Any) -> None:
        if kind == "sheets":
            # Not before QGIS has let go of the task.
            QTimer.singleShot(0, lambda: _print(session, path, projects, target, title, section))
        else:
            _offer(session, target)

    session.run(title, work, done, section=section)


def _print(
    session: Session, path: str, projects: Any, target: str, title: str, section: PanelSection | None
) -> None:
    """Print the sheets in the main thread, where maps are painted; QGIS lives between two pages."""
    stopped: list[bool] = []

    def cancel() -> None:
        stopped.append(True)

    def breathe(fraction: float, _text: str) -> bool:
        if section is not None and not sip.isdeleted(section):
            section.show_progress(fraction, cancel)
        QApplication.processEvents()
        return not stopped and not session.is_closed

    if session.is_closed:
        return
    failed: WaterNetError | None = None
    note = ""
    with session.at_work(title, cancel):
        try:
            with store.open_network(path) as network:
                note = project_papers.print_sheets(
                    network,
                    projects,
                    Path(target),
                    language=texts.language(),
                    progress=Progress(breathe),
                ).note
        except WaterNetError as error:
            failed = error
    if session.is_closed:
        return
    if section is not None and not sip.isdeleted(section):
        section.hide_progress()
    if failed is None:
        _offer(session, target, note)
    else:
        session.say_error(failed)


def _offer(session: Session, target: str, note: str = "") -> None:
    """Say that a paper is there, with the way to it, and what its maps are without."""
    session.remember("folder", Path(target).parent.as_posix())
    session.say(
        joined(filter(None, [tr("{name} was written.").format(name=Path(target).name), note])),
        "success",
        (tr("Open", "verb"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(target))),
    )
