"""Plan from the panel: money a year, a span, a rule; then the map and the list show themselves."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QSpinBox, QWidget

from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.run_options import RunOptions
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.gui.panes.section import PanelSection
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.renewal.recorded_plans import Plans, SearchLimits

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


class PlanOptions(RunOptions):
    """The options of a plan."""

    ALGORITHM = "planrenewal"

    def __init__(self, session: Session, section: PanelSection, parent: QWidget) -> None:
        super().__init__("wn_plan_options", tr("Plan", "verb"), session, section, parent)
        self.budget = QLineEdit(self, objectName="wn_plan_budget")
        self.start = QSpinBox(
            self,
            objectName="wn_plan_start",
            minimum=_FIRST_YEAR,
            maximum=_LAST_YEAR,
            showGroupSeparator=False,
        )
        self.years = QSpinBox(self, objectName="wn_plan_years", minimum=1, maximum=_MOST_YEARS)
        self.strategy = QComboBox(
            self, objectName="wn_plan_strategy", sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents
        )
        self.strategy.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for code in STRATEGIES:
            self.strategy.addItem(strategy_label(code), code)
        self.add(tr("Annual budget"), self.budget, tr("Amount per year, in the currency of the network."))
        self._search: SearchLimits | None = None
        self._asked: dict[str, Any] = {}
        self.set_currency("")
        self.add(tr("First year"), self.start, tr("First year of the plan."))
        self.add(tr("Years"), self.years, tr("Number of years in the plan."))
        self.add(
            tr("Strategy"),
            self.strategy,
            tr("How packages are ranked: by benefit per cost, or by a simple rule for comparison."),
        )

    def set_plans(self, plans: Plans) -> None:
        """Say the currency beside the budget, and know how far is searched."""
        self._search = plans.search
        self.set_currency(plans.currency)

    def set_currency(self, code: str) -> None:
        """Say the currency beside the budget; '' while it is not known."""
        plain = tr("Annual budget")
        label = tr("{name}, {unit}").format(name=plain, unit=amounts.currency(code)) if code else plain
        self.caption(self.budget, label)

    def open(self) -> None:
        """Unfold with what was used last with this network."""
        remembered = self._session.remembered
        self.budget.setText(str(remembered("plan/budget", "") or ""))
        self.budget.setPlaceholderText(amounts.typed(3_000_000))
        next_year = datetime.date.today().year + 1
        self.start.setValue(max(int(remembered("plan/start", next_year) or next_year), next_year))
        self.years.setValue(int(remembered("plan/years", _YEARS) or _YEARS))
        self.strategy.setCurrentIndex(max(self.strategy.findData(remembered("plan/strategy", "plan")), 0))
        super().open()

    def parameters(self) -> dict[str, Any] | None:
        """Return what was typed, and keep it for the next time; None where the budget is not a sum."""
        budget = amount(self.budget.text())
        if budget is None:
            self.say(tr("Give the annual budget as a number greater than 0, such as 3000000."))
            self.budget.setFocus()
            return None
        remember = self._session.remember
        remember("plan/budget", self.budget.text().strip())
        remember("plan/start", self.start.value())
        remember("plan/years", self.years.value())
        remember("plan/strategy", self.strategy.currentData())
        self._asked = {
            "BUDGET": budget,
            "START_YEAR": self.start.value(),
            "YEARS": self.years.value(),
            "STRATEGY": self.strategy.currentData(),
        }
        if self._search is None:
            return self._asked
        # One that is good enough shows at once, any other soon, and gets better while it is looked at.
        return {**self._asked, "GAP": self._search.first_gap, "TIME_LIMIT": self._search.first_s}

    def show_newest(self, results: dict[str, Any]) -> None:
        """Turn map and panel to the new plan, and go on improving it."""
        from waternet_plugin.gui.plan.improving import Improving
        from waternet_plugin.gui.plan.list import show_plan

        show_plan(self._session, None)
        if self._search is not None and self._asked["STRATEGY"] == "plan":
            Improving(self._session, self._section, self._asked, self._search).begin(results)
