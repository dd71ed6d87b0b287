"""Closing a cleaning sets the last cleaning of its tank, in the same batch, whatever way it comes in."""

from __future__ import annotations

import datetime
import random
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.store import create_network

pytestmark = pytest.mark.either_store

DAY = datetime.date(2026, 3, 2)
KINDS = {"T1": "septic_tank", "T2": "grease_trap", "M1": "manhole", "S1": "secondary_supply", "V1": "valve"}


@pytest.fixture
def network(tmp_path):
    with create_network(tmp_path / "town.gpkg", "EPSG:4547") as made:
        rows = [{"node_id": name, "kind": kind, "status": "in_use"} for name, kind in KINDS.items()]
        points = gpd.GeoSeries([shapely.Point(number, 0, 0) for number in range(len(rows))], crs="EPSG:4547")
        with made.write("adopt") as batch:
            batch.insert("node", gpd.GeoDataFrame(rows, geometry=points).rename_geometry("geom"))
        yield made


def put(network, how: str = "edit", action: str = "insert", **fields: Any) -> str:
    row = {"type": "clean", "asset": "T1", **fields} if action == "insert" else fields
    with network.write(how) as batch:
        getattr(batch, action)("work_item", pd.DataFrame([row]))
        name: str = batch.batch_id
    return name


def done(network, item: str, day: Optional[datetime.date] = DAY, **fields: Any) -> str:
    return put(network, item_id=item, state="done", closed_on=day, gis_checked_on=DAY, **fields)


def cleaned(network, name: str = "T1") -> Optional[str]:
    rows = network.read("node", ["node_id", "cleaned_on"], geometry=False).set_index("node_id")
    day = rows.loc[name, "cleaned_on"]
    return None if pd.isna(day) else str(day)[:10]


def later(days: int) -> datetime.date:
    return DAY + datetime.timedelta(days)


@pytest.mark.slow
@pytest.mark.parametrize("asset", a_few_quick(["T1", "T2", "M1", "S1"], 2))
def test_a_closed_cleaning_sets_the_day_and_undo_takes_both_back(network, asset):
    put(network, item_id="W1", asset=asset)
    assert cleaned(network, asset) is None
    name = put(network, action="update", item_id="W1", state="done", closed_on=DAY, gis_checked_on=DAY)
    assert cleaned(network, asset) == "2026-03-02"
    batches = network.batches()
    assert len(batches) == 4 and batches.iloc[0]["batch_id"] == name
    network.undo(name)
    assert cleaned(network, asset) is None
    assert pd.isna(network.read("work_item", geometry=False)["state"].iloc[0])


def test_what_is_adopted_as_done_sets_the_day_and_still_waits_for_its_check(network):
    tomorrow = datetime.date.today()
    put(network, "adopt", item_id="W1", state="done", closed_on=tomorrow)
    assert cleaned(network) == tomorrow.isoformat()
    assert network.open_work()["id"].tolist() == ["W1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "fields",
    a_few_quick(
        [
            {"type": "repair"},
            {"type": "inspect"},
            {"state": "cancelled"},
            {"state": "under_way", "closed_on": None, "gis_checked_on": None},
            {"asset": "V1"},
            {"asset": "X9"},
            {"asset": None},
            {"closed_on": datetime.date.today() + datetime.timedelta(20)},
        ],
        1,
    ),
    ids=lambda fields: "-".join(map(str, fields.values())),
)
def test_nothing_else_sets_it(network, fields):
    put(network, **{"item_id": "W1", "state": "done", "closed_on": DAY, "gis_checked_on": DAY, **fields})
    assert [cleaned(network, name) for name in KINDS] == [None] * len(KINDS)


@pytest.mark.slow
def test_done_without_a_day_is_done_today(network):
    done(network, "W1", None)
    assert cleaned(network) == datetime.date.today().isoformat()


@pytest.mark.slow
def test_an_earlier_cleaning_does_not_turn_the_day_back(network):
    done(network, "W1", later(9))
    done(network, "W2", DAY)
    assert cleaned(network) == later(9).isoformat()


@pytest.mark.slow
def test_a_day_that_the_batch_itself_gives_stays(network):
    with network.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["T1"], "cleaned_on": [later(1)]}))
        row = {"item_id": "W1", "type": "clean", "asset": "T1", "state": "done", "closed_on": later(5)}
        batch.insert("work_item", pd.DataFrame([{**row, "gis_checked_on": DAY}]))
    assert cleaned(network) == later(1).isoformat()


@pytest.mark.slow
def test_a_corrected_day_follows_and_one_opened_again_is_taken_back(network):
    done(network, "W1", DAY)
    done(network, "W2", later(90))
    put(network, action="update", item_id="W2", closed_on=later(9))
    assert cleaned(network) == later(9).isoformat()
    put(network, action="update", item_id="W2", state="open", closed_on=None, gis_checked_on=None)
    assert cleaned(network) == DAY.isoformat()
    with network.write("edit") as batch:
        batch.delete("work_item", ["W1"])
    assert cleaned(network) is None


@pytest.mark.slow
def test_a_day_comes_back_through_undone_batches(network):
    done(network, "W1", DAY)
    network.undo(done(network, "W2", later(9)))
    assert cleaned(network) == DAY.isoformat()
    put(network, action="update", item_id="W1", state="cancelled")
    assert cleaned(network) is None


@pytest.mark.slow
def test_a_day_that_a_person_entered_is_never_taken_back(network):
    with network.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["T1"], "cleaned_on": [later(3)]}))
    done(network, "W1", DAY)
    put(network, action="update", item_id="W1", state="cancelled")
    assert cleaned(network) == later(3).isoformat()


@pytest.mark.slow
def test_a_type_of_ones_own_counts_as_what_it_is_based_on(network):
    with network.write("own") as batch:
        batch.add_code(CodeRequest("work_item_type", "suck_out", "Suck out", "抽吸", "clean"))
    done(network, "W1", type="suck_out")
    assert cleaned(network) == DAY.isoformat()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_ledgers_end_where_a_second_reckoning_ends(network, seed):
    chance = random.Random(seed)
    items: dict[str, dict[str, Any]] = {}
    for number in range(25):
        item = chance.choice([f"W{number}", *items])
        row = {
            "type": chance.choice(("clean", "clean", "clean", "repair")),
            "asset": chance.choice((*KINDS, "X9", None)),
            "state": chance.choice(("done", "done", "open", "cancelled", None)),
            "closed_on": chance.choice((None, *(later(days) for days in (0, 3, 40, 36_500)))),
        }
        if row["state"] == "done" and row["closed_on"] is None:
            row["closed_on"] = DAY
        action = "update" if item in items else "insert"
        put(network, "adopt", action, item_id=item, **row)
        items[item] = row
    for name in KINDS:
        days = [
            row["closed_on"]
            for row in items.values()
            if row["asset"] == name
            and row["type"] == "clean"
            and row["state"] != "cancelled"
            and row["closed_on"] is not None
            and row["closed_on"] <= datetime.date.today()
        ]
        wanted = max(days).isoformat() if days and name != "V1" else None
        assert cleaned(network, name) == wanted, name
