"""The report on the data: checked as they are now, shown in the browser or written as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingUtils
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui import files
from waternet_plugin.gui.health.reporting import show_report

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.session import Session


def make_report(path: str, progress: Progress) -> Report:
    """Check a network as it is now and return the report; nothing is written to the network."""
    from waternet_plugin import store
    from waternet_plugin.core.reports.quality import quality_report
    from waternet_plugin.store import checking

    with store.open_network(path) as network:
        checked = checking.check_network(network, progress=progress.part(0.0, 0.95))
        return quality_report(
            checked.changes.frame,
            checked.changes.counts,
            checked.grades,
            checked.findings.counts,
            whole=True,
            network=network.name,
        )


def open_report(session: Session, *, section: Any = None) -> None:
    """Write the report to a temporary file and open it in the browser."""
    network = session.network_path
    kind = tr("quality", "in a file name")
    name = f"{Path(network).stem}_{kind}.html"
    target = files.free_path(Path(QgsProcessingUtils.tempFolder()) / name)

    def work(progress: Progress) -> Path:
        return make_report(network, progress).write(target)

    session.run(tr("Checking for the report"), work, lambda path: show_report(session, path), section=section)


def save_pdf(session: Session, parent: QWidget, *, section: Any = None) -> None:
    """Ask for a place, write the report there as PDF and offer to open it."""
    network = session.network_path
    folder = session.remembered("folder", "")
    kind = tr("quality", "in a file name")
    name = f"{Path(network).stem}_{kind}.pdf"
    proposed = f"{folder}/{name}" if folder else name
    target = files.ask_where_to_save(parent, tr("Report as PDF"), proposed, "PDF (*.pdf)", session.say_error)
    if target is None:
        return

    def work(progress: Progress) -> Path:
        from waternet_plugin.bridge import papers

        report = make_report(network, progress)
        papers.print_pages(target, report)
        return target

    def done(written: Path) -> None:
        session.remember("folder", written.parent.as_posix())
        session.say(
            tr("Written to {path}.").format(path=written),
            "success",
            (tr("Open"), lambda: files.open_file(written)),
        )

    session.run(tr("Checking for the report"), work, done, section=section)
