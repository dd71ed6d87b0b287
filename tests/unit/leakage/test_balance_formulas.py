"""Worked figures of the water balance: CJJ 92, UARL, days of bills."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest

from waternet_plugin.core.leakage.balance.leakage_index import (
    UnavoidableRates,
    leakage_index,
    unavoidable_l_d,
)
from waternet_plugin.core.leakage.balance.periods import (
    Period,
    covered_days,
    periods_in,
    share_of_days,
)
from waternet_plugin.core.leakage.balance.standard_rates import pressure_correction, standard_rates
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import MPA_METRES

DAY = datetime.date
TEN_THOUSAND = 1e4


def year(supply: float, authorised: float, **given: float) -> object:
    """Return the rates of a year; volumes in 万m³, as the standard writes them."""
    return standard_rates(
        supply * TEN_THOUSAND, authorised * TEN_THOUSAND, days=365, settings=Settings(), **given
    )


def test_the_example_of_the_notes_gives_8_451_percent() -> None:
    rates = year(10_000, 8_500, length_km=900, household_share=0.5, pressure_mpa=0.40, frost_m=1.0)
    assert [rates.r_wl, rates.r1, rates.r2, rates.r3, rates.r4] == pytest.approx(
        [15.0, 4.0, 2.0493, 0.5, 0.0], abs=1e-4
    )
    assert rates.r_bl == pytest.approx(8.451, abs=5e-4)


def test_the_example_of_the_standard_gives_7_8507_percent() -> None:
    rates = year(10_000, 8_600, length_km=900, household_share=0.45, pressure_mpa=0.40, frost_m=0.8)
    assert (rates.r_wl, rates.r_n, rates.r_bl) == pytest.approx((14.0, 6.1493, 7.8507), abs=1e-4)


@pytest.mark.parametrize(("length_km", "r2"), [(90_000, 3.0), (693, 0.0), (0, -3.0)])
def test_the_correction_for_mains_is_held_to_3_percent(length_km: float, r2: float) -> None:
    assert year(10_000, 8_500, length_km=length_km).r2 == pytest.approx(r2, abs=1e-9)


def test_a_month_has_the_density_of_its_year() -> None:
    month = standard_rates(1e8 * 31 / 365, 8e7 * 31 / 365, days=31, length_km=900, settings=Settings())
    assert month.density == pytest.approx(0.09)
    assert month.r_wl == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("pressure", "percent"),
    [(0.35, 0.0), (0.351, 0.5), (0.55, 0.5), (0.56, 1.0), (0.75, 1.0), (0.8, 2.0), (math.nan, 0.0)],
)
def test_pressure_bands_end_where_the_standard_says(pressure: float, percent: float) -> None:
    assert pressure_correction(pressure, Settings()) == percent


@pytest.mark.parametrize(("frost", "percent"), [(1.4, 0.0), (1.41, 1.0), (math.nan, 0.0)])
def test_frost_counts_below_1_4_m(frost: float, percent: float) -> None:
    assert year(10_000, 8_500, length_km=900, frost_m=frost).r4 == percent


def test_without_supply_the_rates_are_unknown() -> None:
    rates = standard_rates(math.nan, 1.0, days=365, length_km=10, settings=Settings())
    assert math.isnan(rates.r_wl) and math.isnan(rates.r_bl)


def test_unavoidable_losses_of_the_example() -> None:
    assert unavoidable_l_d(120, 9000, 0, 40, UnavoidableRates()) == pytest.approx(374_400)


def test_private_pipes_count_by_their_total_length() -> None:
    assert unavoidable_l_d(0, 0, 10, 40, UnavoidableRates()) == pytest.approx(10_000)


def index(connections: int, head: float, mains_km: float = 120.0, real: float = 374.4 * 365 * 3) -> object:
    return leakage_index(
        real,
        days=365,
        mains_km=mains_km,
        connections=connections,
        pressure_mpa=head / MPA_METRES,
        settings=Settings(),
    )


def test_the_index_is_judged_within_its_range_alone() -> None:
    inside = index(9000, 40)
    assert inside.ili == pytest.approx(3.0)
    assert (inside.outside, inside.band) == ((), "B")
    assert index(5000, 40).outside == ("connections",)
    assert index(9000, 20).outside == ("pressure",)
    assert index(9000, 40, mains_km=450).outside == ("density",)
    assert index(5000, 40).band == ""


def test_an_unknown_pressure_leaves_the_index_unknown() -> None:
    assert math.isnan(index(9000, math.nan).ili)


def test_where_nobody_recorded_customers_the_index_is_unknown() -> None:
    assert math.isnan(index(0, 40).ili)


def test_both_ends_of_a_bill_belong_to_it() -> None:
    january = Period(DAY(2026, 1, 1), DAY(2026, 1, 31))
    epoch = DAY(1970, 1, 1)

    def number(day: datetime.date) -> int:
        return (day - epoch).days

    first = np.array([number(DAY(2025, 12, 30)), number(DAY(2026, 1, 31)), number(DAY(2026, 2, 1))])
    last = np.array([number(DAY(2026, 1, 2)), number(DAY(2026, 1, 31)), number(DAY(2026, 2, 9))])
    assert share_of_days(first, last, january).tolist() == [0.5, 1.0, 0.0]
    group = np.array([0, 0, 1])
    assert covered_days(group, first, last, january, 2).tolist() == [3.0, 0.0]


def test_days_that_two_volumes_share_are_covered_once() -> None:
    period = Period(DAY(2026, 1, 1), DAY(2026, 1, 31))
    first = np.array([0, 5, 3, 20]) + period.first_day
    last = np.array([9, 6, 12, 40]) + period.first_day
    assert covered_days(np.zeros(4, dtype=np.int64), first, last, period, 1).tolist() == [13.0 + 11.0]


def test_a_period_is_cut_into_months_quarters_and_years() -> None:
    whole = Period(DAY(2025, 11, 15), DAY(2026, 4, 30))
    names = {step: [one.text for one in periods_in(whole, step)] for step in ("month", "quarter", "year")}
    assert names["month"] == [
        "2025-11-15 – 2025-11-30", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"
    ]  # fmt: skip
    assert names["quarter"] == ["2025-11-15 – 2025-12-31", "2026-Q1", "2026-04"]
    assert [one.days for one in periods_in(whole, "year")] == [47, 120]
    for step in names:
        assert sum(one.days for one in periods_in(whole, step)) == whole.days
