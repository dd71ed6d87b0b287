"""The spatial index is packed by us and checked by SQLite; where either fails, plain SQL makes it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd
import pytest
from osgeo import ogr
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame, rows

from waternet_plugin.core.progress import SILENT
from waternet_plugin.store.geopackage.tables import rtree

COUNT = 5000
NAME = "rtree_pipe_geom"
Breaking = Callable[[Any, pytest.MonkeyPatch], None]


def _boxes(count: int) -> np.ndarray[Any, Any]:
    low = np.random.default_rng(1).uniform(0, 1000, (count, 2))
    return np.concatenate([low, low + 5.0], axis=1)


class _Defensive(sqlite3.Connection):
    """A connection that can refuse what SQLite refuses in its defensive mode."""

    refuses = False

    def _look_at(self, sql: str) -> None:
        found = re.match(rf'(INSERT INTO|DELETE FROM|UPDATE) "?({NAME}_\w+)', sql)
        if self.refuses and found:
            raise sqlite3.OperationalError(f"table {found[2]} may not be modified")

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        self._look_at(sql)
        return super().execute(sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        self._look_at(sql)
        return super().executemany(sql, *parameters)


def _refuse(database: _Defensive, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what writes the tables behind the index refused."""
    if hasattr(database, "setconfig"):  # Python 3.12: by SQLite itself
        database.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    database.refuses = True


def _spoil(_database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pack nodes whose boxes do not hold what is in them."""
    right = rtree.packed_nodes

    def wrong(*arguments: Any) -> tuple[list[bytes], np.ndarray[Any, Any]]:
        blobs, around = right(*arguments)
        around[:, 1] -= 3.0
        return blobs, around

    monkeypatch.setattr(rtree, "packed_nodes", wrong)


def _nothing(_database: object, _monkeypatch: object) -> None:
    """Let all be well."""


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """A database with an empty index."""
    with closing(sqlite3.connect(":memory:", isolation_level=None, factory=_Defensive)) as opened:
        opened.execute(f"CREATE VIRTUAL TABLE {NAME} USING rtree(id, minx, maxx, miny, maxy)")
        yield opened


def _found(database: sqlite3.Connection, box: tuple[float, ...]) -> list[int]:
    sql = f"SELECT id FROM {NAME} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ? ORDER BY id"
    return [row[0] for row in database.execute(sql, (box[0], box[2], box[1], box[3]))]


@pytest.mark.parametrize(
    ("breaking", "is_packed"),
    a_few_quick([(_nothing, True), (_refuse, False), (_spoil, False)], 2, is_tuple_one_value=False),
)
def test_rows_are_found_however_the_index_came_about(
    database: sqlite3.Connection, breaking: Breaking, is_packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes, box = _boxes(COUNT), (200.0, 300.0, 260.0, 380.0)
    rtree.fill(database, "pipe", np.arange(1, 101), boxes[:100], SILENT)
    breaking(database, monkeypatch)
    database.execute("BEGIN")
    rtree.fill(database, "pipe", np.arange(101, COUNT + 1), boxes[100:], SILENT)
    # Packed, 40 rows fill a node: 125 leaves, 4 above them, the root.
    nodes = database.execute(f"SELECT count(*) FROM {NAME}_node").fetchone()[0]
    assert (nodes == 130) is is_packed
    rtree.remove(database, "pipe", np.arange(1, 3001))
    database.execute("COMMIT")
    assert database.execute("SELECT rtreecheck(?)", (NAME,)).fetchone() == ("ok",)
    meets = (
        (boxes[:, 2] >= box[0]) & (boxes[:, 0] <= box[2]) & (boxes[:, 3] >= box[1]) & (boxes[:, 1] <= box[3])
    )
    assert _found(database, box) == [
        number for number in (np.flatnonzero(meets) + 1).tolist() if number > 3000
    ]
    assert database.execute(f"SELECT count(*) FROM {NAME}").fetchone() == (COUNT - 3000,)


@pytest.mark.slow
def test_a_batch_whose_index_is_refused_is_written_by_plain_sql(
    network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _spoil(None, monkeypatch)
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(COUNT))
    with network.write("repair") as batch:
        batch.delete("pipe", [f"P{number:05d}" for number in range(3000)])
    assert rows(network.uri, f"SELECT rtreecheck('{NAME}')") == [("ok",)]
    network.undo("B0003")
    assert rows(network.uri, f"SELECT rtreecheck('{NAME}')") == [("ok",)]
    assert rows(network.uri, f"SELECT count(*) FROM {NAME}") == [(COUNT,)]
    frame = pd.DataFrame(pipe_frame(COUNT).geometry.bounds)
    box = (400_100.0, 2_500_000.0, 400_200.0, 2_500_150.0)
    meets = (frame["maxx"] >= box[0]) & (frame["minx"] <= box[2]) & (frame["miny"] <= box[3])
    layer = (dataset := ogr.Open(network.uri)).GetLayerByName("pipe")
    layer.SetSpatialFilterRect(*box)
    assert layer.GetFeatureCount() == int(meets.sum()) > 0
    del layer, dataset
