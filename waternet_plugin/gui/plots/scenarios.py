"""The plots of scenarios: what a budget brings, and the failures of each year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from waternet_plugin.core.colours import ACCENT, GREY, NOTE, TEXT
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import INCH_PT
from waternet_plugin.gui.plots.plot import MOST_TICKS, Plot
from waternet_plugin.gui.widgets import amounts

NOTHING = "nothing"
_PLAN = "plan"
_NAME_PT = 7
_DASHES = ("-", "--", ":", "-.")
# Lines of names at the ends of lines, and what title, ticks and source take of the height of a plot.
_NAME_LINE_PT, _AROUND_AXES_PT = 8.5, 95.0
# Names at the ends of lines are this share of the axis apart at least.
_APART = 0.07


def _source(network: str) -> str:
    return tr("Source: {network}, scenarios; {date}").format(
        network=network, date=datetime.date.today().isoformat()
    )


def _ends(axes: Any, ends: Sequence[tuple[str, float, float, str]], height: float) -> None:
    """Write the name of each line at its end (name, x, y, colour), apart from one another."""
    last = float("-inf")
    room_pt = max(axes.figure.get_figheight() * INCH_PT - _AROUND_AXES_PT, _NAME_LINE_PT)
    apart = max(_APART, _NAME_LINE_PT / room_pt) * height
    for name, x, y, colour in sorted(ends, key=lambda each: each[2]):
        last = max(y, last + apart)
        axes.annotate(
            name,
            (x, last),
            xytext=(6, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=_NAME_PT,
            color=colour,
            annotation_clip=False,
        )


def budget_curve(
    rows: Sequence[Mapping[str, Any]], *, labels: Mapping[str, str], horizon: int, currency: str, network: str
) -> Plot:
    """Return failures avoided against the budget, a line a strategy.

    Parameters
    ----------
    rows
        Scenarios: budget, strategy, failures_avoided, avoided_lower, avoided_upper, cost.
    labels
        What strategies are called.
    horizon
        Years over which failures count.
    currency
        Code of all money.
    network
        For the source.
    """
    paid = [row for row in rows if row["scenario"] != NOTHING]
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(paid, key=lambda each: each["budget"]):
        lines.setdefault(str(row["strategy"]), []).append(row)
    step, unit = amounts.money_unit(max((row["budget"] for row in paid), default=0.0), currency)
    focus = _PLAN if _PLAN in lines else next(iter(lines), "")
    best = max(lines.get(focus, ()), key=lambda row: row["failures_avoided"], default=None)
    title = tr("No scenarios were requested.")
    if best is not None:
        title = tr("{budget} per year avoid about {failures} failures in {years} years").format(
            budget=amounts.money(best["budget"], currency),
            failures=amounts.number(best["failures_avoided"]),
            years=horizon,
        )
    top = max((row["avoided_upper"] for row in lines.get(focus, ())), default=1.0) * 1.08 or 1.0

    def draw(axes: Any) -> None:
        ends = []
        for number, (name, own) in enumerate(lines.items()):
            x = [0.0, *(row["budget"] / step for row in own)]
            y = [0.0, *(row["failures_avoided"] for row in own)]
            strong = name == focus
            colour = ACCENT if strong else GREY
            if strong:
                low = [0.0, *(row["avoided_lower"] for row in own)]
                high = [0.0, *(row["avoided_upper"] for row in own)]
                axes.fill_between(x, low, high, color=ACCENT, alpha=0.15, linewidth=0)
            axes.plot(
                x, y, color=colour, linewidth=1.8 if strong else 1.1, marker="o", markersize=4,
                linestyle="-" if strong else _DASHES[number % len(_DASHES)],
            )  # fmt: skip
            ends.append((labels.get(name, name), x[-1], y[-1], TEXT if strong else NOTE))
        axes.set_xlim(0, max((row["budget"] / step for row in paid), default=1.0))
        axes.set_ylim(0, top)
        axes.set_xlabel(tr("Annual budget, {unit}").format(unit=unit))
        axes.set_ylabel(tr("Failures avoided in {years} years").format(years=horizon))
        _ticks(axes.xaxis)
        _ticks(axes.yaxis)
        if len(lines) > 1:
            _ends(axes, ends, top)

    return Plot(
        name="budget_curve",
        title=title,
        source=_source(network),
        columns=(
            tr("Annual budget"), tr("Strategy"), tr("Failures avoided"), tr("At least"), tr("At most"),
            tr("Cost"),
        ),
        rows=tuple(
            (
                row["budget"], labels.get(row["strategy"], row["strategy"]), row["failures_avoided"],
                row["avoided_lower"], row["avoided_upper"], row["cost"],
            )
            for own in lines.values()
            for row in own
        ),
        draw=draw,
    )  # fmt: skip


def _ticks(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=MOST_TICKS - 1, steps=[1, 2, 2.5, 5, 10]))


def failure_curve(
    rows: Sequence[Mapping[str, Any]],
    curve: Sequence[Mapping[str, Any]],
    *,
    labels: Mapping[str, str],
    network: str,
) -> Plot:
    """Return the failures expected in each year of each scenario.

    Parameters
    ----------
    rows
        Scenarios: scenario, failures.
    curve
        scenario, year, expected, lower, upper.
    labels
        What the scenarios that are drawn are called.
    network
        For the source.
    """
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for point in curve:
        if point["scenario"] in labels:
            by_name.setdefault(str(point["scenario"]), []).append(point)
    totals = {str(row["scenario"]): float(row["failures"]) for row in rows}
    best = min(by_name, key=lambda name: (totals.get(name, 0.0), name), default="")
    title = tr("No scenarios were requested.")
    if best and by_name.get(NOTHING):
        last = by_name[NOTHING][-1]
        title = tr("Without renewal {nothing} failures are expected in {year}, with it {best}").format(
            nothing=amounts.number(last["expected"]),
            year=last["year"],
            best=amounts.number(by_name[best][-1]["expected"]),
        )
    top = max((point["upper"] for own in by_name.values() for point in own), default=1.0) * 1.05 or 1.0

    def draw(axes: Any) -> None:
        ends = []
        for number, (name, own) in enumerate(by_name.items()):
            x = [point["year"] for point in own]
            y = [point["expected"] for point in own]
            strong = name == best
            if strong:
                low, high = [point["lower"] for point in own], [point["upper"] for point in own]
                axes.fill_between(x, low, high, color=ACCENT, alpha=0.15, linewidth=0)
            axes.plot(
                x, y, color=ACCENT if strong else GREY, linewidth=1.8 if strong else 1.1,
                linestyle="-" if strong else _DASHES[number % len(_DASHES)],
            )  # fmt: skip
            ends.append((labels[name], x[-1], y[-1], TEXT if strong else NOTE))
        if by_name:
            axes.set_xlim(min(own[0]["year"] for own in by_name.values()), max(each[1] for each in ends))
        axes.set_ylim(0, top)
        axes.set_ylabel(tr("Failures per year"))
        _ticks(axes.yaxis)
        axes.xaxis.get_major_locator().set_params(integer=True, nbins=MOST_TICKS - 1)
        axes.ticklabel_format(axis="x", useOffset=False)
        _ends(axes, ends, top)

    return Plot(
        name="failures_by_year",
        title=title,
        source=_source(network),
        columns=(tr("Scenario"), tr("Year"), tr("Expected"), tr("At least"), tr("At most")),
        rows=tuple(
            (labels[name], point["year"], point["expected"], point["lower"], point["upper"])
            for name, own in by_name.items()
            for point in own
        ),
        draw=draw,
    )
