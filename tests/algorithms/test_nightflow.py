"""Night flow as an algorithm, headless, on the sample town."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run

from waternet_plugin import store


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg"))


@pytest.mark.slow
def test_nights_and_alarms_of_the_sample_town_have_the_columns_that_scripts_rely_on(
    town: Path, tmp_path: Path
) -> None:
    with store.open_network(town) as network:
        batches = network.read("batch", ["batch_id", "name"])
        stored = batches["batch_id"][batches["name"] == "Night flow and leak alarms"]
        network.undo(stored.item())
    found = must(
        "nightflow",
        NETWORK=town,
        STORE="true",
        OUTPUT=tmp_path / "n.csv",
        OUTPUT_ALARMS=tmp_path / "a.csv",
        REPORT=tmp_path / "r.html",
    )
    nights, alarms = (pd.read_csv(tmp_path / name) for name in ("n.csv", "a.csv"))
    assert (
        nights.columns.tolist()
        == (
            "zone_id night window_mean_m3h minimum_hour_m3h minimum_at coverage night_use_m3h leak_m3h "
            "background_m3h excess_m3h inflow_m3 state reason"
        ).split()
    )
    assert (
        alarms.columns.tolist()
        == ("alarm_id zone_id raised_on started_on ended_on rise_m3h kind reason").split()
    )
    assert found["NIGHTS"] == len(nights) == 3 * 56
    assert found["OPEN_ALARMS"] == len(alarms) == 2
    assert set(alarms["zone_id"]) == {"DMA-1", "DMA-3"}
    assert nights["minimum_at"].str.endswith("+08:00").all()
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert len(figures["nights"]) == len(nights)
    assert [one["zone_id"] for one in figures["alarms"]] == alarms["zone_id"].tolist()
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "1.7" in page and "UK practice" in page
    with store.open_network(town) as network:
        assert len(network.read("zone_night")) == len(nights)
        assert network.read("leak_alarm")["alarm_id"].tolist() == alarms["alarm_id"].tolist()
    undone = must("undobatch", NETWORK=town, BATCH=found["BATCH_ID"])
    assert undone["ROWS"] == len(nights) + 2


@pytest.mark.slow
def test_without_store_the_network_stays_as_it_is(town: Path, tmp_path: Path) -> None:
    with store.open_network(town) as network:
        before = network.position()
    must(
        "nightflow",
        NETWORK=town,
        ZONES="DMA-3",
        FROM="2025-12-01",
        TO="2025-12-10",
        OUTPUT=tmp_path / "n.csv",
    )
    nights = pd.read_csv(tmp_path / "n.csv")
    assert set(nights["zone_id"]) == {"DMA-3"}
    assert nights["night"].astype(str).str[:10].tolist()[0].replace("/", "-") == "2025-12-01"
    assert len(nights) == 10
    with store.open_network(town) as network:
        assert network.position() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"ZONES": "DMA-9"}, "DMA-9"),
        ({"FROM": "1.12.2025"}, "FROM"),
        ({"WINDOW": "night"}, "WINDOW"),
        ({"FROM": "2031-01-01"}, "2031-01-01"),
    ],
)
def test_bad_input_gets_one_sentence(town: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("nightflow", NETWORK=town, **parameters)
    assert answer.status == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
