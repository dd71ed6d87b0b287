"""Surveys of planned pipes: a stretch becomes as-built, the rest stays planned; undo restores the plan."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from waternet_plugin import store
from waternet_plugin.operations.import_survey import ImportSurveyRequest, import_survey
from waternet_plugin.store.network import Network

TODAY = datetime.date(2026, 11, 22)
PLANNED = "ZS-0039"


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Iterator[Network]:
    """An own copy of the sample town, open."""
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(str(path)) as network:
        yield network


def _points_along(network: Network, path: Path, first_m: float, last_m: float, letter: str) -> Path:
    """Write points every 20 m of a planned pipe, 10 mm north of it."""
    line = network.read("pipe", ids=[PLANNED])["geom"].iloc[0]
    rows = ["点号,X(北),Y(东),地面高程,编码,测量日期,测量员"]
    for number, at in enumerate(np.arange(first_m, last_m + 1, 20.0)):
        place = line.interpolate(at)
        rows.append(f"{letter}{number},{place.y + 0.01:.3f},{place.x:.3f},39.0,ZS,2026-11-20,王工")
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_pipe_surveyed_in_two_days_is_split_twice_and_its_rest_stays_planned(
    town: Network, tmp_path: Path
) -> None:
    whole = town.read("pipe", ids=[PLANNED]).iloc[0]
    pipes, nodes = town.count("pipe"), town.count("node")
    day_one = _points_along(town, tmp_path / "one.csv", 0, 60, "A")
    done = import_survey(
        town, ImportSurveyRequest(str(day_one), purpose="as_built", lines="design"), today=TODAY
    )
    assert done.pipes["verdict"].tolist() == ["open"]
    assert done.pipes["off_line_m"].tolist() == pytest.approx([0.01], abs=2e-3)
    assert "material" in done.pipes["reasons"].iloc[0]
    rows = town.read("pipe", where={"status": "planned", "system": "reclaimed"})
    laid = rows[rows["pipe_id"] == PLANNED].iloc[0]
    assert (laid["to_node"], laid["survey_batch"]) == ("A3", "SV0001")
    assert laid["length_m"] == pytest.approx(60, abs=0.05)
    rest = rows[rows["from_node"] == "A3"].iloc[0]
    assert rest["survey_batch"] is None
    assert rest["length_m"] == pytest.approx(whole["length_m"] - 60, abs=0.05)
    assert rest["to_node"] == whole["to_node"]
    assert town.read("verification", geometry=False)["pipe_id"].tolist() == [PLANNED]

    line = rest["geom"]
    rows_two = ["点号,X(北),Y(东),地面高程,编码,测量日期,测量员"]
    for number, at in enumerate((0.0, 20.0, 40.0, 60.0)):
        place = line.interpolate(at)
        rows_two.append(f"B{number},{place.y:.3f},{place.x:.3f},39.0,ZS,2026-11-21,王工")
    day_two = tmp_path / "two.csv"
    day_two.write_text("\n".join(rows_two), encoding="utf-8")
    second = import_survey(
        town, ImportSurveyRequest(str(day_two), purpose="as_built", lines="design"), today=TODAY
    )
    assert second.counts["merged"] == 1
    laid_two = town.read("pipe", ids=second.pipes["pipe_id"].tolist()).iloc[0]
    assert (laid_two["from_node"], laid_two["to_node"]) == ("A3", "B3")
    assert laid_two["status"] == "planned"
    town.undo()
    town.undo()
    assert (town.count("pipe"), town.count("node")) == (pipes, nodes)
    back = town.read("pipe", ids=[PLANNED]).iloc[0]
    assert back["length_m"] == whole["length_m"]
    assert back["geom"].equals(whole["geom"])
