"""Signs in the legend of a page: none is higher than its line, so that none covers a heading."""

import pytest
from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsFillSymbol,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsMapLayerLegendUtils,
    QgsProject,
    QgsRenderContext,
)
from qgis.PyQt.QtCore import QPointF
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.layouts.legend_item import LegendItem
from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template
from waternet_plugin.atlas.pages.page import Sign, SignGroup
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.points import node_symbol


@pytest.fixture
def nodes(qgis_app):
    """The item, and the layer of a legend with the sign of every kind of node."""
    project = QgsProject()
    layout = load_template(shipped_template("sheet_a3.qpt"), project)
    (item,) = (each for each in layout.items() if isinstance(each, QgsLayoutItemLegend))
    (shown,) = (each for each in layout.items() if isinstance(each, QgsLayoutItemMap) and each.id() == "map")
    chosen = look.Look("print", "en")
    signs = [Sign(node_symbol(chosen, kind), kind.key) for kind in look.node_classes()]
    area = Sign(QgsFillSymbol.createSimple({}), "compound")
    groups = (SignGroup("Nodes", tuple(signs)), SignGroup("Areas", (area,)))
    LegendItem(item, shown, project, [groups], PageWords("en"))
    yield item
    project.clear()


def _height_mm(symbol, scale):
    """Return how high a symbol is drawn on a map of a scale."""
    context, where, scope = QgsRenderContext(), QgsExpressionContext(), QgsExpressionContextScope()
    scope.setVariable("map_scale", scale)
    where.appendScope(scope)
    context.setExpressionContext(where)
    context.setScaleFactor(1.0)
    symbol.startRender(context)
    height = symbol.bounds(QPointF(0, 0), context).height()
    symbol.stopRender(context)
    return height


@pytest.mark.parametrize("scale", a_few_quick([500, 20_000], 1))
def test_no_sign_is_higher_than_its_line(nodes, scale):
    layer = nodes.model().rootGroup().children()[0].layer()
    items = layer.renderer().legendSymbolItems()
    heights = {each.label(): _height_mm(each.symbol(), scale) for each in items}
    # Larger on the map: tanks, pump stations and the like.
    assert {"tank", "pump_station", "hydrant"} <= set(heights)
    # Bounds are told with the width of the stroke and some room.
    assert max(heights.values()) <= nodes.symbolHeight() + 0.5
    assert heights["tank"] == pytest.approx(nodes.symbolHeight(), abs=0.5)


def test_the_sign_of_an_area_leaves_room_below_its_heading(nodes):
    _, areas = nodes.model().rootGroup().children()
    size = QgsMapLayerLegendUtils.legendNodeSymbolSize(areas, 0)
    assert size.width() == nodes.symbolWidth()
    assert 1.5 <= size.height() < nodes.symbolHeight()


@pytest.mark.parametrize(
    ("counts", "columns", "second"),
    [
        ({"Pipes": 4, "Areas": 1}, 1, ""),
        ({"Pipes": 5, "Diameters": 4, "Nodes": 9, "Areas": 1}, 2, "Nodes"),
        ({"Pipes": 3, "Nodes": 9, "Areas": 9}, 2, "Areas"),
        # Too many for one column: it is parted.
        ({"Nodes": 22}, 2, ""),
    ],
)
def test_the_second_column_begins_with_a_heading_where_it_can(qgis_app, counts, columns, second):
    project = QgsProject()
    layout = load_template(shipped_template("sheet_a3.qpt"), project)
    (item,) = (each for each in layout.items() if isinstance(each, QgsLayoutItemLegend))
    (shown,) = (each for each in layout.items() if isinstance(each, QgsLayoutItemMap) and each.id() == "map")
    symbol = QgsFillSymbol.createSimple({})
    groups = [
        SignGroup(name, tuple(Sign(symbol, f"{name} {number}") for number in range(count)))
        for name, count in counts.items()
    ]
    LegendItem(item, shown, project, [groups], PageWords("en")).show(groups)
    assert item.columnCount() == columns
    assert item.splitLayer() == (columns > 1 and not second)
    nodes = item.model().rootGroup().findLayers()
    broken = [node.layer().name() for node in nodes if node.customProperty("legend/column-break")]
    assert broken == ([second] if second else [])
    del item, shown, layout
    project.clear()
