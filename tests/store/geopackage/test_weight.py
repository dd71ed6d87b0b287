"""What a network weighs is told, and what it does not need is given back without losing anything."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from osgeo import ogr
from support.store_helpers import CRS, content, pipe_frame, rows

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.geopackage.tables import journal, kept_triggers, triggers
from waternet_plugin.store.network import Weight

COUNT = 5000


@pytest.fixture
def undone(network):
    """A network whose adoption was taken back, but for one pipe."""
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(COUNT))
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00007"], "street": ["mine"]}))
    network.undo("B0002", skip_changed=True)
    return network


def log_pages(path) -> int:
    """Return the bytes that SQLite itself counts for the change log and its indexes."""
    names = "SELECT name FROM sqlite_master WHERE tbl_name = 'change_log' AND type IN ('table', 'index')"
    return int(rows(path, f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({names})")[0][0])


@pytest.mark.slow
def test_the_weight_tells_what_is_there(undone):
    undone.backup()
    found = undone.weight()
    path = Path(undone.uri)
    assert isinstance(found, Weight)
    assert found.file_bytes == path.stat().st_size
    assert found.rows["pipe"] == 1
    assert found.log_rows == found.rows["change_log"] == rows(path, "SELECT count(*) FROM change_log")[0][0]
    (copy,) = (path.parent / "backups").iterdir()
    assert (found.backups, found.backup_bytes) == (1, copy.stat().st_size)
    pages, size = rows(path, "PRAGMA freelist_count")[0][0], rows(path, "PRAGMA page_size")[0][0]
    assert found.free_bytes == pages * size > 0


def test_the_log_is_weighed_about_as_sqlite_does(undone):
    assert undone.weight().log_bytes == pytest.approx(log_pages(undone.uri), rel=0.2)


@pytest.mark.slow
def test_an_adoption_adds_less_than_half_of_what_whole_rows_would(tmp_path, monkeypatch):
    def logged(name: str) -> int:
        network = create_network(tmp_path / name, CRS)
        empty = log_pages(network.uri)
        with network.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(COUNT, note="as the file had it"))
        return log_pages(network.uri) - empty

    short = logged("short.gpkg")
    monkeypatch.setattr(journal, "hash_sql", lambda row: row)
    assert short < 0.5 * logged("whole.gpkg")


@pytest.mark.slow
def test_compacting_keeps_everything_but_the_free_pages(undone):
    path = Path(undone.uri)
    before = sorted(content(path))
    free = undone.weight().free_bytes
    done = undone.compact()
    assert done.after == path.stat().st_size
    assert done.before - done.after >= free > 0
    assert undone.weight().free_bytes == 0
    assert sorted(content(path)) == before
    assert open_network(path).repairs == ()
    database = sqlite3.connect(path)
    assert database.execute("SELECT rtreecheck('rtree_pipe_geom')").fetchone() == ("ok",)
    assert kept_triggers.found(database) == triggers.expected()
    database.close()
    dataset = ogr.Open(str(path))
    assert dataset.GetLayerByName("pipe").GetFeatureCount() == 1
    dataset = None
    # What was undone can still be done again.
    undone.undo("B0004")
    assert undone.count("pipe") == COUNT


@pytest.mark.slow
def test_a_network_that_another_program_has_open_is_not_compacted(undone):
    before = Path(undone.uri).read_bytes()
    code = (
        f"import sqlite3, sys; c = sqlite3.connect({undone.uri!r});"
        "c.execute('SELECT count(*) FROM pipe').fetchall(); print('open', flush=True); sys.stdin.read()"
    )
    reader = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert reader.stdout.readline() == b"open\n"
    try:
        with pytest.raises(LockedError, match="Close it there"):
            undone.compact()
    finally:
        reader.communicate()
    assert Path(undone.uri).read_bytes() == before


@pytest.mark.slow
def test_a_damaged_network_is_not_compacted(undone):
    path = Path(undone.uri)
    (page,) = rows(path, "SELECT rootpage FROM sqlite_master WHERE name = 'wn_change_log_by_batch'")[0]
    size = rows(path, "PRAGMA page_size")[0][0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size + 100)
        file.write(bytes(size - 100))
    before = path.read_bytes()
    with pytest.raises(StoreError, match="damaged"):
        undone.compact()
    assert path.read_bytes() == before


_COMPACT = """
import sqlite3, sys
sys.path.insert(0, sys.argv[2])
from waternet_plugin.store import open_network
network = open_network(sys.argv[1])
print("begin", flush=True)
network.compact()
print("end", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_while_compacting_the_network_is_whole(undone, plugin_dir, tmp_path):
    base, victim = Path(undone.uri), tmp_path / "victim.gpkg"
    wanted = sorted(content(base))

    def run(after_s: float | None) -> tuple[float, bool]:
        shutil.copy(base, victim)
        command = [sys.executable, "-c", _COMPACT, str(victim), str(plugin_dir.parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout.readline() == "begin\n"
            begun = time.perf_counter()
            if after_s is not None:
                time.sleep(after_s)
                child.kill()
            ended = child.stdout.readline() == "end\n"
            return time.perf_counter() - begun, ended

    duration, ended = run(None)
    assert ended
    chance = random.Random(20261120)
    killed = 0
    for _attempt in range(12):
        _seconds, ended = run(chance.uniform(0, duration))
        killed += not ended
        assert open_network(victim).repairs == ()
        assert sorted(content(victim)) == wanted
        with closing(sqlite3.connect(victim)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert killed
