"""Draw maps on a painter, text as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsGeometry,
    QgsLabelBlockingRegion,
    QgsLabelingEngineSettings,
    QgsMapRendererCustomPainterJob,
    QgsMapSettings,
    QgsRectangle,
    QgsRenderContext,
)
from qgis.PyQt.QtCore import QRectF, QSize
from qgis.PyQt.QtGui import QColor, QPainter

from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.pdf_pages import DOTS_PER_MM, DPI
from waternet_plugin.core.colours import WHITE


def map_settings(content: Any, crs: Any, frame: Box) -> QgsMapSettings:
    """Return settings that draw layers into the map frame at whole dots, text as text.

    Parameters
    ----------
    content
        Layers, top first, and the labelling (`waternet_plugin.atlas.map_layers.MapContent`).
    crs
        QGIS's CRS of the map.
    frame
        Map frame in mm.
    """
    settings = QgsMapSettings()
    settings.setLayers(list(content.layers))
    settings.setDestinationCrs(crs)
    settings.setOutputDpi(DPI)
    settings.setOutputSize(QSize(round(frame.width * DOTS_PER_MM), round(frame.height * DOTS_PER_MM)))
    settings.setBackgroundColor(QColor(WHITE))
    flags = _map_flags()
    for name in ("Antialiasing", "DrawLabeling", "ForceVectorOutput", "UseAdvancedEffects"):
        settings.setFlag(getattr(flags, name), True)
    always = QgsRenderContext.TextRenderFormat.AlwaysText
    settings.setTextRenderFormat(always)
    labeling = content.labeling
    labeling.setDefaultTextRenderFormat(always)
    # A label that the frame would cut is not written on this sheet but on the next one.
    labeling.setFlag(QgsLabelingEngineSettings.Flag.UsePartialCandidates, False)
    settings.setLabelingEngineSettings(labeling)
    return settings


def _map_flags() -> Any:
    """Return the holder of the flags of map settings, which QGIS moved."""
    from qgis.core import Qgis

    return getattr(Qgis, "MapSettingsFlag", None) or QgsMapSettings.Flag


def draw_map(
    painter: QPainter,
    settings: QgsMapSettings,
    project: Any,
    frame: Box,
    bounds: tuple[float, float, float, float],
    label_free: Sequence[tuple[float, float, float, float]] = (),
) -> None:
    """Draw the map of one sheet into its frame.

    Parameters
    ----------
    painter, settings, frame
        Where and how.
    project
        Gives its variables.
    bounds
        xmin, ymin, xmax, ymax of the sheet.
    label_free
        Boxes of the same kind that no label may cover.
    """
    settings.setExtent(QgsRectangle(*bounds))
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.globalScope())
    context.appendScope(QgsExpressionContextUtils.projectScope(project))
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    settings.setLabelBlockingRegions(
        [QgsLabelBlockingRegion(QgsGeometry.fromRect(QgsRectangle(*box))) for box in label_free]
    )
    painter.save()
    painter.translate(frame.x * DOTS_PER_MM, frame.y * DOTS_PER_MM)
    painter.setClipRect(QRectF(0, 0, frame.width * DOTS_PER_MM, frame.height * DOTS_PER_MM))
    job = QgsMapRendererCustomPainterJob(settings, painter)
    job.renderSynchronously()
    painter.restore()
