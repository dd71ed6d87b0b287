"""The months of a user in its form: what it took beside plan and quota, its meter and its sub-meters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.forms.plot_part import PlotPart

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.users.user_months import UserMonths
    from waternet_plugin.store.network import Network


class MonthsPart(PlotPart):
    """The facts of the months and their plot."""

    NAME = "wn_form_months"

    def of_new(self) -> str:
        """Return that there is nothing to show yet."""
        return tr("A new user has no volumes yet.")

    def read(self, network: Network, asset: str, _progress: Progress) -> UserMonths:
        """Read the volumes of a user."""
        from waternet_plugin.operations.users.user_months import user_months

        return user_months(network, asset)

    def show_read(self, months: UserMonths) -> None:
        """Show facts and plot; without volumes the facts alone."""
        from waternet_plugin.gui.plots.user_months import facts_of, plot_of

        self.sentence.setText(facts_of(months))
        self.plot.set_plots([(tr("Twelve months"), plot_of(months, network=self.session.network_title))])
        self.plot.setVisible(months.total_m3 == months.total_m3)
