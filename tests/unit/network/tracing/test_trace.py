"""Traces on small networks whose answers can be read off the drawing, and against NetworkX on random ones."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from support.random_networks import Drawn, networks
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.network.tracing.shortest_paths import ONE_BY_ONE
from waternet_plugin.core.network.tracing.trace import TracePoint, trace, trace_point_at, trace_point_of
from waternet_plugin.core.network.tracing.trace_ends import kind_words
from waternet_plugin.core.network.tracing.trace_graph import ready_to_trace
from waternet_plugin.core.network.tracing.trace_rules import Rules
from waternet_plugin.core.schema.domains import domain


def ids(drawing: Drawing, start: str, *, end: str | None = None, **rules: object) -> list[str]:
    ground = drawing.trace_network()
    goal = trace_point_of(ground, end, parameter="END") if end else None
    found = trace(ground, trace_point_of(ground, start), Rules(**rules), end=goal)
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


@pytest.mark.slow
def test_drains_are_followed_down_to_the_outfall_with_both_of_a_pair() -> None:
    assert ids(drains(), "M1", direction="downstream") == ["d1", "d2", "d2b", "d3"]


@pytest.mark.slow
def test_inverts_decide_over_the_drawing() -> None:
    assert ids(drains(), "X", direction="downstream") == ["x", "d2", "d2b", "d3"]
    assert sorted(ids(drains(), "M2", direction="upstream")) == ["d1", "x"]


@pytest.mark.slow
def test_a_pipe_is_in_its_own_trace() -> None:
    assert ids(drains(), "d2", direction="downstream") == ["d2", "d3"]
    assert ids(drains(), "d2", direction="upstream") == ["d2", "d1", "x"]


@pytest.mark.slow
def test_connected_knows_no_direction() -> None:
    assert sorted(ids(drains(), "O")) == ["d1", "d2", "d2b", "d3", "x"]


@pytest.mark.slow
def test_distances_grow_along_the_trace() -> None:
    ground = drains().trace_network()
    found = trace(ground, trace_point_of(ground, "M1"), Rules(direction="downstream"))
    assert found.pipes["distance_m"].tolist() == [0.0, 100.0, 100.0, 200.0]
    assert found.nodes[["node_id", "distance_m"]].to_numpy().tolist() == [
        ["M1", 0.0], ["M2", 100.0], ["M3", 200.0], ["O", 300.0],
    ]  # fmt: skip
    assert found.length_m == 400.0
    assert found.volume_m3 == pytest.approx(np.pi / 4 * 0.3**2 * 400)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_way_to_the_source_is_the_shortest_open_one() -> None:
    assert ids(water(), "E", direction="to_source") == ["e", "b", "a", "s"]
    closed = water()
    closed.node_rows[2]["valve_state"] = "closed"
    assert ids(closed, "E", direction="to_source") == ["e", "c2", "c1", "s"]
    assert ids(closed, "E", direction="to_source", pass_closed=True) == ["e", "b", "a", "s"]


@pytest.mark.slow
def test_water_leads_away_from_the_source() -> None:
    # C is farther from the source than B, so c2 leads from B to C.
    assert ids(water(), "B", direction="downstream") == ["c2", "e"]
    assert ids(water(), "B", direction="upstream") == ["b", "a", "s"]


def test_the_shortest_way_names_its_pipes_in_order_and_sense() -> None:
    ground = water().trace_network()
    found = trace(
        ground,
        trace_point_of(ground, "e"),
        Rules(direction="shortest"),
        end=trace_point_of(ground, "s", parameter="END"),
    )
    assert found.pipes["pipe_id"].tolist() == ["e", "b", "a", "s"]
    assert not found.pipes["forward"].any()
    assert found.nodes["node_id"].tolist() == ["E", "B", "V", "A", "S"]
    assert found.pipes["distance_m"].tolist() == [0.0, 100.0, 200.0, 300.0]


def test_a_node_goes_before_a_pipe_of_the_same_id() -> None:
    drawing = water().pipe("E", "B", "C")
    ground = drawing.trace_network()
    assert trace_point_of(ground, "E").node >= 0
    assert trace_point_of(ground, "pipe:E").pipe >= 0


@pytest.mark.slow
def test_a_point_means_the_nearest_pipe() -> None:
    ground = water().trace_network()
    assert ground.graph.pipe_id[trace_point_at(ground, 350.0, 3.0).pipe] == "e"


@pytest.mark.parametrize(
    ("start", "rules", "words"),
    a_few_quick(
        [
            ("Q", {}, "START.*“Q”"),
            ("old", {}, "not in use"),
            ("alone", {}, "no pipe in use ends at node alone"),
            ("E", {"barriers": ("Q",)}, "BARRIERS.*“Q”"),
            ("island", {"direction": "to_source"}, "No open path"),
            ("E", {"direction": "shortest"}, "END is missing"),
            ("drain", {"direction": "to_source"}, "Drains have no source"),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_what_can_not_be_traced_says_why(start: str, rules: dict[str, object], words: str) -> None:
    drawing = water().node("alone", 500).node("F", 600).node("G", 700)
    drawing.pipe("old", "B", "F", status="abandoned").pipe("island", "F", "G")
    drawing.pipe("drain", "F", "G", system="sewage")
    with pytest.raises(InputError, match=words):
        ids(drawing, start, **rules)


def test_a_point_far_from_pipes_says_how_far_is_allowed() -> None:
    with pytest.raises(InputError, match="within 25 m"):
        trace_point_at(water().trace_network(), 0.0, 5_000.0)


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


@pytest.mark.slow
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
    ground = placed(drawn).trace_network()
    found = trace(ground, TracePoint(node=start), Rules(), one_by_one=0 if at_once else ONE_BY_ONE)
    assert dict(zip(found.nodes["node"], found.nodes["distance_m"])) == pytest.approx(distance, abs=1e-6)
    inside = {f"P{key:02d}" for one, _, key in graph.edges(keys=True) if one in distance}
    assert set(found.pipes["pipe_id"]) == inside


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("direction", ["shortest", "to_source"])
def test_of_equal_ways_the_first_ids_are_taken_whatever_the_order_of_rows(
    direction: str, at_once: bool
) -> None:
    one_by_one = 0 if at_once else ONE_BY_ONE
    # A square with its source in the far corner: both ways round are 200 m.
    drawing = Drawing()
    drawing.node("A", 0, 0).node("B", 100, 0).node("C", 0, 100).node("S", 100, 100, kind="source")
    lines = [("p4", "A", "B"), ("p1", "B", "S"), ("p3", "A", "C"), ("p2", "C", "S")]
    found = []
    for order in (lines, lines[::-1]):
        turned = Drawing()
        turned.places, turned.node_rows = drawing.places, drawing.node_rows
        for name, start, end in order:
            turned.pipe(name, start, end)
        ground = turned.trace_network()
        end = trace_point_of(ground, "S") if direction == "shortest" else None
        way = trace(ground, trace_point_of(ground, "A"), Rules(direction), end=end, one_by_one=one_by_one)
        pipes = way.pipes["pipe_id"].tolist()
        found.append(pipes)
        beside = sorted({"p1", "p2", "p3", "p4"} - set(pipes))
        told = [note for note in way.notes if note.startswith("Another way is as long")]
        assert len(told) == 1 and any(name in told[0] for name in beside)
        assert not any(name in told[0] for name in pipes)
    assert found[0] == found[1]


@pytest.mark.slow
def test_a_way_says_that_the_one_past_a_tank_is_as_long() -> None:
    drawing = Drawing().node("A", 0).node("T", 10, 10, kind="septic_tank").node("B", 20).node("C", 60)
    drawing.pipe("f1", "A", "T").pipe("f2", "T", "B").pipe("f3", "A", "B", length_m=2 * 200**0.5)
    ground = drawing.pipe("f4", "B", "C").trace_network()

    def notes(start: str) -> tuple[str, ...]:
        return trace(
            ground, trace_point_of(ground, start), Rules("shortest"), end=trace_point_of(ground, "C")
        ).notes

    assert notes("A")[0] in (
        "Another way is as long: it leads through f3.",
        "Another way is as long: it leads through f2.",
    )
    assert not any("as long" in note for note in notes("T"))


def why(drawing: Drawing, start: str, **rules: object) -> list[tuple[str, str, str]]:
    ground = drawing.trace_network()
    ends = trace(ground, trace_point_of(ground, start), Rules(**rules)).ends
    return [(row.node_id, row.reason, row.pipes) for row in ends.itertuples()]


def works_of_sewage() -> Drawing:
    """A - lift station - plant, behind which effluent drains to an outfall and reclaimed water goes out."""
    drawing = Drawing().node("A", 0, kind="manhole", system="sewage")
    drawing.node("L", 100, kind="pump_station", system="sewage")
    drawing.node("W", 200, kind="plant", system="sewage").node("O", 300, kind="outfall", system="sewage")
    drawing.node("R", 200, 100, system="reclaimed")
    drawing.pipe("in", "A", "L", system="sewage").pipe(
        "up", "L", "W", system="sewage", function="rising_main"
    )
    drawing.pipe("out", "W", "O", system="sewage")
    return drawing.pipe("again", "W", "R", system="reclaimed")


@pytest.mark.slow
def test_plants_and_stations_end_a_trace_down_the_drains() -> None:
    town = works_of_sewage()
    assert ids(town, "in", direction="downstream") == ["in"]
    assert why(town, "in", direction="downstream") == [("L", "station", "up")]
    # From the station on, the plant ends it: neither into reclaimed water nor into the effluent.
    assert ids(town, "up", direction="downstream") == ["up"]
    assert why(town, "up", direction="downstream") == [("W", "plant", "out")]
    assert ids(town, "L", direction="downstream") == ["up"]
    assert ids(town, "out", direction="downstream") == ["out"]
    assert why(town, "out", direction="downstream") == [("O", "outfall", "")]
    # Upstream, what drains to a station is still above.
    assert ids(town, "up", direction="upstream") == ["up", "in"]
    assert ids(town, "out", direction="upstream") == ["out"]


@pytest.mark.slow
def test_a_trace_of_water_does_not_go_on_into_drains() -> None:
    assert ids(works_of_sewage(), "again", direction="upstream") == ["again"]
    assert sorted(ids(works_of_sewage(), "again")) == ["again", "in", "out", "up"]


@pytest.mark.slow
def test_a_trace_says_that_a_pipe_falls_against_its_direction() -> None:
    drain = {"system": "sewage"}
    drawing = (
        Drawing().node("H", 0, kind="manhole").node("B", 100, kind="manhole").node("C", 200, kind="manhole")
    )
    drawing.pipe("ok", "H", "B", **drain, invert_start_m=5.0, invert_end_m=4.5)
    drawing.pipe("bad", "B", "C", **drain, invert_start_m=4.5, invert_end_m=4.8)
    ground = drawing.trace_network()
    found = trace(ground, trace_point_of(ground, "bad"), Rules(direction="downstream"))
    assert found.pipes["pipe_id"].tolist() == ["bad"]
    assert found.notes[0] == "Ends at B: there is no way onwards; bad falls in the opposite direction."


@pytest.mark.parametrize(
    ("change", "rules", "end"),
    a_few_quick(
        [
            ({}, {}, ("M3", "dead_end", "")),
            ({}, {"barriers": ("M2",)}, ("M2", "barrier", "")),
            ({}, {"barriers": ("b",)}, ("M2", "barrier", "b")),
            ({}, {"stop_kinds": ("inlet",)}, ("M2", "stop_kind", "")),
            ({}, {"max_distance_m": 150.0}, ("M2", "too_far", "b")),
            ({"b": {"status": "abandoned"}}, {}, ("M2", "not_in_use", "b")),
            ({"b": {"initial_status": "closed"}}, {}, ("M2", "closed_pipe", "b")),
            ({"b": {"from_node": "M3", "to_node": "M2"}}, {}, ("M2", "leads_back", "")),
            ({"b": {"invert_start_m": 1.0, "invert_end_m": 2.0}}, {}, ("M2", "adverse", "b")),
            ({"M2": {"kind": "valve", "valve_state": "closed"}}, {}, ("M2", "closed_valve", "")),
            ({"M2": {"kind": "plant"}}, {}, ("M2", "plant", "b")),
            ({"M2": {"kind": "pump_station"}}, {}, ("M2", "station", "b")),
            ({"M3": {"kind": "outfall"}}, {}, ("M3", "outfall", "")),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_every_end_has_its_reason_and_a_sentence(
    change: dict, rules: dict, end: tuple[str, str, str]
) -> None:
    drawing = (
        Drawing().node("M1", 0, kind="manhole").node("M2", 100, kind="inlet").node("M3", 200, kind="manhole")
    )
    drawing.pipe("a", "M1", "M2", system="storm").pipe("b", "M2", "M3", system="storm")
    for row in (*drawing.node_rows, *drawing.pipe_rows):
        row.update(change.get(row.get("pipe_id") or row["node_id"], {}))
    assert why(drawing, "M1", direction="downstream", **rules) == [end]
    ground = drawing.trace_network()
    found = trace(ground, trace_point_of(ground, "M1"), Rules(direction="downstream", **rules))
    assert found.notes[0].startswith("Ends ") and end[0] in found.notes[0]


@pytest.mark.slow
def test_an_interceptor_says_that_the_way_on_is_for_wet_weather() -> None:
    drawing = Drawing().node("A", 0, kind="manhole").node("I", 100, kind="interceptor")
    drawing.node("P", 200, kind="manhole").node("R", 100, 80, kind="manhole")
    drawing.pipe("in", "A", "I", system="combined").pipe("dry", "I", "P", system="sewage", status="abandoned")
    drawing.pipe("dry2", "I", "P", system="sewage").pipe("over", "I", "R", system="combined")
    assert [end[1] for end in why(drawing, "A", direction="downstream", barriers=("dry2",))] == ["barrier"]
    assert [end[0] for end in why(drawing, "A", direction="downstream", weather="wet")] == ["R", "P"]


def test_many_ends_are_counted() -> None:
    drawing = Drawing().node("S", 0, kind="source").node("J", 100)
    drawing.pipe("s", "S", "J")
    for arm in range(5):
        drawing.node(f"E{arm}", 200, 10.0 * arm).pipe(f"e{arm}", "J", f"E{arm}")
    ground = drawing.trace_network()
    found = trace(ground, trace_point_of(ground, "s"), Rules(direction="downstream"))
    assert len(found.ends) == 5
    assert "Ends at 5 locations: no other pipe 5." in found.notes


def test_ends_without_a_node_are_among_the_others() -> None:
    drawing = Drawing().node("S", 0, kind="source").node("J", 100).node("E", 200).node("F", 200, 50)
    drawing.pipe("s", "S", "J").pipe("e", "J", "E").pipe("f", "J", "F")
    nodes = drawing.nodes[drawing.nodes["node_id"] != "F"].reset_index(drop=True)
    pipes = drawing.pipes
    pipes["to_node"] = pipes["to_node"].where(pipes["to_node"] != "F", None)
    ground = ready_to_trace(build_graph(pipes, nodes), pipes, nodes)
    ends = trace(ground, trace_point_of(ground, "s"), Rules(direction="downstream")).ends
    assert ends["node_id"].isna().tolist() == [False, True]


@pytest.mark.slow
def test_a_meeting_of_two_ways_is_no_end() -> None:
    drawing = Drawing().node("S", 0, kind="source").node("A", 100, 50).node("B", 100, -50).node("M", 200)
    drawing.pipe("sa", "S", "A").pipe("sb", "S", "B").pipe("am", "A", "M").pipe("bm", "B", "M")
    ground = drawing.trace_network()
    assert len(trace(ground, trace_point_of(ground, "S"), Rules()).ends) == 0
    assert why(drawing, "S", direction="downstream") == [("M", "leads_back", "")]


@pytest.mark.parametrize(
    ("system", "label"),
    a_few_quick(
        [("sewage", "Sewage treatment plant"), ("potable", domain("node_kind")["plant"].label)],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_plant_is_called_by_what_it_treats(system: str, label: str) -> None:
    drawing = Drawing().node("A", 0, system=system).node("W", 100, kind="plant", system=system)
    drawing.pipe("in", "A", "W", system=system)
    ground = drawing.trace_network()
    direction = "downstream" if system == "sewage" else "to_source"
    found = trace(ground, trace_point_of(ground, "in"), Rules(direction=direction, stop_kinds=("plant",)))
    assert all(f"W: {label}." in text for text in found.ends["text"])
    assert kind_words("plant", system) == label
