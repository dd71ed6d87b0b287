"""The score of one compound on one page: indicators, what raises them, zero discharge, samples, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.indicator_table import ENTERED
from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.reports.compounds.score_sections import samples_section, zero_discharge_section
from waternet_plugin.core.reports.compounds.score_words import (
    action_text,
    grade_label,
    indicator_label,
    part_text,
    points_text,
    rules_lines,
    state_label,
    subtitle_of,
    value_text,
)
from waternet_plugin.core.reports.compounds.scored_month import ScoredMonth
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.texts import joined, listed, tr, with_name


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
        "{points} of 10 points: {grade}. The month asks for {hours} h; zero discharge: {state}."
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
