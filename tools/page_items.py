"""The items of a page: labels, lines, tables, map, legend and bar, placed in mm."""

from __future__ import annotations

import base64
from pathlib import Path

from page_file import Shortener, write_template
from qgis.core import (
    QgsFillSymbol,
    QgsLayoutFrame,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemMapGrid,
    QgsLayoutItemPicture,
    QgsLayoutItemPolyline,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutMeasurement,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLayoutTable,
    QgsLayoutTableColumn,
    QgsLegendStyle,
    QgsLineSymbol,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsScaleBarSettings,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QPolygonF

from waternet_plugin.atlas.layouts.item_fonts import PAGE_FAMILY
from waternet_plugin.atlas.pages.page_layout import Box, PagePlan
from waternet_plugin.core.colours import INK, NOTE, PALE, WHITE

MM = QgsUnitTypes.LayoutMillimeters
POINTS_PER_MM = 72.0 / 25.4
HEADING_MM = 5.6
ARROW = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm" viewBox="0 0 10 10">'
    f'<path d="M5 0.2 2.4 9.6 5 7.6Z" fill="{INK}" stroke="{INK}" stroke-width="0.1"/>'
    f'<path d="M5 0.2 7.6 9.6 5 7.6Z" fill="{WHITE}" stroke="{INK}" stroke-width="0.1"/></svg>'
)


def face(size_mm: float, *, bold: bool = False) -> QFont:
    """Return the font of the page with signs (em) of a height in mm."""
    font = QFont(PAGE_FAMILY)
    font.setPointSizeF(round(size_mm * POINTS_PER_MM, 2))
    font.setBold(bold)
    return font


def text_format(size_mm: float, *, color: str = INK, bold: bool = False) -> QgsTextFormat:
    """Return the format of a text."""
    form = QgsTextFormat()
    form.setFont(face(size_mm, bold=bold))
    form.setSize(round(size_mm * POINTS_PER_MM, 2))
    form.setSizeUnit(QgsUnitTypes.RenderPoints)
    form.setColor(QColor(color))
    return form


class Sheet:
    """One page under way; everything is placed in mm from its upper left corner."""

    def __init__(self, plan: PagePlan, shortener: Shortener, letters: float = 1.0) -> None:
        self.plan, self.letters, self._shortener = plan, letters, shortener
        self.project = QgsProject()
        self.layout = QgsPrintLayout(self.project)
        self.layout.initializeDefaults()
        self.layout.setName(f"WaterNet {plan.paper}")
        page = self.layout.pageCollection().page(0)
        page.setPageSize(QgsLayoutSize(plan.page.width, plan.page.height, MM))

    def put(self, item: QgsLayoutItem, box: Box, name: str = "") -> None:
        """Put an item onto the page."""
        item.setId(name)
        self.layout.addLayoutItem(item)
        item.attemptResize(QgsLayoutSize(round(box.width, 3), round(box.height, 3), MM))
        item.attemptMove(QgsLayoutPoint(round(box.x, 3), round(box.y, 3), MM))

    def label(
        self,
        box: Box,
        text: str,
        size_mm: float,
        *,
        name: str = "",
        align: str = "left",
        bold: bool = False,
        color: str = INK,
    ) -> QgsLayoutItemLabel:
        """Write a line, centred upright in its box."""
        item = QgsLayoutItemLabel(self.layout)
        item.setText(text)
        item.setFont(face(size_mm * self.letters, bold=bold))
        item.setFontColor(QColor(color))
        side = {"left": "AlignLeft", "center": "AlignHCenter", "right": "AlignRight"}[align]
        item.setHAlign(getattr(Qt, side))
        item.setVAlign(Qt.AlignVCenter)
        item.setMarginX(0.0)
        item.setMarginY(0.0)
        self.put(item, box, name)
        return item

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float, color: str = INK) -> None:
        """Draw a straight line."""
        item = QgsLayoutItemPolyline(QPolygonF([QPointF(x1, y1), QPointF(x2, y2)]), self.layout)
        symbol = {"line_color": color, "line_width": str(width), "capstyle": "flat"}
        item.setSymbol(QgsLineSymbol.createSimple(symbol))
        item.setId("")
        self.layout.addLayoutItem(item)

    def rectangle(self, box: Box, *, width: float, fill: str = "", name: str = "") -> None:
        """Draw a rectangle."""
        item = QgsLayoutItemShape(self.layout)
        item.setShapeType(QgsLayoutItemShape.Rectangle)
        style = {"style": "solid" if fill else "no", "color": fill or WHITE, "outline_color": INK}
        style.update({"outline_width": str(width), "outline_style": "solid" if width else "no"})
        style["joinstyle"] = "miter"
        item.setSymbol(QgsFillSymbol.createSimple(style))
        self.put(item, box, name)

    def heading(self, box: Box, word: str) -> float:
        """Write a heading with a thin line below; return where its block begins."""
        k = self.letters
        self.label(Box(box.x, box.y, box.width, 4.0 * k), f"[% @wn_word_{word} %]", 2.8, bold=True)
        self.line(box.x, box.y + 4.4 * k, box.right, box.y + 4.4 * k, 0.2 * k)
        return box.y + HEADING_MM * k

    def table(self, box: Box, name: str, *, titled: bool = False, cell_mm: float = 0.55) -> None:
        """Lay a table of text, below a title or names of columns; what finds no room in it is not shown."""
        table = QgsLayoutItemManualTable.create(self.layout)
        self.layout.addMultiFrame(table)
        table.setContentTextFormat(text_format(2.3 * self.letters))
        head = text_format(2.8, bold=True) if titled else text_format(2.2 * self.letters, color=NOTE)
        table.setHeaderTextFormat(head)
        table.setCellMargin(cell_mm * self.letters)
        table.setShowGrid(True)
        table.setVerticalGrid(False)
        table.setHorizontalGrid(True)
        table.setGridStrokeWidth(0.1)
        table.setGridColor(QColor(PALE))
        table.setIncludeTableHeader(True)
        table.setHeaderHAlignment(QgsLayoutTable.FollowColumn)
        table.setHeaders([QgsLayoutTableColumn()])
        frame = QgsLayoutFrame(self.layout, table)
        frame.setId(name)
        frame.attemptSetSceneRect(frame.rect())
        table.addFrame(frame)
        frame.setId(name)
        frame.attemptMove(QgsLayoutPoint(round(box.x, 3), round(box.y, 3), MM))
        frame.attemptResize(QgsLayoutSize(round(box.width, 3), round(box.height, 3), MM))

    def write(self, path: Path) -> None:
        """Save the page as a template, the same bytes each time."""
        write_template(self.layout, path, self._shortener)


def draw_map(sheet: Sheet) -> None:
    """Lay the map with its grid: crosses every 10 cm of paper, coordinates outside of the frame."""
    frame, k = sheet.plan.frame, sheet.letters
    item = QgsLayoutItemMap(sheet.layout)
    sheet.put(item, frame, "map")
    item.setFrameEnabled(True)
    item.setFrameStrokeWidth(QgsLayoutMeasurement(0.5, MM))
    item.setFrameJoinStyle(Qt.MiterJoin)
    item.setKeepLayerSet(True)
    item.setExtent(QgsRectangle(0.0, 0.0, frame.width, frame.height))
    grid = QgsLayoutItemMapGrid("coordinates", item)
    grid.setStyle(QgsLayoutItemMapGrid.Cross)
    grid.setCrossLength(1.5)
    grid.setLineSymbol(QgsLineSymbol.createSimple({"line_color": NOTE, "line_width": "0.12"}))
    grid.setUnits(QgsLayoutItemMapGrid.MapUnit)
    grid.setIntervalX(100.0)
    grid.setIntervalY(100.0)
    grid.setFrameStyle(QgsLayoutItemMapGrid.InteriorTicks)
    grid.setFrameWidth(2.0)
    grid.setFramePenSize(0.2)
    grid.setFramePenColor(QColor(INK))
    grid.setAnnotationEnabled(True)
    grid.setAnnotationPrecision(0)
    grid.setAnnotationTextFormat(text_format(2.0 * k))
    grid.setAnnotationFrameDistance(0.8 * k)
    for side in ("Left", "Right", "Top", "Bottom"):
        border = getattr(QgsLayoutItemMapGrid, side)
        upright = side in ("Left", "Right")
        direction = QgsLayoutItemMapGrid.Vertical if upright else QgsLayoutItemMapGrid.Horizontal
        shown = QgsLayoutItemMapGrid.LatitudeOnly if upright else QgsLayoutItemMapGrid.LongitudeOnly
        grid.setAnnotationPosition(QgsLayoutItemMapGrid.OutsideMapFrame, border)
        grid.setAnnotationDirection(direction, border)
        grid.setAnnotationDisplay(shown, border)
    item.grids().addGrid(grid)
    arrow = Box(frame.right - 13.0 * k, frame.y + 3.0 * k, 10.0 * k, 14.0 * k)
    sheet.rectangle(arrow, width=0, fill=WHITE, name="north_ground")
    letter = Box(arrow.x, arrow.y + 0.4 * k, arrow.width, 3.2 * k)
    sheet.label(letter, "[% @wn_word_north %]", 3.0, name="north_letter", align="center", bold=True)
    picture = QgsLayoutItemPicture(sheet.layout)
    picture.setPicturePath("base64:" + base64.b64encode(ARROW.encode()).decode())
    picture.setResizeMode(QgsLayoutItemPicture.Zoom)
    picture.setPictureAnchor(QgsLayoutItem.Middle)
    sheet.put(picture, Box(arrow.x, arrow.y + 3.6 * k, arrow.width, 10.0 * k), "north_arrow")


def draw_legend(sheet: Sheet, box: Box) -> None:
    """Lay the legend; its lines are filled in for each sheet."""
    item = QgsLayoutItemLegend(sheet.layout)
    k = sheet.letters
    sheet.put(item, box, "legend")
    item.setAutoUpdateModel(False)
    item.setResizeToContents(False)
    item.setBoxSpace(0.0)
    item.setSymbolWidth(9.0 * k)
    item.setSymbolHeight(3.0 * k)
    item.setMaximumSymbolSize(3.0 * k)
    item.setFontColor(QColor(INK))
    for kind, size, above in (
        (QgsLegendStyle.Title, 2.8, 0.0),
        (QgsLegendStyle.Group, 2.3, 0.0),
        (QgsLegendStyle.Subgroup, 2.3, 1.2),
        (QgsLegendStyle.SymbolLabel, 2.3, 0.0),
    ):
        style = item.style(kind)
        style.setFont(face(size * k))
        style.setMargin(QgsLegendStyle.Top, above * k)
        item.setStyle(kind, style)
    title = item.style(QgsLegendStyle.Title)
    title.setMargin(QgsLegendStyle.Bottom, 0.0)
    item.setStyle(QgsLegendStyle.Title, title)
    symbol = item.style(QgsLegendStyle.Symbol)
    symbol.setMargin(QgsLegendStyle.Top, 1.2 * k)
    item.setStyle(QgsLegendStyle.Symbol, symbol)
    label = item.style(QgsLegendStyle.SymbolLabel)
    label.setMargin(QgsLegendStyle.Left, 1.5 * k)
    item.setStyle(QgsLegendStyle.SymbolLabel, label)
    item.setBackgroundEnabled(False)


def pairs(sheet: Sheet, box: Box, rows: tuple[tuple[str, str], ...], caption: float, *, lined: bool) -> None:
    """Lay captions and values below each other; ``lined`` draws a line to sign on."""
    step = box.height / len(rows)
    for index, (word, name) in enumerate(rows):
        y = box.y + index * step
        sheet.label(Box(box.x + 1.5, y, caption, step), f"[% @wn_caption_{word} %]", 2.2, color=NOTE)
        value = Box(box.x + 1.5 + caption, y, box.width - caption - 3.0, step)
        sheet.label(value, "", 2.4, name=name)
        if lined:
            sheet.line(value.x, y + step * 0.9, value.right, y + step * 0.9, 0.12, NOTE)


def draw_bar(sheet: Sheet, box: Box) -> None:
    """Lay the bar of the scale with its middle at the left upper corner of a box, as wide as that may be."""
    k = sheet.letters
    bar = QgsLayoutItemScaleBar(sheet.layout)
    bar.setStyle("Single Box")
    bar.setTextFormat(text_format(2.0 * k))
    bar.setHeight(1.4 * k)
    bar.setLineWidth(0.15 * k)
    bar.setLabelBarSpace(0.4 * k)
    bar.setBoxContentSpace(0.0)
    bar.setFillColor(QColor(INK))
    bar.setFillColor2(QColor(WHITE))
    bar.setNumberOfSegmentsLeft(0)
    bar.setNumberOfSegments(4)
    bar.setLabelVerticalPlacement(QgsScaleBarSettings.LabelBelowSegment)
    bar.setMaximumBarWidth(box.width - 14.0 * k)
    bar.setReferencePoint(QgsLayoutItem.UpperMiddle)
    sheet.put(bar, box, "scale_bar")
