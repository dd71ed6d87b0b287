"""When tanks are due: the cases one by one, and whole towns against a second reckoning."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.slow_cases import a_few_quick
from support.tank_towns import AS_OF, DAY, random_rows, reckoned, tables_of_rows

from waternet_plugin.core.drainage.compounds.tanks.tank_norm import NormTerms, norm_days
from waternet_plugin.core.drainage.compounds.tanks.tank_reasons import said_each
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import TankSchedule, schedule_tanks
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.settings import Settings

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def schedule(
    tables: Mapping[str, pd.DataFrame],
    as_of: datetime.date = AS_OF,
    settings: Mapping[str, str] | None = None,
) -> TankSchedule:
    subject = NetworkFrame(tables, Settings(settings))
    return schedule_tanks(subject, tables["reading"], tables["work_item"], as_of=as_of, zone=SHANGHAI)


def of_one_tank(as_of: datetime.date = AS_OF, **given: Any) -> tuple[dict[str, Any], str]:
    """Return the row of a tank of 30 m3 and 1.2 m that was cleaned 100 days ago, and its reasons."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: given.pop(name, []) for name in ("customer", "reading", "work_item", "pipe")
    }
    rows["compound"] = given.pop(
        "compound", [{"compound_id": "C0", "households": 40, "box": (0.0, 0.0, 9.0, 9.0)}]
    )
    tank = {
        "node_id": "T1", "kind": "septic_tank", "status": "in_use", "at": (50.0, 50.0),
        "tank_volume_m3": 30.0, "liquid_depth_m": 1.2, "cleaned_on": AS_OF - 100 * DAY, **given,
    }  # fmt: skip
    rows["node"] = [tank]
    found = schedule(tables_of_rows(rows), as_of)
    return found.frame.iloc[0].to_dict(), said_each(found.facts)[0]


def depth(days_ago: int, value: float, quantity: str = "sludge_m", clock: str = "09:00") -> dict[str, Any]:
    day = AS_OF - days_ago * DAY
    return {
        "node_id": "T1", "time": f"{day.isoformat()}T{clock}:00+08:00", "quantity": quantity, "value": value,
    }  # fmt: skip


def item(days_ago: int, **fields: Any) -> dict[str, Any]:
    day = AS_OF - days_ago * DAY
    return {
        "item_id": "W1", "type": "clean", "state": "done", "asset": "T1", "opened_on": day,
        "closed_on": day, **fields,
    }  # fmt: skip


@pytest.mark.parametrize("seed", a_few_quick(range(60), 1))
def test_whole_towns_are_as_reckoned_one_tank_at_a_time(seed: int) -> None:
    rows = random_rows(seed)
    expected = reckoned(rows)
    frame = schedule(tables_of_rows(rows)).frame
    assert set(frame["node_id"]) == set(expected) and frame["node_id"].is_unique
    for row in frame.to_dict("records"):
        compound, persons, *others = expected[row["node_id"]]
        assert row["compound_id"] == compound
        if persons is None:
            assert np.isnan(row["persons"])
        else:
            assert row["persons"] == pytest.approx(persons)
        days = [None if pd.isna(row[name]) else row[name].date() for name in ("cleaned_on", "due_on")]
        assert [row["cycle_d"], row["basis"], *days, row["state"]] == others, row["node_id"]


def test_random_towns_have_every_basis_and_state() -> None:
    found = [one for seed in range(6) for one in reckoned(random_rows(seed)).values()]
    assert {one[3] for one in found} == {"measured", "given", "norm", "default"}
    assert {one[6] for one in found} == {"overdue", "due", "later", "unknown"}


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing() -> None:
    tables = tables_of_rows(random_rows(3))
    chance = np.random.default_rng(1)
    mixed = {
        name: frame.iloc[chance.permutation(len(frame))].reset_index(drop=True)
        for name, frame in tables.items()
    }
    one, other = schedule(tables), schedule(mixed)
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.facts == other.facts


def test_the_norm_of_the_handbook() -> None:
    # 200 persons, 30 L of sewage and 0.4 L of sludge, 24 h, all of them: 20.0 m3 for a year.
    terms = NormTerms(users_share=1.0, sludge_l=0.4, sewage_l=30.0, stay_h=24.0)
    volume = np.array([20.016, 20.015, 5.0, np.nan, 0.0, 20.0])
    persons = np.array([200.0, 200.0, 200.0, 200.0, 200.0, np.nan])
    days = norm_days(volume, persons, terms)
    assert days[:2].tolist() == [365.0, 364.0]
    assert days[2] < 0 and np.isnan(days[3:]).all()


def test_by_measured_depths() -> None:
    row, words = of_one_tank(reading=[depth(80, 0.1), depth(60, 0.2)])
    # 5 mm a day: a third of 1.2 m sixty days after the first, a hundred days before the other limits.
    assert (row["basis"], row["cycle_d"], row["due_on"].date()) == ("measured", 80, AS_OF - 20 * DAY)
    assert row["state"] == "overdue"
    assert "depths of 2 days rise by 5 mm a day and reach 0.4 m on 2026-05-26" in words


@pytest.mark.slow
def test_depths_of_a_day_are_summed_the_newest_of_a_kind_counts() -> None:
    readings = [
        depth(80, 0.9, "sludge_m", "08:00"), depth(80, 0.06), depth(80, 0.04, "scum_m"),
        depth(60, 0.15), depth(60, 0.05, "scum_m"),
    ]  # fmt: skip
    assert of_one_tank(reading=readings)[0]["cycle_d"] == 80


@pytest.mark.slow
def test_what_was_measured_as_it_was_cleaned_does_not_count() -> None:
    rising = [depth(80, 0.1), depth(60, 0.2)]
    assert of_one_tank(reading=[depth(100, 0.39), *rising])[0]["cycle_d"] == 80
    assert of_one_tank(reading=[depth(100, 0.0), *rising])[0]["cycle_d"] == 80
    row, words = of_one_tank(reading=[depth(120, 0.2), depth(100, 0.39), *rising])
    assert row["cycle_d"] == 80 and "days measured before the cleaning don't count: 2" in words


@pytest.mark.parametrize(
    ("readings", "words"),
    a_few_quick(
        [
            ([depth(80, 0.2), depth(60, 0.1)], "don't rise"),
            ([depth(80, 0.2), depth(60, 0.2)], "don't rise"),
            ([depth(80, 0.1)], "depths of one day only"),
            ([depth(120, 0.1), depth(110, 0.2)], "before the cleaning don't count: 2"),
            ([depth(-1, 0.1), depth(-2, 0.2)], "to come don't count: 2"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_depths_without_a_line_are_said(readings: list[dict[str, Any]], words: str) -> None:
    row, said = of_one_tank(reading=readings)
    assert row["basis"] == "default" and row["cycle_d"] == 180 and words in said


@pytest.mark.slow
def test_a_liquid_depth_that_is_not_known_is_said() -> None:
    row, said = of_one_tank(reading=[depth(80, 0.1), depth(60, 0.2)], liquid_depth_m=None)
    assert row["basis"] == "default" and "the liquid depth is not known" in said


@pytest.mark.slow
def test_full_when_cleaned_is_said() -> None:
    row, said = of_one_tank(reading=[depth(80, 0.5), depth(60, 0.6)])
    assert row["basis"] == "measured" and row["due_on"].date() == AS_OF - 100 * DAY
    row, said = of_one_tank(reading=[depth(80, 0.6), depth(60, 0.7)])
    assert row["state"] == "overdue" and row["cycle_d"] == -20 and "check whether it was emptied" in said


@pytest.mark.slow
def test_the_longest_cycle_binds() -> None:
    slow = [depth(80, 0.1), depth(60, 0.1001)]
    row, said = of_one_tank(reading=slow)
    assert (row["basis"], row["cycle_d"]) == ("measured", 360) and "longest allowed cycle of 360 d" in said
    row, said = of_one_tank(cleaning_interval_d=400)
    assert (row["basis"], row["cycle_d"]) == ("given", 360) and "longest allowed cycle of 360 d" in said
    assert of_one_tank(kind="grease_trap", cleaning_interval_d=100)[0]["cycle_d"] == 90
    assert of_one_tank(kind="grease_trap")[0]["cycle_d"] == 30
    assert of_one_tank(kind="sediment_tank")[0]["cycle_d"] == 90


@pytest.mark.slow
def test_by_the_norm_of_users_upstream() -> None:
    user = {"customer_id": "U1", "outlet_node": "T1", "households": None, "persons": 200}
    row, said = of_one_tank(customer=[user])
    # 30 m3 less 8.4 m3 of water, 0.00048 x 140 x 0.7 m3 of sludge a day.
    assert (row["basis"], row["cycle_d"], row["persons"]) == ("norm", 360, 200.0)
    row, said = of_one_tank(customer=[{**user, "persons": 400}])
    assert row["cycle_d"] == 140 and "users who drain into it: 1, persons: 400" in said
    row, said = of_one_tank(customer=[{**user, "persons": 2000}])
    assert row["cycle_d"] == 90 and "held to the shortest cycle of the norm, 90 d" in said
    assert of_one_tank(customer=[{**user, "persons": None}])[0]["persons"] == 2.6
    row, said = of_one_tank(customer=[{**user, "persons": 0}])
    assert (row["basis"], row["persons"]) == ("default", 0.0)


def test_by_the_households_of_the_compound() -> None:
    row, said = of_one_tank(compound_id="C0")
    assert row["persons"] == pytest.approx(104.0) and row["basis"] == "norm"
    assert "104 persons: its share by volume of 40 households of C0" in said
    row, said = of_one_tank(compound_id="C0", tank_volume_m3=0.0)
    assert row["basis"] == "default" and "a volume of 0 m³ can't be" in said


@pytest.mark.slow
def test_cleaned_by_the_newest_item_that_is_done() -> None:
    row, said = of_one_tank(work_item=[item(50), item(70, item_id="W2"), item(-3, item_id="W3")])
    assert row["cleaned_on"].date() == AS_OF - 50 * DAY and "cleaned by work item W1" in said
    row, said = of_one_tank(work_item=[item(50, state="open"), item(40, type="inspect"), item(120)])
    assert row["cleaned_on"].date() == AS_OF - 100 * DAY and "work item" not in said
    row, said = of_one_tank(work_item=[item(50, opened_on=AS_OF)])
    assert row["cleaned_on"].date() == AS_OF - 50 * DAY
    assert "W1 was closed before it was opened: check its dates" in said


@pytest.mark.slow
def test_never_cleaned_is_unknown() -> None:
    row, said = of_one_tank(cleaned_on=None, reading=[depth(80, 0.1), depth(60, 0.2)])
    assert (row["state"], row["basis"], row["cycle_d"]) == ("unknown", "default", 180)
    assert pd.isna(row["due_on"]) and "no cleaning is recorded" in said
    row, said = of_one_tank(cleaned_on=AS_OF + 2 * DAY)
    assert row["state"] == "unknown" and "a cleaning on 2026-06-17 is to come" in said


@pytest.mark.parametrize(
    ("ahead", "state"),
    a_few_quick([(-1, "overdue"), (0, "due"), (30, "due"), (31, "later")], 1, is_tuple_one_value=False),
)
def test_states_by_the_days_left(ahead: int, state: str) -> None:
    row, _said = of_one_tank(as_of=AS_OF + (80 - ahead) * DAY)
    assert row["state"] == state


@pytest.mark.slow
def test_far_fuller_than_the_norm_with_catering_upstream() -> None:
    users = [
        {"customer_id": "U1", "outlet_node": "T1", "persons": 400, "trade": "school"},
        {"customer_id": "U2", "outlet_node": "M1", "persons": 0, "trade": "catering"},
    ]
    readings = [depth(80, 0.1), depth(60, 0.3)]
    manhole = {"node_id": "M1", "kind": "manhole", "status": "in_use", "at": (60.0, 50.0)}
    drain = {"pipe_id": "P1", "from_node": "M1", "to_node": "T1", "system": "sewage", "status": "in_use"}

    def said(customers: list[dict[str, Any]]) -> str:
        rows = {
            "node": [
                {
                    "node_id": "T1", "kind": "septic_tank", "status": "in_use", "at": (50.0, 50.0),
                    "tank_volume_m3": 30.0, "liquid_depth_m": 1.2, "cleaned_on": AS_OF - 100 * DAY,
                },
                manhole,
            ],
            "compound": [{"compound_id": "C0", "households": 40, "box": (0.0, 0.0, 9.0, 9.0)}],
            "pipe": [drain], "customer": customers, "reading": readings, "work_item": [],
        }  # fmt: skip
        return said_each(schedule(tables_of_rows(rows)).facts)[0]

    # Three quarters full after 40 of the 140 days of the norm.
    assert "2.625 times as full as the norm expects, with catering upstream (U2)" in said(users)
    assert "catering" not in said(users[:1])


def test_tanks_out_of_use_are_counted_not_listed() -> None:
    rows = random_rows(2)
    found = schedule(tables_of_rows(rows))
    gone = [one for one in rows["node"] if one["kind"] != "manhole" and one["status"] == "abandoned"]
    assert found.out_of_use == len(gone) > 0
    assert not set(found.frame["node_id"]) & {one["node_id"] for one in gone}


def test_nothing_to_schedule() -> None:
    rows = random_rows(1)
    rows["node"] = [one for one in rows["node"] if one["kind"] == "manhole"]
    names = {one["node_id"] for one in rows["node"]}
    rows["pipe"] = [one for one in rows["pipe"] if {one["from_node"], one["to_node"]} <= names]
    found = schedule(tables_of_rows(rows))
    assert not len(found.frame) and found.facts == ()
