"""The report of a programme's month: plan, fulfilled, done and rate by unit, who is below plan and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.months import Month
from waternet_plugin.core.programmes.month_curve import CurveMonth, month_curve
from waternet_plugin.core.programmes.month_figures import (
    LEVELS,
    MonthFigures,
    groups_within,
    main_unit,
    month_figures,
)
from waternet_plugin.core.programmes.programme_items import ProgrammeItems
from waternet_plugin.core.programmes.stated_targets import StatedTarget
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import DAY, ChartLine, LineChart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.programmes.programme_subject import ProgrammeSubject
from waternet_plugin.core.reports.programmes.programme_words import (
    amount,
    code_label,
    programme_label,
    share,
    unit_label_of,
)
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, listed, tr

_NO_FIGURES = {"plan": 0.0, "fulfilled": 0.0, "done": 0.0, "rate": None, "below_plan": False}


def month_page(subject: ProgrammeSubject, month: Month, *, due_day: int = 10) -> Report:
    """Return the report of a month.

    Parameters
    ----------
    subject
        The programme.
    month
        The month.
    due_day
        Day of the next month by which the report is due.
    """
    items = subject.items
    totals = month_figures(items, month)
    by_unit = month_figures(items, month, ("unit",))
    below = [one for one in by_unit if one.is_below]
    unit = main_unit(items)
    curve = month_curve(items, month, unit)
    sections = [
        _by_group(tr("By responsible unit"), by_unit, ("unit",)),
        _below(below),
        *_curve_sections(curve, unit),
        *target_sections(subject),
        *(
            _by_group(_level_title(level), rows, groups_within(level))
            for level in LEVELS[1:]
            for rows in (month_figures(items, month, groups_within(level)),)
            if any(any(one.group) for one in rows)
        ),
        *_remarks(items),
    ]
    due = month.plus(1).first.replace(day=due_day)
    text = tr("{network}, due on {day}") if subject.network else tr("due on {day}")
    subtitle = text.format(network=subject.network, day=due.isoformat())
    return Report(
        tr("{programme}: report of {month}").format(
            programme=programme_label(subject.programme), month=month.text
        ),
        month_lead(items, month, totals, below),
        subtitle,
        tuple(one for one in sections if one is not None),
        _figures(subject, month, totals, by_unit, curve),
    )


def month_lead(
    items: ProgrammeItems, month: Month, totals: Sequence[MonthFigures], below: Sequence[MonthFigures]
) -> str:
    """Return what the month brought, in sentences."""
    if not len(items):
        return tr("The programme has no items.")
    planned = [one for one in totals if one.plan]
    sentences = []
    if planned:
        parts = listed(share(one.fulfilled, one.plan, one.count_unit) for one in planned)
        sentences.append(
            tr("Of the plan of {month}, {parts} are fulfilled.").format(month=month.text, parts=parts)
        )
    else:
        sentences.append(tr("Nothing was planned for {month}.").format(month=month.text))
    made = listed(amount(one.done, one.count_unit) for one in totals if one.done)
    if made:
        sentences.append(tr("{made} were done in this month.").format(made=made))
    if below:
        names = listed(dict.fromkeys(group_name(one.group) for one in below))
        sentences.append(tr("Below plan: {names}.").format(names=names))
    return joined(sentences)


def group_name(group: Sequence[str]) -> str:
    """Return the name of a group, from the greatest area on."""
    return " ".join(one for one in group if one) or tr("(not named)")


def _level_title(level: str) -> str:
    titles = {
        "district": tr("By district"),
        "street": tr("By street office"),
        "community": tr("By community"),
    }
    return titles[level]


def _by_group(title: str, rows: Sequence[MonthFigures], fields: Sequence[str]) -> Optional[ReportSection]:
    if not rows:
        return None
    described = table("programme_item")
    columns = (
        *(described.field(field).label for field in fields),
        tr("Counted in"), tr("Plan"), tr("Fulfilled"), tr("Rate, %"), tr("Done in the month"),
    )  # fmt: skip
    cells = tuple(
        (
            *(name or tr("(not named)") for name in one.group), unit_label_of(one.count_unit),
            one.plan, one.fulfilled, None if one.rate is None else 100 * one.rate, one.done,
        )
        for one in rows
    )  # fmt: skip
    return ReportSection(title, (), ReportTable(columns, cells, decimals=0))


def _below(below: Sequence[MonthFigures]) -> ReportSection:
    title = tr("Units below plan")
    if not below:
        return ReportSection(title, (tr("None."),))
    columns = (tr("Unit"), tr("Counted in"), tr("Plan"), tr("Missing"), tr("Reasons"))
    rows = tuple(
        (
            group_name(one.group), unit_label_of(one.count_unit), one.plan, one.plan - one.fulfilled,
            "; ".join(one.reasons) or tr("no reason given"),
        )
        for one in below
    )  # fmt: skip
    return ReportSection(title, (), ReportTable(columns, rows, decimals=0))


def burn_down_chart(curve: Sequence[CurveMonth], count_unit: str) -> LineChart:
    """Return what is left at the end of each month, done and planned."""
    # Where the axis names the month.
    x = tuple(float(one.month.first.toordinal()) for one in curve)
    total = curve[0].left + curve[0].done_total
    return LineChart(
        (
            ChartLine(tr("left"), x, tuple(one.left for one in curve), strong=True),
            ChartLine(tr("left by the plan"), x, tuple(max(total - one.plan_total, 0.0) for one in curve)),
        ),
        x_label=tr("Month"),
        y_label=unit_label_of(count_unit),
        title=tr("What is left at the end of each month"),
        x_kind=DAY,
    )


def _curve_sections(curve: Sequence[CurveMonth], count_unit: str) -> list[ReportSection]:
    if not curve:
        return []
    last = curve[-1]
    title = tr("At the end of {month}, {left} are left").format(
        month=last.month.text, left=amount(last.left, count_unit)
    )
    columns = (
        tr("Month"), tr("Plan"), tr("Done"), tr("Plan since the beginning"), tr("Done since the beginning"),
        tr("Left"),
    )  # fmt: skip
    rows = tuple(
        (one.month.text, one.plan, one.done, one.plan_total, one.done_total, one.left) for one in curve
    )
    # One month alone is not a curve.
    chart = line_chart(burn_down_chart(curve, count_unit)) if len(curve) > 1 else ""
    return [ReportSection(title, (), ReportTable(columns, rows, decimals=0), chart=chart)]


def target_sections(subject: ProgrammeSubject) -> list[ReportSection]:
    """Return the stated totals beside the sums of the items, with the differences."""
    targets = subject.targets
    if not targets:
        return []
    columns: tuple[str, ...] = (
        tr("Phase"), tr("Counted in"), tr("Stated total"), tr("Sum"), tr("Difference"), tr("Compounds"),
        tr("Sum by reason"),
    )  # fmt: skip
    rows: tuple[tuple[Any, ...], ...] = tuple(
        (
            _phase_name(one), unit_label_of(one.count_unit), one.stated, one.sum, one.difference,
            one.compounds, _parts(one),
        )
        for one in targets
    )  # fmt: skip
    if not subject.programme:
        # Among all programmes a phase alone does not say whose it is.
        columns = (table("programme_item").field("programme").label, *columns)
        rows = tuple((programme_label(one.programme), *row) for one, row in zip(targets, rows))
    sentences = tuple(_difference_sentence(one, subject) for one in targets if one.difference)
    return [ReportSection(tr("Stated totals"), sentences, ReportTable(columns, rows, decimals=0))]


def _phase_name(target: StatedTarget) -> str:
    if not target.phase:
        return tr("All phases")
    return tr("Phase {number}").format(number=target.phase) if target.phase.isdecimal() else target.phase


def _parts(target: StatedTarget) -> str:
    reasons = tr("{reason}: {count}")
    return "; ".join(
        reasons.format(
            reason=code_label("programme_reason", reason) or tr("no reason given"), count=number(part)
        )
        for reason, part in target.parts
    )


def _difference_sentence(target: StatedTarget, subject: ProgrammeSubject) -> str:
    phase = _phase_name(target)
    if not subject.programme:
        phase = tr("{programme}, {phase}").format(programme=programme_label(target.programme), phase=phase)
    text = (
        tr("{phase}: {stated} stated, the items add up to {sum}: a difference of {difference}.")
        if len(target.parts) < 2
        else tr(
            "{phase}: {stated} stated, the items add up to {sum} ({parts}): a difference of {difference}."
        )
    )
    return text.format(
        phase=phase,
        stated=number(target.stated),
        sum=number(target.sum),
        parts=" + ".join(number(part) for _reason, part in target.parts),
        difference=number(target.difference),
    )


def _remarks(items: ProgrammeItems) -> list[ReportSection]:
    """Return what the figures leave out, so that nobody takes it for nothing."""
    unknown = items.chosen(np.isnan(items.counts))
    unread = items.chosen(np.isnat(items.planned) & (items.texts("planned_month") != ""))
    sentences = []
    if len(unknown):
        sentences.append(tr("Items whose count is not known add nothing to the sums: %n.", "", len(unknown)))
    if len(unread):
        sentences.append(tr("Planned months that can't be read: %n.", "", len(unread)))
    return [ReportSection(tr("What is left out or not known"), tuple(sentences))] if sentences else []


def _figures(
    subject: ProgrammeSubject,
    month: Month,
    totals: Sequence[MonthFigures],
    by_unit: Sequence[MonthFigures],
    curve: Sequence[CurveMonth],
) -> dict[str, Any]:
    """Return all numbers: at the top those of the unit in which most items are counted."""
    items = subject.items
    unit = main_unit(items)
    whole = next((one.figures() for one in totals if one.count_unit == unit), dict(_NO_FIGURES))
    groups: dict[str, Any] = {
        f"by_{level}": [
            {**dict(zip(fields, (name or None for name in one.group))), **one.figures()}
            for one in month_figures(items, month, fields)
        ]
        for level in LEVELS[1:]
        for fields in (groups_within(level),)
    }
    return {
        "programme": subject.programme or None,
        "month": month.text,
        "as_of": items.as_of,
        "items": len(items),
        **{key: whole[key] for key in _NO_FIGURES if key != "below_plan"},
        "count_unit": unit,
        "by_count_unit": [one.figures() for one in totals],
        "units": [{"unit": one.group[0] or None, **one.figures()} for one in by_unit],
        "below_plan": [
            {"unit": one.group[0] or None, **one.figures()} for one in by_unit if one.is_below
        ],
        **groups,
        "curve": [
            {
                "month": one.month.text, "plan": one.plan, "done": one.done, "plan_total": one.plan_total,
                "done_total": one.done_total, "left": one.left,
            }
            for one in curve
        ],
        "targets": [one.figures() for one in subject.targets],
    }  # fmt: skip
