"""Verify a pipe and print its sheet, as a script does."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.headless import must, run
from support.surveyed_pipes import PIPE, photo, surveyed_network

from waternet_plugin import store


@pytest.mark.slow
def test_a_pipe_is_verified_and_its_sheet_printed(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    surveyed_network(path).close()
    shot = photo(tmp_path / "trench.jpg")
    given = {"MATERIAL_VERIFIED_BY": "Li", "MATERIAL_VERIFIED_ON": "2026-11-18"}
    found = must("verifypipe", NETWORK=path, PIPE=PIPE, PHOTOS=shot, **given)
    assert found["VERDICT"] == "pass"
    with store.open_network(path) as network:
        assert network.read("pipe", ["status"])["status"].tolist() == ["in_use"]
    sheet, report = tmp_path / "sheet.pdf", tmp_path / "report.html"
    found = must(
        "verificationsheet", NETWORK=path, SURVEY_BATCH="SB-1", LANGUAGE="en", OUTPUT=sheet, REPORT=report
    )
    assert (found["PIPES"], found["PASSED"]) == (1, 1)
    assert sheet.read_bytes()[:5] == b"%PDF-"
    assert "W-1" in report.read_text(encoding="utf-8")


@pytest.mark.slow
def test_half_an_override_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    surveyed_network(path).close()
    answer = run("verifypipe", NETWORK=path, PIPE=PIPE, OVERRIDE_BY="Wang")
    assert answer.status == 1
    assert "An override needs both a name and a reason." in answer.stderr
