"""Step tests: planned by chance, recorded as the state of valves, read back by the ranking."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.leaking_zone import ALARM, BRANCHES, SINCE, ZONE, night_readings, write
from support.simulated_narrowing import narrow, zone_cases
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest, narrow_leak
from waternet_plugin.operations.leakage.step_tests import StepTestRequest, plan_step_test, record_step_test
from waternet_plugin.store.network import Network

NIGHT = SINCE + np.timedelta64(5, "D")


@pytest.mark.slow
def test_each_branch_that_a_valve_shuts_is_a_step(leaking_zone: Network) -> None:
    plan = plan_step_test(leaking_zone, NarrowRequest(alarm_id=ALARM), most=BRANCHES)
    assert sorted(plan.steps["valves"]) == [f"V-{one}" for one in range(BRANCHES)]
    assert plan.steps["length_m"].tolist() == pytest.approx([95.0] * BRANCHES)
    assert plan.steps["customers"].tolist() == [1] * BRANCHES
    assert sorted(plan.pipes["pipe_id"]) == [f"BRANCH-{one}" for one in range(BRANCHES)]


@pytest.mark.slow
def test_fewer_steps_shut_more_valves_each(leaking_zone: Network) -> None:
    plan = plan_step_test(leaking_zone, NarrowRequest(zone_id=ZONE), most=2)
    assert len(plan.steps) == 2
    assert sorted(", ".join(plan.steps["valves"]).split(", ")) == [f"V-{one}" for one in range(BRANCHES)]


@pytest.mark.slow
def test_a_recorded_step_test_narrows_the_leak_and_its_undo_takes_it_back(leaking_zone: Network) -> None:
    write(
        leaking_zone,
        "reading",
        night_readings(NIGHT, {"V-3": ("01:30", "02:00"), "V-4": ("02:00", "02:30")}, "V-4"),
    )
    before = narrow_leak(leaking_zone, NarrowRequest(alarm_id=ALARM)).pipes
    steps = "2025-05-15 01:30-02:00 V-3\n2025-05-15 02:00~02:30 V-4"
    made = record_step_test(leaking_zone, StepTestRequest(ZONE, steps))
    assert made.steps == 2
    rows = leaking_zone.read("reading", where={"quantity": "valve_open"})
    assert sorted(zip(rows["node_id"], rows["time"].dt.strftime("%d %H:%M"), rows["value"])) == [
        ("V-3", "14 17:30", 0.0),
        ("V-3", "14 18:00", 1.0),
        ("V-4", "14 18:00", 0.0),
        ("V-4", "14 18:30", 1.0),
    ]
    after = narrow_leak(leaking_zone, NarrowRequest(alarm_id=ALARM)).pipes
    assert after["pipe_id"].iloc[0] == "BRANCH-4"
    with pytest.raises(InputError, match="already"):
        record_step_test(leaking_zone, StepTestRequest(ZONE, steps))
    leaking_zone.undo(made.batch_id)
    assert (
        narrow_leak(leaking_zone, NarrowRequest(alarm_id=ALARM)).pipes["chance"].tolist()
        == before["chance"].tolist()
    )


@pytest.mark.parametrize(
    ("steps", "told"),
    a_few_quick(
        [
            ("", "one step per line"),
            ("2025-05-15 01:30 V-1", "can't be read"),
            ("2025-05-15 01:30-02:00", "names no valve"),
            ("2025-05-32 01:30-02:00 V-1", "2025-05-32"),
            ("2025-05-15 01:30-14:00 V-1", "longer than 12 h"),
            ("2025-05-15 01:30-02:00 V-1, J-2, NOWHERE", "J-2"),
            ("2025-07-15 01:30-02:00 V-1", "2025-07-15"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_step_that_tells_nothing_is_refused_in_a_sentence(
    leaking_zone: Network, steps: str, told: str
) -> None:
    write(leaking_zone, "reading", night_readings(NIGHT))
    with pytest.raises(InputError, match=told):
        record_step_test(leaking_zone, StepTestRequest(ZONE, steps))
    assert not len(leaking_zone.read("reading", where={"quantity": "valve_open"}))


@pytest.mark.slow
def test_a_step_test_needs_a_zone_that_is_there_a_step_and_a_valve(leaking_zone: Network) -> None:
    for wrong, told in ((("", "x"), "Choose the zone"), (("Z-9", "2025-05-15 01:30-02:00 V-1"), "Z-9")):
        with pytest.raises(InputError, match=told):
            record_step_test(leaking_zone, StepTestRequest(*wrong))
    with pytest.raises(InputError, match="1 or more"):
        plan_step_test(leaking_zone, NarrowRequest(zone_id=ZONE), most=0)
    with leaking_zone.write("edit") as batch:
        batch.delete("node", [f"V-{one}" for one in range(BRANCHES)])
    with pytest.raises(InputError, match="No valve"):
        plan_step_test(leaking_zone, NarrowRequest(zone_id=ZONE))


@pytest.mark.slow
def test_in_the_sample_town_two_nights_leave_a_tenth_and_ranks_beat_length(
    sample_town: Path, tmp_path: Path
) -> None:
    town = Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg"))
    cases = zone_cases(town, datetime.date(2021, 12, 31))
    dice = np.random.default_rng(7)
    later = [narrow(case, int(leak), dice) for case in cases for leak in case.leaks]
    anywhere = [
        narrow(case, int(leak), dice)
        for case in cases
        for leak in dice.choice(np.flatnonzero(case.pipes.is_main & (case.pipes.length_m > 20)), 4)
    ]
    by_length, by_assessment, _one_night, two_nights = np.mean([one.ranks for one in later], axis=0)
    assert by_assessment < 0.9 * by_length
    assert two_nights < 4
    left = np.array([one.left[-1] for one in (*later, *anywhere)])
    assert left.mean() < 0.08
    assert np.median(left) <= 0.1 and left.max() < 0.2
