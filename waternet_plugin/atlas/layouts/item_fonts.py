"""Set the items of a layout in the fonts of the page, so that their texts are found in the PDF.

The shipped pages name one family, which the families of the page replace; another one is the user's choice
and stays in front.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import (
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtGui import QColor, QFont, QFontInfo

from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.core.units import INCH_MM

# What the shipped pages are written in; where it is not installed the page takes another family.
PAGE_FAMILY = "Noto Sans CJK SC"
# A point, in which fonts are measured.
POINT_MM = INCH_MM / 72.0
_LEGEND_STYLES = ("Title", "Group", "Subgroup", "SymbolLabel")


def page_font(face: QFont, families: tuple[str, ...]) -> QFont:
    """Return a font of a template as it is printed: in the page's families, after one of the user's."""
    own = face.family()
    if own in ("", PAGE_FAMILY) or own in families:
        return with_families(face, families)
    # A family that is not installed here would be replaced by any that is. (`exactMatch` asks for more than
    # the family, and few outline fonts have it.)
    is_installed = QFontInfo(face).family().casefold() == own.casefold()
    return with_families(face, (own, *families) if is_installed else families)


def _with_fonts(form: QgsTextFormat, change: Callable[[QFont], QFont]) -> QgsTextFormat:
    result = QgsTextFormat(form)
    result.setFont(change(form.font()))
    return result


def label_font(item: QgsLayoutItemLabel) -> QFont:
    """Return the font of a label, with its size; QGIS 3.22 has no text format of labels."""
    return item.textFormat().toQFont() if hasattr(item, "textFormat") else item.font()


def set_label_font(item: QgsLayoutItemLabel, face: QFont) -> None:
    """Set the font of a label and its size, points."""
    if hasattr(item, "textFormat"):
        form = _with_fonts(item.textFormat(), lambda _font: face)
        # A text format has a size of its own beside that of its font; one in pixels knows no points.
        if face.pointSizeF() > 0:
            form.setSize(face.pointSizeF())
            form.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)
        item.setTextFormat(form)
    else:
        item.setFont(face)


def set_label_color(item: QgsLayoutItemLabel, color: str) -> None:
    """Set the colour of a label's letters."""
    if hasattr(item, "textFormat"):
        form = QgsTextFormat(item.textFormat())
        form.setColor(QColor(color))
        item.setTextFormat(form)
    else:
        item.setFontColor(QColor(color))


def legend_font(item: QgsLayoutItemLegend, kind: QgsLegendStyle.Style) -> QFont:
    """Return the font of a kind of text of a legend, with its size."""
    style = item.style(kind)
    return style.textFormat().toQFont() if hasattr(style, "textFormat") else style.font()


def _set_legend(item: QgsLayoutItemLegend, change: Callable[[QFont], QFont]) -> None:
    for name in _LEGEND_STYLES:
        kind = getattr(QgsLegendStyle.Style, name)
        style = item.style(kind)
        if hasattr(style, "textFormat"):
            style.setTextFormat(_with_fonts(style.textFormat(), change))
        else:
            style.setFont(change(style.font()))
        item.setStyle(kind, style)


def _set_table(table: QgsLayoutItemManualTable, change: Callable[[QFont], QFont]) -> None:
    table.setContentTextFormat(_with_fonts(table.contentTextFormat(), change))
    table.setHeaderTextFormat(_with_fonts(table.headerTextFormat(), change))


def set_fonts(layout: QgsPrintLayout, families: tuple[str, ...]) -> None:
    """Set every text of a layout in the families of the page."""

    def change(face: QFont) -> QFont:
        return page_font(face, families)

    for item in layout.items():
        _set_item(item, change)
    for frame in layout.multiFrames():
        if isinstance(frame, QgsLayoutItemManualTable):
            _set_table(frame, change)


def _set_item(item: Any, change: Callable[[QFont], QFont]) -> None:
    if isinstance(item, QgsLayoutItemLabel) and hasattr(item, "textFormat"):
        item.setTextFormat(_with_fonts(item.textFormat(), change))
    elif isinstance(item, QgsLayoutItemLabel):
        item.setFont(change(item.font()))
    elif isinstance(item, QgsLayoutItemLegend):
        _set_legend(item, change)
    elif isinstance(item, QgsLayoutItemScaleBar):
        item.setTextFormat(_with_fonts(item.textFormat(), change))
    elif isinstance(item, QgsLayoutItemMap):
        for grid in item.grids().asList():
            grid.setAnnotationTextFormat(_with_fonts(grid.annotationTextFormat(), change))
