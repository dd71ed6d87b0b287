"""Draw the shipped pages of the map book: ``make_pages.py``, by the Python of build/venv.

All papers follow one plan (`waternet_plugin.atlas.pages.page_layout`), so that they agree. A template is
written to ``styles/pages`` as QGIS 3.22 saves it, with numbers in the place of random marks: two runs give
the same bytes. Values of a sheet are filled in by the ids of the items when a book is printed, captions by
variables (``[% @wn_word_scale %]``).
"""

from __future__ import annotations

import base64
import copy
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "build" / "plugins"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Without it the attributes of a page come in another order each time.
os.environ["QT_HASH_SEED"] = "0"

from qgis.core import (  # noqa: E402
    QgsApplication,
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
    QgsReadWriteContext,
    QgsRectangle,
    QgsScaleBarSettings,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QPointF, Qt  # noqa: E402
from qgis.PyQt.QtGui import QColor, QFont, QPolygonF  # noqa: E402
from qgis.PyQt.QtXml import QDomDocument  # noqa: E402

from waternet_plugin.atlas.layouts.item_fonts import PAGE_FAMILY  # noqa: E402
from waternet_plugin.atlas.pages.page_layout import (  # noqa: E402
    FRAMES_MM,
    STANDARD_FRAMES_MM,
    WALL_LETTERS,
    Box,
    PagePlan,
    paper_map_plan,
    plan_of,
    standard_plan,
    wall_plan,
)
from waternet_plugin.core.colours import FAINT, INK, NOTE, PALE, WHITE  # noqa: E402

MM = QgsUnitTypes.LayoutMillimeters
POINTS_PER_MM = 72.0 / 25.4
# Shares of the title strip: title, number, scale, systems, names, dates.
STRIP_SHARES = (0.25, 0.14, 0.16, 0.21, 0.125, 0.115)
# Shares of what overview and neighbours leave of the column: legend, table, list of labels.
COLUMN_SHARES = (0.53, 0.25, 0.22)
OVERVIEW_MM, OVERVIEW_SHARE = 55.0, 0.22
HEADING_MM, CELL_MM = 5.6, 6.0
# Of a wall map: shares of the strip (scale, systems, names, dates), and of the column that the legend takes.
WALL_STRIP_SHARES, WALL_LEGEND_SHARE = (0.3, 0.34, 0.2, 0.16), 0.66
NEIGHBOURS = ("nw", "n", "ne", "w", "", "e", "sw", "s", "se")
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


MARK = re.compile(r"\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}")


def numbered(text: str) -> str:
    """Return a page with numbers in the place of random marks."""
    marks: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        mark = f"{{00000000-0000-0000-0000-{len(marks) + 1:012d}}}"
        return marks.setdefault(match[0], mark)

    return MARK.sub(plain, text)


def saved_again(root: ElementTree.Element) -> str:
    """Return a page as QGIS saves it that has read it, without random marks."""
    document = QDomDocument()
    document.setContent(ElementTree.tostring(root, encoding="unicode"))
    project = QgsProject()
    layout = QgsPrintLayout(project)
    layout.loadFromTemplate(document, QgsReadWriteContext())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.qpt"
        layout.saveAsTemplate(str(path), QgsReadWriteContext())
        text = path.read_text(encoding="utf-8")
    # The layout must be gone before the project is.
    del layout
    return MARK.sub("", text)


class Shortener:
    """Leaves out of pages what QGIS reads alike without, which is most.

    What that is, it finds by trying on the first page.
    """

    # What gives a page its frame: QGIS does not live through all of it being away.
    _KEPT = frozenset(
        "PageCollection LayoutItem LayoutMultiFrame childFrame ComposerMapGrid symbol layer text-style "
        "headers displayColumns contents layer-tree-group type class".split()
    )
    # What differs from item to item is not tried.
    _OWN = frozenset(("position", "size", "zValue", "id", "labelText", "x", "y", "file"))

    # So many items of a kind and name show what it needs.
    _MODELS = 3

    def __init__(self) -> None:
        # Of symbols older programs wrote ``prop``, which all read; newer ones write ``Option``, too.
        self._needless: list[tuple[str, ...]] = [("layer", "Option")]

    def shortened(self, text: str) -> str:
        """Return a page that reads as another one.

        Raises
        ------
        SystemExit
            When QGIS does not read it alike.
        """
        root = ElementTree.fromstring(text)
        whole = saved_again(root)
        if len(self._needless) == 1:
            self._learn(copy.deepcopy(root))
        for part in self._needless:
            self._drop(root, part)
        if saved_again(root) != whole:
            raise SystemExit("QGIS reads the short page in another way")
        return ElementTree.tostring(root, encoding="unicode") + "\n"

    def _learn(self, root: ElementTree.Element) -> None:
        """Find out on a few items of each kind what is needless."""
        seen: Counter[tuple[str, str]] = Counter()
        for item in root.findall("LayoutItem"):
            kind = (item.get("type", ""), item.get("id", "").partition("_")[0])
            seen[kind] += 1
            if seen[kind] > self._MODELS:
                root.remove(item)
        whole = saved_again(root)
        for part in self._needless:
            self._drop(root, part)
        for tried in dict.fromkeys(self._parts(root)):
            short = copy.deepcopy(root)
            self._drop(short, tried)
            if saved_again(short) == whole:
                root = short
                self._needless.append(tried)

    @classmethod
    def _parts(cls, root: ElementTree.Element) -> Iterator[tuple[str, ...]]:
        """Yield what may be left out: elements below others, and attributes of a value."""
        for parent in root.iter():
            kind = parent.get("type", "") if parent.tag == "LayoutItem" else ""
            if parent.tag != "prop":
                # A frame is known to its table by its mark.
                is_framed = bool(parent.get("multiFrame")) or parent.tag in ("LayoutMultiFrame", "childFrame")
                for name, value in parent.attrib.items():
                    if not (is_framed and MARK.fullmatch(value)) and name not in cls._KEPT | cls._OWN:
                        yield parent.tag, kind, name, "" if MARK.fullmatch(value) else value
            for child in parent:
                if child.tag == "prop":
                    yield parent.tag, child.tag, child.get("k", ""), child.get("v", ""), "k"
                elif child.tag not in cls._KEPT:
                    yield parent.tag, child.tag

    @classmethod
    def _drop(cls, root: ElementTree.Element, part: tuple[str, ...]) -> None:
        """Take a part out wherever it is."""
        for parent in list(root.iter(part[0])):
            if len(part) == 4:
                kind = parent.get("type", "") if parent.tag == "LayoutItem" else ""
                value = parent.get(part[2])
                is_mark = not part[3] and MARK.fullmatch(value or "") and not parent.get("multiFrame")
                is_same = value == part[3] or is_mark
                if kind == part[1] and value is not None and is_same:
                    del parent.attrib[part[2]]
                continue
            for child in parent.findall(part[1]):
                if len(part) == 2 or (child.get("k"), child.get("v")) == part[2:4]:
                    parent.remove(child)


class Sheet:
    """One page under way; everything is placed in mm from its upper left corner."""

    shortener = Shortener()

    def __init__(self, plan: PagePlan, letters: float = 1.0) -> None:
        self.plan, self.letters = plan, letters
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

    def table(self, box: Box, name: str) -> None:
        """Lay a table of text; what finds no room in it is not shown."""
        table = QgsLayoutItemManualTable.create(self.layout)
        self.layout.addMultiFrame(table)
        table.setContentTextFormat(text_format(2.3 * self.letters))
        table.setHeaderTextFormat(text_format(2.2 * self.letters, color=NOTE))
        table.setCellMargin(0.55 * self.letters)
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
        if not self.layout.saveAsTemplate(str(path), QgsReadWriteContext()):
            raise SystemExit(f"{path} can't be written")
        text = numbered(self.shortener.shortened(path.read_text(encoding="utf-8")))
        path.write_bytes(re.sub(r"\n\s*", "\n", text).encode("utf-8"))


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


def draw_column(sheet: Sheet) -> None:
    """Lay overview, adjoining sheets, legend, table and list of labels."""
    column = sheet.plan.column
    top = sheet.heading(column, "overview")
    height = min(OVERVIEW_MM, OVERVIEW_SHARE * column.height)
    picture = QgsLayoutItemPicture(sheet.layout)
    picture.setResizeMode(QgsLayoutItemPicture.Zoom)
    picture.setPictureAnchor(QgsLayoutItem.UpperMiddle)
    sheet.put(picture, Box(column.x, top, column.width, height), "overview")
    top = sheet.heading(Box(column.x, top + height + 3.0, column.width, 0.0), "neighbours")
    width = column.width / 3.0
    for index, side in enumerate(NEIGHBOURS):
        row, col = divmod(index, 3)
        cell = Box(column.x + col * width, top + row * CELL_MM, width, CELL_MM)
        own = not side
        sheet.rectangle(cell, width=0.15, fill=FAINT if own else "")
        name = "" if own else f"neighbour_{side}"
        inner = Box(cell.x + 1.0, cell.y, cell.width - 2.0, cell.height)
        text = "[% @wn_sheet_no %]" if own else ""
        sheet.label(inner, text, 2.4, name=name, align="center", bold=own)
    top += 3 * CELL_MM + 3.0
    room = column.bottom - top
    for word, share in zip(("legend", "table", "label_list"), COLUMN_SHARES):
        inner = sheet.heading(Box(column.x, top, column.width, 0.0), word) if word == "legend" else top
        block = Box(column.x, inner, column.width, top + room * share - inner - 2.0)
        if word == "legend":
            draw_legend(sheet, block)
        else:
            sheet.label(Box(block.x, block.y, block.width, 4.0), f"[% @wn_word_{word} %]", 2.8, bold=True)
            below = Box(block.x, block.y + 4.4, block.width, block.height - 4.4)
            sheet.table(below, word)
        top += room * share


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


def draw_strip(sheet: Sheet) -> None:
    """Lay the title strip: title, sheet number, scale, systems, names, dates."""
    strip = sheet.plan.strip
    edges = [strip.x]
    for share in STRIP_SHARES:
        edges.append(edges[-1] + share * strip.width)
    sheet.rectangle(strip, width=0.5)
    for left in edges[1:-1]:
        sheet.line(left, strip.y, left, strip.bottom, 0.2)
    cells = [Box(left, strip.y, right - left, strip.height) for left, right in zip(edges, edges[1:])]
    title, number, scale, systems, names, dates = cells
    inner = title.width - 3.0
    logo = 15.0
    caption = Box(title.x + 1.5, title.y + 1.2, inner - logo, 3.0)
    sheet.label(caption, "[% @wn_word_sheet_name %]", 2.2, color=NOTE)
    sheet.label(Box(title.x + 1.5, title.y + 4.6, inner - logo, 7.0), "", 4.4, name="title", bold=True)
    sheet.label(Box(title.x + 1.5, title.y + 13.0, inner - logo, 4.0), "", 2.4, name="sheet_name")
    picture = QgsLayoutItemPicture(sheet.layout)
    picture.setResizeMode(QgsLayoutItemPicture.Zoom)
    picture.setPictureAnchor(QgsLayoutItem.Middle)
    sheet.put(picture, Box(title.right - logo - 1.5, title.y + 2.5, logo, 15.0), "logo")
    inner = number.width - 3.0
    sheet.label(Box(number.x + 1.5, number.y + 1.2, inner, 3.0), "[% @wn_word_sheet_no %]", 2.2, color=NOTE)
    box = Box(number.x + 1.5, number.y + 5.5, inner, 10.0)
    sheet.label(box, "", 6.4, name="sheet_no", align="center", bold=True)
    inner = scale.width - 3.0
    sheet.label(Box(scale.x + 1.5, scale.y + 1.2, inner, 3.0), "[% @wn_word_scale %]", 2.2, color=NOTE)
    written = Box(scale.x + 1.5, scale.y + 3.6, inner, 7.0)
    sheet.label(written, "[% @wn_scale %]", 4.6, bold=True, align="center")
    draw_bar(sheet, Box(scale.x + scale.width / 2.0, scale.y + 11.6, inner, 6.0))
    wide = max(16.0, systems.width * 0.28)
    rows = (("crs", "crs"), ("height_datum", "height_datum"), ("secrecy", "secrecy"))
    pairs(sheet, Box(systems.x, systems.y + 1.0, systems.width, 18.0), rows, wide, lined=False)
    rows = (("drawn", "drawn_by"), ("checked", "checked_by"), ("approved", "approved_by"))
    pairs(sheet, Box(names.x, names.y + 1.0, names.width, 18.0), rows, 13.0, lined=True)
    rows = (("date", "date"), ("edition", "edition"), ("page", "page_no"))
    pairs(sheet, Box(dates.x, dates.y + 1.0, dates.width, 18.0), rows, 11.5, lined=False)


def draw_wall_title(sheet: Sheet, band: Box) -> None:
    """Lay the title of a wall map above it, what it shows at the left and the day at the right below it."""
    k = sheet.letters
    sheet.label(Box(band.x, band.y, band.width, 10.5 * k), "", 9.0, name="title", align="center", bold=True)
    below = Box(band.x, band.y + 11.0 * k, band.width, 4.5 * k)
    sheet.label(below, "", 3.4, name="sheet_no", align="center", color=NOTE)
    picture = QgsLayoutItemPicture(sheet.layout)
    picture.setResizeMode(QgsLayoutItemPicture.Zoom)
    picture.setPictureAnchor(QgsLayoutItem.UpperLeft)
    sheet.put(picture, Box(band.x, band.y, 15.0 * k, 15.0 * k), "logo")


def draw_wall_column(sheet: Sheet) -> None:
    """Lay the legend of a wall map and its totals."""
    column, k = sheet.plan.column, sheet.letters
    height = column.height * WALL_LEGEND_SHARE
    top = sheet.heading(column, "legend")
    draw_legend(sheet, Box(column.x, top, column.width, column.y + height - top - 3.0 * k))
    top = sheet.heading(Box(column.x, column.y + height, column.width, 0.0), "table")
    sheet.table(Box(column.x, top, column.width, column.bottom - top), "table")


def draw_wall_strip(sheet: Sheet) -> None:
    """Lay the strip below a wall map: scale, systems, names, dates."""
    strip, k = sheet.plan.strip, sheet.letters
    edges = [strip.x]
    for share in WALL_STRIP_SHARES:
        edges.append(edges[-1] + share * strip.width)
    sheet.rectangle(strip, width=0.5)
    for left in edges[1:-1]:
        sheet.line(left, strip.y, left, strip.bottom, 0.2)
    cells = [Box(left, strip.y, right - left, strip.height) for left, right in zip(edges, edges[1:])]
    scale, systems, names, dates = cells
    written = Box(scale.x + 2.0 * k, scale.y, 26.0 * k, scale.height)
    sheet.label(written, "[% @wn_scale %]", 4.6, bold=True)
    room = scale.width - 32.0 * k
    draw_bar(sheet, Box(scale.x + 30.0 * k + room / 2.0, scale.y + 4.5 * k, room, 6.0 * k))
    rows: tuple[tuple[str, str], ...] = (("crs", "crs"), ("height_datum", "height_datum"))
    pairs(sheet, inset(systems, k), (*rows, ("secrecy", "secrecy")), 18.0 * k, lined=False)
    rows = (("drawn", "drawn_by"), ("checked", "checked_by"), ("approved", "approved_by"))
    pairs(sheet, inset(names, k), rows, 15.0 * k, lined=True)
    pairs(sheet, inset(dates, k), (("date", "date"), ("edition", "edition")), 13.0 * k, lined=False)


def inset(box: Box, room: float) -> Box:
    """Return a box without so much above and below."""
    return Box(box.x, box.y + room, box.width, box.height - 2 * room)


def draw_paper_map(sheet: Sheet) -> None:
    """Lay what stands around the map of a paper: title, scale and systems, legend."""
    strip = sheet.plan.strip
    sheet.label(Box(strip.x, 18.0, strip.width - 50.0, 6.0), "", 4.0, name="title", bold=True)
    number = Box(strip.right - 50.0, 18.0, 50.0, 6.0)
    sheet.label(number, "", 3.2, name="sheet_no", align="right", bold=True)
    sheet.label(Box(strip.x, 24.6, strip.width, 4.0), "", 2.6, name="sheet_name", color=NOTE)
    sheet.label(Box(strip.x, strip.y, 26.0, strip.height), "[% @wn_scale %]", 3.6, bold=True)
    draw_bar(sheet, Box(strip.x + 56.0, strip.y + 2.4, 60.0, 6.0))
    rows = (("crs", "crs"), ("height_datum", "height_datum"))
    pairs(sheet, Box(strip.x + 92.0, strip.y, strip.width - 92.0, strip.height), rows, 24.0, lined=False)
    draw_legend(sheet, sheet.plan.column)


def main() -> None:
    """Write the page of every paper."""
    application = QgsApplication([], False)
    application.initQgis()
    folder = ROOT / "styles" / "pages"
    for plan in (*map(plan_of, FRAMES_MM), *map(standard_plan, STANDARD_FRAMES_MM)):
        sheet = Sheet(plan)
        draw_map(sheet)
        draw_column(sheet)
        draw_strip(sheet)
        sheet.write(folder / f"sheet_{plan.paper.lower()}.qpt")
    for paper in WALL_LETTERS:
        wall = wall_plan(paper)
        sheet = Sheet(wall.page, WALL_LETTERS[paper])
        draw_map(sheet)
        draw_wall_title(sheet, wall.title)
        draw_wall_column(sheet)
        draw_wall_strip(sheet)
        sheet.write(folder / f"wall_{paper.lower()}.qpt")
    sheet = Sheet(paper_map_plan())
    draw_map(sheet)
    draw_paper_map(sheet)
    sheet.write(folder / "paper_map_a4.qpt")


if __name__ == "__main__":
    main()
