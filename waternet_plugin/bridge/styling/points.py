"""Renderers of nodes, users, failures, work items and tanks due."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsMarkerSymbol,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
)

from waternet_plugin.bridge.styling import expressions, lines, look
from waternet_plugin.bridge.styling.look import Look, NodeClass
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.schema import domains

_STROKE_MM = 0.25
_UNKNOWN = "unknown"
# Farther out than this signs are half as large, or they would hide a small town.
_HALF_BEYOND = "zone_meters"
# A junction shows while pipes are edited only; the plugin switches its line in the legend.
ONLY_WHILE_EDITING = "junction"
# Small, so that the class of the pipe below stays to be seen.
_FAILURE_SIZE = 0.6
# How large a user is, mm: the more water, the larger; who uses none, or nobody knows how much, is smallest.
_USER_MM = 'min(4.4, 1.6 + 0.9 * log10(1 + max(0, coalesce("demand_m3d", 0))))'
# Of the dot of a tank, mm: wider than its sign, which lies over it.
_DUE_MM = 4.6
_FAILURE_SYMBOLS = {
    "main_break": "failure_burst",
    "main_leak": "failure_leak",
    "joint": "failure_leak",
    "service": "failure_leak",
}


def sign(name: str, outline: str, fill: str = WHITE, *, factor: float = 1.0) -> QgsMarkerSymbol:
    """Return a sign of ``styles/svg`` in its own size, stroke 0.25 mm."""
    properties = {
        "name": look.svg(name),
        "size": f"{look.svg_width(name) * factor:g}",
        "size_unit": "MM",
        "color": fill,
        "outline_color": outline,
        "outline_width": f"{_STROKE_MM:g}",
        "outline_width_unit": "MM",
    }
    return lines.marker(QgsSvgMarkerSymbolLayer.create(properties))


def node_symbol(chosen: Look, node_class: NodeClass) -> QgsMarkerSymbol:
    """Return the sign of a class of nodes: white, stroke in the colour of its system, turned if it turns."""
    symbol = sign(node_class.symbol, chosen.colour("system.none"))
    layer = symbol.symbolLayer(0)
    colour = expressions.system_colour(chosen)
    lines.define(layer, "StrokeColor", colour)
    if node_class.fill == "system":
        layer.setFillColor(layer.strokeColor())
        lines.define(layer, "FillColor", colour)
    if node_class.scale > look.scale(_HALF_BEYOND):
        size = look.svg_width(node_class.symbol)
        lines.define(layer, "Size", f"if(@map_scale > {look.scale(_HALF_BEYOND):g}, {size / 2:g}, {size:g})")
    if node_class.turns:
        lines.define(layer, "Angle", 'coalesce("angle_deg", 0)')
    return symbol


def _node_label(chosen: Look, node_class: NodeClass) -> str:
    if node_class.filter:
        return chosen.with_own(chosen.word(node_class.key), "node_kind", node_class.kind)
    return chosen.label_with_own("node_kind", node_class.kind)


def node_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of nodes: a rule a sign, each from its own scale in.

    Rules, since QGIS asks the file only for the kinds that show at the map's scale.
    """
    root = QgsRuleBasedRenderer.Rule(None)
    for node_class in look.node_classes():
        condition = expressions.is_among("kind", chosen.counting_as("node_kind", node_class.kind))
        if node_class.filter:
            condition += f" AND {node_class.filter}"
        rule = QgsRuleBasedRenderer.Rule(
            node_symbol(chosen, node_class),
            # From the closest view to the farthest one, as denominators.
            0,
            int(node_class.scale),
            condition,
            _node_label(chosen, node_class),
        )
        rule.setRuleKey(node_class.key)
        rule.setActive(node_class.key != ONLY_WHILE_EDITING)
        root.appendChild(rule)
    return QgsRuleBasedRenderer(root)


def customer_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of users: a house whose colour tells the kind and whose size the demand."""
    categories = []
    for code in domains.domain("customer_kind").values():
        symbol = sign("user", chosen.colour("customer.edge"), chosen.colour(f"customer.{code.code}"))
        lines.define(symbol.symbolLayer(0), "Size", _USER_MM)
        # An empty value takes what has no kind.
        kinds = chosen.counting_as("customer_kind", code.code)
        kinds += [""] if code.code == _UNKNOWN else []
        categories.append(
            QgsRendererCategory(kinds, symbol, chosen.label_with_own("customer_kind", code.code))
        )
    return QgsCategorizedSymbolRenderer("kind", categories)


def failure_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of failures: bursts, leaks, others."""
    colour = chosen.colour("event.failure")
    codes = chosen.codes("failure_kind")
    labels = {
        "failure_burst": chosen.word("failure_burst"),
        "failure_leak": chosen.word("failure_leak"),
        "failure_other": chosen.word("failure_other"),
    }
    categories = []
    for symbol_name, label in labels.items():
        kinds = [
            code
            for code, described in codes.items()
            if _FAILURE_SYMBOLS.get(described.base or code, "failure_other") == symbol_name
        ]
        if symbol_name == "failure_other":
            # An empty value takes what has no kind.
            kinds.append("")
        categories.append(QgsRendererCategory(kinds, sign(symbol_name, colour, factor=_FAILURE_SIZE), label))
    return QgsCategorizedSymbolRenderer("kind", categories)


def work_item_renderer(chosen: Look) -> QgsSingleSymbolRenderer:
    """Return the renderer of work items; what is closed is faint."""
    symbol = sign("work_item", chosen.colour("event.work_item"))
    lines.define_opacity(symbol, "if(\"state\" IN ('done', 'cancelled'), 35, 100)")
    return QgsSingleSymbolRenderer(symbol)


def due_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of tanks: a dot under the sign of each, in the colour of when it is due."""
    categories = []
    # The more urgent ones are drawn over the others.
    codes = list(domains.domain("due_state").values())
    for level, code in zip(range(len(codes), 0, -1), codes):
        properties = {
            "name": "circle",
            "size": f"{_DUE_MM:g}",
            "size_unit": "MM",
            "color": chosen.colour(f"due.{code.code}"),
            "outline_color": WHITE,
            "outline_width": f"{_STROKE_MM:g}",
            "outline_width_unit": "MM",
        }
        layer = QgsSimpleMarkerSymbolLayer.create(properties)
        layer.setRenderingPass(level)
        categories.append(QgsRendererCategory(code.code, lines.marker(layer), chosen.label(code)))
    result = QgsCategorizedSymbolRenderer("due_state", categories)
    result.setUsingSymbolLevels(True)
    return result
