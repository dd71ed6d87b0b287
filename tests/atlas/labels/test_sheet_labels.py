"""Labels of a sheet as QGIS draws them: each where it was placed, in the colour of its pipe."""

import math
import threading
from dataclasses import replace

import numpy as np
import pytest
import shapely
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

from waternet_plugin import store
from waternet_plugin.atlas.labels import sheet_labels
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.labels.sheet_labels import SheetLabels
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.project.project_basis import project_basis_at
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.printing.labels.account import PLACED, account_of

WEST, SOUTH = 501_165.0, 2_513_000.0
BOUNDS = (WEST, SOUTH, WEST + 315.0, SOUTH + 250.0)
ALL = {"P1", "P2", "P3", "P4"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def content(town_path):
    """The town's map in English at 1:1000."""
    families = page_fonts.page_families("en")
    made = map_content(
        project_basis_at(town_path),
        theme="system",
        palette="print",
        language="en",
        scale=1000,
        families=families,
    )
    yield made
    made.project.clear()


@pytest.fixture(scope="module")
def labels(content, town_path):
    """The labels of its sheets."""
    with store.open_network(town_path) as network:
        settings = network.settings()
    return SheetLabels(content, Look("print", "en"), page_fonts.page_families("en"), settings)


def _shown(labels, frame, assets, blocked=()):
    """Return the account of a sheet whose labels are drawn."""
    sheet = labels.of(frame, assets, blocked)
    labels.draw(sheet)
    return sheet.account


def _drawn(content, labels, frame):
    """Return texts and middles on the ground of the labels that QGIS draws, numbers apart."""
    settings = QgsMapSettings()
    settings.setLayers([*labels.layers, *content.layers])
    settings.setDestinationCrs(content.project.crs())
    settings.setOutputDpi(200)
    settings.setOutputSize(QSize(*(round(side * 200 / 25.4) for side in frame.size_mm)))
    settings.setExtent(QgsRectangle(*frame.polygon.bounds))
    settings.setRotation(math.degrees(frame.angle))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    found = job.takeLabelingResults().allLabels()
    numbers, texts = (layer.id() for layer in labels.layers)
    assert not [each for each in found if each.isUnplaced]
    by_layer = {layer: [each for each in found if each.layerID == layer] for layer in (texts, numbers)}
    pipes = {layer.id() for layer in content.pipes}
    assert not [each for each in found if each.layerID in pipes]
    return by_layer[texts], by_layer[numbers]


def test_every_counted_pipe_of_the_sheet_has_a_row(labels):
    rows = _shown(labels, PaperFrame.of_bounds(BOUNDS, 1000), ALL).rows.set_index("asset")
    assert sorted(rows.index) == ["P1", "P2", "P3", "P4"]
    assert rows["state"].tolist() == [PLACED] * 4
    assert rows["text"].to_dict() == {
        "P1": "DN300 DI",
        "P2": "DN100 PE",
        "P3": "DN500 580.0 m",
        "P4": "DN? 60.0 m",
    }


def test_labels_are_placed_beside_the_window_and_fonts_are_asked_in_its_thread(labels, monkeypatch):
    placing, asking = set(), set()

    class Heard(sheet_labels.TextMeasure):
        def width(self, text):
            asking.add(threading.current_thread())
            return super().width(text)

    def heard(*given, **named):
        placing.add(threading.current_thread())
        return account_of(*given, **named)

    monkeypatch.setattr(labels, "_measure", Heard(page_fonts.page_families("en"), 2.0))
    monkeypatch.setattr(sheet_labels, "account_of", heard)
    assert len(labels.of(PaperFrame.of_bounds(BOUNDS, 1000), ALL).account.rows) == 4
    assert threading.main_thread() not in placing
    assert asking == {threading.main_thread()}


def test_only_counted_pipes_have_rows(labels):
    rows = _shown(labels, PaperFrame.of_bounds(BOUNDS, 1000), {"P1", "P9"}).rows
    assert rows["asset"].tolist() == ["P1"]


def test_a_sheet_without_pipes_has_no_rows(labels):
    east = (WEST + 5_000.0, SOUTH, WEST + 5_315.0, SOUTH + 250.0)
    assert _shown(labels, PaperFrame.of_bounds(east, 1000), ALL).rows.empty


@pytest.mark.parametrize(("scale", "texts"), [(1000, {"DN300 DI"}), (2000, {"DN300"}), (5000, set())])
def test_the_scale_says_how_much_a_label_tells(labels, scale, texts):
    west, south, *_ = BOUNDS
    bounds = (west, south, west + 0.315 * scale, south + 0.25 * scale)
    account = _shown(labels, PaperFrame.of_bounds(bounds, scale), {"P1"})
    assert {label.text for label in account.labels} == texts
    assert account.rows["state"].tolist() == [PLACED if texts else "short"]


@pytest.mark.parametrize("turned_deg", [0.0, 35.0])
def test_qgis_draws_each_label_where_it_was_placed(content, labels, turned_deg):
    angle = math.radians(turned_deg)
    corners = np.array([(0, 0), (315, 0), (315, 250), (0, 250)]) @ np.array(
        [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]
    )
    frame = PaperFrame(shapely.Polygon(corners + np.array([WEST, SOUTH])), 1000)
    # A block leaves the sewer beside the main no room: it is listed.
    account = _shown(labels, frame, ALL, [shapely.box(0, 0, 315, 88)] if not turned_deg else [])
    texts, numbers = _drawn(content, labels, frame)
    assert sorted(each.labelText for each in texts) == sorted(each.text for each in account.labels)
    assert sorted(each.labelText for each in numbers) == sorted(str(each.number) for each in account.numbers)
    placed = frame.to_map(np.array([[each.x, each.y] for each in account.labels]))
    for each in texts:
        corners = [(corner.x(), corner.y()) for corner in each.cornerPoints]
        middle = np.mean(corners, axis=0)
        # 0.5 m of ground are 0.5 mm of paper.
        assert np.hypot(*(placed - middle).T).min() < 0.5
        side = np.array(corners[1]) - np.array(corners[0])
        directions = [label.angle + frame.angle for label in account.labels if label.text == each.labelText]
        seen = math.atan2(side[1], side[0])
        assert min(abs(math.sin(seen - direction)) for direction in directions) < 0.02


def test_what_stands_on_the_map_takes_no_label(labels):
    arrow = shapely.box(0, 0, 315, 250)
    account = _shown(labels, PaperFrame.of_bounds(BOUNDS, 1000), ALL, [arrow])
    assert account.labels == ()
    assert sorted(account.rows["state"]) == ["listed"] * 4
    assert len(account.numbers) == 4


def _halos(labels):
    """Return which labels in the map have white around them."""
    _, texts = labels.layers
    return {each["text"]: bool(each["halo"]) for each in texts.getFeatures()}


def test_only_labels_on_something_drawn_have_a_halo(content, town_path):
    # An area in the south of the sheet, to a line between the main and the sewer.
    area = QgsVectorLayer(f"Polygon?crs={content.project.crs().authid()}", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(WEST, SOUTH, WEST + 315.0, SOUTH + 89.0)))
    area.dataProvider().addFeatures([feature])
    with store.open_network(town_path) as network:
        settings = network.settings()
    shown = replace(content, layers=(*content.layers, area))
    labels = SheetLabels(shown, Look("print", "en"), page_fonts.page_families("en"), settings)
    sheet = labels.of(PaperFrame.of_bounds(BOUNDS, 1000), ALL)
    labels.draw(sheet)
    is_low = {label.text: label.y < 89.0 for label in sheet.account.labels}
    assert set(is_low.values()) == {True, False}
    assert _halos(labels) == is_low
    # Clouds are drawn later, around any of them.
    labels.draw(sheet, has_clouds=True)
    assert set(_halos(labels).values()) == {True}
