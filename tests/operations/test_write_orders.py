"""From a suspected pipe to a work order, from the dig to a failure, and what becomes of the alarm."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.leaking_zone import ALARM, ZONE
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.search_ledger import search_ledger
from waternet_plugin.operations.health.assess_health import AssessRequest, assess_health
from waternet_plugin.operations.leakage.leak_digs import DigRequest, record_dig
from waternet_plugin.operations.leakage.narrow_leak import rank, read_ledger
from waternet_plugin.operations.leakage.night_flow import NightFlowRequest, night_flow
from waternet_plugin.operations.work.write_orders import OrderRequest, write_orders
from waternet_plugin.store.network import Network

ORDERED, DUG = datetime.date(2025, 5, 14), datetime.date(2025, 5, 16)


def order(network: Network, *pipes: str, **further: Any) -> tuple[str, ...]:
    request = OrderRequest(pipes, "locate", ALARM, "correlator", opened_on=ORDERED, **further)
    return write_orders(network, request).item_ids


@pytest.mark.slow
def test_a_suspect_becomes_a_work_order_in_the_middle_of_its_pipe(leaking_zone: Network) -> None:
    before = leaking_zone.position()
    made = write_orders(leaking_zone, OrderRequest(("BRANCH-2", "MAIN-0"), "locate", ALARM, "listening"))
    first, second = leaking_zone.read("work_item").itertuples()
    assert (first.item_id, second.item_id) == made.item_ids
    assert (first.type, first.state, first.asset, first.zone_id) == ("locate", "open", "BRANCH-2", ZONE)
    assert (first.alarm_id, first.method) == (ALARM, "listening")
    assert (first.geom.x, first.geom.y) == (400.0, 52.5)
    leaking_zone.undo(made.batch_id)
    assert leaking_zone.count("work_item") == 0
    assert leaking_zone.position() != before


@pytest.mark.slow
def test_l9_an_order_says_by_when_and_by_whom(leaking_zone: Network) -> None:
    given = {"due_on": DUG, "team": "Team 2", "person": "Wu", "note": "CJ 3 at 12.0 m"}
    made = write_orders(leaking_zone, OrderRequest(("BRANCH-2",), "clean", opened_on=ORDERED, **given))
    (row,) = leaking_zone.read("work_item").itertuples()
    assert (row.type, row.due_on, row.team, row.person) == ("clean", pd.Timestamp(DUG), "Team 2", "Wu")
    assert row.note == "CJ 3 at 12.0 m"
    leaking_zone.undo(made.batch_id)
    assert leaking_zone.count("work_item") == 0


@pytest.mark.slow
def test_a_dug_leak_becomes_a_failure_with_distance_flow_and_method_and_ends_the_alarm(
    leaking_zone: Network,
) -> None:
    (item,) = order(leaking_zone, "BRANCH-2")
    request = DigRequest(
        item, True, DUG, flow_m3h=5.2, point=(400.0, 60.0), method="ground_microphone", repaired_on=DUG
    )
    done = record_dig(leaking_zone, request)
    (row,) = leaking_zone.read("work_item").itertuples()
    assert (row.state, row.found, row.flow_m3h, row.offset_m) == ("done", "yes", 5.2, 7.5)
    assert row.method == "ground_microphone"
    (failure,) = leaking_zone.read("failure").itertuples()
    assert failure.failure_id == done.failure_id
    assert (failure.pipe_id, failure.match_state, failure.match_method) == ("BRANCH-2", "matched", "id")
    assert failure.date == failure.repaired_on == pd.Timestamp(DUG)
    (alarm,) = leaking_zone.read("leak_alarm").itertuples()
    assert done.ended_alarm == ALARM
    assert alarm.ended_on == pd.Timestamp(DUG)
    assert "5.2" in alarm.note and "BRANCH-2" in alarm.note and done.failure_id in alarm.note
    leaking_zone.undo(done.batch_id)
    assert leaking_zone.count("failure") == 0
    assert leaking_zone.read("leak_alarm")["ended_on"].isna().all()
    assert leaking_zone.read("work_item")["state"].tolist() == ["open"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("further", "told"),
    [
        ({"found": False}, "counts less"),
        ({"found": True, "flow_m3h": 5.0}, "until the leak is repaired"),
        ({"found": True, "flow_m3h": 1.0, "repaired_on": DUG}, "more than was found"),
    ],
)
def test_an_alarm_that_is_not_explained_stays_open(
    leaking_zone: Network, further: dict[str, Any], told: str
) -> None:
    (item,) = order(leaking_zone, "BRANCH-2")
    done = record_dig(leaking_zone, DigRequest(item, dug_on=DUG, **further))
    assert leaking_zone.read("leak_alarm")["ended_on"].isna().all()
    assert any(told in one for one in done.messages)
    assert leaking_zone.count("failure") == int(further["found"])


@pytest.mark.slow
def test_small_leaks_end_an_alarm_together(leaking_zone: Network) -> None:
    first, second, third = order(leaking_zone, "BRANCH-2", "BRANCH-3", "BRANCH-4")
    assert not record_dig(leaking_zone, DigRequest(first, True, DUG, 2.0, repaired_on=DUG)).ended_alarm
    done = record_dig(leaking_zone, DigRequest(second, True, DUG, 1.5, repaired_on=DUG))
    assert done.ended_alarm == ALARM
    assert third in done.messages[-1]


@pytest.mark.parametrize(
    ("wrong", "told"),
    a_few_quick(
        [
            ({"asset_ids": ()}, "Choose the pipe"),
            ({"asset_ids": ("BRANCH-2",), "method": "dowsing"}, "dowsing"),
            ({"asset_ids": ("BRANCH-2",), "alarm_id": "A-9"}, "A-9"),
            ({"asset_ids": ("NOWHERE",)}, "NOWHERE"),
            ({"asset_ids": ("BRANCH-2",), "opened_on": DUG, "due_on": ORDERED}, "due on 2025-05-14"),
            ({"asset_ids": ("BRANCH-2",), "type": "clean", "method": "listening"}, "locate a leak"),
            ({"asset_ids": ("BRANCH-1",), "alarm_id": ALARM}, "W-0001"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_an_order_that_can_not_be_written_is_refused_in_a_sentence(
    leaking_zone: Network, wrong: dict[str, Any], told: str
) -> None:
    order(leaking_zone, "BRANCH-1")
    with pytest.raises(InputError, match=told):
        write_orders(leaking_zone, OrderRequest(**wrong))
    assert leaking_zone.count("work_item") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "told"),
    a_few_quick(
        [
            ({"item_id": ""}, "Choose the work order"),
            ({"item_id": "W-9"}, "W-9"),
            ({"item_id": "W-0002"}, "not for locating"),
            ({"flow_m3h": -1.0}, "-1"),
            ({"offset_m": float("nan")}, "nan"),
            ({"kind": "flood"}, "flood"),
            ({"method": "dowsing"}, "dowsing"),
            ({"pipe_id": "NOWHERE"}, "NOWHERE"),
            ({"dug_on": datetime.date(2025, 5, 1)}, "before the work order"),
            ({"dug_on": datetime.date(2999, 5, 1)}, "in the future"),
            ({"repaired_on": datetime.date(2025, 5, 15)}, "before the digging"),
        ],
        is_tuple_one_value=False,
    ),
)
def test_a_dig_that_can_not_be_right_is_refused_in_a_sentence(
    leaking_zone: Network, wrong: dict[str, Any], told: str
) -> None:
    order(leaking_zone, "BRANCH-1")
    with leaking_zone.write("edit") as batch:
        batch.insert("work_item", pd.DataFrame({"item_id": ["W-0002"], "type": "repair", "state": "open"}))
    with pytest.raises(InputError, match=told):
        record_dig(leaking_zone, DigRequest(**{"item_id": "W-0001", "found": True, "dug_on": DUG, **wrong}))
    assert leaking_zone.count("failure") == 0


@pytest.mark.slow
def test_an_order_is_recorded_once(leaking_zone: Network) -> None:
    (item,) = order(leaking_zone, "BRANCH-1")
    record_dig(leaking_zone, DigRequest(item, False, DUG))
    with pytest.raises(InputError, match="closed"):
        record_dig(leaking_zone, DigRequest(item, True, DUG))


@pytest.mark.slow
def test_in_the_sample_town_an_alarm_leads_to_a_failure_that_the_next_assessment_counts(
    sample_town: Path, tmp_path: Path
) -> None:
    path = shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg")
    night = NightFlowRequest("Night flow", store=True)
    with store.open_network(path) as town:
        alarm = night_flow(town, night).alarms["alarm_id"].iloc[0]
        suspect = rank(town, alarm)["pipe_id"].iloc[0]
        day = datetime.date(2025, 12, 29)
        (item,) = write_orders(town, OrderRequest((suspect,), alarm_id=alarm, opened_on=day)).item_ids
        before = assess_health(town, AssessRequest(as_of=day)).assessment.pipes.set_index("pipe_id")
        earlier = read_ledger(town).iloc[-1]
        done = record_dig(town, DigRequest(item, True, day, 6.9, method="correlator", repaired_on=day))
        assert done.ended_alarm == alarm
        after = assess_health(town, AssessRequest(as_of=day)).assessment.pipes.set_index("pipe_id")
        assert after.loc[suspect, "likelihood"] > 1.1 * before.loc[suspect, "likelihood"]
        night_flow(town, night)
        ended = town.read("leak_alarm", ids=[alarm])["ended_on"]
        assert ended.tolist() == [pd.Timestamp(day)]
        more = read_ledger(town).iloc[-1][["searches", "found"]] - earlier[["searches", "found"]]
        assert more.tolist() == [1, 1]


def test_the_ledger_tells_hit_rate_and_flow_by_method() -> None:
    items = pd.DataFrame(
        [
            ("done", "correlator", "yes", 4.0, 2.0),
            ("done", "correlator", "no", np.nan, np.nan),
            ("done", "correlator", "yes", 1.5, 4.0),
            ("done", None, "yes", np.nan, np.nan),
            ("open", "listening", None, np.nan, np.nan),
            ("cancelled", "listening", "no", np.nan, np.nan),
        ],
        columns=["state", "method", "found", "flow_m3h", "offset_m"],
    )
    ledger = search_ledger(items).astype(object)
    rows = ledger.where(ledger.notna(), None).to_numpy().tolist()
    assert rows == [
        ["correlator", 3, 2, pytest.approx(2 / 3), 5.5, 3.0, 0],
        [None, 1, 1, 1.0, 0.0, None, 0],
        ["listening", 0, 0, None, 0.0, None, 1],
        ["all", 4, 3, 0.75, 5.5, 3.0, 1],
    ]
    assert search_ledger(items.iloc[:0])["searches"].tolist() == [0]
