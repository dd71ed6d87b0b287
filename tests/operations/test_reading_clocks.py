"""Readings over both clock changes, counters, and meters that stand still."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.reading_town import adopt_file, meters_told, reading_town, written
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.store.network import Network

FIELDS = {"node_id": "meter", "time": "time", "value": "value"}
ROME = {
    "fields": FIELDS, "defaults": {"quantity": "flow_m3h"}, "units": {"value": "m3/h"},
    "time_zone": "Europe/Rome",
}  # fmt: skip
COUNTERS = {"fields": FIELDS, "defaults": {"quantity": "counter_m3"}}
AUTUMN = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
AUTUMN_UTC = ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]
HEAD = "meter,time,value"


@pytest.fixture(scope="module")
def made_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readings") / "town.gpkg"
    reading_town(path, ["M1", "M2"])
    return path


@pytest.fixture
def network(made_town: Path, tmp_path: Path) -> Iterator[Network]:
    shutil.copy(made_town, tmp_path / "town.gpkg")
    with store.open_network(tmp_path / "town.gpkg") as made:
        yield made


def clocks(network: Network, meter: str = "M1") -> list[tuple[str, float]]:
    read = network.read("reading")
    read = read[read["node_id"] == meter].sort_values("time")
    return list(zip(read["time"].dt.strftime("%H:%M"), read["value"]))


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["by meter", "by time", "newest first"])
def test_the_second_of_two_equal_clock_times_is_winter_time(
    network: Network, tmp_path: Path, layout: str
) -> None:
    cells = [(meter, place) for meter in ("M1", "M2") for place in range(6)]
    if layout == "by time":
        cells.sort(key=lambda cell: cell[1])
    elif layout == "newest first":
        cells.reverse()
    lines = [f"{meter},2021-10-31 {AUTUMN[place]},{place}" for meter, place in cells]
    done = adopt_file(network, written(tmp_path / "a.csv", HEAD, *lines), ROME)
    assert not len(done.rejected)
    for meter in ("M1", "M2"):
        assert clocks(network, meter) == list(zip(AUTUMN_UTC, range(6)))
    assert any("winter time" in line for line in done.summary)
    assert meters_told(done)["M1"]["gaps"] == 0


@pytest.mark.parametrize("zone", a_few_quick(["Europe/Rome", "Asia/Shanghai"], 1))
def test_clocks_that_are_not_those_of_the_network_are_told(
    network: Network, tmp_path: Path, zone: str
) -> None:
    file = written(tmp_path / "a.csv", HEAD, "M1,2021-07-01 02:00,1", "M1,2021-07-01 03:00,2")
    done = adopt_file(network, file, {**ROME, "time_zone": zone})
    told = any("general.time_zone" in line and "Asia/Shanghai" in line for line in done.summary)
    assert told == (zone != "Asia/Shanghai")


@pytest.mark.slow
def test_a_third_equal_clock_time_is_a_repeated_reading(network: Network, tmp_path: Path) -> None:
    lines = [f"M1,2021-10-31 02:00,{value}" for value in range(3)]
    done = adopt_file(network, written(tmp_path / "a.csv", HEAD, *lines), ROME)
    assert clocks(network) == [("00:00", 0.0), ("01:00", 2.0)]
    assert done.rejected["reason_code"].tolist() == ["repeated_reading"]


@pytest.mark.slow
def test_a_clock_time_that_is_skipped_is_rejected_and_the_step_over_it_is_no_gap(
    network: Network, tmp_path: Path
) -> None:
    lines = [f"M1,2021-03-28 {hour:02d}:00,{hour}" for hour in (0, 1, 2, 3, 4)]
    done = adopt_file(network, written(tmp_path / "a.csv", HEAD, *lines), ROME)
    assert clocks(network) == [("23:00", 0.0), ("00:00", 1.0), ("01:00", 3.0), ("02:00", 4.0)]
    assert list(zip(done.rejected["source_row"], done.rejected["reason_code"])) == [(4, "skipped_time")]
    assert meters_told(done)["M1"]["gaps"] == 0


@pytest.mark.slow
def test_a_week_over_the_change_is_there_when_it_is_adopted_again(network: Network, tmp_path: Path) -> None:
    hours = pd.date_range("2021-10-29", "2021-11-02", freq="h", tz="Europe/Rome").tz_localize(None)
    lines = [f"M1,{hour:%Y-%m-%d %H:%M},{number}" for number, hour in enumerate(hours)]
    file = written(tmp_path / "a.csv", HEAD, *lines)
    adopt_file(network, file, ROME)
    again = adopt_file(network, file, ROME)
    assert again.batch_id == "" and network.count("reading") == len(hours)
    read = network.read("reading").sort_values("time")
    assert set(read["time"].diff().dropna()) == {pd.Timedelta(hours=1)}
    assert read["value"].tolist() == list(range(len(hours)))


def test_gaps_resets_and_single_readings_are_counted_and_named(network: Network, tmp_path: Path) -> None:
    counts = [100, 110, 120, 5, 15, 25, 35]
    hours = [0, 1, 2, 3, 4, 8, 9]
    lines = [f"M1,2026-01-01 {hour:02d}:00,{count}" for hour, count in zip(hours, counts)]
    done = adopt_file(network, written(tmp_path / "a.csv", HEAD, *lines, "M2,2026-01-01 00:00,1"), COUNTERS)
    told = meters_told(done)["M1"]
    assert (told["readings"], told["gaps"], told["longest_gap_h"], told["resets"]) == (7, 1, 4.0, 1)
    assert (told["last_value"], told["step_min"]) == (35.0, 60.0)
    summary = "\n".join(done.summary)
    assert (
        "Counters run backwards 1 time" in summary and "A single reading gives no flow: meters M2" in summary
    )
    assert "1 gap in the readings of M1" in summary
    cells = [row for section in done.report.sections if section.table for row in section.table.rows]
    assert any("backwards" in str(row) for row in cells)


@pytest.mark.slow
def test_a_meter_that_stands_still_and_one_that_is_reversed_are_named(
    network: Network, tmp_path: Path
) -> None:
    times = pd.date_range("2026-01-01", periods=96, freq="15min")
    still = np.where(np.arange(96) < 60, 7.0, np.arange(96))
    lines = [f"M1,{time},{value}" for time, value in zip(times, still)]
    lines += [f"M2,{time},{-5 - number % 7}" for number, time in enumerate(times)]
    done = adopt_file(network, written(tmp_path / "a.csv", HEAD, *lines), ROME)
    told = meters_told(done)
    assert told["M1"]["frozen"] == 1 and told["M1"]["longest_frozen_h"] == 14.75
    assert told["M2"]["frozen"] == 0 and told["M2"]["negative"] == 96
    summary = "\n".join(done.summary)
    assert "up to 15 h: M1" in summary and "M2 is below zero" in summary


def test_a_counter_can_not_be_reversed(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", HEAD, "M1,2026-01-01 00:00,1")
    with pytest.raises(InputError, match="meter_in"):
        adopt_file(network, file, {**COUNTERS, "reversed": ["M1"]})


@pytest.mark.slow
def test_one_bad_cell_among_many_rows_costs_its_row_alone(network: Network, tmp_path: Path) -> None:
    # `make millions` takes ten million rows.
    count = int(os.environ.get("WATERNET_READINGS", "50000"))
    bad, part = count * 5 // 8, 100_000
    times = np.datetime64("2020-01-01T00:00") + np.timedelta64(15, "s") * np.arange(count)
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD + "\n")
        for first in range(0, count, part):
            texts = np.datetime_as_string(times[first : first + part], unit="s").tolist()
            lines = [f"M1,{time},{number % 90}\n" for number, time in enumerate(texts, start=first)]
            if first <= bad < first + part:
                lines[bad - first] = f"M1,{texts[bad - first]},broken\n"
            file.writelines(lines)
    done = adopt_file(network, path, {**ROME, "time_zone": "UTC"})
    assert done.rejected["source_row"].tolist() == [bad + 2]
    assert done.rejected["value"].tolist() == ["broken"]
    assert done.adoption.assets_written == count - 1
