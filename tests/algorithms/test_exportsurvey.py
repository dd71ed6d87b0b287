"""Handing over as a script does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.headless import must, run
from support.plain_tables import csv_records, drawing, records, sheets


@pytest.mark.slow
def test_all_formats_hold_the_sample_town(sample_town: Path, tmp_path: Path) -> None:
    network = sample_town / "en/sample_town.gpkg"
    book = must("exportsurvey", NETWORK=network, OUTPUT=tmp_path / "town.xlsx", REPORT=tmp_path / "town.html")
    tables = must("exportsurvey", NETWORK=network, FORMAT="cjj61_csv", OUTPUT=tmp_path / "tables")
    drawn = must("exportsurvey", NETWORK=network, FORMAT="dxf", OUTPUT=tmp_path / "town.dxf")
    assert book["LENGTH_M"] == tables["LENGTH_M"] == drawn["LENGTH_M"] > 60_000
    found = {name: records(rows) for name, rows in sheets(tmp_path / "town.xlsx").items()}
    counts = [
        sum(len(rows) for name, rows in found.items() if name.endswith(end)) for end in ("Point", "Line")
    ]
    assert counts == [book["POINTS"], book["LINES"]] == [tables["POINTS"], tables["LINES"]]
    for name, rows in found.items():
        plain = csv_records(tmp_path / "tables" / f"{name}.csv")
        assert [row.get("物探点号", row.get("管线编号")) for row in plain] == [
            row.get("物探点号", row.get("管线编号")) for row in rows
        ]
    assert len(drawing(tmp_path / "town.dxf")) == drawn["POINTS"] + drawn["LINES"]
    figures = json.loads((tmp_path / "town.json").read_text(encoding="utf-8"))
    by_system = sum(one["length_m"] for one in figures["length_by_system"])
    assert abs(by_system - book["LENGTH_M"]) < 0.01


@pytest.mark.slow
def test_bad_words_get_a_sentence(sample_town: Path, tmp_path: Path) -> None:
    network = sample_town / "en/sample_town.gpkg"
    for parameters, said in (
        ({"SYSTEMS": "gas"}, "gas"),
        ({"CRS": "EPSG:0"}, "EPSG:0"),
        ({"LANGUAGE": "fr"}, "LANGUAGE"),
        ({"AREA": "nowhere"}, "nowhere"),
    ):
        answer = run("exportsurvey", NETWORK=network, OUTPUT=tmp_path / "t.xlsx", **parameters)
        assert answer.status == 1
        assert said in answer.stderr
        assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []
