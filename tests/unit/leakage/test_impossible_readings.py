"""Readings that can't be are left out, counted and named; what can be stays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.meter_faults import Rng, daily_sums, read_counter, times_of, true_flow
from support.slow_cases import a_few_quick

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.impossible_values import is_frozen, possible_counts, possible_values
from waternet_plugin.core.readings.meter_series import series_of_counter, series_of_flow


def sentinels(rng: Rng, values: Array, at: Array) -> None:
    length = rng.integers(1, 30)
    for one in at:
        values[one : one + length] = rng.choice([-9999.0, 65535.0, 9999999.0, -999.0, 4294967295.0])


def zeros(rng: Rng, values: Array, at: Array) -> None:
    values[at] = 0.0


def lost_digits(rng: Rng, values: Array, at: Array) -> None:
    values[at] = np.floor(values[at] / 10)


def added_digits(rng: Rng, values: Array, at: Array) -> None:
    values[at] = values[at] * 10 + rng.integers(0, 10)


def misread_digits(rng: Rng, values: Array, at: Array) -> None:
    values[at] += rng.choice([-5000.0, 300.0, 7000.0, 90000.0], len(at))


def fallen_silent(rng: Rng, values: Array, at: Array) -> None:
    for one in at[:3]:
        values[one : one + rng.integers(2, 90)] = 0.0


def exchanged(rng: Rng, values: Array, at: Array) -> None:
    values[at[0] :] += rng.uniform(0, 50) - values[at[0]]


def rolled_over(rng: Rng, values: Array, at: Array) -> None:
    values[:] = np.mod(values - values[at[0]] + 1e6, 1e6)


def exchanged_and_zero(rng: Rng, values: Array, at: Array) -> None:
    exchanged(rng, values, at)
    values[at[1:]] = 0.0


COUNTER_FAULTS = (
    sentinels, zeros, lost_digits, added_digits, misread_digits, fallen_silent, exchanged, rolled_over,
    exchanged_and_zero,
)  # fmt: skip
FLOW_FAULTS = (sentinels,)


def spoilt(
    rng: Rng, values: Array, faults: tuple[Callable[[Rng, Array, Array], None], ...]
) -> tuple[str, Array]:
    fault = faults[rng.integers(len(faults))]
    at = np.sort(rng.choice(np.arange(200, len(values) - 200), rng.integers(2, 25), replace=False))
    made = values.copy()
    fault(rng, made, at)
    return fault.__name__, made


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_planted_glitches_in_fifty_counters_change_no_sum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = times_of()
    for number in range(50):
        flow = true_flow(rng, times)
        counter = read_counter(rng, flow)
        name, made = spoilt(rng, counter, COUNTER_FAULTS)
        found, clean = series_of_counter(times, made), series_of_counter(times, counter)
        sums, right = daily_sums(found, times), daily_sums(clean, times)
        known = np.isfinite(sums)
        assert known.mean() > 0.4, (number, name)
        whole = np.nansum(sums) / np.nansum(np.where(known, right, np.nan))
        assert abs(whole - 1) < 0.005, (number, name, whole)
        assert found.flow_m3h.max() <= 1.01 * clean.flow_m3h.max(), (number, name)
        assert found.flow_m3h.min() >= 0


def test_the_counters_of_no_faults_lose_nothing() -> None:
    rng = np.random.default_rng(7)
    times = times_of()
    for _ in range(50):
        counter = read_counter(rng, true_flow(rng, times))
        found = possible_counts(times, counter)
        assert found.possible.all()
        assert not found.reset.any()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_planted_glitches_in_fifty_series_of_flow_change_no_sum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = times_of()
    for number in range(50):
        flow = true_flow(rng, times)
        name, made = spoilt(rng, flow, (sentinels, zeros, lost_digits, _thousandfold))
        found = series_of_flow(times, made)
        sums, right = daily_sums(found, times), daily_sums(series_of_flow(times, flow), times)
        known = np.isfinite(sums)
        whole = np.nansum(sums) / np.nansum(np.where(known, right, np.nan))
        assert abs(whole - 1) < 0.005, (number, name, whole)
        assert found.flow_m3h.max() <= 1.01 * flow.max(), (number, name)


def _turned(rng: Rng, values: Array, at: Array) -> None:
    values[at] *= -1


def _fourfold(rng: Rng, values: Array, at: Array) -> None:
    values[at] *= 4.0


def _full_registers(rng: Rng, values: Array, at: Array) -> None:
    values[at] = rng.choice([6553.5, 655.35])


def _stood_still(rng: Rng, values: Array, at: Array) -> None:
    for one in at[:3]:
        values[one : one + rng.integers(12, 60)] = values[one]


@pytest.mark.parametrize("fault", a_few_quick([_turned, _fourfold, _full_registers, _stood_still], 1))
def test_no_day_of_flow_differs_where_single_values_or_a_silent_meter_spoil_it(
    fault: Callable[[Rng, Array, Array], None],
) -> None:
    rng = np.random.default_rng(11)
    times = times_of()
    off = 0
    for _ in range(30):
        flow = true_flow(rng, times)
        _name, made = spoilt(rng, flow, (fault,))
        found = series_of_flow(times, made)
        sums, right = daily_sums(found, times), daily_sums(series_of_flow(times, flow), times)
        known = np.isfinite(sums)
        assert known.mean() > 0.9
        off += int((np.abs(sums[known] / right[known] - 1) > 0.02).sum())
    # Of 1,800 days.
    assert off <= 10


def _thousandfold(rng: Rng, values: Array, at: Array) -> None:
    values[at] *= rng.choice([100.0, 1000.0])


def test_flow_without_faults_loses_next_to_nothing() -> None:
    rng = np.random.default_rng(7)
    times = times_of()
    left_out = [int((~possible_values(true_flow(rng, times))).sum()) for _ in range(50)]
    assert max(left_out) <= 2
    assert sum(left_out) <= 10


def test_a_meter_that_is_frozen_most_of_the_time_keeps_its_short_draws() -> None:
    rng = np.random.default_rng(1)
    flow = np.where(rng.random(5000) < 0.05, rng.uniform(5, 60, 5000), 0.0)
    assert possible_values(flow).all()
    counter = np.cumsum(flow / 4)
    assert possible_counts(times_of()[:5000], counter).possible.all()


def test_flows_that_repeat_by_nature_do_not_stand_still() -> None:
    times = times_of(20)
    rng = np.random.default_rng(2)
    pump = np.where(times // 7200 % 3 == 0, 120.0, 0.0)
    tuned = np.where(times // 7200 % 12 == 0, 55.0, rng.normal(30, 2, len(times)))
    coarse = np.round(true_flow(rng, times) / 20) * 20
    for flow in (pump, tuned, coarse, np.zeros(len(times)), np.full(len(times), 7.5)):
        assert not is_frozen(times, flow).any()


def test_a_fire_draw_of_an_hour_is_no_glitch() -> None:
    times = times_of(20)
    flow = true_flow(np.random.default_rng(3), times)
    flow[500:504] += 60.0
    assert possible_values(flow)[500:504].all()
    counter = np.append(0.0, np.cumsum(flow[:-1])) / 4
    assert possible_counts(times, counter).possible.all()


def test_flow_back_through_a_meter_is_no_glitch() -> None:
    times = times_of(20)
    flow = 8 * np.sin(times / 86400 * 2 * np.pi) + np.random.default_rng(4).normal(0, 0.3, len(times))
    assert possible_values(flow).mean() > 0.998


def test_the_next_value_decides_between_a_reset_and_a_glitch() -> None:
    times = times_of(1)[:12]
    counter = 5000.0 + 2 * np.arange(12)
    glitch, reset = counter.copy(), counter.copy()
    glitch[6] = 0.0
    reset[6:] = 2.0 * np.arange(6)
    found = possible_counts(times, glitch)
    assert np.flatnonzero(~found.possible).tolist() == [6]
    assert not found.reset.any()
    found = possible_counts(times, reset)
    assert found.possible.all()
    assert np.flatnonzero(found.reset).tolist() == [6]


def test_the_volume_across_one_reading_that_is_left_out_is_known() -> None:
    times = times_of(2)
    counter = 5000.0 + 2 * np.arange(len(times))
    counter[100] = 0.0
    series = series_of_counter(times, counter)
    assert series.impossible == ((times[100], 0.0),)
    assert float((series.end_s - series.start_s).sum()) == times[-1] - times[0]
    assert series.flow_m3h == pytest.approx(8.0)


def test_a_counter_that_falls_silent_at_the_end_has_no_value_there() -> None:
    times = times_of(3)
    counter = 5000.0 + 2.0 * np.arange(len(times))
    counter[-100:] = 0.0
    series = series_of_counter(times, counter)
    assert series.end_s[-1] == times[-101]
    assert (len(series.impossible), series.resets) == (100, 0)
