"""Dates, whole numbers and names: what is taken for one, and the sentence for what is not."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingProvider,
)
from support.way_out import make_town

from waternet_plugin.core import dates
from waternet_plugin.core.errors import InputError
from waternet_plugin.processing.usable import unusable


@pytest.fixture(scope="module")
def town(qgis_app: QgsApplication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a town of three pipes."""
    return make_town(tmp_path_factory.mktemp("parameters") / "town.gpkg")


def _refusal(provider: QgsProcessingProvider, name: str, **parameters: Any) -> str:
    algorithm = provider.algorithm(name).create()
    able, sentence = algorithm.checkParameterValues(parameters, QgsProcessingContext())
    return "" if able else sentence


def _date_refusal(provider: QgsProcessingProvider, town: Path, name: str, parameter: str, text: str) -> str:
    """Return what is said of a date, with the town as the network or, of many utilities, as the only one."""
    if provider.algorithm(name).parameterDefinition("NETWORK"):
        return _refusal(provider, name, NETWORK=str(town), **{parameter: text})
    results = str(town.with_name("results"))
    return _refusal(provider, name, INPUTS=str(town), OUTPUT=results, **{parameter: text})


DATES = [
    ("assesshealth", "AS_OF"),
    ("assesshealth", "WINDOW_START"),
    ("assesssewers", "AS_OF"),
    ("scoreutilities", "AS_OF"),
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
    said = _date_refusal(provider, town, name, parameter, text)
    assert said.startswith(f"{parameter}: “{text}” is not a valid date. Write it as YYYY-MM-DD")


@pytest.mark.parametrize(("name", "parameter"), DATES)
@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2262-04-12", "9999-12-31"])
def test_a_date_lies_within_what_is_reckoned_with(
    provider: QgsProcessingProvider, town: Path, name: str, parameter: str, text: str
) -> None:
    said = _date_refusal(provider, town, name, parameter, text)
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


def test_every_number_has_both_limits(provider: QgsProcessingProvider) -> None:
    seen = 0
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            if definition.type() != "number":
                continue
            seen += 1
            least, most = definition.minimum(), definition.maximum()
            where = (algorithm.name(), definition.name())
            assert -1e16 < least < most < 1e16, where
            if definition.dataType() == definition.Type.Integer:
                assert most < 2**31, where
            for value in (least - 1, most + 1, str(least - 1), 1e18, -1e18, 10**30):
                assert "can't be used. Give" in unusable(definition, value), (*where, value)
            assert unusable(definition, least) == unusable(definition, most) == "", where
    assert seen > 25


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("proposedma", "SEED", -1),
        ("proposedma", "TRUNK_DN", 1e18),
        ("backtesthealth", "TEST_YEARS", 1e9),
        ("assesssewers", "HORIZON", 2147483648),
        ("matchfailures", "RADIUS", 1e9),
    ],
)
def test_a_number_beyond_its_limits_is_refused_by_the_check(
    provider: QgsProcessingProvider, town: Path, name: str, parameter: str, value: float
) -> None:
    usable = {"COUNT": 3} if name == "proposedma" else {}
    said = _refusal(provider, name, NETWORK=str(town), **usable, **{parameter: value})
    assert said.startswith(f"{parameter}: “{value}” can't be used. Give")


def test_what_an_algorithm_says_of_a_number_goes_first(provider: QgsProcessingProvider, town: Path) -> None:
    said = _refusal(provider, "planrenewal", NETWORK=str(town), BUDGET=1e6, MIN_LENGTH_SHARE=2)
    assert said == "MIN_LENGTH_SHARE is a share from 0 to 1; write 0.02 for 2 %."


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


@pytest.mark.parametrize("letters", ["a\0b", "a\ud800b", "\udce4.csv"])
def test_a_character_that_no_file_takes_is_refused_in_any_text(
    provider: QgsProcessingProvider, letters: str
) -> None:
    seen = 0
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            if definition.type() in ("number", "boolean", "enum", "extent"):
                continue
            seen += 1
            values: list[Any] = [letters, [letters]]
            if definition.isDestination():
                values.append(QgsProcessingOutputLayerDefinition(letters.replace("\0", "x")))
                values[-1].sink.setStaticValue(letters)
            for value in values:
                said = unusable(definition, value, QgsProcessingContext())
                assert said.startswith(f"{definition.name()}: the text has a character"), (
                    algorithm.name(),
                    definition.name(),
                )
                said.encode("utf-8")
    assert seen > 100


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("importsurvey", "INPUT"), ("importinspections", "INPUT"), ("assesshealth", "RIVERS")],
)
@pytest.mark.parametrize("path", ["x" * 5000 + ".csv", "/".join(["a" * 200] * 40) + ".csv"])
def test_a_text_that_names_a_file_is_measured_as_one(
    provider: QgsProcessingProvider, town: Path, name: str, parameter: str, path: str
) -> None:
    feedback = QgsProcessingFeedback()
    given = {"NETWORK": str(town), "AS_OF": "2024-12-31", parameter: path}
    algorithm = provider.algorithm(name).create()
    given = {key: value for key, value in given.items() if algorithm.parameterDefinition(key)}
    able, said = algorithm.checkParameterValues(given, QgsProcessingContext())
    if able:
        _results, succeeded = algorithm.run(given, QgsProcessingContext(), feedback)
        assert not succeeded
        said = feedback.textLog()
    assert "too long" in said
    assert "Unexpected" not in said


def test_a_sentence_with_half_a_character_is_told(
    provider: QgsProcessingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    algorithm = provider.algorithm("listbatches").create()

    def fails(_job: Any) -> None:
        raise InputError("no file \udce4")

    monkeypatch.setattr(algorithm, "work", fails)
    monkeypatch.setattr(algorithm, "check", fails)
    able, said = algorithm.checkParameterValues({}, QgsProcessingContext())
    assert (able, said) == (False, "no file ?")
    feedback = QgsProcessingFeedback()
    with pytest.raises(QgsProcessingException, match=r"no file \?"):
        algorithm.processAlgorithm({}, QgsProcessingContext(), feedback)
