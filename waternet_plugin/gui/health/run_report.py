"""The report of a run, written anew in the language of the interface and shown in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.gui.report_files import make_and_show

if TYPE_CHECKING:
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.panel.section import PanelSection
    from waternet_plugin.gui.session import Session
    from waternet_plugin.operations.recorded_runs import Run


def open_report(session: Session, run: Run, *, section: PanelSection | None = None) -> None:
    """Write the report of a run beside the network and open it."""
    title = session.network_title

    def make() -> Report:
        from waternet_plugin.core.reports.health import health_report
        from waternet_plugin.operations.recorded_runs import summary_of, worse_of

        return health_report(summary_of(run), network=title, worse=worse_of(run))

    make_and_show(session, make, run.run_id, section=section)
