"""A line break in whatever text column of whatever row costs nobody a paper."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support import sensible_runs
from support.pressure_test_town import TIGHT, square_file, typed

from waternet_plugin import store
from waternet_plugin.core.schema.tables import all_tables

# As Alt+Enter in a cell of a spreadsheet writes it, and as old programs do.
BREAKS = ("\n", "\r\n", "\u2028")
PAPERS: dict[str, dict[str, Any]] = {
    "planzeropressuretest": {"ZONE": "Z", "PAPER": "p.pdf", "REPORT": "r.html"},
    "recordzeropressuretest": {
        "ZONE": "Z",
        "START": "2026-03-12 01:00",
        "END": "2026-03-12 02:00",
        "READINGS": typed(H=TIGHT),
        "PAPER": "p.pdf",
    },
    "isolateburst": {"PIPE": "z2", "ORDER": "p.pdf", "NOTICE_LIST": "n.xlsx", "REPORT": "r.html"},
    "exportatlas": {"OUTPUT": "p.pdf", "SCALE": 2000},
    "checknetwork": {"REPORT": "r.html"},
    "tracenetwork": {"START": "z2", "REPORT": "r.html"},
}


def break_texts(path: Path) -> None:
    """Write a break into all free texts of a network, as another program does."""
    with store.open_network(path) as network:
        rows = {
            name: network.count(name)
            for name, one in all_tables().items()
            if one.is_editable and name != "setting"
        }
    with closing(sqlite3.connect(path)) as database:
        triggers = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        for name, table in all_tables().items():
            # Ids and codes name other rows; all other texts are people's own.
            texts = [
                field.name
                for field in table.fields
                if field.type == "text"
                and not field.domain
                and not field.name.endswith(("_id", "_ids", "_node", "_in", "_out"))
            ]
            for number, column in enumerate(texts if rows.get(name) else ()):
                text = BREAKS[number % len(BREAKS)].join(("", "清源大厦", "3号楼", ""))
                database.execute(f'UPDATE "{name}" SET "{column}" = ?', (text,))
        for sql in triggers.values():
            database.execute(sql)
        database.commit()


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, provider: QgsProcessingProvider) -> Path:
    """A town whose free texts hold breaks: names, streets and notes of every row."""
    path = square_file(tmp_path_factory.mktemp("breaks") / "town.gpkg")
    break_texts(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_comes_whatever_the_texts_hold(
    broken: Path, tmp_path: Path, provider: QgsProcessingProvider, name: str
) -> None:
    given = {
        key: str(tmp_path / value) if str(value).endswith((".pdf", ".html", ".xlsx")) else value
        for key, value in PAPERS[name].items()
    }
    feedback = QgsProcessingFeedback()
    algorithm = provider.algorithm(name).create()
    able, said = algorithm.checkParameterValues({"NETWORK": str(broken), **given}, QgsProcessingContext())
    assert able, said
    _results, succeeded = algorithm.run({"NETWORK": str(broken), **given}, QgsProcessingContext(), feedback)
    assert succeeded, feedback.textLog()
    assert "Unexpected" not in feedback.textLog()
    for value in given.values():
        if str(value).startswith(str(tmp_path)):
            assert Path(value).stat().st_size > 500


@pytest.fixture(scope="module")
def inputs(sensible_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the sample town, whose free texts hold breaks."""
    folder = shutil.copytree(sensible_inputs, tmp_path_factory.mktemp("breaks") / "inputs")
    break_texts(folder / "town.gpkg")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", sensible_runs.RUNS)
def test_every_file_comes_whatever_the_texts_of_the_town_hold(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path, name: str
) -> None:
    algorithm = provider.algorithm(name)
    if all(one.type() == "sink" for one in algorithm.destinationParameterDefinitions()):
        pytest.skip("makes no paper")
    shutil.copytree(inputs, tmp_path / "inputs")
    (tmp_path / "made").mkdir()
    given = sensible_runs.parameters(algorithm, tmp_path / "inputs", tmp_path / "made")
    succeeded, said = sensible_runs.run(algorithm, given)
    assert succeeded, said
    for value in given.values():
        if str(value).startswith(str(tmp_path / "made")):
            assert Path(str(value)).stat().st_size > 500
