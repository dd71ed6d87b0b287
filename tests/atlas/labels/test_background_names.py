"""Names on the background of a sheet: a street that is parted at crossings is named once."""

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

from waternet_plugin.atlas.labels.background_names import BackgroundNames
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.bridge.layers.marks import BASE_MARK
from waternet_plugin.bridge.styling.labels import base_labeling
from waternet_plugin.bridge.styling.look import Look

WEST, SOUTH = 501_165.0, 2_513_000.0
# Parts of streets: name, left edge and width in m on the sheet's 315 m.
PARTS = (("Long", 5, 40), ("Long", 50, 110), ("Long", 165, 60), ("Short", 240, 60), (None, 5, 60))
# Of the next sheet, on which the first one has but a strip.
NEXT_PARTS = (("Long", 310, 100),)


@pytest.fixture
def streets(qgis_app):
    """A layer of the background with parts of streets."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4547&field=name:string(20)", "roads", "memory")
    features = []
    for row, (name, left, width) in enumerate((*PARTS, *NEXT_PARTS)):
        feature = QgsFeature(layer.fields())
        feature["name"] = name
        south = SOUTH + 20.0 + 30.0 * row
        shape = QgsRectangle(WEST + left, south, WEST + left + width, south + 20.0)
        feature.setGeometry(QgsGeometry.fromRect(shape))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.setLabeling(base_labeling(Look("print", "en"), "name", is_line=False))
    layer.setLabelsEnabled(True)
    layer.setCustomProperty(BASE_MARK, "road")
    return layer


def _names(layer, frame):
    """Return the names that QGIS writes on a sheet."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputDpi(96)
    settings.setOutputSize(QSize(1190, 945))
    settings.setExtent(QgsRectangle(*frame.polygon.bounds))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return sorted(each.labelText for each in job.takeLabelingResults().allLabels() if not each.isUnplaced)


def test_a_street_is_named_once_on_a_sheet(streets):
    frame = PaperFrame.of_bounds((WEST, SOUTH, WEST + 315.0, SOUTH + 250.0), 1000)
    # QGIS alone names each part.
    assert _names(streets, frame) == ["Long"] * 4 + ["Short"]
    names = BackgroundNames([streets], streets.crs())
    names.show(frame)
    assert _names(streets, frame) == ["Long", "Short"]
    # On the next sheet it is another part that is named.
    frame = PaperFrame.of_bounds((WEST + 315.0, SOUTH, WEST + 630.0, SOUTH + 250.0), 1000)
    names.show(frame)
    assert _names(streets, frame) == ["Long"]


def test_layers_that_are_no_background_keep_their_labels(streets):
    streets.removeCustomProperty(BASE_MARK)
    frame = PaperFrame.of_bounds((WEST, SOUTH, WEST + 315.0, SOUTH + 250.0), 1000)
    BackgroundNames([streets], streets.crs()).show(frame)
    assert _names(streets, frame) == ["Long"] * 4 + ["Short"]
