"""Inflow of ten real areas, adopted headless and read by night flow."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run
from support.reading_town import reading_town

from waternet_plugin import store

LITRES = 3.6


@pytest.fixture(scope="module")
def flows(data_dir: Path) -> Path:
    """Hourly inflow of ten areas, a column each."""
    return data_dir / "dma_flows" / "bwdf" / "inflow_hourly_lps.csv"


@pytest.fixture(scope="module")
def areas(flows: Path) -> list[str]:
    return list(pd.read_csv(flows, nrows=1).columns[1:])


@pytest.fixture
def town(areas: list[str], tmp_path: Path) -> Path:
    reading_town(tmp_path / "areas.gpkg", areas, [f"Z-{one}" for one in areas])
    return tmp_path / "areas.gpkg"


@pytest.mark.slow
def test_ten_areas_come_in_by_a_guessed_mapping_and_have_night_flow(
    town: Path, flows: Path, areas: list[str], tmp_path: Path
) -> None:
    dry = must("adoptlayers", NETWORK=town, INPUT=flows, DRY_RUN="true", REPORT=tmp_path / "dry.html")
    assert dry["ROWS_IN"] == 10919
    mapping = json.loads((tmp_path / "dry.mapping.json").read_text(encoding="utf-8"))
    assert mapping["fields"] == {"time": "datetime_local"}
    assert list(mapping["meters"]) == areas
    assert mapping["time_zone"] == "Asia/Shanghai"
    mapping["time_zone"] = "Europe/Rome"
    (tmp_path / "mapping.json").write_text(json.dumps(mapping), encoding="utf-8")
    found = must(
        "adoptlayers",
        NETWORK=town,
        INPUT=flows,
        TABLE="reading",
        MAPPING=tmp_path / "mapping.json",
        REPORT=tmp_path / "r.html",
        REJECTED=tmp_path / "rejected.csv",
    )
    given = pd.read_csv(flows)
    values = int(given[areas].notna().sum().sum())
    assert found["ASSETS_WRITTEN"] == values
    assert found["ROWS_IN"] == found["ROWS_WRITTEN"] + found["ROWS_REJECTED"] == 10919
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["readings"]
    assert figures["time_zone"] == "Europe/Rome"
    longest = {one["node_id"]: one["longest_gap_h"] for one in figures["meters"]}
    # As the README of the series says: so many hours are missing between two readings.
    inner = {"DMA_A": 75, "DMA_B": 72, "DMA_C": 32, "DMA_D": 76, "DMA_E": 75, "DMA_G": 627, "DMA_J": 144}
    assert {one: longest[one] for one in inner} == inner
    assert {one["frozen"] for one in figures["meters"]} == {0}
    with store.open_network(town) as network:
        read = network.read("reading")
    flow = read[read["node_id"] == "DMA_C"].sort_values("time")
    autumn = flow[flow["time"].between("2021-10-31T00:00Z", "2021-10-31T01:00Z")]
    two = given.loc[given["datetime_local"] == "2021-10-31 02:00", "DMA_C"] * LITRES
    assert autumn["value"].tolist() == pytest.approx(two.tolist())
    assert (flow["time"].diff().dropna() >= pd.Timedelta(hours=1)).all()

    again = run("adoptlayers", NETWORK=town, INPUT=flows, TABLE="reading", MAPPING=tmp_path / "mapping.json")
    assert again.status == 0 and again.results["ASSETS_WRITTEN"] == 0
    nights = must("nightflow", NETWORK=town, OUTPUT=tmp_path / "n.csv", REPORT=tmp_path / "n.html")
    assert nights["NIGHTS"] >= 4000
    table = pd.read_csv(tmp_path / "n.csv")
    assert set(table["zone_id"]) == {f"Z-{one}" for one in areas}
    with store.open_network(town) as network:
        assert network.count("reading") == values
    must("undobatch", NETWORK=town)
    with store.open_network(town) as network:
        assert not network.count("reading")


@pytest.mark.slow
def test_a_row_for_each_reading_comes_in_headless_and_one_bad_cell_costs_one_row(
    town: Path, flows: Path, tmp_path: Path
) -> None:
    long = pd.read_csv(flows, dtype=str).melt("datetime_local", var_name="dma", value_name="inflow").dropna()
    long.iloc[5, 2] = "4..2"
    long.to_csv(tmp_path / "inflow_lps.csv", index=False)
    must(
        "adoptlayers",
        NETWORK=town,
        INPUT=tmp_path / "inflow_lps.csv",
        DRY_RUN="true",
        REPORT=tmp_path / "d.html",
    )
    mapping = json.loads((tmp_path / "d.mapping.json").read_text(encoding="utf-8"))
    assert mapping["fields"] == {"node_id": "dma", "time": "datetime_local", "value": "inflow"}
    assert mapping["units"] == {"value": "lps"} and mapping["defaults"] == {"quantity": "flow_m3h"}
    mapping["time_zone"] = "Europe/Rome"
    found = must(
        "adoptlayers",
        NETWORK=town,
        INPUT=tmp_path / "inflow_lps.csv",
        TABLE="reading",
        MAPPING=json.dumps(mapping),
        REJECTED=tmp_path / "rejected.csv",
    )
    assert (found["ROWS_WRITTEN"], found["ROWS_REJECTED"]) == (len(long) - 1, 1)
    rejected = pd.read_csv(tmp_path / "rejected.csv", dtype=str)
    assert rejected[["source_row", "source_id", "reason_code", "inflow"]].values.tolist() == [
        ["7", "DMA_A", "bad_value", "4..2"]
    ]


@pytest.mark.slow
def test_a_missing_unit_stops_a_run_with_one_sentence(town: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("meter,time,value\nDMA_A,2026-01-01 00:00,1\n", encoding="utf-8")
    mapping = {
        "fields": {"node_id": "meter", "time": "time", "value": "value"},
        "defaults": {"quantity": "flow_m3h"},
    }  # fmt: skip
    answer = run("adoptlayers", NETWORK=town, INPUT=file, TABLE="reading", MAPPING=json.dumps(mapping))
    assert answer.status == 1
    assert "unit" in answer.stderr and "Traceback" not in answer.stderr
