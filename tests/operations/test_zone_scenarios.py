"""Scenarios of metered areas: what is drawn is stored as one batch and read again; the network stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.drawn_zones import drawing_of, frames
from support.water_frames import CRS, Drawing

from waternet_plugin import store
from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.dma.drawing.compared_drawings import compared_drawings
from waternet_plugin.core.dma.drawing.scenario_content import (
    PlannedDevice,
    ScenarioContent,
    content_of,
    drawn,
)
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.operations.dma.adopt_scenario import AdoptScenarioRequest, adopt_scenario
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, check_dma
from waternet_plugin.operations.dma.stored_scenarios import ScenarioChangedError, read_scenario
from waternet_plugin.operations.dma.zone_scenarios import (
    StoreScenarioRequest,
    list_scenarios,
    store_scenario,
)

X, Y = 500000.0, 3000000.0


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


@pytest.mark.slow
def test_what_is_stored_is_what_is_read(tmp_path: Path, drawing: ZoneDrawing) -> None:
    content = content_of(drawing)
    assert content.zones == {"new": None, "child": "new"}
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as network:
        scenario = store_scenario(network, StoreScenarioRequest(content, "Plan A")).scenario_id
        assert [(head.scenario_id, head.name) for head in list_scenarios(network)] == [(scenario, "Plan A")]
        assert read_scenario(network, scenario) == content
        assert not len(network.read("zone", ["zone_id"], geometry=False))
        zones, state = drawn(drawing.network, read_scenario(network, scenario))
    again = ZoneDrawing(drawing.network, drawing.ground_m)
    again.take_up(zones, state)
    for zone in range(drawing.zones.count):
        assert again.figures(zone) == drawing.figures(zone)


@pytest.mark.slow
def test_storing_again_writes_differences_in_one_batch_that_is_undone_whole(
    tmp_path: Path, drawing: ZoneDrawing
) -> None:
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as network:
        first = content_of(drawing)
        scenario = store_scenario(network, StoreScenarioRequest(first, "Plan A")).scenario_id
        drawing.undo()
        drawing.undo()
        drawing.do(gestures.adding(drawing, np.array([14]), 3))
        batches = len(network.batches())
        store_scenario(network, StoreScenarioRequest(content_of(drawing), "Plan A", scenario))
        assert len(network.batches()) == batches + 1
        assert read_scenario(network, scenario) == content_of(drawing)
        network.undo()
        assert read_scenario(network, scenario) == first


@pytest.mark.slow
def test_who_stores_second_loses_nothing_and_writes_over_nothing(
    tmp_path: Path, drawing: ZoneDrawing
) -> None:
    path = tmp_path / "n.gpkg"
    with store.create_network(path, "EPSG:4547") as one, store.open_network(path) as other:
        scenario = store_scenario(one, StoreScenarioRequest(content_of(drawing), "Plan A")).scenario_id
        seen = read_scenario(other, scenario).fingerprint
        assert seen == content_of(drawing).fingerprint
        drawing.undo()
        first = content_of(drawing)
        store_scenario(one, StoreScenarioRequest(first, "Plan A", scenario, seen=seen))
        drawing.undo()
        second = StoreScenarioRequest(content_of(drawing), "Plan A", scenario, seen=seen)
        with pytest.raises(ScenarioChangedError, match="in another window") as told:
            store_scenario(other, second)
        assert not told.value.is_gone
        assert read_scenario(other, scenario) == first
        with pytest.raises(ScenarioChangedError, match="in another window"):
            adopt_scenario(other, AdoptScenarioRequest(scenario, seen=seen))
        mine = store_scenario(
            other, StoreScenarioRequest(content_of(drawing), "Plan A", "", scenario)
        ).scenario_id
        assert [head.name for head in list_scenarios(one)] == ["Plan A", "Plan A (2)"]
        assert (read_scenario(one, scenario), read_scenario(one, mine)) == (first, content_of(drawing))


@pytest.mark.slow
def test_a_scenario_whose_storing_was_undone_is_not_stored_unasked(
    tmp_path: Path, drawing: ZoneDrawing
) -> None:
    content = content_of(drawing)
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as network:
        scenario = store_scenario(network, StoreScenarioRequest(content, "Plan A")).scenario_id
        network.undo()
        with pytest.raises(ScenarioChangedError, match="undone") as told:
            store_scenario(
                network, StoreScenarioRequest(content, "Plan A", scenario, seen=content.fingerprint)
            )
        assert told.value.is_gone and not list_scenarios(network)


@pytest.mark.slow
def test_several_devices_at_one_node_are_rows_of_their_own(tmp_path: Path) -> None:
    def planned(kind: str, pipe: str, zone: str) -> PlannedDevice:
        return PlannedDevice(kind, "J", pipe_id=pipe, diameter_mm=150.0, zone_in=zone)

    devices = (
        *(planned("valve", "P1", "A"), planned("valve", "P2", "A")),
        *(planned("meter", "P1", "A"), planned("meter", "P2", "B")),
        # Two of a kind on one pipe, as on a loop.
        planned("meter", "P2", "C"),
    )
    content = ScenarioContent({}, {}, devices)
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as network:
        scenario = store_scenario(network, StoreScenarioRequest(content, "Plan A")).scenario_id
        found = read_scenario(network, scenario)
        assert found.fingerprint == content.fingerprint and len(found.devices) == 5
        # Stored again from what was read, nobody else is said to have stored it.
        again = StoreScenarioRequest(found, "Plan A", scenario, seen=content.fingerprint)
        store_scenario(network, again)
        assert len(network.read("scenario_device", ["device_id"])) == 5


@pytest.mark.slow
def test_closing_a_tee_is_stored_and_read_as_it_was_drawn(tmp_path: Path, drawing: ZoneDrawing) -> None:
    network = drawing.network
    degree = network.graph.degree(network.open)
    tees = np.flatnonzero((degree > 2) & ~network.valve)[:3].tolist()
    for vertex in tees:
        drawing.do(gestures.closing(drawing, vertex))
    content = content_of(drawing)
    new = [one for one in content.devices if one.kind == "valve"]
    assert len(new) > len({one.at_node for one in new})
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as written:
        scenario = store_scenario(written, StoreScenarioRequest(content, "Plan A")).scenario_id
        assert read_scenario(written, scenario).fingerprint == content.fingerprint


def test_two_drawings_are_compared_pipe_by_pipe(drawing: ZoneDrawing) -> None:
    lines = frames(6, 5, seed=3)["pipe"].geometry.to_numpy()[drawing.network.graph.pipe_row]
    found = compared_drawings(ZoneDrawing(drawing.network, drawing.ground_m), drawing, lines)
    assert found.pipes == len(drawing.changed_pipes())
    graph = drawing.network.graph
    moved = {name: (move.before, move.after) for move in found.moves for name in move.pipe_ids}
    ids = [*drawing.zones.tree.zone_id, None]
    for pipe in drawing.changed_pipes():
        before, after = drawing.network.zone[pipe], drawing.state.zone[pipe]
        assert moved[graph.pipe_id[pipe]] == (ids[max(before, -1)], ids[max(after, -1)])
    for zone in found.zones:
        number = list(drawing.zones.tree.zone_id).index(zone.zone_id)
        assert not zone.after.compared_with(drawing.figures(number, with_shape=False))
        assert len(zone.lines) == zone.after.pipes
    same = compared_drawings(drawing, drawing, lines)
    assert not same.moves and not any(zone.differs for zone in same.zones)


@pytest.mark.slow
def test_the_check_of_a_scenario_has_both_meters_of_a_node(tmp_path: Path) -> None:
    tee = Drawing().node("S", X, Y, kind="source").node("J", X + 100, Y).node("W", X + 200, Y)
    tee.node("N", X + 100, Y + 100).pipe("P0", "S", "J")
    tee.pipe("P1", "J", "W", dma_id="A").pipe("P2", "J", "N", dma_id="B")
    meters = tuple(
        PlannedDevice("meter", "J", pipe_id=pipe, diameter_mm=150.0, zone_in=zone)
        for pipe, zone in (("P1", "A"), ("P2", "B"))
    )
    with store.create_network(tmp_path / "n.gpkg", CRS) as network:
        with network.write("adopt") as batch:
            for table, frame in (("pipe", tee.pipes), ("node", tee.nodes)):
                batch.insert(table, frame.dropna(axis="columns", how="all"))
            batch.insert(
                "zone", pd.DataFrame({"zone_id": ["A", "B"], "kind": "dma", "name": ["East", "West"]})
            )
        for planned, verdicts in ((meters, ["valid", "valid"]), (meters[:1], ["valid", "not_valid"])):
            scenario = store_scenario(
                network, StoreScenarioRequest(ScenarioContent({}, {}, planned), "Plan")
            ).scenario_id
            found = check_dma(network, ZoneCheckRequest("Check", scenario=scenario, store=False)).zones
            assert found.sort_values("zone_id")["verdict"].tolist() == verdicts
