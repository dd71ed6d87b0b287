"""The pane of scenarios: budgets and strategies side by side, as a table and as curves."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.section import ElidedLabel
from waternet_plugin.gui.plan.plan_options import amount
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

NOTHING = "nothing"
_EVERY = "every"
# What is proposed beside the budget of the plan.
_FACTORS = (0.5, 1.0, 2.0)


def budgets_of(text: str) -> list[float]:
    """Return the sums of a list that people type, parted by semicolons; none where one is not a sum."""
    parts = [part for part in re.split(r"[;；、\n]+", text) if part.strip()]
    sums = [amount(part) for part in parts]
    return [] if None in sums else [value for value in sums if value is not None]


def columns(currency: str) -> tuple[TableColumn, ...]:
    """Return what the table shows of a scenario."""
    money = amounts.currency(currency)
    return (
        TableColumn("budget", tr("Annual budget, {unit}").format(unit=money), decimals=0, width=92),
        TableColumn("name", tr("Strategy"), width=176, fills=True),
        TableColumn("projects", tr("Projects"), decimals=0, width=64),
        TableColumn("km", tr("Length, km"), decimals=1, width=68),
        TableColumn("cost", tr("Cost, {unit}").format(unit=money), decimals=0, width=92),
        TableColumn("failures_avoided", tr("Failures avoided"), decimals=1, width=96),
        TableColumn("interval", tr("Four out of five outcomes"), width=108),
        TableColumn("avoided_per_million", tr("Avoided per million"), decimals=2, width=84),
        TableColumn(
            "risk_removed_y", tr("Risk removed per year, {unit}").format(unit=money), decimals=0, width=104
        ),
        TableColumn("value_index", tr("Infrastructure value index"), decimals=2, width=92),
    )


def scenario_rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the scenarios of a report as rows of the table."""
    rows = []
    for found in figures["scenarios"]:
        row = dict(found)
        if row["scenario"] == NOTHING:
            row["name"] = tr("Doing nothing")
            row["interval"] = ""
        else:
            row["name"] = strategy_label(row["strategy"])
            row["interval"] = tr("{lower} to {upper}").format(
                lower=amounts.number(row["avoided_lower"], 1), upper=amounts.number(row["avoided_upper"], 1)
            )
        row["km"] = row["length_m"] / 1000
        rows.append(row)
    return rows


class ScenarioPane(pane.Pane):
    """The table at the left, curves at the right."""

    NAME = "wn_scenarios"
    TOPIC = "scenarios"
    READS = True

    def build(self) -> QWidget:
        """Return table and curves side by side."""
        self.setWindowTitle(tr("Plan: scenarios"))
        self.figures: dict[str, Any] | None = None
        self._plan: Any = None
        # The assessment that all this is of.
        self._run = ""
        left, right = QWidget(self), QWidget(self)
        self._working = Working("wn_scenarios", left)
        self._note = ElidedLabel(left, objectName="wn_scenarios_note")
        low = horizontal(
            (self._note, 1),
            pane.tool(tr("Copy"), "wn_scenarios_copy", self._copy, left),
            pane.tool(tr("CSV…"), "wn_scenarios_csv", self._save, left),
        )
        self._table = RowsView(columns(""), "wn_scenarios_list", left)
        self._table_place = vertical(
            self._asking_line(left), self._working, low, (self._table, 1), parent=left, margins=(12, 4, 0, 8)
        )
        self.plots = PlotView(self.session, "wn_scenarios_plot", right)
        vertical(self.plots, parent=right, spacing=None, margins=(0, 4, 12, 8))
        return divided((left, 3), (right, 2), parent=self, is_beside=True)

    def _asking_line(self, parent: QWidget) -> QHBoxLayout:
        self._name = plain_label("", parent, objectName="wn_scenarios_budgets_name")
        self.budgets = QLineEdit(
            parent,
            objectName="wn_scenarios_budgets",
            toolTip=tr("Annual budgets to compare, separated by semicolons"),
            returnPressed=self.compare,
        )
        self._name.setBuddy(self.budgets)
        self.budgets.setFixedHeight(24)
        self.strategies = QComboBox(parent, objectName="wn_scenarios_strategies", minimumContentsLength=10)
        self.strategies.setFixedHeight(24)
        # A long label must leave room for the budgets.
        self.strategies.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.strategies.addItem(tr("All strategies"), _EVERY)
        for code in STRATEGIES:
            self.strategies.addItem(strategy_label(code), code)
        self._start = pane.button(tr("Compare", "scenarios"), "wn_scenarios_start", self.compare, parent)
        return horizontal(self._name, (self.budgets, 3), (self.strategies, 2), self._start)

    def refresh(self) -> None:
        """Read the plan whose span the scenarios have; its budget is proposed with half and double."""

        def work(network: Any, _progress: Any) -> Any:
            from waternet_plugin.operations.renewal import recorded_plans

            return recorded_plans.read_plans(network)

        def done(plans: Any) -> None:
            if plans.newest_run != self._run:
                self._run, self.figures = plans.newest_run, None
                self.plots.set_plots([])
            self._say_currency(plans.currency)
            self._propose(plans.shown)

        self.read(tr("Reading the plan"), work, done)

    def _say_currency(self, code: str) -> None:
        """Name the currency beside the budgets and over the columns."""
        self._name.setText(tr("Budgets, {unit}").format(unit=amounts.currency(code)))
        if self.figures is None:
            self._make_table(code)

    def _make_table(self, currency: str) -> None:
        """Make the table anew: its columns name the currency."""
        self._table_place.removeWidget(self._table)
        self._table.deleteLater()
        self._table = RowsView(columns(currency), "wn_scenarios_list", self)
        self._table_place.addWidget(self._table, 1)

    def _propose(self, plan: Any) -> None:
        self._plan = plan
        kept = str(self.session.remembered("plan/scenarios", "") or "")
        if not self.budgets.text():
            budget = plan.budget if plan is not None else 3e6
            proposed = "; ".join(amounts.typed(budget * factor) for factor in _FACTORS)
            self.budgets.setText(kept or proposed)
            self.budgets.setCursorPosition(0)
        if self.figures is None:
            self._note.set_text(
                tr("Shows what other budgets and simpler rules would bring, and what doing nothing means.")
            )

    def compare(self) -> None:
        """Plan every scenario in a task and show what comes out."""
        sums = budgets_of(self.budgets.text())
        if not sums:
            self._note.set_text(tr("Give budgets as numbers greater than 0, such as 3000000; 5000000."))
            self.budgets.setFocus()
            return
        self.session.remember("plan/scenarios", self.budgets.text().strip())
        path = self.session.network_path
        report = Path(QgsProcessingUtils.tempFolder()) / f"{self.session.address.display_name}_scenarios.html"
        code = self.strategies.currentData()
        asked: dict[str, Any] = {
            "NETWORK": path,
            "BUDGETS": ";".join(f"{value:.2f}" for value in sums),
            "STRATEGIES": "" if code == _EVERY else code,
            "REPORT": str(report),
        }
        if self._plan is not None:
            asked |= {"START_YEAR": self._plan.start_year, "YEARS": self._plan.years}
        self._start.setEnabled(False)

        def done(_results: dict[str, Any]) -> None:
            self._start.setEnabled(True)
            if path == self.session.network_path:
                self.show_figures(json.loads(report.with_suffix(".json").read_text(encoding="utf-8")))

        def failed(error: Any) -> None:
            self._start.setEnabled(True)
            self._note.set_text(error.message)

        self.session.run_algorithm("planscenarios", asked, done, failed=failed, section=self._working)

    def show_figures(self, figures: dict[str, Any]) -> None:
        """Show the figures of a report of scenarios."""
        from waternet_plugin.core.reports.renewal.scenario_chart import drawn_scenarios
        from waternet_plugin.gui.plots import scenarios as drawn

        self.figures = figures
        currency = str(figures["currency"])
        self._make_table(currency)
        self._table.set_rows(scenario_rows(figures))
        if figures.get("factors"):
            note = tr("Forecasts are scaled by a test on the network's own past.")
        else:
            note = tr(
                "Too few failures to test forecasts on past data; those of the worst pipes may be too high."
            )
        self._note.set_text(note)
        name = self.session.network_title
        strategies = {code: strategy_label(code) for code in STRATEGIES}
        rows: Sequence[Mapping[str, Any]] = figures["scenarios"]
        compared = drawn_scenarios(rows, lambda budget: amounts.money(budget, currency))
        self.plots.set_plots(
            [
                (
                    tr("Budget curve"),
                    drawn.budget_curve(
                        rows,
                        labels=strategies,
                        horizon=int(figures["horizon_years"]),
                        currency=currency,
                        network=name,
                    ),
                ),
                (
                    tr("By year"),
                    drawn.failure_curve(rows, figures["curve"], labels=compared, network=name),
                ),
            ]
        )

    def _copy(self) -> None:
        self.copy_rows(self._table)

    def _save(self) -> None:
        if self.figures is not None:
            pane.save_shown(self, self._table, self._table.columns, "scenarios", pane.CSV)
