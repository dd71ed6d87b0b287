"""The chart of scenarios: the failures expected in each year; the one that avoids most is the strong line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from waternet_plugin.core.renewal.scenarios import NOTHING
from waternet_plugin.core.renewal.strategies import strategy_label
from waternet_plugin.core.reports.charts import YEAR, ChartLine, LineChart
from waternet_plugin.core.texts import tr

_MOST_LINES = 8


def drawn_scenarios(rows: Sequence[Mapping[Any, Any]], budget_text: Callable[[float], str]) -> dict[str, str]:
    """Return the scenarios that the chart shows and what it calls them.

    Several budgets are compared by the first strategy, one budget by its strategies: more lines say less.

    Parameters
    ----------
    rows
        Scenarios: scenario, budget, strategy.
    budget_text
        How a budget is written.
    """
    paid = [row for row in rows if row["scenario"] != NOTHING]
    several = len({row["budget"] for row in paid}) > 1
    shown = [row for row in paid if row["strategy"] == paid[0]["strategy"]] if several else paid
    return {
        NOTHING: tr("Doing nothing"),
        **{
            str(row["scenario"]): budget_text(row["budget"]) if several else strategy_label(row["strategy"])
            for row in shown[:_MOST_LINES]
        },
    }


def best_scenario(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str]) -> str:
    """Return the scenario of the fewest failures among those drawn, '' where there is none."""
    totals = {str(row["scenario"]): float(row["failures"]) for row in rows}
    return min((name for name in labels if name in totals), key=lambda name: (totals[name], name), default="")


def failures_chart(
    rows: Sequence[Mapping[Any, Any]], curve: Sequence[Mapping[Any, Any]], labels: Mapping[str, str]
) -> LineChart:
    """Return the failures that are expected in each year of each scenario.

    Parameters
    ----------
    rows
        Scenarios: scenario, failures.
    curve
        scenario, year, expected, lower, upper, in the order of the years.
    labels
        What the scenarios that are drawn are called.
    """
    best = best_scenario(rows, labels)
    lines = []
    for name, label in labels.items():
        points = [point for point in curve if point["scenario"] == name]
        if not points:
            continue
        year, expected, lower, upper = (
            tuple(float(point[key]) for point in points) for key in ("year", "expected", "lower", "upper")
        )
        band = (lower, upper) if name == best else ((), ())
        lines.append(ChartLine(label, year, expected, name == best, *band))
    return LineChart(
        tuple(lines),
        x_label=tr("Year"),
        y_label=tr("Failures per year"),
        title=tr("Failures expected in each year"),
        x_kind=YEAR,
    )
