"""What gauges prove: verdicts, the valve that leaks, and readings that prove nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet_plugin.core.dma.pressure_test.record import (
    GaugeSeries,
    PressureTestEvidence,
    PressureTestPeriod,
    judge_test,
)
from waternet_plugin.core.dma.pressure_test.typed_readings import moment_of, typed_readings
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import MPA_METRES

ZONE = "Asia/Shanghai"
START = pd.Timestamp("2026-03-11 17:00")


def series(
    name: str, heads: list[float], *, step_min: float = 5, inside: bool = True, reference_m: float = 0.0
) -> GaugeSeries:
    minutes = np.arange(len(heads)) * round(step_min * 60)
    time = START.to_datetime64() + minutes.astype("timedelta64[s]")
    return GaugeSeries(name, time, np.array(heads) / MPA_METRES, reference_m, inside)


def period(minutes: float = 60, drained: float | None = 20) -> PressureTestPeriod:
    at = None if drained is None else START + pd.Timedelta(minutes=drained)
    return PressureTestPeriod(START, START + pd.Timedelta(minutes=minutes), at, ZONE)


def judged(*found: GaugeSeries, **choices: float | None) -> PressureTestEvidence:
    return judge_test(found, period(**choices), Settings())


TIGHT = [32.0, 30.0, 12.0, 3.0, 0.2, 0.1, 0.1, 0.2, 0.2, 0.1, 0.1, 0.2, 0.2]
LEAKS = [32.0, 30.0, 12.0, 3.0, 0.2, 0.1, 0.6, 1.2, 2.0, 3.0, 4.0, 5.0, 6.0]
SUPPLY = [35.0] * 13


def test_a_zone_that_falls_to_zero_and_stays_there_passes() -> None:
    found = judged(series("G", TIGHT), series("R", SUPPLY, inside=False))
    assert (found.verdict, found.reason) == ("pass", "tight")
    assert found.p_min_m == pytest.approx(0.1)
    assert found.rise_m == pytest.approx(0.1)
    assert found.hold_min == 40


def test_a_zone_that_recovers_fails_and_the_first_gauge_is_named_first() -> None:
    late = [*TIGHT[:9], 1.0, 2.0, 3.0, 4.0]
    found = judged(series("A", late), series("B", LEAKS), series("C", TIGHT))
    assert (found.verdict, found.reason) == ("fail", "recovered")
    assert [one.node_id for one in found.recovering] == ["B", "A"]
    assert found.recovering[0].slope_m_min == pytest.approx(5.9 / 35)
    assert found.rise_m == pytest.approx(5.9)


def test_of_gauges_that_recover_at_once_the_quicker_is_first() -> None:
    slow = [*LEAKS[:6], 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6]
    found = judged(series("A", slow), series("B", LEAKS))
    assert [one.node_id for one in found.recovering] == ["B", "A"]


def test_pressure_that_never_falls_fails_without_a_time_of_draining() -> None:
    found = judged(series("G", [32, 30, 25, 22, 20, 20, 20, 20, 20, 20, 20, 20, 20]), drained=None)
    assert (found.verdict, found.reason) == ("fail", "never_fell")
    assert found.drained_at is None and found.hold_min == 0
    assert found.p_min_m == 20


def test_the_time_of_draining_is_found_where_nobody_noted_it() -> None:
    found = judged(series("G", TIGHT), drained=None)
    assert found.drained_at == START + pd.Timedelta(minutes=20)
    assert found.verdict == "pass"


def test_a_short_hold_is_to_be_repeated() -> None:
    found = judged(series("G", TIGHT), minutes=30)
    assert (found.verdict, found.reason) == ("repeat", "held_too_short")
    assert found.hold_min == 10


def test_a_supply_that_fell_as_well_proves_nothing() -> None:
    found = judged(series("G", TIGHT), series("R", [35.0, 35.0, *[1.0] * 11], inside=False))
    assert (found.verdict, found.reason) == ("repeat", "reference_lost")


def test_gauges_that_never_had_pressure_prove_nothing_one_that_had_it_is_enough() -> None:
    shut = [0.1] * 13
    found = judged(series("G", shut))
    assert (found.verdict, found.reason) == ("repeat", "no_pressure")
    assert judged(series("G", shut), series("H", TIGHT)).verdict == "pass"
    assert judged(series("G", shut), series("H", LEAKS)).verdict == "fail"


def test_a_gauge_below_the_draining_point_keeps_the_column_above_it() -> None:
    standing = [head + 3.0 for head in TIGHT]
    assert judged(series("G", standing)).verdict == "fail"
    found = judged(series("G", standing, reference_m=3.0))
    assert found.verdict == "pass"
    assert found.p_min_m == pytest.approx(0.1)


def test_limits_are_settings() -> None:
    mild = [32.0, 30.0, 12.0, 3.0, 0.2, 0.2, 0.5, 0.6, 0.8, 0.9, 0.9, 0.9, 0.9]
    assert judged(series("G", mild)).verdict == "fail"
    loose = Settings({"dma.test_rise_m": "1.0"})
    assert judge_test([series("G", mild)], period(), loose).verdict == "pass"


@pytest.mark.parametrize(
    ("found", "choices", "sentence"),
    [
        ([], {}, "No pressure was read between 2026-03-12 01:00 and 2026-03-12 02:00"),
        ([series("R", SUPPLY, inside=False)], {}, "No gauge with readings is in the zone, only outside: R"),
        ([series("G", TIGHT[:8])], {}, "was not read from 2026-03-12 01:35 to 2026-03-12 02:00"),
        ([series("G", TIGHT), series("H", TIGHT, step_min=15)], {}, "“H” was not read from"),
        ([series("G", [one * 10 for one in SUPPLY])], {}, "probably read in another unit"),
        ([series("G", TIGHT)], {"minutes": -5}, "is not before END"),
        ([series("G", TIGHT)], {"drained": 90}, "DRAINED_AT 2026-03-12 02:30 is not between"),
    ],
)
def test_readings_that_prove_nothing_are_refused(
    found: list[GaugeSeries], choices: dict[str, float], sentence: str
) -> None:
    with pytest.raises(InputError) as error:
        judged(*found, **choices)
    assert sentence in error.value.message


@pytest.mark.slow
@given(st.lists(st.floats(0.0, 60.0), min_size=13, max_size=13), st.randoms(use_true_random=False))
def test_verdicts_do_not_depend_on_the_order_of_gauges(heads: list[float], dice: object) -> None:
    gauges = [series("A", heads), series("B", TIGHT), series("C", LEAKS), series("R", SUPPLY, inside=False)]
    mixed = list(gauges)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert judge_test(gauges, period(), Settings()) == judge_test(mixed, period(), Settings())


@pytest.mark.slow
@given(st.lists(st.floats(0.0, 60.0), min_size=13, max_size=13))
def test_a_pass_means_low_and_still_by_a_plain_search(heads: list[float]) -> None:
    found = judged(series("G", heads))
    held = heads[4:]
    rise = max(later - earlier for at, earlier in enumerate(held) for later in held[at:])
    assert found.p_min_m == pytest.approx(min(heads), abs=1e-5)
    assert found.rise_m == pytest.approx(rise, abs=1e-5)
    supplied = max(heads[:5])
    if abs(min(heads) - 1.0) > 1e-4 and abs(rise - 0.5) > 1e-4 and abs(supplied - 5.0) > 1e-4:
        assert (found.verdict == "pass") == (min(heads) <= 1.0 and rise <= 0.5 and supplied >= 5.0)


def test_typed_readings_become_rows_across_midnight() -> None:
    start = moment_of("START", "2026-03-11 23:30", ZONE)
    frame = typed_readings(
        "G1 23:40 0.31\nG1 00:10 0.02；G2, 2026-03-12 01:00, 0.0", start=start, time_zone=ZONE
    )
    assert frame["node_id"].tolist() == ["G1", "G1", "G2"]
    assert frame["time"].dt.strftime("%d %H:%M").tolist() == ["11 15:40", "11 16:10", "11 17:00"]
    assert frame["value"].tolist() == [0.31, 0.02, 0.0]
    assert set(frame["quantity"]) == {"pressure_mpa"}


def test_typed_readings_take_one_unit_for_all() -> None:
    start = moment_of("START", "2026-03-12T01:00", ZONE)
    metres = typed_readings("G 01:00 32 m; G 01:05 0.5m", start=start, time_zone=ZONE)
    assert metres["value"].tolist() == pytest.approx([32 / MPA_METRES, 0.5 / MPA_METRES])
    with pytest.raises(InputError, match="more than one unit: m, mpa"):
        typed_readings("G 01:00 32 m; G 01:05 0.05", start=start, time_zone=ZONE)


@pytest.mark.parametrize("line", ["G 0.3", "G 25:00 0.3", "G 01:00", "G 01:00 x", "G 01:00 3 psi"])
def test_a_line_that_cannot_be_read_is_quoted(line: str) -> None:
    start = moment_of("START", "2026-03-12 01:00", ZONE)
    with pytest.raises(InputError) as error:
        typed_readings(line, start=start, time_zone=ZONE)
    assert line in error.value.message


def test_moments_follow_the_clock_of_the_network_or_their_offset() -> None:
    assert moment_of("START", "2026-03-12 01:00", ZONE) == START
    assert moment_of("START", "2026-03-12T01:00:00+08:00", "UTC") == START
    with pytest.raises(InputError, match="END: “tonight” is not a valid time"):
        moment_of("END", "tonight", ZONE)
