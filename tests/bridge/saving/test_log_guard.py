"""What QGIS saves is in the file, also where another program closes it just when editing begins."""

from __future__ import annotations

import shutil
import time

import pytest
from pytest_qgis.utils import wait_until
from qgis.core import (
    Qgis,
    QgsFeature,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QSize, QTimer
from qgis.PyQt.QtTest import QTest
from support.edit_session import make_network
from support.store_helpers import edited_elsewhere, elsewhere, rows

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.saving import log_guard
from waternet_plugin.store.geopackage.sharing import file_locks

pytestmark = pytest.mark.skipif(not file_locks.AVAILABLE, reason="only Linux has these locks in Python")

# Without the guard one in three went without rows.
_DRAWINGS = 12


@pytest.fixture
def guard():
    """The guard of the open project; nobody draws."""
    QgsProject.instance().clear()
    made = log_guard.LogGuard(lambda: None)
    yield made
    made.remove()
    QgsProject.instance().clear()
    file_locks.release_idle()


def _settings(path) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{path}|layername=setting", "setting", "ogr")
    layer.setCustomProperty(LAYER_MARK, "setting")
    return layer


def _delete_log(path, code: str) -> None:
    """Drop the locks as a look at the file does, and let another program close it."""
    with path.open("rb"):
        pass
    elsewhere(path, f"c.execute({code!r}).fetchone(); c.close()")
    # With QGIS 3.44 the locks stay, whatever else in the process opens and closes the file.
    assert Qgis.QGIS_VERSION_INT >= 34400 or not path.with_name(path.name + "-wal").exists()


def _map_of(layers) -> QgsMapSettings:
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[0].crs())
    settings.setExtent(layers[0].extent())
    settings.setOutputSize(QSize(200, 200))
    return settings


@pytest.mark.slow
@pytest.mark.parametrize("code", ["SELECT count(*) FROM pipe", "PRAGMA journal_mode = DELETE"])
def test_a_log_that_is_deleted_as_editing_begins_is_made_anew(guard, path, code):
    layer = _settings(path)
    layer.beforeEditingStarted.connect(lambda: _delete_log(path, code))
    QgsProject.instance().addMapLayer(layer)
    assert layer.startEditing()
    there = "print(c.execute(\"SELECT count(*) FROM setting WHERE key = 'native'\").fetchone())"
    with edited_elsewhere(path):
        row = QgsFeature(layer.fields())
        row["key"], row["value"] = "native", "1"
        assert layer.addFeature(row)
        assert layer.commitChanges(), layer.commitErrors()
        assert elsewhere(path, there) == "(1,)"
    assert elsewhere(path, there) == "(1,)"
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_editing_does_not_begin_where_the_log_can_not_be_had(guard, path, monkeypatch):
    heard = []
    guard.lost.connect(heard.append)
    monkeypatch.setattr(file_locks, "keep", lambda path, patience_s=0: False)
    layer = _settings(path)
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    QCoreApplication.processEvents()
    assert heard == [layer]
    assert not layer.isEditable()


@pytest.mark.slow
def test_the_lock_is_there_as_soon_as_editing_begins(guard, path):
    layer = _settings(path)
    QgsProject.instance().addMapLayer(layer)
    assert layer.startEditing()
    assert "locked" in elsewhere(path, "c.execute('PRAGMA journal_mode = DELETE')")
    layer.rollBack()


def test_layers_of_other_files_are_left_alone(guard, path, tmp_path):
    layer = _settings(path)
    layer.removeCustomProperty(LAYER_MARK)
    QgsProject.instance().addMapLayer(layer)
    assert layer.startEditing()
    assert elsewhere(path, "print(c.execute('PRAGMA journal_mode').fetchone())") == "('wal',)"
    # Those of other tests of this process may have one.
    assert not any(file.is_locked for file in file_locks.open_files.values() if file.path == path)
    layer.rollBack()


@pytest.mark.slow
def test_a_layer_that_was_there_before_ours_is_watched_too(guard, path):
    stranger = QgsVectorLayer(f"{path}|layername=failure", "theirs", "ogr")
    QgsProject.instance().addMapLayer(stranger)
    QgsProject.instance().addMapLayer(_settings(path))
    assert stranger.startEditing()
    assert "locked" in elsewhere(path, "c.execute('PRAGMA journal_mode = DELETE')")
    stranger.rollBack()


def _row_counts(layers) -> list[int]:
    return [len(list(layer.getFeatures())) for layer in layers]


@pytest.mark.slow
def test_layers_without_rows_are_read_again_until_they_have_some(guard, path, monkeypatch):
    layer = _settings(path)
    pipes = QgsVectorLayer(f"{path}|layername=pipe", "pipe", "ogr")
    pipes.setCustomProperty(LAYER_MARK, "pipe")
    QgsProject.instance().addMapLayers([layer, pipes])
    answers = iter([False, False, False, True])
    dropped = []
    monkeypatch.setattr(log_guard, "_has_rows", lambda layer: next(answers))
    monkeypatch.setattr(log_guard, "_WAITS_MS", (1, 1, 1, 1))
    monkeypatch.setattr(log_guard, "_drop_connections", dropped.append)
    assert layer.startEditing()
    wait_until(lambda: len(dropped) == 5, timeout_milliseconds=8000)
    QTest.qWait(50)
    # At once, at the two times that are always, twice more until there were rows.
    assert dropped == [layer] * 5
    layer.rollBack()


def _looks(monkeypatch, seconds: float = 0.0) -> list[str]:
    """Return the names of the layers that are asked for rows, as they are asked; a look lasts so long."""
    looks = []
    has_rows = log_guard._has_rows

    def look(layer) -> bool:
        looks.append(layer.name())
        time.sleep(seconds)
        return has_rows(layer)

    monkeypatch.setattr(log_guard, "_has_rows", look)
    return looks


def _layers(path, *names: str) -> list[QgsVectorLayer]:
    layers = [QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in names]
    for layer in layers:
        layer.setCustomProperty(LAYER_MARK, layer.name())
    QgsProject.instance().addMapLayers(layers)
    return layers


@pytest.mark.parametrize("look_s", [0.0, 0.3])
def test_a_view_that_has_no_rows_is_read_anew_once(guard, path, monkeypatch, look_s):
    pipes, view = _layers(path, "pipe", "pipe_health")
    view.setSubsetString("1 = 0")
    looks = _looks(monkeypatch, look_s)
    assert pipes.startEditing()
    wait_until(lambda: looks.count("pipe") == 2, timeout_milliseconds=8000)
    # Not again at the second of the two times that are always.
    assert looks.count("pipe_health") == 1
    pipes.rollBack()
    assert pipes.startEditing()
    # Rows may have come since.
    assert wait_until(lambda: looks.count("pipe_health") == 2, timeout_milliseconds=8000)
    pipes.rollBack()


def test_one_layer_a_turn_is_asked_for_rows(guard, path, monkeypatch):
    pipes, _nodes, _zones = _layers(path, "pipe", "node", "zone")
    looks = _looks(monkeypatch)
    looks_by_turn = []
    clock = QTimer(interval=0, timeout=lambda: looks_by_turn.append(len(looks)))
    assert pipes.startEditing()
    clock.start()
    assert wait_until(lambda: len(looks) == 3, timeout_milliseconds=8000)
    clock.stop()
    looks_by_turn = [0, *looks_by_turn, 3]
    assert max(after - before for before, after in zip(looks_by_turn, looks_by_turn[1:])) == 1
    pipes.rollBack()


@pytest.mark.slow
def test_layers_that_do_not_show_are_not_read(guard, path, monkeypatch):
    pipes, nodes = _layers(path, "pipe", "node")
    QgsProject.instance().layerTreeRoot().findLayer(nodes.id()).setItemVisibilityChecked(False)
    looks = _looks(monkeypatch)
    assert pipes.startEditing()
    wait_until(lambda: looks.count("pipe") == 2, timeout_milliseconds=8000)
    assert "node" not in looks
    pipes.rollBack()


@pytest.mark.slow
def test_the_last_of_the_tries_reads_anew_too(guard, path, monkeypatch):
    layer = _settings(path)
    QgsProject.instance().addMapLayer(layer)
    answers = iter([False] * log_guard._TRIES + [True])
    dropped = []
    monkeypatch.setattr(file_locks, "keep", lambda path, patience_s=0: next(answers))
    monkeypatch.setattr(log_guard, "_drop_connections", dropped.append)
    assert layer.startEditing()
    assert dropped == [layer]
    assert layer.isEditable()
    layer.rollBack()


@pytest.mark.slow
def test_layers_that_are_drawn_as_editing_begins_find_their_rows(tmp_path, guard):
    base = make_network(tmp_path / "base.gpkg")
    for number in range(_DRAWINGS):
        path = shutil.copy(base, tmp_path / f"town {number}.gpkg")
        layers = [QgsVectorLayer(f"{path}|layername={table}", table, "ogr") for table in ("pipe", "node")]
        for layer in layers:
            layer.setCustomProperty(LAYER_MARK, layer.name())
        QgsProject.instance().addMapLayers(layers)
        job = QgsMapRendererParallelJob(_map_of(layers))
        job.start()
        # Somewhere while connections are opened.
        time.sleep(0.001 * number)
        assert layers[0].startEditing()
        job.waitForFinished()
        # A busy computer needs some seconds.
        waited = wait_until(lambda: _row_counts(layers) == [3, 1], timeout_milliseconds=8000)  # noqa: B023
        assert waited, (number, _row_counts(layers))
        layers[0].rollBack()
        QgsProject.instance().clear()
