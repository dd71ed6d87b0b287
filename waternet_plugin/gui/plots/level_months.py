"""The plot of a total meter: what those below it measured and the difference, with the alarm line."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import PALE, SEVERE
from waternet_plugin.core.reports.charts import ChartBars, ChartLine, LineChart
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.lines import draw_lines
from waternet_plugin.gui.plots.plot import MOST_TICKS, Plot
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.users.read_meter_levels import LevelMonths


def sentence_of(found: LevelMonths) -> str:
    """Return in how many months the loss was above the alarm line."""
    rates = [rate for rate in found.loss_rate if math.isfinite(rate)]
    if not rates:
        return tr("{name}: the loss of these months is not known.").format(name=found.node_id)
    above = sum(rate > found.limit for rate in rates)
    text = tr("{name}: loss above {limit} % in {above} of %n month(s)", "", len(rates))
    return text.format(name=found.node_id, limit=f"{100 * found.limit:g}", above=amounts.number(above))


def plot_of(found: LevelMonths, *, network: str) -> Plot:
    """Return the plot of a total meter in a network that people call so."""
    places = tuple(range(1, len(found.months) + 1))
    below = tuple(0.0 if value != value else value for value in found.below_m3)
    lost = tuple(
        max(total - part, 0.0) if math.isfinite(total) else 0.0 for total, part in zip(found.total_m3, below)
    )
    known = [(place, 100 * rate) for place, rate in zip(places, found.loss_rate) if math.isfinite(rate)]
    alarm = 100 * found.limit
    lines = [
        ChartLine(tr("alarm line"), (float(places[0]), float(places[-1])), (alarm, alarm)),
    ]
    if known:
        x, y = zip(*known)
        lines.insert(
            0, ChartLine(tr("loss, %"), tuple(map(float, x)), tuple(max(one, 0.0) for one in y), True)
        )
    x_places = tuple(map(float, places))
    chart = LineChart(
        tuple(lines), tr("Month"), tr("m³"), sentence_of(found), right_label=tr("loss, %"),
        bars=(
            ChartBars(tr("Sub-meters"), x_places, below, PALE),
            ChartBars(tr("Difference"), x_places, lost, SEVERE),
        ),
    )  # fmt: skip
    return Plot(
        name=f"levels_{found.node_id}",
        title=sentence_of(found),
        source=tr("Source: {network}; {date}").format(
            network=network, date=datetime.date.today().isoformat()
        ),
        columns=(tr("Month"), tr("Total meter (m³)"), tr("Sub-meters (m³)"), tr("Loss (%)")),
        rows=tuple(
            (month.text, total, part, 100 * rate)
            for month, total, part, rate in zip(found.months, found.total_m3, found.below_m3, found.loss_rate)
        ),
        draw=lambda axes: _draw(axes, chart, [month.text[2:] for month in found.months]),
    )


def _draw(axes: Any, chart: LineChart, months: list[str]) -> None:
    """Draw bars and lines; their places, counted from 1, are called by their months."""
    draw_lines(axes, chart)
    step = max(len(months) // MOST_TICKS, 1)
    axes.set_xticks(range(1, len(months) + 1, step), labels=months[::step])
