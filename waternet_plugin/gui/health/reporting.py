"""The report of a run, written anew in the language of the interface and shown in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.report_files import show_report, write_report

if TYPE_CHECKING:
    from waternet_plugin.gui.health.recorded import Run
    from waternet_plugin.gui.panel.section import Section
    from waternet_plugin.gui.session import Session


def open_report(session: Session, run: Run, *, section: Section | None = None) -> None:
    """Write the report of a run beside the network and open it."""
    path, title = session.network_path, session.network_title

    def work(_progress: Any) -> Path:
        from waternet_plugin.core.reports.health import health_report
        from waternet_plugin.gui.health.recorded import summary_of, worse_of

        report = health_report(summary_of(run), network=title, worse=worse_of(run))
        return write_report(report, path, f"{Path(path).stem}_{run.run_id}")

    def done(written: Path) -> None:
        show_report(session, written)

    session.run(tr("Writing the report"), work, done, section=section)
