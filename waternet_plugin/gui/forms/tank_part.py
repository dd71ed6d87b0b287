"""The depths of a tank in its form: what was measured, the line, the limit and the day it is due."""

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
    from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot

_HEIGHT = 190


class TankPart(FormPart):
    """A sentence and the plot, worked out once somebody looks."""

    def build(self, layout: QVBoxLayout) -> None:
        """Put the sentence and the plot in."""
        from waternet_plugin.gui.plots.view import PlotView

        self.setObjectName("wn_form_tank")
        self.sentence = plain_label("", self, objectName="wn_form_tank_sentence", wordWrap=True)
        self.plot = PlotView(self.session, "wn_form_tank_plot", self, with_title=False)
        self.plot.setMinimumHeight(_HEIGHT)
        self.plot.hide()
        self._turn = 0
        self._is_asked = False
        layout.addWidget(self.sentence)
        layout.addWidget(self.plot)

    def show_asset(self, _described: Table, asset: str) -> None:
        """Show a tank."""
        self._turn += 1
        self._is_asked = False
        self.plot.hide()
        self.sentence.setText("" if asset else tr("A new tank has no depths yet."))
        if self.isVisible():
            self._ask()

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Work out the days once somebody looks."""
        super().showEvent(event)
        self._ask()

    def _ask(self) -> None:
        asset = "" if self._shown is None else self._shown[1]
        path = self.session.network_path
        if self._is_asked or not asset or not path:
            return
        self._is_asked = True
        self._turn += 1
        turn = self._turn
        self.sentence.setText(tr("Working out when tanks are due"))

        def work(network: Any, progress: Any) -> TankPlot | None:
            from waternet_plugin.operations.compounds.schedule_tanks import tank_depths

            return tank_depths(network, asset, progress=progress)

        def done(tank: TankPlot | None) -> None:
            if not sip.isdeleted(self) and turn == self._turn:
                self._show(tank)

        def failed(error: Any) -> None:
            if not sip.isdeleted(self) and turn == self._turn:
                self.sentence.setText(error.message)

        title = tr("Working out when tanks are due")
        self.session.run(title, on_network(path, work), done, failed=failed, is_quiet=True)

    def _show(self, tank: TankPlot | None) -> None:
        if tank is None:
            self.sentence.setText(
                tr("No depths of it are on record: import them as readings to see them here.")
            )
            return
        from waternet_plugin.core.reports.compounds.tank_chart import tank_sentence
        from waternet_plugin.gui.plots.tank import depths_of_tank

        self.sentence.setText(tank_sentence(tank))
        self.plot.set_plots([(tr("Depths"), depths_of_tank(tank, network=self.session.network_title))])
        self.plot.show()
