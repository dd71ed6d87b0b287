"""The report of a plan, written anew in the language of the interface and shown in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.gui.report_files import make_and_show

if TYPE_CHECKING:
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.panel.section import PanelSection
    from waternet_plugin.gui.plan.recorded_plans import ListedPlan
    from waternet_plugin.gui.session import Session


def open_report(session: Session, plan: ListedPlan, *, section: PanelSection | None = None) -> None:
    """Write the report of a plan beside the network and open it."""
    path = session.network_path

    def make() -> Report:
        from waternet_plugin import store
        from waternet_plugin.core.reports.plan import plan_report
        from waternet_plugin.gui.plan.recorded_plans import plan_of, read_projects

        with store.open_network(path) as network:
            projects = read_projects(network, plan)
        shown = {key: value for key, value in plan.parameters.items() if key != "settings"}
        return plan_report(
            plan_of(plan, projects),
            parameters={"PLAN_ID": plan.plan_id, **shown},
            rated_length_m=float(plan.figures.get("rated_length_m") or 0.0),
            currency=plan.currency,
        )

    make_and_show(session, make, plan.plan_id, section=section)
