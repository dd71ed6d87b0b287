"""Files of readings as crews and platforms write them: what is guessed is what comes in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.reading_town import adopt_file, meters_told, reading_town, written

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.store.network import Network


@pytest.fixture(scope="module")
def made_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readings") / "town.gpkg"
    reading_town(path, ["LL-01", "LL-03"])
    return path


@pytest.fixture
def network(made_town: Path, tmp_path: Path) -> Iterator[Network]:
    shutil.copy(made_town, tmp_path / "town.gpkg")
    with store.open_network(tmp_path / "town.gpkg") as made:
        yield made


def guessed(file: Path) -> dict[str, Any]:
    """Return the mapping that is guessed of a file, for a network with two meters."""
    frame = pd.read_csv(file, dtype=str)
    return guess(
        frame, table="reading", name=file.name, ids=lambda _table: ["LL-01", "LL-03"]
    ).mapping.to_dict()


def stored(network: Network) -> dict[tuple[str, str], float]:
    read = network.read("reading").drop_duplicates(["node_id", "quantity"])
    return {(row.node_id, row.quantity): row.value for row in read.itertuples()}


@pytest.mark.slow
def test_a_wide_table_comes_in_by_its_headings(network: Network, tmp_path: Path) -> None:
    head = "时间,LL-01瞬时流量(m3/h),LL-01压力(kPa),LL-03瞬时流量(L/s),LL-03电池电压(V)"
    lines = [f"2026-01-01 {hour:02d}:00,5.5,300,2,3.6" for hour in range(8)]
    file = written(tmp_path / "SCADA.csv", head, *lines)
    done = adopt_file(network, file, guessed(file))
    assert stored(network) == {
        ("LL-01", "flow_m3h"): 5.5, ("LL-01", "pressure_mpa"): 0.3, ("LL-03", "flow_m3h"): pytest.approx(7.2),
    }  # fmt: skip
    assert any("not read: LL-03电池电压(V)" in one for one in done.summary)


@pytest.mark.slow
def test_a_long_table_has_a_unit_and_a_quantity_in_each_row(network: Network, tmp_path: Path) -> None:
    cells = (("LL-01瞬时流量", 2.5, "L/s"), ("LL-03瞬时流量", 5.5, "m³/h"), ("LL-01压力", 300, "kPa"))
    lines = [
        f"{tag},2026-01-01 {hour:02d}:00,{value},{unit}" for hour in range(8) for tag, value, unit in cells
    ]
    file = written(tmp_path / "iot.csv", "测点名称,采集时间,数值,单位", *lines)
    mapping = guessed(file)
    adopt_file(network, file, mapping)
    assert stored(network) == {
        ("LL-01", "flow_m3h"): pytest.approx(9.0), ("LL-03", "flow_m3h"): 5.5,
        ("LL-01", "pressure_mpa"): pytest.approx(0.3),
    }  # fmt: skip


def test_rows_of_a_device_bring_each_of_its_quantities(network: Network, tmp_path: Path) -> None:
    head = "设备编号,采集时间,瞬时流量(m³/h),负累计(m³),正累计(m³),压力(kPa),信号强度"
    cells = (("LL-01", 5.5, 310), ("LL-03", 2.0, "--"), ("", 7.0, 1))
    lines = [
        f"{device},2026-01-01 {hour:02d}:00,{flow},1,{100 + hour},{pressure},21"
        for hour in range(8)
        for device, flow, pressure in cells
    ]
    file = written(tmp_path / "iot.csv", head, *lines)
    mapping = guessed(file)
    done = adopt_file(network, file, mapping)
    assert stored(network) == {
        ("LL-01", "flow_m3h"): 5.5, ("LL-01", "counter_m3"): 100.0, ("LL-01", "pressure_mpa"): 0.31,
        ("LL-03", "flow_m3h"): 2.0, ("LL-03", "counter_m3"): 100.0,
    }  # fmt: skip
    assert (done.adoption.rows_in, done.adoption.rows_rejected) == (24, 8)
    assert set(done.rejected["reason_code"]) == {"no_meter"}
    told = " ".join([*done.summary, *done.adoption.notes])
    assert "not read: 负累计(m³), 信号强度" in told
    assert adopt_file(network, file, mapping).adoption.rows_written == 0


def test_columns_of_quantities_need_rows_that_name_their_meter(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "time,flow", "2026-01-01 02:00,1")
    mapping = {"fields": {"time": "time"}, "meters": {"flow": {"quantity": "flow_m3h", "unit": "m3/h"}}}
    with pytest.raises(InputError, match="of flow name no meter"):
        adopt_file(network, file, mapping)
    mapping = {"fields": {"time": "time", "node_id": "time"}, "meters": {"flow": "LL-01"}}
    with pytest.raises(InputError, match="leave node_id out"):
        adopt_file(network, file, mapping)


def test_a_row_in_a_unit_of_another_quantity_is_refused(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "meter,time,value,unit", "LL-01,2026-01-01 02:00,1,MPa")
    mapping = {
        "fields": {"node_id": "meter", "time": "time", "value": "value"}, "unit_column": "unit",
        "defaults": {"quantity": "flow_m3h"},
    }  # fmt: skip
    with pytest.raises(InputError, match="MPa"):
        adopt_file(network, file, mapping)
    with pytest.raises(InputError, match="no column units"):
        adopt_file(network, file, {**mapping, "unit_column": "units"})


def test_readings_that_cannot_be_are_counted_and_named_at_once(network: Network, tmp_path: Path) -> None:
    counts = [5000.0 + 2 * number for number in range(48)]
    counts[20] = 0.0
    flows = [5.0 + number % 3 for number in range(48)]
    flows[30] = 65535.0
    times = pd.date_range("2026-01-01", periods=48, freq="15min")
    lines = [f"{time},{count},{flow}" for time, count, flow in zip(times, counts, flows)]
    file = written(tmp_path / "a.csv", "time,LL-01累计流量(m3),LL-03流量(m3/h)", *lines)
    done = adopt_file(network, file, guessed(file))
    told = meters_told(done)
    assert (told["LL-01"]["impossible"], told["LL-01"]["resets"], told["LL-03"]["impossible"]) == (1, 0, 1)
    assert any("2 readings can't be, such as 0 at LL-01" in one for one in done.summary)
