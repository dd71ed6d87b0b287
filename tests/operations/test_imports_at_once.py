"""Two processes import into one network at once: both are in, or one is refused in words; nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from support.store_helpers import rows
from support.survey_tables import write_census

from waternet_plugin.core.errors import LockedError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest, import_survey
from waternet_plugin.store import create_network, open_network

POINTS = 200
ANSWERS = '{"level_of": "cjj61", "height_of": "ground", "crs": "EPSG:4547"}'
# Of the progress of an import: all is read and checked, and nothing is written yet.
_READ = 0.7


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "town.gpkg"
    create_network(path, "EPSG:4547").close()
    return path


def _child(path: Path, tables: Path, ready: Any, pipe: Any) -> None:
    """Import, going on to write when all have read; tell what came of it."""
    met = []

    def listen(share: float, _text: str) -> bool:
        if share >= _READ and not met:
            met.append(ready.wait(60))
        return True

    try:
        with open_network(path) as open_one:
            request = ImportSurveyRequest(str(tables), decisions=ANSWERS)
            import_survey(open_one, request, Progress(listen))
        pipe.send("done")
    except WaterNetError as error:
        pipe.send(error.message)
    os._exit(0)


def _at_once(path: Path, *surveys: Path) -> list[str]:
    """Import several surveys at once and return what each process says."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(surveys))
    children = []
    for tables in surveys:
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(path, tables, ready, theirs))
        child.start()
        theirs.close()
        children.append((child, ours))
    said = [pipe.recv() for _child_, pipe in children]
    for child, _pipe in children:
        child.join()
    return said


def _state(path: Path) -> tuple[int, ...]:
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    logged = rows(path, "SELECT count(*) FROM change_log WHERE \"table\" = 'node'")[0][0]
    counts = tuple(
        rows(path, f"SELECT count(*) FROM {table}")[0][0]
        for table in ("survey_batch", "survey_row", "node", "pipe")
    )
    assert logged == counts[2]
    return counts


@pytest.mark.always
@pytest.mark.slow
def test_two_surveys_at_once_are_both_in_or_one_is_refused_in_words(network: Path, tmp_path: Path) -> None:
    surveys = [
        write_census(tmp_path / name, POINTS, name=name, north_m=off) for name, off in (("A", 0), ("B", 900))
    ]
    said = _at_once(network, *surveys)
    done = said.count("done")
    assert done >= 1, said
    assert all(one == "done" or "town" in one or "changed" in one for one in said), said
    each = (2, 2 * POINTS + 1, POINTS, POINTS - 1)
    assert _state(network) == tuple(done * one for one in each)
    # Who was refused imports now.
    for tables, sentence in zip(surveys, said):
        if sentence != "done":
            with open_network(network) as one:
                import_survey(one, ImportSurveyRequest(str(tables), decisions=ANSWERS))
    assert _state(network) == tuple(2 * one for one in each)


@pytest.mark.slow
def test_one_survey_from_two_processes_at_once_is_in_once(network: Path, tmp_path: Path) -> None:
    tables = write_census(tmp_path / "A", POINTS)
    said = _at_once(network, tables, tables)
    assert sorted(one == "done" for one in said) == [False, True], said
    assert _state(network) == (2, 2 * POINTS + 1, POINTS, POINTS - 1)


@pytest.mark.slow
def test_an_import_into_a_network_that_another_writes_is_refused_in_words(
    network: Path, tmp_path: Path
) -> None:
    tables = write_census(tmp_path / "A", POINTS)
    held = open_network(network)
    with held.write("edit"), open_network(network) as one, pytest.raises(LockedError, match=r"town\.gpkg"):
        import_survey(one, ImportSurveyRequest(str(tables), decisions=ANSWERS))
    assert _state(network) == (0, 0, 0, 0)
