"""The report on the data: checked as they are now, shown in the browser or written as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.report_files import show_report, write_report

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.session.session import Session


def make_report(path: str, progress: Progress) -> Report:
    """Check a network as it is now and return the report; nothing is written to the network."""
    from waternet_plugin import store
    from waternet_plugin.core.reports.checks.quality import quality_report
    from waternet_plugin.operations.checks import check_network

    with store.open_network(path) as network:
        checked = check_network.check_network(network, progress=progress.part(0.0, 0.95))
        return quality_report(
            checked.changes.frame,
            checked.changes.counts,
            checked.grades,
            checked.findings.counts,
            complete=True,
            network=network.title,
        )


def open_report(session: Session, *, section: Any = None) -> None:
    """Write the report beside the network and open it in the browser."""
    network = session.network_path
    kind = tr("quality", "in a file name")
    name = f"{session.address.display_name}_{kind}"

    def work(progress: Progress) -> Path:
        return write_report(make_report(network, progress), network, name)

    session.run(tr("Checking for the report"), work, lambda path: show_report(session, path), section=section)


def save_pdf(session: Session, parent: QWidget, *, section: Any = None) -> None:
    """Ask for a place, write the report there as PDF and offer to open it."""
    network = session.network_path
    kind = tr("quality", "in a file name")
    name = f"{session.address.display_name}_{kind}.pdf"
    target = file_dialogs.ask_where_to_save(
        parent, tr("Report as PDF"), f"{session.paper_folder}/{name}", "PDF (*.pdf)", session.say_error
    )
    if target is None:
        return

    def work(progress: Progress) -> Path:
        from waternet_plugin.atlas.report import print_report

        print_report(target, make_report(network, progress), progress=progress)
        return target

    def done(written: Path) -> None:
        session.remember("folder", written.parent.as_posix())
        session.say(
            tr("Written to {path}.").format(path=written),
            "success",
            (tr("Open"), lambda: file_dialogs.open_file(written)),
        )

    session.run(tr("Checking for the report"), work, done, section=section)
