"""The layer of a map that draws clouds around what was changed on a sheet."""

from __future__ import annotations

from typing import Any

import pandas as pd
import shapely
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsLineSymbol,
    QgsPointXY,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.core.colours import SEVERE
from waternet_plugin.core.printing.revision_cloud import clouds_of

_LINE_MM = 0.35


class RevisionClouds:
    """A layer of lines, filled for one sheet after the other.

    Parameters
    ----------
    crs
        QGIS's CRS of the map.
    changes
        What was changed on each sheet, see `Sheets.changes`.
    """

    def __init__(self, crs: Any, changes: pd.DataFrame) -> None:
        self._shapes = changes.groupby("sheet")["geom"].agg(list).to_dict()
        self.layer = QgsVectorLayer("LineString?field=sheet:string", "changes", "memory", without_asking())
        self.layer.setCrs(crs)
        pen = {"line_color": SEVERE, "line_width": str(_LINE_MM), "joinstyle": "round", "capstyle": "round"}
        self.layer.setRenderer(QgsSingleSymbolRenderer(QgsLineSymbol.createSimple(pen)))

    def show(self, page: SheetPage) -> None:
        """Draw the clouds of a sheet."""
        frame = PaperFrame.of_turned(page.bounds, page.scale, page.angle_deg)
        shapes = self._shapes.get(page.number - 1, [])
        provider = self.layer.dataProvider()
        provider.truncate()
        features = []
        for cloud in clouds_of([frame.to_paper(shape) for shape in shapes], *frame.size_mm):
            feature = QgsFeature(self.layer.fields())
            points = frame.to_map(shapely.get_coordinates(cloud)).tolist()
            feature.setGeometry(QgsGeometry.fromPolylineXY([QgsPointXY(x, y) for x, y in points]))
            features.append(feature)
        provider.addFeatures(features)
