"""Survey import as an algorithm, headless, on the sample town: from files to a batch, and back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run
from support.survey_tables import write_dat, write_lines, write_points

_CJJ61 = '{"level_of": "cjj61"}'


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Path:
    """An own copy of the sample town."""
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    return path


@pytest.mark.slow
def test_tables_are_imported_reported_and_undone(town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    write_points(folder / "JS点表.csv")
    write_lines(folder / "JS线表.csv")
    open_ = run("importsurvey", NETWORK=town, INPUT=folder)
    assert open_.status == 1
    assert "JS线表.csv: level_of" in open_.stderr
    found = must(
        "importsurvey",
        NETWORK=town,
        INPUT=folder,
        DECISIONS=_CJJ61,
        OUTPUT_ROWS=tmp_path / "rows.csv",
        OUTPUT_CHECKS=tmp_path / "checks.csv",
        REPORT=tmp_path / "r.html",
    )
    assert (found["ROWS_IN"], found["ROWS_IMPORTED"], found["ROWS_SKIPPED"]) == (14, 11, 3)
    assert (found["NODES_WRITTEN"], found["PIPES_WRITTEN"], found["QUESTIONS"]) == (6, 5, 0)
    rows = pd.read_csv(tmp_path / "rows.csv")
    assert rows.columns.tolist() == [
        "file", "sheet", "row_no", "record", "point_no", "verdict", "reason_code", "reason", "asset",
    ]  # fmt: skip
    assert len(rows) == found["ROWS_IN"]
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert figures["files"][0]["decisions"]["crs"]["value"] == "EPSG:4547"
    assert figures["totals"]["rows_in"] == 14
    assert set(figures) >= {"files", "questions", "checks", "totals", "recheck"}
    assert must("undobatch", NETWORK=town)["ROWS"] > 0
    # Taken back, the same files are new again.
    again = must("importsurvey", NETWORK=town, INPUT=folder, DECISIONS=_CJJ61, DRY_RUN="true")
    assert (again["ROWS_IMPORTED"], again["NODES_WRITTEN"]) == (11, 0)


@pytest.mark.slow
def test_points_of_a_cass_file_are_imported(town: Path, tmp_path: Path) -> None:
    file = write_dat(tmp_path / "cass.dat")
    found = must("importsurvey", NETWORK=town, INPUT=file, DECISIONS='{"height_of": "ground"}')
    assert found["NODES_WRITTEN"] == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"INPUT": "nowhere.dat"}, "nowhere.dat"),
        ({"MAPPING": "{"}, "MAPPING"),
        ({"DECISIONS": '{"axes": "up"}'}, "axes"),
        ({"JOIN_TOLERANCE": "-1"}, "JOIN_TOLERANCE"),
    ],
)
def test_bad_input_gets_one_sentence(
    town: Path, tmp_path: Path, parameters: dict[str, str], words: str
) -> None:
    file = write_dat(tmp_path / "cass.dat")
    answer = run("importsurvey", NETWORK=town, **{"INPUT": str(file), **parameters})
    assert answer.status == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
