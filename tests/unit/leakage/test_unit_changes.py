"""A meter whose unit changes has values in the first one alone; a few zeros and turned signs are left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.meter_faults import STEP_S, Rng, daily_sums, read_counter, times_of, true_flow

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.meter_series import MeterSeries, series_of_counter, series_of_flow
from waternet_plugin.core.readings.recorded_series import impossible_notes

Fault = Callable[[Rng, Array], None]
MAKERS = {"counter": series_of_counter, "flow": series_of_flow}
# Thresholds were chosen on the series of the first seeds; those of the second were looked at only afterwards.
CHOSEN, JUDGED = range(40), range(1000, 1040)


def _places(rng: Rng, values: Array) -> Array:
    return np.sort(rng.choice(np.arange(100, len(values) - 100), rng.integers(2, 25), replace=False))


def zeros(rng: Rng, values: Array) -> None:
    length = rng.integers(2, 5)
    for place in _places(rng, values):
        values[place : place + length] = 0.0


def turned_signs(rng: Rng, values: Array) -> None:
    length = rng.integers(2, 5)
    for place in _places(rng, values):
        values[place : place + length] *= -1.0


def other_unit(rng: Rng, values: Array) -> None:
    values[rng.integers(100, len(values) - 80) :] *= rng.choice([10.0, 1000.0, 0.1, 0.001])


def litres_a_second(rng: Rng, values: Array) -> None:
    values[rng.integers(100, len(values) - 80) :] *= rng.choice([3.6, 1 / 3.6])


def other_unit_for_some_days(rng: Rng, values: Array) -> None:
    begin = rng.integers(100, len(values) - 300)
    values[begin : begin + rng.integers(200, 1500)] *= rng.choice([10.0, 1000.0])


FAULTS: dict[str, tuple[Fault, ...]] = {
    "counter": (zeros, turned_signs, other_unit, other_unit_for_some_days),
    "flow": (zeros, turned_signs, other_unit, other_unit_for_some_days, litres_a_second),
}


def errors(quantity: str, fault: Fault, seeds: range) -> tuple[list[float], list[float]]:
    """Return of each series the relative error of its known days, and the share of days that are known."""
    times, off, known = times_of(), [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        flow = true_flow(rng, times)
        clean = read_counter(rng, flow) if quantity == "counter" else flow
        spoilt = clean.copy()
        fault(rng, spoilt)
        sums = daily_sums(MAKERS[quantity](times, spoilt), times)
        right = daily_sums(MAKERS[quantity](times, clean), times)
        told = np.isfinite(sums) & np.isfinite(right)
        known.append(float(told.mean()))
        off.append(abs(float(sums[told].sum() / right[told].sum()) - 1) if told.any() else 0.0)
    return off, known


def judge(quantity: str, fault: Fault, seeds: range) -> None:
    off, known = errors(quantity, fault, seeds)
    print(f"{quantity} {fault.__name__} {seeds}: worst {max(off):.4f}, days known {np.mean(known):.2f}")
    assert max(off) < 0.005
    if fault in (zeros, turned_signs):
        assert min(known) > 0.85


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [CHOSEN, JUDGED])
@pytest.mark.parametrize(
    ("quantity", "fault"), [(name, one) for name, some in FAULTS.items() for one in some]
)
def test_sums_of_spoilt_series_are_right_or_unknown(quantity: str, fault: Fault, seeds: range) -> None:
    judge(quantity, fault, seeds)


@pytest.mark.parametrize(
    ("quantity", "fault"), [("counter", other_unit), ("flow", zeros), ("flow", other_unit)]
)
def test_sums_of_a_few_are(quantity: str, fault: Fault) -> None:
    judge(quantity, fault, range(1000, 1005))


def without_faults(rng: Rng, times_s: Array) -> Array:
    """Return a flow of any kind of meter: an area, a pump, one that runs back, one of coarse pulses."""
    flow = true_flow(rng, times_s)
    kind = rng.integers(4)
    if kind == 1:
        flow = np.where(times_s // 7200 % 3 == 0, flow, 0.0)
    elif kind == 2:
        begin = rng.integers(500, 4000)
        flow[begin : begin + 8] += 3 * flow.mean()
    elif kind == 3:
        pulse = float(np.quantile(flow, 0.5)) / rng.integers(2, 12)
        flow = np.floor(np.cumsum(flow) / pulse)
        flow = np.diff(flow, prepend=0.0) * pulse
    return flow


@pytest.mark.slow
def test_a_hundred_series_without_faults_lose_no_reading() -> None:
    times, lost = times_of(), {"counter": 0, "flow": 0}
    for seed in range(2000, 2100):
        rng = np.random.default_rng(seed)
        flow = without_faults(rng, times)
        for quantity, values in (("flow", flow), ("counter", read_counter(rng, flow))):
            series = MAKERS[quantity](times, values)
            lost[quantity] += len(series.impossible) + series.other_unit
    assert lost == {"counter": 0, "flow": 0}


@pytest.mark.slow
def test_real_areas_keep_their_unit_and_a_planted_change_is_seen(data_dir: Path) -> None:
    read = pd.read_csv(data_dir / "dma_flows" / "bwdf" / "inflow_hourly_lps.csv")
    times = np.arange(len(read)) * 3600.0 + 1.6e9
    rng = np.random.default_rng(5)
    for name in read.columns[1:]:
        flow = read[name].to_numpy(float) * 3.6
        assert series_of_flow(times, flow).other_unit == 0
        known = np.flatnonzero(np.isfinite(flow))
        for factor in (10.0, 0.1, 1000.0, 0.001, 3.6, 1 / 3.6):
            changed = flow.copy()
            changed[known[rng.integers(60, len(known) - 60)] :] *= factor
            series = series_of_flow(times, changed)
            total = flow[np.isin(times, series.start_s)].sum()
            assert series.flow_m3h.sum() == pytest.approx(total, rel=0.005), (name, factor)


def changed_meter(factor: float) -> MeterSeries:
    times = times_of(20)
    counter = read_counter(np.random.default_rng(3), true_flow(np.random.default_rng(3), times))
    counter[960:] *= factor
    return series_of_counter(times, counter)


def test_what_is_left_out_is_counted_and_named_once() -> None:
    series = changed_meter(1000.0)
    assert (series.other_unit, series.impossible) == (960, ())
    assert series.unit_change == pytest.approx((1.7e9 + 960 * STEP_S, 1000.0))
    clock = LocalClock(clock_of("general.time_zone", "Asia/Shanghai"))
    (note,) = impossible_notes({"M1": series}, clock)
    assert "readings of M1 are 1000 times as large as before" in note
    assert note.startswith("From 2023-11-25 06:13 on") and "960 of them are left out" in note


def test_an_exchanged_counter_and_a_true_rise_keep_their_readings() -> None:
    times = times_of(20)
    flow = true_flow(np.random.default_rng(6), times)
    counter = read_counter(np.random.default_rng(6), flow) + 50000.0
    # The new counter begins at a thousandth of the old one, and runs as fast.
    counter[960:] += 50.0 - counter[960]
    assert series_of_counter(times, counter).other_unit == 0
    # A burst of nine times the usual flow is the same by day and by night.
    risen = flow.copy()
    risen[960:] += 9 * float(np.median(flow))
    assert series_of_flow(times, risen).other_unit == 0


@pytest.mark.parametrize("turned", [False, True])
def test_a_flow_that_never_changes_is_read(turned: bool) -> None:
    flow = np.full(200, 12.0)
    flow[100] *= -1.0 if turned else 1.0
    series = series_of_flow(STEP_S * np.arange(len(flow)), flow)
    assert set(series.flow_m3h) == {12.0}
    assert len(series.impossible) == turned
