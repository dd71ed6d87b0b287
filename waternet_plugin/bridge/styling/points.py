"""Renderers of nodes, users, meters, failures, work items and tanks due."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsGenericNumericTransformer,
    QgsMarkerSymbol,
    QgsProperty,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
    QgsSymbolLayer,
)

from waternet_plugin.bridge.styling import expressions, lines, look, rules
from waternet_plugin.bridge.styling.look import Look, NodeClass
from waternet_plugin.bridge.styling.pipes import LEGEND_ONLY
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.users.meter_lives import MIDDLE_DN_MM, SMALL_DN_MM, MeterLives

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
# The same in classes: mm of the dot from which demand on, m3/d, and the word of the class. QGIS keeps the
# picture of a dot of one size, but of none whose size is an expression.
_USER_CLASSES = (
    (1.7, 0.0, "user_below_1"),
    (2.2, 1.0, "user_1_to_10"),
    (3.0, 10.0, "user_10_to_100"),
    (3.8, 100.0, "user_from_100"),
)
# By use and trade: the trade where it is known, else the kind.
_TRADE = 'coalesce("trade", "kind")'
# Share of a demand below it at which its class begins; a transformer needs some width.
_TINY = 1e-9
# Of the dot of a meter, mm.
_METER_MM = 2.6
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
    root = rules.root()
    for node_class in look.node_classes():
        condition = expressions.is_among("kind", chosen.counting_as("node_kind", node_class.kind))
        if node_class.filter:
            condition += f" AND {node_class.filter}"
        symbol, label = node_symbol(chosen, node_class), _node_label(chosen, node_class)
        rule = rules.rule(node_class.key, symbol, label, condition, farthest=node_class.scale)
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
        symbol = _dot(chosen.colour(f"due.{code.code}"), _DUE_MM)
        symbol.symbolLayer(0).setRenderingPass(level)
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    result = QgsCategorizedSymbolRenderer("due_state", categories)
    result.setUsingSymbolLevels(True)
    return result


def trade_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of users by use and trade: a dot whose size tells the demand in classes.

    A user of no known trade has the colour of its kind. The sizes stand below the trades in the legend; no
    user is in these classes.
    """
    categories = []
    for name, prefix in (("trade", "trade"), ("customer_kind", "customer")):
        for code in domains.domain(name).values():
            symbol = _dot_of_classes(chosen.colour(f"{prefix}.{code.code}"))
            values = chosen.counting_as(name, code.code)
            # An empty value takes what has neither.
            values += [""] if (name, code.code) == ("customer_kind", _UNKNOWN) else []
            categories.append(QgsRendererCategory(values, symbol, chosen.label_with_own(name, code.code)))
    for size_mm, _from_m3d, word in _USER_CLASSES:
        dot = _dot(chosen.colour("customer.edge"), size_mm)
        categories.append(QgsRendererCategory(f"{LEGEND_ONLY}:{word}", dot, chosen.word(word)))
    return QgsCategorizedSymbolRenderer(_TRADE, categories)


def _dot_of_classes(fill: str) -> QgsMarkerSymbol:
    """Return a dot for each class of demand that a user reaches, the larger ones over the smaller."""
    (size_mm, _least, _word), *others = _USER_CLASSES
    symbol = _dot(fill, size_mm)
    for size_mm, from_m3d, _word in others:
        layer = symbol.symbolLayer(0).clone()
        layer.setSize(size_mm)
        # A column that a step makes yes or no is read in half the time of an expression; unknown is no.
        reached = QgsProperty.fromField("demand_m3d")
        reached.setTransformer(QgsGenericNumericTransformer(from_m3d * (1 - _TINY), from_m3d, 0, 1, 0, 1))
        layer.setDataDefinedProperty(QgsSymbolLayer.Property.PropertyLayerEnabled, reached)
        symbol.appendSymbolLayer(layer)
    return symbol


def _dot(fill: str, size_mm: float, edge: str = WHITE) -> QgsMarkerSymbol:
    """Return a dot; ``fill`` is a colour, with an opacity of 0 for a hollow one."""
    properties = {
        "name": "circle",
        "size": f"{size_mm:g}",
        "size_unit": "MM",
        "color": fill,
        "outline_color": edge,
        "outline_width": f"{_STROKE_MM:g}",
        "outline_width_unit": "MM",
    }
    return lines.marker(QgsSimpleMarkerSymbolLayer.create(properties))


def meter_renderer(chosen: Look, lives: MeterLives) -> QgsRuleBasedRenderer:
    """Return the renderer of customer meters in use by when they are due, of no other nodes.

    As `core.users.meter_schedule.schedule_meters` has it, on the day on which the map is drawn: after the
    verification, else after 1 July of the year of installation. Meters of an unknown day are hollow.
    """
    begun = 'coalesce("verified_meter_on", make_date(to_int("install_year"), 7, 1))'
    life = (
        f'CASE WHEN "diameter_mm" <= 0 THEN NULL WHEN "diameter_mm" <= {SMALL_DN_MM:g} THEN {lives.small_d:d}'
        f' WHEN "diameter_mm" <= {MIDDLE_DN_MM:g} THEN {lives.middle_d:d}'
        f' WHEN "diameter_mm" > {MIDDLE_DN_MM:g} THEN {lives.large_d:d} END'
    )
    ahead = f"(day({begun} - to_date(now())) + {life})"
    conditions = {
        "overdue": f"{ahead} < 0",
        "due": f"{ahead} >= 0 AND {ahead} <= {lives.soon_d:d}",
        "later": f"{ahead} > {lives.soon_d:d}",
        _UNKNOWN: f"{ahead} IS NULL",
    }
    is_used = expressions.is_among("status", in_use())
    installed = "coalesce(\"meter_state\", '') IN ('', 'installed')"
    root = rules.root()
    # QGIS asks the file for meters alone.
    meters = rules.group("meters", "", f"\"kind\" = 'meter' AND {is_used} AND {installed}")
    root.appendChild(meters)
    codes = domains.domain("due_state")
    # The more urgent ones are drawn over the others.
    for level, (state, condition) in zip(range(len(conditions), 0, -1), conditions.items()):
        colour = chosen.colour(f"due.{state}")
        symbol = _dot("0,0,0,0", _METER_MM, colour) if state == _UNKNOWN else _dot(colour, _METER_MM)
        symbol.symbolLayer(0).setRenderingPass(level)
        meters.appendChild(rules.rule(f"meter_{state}", symbol, chosen.label(codes[state]), condition))
    return rules.renderer(root)
