"""Killed at any instant, the network holds all of a survey or nothing of it; more in `make kills`."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from support.store_helpers import rows
from support.survey_tables import write_census

from waternet_plugin.core.progress import Progress
from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest, import_survey
from waternet_plugin.store import create_network, open_network

pytestmark = [
    pytest.mark.kill,
    pytest.mark.always,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

KILLS = int(os.environ.get("SURVEY_KILLS", "3"))
# Rows of points, and as many of lines.
POINTS = int(os.environ.get("SURVEY_KILL_ROWS", "2000")) // 2
HEADINGS = 2
ANSWERS = '{"level_of": "cjj61", "height_of": "ground", "crs": "EPSG:4547"}'
# Of the progress of an import: from here on it writes.
_WRITES = 0.7


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty network, and beside it the tables of a survey."""
    folder = tmp_path_factory.mktemp("survey")
    write_census(folder / "tables", POINTS)
    path = folder / "base.gpkg"
    create_network(path, "EPSG:4547").close()
    return path


def _import(path: Path, tables: Path, told: Progress) -> None:
    with open_network(path) as network:
        import_survey(network, ImportSurveyRequest(str(tables), decisions=ANSWERS), told)


def _child(path: Path, tables: Path, begin: Any) -> None:
    said = []

    def listen(share: float, _text: str) -> bool:
        if share >= _WRITES and not said:
            said.append(begin.send_bytes(b"begin"))
        return True

    _import(path, tables, Progress(listen))
    begin.send_bytes(b"end")
    os._exit(0)


def _start(path: Path, tables: Path) -> tuple[Any, Any]:
    """Return a process that begins to write a survey, and the pipe through which it tells its end."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(path, tables, theirs))
    child.start()
    theirs.close()
    assert ours.recv_bytes() == b"begin"
    return child, ours


def _is_imported(path: Path) -> bool:
    """Return whether the survey is in a file, after checking that all of it is or nothing."""
    with open_network(path) as network:
        assert network.repairs == ()
    pipes = POINTS - 1
    written = {"survey_batch": 2, "survey_row": POINTS + pipes + HEADINGS, "node": POINTS, "pipe": pipes}
    batches = rows(path, "SELECT rows FROM batch WHERE kind = 'survey'")
    is_imported = batches == [(sum(written.values()),)]
    assert is_imported or batches == []
    for table, count in written.items():
        assert rows(path, f"SELECT count(*) FROM {table}") == [(count * is_imported,)]
    logged = dict(rows(path, 'SELECT "table", count(*) FROM change_log GROUP BY 1'))
    # The rows of files need no entries: they go with their file.
    kept = {table: count for table, count in written.items() if table != "survey_row"}
    assert logged == (kept if is_imported else {})
    assert rows(path, "SELECT count(*) FROM rtree_pipe_geom") == [(pipes * is_imported,)]
    assert rows(path, "SELECT total(rows_in) FROM survey_batch") == [
        (float(written["survey_row"] * is_imported),)
    ]
    assert rows(path, "SELECT count(*) FROM wn_session") == [(0,)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    return is_imported


def test_a_killed_import_is_there_as_a_whole_or_not_at_all(base: Path, tmp_path: Path) -> None:
    tables = base.parent / "tables"
    path = Path(shutil.copy(base, tmp_path / "whole.gpkg"))
    child, pipe = _start(path, tables)
    begin = time.perf_counter()
    assert pipe.recv_bytes() == b"end"
    seconds = time.perf_counter() - begin
    child.join()
    assert _is_imported(path)
    chance = random.Random(20261122)
    found = []
    for number in range(KILLS):
        path = Path(shutil.copy(base, tmp_path / f"kill{number}.gpkg"))
        child, pipe = _start(path, tables)
        # The first at once: on a computer that other work left meanwhile all the others may come too late.
        time.sleep(seconds * 1.05 * (number + chance.random()) / KILLS if number else 0.0)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        pipe.close()
        found.append(_is_imported(path))
        if number < KILLS - 1:
            path.unlink()
    assert found.count(False) >= KILLS // 5
    print(f"{KILLS} kills: {found.count(True)} all, {found.count(False)} nothing; {seconds:.1f} s to write")
    # What was left half-done stops nobody, and the same survey passes.
    if not found[-1]:
        _import(path, tables, Progress(lambda _share, _text: True))
    assert _is_imported(path)
