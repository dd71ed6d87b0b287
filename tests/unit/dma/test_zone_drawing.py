"""Gestures on drawn zones: what they change, how they are undone, and figures equal to plain counts."""

from __future__ import annotations

import contextlib

import numpy as np
import pandas as pd
import pytest
import shapely
from support.drawn_zones import drawing_of, frames, network_of, plain_figures, units_of
from support.slow_cases import a_few_quick

from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.dma.drawing.boundary_state import CLOSED, INLET, OPEN
from waternet_plugin.core.dma.drawing.drawing_units import UNITS, DrawingUnits, ground_of
from waternet_plugin.core.dma.drawing.following import follow
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.errors import InputError

COUNTS = (
    "open_crossings", "doubtful_crossings", "closed_crossings", "loose_parts", "inlets", "outlets", "pipes",
    "customers", "households", "length_m", "lowest_m", "highest_m", "demand_m3d",
)  # fmt: skip


def check(drawing: ZoneDrawing) -> None:
    """Compare all figures with a plain count from scratch."""
    for zone in range(drawing.zones.count):
        figures = drawing.figures(zone)
        plain = plain_figures(drawing, zone)
        found = {name: getattr(figures, name) for name in COUNTS}
        wanted = {name: plain[name] for name in COUNTS}
        assert found == pytest.approx(wanted, nan_ok=True, abs=0.01), zone


def gesture(drawing: ZoneDrawing, units: DrawingUnits, random: np.random.Generator) -> None:
    """Do something a person may do."""
    graph = drawing.network.graph
    pipe, vertex = int(random.integers(graph.pipe_count)), int(random.integers(graph.node_count))
    zone = int(random.integers(drawing.zones.count))
    crossings = drawing.crossings(zone)
    if crossings and random.random() < 0.7:
        vertex = int(random.choice(crossings))
    pipes = units.pipes(pipe, str(random.choice(UNITS)))
    what = str(
        random.choice(["add", "add", "out", "meter", "close", "open", "flood", "undo", "undo", "redo"])
    )
    if what == "undo":
        drawing.undo()
    elif what == "redo":
        drawing.redo()
    elif what == "add":
        drawing.do(gestures.adding(drawing, pipes, zone), joins=bool(random.integers(2)))
    elif what == "out":
        drawing.do(gestures.taking_out(drawing, pipes, zone))
    elif what == "meter":
        drawing.do(gestures.metering(drawing, vertex, zone, is_inlet=bool(random.integers(2))))
    elif what == "close":
        drawing.do(gestures.closing(drawing, vertex))
    elif what == "open":
        drawing.do(gestures.opening(drawing, vertex))
    else:
        with contextlib.suppress(InputError):
            drawing.do(gestures.flooding(drawing, pipe, zone))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_counts_after_200_gestures_and_undos_equal_fresh_ones(seed: int) -> None:
    tables = frames(6, 5, seed=seed)
    drawing = drawing_of(tables)
    units, random = units_of(tables, drawing), np.random.default_rng(seed)
    check(drawing)
    for step in range(200):
        if step == 100:
            drawing.add_zone("new", parent=0)
        gesture(drawing, units, random)
        if step % 10 == 0:
            check(drawing)
    check(drawing)


@pytest.mark.parametrize("seed", a_few_quick(range(5), 1))
def test_all_gestures_undone_leave_the_network_as_it_was(seed: int) -> None:
    tables = frames(5, 5, seed=seed)
    drawing, fresh = drawing_of(tables), drawing_of(tables)
    units, random = units_of(tables, drawing), np.random.default_rng(seed)
    for _ in range(100):
        gesture(drawing, units, random)
    while drawing.can_undo:
        drawing.undo()
    assert not len(drawing.changed_pipes()) and not drawing.changed_devices()
    for zone in range(3):
        # Not NaN: all nodes of these networks have a level.
        assert drawing.figures(zone) == fresh.figures(zone)


@pytest.fixture
def street() -> tuple[ZoneDrawing, DrawingUnits]:
    """One street of five pipes without devices and zones: N0.0 is the source."""
    tables = frames(6, 1)
    tables["node"]["kind"] = ["source"] + ["junction"] * 5
    tables["node"][["valve_state", "meter_in"]] = None
    tables["pipe"][["system", "initial_status", "dma_id"]] = ["potable", None, None]
    drawing = drawing_of(tables, night_use_m3h=0.002)
    return drawing, units_of(tables, drawing)


def test_a_preview_tells_the_difference_and_changes_nothing(street: tuple[ZoneDrawing, DrawingUnits]) -> None:
    drawing, _units = street
    before = drawing.figures(0)
    said = drawing.preview(gestures.adding(drawing, np.array([2, 3]), 0), 0)
    assert said["open_crossings"] == 2
    assert said["pipes"] == 2
    assert drawing.figures(0).pipes == before.pipes == 0
    drawing.do(gestures.adding(drawing, np.array([2, 3]), 0))
    more = drawing.preview(gestures.adding(drawing, np.array([4]), 0), 0)
    assert more["open_crossings"] == -1, "the street ends there"


def test_a_meter_and_a_closed_valve_make_the_zone_tight(street: tuple[ZoneDrawing, DrawingUnits]) -> None:
    drawing, _units = street
    drawing.do(gestures.adding(drawing, np.array([2, 3]), 0))
    drawing.do(gestures.metering(drawing, 2, 0))
    drawing.do(gestures.closing(drawing, 4))
    figures = drawing.figures(0)
    assert (figures.open_crossings, figures.inlets, figures.closed_crossings) == (0, 1, 1)
    assert figures.devices_needed == 2
    assert figures.night_flow_m3h == pytest.approx(figures.customers * 0.002)
    assert drawing.crossings(0, INLET) == [2]
    assert drawing.crossings(0, CLOSED) == [4]
    drawing.do(gestures.opening(drawing, 4))
    assert drawing.crossings(0, OPEN) == [4]
    assert drawing.figures(0).devices_needed == 2


def test_a_flood_ends_at_meters_and_closed_valves(street: tuple[ZoneDrawing, DrawingUnits]) -> None:
    drawing, _units = street
    drawing.do(gestures.metering(drawing, 2, 0))
    drawing.do(gestures.closing(drawing, 4))
    assert gestures.flooded(drawing, 3).tolist() == [2, 3]


def test_a_flood_that_reaches_the_source_is_refused_in_words(
    street: tuple[ZoneDrawing, DrawingUnits],
) -> None:
    with pytest.raises(InputError, match=r"N0\.0"):
        gestures.flooding(street[0], 3, 0)


def test_what_is_locked_stays(street: tuple[ZoneDrawing, DrawingUnits]) -> None:
    drawing, _units = street
    drawing.do(gestures.adding(drawing, np.array([1, 2]), 0))
    drawing.lock(0)
    assert gestures.adding(drawing, np.array([2, 3]), 2).pipes.tolist() == [3]
    assert gestures.taking_out(drawing, np.array([1]), 0).is_empty


def test_what_is_taken_out_of_a_part_goes_to_the_zone_above(
    street: tuple[ZoneDrawing, DrawingUnits],
) -> None:
    drawing, _units = street
    drawing.do(gestures.adding(drawing, np.array([1, 2, 3]), 1))
    drawing.do(gestures.taking_out(drawing, np.array([2]), 1))
    assert drawing.state.zone[[1, 2, 3]].tolist() == [1, 0, 1]
    drawing.do(gestures.taking_out(drawing, np.array([1]), 0))
    assert drawing.state.zone[1] == NO_ZONE
    assert drawing.figures(0).pipes == 2


def test_a_gesture_that_goes_on_is_undone_with_its_beginning(
    street: tuple[ZoneDrawing, DrawingUnits],
) -> None:
    drawing, _units = street
    for pipe in (1, 2, 3):
        drawing.do(gestures.adding(drawing, np.array([pipe]), 0), joins=pipe > 1)
    drawing.undo()
    assert drawing.figures(0).pipes == 0
    drawing.redo()
    assert drawing.figures(0).pipes == 3


def test_a_street_is_a_run_and_a_pipe_without_a_compound_is_alone(
    street: tuple[ZoneDrawing, DrawingUnits],
) -> None:
    _drawing, units = street
    assert units.pipes(2, "street").tolist() == [0, 1, 2, 3, 4]
    assert units.name(2, "street") == "street 0"
    assert units.pipes(2, "pipe").tolist() == [2]
    assert units.pipes(2, "segment").tolist() == [0, 1, 2, 3, 4]


def test_an_edit_meanwhile_is_followed_by_ids() -> None:
    tables = frames(6, 1)
    tables["node"][["kind", "valve_state", "meter_in"]] = ["junction", None, None]
    tables["pipe"][["system", "initial_status", "dma_id"]] = ["potable", None, None]
    drawing = drawing_of(tables)
    drawing.do(gestures.adding(drawing, np.array([1, 2]), 0))
    number = drawing.add_zone("mine")
    drawing.do(gestures.adding(drawing, np.array([3]), number))
    drawing.do(gestures.closing(drawing, 3))
    drawing.do(gestures.adding(drawing, np.array([0]), 0))
    drawing.undo()
    # The rows in another order, one pipe gone, and one split by a new node into two.
    pipe, node = tables["pipe"].copy(), tables["node"].copy()
    half = pipe.iloc[[2]].copy()
    half[["pipe_id", "from_node"]] = ["new half", "V"]
    half["geom"] = [shapely.LineString([(250, 0), (300, 0)])]
    pipe.loc[2, "to_node"] = "V"
    pipe.loc[[2], "geom"] = [shapely.LineString([(200, 0), (250, 0)])]
    new = node.iloc[[2]].copy()
    new["node_id"], new["geom"] = "V", [shapely.Point(250, 0)]
    edited = {
        **tables,
        "pipe": pd.concat([half, pipe.iloc[[3, 2, 1, 0]]], ignore_index=True),
        "node": pd.concat([new, node.iloc[::-1]], ignore_index=True),
    }
    network = network_of(edited)
    after = follow(drawing, network, ground_of(network.graph, edited["node"]))
    ids = network.graph.pipe_id
    assert sorted(ids[after.pipes_of(0)]) == sorted([pipe["pipe_id"][1], pipe["pipe_id"][2], "new half"])
    assert ids[after.pipes_of(after.zones.count - 1)].tolist() == [pipe["pipe_id"][3]]
    assert [network.graph.node_id[at] for at, _device in after.changed_devices()] == ["N3.0"]
    check(after)
    assert after.redo() is not None
    assert after.figures(0).pipes == 4
    while after.can_undo:
        after.undo()
    assert not len(after.changed_pipes()) and not after.changed_devices()
