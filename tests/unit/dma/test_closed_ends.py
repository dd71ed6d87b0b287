"""A closing means the same to what is drawn and to what is checked: the end of the pipe that it names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.dma_frames import model_of
from support.drawn_zones import drawing_of, frames, plain_figures
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.dma.boundary import OPEN as STILL_OPEN
from waternet_plugin.core.dma.boundary import find_boundary
from waternet_plugin.core.dma.cells import find_cells
from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.dma.drawing.boundary_state import CLOSED, OPEN
from waternet_plugin.core.dma.drawing.following import follow
from waternet_plugin.core.dma.drawing.scenario_content import content_of, content_of_rows, drawn
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.scenario import Scenario
from waternet_plugin.core.dma.scenario_view import in_scenario
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.schema.settings import Settings

DEVICE = ("device_id", "kind", "pipe_id", "node_id", "at_node", "zone_in", "zone_out", "diameter_mm")
HEAD = ["zone_id", "kind", "level", "parent_id", "name", "state"]


def cross() -> Drawing:
    """A source feeds a crossing of four streets."""
    drawing = Drawing().node("S", 0, kind="source").node("J", 100).node("W", 200).node("N", 100, 100)
    drawing.node("X", 100, -100)
    return drawing.pipe("P0", "S", "J").pipe("P1", "J", "W").pipe("P2", "J", "N").pipe("P3", "J", "X")


def scenario_of(devices: list[dict[str, Any]], zones: Any = (), pipes: Any = None) -> Scenario:
    pipes = pipes or {}
    return Scenario(
        pd.DataFrame({"zone_id": list(zones), "kind": "dma"}, dtype=object).reindex(columns=HEAD),
        pd.DataFrame({"pipe_id": list(pipes), "zone_id": list(pipes.values())}, dtype=object),
        pd.DataFrame(devices, columns=list(DEVICE), dtype=object),
    )


def drawing_with(model: DmaModel, scenario: Scenario) -> ZoneDrawing:
    drawing = ZoneDrawing(model.dma, np.full(model.dma.graph.node_count, np.nan))
    drawing.take_up(*drawn(model.dma, content_of_rows(scenario)))
    return drawing


def by_drawing(drawing: ZoneDrawing) -> dict[str, tuple[int, int]]:
    """Return loose parts and open crossings of each zone as the pane says them."""
    found = {}
    for zone, name in enumerate(drawing.zones.tree.zone_id):
        figures = drawing.figures(zone)
        if figures.pipes:
            found[str(name)] = (figures.loose_parts, figures.open_crossings)
    return found


def by_check(model: DmaModel, scenario: Scenario) -> dict[str, tuple[int, int]]:
    """Return the same as the check counts it."""
    dma = in_scenario(model, scenario).dma
    boundary = find_boundary(dma, find_cells(dma))
    parts = boundary.parts.counted(dma.zones.count)
    opened = boundary.crossings.counted(STILL_OPEN, dma.zones.count)
    rows = zip(dma.zones.zone_id, parts.tolist(), opened.tolist(), boundary.pipes.tolist())
    return {str(name): (max(many - 1, 0), crossings) for name, many, crossings, pipes in rows if pipes}


@pytest.mark.parametrize("shut", a_few_quick([["P3"], ["P3", "P0"], ["P1"], ["P0", "P1", "P2", "P3"], []], 1))
def test_closed_ends_at_a_crossing_are_drawn_as_they_are_checked(shut: list[str]) -> None:
    model = model_of(cross(), pd.DataFrame(columns=HEAD))
    rows = [{"kind": "valve", "pipe_id": pipe, "at_node": "J"} for pipe in shut]
    scenario = scenario_of(rows, ["A"], {"P1": "A", "P2": "A", "P3": "A"})
    drawing = drawing_with(model, scenario)
    assert by_drawing(drawing) == by_check(model, scenario)
    (zone,) = range(drawing.zones.count)
    (vertex,) = drawing.crossings(zone)
    parts_zone = "P0" in shut or {"P1", "P2", "P3"} <= set(shut)
    assert drawing.crossing_state(zone, vertex) == (CLOSED if parts_zone else OPEN)


def test_closing_a_crossing_in_the_pane_is_checked_as_it_was_drawn() -> None:
    model = model_of(cross(), pd.DataFrame(columns=HEAD))
    drawing = drawing_with(model, scenario_of([], ["A"], {"P1": "A", "P2": None, "P3": None}))
    vertex = model.graph.vertex_of("J")
    assert by_drawing(drawing) == {"A": (0, 1)}
    drawing.do(gestures.closing(drawing, vertex))
    rows = [
        {"kind": one.kind, "pipe_id": one.pipe_id, "at_node": one.at_node}
        for one in content_of(drawing).devices
    ]
    assert len(rows) == 3, "one end may stay open: nothing meets it any more"
    stored = scenario_of(rows, ["A"], {"P1": "A"})
    assert by_check(model, stored) == by_drawing(drawing) == {"A": (0, 0)}
    again = drawing_with(model, stored)
    assert by_drawing(again) == by_drawing(drawing)
    assert content_of(again).fingerprint == content_of(drawing).fingerprint
    assert gestures.flooded(again, model.graph.edge_of("P1")).tolist() == [model.graph.edge_of("P1")]
    # Opened again it is as it was before.
    again.do(gestures.opening(again, vertex))
    assert by_drawing(again) == {"A": (0, 1)} and not content_of(again).devices
    again.undo()
    followed = follow(again, model.dma, again.ground_m)
    assert by_drawing(followed) == {"A": (0, 0)}


@pytest.mark.parametrize("seed", a_few_quick(range(40), 1))
def test_scenarios_of_a_lattice_are_drawn_as_they_are_checked(seed: int) -> None:
    # Its meters stand anywhere, mostly where their zones are not, and have one side or two.
    tables = frames(6, 5, seed=seed)
    random = np.random.default_rng(seed)
    sides = np.array([None, "A", "A1", "B"], dtype=object)
    for side in ("meter_in", "meter_out"):
        tables["node"][side] = random.choice(sides, len(tables["node"]), p=[0.7, 0.1, 0.1, 0.1])
    connected = build_graph(tables["pipe"], tables["node"])
    zones = tables["zone"].reindex(columns=HEAD)
    model = build_dma_model(
        connected, tables["pipe"], tables["node"], tables["customer"], zones, settings=Settings()
    )
    rows = []
    for number in random.choice(len(tables["pipe"]), 14, replace=False).tolist():
        pipe = tables["pipe"].iloc[number]
        rows.append(
            {
                "kind": str(random.choice(["close", "valve", "open"], p=[0.4, 0.5, 0.1])),
                "pipe_id": pipe["pipe_id"],
                "at_node": pipe[str(random.choice(["from_node", "to_node"]))],
            }
        )
    # One device a node and pipe end; an opening would undo a closing at the same node.
    opened = {row["at_node"] for row in rows if row["kind"] == "open"}
    rows = [row for row in rows if row["kind"] == "open" or row["at_node"] not in opened]
    for name in random.choice(tables["node"]["node_id"].to_numpy(), 3, replace=False).tolist():
        if name not in {row["at_node"] for row in rows}:
            zone_in, zone_out = random.choice(sides, 2)
            rows.append({"kind": "meter", "at_node": name, "zone_in": zone_in, "zone_out": zone_out})
    scenario = scenario_of(rows)
    drawing = drawing_with(model, scenario)
    drawn_so, checked = by_drawing(drawing), by_check(model, scenario)
    assert drawn_so == checked
    assert drawn_so != by_drawing(drawing_with(model, scenario_of([])))


def test_without_closed_ends_figures_are_those_of_a_plain_search() -> None:
    drawing = drawing_of(frames(seed=3))
    for zone in range(drawing.zones.count):
        plain = plain_figures(drawing, zone)
        figures = drawing.figures(zone)
        assert (figures.open_crossings, figures.loose_parts) == (
            plain["open_crossings"],
            plain["loose_parts"],
        )
