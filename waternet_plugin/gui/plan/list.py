"""The pane of the plan: its packages year by year, decided by hand and planned again; its plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QMenu, QWidget

from waternet_plugin.core.colours import BLACK
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.run_options import show_result
from waternet_plugin.gui.panes.section import ElidedLabel
from waternet_plugin.gui.plan import improving, plan_history, replanning
from waternet_plugin.gui.plan.decisions import PlanDecisions, decided_rows, decisions_of
from waternet_plugin.gui.plan.package_tree import NOT_FUNDED as NO_YEAR
from waternet_plugin.gui.plan.package_tree import PackagesTree
from waternet_plugin.gui.plan.replanning import show_on_map
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.operations.renewal import recorded_plans
from waternet_plugin.operations.renewal.recorded_plans import read_plans

if TYPE_CHECKING:
    from waternet_plugin.operations.renewal.package_rows import PackageRows

ALL, FUNDED, NOT_FUNDED = "all", "funded", "not_funded"


class PlanPane(pane.Pane):
    """Packages at the left, plots at the right."""

    NAME = "wn_plan"
    TOPIC = "plan"
    TABLES = ("plan", "project", "setting")
    READS = True
    # No colour of a year.
    MARK = BLACK

    def build(self) -> QWidget:
        """Return list and plots side by side."""
        from waternet_plugin.gui.plan import package_list

        self.setWindowTitle(tr("Plan: packages"))
        self._listing = package_list
        # The packages of the plan as they were recorded, with what was decided since, and those listed.
        self._recorded: PackageRows | None = None
        self._every: PackageRows | None = None
        self._listed: PackageRows | None = None
        self._plan: Any = None
        # Read from the map each time the plan shows.
        self._colours: dict[int, str] = {}
        self._rows: PackagesTree | None = None
        self._decisions = PlanDecisions()
        self._before: list[PlanDecisions] = []
        self._proof: Any = None
        left, right = self._list_side(self), QWidget(self)
        self.plots = PlotView(self.session, "wn_plan_plot", right)
        self._working = Working("wn_plan", right)
        self._prove = pane.tool(
            tr("Test on past data"),
            "wn_plan_prove",
            self.prove,
            right,
            toolTip=tr(
                "Go back to earlier dates, choose as the plan does, and count the failures that followed"
            ),
        )
        vertical(
            (self.plots, 1),
            horizontal(self._prove, (self._working, 1), 0),
            parent=right,
            spacing=None,
            margins=(0, 4, 12, 8),
        )
        return divided((left, 3), (right, 2), parent=self, is_beside=True)

    def _list_side(self, parent: QWidget) -> QWidget:
        side = QWidget(parent)
        self._year = QComboBox(
            side,
            objectName="wn_plan_year",
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents,
            toolTip=tr("Which packages the list shows"),
            currentIndexChanged=lambda _place: self._show_rows(),
        )
        self._year.setFixedHeight(24)
        self._head = ElidedLabel(side, objectName="wn_plan_head")
        line = horizontal(
            self._year,
            (self._head, 1),
            pane.tool(tr("Copy"), "wn_plan_copy", self._copy, side),
            pane.tool(tr("CSV…"), "wn_plan_csv", self._save, side),
        )
        self._layout = vertical(line, self._decision_line(side), parent=side, margins=(12, 4, 0, 8))
        return side

    def _decision_line(self, parent: QWidget) -> QHBoxLayout:
        """Return the line in which is decided by hand and planned again."""
        self._move, self._lock, self._drop, self._undo = (
            pane.tool(text, f"wn_plan_{name}", click, parent, toolTip=literal(tip))
            for name, text, click, tip in (
                (
                    "move",
                    tr("Move to…"),
                    self._ask_year,
                    tr("Build the selected packages in another year; dragging them does the same"),
                ),
                (
                    "lock",
                    tr("Lock"),
                    self._lock_chosen,
                    tr("Lock the selected packages in their year, or release them"),
                ),
                ("drop", tr("Drop"), self._drop_chosen, tr("Remove the selected packages from the plan")),
                ("undo", tr("Undo"), self.undo, tr("Undo the last decision")),
            )
        )
        self._open = ElidedLabel(parent, objectName="wn_plan_open")
        self._again = pane.button(tr("Plan the rest again"), "wn_plan_again", self.replan, parent)
        return horizontal(self._move, self._lock, self._drop, self._undo, (self._open, 1), self._again)

    def refresh(self) -> None:
        """Read the shown plan anew."""
        from waternet_plugin.operations.renewal.package_rows import PackageRows

        def work(network: Any, _progress: Any) -> Any:
            plan = recorded_plans.read_plans(network).shown
            if plan is None:
                return None, None
            return plan, PackageRows.ordered(recorded_plans.read_projects(network, plan))

        self.read(tr("Reading the plan"), work, lambda found: self._show(*found))

    def let_rows_go(self) -> None:
        """Let go of all packages."""
        self._every = self._listed = self._recorded = None

    def _show(self, plan: Any, rows: PackageRows | None) -> None:
        same = plan is not None and self._plan is not None and plan.plan_id == self._plan.plan_id
        self._plan, self._recorded = plan, rows
        self._read_colours()
        if plan is None:
            self._every = None
            self._prove.setEnabled(False)
            self._head.set_text(
                tr("There is no plan yet. Give a budget in the section Plan to see the plan here.")
            )
            self.plots.set_plots([])
            if self._rows is not None:
                self._rows.set_rows([], 0.0, "")
            self._show_decisions()
            return
        if not same:
            self.plots.set_plots([])
            # Decisions belong to the plan that they were made over.
            self._before = []
            self._decisions = decisions_of(
                str(plan.parameters.get("FIXED") or ""), start_year=plan.start_year, years=plan.years
            )
            self._make_list()
        self._decide()
        self._show_plots()

    def _read_colours(self) -> None:
        """Take the colours of the years from the map."""
        from waternet_plugin.bridge.styling import pipes

        self._colours.clear()
        layer = self.session.layer("pipe_plan")
        if layer is not None and self._plan is not None:
            years = range(self._plan.start_year, self._plan.last_year + 1)
            self._colours.update(pipes.plan_colours(layer.renderer(), years))

    def _make_list(self) -> None:
        """Make the tree anew: its columns name currency and years of the plan."""
        if self._rows is not None:
            self._layout.removeWidget(self._rows)
            self._rows.deleteLater()
        plan = self._plan
        columns = self._listing.tree_columns(plan.currency, self._colours)
        years = range(plan.start_year, plan.last_year + 1)
        self._rows = PackagesTree(columns, list(years), "wn_plan_list", self)
        self._rows.picked.connect(self.show_row)
        self._rows.moved.connect(self._move_to)
        self._rows.locked.connect(self._lock_or_free)
        self._rows.undone.connect(self.undo)
        self._rows.itemSelectionChanged.connect(self._show_decisions)
        self._layout.insertWidget(1, self._rows, 1)

    # What is decided by hand.

    def _decide(self, decisions: PlanDecisions | None = None) -> None:
        """Show the packages as they stand with the decisions, new ones where there are any."""
        if decisions is not None and decisions != self._decisions:
            # A better plan in the place of this one would take the decisions with it.
            improving.stop(self.session)
            self._before.append(self._decisions)
            self._decisions = decisions
        if self._recorded is not None:
            self._every = decided_rows(self._recorded, self._decisions)
            self._fill_years(self._every.years)
        self._show_rows()
        self._show_decisions()

    def _move_to(self, names: list[str], year: int) -> None:
        decisions = self._decisions
        self._decide(decisions.drop(names) if year == NO_YEAR else decisions.lock(names, year))

    def _lock_or_free(self, names: list[str]) -> None:
        """Lock packages to the years they are in; those that all are fixed already become free."""
        if all(name in self._decisions.wanted for name in names):
            self._decide(self._decisions.free(names))
            return
        decisions = self._decisions
        for row in self._every.of_projects(names).funded() if self._every is not None else ():
            decisions = decisions.lock([row["project_id"]], int(row["year"]))
        self._decide(decisions)

    def _lock_chosen(self) -> None:
        if self._rows is not None:
            self._rows.lock_chosen()

    def _drop_chosen(self) -> None:
        if self._rows is not None:
            self._rows.move_to(NO_YEAR)

    def _ask_year(self) -> None:
        """Let the year be chosen to which packages move, or that they must keep out of."""
        if self._rows is None:
            return
        menu = QMenu(self, objectName="wn_plan_move_menu")
        for year in self._rows.years:
            menu.addAction(str(year), lambda year=year: self._rows.move_to(year))
        menu.addSeparator()
        never = menu.addMenu(tr("Not in"))
        for year in self._rows.years:
            never.addAction(str(year), lambda year=year: self._forbid(year))
        menu.exec(self._move.mapToGlobal(self._move.rect().bottomLeft()))
        menu.deleteLater()

    def _forbid(self, year: int) -> None:
        if self._rows is not None:
            self._decide(self._decisions.forbid(self._rows.chosen(), year))

    def undo(self) -> None:
        """Take back the last decision that was not planned yet."""
        if self._before:
            self._decisions = self._before.pop()
            self._decide()

    def _show_decisions(self) -> None:
        """Say how many decisions wait to be planned."""
        count = len(self._decisions.changed) if self._plan is not None else 0
        chosen = self._rows is not None and bool(self._rows.chosen())
        for each in (self._move, self._lock, self._drop):
            each.setEnabled(chosen)
        self._undo.setEnabled(bool(self._before))
        self._again.setEnabled(count > 0)
        self._again.setDefault(count > 0)
        self._open.set_text(
            tr("%n open", "decisions", count) if count else "", tr("%n decision(s) to plan around", "", count)
        )

    def replan(self) -> None:
        """Plan the rest again around the decisions."""
        if self._plan is None or not self._decisions.changed:
            return
        self._again.setEnabled(False)
        replanning.replan(self.session, self._plan, self._decisions, failed=self._failed)

    def _failed(self, error: Any) -> None:
        self.session.say_error(error)
        self._show_decisions()

    def _fill_years(self, years: Sequence[int]) -> None:
        chosen = self._year.currentData()
        self._year.blockSignals(True)
        self._year.clear()
        self._year.addItem(tr("All packages"), ALL)
        self._year.addItem(tr("All funded"), FUNDED)
        for year in years:
            self._year.addItem(str(year), year)
        self._year.addItem(tr("Not funded"), NOT_FUNDED)
        self._year.setCurrentIndex(max(self._year.findData(chosen), 0))
        self._year.blockSignals(False)

    def _show_rows(self) -> None:
        wanted = self._year.currentData()
        if self._every is None:
            return

        def shows(year: int) -> bool:
            if wanted in (ALL, None):
                return True
            if wanted in (FUNDED, NOT_FUNDED):
                return (year == NO_YEAR) == (wanted == NOT_FUNDED)
            return bool(year == wanted)

        self._listed = self._every
        if wanted in (FUNDED, NOT_FUNDED):
            self._listed = self._every.funded(wanted == FUNDED)
        elif wanted not in (ALL, None):
            self._listed = self._every.of_year(wanted)
        if self._rows is not None:
            from waternet_plugin.core.renewal.packages.package_reasons import with_spoken_reasons

            listed = with_spoken_reasons(self._listed[: self._listing.MOST])
            self._rows.set_rows(listed, self._plan.budget, self._plan.currency, shows=shows)
        head = self._listing.headline(
            self._listed, self._plan, 1 if isinstance(wanted, int) else self._plan.years
        )
        # The line above the list is short; the title has room for all of it.
        self.setWindowTitle(tr("Plan: {figures}").format(figures=head))
        if len(self._listed) > self._listing.MOST:
            head = tr("{head}; the first {shown} are listed, CSV has all").format(
                head=head, shown=amounts.number(self._listing.MOST)
            )
        self._head.set_text(head)

    def _show_plots(self) -> None:
        from waternet_plugin.gui.plots import plan as drawn

        plan = self._plan
        name = self.session.network_title
        projects: list[dict[str, Any]] = []
        if self._recorded is not None:
            funded = self._recorded.of_plan(plan.plan_id).funded()
            projects = list(funded.only("project_id", "street", "cost", "benefit"))
        about = {"currency": plan.currency, "network": name, "plan_id": plan.plan_id}
        years = plan.figures.get("years") or []
        shown = [
            (tr("Cost per year"), drawn.cost_by_year(years, budget=plan.budget, **about)),
            (tr("Benefit for the money"), drawn.benefit_curve(projects, **about)),
        ]
        if self._proof is not None:
            shown.append((tr("Validation"), self._proof))
        self.plots.set_plots(shown)

    def prove(self) -> None:
        """Test the way of choosing on the past; its plot comes to the others."""

        def done(plot: Any) -> None:
            self._proof = plot
            self._prove.setEnabled(True)
            self._show_plots()
            self.plots.show_last()

        self._prove.setEnabled(False)
        plan_history.prove(self.session, done, failed=self._not_proven, section=self._working)

    def _not_proven(self, error: Any) -> None:
        self._prove.setEnabled(True)
        self.session.say_error(error)

    def _copy(self) -> None:
        if self._rows is not None:
            self._rows.copy()
            self.session.say(tr("Copied."))

    def _save(self) -> None:
        listed = self._listed
        if self._plan is None or listed is None:
            return
        from waternet_plugin.core.renewal.packages.package_reasons import with_spoken_reasons

        columns = self._listing.file_columns(self._plan.currency)
        name = f"{self._plan.plan_id}_{self._year.currentText()}"
        pane.save_rows(self.session, self, columns, lambda: with_spoken_reasons(listed), name)


def show_plan(session: Session, plan_id: str | None) -> None:
    """Show a plan on the map and in the list; None for always the newest."""

    def choose(network: Any) -> tuple[Any, bool]:
        before = read_plans(network)
        newest = before.plans[-1].plan_id if before.plans else None
        wanted = plan_id or newest
        changes = before.shown is not None and before.shown.plan_id != wanted
        if changes:
            network.show_plan(plan_id)
        return read_plans(network).shown, changes

    show_result(
        session, tr("Showing the plan"), choose, show_on_map, lambda: pane.open_pane(session, PlanPane)
    )
