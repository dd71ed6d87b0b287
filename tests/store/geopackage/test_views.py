"""The views show the newest run or plan, or the one chosen, and vanish with an undo."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from osgeo import ogr
from shapely.geometry import MultiPolygon, box
from support.slow_cases import a_few_quick
from support.store_helpers import assessment_frame, pipe_frame, rows, run_frame

from waternet_plugin.core.schema.map_views import LEAKAGE

IDS = [f"P{number:05d}" for number in range(10)]


def assess(network, run: str, klass: str) -> None:
    frame = assessment_frame(run, IDS)
    frame["class"] = klass
    with network.write("assess", name=run) as batch:
        batch.insert("assessment_run", run_frame(run))
        batch.insert("assessment", frame)


def plan(network, name: str, year: float) -> None:
    pipes = pd.DataFrame(
        {
            "plan_id": name,
            "project_id": "J1",
            "pipe_id": IDS[:3],
            "year": [year, year, np.nan],
            "cost": 1000.0,
        }
    )
    with network.write("plan", name=name) as batch:
        batch.insert("plan", pd.DataFrame({"plan_id": [name]}))
        batch.insert("project_pipe", pipes)


def classes(network) -> list[object]:
    return network.read("pipe_health", ["class"], geometry=False)["class"].tolist()


def test_without_a_run_pipes_have_no_class(town):
    assert classes(town) == [None] * 20


@pytest.mark.slow
def test_the_newest_run_is_shown_until_it_is_undone(town):
    assess(town, "R1", "monitor")
    assess(town, "R2", "priority")
    assert classes(town) == ["priority"] * 10 + [None] * 10
    town.undo()
    assert classes(town) == ["monitor"] * 10 + [None] * 10
    town.undo()
    assert classes(town) == [None] * 20


@pytest.mark.slow
def test_a_chosen_run_is_shown(town):
    assess(town, "R1", "monitor")
    assess(town, "R2", "priority")
    town.show_run("R1")
    assert classes(town)[0] == "monitor"
    assess(town, "R3", "renew_now")
    assert classes(town)[0] == "monitor"
    town.show_run(None)
    assert classes(town)[0] == "renew_now"


def test_a_chosen_run_that_is_gone_gives_way_to_the_newest(town):
    assess(town, "R1", "monitor")
    assess(town, "R2", "priority")
    town.show_run("R2")
    town.undo("B0004")
    assert classes(town)[0] == "monitor"


@pytest.mark.slow
def test_only_funded_pipes_of_the_shown_plan(town):
    plan(town, "L1", 2027)
    plan(town, "L2", 2028)
    columns = ["pipe_id", "plan_id", "project_id", "year", "cost"]
    assert town.read("pipe_plan", columns, geometry=False).values.tolist() == [
        ["P00000", "L2", "J1", 2028.0, 1000.0],
        ["P00001", "L2", "J1", 2028.0, 1000.0],
    ]
    town.show_plan("L1")
    assert set(town.read("pipe_plan", ["year"], geometry=False)["year"]) == {2027.0}


@pytest.mark.slow
@pytest.mark.parametrize("view", a_few_quick(["pipe_health", "pipe_plan"], 1))
def test_other_programs_read_the_views_with_key_geometry_and_box(town, view):
    assess(town, "R1", "monitor")
    plan(town, "L1", 2027)
    dataset = ogr.Open(town.uri)
    layer = dataset.GetLayerByName(view)
    assert layer.GetFIDColumn() == "OGC_FID"
    assert layer.GetGeometryColumn() == "geom"
    assert ogr.GeometryTypeToName(layer.GetGeomType()) == "3D Line String"
    assert layer.GetSpatialRef().GetAuthorityCode(None) == "4547"
    layer.SetSpatialFilterRect(400_005.0, 2_500_000.0, 400_025.0, 2_500_001.0)
    found = [(feature.GetFID(), feature["pipe_id"]) for feature in layer]
    assert found == [(2, "P00001"), (3, "P00002")][: len(found)]
    assert len(found) == (2 if view == "pipe_health" else 1)
    assert layer.GetFeature(2)["pipe_id"] == "P00001"


@pytest.mark.slow
def test_a_box_of_a_view_is_answered_by_the_index_of_the_pipes(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(1000))
    dataset = ogr.Open(network.uri)
    layer = dataset.GetLayerByName("pipe_health")
    assert layer.TestCapability(ogr.OLCFastSpatialFilter)


def test_verified_pipes_are_found_without_reading_all_pipes(town):
    plan = rows(town.uri, "EXPLAIN QUERY PLAN SELECT * FROM pipe_verified")
    assert not any("SCAN t0" in row[3] for row in plan)


@pytest.mark.slow
def test_the_view_of_health_says_policy_and_bands(town):
    frame = assessment_frame("R1", IDS).assign(policy="yes", likelihood_band=4, consequence_band=2)
    with town.write("assess", name="R1") as batch:
        batch.insert("assessment_run", run_frame("R1"))
        batch.insert("assessment", frame)
    columns = ["policy", "likelihood_band", "consequence_band"]
    shown = town.read("pipe_health", columns, geometry=False)
    assert shown.iloc[0].tolist() == ["yes", 4, 2]
    assert shown.iloc[-1].isna().all()


@pytest.mark.slow
def test_each_metered_area_shows_its_newest_night_with_data_and_its_worst_open_alarm(network):
    ground = MultiPolygon([box(400_000, 2_500_000, 400_100, 2_500_100)])
    zones = gpd.GeoDataFrame(
        {
            "zone_id": ["A", "B", "C", "OLD", "GRID"],
            "kind": ["dma", "dma", "dma", "dma", "grid"],
            "state": ["in_operation", None, None, "retired", None],
            "geom": [ground] * 5,
        },
        geometry="geom",
        crs="EPSG:4547",
    )
    nights = pd.DataFrame(
        {
            "night_id": ["A 3", "A 2", "A 1", "GRID 1", "C 1"],
            "zone_id": ["A", "A", "A", "GRID", "C"],
            "night": pd.to_datetime(["2026-01-03", "2026-01-02", "2026-01-01", "2026-01-02", "2026-01-02"]),
            "leak_m3h": [None, 7.0, 3.0, 1.0, None],
            "state": ["no_data", "alarm", "normal", "normal", "no_data"],
        }
    )
    alarms = pd.DataFrame(
        {
            "alarm_id": ["A-1", "A-2", "A-3"],
            "zone_id": "A",
            "rise_m3h": [9.0, 4.0, 2.0],
            "ended_on": pd.to_datetime(["2025-12-01", None, None]),
        }
    )
    balances = pd.DataFrame(
        {
            "balance_id": ["A 2", "A 1"],
            "zone_id": "A",
            "from_date": pd.to_datetime(["2026-02-01", "2026-01-01"]),
            "to_date": pd.to_datetime(["2026-02-28", "2026-01-31"]),
            "loss_rate": [0.1, 0.2],
        }
    )
    with network.write("dma") as batch:
        batch.insert("zone_balance", balances)
        batch.insert("zone", zones)
        batch.insert("zone_night", nights)
        batch.insert("leak_alarm", alarms)
    columns = ["zone_id", "leak_m3h", "leak_state", "alarm_id", "rise_m3h", "loss_rate"]
    shown = network.read(LEAKAGE, columns, geometry=False).astype(object)
    assert shown.where(shown.notna(), None).values.tolist() == [
        ["A", 7.0, "alarm", "A-2", 4.0, 0.1],
        ["B", None, None, None, None, None],
        ["C", None, "no_data", None, None, None],
    ]
    dataset = ogr.Open(network.uri)
    layer = dataset.GetLayerByName(LEAKAGE)
    assert (layer.GetFIDColumn(), layer.GetGeometryColumn()) == ("OGC_FID", "geom")
    assert ogr.GeometryTypeToName(layer.GetGeomType()).endswith("Multi Polygon")
    plan = rows(network.uri, f"EXPLAIN QUERY PLAN SELECT * FROM {LEAKAGE}")
    assert not any(
        f"SCAN {name}" in str(one) for one in plan for name in ("zone_night", "n", "zone_bal", "b")
    )
