"""Find which signs of a map's layers occur on which sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from qgis.core import QgsFeatureRequest, QgsRectangle, QgsRenderContext, QgsSymbol, QgsVectorLayer

from waternet_plugin.bridge.styling.pipes import FLOW_UNKNOWN

# What a feature gets that no sign stands for.
_NO_KEY = ""


@dataclass(frozen=True)
class Signs:
    """The signs of one layer: symbol and label by key, in the layer's order, and the key of each feature.

    ``flow_unknown`` among the columns of the keys marks drains that are drawn as such above their class.
    """

    symbols: dict[str, tuple[QgsSymbol, str]]
    keys: pd.DataFrame


def has_pattern(symbol: QgsSymbol) -> bool:
    """Return whether a line is more than a plain stroke: dashed, or with marks along it."""
    first = symbol.symbolLayer(0)
    dashed = first.layerType() == "SimpleLine" and first.useCustomDashPattern()
    return dashed or any(part.layerType() == "MarkerLine" for part in symbol.symbolLayers())


def _context(layer: QgsVectorLayer, scale: float) -> QgsRenderContext:
    """Return a context in which a layer's renderer decides as on the page."""
    from qgis.core import QgsExpressionContext, QgsExpressionContextUtils

    context = QgsRenderContext()
    context.setRendererScale(scale)
    expressions = QgsExpressionContext()
    for scope in QgsExpressionContextUtils.globalProjectLayerScopes(layer):
        expressions.appendScope(scope)
    expressions.lastScope().setVariable("map_scale", scale)
    expressions.setFields(layer.fields())
    context.setExpressionContext(expressions)
    return context


def signs_of(
    layer: QgsVectorLayer, scale: float, box: Any, *, id_field: str = "", shapes: bool = False
) -> Signs:
    """Return the signs of a layer at a scale.

    Parameters
    ----------
    layer
        Drawn layer.
    scale
        Denominator; signs that are not drawn at it are left out.
    box
        Bounds of what is printed, in the layer's coordinates; features beyond them are left out.
    id_field
        Field to name features by (column ``id``).
    shapes
        Read the geometry too (column ``geom``).
    """
    renderer = layer.renderer().clone()
    items = [
        item for item in renderer.legendSymbolItems() if item.symbol() is not None and item.isScaleOK(scale)
    ]
    symbols = {item.ruleKey(): (item.symbol().clone(), item.label()) for item in items}
    context = _context(layer, scale)
    renderer.startRender(context, layer.fields())
    try:
        keys = _keys(layer, renderer, context, list(symbols), id_field, shapes, QgsRectangle(*box))
    finally:
        renderer.stopRender(context)
    return Signs(symbols, keys)


def _keys(
    layer: QgsVectorLayer,
    renderer: Any,
    context: QgsRenderContext,
    known: list[str],
    id_field: str,
    shapes: bool,
    box: QgsRectangle,
) -> pd.DataFrame:
    """Return the key of each feature; the renderer is asked once for each combination of values."""
    fields = layer.fields()
    used = [name for name in sorted(renderer.usedAttributes(context)) if fields.lookupField(name) >= 0]
    if "*" in renderer.usedAttributes(context):
        used = [field.name() for field in fields]
    request = QgsFeatureRequest(box)
    request.setSubsetOfAttributes([*used, id_field] if id_field else used, fields)
    if not shapes:
        request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    key_of: dict[tuple[Any, ...], tuple[str, bool]] = {}
    keys: list[tuple[str, bool]] = []
    ids: list[str | None] = []
    wkb: list[bytes | None] = []
    columns = [fields.lookupField(name) for name in used]
    id_column = fields.lookupField(id_field) if id_field else -1
    for feature in layer.getFeatures(request):
        values = feature.attributes()
        combination = tuple(str(values[column]) for column in columns)
        key = key_of.get(combination)
        if key is None:
            context.expressionContext().setFeature(feature)
            legend_keys = [name for name in renderer.legendKeysForFeature(feature, context) if name in known]
            # The class of a pipe stands above its arrow.
            first = min(legend_keys, key=known.index) if legend_keys else _NO_KEY
            key = key_of[combination] = (first, FLOW_UNKNOWN in legend_keys)
        keys.append(key)
        if id_column >= 0:
            ids.append(str(values[id_column]))
        if shapes:
            wkb.append(bytes(feature.geometry().asWkb().data()) if feature.hasGeometry() else None)
    frame = pd.DataFrame(
        {
            "key": pd.Series([key for key, _ in keys], dtype=object),
            "flow_unknown": np.array([is_unknown for _, is_unknown in keys], dtype=bool),
        }
    )
    if id_column >= 0:
        frame["id"] = pd.Series(ids, dtype=object)
    if shapes:
        frame["geom"] = pd.Series(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object)
    return frame


def shapes_on_sheets(geometry: np.ndarray, sheets: pd.DataFrame) -> pd.DataFrame:
    """Return ``line`` (position of the shape) and ``sheet`` of every shape that lies on a sheet."""
    tree = shapely.STRtree(sheets["geom"].to_numpy())
    line, sheet = tree.query(np.asarray(geometry, dtype=object), predicate="intersects")
    return pd.DataFrame({"line": line, "sheet": sheet})
