"""Zero-discharge zones as the pane lists and draws them; what builds them has tests of its own."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from support.widgets import text

from waternet_plugin.gui.drainage.zone_pane import ZonePane
from waternet_plugin.gui.drainage.zone_rows import zone_rows
from waternet_plugin.gui.network.overlay import LABEL
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.panel import pane

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
