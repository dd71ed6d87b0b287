"""The report of scenarios side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.frames import records
from waternet_plugin.core.renewal.scenarios import NOTHING, Scenarios
from waternet_plugin.core.renewal.strategies import strategy_label
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number, rows_of
from waternet_plugin.core.reports.renewal.scenario_chart import drawn_scenarios, failures_chart
from waternet_plugin.core.texts import tr


def scenario_label(row: Mapping[Any, Any]) -> str:
    """Return the name of a scenario: its budget and how it ranks."""
    if row["scenario"] == NOTHING:
        return tr("Doing nothing")
    return tr("{budget} per year, {strategy}").format(
        budget=number(row["budget"]), strategy=strategy_label(row["strategy"])
    )


def _figures(found: Scenarios) -> ReportSection:
    rows = [
        (
            scenario_label(row), row["projects"], row["length_m"] / 1000, row["cost"],
            100 * row["share_of_length_y"], row["failures"], row["failures_avoided"],
            tr("{lower} to {upper}").format(
                lower=number(row["avoided_lower"], 1), upper=number(row["avoided_upper"], 1)
            ) if row["failures_avoided"] else None,
            None if math.isnan(row["avoided_per_million"]) else row["avoided_per_million"],
            row["risk_removed_y"], row["value_index"],
        )
        for row in records(found.table)
    ]  # fmt: skip
    columns = (
        tr("Scenario"), tr("Projects"), tr("Length (km)"), tr("Cost"), tr("Renewed per year (%)"),
        tr("Failures in {years} years").format(years=found.horizon), tr("Avoided"),
        tr("Four out of five outcomes"), tr("Avoided per million"), tr("Risk removed per year"),
        tr("Infrastructure value index"),
    )  # fmt: skip
    note = tr(
        "Infrastructure value index: the remaining life of the pipes as a share of their whole life, "
        "weighted by replacement cost; before the plan {index}. A well maintained network lies near 0.5."
    ).format(index=number(found.value_index_now, 2))
    return ReportSection(tr("Scenarios"), table=ReportTable(columns, tuple(rows), decimals=2), note=note)


def _chart(found: Scenarios) -> ReportSection:
    rows = records(found.table)
    labels = drawn_scenarios(rows, lambda budget: tr("{budget} per year").format(budget=number(budget)))
    svg = line_chart(failures_chart(rows, records(found.curve), labels))
    note = tr("The shaded band contains four out of five outcomes of the scenario that avoids most.")
    return ReportSection(tr("Failures in each year"), chart=svg, note=note)


def _bias(found: Scenarios) -> ReportSection:
    if not found.factors:
        text = tr(
            "There are too few failures to test the forecasts on past data, so they are not scaled. "
            "Forecasts for the worst pipes tend to be too high."
        )
        return ReportSection(tr("How far forecasts can be trusted"), (text,))
    rows = [
        (
            tr("{first} to {last} % of length").format(first=f"{100 * first:g}", last=f"{100 * last:g}"),
            factor,
        )
        for first, last, factor in found.factors
    ]
    text = tr(
        "At earlier dates, the forecasts for each band of length were compared with the failures that "
        "followed; all figures above are multiplied by the result."
    )
    columns = (tr("Worst pipes"), tr("Observed / predicted"))
    return ReportSection(
        tr("How far forecasts can be trusted"), (text,), ReportTable(columns, tuple(rows), decimals=2)
    )


def scenarios_report(found: Scenarios, *, parameters: dict[str, Any], currency: str) -> Report:
    """Return the report of scenarios.

    Parameters
    ----------
    found
        The scenarios.
    parameters
        What was asked, by parameter name.
    currency
        In which all money is.
    """
    table = found.table
    lead = tr("No scenarios were requested.")
    if len(table) > 1:
        best = table.iloc[1:].sort_values(["failures_avoided", "scenario"], ascending=[False, True]).iloc[0]
        lead = tr(
            "Doing nothing means about {failures} failures in {years} years. {scenario} avoids {avoided} of "
            "them for {cost}."
        ).format(
            failures=number(table["failures"].iloc[0]),
            years=found.horizon,
            scenario=scenario_label(best),
            avoided=number(best["failures_avoided"], 1),
            cost=number(best["cost"]),
        )
    basis = ReportSection(
        tr("Basis"),
        table=ReportTable((tr("Parameter"), tr("Value")), rows_of(list(parameters.items())), decimals=3),
    )
    figures = {
        "parameters": parameters,
        "currency": currency,
        "horizon_years": found.horizon,
        "value_index_now": found.value_index_now,
        "scenarios": records(table),
        "curve": records(found.curve),
        "factors": [{"first": a, "last": b, "factor": c} for a, b, c in found.factors],
    }
    sections = (_figures(found), _chart(found), _bias(found), basis)
    money = tr("All amounts in {currency}.").format(currency=currency)
    return Report(tr("Scenarios of renewal"), lead, money, sections, figures)
