"""Styles of layers are switched while no map is drawn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from qgis.core import (
    QgsApplication,
    QgsNullSymbolRenderer,
    QgsProject,
    QgsTask,
    QgsTaskManager,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRunnable, QThreadPool

from waternet_plugin.bridge.layers import current_style, pool_threads
from waternet_plugin.bridge.layers.current_style import set_renderer, switch_style


class Drawing(QRunnable):
    """A thread that draws, and goes on for a moment after it is told to stop."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.canvas, self.row_is_drawn = canvas, threading.Event()
        self.has_begun, self.is_over = threading.Event(), threading.Event()

    def run(self) -> None:
        self.has_begun.set()
        self.canvas.stopped.wait(10)
        self.row_is_drawn.wait(10)
        self.is_over.set()


class Canvas:
    """A map that is being drawn, or not."""

    def __init__(self, *, is_drawing: bool) -> None:
        self.is_drawing = is_drawing
        self.calls: list[str] = []
        self.stopped = threading.Event()

    def isDrawing(self) -> bool:  # noqa: N802 (QGIS's name)
        return self.is_drawing

    def stopRendering(self) -> None:  # noqa: N802 (QGIS's name)
        self.calls.append("stopped")
        self.stopped.set()

    def refresh(self) -> None:
        self.calls.append("begun anew")


@pytest.fixture
def canvases(monkeypatch: pytest.MonkeyPatch) -> list[Canvas]:
    made = [Canvas(is_drawing=True), Canvas(is_drawing=False)]
    monkeypatch.setattr("qgis.utils.iface", SimpleNamespace(mapCanvases=lambda: made))
    return made


@pytest.fixture
def layer(qgis_app: object) -> Iterator[QgsVectorLayer]:
    made = QgsVectorLayer("Point?crs=EPSG:4547&field=name:string", "points", "memory")
    made.styleManager().addStyleFromLayer("other")
    QgsProject.instance().addMapLayer(made)
    yield made
    QgsProject.instance().removeMapLayer(made.id())


def test_a_map_that_is_drawn_begins_anew_with_another_style(
    layer: QgsVectorLayer, canvases: list[Canvas]
) -> None:
    switch_style(layer, "other")
    assert layer.styleManager().currentStyle() == "other"
    # The surroundings are drawn in advance where the map itself is there.
    assert [canvas.calls for canvas in canvases] == [["stopped", "begun anew"], ["stopped"]]
    switch_style(layer, "other")
    assert [canvas.calls for canvas in canvases] == [["stopped", "begun anew"], ["stopped"]]


def test_a_map_is_drawn_on_where_a_layer_is_not_on_it(canvases: list[Canvas], layer: QgsVectorLayer) -> None:
    set_renderer(layer.clone(), QgsNullSymbolRenderer())
    assert [canvas.calls for canvas in canvases] == [[], []]


def test_a_style_goes_when_the_threads_that_draw_with_it_are_through(
    layer: QgsVectorLayer, canvases: list[Canvas]
) -> None:
    drawing = Drawing(canvases[0])
    QThreadPool.globalInstance().start(drawing)
    assert drawing.has_begun.wait(10)
    threading.Timer(0.1, drawing.row_is_drawn.set).start()
    set_renderer(layer, QgsNullSymbolRenderer())
    assert drawing.is_over.is_set()
    assert QThreadPool.globalInstance().waitForDone(10_000)


def test_a_task_that_waits_for_a_thread_is_not_taken_for_one_that_draws(
    layer: QgsVectorLayer, canvases: list[Canvas]
) -> None:
    pool, drawing = QThreadPool.globalInstance(), Drawing(canvases[0])
    most = pool.maxThreadCount()
    pool.setMaxThreadCount(1)
    try:
        pool.start(drawing)
        assert drawing.has_begun.wait(10)
        waiting = QgsTask.fromFunction("waiting", lambda _task: None)
        QgsApplication.taskManager().addTask(waiting)
        threading.Timer(0.1, drawing.row_is_drawn.set).start()
        switch_style(layer, "other")
        assert drawing.is_over.is_set()
    finally:
        pool.setMaxThreadCount(most)
    assert pool.waitForDone(10_000)


def test_work_of_ours_is_not_waited_for(
    layer: QgsVectorLayer, canvases: list[Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, end, is_over = threading.Event(), threading.Event(), threading.Event()

    class Working(QRunnable):
        def run(self) -> None:
            with pool_threads.working():
                begun.set()
                end.wait(10)
            is_over.set()

    work = Working()
    work.setAutoDelete(False)
    QThreadPool.globalInstance().start(work)
    assert begun.wait(10) and pool_threads.working_threads() == 1
    monkeypatch.setattr(current_style, "_PATIENCE_S", 60.0)
    switch_style(layer, "other")
    # Newer versions have a pool for tasks, so that whatever is in this one draws.
    assert not is_over.is_set() or hasattr(QgsTaskManager, "threadPool")
    end.set()
    assert QThreadPool.globalInstance().waitForDone(10_000)
    assert pool_threads.working_threads() == 0


def test_whoever_draws_on_regardless_is_not_waited_for_for_ever(
    layer: QgsVectorLayer, canvases: list[Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waternet_plugin.bridge.layers.current_style._PATIENCE_S", 0.05)
    drawing = Drawing(canvases[0])
    QThreadPool.globalInstance().start(drawing)
    assert drawing.has_begun.wait(10)
    switch_style(layer, "other")
    # Nor is it waited for again.
    monkeypatch.setattr("waternet_plugin.bridge.layers.current_style._PATIENCE_S", 60.0)
    set_renderer(layer, QgsNullSymbolRenderer())
    assert not drawing.is_over.is_set()
    drawing.row_is_drawn.set()
    assert layer.styleManager().currentStyle() == "other"
    assert QThreadPool.globalInstance().waitForDone(10_000)


def test_without_a_window_a_style_is_switched_too(
    layer: QgsVectorLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qgis.utils.iface", None)
    switch_style(layer, "other")
    assert layer.styleManager().currentStyle() == "other"


@pytest.mark.parametrize(
    ("folders", "call", "may"),
    [
        (
            ("waternet_plugin", "processing"),
            ".setCurrentStyle(",
            {"waternet_plugin/bridge/layers/current_style.py"},
        ),
        (
            ("waternet_plugin/bridge/project",),
            ".setRenderer(",
            # They make layers, which are on no map yet.
            {
                "waternet_plugin/bridge/project/layer_tree.py",
                "waternet_plugin/bridge/project/field_project.py",
            },
        ),
    ],
)
def test_nobody_else_switches_styles(folders: tuple[str, ...], call: str, may: set[str]) -> None:
    root = Path(__file__).resolve().parents[2]
    found = {
        file.relative_to(root).as_posix()
        for folder in folders
        for file in (root / folder).rglob("*.py")
        if call in file.read_text(encoding="utf-8")
    }
    assert found == may
