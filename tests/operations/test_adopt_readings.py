"""Readings of files: rows or columns of meters, units, clocks, and whatever is wrong with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from support.reading_town import LONG, adopt_file, meters_told, reading_town, written
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.store.network import Network

FLOWS = {"fields": LONG, "values": {"quantity": {"flow": "flow_m3h"}}, "units": {"value": "L/s"}}
WIDE = {"fields": {"time": "time"}, "defaults": {"quantity": "flow_m3h"}, "units": {"value": "m3/h"}}


@pytest.fixture(scope="module")
def made_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readings") / "town.gpkg"
    reading_town(path, ["M1", "M2", "M3"])
    return path


@pytest.fixture
def network(made_town: Path, tmp_path: Path) -> Iterator[Network]:
    shutil.copy(made_town, tmp_path / "town.gpkg")
    with store.open_network(tmp_path / "town.gpkg") as made:
        yield made


def rows(network: Network) -> list[tuple[Any, ...]]:
    """Return the readings of a network with their moments in UTC, by meter and moment."""
    read = network.read("reading").sort_values(["node_id", "quantity", "time"])
    times = read["time"].dt.strftime("%Y-%m-%d %H:%M").tolist()
    return list(zip(read["node_id"], times, read["quantity"], read["value"].round(6)))


@pytest.mark.slow
def test_a_row_for_each_reading_is_adopted_with_unit_and_clock(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "flow.csv",
        "meter,time,quantity,value",
        "M1,2026-01-01 00:00,flow,1.5",
        "M1,2026/1/1 0:15,flow,2",
        "M2,2026-01-01T02:00:00+02:00,flow,-1",
    )
    done = adopt_file(network, file, FLOWS)
    assert done.batch_id
    assert rows(network) == [
        ("M1", "2025-12-31 16:00", "flow_m3h", 5.4),
        ("M1", "2025-12-31 16:15", "flow_m3h", 7.2),
        ("M2", "2026-01-01 00:00", "flow_m3h", -3.6),
    ]
    assert any("Asia/Shanghai" in line for line in done.summary)


@pytest.mark.slow
def test_the_same_file_twice_adds_nothing_and_says_so(network: Network, tmp_path: Path) -> None:
    lines = [f"M1,2026-01-01 {hour:02d}:00,flow,{hour}" for hour in range(10)]
    file = written(tmp_path / "flow.csv", "meter,time,quantity,value", *lines)
    adopt_file(network, file, FLOWS)
    before = rows(network)
    again = adopt_file(network, file, FLOWS)
    assert again.batch_id == "" and rows(network) == before
    assert set(again.rejected["reason_code"]) == {"stored_reading"}
    assert any("was adopted before" in line for line in again.summary)


@pytest.mark.slow
def test_new_readings_are_added_and_other_values_of_a_stored_moment_stay_out(
    network: Network, tmp_path: Path
) -> None:
    head = "meter,time,quantity,value"
    adopt_file(network, written(tmp_path / "1.csv", head, "M1,2026-01-01 00:00,flow,1"), FLOWS)
    more = written(
        tmp_path / "2.csv",
        head,
        "M1,2026-01-01 00:00,flow,9",
        "M1,2026-01-01 01:00,flow,2",
        "M1,2026-01-01 02:00,flow,3",
    )
    done = adopt_file(network, more, FLOWS)
    assert [one[3] for one in rows(network)] == [3.6, 7.2, 10.8]
    assert done.rejected["reason_code"].tolist() == ["other_value"]
    assert any("which stay: M1" in line for line in done.summary)
    network.undo(done.batch_id)
    assert [one[3] for one in rows(network)] == [3.6]


@pytest.mark.slow
def test_rows_that_can_not_be_used_are_rejected_by_name_and_the_rest_goes_in(
    network: Network, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "flow.csv",
        "meter,time,quantity,value",
        "M1,2026-01-01 00:00,flow,1",
        "M9,2026-01-01 00:00,flow,1",
        ",2026-01-01 00:00,flow,1",
        "M1,,flow,1",
        "M1,yesterday,flow,1",
        "M1,2999-01-01 00:00,flow,1",
        "M1,2026-01-01 01:00,flow,",
        "M1,2026-01-01 02:00,flow,much",
        "M1,2026-01-01 03:00,flow,4",
        "M1,2026-01-01 03:00,flow,5",
    )
    done = adopt_file(network, file, FLOWS)
    assert list(zip(done.rejected["source_row"], done.rejected["reason_code"])) == [
        (3, "unknown_meter"), (4, "no_meter"), (5, "no_time"), (6, "bad_time"), (7, "impossible_time"),
        (8, "no_value"), (9, "bad_value"), (10, "repeated_reading"),
    ]  # fmt: skip
    assert [one[3] for one in rows(network)] == [3.6, 18.0]
    assert done.adoption.rows_in == done.adoption.rows_written + done.adoption.rows_rejected == 10
    assert any("M9" in line for line in done.summary)
    assert done.rejected["value"].tolist()[6] == "much"


def test_readings_without_a_meter_are_named_and_none_is_written(network: Network, tmp_path: Path) -> None:
    lines = [f"{meter},2026-01-01 0{hour}:00,flow,1" for meter in ("M8", "M9", "") for hour in range(3)]
    file = written(tmp_path / "a.csv", "meter,time,quantity,value", *lines)
    with pytest.raises(InputError, match=r"no meter is named \(3\).*not a node.*\(6\).*M8, M9"):
        adopt_file(network, file, FLOWS)
    assert rows(network) == []
    dry = adopt_file(network, file, FLOWS, dry_run=True)
    assert dry.rejected["reason_code"].tolist() == ["unknown_meter"] * 6 + ["no_meter"] * 3


@pytest.mark.slow
def test_a_year_in_the_future_is_rejected_and_the_years_before_stay(network: Network, tmp_path: Path) -> None:
    years = (2024, 2025, 2062, 2206)
    lines = [f"M1,{year}-03-01 00:00,flow,1" for year in years]
    done = adopt_file(network, written(tmp_path / "a.csv", "meter,time,quantity,value", *lines), FLOWS)
    assert list(zip(done.rejected["source_row"], done.rejected["reason_code"])) == [
        (4, "impossible_time"), (5, "impossible_time"),
    ]  # fmt: skip
    assert [one[1][:4] for one in rows(network)] == ["2024", "2025"]


@pytest.mark.slow
def test_a_missing_unit_is_refused_in_a_run_and_told_in_a_dry_run(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "meter,time,quantity,value", "M1,2026-01-01 00:00,flow,1")
    bare = {key: part for key, part in FLOWS.items() if key != "units"}
    with pytest.raises(InputError, match="unit"):
        adopt_file(network, file, bare)
    assert not rows(network)
    dry = adopt_file(network, file, bare, dry_run=True)
    assert dry.adoption.readings is not None and dry.adoption.readings.open_units == ("flow_m3h",)
    assert any("unit" in line for line in dry.summary)
    # Our own words of a quantity say the unit.
    own = written(tmp_path / "b.csv", "meter,time,quantity,value", "M1,2026-01-01 00:00,flow_m3h,1")
    adopt_file(network, own, {"fields": LONG})
    assert [one[3] for one in rows(network)] == [1.0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("quantity", "unit", "value"),
    a_few_quick([
        ("flow_m3h", "m³/15min", 40.0), ("flow_m3h", "升/秒", 36.0), ("pressure_mpa", "kPa", 0.01),
        ("pressure_mpa", "bar", 1.0), ("pressure_mpa", "m", 0.098066), ("counter_m3", "L", 0.01),
        ("level_m", "cm", 0.1),
    ], is_tuple_one_value=False),
)  # fmt: skip
def test_units_become_ours(network: Network, tmp_path: Path, quantity: str, unit: str, value: float) -> None:
    file = written(tmp_path / "a.csv", "meter,time,value", "M1,2026-01-01 00:00,10")
    fields = {"node_id": "meter", "time": "time", "value": "value"}
    adopt_file(
        network, file, {"fields": fields, "defaults": {"quantity": quantity}, "units": {"value": unit}}
    )
    assert rows(network) == [("M1", "2025-12-31 16:00", quantity, pytest.approx(value, abs=1e-6))]


@pytest.mark.slow
def test_pressures_in_metres_given_as_mpa_are_asked_for(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "meter,time,value", "M1,2026-01-01 00:00,28", "M1,2026-01-01 01:00,31")
    fields = {"node_id": "meter", "time": "time", "value": "value"}
    mapping = {"fields": fields, "defaults": {"quantity": "pressure_mpa"}}
    dry = adopt_file(network, file, {**mapping, "units": {"value": "MPa"}}, dry_run=True)
    assert dry.adoption.readings is not None and dry.adoption.readings.open_units == ("pressure_mpa",)
    question = (
        "M1: pressures above 3 MPa, such as 29.5. Are they metres or bar? Give their unit in the mapping, "
        'for example "units": {"pressure_mpa": "m"}.'
    )
    assert question in dry.summary
    # The real run asks the same.
    with pytest.raises(InputError) as refused:
        adopt_file(network, file, {**mapping, "units": {"value": "MPa"}})
    assert refused.value.message == question
    assert not rows(network)
    # The answer is the one of the example.
    adopt_file(network, file, {**mapping, "units": {"pressure_mpa": "m"}})
    assert [one[3] for one in rows(network)] == pytest.approx([0.27459, 0.30401], abs=1e-5)


@pytest.mark.parametrize(
    ("unit", "value", "likely"),
    a_few_quick(
        [("MPa", 28.5, "m"), ("MPa", 3.4, "bar"), ("MPa", 285, "kPa"), ("bar", 31, "m")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_the_unit_that_pressures_fit_is_suggested(
    network: Network, tmp_path: Path, unit: str, value: float, likely: str
) -> None:
    file = written(tmp_path / "a.csv", "meter,time,value", f"M1,2026-01-01 00:00,{value}")
    fields = {"node_id": "meter", "time": "time", "value": "value"}
    mapping = {"fields": fields, "defaults": {"quantity": "pressure_mpa"}, "units": {"value": unit}}
    dry = adopt_file(network, file, mapping, dry_run=True)
    question = dry.adoption.readings.unit_question
    assert question.likely_unit == likely and question.text.endswith("In which unit are they in the file?")


@pytest.mark.slow
def test_the_unit_given_for_pressures_overrules_that_of_their_rows(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.csv", "meter,time,what,value,unit", "M1,2026-01-01 00:00,pressure_mpa,28.5,MPa",
        "M1,2026-01-01 00:00,flow_m3h,10,L/s",
    )  # fmt: skip
    fields = {"node_id": "meter", "time": "time", "quantity": "what", "value": "value"}
    mapping = {"fields": fields, "unit_column": "unit"}
    with pytest.raises(InputError, match='pressure_mpa": "m"'):
        adopt_file(network, file, mapping)
    adopt_file(network, file, {**mapping, "units": {"pressure_mpa": "m"}})
    assert {one[2]: one[3] for one in rows(network)} == pytest.approx(
        {"flow_m3h": 36.0, "pressure_mpa": 0.279488}, abs=1e-5
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    a_few_quick(
        [
            ({"units": {"value": "kPa"}}, "kPa"),
            ({"units": {"value": "furlong"}}, "furlong"),
            ({"time_zone": "Mars/Crater", "units": {"value": "L/s"}}, "Mars/Crater"),
            ({"units": {"value": "L/s"}, "reversed": ["M7"]}, "M7"),
            ({"units": {"value": "L/s"}, "values": {}}, "pump"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_what_does_not_fit_stops_the_run_in_a_sentence(
    network: Network, tmp_path: Path, parts: dict[str, Any], words: str
) -> None:
    file = written(tmp_path / "a.csv", "meter,time,quantity,value", "M1,2026-01-01 00:00,pump,1")
    mapping = {"fields": LONG, "values": {"quantity": {"pump": "flow_m3h"}}, **parts}
    with pytest.raises(InputError, match=words):
        adopt_file(network, file, mapping)
    assert not rows(network)


def test_parts_of_readings_are_refused_for_other_tables(network: Network, tmp_path: Path) -> None:
    from waternet_plugin.core.exchange.mapping.mapping_check import for_table
    from waternet_plugin.core.exchange.mapping.mapping_file import from_dict

    with pytest.raises(InputError, match="time_zone"):
        for_table(from_dict({"fields": {"node_id": "a"}, "time_zone": "Europe/Rome"}), table_of("node"))
    with pytest.raises(InputError, match="is not measured in"):
        for_table(
            from_dict({"fields": {"diameter_mm": "a"}, "units": {"diameter_mm": "L/s"}}), table_of("pipe")
        )


@pytest.mark.slow
def test_a_column_for_each_meter(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "flow.csv",
        "time,A,B,P,C",
        "2026-01-01 00:00,1,2,300,",
        "2026-01-01 00:15,3,x,310,",
        "2026-01-01 00:30,,,,",
        "2026-01-01 00:45,5,6,320,",
    )
    meters = {
        "A": "M1", "B": "M2", "C": "M3", "P": {"node_id": "M1", "quantity": "pressure_mpa", "unit": "kPa"},
    }  # fmt: skip
    done = adopt_file(network, file, {**WIDE, "meters": meters, "reversed": ["M2"]})
    assert [(one[0], one[2], one[3]) for one in rows(network)] == [
        ("M1", "flow_m3h", 1.0), ("M1", "flow_m3h", 3.0), ("M1", "flow_m3h", 5.0),
        ("M1", "pressure_mpa", 0.3), ("M1", "pressure_mpa", 0.31), ("M1", "pressure_mpa", 0.32),
        ("M2", "flow_m3h", -2.0), ("M2", "flow_m3h", -6.0),
    ]  # fmt: skip
    assert list(zip(done.rejected["source_row"], done.rejected["reason_code"])) == [(4, "no_value")]
    summary = "\n".join(done.summary)
    assert "row 3, B: x" in summary
    assert "Columns without any value: C" in summary
    assert meters_told(done)["M2"]["gaps"] == 0


@pytest.mark.slow
def test_a_sheet_with_moments_of_its_own_is_read_by_the_clock(network: Network, tmp_path: Path) -> None:
    times = pd.date_range("2026-01-01", periods=96, freq="15min")
    frame = gpd.GeoDataFrame({"时间": times, "M1": np.arange(96.0), "M2": 1.0})
    file = tmp_path / "流量.xlsx"
    pyogrio.write_dataframe(frame, file, driver="XLSX")
    mapping = {
        **WIDE,
        "fields": {"time": "时间"},
        "meters": {"M1": "M1", "M2": "M2"},
        "units": {"value": "m3/15min"},
    }
    adopt_file(network, file, mapping)
    read = rows(network)
    assert len(read) == 192
    assert read[1] == ("M1", "2025-12-31 16:15", "flow_m3h", 4.0)


@pytest.mark.slow
def test_a_second_column_of_values_is_named_and_taken_by_a_second_adoption(
    network: Network, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "both.csv",
        "meter,time,flow,pressure (MPa),battery",
        *(f"M1,2026-01-01 {hour:02d}:00,{hour},0.3,99" for hour in range(4)),
    )
    fields = {"node_id": "meter", "time": "time", "value": "flow"}
    flow = {"fields": fields, "defaults": {"quantity": "flow_m3h"}, "units": {"value": "m3/h"}}
    done = adopt_file(network, file, flow)
    (said,) = [line for line in done.summary + tuple(done.adoption.notes) if "pressure (MPa)" in line][:1]
    assert "once more" in said and "battery" not in said
    pressure = {
        "fields": {**fields, "value": "pressure (MPa)"},
        "defaults": {"quantity": "pressure_mpa"},
        "units": {"value": "MPa"},
    }
    adopt_file(network, file, pressure)
    assert [one[2] for one in rows(network)] == ["flow_m3h"] * 4 + ["pressure_mpa"] * 4
