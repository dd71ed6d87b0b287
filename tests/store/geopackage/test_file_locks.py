"""Nothing that QGIS does with a file in this process lets another program spoil what is written."""

from __future__ import annotations

import gc
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
from osgeo import ogr
from support.store_helpers import CRS, elsewhere, look, pipe_frame, rows

from waternet_plugin.core.errors import LockedError, StoreError, WaterNetError
from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.backup import copy, write_into
from waternet_plugin.store.geopackage.sharing import file_locks, locks

pytestmark = pytest.mark.skipif(not file_locks.AVAILABLE, reason="only Linux has these locks in Python")

_WRITE = "c.execute(\"INSERT INTO wn_meta VALUES ('other' || random(), 1)\")"


def beside(path: str | Path) -> set[str]:
    """Return the files that a network consists of."""
    return {one.name for one in Path(path).parent.glob(Path(path).name + "*")}


def is_kept(path: str | Path) -> bool:
    """Return whether this process keeps a descriptor of a file; other tests may have left theirs."""
    return any(
        os.path.samefile(file.path, path) for file in file_locks.open_files.values() if file.path.exists()
    )


def mode_of(path: str | Path) -> str:
    return str(rows(path, "PRAGMA journal_mode")[0][0])


def to_log(path: str | Path) -> None:
    """Put a file into the mode in which QGIS edits."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)


@pytest.mark.slow
def test_no_opening_lets_another_program_write_into_a_batch_while_somebody_edits(town):
    to_log(town.uri)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
        look(town.uri)
        assert "locked" in elsewhere(town.uri, _WRITE)
        look(town.uri)
        batch.insert("pipe", pipe_frame(700, start=500))
        look(town.uri)
        assert "locked" in elsewhere(town.uri, _WRITE)
    assert elsewhere(town.uri, _WRITE) == ""
    assert town.count("pipe") == 719
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]
    assert rows(town.uri, "SELECT rtreecheck('rtree_pipe_geom')") == [("ok",)]


@pytest.mark.slow
@pytest.mark.parametrize("sql", ["PRAGMA journal_mode = DELETE", "VACUUM"])
def test_no_opening_lets_another_program_throw_the_log_away(town, sql):
    to_log(town.uri)
    layer = ogr.Open(town.uri, 1)
    layer.ExecuteSQL("PRAGMA wal_autocheckpoint = 0")
    file_locks.keep(Path(town.uri))
    look(town.uri)
    for number in range(3):
        layer.ExecuteSQL(f"INSERT INTO wn_meta VALUES ('saved{number}', '1')")
        look(town.uri)
        # As the last connection of another process closes, it would remove the log.
        elsewhere(town.uri, f"print(c.execute('SELECT count(*) FROM pipe').fetchone())\nc.execute('{sql}')")
        assert Path(town.uri + "-wal").exists()
        assert mode_of(town.uri) == "wal"
    found = elsewhere(
        town.uri, "print(c.execute(\"SELECT count(*) FROM wn_meta WHERE key LIKE 'saved%'\").fetchone())"
    )
    assert found == "(3,)"
    layer = None
    file_locks.release_idle()
    assert beside(town.uri) == {"town.gpkg"}


def test_nothing_is_held_or_left_when_all_is_done(town):
    town.read("pipe")
    town.backup()
    town.undo()
    assert beside(town.uri) == {"town.gpkg"}
    assert not is_kept(town.uri)
    assert not [one for one in os.listdir("/dev/fd") if _leads_to(one, town.uri)]
    assert mode_of(town.uri) == "delete"
    # A copy of the one file is all of it.
    assert rows(town.uri, "SELECT count(*) FROM pipe") == [(0,)]


def _leads_to(descriptor: str, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(int(descriptor)), os.stat(path))
    except OSError:
        return False


@pytest.mark.sweep
def test_thousands_of_networks_need_no_more_descriptors(tmp_path):
    base = create_network(tmp_path / "base.gpkg", CRS)
    before = len(os.listdir("/dev/fd"))
    for number in range(60):
        path = tmp_path / f"n{number}.gpkg"
        copy(Path(base.uri), path)
        with open_network(path).write("adopt") as batch:
            batch.insert("pipe", pipe_frame(2))
    gc.collect()
    assert len(os.listdir("/dev/fd")) <= before + 2


def test_a_log_in_use_lets_others_write_while_we_read(town):
    to_log(town.uri)
    with connection.reading(Path(town.uri)) as database:
        look(town.uri)
        assert elsewhere(town.uri, _WRITE) == ""
        assert database.execute("SELECT count(*) FROM pipe").fetchone() == (20,)


@pytest.mark.slow
def test_a_write_waits_for_those_who_read_in_rollback_mode(town):
    reader = sqlite3.connect(town.uri, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM pipe").fetchall()
    threading.Timer(3.0, reader.close).start()
    begin = time.monotonic()
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert 2.5 < time.monotonic() - begin < 10


@pytest.mark.slow
def test_threads_of_one_process_wait_for_each_other_and_lose_nothing(town):
    failed: list[Exception] = []

    def read() -> None:
        try:
            for _time in range(10):
                assert len(town.read("pipe")) >= 20
        except (WaterNetError, AssertionError, sqlite3.Error, OSError) as error:
            failed.append(error)

    def write(start: int) -> None:
        try:
            for number in range(5):
                with town.write("adopt") as batch:
                    batch.insert("pipe", pipe_frame(1, start=start + number))
        except LockedError:
            # Another thread had it for long: told, and nothing written.
            return
        except (WaterNetError, AssertionError, sqlite3.Error, OSError) as error:
            failed.append(error)

    threads = [threading.Thread(target=read) for _number in range(3)]
    threads += [threading.Thread(target=write, args=(start,)) for start in (1000, 2000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    batches = town.batches()
    assert town.count("pipe") == 20 + int((batches["kind"] == "adopt").sum()) - 1
    assert not is_kept(town.uri)


def _write_and_wait(path: str, pipe) -> None:
    with open_network(path).write("adopt") as batch:
        batch.insert("pipe", pipe_frame(2_000, start=500))
        look(path)
        pipe.send_bytes(b"writing")
        time.sleep(60)


def test_a_killed_writer_leaves_what_was_before_and_stops_nobody(town):
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_write_and_wait, args=(town.uri, theirs))
    child.start()
    assert ours.recv_bytes() == b"writing"
    child.kill()
    child.join()
    assert town.count("pipe") == 20
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert town.count("pipe") == 19
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]
    assert beside(town.uri) == {"town.gpkg"}


def test_a_journal_of_a_killed_program_is_rolled_back_first(town):
    code = (
        "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN'); c.execute('DELETE FROM change_log');"
        "c.execute('CREATE TABLE junk AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 20000) SELECT i, hex(randomblob(50)) FROM n'); os._exit(1)"
    )
    elsewhere(town.uri, code)
    assert Path(town.uri + "-journal").exists()
    assert len(town.read("pipe")) == 20
    assert not Path(town.uri + "-journal").exists()
    elsewhere(town.uri, code)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert rows(town.uri, "SELECT count(*) FROM sqlite_master WHERE name = 'junk'") == [(0,)]
    assert rows(town.uri, "SELECT count(*) > 20 FROM change_log") == [(1,)]
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]


def test_a_forked_process_has_locks_of_its_own(town):
    to_log(town.uri)
    dataset = ogr.Open(town.uri, 1)
    file_locks.keep(Path(town.uri))
    assert file_locks.open_files
    child = os.fork()
    if not child:
        os._exit(1 if file_locks.open_files else 0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert "locked" in elsewhere(town.uri, "c.execute('PRAGMA journal_mode = DELETE')")
    assert dataset.GetLayerByName("pipe").GetFeatureCount() == 20
    dataset = None


def test_a_batch_that_is_not_in_the_file_is_not_reported(town, monkeypatch):
    taken_away = locks.note_path(Path(town.uri)).with_name("other.gpkg")
    copy(Path(town.uri), taken_away)
    plain = connection.connect
    # Whoever opens the file after the write finds another one.
    monkeypatch.setattr(
        connection, "connect", lambda path, write=False: plain(path if write else taken_away, write=write)
    )
    with pytest.raises(StoreError, match=r"B0003 was not saved in town\.gpkg"), town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])


def test_the_note_is_gone_before_the_lock_is(town, monkeypatch):
    seen = []
    plain = connection.write_check.last_batch

    def looked(database):
        seen.append(locks.note_path(Path(town.uri)).exists())
        return plain(database)

    monkeypatch.setattr(connection.write_check, "last_batch", looked)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert seen == [False, False]


def test_rewriting_all_of_it_is_one_transaction_and_nobody_else_has_it(town):
    path = Path(town.uri)
    with connection.alone(path, action="compact", by="tester") as (database, lock):
        look(path)
        with lock.rewriting():
            database.execute("VACUUM")
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    earlier = path.with_name("earlier.gpkg")
    copy(path, earlier)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    with closing(sqlite3.connect(earlier)) as source:
        with connection.alone(path, action="restore", by="tester") as (database, lock), lock.rewriting():
            write_into(source, database, lock=lock)
        assert town.count("pipe") == 20
        assert mode_of(path) == "delete"
    code = "c.execute('SELECT * FROM pipe').fetchone(); print('open', flush=True); sys.stdin.read()"
    begin = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1])\n"
    child = subprocess.Popen(
        [sys.executable, "-c", begin + code, town.uri],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "open\n"
    with pytest.raises(LockedError, match=f"process {child.pid}"), connection.alone(path, action="x", by="y"):
        pass
    child.communicate()
