"""The report of a plan, written anew in the language of the interface and shown in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingUtils

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.health.reporting import show_report

if TYPE_CHECKING:
    from waternet_plugin.gui.plan.recorded import PlanRecord
    from waternet_plugin.gui.section import Section
    from waternet_plugin.gui.session import Session


def open_report(session: Session, plan: PlanRecord, *, section: Section | None = None) -> None:
    """Write the report of a plan to a temporary file and open it."""
    folder = Path(QgsProcessingUtils.tempFolder())
    path = session.network_path

    def work(_progress: Any) -> Path:
        from waternet_plugin import store
        from waternet_plugin.core.reports.plan import plan_report
        from waternet_plugin.gui.plan.recorded import plan_of, read_projects

        with store.open_network(path) as network:
            projects = read_projects(network, plan)
        shown = {key: value for key, value in plan.parameters.items() if key != "settings"}
        report = plan_report(
            plan_of(plan, projects),
            parameters={"PLAN_ID": plan.plan_id, **shown},
            rated_length_m=float(plan.figures.get("rated_length_m") or 0.0),
            currency=plan.currency,
        )
        return report.write(folder / f"{Path(path).stem}_{plan.plan_id}.html")

    def done(written: Path) -> None:
        show_report(session, written)

    session.run(tr("Writing the report"), work, done, section=section)
