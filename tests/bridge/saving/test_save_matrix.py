"""Each gesture against each fault: all of a Save is written, or nothing; mended, it passes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import QCoreApplication
from support.edit_session import (
    EAST,
    NORTH,
    buffer_state,
    by_hand,
    change,
    draw,
    fid_of,
    is_empty,
    last_batch,
    logged,
    put,
    split,
)
from support.slow_cases import cases_kept_always
from support.store_helpers import content, rows

from waternet_plugin.core.editing.row_conflicts import MINE, THEIRS, Answers, RowAnswer
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection

MANY = 2_000
HOLDER = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10);"
    "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
)


def merge(pipes) -> None:
    pipes.beginEditCommand("merge")
    line = f"LineStringZ ({EAST} {NORTH + 20} 1, {EAST + 100} {NORTH + 20} 1, {EAST + 100} {NORTH + 40} 1)"
    pipes.changeGeometry(fid_of(pipes, "P-1"), QgsGeometry.fromWkt(line))
    pipes.deleteFeature(fid_of(pipes, "P-2"))
    pipes.endEditCommand()


def delete_and_add(pipes) -> None:
    pipes.deleteFeature(fid_of(pipes, "P-2"))
    draw(pipes, "P-2")


def many(pipes) -> None:
    pipes.beginEditCommand("paste")
    for number in range(MANY):
        draw(pipes, f"Q-{number:04d}", y=300.0 + number)
    pipes.endEditCommand()


GESTURES = {
    "split": (lambda pipes, _nodes: split(pipes, "P-4"), 2),
    "merge": (lambda pipes, _nodes: merge(pipes), 2),
    "delete and add": (lambda pipes, _nodes: delete_and_add(pipes), 3),
    "two layers": (lambda _pipes, nodes: put(nodes, "N-2"), 2),
    "2,000 rows": (lambda pipes, _nodes: many(pipes), MANY + 1),
}
# Values of P-1 that are refused, and what mends them.
VALUES = {
    "unique": ({"pipe_id": "P-3"}, {"pipe_id": "P-1"}),
    "required": ({"status": None}, {"status": "in_use"}),
    "check by hand": ({"crew": "nobody"}, {"crew": "north"}),
}


@pytest.fixture
def path(path):
    """A network with a constraint that somebody added."""
    by_hand(path, "ALTER TABLE pipe ADD COLUMN crew TEXT CHECK (crew <> 'nobody')")
    return path


@pytest.fixture(params=cases_kept_always(GESTURES, ["split"]))
def gesture(request, pipes, nodes):
    """A gesture that was made, beside a change of P-1, and how many rows it leaves to be saved."""
    make, count = GESTURES[request.param]
    change(pipes, "P-1", material="pe")
    make(pipes, nodes)
    return count


def refused(pipes, nodes, path) -> None:
    """Save and find that nothing was written and nothing lost."""
    was, before = (buffer_state(pipes), buffer_state(nodes)), content(path)
    assert pipes.commitChanges(False) is False
    assert content(path) == before
    assert (buffer_state(pipes), buffer_state(nodes)) == was
    QCoreApplication.processEvents()


def saved(pipes, nodes, path, count: int) -> None:
    """Find that all was written, once."""
    assert is_empty(pipes)
    assert is_empty(nodes)
    assert last_batch(path)[1:] == ("edit", count)
    assert len(logged(path)) == count
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT rtreecheck('rtree_pipe_geom')") == [("ok",)]
    counted = (
        "SELECT feature_count = (SELECT count(*) FROM pipe) FROM gpkg_ogr_contents WHERE table_name = 'pipe'"
    )
    assert rows(path, counted) == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize("fault", list(VALUES))
def test_a_value_that_is_refused(gesture, pipes, nodes, path, fault):
    wrong, right = VALUES[fault]
    fid = fid_of(pipes, "P-1")
    for name, value in wrong.items():
        assert pipes.changeAttributeValue(fid, pipes.fields().lookupField(name), value)
    refused(pipes, nodes, path)
    for name, value in right.items():
        assert pipes.changeAttributeValue(fid, pipes.fields().lookupField(name), value)
    assert pipes.commitChanges(False), pipes.commitErrors()
    saved(pipes, nodes, path, gesture)


@pytest.mark.slow
def test_another_program_writes(gesture, pipes, nodes, path, refusals):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        refused(pipes, nodes, path)
        other.stdin.close()
        other.wait()
    assert str(other.pid) in refusals[0].error.message
    assert pipes.commitChanges(False), pipes.commitErrors()
    saved(pipes, nodes, path, gesture)


@pytest.mark.slow
@pytest.mark.parametrize("is_gone", [False, True], ids=["changed", "gone"])
def test_somebody_else_was_at_the_row(gesture, saves, pipes, nodes, path, refusals, is_gone):
    with open_network(path, by="Wang") as network, network.write("edit") as batch:
        if is_gone:
            batch.delete_rows("pipe", [1])
        else:
            batch.update_rows("pipe", {1: {"material": "steel"}})
    refused(pipes, nodes, path)
    conflicts = refusals[0].error.conflicts
    assert [(one.asset, one.by, one.is_gone) for one in conflicts] == [("P-1", "Wang", is_gone)]
    answer = RowAnswer(conflicts[0], THEIRS if is_gone else MINE)
    assert saves.commit(pipes, Answers({("pipe", 1): answer}))
    saved(pipes, nodes, path, gesture - is_gone)
    assert rows(path, "SELECT material FROM pipe WHERE fid = 1") == ([] if is_gone else [("pe",)])


@pytest.mark.slow
def test_the_disk_is_full(gesture, pipes, nodes, path, refusals, monkeypatch):
    plain = connection.connect

    def small(of, *, write=False):
        database = plain(of, write=write)
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        return database

    change(pipes, "P-1", note="x" * 100_000)
    with monkeypatch.context() as patched:
        patched.setattr(connection, "connect", small)
        refused(pipes, nodes, path)
    assert "disk is full" in refusals[0].error.message
    assert pipes.commitChanges(False), pipes.commitErrors()
    saved(pipes, nodes, path, gesture)
