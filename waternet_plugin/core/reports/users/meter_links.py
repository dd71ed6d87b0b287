"""The report and the workbook of total meters that the pipes tell."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.core.users.meter_tree import NEW, OTHER, SAME, TOP

_MOST_LISTED = 300


def link_summary(links: pd.DataFrame) -> list[str]:
    """Return the answer in sentences."""
    if not len(links):
        return [tr("The network has no customer meters in use.")]
    count = links["state"].value_counts()
    same, new, other, top = (int(count.get(state, 0)) for state in (SAME, NEW, OTHER, TOP))
    lines = [
        tr(
            "Of {meters} meters {new} get a total meter by the pipes, {same} name the same one, {other} name "
            "another one, {top} have none above them."
        ).format(
            meters=number(len(links)), new=number(new), same=number(same), other=number(other),
            top=number(top),
        )
    ]  # fmt: skip
    left = len(links) - same - new - other - top
    if left:
        lines.append(
            tr("Of %n meter(s) the pipes tell nothing that can be written; the list says why.", "", left)
        )
    return lines


def link_report(links: pd.DataFrame, *, network: str) -> Report:
    """Return the report: how many meters of each state, then those of which something is to be said."""
    count = links["state"].value_counts()
    states = [(code, int(count[code])) for code in domain("meter_link") if code in count]
    listed = links[~links["state"].isin((SAME, TOP))]
    sections = [
        ReportSection(
            tr("Meters by state"), (),
            ReportTable(
                (tr("State"), tr("Meters")),
                tuple((domain("meter_link")[code].label, many) for code, many in states), decimals=0,
            ),
        ),
        ReportSection(
            tr("Each of them"), (),
            ReportTable(_headings(), tuple(_cells(row) for row in records(listed.head(_MOST_LISTED)))),
            tr("The first {listed} of {count}; the layer has all.").format(
                listed=_MOST_LISTED, count=number(len(listed))
            ) if len(listed) > _MOST_LISTED else "",
        ),
    ]  # fmt: skip
    figures = {"meters": len(links), "by_state": dict(states)}
    return Report(
        tr("Total meters by the pipes"), joined(link_summary(links)), network, tuple(sections), figures
    )


def link_sheets(links: pd.DataFrame) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook: title, headings and rows of each."""
    return ((tr("Total meters by the pipes"), _headings(), [_cells(row) for row in records(links)]),)


def _headings() -> tuple[str, ...]:
    return (tr("Meter"), tr("Compound"), tr("Total meter"), tr("By the pipes"), tr("State"))


def _cells(row: Any) -> tuple[Any, ...]:
    return (
        row["node_id"], row["compound_id"] or "", row["meter_parent"] or "", row["proposed_parent"] or "",
        domain("meter_link")[row["state"]].label,
    )  # fmt: skip
