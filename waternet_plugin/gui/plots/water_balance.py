"""The plot of a water balance: a bar for the whole network and for each metered area below its parent."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import ACCENT, GREY, WARNING
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.bars import Bar, draw_bars
from waternet_plugin.gui.plots.plot import Plot
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    import pandas as pd

_BETWEEN = WARNING
_MOST_BARS = 14
_INDENT = "   "


def _name(row: Any) -> str:
    if not row.zone_id:
        return tr("Whole network")
    return _INDENT * max(int(row.depth) - 1, 0) + str(row.name_ or row.zone_id)


def _bar(row: Any) -> Bar:
    """Return the supply of a level as consumption, loss, and of it what its children do not explain."""
    used, loss, between = (
        0.0 if math.isnan(value) else max(float(value), 0.0)
        for value in (row.authorised_m3, row.loss_m3, row.between_levels_m3)
    )
    between = min(between, loss)
    rate = row.loss_rate
    known = tr("{rate} %").format(rate=amounts.number(100.0 * rate, 1))
    parts = ((used, GREY), (loss - between, ACCENT), (between, _BETWEEN))
    return Bar(_name(row), parts, tr("not known") if math.isnan(rate) else known)


def balance_tree(rows: pd.DataFrame, period: str, *, network: str) -> Plot:
    """Return the supply of each level as consumption and loss, and what is lost between the levels.

    Parameters
    ----------
    rows
        As ``WaterBalanceResult.rows``: the whole network first, each zone below its parent.
    period
        What people call the period.
    network
        What people call the network.
    """
    import numpy as np

    from waternet_plugin.core.frames import tuples

    rows = rows.rename(columns={"name": "name_"})
    whole = rows.iloc[0]
    if np.isfinite(float(whole["loss_rate"])):
        title = tr("{period}: {rate} % of the supply was lost, {loss} m³").format(
            period=period,
            rate=amounts.number(100.0 * float(whole["loss_rate"]), 1),
            loss=amounts.number(float(whole["loss_m3"])),
        )
    else:
        title = tr("{period}: the loss of the whole network is not known").format(period=period)
    bars = [_bar(row) for row in [bar for bar in tuples(rows) if bar.supply_m3 == bar.supply_m3][:_MOST_BARS]]

    def draw(axes: Any) -> None:
        from matplotlib.patches import Patch
        from matplotlib.transforms import blended_transform_factory

        draw_bars(axes, bars, tr("m³"))
        legend = [(GREY, tr("Consumption")), (ACCENT, tr("Loss"))]
        if any(bar.parts[2][0] for bar in bars):
            legend.append((_BETWEEN, tr("of it between the levels")))
        # Above the bars, where no figure stands, from the left edge on.
        axes.legend(
            handles=[Patch(color=colour, label=label) for colour, label in legend],
            loc="lower left",
            bbox_to_anchor=(0.02, 1.0),
            bbox_transform=blended_transform_factory(axes.figure.transFigure, axes.transAxes),
            ncol=3,
            frameon=False,
            fontsize=7,
            borderaxespad=0.0,
            handlelength=0.9,
            handletextpad=0.4,
            columnspacing=1.0,
        )

    columns = ("zone_id", "name_", "supply_m3", "authorised_m3", "loss_m3", "loss_rate", "between_levels_m3")
    return Plot(
        name=f"water_balance_{period}".replace(" ", "_"),
        title=title,
        source=tr("Source: {network}; {date}").format(
            network=network, date=datetime.date.today().isoformat()
        ),
        columns=(
            tr("Zone"),
            tr("Name"),
            tr("Supply, m³"),
            tr("Consumption, m³"),
            tr("Loss, m³"),
            tr("Loss rate"),
            tr("Between the levels, m³"),
        ),
        rows=tuple(tuple(one) for one in tuples(rows[list(columns)])),
        draw=draw,
    )
