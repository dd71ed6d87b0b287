"""Killed at any instant, the file holds all of a Save or nothing of it; `make kills` tries it more often."""

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
import shapely
from support.store_helpers import CRS, ORIGIN, pipe_frame, rows

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.store import create_network, open_network

pytestmark = [
    pytest.mark.kill,
    pytest.mark.always,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

KILLS = int(os.environ.get("SAVE_KILLS", "3"))
BEFORE, MADE, GONE, CHANGED = 500, 1_000, 100, 300
# The one that is put, and the junction that settling adds where all the new pipes end.
NODES = 2
SAVED = GONE + CHANGED + MADE + NODES
# Not on a pipe that goes: a pipe that is drawn again in its place goes on.
LINE = shapely.LineString([ORIGIN, (ORIGIN[0] + 5, ORIGIN[1] + 30)])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("base") / "base.gpkg"
    with create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(BEFORE))
    return path


def save(path: Path) -> None:
    """Delete, change and make rows in two tables."""
    with open_network(path) as network:
        before = network.rows("pipe", range(1, GONE + CHANGED + 1))
        edits = [RowEdit("pipe", fid, before[fid], None) for fid in range(1, GONE + 1)]
        for fid in range(GONE + 1, GONE + CHANGED + 1):
            edits.append(RowEdit("pipe", fid, before[fid], {**before[fid], "street": "New"}))
        for number in range(MADE):
            made = {"pipe_id": f"Q{number}", "system": "potable", "status": "in_use", "geom": LINE}
            edits.append(RowEdit("pipe", -1 - number, None, made))
        node = {"node_id": "N1", "kind": "junction", "status": "in_use", "geom": shapely.Point(ORIGIN)}
        edits.append(RowEdit("node", -1, None, node))
        save_edits(network, SaveRequest(tuple(edits), network.position()))


def _child(path: Path, begin: Any) -> None:
    begin.send_bytes(b"begin")
    save(path)
    begin.send_bytes(b"end")
    os._exit(0)


def _start(path: Path) -> tuple[Any, Any]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(path, theirs))
    child.start()
    theirs.close()
    assert ours.recv_bytes() == b"begin"
    return child, ours


def _is_saved(path: Path) -> bool:
    """Return whether the Save is in a file, after checking that all of it is or nothing."""
    with open_network(path) as network:
        assert network.repairs == ()
    batches = rows(path, "SELECT rows FROM batch WHERE kind = 'edit'")
    is_saved = batches == [(SAVED,)]
    assert is_saved or batches == []
    pipes, streets = BEFORE + (MADE - GONE) * is_saved, CHANGED * is_saved
    assert rows(path, "SELECT count(*), total(street = 'New') FROM pipe") == [(pipes, float(streets))]
    assert rows(path, "SELECT count(*) FROM node") == [(NODES * is_saved,)]
    logged = rows(path, "SELECT count(*) FROM change_log WHERE batch = (SELECT max(batch_id) FROM batch)")
    assert logged == [(SAVED if is_saved else BEFORE,)]
    assert rows(path, "SELECT count(*) FROM rtree_pipe_geom") == [(pipes,)]
    assert rows(path, "SELECT count(*) FROM wn_session") == [(0,)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    return is_saved


def test_a_killed_save_is_there_as_a_whole_or_not_at_all(base: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(base, tmp_path / "whole.gpkg"))
    child, pipe = _start(path)
    begin = time.perf_counter()
    assert pipe.recv_bytes() == b"end"
    seconds = time.perf_counter() - begin
    child.join()
    assert _is_saved(path)
    chance = random.Random(20261121)
    found = []
    for number in range(KILLS):
        path = Path(shutil.copy(base, tmp_path / f"kill{number}.gpkg"))
        child, pipe = _start(path)
        # The first at once: on a computer that other work left meanwhile all the others may come too late.
        time.sleep(seconds * 1.05 * (number + chance.random()) / KILLS if number else 0.0)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        pipe.close()
        found.append(_is_saved(path))
    assert found.count(False) >= max(1, KILLS // 5)
    # What was left half-done stops nobody, and the same Save passes.
    if not found[-1]:
        save(path)
    assert _is_saved(path)
