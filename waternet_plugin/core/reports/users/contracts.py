"""The report and the workbook of contracts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import joined, tr


def contract_summary(rows: pd.DataFrame) -> list[str]:
    """Return the answer in sentences."""
    if not len(rows):
        return [tr("The network has no contracts.")]
    reached = rows["reached"].value_counts()
    return [
        tr(
            "{yes} of {contracts} contracts have reached their targets, {no} have not, of {unknown} it is "
            "not known."
        ).format(
            contracts=number(len(rows)),
            **{code: number(int(reached.get(code, 0))) for code in ("yes", "no", "unknown")},
        )
    ]


def contract_report(rows: pd.DataFrame, notes: tuple[str, ...], *, network: str) -> Report:
    """Return the report: the sentence, what to know, each contract."""
    sections = (
        ReportSection(
            tr("Contracts"), (), ReportTable(_headings(), tuple(_cells(row) for row in records(rows)))
        ),
        ReportSection(tr("Notes"), notes),
    )
    figures = {"contracts": records(rows), "notes": list(notes)}
    return Report(tr("Contracts"), joined(contract_summary(rows)), network, sections, figures)


def contract_sheets(rows: pd.DataFrame, notes: tuple[str, ...]) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook: title, headings and rows of each."""
    return (
        (tr("Contracts"), _headings(), [_cells(row) for row in records(rows)]),
        (tr("Notes"), (tr("Notes"),), [(note,) for note in notes]),
    )


def _headings() -> tuple[str, ...]:
    return (
        tr("Contract"), tr("Baseline (m³)"), tr("Result (m³)"), tr("Saved (m³)"), tr("Target (m³)"),
        tr("Leakage before (%)"), tr("Leakage after (%)"), tr("Target (%)"), tr("Reached"), tr("Days (%)"),
    )  # fmt: skip


def _cells(row: Any) -> tuple[Any, ...]:
    return (
        row["contract_id"], row["baseline_m3"], row["result_m3"], row["saved_m3"], row["target_m3"],
        100 * row["baseline_rate"], 100 * row["result_rate"], 100 * row["target_rate"],
        label_of("yes_no_unknown", row["reached"]), 100 * row["coverage"],
    )  # fmt: skip
