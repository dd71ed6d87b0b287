"""A batch in rollback mode keeps its locks, whatever QGIS opens and closes in this process meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import gdal
from support.store_helpers import elsewhere, look, pipe_frame, rows

from waternet_plugin.core.errors import LockedError, WaterNetError
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.opening import restoring
from waternet_plugin.store.geopackage.sharing import byte_locks, write_lock
from waternet_plugin.store.geopackage.tables import rtree

pytestmark = pytest.mark.skipif(not byte_locks.AVAILABLE, reason="only Linux has these locks in Python")

_WRITE = "c.execute(\"INSERT INTO wn_meta VALUES ('other' || random(), 1)\")"
_COUNT = "print(c.execute('SELECT count(*) FROM pipe').fetchone()[0])"


def is_whole(path: str) -> bool:
    return rows(path, "PRAGMA integrity_check") == [("ok",)] and rows(
        path, "SELECT rtreecheck('rtree_pipe_geom')"
    ) == [("ok",)]


def others_written(path: str) -> int:
    return int(rows(path, "SELECT count(*) FROM wn_meta WHERE key LIKE 'other%'")[0][0])


def kept_locks(path: str) -> list[str]:
    """Return the locks that anybody holds on a file."""
    inode = f":{os.stat(path).st_ino} "
    return [line for line in Path("/proc/locks").read_text(encoding="ascii").splitlines() if inode in line]


def peek(path: str) -> None:
    """Open and close a file as whoever wants to know what it is."""
    with Path(path).open("rb") as file:
        file.read(100)


@pytest.mark.slow
def test_nobody_writes_into_a_batch_while_qgis_looks_at_the_file(town):
    with town.write("edit") as batch:
        look(town.uri)
        assert "locked" in elsewhere(town.uri, _WRITE)
        batch.delete("pipe", ["P00001"])
        look(town.uri)
        assert "locked" in elsewhere(town.uri, _WRITE)
        assert elsewhere(town.uri, _COUNT) == "20"
        batch.insert("pipe", pipe_frame(700, start=500))
        look(town.uri)
        assert "locked" in elsewhere(town.uri, _WRITE)
        assert elsewhere(town.uri, _COUNT) == "20"
    assert elsewhere(town.uri, _WRITE) == ""
    assert town.count("pipe") == 719
    assert is_whole(town.uri)
    assert not kept_locks(town.uri)


@pytest.mark.slow
def test_pages_that_are_written_early_are_seen_by_nobody(town, monkeypatch):
    monkeypatch.setattr(connection, "WRITE_CACHE_KB", 40)
    monkeypatch.setattr(connection, "LOCK_PATIENCE_S", 0.1)
    size = os.path.getsize(town.uri)
    with town.write("adopt") as batch:
        for number in range(5):
            batch.insert("pipe", pipe_frame(1_000, start=1_000 * (number + 1)))
            peek(town.uri)
            assert "locked" in elsewhere(town.uri, _WRITE)
            assert elsewhere(town.uri, _COUNT).rpartition(" ")[2] in ("20", "locked")
        # SQLite has written what it could not keep in memory, and the memory it takes stays small.
        assert os.path.getsize(town.uri) > 2 * size
        assert "locked" in elsewhere(town.uri, _COUNT)
    assert elsewhere(town.uri, _COUNT) == "5020"
    assert is_whole(town.uri)
    assert not kept_locks(town.uri)


_HALF_READ = """
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute('BEGIN')
n = c.execute('SELECT count(*) FROM pipe').fetchone()
print('reads', flush=True)
sys.stdin.read(1)
assert n == c.execute('SELECT count(*) FROM pipe').fetchone()
assert c.execute('PRAGMA integrity_check').fetchone() == ('ok',)
"""


@pytest.mark.slow
def test_no_page_is_written_while_somebody_reads(town, monkeypatch):
    monkeypatch.setattr(connection, "WRITE_CACHE_KB", 40)
    reader = subprocess.Popen(
        [sys.executable, "-c", _HALF_READ, town.uri],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline() == "reads\n"
    with town.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3_000, start=1_000))
        peek(town.uri)
        threading.Timer(1.0, lambda: (reader.stdin.write("."), reader.stdin.flush())).start()
    reader.communicate()
    assert reader.returncode == 0
    assert town.count("pipe") == 3020
    assert is_whole(town.uri)


_READER = """
import sqlite3, sys, time
end = time.monotonic() + float(sys.argv[2])
read = 0
while time.monotonic() < end:
    c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
    c.execute('BEGIN')
    question = "SELECT (SELECT count(*) FROM pipe), (SELECT count(*) FROM change_log)"
    assert c.execute(question).fetchone() == c.execute(question).fetchone()
    assert c.execute('PRAGMA quick_check').fetchone() == ('ok',)
    c.close()
    read += 1
print(read)
"""
_WRITER = """
import sqlite3, sys, time
end = time.monotonic() + float(sys.argv[2])
wrote = 0
while time.monotonic() < end:
    c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
    try:
        c.execute("INSERT INTO wn_meta VALUES ('other' || random(), 1)")
        wrote += 1
    except sqlite3.OperationalError as error:
        assert 'locked' in str(error), error
    c.close()
    time.sleep(0.01)
print(wrote)
"""


@pytest.mark.slow
def test_other_programs_read_and_write_between_batches_and_nothing_is_lost(town):
    seconds = 6.0
    others = [
        subprocess.Popen(
            [sys.executable, "-c", code, town.uri, str(seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for code in (_READER, _WRITER)
    ]
    is_over = threading.Event()

    def look_again_and_again() -> None:
        while not is_over.is_set():
            peek(town.uri)
            time.sleep(0.0005)

    looking = threading.Thread(target=look_again_and_again)
    looking.start()
    reported = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with town.write("adopt") as batch:
                batch.insert("pipe", pipe_frame(100, start=1_000 + 100 * reported))
            reported += 1
        except LockedError:
            continue
    said = [process.communicate() for process in others]
    is_over.set()
    looking.join()
    assert [process.returncode for process in others] == [0, 0], said
    assert int(said[0][0]) > 0
    assert reported > 2
    assert town.count("pipe") == 20 + 100 * reported
    assert others_written(town.uri) == int(said[1][0]) > 0
    assert is_whole(town.uri)


@pytest.mark.slow
def test_who_comes_in_between_the_exchange_is_not_overwritten(town, monkeypatch):
    exchanged = byte_locks.take_over
    told = []
    # The others are processes of their own, which a busy machine takes seconds to start.
    monkeypatch.setattr(connection, "LOCK_PATIENCE_S", 60.0)

    def slowly(descriptor, place):
        # What an opening of the file does right before, and another program uses.
        if place == byte_locks.RESERVED and len(told) < 2:
            look(town.uri)
            told.append(elsewhere(town.uri, _WRITE))
        return exchanged(descriptor, place)

    monkeypatch.setattr(byte_locks, "take_over", slowly)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert told == ["", ""]
    assert others_written(town.uri) == 2
    assert town.count("pipe") == 19
    assert is_whole(town.uri)


@pytest.mark.slow
def test_a_writer_found_after_the_exchange_is_waited_for(town, monkeypatch):
    exchanged = byte_locks.take_over
    code = (
        "c.execute('BEGIN IMMEDIATE'); {}; print('held', flush=True); sys.stdin.read(1); c.execute('COMMIT')"
    )
    begin = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    started = []

    def slowly(descriptor, place):
        if place == byte_locks.RESERVED and not started:
            look(town.uri)
            started.append(
                subprocess.Popen(
                    [sys.executable, "-c", begin + code.format(_WRITE), town.uri],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            assert started[0].stdout.readline() == "held\n"
            threading.Timer(0.5, started[0].communicate, ["."]).start()
        return exchanged(descriptor, place)

    monkeypatch.setattr(byte_locks, "take_over", slowly)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert others_written(town.uri) == 1
    assert town.count("pipe") == 19
    assert is_whole(town.uri)


def test_a_lock_that_is_dropped_before_it_is_seen_holds_no_commit_up(town, monkeypatch):
    asked = byte_locks.is_ordinarily_ours

    def too_late(descriptor, place):
        peek(town.uri)
        return asked(descriptor, place)

    monkeypatch.setattr(byte_locks, "is_ordinarily_ours", too_late)
    begin = time.monotonic()
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert time.monotonic() - begin < 10
    assert town.count("pipe") == 19
    assert not kept_locks(town.uri)


@pytest.mark.slow
def test_a_save_of_qgis_in_this_process_is_not_written_into(town, monkeypatch):
    monkeypatch.setattr(connection, "LOCK_PATIENCE_S", 0.2)
    dataset = gdal.OpenEx(town.uri, gdal.OF_VECTOR | gdal.OF_UPDATE)
    dataset.StartTransaction()
    dataset.ExecuteSQL("INSERT INTO wn_meta VALUES ('saved', '1')")
    # Its locks are gone; SQLite's memory of them is not.
    look(town.uri)
    with pytest.raises(LockedError), town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    dataset.CommitTransaction()
    dataset = None
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert rows(town.uri, "SELECT value FROM wn_meta WHERE key = 'saved'") == [("1",)]
    assert town.count("pipe") == 19
    assert is_whole(town.uri)


@pytest.mark.slow
def test_a_batch_that_fails_lets_everything_go(town, monkeypatch):
    monkeypatch.setattr(connection, "WRITE_CACHE_KB", 40)

    def fail() -> None:
        with town.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(3_000, start=1_000))
            peek(town.uri)
            batch.delete("pipe", ["unknown"])

    with pytest.raises(WaterNetError):
        fail()
    assert not kept_locks(town.uri)
    assert elsewhere(town.uri, _WRITE) == ""
    assert town.count("pipe") == 20
    assert is_whole(town.uri)


def test_a_reader_that_never_ends_is_named_and_nothing_is_written(town, monkeypatch):
    monkeypatch.setattr(connection, "READER_PATIENCE_S", 0.5)
    reader = sqlite3.connect(town.uri, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM pipe").fetchall()
    with pytest.raises(LockedError), town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    reader.close()
    assert not kept_locks(town.uri)
    assert town.count("pipe") == 20


def _adopt(path: str, name: str, rounds: int, pipe) -> None:
    reported = 0
    assert pipe.recv() == "begin"
    for number in range(rounds):
        try:
            with open_network(path).write("adopt") as batch:
                look(path)
                frame = pipe_frame(3, start=10_000)
                frame["pipe_id"] = [f"{name}{number}_{row}" for row in range(3)]
                batch.insert("pipe", frame)
                look(path)
            reported += 1
        except LockedError:
            continue
        look(path)
    pipe.send(reported)


@pytest.mark.slow
def test_two_programs_of_ours_take_turns(town):
    context = multiprocessing.get_context("fork")
    ends = [context.Pipe() for _number in range(2)]
    children = [
        context.Process(target=_adopt, args=(town.uri, name, 8, end[1])) for name, end in zip("ab", ends)
    ]
    for child, end in zip(children, ends):
        child.start()
        end[0].send("begin")
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    reported = sum(end[0].recv() for end in ends)
    assert reported > 2
    assert town.count("pipe") == 20 + 3 * reported
    assert is_whole(town.uri)


@pytest.mark.slow
def test_a_log_that_appears_between_is_written_by_its_own_rules(town, monkeypatch):
    asked = connection.connect

    def switched(path, *, write=False):
        if write:
            with closing(sqlite3.connect(path)) as database:
                assert database.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        return asked(path, write=write)

    monkeypatch.setattr(connection, "connect", switched)
    with town.write("edit") as batch:
        look(town.uri)
        batch.delete("pipe", ["P00001"])
        assert "locked" in elsewhere(town.uri, _WRITE)
        assert elsewhere(town.uri, _COUNT) == "20"
    assert town.count("pipe") == 19
    assert is_whole(town.uri)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["compact", "restore"])
def test_nobody_writes_while_the_whole_file_is_rewritten(town, monkeypatch, kind):
    path = Path(town.uri)
    with town.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(2_000, start=1_000))
    kept = town.backup()
    held, told = write_lock.WriteLock.hold, []

    def looked_at(lock):
        refused = held(lock)
        if len(told) < 3:
            peek(town.uri)
            told.append(elsewhere(town.uri, _WRITE).rpartition(" ")[2])
            told.append(elsewhere(town.uri, _COUNT).rpartition(" ")[2])
        return refused

    monkeypatch.setattr(write_lock.WriteLock, "hold", looked_at)
    if kind == "compact":
        town.compact()
    else:
        restoring.put_back(path, kept, by="tester")
    assert told == ["locked"] * 4
    assert not kept_locks(town.uri)
    assert elsewhere(town.uri, _WRITE) == ""
    assert town.count("pipe") == 2020
    assert is_whole(town.uri)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["compact", "restore"])
def test_a_rewriting_that_somebody_came_into_writes_nothing(town, monkeypatch, kind):
    kept = town.backup()
    held, told = write_lock.WriteLock.hold, []

    def too_late(lock):
        if not told:
            peek(town.uri)
            told.append(elsewhere(town.uri, _WRITE))
        return held(lock)

    monkeypatch.setattr(write_lock.WriteLock, "hold", too_late)
    with pytest.raises(LockedError):
        town.compact() if kind == "compact" else restoring.put_back(Path(town.uri), kept, by="tester")
    assert told == [""]
    assert others_written(town.uri) == 1
    assert not kept_locks(town.uri)
    assert town.count("pipe") == 20
    assert is_whole(town.uri)


@pytest.mark.slow
def test_a_lost_index_is_made_anew_inside_the_batch(town, monkeypatch):
    with closing(sqlite3.connect(town.uri)) as database:
        database.execute("DROP TABLE rtree_node_geom")
        database.executescript(
            "".join(
                f"DROP TRIGGER {name};"
                for (name,) in rows(
                    town.uri,
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_pipe%'",
                )
            )
        )
    fill, told = rtree.fill, []

    def looked_at(*arguments):
        fill(*arguments)
        peek(town.uri)
        told.append(elsewhere(town.uri, _WRITE).rpartition(" ")[2])

    monkeypatch.setattr(rtree, "fill", looked_at)
    assert set(open_network(town.uri).repairs) == {"pipe", "node"}
    assert told == ["locked", "locked"]
    assert is_whole(town.uri)
    assert gdal.OpenEx(town.uri).GetLayerByName("node").TestCapability("FastSpatialFilter")
