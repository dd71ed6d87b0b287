"""The report and the workbook of users by what they took."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number, plain
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.core.users.rectifications import done_share
from waternet_plugin.core.users.user_ranking import COMPOUND, RankChoice

_MOST_LISTED = 300


@dataclass(frozen=True)
class RankContext:
    """What a ranking needs beside its rows.

    Parameters
    ----------
    network
        Title of the network.
    by
        CUSTOMER or COMPOUND.
    users, m3
        How many were ranked, and what they took together.
    choice
        Which of them are wanted.
    notes
        Sentences on what to know and to doubt.
    """

    network: str
    period: Period
    by: str
    users: int
    m3: float
    choice: RankChoice
    notes: tuple[str, ...]


def rank_summary(rows: pd.DataFrame, context: RankContext) -> list[str]:
    """Return the answer in sentences."""
    m3 = float(rows["m3"].sum())
    values = {
        "period": context.period.text, "listed": number(len(rows)), "users": number(context.users),
        "m3": number(m3), "total": number(context.m3),
    }  # fmt: skip
    text = (
        tr("{period}: {listed} of {users} compounds are listed, which took {m3} of {total} m³.")
        if context.by == COMPOUND
        else tr("{period}: {listed} of {users} users are listed, which took {m3} of {total} m³.")
    )
    lines = [text.format(**values)]
    notices, done = done_share(rows)
    if notices:
        text = tr("{notices} of them were given notice of corrections to make; {share} % of these are done.")
        lines.append(text.format(notices=number(notices), share=number(100 * done)))
    return lines


def rank_report(rows: pd.DataFrame, context: RankContext) -> Report:
    """Return the report: the sentence, what to know, each row."""
    choice = context.choice
    sections = [ReportSection(tr("What is left out or not known"), context.notes)] if context.notes else []
    table = ReportTable(_headings(), tuple(_cells(row) for row in records(rows.head(_MOST_LISTED))))
    note = (
        tr("The first {listed} of {count}; the layer has all.").format(
            listed=_MOST_LISTED, count=number(len(rows))
        )
        if len(rows) > _MOST_LISTED
        else ""
    )
    sections.append(ReportSection(_title(context), (), table, note))
    figures = {
        "from_date": context.period.first, "to_date": context.period.last, "by": context.by,
        "ranked": context.users, "ranked_m3": context.m3, "users": len(rows), "m3": float(rows["m3"].sum()),
        "from_m3": choice.from_m3, "to_m3": choice.to_m3, "sub_metered": choice.sub_metered,
        "top": choice.top, "sample": choice.sample, "sample_share": choice.sample_share, "seed": choice.seed,
        "notices": done_share(rows)[0], "done_share": plain(done_share(rows)[1]),
        "rows": records(rows), "notes": list(context.notes),
    }  # fmt: skip
    subtitle = f"{context.network} · {context.period.text}"
    return Report(_title(context), joined(rank_summary(rows, context)), subtitle, tuple(sections), figures)


def rank_sheets(rows: pd.DataFrame, context: RankContext) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook: title, headings and rows of each."""
    found: list[Sheet] = [(_title(context), _headings(), [_cells(row) for row in records(rows)])]
    if context.notes:
        found.append((tr("Notes"), (tr("Notes"),), [(note,) for note in context.notes]))
    return tuple(found)


def _title(context: RankContext) -> str:
    return tr("Compounds by volume") if context.by == COMPOUND else tr("Users by volume")


def _headings() -> tuple[str, ...]:
    return (
        tr("Rank"), tr("Customer"), tr("Compound"), tr("Trade"), tr("Water volume (m³)"), tr("Share (%)"),
        tr("Use of the quota (%)"), tr("Above the plan (m³)"), tr("Sub-metered"), tr("Days (%)"),
        tr("Water balance test due on"), tr("Reclaimed water (%)"), tr("Notice on"), tr("State"),
        tr("Done on"),
    )  # fmt: skip


def _cells(row: Any) -> tuple[Any, ...]:
    return (
        int(row["rank"]), row["customer_id"] or "", row["compound_id"] or "",
        label_of("trade", row["trade"]) if row["trade"] else "", row["m3"], _percent(row["share"]),
        _percent(row["quota_use"]), row["over_plan_m3"], label_of("yes_no_unknown", row["sub_metered"]),
        _percent(row["coverage"]), _day(row["test_due_on"]), _percent(row["reuse_share"]),
        _day(row["notice_on"]),
        label_of("work_item_state", row["notice_state"]) if row["notice_state"] else "",
        _day(row["done_on"]),
    )  # fmt: skip


def _percent(share: float) -> float:
    return 100.0 * float(share)


def _day(value: Any) -> Optional[datetime.date]:
    # What is not known differs from itself.
    return None if value != value else value.date()
