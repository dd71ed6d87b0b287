"""Hand a plan on from the panel: ask for a place, write, offer to open what was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QFileDialog

from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.gui.plan.recorded import PlanRecord
    from waternet_plugin.gui.section import Section
    from waternet_plugin.gui.session import Session


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


def ask_and_save(session: Session, plan: PlanRecord, kind: str, *, section: Section | None = None) -> None:
    """Ask for a place and write a paper of a plan there."""
    paper = paper_of(kind)
    folder = session.remembered("folder", "") or Path(session.network_path).parent.as_posix()
    name = f"{Path(session.network_path).stem}_{plan.plan_id}_{paper.stem}{paper.ending}"
    path, _filter = QFileDialog.getSaveFileName(
        session.iface.mainWindow(), paper.title, f"{folder}/{name}", paper.file_filter
    )
    if path:
        target = path if path.lower().endswith(paper.ending) else path + paper.ending
        save(session, plan, kind, target, section=section)


def save(
    session: Session, plan: PlanRecord, kind: str, target: str, *, section: Section | None = None
) -> None:
    """Write a paper of a plan, and offer to open it."""

    def done(_results: dict[str, Any]) -> None:
        session.remember("folder", Path(target).parent.as_posix())
        session.say(
            tr("{name} is written.").format(name=Path(target).name),
            "success",
            (tr("Open", "verb"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(target))),
        )

    session.run_algorithm(
        "exportprojects",
        {"NETWORK": session.network_path, "PLAN": plan.plan_id, paper_of(kind).output: target},
        done,
        section=section,
    )
