"""Metered areas drawn and checked as algorithms, headless, on the sample town."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run

ZONES = [
    "zone_id", "verdict", "customers", "households", "length_m", "volume_m3", "inlets", "outlets",
    "open_crossings", "parts", "unknown_valves", "changes",
]  # fmt: skip
FINDINGS = ["code", "rule_id", "zone_id", "severity", "assets", "root", "text", "fix"]


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dma") / "town.gpkg"
    return Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", path))


@pytest.mark.slow
def test_areas_are_checked_with_the_columns_that_scripts_rely_on(town: Path, tmp_path: Path) -> None:
    results = must(
        "checkdma",
        NETWORK=town,
        OUTPUT=tmp_path / "z.csv",
        OUTPUT_FINDINGS=tmp_path / "f.csv",
        REPORT=tmp_path / "r.html",
    )
    zones, findings = (pd.read_csv(tmp_path / name) for name in ("z.csv", "f.csv"))
    assert list(zones.columns)[: len(ZONES)] == ZONES
    assert list(findings.columns)[: len(FINDINGS)] == FINDINGS
    assert (int(results["VALID"]), int(results["NOT_VALID"])) == (1, 2)
    assert int(results["CONFIRMED"]) == 3 and set(zones["confirmed"]) == {"yes"}
    assert {"D2", "T1", "T2"} <= set(findings.loc[findings["root"].isna(), "code"])
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Confirmed by NetworkX" in page
    assert all(name in page for name in ("DMA-1", "DMA-2", "DMA-3"))
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert {row["zone_id"] for row in figures["zones"]} == {"DMA-1", "DMA-2", "DMA-3"}


@pytest.mark.slow
def test_a_wrong_zone_or_scenario_is_one_sentence(town: Path) -> None:
    for algorithm, wrong in (
        ("checkdma", {"ZONES": "DMA-9"}),
        ("checkdma", {"SCENARIO": "nobody"}),
        ("drawdma", {"FROM": "pipes", "ZONE": "DMA-1", "INPUT": "X1"}),
        ("drawdma", {"FROM": "polygon", "INPUT": "0,1,0,1"}),
    ):
        done = run(algorithm, NETWORK=town, **wrong)
        assert done.status == 1
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_areas_are_drawn_from_meters_and_from_an_extent(town: Path, tmp_path: Path) -> None:
    must("drawdma", NETWORK=town, OUTPUT=tmp_path / "z.gpkg", OUTPUT_PIPES=tmp_path / "p.csv")
    pipes = pd.read_csv(tmp_path / "p.csv")
    assert list(pipes.columns)[:3] == ["pipe_id", "zone_id", "patch"]
    assert "DMA-3" in set(pipes["zone_id"])
    results = must("drawdma", NETWORK=town, FROM="polygon", INPUT="DMA-3", ZONE="NEW")
    assert int(results["PIPES"]) > 20
