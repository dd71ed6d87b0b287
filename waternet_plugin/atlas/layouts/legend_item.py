"""The legend of a layout: made once for a book, then filled for each sheet with the signs that are on it.

Its layers hold no features: each is one heading with a class for every sign of the book. A sheet
chooses among them by the order of the nodes and writes its figures as their labels, so that the map is not
drawn a second time to find out what is on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsMapLayerLegendUtils,
    QgsMarkerSymbol,
    QgsProject,
    QgsProperty,
    QgsRenderContext,
    QgsRendererCategory,
    QgsSymbol,
    QgsSymbolLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QPointF, QSizeF
from qgis.PyQt.QtGui import QFont, QFontMetricsF

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM, legend_font
from waternet_plugin.atlas.pages.page import Sign, SignGroup
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.bridge.layer_frames import without_asking

# Between label and figure, as in the legend of the project.
_BETWEEN = "  "
# Between two signs where there are too many of them for the usual distance, mm.
_DENSE_MM = 0.3
# A heading is so much higher than its letters.
_LINE = 1.35
# Of the height of a line, the part that the sign of an area takes.
_AREA_SHARE = 0.75
# Large enough that widths are not rounded to dots.
_MEASURED_DOTS = 20.0


@dataclass
class _Heading:
    """One heading: its layer and the places of its signs by their labels."""

    layer: QgsVectorLayer
    node: Any
    positions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Fitted:
    """Groups as they fit the item: mm between two signs, and in how many columns.

    ``second`` is the heading that begins the second column, '' where a group has to be parted.
    """

    groups: tuple[SignGroup, ...]
    gap_mm: float
    columns: int
    second: str = ""


class LegendItem:
    """The legend of a layout.

    Parameters
    ----------
    item
        With id ``legend``.
    map_item
        The map whose scale decides how signs are drawn.
    project
        Takes the layers.
    pages
        The legends of all sheets of the book.
    words
        In the language of the book.
    """

    def __init__(
        self,
        item: QgsLayoutItemLegend,
        map_item: QgsLayoutItemMap,
        project: QgsProject,
        pages: Iterable[Sequence[SignGroup]],
        words: PageWords,
    ) -> None:
        self._item, self._words = item, words
        item.setAutoUpdateModel(False)
        item.setLegendFilterByMapEnabled(False)
        item.setLinkedMap(map_item)
        item.setTitle("")
        root = item.model().rootGroup()
        root.removeAllChildren()
        self._headings: dict[str, _Heading] = {}
        for heading, signs in _signs_by_heading(pages).items():
            layer = _layer_of(heading, list(signs.values()), item.symbolHeight())
            project.addMapLayer(layer, False)
            node = root.addLayer(layer)
            positions = {label: position for position, label in enumerate(signs)}
            for position, sign in enumerate(signs.values()):
                if isinstance(sign.symbol, QgsFillSymbol):
                    QgsMapLayerLegendUtils.setLegendNodeSymbolSize(node, position, self._area_size(item))
            self._headings[heading] = _Heading(layer, node, positions)
        self._width_mm, self._height_mm = float(item.rect().width()), float(item.rect().height())
        self._gap_mm = item.style(QgsLegendStyle.Style.Symbol).margin(QgsLegendStyle.Side.Top)
        face = legend_font(item, QgsLegendStyle.Style.SymbolLabel)
        self._sign_mm = max(item.symbolHeight(), face.pointSizeF() * POINT_MM)
        heading_pt = legend_font(item, QgsLegendStyle.Style.Subgroup).pointSizeF()
        above = item.style(QgsLegendStyle.Style.Subgroup).margin(QgsLegendStyle.Side.Top)
        self._heading_mm = heading_pt * POINT_MM * _LINE + above
        measured = QFont(face)
        measured.setPixelSize(max(1, round(face.pointSizeF() * POINT_MM * _MEASURED_DOTS)))
        self._metrics = QFontMetricsF(measured)

    @staticmethod
    def _area_size(item: QgsLayoutItemLegend) -> QSizeF:
        """Return the size of the sign of an area, mm: a full line of it would touch the heading above."""
        return QSizeF(item.symbolWidth(), item.symbolHeight() * _AREA_SHARE)

    def show(self, groups: Sequence[SignGroup]) -> None:
        """Show the signs of one sheet; a group that is cut says how many signs it leaves out."""
        fitted = self._fitted(groups)
        style = self._item.style(QgsLegendStyle.Style.Symbol)
        style.setMargin(QgsLegendStyle.Side.Top, fitted.gap_mm)
        self._item.setStyle(QgsLegendStyle.Style.Symbol, style)
        self._item.setColumnCount(fitted.columns)
        self._item.setSplitLayer(fitted.columns > 1 and not fitted.second)
        by_heading = {group.heading: group for group in fitted.groups}
        for heading, own in self._headings.items():
            group = by_heading.get(heading)
            has_title = group is not None and bool(heading)
            kind = QgsLegendStyle.Style.Subgroup if has_title else QgsLegendStyle.Style.Hidden
            QgsLegendRenderer.setNodeLegendStyle(own.node, kind)
            own.node.setCustomProperty("legend/column-break", int(heading == fitted.second != ""))
            order = []
            if group is not None:
                title = _BETWEEN.join(text for text in (heading, group.note) if text)
                own.node.setCustomProperty("legend/title-label", title)
                for sign in group.signs:
                    position = own.positions[sign.label]
                    order.append(position)
                    QgsMapLayerLegendUtils.setLegendNodeUserLabel(own.node, position, _text(sign))
            QgsMapLayerLegendUtils.setLegendNodeOrder(own.node, order)
            self._item.model().refreshLayerLegend(own.node)
        self._item.invalidateCache()

    def _halves(self, groups: Sequence[SignGroup]) -> _Fitted | None:
        """Return groups in two columns that begin with headings; None where they don't fit so."""
        between, gap = self._item.columnSpace(), self._gap_mm
        places = [
            place
            for place in range(1, len(groups))
            if self._width(groups[:place]) + between + self._width(groups[place:]) <= self._width_mm
        ]
        while places:
            heights = [
                max(self._height(groups[:place], gap, 1), self._height(groups[place:], gap, 1))
                for place in places
            ]
            if min(heights) <= self._height_mm:
                second = groups[places[heights.index(min(heights))]].heading
                return _Fitted(tuple(groups), gap, 2, second)
            if gap <= _DENSE_MM:
                break
            gap = max(gap - 0.1, _DENSE_MM)
        return None

    def _height(self, groups: Sequence[SignGroup], gap: float, columns: int) -> float:
        """Return how high groups are, mm; the columns are filled evenly."""
        signs = sum(len(group.signs) for group in groups)
        # QGIS fills a column beyond its part by a sign, and by the heading above it.
        spare = self._heading_mm + self._sign_mm + gap if columns > 1 else 0.0
        high = sum(bool(group.heading) for group in groups) * self._heading_mm + signs * (self._sign_mm + gap)
        return math.ceil(high / columns * 100.0) / 100.0 + spare

    def _width(self, groups: Sequence[SignGroup]) -> float:
        """Return how wide groups are, mm."""
        texts = (_text(sign) for group in groups for sign in group.signs)
        widest = max((self._metrics.horizontalAdvance(text) for text in texts), default=0.0)
        return float(self._item.symbolWidth() + 3.0 + widest / _MEASURED_DOTS)

    def _most_columns(self, groups: Sequence[SignGroup]) -> int:
        """Return how many columns have room for the widest line."""
        between = self._item.columnSpace()
        return max(1, int((self._width_mm + between) // (self._width(groups) + between)))

    def _fitted(self, groups: Sequence[SignGroup]) -> _Fitted:
        """Return groups that fit the item.

        The first group, the classes of pipes, is cut last: without it the map can't be read.
        """
        shown, gap, columns = list(groups), self._gap_mm, 1
        count = sum(len(group.signs) for group in shown)
        if count and self._height(shown, gap, 1) > self._height_mm:
            halves = self._halves(shown)
            if halves is not None:
                return halves
            most = self._most_columns(shown)
            while columns < most and self._height(shown, gap, columns) > self._height_mm:
                columns += 1
            while gap > _DENSE_MM and self._height(shown, gap, columns) > self._height_mm:
                gap = max(gap - 0.1, _DENSE_MM)
        for index in reversed(range(len(shown))):
            group = shown[index]
            while self._height(shown, gap, columns) > self._height_mm and shown[index].signs:
                signs = shown[index].signs[:-1]
                note = self._words("and_more").format(n=len(group.signs) - len(signs))
                shown[index] = SignGroup(group.heading, signs, note)
        return _Fitted(tuple(shown), gap, columns)


def _text(sign: Sign) -> str:
    return _BETWEEN.join(text for text in (sign.label, sign.figure) if text)


def _signs_by_heading(pages: Iterable[Sequence[SignGroup]]) -> dict[str, dict[str, Sign]]:
    """Return every sign of a book by heading and label."""
    found: dict[str, dict[str, Sign]] = {}
    for groups in pages:
        for group in groups:
            signs = found.setdefault(group.heading, {})
            for sign in group.signs:
                signs.setdefault(sign.label, sign)
    return found


def _small(symbol: QgsSymbol, most_mm: float) -> QgsSymbol:
    """Return a symbol that is not higher than its line."""
    result = symbol.clone()
    if isinstance(result, QgsMarkerSymbol):
        for layer in result.symbolLayers():
            # What the map's scale says of the size is said of the map.
            layer.setDataDefinedProperty(QgsSymbolLayer.Property.PropertySize, QgsProperty())
        high_mm = _height_mm(result)
        if high_mm > most_mm:
            result.setSize(result.size() * most_mm / high_mm)
    return result


def _height_mm(symbol: QgsMarkerSymbol) -> float:
    """Return how high a sign is drawn: many are higher than their size, which is their width."""
    context = QgsRenderContext()
    # A dot of the painter is a millimetre.
    context.setScaleFactor(1.0)
    symbol.startRender(context)
    try:
        return float(symbol.bounds(QPointF(0.0, 0.0), context).height())
    finally:
        symbol.stopRender(context)


def _layer_of(name: str, signs: Sequence[Sign], most_mm: float) -> QgsVectorLayer:
    """Return a layer without features whose classes are signs."""
    layer = QgsVectorLayer("Point?field=sign:string", name, "memory", without_asking())
    classes = [QgsRendererCategory(sign.label, _small(sign.symbol, most_mm), sign.label) for sign in signs]
    layer.setRenderer(QgsCategorizedSymbolRenderer("sign", classes))
    return layer
