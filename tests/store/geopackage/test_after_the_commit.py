"""A batch that is in the file is never reported as one that failed, whatever happens after its commit."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest
from support.store_helpers import rows

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.sharing import file_locks, write_lock

# Another window's Save that waits for readers: nobody begins to read meanwhile.
_SAVE = """
import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
c.execute('BEGIN EXCLUSIVE')
print('saves', flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def saved_elsewhere(town, monkeypatch):
    """Let another program keep readers out as soon as the next batch has been committed."""
    saves: list[subprocess.Popen[str]] = []

    def begin(seconds: float) -> None:
        release = write_lock.WriteLock.release

        def released(lock: write_lock.WriteLock) -> None:
            release(lock)
            if not saves:
                words = [sys.executable, "-c", _SAVE, town.uri, str(seconds)]
                saves.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
                assert saves[0].stdout is not None
                assert saves[0].stdout.readline() == "saves\n"

        monkeypatch.setattr(write_lock.WriteLock, "release", released)

    yield begin
    for save in saves:
        save.communicate()


@pytest.mark.slow
def test_a_save_that_keeps_readers_out_for_seconds_makes_no_batch_fail(town, saved_elsewhere):
    saved_elsewhere(connection.LOCK_PATIENCE_S + 1.5)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert rows(town.uri, "SELECT batch_id FROM batch ORDER BY fid DESC LIMIT 1") == [(batch.batch_id,)]


@pytest.mark.slow
def test_what_can_not_be_read_back_is_told_apart_from_what_was_not_kept(town, saved_elsewhere, monkeypatch):
    monkeypatch.setattr(file_locks, "READER_PATIENCE_S", 0.1)
    saved_elsewhere(1.5)
    with (
        pytest.raises(
            StoreError, match=r"B\d+ was written to town.gpkg, but .* in the list of batches"
        ) as told,
        town.write("edit") as batch,
    ):
        batch.delete("pipe", ["P00001"])
    assert batch.batch_id in told.value.message and "locked" in told.value.details[0]


def test_a_log_that_can_not_be_taken_in_makes_no_batch_fail(town, monkeypatch):
    class Reluctant(sqlite3.Connection):
        """Does everything but take a log in."""

        def execute(self, sql, *arguments):
            if "wal_checkpoint" in sql:
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(sql, *arguments)

    connect = sqlite3.connect
    monkeypatch.setattr(
        connection.sqlite3,
        "connect",
        lambda *given, **named: connect(*given, **{**named, "factory": Reluctant}),
    )
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert town.count("pipe") == 19


@pytest.mark.skipif(not file_locks.AVAILABLE, reason="only Linux has these locks in Python")
def test_a_descriptor_that_makes_trouble_makes_no_batch_fail(town, monkeypatch):
    def lost(file: file_locks.File) -> bool:
        raise OSError("stale file handle")

    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
        monkeypatch.setattr(file_locks.File, "is_open_elsewhere", lost)
    monkeypatch.undo()
    assert town.count("pipe") == 19 and os.path.exists(town.uri)
