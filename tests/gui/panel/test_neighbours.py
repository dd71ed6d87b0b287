"""The dock says which other programs have the network open, and keeps the file safe meanwhile."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from waternet_plugin.gui.session import neighbours
from waternet_plugin.store import create_network
from waternet_plugin.store.geopackage.sharing import file_locks


def _watch(path: Path) -> neighbours.Neighbours:
    """Return a watch over a network."""
    watch = neighbours.Neighbours(None, look_s=0.1)
    watch.follow(str(path))
    return watch


@pytest.fixture
def path(tmp_path):
    """A network."""
    create_network(tmp_path / "town.gpkg", "EPSG:4547")
    return tmp_path / "town.gpkg"


def _until(is_true: Callable[[], bool]) -> None:
    """Let events pass until something is so."""
    end = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < end
        QCoreApplication.processEvents()
        time.sleep(0.01)


def test_another_program_is_named_while_it_has_the_file(path, monkeypatch):
    code = "import sys; f = open(sys.argv[1], 'rb'); print('open', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "open\n"
    watch = _watch(path)
    try:
        _until(lambda: any(f"process {child.pid}" in one for one in watch.programs))
        child.communicate()
        _until(lambda: watch.programs == ())
    finally:
        watch.close()


@pytest.mark.slow
@pytest.mark.skipif(not file_locks.AVAILABLE, reason="only Linux has these locks in Python")
def test_nobody_throws_the_log_of_an_edit_away(path, monkeypatch):
    layer = QgsVectorLayer(f"{path}|layername=pipe", "pipe", "ogr")
    QgsProject.instance().addMapLayer(layer)
    # QGIS edits in write-ahead mode.
    assert layer.startEditing()
    watch = _watch(path)
    try:
        _until(lambda: any(file.is_locked for file in file_locks.open_files.values()))
        elsewhere = (
            "import sqlite3, sys;"
            " sqlite3.connect(sys.argv[1], timeout=0).execute('PRAGMA journal_mode = DELETE')"
        )
        done = subprocess.run([sys.executable, "-c", elsewhere, str(path)], capture_output=True, check=False)
        assert b"locked" in done.stderr
    finally:
        layer.rollBack()
        QgsProject.instance().clear()
        watch.close()
