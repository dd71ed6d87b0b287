"""Metered areas by state: drafts dashed, proven ones filled; by leakage: a colour for each state."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsProperty,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSymbolLayer,
)
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge.styling import areas, lines, look, rules
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.dma.hues import HUES
from waternet_plugin.core.schema import domains

_FILL = 0.10
# The pipes in a zone are read through its state.
_LEAKAGE_FILL = 0.45
_NO_DATA, _HATCH_MM = "no_data", 2.0
_EDGE_MM, _DRAFT_MM, _FAULT_MM = 0.6, 0.5, 1.2
_DASH = (3.0, 1.6)
# A zone without a hue of its own gets one by its number, so that most neighbours differ.
_HUE = f'coalesce("hue", $id) % {HUES}'
_DMA = "\"kind\" = 'dma'"


def hue_colours(chosen: Look) -> tuple[str, ...]:
    """Return the eight colours of metered areas."""
    return tuple(chosen.colour(f"dma.hue_{number}") for number in range(HUES))


def dma_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of metered areas; zones of other kinds are not drawn."""
    root = QgsRuleBasedRenderer.Rule(None)
    for code in domains.domain("zone_state").values():
        if code.code == "retired":
            continue
        is_draft = code.code == "draft"
        wanted = f"\"state\" = '{code.code}'" + (' OR "state" IS NULL' if is_draft else "")
        symbol = _symbol(chosen, is_draft=is_draft)
        root.appendChild(rules.rule(code.code, symbol, chosen.label(code), f"{_DMA} AND ({wanted})"))
    verdict = domains.domain("zone_verdict")["not_valid"]
    fault = QgsFillSymbol()
    fault.deleteSymbolLayer(0)
    fault.appendSymbolLayer(areas.outline(chosen.colour("dma.not_valid"), chosen.width(_FAULT_MM), ()))
    wanted = f"{_DMA} AND \"verdict\" = 'not_valid' AND coalesce(\"state\", '') <> 'retired'"
    root.appendChild(rules.rule("not_valid", fault, chosen.label(verdict), wanted))
    return rules.renderer(root)


def _symbol(chosen: Look, *, is_draft: bool) -> QgsFillSymbol:
    colours = ",".join(f"'{colour}'" for colour in hue_colours(chosen))
    hue = f"array_get(array({colours}), {_HUE})"
    symbol = QgsFillSymbol()
    symbol.deleteSymbolLayer(0)
    properties = QgsSymbolLayer.Property
    if not is_draft:
        fill = QgsSimpleFillSymbolLayer.create({"outline_style": "no"})
        faint = QgsProperty.fromExpression(f"set_color_part({hue}, 'alpha', {round(255 * _FILL)})")
        fill.setDataDefinedProperty(properties.PropertyFillColor, faint)
        symbol.appendSymbolLayer(fill)
    width = chosen.width(_DRAFT_MM if is_draft else _EDGE_MM)
    edge = areas.outline(chosen.colour("dma.hue_0"), width, _DASH if is_draft else ())
    edge.setDataDefinedProperty(properties.PropertyStrokeColor, QgsProperty.fromExpression(hue))
    symbol.appendSymbolLayer(edge)
    return symbol


def leakage_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of metered areas by the state of their newest night; those without are hatched."""
    value = f"coalesce(\"leak_state\", '{_NO_DATA}')"
    return QgsCategorizedSymbolRenderer(value, _states(chosen, "night_state", "leakage"))


def criterion_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of metered areas by night flow and leakage rate, whose limits both must keep."""
    theme = look.themes()["double_criterion"]
    return QgsCategorizedSymbolRenderer(theme.value, _states(chosen, theme.domain, "criterion"))


def _states(chosen: Look, domain: str, colours: str) -> list[QgsRendererCategory]:
    """Return a category for each code of a domain, what is unknown hatched."""
    categories = []
    for code in domains.domain(domain).values():
        colour = chosen.colour(f"{colours}.{code.code}")
        symbol = QgsFillSymbol()
        symbol.deleteSymbolLayer(0)
        if code.code == _NO_DATA:
            hatch = QgsLinePatternFillSymbolLayer.create(
                {"angle": "45", "distance": f"{_HATCH_MM:g}", "distance_unit": "MM"}
            )
            hatch.setSubSymbol(lines.line([lines.stroke(colour, chosen.width(0.2))]))
            symbol.appendSymbolLayer(hatch)
        else:
            fill = QgsSimpleFillSymbolLayer.create({"color": colour, "outline_style": "no"})
            plain = QColor(colour)
            plain.setAlphaF(_LEAKAGE_FILL)
            fill.setColor(plain)
            symbol.appendSymbolLayer(fill)
        symbol.appendSymbolLayer(areas.outline(colour, chosen.width(_EDGE_MM), ()))
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    return categories
