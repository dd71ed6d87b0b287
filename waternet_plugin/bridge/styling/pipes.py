"""Renderers of the pipes, one for each theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.core import QgsCategorizedSymbolRenderer, QgsLineSymbol, QgsRendererCategory

from waternet_plugin.bridge.styling import expressions, lines, look
from waternet_plugin.bridge.styling.look import LineClass, Look, Theme
from waternet_plugin.core.schema import domains

# Values of categories that stand in the legend only.
LEGEND_ONLY = "legend:"
# Arrows, letters and the like stand above all lines.
_MARKS_LEVEL = 12
_PLAN_WIDTH_MM = 0.9
_QUIET_WIDTH_MM = 0.26
_PLAN_COLOURS = 10
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
    if line_class.mark == "arrow":
        marks.append(lines.arrow(colour, level=_MARKS_LEVEL))
    return marks


def _double(chosen: Look, level: int) -> QgsLineSymbol:
    """Return the sign of planned pipes: two lines in the colour of the system, 0.2 each, white core 0.5."""
    outer = lines.stroke(chosen.colour("system.planned"), chosen.width(0.9), level=level)
    lines.define(outer, "StrokeColor", expressions.system_colour(chosen))
    core = lines.stroke(lines.WHITE, chosen.width(0.5), level=level + 1)
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
    by_dn = line_class.width_mm is None
    # 0.66 is what a legend shows where the width says the DN.
    width_mm = chosen.width(0.66 if line_class.width_mm is None else line_class.width_mm)
    stroke = lines.stroke(colour, width_mm, line_class.dash, level=line_class.level)
    symbol = lines.line([stroke, *_mark(chosen, line_class, colour)])
    if by_dn:
        lines.define(stroke, "StrokeWidth", expressions.width(chosen))
        lines.define_opacity(symbol, f"if({expressions.SIZE} IS NULL, {_UNKNOWN_OPACITY}, 100)")
    return symbol


def _legend_label(chosen: Look, theme: Theme, line_class: LineClass, lengths_m: Mapping[str, float]) -> str:
    label = chosen.class_label(theme, line_class)
    if line_class.key in lengths_m:
        return f"{label}  {lengths_m[line_class.key] / 1000.0:,.1f} km"
    return label


def legend_categories(chosen: Look) -> list[QgsRendererCategory]:
    """Return what only the legend shows: from where patterns are drawn, and the widths by DN.

    No pipe has these values.
    """
    blank = lines.line([lines.stroke(lines.WHITE, 0.26)])
    blank.setOpacity(0.0)
    categories = [QgsRendererCategory(f"{LEGEND_ONLY}patterns", blank, chosen.word("patterns_from"))]
    lower = 0.0
    for limit, width_mm in look.width_steps():
        stroke = lines.stroke(chosen.colour("system.none"), chosen.width(width_mm))
        label = f"DN ≤ {limit:g}" if limit is not None else f"DN > {lower:g}"
        categories.append(QgsRendererCategory(f"{LEGEND_ONLY}{width_mm:g}", lines.line([stroke]), label))
        lower = limit or lower
    return categories


def renderer(
    chosen: Look, theme_name: str, lengths_m: Mapping[str, float] | None = None
) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of a theme of classes.

    Parameters
    ----------
    chosen
        Palette and language.
    theme_name
        Any theme but ``plan``.
    lengths_m
        Metres of pipes by class, shown in the legend.
    """
    theme = look.themes()[theme_name]
    classes = look.line_classes(theme_name)
    categories = [
        QgsRendererCategory(
            line_class.key,
            line_symbol(chosen, line_class),
            _legend_label(chosen, theme, line_class, lengths_m or {}),
        )
        for line_class in classes
    ]
    if any(line_class.width_mm is None for line_class in classes):
        categories += legend_categories(chosen)
    left_out = expressions.is_left_out_of_health() if theme_name == "health" else expressions.is_left_out()
    unknown = "unknown" if any(line_class.key == "unknown" for line_class in classes) else None
    result = QgsCategorizedSymbolRenderer(expressions.shown_value(theme.value, left_out, unknown), categories)
    result.setUsingSymbolLevels(True)
    return result


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


def quiet_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of all pipes as a quiet ground for the plan."""
    stroke = lines.stroke(chosen.colour("plan.none"), chosen.width(_QUIET_WIDTH_MM))
    category = QgsRendererCategory("pipe", lines.line([stroke]), chosen.word("not_planned"))
    value = expressions.shown_value("'pipe'", expressions.is_left_out())
    return QgsCategorizedSymbolRenderer(value, [category])
