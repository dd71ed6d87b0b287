"""The plots of scenarios: what a budget brings, and the failures of each year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from waternet_plugin.core.renewal.scenarios import NOTHING
from waternet_plugin.core.reports.charts import ChartLine, LineChart
from waternet_plugin.core.reports.renewal.scenario_chart import best_scenario, failures_chart
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.lines import draw_lines
from waternet_plugin.gui.plots.plot import Plot
from waternet_plugin.gui.widgets import amounts

_PLAN = "plan"


def _source(network: str) -> str:
    return tr("Source: {network}, scenarios; {date}").format(
        network=network, date=datetime.date.today().isoformat()
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
    chart = LineChart(
        tuple(
            ChartLine(
                labels.get(name, name),
                (0.0, *(row["budget"] / step for row in own)),
                (0.0, *(row["failures_avoided"] for row in own)),
                strong=name == focus,
                lower=(0.0, *(row["avoided_lower"] for row in own)) if name == focus else (),
                upper=(0.0, *(row["avoided_upper"] for row in own)) if name == focus else (),
            )
            for name, own in lines.items()
        ),
        x_label=tr("Annual budget, {unit}").format(unit=unit),
        y_label=tr("Failures avoided in {years} years").format(years=horizon),
        title=title,
    )
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
        draw=lambda axes: draw_lines(axes, chart),
    )  # fmt: skip


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
    by_name = {
        name: points for name in labels if (points := [point for point in curve if point["scenario"] == name])
    }
    best = best_scenario(rows, {name: labels[name] for name in by_name})
    title = tr("No scenarios were requested.")
    if best and by_name.get(NOTHING):
        last = by_name[NOTHING][-1]
        title = tr("Without renewal {nothing} failures are expected in {year}, with it {best}").format(
            nothing=amounts.number(last["expected"]),
            year=last["year"],
            best=amounts.number(by_name[best][-1]["expected"]),
        )
    chart = failures_chart(rows, curve, labels)
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
        draw=lambda axes: draw_lines(axes, chart),
    )
