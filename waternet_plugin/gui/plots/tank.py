"""The plot of a tank: depths, the line through them, its limit and the day it is due."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from waternet_plugin.core.reports.compounds.tank_chart import tank_chart, tank_sentence
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.lines import draw_lines
from waternet_plugin.gui.plots.plot import Plot

if TYPE_CHECKING:
    from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot


def depths_of_tank(tank: TankPlot, *, network: str) -> Plot:
    """Return the plot of a tank in a network that people call so."""
    chart = tank_chart(tank)
    return Plot(
        name=f"tank_{tank.node_id}",
        title=tank_sentence(tank),
        source=tr("Source: {network}; {date}").format(
            network=network, date=datetime.date.today().isoformat()
        ),
        columns=(tr("Day"), tr("Depth, m")),
        rows=tuple((day.isoformat(), depth) for day, depth in zip(tank.days, tank.depths_m)),
        draw=lambda axes: draw_lines(axes, chart),
    )
