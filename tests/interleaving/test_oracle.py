"""The judge of the two processes finds what was lost."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.quality_frames import CRS, pipe_frame

from waternet_plugin import store
from waternet_plugin.store.user import default_user

sys.path.insert(0, str(Path(__file__).parent))

from oracle import Seen, judge

X, Y = 500_000.0, 2_500_000.0


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A network with two pipes."""
    with store.create_network(tmp_path / "two.gpkg", CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame([{"line": [(X, Y + n), (X + 9, Y + n)]} for n in range(2)]))
    return str(tmp_path / "two.gpkg")


def _write(path: str, **values: Any) -> str:
    with store.open_network(path) as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": "P1", **values}]))
    return batch.batch_id


def _newest(path: str) -> int:
    with sqlite3.connect(path) as database:
        return int(database.execute("SELECT max(seq) FROM change_log").fetchone()[0])


def test_a_value_that_was_overwritten_unseen_is_found(path: str) -> None:
    read = _newest(path)
    first = _write(path, note="theirs")
    seen = _newest(path)
    second = _write(path, note="mine")
    known = {"B0001", "B0002"}
    assert judge(path, {first: read, second: seen}, known).lost == []
    (lost,) = judge(path, {first: read, second: read}, known).lost
    assert "pipe P1 note" in lost and first in lost and second in lost


def test_another_field_of_the_row_is_not_lost(path: str) -> None:
    read = _newest(path)
    first = _write(path, note="theirs")
    second = _write(path, diameter_mm=300.0)
    assert judge(path, {first: read, second: read}, {"B0001", "B0002"}).lost == []


def test_batches_without_a_report_and_reports_without_a_batch_are_found(path: str) -> None:
    made = _write(path, note="x")
    verdict = judge(path, {"B0009": 0}, {"B0001", "B0002"})
    assert sorted(verdict.wrong) == [
        f"{made} (edit, {default_user()}) is there and nobody reported it",
        "B0009 reported success and is not there",
    ]


@pytest.mark.slow
def test_a_value_that_the_log_does_not_know_is_found(path: str) -> None:
    made = _write(path, note="x")
    with sqlite3.connect(path) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE pipe SET note = 'behind its back' WHERE pipe_id = 'P1'")
    (wrong,) = judge(path, {made: _newest(path)}, {"B0001", "B0002"}).wrong
    assert "pipe P1 note" in wrong


def test_a_save_over_a_value_that_nobody_saw_is_found(path: str) -> None:
    first = _write(path, note="theirs")
    second = _write(path, note="mine")
    basis = {first: _newest(path), second: _newest(path)}
    known = {"B0001", "B0002"}
    seen = {second: Seen({("pipe", "P1", "note"): [None, "theirs"]})}
    assert judge(path, basis, known, seen).lost == []
    (lost,) = judge(path, basis, known, {second: Seen({("pipe", "P1", "note"): [None]})}).lost
    assert "theirs" in lost and second in lost


def test_a_row_that_a_save_brings_back_unasked_is_found(path: str) -> None:
    with store.open_network(path) as network:
        row = network.rows("pipe", [1])[1]
        with network.write("edit") as gone:
            gone.delete_rows("pipe", [1])
        with network.write("edit") as back:
            back.insert_rows("pipe", {-1: row})
    basis = dict.fromkeys((gone.batch_id, back.batch_id), _newest(path))
    known = {"B0001", "B0002"}
    asset = ("pipe", str(row["pipe_id"]))
    assert judge(path, basis, known, {back.batch_id: Seen(restored=[asset])}).wrong == []
    (wrong,) = judge(path, basis, known, {back.batch_id: Seen()}).wrong
    assert "back from the dead" in wrong


@pytest.mark.slow
def test_a_row_that_came_back_by_a_word_may_be_deleted_by_who_saw_its_line(path: str) -> None:
    with store.open_network(path) as network:
        row = network.rows("pipe", [1])[1]
        line = network.read("pipe").set_geometry("geom").geometry.iloc[0].wkb.hex()
        asset = str(row["pipe_id"])
        with network.write("edit") as moved:
            batch_line = network.read("pipe").iloc[:1]
            batch_line = batch_line.assign(geom=batch_line.geometry.translate(1.0))
            moved.update("pipe", batch_line[["pipe_id", "geom"]])
        with network.write("edit") as gone:
            gone.delete_rows("pipe", [1])
        with network.write("edit") as back:
            back.insert_rows("pipe", {-1: row})
        with network.write("edit") as again:
            again.delete("pipe", [asset])
    basis = dict.fromkeys((one.batch_id for one in (moved, gone, back, again)), _newest(path))
    seen = {
        back.batch_id: Seen(restored=[("pipe", asset)]),
        again.batch_id: Seen({("pipe", asset, "geom"): [line]}),
    }
    verdict = judge(path, basis, {"B0001", "B0002"}, seen)
    assert (verdict.lost, verdict.wrong) == ([], [])
