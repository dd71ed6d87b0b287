"""Edits that are not saved outlive the process that made them."""

from __future__ import annotations

import datetime
import math
import os
import signal
import subprocess
import sys

import pandas as pd
import pytest
from shapely import LineString

from waternet_plugin.core.editing.row_edits import RowEdit, is_same
from waternet_plugin.core.editing.row_json import row_of, row_text
from waternet_plugin.store.unsaved_edits import UnsavedEdits, left_edits, remove

TOWN = "城区/net work.gpkg"
PIPE = {"pipe_id": "P'1\"", "diameter_mm": math.nan, "geom": LineString([(0, 0, math.nan), (1, 0, 2.5)])}
MOVED = {**PIPE, "geom": LineString([(0, 0, math.nan), (2, 0, 2.5)])}
CHANGED = RowEdit("pipe", 7, PIPE, MOVED)

KILLED = """
import sys
from pathlib import Path
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.store.unsaved_edits import UnsavedEdits

edits = UnsavedEdits(Path(sys.argv[1]), sys.argv[2])
edits.note([RowEdit("pipe", -number, None, {"pipe_id": f"P{number}"}) for number in range(1, 4)])
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_row_comes_back_as_it_was():
    row = {
        **PIPE,
        "note": "中文",
        "lined_year": 1998.0,
        "laid_on": datetime.date(1998, 5, 1),
        "edited_on": pd.Timestamp("2026-01-02T03:04:05.678Z"),
        "flag": True,
    }
    found = row_of(row_text(row))
    assert list(found) == list(row) and all(is_same(found[name], row[name]) for name in row)
    assert found["diameter_mm"] is None and row_of(row_text(None)) is None


@pytest.mark.parametrize("text", ["[1]", "{", '{"geom": {"wkb": "00"}}', '{"day": {"else": 1}}'])
def test_what_is_no_row_is_said(text):
    with pytest.raises(ValueError):  # noqa: PT011
        row_of(text)


def test_edits_of_a_run_that_goes_on_are_not_left(tmp_path):
    edits = UnsavedEdits(tmp_path, TOWN)
    edits.note([CHANGED])
    assert left_edits(tmp_path, TOWN) == ()
    edits.close()
    (left,) = left_edits(tmp_path, TOWN)
    assert left.edits[0].asset == "P'1\"" and left.edits[0].changed_fields == ("geom",)
    assert left_edits(tmp_path, "another.gpkg") == ()
    remove(left.path)
    assert list(tmp_path.iterdir()) == []


def test_the_last_state_counts_and_an_undone_edit_is_none(tmp_path):
    edits = UnsavedEdits(tmp_path, TOWN)
    edits.note([CHANGED, RowEdit("node", -1, None, {"node_id": "J1"})])
    edits.note([RowEdit("pipe", 7, PIPE, None)], unedited=[("node", -1)])
    edits.close()
    (left,) = left_edits(tmp_path, TOWN)
    assert [(one.table, one.key, one.is_deleted) for one in left.edits] == [("pipe", 7, True)]


def test_nothing_stays_after_saving(tmp_path):
    edits = UnsavedEdits(tmp_path, TOWN)
    edits.note([CHANGED])
    edits.forget()
    edits.close()
    assert list(tmp_path.iterdir()) == [] and left_edits(tmp_path, TOWN) == ()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_edits_of_a_killed_process_are_left(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), TOWN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"ready\n"
    assert left_edits(tmp_path, TOWN) == ()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    (left,) = left_edits(tmp_path, TOWN)
    assert [one.now["pipe_id"] for one in left.edits] == ["P3", "P2", "P1"]


def test_a_damaged_file_stops_nobody(tmp_path):
    edits = UnsavedEdits(tmp_path, TOWN)
    edits.close()
    edits = UnsavedEdits(tmp_path, TOWN)
    edits.note([CHANGED])
    edits.close()
    (path,) = tmp_path.glob("*.edits")
    path.write_bytes(b"no database" * 1000)
    assert left_edits(tmp_path, TOWN) == () and path.exists()
