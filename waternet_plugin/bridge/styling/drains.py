"""Misconnections and catchments kept as layers: diamonds by severity, pale areas unlike those beside."""

from __future__ import annotations

from qgis.core import (
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsMarkerSymbol,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSpatialIndex,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge.styling import areas, lines, rules
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.bridge.styling.zones import hue_colours
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.dma.hues import given_hues

SEVERITIES = ("heavy", "medium", "light")
WEATHERS = ("dry", "wet")
_DIAMOND_MM = 3.6
_FILL, _EDGE_MM, _HATCH_MM = 0.14, 0.4, 2.0
# Catchments that lie so near each other touch, m.
_TOUCH_M = 1.0
_OVERFLOW = "coalesce(\"outfalls_dry\", '') <> coalesce(\"outfalls_wet\", '')"


def _diamond(colour: str, *, is_hollow: bool) -> QgsMarkerSymbol:
    properties = {
        "name": "diamond",
        "color": WHITE if is_hollow else colour,
        "outline_color": colour if is_hollow else QColor(colour).darker(160).name(),
        "outline_width": "0.6" if is_hollow else "0.3",
        "outline_width_unit": "MM",
        "size": f"{_DIAMOND_MM:g}",
        "size_unit": "MM",
    }
    return lines.marker(QgsSimpleMarkerSymbolLayer.create(properties))


def misconnection_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of misconnections: diamonds of 3.6 mm by severity, near ones hollow."""
    root = rules.root()
    for is_near in (False, True):
        for severity in SEVERITIES:
            colour = chosen.colour(f"misconnection.{severity}")
            certainty = "near" if is_near else "joined"
            wanted = f"\"severity\" = '{severity}' AND \"certainty\" = '{certainty}'"
            label = chosen.word(f"misconnection_{severity}")
            if is_near:
                label = f"{label}, {chosen.word('misconnection_near')}"
            symbol = _diamond(colour, is_hollow=is_near)
            root.appendChild(rules.rule(f"{certainty}:{severity}", symbol, label, wanted))
    return rules.renderer(root)


def catchment_renderer(chosen: Look, layer: QgsVectorLayer) -> QgsRuleBasedRenderer:
    """Return the renderer of catchments: a group a weather, wet weather switched off at first.

    Parameters
    ----------
    chosen
        Palette and language.
    layer
        Polygons with outfall_id and weather.
    """
    hues = _hues(layer)
    colours = hue_colours(chosen)
    root = rules.root()
    for weather in WEATHERS:
        group = rules.group(weather, chosen.word(f"weather_{weather}"), f"\"weather\" = '{weather}'")
        for name, hue in hues.items():
            quoted = name.replace("'", "''")
            symbol = _pale(colours[(hue - 1) % len(colours)], chosen)
            group.appendChild(rules.rule(f"{weather}:{name}", symbol, name, f"\"outfall_id\" = '{quoted}'"))
        group.setActive(weather == WEATHERS[0])
        root.appendChild(group)
    return rules.renderer(root)


def overflow_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of parts: hatched where other outfalls are reached in wet weather."""
    symbol = QgsFillSymbol()
    symbol.deleteSymbolLayer(0)
    colour = chosen.colour("catchment.overflow")
    hatch = QgsLinePatternFillSymbolLayer.create(
        {"angle": "45", "distance": f"{_HATCH_MM:g}", "distance_unit": "MM"}
    )
    hatch.setSubSymbol(lines.line([lines.stroke(colour, chosen.width(0.2))]))
    symbol.appendSymbolLayer(hatch)
    symbol.appendSymbolLayer(areas.outline(colour, chosen.width(0.2), ()))
    root = rules.root()
    root.appendChild(rules.rule("overflow", symbol, chosen.word("catchment_overflow"), _OVERFLOW))
    return rules.renderer(root)


def _pale(colour: str, chosen: Look) -> QgsFillSymbol:
    symbol = QgsFillSymbol()
    symbol.deleteSymbolLayer(0)
    fill = QgsSimpleFillSymbolLayer.create({"outline_style": "no"})
    plain = QColor(colour)
    plain.setAlphaF(_FILL)
    fill.setColor(plain)
    symbol.appendSymbolLayer(fill)
    symbol.appendSymbolLayer(areas.outline(colour, chosen.width(_EDGE_MM), ()))
    return symbol


def _hues(layer: QgsVectorLayer) -> dict[str, int]:
    """Return a hue for each outfall, so that catchments that touch are never alike."""
    features = {feature.id(): feature for feature in layer.getFeatures() if feature.hasGeometry()}
    names = sorted({str(feature["outfall_id"]) for feature in features.values()})
    number = {name: place for place, name in enumerate(names)}
    index = QgsSpatialIndex()
    for feature in features.values():
        index.addFeature(feature)
    pairs = set()
    for one in features.values():
        box = one.geometry().boundingBox().buffered(_TOUCH_M)
        for other in index.intersects(box):
            if one.geometry().distance(features[other].geometry()) <= _TOUCH_M:
                pairs.add((number[str(one["outfall_id"])], number[str(features[other]["outfall_id"])]))
    return dict(zip(names, given_hues(len(names), [pair for pair in pairs if pair[0] < pair[1]]).tolist()))
