"""What the layers of a map draw on a sheet: pipes with what they may say, signs with their size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsMarkerSymbol,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)

from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.bridge.layers.marks import BASE_MARK
from waternet_plugin.bridge.styling import expressions, labels, look
from waternet_plugin.bridge.styling.look import Look

_MAIN, _SERVICE = 0, 1


@dataclass(frozen=True)
class DrawnPipe:
    """A pipe in map coordinates, with what may stand at it and in which colour.

    Parameters
    ----------
    texts
        The longest first; none where the scale has no labels or the pipe is not drawn.
    listed
        What a list says of it.
    rank
        0, and 1 for service pipes, which come last.
    width_mm
        Of its line.
    """

    asset: str
    geometry: shapely.Geometry
    texts: tuple[str, ...]
    listed: str
    colour: str
    rank: int
    width_mm: float


@dataclass(frozen=True)
class DrawnSheet:
    """What is drawn on a sheet: ``signs`` are places in map coordinates with half their size in mm.

    ``others`` are pipes that are not counted there, ``ground`` is what other layers draw, as the signs are.
    """

    pipes: tuple[DrawnPipe, ...]
    others: tuple[shapely.Geometry, ...]
    signs: tuple[tuple[shapely.Geometry, float], ...]
    ground: tuple[tuple[shapely.Geometry, float], ...] = ()


class DrawnFeatures:
    """The reader of what a map draws, made once for a book.

    Parameters
    ----------
    content
        The layers of the map.
    chosen
        Palette and language.
    """

    def __init__(self, content: MapContent, chosen: Look) -> None:
        self._content = content
        self._texts = [QgsExpression(text) for text in labels.printed_pipe_texts(chosen)]
        self._listed = QgsExpression(labels.listed_pipe_text(chosen))
        self._colour = QgsExpression(expressions.system_colour(chosen, of_text=True))
        self._width = QgsExpression(expressions.width(chosen))
        services = chosen.counting_as("function", "service")
        self._is_service = QgsExpression(expressions.is_among("function", services))
        ours = (*content.pipes, content.nodes)
        others = [
            layer for layer in content.layers if isinstance(layer, QgsVectorLayer) and layer not in ours
        ]
        self._areas = [layer for layer in others if not layer.customProperty(BASE_MARK)]
        self._background = [layer for layer in others if layer.customProperty(BASE_MARK)]

    def of(self, frame: PaperFrame, assets: Collection[str]) -> DrawnSheet:
        """Return what is drawn on a sheet.

        Parameters
        ----------
        frame
            The sheet's map.
        assets
            The pipes that are counted on it; other pipes are lines without a label.
        """
        first = _first_text(frame.scale, len(self._texts))
        pipes: dict[str, DrawnPipe] = {}
        others = []
        for layer in self._content.pipes:
            for feature, context, size_mm in _features(layer, frame, self._content.project.crs()):
                geometry = shape_of(feature)
                asset = str(feature["pipe_id"])
                if asset in pipes or geometry is None:
                    continue
                if asset not in assets:
                    if size_mm is not None:
                        others.append(geometry)
                    continue
                texts = (
                    [str(each.evaluate(context)) for each in self._texts[first:]]
                    if size_mm is not None
                    else []
                )
                pipes[asset] = DrawnPipe(
                    asset,
                    geometry,
                    tuple(dict.fromkeys(texts)),
                    str(self._listed.evaluate(context)),
                    str(self._colour.evaluate(context)),
                    _SERVICE if self._is_service.evaluate(context) else _MAIN,
                    float(self._width.evaluate(context)),
                )
        nodes = [self._content.nodes] if self._content.nodes is not None else []
        signs = [(point, size_mm / 2.0) for point, size_mm in self._shapes(nodes, frame) if size_mm]
        ground = [(shape, size_mm / 2.0) for shape, size_mm in self._shapes(self._areas, frame)]
        # The background is pale: only edges of its streets and buildings are in the way of letters.
        ground += [(shapely.boundary(shape), 0.0) for shape, _ in self._shapes(self._background, frame)]
        return DrawnSheet(tuple(pipes.values()), tuple(others), tuple(signs), tuple(ground))

    def _shapes(
        self, layers: Iterable[QgsVectorLayer], frame: PaperFrame
    ) -> Iterator[tuple[shapely.Geometry, float]]:
        """Return what layers draw on a sheet, in map coordinates, with the size in mm of signs, else 0."""
        for layer in layers:
            for feature, _, size_mm in _features(layer, frame, self._content.project.crs()):
                geometry = shape_of(feature)
                if size_mm is not None and geometry is not None:
                    yield geometry, size_mm


def _first_text(scale: float, texts: int) -> int:
    """Return which text a scale begins with; beyond the last there is none."""
    if scale <= look.scale("labels_full"):
        return 0
    return texts - 1 if scale <= look.scale("labels_short") else texts


def shape_of(feature: QgsFeature) -> shapely.Geometry | None:
    """Return the shape of a feature in two dimensions; None where it has none."""
    geometry = feature.geometry()
    if geometry.isNull() or geometry.isEmpty():
        return None
    return shapely.force_2d(shapely.from_wkb(bytes(geometry.asWkb())))


def request_of(frame: PaperFrame, crs: QgsCoordinateReferenceSystem) -> QgsFeatureRequest:
    """Return the request for what lies on a sheet, in the CRS of its map."""
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(*frame.polygon.bounds))
    return request.setDestinationCrs(crs, QgsProject.instance().transformContext())


def _features(
    layer: QgsVectorLayer, frame: PaperFrame, crs: QgsCoordinateReferenceSystem
) -> Iterator[tuple[Any, QgsExpressionContext, float | None]]:
    """Return the features of a layer on a sheet, in the map's CRS, with their contexts and sizes in mm.

    The size, that of the sign, is 0 for lines, None for what is not drawn.
    """
    context = QgsRenderContext()
    context.setRendererScale(frame.scale)
    scope = QgsExpressionContextScope()
    scope.setVariable("map_scale", frame.scale)
    where = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    where.appendScope(scope)
    where.setFields(layer.fields())
    context.setExpressionContext(where)
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    try:
        for feature in layer.getFeatures(request_of(frame, crs)):
            context.expressionContext().setFeature(feature)
            # QGIS's singular asks a renderer of rules in vain.
            symbols = renderer.originalSymbolsForFeature(feature, context)
            sizes = [symbol.size() if isinstance(symbol, QgsMarkerSymbol) else 0.0 for symbol in symbols]
            # No name may outlive the renderer, whose symbols these are.
            del symbols
            yield feature, context.expressionContext(), max(sizes, default=None)
    finally:
        renderer.stopRender(context)
