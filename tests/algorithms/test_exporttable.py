"""Exporting as a script does it: what is chosen, what is refused before anything is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback
from support.slow_cases import a_few_quick
from support.way_out import make_town

from waternet_plugin.store.partitions.check_files import CHECK_TABLES


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, qgis_app: QgsApplication) -> Path:
    """Path of a town of three pipes."""
    return make_town(tmp_path_factory.mktemp("exporttable") / "城区 town.gpkg")


@pytest.fixture(scope="module")
def algorithm(provider: Any) -> Any:
    """The algorithm, registered as QGIS does it."""
    return provider.algorithm("exporttable")


def _run(algorithm: Any, **parameters: Any) -> tuple[dict[str, Any], str]:
    """Run and return the results, or the sentence of a refusal."""
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    run = algorithm.create()
    able, sentence = run.checkParameterValues(parameters, context)
    if not able:
        return {}, sentence
    results, succeeded = run.run(parameters, context, feedback)
    return (results, "") if succeeded else ({}, feedback.textLog())


@pytest.mark.slow
def test_a_table_with_labels(algorithm: Any, town: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    results, _ = _run(
        algorithm, NETWORK=str(town), TABLE="pipe", HEADERS="zh_CN", VALUES="zh_CN", OUTPUT=str(path)
    )
    assert (results["OUTPUT"], results["ROWS_WRITTEN"], results["FILES"]) == (str(path), 3, 1)
    assert "not in the file" in results["NOTES"]
    assert '"0012","给水"' in path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("ids", a_few_quick(["0012; P3", json.dumps(["0012", "P3"])], 1))
def test_chosen_ids(algorithm: Any, town: Path, tmp_path: Path, ids: str) -> None:
    results, _ = _run(algorithm, NETWORK=str(town), TABLE="pipe", IDS=ids, OUTPUT=str(tmp_path / "out.gpkg"))
    assert (results["ROWS_WRITTEN"], results["NOTES"]) == (2, "")


def test_an_id_with_a_semicolon(algorithm: Any, town: Path, tmp_path: Path) -> None:
    parameters = {"NETWORK": str(town), "TABLE": "pipe", "IDS": '["a;b"]'}
    results, said = _run(algorithm, **parameters, OUTPUT=str(tmp_path / "out.gpkg"))
    assert said == ""
    assert (results["ROWS_WRITTEN"], results["NOTES"]) == (1, "")


@pytest.mark.slow
def test_a_theme_is_several_files_as_csv(algorithm: Any, town: Path, tmp_path: Path) -> None:
    results, _ = _run(algorithm, NETWORK=str(town), THEME="system", OUTPUT=str(tmp_path / "out.csv"))
    assert results["FILES"] == 2
    assert {path.name for path in tmp_path.glob("*.csv")} == {"out_pipe.csv", "out_compound.csv"}


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({}, "either TABLE or THEME"),
        ({"TABLE": "pipe", "THEME": "system"}, "either TABLE or THEME"),
        ({"TABLE": "pipes"}, "no table pipes"),
        ({"THEME": "colour"}, "“colour” is not known"),
        ({"TABLE": "pipe;node", "IDS": "P3"}, "one table"),
        ({"TABLE": "pipe", "OUTPUT": "out.doc"}, "must end in"),
        ({"TABLE": "pipe", "ENCODING": "latin1"}, "not one of the choices"),
        ({"TABLE": "pipe", "TABEL": "x"}, "has no parameter TABEL"),
        ({"TABLE": "pipe", "OUTPUT": "out.parquet"}, "TABLE=pipe;node;compound;zone;"),
        ({"TABLE": "pipe;failure;node", "OUTPUT": "out.parquet"}, "give TABLE=pipe;failure, to check it"),
    ],
)
def test_refusals(
    algorithm: Any, town: Path, tmp_path: Path, parameters: dict[str, str], sentence: str
) -> None:
    output = tmp_path / parameters.get("OUTPUT", "out.gpkg")
    results, said = _run(algorithm, NETWORK=str(town), **{**parameters, "OUTPUT": str(output)})
    assert results == {} and sentence in said
    assert list(tmp_path.iterdir()) == []


def test_a_utility_is_two_files_and_with_all_tables_of_checks_a_folder_more(
    algorithm: Any, town: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    output = tmp_path / "城 A.parquet"
    results, refusal = _run(algorithm, NETWORK=str(town), TABLE="failure;pipe", OUTPUT=str(output))
    assert refusal == "" and results["FILES"] == 2
    pair = {"城 A.pipe.parquet", "城 A.failure.parquet"}
    assert {path.name for path in tmp_path.iterdir()} == pair
    results, refusal = _run(algorithm, NETWORK=str(town), TABLE=";".join(CHECK_TABLES), OUTPUT=str(output))
    assert refusal == "" and results["FILES"] == 2 + len(CHECK_TABLES)
    assert {path.name for path in tmp_path.iterdir()} == {*pair, "城 A.check"}
    assert {path.stem for path in (tmp_path / "城 A.check").iterdir()} == set(CHECK_TABLES)


def test_a_network_is_never_the_output(algorithm: Any, town: Path) -> None:
    before = town.read_bytes()
    _, said = _run(algorithm, NETWORK=str(town), TABLE="pipe", OUTPUT=str(town))
    assert "never replaced" in said and town.read_bytes() == before
