"""Zero-pressure tests as algorithms, headless, on the sample town and on a small square."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.headless import must, run
from support.pressure_test_town import LEAKS, TIGHT, square_file, typed

from waternet_plugin import store


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """The square zone in a file."""
    return square_file(tmp_path / "方 square.gpkg")


def table(path: Any) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"node_id": str, "meter": str})


def rows(path: Path, name: str) -> pd.DataFrame:
    with store.open_network(path) as network:
        return network.read(name)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["DMA-1", "DMA-2", "DMA-3"])
def test_plans_of_the_sample_town_have_the_columns_that_scripts_rely_on(
    sample_town: Path, tmp_path: Path, zone: str
) -> None:
    path = sample_town / "en" / "sample_town.gpkg"
    found = must(
        "planzeropressuretest",
        NETWORK=path,
        ZONE=zone,
        OUTPUT_STEPS=tmp_path / "s.csv",
        OUTPUT_CUSTOMERS=tmp_path / "c.csv",
        REPORT=tmp_path / "r.html",
        PAPER=tmp_path / "p.pdf",
    )
    steps = table(tmp_path / "s.csv")
    assert steps.columns[:6].tolist() == ["step", "node_id", "role", "meter", "turns", "street"]
    customers = pd.read_csv(tmp_path / "c.csv")
    assert customers.columns[:2].tolist() == ["customer_id", "critical"]
    assert len(customers) == found["CUSTOMERS"] > 0
    assert customers["critical"].tolist()[0] == "yes"
    assert (tmp_path / "p.pdf").read_bytes()[:5] == b"%PDF-"
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert figures["zone_id"] == zone and len(figures["steps"]) == len(steps)
    # The lane that joins DMA-2 to the street around it has neither meter nor valve.
    assert found["OPEN_CROSSINGS"] == (1 if zone == "DMA-2" else 0)
    assert ("The boundary is open" in found["NOTES"]) == (zone == "DMA-2")
    assert found["CONFIRMED"] == 1 and "Confirmed by NetworkX" in found["NOTES"]
    with store.open_network(path) as network:
        closed = network.read("node", ["node_id", "meter_in"], where={"valve_state": "closed"})
        meters = network.read("node", ["node_id"], where={"meter_in": zone})
    boundary = steps.loc[steps["role"] == "boundary", "node_id"]
    assert set(boundary) <= set(closed["node_id"])
    assert set(steps.loc[steps["role"] == "inlet", "meter"]) == set(meters["node_id"])


@pytest.mark.slow
def test_a_plan_asks_for_a_zone_that_is_there(square: Path, tmp_path: Path) -> None:
    assert "Give the zone to be tested" in run("planzeropressuretest", NETWORK=square).stderr
    answer = run("planzeropressuretest", NETWORK=square, ZONE="Y", REPORT=tmp_path / "r.html")
    assert answer.status == 1
    assert "There is no metered area “Y”. This network has: Z." in answer.stderr
    assert not (tmp_path / "r.html").exists()


@pytest.mark.slow
def test_a_passed_test_proves_the_zone(square: Path, tmp_path: Path) -> None:
    found = must(
        "recordzeropressuretest",
        NETWORK=square,
        ZONE="Z",
        START="2026-03-12 01:00",
        END="2026-03-12 02:00",
        DRAINED_AT="2026-03-12 01:20",
        READINGS=typed(H=TIGHT, HR=[35.0] * 13),
        NOTE="quiet night",
        CREW="Li, Wang",
        REPORT=tmp_path / "r.html",
        PAPER=tmp_path / "r.pdf",
    )
    assert found["VERDICT"] == "pass"
    assert found["P_MIN_M"] == pytest.approx(0.1, abs=0.01)
    assert found["RISE_M"] == pytest.approx(0.1, abs=0.01)
    assert found["HOLD_MIN"] == 40
    zone = rows(square, "zone").iloc[0]
    assert (zone["state"], zone["retest"]) == ("proven", "no")
    assert zone["tested_on"] == pd.Timestamp("2026-03-12")
    test = rows(square, "zone_test").iloc[0]
    assert test["next_test_on"] == pd.Timestamp("2028-03-12")
    assert (test["verdict"], test["crew"], test["note"]) == ("pass", "Li, Wang", "quiet night")
    assert len(rows(square, "reading")) == 26
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert figures["verdict"] == "pass" and figures["start"] == "2026-03-12 01:00"
    with store.open_network(square) as network:
        batches = network.batches()
        assert batches["kind"].tolist()[0] == "dma"
        network.undo()
    assert rows(square, "zone").iloc[0]["state"] == "draft"
    assert not len(rows(square, "zone_test")) and not len(rows(square, "reading"))


@pytest.mark.slow
def test_a_leak_is_looked_for_at_the_gauge_that_recovers_first(square: Path) -> None:
    found = must(
        "recordzeropressuretest",
        NETWORK=square,
        ZONE="Z",
        START="2026-03-12T01:00",
        END="2026-03-12T02:00",
        DRAINED_AT="2026-03-12T01:20",
        FAULT_NODE="V3",
        READINGS=typed(H=LEAKS, W=TIGHT),
    )
    assert found["VERDICT"] == "fail"
    assert found["SUSPECTS"].split(";")[0] == "V3"
    assert "No gauge outside was read" in found["NOTES"]
    zone = rows(square, "zone").iloc[0]
    assert (zone["state"], zone["retest"]) == ("draft", "yes")
    assert rows(square, "zone_test")["fault_node"].tolist() == ["V3"]


@pytest.mark.slow
def test_readings_of_the_network_count(square: Path) -> None:
    frame = pd.DataFrame(
        {
            "node_id": "H",
            "time": pd.date_range("2026-03-11 17:00", periods=13, freq="5min", tz="UTC"),
            "quantity": "pressure_mpa",
            "value": [head / 101.97 for head in TIGHT],
        }
    )
    with store.open_network(square) as network, network.write("adopt") as batch:
        batch.insert("reading", frame)
    times = {"START": "2026-03-12 01:00", "END": "2026-03-12 02:00"}
    found = must("recordzeropressuretest", NETWORK=square, ZONE="Z", **times)
    assert (found["VERDICT"], found["HOLD_MIN"]) == ("pass", 40)
    again = must("recordzeropressuretest", NETWORK=square, ZONE="Z", READINGS=typed(H=TIGHT[:2]), **times)
    assert again["VERDICT"] == "pass"


@pytest.mark.slow
def test_a_test_that_proves_nothing_is_refused_in_one_sentence(square: Path, tmp_path: Path) -> None:
    times = {"START": "2026-03-12 01:00", "END": "2026-03-12 02:00"}
    answer = run("recordzeropressuretest", NETWORK=square, ZONE="Z", REPORT=tmp_path / "r.html", **times)
    assert answer.status == 1
    assert "No pressure was read between 2026-03-12 01:00 and 2026-03-12 02:00" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "r.html").exists()
    assert rows(square, "zone_test").empty
