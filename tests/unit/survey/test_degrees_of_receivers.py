"""Latitudes and longitudes of receivers: decimal, in signs, packed into one number."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from support.survey_cases import TODAY, project

from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.places.reading import place
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide
from waternet_plugin.core.survey.file_facts import file_facts
from waternet_plugin.core.survey.typed.typed_file import TypedFile, typed_file
from waternet_plugin.operations.survey.survey_files import read_survey_file

SETTINGS = Settings()
# Minutes and seconds of these are below 60 however they are read.
LAT, LON = np.array([23.0512, 23.0513, 23.0514]), np.array([114.1134, 114.1135, 114.1136])
GRID = project(4547, LON, LAT)


def _read(path: Path, rows: list[str]) -> TypedFile:
    path.write_text("\n".join(rows), encoding="utf-8")
    return typed_file(read_survey_file(path, path.name), datetime.date(2026, 11, 22), SETTINGS)


def _decided(typed: TypedFile, network: NetworkFacts, **answers: object) -> Decisions:
    return decide(file_facts(typed), network, answers, settings=SETTINGS, today=TODAY)


def _parts(degrees: float) -> tuple[int, int, float]:
    seconds = round(degrees * 3600, 5)
    return int(seconds // 3600), int(seconds // 60 % 60), seconds % 60


def _packed(degrees: float) -> str:
    whole, minutes, seconds = _parts(degrees)
    return f"{whole}.{minutes:02d}{seconds:08.5f}".replace(".", "#", 1).replace(".", "").replace("#", ".")


SPELLINGS = {
    "decimal": lambda degrees: f"{degrees:.8f}",
    "signs": lambda degrees: "{}°{:02d}′{:08.5f}″".format(*_parts(degrees)),
    "words": lambda degrees: "{}度{:02d}分{:08.5f}秒".format(*_parts(degrees)),
    "blanks": lambda degrees: "{} {:02d} {:08.5f}".format(*_parts(degrees)),
    "dashes": lambda degrees: "{}-{:02d}-{:08.5f}".format(*_parts(degrees)),
    "packed": _packed,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("headings", ["纬度,经度", "B,L", "经度L,纬度B"])
def test_degrees_lie_where_they_were_measured(tmp_path: Path, spelling: str, headings: str) -> None:
    write = SPELLINGS[spelling]
    rows = [f"点名,{headings},地面高程H"]
    for number, (lat, lon) in enumerate(zip(LAT, LON)):
        pair = [write(lat), write(lon)]
        rows.append(",".join([f"P{number}", *(pair if headings[0] != "经" else pair[::-1]), "36.5"]))
    typed = _read(tmp_path / "JS.csv", rows)
    assert typed.findings == ()
    assert typed.points["ground_m"].tolist() == [36.5] * 3
    found = _decided(typed, NetworkFacts("EPSG:4547", GRID + 40))
    assert not found.questions
    facts = file_facts(typed)
    assert found.reading is not None
    placed = np.column_stack(place(facts.first, facts.second, found.reading, "EPSG:4547"))
    assert np.abs(placed - GRID).max() < 0.01


def test_without_a_network_digits_that_can_be_both_are_asked_and_each_answer_is_taken(tmp_path: Path) -> None:
    rows = ["点名,纬度,经度", *(f"P{n},{lat:.6f},{lon:.6f}" for n, (lat, lon) in enumerate(zip(LAT, LON)))]
    typed, empty = _read(tmp_path / "a.csv", rows), NetworkFacts("EPSG:4547")
    (question, other) = _decided(typed, empty).questions
    assert {question.key, other.key} == {"axes", "crs"}
    assert [one.answers["angles"] for one in question.candidates] == ["decimal", "packed"]
    for candidate in question.candidates:
        found = _decided(typed, empty, **candidate.answers)
        assert found.reading is not None
        assert found.reading.is_packed == (candidate.answers["angles"] == "packed")
        assert not found.questions
    # A second of 60 or more is none.
    plain = _read(tmp_path / "b.csv", [*rows, "P9,23.057777,114.117777"])
    assert not _decided(plain, empty).questions
    headed = _read(tmp_path / "c.csv", [rows[0].replace("纬度", "纬度(度分秒)"), *rows[1:]])
    found = _decided(headed, empty)
    assert found.reading is not None
    assert found.reading.is_packed


def test_the_height_beside_b_and_l_is_asked(tmp_path: Path) -> None:
    typed = _read(
        tmp_path / "a.csv", ["点名,B,L,H", "P1,23.05777,114.11777,36.5", "P2,23.05788,114.11788,36.6"]
    )
    keys = [question.key for question in _decided(typed, NetworkFacts("EPSG:4547")).questions]
    assert "height_datum" in keys
