"""The pane of the plan: its packages as a list, and what they cost and bring as a plot."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui import amounts, pane
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.rows import RowsView
from waternet_plugin.gui.section import ElidedLabel

ALL, FUNDED, NOT_FUNDED = "all", "funded", "not_funded"


class PlanPane(pane.Pane):
    """Packages at the left, plots at the right."""

    NAME = "wn_plan"
    TOPIC = "plan"
    TABLES = ("plan", "project", "setting")

    def build(self) -> QWidget:
        """Return list and plots side by side."""
        from waternet_plugin.gui.plan import listing

        self.setWindowTitle(tr("Plan: packages"))
        self._listing = listing
        self._turn = 0
        self._every: list[dict[str, Any]] = []
        self._listed: list[dict[str, Any]] = []
        self._plan: Any = None
        self._rows: RowsView | None = None
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._list_side(split))
        right = QWidget(split)
        inner = QVBoxLayout(right)
        inner.setContentsMargins(0, 4, 12, 8)
        self.plots = PlotView(self.session, "wn_plan_plot", right)
        inner.addWidget(self.plots)
        split.addWidget(right)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        return split

    def _list_side(self, parent: QWidget) -> QWidget:
        side = QWidget(parent)
        self._layout = QVBoxLayout(side)
        self._layout.setContentsMargins(12, 4, 0, 8)
        self._layout.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(4)
        self._year = QComboBox(side)
        self._year.setObjectName("wn_plan_year")
        self._year.setFixedHeight(24)
        self._year.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._year.setToolTip(tr("Which packages the list shows"))
        self._year.currentIndexChanged.connect(lambda _place: self._show_rows())
        self._head = ElidedLabel(side)
        self._head.setObjectName("wn_plan_head")
        line.addWidget(self._year)
        line.addWidget(self._head, 1)
        line.addWidget(pane.tool(tr("Copy"), "wn_plan_copy", self._copy, side))
        line.addWidget(pane.tool(tr("CSV…"), "wn_plan_csv", self._save, side))
        self._layout.addLayout(line)
        return side

    def refresh(self) -> None:
        """Read the shown plan anew."""
        path = self.session.network_path
        self._turn += 1
        turn = self._turn
        listing = self._listing

        def work(_progress: Any) -> Any:
            from waternet_plugin import store
            from waternet_plugin.gui.plan import recorded

            with store.open_network(path) as network:
                plan = recorded.read_plans(network).shown
                if plan is None:
                    return None, []
                return plan, listing.project_rows(recorded.read_projects(network, plan))

        def done(found: Any) -> None:
            if turn == self._turn and path == self.session.network_path:
                self._show(*found)

        self.session.run(tr("Reading the plan"), work, done, is_quiet=True)

    def _show(self, plan: Any, rows: list[dict[str, Any]]) -> None:
        self._plan, self._every = plan, rows
        if plan is None:
            self._head.set_text(
                tr("There is no plan yet. Give a budget in the section Plan, and it stands here.")
            )
            self.plots.set_plots([])
            if self._rows is not None:
                self._rows.set_rows([])
            return
        self._make_list()
        self._fill_years()
        self._show_rows()
        self._show_plots()

    def _make_list(self) -> None:
        """Make the table anew: its columns name currency and years of the plan."""
        if self._rows is not None:
            self._layout.removeWidget(self._rows)
            self._rows.deleteLater()
        years = sorted(self._plan.metres_by_year)
        self._rows = RowsView(self._listing.columns(self._plan.currency, years), "wn_plan_list", self)
        self._rows.picked.connect(self.show_row)
        self._layout.addWidget(self._rows, 1)

    def _fill_years(self) -> None:
        chosen = self._year.currentData()
        self._year.blockSignals(True)
        self._year.clear()
        self._year.addItem(tr("All funded"), FUNDED)
        for year in self._listing.years_of(self._every):
            self._year.addItem(str(year), year)
        self._year.addItem(tr("Not funded"), NOT_FUNDED)
        self._year.addItem(tr("All packages"), ALL)
        self._year.setCurrentIndex(max(self._year.findData(chosen), 0))
        self._year.blockSignals(False)

    def _show_rows(self) -> None:
        wanted = self._year.currentData()

        def shows(row: dict[str, Any]) -> bool:
            funded = row["year"] == row["year"]
            if wanted in (ALL, None):
                return True
            if wanted in (FUNDED, NOT_FUNDED):
                return funded == (wanted == FUNDED)
            return bool(row["year"] == wanted)

        self._listed = [row for row in self._every if shows(row)]
        if self._rows is not None:
            self._rows.set_rows(self._listed[: self._listing.MOST])
        head = tr("{n} packages, {length}, {cost}").format(
            n=amounts.number(len(self._listed)),
            length=amounts.length(sum(row["length_m"] for row in self._listed)),
            cost=amounts.money(sum(row["cost"] for row in self._listed), self._plan.currency),
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
        name = self.session.network_name.rpartition(".")[0]
        funded = [row for row in self._every if row["year"] == row["year"] and row["plan_id"] == plan.plan_id]
        about = {"currency": plan.currency, "network": name, "plan_id": plan.plan_id}
        years = plan.figures.get("years") or []
        self.plots.set_plots(
            [
                (tr("Cost a year"), drawn.cost_by_year(years, budget=plan.budget, **about)),
                (tr("Benefit for the money"), drawn.benefit_curve(funded, **about)),
            ]
        )

    def _copy(self) -> None:
        self.copy_rows(self._rows)

    def _save(self) -> None:
        if self._plan is None:
            return
        columns = self._listing.file_columns(self._plan.currency)
        listed = list(self._listed)
        name = f"{self._plan.plan_id}_{self._year.currentText()}"
        pane.save_rows(self.session, self, columns, lambda: listed, name)
