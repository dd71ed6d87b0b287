"""The figures of a month against a second reckoning, item by item, of random programmes."""

from __future__ import annotations

import datetime
import random
from typing import Any, Optional

import pytest
from support.programmes import items_of as items_on
from support.slow_cases import a_few_quick

from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.programmes.month_curve import month_curve
from waternet_plugin.core.programmes.month_figures import month_figures
from waternet_plugin.core.programmes.programme_items import ProgrammeItems

AS_OF = datetime.date(2026, 11, 26)
_STATES = ("open", "agreed", "under_way", "transition", "done", "refused", None)


def items_of(rows: list[dict[str, Any]], as_of: datetime.date = AS_OF) -> ProgrammeItems:
    """Return items as they stand on a day."""
    return items_on(rows, as_of)


def _random_rows(seed: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    rows = []
    for place in range(draw.randint(1, 40)):
        done = datetime.date(2026, 1, 1) + datetime.timedelta(days=draw.randint(0, 400))
        rows.append(
            {
                "item_id": f"PI-{place}",
                "unit": draw.choice(["A", "B", None]),
                "district": draw.choice(["D1", "D2"]),
                "count_unit": draw.choice(["households", "buildings", None]),
                "households": draw.choice([None, draw.randint(0, 900)]),
                "buildings": draw.choice([None, draw.randint(0, 30)]),
                "planned_month": draw.choice([None, f"2026-{draw.randint(1, 12):02d}", "下月"]),
                "done_on": draw.choice([None, done]),
                "opted_out": draw.choice([None, 0, draw.randint(0, 900)]),
                "state": draw.choice(_STATES),
                "reason": draw.choice([None, "no agreement", "pipes too old"]),
            }
        )
    return rows


def _count(row: dict[str, Any]) -> float:
    return float(row["buildings" if row["count_unit"] == "buildings" else "households"] or 0)


def _reckoned(
    rows: list[dict[str, Any]], month: str, unit: Optional[str], counted: str
) -> tuple[float, float, float]:
    """Return plan, fulfilled and done of a unit, added up one item after the other."""
    plan = fulfilled = done = 0.0
    last = AS_OF.isoformat()
    for row in rows:
        if row["unit"] != unit or (row["count_unit"] or "households") != counted:
            continue
        day = row["done_on"].isoformat() if row["done_on"] else "9999"
        is_done = day <= last
        if row["planned_month"] == month:
            plan += _count(row)
            fulfilled += _count(row) if is_done and day[:7] <= month else 0.0
        done += _count(row) if is_done and day[:7] == month else 0.0
    return plan, fulfilled, done


@pytest.mark.parametrize("seed", a_few_quick(range(40), 1))
def test_plan_fulfilled_and_done_are_those_of_a_second_reckoning(seed: int) -> None:
    rows = _random_rows(seed)
    items = items_of(rows)
    for month in (Month(2026, 1), Month(2026, 6), Month(2026, 10), month_of(AS_OF)):
        figures = month_figures(items, month, ("unit",))
        assert {(one.group[0] or None, one.count_unit) for one in figures} == {
            (row["unit"], row["count_unit"] or "households") for row in rows
        }
        for one in figures:
            wanted = _reckoned(rows, month.text, one.group[0] or None, one.count_unit)
            assert (one.plan, one.fulfilled, one.done) == wanted
            assert one.rate == (wanted[1] / wanted[0] if wanted[0] else None)
            assert one.is_below == (wanted[1] < wanted[0])
        # However they are grouped, they come to the same.
        for by in ((), ("district",), ("district", "unit")):
            parts = month_figures(items, month, by)
            for key in ("plan", "fulfilled", "done"):
                assert sum(getattr(one, key) for one in parts) == sum(getattr(one, key) for one in figures)


@pytest.mark.parametrize("seed", a_few_quick(range(20), 2))
def test_the_curve_adds_up_to_what_is_done_and_left(seed: int) -> None:
    rows = _random_rows(seed)
    items = items_of(rows)
    for counted in ("households", "buildings"):
        curve = month_curve(items, month_of(AS_OF), counted)
        chosen = items.count_units == counted
        if not curve:
            continue
        assert curve[-1].done_total == items.done_counts[chosen].sum()
        assert curve[-1].left == items.known_counts[chosen].sum() - curve[-1].done_total
        months = [one.month for one in curve]
        assert months == [months[0].plus(step) for step in range(len(months))]
        for one in curve:
            figures = [each for each in month_figures(items, one.month) if each.count_unit == counted]
            assert (one.plan, one.done) == (figures[0].plan, figures[0].done)
        for before, after in zip(curve, curve[1:]):
            assert after.done_total == before.done_total + after.done
            assert after.left == before.left - after.done


def test_reasons_are_those_of_what_is_missing() -> None:
    rows = [
        {"unit": "A", "households": 10, "planned_month": "2026-10", "reason": "no agreement"},
        {"unit": "A", "households": 20, "planned_month": "2026-10", "done_on": datetime.date(2026, 10, 3),
         "reason": "late, but done"},
        {"unit": "A", "households": 30, "planned_month": "2026-09", "reason": "of another month"},
    ]  # fmt: skip
    (figures,) = month_figures(items_of(rows), Month(2026, 10), ("unit",))
    assert (figures.plan, figures.fulfilled, figures.is_below) == (30, 20, True)
    assert figures.reasons == ("no agreement",)


def test_what_is_dated_after_the_day_has_not_happened() -> None:
    rows = [
        {"households": 7, "planned_month": "2026-10", "done_on": datetime.date(2026, 10, 20), "state": "done"}
    ]
    early = items_of(rows, datetime.date(2026, 10, 19))
    (figures,) = month_figures(early, Month(2026, 10))
    assert (figures.fulfilled, figures.done, early.is_done.tolist()) == (0, 0, [False])
    (figures,) = month_figures(items_of(rows), Month(2026, 10))
    assert (figures.fulfilled, figures.done) == (7, 7)
