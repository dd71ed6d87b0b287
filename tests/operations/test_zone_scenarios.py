"""Scenarios of metered areas: what is drawn is stored as one batch and read again; the network stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.drawn_zones import drawing_of, frames

from waternet_plugin import store
from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.dma.drawing.scenario_content import content_of, drawn
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.operations.zone_scenarios import (
    StoreScenarioRequest,
    list_scenarios,
    read_scenario,
    store_scenario,
)


@pytest.fixture
def drawing() -> ZoneDrawing:
    made = drawing_of(frames(6, 5, seed=3))
    made.add_zone("child", parent=made.add_zone("new"))
    made.do(gestures.adding(made, np.arange(12), 3))
    made.do(gestures.adding(made, np.arange(4), 4))
    made.do(gestures.taking_out(made, np.arange(20, 30), 2))
    for vertex in (3, 4, 7):
        made.do(gestures.closing(made, vertex))
    made.do(gestures.metering(made, made.crossings(3)[0], 3))
    return made


def test_what_is_stored_is_what_is_read(tmp_path: Path, drawing: ZoneDrawing) -> None:
    content = content_of(drawing)
    assert content.zones == {"new": None, "child": "new"}
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as network:
        scenario = store_scenario(network, StoreScenarioRequest(content, "Plan A"))
        assert [(head.scenario_id, head.name) for head in list_scenarios(network)] == [(scenario, "Plan A")]
        assert read_scenario(network, scenario) == content
        assert not len(network.read("zone", ["zone_id"], geometry=False))
        zones, state = drawn(drawing.network, read_scenario(network, scenario))
    again = ZoneDrawing(drawing.network, drawing.ground_m)
    again.take_up(zones, state)
    for zone in range(drawing.zones.count):
        assert again.figures(zone) == drawing.figures(zone)


def test_storing_again_writes_differences_in_one_batch_that_is_undone_whole(
    tmp_path: Path, drawing: ZoneDrawing
) -> None:
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as network:
        first = content_of(drawing)
        scenario = store_scenario(network, StoreScenarioRequest(first, "Plan A"))
        drawing.undo()
        drawing.undo()
        drawing.do(gestures.adding(drawing, np.array([14]), 3))
        batches = len(network.batches())
        store_scenario(network, StoreScenarioRequest(content_of(drawing), "Plan A", scenario))
        assert len(network.batches()) == batches + 1
        assert read_scenario(network, scenario) == content_of(drawing)
        network.undo()
        assert read_scenario(network, scenario) == first
