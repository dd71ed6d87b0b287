"""Readings become nights: holds, gaps, senses of meters, both clock changes."""

from __future__ import annotations

import datetime
import sys

import numpy as np
import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.night_figures import NightFigures, night_figures
from waternet_plugin.core.leakage.zone_inflow import ZoneInflow, ZoneMeter, net_inflow, zone_meters
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock, parse_window
from waternet_plugin.core.readings.meter_series import MeterSeries, series_of_counter, series_of_flow

KEY = "general.time_zone"
SHANGHAI = LocalClock(clock_of(KEY, "Asia/Shanghai"))
ROME = LocalClock(clock_of(KEY, "Europe/Rome"))


def seconds(text: str, clock: LocalClock) -> float:
    """Return a clock time, or a moment with its offset, as seconds since 1970."""
    moment = datetime.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=clock.zone)).timestamp()


def steady(
    start: str, hours: float, flow: float, step_s: float = 900.0, clock: LocalClock = SHANGHAI
) -> MeterSeries:
    count = round(hours * 3600 / step_s)
    return series_of_flow(seconds(start, clock) + step_s * np.arange(count), np.full(count, flow))


def nights_of(series: dict[str, MeterSeries], *senses: int, clock: LocalClock = SHANGHAI) -> NightFigures:
    meters = [ZoneMeter(name, sense) for name, sense in zip(series, senses)]
    return night_figures(
        [net_inflow(meters, series)], clock, parse_window("WINDOW", "02:00-05:00"), coverage=0.9
    )


def test_a_night_is_dated_by_its_morning_and_has_the_mean_of_its_window() -> None:
    found = nights_of({"m": steady("2026-03-01 00:00", 48, 12.0)}, 1)
    assert found.night.astype(str).tolist() == ["2026-03-01", "2026-03-02"]
    assert found.window_mean_m3h[0] == pytest.approx([12.0, 12.0])
    assert found.coverage[0] == pytest.approx([1.0, 1.0])
    assert found.inflow_m3[0] == pytest.approx([288.0, 288.0])


def test_the_mean_is_weighted_by_time_not_by_readings() -> None:
    start = seconds("2026-03-01 00:00", SHANGHAI)
    # Every hour 6, but from 03:00 to 04:00 every quarter 12: a plain mean of readings would be 10.
    times = np.concatenate([np.arange(24) * 3600.0, 3 * 3600.0 + 900.0 * np.arange(1, 4)]) + start
    flow = np.concatenate([np.where(np.arange(24) == 3, 12.0, 6.0), np.full(3, 12.0)])
    series = series_of_flow(times, flow)
    assert series.step_s == 3600.0
    assert nights_of({"m": series}, 1).window_mean_m3h[0, 0] == pytest.approx(8.0)


def test_net_inflow_is_summed_before_its_minimum_is_taken() -> None:
    start = seconds("2026-03-01 00:00", SHANGHAI)
    times = start + 900.0 * np.arange(96)
    early = np.arange(96) < 12
    one = series_of_flow(times, np.where(early, 2.0, 10.0))
    other = series_of_flow(times, np.where(early, 10.0, 2.0))
    found = nights_of({"a": one, "b": other}, 1, 1)
    assert found.minimum_hour_m3h[0, 0] == pytest.approx(12.0)


def test_what_flows_out_is_taken_off() -> None:
    series = {"a": steady("2026-03-01 00:00", 24, 10.0), "b": steady("2026-03-01 00:00", 24, 4.0, 300.0)}
    assert nights_of(series, 1, -1).window_mean_m3h[0, 0] == pytest.approx(6.0)


def test_the_lowest_hour_moves_by_single_readings() -> None:
    times = seconds("2026-03-01 00:00", SHANGHAI) + 900.0 * np.arange(96)
    low = (np.arange(96) >= 13) & (np.arange(96) < 17)
    found = nights_of({"m": series_of_flow(times, np.where(low, 3.0, 9.0))}, 1)
    assert found.minimum_hour_m3h[0, 0] == pytest.approx(3.0)
    assert found.minimum_at_s[0, 0] == seconds("2026-03-01 03:15", SHANGHAI)


def test_a_gap_is_no_value_and_too_many_of_them_no_night() -> None:
    times = seconds("2026-03-01 00:00", SHANGHAI) + 900.0 * np.arange(192)
    flow = np.full(192, 7.0)
    one_missing, two_missing = np.isin(np.arange(192), [9]), np.isin(np.arange(192), [96 + 9, 96 + 10])
    kept = ~(one_missing | two_missing)
    found = nights_of({"m": series_of_flow(times[kept], flow[kept])}, 1)
    assert found.coverage[0] == pytest.approx([11 / 12, 10 / 12])
    assert found.window_mean_m3h[0, 0] == pytest.approx(7.0)
    assert np.isnan(
        [found.window_mean_m3h[0, 1], found.minimum_hour_m3h[0, 1], found.minimum_at_s[0, 1]]
    ).all()


def test_a_meter_without_readings_leaves_its_zone_without_nights() -> None:
    assert (
        net_inflow([ZoneMeter("a", 1), ZoneMeter("b", 1)], {"a": steady("2026-03-01 00:00", 24, 1.0)}) is None
    )


@pytest.mark.parametrize(("day", "length_h"), [("2021-03-28", 2.0), ("2021-10-31", 4.0), ("2021-06-01", 3.0)])
def test_a_window_across_a_clock_change_has_the_hours_it_has(day: str, length_h: float) -> None:
    days = np.array([day], "datetime64[D]")
    begin, end = ROME.moments(days, 120), ROME.moments(days, 300, is_end=True)
    assert (end - begin)[0] == length_h * 3600.0


def test_both_clock_changes_give_whole_nights_with_true_volumes() -> None:
    spring = nights_of({"m": steady("2021-03-27 00:00", 71, 5.0, 3600.0, ROME)}, 1, clock=ROME)
    assert spring.window_mean_m3h[0] == pytest.approx([5.0, 5.0, 5.0])
    assert spring.inflow_m3[0, 1] == pytest.approx(23 * 5.0)
    autumn = nights_of({"m": steady("2021-10-30 00:00", 73, 5.0, 3600.0, ROME)}, 1, clock=ROME)
    assert autumn.window_mean_m3h[0] == pytest.approx([5.0, 5.0, 5.0])
    assert autumn.inflow_m3[0, 1] == pytest.approx(25 * 5.0)


def test_the_clock_of_china_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zoneinfo", None)
    clock = LocalClock(clock_of(KEY, "Asia/Shanghai"))
    assert clock.moments(np.array(["2026-03-01"], "datetime64[D]"), 120)[0] == seconds(
        "2026-03-01T02:00+08:00", clock
    )


def test_an_unknown_clock_is_named() -> None:
    with pytest.raises(InputError, match="Mars/Olympus"):
        clock_of(KEY, "Mars/Olympus")


@pytest.mark.parametrize("text", ["", "2-5", "02:00", "25:00-26:00", "02:00-02:30", "06:00-23:00", "two"])
def test_a_window_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="WINDOW"):
        parse_window("WINDOW", text)


def test_a_window_may_begin_the_evening_before() -> None:
    window = parse_window("WINDOW", "23:00–04:00")
    assert (window.start_min, window.end_min, window.text) == (-60, 240, "23:00-04:00")


def test_a_counter_tells_the_mean_between_its_readings_and_nothing_where_it_runs_backwards() -> None:
    times = 3600.0 * np.arange(6)
    series = series_of_counter(times, np.array([100.0, 104.0, 110.0, 1.0, 5.0, 9.0]))
    assert series.flow_m3h.tolist() == pytest.approx([4.0, 6.0, 4.0, 4.0])
    assert series.resets == 1
    assert series.start_s.tolist() == [0.0, 3600.0, 3 * 3600.0, 4 * 3600.0]


def test_order_and_repeated_readings_do_not_matter() -> None:
    times, flow = 900.0 * np.arange(100), np.arange(100.0)
    order = np.random.default_rng(1).permutation(100)
    mixed = series_of_flow(np.append(times[order], times[3]), np.append(flow[order], flow[3]))
    plain = series_of_flow(times, flow)
    assert mixed.duplicates == 1
    assert np.array_equal(mixed.flow_m3h, plain.flow_m3h)
    assert np.array_equal(mixed.end_s, plain.end_s)


def test_a_single_reading_tells_no_flow() -> None:
    series = series_of_flow(np.array([0.0]), np.array([5.0]))
    assert (series.step_s, (series.end_s - series.start_s).tolist()) == (0.0, [0.0])


def test_meters_of_a_parent_are_those_with_one_side_in_it() -> None:
    # 0 holds 1 and 2; a meter feeds 1 from outside, one passes from 1 to 2, one lets out of 2.
    ancestors = np.array([[1, 1, 1], [0, 1, 0], [0, 0, 1]], dtype=bool)
    names = np.array(["feed", "between", "out"], dtype=object)
    found = zone_meters(names, np.array([1, 2, -1]), np.array([-1, 1, 2]), ancestors)
    assert [{one.node_id: one.sense for one in some} for some in found] == [
        {"feed": 1, "out": -1},
        {"feed": 1, "between": -1},
        {"between": 1, "out": -1},
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_lowest_hours_are_those_of_trying_each(seed: int) -> None:
    dice = np.random.default_rng(seed)
    cells, step = 200, float(dice.choice([300.0, 900.0, 3600.0]))
    covered = np.where(dice.random(cells) < 0.1, 0.0, step)
    volume = np.where(covered > 0, dice.uniform(0, 5, cells), 0.0)
    inflow = ZoneInflow(0.0, step, np.append(0.0, np.cumsum(volume)), np.append(0.0, np.cumsum(covered)))
    start = dice.uniform(-10, cells, 60) * step
    end = start + dice.uniform(0, 30, 60) * step
    found, begins = inflow.lowest_hour(start, end, 0.8)
    hour = round(3600 / step)
    for span in range(60):
        tried = {
            at * step: 3600.0 * volume[at : at + hour].sum() / covered[at : at + hour].sum()
            for at in range(cells - hour + 1)
            if start[span] <= at * step <= end[span] - 3600.0
            and covered[at : at + hour].sum() >= 0.8 * 3600.0
        }
        if not tried:
            assert np.isnan([found[span], begins[span]]).all()
            continue
        assert found[span] == pytest.approx(min(tried.values()))
        assert tried[begins[span]] == pytest.approx(found[span])
