"""The plot of a backtest: how many later failures lay on how much of the length."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from waternet_plugin.core.colours import ACCENT, GREY, NOTE, TEXT
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import INCH_PT
from waternet_plugin.gui.plots.plot import FIGURE, Plot, annotate
from waternet_plugin.gui.widgets import amounts

OURS = "waternet"
# More lines than these lie on one another; the table has them all.
_DRAWN = (OURS, "past_count", "material_age", "oldest", "random")
_LAST = 0.4
_FOCUS = 0.1
_DASHES = ((), (4, 2), (1, 1.5), (6, 2, 1, 2))
_LABEL_PT = 8
# From one line of small text to the next.
_LINE_PT = 9.5


def capture_curve(figures: Mapping[str, Any], *, labels: Mapping[str, str], network: str) -> Plot:
    """Return the curves of capture over length, means of the days tested.

    Parameters
    ----------
    figures
        Of the report of a backtest: cutoffs (with curves and refused), curve_shares, mean_captured.
    labels
        What the orders of the pipes are called.
    network
        For the source.
    """
    shares = [share for share in figures["curve_shares"] if share <= _LAST + 1e-9]
    tested = [figure for figure in figures["cutoffs"] if not figure["refused"]]
    names = [name for name in _DRAWN if tested and name in tested[0]["curves"]]
    curves = {
        name: [[100 * value for value in one["curves"][name][: len(shares)]] for one in tested]
        for name in names
    }
    means = {name: _mean(rows) for name, rows in curves.items()}
    place = min(range(len(shares)), key=lambda each: abs(shares[each] - _FOCUS)) if shares else 0
    if tested:
        title = tr("{length} of the length had {failures} of the later failures").format(
            length=amounts.share(shares[place], 0), failures=amounts.share(means[OURS][place] / 100, 0)
        )
    else:
        title = tr("Nothing could be tested: too few failures")

    def draw(axes: Any) -> None:
        if not tested:
            # No empty frame: the reason stands where the curves would.
            axes.set_axis_off()
            why = next((one["refused"] for one in reversed(figures["cutoffs"])), "")
            axes.text(
                0, 1, why, va="top", wrap=True, fontsize=_LABEL_PT, color=TEXT, transform=axes.transAxes
            )
            return
        x = [100 * share for share in shares]
        for number, name in enumerate(reversed(names)):
            ours = name == OURS
            if ours:
                lows = [min(row[each] for row in curves[name]) for each in range(len(x))]
                highs = [max(row[each] for row in curves[name]) for each in range(len(x))]
                axes.fill_between(x, lows, highs, color=ACCENT, alpha=0.15, linewidth=0)
            style: Any = "-" if ours else (0, _DASHES[number % len(_DASHES)] or None)
            axes.plot(
                x,
                means[name],
                color=ACCENT if ours else GREY,
                linewidth=1.8 if ours else 1.1,
                linestyle=style,
            )
        if names:
            ends = {labels.get(name, name): means[name][-1] for name in names}
            _name_ends(axes, x[-1], ends, ours=labels.get(OURS, OURS))
            axes.plot([x[place]], [means[OURS][place]], "o", color=ACCENT, markersize=5)
            figure, at = amounts.share(means[OURS][place] / 100, 0), (x[place], means[OURS][place])
            annotate(axes, figure, at, (6, -3), sides=("left", "top"), **FIGURE)
        axes.set_xlim(0, 100 * _LAST)
        axes.set_ylim(0, 100)
        axes.set_xlabel(tr("Worst part of the length, %"))
        axes.set_ylabel(tr("Later failures on it, %"))

    source = tr("Source: {network}, {count} days tested, {years} years each; {date}").format(
        network=network,
        count=len(tested),
        years=figures["test_years"],
        date=datetime.date.today().isoformat(),
    )
    return Plot(
        name="capture_curve",
        title=title,
        source=source,
        columns=(tr("Share of the length"), *(labels.get(name, name) for name in names)),
        rows=tuple(
            (share, *(round(means[name][each], 2) for name in names)) for each, share in enumerate(shares)
        ),
        draw=draw,
    )


def _mean(rows: Sequence[Sequence[float]]) -> list[float]:
    return [sum(column) / len(column) for column in zip(*rows)]


def _name_ends(axes: Any, x: float, ends: Mapping[str, float], *, ours: str) -> None:
    """Write the name of each line at its end, apart from one another however small the plot is."""
    # Title and axis take about half of a small figure.
    high_pt = INCH_PT * axes.figure.get_figheight() / 2
    apart, last = max(6.5, 100 * _LINE_PT / high_pt), float("-inf")
    for name, y in sorted(ends.items(), key=lambda item: item[1]):
        last = max(y, last + apart)
        axes.annotate(
            name,
            (x, y),
            xytext=(x * 1.02, last),
            textcoords="data",
            ha="left",
            va="center",
            fontsize=7,
            color=TEXT if name == ours else NOTE,
            annotation_clip=False,
        )
