"""Renderers of the pipes, one for each theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsLineSymbol,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
)

from waternet_plugin.bridge.styling import expressions, lines, look, rules
from waternet_plugin.bridge.styling.look import LineClass, Look, Theme
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.flow import UNDETERMINED

# Key of what stands in the legend only.
LEGEND_ONLY = "legend"
# Key of the rule of white edges, switched on while a base map is visible.
CASING = "casing"
# The rule of drains whose flow is not determined.
FLOW_UNKNOWN = "flow:unknown"
# Arrows, letters and the like stand above all lines.
_MARKS_LEVEL = 12
_PLAN_WIDTH_MM = 0.9
_QUIET_WIDTH_MM = 0.26
_PLAN_COLOURS = 10
_CASING_MM = 0.3
# How much wider than a drain the white is under the dashes that say that nobody knows its flow.
_UNKNOWN_EDGE_MM = 0.2
_VEIL_LEVEL = 11
_NOT_ASSESSED = "unknown"
_SHOWN_FROM_AFAR = ("renew_now", "priority", "monitor")
# Share in percent at which pipes of unknown DN are drawn.
_UNKNOWN_OPACITY = 40


def _mark(chosen: Look, line_class: LineClass, colour: str) -> list[object]:
    """Return the symbol layers of a class's mark."""
    if line_class.mark == "crosses":
        return [lines.crosses(colour, level=line_class.level)]
    if line_class.theme != "system":
        return []
    marks: list[object] = []
    if line_class.mark == "ticks":
        marks.append(lines.ticks(colour, level=line_class.level))
    if chosen.is_cjj61 and line_class.key in domains.domain("system"):
        code = domains.domain("system")[line_class.key].standard_code
        marks.append(lines.letters(code, chosen.text_colour(f"system.{line_class.key}"), level=_MARKS_LEVEL))
    return marks


def _double(chosen: Look, level: int) -> QgsLineSymbol:
    """Return the sign of planned pipes: two lines in the colour of the system, 0.2 each, white core 0.5."""
    outer = lines.stroke(chosen.colour("system.planned"), chosen.width(0.9), level=level)
    lines.define(outer, "StrokeColor", expressions.planned_colour(chosen))
    core = lines.stroke(WHITE, chosen.width(0.5), level=level + 1)
    return lines.line([outer, core])


def _cased(chosen: Look, colour: str, casing: str, width_mm: float, level: int) -> QgsLineSymbol:
    """Return a light line held by a dark casing of 0.15 mm each side."""
    around = lines.stroke(casing, chosen.width(width_mm + 0.3), level=level)
    return lines.line([around, lines.stroke(colour, chosen.width(width_mm), level=level + 1)])


def line_symbol(chosen: Look, line_class: LineClass) -> QgsLineSymbol:
    """Return the symbol of one class."""
    colour = chosen.colour(f"{line_class.theme}.{line_class.key}")
    if line_class.mark == "double":
        return _double(chosen, line_class.level)
    if line_class.mark == "casing":
        casing = chosen.colour(f"{line_class.theme}.{line_class.key}_casing")
        return _cased(chosen, colour, casing, line_class.width_mm or 0.0, line_class.level)
    # 0.66 is what a legend shows where the width says the DN.
    width_mm = chosen.width(0.66 if line_class.width_mm is None else line_class.width_mm)
    stroke = lines.stroke(colour, width_mm, line_class.dash, level=line_class.level)
    symbol = lines.line([stroke, *_mark(chosen, line_class, colour)])
    if line_class.width_mm is None:
        lines.define(stroke, "StrokeWidth", expressions.width(chosen))
    return symbol


def _legend_label(
    chosen: Look, theme: Theme, line_class: LineClass, lengths_m: Mapping[str, float], word: str = ""
) -> str:
    label = word or chosen.class_label(theme, line_class)
    if line_class.key in lengths_m:
        return f"{label}  {lengths_m[line_class.key] / 1000.0:,.1f} km"
    return label


def _in_theme(chosen: Look, theme: Theme, line_class: LineClass) -> str:
    """Return the condition for the pipes of a class."""
    if line_class.filter:
        return line_class.filter
    return expressions.is_of_class(chosen, theme, line_class.key)


def _width_label(lower: float | None, limit: float | None) -> str:
    return f"DN ≤ {limit:g}" if limit is not None else f"DN > {lower:g}"


def _width_rules(chosen: Look) -> QgsRuleBasedRenderer.Rule:
    """Return a group that only the legend shows: the widths by DN. No pipe is in it."""
    # No map is drawn at 1:1, so QGIS does not even ask the condition.
    group = rules.group(LEGEND_ONLY, chosen.word("widths"), "1 = 0", farthest=1)
    lower = None
    for limit, width_mm in look.width_steps():
        stroke = lines.stroke(chosen.colour("system.none"), chosen.width(width_mm))
        label = _width_label(lower, limit)
        group.appendChild(rules.rule(f"{LEGEND_ONLY}:{width_mm:g}", lines.line([stroke]), label))
        lower = limit
    return group


def _overview(chosen: Look, theme: Theme, width_mm: float | None, *, level: int = 1) -> QgsLineSymbol:
    """Return a plain line in the colour of its class; ``width_mm`` None for the width by DN."""
    width = chosen.width(width_mm or 0.66)
    stroke = lines.stroke(chosen.colour("system.none"), width, level=level, ends="flat")
    keys = [line_class.key for line_class in look.line_classes(theme.name)]
    lines.define(stroke, "StrokeColor", expressions.class_colour(chosen, theme, keys, "system.none"))
    if width_mm is None:
        lines.define(stroke, "StrokeWidth", expressions.width(chosen))
    return lines.line([stroke])


def _middle_rules(chosen: Look, theme: Theme) -> QgsRuleBasedRenderer.Rule:
    """Return the pipes from 1:50 000 to 1:5 000: a rule a width, as there are fewer widths than classes."""
    label, (nearest, farthest) = chosen.word("middle"), (look.scale("patterns"), look.scale("pipes"))
    group = rules.group("middle", label, expressions.is_no_service(), nearest=nearest, farthest=farthest)
    lower = None
    for place, (limit, width_mm) in enumerate(look.width_steps()):
        # Thin pipes above thick ones, which would hide them.
        symbol = _overview(chosen, theme, width_mm, level=_MARKS_LEVEL - place)
        condition = expressions.is_of_step(place + 1)
        group.appendChild(rules.rule(f"middle:{place}", symbol, _width_label(lower, limit), condition))
        lower = limit
    symbol = _overview(chosen, theme, look.width_steps()[0][1])
    symbol.setOpacity(_UNKNOWN_OPACITY / 100)
    group.appendChild(rules.otherwise("middle:other", symbol, chosen.word("size_unknown")))
    return group


def _veil(chosen: Look) -> QgsRuleBasedRenderer.Rule:
    """Return what makes pipes of unknown size paler; to ask each pipe how opaque it is would cost more."""
    stroke = lines.stroke(WHITE, chosen.width(look.width_steps()[0][1]) + 0.05, level=_VEIL_LEVEL)
    symbol = lines.line([stroke])
    symbol.setOpacity(1 - _UNKNOWN_OPACITY / 100)
    condition = expressions.is_of_unknown_size()
    return rules.rule("veil", symbol, chosen.word("size_unknown"), condition, farthest=look.scale("patterns"))


def _flow_rule(chosen: Look, line_class: LineClass) -> QgsRuleBasedRenderer.Rule:
    """Return the arrow in the middle of drains that are 8 mm or more long on the map."""
    arrow = lines.arrow(chosen.colour(f"system.{line_class.key}"), level=_MARKS_LEVEL)
    return rules.rule(f"flow:{line_class.key}", lines.line([arrow]), chosen.word("flow"), _flow_condition())


def _flow_condition() -> str:
    """Return the condition for drains that are long enough on the map for an arrow, and have one."""
    # The drawn length: one column less to read for all pipes.
    long_enough = f"length($geometry) >= {lines.ARROW_FROM_MM / 1000:g} * @map_scale"
    return f'"map_flow" <> {UNDETERMINED} AND {long_enough}'


def _flow_rules(chosen: Look, theme: Theme) -> list[QgsRuleBasedRenderer.Rule]:
    """Return what every theme shows of flow: arrows, unless its classes have them, and what is not known."""
    near = look.scale("patterns")
    found = []
    if not any(line_class.mark == "arrow" for line_class in look.line_classes(theme.name)):
        arrow = lines.arrow(chosen.colour("system.none"), level=_MARKS_LEVEL)
        symbol, label = lines.line([arrow]), chosen.word("flow")
        found.append(rules.rule("flow", symbol, label, _flow_condition(), farthest=near))
    widths = expressions.width(chosen), expressions.width(chosen, _UNKNOWN_EDGE_MM)
    symbol = lines.line(lines.unknown_flow(chosen.colour("flow.unknown"), *widths, level=_MARKS_LEVEL))
    condition, label = f'"map_flow" = {UNDETERMINED}', chosen.word("flow_unknown")
    return [*found, rules.rule(FLOW_UNKNOWN, symbol, label, condition, farthest=near)]


def _casing_rule(chosen: Look, width: str, condition: str) -> QgsRuleBasedRenderer.Rule:
    """Return the white edge of 0.3 mm on both sides over a base map; off until there is one."""
    stroke = lines.stroke(WHITE, chosen.width(0.66) + 2 * _CASING_MM)
    lines.define(stroke, "StrokeWidth", width)
    label = chosen.word("casing")
    result = rules.rule(CASING, lines.line([stroke]), label, condition, farthest=look.scale("casing"))
    result.setActive(False)
    return result


def renderer(
    chosen: Look, theme_name: str, lengths_m: Mapping[str, float] | None = None
) -> QgsRuleBasedRenderer:
    """Return the renderer of a theme of classes.

    One rule a class with its pattern from 1:5 000 in, one a width from 1:50 000 in, and one for the large
    pipes farther out. SQLite can answer all their conditions, so that what does not show at a scale
    is never read, and no feature is asked what the scale decides.

    Parameters
    ----------
    chosen
        Palette and language.
    theme_name
        Any theme but ``plan``.
    lengths_m
        Metres of pipes by class, shown in the legend.
    """
    if theme_name == "health":
        return _health_renderer(chosen, lengths_m or {})
    theme = chosen.theme(theme_name)
    root = rules.root()
    near = rules.group("near", chosen.label(theme), farthest=look.scale("patterns"))
    for line_class in chosen.line_classes(theme_name):
        label = _legend_label(chosen, theme, line_class, lengths_m or {})
        symbol = line_symbol(chosen, line_class)
        rule = rules.rule(line_class.key, symbol, label, _in_theme(chosen, theme, line_class))
        if line_class.mark == "arrow":
            rule.appendChild(_flow_rule(chosen, line_class))
        near.appendChild(rule)
    # Whatever has no class shows too, and SQLite need not compare what is drawn anyway.
    stroke = lines.stroke(chosen.colour("system.none"), chosen.width(0.26), level=1)
    near.appendChild(rules.otherwise("other", lines.line([stroke]), chosen.word("other_classes")))
    root.appendChild(near)
    for part in _flow_rules(chosen, theme):
        root.appendChild(part)
    root.appendChild(_width_rules(chosen))
    overview = _overview(chosen, theme, None)
    far = rules.rule("far", overview, chosen.word("far"), expressions.is_large(), nearest=look.scale("pipes"))
    # One line of the legend, folded, for what is seldom looked up.
    more = rules.group("more", chosen.word("more"))
    width = expressions.width(chosen, 2 * _CASING_MM)
    casing = _casing_rule(chosen, width, expressions.is_no_service())
    for part in (_middle_rules(chosen, theme), far, _veil(chosen), casing):
        more.appendChild(part)
    root.appendChild(more)
    return rules.renderer(root)


def _health_renderer(chosen: Look, lengths_m: Mapping[str, float]) -> QgsRuleBasedRenderer:
    """Return the renderer of health; what is to be renewed or watched shows at every scale."""
    theme = look.themes()["health"]
    root = rules.root()
    for line_class in look.line_classes("health"):
        label = _legend_label(chosen, theme, line_class, lengths_m)
        root.appendChild(_health_rule(chosen, line_class, label, _in_theme(chosen, theme, line_class)))
    # The size first: SQLite then looks for the assessment of few pipes only. Drains that nobody assessed
    # are as large here as in the theme of systems.
    others = ", ".join(expressions.text(key) for key in _SHOWN_FROM_AFAR)
    condition = (
        f'{expressions.is_large()} AND ("class" IS NULL OR "class" NOT IN ({others}))'
        f" OR {expressions.is_large_drain()} AND {expressions.is_one_of('class', 'in_service')}"
    )
    for part in (_large_health_rule(chosen, theme, condition), _health_casing(chosen, theme)):
        root.appendChild(part)
    return rules.renderer(root)


def preview_renderer(
    chosen: Look, lengths_m: Mapping[str, float], words: Mapping[str, str]
) -> QgsRuleBasedRenderer:
    """Return the renderer of classes that are not recorded: those of `expressions.PREVIEW`.

    Parameters
    ----------
    chosen
        Palette and language.
    lengths_m
        Metres by class, shown in the legend.
    words
        What the legend calls classes that mean something else than in the theme of health.
    """
    theme = replace(look.themes()["health"], value=expressions.previewed_class())
    root = rules.root()
    # A line of the legend above the others, and no pipe in it.
    root.appendChild(rules.group("preview", chosen.word("preview"), "1 = 0", farthest=1))
    for line_class in look.line_classes("health"):
        label = _legend_label(chosen, theme, line_class, lengths_m, words.get(line_class.key, ""))
        condition = expressions.is_previewed(line_class.key)
        root.appendChild(_health_rule(chosen, line_class, label, condition))
    quiet = f"{theme.value} IN ('in_service', {expressions.text(_NOT_ASSESSED)})"
    condition = (
        f"{expressions.is_large()} AND {quiet}"
        f" OR {expressions.is_large_drain()} AND {expressions.is_previewed('in_service')}"
    )
    for part in (_large_health_rule(chosen, theme, condition), _health_casing(chosen, theme)):
        root.appendChild(part)
    return rules.renderer(root)


def _health_rule(
    chosen: Look, line_class: LineClass, label: str, condition: str
) -> QgsRuleBasedRenderer.Rule:
    """Return the rule of a class of health; not assessed is whatever no other rule draws."""
    key, symbol = line_class.key, line_symbol(chosen, line_class)
    farthest = None if key in _SHOWN_FROM_AFAR else look.scale("pipes")
    if key == _NOT_ASSESSED:
        return rules.otherwise(key, symbol, label, farthest=farthest)
    return rules.rule(key, symbol, label, condition, farthest=farthest)


def _large_health_rule(chosen: Look, theme: Theme, condition: str) -> QgsRuleBasedRenderer.Rule:
    """Return the rule of the quiet classes far out, where only their large pipes show."""
    quiet = [each.key for each in look.line_classes("health") if each.key not in _SHOWN_FROM_AFAR]
    stroke = lines.stroke(chosen.colour("health.in_service"), chosen.width(_QUIET_WIDTH_MM))
    colour = expressions.class_colour(chosen, theme, quiet, "health.unknown")
    lines.define(stroke, "StrokeColor", colour)
    label = chosen.word("large_quiet")
    return rules.rule("large", lines.line([stroke]), label, condition, nearest=look.scale("pipes"))


def _health_casing(chosen: Look, theme: Theme) -> QgsRuleBasedRenderer.Rule:
    """Return the white edges of the theme of health; what nobody assessed stays quiet."""
    around = {
        line_class.key: f"{chosen.width(line_class.width_mm or _QUIET_WIDTH_MM) + 2 * _CASING_MM:g}"
        for line_class in look.line_classes("health")
    }
    width = f"to_real({expressions.words(around, theme.value, around[_NOT_ASSESSED])})"
    return _casing_rule(chosen, width, f"{theme.value} <> {expressions.text(_NOT_ASSESSED)}")


def plan_renderer(
    chosen: Look, years: Sequence[int], lengths_m: Mapping[int, float]
) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of the plan: a colour a year, the earliest drawn last."""
    categories = []
    for place, year in enumerate(years):
        colour = chosen.colour(f"plan.year_{place % _PLAN_COLOURS + 1}")
        stroke = lines.stroke(colour, chosen.width(_PLAN_WIDTH_MM), level=max(1, 11 - place))
        label = f"{year}  {lengths_m[year] / 1000.0:,.1f} km" if year in lengths_m else str(year)
        categories.append(QgsRendererCategory(year, lines.line([stroke]), label))
    # A plan made later may have other years: its pipes show too.
    stroke = lines.stroke(chosen.colour("plan.year_1"), chosen.width(_PLAN_WIDTH_MM))
    categories.append(QgsRendererCategory("", lines.line([stroke]), chosen.word("other_years")))
    result = QgsCategorizedSymbolRenderer(look.themes()["plan"].value, categories)
    result.setUsingSymbolLevels(True)
    return result


def verdict_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of pipes by the verdict before backfilling, the worst drawn last."""
    categories = []
    for level, code in enumerate(domains.domain("verification_verdict").values(), 1):
        stroke = lines.stroke(
            chosen.colour(f"verdict.{code.code}"), chosen.width(_PLAN_WIDTH_MM), level=level
        )
        categories.append(QgsRendererCategory(code.code, lines.line([stroke]), chosen.label(code)))
    result = QgsCategorizedSymbolRenderer("verdict", categories)
    result.setUsingSymbolLevels(True)
    return result


def plan_colours(renderer: Any, years: Iterable[int]) -> dict[int, str]:
    """Return the colours in which a renderer draws the years of a plan; nothing where it draws none.

    Parameters
    ----------
    renderer
        That of the layer of the plan, as made here or as somebody changed it.
    years
        The years that are asked for.
    """
    if not isinstance(renderer, QgsCategorizedSymbolRenderer):
        return {}
    drawn = {str(each.value()): each.symbol().color().name() for each in renderer.categories()}
    found = {year: drawn.get(str(year), drawn.get("")) for year in years}
    return {year: colour for year, colour in found.items() if colour}


def quiet_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of all pipes as a quiet ground for the plan."""
    root = rules.root()
    pipes = look.scale("pipes")
    for key, condition, nearest, farthest in (
        ("pipe", "", None, pipes),
        ("large", expressions.is_large(), pipes, None),
    ):
        stroke = lines.stroke(chosen.colour("plan.none"), chosen.width(_QUIET_WIDTH_MM))
        label = chosen.word("not_planned" if key == "pipe" else "far")
        symbol = lines.line([stroke])
        root.appendChild(rules.rule(key, symbol, label, condition, nearest=nearest, farthest=farthest))
    return rules.renderer(root)
