"""The plan of compounds against a second reckoning: rates, hours, visits, what is left out."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from support.duty_towns import AS_OF, HOURS, DutyTown, no_items, random_town
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.compounds.duties.crews import Crew, read_crews
from waternet_plugin.core.drainage.compounds.duties.duty_plan import DutyPlan, plan_duties
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.months import Month
from waternet_plugin.core.schema.settings import Settings

JULY = Month(2026, 7)
LAST = np.datetime64("2026-07-31")


def _plan(town: DutyTown, months: int = 1) -> DutyPlan:
    return plan_duties(town.basis, [JULY.plus(number) for number in range(months)], AS_OF, Settings())


def _is_due(asset: dict[str, object]) -> bool:
    due = asset["due_on"]
    return bool(not np.isnat(due) and due <= LAST)


def _mm(drain: dict[str, object]) -> int:
    return round(float(str(drain["length_m"])) * 1000)


def _least_hours(town: DutyTown) -> float:
    """Return the fewest hours, trying every choice of drains of each compound."""
    total = 0.0
    for compound in [*town.compounds, None]:
        drains = [each for each in town.drains if each["compound"] == compound]
        covers = [each for each in town.covers if each["compound"] == compound]
        tanks = [each for each in town.tanks if each["compound"] == compound and _is_due(each)]
        due_mm = sum(_mm(each) for each in drains if _is_due(each))
        due_covers = sum(map(_is_due, covers))
        more_mm, more = 0, 0
        if compound is not None:
            needed = Fraction(3, 100) * sum(map(_mm, drains)) - due_mm
            free = [_mm(each) for each in drains if not _is_due(each)]
            choices = (
                sum(choice) for size in range(len(free) + 1) for choice in itertools.combinations(free, size)
            )
            more_mm = min(each for each in choices if each >= needed)
            more = max(-(-len(covers) * 2 // 100) - due_covers, 0)
        work = (due_mm + more_mm) / 1e6 * HOURS["km"]
        work += (due_covers + more) * HOURS["cover"] + len(tanks) * HOURS["tank"]
        has_due = any(map(_is_due, [*drains, *covers])) or bool(tanks)
        visits = 2 if compound is not None else int(has_due)
        total += work + visits * HOURS["visit"]
    return total


def _check_rates(town: DutyTown, plan: DutyPlan) -> None:
    """Reckon the rates again, from the rows of the plan."""
    planned = set(plan.duties.loc[plan.duties["visit"].notna(), "asset"])
    rates = plan.rates.set_index("compound_id")
    for compound in town.compounds:
        lengths = {
            each["asset"]: Fraction(str(each["length_m"]))
            for each in town.drains
            if each["compound"] == compound
        }
        covers = [each["asset"] for each in town.covers if each["compound"] == compound]
        for name, whole, done, least in (
            (
                "pipe_rate",
                sum(lengths.values()),
                sum(length for asset, length in lengths.items() if asset in planned),
                0.03,
            ),
            ("appurtenance_rate", len(covers), sum(asset in planned for asset in covers), 0.02),
        ):
            rate = rates.loc[compound, name]
            if not whole:
                assert np.isnan(rate)
                continue
            assert rate == pytest.approx(float(Fraction(done) / Fraction(whole)), abs=1e-12)
            assert rate >= least


def _check_sums(town: DutyTown, plan: DutyPlan) -> None:
    """Hours of visits are those of their duties, each is of one place, crew and day, and rounds are kept."""
    visits, duties = plan.visits, plan.duties
    assert visits["visit"].is_unique
    work = duties.groupby("visit")["hours"].sum()
    expected = visits["visit"].map(work).fillna(0.0) + HOURS["visit"]
    np.testing.assert_allclose(visits["hours"].astype(float), expected, atol=1e-5)
    assert plan.hours == pytest.approx(visits["hours"].sum())
    key = visits[["compound_id", "grid_id", "crew", "day"]].astype(str)
    assert not key.duplicated().any()
    assert (visits["day"] >= "2026-07-01").all() and (visits["day"] <= "2026-07-31").all()
    assert (pd.DatetimeIndex(visits["day"]).weekday < 5).all()
    rounds = Counter(visits["compound_id"])
    assert all(rounds[compound] >= 2 for compound in town.compounds)
    of_visit = visits.set_index("visit")["compound_id"]
    planned = duties[duties["visit"].notna()]
    assert (planned["visit"].map(of_visit).fillna("") == planned["compound_id"].fillna("")).all()


def _check(seed: int) -> None:
    town = random_town(seed)
    plan = _plan(town)
    assert plan.short == () and plan.left_out == 0
    _check_rates(town, plan)
    _check_sums(town, plan)
    # Drains cleaned longest ago may make it 0.5 % longer.
    least = _least_hours(town)
    assert least - 1e-5 <= plan.hours <= 1.005 * least + 1e-5
    due = {each["asset"] for each in [*town.drains, *town.covers, *town.tanks] if _is_due(each)}
    listed = plan.duties.set_index("asset")
    assert due <= set(listed.index[listed["visit"].notna()])
    _check_states(town, plan)


def _check_states(town: DutyTown, plan: DutyPlan) -> None:
    due_on = {each["asset"]: each["due_on"] for each in [*town.drains, *town.covers, *town.tanks]}
    today = np.datetime64(AS_OF)
    for row in plan.duties.to_dict("records"):
        day = due_on[row["asset"]]
        if np.isnat(day):
            assert row["state"] == "unknown" and pd.isna(row["due_on"])
            continue
        assert np.datetime64(row["due_on"], "D") == day
        late = "overdue" if day < today else "due" if day <= today + 30 else "later"
        assert row["state"] == late
    unknown = {each["asset"] for each in town.tanks if np.isnat(each["due_on"])}
    assert unknown <= set(plan.duties["asset"])


@pytest.mark.parametrize("seed", a_few_quick(range(8), 2))
def test_plans_of_random_towns(seed: int) -> None:
    _check(seed)


@pytest.mark.slow
def test_plans_of_a_thousand_random_towns() -> None:
    for seed in range(1_000):
        _check(seed)


def test_the_same_plan_whatever_the_order_of_rows() -> None:
    town = random_town(5)
    turned = town.basis.duties.iloc[::-1].reset_index(drop=True)
    other = plan_duties(replace(town.basis, duties=turned), [JULY], AS_OF, Settings())
    pd.testing.assert_frame_equal(_plan(town).duties, other.duties)
    pd.testing.assert_frame_equal(_plan(town).visits, other.visits)


@pytest.mark.slow
def test_where_hours_do_not_suffice_the_longest_overdue_come_first() -> None:
    cut = 0
    for seed in range(10):
        enough = random_town(seed)
        hours = _least_hours(enough) * 0.4
        town = random_town(seed, crews=(Crew("A", hours),))
        plan = _plan(town)
        assert plan.hours <= hours + 1e-6
        assert plan.short == ("A",)
        due = plan.duties[plan.duties["due_on"].notna() & (plan.duties["due_on"] <= pd.Timestamp(LAST))]
        done, left = due[due["visit"].notna()], due[due["visit"].isna()]
        assert len(left) == plan.left_out
        # Nothing was done before what was due earlier and could have been done in a month at all.
        possible = left[left["hours"] + HOURS["visit"] <= hours]
        if len(possible) and len(done):
            cut += 1
            assert done["due_on"].max() <= possible["due_on"].min()
    assert cut


@pytest.mark.slow
def test_crews_get_even_loads() -> None:
    for seed in range(6):
        crews = (Crew("A", 300), Crew("B", 300), Crew("C", 150))
        town = random_town(seed, crews=crews, most_drains=7)
        plan = _plan(town)
        load = plan.loads.set_index("crew")["hours"] / [300, 300, 150]
        largest = plan.visits["hours"].max() / 150
        assert load.max() - load.min() <= largest + 1e-9
        assert plan.short == ()


def test_the_team_of_a_grid_works_in_it_and_others_help_where_its_hours_do_not_suffice() -> None:
    town = random_town(11, crews=(Crew("A", 1e4), Crew("B", 1e4)))
    basis = replace(town.basis, teams={"G": "B"})
    plan = plan_duties(basis, [JULY], AS_OF, Settings())
    assert set(plan.visits.loc[plan.visits["compound_id"].notna(), "crew"]) == {"B"}
    helped = type(basis)(
        basis.duties, basis.compounds, {"G": "B"}, (Crew("A", 1e4), Crew("B", 1)), basis.work
    )
    plan = plan_duties(helped, [JULY], AS_OF, Settings())
    assert plan.short == ("B",)
    assert plan.left_out == 0
    _check_rates(town, plan)


def test_what_is_done_in_the_month_or_ordered_for_it_counts_and_is_not_planned_again() -> None:
    town = random_town(3)
    drain = next(each for each in town.drains if each["compound"] and not _is_due(each) and each["length_m"])
    row = {
        "item_id": "W-1",
        "type": "clean",
        "state": "sent",
        "opened_on": pd.Timestamp("2026-06-01"),
        "due_on": pd.Timestamp("2026-07-06"),
        "closed_on": pd.NaT,
        "asset": drain["asset"],
        "visit": "V-1",
    }
    patrol = {**row, "item_id": "W-2", "type": "patrol", "asset": None, "compound_id": drain["compound"]}
    items = pd.DataFrame([row, patrol], columns=list(no_items()))
    plan = _plan(random_town(3, items=items))
    planned = plan.duties[plan.duties["crew"].notna()]
    assert drain["asset"] not in set(planned["asset"])
    assert (plan.visits["compound_id"] == drain["compound"]).sum() == 1
    rate = plan.rates.set_index("compound_id").loc[drain["compound"], "pipe_rate"]
    assert rate >= 0.03


def test_several_months_are_planned_one_after_the_other() -> None:
    town = random_town(7)
    plan = _plan(town, months=3)
    assert plan.rates["month"].unique().tolist() == ["2026-07", "2026-08", "2026-09"]
    assert (plan.rates["pipe_rate"].dropna() >= 0.03).all()
    assert (plan.rates["appurtenance_rate"].dropna() >= 0.02).all()
    planned = plan.duties[plan.duties["visit"].notna()]
    times = planned.groupby("asset")["month"].count()
    # Due once a year, and of many manholes those come first that were not cleaned yet.
    assert (times[times.index.str.startswith("T-")] == 1).all()
    for compound in town.compounds:
        mine = [each["asset"] for each in town.covers if each["compound"] == compound]
        assert len(mine) < 3 or (times.reindex(mine).dropna() == 1).all()
    assert plan.visits["visit"].is_unique


def test_a_town_without_anything_has_an_empty_plan() -> None:
    town = random_town(1)
    basis = replace(town.basis, duties=town.basis.duties[:0], compounds=town.basis.compounds[:0])
    plan = plan_duties(basis, [JULY], AS_OF, Settings())
    assert plan.hours == 0 and not len(plan.visits) and not len(plan.duties) and not len(plan.rates)


def test_the_rest_of_a_month_that_has_begun_is_planned() -> None:
    town = random_town(2)
    plan = plan_duties(town.basis, [Month(2026, 6)], AS_OF, Settings())
    assert (plan.visits["day"] >= pd.Timestamp(AS_OF)).all()


@pytest.mark.parametrize("text", ["A", "A=", "=5", "A=x", "A=-1", "A=nan", "A=1;A=2"])
def test_crews_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="CREWS"):
        read_crews(text)


def test_crews_are_read() -> None:
    assert read_crews(" A = 320 ; B=1.5;") == (Crew("A", 320.0), Crew("B", 1.5))
    assert read_crews("甲班=8；乙班=9") == (Crew("甲班", 8.0), Crew("乙班", 9.0))
    assert read_crews("") == ()
