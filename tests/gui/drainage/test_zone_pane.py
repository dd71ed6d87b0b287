"""Zero-discharge zones as the pane lists and draws them; what builds them has tests of its own."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from support.widgets import part, text

from waternet_plugin.gui.drainage.zone_cards import card_lines, orders, zone_rows
from waternet_plugin.gui.drainage.zone_pane import ZonePane
from waternet_plugin.gui.network.overlay import LABEL
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.panes import pane

FIELDS = "zone_id:string&field=outfalls:string&field=area_km2:double&field=state:string&field=ready:integer"


def zones(crs: str) -> QgsVectorLayer:
    """Return two zones as the algorithm writes them."""
    layer = QgsVectorLayer(
        f"MultiPolygon?crs={crs}&field={FIELDS}&field=blocked_by:string", "zones", "memory"
    )
    for number, (ready, blocked) in enumerate(((1, ""), (0, "WS-0059 M4; YSD-0399; HSD-0001"))):
        feature = QgsFeature(layer.fields())
        left = 1000.0 * number
        west, east = left, left + 1000.0
        ring = f"({west} 0, {east} 0, {east} 2000, {west} 2000, {west} 0)"
        feature.setGeometry(QgsGeometry.fromWkt(f"MULTIPOLYGON(({ring}))"))
        values = [f"Z-{number + 1}", "YSD-1;YSD-2", 2.0, "within", ready, blocked]
        feature.setAttributes(values)
        layer.dataProvider().addFeature(feature)
    return layer


def halves(session: Any) -> QgsVectorLayer:
    """Return the west and the east of the town as a layer of the project: two street offices."""
    crs, box = session.layer("pipe").crs(), session.layer("pipe").extent()
    layer = QgsVectorLayer(f"Polygon?crs={crs.authid()}", "offices", "memory")
    middle = box.center().x()
    for west, east in ((box.xMinimum() - 500, middle), (middle, box.xMaximum() + 500)):
        feature = QgsFeature()
        rectangle = QgsRectangle(west, box.yMinimum() - 500, east, box.yMaximum() + 500)
        feature.setGeometry(QgsGeometry.fromRect(rectangle))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.mark.slow
def test_zones_stay_within_the_street_offices_that_are_chosen(plugin: Any, town: Any, until: Any) -> None:
    offices = halves(town)
    opened = pane.open_pane(town, ZonePane)
    until(lambda: opened.rows and town.is_idle, 60.0)
    box = part(opened, "wn_zones_boundaries")
    assert box.currentLayer() is None and box.currentText() == "whole network"

    def built(layer: QgsVectorLayer | None) -> list[dict[str, Any]]:
        # As a person does: the box by keys, the button by the mouse.
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        while box.currentLayer() is not layer:
            place = box.currentIndex()
            QTest.keyClick(box, Qt.Key.Key_Down)
            assert box.currentIndex() > place
        before = opened.rows
        QTest.mouseClick(part(opened, "wn_zones_build"), Qt.MouseButton.LeftButton)
        until(lambda: opened.rows is not before and town.is_idle, 60.0)
        return opened.rows

    for least, limit in zip((0.01, 100.0), opened.limits):
        limit.setValue(least)
    whole, divided = built(None), built(offices)
    assert len(divided) > len(whole)
    # What lies across the line is the part of a catchment, which is not cut.
    line = QgsGeometry.fromRect(offices.getFeature(1).geometry().boundingBox())
    for row in divided:
        share = row["shape"].intersection(line).area() / row["shape"].area()
        assert min(share, 1 - share) < 0.2, row["zone_id"]
    assert any(0.2 < row["shape"].intersection(line).area() / row["shape"].area() < 0.8 for row in whole)
    # A layer that goes is chosen no more.
    QgsProject.instance().removeMapLayer(offices.id())
    assert box.currentLayer() is None


def test_zones_tell_what_blocks_them(plugin: Any, town: Any, until: Any) -> None:
    opened = town.show_window(ZonePane(town))
    rows = zone_rows(zones("EPSG:4547").getFeatures())
    opened.show_zones(rows)
    assert text(opened, "wn_zones_headline") == "2 zones, 1 ready"
    # The one with most to do is told first.
    assert opened.chosen == "Z-2"
    said = text(opened, "wn_zones_card")
    assert all(name in said for name in ("WS-0059 M4", "YSD-0399", "HSD-0001"))
    labels = [mark.text for mark in opened.overlay.marks if mark.shape == LABEL]
    assert labels[0].splitlines()[-1] == "ready" and "3 blocks" in labels[1]
    assert [area.opacity for area in opened.overlay.areas] == [0.12, 0.0]
    opened.picked(Pick(500.0, 500.0))
    assert opened.chosen == "Z-1" and "Nothing blocks" in text(opened, "wn_zones_card")
    opened.picked(Pick(-500.0, 500.0))
    assert "No zone" in text(opened, "wn_zones_said")
    opened.close()
    assert opened.overlay.is_empty
    assert isinstance(opened, pane.Pane)


def test_what_blocks_a_zone_becomes_orders_by_the_kind_of_work() -> None:
    row = {
        "zone_id": "Z-1",
        "outfalls": "YSD-1",
        "ready": False,
        "named": ["M4 WS-0059", "interceptor WSD-1", "sewage_seen YSD-1", "compound XQ-01", "compound XQ-02"],
    }
    made = {(one.table, one.type): one for one in orders(row)}
    assert set(made) == {("", "repair"), ("node", "repair"), ("node", "trace"), ("compound", "inspect")}
    assert made["", "repair"].asset_ids == ("WS-0059",)
    assert made["compound", "inspect"].asset_ids == ("XQ-01", "XQ-02")
    assert all("Z-1" in note for one in made.values() for note in one.notes)
    # A compound is said in words, not by its code.
    assert "• Compound XQ-01" in card_lines(row)
