"""The report and the workbook of compounds to renovate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import joined, listed, tr, with_name
from waternet_plugin.core.users.compound_loss import LOW_COVERAGE, NO_BULK_METER, NO_SUPPLY, NO_USERS
from waternet_plugin.core.users.compound_screen import COST_COLUMNS, NO, UNKNOWN, YES


@dataclass(frozen=True)
class ScreenContext:
    """What a screening needs beside its rows.

    Parameters
    ----------
    network
        Title of the network.
    limit
        Leakage rate above which a compound must be renovated, 0-1.
    names
        Names of compounds by id.
    notes
        Sentences on what to know and to doubt.
    currency
        What people call the currency of all costs.
    """

    network: str
    period: Period
    limit: float
    names: Mapping[str, Optional[str]]
    notes: tuple[str, ...]
    currency: str

    @property
    def amounts(self) -> str:
        """The sentence below tables of cost."""
        return tr("All amounts in {currency}.").format(currency=self.currency)


def reasons(
    rows: pd.DataFrame, losses: pd.DataFrame, evidence: pd.Series, *, limit: float
) -> list[Optional[str]]:
    """Return why each compound must be renovated, or what is not known of it; None for neither.

    Parameters
    ----------
    rows, losses
        As `compound_screen.screen` and `compound_loss.compound_losses`, row by row.
    evidence
        What was written down of the risks of each compound.
    limit
        Leakage rate above which a compound must be renovated, 0-1.
    """
    found = []
    for row, why, written in zip(records(rows), losses["why"], evidence):
        words = []
        if row["loss_rate"] > limit:
            text = tr("leakage {rate} %, above {limit} %")
            words.append(text.format(rate=number(100 * row["loss_rate"], 1), limit=f"{100 * limit:g}"))
        if row["pressure"] == YES:
            words.append(tr("pressure at risk"))
        if row["quality"] == YES:
            words.append(tr("water quality at risk"))
        if YES in (row["pressure"], row["quality"]) and written:
            words.append(str(written))
        if why:
            words.append(_why(why, row["coverage"]))
        found.append(listed(words) or None)
    return found


def _why(code: str, coverage: float) -> str:
    """Return what keeps the leakage of a compound from being told."""
    share = number(100 * coverage, 1)
    return {
        NO_BULK_METER: tr("leakage unknown: no bulk meter"),
        NO_USERS: tr("leakage unknown: no users"),
        NO_SUPPLY: tr("leakage unknown: the bulk meters give no supply"),
        LOW_COVERAGE: tr("leakage unknown: volumes cover {share} % of the days").format(share=share),
    }[code]


def screen_summary(rows: pd.DataFrame, context: ScreenContext) -> list[str]:
    """Return the answer in sentences."""
    count = rows["must_renovate"].value_counts()
    must = rows[rows["must_renovate"] == YES]
    return [
        tr(
        "{period}: {must} of {compounds} compounds must be renovated, of {unknown} it is not known. What is "
        "known of their cost is {cost}."
    ).format(
            period=context.period.text, must=number(int(count.get(YES, 0))), compounds=number(len(rows)),
            unknown=number(int(count.get("unknown", 0))),
            cost=f"{number(float(must[list(COST_COLUMNS)].sum().sum()))} {context.currency}",
        )
    ]  # fmt: skip


def screen_report(rows: pd.DataFrame, context: ScreenContext) -> Report:
    """Return the report: leakage and evidence, what is to be done, the cost under five headings."""
    plain = rows.drop(columns="geom", errors="ignore")
    each = list(records(plain))
    sections = [ReportSection(tr("What is left out or not known"), context.notes)] if context.notes else []
    evidence, works, cost = (
        ReportSection(title, (), ReportTable(headings, tuple(cells(row) for row in each)))
        for title, headings, cells in _tables(context)
    )
    sections += [evidence, works, replace(cost, note=context.amounts)]
    figures = {
        "from_date": context.period.first, "to_date": context.period.last, "limit": context.limit,
        "compounds": each, "notes": list(context.notes),
        "must_renovate": {
            str(code): int(many) for code, many in plain["must_renovate"].value_counts().items()
        },
    }  # fmt: skip
    subtitle = f"{context.network} · {context.period.text}"
    lead = joined(screen_summary(rows, context))
    return Report(tr("Compounds to renovate"), lead, subtitle, tuple(sections), figures)


def screen_sheets(rows: pd.DataFrame, context: ScreenContext) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook: title, headings and rows of each."""
    each = list(records(rows.drop(columns="geom", errors="ignore")))
    return tuple(
        (title, headings, [cells(row) for row in each]) for title, headings, cells in _tables(context)
    )


def _tables(context: ScreenContext) -> tuple[Any, ...]:
    """Return title, headings and what makes the cells of a row, of each table."""

    def name(row: Any) -> str:
        return with_name(row["compound_id"], context.names.get(row["compound_id"]))

    words = {code: label_of("yes_no_unknown", code) for code in (YES, NO, UNKNOWN)}
    compound = tr("Compound")
    return (
        (
            tr("Evidence", "of renovation"),
            (compound, tr("To be renovated"), tr("Supply (m³)"), tr("Sold (m³)"), tr("Loss (m³)"),
             tr("Loss (%)"), tr("Days (%)"), tr("Pressure at risk"), tr("Water quality at risk"),
             tr("Reasons")),
            lambda row: (
                name(row), words[row["must_renovate"]], row["supply_m3"], row["sold_m3"], row["loss_m3"],
                100 * row["loss_rate"], 100 * row["coverage"], words[row["pressure"]],
                words[row["quality"]], row["reasons"] or "",
            ),
        ),
        (
            tr("What is to be done"),
            (compound, tr("Pipes (m)"), tr("Risers (m)"), tr("Pump rooms"), tr("Meters due")),
            lambda row: (
                name(row), row["pipes_m"], row["risers_m"], row["pump_rooms_due"], row["meters_due"],
            ),
        ),
        (
            tr("Cost inside the red line"),
            (compound, tr("Leakage a year"), tr("Works", "of renovation"), tr("Meters", "replaced"),
             tr("Repairs a year"), tr("Operation a year"), tr("Cost", "of renovation")),
            lambda row: (name(row), *(row[column] for column in COST_COLUMNS), row["cost"]),
        ),
    )  # fmt: skip
