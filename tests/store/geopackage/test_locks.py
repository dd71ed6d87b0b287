"""A second writer hears within three seconds who holds the file; readers wait for nobody."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame, rows

from waternet_plugin.core.errors import LockedError
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage.sharing import locks


def _hold(path: str, pipe) -> None:
    with open_network(path, by="李工").write("adopt") as batch:
        batch.insert("pipe", pipe_frame(5, start=500))
        pipe.send_bytes(b"held")
        pipe.recv_bytes()
    os._exit(0)


@pytest.fixture
def held(town):
    """A network that another process of ours is writing."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_hold, args=(town.uri, theirs))
    child.start()
    assert ours.recv_bytes() == b"held"
    yield town, child
    ours.send_bytes(b"done")
    child.join()


@pytest.mark.slow
def test_another_writer_of_ours_is_named_within_three_seconds(held):
    town, child = held
    begin = time.monotonic()
    with pytest.raises(LockedError) as caught, town.write("edit"):
        pass
    assert time.monotonic() - begin < 3.0
    assert f"李工 on {socket.gethostname()} (process {child.pid}, Adoption)" in caught.value.message
    with pytest.raises(LockedError, match="李工"):
        town.undo()


@pytest.mark.slow
def test_reading_goes_on_while_another_writes(held):
    town, _child = held
    assert len(town.read("pipe")) == 20
    assert town.count("pipe") == 20
    assert len(open_network(town.uri).batches()) == 2


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells who locks a file")
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_another_program_is_named_by_its_process(town, mode):
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        f" c.execute('PRAGMA journal_mode = {mode}'); c.execute('BEGIN IMMEDIATE');"
        " c.execute('DELETE FROM batch WHERE 0'); print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, town.uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "held\n"
    with pytest.raises(LockedError) as caught, town.write("edit"):
        pass
    child.communicate()
    name = Path(sys.executable).resolve().name
    assert f"(process {child.pid})" in caught.value.message
    assert name[:15] in caught.value.message or "python" in caught.value.message


def test_a_note_of_a_dead_program_is_not_believed(town, monkeypatch):
    note = {"by": "ghost", "action": "x", "host": socket.gethostname(), "pid": 2**22 + 12345, "since": ""}
    locks.note_path(Path(town.uri)).write_text(json.dumps(note), encoding="utf-8")
    monkeypatch.setattr("waternet_plugin.store.geopackage.connection.LOCK_PATIENCE_S", 0.2)
    database = sqlite3.connect(town.uri, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    with pytest.raises(LockedError) as caught, town.write("edit"):
        pass
    assert "ghost" not in caught.value.message
    assert "town.gpkg is being written by" in caught.value.message
    database.close()


@pytest.mark.parametrize("text", a_few_quick(["", "{}", "[1]", '{"by": 1, "pid": "x"}', "\x00"], 1))
def test_a_broken_note_is_no_reason_to_fail(town, text):
    locks.note_path(Path(town.uri)).write_text(text, encoding="utf-8")
    assert locks.holder(Path(town.uri)) is None
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert not locks.note_path(Path(town.uri)).exists()


def test_a_killed_writer_stops_nobody(held):
    town, child = held
    child.kill()
    child.join()
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert town.count("pipe") == 19
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]


def test_the_note_is_gone_after_an_error(town):
    with pytest.raises(ZeroDivisionError), town.write("edit"):
        raise ZeroDivisionError
    assert [path.name for path in Path(town.outputs_folder).iterdir()] == ["town.gpkg"]
