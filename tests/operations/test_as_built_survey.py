"""Surveys of planned pipes: a stretch becomes as-built, the rest stays planned; undo restores the plan."""

from __future__ import annotations

import datetime
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.surveyed_pipes import photo

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest, import_survey
from waternet_plugin.store.attachments import kept_path
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


@pytest.mark.slow
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


def _with_photo(town: Network, folder: Path, named: str) -> Path:
    """Write two points 10 m apart where nothing is planned, a line between them and the photo it names."""
    place = town.read("node", ids=["JSD-0002"])["geom"].iloc[0]
    x, y = place.x + 3.0, place.y + 3.0
    lines = [
        "点号,X(北),Y(东),地面高程,编码,测量日期,照片",
        f"P1,{y:.3f},{x:.3f},39.0,JS,2026-11-20,{named}",
        f"P2,{y + 10:.3f},{x:.3f},39.0,JS,2026-11-20,",
    ]
    file = folder / "photos.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.mark.slow
def test_photos_are_attached_and_unplanned_pipes_get_a_verdict(town: Network, tmp_path: Path) -> None:
    taken = photo(tmp_path / "trench.jpg")
    file = _with_photo(town, tmp_path, "trench.jpg;lost.jpg")
    request = ImportSurveyRequest(str(file), purpose="as_built", lines="sequence")
    done = import_survey(town, request, today=TODAY)
    assert "photo_missing" in set(done.checks["rule_id"])
    digest = hashlib.sha256(taken.read_bytes()).hexdigest()
    rows = town.read("attachment", geometry=False)
    assert rows["attachment_id"].tolist() == [digest]
    assert (rows["table"].iloc[0], rows["asset"].iloc[0]) == ("node", "P1")
    assert kept_path(town.attachments_folder, f"{digest}.jpg") is not None
    verdict = town.read("verification", geometry=False).iloc[0]
    assert (verdict["verdict"], verdict["photos"]) == ("open", digest)
    assert np.isnan(float(verdict["off_line_m"]))
    assert "no photo" not in verdict["reasons"]


@pytest.mark.slow
@pytest.mark.parametrize("named", ["../trench.jpg", "linked.jpg"])
def test_photos_that_leave_the_folder_refuse_the_run(town: Network, tmp_path: Path, named: str) -> None:
    taken = photo(tmp_path / "trench.jpg")
    folder = tmp_path / "survey"
    folder.mkdir()
    (folder / "linked.jpg").symlink_to(taken)
    file = _with_photo(town, folder, named)
    with pytest.raises(InputError, match="photo_refused"):
        import_survey(town, ImportSurveyRequest(str(file), purpose="as_built", lines="sequence"), today=TODAY)
    assert not town.attachments_folder.exists()
