"""No output of any algorithm replaces, shrinks or litters a network, whatever its type and its spelling."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingProvider,
    QgsProject,
    QgsProperty,
)
from support.headless import run as run_headless
from support.slow_cases import a_few_quick
from support.way_out import make_town

from waternet_plugin.core.errors import InputError
from waternet_plugin.store.outputs import is_network, refuse_network_as_output

NEVER = ("is never replaced", "belongs to the network")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Path of the network that an algorithm works on."""
    return make_town(tmp_path / "城区 town.gpkg")


def _linked(path: Path) -> str:
    link = path.with_name("link.gpkg")
    link.symlink_to(path)
    return str(link)


def _linked_hard(path: Path) -> str:
    link = path.with_name("hard.gpkg")
    os.link(path, link)
    return str(link)


def _through_folder(path: Path) -> str:
    other = path.parent / "other"
    other.mkdir()
    return str(other / ".." / path.name)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "\\'")


# How a place may be said; each is given the path of a network.
SPELLINGS: dict[str, Callable[[Path], Any]] = {
    "path": str,
    "relative": os.path.relpath,
    "dots": _through_folder,
    "doubled": lambda path: f"{path.parent}//{path.name}",
    "link": _linked,
    "hard link": _linked_hard,
    "layer of it": lambda path: f"{path}|layername=pipe",
    "ogr": lambda path: f"ogr:dbname='{_escaped(path)}' table=\"new\" (geom)",
    "ogr, own table": lambda path: f"ogr:dbname='{_escaped(path)}' table=\"pipe\" (geom)",
    "ogr, double": lambda path: f'OGR:dbname="{path}" table="new"',
    "ogr, bare": lambda path: f"ogr:{path}",
    "ogr, address": lambda path: f"ogr://{path}|layername=new",
    "spatialite": lambda path: f"spatialite:dbname='{_escaped(path)}' table=\"new\" (geom)",
    "address": lambda path: path.as_uri(),
    "driver": lambda path: f'GPKG:"{path}":pipe',
    "without ending": lambda path: str(path.with_suffix("")),
    "definition": lambda path: QgsProcessingOutputLayerDefinition(str(path)),
    "property": lambda path: QgsProperty.fromValue(str(path)),
    "expression": lambda path: QgsProperty.fromExpression("'" + str(path).replace("'", "''") + "'"),
    "definition of an expression": lambda path: QgsProcessingOutputLayerDefinition(
        QgsProperty.fromExpression("'" + str(path).replace("'", "''") + "'")
    ),
    "log": lambda path: f"{path}-wal",
    "journal": lambda path: f"{path}-journal",
    "note": lambda path: f"{path}.lock.json",
    "figures over the note": lambda path: f"{path}.lock.html",
}


# Every algorithm is asked with one of each kind; the guard itself and one algorithm with all of them.
WALKED = ("path", "link", "layer of it", "ogr", "without ending", "definition of an expression", "note")


def _destinations(provider: QgsProcessingProvider) -> list[tuple[str, str]]:
    """Every place that any algorithm writes to: by QGIS's type, or by its name."""
    found = [
        (algorithm.name(), definition.name())
        for algorithm in provider.algorithms()
        for definition in algorithm.parameterDefinitions()
        if definition.isDestination() or definition.name().startswith(("OUTPUT", "REPORT"))
    ]
    assert len({name for name, _ in found}) >= 20
    return found


def _print_of(folder: Path) -> dict[str, str]:
    """What lies in a folder, byte by byte."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file()
    }


def _said(algorithm: Any, parameters: dict[str, Any]) -> tuple[str, str]:
    """What a check and a run without a check say."""
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    able, refused = algorithm.create().checkParameterValues(parameters, context)
    assert not able, parameters
    _results, succeeded = algorithm.create().run(parameters, context, feedback)
    assert not succeeded, parameters
    return refused, feedback.textLog()


@pytest.mark.slow
@pytest.mark.parametrize("spelling", a_few_quick(SPELLINGS, 1))
def test_a_network_is_known_by_any_name(
    provider: QgsProcessingProvider, town: Path, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.parent)
    place = SPELLINGS[spelling](town)
    before = _print_of(town.parent)
    if isinstance(place, str):
        with pytest.raises(InputError, match="|".join(NEVER)):
            refuse_network_as_output(place)
    said = _said(provider.algorithm("listbatches"), {"NETWORK": str(town), "OUTPUT": place})
    assert all(any(words in each for words in NEVER) for each in said), said
    assert _print_of(town.parent) == before


@pytest.mark.slow
@pytest.mark.parametrize("spelling", WALKED)
def test_no_output_is_a_network(
    provider: QgsProcessingProvider, town: Path, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.parent)
    place = SPELLINGS[spelling](town)
    before = _print_of(town.parent)
    for name, parameter in _destinations(provider):
        algorithm = provider.algorithm(name)
        definition = algorithm.parameterDefinition(parameter)
        if not definition.isDestination() and spelling not in ("path", "link"):
            # A folder: any other text only names one that is not there yet.
            continue
        network = {"NETWORK": str(town)} if algorithm.parameterDefinition("NETWORK") else {}
        said = _said(algorithm, {**network, parameter: place})
        if definition.isDestination():
            assert all(any(words in each for words in NEVER) for each in said), (name, parameter, said)
        assert _print_of(town.parent) == before, (name, parameter)


@pytest.mark.slow
def test_no_output_is_another_network_or_that_of_the_project(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    other = make_town(tmp_path / "other's.sqlite.gpkg").rename(tmp_path / "other's.sqlite")
    before = _print_of(tmp_path)
    for name, parameter in _destinations(provider):
        algorithm = provider.algorithm(name)
        if algorithm.parameterDefinition(parameter).isDestination():
            for place in (str(other), f"ogr:dbname='{_escaped(other)}' table=\"new\" (geom)"):
                said = _said(algorithm, {parameter: place})
                assert all("is never replaced" in each for each in said), (name, parameter, said)
    assert _print_of(tmp_path) == before


@pytest.mark.slow
def test_a_refusal_is_one_sentence_and_status_1(town: Path) -> None:
    before = _print_of(town.parent)
    for language, words in (("en_US.UTF-8", "is never replaced"), ("zh_CN.UTF-8", "不会被替换")):
        answer = run_headless(
            "listbatches",
            environment={"LANG": language, "LC_ALL": "", "LC_MESSAGES": ""},
            NETWORK=town,
            OUTPUT=town,
        )
        assert answer.status == 1
        assert words in answer.stderr
        assert "Traceback" not in answer.stderr
    assert _print_of(town.parent) == before


def test_a_layer_of_a_foreign_geopackage_is_written_as_qgis_does_it(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "mine.gpkg"
    for place in (str(foreign), f"ogr:dbname='{foreign}' table=\"second\""):
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
        parameters = {"NETWORK": str(town), "OUTPUT": place}
        able, refused = provider.algorithm("listbatches").checkParameterValues(parameters, context)
        assert able, refused
        _results, succeeded = provider.algorithm("listbatches").run(parameters, context, feedback)
        assert succeeded, feedback.textLog()
    with sqlite3.connect(foreign) as database:
        tables = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")}
    database.close()
    assert tables == {"mine", "second"}


# What the guard itself sees.


@pytest.mark.slow
def test_a_network_is_told_by_what_is_in_it(town: Path, tmp_path: Path) -> None:
    assert is_network(town)
    for name, content in (("a.html", b"<html>" * 99), ("empty.gpkg", b""), ("b.gpkg", b"SQLite")):
        (tmp_path / name).write_bytes(content)
        assert is_network(tmp_path / name) is False
    assert is_network(tmp_path) is False
    assert is_network(tmp_path / "nothing.gpkg") is False
    assert is_network(Path("/dev/null")) is False
    with sqlite3.connect(town) as database:
        database.execute("DROP TABLE wn_meta")
        database.execute("DROP TABLE wn_session")
    database.close()
    assert is_network(town)


def test_what_cannot_be_told_counts_as_one(town: Path) -> None:
    whole = town.read_bytes()
    # The page of the schema is gone, the header is there.
    town.write_bytes(whole[:100] + b"\xff" * 4000 + whole[4100:])
    assert is_network(town) is None
    with pytest.raises(InputError, match="may be a WaterNet network"):
        refuse_network_as_output(town)


@pytest.mark.slow
def test_a_locked_network_counts_as_one(town: Path) -> None:
    with sqlite3.connect(town, isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError):
            refuse_network_as_output(town)
        database.execute("ROLLBACK")
    database.close()


def test_a_network_in_use_is_known_by_its_path_alone(tmp_path: Path) -> None:
    gone = tmp_path / "gone.gpkg"
    with pytest.raises(InputError, match="is never replaced"):
        refuse_network_as_output(f"{tmp_path}/./gone.gpkg", [gone])
    with pytest.raises(InputError, match="belongs to the network"):
        refuse_network_as_output(tmp_path / "gone.gpkg-wal", [gone])
    refuse_network_as_output(tmp_path / "other.gpkg", [gone])


@pytest.mark.parametrize("text", ["", "TEMPORARY_OUTPUT", "memory:", "a\0b", "x" * 5000, "'\"\\", "//", ":"])
def test_any_text_may_be_asked_about(text: str) -> None:
    refuse_network_as_output(text)


@pytest.mark.slow
def test_the_network_of_the_open_project_is_in_use(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    project = QgsProject()
    project.setFileName(str(tmp_path / "p.qgz"))
    project.writeEntry("WaterNet", "network", "gone.gpkg")
    context = QgsProcessingContext()
    context.setProject(project)
    parameters = {"OUTPUT": str(tmp_path / "gone.gpkg")}
    able, refused = provider.algorithm("listbatches").create().checkParameterValues(parameters, context)
    assert not able
    assert "is never replaced" in refused
