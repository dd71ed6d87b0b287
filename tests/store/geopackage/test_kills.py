"""Killed at any instant, the file holds all of a write or nothing of it."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.store_helpers import CRS, pipe_frame, rows

from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.geopackage.tables import triggers

pytestmark = [
    pytest.mark.kill,
    pytest.mark.always,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

# `make kills` tries more.
KILLS = int(os.environ.get("WRITE_KILLS", "4"))
BEFORE = 300
COUNT = 20_000
ADOPTED = pipe_frame(COUNT, start=1000)


def adopt(path: Path) -> None:
    with open_network(path).write("adopt") as batch:
        batch.insert("pipe", ADOPTED)


def undo(path: Path) -> None:
    open_network(path).undo()


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[Callable[[Path], None], Path]:
    """Networks before each write."""
    folder = tmp_path_factory.mktemp("base")
    small, large = folder / "small.gpkg", folder / "large.gpkg"
    with create_network(small, CRS).write("adopt") as batch:
        batch.insert("pipe", pipe_frame(BEFORE))
    shutil.copy(small, large)
    adopt(large)
    return {adopt: small, undo: large}


def _child(write: Callable[[Path], None], path: Path, begin: Any) -> None:
    begin.send_bytes(b"begin")
    write(path)
    begin.send_bytes(b"end")
    os._exit(0)


def _start(write: Callable[[Path], None], path: Path) -> tuple[Any, Any]:
    """Fork a child that writes at once and return it with the pipe it tells its beginning through."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(write, path, theirs))
    child.start()
    theirs.close()
    assert ours.recv_bytes() == b"begin"
    return child, ours


def _duration(write: Callable[[Path], None], path: Path) -> float:
    child, pipe = _start(write, path)
    begin = time.perf_counter()
    assert pipe.recv_bytes() == b"end"
    seconds = time.perf_counter() - begin
    child.join()
    return seconds


def _state(path: Path) -> int:
    """Return how many pipes a network has, after checking that everything in it agrees with that."""
    network = open_network(path)
    assert network.repairs == ()
    count = network.count("pipe")
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT rtreecheck('rtree_pipe_geom')") == [("ok",)]
    assert rows(path, "SELECT count(*) FROM rtree_pipe_geom") == [(count,)]
    assert rows(path, "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'pipe'") == [(count,)]
    logged = dict(
        rows(path, "SELECT action, count(*) FROM change_log WHERE \"table\" = 'pipe' GROUP BY action")
    )
    assert logged["insert"] - logged.get("delete", 0) == count
    assert rows(path, "SELECT total(CASE kind WHEN 'undo' THEN -rows ELSE rows END) FROM batch") == [
        (float(count),)
    ]
    assert rows(path, "SELECT count(*) FROM wn_session") == [(0,)]
    found = rows(
        path, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'wn\\_%' ESCAPE '\\'"
    )
    assert found == [(len(triggers.expected()),)]
    return count


@pytest.mark.parametrize("write", [adopt, undo], ids=["adopt", "undo"])
def test_all_or_nothing(bases, tmp_path, write):
    path = Path(shutil.copy(bases[write], tmp_path / "whole.gpkg"))
    seconds = _duration(write, path)
    before, after = (BEFORE, BEFORE + COUNT) if write is adopt else (BEFORE + COUNT, BEFORE)
    assert _state(path) == after
    chance = random.Random(20260101)
    found = []
    for number in range(KILLS):
        # A name of its own: a journal left beside a file belongs to that file only.
        path.unlink()
        path = Path(shutil.copy(bases[write], tmp_path / f"kill{number}.gpkg"))
        child, pipe = _start(write, path)
        # Instants spread over the write, and a little beyond its end; the first at once.
        time.sleep(seconds * 1.05 * (number + chance.random()) / KILLS if number else 0.0)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        pipe.close()
        found.append(_state(path))
    assert set(found) <= {before, after}
    # Enough of them struck while the write was under way, however fast this machine is.
    assert found.count(before) >= max(1, KILLS // 5)
    # The note of the killed writer and its half-done work stop nobody.
    with open_network(path).write("adopt") as batch:
        batch.insert("pipe", pipe_frame(1, start=99_999))
    assert {one.name for one in tmp_path.glob(path.name + "*")} == {path.name}
