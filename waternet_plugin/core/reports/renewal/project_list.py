"""The list of projects as sheets of a workbook: projects, their pipes, the years, and what all rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import tuples
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.renewal.sharing import PARTIES, party_label
from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.reports.network.people import not_recorded
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr

# Title, headings, rows.
Sheet = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def label_of(name: str, code: Any) -> str:
    """Return the label of a code of a domain, '' for none."""
    found = domain(name).get(code) if isinstance(code, str) else None
    return found.label if found else str(code or "")


def currency_label(code: str) -> str:
    """Return the name of a currency: that of the language where it has one."""
    return tr("CNY") if code == "CNY" else code


def span(values: pd.Series, *, unit: str = "") -> str:
    """Return the least and greatest of whole numbers as one word, '' where none is known."""
    known = values.dropna()
    if known.empty:
        return ""
    low, high = int(known.min()), int(known.max())
    return f"{unit}{low}" if low == high else f"{unit}{low}–{high}"


def old_materials(pipes: pd.DataFrame) -> list[str]:
    """Return the labels of the materials of a project's pipes, that of most length first."""
    metres = pipes.groupby("material")["length_m"].sum()
    ordered = sorted(metres.index, key=lambda code: (-float(metres[code]), code))
    return [label_of("material", code) for code in ordered]


def works_of(dossier: Dossier) -> str:
    """Return the road works of a project in words."""
    return tr("; ").join(f"{work.year} {work.name}".strip() for work in dossier.works)


def _number(value: float, digits: int) -> float | None:
    return None if value != value else round(float(value), digits)


def _percent(share: float) -> int | None:
    return None if share != share else round(100 * share)


def _projects(dossiers: Sequence[Dossier], currency: str) -> Sheet:
    field = table("project").field
    columns = (
        tr("No."), field("project_id").label, field("street").label, field("year").label,
        field("class").label, tr("Renew now, %"), tr("Length (m)"), tr("Pipes"), tr("Diameter (mm)"),
        tr("Old material"), tr("Year laid"), tr("Failures on record"), tr("Expected failures"),
        field("method").label, field("material").label, f"{field('cost').label} ({currency})",
        *(f"{party_label(party)} ({currency})" for party in PARTIES), tr("Customers without water"),
        table("customer").field("households").label, table("customer").field("critical").label,
        table("road_work").label, field("state").label, tr("Why"),
    )  # fmt: skip
    rows = [
        (
            place, dossier.project_id, dossier.street, dossier.year,
            label_of("health_class", dossier.project["class"]), _percent(dossier.renew_now_share),
            _number(dossier.project["length_m"], 1), len(dossier.pipes),
            span(dossier.pipes["diameter_mm"], unit="DN"),
            listed(old_materials(dossier.pipes)), span(dossier.pipes["install_year"]), len(dossier.failures),
            _number(dossier.expected, 2), label_of("renewal_method", dossier.project["method"]),
            label_of("material", dossier.project["material"]), _number(dossier.project["cost"], 2),
            *(_number(dossier.parties.get(party, float("nan")), 2) for party in PARTIES), *_touched(dossier),
            works_of(dossier),
            label_of("project_state", dossier.project["state"]), tr("; ").join(dossier.reasons),
        )
        for place, dossier in enumerate(dossiers, start=1)
    ]  # fmt: skip
    return tr("Projects"), columns, rows


def _touched(dossier: Dossier) -> tuple[Any, Any, str]:
    """Return the customers, households and critical users without water while a project is built."""
    if not dossier.customers.is_recorded:
        return not_recorded(), None, ""
    critical = listed(dossier.customers.critical) if dossier.customers.critical_known else tr("not recorded")
    return dossier.customers.count, dossier.customers.households, critical


def _pipes(dossiers: Sequence[Dossier], currency: str) -> Sheet:
    field = table("pipe").field
    columns = (
        table("project").field("project_id").label, tr("Year"), tr("No."), field("pipe_id").label,
        tr("Diameter (mm)"), field("material").label, field("install_year").label, tr("Length (m)"),
        tr("Failures on record"), tr("Failures per 100 km per year"),
        table("assessment").field("class").label, f"{tr('Cost')} ({currency})",
    )  # fmt: skip
    rows = [
        (
            dossier.project_id, dossier.year, int(row.number), row.pipe_id, _number(row.diameter_mm, 0),
            label_of("material", row.material),
            None if np.isnan(row.install_year) else int(row.install_year), _number(row.length_m, 2),
            int(row.failures), _number(row.rate, 1), label_of("health_class", row.grade),
            _number(row.cost, 2),
        )
        for dossier in dossiers
        # A column called class is renamed in named tuples, so it comes last.
        for row in tuples(dossier.pipes.assign(grade=dossier.pipes["class"])[
            ["number", "pipe_id", "diameter_mm", "material", "install_year", "length_m", "failures", "rate",
             "cost", "grade"]
        ])
    ]  # fmt: skip
    return tr("Pipes"), columns, rows


def _years(dossiers: Sequence[Dossier], budget: float, currency: str) -> Sheet:
    columns = (
        tr("Year"), tr("Projects"), tr("Length (m)"), f"{tr('Cost')} ({currency})",
        *(f"{party_label(party)} ({currency})" for party in PARTIES), f"{tr('Budget')} ({currency})",
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    years = sorted({dossier.year for dossier in dossiers if dossier.year is not None})
    for year in years:
        of_year = [dossier for dossier in dossiers if dossier.year == year]
        rows.append((str(year), *_sums(of_year), budget))
    if len(years) > 1:
        funded = [dossier for dossier in dossiers if dossier.year is not None]
        rows.append((tr("Total"), *_sums(funded), budget * len(years)))
    return tr("Years", "one by one"), columns, rows


def _sums(dossiers: Sequence[Dossier]) -> tuple[Any, ...]:
    return (
        len(dossiers),
        round(sum(float(dossier.project["length_m"]) for dossier in dossiers), 1),
        round(sum(float(dossier.project["cost"]) for dossier in dossiers), 2),
        *(round(sum(dossier.parties.get(party, 0.0) for dossier in dossiers), 2) for party in PARTIES),
    )


def project_list(
    dossiers: Sequence[Dossier], *, budget: float, currency: str, basis: Mapping[str, Any]
) -> list[Sheet]:
    """Return the sheets of the list of projects.

    Parameters
    ----------
    dossiers
        The projects, in their order.
    budget
        Money a year.
    currency
        In which all money is.
    basis
        What the list rests on, by label.
    """
    name = currency_label(currency)
    return [
        _projects(dossiers, name),
        _pipes(dossiers, name),
        _years(dossiers, budget, name),
        (tr("Basis"), (tr("Parameter"), tr("Value")), [(key, str(value)) for key, value in basis.items()]),
    ]


def basis_of(plan: Any, run: Any, figures: Mapping[str, Any], *, network: str) -> dict[str, Any]:
    """Return what a plan rests on, by label.

    Parameters
    ----------
    plan, run
        Its rows of the tables of plans and of assessments.
    figures
        What came out of it.
    network
        Name of the network.
    """
    plans, runs = table("plan").field, table("assessment_run").field
    currency = currency_label(str(figures.get("currency") or ""))
    strategy = str(figures.get("strategy") or "")
    found = stored_object(run.get("summary"))
    last = int(plan["start_year"]) + int(plan["years"]) - 1
    span = [str(found.get(name) or "") for name in ("first_failure", "last_failure")]
    return {
        tr("Network"): network,
        plans("plan_id").label: plan["plan_id"],
        tr("Years", "one by one"): f"{int(plan['start_year'])}–{last}",
        plans("budget").label: f"{number(float(plan['budget']))} {currency}",
        tr("Strategy"): strategy_label(strategy) if strategy in STRATEGIES else strategy,
        plans("made_on").label: f"{plan['made_on']:%Y-%m-%d}",
        plans("made_by").label: plan["made_by"],
        runs("run_id").label: run["run_id"],
        runs("as_of").label: f"{run['as_of']:%Y-%m-%d}",
        runs("window_start").label: "" if pd.isna(run["window_start"]) else f"{run['window_start']:%Y-%m-%d}",
        **({tr("Failures on record"): " – ".join(span)} if all(span) else {}),
    }
