"""Total meters in the window: trees with the loss of each level, made by clicks, kept as one batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsGeometry
from support.user_town import write_user_town
from support.widgets import click, part, text

from waternet_plugin.core.errors import InputError
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.users.tree_pane import tree_lines
from waternet_plugin.operations.users.set_total_meter import TotalMeterRequest, set_total_meter
from waternet_plugin.store import open_network


def _parents(path: str) -> dict[str, Any]:
    with open_network(path) as network:
        nodes = network.read("node", ["node_id", "meter_parent"], geometry=False)
    return {row.node_id: row.meter_parent for row in nodes.itertuples() if row.meter_parent}


def test_lines_lead_from_sub_meters_to_their_total_meter(qgis_app: Any) -> None:
    rows = [
        {"node_id": "T", "meter_parent": "", "xy": (0.0, 0.0)},
        {"node_id": "a", "meter_parent": "T", "xy": (0.0, 5.0)},
        {"node_id": "b", "meter_parent": "T", "xy": None},
        {"node_id": "c", "meter_parent": "gone", "xy": (1.0, 1.0)},
    ]
    lines = QgsGeometry()
    lines.fromWkb(tree_lines(rows))
    assert lines.asWkt() == "MultiLineString ((0 5, 0 0))"
    assert tree_lines(rows[:1]) == b""


@pytest.mark.slow
def test_a_total_meter_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = write_user_town(tmp_path / "town.gpkg")
    before = _parents(str(path))
    with pytest.raises(InputError, match="Click the total meter first"):
        TotalMeterRequest("M-S1", ())
    with pytest.raises(InputError, match="its own total meter"):
        TotalMeterRequest("M-S1", ("M-S1",))
    with open_network(path) as network:
        for total, sub, sentence in (
            ("M-U1", "BULK-A", "is below these meters itself"),
            ("M-S1", "H1", "Not a meter of this network: H1"),
            ("nobody", "M-C1", "Not a meter of this network: nobody"),
        ):
            with pytest.raises(InputError, match=sentence):
                set_total_meter(network, TotalMeterRequest(total, (sub,)))
    assert _parents(str(path)) == before


@pytest.mark.slow
def test_trees_show_losses_and_grow_by_clicks(plugin: Any, town: Any, until: Any) -> None:
    town.open_tool("meter_tree")
    pane = town.window("wn_meter_tree")
    until(lambda: pane.levels is not None and town.is_idle, 20.0)
    assert text(pane, "wn_meter_tree_headline") == "3 total meters, 1 with a loss above 5 %"
    tops = [pane.list.topLevelItem(place) for place in range(pane.list.topLevelItemCount())]
    assert [item.text(0) for item in tops] == ["BULK-A", "BULK-B", "M-S1"]
    assert (tops[0].text(1), tops[0].text(2)) == ("2,400", "10.0 %")
    row = pane.list.choose("BULK-A")
    assert [tops[0].child(place).text(0) for place in range(tops[0].childCount())] == ["M-U1", "M-U2"]
    pane.choose(row)
    until(lambda: pane.plot.plot is not None, 20.0)
    assert pane.plot.plot.title == "BULK-A: loss above 5 % in 12 of 12 months"
    assert not pane.overlay.is_empty
    # The total meter first, then what is below it; a second click takes one back.
    pane.picked(Pick(0.0, 0.0))
    assert "Click a meter" in text(pane, "wn_meter_tree_said")
    for name in ("M-S1", "M-C1", "M-U4", "M-U4"):
        pane.picked(Pick(500_000.0, 2_500_000.0, node_id=name))
    assert text(pane, "wn_meter_tree_said") == "Total meter M-S1, sub-meters: M-C1."
    before = _parents(town.network_path)
    click(pane, "wn_meter_tree_keep")
    until(lambda: _parents(town.network_path) == {**before, "M-C1": "M-S1"} and town.is_idle, 20.0)
    assert pane.clicked == [] and not part(pane, "wn_meter_tree_keep").isEnabled()
    with open_network(town.network_path) as network:
        newest = network.batches().iloc[0]
        network.undo(str(newest["batch_id"]))
    assert _parents(town.network_path) == before
    # A meter above itself is refused, and nothing is written.
    for name in ("M-U1", "BULK-A"):
        pane.picked(Pick(500_000.0, 2_500_000.0, node_id=name))
    pane.keep()
    until(lambda: "is below these meters itself" in text(pane, "wn_meter_tree_said"), 20.0)
    assert _parents(town.network_path) == before
    # Without a source the pipes tell nothing.
    pane.propose()
    until(lambda: "has no source" in text(pane, "wn_meter_tree_said"), 20.0)
    pane.close()
    until(lambda: town.is_idle, 20.0)
