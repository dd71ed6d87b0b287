"""From a suspected pipe to a work order, from the dig to a failure, and what becomes of the alarm."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.leaking_zone import ALARM, ZONE, make_zone

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.leak_digs import DigRequest, record_dig
from waternet_plugin.operations.leak_orders import LeakOrderRequest, make_leak_orders
from waternet_plugin.store.network import Network

ORDERED, DUG = datetime.date(2025, 5, 14), datetime.date(2025, 5, 16)


@pytest.fixture(scope="module")
def zone_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zone") / "zone.gpkg"
    make_zone(path)
    return path


@pytest.fixture
def network(zone_file: Path, tmp_path: Path) -> Iterator[Network]:
    with store.open_network(shutil.copy(zone_file, tmp_path / "zone.gpkg")) as made:
        yield made


def order(network: Network, *pipes: str, **further: Any) -> tuple[str, ...]:
    request = LeakOrderRequest(pipes, ALARM, "correlator", opened_on=ORDERED, **further)
    return make_leak_orders(network, request).item_ids


def test_a_suspect_becomes_a_work_order_in_the_middle_of_its_pipe(network: Network) -> None:
    before = network.position()
    made = make_leak_orders(network, LeakOrderRequest(("BRANCH-2", "MAIN-0"), ALARM, "listening"))
    first, second = network.read("work_item").itertuples()
    assert (first.item_id, second.item_id) == made.item_ids
    assert (first.type, first.state, first.asset, first.zone_id) == ("locate", "open", "BRANCH-2", ZONE)
    assert (first.alarm_id, first.method) == (ALARM, "listening")
    assert (first.geom.x, first.geom.y) == (400.0, 52.5)
    network.undo(made.batch_id)
    assert network.count("work_item") == 0
    assert network.position() != before


def test_a_dug_leak_becomes_a_failure_with_distance_flow_and_method_and_ends_the_alarm(
    network: Network,
) -> None:
    (item,) = order(network, "BRANCH-2")
    request = DigRequest(
        item, True, DUG, flow_m3h=5.2, point=(400.0, 60.0), method="ground_microphone", repaired_on=DUG
    )
    done = record_dig(network, request)
    (row,) = network.read("work_item").itertuples()
    assert (row.state, row.found, row.flow_m3h, row.offset_m) == ("done", "yes", 5.2, 7.5)
    assert row.method == "ground_microphone"
    (failure,) = network.read("failure").itertuples()
    assert failure.failure_id == done.failure_id
    assert (failure.pipe_id, failure.match_state, failure.match_method) == ("BRANCH-2", "matched", "id")
    assert failure.date == failure.repaired_on == pd.Timestamp(DUG)
    (alarm,) = network.read("leak_alarm").itertuples()
    assert done.ended_alarm == ALARM
    assert alarm.ended_on == pd.Timestamp(DUG)
    assert "5.2" in alarm.note and "BRANCH-2" in alarm.note and done.failure_id in alarm.note
    network.undo(done.batch_id)
    assert network.count("failure") == 0
    assert network.read("leak_alarm")["ended_on"].isna().all()
    assert network.read("work_item")["state"].tolist() == ["open"]


@pytest.mark.parametrize(
    ("further", "told"),
    [
        ({"found": False}, "counts less"),
        ({"found": True, "flow_m3h": 5.0}, "until the leak is repaired"),
        ({"found": True, "flow_m3h": 1.0, "repaired_on": DUG}, "more than was found"),
    ],
)
def test_an_alarm_that_is_not_explained_stays_open(
    network: Network, further: dict[str, Any], told: str
) -> None:
    (item,) = order(network, "BRANCH-2")
    done = record_dig(network, DigRequest(item, dug_on=DUG, **further))
    assert network.read("leak_alarm")["ended_on"].isna().all()
    assert any(told in one for one in done.messages)
    assert network.count("failure") == int(further["found"])


def test_small_leaks_end_an_alarm_together(network: Network) -> None:
    first, second, third = order(network, "BRANCH-2", "BRANCH-3", "BRANCH-4")
    assert not record_dig(network, DigRequest(first, True, DUG, 2.0, repaired_on=DUG)).ended_alarm
    done = record_dig(network, DigRequest(second, True, DUG, 1.5, repaired_on=DUG))
    assert done.ended_alarm == ALARM
    assert third in done.messages[-1]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"pipe_ids": ()}, "Choose the pipe"),
        ({"pipe_ids": ("BRANCH-2",), "method": "dowsing"}, "dowsing"),
        ({"pipe_ids": ("BRANCH-2",), "alarm_id": "A-9"}, "A-9"),
        ({"pipe_ids": ("NOWHERE",)}, "NOWHERE"),
        ({"pipe_ids": ("BRANCH-1",), "alarm_id": ALARM}, "W-0001"),
    ],
)
def test_an_order_that_can_not_be_written_is_refused_in_a_sentence(
    network: Network, wrong: dict[str, Any], told: str
) -> None:
    order(network, "BRANCH-1")
    with pytest.raises(InputError, match=told):
        make_leak_orders(network, LeakOrderRequest(**wrong))
    assert network.count("work_item") == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
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
)
def test_a_dig_that_can_not_be_right_is_refused_in_a_sentence(
    network: Network, wrong: dict[str, Any], told: str
) -> None:
    order(network, "BRANCH-1")
    with network.write("edit") as batch:
        batch.insert("work_item", pd.DataFrame({"item_id": ["W-0002"], "type": "repair", "state": "open"}))
    with pytest.raises(InputError, match=told):
        record_dig(network, DigRequest(**{"item_id": "W-0001", "found": True, "dug_on": DUG, **wrong}))
    assert network.count("failure") == 0


def test_an_order_is_recorded_once(network: Network) -> None:
    (item,) = order(network, "BRANCH-1")
    record_dig(network, DigRequest(item, False, DUG))
    with pytest.raises(InputError, match="closed"):
        record_dig(network, DigRequest(item, True, DUG))
