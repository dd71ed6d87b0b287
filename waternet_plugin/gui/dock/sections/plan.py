"""The plan: how many km in which years, and the way to plan again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.tools import open_pane_of
from waternet_plugin.gui.panes.report_files import make_and_show
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.plan.plan_options import PlanOptions
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.renewal.recorded_plans import ListedPlan, Plans


def _read(network: Any) -> Plans:
    """Read the plans."""
    from waternet_plugin.operations.renewal.recorded_plans import read_plans

    return read_plans(network)


def open_report(session: Session, plan: ListedPlan, *, section: PanelSection | None = None) -> None:
    """Write the report of a plan in the language of the interface, beside the network, and open it."""
    path = session.network_path

    def make() -> Report:
        from waternet_plugin import store
        from waternet_plugin.core.reports.renewal.plan import plan_report
        from waternet_plugin.operations.renewal.recorded_plans import plan_of, read_projects

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


class PlanSection(PanelSection):
    """The shown plan in one figure; a click on it lists the packages."""

    KEY = "plan"
    READ = staticmethod(_read)
    IS_OF_RUN = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.plans: Plans | None = None
        self.options = PlanOptions(session, self, self)
        self.body.addWidget(self.options)
        show = partial(open_pane_of, session)
        self._open_list = partial(show, "plan")
        self._of_plan = self.add_menu_actions(
            (tr("Packages…"), self._open_list, "wn_plan_packages"),
            (tr("Show on the map"), self._show_on_map, "wn_plan_on_map"),
            (tr("Report"), self._open_report, "wn_plan_report"),
        )
        self._scenarios = self.add_menu_action(
            tr("Compare scenarios…"), partial(show, "scenarios"), "wn_plan_scenarios"
        )
        self.menu.addSeparator()
        self._of_plan += self.add_menu_actions(
            *(
                (label, partial(self._save_paper, kind), f"wn_plan_paper_{kind}")
                for kind, label in (
                    ("list", tr("List of projects (XLSX)…")),
                    ("sheets", tr("Sheets of the projects (PDF)…")),
                    ("statement", tr("Statement of method and validation (PDF)…")),
                )
            )
        )
        self.menu.addSeparator()
        self._all = self.add_menu_action(
            tr("Plan with all options…"), lambda: session.open_algorithm("planrenewal"), "wn_plan_all_options"
        )

    def title(self) -> str:
        """Return the title."""
        return tr("Plan", "noun")

    def _show(self, plans: Plans) -> None:
        self.plans = plans
        self.options.set_plans(plans)
        plan = plans.shown
        for action in self._of_plan:
            action.setEnabled(plan is not None)
        for action in (self._all, self._scenarios):
            action.setEnabled(bool(plans.newest_run))
        if plan is None:
            if plans.newest_run:
                text = tr("Shows which streets to renew in which year.")
                self.set_empty(text, tr("Plan", "verb"), self.options.open, kind="plan")
            elif not plans.pipes:
                self.options.hide()
                self.set_empty(tr("Shows which streets to renew, once there are pipes."))
            else:
                self.options.hide()
                text = tr("Shows which streets to renew, once health is assessed.")
                self.set_empty(text, tr("Assess"), self._assess, kind="assess")
            return
        figure = tr("{km} from {first}").format(km=amounts.km(plan.length_m), first=plan.start_year)
        self.set_figure(figure, self._show_plan)
        self.figure.setToolTip(tr("Click for the list of packages, and the plan on the map."))
        note = tr("{money} a year, {strategy}").format(
            money=amounts.money(plan.budget, plan.currency), strategy=plan.strategy
        )
        if plan.run_id and plan.run_id != plans.newest_run:
            note = tr("older than the newest assessment; {note}").format(note=note)
        tip = tr(
            "{plan}, {first} to {last}: {funded} of {all} packages for {cost}, from assessment {run}"
        ).format(
            plan=plan.plan_id,
            first=plan.start_year,
            last=plan.last_year,
            funded=amounts.number(plan.figures.get("funded")),
            all=amounts.number(plan.figures.get("packages")),
            cost=amounts.money(plan.cost, plan.currency),
            run=plan.run_id,
        )
        self.set_note(note, tip)
        self.set_button(
            tr("Plan", "verb"),
            self.options.open,
            tr("Plan renewal again, with another budget or period"),
            kind="plan",
        )

    def _assess(self) -> None:
        """Lead to the section of health and open its options."""
        health = self.window().findChild(QWidget, "wn_section_health")
        if health is not None:
            health.set_folded(False)
            health.options.open()
        else:
            self.session.open_algorithm("assesshealth")

    def _show_plan(self) -> None:
        """Turn the map to the plan and list its packages."""
        self._show_on_map()
        self._open_list()

    def _save_paper(self, kind: str) -> None:
        from waternet_plugin.gui.plan import plan_exports

        if self.plans is not None and self.plans.shown is not None:
            plan_exports.ask_and_save(self.session, self.plans.shown, kind, section=self)

    def _show_on_map(self) -> None:
        from waternet_plugin.gui.plan.replanning import show_on_map

        if self.plans is not None and self.plans.shown is not None:
            show_on_map(self.session, self.plans.shown)

    def _open_report(self) -> None:
        if self.plans is not None and self.plans.shown is not None:
            open_report(self.session, self.plans.shown, section=self)
