"""Labels of pipes, areas and roads."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsLabeling,
    QgsPalLayerSettings,
    QgsProperty,
    QgsPropertyCollection,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont, QFontDatabase

from waternet_plugin.bridge.styling import expressions, look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.flow import REVERSE, UNDETERMINED

PIPE_TEXT_MM = 2.2
# What paper says for a size that nobody recorded.
UNKNOWN_SIZE = "DN?"
_COUNTED = ("households", "buildings")
_AREA_TEXT_MM = 3.0
_METER_TEXT_MM = 2.4
_MILLIMETRES = QgsUnitTypes.RenderUnit.RenderMillimeters
# Width of a letter, and of a Chinese sign, by the height of the text.
_LATIN_WIDTH = 0.58
_CHINESE_WIDTH = 1.02


# Letters of both languages, the first that a computer has; QGIS looks for the others where it has none.
FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "Noto Sans",
    "Open Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Arial",
    "DejaVu Sans",
    "Liberation Sans",
)


def _family() -> str:
    """Return the first of our families that this computer has, else what the application uses."""
    try:
        there = set(QFontDatabase.families())  # Qt 6: a static method
    except TypeError:
        there = set(QFontDatabase().families())
    return next((family for family in FAMILIES if family in there), QFont().family())


def text_format(size_mm: float, colour: str, *, italic: bool = False) -> QgsTextFormat:
    """Return a text with a white halo of 0.5 mm at 80 %."""
    result = QgsTextFormat()
    font = QFont(_family())
    font.setItalic(italic)
    result.setFont(font)
    result.setFamilies(list(FAMILIES))
    result.setSize(size_mm)
    result.setSizeUnit(_MILLIMETRES)
    result.setColor(QColor(colour))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.5)
    halo.setSizeUnit(_MILLIMETRES)
    halo.setColor(QColor("white"))
    halo.setOpacity(0.8)
    result.setBuffer(halo)
    return result


def _size_text() -> str:
    """Return the expression of width and height, else of the DN; NULL for neither."""
    box = 'format(\'%1x%2\', round("width_mm"), round("height_mm"))'
    return f'if("width_mm" > 0 AND "height_mm" > 0, {box}, \'DN\' || round("diameter_mm"))'


def _pipe_parts(chosen: Look) -> tuple[str, str, str]:
    """Return the expressions of a pipe's material, of its fall with a blank before, and of its length."""
    own = {code.code: chosen.label(code) for code in chosen.own_codes if code.domain == "material"}
    material = expressions.words({**look.short_materials(chosen.language), **own}, '"material"', "")
    fall = '("invert_start_m" - "invert_end_m")'
    fall = f'if("map_flow" = {REVERSE}, -{fall}, if("map_flow" = {UNDETERMINED}, abs{fall}, {fall}))'
    fall = f'{fall} / nullif("length_m", 0) * 1000'
    slope = f"coalesce(' i=' || format_number({fall}, 1, 'en') || '‰', '')"
    length = "coalesce(format_number(\"length_m\", 1, 'en') || ' m', '')"
    return material, slope, length


def _pipe_text(chosen: Look) -> tuple[str, str, str]:
    """Return the expressions of a pipe's short label, its full one, and how many signs wide that one is."""
    short = _size_text()
    material, slope, length = _pipe_parts(chosen)
    supply = f"trim(replace(concat({short}, ' ', {material}, ' ', \"install_year\"), '  ', ' '))"
    first = f"concat({short}, {slope})"
    full = f"if({expressions.is_drain()}, concat({first}, '\\n', {length}), {supply})"
    signs = f"if({expressions.is_drain()}, max(length({first}), length({length})), length({supply}))"
    return short, full, signs


def printed_pipe_texts(chosen: Look) -> tuple[str, ...]:
    """Return the expressions of what a printed map may say of a pipe, the longest first, the DN last.

    On paper nobody can ask the map: a pipe of unknown size says so.
    """
    short, made, full, first, length = _printed_parts(chosen)
    drain = expressions.is_drain()
    return (
        f"if({drain}, trim(concat({first}, ' ', {length})), {full})",
        f"if({drain}, {first}, {made})",
        short,
    )


def listed_pipe_text(chosen: Look) -> str:
    """Return the expression of what a list beside a map says of a pipe: no length, so that many are alike."""
    _short, _made, full, first, _length = _printed_parts(chosen)
    return f"if({expressions.is_drain()}, {first}, {full})"


def _printed_parts(chosen: Look) -> tuple[str, str, str, str, str]:
    """Return the expressions of DN, DN with material, with year, with fall, and of the length."""
    short = f"coalesce({_size_text()}, '{UNKNOWN_SIZE}')"
    material, slope, length = _pipe_parts(chosen)
    made = f"trim(concat({short}, ' ', {material}))"
    full = f"trim(concat({made}, ' ', \"install_year\"))"
    return short, made, full, f"concat({short}, {slope})", length


def pipe_labeling(chosen: Look) -> QgsVectorLayerSimpleLabeling:
    """Return the labels of pipes: DN, closer in DN, material and year, or DN, fall and length.

    A label too long for its pipe is shortened to the DN, else left out.
    """
    short, full, signs = _pipe_text(chosen)
    room_mm = '"length_m" * 1000 / @map_scale'
    letter = _CHINESE_WIDTH if chosen.language == "zh_CN" else _LATIN_WIDTH
    # Half of a Chinese label is Latin letters and digits.
    mean_width = PIPE_TEXT_MM * (letter + _LATIN_WIDTH) / 2
    fits = f"{room_mm} >= {mean_width:.3g} * {signs}"
    settings = _settings(
        f"CASE WHEN @map_scale <= {look.scale('labels_full'):g} AND {fits} THEN {full} ELSE {short} END",
        text_format(PIPE_TEXT_MM, chosen.text_colour("system.none")),
        from_scale="labels_short",
    )
    settings.placement = QgsPalLayerSettings.Placement.Line
    line = settings.lineSettings()
    flags = QgsLabeling.LinePlacementFlag
    line.setPlacementFlags(flags.AboveLine | flags.MapOrientation)
    line.setMergeLines(True)
    settings.setLineSettings(line)
    settings.dist = 0.4
    settings.distUnits = _MILLIMETRES
    properties = QgsPropertyCollection()
    colour = expressions.system_colour(chosen, of_text=True)
    priority = f"scale_linear(coalesce({expressions.SIZE}, 0), 0, 1000, 1, 9)"
    # Connectors carry no text; the DN of every house connection would bury the mains.
    connectors, services = (chosen.counting_as("function", one) for one in ("connector", "service"))
    silent = (
        f"coalesce({expressions.is_among('function', connectors)}"
        f" OR {expressions.is_among('function', services)}"
        f" AND @map_scale > {look.scale('labels_full'):g}, false)"
    )
    carries = f"{expressions.SIZE} IS NOT NULL AND NOT {silent}"
    keys = QgsPalLayerSettings.Property
    properties.setProperty(keys.Color, QgsProperty.fromExpression(colour))
    properties.setProperty(keys.Priority, QgsProperty.fromExpression(priority))
    properties.setProperty(keys.Show, QgsProperty.fromExpression(carries))
    settings.setDataDefinedProperties(properties)
    return QgsVectorLayerSimpleLabeling(settings)


def area_labeling(chosen: Look, table: str) -> QgsVectorLayerSimpleLabeling:
    """Return the names of compounds or zones, 3 mm italic from 1:25 000.

    A zone for zero discharge says its area, too, and whether something blocks it.
    """
    name = '"name"'
    if table == "zone":
        name = _zone_text(chosen)
        kinds = {code: chosen.text_colour(f"zone.{code}") for code in domains.domain("zone_kind")}
        colour = expressions.words(kinds, '"kind"', chosen.text_colour("system.none"))
    else:
        colour = expressions.text(chosen.text_colour("area.compound"))
    settings = _settings(
        name,
        text_format(_AREA_TEXT_MM, chosen.text_colour("area.compound"), italic=table == "zone"),
        from_scale=f"{table}s",
    )
    settings.placement = QgsPalLayerSettings.Placement.Horizontal
    settings.multilineAlign = QgsPalLayerSettings.MultiLineAlign.MultiCenter
    properties = QgsPropertyCollection()
    properties.setProperty(QgsPalLayerSettings.Property.Color, QgsProperty.fromExpression(colour))
    settings.setDataDefinedProperties(properties)
    return _behind(settings)


def programme_labeling(chosen: Look) -> QgsVectorLayerSimpleLabeling:
    """Return the names of compounds, below each of those with an item how many it counts."""
    households, buildings = (expressions.text(chosen.word(f"programme_{unit}")) for unit in _COUNTED)
    settings = _settings(
        'coalesce("name", "compound_id") || CASE WHEN "count_unit" = \'buildings\' '
        f"THEN coalesce('\\n' || \"buildings\" || {buildings}, '') "
        f"ELSE coalesce('\\n' || \"item_households\" || {households}, '') END",
        text_format(_AREA_TEXT_MM, chosen.text_colour("programme.text")),
        from_scale="compounds",
    )
    settings.placement = QgsPalLayerSettings.Placement.Horizontal
    settings.multilineAlign = QgsPalLayerSettings.MultiLineAlign.MultiCenter
    return _behind(settings)


def _zone_text(chosen: Look) -> str:
    """Return the expression for what a zone is called, of one for zero discharge in three lines."""
    size = "'\\n' || format_number(area($geometry) / 1000000, 2, 'en') || ' km²'"
    ready, blocked = (expressions.text(chosen.word(f"zone_{key}")) for key in ("ready", "blocked"))
    state = f"CASE WHEN \"verdict\" = 'valid' THEN {ready} WHEN \"verdict\" = 'not_valid' THEN {blocked} END"
    return (
        '"name" || CASE WHEN "kind" = \'zero_discharge\' '
        f"THEN {size} || coalesce('\\n' || {state}, '') ELSE '' END"
    )


def leakage_labeling(chosen: Look) -> QgsVectorLayerSimpleLabeling:
    """Return the names of metered areas with the rise of their alarm, such as “DMA-4  +7.4”."""
    rise = "coalesce('  +' || format_number(\"rise_m3h\", 1, 'en'), '')"
    return _told_areas(chosen, rise, '"rise_m3h" IS NOT NULL')


def rate_labeling(chosen: Look) -> QgsVectorLayerSimpleLabeling:
    """Return the names of metered areas with their leakage rate, such as “DMA-4  13.2 %”."""
    rate = "coalesce('  ' || format_number(100 * \"loss_rate\", 1, 'en') || ' %', '')"
    return _told_areas(chosen, rate, "\"rate_state\" = 'over'")


def _told_areas(chosen: Look, told: str, is_bad: str) -> QgsVectorLayerSimpleLabeling:
    """Return the names of metered areas with what is told of each, in red where it is bad."""
    alarm = expressions.text(chosen.text_colour("leakage.alarm"))
    others = expressions.text(chosen.text_colour("leakage.text"))
    settings = _settings(
        f'"zone_id" || {told}',
        text_format(_AREA_TEXT_MM, chosen.text_colour("leakage.text")),
        from_scale="leakage",
    )
    settings.placement = QgsPalLayerSettings.Placement.Horizontal
    properties = QgsPropertyCollection()
    colour = f"if({is_bad}, {alarm}, {others})"
    properties.setProperty(QgsPalLayerSettings.Property.Color, QgsProperty.fromExpression(colour))
    settings.setDataDefinedProperties(properties)
    return _behind(settings)


def meter_labeling(chosen: Look) -> QgsVectorLayerSimpleLabeling:
    """Return what boundary meters measure, such as “DMA-1 → DMA-2”, from 1:10 000; nothing for valves."""
    sense = (
        'if("meter_in" IS NULL AND "meter_out" IS NULL, NULL,'
        " trim(coalesce(\"meter_out\", '') || ' → ' || coalesce(\"meter_in\", '')))"
    )
    text = text_format(_METER_TEXT_MM, chosen.text_colour("dma.meter"))
    return QgsVectorLayerSimpleLabeling(_settings(sense, text, from_scale="zone_meters"))


def base_labeling(chosen: Look, field: str, *, is_line: bool) -> QgsVectorLayerSimpleLabeling:
    """Return the names of the background's streets, waters and parks, pale, along their run."""
    settings = _settings(f'"{field}"', text_format(2.4, chosen.colour("base.text")), from_scale="zones")
    if is_line:
        settings.placement = QgsPalLayerSettings.Placement.Line
        line = settings.lineSettings()
        line.setPlacementFlags(QgsLabeling.LinePlacementFlag.OnLine)
        line.setMergeLines(True)
        settings.setLineSettings(line)
    else:
        # Turned with the area, so that a street's name runs along the street.
        settings.placement = QgsPalLayerSettings.Placement.Free
        settings.fitInPolygonOnly = True
    settings.priority = 0
    return _behind(settings)


def _behind(settings: Any) -> QgsVectorLayerSimpleLabeling:
    """Return labels of areas that push nobody away: the pipes in them have labels of their own."""
    obstacles = settings.obstacleSettings()
    obstacles.setIsObstacle(False)
    settings.setObstacleSettings(obstacles)
    return QgsVectorLayerSimpleLabeling(settings)


def _settings(expression: str, form: QgsTextFormat, *, from_scale: str) -> Any:
    settings = QgsPalLayerSettings()
    settings.fieldName = expression
    settings.isExpression = True
    settings.setFormat(form)
    settings.scaleVisibility = True
    settings.minimumScale = look.scale(from_scale)
    settings.maximumScale = 0
    return settings
