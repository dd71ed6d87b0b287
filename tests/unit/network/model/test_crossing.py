"""Lines that cross: an index that follows edits finds what looking at all of them finds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from support.water_frames import Drawing

from waternet_plugin.core.network.live.live_graph import LiveGraph
from waternet_plugin.core.network.model.crossing import crossing_pairs
from waternet_plugin.core.network.tracing.profile import profile
from waternet_plugin.core.network.tracing.rules import Rules
from waternet_plugin.core.network.tracing.trace import place_of, trace
from waternet_plugin.core.network.tracing.trace_graph import ready_to_trace


def _line(random: np.random.Generator) -> shapely.LineString:
    return shapely.LineString(random.uniform(0, 100, (2, 2)))


def _frame(ids: list[str], lines: list[shapely.LineString]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"pipe_id": ids, "system": "potable"}, geometry=lines).rename_geometry("geom")


@pytest.mark.parametrize("seed", range(5))
def test_after_edits_the_same_lines_cross_as_among_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = gpd.GeoDataFrame({"node_id": [], "kind": []}, geometry=[]).rename_geometry("geom")
    held = LiveGraph(_frame([f"P{n}" for n in range(40)], [_line(random) for _ in range(40)]), nodes)
    asked = np.array([_line(random) for _ in range(6)], dtype=object)
    held.crossing(asked)
    for step in range(12):
        there = sorted(str(name) for name in held.graph.pipe_id)
        name = there[random.integers(len(there))]
        if step % 3 == 0:
            held.edit(gone_pipes=[name])
        else:
            held.edit(pipes=_frame([name if step % 3 == 1 else f"N{step}"], [_line(random)]))
        found = set(zip(*(numbers.tolist() for numbers in held.crossing(asked))))
        lines = held.pipes["geom"].to_numpy()
        assert found == set(zip(*(numbers.tolist() for numbers in crossing_pairs(asked, lines))))
        assert found


def test_a_profile_is_the_same_with_the_index() -> None:
    drawing = Drawing().node("A", 0).node("B", 100).node("C", 200)
    drawing.node("W1", 150, -50).node("W2", 150, 50).node("V1", 50, -50).node("V2", 50, 50)
    drawing.pipe("p1", "A", "B", diameter_mm=100.0).pipe("p2", "B", "C", diameter_mm=100.0)
    drawing.pipe("w", "W1", "W2").pipe("v", "V1", "V2", status="abandoned")
    ground = drawing.ground()
    held = LiveGraph(ground.pipes, ground.nodes)
    kept = ready_to_trace(held.connected, held.pipes, held.nodes, crossing=held.crossing)
    crossings = []
    for each in (ground, kept):
        way = trace(each, place_of(each, "A"), Rules("shortest"), end=place_of(each, "C", parameter="END"))
        crossings.append(profile(each, way).crossings)
    assert crossings[0]["pipe_id"].tolist() == ["w"]
    assert crossings[0].equals(crossings[1])
