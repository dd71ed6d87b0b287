"""Metered areas by state and by leakage, and the signs where they end: meters, valves, open crossings."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsMarkerSymbol,
    QgsProperty,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbolLayer,
)
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge.styling import areas, lines, look, points, rules
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import WHITE
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
_RING_MM, _RING_EDGE_MM = 4.0, 0.7
_WAY_MM, _WAY_DASH = 1.2, (2.4, 1.4)
# Of the layer that shows them: what measures, what is closed for sure, and all else.
IS_METER = '("meter_in" IS NOT NULL OR "meter_out" IS NOT NULL)'
_IS_SURE = (
    "\"valve_state\" = 'closed' AND coalesce(\"operable\", '') <> 'no'"
    " AND coalesce(\"accessible\", '') <> 'no'"
)


def hue_colours(chosen: Look) -> tuple[str, ...]:
    """Return the eight colours of metered areas."""
    return tuple(chosen.colour(f"dma.hue_{number}") for number in range(HUES))


def dma_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of metered areas; zones of other kinds are not drawn."""
    root = rules.root()
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


def crossing_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of issues that shows open crossings alone: red rings of 4.0 mm."""
    ring = QgsSimpleMarkerSymbolLayer.create(
        {
            "name": "circle",
            "color": "255,255,255,0",
            "outline_color": chosen.colour("dma.crossing"),
            "outline_width": f"{_RING_EDGE_MM:g}",
            "outline_width_unit": "MM",
            "size": f"{_RING_MM:g}",
            "size_unit": "MM",
        }
    )
    root = rules.root()
    wanted = "\"rule_id\" = 'dma_open_boundary' AND \"state\" = 'open'"
    root.appendChild(rules.rule("crossing", lines.marker(ring), chosen.word("dma_crossing"), wanted))
    return rules.renderer(root)


def way_renderer(chosen: Look) -> QgsSingleSymbolRenderer:
    """Return the renderer of unmetered ways: red 1.2 mm, dashed."""
    stroke = lines.stroke(chosen.colour("dma.way"), chosen.width(_WAY_MM), _WAY_DASH)
    return QgsSingleSymbolRenderer(lines.line([stroke]))


def boundary_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of meters and valves on boundaries."""
    root = rules.root()
    meter = points.sign("flow_meter", chosen.colour("dma.meter"))
    root.appendChild(rules.rule("meter", meter, chosen.word("dma_meter"), IS_METER))
    closed = _valve("valve", chosen, fill=chosen.colour("dma.valve"))
    wanted = f"NOT {IS_METER} AND {_IS_SURE}"
    root.appendChild(rules.rule("closed", closed, chosen.word("dma_closed"), wanted))
    doubtful = _valve("valve_unknown", chosen, fill=WHITE)
    root.appendChild(rules.otherwise("doubtful", doubtful, chosen.word("dma_doubtful")))
    return rules.renderer(root)


def _valve(name: str, chosen: Look, *, fill: str) -> QgsMarkerSymbol:
    """Return the sign of a valve, turned with its pipe."""
    symbol = points.sign(name, chosen.colour("dma.valve"), fill)
    lines.define(symbol.symbolLayer(0), "Angle", 'coalesce("angle_deg", 0)')
    return symbol
