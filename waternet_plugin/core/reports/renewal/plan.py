"""The report of a renewal plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from waternet_plugin.core.frames import records
from waternet_plugin.core.renewal.packages.package_reasons import told
from waternet_plugin.core.renewal.planning import RenewalPlan
from waternet_plugin.core.renewal.sharing import PARTIES, party_label
from waternet_plugin.core.renewal.strategies import strategy_label
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number, rows_of
from waternet_plugin.core.reports.renewal.project_list import currency_label
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr

_MOST_ROWS = 200


def _label(name: str, code: str) -> str:
    found = domain(name).get(code)
    return found.label if found else code


def _lead(plan: RenewalPlan) -> str:
    summary = plan.summary
    if summary.funded == 0:
        return tr("Nothing is funded. {reason}").format(reason=joined(summary.notes))
    first, last = summary.years["year"].iloc[0], summary.years["year"].iloc[-1]
    return tr(
        "From {first} to {last}, {funded} of {packages} packages are funded: {length} for {cost}. They "
        "avoid about {failures} failures per year once all is done."
    ).format(
        first=first,
        last=last,
        funded=summary.funded,
        packages=summary.packages,
        length=length(summary.length_m),
        cost=number(summary.cost),
        failures=number(summary.failures_avoided_y, 1),
    )


def _years(plan: RenewalPlan, rated_m: float) -> ReportSection:
    rows = [
        (
            str(row["year"]), row["budget"], row["cost"], row["projects"], row["length_m"] / 1000,
            100 * row["length_m"] / rated_m if rated_m > 0 else None,
        )
        for row in records(plan.summary.years)
    ]  # fmt: skip
    columns = (
        tr("Year"), tr("Budget"), tr("Cost"), tr("Projects"), tr("Length (km)"), tr("Share of length (%)"),
    )  # fmt: skip
    return ReportSection(
        tr("Years", "one by one"),
        table=ReportTable(columns, tuple(rows), decimals=2),
        note=tr("No year exceeds its budget; money left over is not carried over to the next year."),
    )


def _strategies(plan: RenewalPlan) -> ReportSection:
    summary = plan.summary
    rows = [
        (
            strategy_label(row["strategy"]), row["projects"], row["length_m"] / 1000, row["cost"],
            row["failures_avoided"], row["benefit"],
        )
        for row in records(summary.strategies)
    ]  # fmt: skip
    columns = (
        tr("Strategy"), tr("Projects"), tr("Length (km)"), tr("Cost"),
        tr("Failures avoided in {years} years").format(years=summary.benefit_years), tr("Discounted benefit"),
    )  # fmt: skip
    text = tr(
        "With these budgets, no selection can have more benefit than {bound}; this plan is {gap} % below it."
    ).format(bound=number(summary.bound), gap=number(100 * summary.gap, 2))
    note = tr(
        "Forecasts for the very worst pipes tend to be too high, so fewer failures may be avoided than "
        "stated; comparisons between strategies are less affected."
    )
    return ReportSection(
        tr("The same budget with other rules"), (text,), ReportTable(columns, tuple(rows)), note
    )


def _payers(plan: RenewalPlan) -> ReportSection:
    """Return who pays how much in each year."""
    funded = plan.projects[plan.projects["year"].notna()]
    names = [f"cost_{party}" for party in PARTIES]
    sums = funded.groupby("year")[names].sum()
    rows = [(str(year), *row) for year, row in zip(sums.index.astype(int), sums.to_numpy().tolist())]
    columns = (tr("Year"), *(party_label(party) for party in PARTIES))
    note = tr(
        "Inside compounds the cost is split by the settings renewal.party.*; elsewhere the utility pays."
    )
    return ReportSection(tr("Who pays"), table=ReportTable(columns, tuple(rows), decimals=2), note=note)


def _projects(plan: RenewalPlan) -> ReportSection:
    funded = plan.projects[plan.projects["year"].notna()]
    listed = funded.sort_values(["year", "benefit", "project_id"], ascending=[True, False, True])
    rows = [
        (
            str(int(row["year"])), row["project_id"], row["street"] or "", row["length_m"], row["cost"],
            _label("health_class", row["class"]), 100 * row["renew_now_share"],
            _label("renewal_method", row["method"]), _label("material", row["material"]),
            told(row["reason_facts"], row["reasons"]),
        )
        for row in records(listed.head(_MOST_ROWS).drop(columns="geom"))
    ]  # fmt: skip
    columns = (
        tr("Year"), tr("Project", "of renewal"), tr("Street"), tr("Length (m)"), tr("Cost"), tr("Class"),
        tr("Renew now, %"), tr("Method"), tr("New material"), tr("Why"),
    )  # fmt: skip
    more = len(listed) - len(rows)
    note = tr("%n more project(s) are in the table of projects.", "", more) if more > 0 else ""
    return ReportSection(tr("Projects"), table=ReportTable(columns, tuple(rows), decimals=0), note=note)


def _parameter_labels() -> dict[str, str]:
    """Return what people call the parameters of a plan."""
    return {
        "PLAN_ID": tr("Plan", "noun"),
        "BUDGET": tr("Annual budget"),
        "START_YEAR": tr("First year"),
        "YEARS": tr("Years"),
        "MIN_LENGTH_SHARE": tr("Target share of length per year"),
        "DISTRICT_CAP": tr("Most projects per district and year"),
        "DISCOUNT_RATE": tr("Discount rate"),
        "STRATEGY": tr("Strategy"),
        "TIME_LIMIT": tr("Time limit of the search (s)"),
        "RUN": tr("Assessment"),
        "FIXED": tr("Locked and dropped projects"),
        "SEED": tr("Seed"),
    }


def _basis(plan: RenewalPlan, parameters: dict[str, Any]) -> ReportSection:
    labels = _parameter_labels()
    rows = rows_of(
        [
            (labels.get(name, name), strategy_label(value) if name == "STRATEGY" else value)
            for name, value in parameters.items()
        ]
    )
    text = tr(
        "Repair costs alone would justify renewal above {rate} failures per 100 km per year. Classes are "
        "based on risk and policy, not on this figure."
    ).format(rate=number(plan.summary.break_even_rate, 1))
    note = tr(
        "Unit costs and factors are the settings renewal.*; replace those marked as assumed with those of "
        "your own tenders."
    )
    return ReportSection(
        tr("Basis"), (text,), ReportTable((tr("Parameter"), tr("Value")), rows, decimals=3), note
    )


def plan_report(
    plan: RenewalPlan,
    *,
    parameters: dict[str, Any],
    rated_length_m: float,
    currency: str,
    notes: Sequence[str] = (),
) -> Report:
    """Return the report of a plan.

    Parameters
    ----------
    parameters
        What it was asked with, by parameter name.
    rated_length_m
        Length of all rated pipes, metres.
    currency
        In which all money is.
    notes
        What is to be said of the basis, before what the plan itself has to say.
    """
    summary = plan.summary
    sections = []
    told = (*notes, *summary.notes)
    if told:
        sections.append(ReportSection(tr("Points to note"), told))
    sections.append(_years(plan, rated_length_m))
    if summary.packages:
        sections.append(_strategies(plan))
    if summary.funded:
        sections += [_payers(plan), _projects(plan)]
    sections.append(_basis(plan, parameters))
    money = tr("All amounts in {currency}.").format(currency=currency_label(currency))
    figures = {
        "parameters": parameters,
        "currency": currency,
        "strategy": summary.strategy,
        "solver": summary.solver,
        "packages": summary.packages,
        "funded": summary.funded,
        "length_m": summary.length_m,
        "rated_length_m": rated_length_m,
        "cost": summary.cost,
        "benefit": summary.benefit,
        "failures_avoided": summary.failures_avoided,
        "failures_avoided_per_year": summary.failures_avoided_y,
        "benefit_years": summary.benefit_years,
        "bound": summary.bound,
        "gap": summary.gap,
        "break_even_rate_per_100km_y": summary.break_even_rate,
        "years": records(summary.years),
        "strategies": records(summary.strategies),
        "joined_pipes": list(summary.joined),
        "notes": list(told),
    }
    return Report(tr("Renewal plan"), _lead(plan), money, tuple(sections), figures)
