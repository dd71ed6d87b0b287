"""What is handed over comes back as it was: tables without any answer, drawings with three."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.survey_round_trip import differences, tables_of, there_and_back

# A drawing says neither its coordinate system nor what its sizes and levels are of.
_ANSWERS = json.dumps({"crs": "EPSG:4547", "diameter_of": "nominal", "level_of": "cjj61"})


@pytest.mark.parametrize(("format_", "decisions"), [("cjj61_xlsx", ""), ("cjj61_csv", ""), ("dxf", _ANSWERS)])
def test_the_sample_town_comes_back(sample_town: Path, tmp_path: Path, format_: str, decisions: str) -> None:
    town = sample_town / "zh_CN" / "sample_town.gpkg"
    done, back = there_and_back(town, tmp_path, format_, decisions)
    pipes, nodes = tables_of(town, done, before=True)
    assert (len(pipes), len(nodes)) == (2602, 2560)
    # A box has its section alone, and tables don't know the rising mains among the drains.
    pipes.loc[pipes["width_mm"].notna(), "diameter_mm"] = float("nan")
    pipes.loc[pipes["function"] == "rising_main", ["depth_start_m", "depth_end_m"]] = float("nan")
    assert list(differences((pipes, nodes), tables_of(back, done, before=False))) == []
