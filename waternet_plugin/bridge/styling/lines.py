"""Symbol layers of lines, and what stands along them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import (
    QgsFontMarkerSymbolLayer,
    QgsLineSymbol,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsProperty,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSvgMarkerSymbolLayer,
    QgsSymbol,
    QgsSymbolLayer,
)
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge.styling import look
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.schema.flow import REVERSE

# Metres of map on one millimetre of paper are @map_scale / 1000.
ARROW_FROM_MM = 8.0
# Dashes and gaps where the flow of a drain is not known, and the height of the question mark, mm.
_UNKNOWN_DASH, _UNKNOWN_MM = (1.6, 0.9), 2.0
_LETTERS_FROM_MM = 16.0
_NEAR = "@map_scale <= {scale:g}"


def marker(layer: Any) -> QgsMarkerSymbol:
    """Return a marker of one layer."""
    return _filled(QgsMarkerSymbol(), [layer])


def line(layers: Sequence[Any]) -> QgsLineSymbol:
    """Return a line of layers, the lowest first."""
    return _filled(QgsLineSymbol(), layers)


def _filled(symbol: Any, layers: Sequence[Any]) -> Any:
    # Layers handed to a symbol's constructor stay Python's and are deleted twice.
    symbol.deleteSymbolLayer(0)
    for layer in layers:
        symbol.appendSymbolLayer(layer)
    return symbol


def define(target: Any, name: str, expression: str) -> None:
    """Let an expression define a property of a symbol layer."""
    key = getattr(QgsSymbolLayer.Property, f"Property{name}")
    target.setDataDefinedProperty(key, QgsProperty.fromExpression(expression))


def define_opacity(symbol: Any, expression: str) -> None:
    """Let an expression define the opacity of a symbol, in percent."""
    symbol.setDataDefinedProperty(QgsSymbol.Property.PropertyOpacity, QgsProperty.fromExpression(expression))


def stroke(
    colour: str, width_mm: float, dash: Sequence[float] = (), *, level: int = 0, ends: str = "square"
) -> Any:
    """Return a plain or dashed stroke.

    Parameters
    ----------
    colour
        #rrggbb.
    width_mm
        Width in mm.
    dash
        Lengths of dashes and gaps in mm.
    level
        Order of drawing among all symbol layers, low first.
    ends
        Shape of the ends of a line without dashes.
    """
    properties = {
        "line_color": colour,
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        # Round ends take twice the time of square ones, and pipes are many and short.
        "capstyle": "flat" if dash else ends,
        "joinstyle": "bevel",
    }
    if dash:
        properties.update(
            use_custom_dash="1",
            customdash=";".join(f"{part:g}" for part in dash),
            customdash_unit="MM",
            align_dash_pattern="1",
        )
    layer = QgsSimpleLineSymbolLayer.create(properties)
    layer.setRenderingPass(level)
    return layer


def _along(symbol: QgsMarkerSymbol, properties: dict[str, str], *, level: int, condition: str = "") -> Any:
    """Return markers along a line, from the scale of patterns in."""
    layer = QgsMarkerLineSymbolLayer.create(properties)
    layer.setSubSymbol(symbol)
    conditions = [_NEAR.format(scale=look.scale("patterns")), *([condition] if condition else [])]
    define(layer, "LayerEnabled", " AND ".join(conditions))
    layer.setRenderingPass(level)
    return layer


def _shape(name: str, colour: str, size_mm: float, stroke_mm: float, edge: str) -> QgsMarkerSymbol:
    properties = {
        "name": name,
        "color": colour,
        "outline_color": edge,
        "outline_width": f"{stroke_mm:g}",
        "outline_width_unit": "MM",
        "size": f"{size_mm:g}",
        "size_unit": "MM",
    }
    return marker(QgsSimpleMarkerSymbolLayer.create(properties))


def arrow(colour: str, *, level: int) -> Any:
    """Return one arrow in the middle of a drain, the way its water takes."""
    symbol = _shape("triangle", colour, 2.0, 0.2, WHITE)
    # The triangle of QGIS points up; along a line it has to point ahead.
    symbol.setAngle(90)
    sign = symbol.symbolLayer(0)
    define(sign, "Angle", f'if("map_flow" = {REVERSE}, 270, 90)')
    layer = QgsMarkerLineSymbolLayer.create({"placement": "centralpoint"})
    layer.setSubSymbol(symbol)
    layer.setRenderingPass(level)
    return layer


def unknown_flow(colour: str, width: str, wider: str, *, level: int) -> list[Any]:
    """Return dashes over the line of a drain whose flow is undetermined, and a question mark in its middle.

    Parameters
    ----------
    colour
        #rrggbb.
    width, wider
        Expressions of the width of the line and of a somewhat wider one, mm.
    level
        Order of drawing.
    """
    under, over = stroke(WHITE, 0.66, level=level), stroke(colour, 0.66, _UNKNOWN_DASH, level=level)
    define(under, "StrokeWidth", wider)
    define(over, "StrokeWidth", width)
    letter = QgsFontMarkerSymbolLayer("Noto Sans", "?", _UNKNOWN_MM, QColor(colour))
    letter.setFontStyle("Bold")
    letter.setStrokeColor(QColor(WHITE))
    letter.setStrokeWidth(0.3)
    ring = _shape("circle", WHITE, _UNKNOWN_MM * 1.3, 0.2, colour)
    ring.appendSymbolLayer(letter)
    sign = QgsMarkerLineSymbolLayer.create({"placement": "centralpoint", "rotate": "0"})
    sign.setSubSymbol(ring)
    sign.setRenderingPass(level + 1)
    define(sign, "LayerEnabled", f"length($geometry) >= {ARROW_FROM_MM / 1000:g} * @map_scale")
    return [under, over, sign]


def ticks(colour: str, *, level: int) -> Any:
    """Return cross ticks of 1.6 mm each 4 mm."""
    symbol = _shape("line", colour, 1.6, 0.26, colour)
    return _along(symbol, _each(4.0), level=level)


def crosses(colour: str, *, level: int) -> Any:
    """Return an x of 1.4 mm each 6 mm."""
    symbol = _shape("cross2", colour, 1.4, 0.26, colour)
    return _along(symbol, _each(6.0), level=level)


def letters(code: str, colour: str, *, level: int) -> Any:
    """Return the class letters of CJJ 61 on the line, upright, each 40 mm."""
    properties = {
        "name": look.svg(f"letters_{code}"),
        "size": f"{look.svg_width(f'letters_{code}'):g}",
        "size_unit": "MM",
        "color": WHITE,
        "outline_color": colour,
        "outline_width": "0.22",
        "outline_width_unit": "MM",
    }
    symbol = marker(QgsSvgMarkerSymbolLayer.create(properties))
    long_enough = f'"length_m" >= {_LETTERS_FROM_MM / 1000.0:g} * @map_scale'
    layer = _along(symbol, {**_each(40.0, 14.0), "rotate": "0"}, level=level, condition=long_enough)
    # A quarter along a short pipe, so that neither its ends nor its arrow are in the way.
    define(layer, "OffsetAlongLine", 'min(14, "length_m" * 250 / @map_scale)')
    return layer


def _each(interval_mm: float, first_mm: float | None = None) -> dict[str, str]:
    return {
        "placement": "interval",
        "interval": f"{interval_mm:g}",
        "interval_unit": "MM",
        "offset_along_line": f"{interval_mm / 2 if first_mm is None else first_mm:g}",
        "offset_along_line_unit": "MM",
        "rotate": "1",
    }
