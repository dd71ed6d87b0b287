"""The KPI sheet as a report, a page and a workbook."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.programmes.project_list import FUNDS, SUM_COLUMNS, type_sums
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, tr


def kpi_summary(rows: pd.DataFrame, period: Period) -> list[str]:
    """Return the answer in sentences."""
    if not rows["target"].notna().any():
        return [tr("{period}: no target is set (table of targets).").format(period=period.text)]
    known = rows["reached"].value_counts()
    text = tr("{period}: {reached} of {targets} targets are reached.")
    reached, missed = (int(known.get(code, 0)) for code in ("yes", "no"))
    return [text.format(period=period.text, reached=number(reached), targets=number(reached + missed))]


def kpi_report(
    rows: pd.DataFrame, projects: pd.DataFrame, period: Period, notes: tuple[str, ...], *, network: str
) -> Report:
    """Return the report: each unit with its indicators, and the projects by type."""
    sections = [
        ReportSection(
            _unit(unit),
            (),
            ReportTable(_headings()[1:], tuple(_cells(row)[1:] for row in records(of_unit)), decimals=3),
        )
        for unit, of_unit in _by_unit(rows)
    ]
    sections += [
        ReportSection(title, (), ReportTable(heads, lines, decimals=2))
        for title, heads, lines in _project_tables(projects)
    ]
    if notes:
        sections.append(ReportSection(tr("Notes"), notes))
    figures = {
        "from_date": period.first, "to_date": period.last, "rows": records(rows),
        "projects": records(projects), "notes": list(notes),
    }  # fmt: skip
    subtitle = f"{network} · {period.text}"
    return Report(tr("KPI sheet"), joined(kpi_summary(rows, period)), subtitle, tuple(sections), figures)


def kpi_sheets(rows: pd.DataFrame, projects: pd.DataFrame, notes: tuple[str, ...]) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook: title, headings and rows of each."""
    found: list[Sheet] = [(tr("KPI sheet"), _headings(), [_cells(row) for row in records(rows)])]
    found += [(title, heads, list(lines)) for title, heads, lines in _project_tables(projects)]
    if notes:
        found.append((tr("Notes"), (tr("Notes"),), [(note,) for note in notes]))
    return tuple(found)


def _project_tables(
    projects: pd.DataFrame,
) -> list[tuple[str, tuple[str, ...], tuple[tuple[Any, ...], ...]]]:
    """Return sums by type, and the projects: title, headings and rows; nothing without projects."""
    if not len(projects):
        return []
    labels = {field.name: field.label for field in table("project").fields}
    money = tuple(labels[name] for name in ("length_m", "cost", *FUNDS))
    sums = tuple(
        (_type(row["project_type"]), *(row[name] for name in SUM_COLUMNS[1:]))
        for row in records(type_sums(projects))
    )
    lines = tuple(
        (
            row["project_id"], _type(row["project_type"]), label_of("project_state", row["state"]),
            *(row[name] for name in ("length_m", "cost", *FUNDS, "zone_id", "loss_m3", "loss_rate")),
        )
        for row in records(projects)
    )  # fmt: skip
    heads = (labels["project_id"], labels["project_type"], labels["state"], *money)
    return [
        (tr("Money by type of project"), (labels["project_type"], tr("Projects"), *money), sums),
        (tr("Projects"), (*heads, tr("Zone"), tr("Loss of the zone (m³)"), tr("Leakage rate")), lines),
    ]


def _type(code: Any) -> str:
    return label_of("project_type", code) if isinstance(code, str) and code else tr("unknown")


def _by_unit(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    names = list(dict.fromkeys(rows["unit"]))
    return [(name, rows[(rows["unit"] == name).to_numpy()]) for name in names]


def _unit(name: str) -> str:
    if name == "all":
        return tr("Whole network")
    kind, found, contractor = name.partition("contractor:")
    return tr("Contractor {name}").format(name=contractor) if found and not kind else name


def _headings() -> tuple[str, ...]:
    return (
        tr("Unit"), tr("Indicator"), tr("Numerator"), tr("Denominator"), tr("Value"), tr("Target"),
        tr("Reached"),
    )  # fmt: skip


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    reached = "" if row["reached"] is None else label_of("yes_no_unknown", row["reached"])
    return (
        _unit(row["unit"]), label_of("kpi", row["indicator"]), row["numerator"], row["denominator"],
        row["value"], row["target"], reached,
    )  # fmt: skip
