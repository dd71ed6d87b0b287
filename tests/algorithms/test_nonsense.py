"""Nonsense for any parameter of any algorithm is refused in a sentence; QGIS never dies of it."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFile,
    QgsProcessingProvider,
    QgsProperty,
)
from support.headless import run as run_headless
from support.way_out import make_town

from waternet_plugin import dependencies, log
from waternet_plugin.processing import base

NONSENSE: tuple[Any, ...] = (
    '{"a": ' * 3000 + "1" + "}" * 3000,
    "[" * 3000,
    "x" * 300,
    "/tmp/" + "y" * 300,
    "a\0b",
    "'; DROP TABLE pipe; --",
    "P-1:2028;;:drop;P:!;!:;9" * 3,
    "0001-01-01",
    "9999-99-99",
    "99999999999999999999",
    "1e400",
    "nan",
    "-1",
    "\ud800",
    "，；、 \u202e",
    "{}",
    "[1, null]",
    "(" * 200,
    -1,
    2.5,
    float("inf"),
    10**30,
    [],
    ["a", None, 3],
    {"a": 1},
    b"bytes",
    object(),
    QgsProperty.fromExpression("1/0"),
)
TURNS = 9
# So that a check comes as far as the parameter that is wrong.
USABLE = {"BUDGET": 1e6, "TABLE": "pipe", "INPUT": "a.csv", "START": "P3", "PIPE": "P3"}


@pytest.fixture(scope="module")
def town(qgis_app: QgsApplication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a town of three pipes."""
    return make_town(tmp_path_factory.mktemp("nonsense") / "town.gpkg")


@pytest.mark.slow
def test_a_check_never_raises_and_foresees_what_it_refuses(
    provider: QgsProcessingProvider, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    escaped: list[str] = []
    unforeseen: list[str] = []
    unexpected = log.unexpected

    def heard(error: BaseException) -> Any:
        escaped.append(f"{type(error).__name__}: {error}"[:80])
        return unexpected(error)

    monkeypatch.setattr(log, "unexpected", heard)
    context, asked = QgsProcessingContext(), 0
    for algorithm in provider.algorithms():
        turns = itertools.count()
        for definition in algorithm.parameterDefinitions():
            network = {"NETWORK": str(town)} if algorithm.parameterDefinition("NETWORK") else {}
            usable = {name: value for name, value in USABLE.items() if algorithm.parameterDefinition(name)}
            # A ninth of them for each parameter, all of them for an algorithm of nine parameters.
            for value in NONSENSE[next(turns) % TURNS :: TURNS]:
                given = {**usable, **network, definition.name(): value}
                able, sentence = algorithm.create().checkParameterValues(given, context)
                asked += 1
                assert able or sentence, (algorithm.name(), given)
                if escaped:
                    unforeseen.append(
                        f"{algorithm.name()} {definition.name()} {value!r:.40}: {escaped.pop()}"
                    )
    assert asked > 500
    assert not unforeseen, "\n".join(unforeseen)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_or_a_device_is_no_file_for_any_parameter(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    context, asked = QgsProcessingContext(), 0
    for algorithm in provider.algorithms():
        network = {"NETWORK": str(town)} if algorithm.parameterDefinition("NETWORK") else {}
        usable = {name: value for name, value in USABLE.items() if algorithm.parameterDefinition(name)}
        for definition in algorithm.parameterDefinitions():
            is_file = isinstance(definition, QgsProcessingParameterFile) or definition.isDestination()
            # Where each place has to end in something, that is said instead.
            for place in (tmp_path / "pipe.json", "/dev/full") if is_file else ():
                given = {**usable, **network, definition.name(): str(place)}
                able, sentence = algorithm.create().checkParameterValues(given, context)
                asked += 1
                assert not able and sentence, (algorithm.name(), definition.name(), place)
    assert asked > 150
    assert Path("/dev/full").is_char_device()


class _Broken(base.WaterNetAlgorithm):
    """Every method of ours that QGIS calls with a user's values fails."""

    ID = "broken"
    GROUP = "network"

    def title(self) -> str:
        return "Broken"

    def summary(self) -> str:
        return "Breaks."

    def declare(self) -> None:
        self.add_text("WORD", "Word", "")

    def check(self, job: Any) -> None:
        raise RecursionError("maximum recursion depth exceeded")

    def work(self, job: Any) -> dict[str, Any]:
        raise KeyError("nobody thought of it")


def test_what_nobody_foresaw_is_a_sentence_with_a_file(qgis_app: QgsApplication) -> None:
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    able, sentence = _Broken().create().checkParameterValues({}, context)
    assert not able
    assert sentence.startswith("Unexpected error: RecursionError")
    _results, succeeded = _Broken().create().run({}, context, feedback)
    assert not succeeded
    said = feedback.textLog()
    assert "Unexpected error: KeyError: 'nobody thought of it'" in said
    assert "Traceback" not in said
    path = max(log.folder().glob("error_*.txt"))
    assert str(path) in said
    text = path.read_text(encoding="utf-8")
    assert "nobody thought of it" in text and "QGIS 3" in text and "pandas" in text


def test_a_look_for_packages_that_fails_is_a_sentence(
    qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> str:
        raise OSError("no such drive")

    monkeypatch.setattr(dependencies, "sentence", failing)
    able, sentence = _Broken().create().canExecute()
    assert not able
    assert sentence.startswith("Unexpected error: OSError: no such drive")


def test_the_newest_files_are_kept(qgis_app: QgsApplication) -> None:
    for number in range(25):
        log.unexpected(ValueError(number))
    kept = sorted(log.folder().glob("error_*.txt"))
    assert len(kept) == 20
    assert "ValueError: 24" in kept[-1].read_text(encoding="utf-8")
    found = log.recalled(f"Said: {log.unexpected(ValueError('again')).message}")
    assert isinstance(found, log.UnexpectedError)
    assert type(log.recalled("The file is empty.")) is log.WaterNetError


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "parameters"),
    [
        ("adoptlayers", {"INPUT": "a.csv", "TABLE": "pipe", "MAPPING": '{"fields": ' + "[" * 3000}),
        ("planrenewal", {"BUDGET": "1", "FIXED": "P:99999999999999999999"}),
    ],
)
def test_a_process_says_one_sentence(town: Path, algorithm: str, parameters: dict[str, str]) -> None:
    answer = run_headless(algorithm, NETWORK=town, **parameters)
    assert answer.status == 1
    assert "Traceback" not in answer.stderr
    assert "Unexpected" not in answer.stderr
