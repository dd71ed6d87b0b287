"""Catchments of outfalls in dry and in wet weather, on the sample town."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from qgis.core import QgsPointXY
from support.widgets import click, text, trigger


@pytest.mark.slow
def test_dry_and_wet_are_toggled_and_a_place_is_asked(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_drainage_menu_catchments")
    pane = town.window("wn_catchments")
    until(lambda: pane.list.rows and town.is_idle, 60)
    assert pane.weather == "dry"
    dry = {row["outfall_id"] for row in pane.list.rows}
    assert not any(area.is_hatched for area in pane.overlay.areas)
    assert len(pane.overlay.areas) == len(dry)
    click(pane, "wn_catchments_wet")
    wet = {row["outfall_id"] for row in pane.list.rows}
    assert dry <= wet
    hatched = [area for area in pane.overlay.areas if area.is_hatched]
    wetter = [
        name
        for name in wet
        if pane.found.shapes[name, "wet"].area
        > (pane.found.shapes[name, "dry"].area if name in dry else 0) + 1
    ]
    assert len(hatched) == len(wetter) > 0
    # Neighbours differ in colour.
    colour = {row["outfall_id"]: row["colour"] for row in pane.list.rows}
    for one in wet:
        for other in wet - {one}:
            a, b = (pane.found.shapes[name, "wet"] for name in (one, other))
            assert colour[one] != colour[other] or shapely.distance(a, b) > 1.0
    row = pane.list.rows[0]
    place = pane.found.shapes[row["outfall_id"], "wet"].representative_point()
    pane.start()
    pane.tool.pick_at(QgsPointXY(place.x, place.y))
    assert pane.chosen in wet and pane.chosen in text(pane, "wn_catchments_card")
    pane.tool.pick_at(QgsPointXY(place.x + 1e6, place.y))
    assert "No outfall" in text(pane, "wn_catchments_said")
    pane.close()
    assert pane.overlay.is_empty
