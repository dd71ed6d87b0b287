"""The report of a run, written anew in the language of the interface and shown in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingUtils
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.gui.health.recorded import Run
    from waternet_plugin.gui.section import Section
    from waternet_plugin.gui.session import Session


def show_report(session: Session, path: Path) -> None:
    """Open a page in the browser; say where it lies when there is none."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        session.say(tr("The report is at {path}; no browser opened it.").format(path=path), "warning")


def open_report(session: Session, run: Run, *, section: Section | None = None) -> None:
    """Write the report of a run to a temporary file and open it."""
    folder = Path(QgsProcessingUtils.tempFolder())
    name = Path(session.network_path).stem

    def work(_progress: Any) -> Path:
        from waternet_plugin.core.reports.health import health_report
        from waternet_plugin.gui.health.recorded import summary_of, worse_of

        report = health_report(summary_of(run), network=name, worse=worse_of(run))
        return report.write(folder / f"{name}_{run.run_id}.html")

    def done(path: Path) -> None:
        show_report(session, path)

    session.run(tr("Writing the report"), work, done, section=section)
