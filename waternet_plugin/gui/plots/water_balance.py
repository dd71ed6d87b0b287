"""The plot of a water balance: a bar for the whole network and for each metered area below its parent."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import ACCENT, GREY, WARNING
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.plot import BAR_WIDTH, FIGURE, Plot, annotate
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
    bars = [one for one in tuples(rows) if one.supply_m3 == one.supply_m3][:_MOST_BARS][::-1]

    def draw(axes: Any) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator
        from matplotlib.transforms import blended_transform_factory

        places = np.arange(len(bars))
        used = np.array([bar.authorised_m3 for bar in bars], dtype=float)
        loss = np.nan_to_num(np.array([bar.loss_m3 for bar in bars], dtype=float))
        # What children do not explain is lost between the levels.
        between = np.clip(
            np.nan_to_num(np.array([bar.between_levels_m3 for bar in bars], dtype=float)), 0.0, loss
        )
        axes.barh(places, used, height=BAR_WIDTH, color=GREY, label=tr("Consumption"))
        axes.barh(places, loss - between, left=used, height=BAR_WIDTH, color=ACCENT, label=tr("Loss"))
        if between.any():
            label = tr("of it between the levels")
            axes.barh(
                places, between, left=used + loss - between, height=BAR_WIDTH, color=_BETWEEN, label=label
            )
        axes.set_yticks(places.tolist())
        axes.set_yticklabels([_name(bar) for bar in bars])
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(tr("m³"))
        # Few, for they are long and a pane is narrow.
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: amounts.number(value)))
        for place, bar in enumerate(bars):
            rate = bar.loss_rate
            text = (
                tr("not known")
                if rate != rate
                else tr("{rate} %").format(rate=amounts.number(100.0 * rate, 1))
            )
            end = max(float(used[place] + max(loss[place], 0.0)), 0.0)
            annotate(axes, text, (end, place), (3, 0), sides=("left", "center"), **FIGURE)
        axes.set_xlim(0, max([float(a + max(b, 0.0)) for a, b in zip(used, loss)], default=1.0) * 1.2 or 1.0)
        # Above the bars, where no figure stands, from the left edge on.
        axes.legend(
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
