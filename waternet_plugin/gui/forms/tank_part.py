"""The depths of a tank in its form: what was measured, the line, the limit and the day it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.forms.plot_part import PlotPart

if TYPE_CHECKING:
    from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.store.network import Network


class TankPart(PlotPart):
    """The day on which a tank is due and the plot of its depths."""

    NAME = "wn_form_tank"

    def of_new(self) -> str:
        """Return that there is nothing to show yet."""
        return tr("A new tank has no depths yet.")

    def read(self, network: Network, asset: str, progress: Progress) -> TankPlot | None:
        """Work out the days of all tanks; None for a tank without depths."""
        from waternet_plugin.operations.compounds.schedule_tanks import tank_depths

        return tank_depths(network, asset, progress=progress)

    def show_read(self, tank: TankPlot | None) -> None:
        """Show sentence and plot."""
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
