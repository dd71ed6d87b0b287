"""Drains whose lines are turned round, flow and levels with them, look on the map as they did."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage
from support.turned_drains import with_flow, with_lines_turned

from waternet_plugin import store
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.schema.use import systems

pytestmark = pytest.mark.slow

WIDE_PX, HIGH_PX, DPI = 900, 600, 96
# From all drains of the middle to the marks and labels of each.
SCALES = (8000, 1500, 600)
# Steps of a channel of 255: an edge lies a fraction of a pixel elsewhere where it is painted from its end.
FAINT = 64
# A dash or a corner of an arrow here and there, of all that is drawn.
MOST_UNLIKE = 0.002


@pytest.fixture(scope="module")
def pictures(
    sample_town: Path, tmp_path_factory: pytest.TempPathFactory, qgis_app: Any
) -> Iterator[dict[str, list[np.ndarray]]]:
    """The drains as they are, with half of the lines turned, and with their flow left as it was said."""
    path = tmp_path_factory.mktemp("turned") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(path) as network:
        pipes = with_flow(network.read("pipe"))
        rows = np.random.default_rng(5).random(len(pipes)) < 0.5
        turned = with_lines_turned(pipes, rows)
        drains = pipes["system"].isin(systems("drain")).to_numpy()
        _write(network, pipes[drains])
    project = QgsProject()
    assert project.read(str(build_project(path, language="en").path))
    centre = _densest(shapely.get_coordinates(shapely.centroid(pipes.geometry.to_numpy()[drains])))
    found = {"before": _drawn(project, centre)}
    for name, frame in (("turned", turned), ("flow left", turned.assign(flow=pipes["flow"].to_numpy()))):
        with store.open_network(path) as network:
            _write(network, frame[drains])
        found[name] = _drawn(project, centre)
    yield found
    project.clear()


def _densest(xy: np.ndarray) -> tuple[float, float]:
    """Return the middle of the square of 200 m in which most drains lie."""
    squares, count = np.unique(np.floor(xy / 200.0), axis=0, return_counts=True)
    x, y = 200.0 * squares[count.argmax()] + 100.0
    return float(x), float(y)


def _write(network: Any, drains: Any) -> None:
    pairs = ["from_node", "to_node", "invert_start_m", "invert_end_m", "depth_start_m", "depth_end_m"]
    with network.write("edit") as batch:
        batch.update("pipe", drains[["pipe_id", *pairs, "flow", "geom"]])


def _drawn(project: QgsProject, centre: tuple[float, float]) -> list[np.ndarray]:
    layer = layer_of(project, "pipe")
    layer.reload()
    # Which of the places along a line a label takes is the engine's choice among equals.
    layer.setLabelsEnabled(False)
    return [_picture(layer, centre, scale) for scale in SCALES]


def _picture(layer: Any, centre: tuple[float, float], scale: float) -> np.ndarray:
    half_m = 0.5 * scale * 0.0254 / DPI
    x, y = centre
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(WIDE_PX, HIGH_PX))
    settings.setOutputDpi(DPI)
    wide, high = WIDE_PX * half_m, HIGH_PX * half_m
    settings.setExtent(QgsRectangle(x - wide, y - high, x + wide, y + high))
    # Which pipes are long enough for an arrow depends on the scale.
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage().convertToFormat(QImage.Format.Format_RGB888)
    memory = image.constBits().asarray(image.sizeInBytes())
    lines = np.array(memory, dtype=np.uint8).reshape(HIGH_PX, image.bytesPerLine())
    return lines[:, : 3 * WIDE_PX].reshape(HIGH_PX, WIDE_PX, 3)


def _unlike(one: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Return how many pixels differ by more than an edge does, and how many are drawn at all."""
    far = np.abs(one.astype(int) - other.astype(int)).max(axis=2) > FAINT
    return int(far.sum()), int((one.min(axis=2) < 255 - FAINT).sum())


@pytest.mark.parametrize("place", range(len(SCALES)), ids=[f"1:{scale}" for scale in SCALES])
def test_the_map_looks_the_same(pictures: dict[str, list[np.ndarray]], place: int) -> None:
    if folder := os.environ.get("WATERNET_PICTURES"):
        for name, drawn in pictures.items():
            data = np.ascontiguousarray(drawn[place])
            image = QImage(data.tobytes(), WIDE_PX, HIGH_PX, 3 * WIDE_PX, QImage.Format.Format_RGB888)
            image.save(str(Path(folder) / f"turned_{place}_{name.replace(' ', '_')}.png"))
    unlike, inked = _unlike(pictures["before"][place], pictures["turned"][place])
    assert inked > 10_000 and unlike <= MOST_UNLIKE * inked
    # The arrows would be seen to have changed.
    wrong, _inked = _unlike(pictures["before"][place], pictures["flow left"][place])
    assert (wrong > 5 * MOST_UNLIKE * inked) == (SCALES[place] <= look.scale("patterns"))
