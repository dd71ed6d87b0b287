"""The pane of users by volume: three questions, the list that answers, and the months of the chosen user."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.users import user_rows
from waternet_plugin.gui.users.answer_list import AnswerList, AnswerPane
from waternet_plugin.gui.users.user_questions import BAND, SAMPLE, TOP, UserQuestions
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.users.rank_offers import RankOffers
    from waternet_plugin.operations.users.rank_users import RankRequest, RankResult
    from waternet_plugin.operations.users.user_months import UserMonths

RANK = "rankusers"
# Several changes in a row are ranked once.
_SETTLE_MS = 300
_PLOT_HEIGHT = 180


class UsersPane(AnswerPane):
    """Ranks users by what they took, at each change of the question."""

    NAME = "wn_users"
    TABLES = ("customer", "volume", "reading", "node", "compound", "setting")
    ALGORITHM = RANK

    def build(self) -> QWidget:
        """Return the questions, the list, and the plot under it."""
        self.setWindowTitle(tr("Users by volume"))
        self.questions = UserQuestions(self._add_trade, self)
        self._change = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self._rank)
        self.questions.changed.connect(self._change.start)
        below = QWidget(self)
        self.facts = plain_label(
            "", below, objectName="wn_users_facts", wordWrap=True, font=sized(self.font(), NOTE_PT)
        )
        self.plot = PlotView(
            self.session, "wn_users_plot", below, with_title=False, minimumHeight=_PLOT_HEIGHT
        )
        vertical(self.facts, (self.plot, 1), parent=below, spacing=4, margins=0)
        self.set_page(
            AnswerList(self.session, self.NAME, user_rows.columns(), self, asks=self.questions, below=below)
        )
        self.list.picked.connect(self.show_months)
        self.page.add_button(tr("Select on the map"), "select", self.select)
        self.page.add_button(tr("XLSX…"), "xlsx", self.save, tr("Save the list as a workbook"))
        menu_entry(
            self.page.menu, tr("Users on the map"), "wn_users_map", partial(self.session.show_theme, "users")
        )
        self.add_algorithm()
        self._show_none()
        return self.page

    def ask(self, **wanted: Any) -> None:
        """Rank the users; ``tab`` is the question."""
        if wanted.get("tab"):
            self.questions.setCurrentIndex((TOP, BAND, SAMPLE).index(wanted["tab"]))
        self.refresh()

    # Reading and showing.

    def refresh(self) -> None:
        """Read periods and trades anew, then rank."""

        def work(network: Any, _progress: Progress) -> RankOffers:
            from waternet_plugin.operations.users.rank_offers import rank_offers

            return rank_offers(network)

        def done(offers: RankOffers) -> None:
            self.questions.offer(offers)
            self._rank()

        self.page.read(tr("Reading volumes"), work, done)

    def _rank(self) -> None:
        """Rank by the present question."""
        request = self._request()
        if request is None:
            return
        is_compounds = self.questions.is_compounds

        def work(network: Any, progress: Progress) -> tuple[RankResult, list[dict[str, Any]]]:
            from waternet_plugin.operations.users.rank_users import rank_users

            result = rank_users(network, request, progress)
            return result, user_rows.rows_of(result, is_compounds=is_compounds)

        self.page.read(tr("Ranking users"), work, lambda found: self.show_result(*found))

    def _request(self) -> RankRequest | None:
        from waternet_plugin.core.errors import InputError

        try:
            return self.questions.request()
        except InputError as error:
            self.page.refuse(error)
            self._show_none()
            return None

    def show_result(self, result: RankResult, rows: list[dict[str, Any]]) -> None:
        """Show ranked users."""
        self.result = result
        self.page.show_rows(joined(result.summary), rows, joined(result.notes))
        if rows:
            self.list.selectRow(0)
            self.show_months(rows[0])
        else:
            self._show_none()

    def show_months(self, row: dict[str, Any]) -> None:
        """Show the twelve months of a user or compound, its meter and its sub-meters."""
        name = str(row["name"])
        last = None if self.result is None else self.result.period.last
        is_compounds = self.questions.is_compounds

        def work(network: Any) -> UserMonths:
            from waternet_plugin.core.users.user_ranking import COMPOUND, CUSTOMER
            from waternet_plugin.operations.users.user_months import user_months

            return user_months(network, name, COMPOUND if is_compounds else CUSTOMER, last)

        def done(months: UserMonths) -> None:
            from waternet_plugin.gui.plots.user_months import facts_of, plot_of

            self.facts.setText(facts_of(months))
            self.plot.set_plots([(tr("Twelve months"), plot_of(months, network=self.session.network_title))])
            self.plot.show()

        self.page.read_beside(tr("Reading volumes"), work, done)

    def _show_none(self) -> None:
        self.page.forget_beside()
        self.facts.setText("")
        self.plot.hide()

    # What is done with them.

    def select(self) -> None:
        """Select the chosen rows on the map, all where one or none is chosen."""
        table, column = (
            ("compound", "compound_id") if self.questions.is_compounds else ("customer", "customer_id")
        )
        self.select_listed(table, column, "name")

    def save(self) -> None:
        """Save the list under the name that the task table has for it."""
        name = {
            TOP: tr("Ranking of users by volume"), BAND: tr("List of users"), SAMPLE: tr("Inspection list"),
        }[self.questions.tab]  # fmt: skip
        wanted = (*user_rows.columns(), *user_rows.further_columns())
        pane.save_shown(self, self.list, wanted, name)

    def _add_trade(self) -> None:
        self.session.open_algorithm("addcode", {"NETWORK": self.session.network_path, "DOMAIN": "trade"})

    def _open_algorithm(self) -> None:
        """Open the algorithm with the parameters of the question, to run the list again."""
        request = self._request()
        if request is None:
            return
        choice = request.choice
        wanted = {
            "NETWORK": self.session.network_path, "FROM": request.first, "TO": request.last,
            "BY": request.by, "TRADE": ",".join(request.trades), "FROM_M3": choice.from_m3,
            "TO_M3": choice.to_m3, "SUB_METERED": choice.sub_metered, "TOP": choice.top,
            "SAMPLE": choice.sample, "SAMPLE_SHARE": choice.sample_share, "SEED": choice.seed,
        }  # fmt: skip
        self.session.open_algorithm(
            RANK,
            {key: str(value) if key in ("FROM", "TO") else value for key, value in wanted.items() if value},
        )
