"""The score of one compound on one page: indicators, what raises them, zero discharge, samples, rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.checklists import BETWEEN_ASSETS
from waternet_plugin.core.drainage.compounds.scores.exit_samples import LEAST_SAMPLES, ExitSamples
from waternet_plugin.core.drainage.compounds.scores.indicator_table import ENTERED
from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import DAY, ChartLine, ChartMark, LineChart
from waternet_plugin.core.reports.compounds.score_words import (
    ScoredMonth,
    action_text,
    criterion_label,
    grade_label,
    indicator_label,
    part_text,
    points_text,
    rules_lines,
    state_label,
    subtitle_of,
    value_text,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, listed, shortened, tr, with_name


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
                    "comparison is made with fewer than {least} on either side."
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


def score_sheets(scored: ScoredMonth) -> Mapping[str, Report]:
    """Return the sheet of each compound by its id."""
    result = scored.result
    indicators = dict(tuple(result.indicators.groupby("compound_id", sort=False)))
    criteria = dict(tuple(result.zero.criteria.groupby("compound_id", sort=False)))
    actions = dict(tuple(result.actions.groupby("compound_id", sort=False)))
    nothing = result.actions.iloc[:0]
    names = scored.names
    return {
        row["compound_id"]: _sheet(
            scored,
            row,
            with_name(row["compound_id"], names.get(row["compound_id"])),
            indicators[row["compound_id"]],
            actions.get(row["compound_id"], nothing),
            criteria[row["compound_id"]],
        )
        for row in records(result.scores)
    }


def _sheet(
    scored: ScoredMonth,
    row: dict[str, Any],
    name: str,
    indicators: pd.DataFrame,
    actions: pd.DataFrame,
    criteria: pd.DataFrame,
) -> Report:
    rules, month = scored.result.rules, scored.result.month.text
    samples = samples_section(scored.samples, row["compound_id"])
    sections = [
        _indicators_section(indicators, scored),
        _raising_section(actions, indicators, row),
        zero_discharge_section(criteria, row["blocked_by"] is not None),
        *([] if samples is None else [samples]),
        ReportSection(tr("Rules"), (joined(rules_lines(rules)),)),
    ]
    return Report(
        tr("Score of {compound}, {month}").format(compound=name, month=month),
        _lead(row, indicators),
        subtitle=subtitle_of(scored),
        sections=tuple(sections),
    )


def _lead(row: dict[str, Any], indicators: pd.DataFrame) -> str:
    """Return the score in a sentence, and which indicators leave it open."""
    text = tr(
        "{points} of 10 points: {grade}. Hours needed this month: {hours}; zero discharge: {state}."
    ).format(
        points=points_text(row["score_low"], row["score_high"]),
        grade=grade_label(row["grade"]),
        hours=number(row["hours"], 1),
        state=state_label(row["zero_discharge"]),
    )
    unknown = indicators.loc[indicators["points"].isna(), "indicator"]
    if not len(unknown):
        return text
    missing = tr("Unknown: {indicators}.").format(indicators=listed(map(indicator_label, unknown)))
    return joined((text, missing))


def _indicators_section(indicators: pd.DataFrame, scored: ScoredMonth) -> ReportSection:
    rules = scored.result.rules
    rows = []
    for each in tuples(indicators):
        is_entered = each.source == ENTERED
        rows.append(
            (
                indicator_label(each.indicator),
                tr("entered") if is_entered else part_text(each.indicator, each.numerator, rules),
                "" if is_entered else part_text(each.indicator, each.denominator, rules),
                value_text(each.indicator, each.value, rules),
                tr("0.5 to 1") if np.isnan(each.points) else f"{each.points:g}",
            )
        )
    columns = (tr("Indicator"), tr("Numerator"), tr("Denominator"), tr("Value"), tr("Points", "score"))
    return ReportSection(tr("Indicators"), table=ReportTable(columns, tuple(rows)))


def _raising_section(actions: pd.DataFrame, indicators: pd.DataFrame, row: dict[str, Any]) -> ReportSection:
    """Return what raises the score: work of fewest hours, and what no work buys."""
    work = actions[actions["hours"].notna()]
    if not len(actions):
        return ReportSection(tr("What raises it"), (tr("The best grade is reached."),))
    if len(work):
        before = dict(zip(indicators["indicator"], indicators["points"]))
        gain = sum(to - before[name] for name, to in zip(work["indicator"], work["to_points"]))
        lines = [
            tr("Fewest hours to the next grade: {hours} h, from {before} to {after} points.").format(
                hours=number(float(work["hours"].sum()), 2),
                before=f"{row['score_low']:g}",
                after=f"{row['score_low'] + gain:g}",
            )
        ]
    else:
        lines = [tr("No work of the month reaches the next grade.")]
    texts = [
        (action_text(each.indicator, each.quantity, each.to_points, each.hours),) for each in tuples(actions)
    ]
    return ReportSection(
        tr("What raises it"), tuple(lines), table=ReportTable((tr("Measure"),), tuple(texts))
    )
