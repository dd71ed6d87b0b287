"""Traces on small networks whose answers can be read off the drawing, and against NetworkX on random ones."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from random_networks import Drawn, networks
from water_frames import Drawing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network import ways
from waternet_plugin.core.network.following import Rules
from waternet_plugin.core.network.trace import Place, place_at, place_of, trace


def ids(drawing: Drawing, start: str, *, end: str | None = None, **rules: object) -> list[str]:
    ground = drawing.ground()
    goal = place_of(ground, end, parameter="END") if end else None
    found = trace(ground, place_of(ground, start), Rules(**rules), end=goal)
    return found.pipes["pipe_id"].tolist()


def drains() -> Drawing:
    """M1 - M2 - M3 - O with a side drain drawn against its fall, and a pair of parallel drains to M3."""
    drawing = Drawing().node("M1", 0, kind="manhole").node("M2", 100, kind="manhole")
    drawing.node("M3", 200, kind="manhole").node("O", 300, kind="outfall").node("X", 100, 50, kind="manhole")
    drain = {"system": "sewage", "diameter_mm": 300.0}
    drawing.pipe("d1", "M1", "M2", **drain, invert_start_m=10.0, invert_end_m=9.5)
    drawing.pipe("d2", "M2", "M3", **drain).pipe("d2b", "M2", "M3", **drain)
    drawing.pipe("d3", "M3", "O", **drain)
    # Drawn from M2 to X, but X lies higher.
    drawing.pipe("x", "M2", "X", **drain, invert_start_m=9.6, invert_end_m=10.2)
    return drawing


def test_drains_are_followed_down_to_the_outfall_with_both_of_a_pair() -> None:
    assert ids(drains(), "M1", direction="downstream") == ["d1", "d2", "d2b", "d3"]


def test_inverts_decide_over_the_drawing() -> None:
    assert ids(drains(), "X", direction="downstream") == ["x", "d2", "d2b", "d3"]
    assert sorted(ids(drains(), "M2", direction="upstream")) == ["d1", "x"]


def test_a_pipe_is_in_its_own_trace() -> None:
    assert ids(drains(), "d2", direction="downstream") == ["d2", "d3"]
    assert ids(drains(), "d2", direction="upstream") == ["d2", "d1", "x"]


def test_connected_knows_no_direction() -> None:
    assert sorted(ids(drains(), "O")) == ["d1", "d2", "d2b", "d3", "x"]


def test_distances_grow_along_the_trace() -> None:
    ground = drains().ground()
    found = trace(ground, place_of(ground, "M1"), Rules(direction="downstream"))
    assert found.pipes["distance_m"].tolist() == [0.0, 100.0, 100.0, 200.0]
    assert found.nodes[["node_id", "distance_m"]].to_numpy().tolist() == [
        ["M1", 0.0], ["M2", 100.0], ["M3", 200.0], ["O", 300.0],
    ]  # fmt: skip
    assert found.length_m == 400.0
    assert found.volume_m3 == pytest.approx(np.pi / 4 * 0.3**2 * 400)


def test_barriers_stops_and_limits() -> None:
    assert ids(drains(), "M1", direction="downstream", barriers=("d2", "d2b")) == ["d1"]
    assert ids(drains(), "M1", direction="downstream", barriers=("M2",)) == ["d1"]
    assert ids(drains(), "O", stop_kinds=("manhole",)) == ["d3"]
    assert ids(drains(), "M1", direction="downstream", max_distance_m=150.0) == ["d1", "d2", "d2b"]


def interceptor() -> Drawing:
    drawing = Drawing().node("A", 0, kind="manhole").node("I", 100, kind="interceptor")
    drawing.node("WWTP", 200, kind="plant").node("R", 100, 80, kind="outfall")
    drawing.pipe("in", "A", "I", system="combined").pipe("dry", "I", "WWTP", system="sewage")
    return drawing.pipe("over", "I", "R", system="combined")


def test_an_interceptor_overflows_in_wet_weather_only() -> None:
    assert ids(interceptor(), "A", direction="downstream", weather="dry") == ["in", "dry"]
    assert sorted(ids(interceptor(), "A", direction="downstream", weather="wet")) == ["dry", "in", "over"]
    assert ids(interceptor(), "R", direction="upstream", weather="dry") == []
    assert ids(interceptor(), "R", direction="upstream", weather="wet") == ["over", "in"]


def water() -> Drawing:
    """S - A - V - B on one way, S - A - C - B on a longer one; V may be closed."""
    drawing = Drawing().node("S", 0, kind="source").node("A", 100).node("V", 200, kind="valve")
    drawing.node("B", 300).node("C", 200, 200).node("E", 400)
    drawing.pipe("s", "S", "A").pipe("a", "A", "V").pipe("b", "V", "B")
    return drawing.pipe("c1", "A", "C").pipe("c2", "C", "B").pipe("e", "B", "E")


def test_the_way_to_the_source_is_the_shortest_open_one() -> None:
    assert ids(water(), "E", direction="to_source") == ["e", "b", "a", "s"]
    closed = water()
    closed._nodes[2]["valve_state"] = "closed"
    assert ids(closed, "E", direction="to_source") == ["e", "c2", "c1", "s"]
    assert ids(closed, "E", direction="to_source", pass_closed=True) == ["e", "b", "a", "s"]


def test_water_leads_away_from_the_source() -> None:
    # C is farther from the source than B, so c2 leads from B to C.
    assert ids(water(), "B", direction="downstream") == ["c2", "e"]
    assert ids(water(), "B", direction="upstream") == ["b", "a", "s"]


def test_the_shortest_way_names_its_pipes_in_order_and_sense() -> None:
    ground = water().ground()
    found = trace(
        ground, place_of(ground, "e"), Rules(direction="shortest"), end=place_of(ground, "s", parameter="END")
    )
    assert found.pipes["pipe_id"].tolist() == ["e", "b", "a", "s"]
    assert not found.pipes["forward"].any()
    assert found.nodes["node_id"].tolist() == ["E", "B", "V", "A", "S"]
    assert found.pipes["distance_m"].tolist() == [0.0, 100.0, 200.0, 300.0]


def test_a_node_goes_before_a_pipe_of_the_same_id() -> None:
    drawing = water().pipe("E", "B", "C")
    ground = drawing.ground()
    assert place_of(ground, "E").node >= 0
    assert place_of(ground, "pipe:E").pipe >= 0


def test_a_point_means_the_nearest_pipe() -> None:
    ground = water().ground()
    assert ground.graph.pipe_id[place_at(ground, 350.0, 3.0).pipe] == "e"


@pytest.mark.parametrize(
    ("start", "rules", "words"),
    [
        ("Q", {}, "START.*“Q”"),
        ("old", {}, "not in use"),
        ("alone", {}, "no pipe in use ends at node alone"),
        ("E", {"barriers": ("Q",)}, "BARRIERS.*“Q”"),
        ("island", {"direction": "to_source"}, "No open way"),
        ("E", {"direction": "shortest"}, "END is missing"),
        ("drain", {"direction": "to_source"}, "Drains have no source"),
    ],
)
def test_what_can_not_be_traced_says_why(start: str, rules: dict[str, object], words: str) -> None:
    drawing = water().node("alone", 500).node("F", 600).node("G", 700)
    drawing.pipe("old", "B", "F", status="abandoned").pipe("island", "F", "G")
    drawing.pipe("drain", "F", "G", system="sewage")
    with pytest.raises(InputError, match=words):
        ids(drawing, start, **rules)


def test_a_point_far_from_pipes_says_how_far_is_allowed() -> None:
    with pytest.raises(InputError, match="within 25 m"):
        place_at(water().ground(), 0.0, 5_000.0)


def test_a_saved_configuration_becomes_rules() -> None:
    rules = Rules.of({"direction": "downstream", "stop_kinds": ["valve"], "max_distance_m": 50})
    assert rules == Rules("downstream", stop_kinds=("valve",), max_distance_m=50.0)
    with pytest.raises(InputError, match=r"CONFIG.*colour"):
        Rules.of({"colour": "red"})
    with pytest.raises(InputError, match=r"DIRECTION.*sideways"):
        Rules.of({"direction": "sideways"})


def placed(drawn: Drawn) -> Drawing:
    drawing = Drawing()
    for node in range(drawn.n_nodes):
        drawing.node(f"N{node}", 10.0 * node, float(node * node))
    for pipe, (one, other) in enumerate(drawn.ends):
        status = "in_use" if drawn.used[pipe] else "abandoned"
        drawing.pipe(f"P{pipe:02d}", f"N{one}", f"N{other}", status=status, length_m=float(1 + pipe % 5))
    return drawing


@pytest.mark.parametrize("at_once", [False, True])
@settings(max_examples=50, deadline=None)
@given(drawn=networks(most_nodes=10))
def test_connected_and_distances_are_those_of_networkx(drawn: Drawn, at_once: bool) -> None:
    graph = nx.MultiGraph()
    for pipe, (one, other) in enumerate(drawn.ends):
        if drawn.used[pipe]:
            graph.add_edge(one, other, key=pipe, weight=float(1 + pipe % 5))
    if not graph:
        return
    start = min(graph)
    distance = nx.single_source_dijkstra_path_length(graph, start)
    before = ways._STEPS
    ways._STEPS = 0 if at_once else before
    try:
        ground = placed(drawn).ground()
        found = trace(ground, Place(node=start), Rules())
    finally:
        ways._STEPS = before
    assert dict(zip(found.nodes["node"], found.nodes["distance_m"])) == pytest.approx(distance, abs=1e-6)
    inside = {f"P{key:02d}" for one, _, key in graph.edges(keys=True) if one in distance}
    assert set(found.pipes["pipe_id"]) == inside


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("direction", ["shortest", "to_source"])
def test_of_equal_ways_the_first_ids_are_taken_whatever_the_order_of_rows(
    direction: str, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if at_once:
        monkeypatch.setattr(ways, "_STEPS", 0)
    # A square with its source in the far corner: both ways round are 200 m.
    drawing = Drawing()
    drawing.node("A", 0, 0).node("B", 100, 0).node("C", 0, 100).node("S", 100, 100, kind="source")
    lines = [("p4", "A", "B"), ("p1", "B", "S"), ("p3", "A", "C"), ("p2", "C", "S")]
    found = []
    for order in (lines, lines[::-1]):
        turned = Drawing()
        turned.places, turned._nodes = drawing.places, drawing._nodes
        for name, start, end in order:
            turned.pipe(name, start, end)
        ground = turned.ground()
        end = place_of(ground, "S") if direction == "shortest" else None
        found.append(
            trace(ground, place_of(ground, "A"), Rules(direction), end=end).pipes["pipe_id"].tolist()
        )
    assert found[0] == found[1]
