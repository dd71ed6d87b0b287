"""Three questions about users: the top of a trade, a band of volumes, a sample; sentences with boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QTabWidget, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.users.question_line import QuestionLine, number_box

if TYPE_CHECKING:
    from waternet_plugin.core.leakage.balance.periods import Period
    from waternet_plugin.operations.users.rank_offers import RankOffers
    from waternet_plugin.operations.users.rank_users import RankRequest

TOP, BAND, SAMPLE = "top", "band", "sample"
_TABS = (TOP, BAND, SAMPLE)
# Who is ranked: every user, compounds, else the users of a trade.
ALL, COMPOUNDS = "", "compounds"
_MOST_USERS, _MOST_M3, _MOST_SEED = 999_999, 999_999_999, 999_999
# What the tasks of utilities ask for: ten of a trade, 30,000 to 100,000 m3 a year, a tenth but 100 at least.
_TOP, _FROM_M3, _TO_M3, _PERCENT, _LEAST, _SEED = 10, 30_000, 100_000, 10, 100, 7


class UserQuestions(QTabWidget):
    """The tabs; users and period are the same in all of them.

    Parameters
    ----------
    extend
        Adds a trade to the list.
    """

    changed = pyqtSignal()

    def __init__(self, extend: Any, parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_users_tabs")
        self._trades = {
            tab: ChoiceBox(f"wn_users_trade_{tab}", [(ALL, tr("all users"))], ALL) for tab in _TABS
        }
        self._periods: dict[str, ChoiceBox] = {
            tab: ChoiceBox(f"wn_users_period_{tab}", [(None, tr("all volumes"))]) for tab in _TABS
        }
        for boxes, label in ((self._trades, tr("Trade")), (self._periods, tr("Period"))):
            for box in boxes.values():
                box.setAccessibleName(label)
                box.setMinimumWidth(88)
                box.chosen.connect(lambda key, boxes=boxes: self._follow(boxes, key))
        self.top = self._number("top", tr("How many"), _TOP, _MOST_USERS)
        self.from_m3 = self._number("from", tr("From volume (m³)"), _FROM_M3, _MOST_M3)
        self.to_m3 = self._number("to", tr("To volume (m³)"), _TO_M3, _MOST_M3)
        self.sub_metered = ChoiceBox(
            "wn_users_sub_metered",
            [
                ("no", tr("without", "sub-meters")),
                ("yes", tr("with", "sub-meters")),
                ("", tr("with or without")),
            ],
            "no",
            accessibleName=tr("Sub-metered"),
            chosen=lambda _key: self.changed.emit(),
        )
        self.percent = self._number("percent", tr("Share (%)"), _PERCENT, 100)
        self.least = self._number("least", tr("At least"), _LEAST, _MOST_USERS)
        self.seed = self._number("seed", tr("Seed"), _SEED, _MOST_SEED)
        self.drawn_from = self._number("sample_from", tr("From volume (m³)"), _FROM_M3, _MOST_M3)
        self.drawn_to = self._number("sample_to", tr("To volume (m³)"), _TO_M3, _MOST_M3)
        add = pane.tool("+", "wn_users_add_trade", extend, self, toolTip=tr("Add a trade to the list"))
        top = QuestionLine(
            tr("The top {count} of {trade} {add} in {period}"),
            {"count": self.top, "trade": self._trades[TOP], "add": add, "period": self._periods[TOP]},
        )
        band = QuestionLine(
            tr("{from} to {to} m³ in {period}, {sub_metered} sub-meters, of {trade}"),
            {
                "from": self.from_m3, "to": self.to_m3, "period": self._periods[BAND],
                "sub_metered": self.sub_metered, "trade": self._trades[BAND],
            },
        )  # fmt: skip
        sample = QuestionLine(
            tr("{percent} % of {trade} with {from} to {to} m³ in {period}, at least {least}, seed {seed}"),
            {
                "percent": self.percent, "trade": self._trades[SAMPLE], "from": self.drawn_from,
                "to": self.drawn_to, "period": self._periods[SAMPLE], "least": self.least, "seed": self.seed,
            },
        )  # fmt: skip
        for page, title in (
            (top, tr("Top", "of users")),
            (band, tr("Band", "of volumes")),
            (sample, tr("Sample", "of users")),
        ):
            page.setContentsMargins(4, 2, 4, 2)
            self.addTab(page, title)
        self.currentChanged.connect(lambda _place: self.changed.emit())

    def _number(self, key: str, label: str, value: int, most: int) -> Any:
        made = number_box(f"wn_users_{key}", label, value, most)
        made.valueChanged.connect(lambda _value: self.changed.emit())
        return made

    def _follow(self, boxes: dict[str, ChoiceBox], key: Any) -> None:
        """Let all tabs ask about the same users and period."""
        for box in boxes.values():
            box.choose(key)
        self.changed.emit()

    @property
    def tab(self) -> str:
        """Which question shows: TOP, BAND or SAMPLE."""
        return _TABS[self.currentIndex()]

    @property
    def is_compounds(self) -> bool:
        """Whether compounds are ranked."""
        return bool(self._trades[TOP].key() == COMPOUNDS)

    @property
    def period(self) -> Period | None:
        """The chosen period, None for all volumes."""
        period: Period | None = self._periods[TOP].key()
        return period

    def offer(self, offers: RankOffers) -> None:
        """Offer periods and trades; what is chosen stays, the latest year comes first."""
        trade = self._trades[TOP].key()
        users = [(ALL, tr("all users")), (COMPOUNDS, tr("all compounds")), *offers.trades]
        known = {key for key, _label in users}
        period = self.period
        if period not in offers.periods:
            period = offers.periods[0] if offers.periods else None
        periods = [*((one, one.text) for one in offers.periods), (None, tr("all volumes"))]
        for tab in _TABS:
            self._trades[tab].fill(users, trade if trade in known else ALL)
            self._periods[tab].fill(periods, period)

    def request(self) -> RankRequest:
        """Return the question as the operation takes it.

        Raises
        ------
        InputError
            For numbers that make no choice.
        """
        from waternet_plugin.core.users.user_ranking import COMPOUND, CUSTOMER, RankChoice
        from waternet_plugin.operations.users.rank_users import RankRequest

        if self.tab == TOP:
            choice = RankChoice(top=self.top.value())
        elif self.tab == BAND:
            choice = RankChoice(self.from_m3.value(), self.to_m3.value(), self.sub_metered.key())
        else:
            choice = RankChoice(
                self.drawn_from.value(), self.drawn_to.value(), sample=self.least.value(),
                sample_share=self.percent.value() / 100, seed=self.seed.value(),
            )  # fmt: skip
        trade, period = self._trades[TOP].key(), self.period
        return RankRequest(
            None if period is None else period.first,
            None if period is None else period.last,
            COMPOUND if self.is_compounds else CUSTOMER,
            () if trade in (ALL, COMPOUNDS) else (trade,),
            choice=choice,
        )
