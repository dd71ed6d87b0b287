"""A log that one program writes to is not deleted by another of ours, and nobody goes on with a deleted one.

Two plain processes: one that has lost its ordinary locks, as QGIS does whenever it looks what a file is, and
one that closes the file meanwhile.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from support.store_helpers import edited_elsewhere, elsewhere, rows

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.sharing import file_locks, locks

pytestmark = pytest.mark.skipif(not file_locks.AVAILABLE, reason="only Linux has these locks in Python")

# What QGIS does when editing begins; a file that is opened and closed plainly costs the process its locks.
_EDIT = """
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute('PRAGMA journal_mode = WAL')
c.execute("INSERT INTO wn_meta VALUES ('edited', '1')")
open(sys.argv[1], 'rb').close()
print('edits', flush=True)
sys.stdin.readline()
c.execute("INSERT INTO wn_meta VALUES ('saved', '1')")
print('saved', flush=True)
sys.stdin.readline()
"""


@contextmanager
def _edited_without_locks(path: str) -> Iterator[subprocess.Popen[str]]:
    """Have the file edited by a program without locks, which saves and ends with a line each."""
    words = [sys.executable, "-c", _EDIT, path]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "edits\n"
    try:
        yield child
    finally:
        child.communicate("\n\n")


def _save(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write("\n")
    child.stdin.flush()
    assert child.stdout.readline() == "saved\n"


def _saved(path: str) -> str:
    return elsewhere(
        path, "print(c.execute(\"SELECT count(*) FROM wn_meta WHERE key = 'saved'\").fetchone())"
    )


def test_a_reader_that_began_before_the_edit_leaves_its_log(town):
    with connection.reading(Path(town.uri)) as database, _edited_without_locks(town.uri) as child:
        assert database.execute("SELECT count(*) FROM pipe").fetchone() == (20,)
        database.close()
        assert Path(town.uri + "-wal").exists()
        _save(child)
        assert _saved(town.uri) == "(1,)"


@pytest.mark.slow
def test_reading_a_batch_back_leaves_the_log_of_an_edit_that_began_meanwhile(town):
    database = connection.connect(Path(town.uri))
    with _edited_without_locks(town.uri) as child:
        assert database.execute("SELECT count(*) FROM batch").fetchone() == (2,)
        database.close()
        town.count("pipe")
        with town.write("edit") as batch:
            batch.delete("pipe", ["P00001"])
        assert Path(town.uri + "-wal").exists()
        _save(child)
        assert _saved(town.uri) == "(1,)"
    assert town.count("pipe") == 19
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]


@contextmanager
def _lost_log(path: str) -> Iterator[sqlite3.Connection]:
    """Have a connection of this process to a log that another program has deleted."""
    with closing(sqlite3.connect(path, isolation_level=None)) as ours:
        ours.execute("PRAGMA journal_mode = WAL")
        ours.execute("SELECT count(*) FROM wn_meta").fetchone()
        with Path(path).open("rb"):
            pass
        elsewhere(path, "c.execute('SELECT count(*) FROM wn_meta').fetchone(); c.close()")
        assert not Path(path + "-wal").exists()
        yield ours


@pytest.mark.slow
def test_nothing_is_reported_as_written_to_a_log_that_was_deleted(town):
    with _lost_log(town.uri):
        with pytest.raises(LockedError, match=r"deleted the log of town\.gpkg"), town.write("edit") as batch:
            batch.delete("pipe", ["P00001"])
        with pytest.raises(LockedError, match=r"deleted the log of town\.gpkg"):
            town.count("pipe")
        # Who opens it now sees what was there before, and is not written over.
        with edited_elsewhere(town.uri):
            assert elsewhere(town.uri, "print(c.execute('SELECT count(*) FROM pipe').fetchone())") == "(20,)"
    assert town.count("pipe") == 20
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert town.count("pipe") == 19
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]


def test_a_log_that_is_found_deleted_after_the_commit_makes_the_batch_fail(town, monkeypatch):
    monkeypatch.setattr(locks, "check_log", lambda path: None)
    with (
        _lost_log(town.uri),
        pytest.raises(StoreError, match=r"was not saved in town\.gpkg"),
        town.write("edit") as batch,
    ):
        batch.delete("pipe", ["P00001"])


def test_a_log_that_is_closed_as_it_should_be_is_not_taken_for_a_lost_one(town):
    with closing(sqlite3.connect(town.uri, isolation_level=None)) as ours:
        ours.execute("PRAGMA journal_mode = WAL")
        assert not locks.is_log_lost(Path(town.uri))
        assert town.count("pipe") == 20
    assert not locks.is_log_lost(Path(town.uri))
    assert town.count("pipe") == 20


def test_a_batch_that_began_without_a_log_begins_anew_where_somebody_makes_one(town, monkeypatch):
    with ExitStack() as others:

        def execute(database, sql, *arguments):
            done = sqlite3.Connection.execute(database, sql, *arguments)
            if sql == "BEGIN IMMEDIATE" and not Path(town.uri + "-wal").exists():
                # A look at the file drops the locks of the transaction that has just begun.
                with Path(town.uri).open("rb"):
                    pass
                others.enter_context(edited_elsewhere(town.uri))
            return done

        monkeypatch.setattr(connection.NetworkConnection, "execute", execute, raising=False)
        with town.write("edit") as batch:
            batch.delete("pipe", ["P00001"])
        assert rows(town.uri, "SELECT count(*) FROM wn_meta WHERE key = 'other'") == [(1,)]
    assert rows(town.uri, "SELECT count(*) FROM wn_meta WHERE key = 'other'") == [(1,)]
    assert town.count("pipe") == 19
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_a_batch_does_not_wait_for_a_lock_that_never_ends(town):
    with _lost_log(town.uri):
        elsewhere(town.uri, "c.execute('PRAGMA journal_mode = DELETE')")
        assert town.count("pipe") == 20
        with pytest.raises(LockedError, match=r"deleted the log of town\.gpkg"), town.write("edit") as batch:
            batch.delete("pipe", ["P00001"])
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert town.count("pipe") == 19
