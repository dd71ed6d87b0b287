"""Norms of night use of a network: learned from the good areas, taken over as one batch, and bad input."""

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
from waternet_plugin.operations.leakage.norms.night_norms import (
    NightNormsRequest,
    NightNormsResult,
    learn_night_norms,
)
from waternet_plugin.operations.leakage.norms.take_norms import NormsToTake, take_night_norms
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
START = pd.Timestamp("2025-03-01", tz="Asia/Shanghai")
NIGHTS = 60
# Night use of each area, m3/h; the second one leaks from its fortieth night.
USE = {"Z1": 0.4, "Z2": 0.5, "Z3": 0.8}
LEAK_NIGHT, LEAK_M3H = 40, 4.0


def layer(rows: dict[str, Any], shapes: list[Any]) -> Any:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def write(network: Network, table: str, rows: Any) -> None:
    with network.write("edit") as batch:
        batch.insert(table, rows)


def flow(zone: str, leak: bool) -> pd.DataFrame:
    """Return hourly readings of a zone's meter: night use alone at night, and what 100 m of pipes leak."""
    hours = np.arange(24 * NIGHTS)
    dice = np.random.default_rng(int(zone[1:]))
    values = USE[zone] * (1.0 + 0.8 * ((hours % 24) >= 6)) * (1 + 0.02 * dice.normal(size=len(hours)))
    values += LEAK_M3H * (leak & (hours >= 24 * LEAK_NIGHT))
    return pd.DataFrame(
        {
            "node_id": f"M{zone[1:]}", "time": START.tz_convert("UTC") + pd.to_timedelta(hours, unit="h"),
            "quantity": "flow_m3h", "value": values,
        }
    )  # fmt: skip


def town(path: Path, *, households: float = 100.0, readings: bool = True) -> Network:
    store.create_network(path, CRS).close()
    made = store.open_network(path)
    ids = list(USE)
    square = shapely.MultiPolygon([shapely.box(0, 0, 10, 10)])
    write(made, "zone", layer({"zone_id": ids, "kind": "dma"}, [square] * 3))
    points = [shapely.Point(10 * one, 0, 0) for one in range(3)]
    write(made, "node", layer(
        {"node_id": ["M1", "M2", "M3"], "kind": "flow_meter", "system": "potable", "status": "in_use",
         "meter_in": ids}, points))  # fmt: skip
    lines = [shapely.LineString([(10 * one, 0, 0), (10 * one, 100, 0)]) for one in range(3)]
    write(made, "pipe", layer(
        {"pipe_id": ["P1", "P2", "P3"], "system": "potable", "status": "in_use", "length_m": 100.0,
         "dma_id": ids}, lines))  # fmt: skip
    write(made, "compound", layer({"compound_id": ["C"], "type": "residential"}, [square]))
    write(made, "customer", layer(
        {"customer_id": ["U1", "U2", "U3"], "pipe_id": ["P1", "P2", "P3"], "kind": "domestic",
         "compound_id": "C", "households": [households, households, 2 * households]},
        [shapely.Point(10 * one, 50) for one in range(3)]))  # fmt: skip
    if readings:
        write(made, "reading", pd.concat([flow(zone, zone == "Z2") for zone in USE], ignore_index=True))
    return made


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """Three areas of one residential compound, one of which leaks from its fortieth night."""
    with town(tmp_path / "town.gpkg") as made:
        yield made


def learn(network: Network, first: int | None = None, last: int | None = None) -> NightNormsResult:
    days = [None if one is None else (START + pd.Timedelta(days=one)).date() for one in (first, last)]
    return learn_night_norms(network, NightNormsRequest(*days))


@pytest.mark.slow
def test_areas_with_an_alarm_in_these_nights_tell_nothing(network: Network) -> None:
    found = learn(network)
    (norm,) = found.norms.to_dict("records")
    assert (norm["type"], norm["households"], norm["zones"]) == ("residential", "0-299", 2)
    # 0.4 m3/h of 100 and 0.8 of 200 households, less what the pipes leak by the settings.
    assert norm["l_household_h"] == pytest.approx(4.0, abs=0.5)
    assert norm["lower"] <= norm["l_household_h"] <= norm["upper"]
    assert found.zones.set_index("zone_id")["lacks"].to_dict() == {"Z1": None, "Z2": "alarm", "Z3": None}
    assert any("With an alarm in these nights: Z2." in one for one in found.notes)


@pytest.mark.slow
def test_before_the_leak_all_areas_tell_of_night_use(network: Network) -> None:
    assert learn(network, last=35).norms["zones"].tolist() == [3]


@pytest.mark.slow
def test_an_alarm_that_people_stored_counts_too(network: Network) -> None:
    alarm = pd.DataFrame(
        {"alarm_id": ["A-1"], "zone_id": ["Z1"], "raised_on": [pd.Timestamp("2025-03-12")],
         "started_on": [pd.Timestamp("2025-03-10")], "ended_on": [pd.Timestamp("2025-03-20")],
         "kind": "step", "rise_m3h": 1.0}
    )  # fmt: skip
    write(network, "leak_alarm", alarm)
    assert learn(network, last=35).norms["zones"].tolist() == [2]
    assert learn(network, first=25, last=35).norms["zones"].tolist() == [3]


def test_nights_that_end_before_they_begin_are_refused() -> None:
    day = datetime.date(2025, 3, 2)
    with pytest.raises(InputError, match="is after TO"):
        NightNormsRequest(day, day - datetime.timedelta(days=1))


@pytest.mark.slow
def test_areas_without_readings_or_households_get_one_sentence(tmp_path: Path) -> None:
    with town(tmp_path / "silent.gpkg", readings=False) as silent:
        before = silent.position()
        with pytest.raises(InputError, match="There is no reading of flow"):
            learn(silent)
        assert silent.position() == before
    empty = town(tmp_path / "empty.gpkg", households=np.nan)
    with empty, pytest.raises(InputError, match="has households"):
        learn(empty)


@pytest.mark.slow
def test_nights_to_come_and_classes_that_are_none_are_refused(network: Network) -> None:
    with pytest.raises(InputError, match="No night from"):
        learn(network, first=50000)
    setting = pd.DataFrame({"key": ["leakage.norm_sizes"], "value": ["300;many"], "unit": "", "source": "us"})
    write(network, "setting", setting)
    with pytest.raises(InputError, match="give whole numbers"):
        learn(network)


def night_use(network: Network) -> dict[str, float]:
    zones = network.read("zone", ["zone_id", "night_use_m3h"], geometry=False)
    return dict(zip(zones["zone_id"], zones["night_use_m3h"]))


@pytest.mark.slow
def test_the_norm_becomes_the_night_use_of_an_area_until_it_is_undone(network: Network) -> None:
    rate = learn(network).norms["l_household_h"].item()
    taken = take_night_norms(network, NormsToTake("Norm", ("Z2",), NightNormsRequest()))
    assert night_use(network)["Z2"] == pytest.approx(100 * rate / 1000, abs=0.001)
    assert np.isnan([night_use(network)[one] for one in ("Z1", "Z3")]).all()
    network.undo(taken.batch_id)
    assert np.isnan(night_use(network)["Z2"])


@pytest.mark.slow
def test_an_area_without_a_norm_keeps_its_night_use(network: Network) -> None:
    setting = pd.DataFrame(
        {"key": ["leakage.norm_excess_m3h"], "value": ["0"], "unit": "m3/h", "source": "us"}
    )
    write(network, "setting", setting)
    with pytest.raises(InputError, match="there is no norm"):
        take_night_norms(network, NormsToTake("Norm", ("Z2",), NightNormsRequest()))
    assert np.isnan(night_use(network)["Z2"])
