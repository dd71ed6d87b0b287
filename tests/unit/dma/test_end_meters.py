"""Two pipes that meet at one node may each have a meter: in the drawing, in its rows, in the check."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.dma_frames import model_of
from support.water_frames import Drawing

from waternet_plugin.core.dma.boundary import OPEN as STILL_OPEN
from waternet_plugin.core.dma.boundary import find_boundary
from waternet_plugin.core.dma.cells import find_cells
from waternet_plugin.core.dma.closed_ends import ends_at
from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.dma.drawing.boundary_state import CLOSED, INLET, OPEN, OUTLET
from waternet_plugin.core.dma.drawing.scenario_content import content_of, drawn
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.scenario import DEVICE_COLUMNS, Scenario, nodes_of_several_meters
from waternet_plugin.core.dma.scenario_devices import laid_over
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.schema.settings import Settings

COLUMNS = ["zone_id", "kind", "level", "parent_id", "name", "state"]
ZONES = pd.DataFrame({"zone_id": ["A", "B"], "kind": "dma"}, dtype=object).reindex(columns=COLUMNS)


def tee() -> Drawing:
    """A main meets the streets of two areas at one node, and goes on to a third street."""
    drawing = Drawing().node("S", 0, kind="source").node("J", 100).node("W", 200).node("N", 100, 100)
    drawing.node("X", 100, -100)
    drawing.pipe("P0", "S", "J").pipe("P1", "J", "W", dma_id="A").pipe("P2", "J", "N", dma_id="B")
    return drawing.pipe("P3", "J", "X")


def _model(drawing: Drawing) -> DmaModel:
    return model_of(drawing, ZONES)


def _drawing() -> tuple[ZoneDrawing, int, dict[str, int]]:
    """Return a drawing, the node, and the end of each pipe there."""
    dma = _model(tee()).dma
    node = dma.graph.vertex_of("J")
    ends = {str(dma.graph.pipe_id[end >> 1]): end for end in ends_at(dma, node).tolist()}
    return ZoneDrawing(dma, np.full(dma.graph.node_count, np.nan)), node, ends


def _zone(drawing: ZoneDrawing, name: str) -> int:
    return int(drawing.zones.tree.numbers(np.array([name], dtype=object))[0])


@pytest.fixture
def both() -> tuple[ZoneDrawing, int, dict[str, int]]:
    drawing, node, ends = _drawing()
    drawing.do(gestures.metering_end(drawing, node, ends["P1"], _zone(drawing, "A")))
    drawing.do(gestures.metering_end(drawing, node, ends["P2"], _zone(drawing, "B"), is_inlet=False))
    return drawing, node, ends


@pytest.mark.slow
def test_each_area_has_its_meter(both) -> None:
    drawing, node, ends = both
    a, b = _zone(drawing, "A"), _zone(drawing, "B")
    assert (drawing.crossing_state(a, node), drawing.crossing_state(b, node)) == (INLET, OUTLET)
    assert drawing.state.device(node).end_meters == tuple(sorted([(ends["P1"], a, -1), (ends["P2"], -1, b)]))
    assert [drawing.figures(zone).open_crossings for zone in (a, b)] == [0, 0]
    assert gestures.flooded(drawing, drawing.network.graph.edge_of("P1")).tolist() == [
        drawing.network.graph.edge_of("P1")
    ]
    drawing.undo()
    assert (drawing.crossing_state(a, node), drawing.crossing_state(b, node)) == (INLET, OPEN)


@pytest.mark.slow
def test_they_are_rows_of_their_own_and_come_back(both) -> None:
    drawing, node, _ends = both
    content = content_of(drawing)
    assert [(one.kind, one.at_node, one.pipe_id, one.zone_in, one.zone_out) for one in content.devices] == [
        ("meter", "J", "P1", "A", None),
        ("meter", "J", "P2", None, "B"),
    ]
    again = ZoneDrawing(drawing.network, np.full(drawing.network.graph.node_count, np.nan))
    again.take_up(*drawn(drawing.network, content))
    assert again.state.device(node) == drawing.state.device(node)
    assert content_of(again).fingerprint == content.fingerprint


def test_one_of_them_alone_comes_back_too() -> None:
    drawing, node, ends = _drawing()
    drawing.do(gestures.metering_end(drawing, node, ends["P1"], _zone(drawing, "A")))
    content = content_of(drawing)
    again = ZoneDrawing(drawing.network, np.full(drawing.network.graph.node_count, np.nan))
    again.take_up(*drawn(drawing.network, content))
    assert again.state.device(node) == drawing.state.device(node)


def test_closing_and_opening_take_their_place(both) -> None:
    drawing, node, ends = both
    a, b = _zone(drawing, "A"), _zone(drawing, "B")
    drawing.do(gestures.closing_end(drawing, node, ends["P1"]))
    assert (drawing.crossing_state(a, node), drawing.crossing_state(b, node)) == (CLOSED, OUTLET)
    drawing.do(gestures.opening(drawing, node))
    assert (drawing.crossing_state(a, node), drawing.crossing_state(b, node)) == (OPEN, OPEN)
    assert not content_of(drawing).devices


def test_the_network_of_the_check_has_both(both) -> None:
    drawing, _node, _ends = both
    devices = [
        {
            "device_id": f"S-1:J:meter:{one.pipe_id}", "kind": one.kind, "pipe_id": one.pipe_id,
            "node_id": None, "at_node": one.at_node, "zone_in": one.zone_in, "zone_out": one.zone_out,
        }
        for one in content_of(drawing).devices
    ]  # fmt: skip
    scenario = Scenario(devices=pd.DataFrame(devices, columns=list(DEVICE_COLUMNS), dtype=object))
    given = _model(tee())
    frames = laid_over(given.pipes, given.nodes, given.zones, scenario)
    connected = build_graph(frames.pipes, frames.nodes, settings=Settings())
    laid = build_dma_model(
        connected, frames.pipes, frames.nodes, given.customers, frames.zones, settings=Settings()
    )
    assert laid.dma.meter.sum() == 2
    boundary = find_boundary(laid.dma, find_cells(laid.dma))
    assert boundary.crossings.counted(STILL_OPEN, 2).tolist() == [0, 0]


def test_meters_that_are_there_are_no_several() -> None:
    rows = [("meter", "J", False), ("meter", "J", True), ("valve", "J", False), ("meter", "", False)]
    assert nodes_of_several_meters(rows) == frozenset()
    assert nodes_of_several_meters([*rows, ("meter", "J", False)]) == {"J"}
