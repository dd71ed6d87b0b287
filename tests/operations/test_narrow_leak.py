"""Pipes of an alarm ranked: what makes them likely and unlikely, and what bad input gets."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.leaking_zone import ALARM, BRANCHES, LEAK_M3H, SINCE, ZONE, night_readings, write
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest, NarrowResult, narrow_leak, rank
from waternet_plugin.store.network import Network


def ask(network: Network, **further: Any) -> NarrowResult:
    return narrow_leak(network, NarrowRequest(**(further or {"alarm_id": ALARM})))


def chance_of(found: NarrowResult) -> dict[str, float]:
    assert found.pipes["chance"].sum() == pytest.approx(1.0)
    assert found.pipes["order"].tolist() == list(range(1, len(found.pipes) + 1))
    assert (np.diff(found.pipes["chance"]) <= 0).all()
    return dict(zip(found.pipes["pipe_id"], found.pipes["chance"]))


def reason_of(found: NarrowResult, pipe: str) -> str:
    return str(found.pipes.set_index("pipe_id").loc[pipe, "reasons"])


def assess(network: Network, expected: dict[str, float]) -> None:
    write(network, "assessment_run", pd.DataFrame({"run_id": ["R-1"]}))
    rows = {"run_id": "R-1", "pipe_id": list(expected), "likelihood": list(expected.values())}
    write(network, "assessment", pd.DataFrame(rows))


@pytest.mark.slow
def test_without_anything_known_pipes_count_by_length_and_say_so(leaking_zone: Network) -> None:
    found = ask(leaking_zone)
    chance = chance_of(found)
    assert len(chance) == 3 * BRANCHES and "OUTSIDE" not in chance
    assert chance["MAIN-0"] / chance["STUB-0"] == pytest.approx(20.0)
    assert "length" in reason_of(found, "MAIN-0")
    assert any("Assess" in one for one in found.notes)
    assert found.length_m == pytest.approx(1200.0)
    assert found.pipes.geometry.length.sum() == pytest.approx(1200.0)


@pytest.mark.slow
def test_expected_failures_of_the_newest_assessment_make_pipes_likely(leaking_zone: Network) -> None:
    assess(leaking_zone, {f"MAIN-{one}": 1.0 + 4.0 * (one == 3) for one in range(BRANCHES)})
    found = ask(leaking_zone)
    chance = chance_of(found)
    assert found.pipes["pipe_id"].iloc[0] == "MAIN-3"
    assert chance["MAIN-3"] / chance["MAIN-2"] == pytest.approx(5.0)
    # A pipe without assessment has the mean of the others by its length.
    assert chance["BRANCH-1"] / chance["MAIN-2"] == pytest.approx(0.95 * 10 / 6)
    assert "3 times" in reason_of(found, "MAIN-3")


def shut_each(network: Network, night: pd.Timestamp, leaking: str) -> None:
    """Write a step test: each branch shut off for half an hour."""
    hours = {f"V-{one}": (f"0{1 + one // 2}:{30 * (one % 2):02d}", "") for one in range(BRANCHES)}
    shut = {
        name: (start, (pd.Timestamp(f"2000-01-01 {start}") + pd.Timedelta("30min")).strftime("%H:%M"))
        for name, (start, _end) in hours.items()
    }
    write(network, "reading", night_readings(night, shut, leaking))
    rows = [
        (name, night + pd.Timedelta(f"{at}:00"), "valve_open", value)
        for name, (start, end) in shut.items()
        for at, value in ((start, 0.0), (end, 1.0))
    ]
    frame = pd.DataFrame(rows, columns=["node_id", "time", "quantity", "value"])
    write(network, "reading", frame.assign(time=frame["time"].dt.tz_convert("UTC")))


@pytest.mark.slow
def test_a_step_test_finds_the_branch_where_flow_falls(leaking_zone: Network) -> None:
    shut_each(leaking_zone, SINCE + pd.Timedelta("5D"), "V-4")
    found = ask(leaking_zone)
    chance = chance_of(found)
    assert found.pipes["pipe_id"].iloc[0] == "BRANCH-4"
    assert chance["BRANCH-4"] > 0.75
    assert chance["BRANCH-1"] < 0.001
    assert "2025-05-15" in reason_of(found, "BRANCH-4")
    assert f"{LEAK_M3H:.0f}"[:1] in reason_of(found, "BRANCH-4")


@pytest.mark.slow
def test_a_leak_that_runs_on_whatever_is_shut_lies_on_the_main(leaking_zone: Network) -> None:
    shut_each(leaking_zone, SINCE + pd.Timedelta("5D"), "")
    chance = chance_of(ask(leaking_zone))
    assert sum(chance[f"BRANCH-{one}"] for one in range(BRANCHES)) < 0.05


@pytest.mark.slow
def test_steps_before_the_leak_and_steps_without_readings_count_nothing(leaking_zone: Network) -> None:
    before = chance_of(ask(leaking_zone))
    shut_each(leaking_zone, SINCE - pd.Timedelta("5D"), "V-4")
    assert chance_of(ask(leaking_zone)) == before
    rows = {
        "node_id": ["V-1", "V-1", "V-2"], "quantity": "valve_open", "value": [0.0, 1.0, 0.0],
        "time": pd.to_datetime(["2025-05-20 18:00", "2025-05-20 19:00", "2025-05-20 19:00"], utc=True),
    }  # fmt: skip
    write(leaking_zone, "reading", pd.DataFrame(rows))
    found = ask(leaking_zone)
    assert chance_of(found) == before
    assert any("2025-05-21" in one for one in found.notes)
    assert any("V-2" in one for one in found.notes)


def noise(network: Network, node: str, before: float, after: float) -> None:
    days = pd.date_range(SINCE - pd.Timedelta("10D"), periods=20, freq="D") + pd.Timedelta("2h")
    level = np.where(days < SINCE, before, after)
    rows = {"node_id": node, "time": days.tz_convert("UTC"), "quantity": "noise_db", "value": level}
    write(network, "reading", pd.DataFrame(rows))


@pytest.mark.slow
def test_a_sensor_that_got_louder_makes_pipes_near_it_likely(leaking_zone: Network) -> None:
    noise(leaking_zone, "E-2", 20.0, 40.0)
    noise(leaking_zone, "E-5", 20.0, 20.5)
    found = ask(leaking_zone)
    chance = chance_of(found)
    assert found.pipes["pipe_id"].iloc[0] == "BRANCH-2"
    assert chance["BRANCH-2"] > 3 * chance["BRANCH-0"] > chance["BRANCH-5"]
    assert "E-2" in reason_of(found, "BRANCH-2") and "20 dB" in reason_of(found, "BRANCH-2")
    assert "E-5" in reason_of(found, "BRANCH-5")


@pytest.mark.slow
def test_a_number_for_no_value_is_no_silence(leaking_zone: Network) -> None:
    noise(leaking_zone, "E-2", 20.0, 40.0)
    before = chance_of(ask(leaking_zone))
    moments = pd.date_range(SINCE + pd.Timedelta("3h"), periods=8, freq="D").tz_convert("UTC")
    rows = {"node_id": "E-2", "time": moments, "quantity": "noise_db", "value": -9999.0}
    write(leaking_zone, "reading", pd.DataFrame(rows))
    found = ask(leaking_zone)
    assert chance_of(found) == before
    assert any("8 readings of noise" in one and "E-2" in one for one in found.notes)


@pytest.mark.slow
@pytest.mark.parametrize("named", [{"asset": "BRANCH-1"}, {"pipes": "BRANCH-1;BRANCH-9"}])
def test_a_pipe_that_was_searched_or_repaired_in_vain_is_less_likely(
    leaking_zone: Network, named: dict[str, str]
) -> None:
    before = chance_of(ask(leaking_zone))
    day = pd.Timestamp(SINCE.date()) + pd.Timedelta("4D")
    search = {
        "item_id": ["W-1"], "type": "locate", "state": "done", "found": "no", **named,
        "method": "correlator", "closed_on": [day], "gis_checked_on": [day],
    }  # fmt: skip
    write(leaking_zone, "work_item", pd.DataFrame(search))
    repair = {"failure_id": ["F-1"], "pipe_id": "BRANCH-2", "date": [day], "repaired_on": [day]}
    write(leaking_zone, "failure", pd.DataFrame(repair))
    found = ask(leaking_zone)
    chance = chance_of(found)
    for pipe, word in (("BRANCH-1", "Correlator"), ("BRANCH-2", "repaired")):
        assert chance[pipe] / chance["BRANCH-3"] == pytest.approx(0.3 * before[pipe] / before["BRANCH-3"])
        assert word in reason_of(found, pipe)


@pytest.mark.slow
def test_a_repair_just_before_the_end_of_the_alarm_makes_others_unlikely(leaking_zone: Network) -> None:
    day = pd.Timestamp(SINCE.date()) + pd.Timedelta("4D")
    repair = {"failure_id": ["F-1"], "pipe_id": "BRANCH-2", "date": [day], "repaired_on": [day]}
    write(leaking_zone, "failure", pd.DataFrame(repair))
    with leaking_zone.write("edit") as batch:
        batch.update(
            "leak_alarm", pd.DataFrame({"alarm_id": [ALARM], "ended_on": [day + pd.Timedelta("1D")]})
        )
    found = ask(leaking_zone)
    assert chance_of(found)["BRANCH-2"] > 0.6
    assert "BRANCH-2" in reason_of(found, "BRANCH-3")


@pytest.mark.slow
def test_a_part_that_is_measured_and_quiet_is_unlikely(leaking_zone: Network) -> None:
    child = {"zone_id": ["Z1a"], "kind": "dma", "parent_id": ZONE, "state": "in_operation"}
    write(leaking_zone, "zone", pd.DataFrame(child))
    nights = pd.date_range(SINCE.date(), periods=5)
    rows = {
        "night_id": [f"Z1a {one:%d}" for one in nights],
        "zone_id": "Z1a",
        "night": nights,
        "state": "normal",
    }
    write(leaking_zone, "zone_night", pd.DataFrame(rows))
    with leaking_zone.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["BRANCH-5"], "dma_id": ["Z1a"]}))
    found = ask(leaking_zone)
    chance = chance_of(found)
    assert chance["BRANCH-5"] / chance["BRANCH-4"] == pytest.approx(0.1)
    assert "Z1a" in reason_of(found, "BRANCH-5")


@pytest.mark.slow
def test_a_zone_takes_its_open_alarm_and_does_without_one(leaking_zone: Network) -> None:
    assert ask(leaking_zone, zone_id=ZONE).alarm_id == ALARM
    assert (
        rank(leaking_zone, ALARM)["pipe_id"].tolist()
        == ask(leaking_zone, zone_id=ZONE).pipes["pipe_id"].tolist()
    )
    with leaking_zone.write("edit") as batch:
        ended = pd.DataFrame({"alarm_id": [ALARM], "ended_on": [pd.Timestamp(datetime.date(2025, 6, 1))]})
        batch.update("leak_alarm", ended)
    found = ask(leaking_zone, zone_id=ZONE)
    assert found.alarm_id == ""
    assert any("No alarm" in one for one in found.notes)


@pytest.mark.parametrize(
    ("wrong", "told"),
    a_few_quick(
        [
            ({"alarm_id": "", "zone_id": ""}, "either ALARM or ZONE"),
            ({"alarm_id": ALARM, "zone_id": ZONE}, "either ALARM or ZONE"),
            ({"alarm_id": "A-9"}, "A-9"),
            ({"zone_id": "Z-9"}, "Z-9"),
            ({"zone_id": "EMPTY"}, "no open pipe"),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_what_can_not_be_ranked_is_refused_in_a_sentence(
    leaking_zone: Network, wrong: dict[str, str], told: str
) -> None:
    write(leaking_zone, "zone", pd.DataFrame({"zone_id": ["EMPTY"], "kind": "dma", "state": "draft"}))
    with pytest.raises(InputError, match=told):
        ask(leaking_zone, **wrong)


@pytest.mark.slow
def test_the_same_rows_in_another_order_get_the_same_ranking(leaking_zone: Network, tmp_path: Path) -> None:
    shut_each(leaking_zone, SINCE + pd.Timedelta("5D"), "V-4")
    first = ask(leaking_zone).pipes
    with leaking_zone.write("edit") as batch:
        batch.delete("pipe", ["MAIN-0"])
    with leaking_zone.write("edit") as batch:
        row = first[first["pipe_id"] == "MAIN-0"]
        line = row.assign(
            from_node="M1", to_node="J-0", system="potable", function="distribution", status="in_use",
            material="cast_iron", diameter_mm=150.0, dma_id=ZONE,
        ).drop(columns=["order", "chance", "reasons", "reason_facts"])  # fmt: skip
        batch.insert("pipe", line)
    again = ask(leaking_zone).pipes
    assert again["pipe_id"].tolist() == first["pipe_id"].tolist()
    assert again["chance"].tolist() == pytest.approx(first["chance"].tolist())
