"""Layers that draw what was placed: each label and each number where it was placed, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsNullSymbolRenderer,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsProperty,
    QgsPropertyCollection,
    QgsTextBackgroundSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QSizeF
from qgis.PyQt.QtGui import QColor

from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.bridge.printing.page_fonts import printed_format
from waternet_plugin.bridge.styling import labels
from waternet_plugin.core.colours import INK, WHITE
from waternet_plugin.core.printing.labels.account import Account
from waternet_plugin.core.printing.labels.numbering import CIRCLE_MM

# Height of the digits' font in a circle, and width of its line, mm.
NUMBER_MM, _RIM_MM = 1.6, 0.15
_MILLIMETRES = QgsUnitTypes.RenderUnit.RenderMillimeters
_FIELDS = "field=text:string(200)&field=colour:string(7)&field=angle:double&field=halo:integer"


class LabelLayers:
    """Two layers of points, filled for one sheet after the other.

    Parameters
    ----------
    crs
        QGIS's CRS of the map.
    families
        Fonts of the page.
    """

    def __init__(self, crs: Any, families: tuple[str, ...]) -> None:
        self.labels, self.numbers = (point_layer(crs, name) for name in ("labels", "numbers"))
        text = labels.text_format(labels.PIPE_TEXT_MM, INK)
        self.labels.setLabeling(fixed_labeling(printed_format(text, families), z_index=1.0))
        self.numbers.setLabeling(fixed_labeling(printed_format(in_circle(), families), z_index=2.0))

    @property
    def layers(self) -> tuple[QgsVectorLayer, ...]:
        """What the map draws above its other layers, top first."""
        return self.numbers, self.labels

    def show(
        self, account: Account, colours: Sequence[str], has_halo: Sequence[bool], frame: PaperFrame
    ) -> None:
        """Draw what was placed on a sheet.

        Parameters
        ----------
        account
            What is where.
        colours
            Colour of each piece.
        has_halo
            Whether a label has white around its letters.
        frame
            The sheet's map.
        """
        fill_points(
            self.labels,
            [
                (each.text, each.x, each.y, each.angle, colours[each.pieces[0]], is_on)
                for each, is_on in zip(account.labels, has_halo)
            ],
            frame,
        )
        fill_points(
            self.numbers,
            [(str(each.number), each.x, each.y, 0.0, colours[each.piece], False) for each in account.numbers],
            frame,
        )


def point_layer(crs: Any, name: str) -> QgsVectorLayer:
    """Return a layer of points that shows nothing but their labels."""
    layer = QgsVectorLayer(f"Point?{_FIELDS}", name, "memory", without_asking())
    layer.setCrs(crs)
    layer.setRenderer(QgsNullSymbolRenderer())
    layer.setLabelsEnabled(True)
    return layer


def in_circle(digits_mm: float = NUMBER_MM, circle_mm: float = CIRCLE_MM) -> QgsTextFormat:
    """Return digits of a height in a white circle of a width with a thin rim."""
    form = labels.text_format(digits_mm, INK)
    halo = form.buffer()
    halo.setEnabled(False)
    form.setBuffer(halo)
    circle = QgsTextBackgroundSettings()
    circle.setEnabled(True)
    circle.setType(QgsTextBackgroundSettings.ShapeType.ShapeCircle)
    circle.setSizeType(QgsTextBackgroundSettings.SizeType.SizeFixed)
    circle.setSize(QSizeF(circle_mm, circle_mm))
    circle.setSizeUnit(_MILLIMETRES)
    circle.setFillColor(QColor(WHITE))
    circle.setStrokeColor(QColor(INK))
    circle.setStrokeWidth(_RIM_MM)
    circle.setStrokeWidthUnit(_MILLIMETRES)
    form.setBackground(circle)
    return form


def fixed_labeling(form: QgsTextFormat, *, z_index: float) -> QgsVectorLayerSimpleLabeling:
    """Return labels that stand on their points, whatever else is there."""
    settings = QgsPalLayerSettings()
    settings.fieldName = "text"
    settings.setFormat(form)
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.quadOffset = QgsPalLayerSettings.QuadrantPosition.QuadrantOver
    settings.multilineAlign = QgsPalLayerSettings.MultiLineAlign.MultiCenter
    settings.displayAll = True
    settings.priority = 10
    settings.zIndex = z_index
    keys = QgsPalLayerSettings.Property
    properties = QgsPropertyCollection()
    properties.setProperty(keys.LabelRotation, QgsProperty.fromField("angle"))
    colour = keys.ShapeStrokeColor if form.background().enabled() else keys.Color
    properties.setProperty(colour, QgsProperty.fromField("colour"))
    properties.setProperty(keys.BufferDraw, QgsProperty.fromField("halo"))
    settings.setDataDefinedProperties(properties)
    return QgsVectorLayerSimpleLabeling(settings)


def fill_points(
    layer: QgsVectorLayer, texts: Sequence[tuple[str, float, float, float, str, bool]], frame: PaperFrame
) -> None:
    """Replace what a layer holds; points and angles are those on paper."""
    provider = layer.dataProvider()
    provider.truncate()
    features = []
    points = frame.to_map(np.array([[x, y] for _, x, y, *_ in texts]).reshape(-1, 2))
    for (text, _, _, angle, colour, has_halo), (x, y) in zip(texts, points.tolist()):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
        # QGIS turns clockwise, and what it turns then turns with the map.
        feature.setAttributes([text, colour, -math.degrees(angle + frame.angle), int(has_halo)])
        features.append(feature)
    provider.addFeatures(features)
