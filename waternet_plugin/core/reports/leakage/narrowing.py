"""The report of a ranking: the pipes to search first, and the ledger of searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import PlainFrames, records, tuples
from waternet_plugin.core.leakage.search_ledger import ALL_METHODS
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import ChartLine, LineChart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import joined, tr

_MOST_ROWS = 50
_PERCENT = 100.0
_COLUMNS = ["pipe_id", "order", "chance", "reasons", "length_m"]


@dataclass(frozen=True)
class NarrowContext(PlainFrames):
    """What a ranking needs beside its rows.

    Parameters
    ----------
    network
        Title of the network.
    zone_id, alarm_id, run_id
        The zone, the alarm and the assessment; '' for none of the latter two.
    length_m, left_m
        Length of all pipes and of those that are left to search, m.
    settings
        Values in force.
    notes
        Sentences on what to know and to doubt.
    ledger
        Rows of `search_ledger`.
    """

    network: str
    zone_id: str
    alarm_id: str
    run_id: str
    length_m: float
    left_m: float
    settings: Settings
    notes: tuple[str, ...]
    ledger: pd.DataFrame


def narrow_summary(rows: pd.DataFrame, context: NarrowContext) -> tuple[str, ...]:
    """Return the most likely pipe and what is left to search, in sentences.

    Parameters
    ----------
    rows
        The pipes, most likely first.
    context
        What belongs to them.
    """
    first = records(rows[_COLUMNS].head(1))[0]
    likely = tr("Most likely pipe {pipe}: {chance} %.").format(
        pipe=first["pipe_id"], chance=number(_PERCENT * first["chance"], 1)
    )
    left = tr("{share} % of the chance lies on {left} m of the {length} m of zone {zone}.").format(
        share=number(_PERCENT * context.settings.real("leakage.left_share")),
        left=number(context.left_m),
        length=number(context.length_m),
        zone=context.zone_id,
    )
    return likely, left


def narrow_report(rows: pd.DataFrame, context: NarrowContext) -> Report:
    """Return the report of a ranking.

    Parameters
    ----------
    rows
        The pipes, most likely first.
    context
        What belongs to them.
    """
    title = tr("Pipes that may leak: zone {zone}").format(zone=context.zone_id)
    if context.alarm_id:
        title = tr("Pipes that may leak: alarm {alarm}, zone {zone}").format(
            alarm=context.alarm_id, zone=context.zone_id
        )
    sections = [_ranking(rows, context), *_chart(rows), _ledger(context.ledger)]
    return Report(
        title=title,
        lead=joined(narrow_summary(rows, context)),
        subtitle=context.network,
        sections=tuple(sections),
        figures={
            "zone_id": context.zone_id,
            "alarm_id": context.alarm_id or None,
            "run_id": context.run_id or None,
            "length_m": context.length_m,
            "left_m": context.left_m,
            "pipes": records(pd.DataFrame(rows[_COLUMNS])),
            "ledger": records(context.ledger),
        },
    )


def _ranking(rows: pd.DataFrame, context: NarrowContext) -> ReportSection:
    table = tuple(
        (int(row.order), row.pipe_id, _PERCENT * float(row.chance), float(row.length_m), row.reasons)
        for row in tuples(pd.DataFrame(rows[_COLUMNS].head(_MOST_ROWS)))
    )
    columns = (tr("Rank"), tr("Pipe"), tr("Chance (%)"), tr("Length (m)"), tr("Why"))
    note = (
        tr("The first {count} of {whole}; the others are in the output.").format(
            count=number(_MOST_ROWS), whole=number(len(rows))
        )
        if len(rows) > _MOST_ROWS
        else ""
    )
    return ReportSection(
        tr("Search these pipes first"),
        context.notes,
        table=ReportTable(columns, table, decimals=1),
        note=note,
    )


def _chart(rows: pd.DataFrame) -> list[ReportSection]:
    """Return how much of the chance lies on how much length."""
    length = np.cumsum(rows["length_m"].to_numpy(dtype=float))
    chance = np.cumsum(rows["chance"].to_numpy(dtype=float))
    if len(length) < 2:
        return []
    title = tr("Length to search until the leak is found")
    x = (0.0, *(_PERCENT * length / length[-1]).tolist())
    chart = LineChart(
        (ChartLine(tr("By chance"), x, (0.0, *(_PERCENT * chance).tolist()), strong=True),),
        x_label=tr("Share of the length (%)"),
        y_label=tr("Chance that it is found (%)"),
        title=title,
    )
    return [ReportSection(title, chart=line_chart(chart))]


def _ledger(ledger: pd.DataFrame) -> ReportSection:
    """Return the hit rate of each method and what was won."""
    title = tr("Ledger of leak searches")
    if not ledger[["searches", "open"]].to_numpy().any():
        return ReportSection(title, (tr("No search for a leak is recorded yet."),))
    methods = domain("locate_method")

    def told(name: Any) -> str:
        if name == ALL_METHODS:
            return tr("All")
        return methods[name].label if name in methods else tr("Not recorded")

    def value(figure: float) -> Any:
        return figure if np.isfinite(figure) else ""

    table = tuple(
        (
            told(row.method), int(row.searches), int(row.found), value(_PERCENT * float(row.hit_rate)),
            float(row.flow_m3h), value(float(row.offset_m)), int(row.open),
        )
        for row in tuples(ledger)
    )  # fmt: skip
    columns = (
        tr("Method"), tr("Searches"), tr("Leaks found"), tr("Hit rate (%)"), tr("Leakage won (m³/h)"),
        tr("Mean distance from the mark (m)"), tr("Open orders"),
    )  # fmt: skip
    return ReportSection(title, table=ReportTable(columns, table, decimals=1))
