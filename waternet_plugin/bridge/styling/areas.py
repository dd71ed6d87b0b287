"""Renderers of areas: compounds, zones, road works, and the town behind the pipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsRendererCategory,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSingleSymbolRenderer,
)
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge.styling import expressions, lines, look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema import domains

_COMPOUND_FILL = 0.06
_PROGRAMME, _PROGRAMME_FILL, _REFUSED = "programme", 0.55, "refused"
_ZONE_FILL, _READY_FILL = 0.10, 0.12
# One sign a grade, and how much of a scored compound is filled.
_SCORE_SIGNS = {"excellent": "1", "qualified": "2", "failed": "3", "open": "4"}
_SCORE_FILL = 0.35
# One sign for each number of items of a checklist that are met; 0 is the sign of areas without one.
_MET_SIGNS = "123456789ABC"
_MET_FILL = 0.75
# Of a zone for the drains: how wide its edge is, mm, and what tells that nothing blocks it.
_ZERO_DISCHARGE, _ZERO_DISCHARGE_MM = "zero_discharge", 1.0
_READY = f"\"kind\" = '{_ZERO_DISCHARGE}' AND \"verdict\" = 'valid'"
# Words in the names of background files, from the ground up, and how each is drawn.
BASE_KINDS = ("block", "green", "water", "road", "building")
# Those whose names help to find one's way.
BASE_NAMED = ("green", "water", "road")
_BASE_NAMES = {
    "green": ("green", "park"),
    "water": ("water", "river", "lake"),
    "block": ("block", "land"),
    "road": ("road", "street"),
    "building": ("building", "house"),
}
_ROAD_WIDTH_M = 8.0


def _rgba(colour: str, share: float) -> str:
    """Return a colour with opacity as QGIS's property maps write it."""
    plain = QColor(colour)
    return f"{plain.red()},{plain.green()},{plain.blue()},{round(255 * share)}"


def outline(colour: str, width_mm: float, dash: Sequence[float]) -> Any:
    """Return the outline of an area; ``dash`` has dashes and gaps in mm, none for a solid line."""
    properties = {
        "line_color": colour,
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        "capstyle": "flat",
        "joinstyle": "round",
    }
    if dash:
        properties.update(use_custom_dash="1", customdash=";".join(f"{part:g}" for part in dash))
    return QgsSimpleLineSymbolLayer.create(properties)


def _area(fill: str, edge: str, width_mm: float, dash: Sequence[float] = ()) -> QgsFillSymbol:
    """Return a filled area with its outline."""
    symbol = QgsFillSymbol()
    symbol.deleteSymbolLayer(0)
    symbol.appendSymbolLayer(QgsSimpleFillSymbolLayer.create({"color": fill, "outline_style": "no"}))
    symbol.appendSymbolLayer(outline(edge, width_mm, dash))
    return symbol


def compound_renderer(chosen: Look) -> QgsSingleSymbolRenderer:
    """Return the renderer of compounds: dashed outline 0.4, fill 6 %."""
    return QgsSingleSymbolRenderer(_compound(chosen))


def _compound(chosen: Look) -> QgsFillSymbol:
    colour = chosen.colour("area.compound")
    return _area(_rgba(colour, _COMPOUND_FILL), colour, chosen.width(0.4), (2.0, 1.0))


def score_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of compounds by the grade of their score, which is a preview: see `score_signs`."""
    classes = {
        sign: (chosen.colour(f"score.{grade}"), chosen.word(f"score_{grade}"))
        for grade, sign in _SCORE_SIGNS.items()
    }
    return _previewed(chosen, classes, _SCORE_FILL, "score_none")


def score_signs(grades: Mapping[int, str]) -> str:
    """Return what a preview says of compounds: the sign of each grade at the place of the row number.

    Parameters
    ----------
    grades
        The grade of each row by its number.
    """
    return _signs({fid: _SCORE_SIGNS[grade] for fid, grade in grades.items()})


def checklist_renderer(chosen: Look, items: int) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of areas by how many of so many items of a checklist are met, a preview."""
    none, every = QColor(chosen.colour("met.none")), QColor(chosen.colour("met.all"))
    classes = {}
    for met in range(items + 1):
        share = met / max(items, 1)
        parts = zip(none.getRgb()[:3], every.getRgb()[:3])
        colour = QColor(*(round(low + share * (high - low)) for low, high in parts)).name()
        classes[_MET_SIGNS[met]] = (colour, chosen.word("items_met").format(met=met, all=items))
    return _previewed(chosen, classes, _MET_FILL, "items_none")


def checklist_signs(met: Mapping[int, int]) -> str:
    """Return what a preview says of areas: by row number the sign of how many items are met."""
    return _signs({fid: _MET_SIGNS[count] for fid, count in met.items()})


def _signs(sign_of: Mapping[int, str]) -> str:
    import numpy as np

    signs = np.array([ord(sign) for sign in sign_of.values()], dtype=np.uint8)
    return expressions.row_signs(np.array(list(sign_of), dtype=np.int64), signs)


def _previewed(
    chosen: Look, classes: Mapping[str, tuple[str, str]], fill: float, none: str
) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of a preview: colour and label by sign, and the word for areas without one."""
    categories = [
        QgsRendererCategory(sign, _area(_rgba(colour, fill), colour, chosen.width(0.6)), label)
        for sign, (colour, label) in classes.items()
    ]
    categories.append(QgsRendererCategory(None, _compound(chosen), chosen.word(none)))
    return QgsCategorizedSymbolRenderer(expressions.previewed_sign(), categories)


def programme_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of compounds by how they stand to the plan of the programme that is shown.

    What is refused is hatched; a compound without an item is drawn as on other maps.
    """
    theme = look.themes()[_PROGRAMME]
    categories = []
    for code in domains.domain(theme.domain).values():
        colour = chosen.colour(f"{_PROGRAMME}.{code.code}")
        if code.code == _REFUSED:
            symbol = _hatched(chosen, colour, chosen.width(0.6))
        else:
            symbol = _area(_rgba(colour, _PROGRAMME_FILL), colour, chosen.width(0.6))
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    categories.append(QgsRendererCategory(None, _compound(chosen), chosen.word("programme_none")))
    return QgsCategorizedSymbolRenderer(theme.value, categories)


def zone_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of zones: a colour a kind, fill 10 %; drafts are not told apart.

    Zones for zero discharge have an edge of 1.0 mm, and are filled (12 %) only where nothing blocks them.
    """
    categories = []
    for code in domains.domain("zone_kind").values():
        colour = chosen.colour(f"zone.{code.code}")
        if code.code == _ZERO_DISCHARGE:
            ready = _area(_rgba(colour, _READY_FILL), colour, chosen.width(_ZERO_DISCHARGE_MM))
            label = f"{chosen.label(code)}, {chosen.word('zone_ready')}"
            categories.append(QgsRendererCategory(f"{_ZERO_DISCHARGE}:ready", ready, label))
            symbol = QgsFillSymbol()
            symbol.deleteSymbolLayer(0)
            symbol.appendSymbolLayer(outline(colour, chosen.width(_ZERO_DISCHARGE_MM), ()))
        else:
            symbol = _area(_rgba(colour, _ZONE_FILL), colour, chosen.width(0.5))
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    value = f"CASE WHEN {_READY} THEN '{_ZERO_DISCHARGE}:ready' ELSE \"kind\" END"
    return QgsCategorizedSymbolRenderer(value, categories)


def road_work_renderer(chosen: Look) -> QgsSingleSymbolRenderer:
    """Return the renderer of planned road works: hatched."""
    return QgsSingleSymbolRenderer(_hatched(chosen, chosen.colour("event.road_work"), chosen.width(0.3)))


def _hatched(chosen: Look, colour: str, width_mm: float) -> QgsFillSymbol:
    """Return a hatched area with its outline."""
    symbol = QgsFillSymbol()
    symbol.deleteSymbolLayer(0)
    hatch = QgsLinePatternFillSymbolLayer.create({"angle": "45", "distance": "1.6", "distance_unit": "MM"})
    hatch.setSubSymbol(lines.line([lines.stroke(colour, chosen.width(0.2))]))
    symbol.appendSymbolLayer(hatch)
    symbol.appendSymbolLayer(outline(colour, width_mm, ()))
    return symbol


def base_kind(name: str) -> str:
    """Return what a background file shows, by its name; blocks where the name says nothing."""
    folded = name.casefold()
    for kind, words in _BASE_NAMES.items():
        if any(word in folded for word in words):
            return kind
    return "block"


def base_renderer(chosen: Look, kind: str, *, is_line: bool) -> QgsFeatureRenderer:
    """Return the renderer of a background layer: pale, so that pipes stand out."""
    line_key = f"base.{kind}_line" if kind != "green" else "base.green"
    if not is_line:
        width_mm = 0.0 if kind == "green" else chosen.width(0.15)
        symbol = _area(chosen.colour(f"base.{kind}"), chosen.colour(line_key), width_mm)
        return QgsSingleSymbolRenderer(symbol)
    if kind == "road":
        return _road_renderer(chosen)
    stroke = lines.stroke(chosen.colour(line_key), chosen.width(0.6))
    return QgsSingleSymbolRenderer(lines.line([stroke]))


def _road_renderer(chosen: Look) -> QgsSingleSymbolRenderer:
    """Return roads as bands on the ground, never thinner than a hair line on the map."""
    band = f"max({{least}}, {_ROAD_WIDTH_M * 1000:g} / @map_scale + {{more}})"
    edge = lines.stroke(chosen.colour("base.road_line"), 0.5, level=0)
    lines.define(edge, "StrokeWidth", band.format(least=0.3, more=0.3))
    core = lines.stroke(chosen.colour("base.road"), 0.3, level=1)
    lines.define(core, "StrokeWidth", band.format(least=0.12, more=0))
    result = QgsSingleSymbolRenderer(lines.line([edge, core]))
    result.setUsingSymbolLevels(True)
    return result
