"""The months of a user in its form: what it took beside plan and quota, its meter and its sub-meters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QVBoxLayout

from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.forms.form_part import FormPart
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.operations.users.user_months import UserMonths

_HEIGHT = 190


class MonthsPart(FormPart):
    """A sentence and the plot, read once somebody looks."""

    def build(self, layout: QVBoxLayout) -> None:
        """Put the sentence and the plot in."""
        from waternet_plugin.gui.plots.view import PlotView

        self.setObjectName("wn_form_months")
        self.sentence = plain_label("", self, objectName="wn_form_months_sentence", wordWrap=True)
        self.plot = PlotView(self.session, "wn_form_months_plot", self, with_title=False)
        self.plot.setMinimumHeight(_HEIGHT)
        self.plot.hide()
        self._turn = 0
        self._is_read = False
        layout.addWidget(self.sentence)
        layout.addWidget(self.plot)

    def show_asset(self, _described: Table, asset: str) -> None:
        """Show a user."""
        self._turn += 1
        self._is_read = False
        self.plot.hide()
        self.sentence.setText("" if asset else tr("A new user has no volumes yet."))
        if self.isVisible():
            self._read()

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Read the volumes once somebody looks."""
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        asset = "" if self._shown is None else self._shown[1]
        path = self.session.network_path
        if self._is_read or not asset or not path:
            return
        self._is_read = True
        self._turn += 1
        turn = self._turn

        def work(network: Any, _progress: Any) -> UserMonths:
            from waternet_plugin.operations.users.user_months import user_months

            return user_months(network, asset)

        def done(months: UserMonths) -> None:
            if not sip.isdeleted(self) and turn == self._turn:
                self._show(months)

        def failed(error: Any) -> None:
            if not sip.isdeleted(self) and turn == self._turn:
                self.sentence.setText(error.message)

        self.session.run(tr("Reading volumes"), on_network(path, work), done, failed=failed, is_quiet=True)

    def _show(self, months: UserMonths) -> None:
        from waternet_plugin.gui.plots.user_months import facts_of, plot_of

        self.sentence.setText(facts_of(months))
        self.plot.set_plots([(tr("Twelve months"), plot_of(months, network=self.session.network_title))])
        self.plot.setVisible(months.total_m3 == months.total_m3)
