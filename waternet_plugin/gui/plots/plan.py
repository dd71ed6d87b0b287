"""The plots of a plan: cost a year, and what the money brings."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from waternet_plugin.core.colours import ACCENT, DIM, GREY
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.plot import BAR_WIDTH, FIGURE, MOST_TICKS, Plot, annotate
from waternet_plugin.gui.widgets import amounts

_HALF = 0.5
# A year that spends this share of its budget has used it.
_USED = 0.95


def _source(network: str, plan_id: str) -> str:
    """Return source and date."""
    return tr("Source: {network}, plan {plan}; {date}").format(
        network=network, plan=plan_id, date=datetime.date.today().isoformat()
    )


def _ticks(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=MOST_TICKS - 1, steps=[1, 2, 2.5, 5, 10]))


def cost_by_year(
    years: Sequence[Mapping[str, Any]], *, budget: float, currency: str, network: str, plan_id: str
) -> Plot:
    """Return the bars of cost a year, the dearest year in the accent.

    Parameters
    ----------
    years
        One mapping a year: year, cost, projects, length_m.
    budget
        Money a year.
    currency
        Its code.
    network, plan_id
        For the source.
    """
    labels = [int(row["year"]) for row in years]
    costs = [float(row["cost"]) for row in years]
    step, unit = amounts.money_unit(max([budget, *costs], default=0.0), currency)
    total = sum(costs)
    used = sum(cost >= _USED * budget for cost in costs)
    # The year that stands out: the one with the most money left, else the dearest.
    focus = costs.index(min(costs) if used < len(costs) else max(costs)) if costs else 0
    if total > 0:
        title = tr("{total} in {first}–{last}: the budget is used up in {used} of {all} years").format(
            total=amounts.money(total, currency),
            first=labels[0],
            last=labels[-1],
            used=used,
            all=len(costs),
        )
    else:
        title = tr("No package is funded")

    def draw(axes: Any) -> None:
        heights = [cost / step for cost in costs]
        places = range(len(labels))
        colours = [ACCENT if place == focus else GREY for place in places]
        axes.bar(places, heights, width=BAR_WIDTH, color=colours)
        # Every bar of a long plan can't have its year under it.
        every = max(1, -(-len(labels) // (2 * MOST_TICKS)))
        axes.set_xticks([place for place in places if place % every == 0])
        axes.set_xticklabels([str(year) for place, year in enumerate(labels) if place % every == 0])
        axes.tick_params(axis="x", length=0)
        axes.set_ylabel(unit)
        axes.set_ylim(0, max([budget / step, *heights]) * 1.15 or 1)
        axes.axhline(budget / step, color=DIM, linewidth=0.8, linestyle=(0, (4, 3)))
        # On the side where the figure of the year that stands out is not.
        is_left = 2 * focus >= len(costs)
        annotate(
            axes,
            tr("budget {budget}").format(budget=amounts.number(budget / step, 1 if step > 1 else 0)),
            (0.01 if is_left else 1, budget / step),
            (0, 3),
            sides=("left" if is_left else "right", "bottom"),
            xycoords=("axes fraction", "data"),
        )
        if heights:
            figure = amounts.number(heights[focus], 2 if step > 1 and heights[focus] else 0)
            annotate(axes, figure, (focus, heights[focus]), (0, 2), sides=("center", "bottom"), **FIGURE)
        _ticks(axes.yaxis)

    return Plot(
        name="cost_by_year",
        title=title,
        source=_source(network, plan_id),
        columns=(tr("Year"), tr("Cost"), tr("Budget"), tr("Projects"), tr("Length, m")),
        rows=tuple(
            (int(row["year"]), row["cost"], row["budget"], row["projects"], row["length_m"]) for row in years
        ),
        draw=draw,
    )


def benefit_curve(
    projects: Sequence[Mapping[str, Any]], *, currency: str, network: str, plan_id: str
) -> Plot:
    """Return the curve of benefit over cost, the packages of most benefit per cost first.

    Parameters
    ----------
    projects
        The funded packages: project_id, street, cost, benefit.
    currency
        Code of all money.
    network, plan_id
        For the source.
    """
    worth = [row for row in projects if row["cost"] > 0 and row["benefit"] == row["benefit"]]
    ranked = sorted(worth, key=lambda row: (-row["benefit"] / row["cost"], row["project_id"]))
    total_cost = sum(row["cost"] for row in ranked)
    total_benefit = sum(row["benefit"] for row in ranked)
    cost, benefit = [0.0], [0.0]
    for row in ranked:
        cost.append(cost[-1] + row["cost"])
        benefit.append(benefit[-1] + row["benefit"])
    step, unit = amounts.money_unit(total_cost, currency)
    there = total_cost > 0 and total_benefit > 0
    at_half = _share_at(cost, benefit, _HALF) if there else float("nan")
    if there:
        title = tr("The first half of the money brings {share} of the benefit").format(
            share=amounts.share(at_half, 0)
        )
    else:
        title = tr("No package is funded")

    def draw(axes: Any) -> None:
        if there:
            shares = [100 * each / total_benefit for each in benefit]
            axes.plot([0, total_cost / step], [0, 100], color=GREY, linewidth=0.8)
            axes.plot([each / step for each in cost], shares, color=ACCENT)
            middle = _HALF * total_cost / step
            axes.plot([middle], [100 * at_half], "o", color=ACCENT, markersize=5)
            figure, sides = amounts.share(at_half, 0), ("right", "bottom")
            annotate(axes, figure, (middle, 100 * at_half), (-5, 4), sides=sides, **FIGURE)
            annotate(
                axes, tr("if all packages were alike"), (middle, 100 * _HALF), (6, -4), sides=("left", "top")
            )
        axes.set_xlim(0, total_cost / step or 1)
        axes.set_ylim(0, 104)
        axes.set_xlabel(tr("Cost, {unit}").format(unit=unit))
        axes.set_ylabel(tr("Benefit, %"))
        _ticks(axes.xaxis)
        _ticks(axes.yaxis)

    return Plot(
        name="benefit_curve",
        title=title,
        source=_source(network, plan_id),
        columns=(
            tr("Project", "of renewal"),
            tr("Street"),
            tr("Cost"),
            tr("Discounted benefit"),
            tr("Cumulative cost"),
            tr("Cumulative benefit"),
        ),
        rows=tuple(
            (
                row["project_id"],
                row["street"] or "",
                row["cost"],
                row["benefit"],
                cost[place + 1],
                benefit[place + 1],
            )
            for place, row in enumerate(ranked)
        ),
        draw=draw,
    )


def _share_at(cost: Sequence[float], benefit: Sequence[float], share: float) -> float:
    """Return which share of the benefit a share of the cost brings, linear within a package."""
    wanted = share * cost[-1]
    for place in range(1, len(cost)):
        if cost[place] >= wanted:
            width = cost[place] - cost[place - 1]
            part = (wanted - cost[place - 1]) / width if width > 0 else 1.0
            return (benefit[place - 1] + part * (benefit[place] - benefit[place - 1])) / benefit[-1]
    return 1.0
