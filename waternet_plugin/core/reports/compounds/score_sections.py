"""Sections of reports about scores: samples at exits, and zero discharge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.exit_samples import LEAST_SAMPLES, ExitSamples
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import BETWEEN_ASSETS
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import DAY, ChartLine, ChartMark, LineChart
from waternet_plugin.core.reports.compounds.score_words import criterion_label, state_label
from waternet_plugin.core.reports.document import ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import shortened, tr


def zero_discharge_section(criteria: pd.DataFrame, blocked: bool) -> ReportSection:
    """Return the seven criteria of one compound with what blocks each.

    Parameters
    ----------
    criteria
        The rows of the compound in `ZeroDischarge.criteria`.
    blocked
        Whether anything stands between it and zero discharge.
    """
    rows = [
        (
            criterion_label(criterion),
            state_label(state),
            shortened(assets.split(BETWEEN_ASSETS)) if assets else "",
        )
        for criterion, state, assets in zip(criteria["criterion"], criteria["state"], criteria["blocked_by"])
    ]
    return ReportSection(
        tr("Zero discharge"),
        table=ReportTable((tr("Criterion"), tr("Met", "criterion"), tr("Blocked by")), tuple(rows)),
        note=tr("Unknown to the map and not ticked counts as not shown.") if blocked else "",
    )


def samples_section(samples: ExitSamples, compound_id: str) -> ReportSection | None:
    """Return the samples at the exits of one compound as a curve, with their medians before and after.

    None where there are no samples.
    """
    rows = samples.frame[samples.frame["compound_id"] == compound_id]
    if not len(rows):
        return None
    changes = samples.changes[samples.changes["compound_id"] == compound_id]
    title = tr("Samples at the exit")
    return ReportSection(
        title, tuple(_change_lines(changes)), chart=line_chart(_samples_chart(rows, changes, title))
    )


def _samples_chart(rows: pd.DataFrame, changes: pd.DataFrame, title: str) -> LineChart:
    """Return the mean of each day's samples of each quantity, with the day of the first entry."""
    lines: list[ChartLine] = []
    for quantity, of_quantity in rows.groupby("quantity", sort=True):
        by_day = of_quantity.groupby("day")["value"].mean()
        days = tuple(float(day.toordinal()) for day in by_day.index)
        label = domain("quantity")[str(quantity)].label
        lines.append(ChartLine(label, days, tuple(map(float, by_day)), strong=quantity == "cod_mgl"))
    every = [day for line in lines for day in line.x]
    entries = sorted({float(day.toordinal()) for day in changes["works_on"].dropna()})
    marks = tuple(ChartMark(day, tr("First entry")) for day in entries if min(every) <= day <= max(every))
    return LineChart(tuple(lines), x_label="", y_label="mg/L", title=title, x_kind=DAY, marks=marks)


def _change_lines(changes: pd.DataFrame) -> Sequence[str]:
    lines = []
    for row in tuples(changes):
        label = domain("quantity")[row.quantity].label
        if pd.isna(row.works_on):
            lines.append(
                tr(
                    "{quantity}: {count} samples; no first entry is ticked, so there is no before and after."
                ).format(quantity=label, count=number(row.samples))
            )
        elif np.isnan(row.before) or np.isnan(row.after):
            lines.append(
                tr(
                    "{quantity}: {before} samples before the first entry on {day} and {after} after it; no "
                    "change is told from fewer than {least} on either side."
                ).format(
                    quantity=label,
                    before=number(row.samples_before),
                    after=number(row.samples_after),
                    day=row.works_on.date().isoformat(),
                    least=LEAST_SAMPLES,
                )
            )
        else:
            lines.append(
                tr(
                    "{quantity}: median {before} before the first entry on {day} ({count_before} samples), "
                    "{after} after it ({count_after})."
                ).format(
                    quantity=label,
                    before=number(row.before, 1),
                    after=number(row.after, 1),
                    day=row.works_on.date().isoformat(),
                    count_before=number(row.samples_before),
                    count_after=number(row.samples_after),
                )
            )
    return lines
