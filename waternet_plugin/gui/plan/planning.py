"""Plan from the panel: money a year, a span, a rule; then the map and the list show themselves."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import amounts
from waternet_plugin.gui.options import Options

if TYPE_CHECKING:
    from waternet_plugin.gui.section import Section
    from waternet_plugin.gui.session import Session

_YEARS = 5
_MOST_YEARS = 50
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def amount(text: str) -> float | None:
    """Return a sum that people type: 3000000, 3 000 000, 3,000,000; in Chinese also 300万. None for none."""
    plain = re.sub(r"[\s,，]", "", text)
    factor = 1.0
    for sign, value in (("亿", 1e8), ("万", 1e4)):
        if plain.endswith(sign):
            plain, factor = plain[:-1], value
    try:
        value = float(plain) * factor
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


class PlanOptions(Options):
    """The options of a plan.

    Parameters
    ----------
    session
        What the windows share.
    section
        The section that shows the progress.
    """

    def __init__(self, session: Session, section: Section, parent: QWidget) -> None:
        super().__init__("wn_plan_options", tr("Plan", "verb"), self._plan, parent)
        self._session = session
        self._section = section
        self.budget = QLineEdit(self)
        self.budget.setObjectName("wn_plan_budget")
        self.start = QSpinBox(self)
        self.start.setObjectName("wn_plan_start")
        self.start.setRange(_FIRST_YEAR, _LAST_YEAR)
        self.start.setGroupSeparatorShown(False)
        self.years = QSpinBox(self)
        self.years.setObjectName("wn_plan_years")
        self.years.setRange(1, _MOST_YEARS)
        self.strategy = QComboBox(self)
        self.strategy.setObjectName("wn_plan_strategy")
        # A long label must not widen the dock.
        self.strategy.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.strategy.setMinimumContentsLength(8)
        for code in STRATEGIES:
            self.strategy.addItem(strategy_label(code), code)
        self.add(tr("Budget a year"), self.budget, tr("Money a year, in the currency of the network."))
        self.add(tr("First year"), self.start, tr("First year of the plan."))
        self.add(tr("Years"), self.years, tr("Number of years of the plan."))
        self.add(
            tr("Strategy"),
            self.strategy,
            tr("What ranks the packages: benefit per cost, or a simple rule to compare with."),
        )

    def open(self) -> None:
        """Unfold with what was used last with this network."""
        remembered = self._session.remembered
        self.budget.setText(str(remembered("plan/budget", "") or ""))
        self.budget.setPlaceholderText(amounts.number(3_000_000))
        next_year = datetime.date.today().year + 1
        self.start.setValue(max(int(remembered("plan/start", next_year) or next_year), next_year))
        self.years.setValue(int(remembered("plan/years", _YEARS) or _YEARS))
        self.strategy.setCurrentIndex(max(self.strategy.findData(remembered("plan/strategy", "plan")), 0))
        super().open()

    def _plan(self) -> None:
        session = self._session
        budget = amount(self.budget.text())
        if budget is None:
            self.say(tr("Give the money of a year as a number above 0, such as 3000000."))
            self.budget.setFocus()
            return
        session.remember("plan/budget", self.budget.text().strip())
        session.remember("plan/start", self.start.value())
        session.remember("plan/years", self.years.value())
        session.remember("plan/strategy", self.strategy.currentData())
        parameters = {
            "NETWORK": session.network_path,
            "BUDGET": budget,
            "START_YEAR": self.start.value(),
            "YEARS": self.years.value(),
            "STRATEGY": self.strategy.currentData(),
        }
        self.hide()
        session.run_algorithm(
            "planrenewal", parameters, self._done, failed=self._failed, section=self._section
        )

    def _failed(self, error: Any) -> None:
        if isinstance(error, CancelledError):
            self._session.say_error(error)
            return
        # What was typed stays, with the reason under it.
        self.say(error.message)

    def _done(self, results: dict[str, Any]) -> None:
        show_plan(self._session, None)


def show_plan(session: Session, plan_id: str | None) -> None:
    """Show a plan on the map and in the list; None for always the newest."""
    path = session.network_path

    def work(_progress: Any) -> Any:
        from waternet_plugin import store
        from waternet_plugin.gui.plan.recorded import read_plans

        with store.open_network(path) as network:
            before = read_plans(network)
            newest = before.plans[-1].plan_id if before.plans else None
            wanted = plan_id or newest
            changes = before.shown is not None and before.shown.plan_id != wanted
            if changes:
                network.show_plan(plan_id)
            return read_plans(network).shown, changes

    def done(found: Any) -> None:
        plan, changed = found
        if path != session.network_path or plan is None:
            return
        if changed:
            session.written("setting")
        from waternet_plugin.gui import pane
        from waternet_plugin.gui.plan.list import PlanPane

        show_on_map(session, plan)
        pane.open_pane(session, PlanPane)
        pane.show_whole_network(session)
        session.run_changed.emit()

    session.run(tr("Showing the plan"), work, done, is_quiet=True)


def show_on_map(session: Session, plan: Any) -> None:
    """Turn the map to the plan, its legend to the years of a plan."""
    from waternet_plugin.bridge import refreshing

    refreshing.refresh_results(QgsProject.instance(), plan_m=plan.metres_by_year)
    session.reload_layers("pipe_plan")
    session.show_theme("plan")
