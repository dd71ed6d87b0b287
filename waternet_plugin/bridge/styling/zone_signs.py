"""Signs where metered areas end: meters, closed and doubtful valves, open crossings, unmetered ways."""

from __future__ import annotations

from qgis.core import (
    QgsMarkerSymbol,
    QgsRuleBasedRenderer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
)

from waternet_plugin.bridge.styling import lines, points, rules
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import WHITE

_RING_MM, _RING_EDGE_MM = 4.0, 0.7
_WAY_MM, _WAY_DASH = 1.2, (2.4, 1.4)
# Of the layer that shows them: what measures, what is closed for sure, and all else.
IS_METER = '("meter_in" IS NOT NULL OR "meter_out" IS NOT NULL)'
_IS_SURE = (
    "\"valve_state\" = 'closed' AND coalesce(\"operable\", '') <> 'no'"
    " AND coalesce(\"accessible\", '') <> 'no'"
)


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
    root = QgsRuleBasedRenderer.Rule(None)
    wanted = "\"rule_id\" = 'dma_open_boundary' AND \"state\" = 'open'"
    root.appendChild(rules.rule("crossing", lines.marker(ring), chosen.word("dma_crossing"), wanted))
    return rules.renderer(root)


def way_renderer(chosen: Look) -> QgsSingleSymbolRenderer:
    """Return the renderer of unmetered ways: red 1.2 mm, dashed."""
    stroke = lines.stroke(chosen.colour("dma.way"), chosen.width(_WAY_MM), _WAY_DASH)
    return QgsSingleSymbolRenderer(lines.line([stroke]))


def boundary_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of meters and valves on boundaries."""
    root = QgsRuleBasedRenderer.Rule(None)
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
