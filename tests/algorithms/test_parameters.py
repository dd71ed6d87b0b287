"""Dates, whole numbers and names: what is taken for one, and the sentence for what is not."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingProvider
from support.way_out import make_town

from waternet_plugin.core import dates
from waternet_plugin.processing.usable import unusable


@pytest.fixture(scope="module")
def town(qgis_app: QgsApplication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a town of three pipes."""
    return make_town(tmp_path_factory.mktemp("parameters") / "town.gpkg")


def _refusal(provider: QgsProcessingProvider, name: str, **parameters: Any) -> str:
    able, sentence = (
        provider.algorithm(name).create().checkParameterValues(parameters, QgsProcessingContext())
    )
    return "" if able else sentence


DATES = [
    ("assesshealth", "AS_OF"),
    ("assesshealth", "WINDOW_START"),
    ("assesssewers", "AS_OF"),
    ("backtesthealth", "CUTOFF"),
    ("backtesthealth", "WINDOW_START"),
    ("listchanges", "SINCE"),
    ("listchanges", "UNTIL"),
]


@pytest.mark.parametrize(("name", "parameter"), DATES)
@pytest.mark.parametrize(
    "text", ["20240131", "2024-1-31", "31/02/2024", "2024-02-31", "2024-W05-3", "２０２４-01-31"]
)
def test_a_date_has_one_form(
    provider: QgsProcessingProvider, town: Path, name: str, parameter: str, text: str
) -> None:
    said = _refusal(provider, name, NETWORK=str(town), **{parameter: text})
    assert said.startswith(f"{parameter}: “{text}” is not a valid date. Write it as YYYY-MM-DD")


@pytest.mark.parametrize(("name", "parameter"), DATES)
@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2262-04-12", "9999-12-31"])
def test_a_date_lies_within_what_is_reckoned_with(
    provider: QgsProcessingProvider, town: Path, name: str, parameter: str, text: str
) -> None:
    said = _refusal(provider, name, NETWORK=str(town), **{parameter: text})
    assert said == f"{parameter}: {text} is out of range. Give a date from 1900-01-01 to 2262-04-11."


def test_the_first_and_the_last_date_are_taken(provider: QgsProcessingProvider, town: Path) -> None:
    for text in ("1900-01-01", "2262-04-11"):
        assert not _refusal(provider, "assesssewers", NETWORK=str(town), AS_OF=text)
    assert dates.parse_date("2024-02-29") == datetime.date(2024, 2, 29)


def test_whole_numbers_are_whole(provider: QgsProcessingProvider) -> None:
    seen = 0
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            if definition.type() != "number":
                continue
            for value in ("nan", "inf", "1e400", float("nan"), float("inf"), "1,5", "one"):
                assert definition.name() in unusable(definition, value), (algorithm.name(), value)
            whole = definition.dataType() == definition.Type.Integer
            least = max(definition.minimum(), 1)
            seen += whole
            for value in (least + 0.5, str(least + 0.5)):
                said = unusable(definition, value)
                assert ("a whole number" in said) == whole, (algorithm.name(), definition.name(), value)
            for value in (int(least), float(int(least)), str(int(least)), f"{int(least)}.0"):
                assert unusable(definition, value) == "", (algorithm.name(), definition.name(), value)
    assert seen > 5


@pytest.mark.parametrize("letter", ["x", "管"])
def test_a_name_that_no_file_system_takes(
    provider: QgsProcessingProvider, tmp_path: Path, letter: str
) -> None:
    place = tmp_path / f"{letter * 300}.gpkg"
    said = _refusal(provider, "createnetwork", CRS="EPSG:4547", OUTPUT=str(place))
    assert said == f"The name “{letter * 40}…” is too long for a file. Choose a shorter one."
    said = _refusal(provider, "loadsample", OUTPUT=str(tmp_path / (letter * 300)))
    assert "too long for a file" in said
    assert not list(tmp_path.iterdir())
