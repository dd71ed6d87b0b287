"""The plot of a backtest: how many later failures lay on how much of the length."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.colours import TEXT
from waternet_plugin.core.reports.health.capture_chart import capture_chart
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.lines import draw_lines
from waternet_plugin.gui.plots.plot import Plot
from waternet_plugin.gui.widgets import amounts

_LABEL_PT = 8


def capture_curve(figures: Mapping[str, Any], *, network: str) -> Plot:
    """Return the curves of capture over length, means of the days tested.

    Parameters
    ----------
    figures
        Of the report of a backtest: cutoffs (with curves and refused), curve_shares, test_years.
    network
        For the source.
    """
    curves = [cutoff["curves"] for cutoff in figures["cutoffs"] if not cutoff["refused"]]
    chart = capture_chart(curves, figures["curve_shares"]) if curves else None
    title = tr("Nothing could be tested: too few failures")
    if chart is not None and chart.point is not None:
        length, failures, _text = chart.point
        title = tr("{length} of the length had {failures} of the later failures").format(
            length=amounts.share(length / 100, 0), failures=amounts.share(failures / 100, 0)
        )

    def draw(axes: Any) -> None:
        if chart is not None:
            draw_lines(axes, chart)
            return
        # No empty frame: the reason stands where the curves would.
        axes.set_axis_off()
        why = next((cutoff["refused"] for cutoff in reversed(figures["cutoffs"])), "")
        axes.text(0, 1, why, va="top", wrap=True, fontsize=_LABEL_PT, color=TEXT, transform=axes.transAxes)

    source = tr("Source: {network}, {count} days tested, {years} years each; {date}").format(
        network=network,
        count=len(curves),
        years=figures["test_years"],
        date=datetime.date.today().isoformat(),
    )
    lines = () if chart is None else chart.lines
    return Plot(
        name="capture_curve",
        title=title,
        source=source,
        columns=(tr("Share of the length"), *(line.name for line in lines)),
        rows=tuple(
            (share, *(round(value, 2) for value in values))
            for share, *values in zip(figures["curve_shares"], *(line.y for line in lines))
        )
        if lines
        else (),
        draw=draw,
    )
