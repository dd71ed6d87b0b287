"""Zones are drawn from meters, a polygon or pipes, and stored as one batch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import shapely
from support.water_frames import CRS, Drawing

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.dma.draw_dma import METERS, PIPES, POLYGON, DrawRequest, draw_dma
from waternet_plugin.store.network import Network

X, Y = 500_000.0, 3_000_000.0


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Network]:
    """Source, meter into A, junction, meter from A into B, junction; a branch behind a closed valve."""
    drawing = Drawing()
    drawing.node("S", X, Y, kind="source")
    drawing.node("MA", X + 100, Y, kind="flow_meter", meter_in="A")
    drawing.node("J", X + 200, Y)
    drawing.node("MB", X + 300, Y, kind="flow_meter", meter_in="B", meter_out="A")
    drawing.node("E", X + 400, Y)
    drawing.node("V", X + 200, Y + 100, kind="valve", valve_state="closed")
    drawing.node("D", X + 200, Y + 200)
    for name, start, end in (
        ("P1", "S", "MA"),
        ("P2", "MA", "J"),
        ("P3", "J", "MB"),
        ("P4", "MB", "E"),
        ("P5", "J", "V"),
        ("P6", "V", "D"),
    ):
        drawing.pipe(name, start, end)
    path = tmp_path / "street.gpkg"
    with store.create_network(path, CRS) as network:
        with network.write("adopt") as batch:
            for table, frame in (("pipe", drawing.pipes), ("node", drawing.nodes)):
                batch.insert(table, frame.dropna(axis="columns", how="all"))
            zones = {"zone_id": ["A", "B"], "kind": "dma", "name": ["East", "West"]}
            batch.insert("zone", pd.DataFrame(zones))
        yield network


def membership(network: Network) -> dict[str, object]:
    rows = network.read("pipe")
    return {name: None if pd.isna(zone) else zone for name, zone in zip(rows["pipe_id"], rows["dma_id"])}


@pytest.mark.slow
def test_meters_tell_the_zones_and_polygons_follow(street: Network) -> None:
    result = draw_dma(street, DrawRequest("Draw", METERS, store=True))
    drawn = {"P1": None, "P2": "A", "P3": "A", "P4": "B", "P5": "A", "P6": None}
    assert membership(street) == drawn
    assert dict(zip(result.pipes["pipe_id"], result.pipes["patch"])) == {
        "P1": "P1", "P2": "P2", "P3": "P2", "P4": "P4", "P5": "P2", "P6": "P6",
    }  # fmt: skip
    areas = street.read("zone").set_index("zone_id")["geom"]
    assert areas["A"].intersection(areas["B"]).area < 1e-6
    assert areas["A"].contains(shapely.Point(X + 200, Y + 10))
    street.undo(result.batch_id)
    assert set(membership(street).values()) == {None}
    assert street.read("zone")["geom"].isna().all()


@pytest.mark.slow
def test_without_storing_nothing_is_written(street: Network) -> None:
    result = draw_dma(street, DrawRequest("Draw"))
    assert (result.changed, result.batch_id) == (4, "")
    assert set(membership(street).values()) == {None}


@pytest.mark.slow
def test_one_zone_alone_is_drawn(street: Network) -> None:
    draw_dma(street, DrawRequest("Draw", METERS, "B", store=True))
    assert {name for name, zone in membership(street).items() if zone} == {"P4"}


@pytest.mark.slow
def test_a_polygon_makes_a_new_zone_of_what_lies_in_it_with_its_middle(street: Network) -> None:
    area = shapely.box(X + 120, Y - 10, X + 290, Y + 10)
    draw_dma(street, DrawRequest("Draw", POLYGON, "N", area=area, store=True))
    assert {name for name, zone in membership(street).items() if zone} == {"P2", "P3"}
    zone = street.read("zone").set_index("zone_id").loc["N"]
    assert (zone["kind"], zone["state"]) == ("dma", "draft")


@pytest.mark.slow
def test_pipes_that_leave_a_zone_go_to_its_parent(street: Network) -> None:
    with street.write("edit") as batch:
        batch.update("zone", pd.DataFrame({"zone_id": ["B"], "parent_id": ["A"]}))
    draw_dma(street, DrawRequest("Draw", PIPES, "B", pipe_ids=("P3", "P4"), store=True))
    draw_dma(street, DrawRequest("Draw", PIPES, "B", pipe_ids=("P4",), store=True))
    assert {name: zone for name, zone in membership(street).items() if zone} == {"P3": "A", "P4": "B"}
    # What lies in a zone inside stays there.
    draw_dma(street, DrawRequest("Draw", PIPES, "A", pipe_ids=("P2", "P3", "P4"), store=True))
    drawn = {name: zone for name, zone in membership(street).items() if zone}
    assert drawn == {"P2": "A", "P3": "A", "P4": "B"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (DrawRequest("Draw", METERS, "C"), "no metered area C"),
        (DrawRequest("Draw", PIPES, "", pipe_ids=("P1",)), "id of the metered area"),
        (DrawRequest("Draw", PIPES, "A", pipe_ids=("P1", "X9")), "X9: not pipes"),
        (DrawRequest("Draw", POLYGON, "A", area=shapely.box(0, 0, 1, 1)), "nothing can be drawn"),
    ],
)
def test_what_can_not_be_drawn_is_refused(street: Network, request_: DrawRequest, words: str) -> None:
    with pytest.raises(InputError, match=words):
        draw_dma(street, request_)


@pytest.mark.slow
def test_contradicting_meters_are_named_and_assign_nothing(street: Network) -> None:
    with street.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["MB"], "meter_in": ["B"], "meter_out": [None]}))
    result = draw_dma(street, DrawRequest("Draw", METERS, store=True))
    assert "P2" in result.notes[0]
    # Behind the second meter one answer is left.
    assert {name: zone for name, zone in membership(street).items() if zone} == {"P4": "B"}


@pytest.mark.slow
def test_the_zones_of_the_sample_town_are_those_of_its_meters(sample_town: Path, tmp_path: Path) -> None:
    path = shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg")
    with store.open_network(path) as network:
        before = membership(network)
        result = draw_dma(network, DrawRequest("Draw", METERS))
        told = dict(zip(result.pipes["pipe_id"], result.pipes["zone_id"]))
        same = [before[name] == zone for name, zone in told.items() if before[name]]
        # The lane without a meter opens one of the three zones.
        assert sum(same) > 0.6 * len(same)


@pytest.mark.slow
def test_drawing_in_a_scenario_leaves_the_network_as_it_is(street: Network) -> None:
    request = DrawRequest("Draw", PIPES, "N", pipe_ids=("P2", "P3"), scenario="Plan A", store=True)
    result = draw_dma(street, request)
    assert set(membership(street).values()) == {None}
    rows = street.read("scenario_pipe")
    assert dict(zip(rows["pipe_id"], rows["zone_id"])) == {"P2": "N", "P3": "N"}
    again = draw_dma(street, DrawRequest("Draw", PIPES, "N", pipe_ids=("P3",), scenario="Plan A", store=True))
    rows = street.read("scenario_pipe").set_index("pipe_id")["zone_id"]
    assert rows["P3"] == "N" and pd.isna(rows["P2"])
    assert again.batch_id != result.batch_id
    street.undo(again.batch_id)
    street.undo(result.batch_id)
    assert not len(street.read("scenario_pipe"))
