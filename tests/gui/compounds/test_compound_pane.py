"""The section and the pane of compounds on the sample town: what is due, one click in a compound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from qgis.core import QgsPointXY
from support.widgets import part, section, text, trigger


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


def _inside(session: Any, compound_id: str) -> QgsPointXY:
    """Return a place in a compound."""
    features = session.layer("compound").getFeatures()
    feature = next(one for one in features if one["compound_id"] == compound_id)
    return feature.geometry().pointOnSurface().asPoint()


def test_a_click_in_a_compound_tells_what_is_due(plugin: Any, town: Any, until: Any) -> None:
    found = section(plugin, "compounds")
    until(lambda: found.needs is not None and town.is_idle, 60.0)
    assert "34" in found.figure.text() and found.has_data
    # One click from the figure to what is due.
    found.figure.click()
    pane = town.window("wn_compounds")
    until(lambda: pane.shows_answer and town.is_idle, 60.0)
    assert pane.needs.compounds == 34
    assert [row["misconnections"] for row in pane.needs.rows if row["misconnections"]] == [1, 1]
    assert pane.is_listening and not pane.card.isVisible()
    wrong = next(row for row in pane.needs.rows if row["misconnections"])
    pane.tool.pick_at(_inside(town, wrong["compound_id"]))
    until(lambda: pane.state is not None and town.is_idle, 60.0)
    assert pane.state.compound_id == wrong["compound_id"]
    assert text(pane, "wn_compounds_title") == pane.state.name
    assert pane.state.grid in text(pane, "wn_compounds_heading")
    assert part(pane, "wn_compounds_misconnections").text() == "1"
    assert part(pane, "wn_compounds_misconnections_dot").letter == "!"
    # The figure selects its drain on the map.
    part(pane, "wn_compounds_misconnections").click()
    pipes = town.layer("pipe")
    assert pipes.selectedFeatureCount() == 1
    assert pane.overlay.areas
    # Where there is none nothing changes.
    pane.tool.pick_at(QgsPointXY(0, 0))
    until(lambda: town.is_idle, 60.0)
    assert "No compound lies there" in text(pane, "wn_compounds_said")
    trigger(plugin.dock, "wn_compounds_menu_list")
    until(lambda: town.is_idle, 60.0)
    assert pane.state is not None and pane.state.compound_id == wrong["compound_id"]
    pane.close()
    assert pane.overlay.is_empty
