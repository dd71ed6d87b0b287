"""The months of a programme in a row: planned, done, and what is left at the end of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.months import Month
from waternet_plugin.core.programmes.programme_items import ProgrammeItems

# Longer than any programme: a planned month beyond is a slip, and would make a curve nobody can read.
_MOST_MONTHS = 240


@dataclass(frozen=True)
class CurveMonth:
    """One month of the curve: of the month itself, and from the beginning to its end.

    Parameters
    ----------
    month
        The month.
    plan, done
        Sums of the items planned for it, and done in it.
    plan_total, done_total
        The same from the beginning; households that opted out and items done without a day count from then.
    left
        What is not done at its end.
    """

    month: Month
    plan: float
    done: float
    plan_total: float
    done_total: float
    left: float


def month_curve(items: ProgrammeItems, last: Month, count_unit: str) -> tuple[CurveMonth, ...]:
    """Return the months from the first that was planned, or in which anything was done, to a last one.

    Parameters
    ----------
    items
        Items of a programme.
    last
        The month in which the curve ends.
    count_unit
        Items counted so alone.
    """
    items = items.chosen(items.count_units == count_unit)
    counts, end = items.known_counts, np.datetime64(last.text, "M")
    done_months = np.where(items.happened("done_on"), items.days("done_on"), np.datetime64("NaT"))
    done_months = done_months.astype("datetime64[M]")
    starts = [months[~np.isnat(months) & (months <= end)] for months in (items.planned, done_months)]
    known = np.concatenate(starts)
    if not len(known):
        return ()
    first = max(known.min(), end - np.timedelta64(_MOST_MONTHS - 1, "M"))
    months = np.arange(first, end + np.timedelta64(1, "M"))
    without_day = np.where(np.isnat(done_months), items.done_counts, 0.0)
    before = float(without_day.sum() + counts[done_months < first].sum())
    plan_before = float(counts[items.planned < first].sum())
    plans = np.array([counts[items.planned == month].sum() for month in months])
    done = np.array([counts[done_months == month].sum() for month in months])
    plan_totals, done_totals = plan_before + plans.cumsum(), before + done.cumsum()
    total = float(counts.sum())
    return tuple(
        CurveMonth(
            _month(month), float(plan), float(made), float(planned), float(finished), total - float(finished)
        )
        for month, plan, made, planned, finished in zip(months, plans, done, plan_totals, done_totals)
    )


def _month(month: np.datetime64) -> Month:
    year, number = str(month).split("-")
    return Month(int(year), int(number))
