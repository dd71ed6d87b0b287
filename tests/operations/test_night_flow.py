"""Night flow of a network: figures, alarms, what is stored, and what bad input gets."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.contents.zone_states import zone_states
from waternet_plugin.operations.leakage.night_flow import NightFlowRequest, NightFlowResult, night_flow
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
START = pd.Timestamp("2025-03-01", tz="Asia/Shanghai")
NIGHTS = 100
ZONES = ("Z1", "Z2", "Z3")
# Night 60 of the second zone, at once; its level is 20.
LEAK_NIGHT, LEAK_M3H = 60, 6.0


def layer(rows: dict[str, Any], shapes: list[Any]) -> Any:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def flow(zone: int, leak: bool = True, seed: int = 0) -> pd.DataFrame:
    """Return hourly readings of a zone's meter."""
    dice = np.random.default_rng(10 * zone + seed)
    hours = np.arange(24 * NIGHTS)
    day = 1.0 + 0.8 * ((hours % 24) >= 6)
    values = 20.0 * day * (1 + 0.03 * dice.normal(size=len(hours)))
    if leak and zone == 1:
        values = values + LEAK_M3H * (hours >= 24 * LEAK_NIGHT)
    return pd.DataFrame(
        {
            "node_id": f"M{zone + 1}",
            "time": START.tz_convert("UTC") + pd.to_timedelta(hours, unit="h"),
            "quantity": "flow_m3h",
            "value": values,
        }
    )


def write(network: Network, table: str, rows: Any) -> None:
    with network.write("edit") as batch:
        batch.insert(table, rows)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """Three zones with a meter each and no pipe; the second one leaks from its sixtieth night."""
    store.create_network(tmp_path / "town.gpkg", CRS).close()
    with store.open_network(tmp_path / "town.gpkg") as made:
        square = shapely.MultiPolygon([shapely.box(0, 0, 10, 10)])
        zones = {"zone_id": list(ZONES), "kind": "dma", "night_use_m3h": [2.0, 2.0, np.nan]}
        write(made, "zone", layer(zones, [square] * 3))
        nodes = {
            "node_id": ["M1", "M2", "M3"], "kind": "flow_meter", "system": "potable", "status": "in_use",
            "meter_in": list(ZONES),
        }  # fmt: skip
        write(made, "node", layer(nodes, [shapely.Point(one, 0, 0) for one in range(3)]))
        write(made, "reading", pd.concat([flow(zone) for zone in range(3)], ignore_index=True))
        yield made


def ask(network: Network, **further: Any) -> NightFlowResult:
    return night_flow(network, NightFlowRequest("Night flow", **further))


@pytest.mark.slow
def test_nights_have_their_figures_and_the_leak_its_alarm(network: Network) -> None:
    found = ask(network)
    assert len(found.nights) == 3 * NIGHTS
    night = found.nights[(found.nights["zone_id"] == "Z1") & (found.nights["night"] == "2025-03-11")].iloc[0]
    assert night["window_mean_m3h"] == pytest.approx(20.0, rel=0.05)
    assert night["leak_m3h"] == pytest.approx(night["window_mean_m3h"] - 2.0)
    assert night["coverage"] == 1.0
    assert night["inflow_m3"] == pytest.approx(20 * (6 + 18 * 1.8), rel=0.02)
    assert np.isnan(found.nights.loc[found.nights["zone_id"] == "Z3", "leak_m3h"]).all()
    assert np.isnan(found.nights["background_m3h"]).all()
    (alarm,) = found.alarms.itertuples()
    assert (alarm.zone_id, alarm.kind) == ("Z2", "step")
    assert alarm.started_on == pd.Timestamp("2025-04-30")
    assert alarm.rise_m3h == pytest.approx(LEAK_M3H, rel=0.15)
    assert pd.isna(alarm.ended_on)
    assert "2025-04-30" in alarm.reason
    states = found.nights[found.nights["zone_id"] == "Z2"].set_index("night")["state"]
    assert states["2025-03-11"] == "normal"
    assert states.iloc[-1] == "alarm"


@pytest.mark.slow
def test_without_store_nothing_is_written(network: Network) -> None:
    before = network.position()
    assert ask(network).batch_id == ""
    assert network.position() == before


@pytest.mark.slow
def test_readings_after_the_newest_night_are_told_until_they_are_computed(network: Network) -> None:
    assert zone_states(network).has_new_readings and not zone_states(network).has_newer_readings
    ask(network, store=True)
    assert not zone_states(network).has_new_readings and not zone_states(network).has_newer_readings
    # The hundredth night is the last; the window of the next one ends at five.
    following = (START + pd.Timedelta(days=NIGHTS)).tz_convert("UTC")
    hours = pd.to_timedelta(np.arange(24), unit="h")
    rows = pd.DataFrame({"node_id": "M1", "time": following + hours, "quantity": "flow_m3h", "value": 20.0})
    write(network, "reading", rows[:5])
    assert not zone_states(network).has_newer_readings
    write(network, "reading", rows[5:])
    assert zone_states(network).has_newer_readings
    ask(network, store=True)
    assert not zone_states(network).has_newer_readings


@pytest.mark.slow
def test_stored_once_a_second_run_writes_nothing_and_undo_takes_all_back(network: Network) -> None:
    first = ask(network, store=True)
    stored = network.read("zone_night")
    assert len(stored) == 3 * NIGHTS
    assert network.read("leak_alarm")["alarm_id"].tolist() == first.alarms["alarm_id"].tolist()
    second = ask(network, store=True)
    assert second.batch_id == ""
    assert second.alarms["alarm_id"].tolist() == first.alarms["alarm_id"].tolist()
    network.undo(first.batch_id)
    assert not len(network.read("zone_night"))
    assert not len(network.read("leak_alarm"))


@pytest.mark.slow
def test_week_by_week_a_leak_stays_one_alarm(network: Network) -> None:
    for night in range(56, NIGHTS, 7):
        last = (START + pd.Timedelta(days=night)).date()
        ask(network, store=True, first=last - datetime.timedelta(days=6), last=last)
    stored = network.read("leak_alarm")
    assert stored["zone_id"].tolist() == ["Z2"]
    assert stored["ended_on"].isna().all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "found", "is_named"), [("repair", None, True), ("locate", "yes", True), ("locate", "no", False)]
)
def test_a_repair_closes_the_alarm_and_is_named_and_a_search_in_vain_is_none(
    network: Network, kind: str, found: Any, is_named: bool
) -> None:
    ask(network, store=True, last=(START + pd.Timedelta(days=79)).date())
    with network.write("edit") as batch:
        batch.insert(
            "work_item",
            layer(
                {
                    "item_id": ["W1"], "type": [kind], "state": ["done"], "zone_id": ["Z2"], "found": [found],
                    "closed_on": [pd.Timestamp("2025-05-19")],
                    "gis_checked_on": [pd.Timestamp("2025-05-19")],
                },
                [shapely.Point(0, 0)],
            ),
        )  # fmt: skip
        # Of a moment that was read twice the last reading counts.
        batch.insert("reading", flow(1, leak=False).loc[24 * 80 :])
    nights = ask(network, store=True)
    (alarm,) = network.read("leak_alarm").itertuples()
    assert alarm.ended_on is not pd.NaT
    assert abs((alarm.ended_on - pd.Timestamp("2025-05-20")).days) <= 2
    assert ("repair" in alarm.reason) is is_named
    assert len(nights.alarms) == 1


@pytest.mark.slow
def test_from_and_to_choose_nights_but_not_what_is_known(network: Network) -> None:
    found = ask(network, first=datetime.date(2025, 5, 20), last=datetime.date(2025, 5, 26), zones=("Z2",))
    assert found.nights["night"].dt.strftime("%m-%d").tolist() == [f"05-{day}" for day in range(20, 27)]
    assert found.nights["state"].eq("alarm").all()
    assert found.alarms["started_on"].tolist() == [pd.Timestamp("2025-04-30")]
    early = ask(network, last=datetime.date(2025, 4, 29))
    assert not len(early.alarms)


@pytest.mark.slow
def test_customers_and_pipes_give_night_use_and_background(network: Network) -> None:
    line = shapely.LineString([(0, 0, 0), (1000, 0, 0)])
    pipe = {
        "pipe_id": ["P1"], "system": ["potable"], "status": ["in_use"], "function": ["distribution"],
        "material": ["pe"], "diameter_mm": [100.0], "dma_id": ["Z3"],
    }  # fmt: skip
    write(network, "pipe", layer(pipe, [line]))
    customers = {
        "customer_id": ["U1", "U2"],
        "pipe_id": "P1",
        "kind": ["domestic", "non_domestic"],
        "households": [100, 1],
    }
    write(network, "customer", layer(customers, [shapely.Point(0, 0)] * 2))
    last = ask(network, zones=("Z3",)).nights.iloc[-1]
    assert last["night_use_m3h"] == pytest.approx(0.1763)
    assert last["background_m3h"] == pytest.approx((20 + 2 * 1.25 + 101 * 0.25) / 1000 * 0.6**1.5)
    assert last["excess_m3h"] == pytest.approx(last["leak_m3h"] - last["background_m3h"])


@pytest.mark.slow
def test_meters_that_say_nothing_and_readings_that_make_no_sense_are_named(network: Network) -> None:
    node = {
        "node_id": ["M4"],
        "kind": ["flow_meter"],
        "system": ["potable"],
        "status": ["in_use"],
        "meter_out": ["Z3"],
    }
    write(network, "node", layer(node, [shapely.Point(5, 0, 0)]))
    strange = flow(0).iloc[:2].assign(time=pd.to_datetime(["2206-01-01", "1950-01-01"], utc=True))
    write(network, "reading", pd.concat([strange, flow(0).iloc[[7]]], ignore_index=True))
    notes = "\n".join(ask(network).notes)
    assert "M4" in notes
    assert "Z3" in notes
    assert "2 readings of the future or of before 1970" in notes
    assert "read twice" in notes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"zones": ("Z9",)}, "no metered area Z9"),
        ({"window": "2 to 5"}, "WINDOW"),
        ({"first": datetime.date(2025, 5, 2), "last": datetime.date(2025, 5, 1)}, "FROM"),
        ({"first": datetime.date(2031, 1, 1)}, "2031-01-01"),
    ],
)
def test_bad_requests_get_one_sentence(network: Network, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ask(network, **asked)


@pytest.mark.slow
def test_a_network_without_zones_meters_or_readings_says_so(tmp_path: Path) -> None:
    store.create_network(tmp_path / "bare.gpkg", CRS).close()
    with store.open_network(tmp_path / "bare.gpkg") as bare:
        with pytest.raises(InputError, match="no metered area"):
            ask(bare)
        square = shapely.MultiPolygon([shapely.box(0, 0, 10, 10)])
        write(bare, "zone", layer({"zone_id": ["Z1"], "kind": ["dma"]}, [square]))
        with pytest.raises(InputError, match="boundary meter"):
            ask(bare)
        node = {
            "node_id": ["M1"],
            "kind": ["meter"],
            "system": ["potable"],
            "status": ["in_use"],
            "meter_in": ["Z1"],
        }
        write(bare, "node", layer(node, [shapely.Point(0, 0, 0)]))
        with pytest.raises(InputError, match="no reading"):
            ask(bare)
        write(bare, "reading", flow(0).iloc[:1])
        found = ask(bare)
        assert found.nights["window_mean_m3h"].isna().all()
        assert any("single reading" in one for one in found.notes)


@pytest.mark.slow
def test_the_leaks_of_the_sample_town_are_told(sample_town: Path, tmp_path: Path) -> None:
    import shutil

    with store.open_network(
        shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "t.gpkg")
    ) as town:
        found = ask(town)
    told = {row.zone_id: row for row in found.alarms.itertuples()}
    assert set(told) == {"DMA-1", "DMA-3"}
    assert (told["DMA-1"].kind, told["DMA-3"].kind) == ("step", "creep")
    assert told["DMA-1"].started_on == pd.Timestamp("2025-11-27")
    assert told["DMA-1"].rise_m3h == pytest.approx(7.5, rel=0.1)
    assert told["DMA-3"].rise_m3h == pytest.approx(4.2, rel=0.1)
    assert found.nights["state"].ne("no_data").all()


def quarter_hours(node: str, quantity: str, values: Any) -> pd.DataFrame:
    times = START.tz_convert("UTC") + pd.to_timedelta(15 * np.arange(len(values)), unit="min")
    return pd.DataFrame({"node_id": node, "time": times, "quantity": quantity, "value": values})


@pytest.fixture
def tank_town(tmp_path: Path) -> Iterator[Network]:
    """One zone with a meter and a tank that fills at night with 15 m3/h; its true night flow is 5 m3/h."""
    store.create_network(tmp_path / "tank.gpkg", CRS).close()
    with store.open_network(tmp_path / "tank.gpkg") as made:
        zones = {"zone_id": ["Z1"], "kind": "dma", "night_use_m3h": [2.0]}
        write(made, "zone", layer(zones, [shapely.MultiPolygon([shapely.box(0, 0, 10, 10)])]))
        nodes = {
            "node_id": ["M1", "T1"], "kind": ["flow_meter", "tank"], "system": "potable", "status": "in_use",
            "meter_in": ["Z1", None], "tank_volume_m3": [np.nan, 600.0], "depth_m": [np.nan, 6.0],
        }  # fmt: skip
        write(made, "node", layer(nodes, [shapely.Point(0, 0, 0), shapely.Point(9, 0, 0)]))
        pipes = {
            "pipe_id": ["P1"], "system": "potable", "status": "in_use", "from_node": ["M1"],
            "to_node": ["T1"], "dma_id": ["Z1"],
        }  # fmt: skip
        write(made, "pipe", layer(pipes, [shapely.LineString([(0, 0, 0), (9, 0, 0)])]))
        fills = np.arange(96 * 6) % 96 < 24
        write(made, "reading", quarter_hours("M1", "flow_m3h", np.where(fills, 20.0, 7.0)))
        yield made


@pytest.mark.slow
def test_what_fills_a_tank_inside_is_no_leak(tank_town: Network) -> None:
    fills = np.arange(96 * 6) % 96 < 24
    taken = np.where(fills, 15.0, -5.0) / 4
    level = 1.0 + np.append(0.0, np.cumsum(taken)[:-1]) / 100.0
    # The level of the fourth night is not known.
    known = ~((np.arange(96 * 6) >= 3 * 96) & (np.arange(96 * 6) < 3 * 96 + 24))
    write(tank_town, "reading", quarter_hours("T1", "level_m", level)[known])
    found = ask(tank_town)
    assert found.nights["leak_m3h"].tolist() == pytest.approx([3.0, 3.0, 3.0, 18.0, 3.0, 3.0])
    assert found.nights["minimum_hour_m3h"].iloc[0] == pytest.approx(5.0)
    assert found.nights["inflow_m3"].iloc[1] == pytest.approx(6 * 5.0 + 18 * 12.0)
    told = found.nights["reason_facts"].tolist()
    assert [one is not None and "storage_unknown" in one for one in told] == [
        *[False] * 3,
        True,
        False,
        False,
    ]
    assert any("T1" in one for one in found.notes)


@pytest.mark.slow
@pytest.mark.parametrize("lacks", ["levels", "volume"])
def test_a_tank_whose_filling_is_not_known_is_named_with_each_night(tank_town: Network, lacks: str) -> None:
    if lacks == "volume":
        write(tank_town, "reading", quarter_hours("T1", "level_m", np.linspace(1.0, 3.0, 96 * 6)))
        with tank_town.write("edit") as batch:
            batch.update("node", pd.DataFrame({"node_id": ["T1"], "tank_volume_m3": [np.nan]}))
    found = ask(tank_town)
    assert found.nights["leak_m3h"].tolist() == pytest.approx([18.0] * 6)
    assert found.nights["reason"].str.contains("T1").all()
    assert any("T1" in one and "leakage of Z1" in one for one in found.notes)


@pytest.mark.slow
def test_the_cistern_of_a_pump_house_is_storage_as_a_tank_is(tank_town: Network) -> None:
    with tank_town.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["T1"], "kind": ["secondary_supply"]}))
    found = ask(tank_town)
    assert found.nights["reason"].str.contains("T1").all()
    assert any("T1" in one and "leakage of Z1" in one for one in found.notes)
    fills = np.arange(96 * 6) % 96 < 24
    level = 1.0 + np.append(0.0, np.cumsum(np.where(fills, 15.0, -5.0) / 4)[:-1]) / 100.0
    write(tank_town, "reading", quarter_hours("T1", "level_m", level))
    assert ask(tank_town).nights["leak_m3h"].tolist() == pytest.approx([3.0] * 6)


@pytest.mark.slow
def test_readings_that_cannot_be_are_left_out_and_named(network: Network) -> None:
    clean = ask(network, zones=("Z1",), last=datetime.date(2025, 3, 30)).nights
    spoilt = pd.DataFrame(
        {
            "node_id": "M1",
            "time": [START.tz_convert("UTC") + pd.Timedelta(hours=24 * 10 + 3, minutes=30)],
            "quantity": "flow_m3h",
            "value": [65535.0],
        }
    )
    write(network, "reading", spoilt)
    found = ask(network, zones=("Z1",), last=datetime.date(2025, 3, 30))
    both = found.nights["window_mean_m3h"].notna()
    difference = (found.nights["window_mean_m3h"] - clean["window_mean_m3h"])[both]
    assert both.sum() >= 29 and difference.abs().max() < 0.5
    assert any("65535" in one and "2025-03-11 03:30" in one and "M1" in one for one in found.notes)
