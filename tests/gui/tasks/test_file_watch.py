"""A window hears what others have written to its file, and nothing while a write is still under way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtTest import QSignalSpy
from support.edit_session import make_network

from waternet_plugin.gui.tasks.file_watch import FileWatch
from waternet_plugin.gui.tasks.lookout import Lookout
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A network of three pipes."""
    return Path(make_network(tmp_path / "town.gpkg"))


@pytest.fixture
def watch(qgis_app: Any, network: Path, until: Any) -> Iterator[FileWatch]:
    """What watches that network, and has looked at it."""
    parent = QObject()
    watch = FileWatch(Lookout(parent), parent)
    watch.begin(str(network))
    _look(watch, until)
    yield watch
    watch.stop()
    parent.deleteLater()


def _look(watch: FileWatch, until: Any) -> None:
    watch.look()
    until(lambda: not watch.is_looking and watch._seen is not None)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_write_is_heard_when_it_is_committed(
    network: Path, watch: FileWatch, until: Any, mode: str
) -> None:
    with closing(connection.connect(network, write=True)) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
        _look(watch, until)
        changed = QSignalSpy(watch.changed)
        # What has no room there goes into the file, or its log, before it is committed.
        database.execute("PRAGMA cache_size = 1")
        database.execute("BEGIN IMMEDIATE")
        stamps = set()
        for number in range(3):
            database.execute("CREATE TABLE IF NOT EXISTS own (text)")
            database.executemany("INSERT INTO own VALUES (?)", [("x" * 4000,)] * 50)
            database.execute("UPDATE pipe SET note = ?", (str(number),))
            _look(watch, until)
            assert watch._seen is not None
            stamps.add(watch._seen.stamp)
        if mode == "wal":
            assert len(stamps) == 3, "the log grows meanwhile"
        assert len(changed) == 0
        database.execute("COMMIT")
        _look(watch, until)
        assert len(changed) == 1


def test_taking_in_the_log_changes_nothing_that_is_shown(network: Path, watch: FileWatch, until: Any) -> None:
    changed = QSignalSpy(watch.changed)
    with closing(sqlite3.connect(network, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = wal")
        _look(watch, until)
        database.execute("CREATE TABLE own (text)")
        _look(watch, until)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _look(watch, until)
    assert len(changed) == 0


def test_a_batch_without_rows_is_heard(network: Path, watch: FileWatch, until: Any) -> None:
    changed = QSignalSpy(watch.changed)
    with open_network(network) as theirs, theirs.write("check"):
        pass
    _look(watch, until)
    assert len(changed) == 1
