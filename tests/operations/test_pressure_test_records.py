"""Zero-pressure tests in a network: what is refused, and what of a later edit asks for a new test."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.pressure_test_town import PASSES, TIGHT, edit, forget_mark, new_pipe, retest, typed

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.checks.record_check import CheckRequest, record_check
from waternet_plugin.operations.pressure_tests.plan_zero_pressure_test import (
    PressureTestRequest,
    plan_zero_pressure_test,
)
from waternet_plugin.operations.pressure_tests.record_zero_pressure_test import (
    RecordRequest,
    record_zero_pressure_test,
)
from waternet_plugin.operations.retests.mark_retests import mark_retests
from waternet_plugin.store import Network

BAD = {
    "no zone": ({"zone_id": ""}, "Give the zone in ZONE"),
    "unknown zone": ({"zone_id": "Y"}, "There is no metered area “Y”"),
    "unknown node": ({"fault_node": "V99"}, "there is no node “V99”"),
    "unknown gauge": ({"readings": "G9 01:05 0.3"}, "No node of this network is called G9"),
    "backwards": ({"start": "2026-03-12 03:00"}, "is not before END"),
    "no time": ({"start": "tonight"}, "START: “tonight” is not a valid time"),
    "no readings": ({"readings": ""}, "No pressure was read between 2026-03-12 01:00 and 2026-03-12 02:00"),
    "gaps": ({"readings": typed(H=TIGHT[:7])}, "Gauge “H” was not read from 2026-03-12 01:30 to"),
    "outside only": (
        {"readings": typed(HR=TIGHT)},
        "No gauge with readings is in the zone, only outside: HR",
    ),
    "kilopascals": ({"readings": "H 01:05 310; H 01:10 0.1"}, "probably read in another unit"),
    "units": ({"readings": "H 01:05 310 kPa; H 01:10 0.1 MPa"}, "more than one unit: kpa"),
    "nonsense": ({"readings": "H yesterday low"}, "The reading “H yesterday low” can't be read"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BAD)
def test_a_test_that_proves_nothing_is_refused_and_nothing_is_written(square: Network, case: str) -> None:
    changes, sentence = BAD[case]
    before = len(square.batches())
    with pytest.raises(InputError) as error:
        record_zero_pressure_test(square, RecordRequest(**{**PASSES, **changes}))
    assert sentence in error.value.message
    assert len(square.batches()) == before
    assert square.count("zone_test") == square.count("reading") == 0


@pytest.mark.slow
def test_numbers_that_stand_for_no_value_prove_nothing(square: Network) -> None:
    clean = record_zero_pressure_test(square, RecordRequest(**PASSES)).evidence
    times = pd.date_range("2026-03-12 01:02", periods=8, freq="7min", tz="Asia/Shanghai")
    values = [-9999.0, 65535.0] * 4
    rows = {"node_id": "H", "time": times.tz_convert("UTC"), "quantity": "pressure_mpa", "value": values}
    with square.write("edit") as batch:
        batch.insert("reading", pd.DataFrame(rows))
    found = record_zero_pressure_test(square, RecordRequest(**PASSES))
    assert found.evidence.verdict == clean.verdict
    assert [one.lowest_m for one in found.evidence.gauges] == [one.lowest_m for one in clean.gauges]
    assert any("8 readings that can't be" in one and "H" in one for one in found.notes)


def test_a_time_zone_that_nobody_knows_is_named(square: Network) -> None:
    with square.write("setting") as batch:
        batch.set_setting("general.time_zone", "Mars/Olympus")
    with pytest.raises(InputError, match="“Mars/Olympus” is not a time zone"):
        record_zero_pressure_test(square, RecordRequest(**PASSES))


@pytest.mark.slow
def test_a_zone_without_pipes_has_nothing_to_test(square: Network) -> None:
    outline = gpd.GeoSeries([shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])], crs=square.crs)
    zone = pd.DataFrame({"zone_id": ["E"], "kind": ["dma"], "state": ["draft"]})
    with square.write("edit") as batch:
        batch.insert("zone", gpd.GeoDataFrame(zone, geometry=outline).rename_geometry("geom"))
    with pytest.raises(InputError, match="nothing to test"):
        plan_zero_pressure_test(square, PressureTestRequest("E"))
    with pytest.raises(InputError, match="nothing to test"):
        record_zero_pressure_test(square, RecordRequest(**{**PASSES, "zone_id": "E"}))


EDITS = {
    "a boundary valve is opened": ("node", {"node_id": "V3", "valve_state": "open"}, "V3"),
    "the valve of an inlet breaks": ("node", {"node_id": "IV", "operable": "no"}, "IV"),
    "a meter measures another zone": ("node", {"node_id": "M", "meter_out": "Z", "meter_in": None}, "M"),
    "a boundary valve is operated": (
        "node",
        {"node_id": "V1", "operated_on": pd.Timestamp("2026-04-01")},
        "V1",
    ),
    "a boundary pipe is renewed": ("pipe", {"pipe_id": "z8", "install_year": 2026.0}, "z8"),
    "a pipe leaves the zone": ("pipe", {"pipe_id": "z3", "dma_id": None}, "z3"),
    "a pipe comes into the zone": ("pipe", {"pipe_id": "r1", "dma_id": "Z"}, "r1"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", EDITS)
def test_a_change_on_the_boundary_asks_for_a_new_test_once(proven: Network, case: str) -> None:
    table, values, asset = EDITS[case]
    assert mark_retests(proven).marked == ()
    edit(proven, table, **values)
    assert retest(proven) == "yes"
    forget_mark(proven)
    found = mark_retests(proven)
    assert [(one.zone_id, one.asset) for one in found.marked] == [("Z", asset)]
    assert "Zone Z is to be tested again" in found.sentences[0]
    assert retest(proven) == "yes"
    batches = len(proven.batches())
    assert mark_retests(proven).marked == ()
    assert len(proven.batches()) == batches
    proven.undo()
    assert retest(proven) == "no"


HARMLESS = {
    "a note": ("node", {"node_id": "V3", "note": "lid painted"}),
    "a hydrant inside": ("node", {"node_id": "H", "diameter_mm": 80.0}),
    "a pipe inside": ("pipe", {"pipe_id": "z4", "material": "pe"}),
    "operated in the test": ("node", {"node_id": "V1", "operated_on": pd.Timestamp("2026-03-12")}),
    "a pipe far away": ("pipe", {"pipe_id": "hr", "diameter_mm": 150.0}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", HARMLESS)
def test_what_is_not_on_the_boundary_leaves_the_test_as_it_is(proven: Network, case: str) -> None:
    table, values = HARMLESS[case]
    edit(proven, table, **values)
    assert mark_retests(proven).marked == ()
    assert retest(proven) == "no"


@pytest.mark.slow
def test_a_new_pipe_that_joins_the_zone_to_the_street_asks_for_a_new_test(proven: Network) -> None:
    new_pipe(proven, "inner", "A", "C", dma_id="Z")
    assert mark_retests(proven).marked == ()
    new_pipe(proven, "bypass", "B", "R4")
    assert retest(proven) == "yes"
    forget_mark(proven)
    found = mark_retests(proven)
    assert [(one.reason, one.asset) for one in found.marked] == [("pipe_joined", "bypass")]


@pytest.mark.slow
def test_a_valve_that_was_opened_and_closed_again_is_no_longer_proven(proven: Network) -> None:
    edit(proven, "node", node_id="V2", valve_state="open")
    edit(proven, "node", node_id="V2", valve_state="closed")
    forget_mark(proven)
    assert [one.asset for one in mark_retests(proven).marked] == ["V2"]


@pytest.mark.slow
def test_a_new_pass_proves_the_changed_boundary(proven: Network) -> None:
    edit(proven, "node", node_id="V2", operable="no")
    assert retest(proven) == "yes"
    record_zero_pressure_test(
        proven,
        RecordRequest(zone_id="Z", start="2026-05-12 01:00", end="2026-05-12 02:00", readings=typed(H=TIGHT)),
    )
    assert retest(proven) == "no"
    assert mark_retests(proven).marked == ()


@pytest.mark.slow
def test_a_check_marks_what_is_to_be_tested_again(proven: Network) -> None:
    edit(proven, "node", node_id="V3", operable="no")
    forget_mark(proven)
    found = record_check(proven, CheckRequest(name="Check"))
    assert "Zone Z is to be tested again" in found.summary[0]
    assert retest(proven) == "yes"


@pytest.mark.slow
def test_a_zone_of_a_scenario_is_planned_with_the_devices_that_it_would_have(square: Network) -> None:
    with square.write("dma") as batch:
        batch.insert("zone_scenario", pd.DataFrame({"scenario_id": ["S-1"], "name": ["plan A"]}))
        batch.insert(
            "scenario_zone",
            pd.DataFrame(
                {"scenario_zone_id": ["1"], "scenario_id": ["S-1"], "zone_id": ["Y"], "kind": ["dma"]}
            ),
        )
        pipes = pd.DataFrame({"scenario_pipe_id": ["1", "2"], "pipe_id": ["r0", "x1"]})
        batch.insert("scenario_pipe", pipes.assign(scenario_id="S-1", zone_id="Y"))
        devices = pd.DataFrame(
            {
                "device_id": ["D1", "D2"],
                "kind": ["meter", "valve"],
                "pipe_id": ["r0", "r1"],
                "at_node": ["R0", "R1"],
                "zone_in": ["Y", None],
            }
        )
        batch.insert("scenario_device", devices.assign(scenario_id="S-1"))
    for name in ("S-1", "plan A"):
        plan = plan_zero_pressure_test(square, PressureTestRequest("Y", scenario=name)).plan
        steps = plan.steps
        assert steps.loc[steps["role"] == "inlet", "meter"].tolist() == ["D1"]
        assert set(steps.loc[steps["role"] == "boundary", "node_id"]) == {"V1", "D2"}
        assert plan.figures["open_crossings"] == 0
    with pytest.raises(InputError, match="There is no metered area “Y”"):
        plan_zero_pressure_test(square, PressureTestRequest("Y"))
    with pytest.raises(InputError, match="This network has: S-1 plan A"):
        plan_zero_pressure_test(square, PressureTestRequest("Y", scenario="B"))
