"""Isolating a burst on small networks whose answers can be read off the drawing."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.random_networks import Drawn, networks
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.isolation.isolate import Burst, isolate, pipe_at, pipe_to_isolate
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.network.isolation.segment_ranking import rank_segments


def street() -> Drawing:
    """Source - V1 - V2 - V3 - V4: a line of segments, customers on each, V3 in front of a closed link.

    S --p1-- V1 --p2-- J --p3-- V2 --p4-- V3 --p5-- E
                       |                        |
                       +--p6-- V4 (closed) --p7-+
    """
    drawing = Drawing()
    drawing.node("S", 0, kind="source")
    drawing.node("V1", 100, kind="valve", diameter_mm=200.0, turns=26.0)
    drawing.node("J", 200).node("V2", 300, kind="valve").node("V3", 400, kind="valve")
    drawing.node("E", 500).node("V4", 300, 100, kind="valve", valve_state="closed")
    drawing.pipe("p1", "S", "V1", diameter_mm=300.0).pipe("p2", "V1", "J", diameter_mm=200.0)
    drawing.pipe("p3", "J", "V2").pipe("p4", "V2", "V3").pipe("p5", "V3", "E")
    drawing.pipe("p6", "J", "V4").pipe("p7", "V4", "E")
    drawing.customer("c2", "p2").customer("c4", "p4", critical="yes").customer("c5", "p5")
    return drawing


def burst(works: IsolationModel, pipe: str, **choices: object) -> Burst:
    return isolate(works, pipe_to_isolate(works, pipe), **choices)


def roles(found: Burst) -> dict[str, list[str]]:
    return {role: rows["node_id"].tolist() for role, rows in found.valves.groupby("role")}


def effects(found: Burst) -> dict[str, list[str]]:
    return {effect: rows["pipe_id"].tolist() for effect, rows in found.pipes.groupby("effect")}


@pytest.mark.slow
def test_valves_of_the_segment_are_closed() -> None:
    found = burst(street().works(), "p4")
    assert roles(found) == {"close": ["V2", "V3"], "open_to_feed": ["V4"]}
    assert effects(found) == {"dead_end": ["p3"], "isolated": ["p4"], "unintended": ["p5", "p7"]}


def test_customers_beyond_the_closed_valves_are_listed() -> None:
    found = burst(street().works(), "p4")
    assert found.customers[["customer_id", "effect", "critical"]].to_numpy().tolist() == [
        ["c4", "isolated", "yes"],
        ["c5", "unintended", "no"],
    ]


@pytest.mark.slow
def test_a_closed_valve_that_could_feed_says_whom() -> None:
    row = burst(street().works(), "p4").valves.set_index("node_id").loc["V4"]
    assert row["restored_customers"] == 1.0


@pytest.mark.slow
def test_a_failed_valve_is_replaced_by_those_beyond_it() -> None:
    found = burst(street().works(failed=["V2"]), "p4")
    assert roles(found) == {"close": ["V3"], "instead": ["V1"], "already_closed": ["V4"]}
    second = found.valves.set_index("node_id").loc["V1"]
    assert (second["added_customers"], second["instead_of"]) == (1.0, "V2")
    assert (second["diameter_mm"], second["turns"]) == (200.0, 26.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value"), a_few_quick([("operable", "no"), ("accessible", "no")], 1, is_tuple_one_value=False)
)
def test_a_valve_that_says_it_fails_needs_no_telling(field: str, value: str) -> None:
    drawing = street()
    drawing.node_rows[3][field] = value
    assert roles(burst(drawing.works(), "p4"))["instead"] == ["V1"]


@pytest.mark.slow
def test_a_doubtful_valve_is_closed_and_its_second_choice_named() -> None:
    drawing = street()
    drawing.node_rows[3]["operable"] = "unknown"
    found = burst(drawing.works(), "p4")
    assert roles(found)["close"] == ["V2", "V3"]
    assert roles(found)["second_choice"] == ["V1"]
    assert effects(found)["isolated"] == ["p4"]


@pytest.mark.slow
def test_a_valve_thought_of_makes_the_segment_smaller() -> None:
    found = burst(street().works(what_if=["J"]), "p3")
    assert roles(found)["close"] == ["J", "V2"]
    assert effects(found)["isolated"] == ["p3"]


def test_a_valve_thought_into_another_pipe_parts_it() -> None:
    found = burst(street().works(what_if=["p3"]), "p2")
    assert roles(found) == {"close": ["V1", "p3"], "already_closed": ["V4"]}
    assert effects(found)["isolated"] == ["p2", "p3", "p6"]


@pytest.mark.slow
def test_a_burst_beside_the_source_leaves_nobody() -> None:
    found = burst(street().works(), "p1")
    assert roles(found)["close"] == ["V1"]
    assert sorted(effects(found)["unintended"]) == ["p2", "p3", "p4", "p5", "p6", "p7"]


@pytest.mark.slow
def test_tanks_count_as_sources_only_when_asked() -> None:
    drawing = street().node("T", 600, kind="tank").pipe("p8", "E", "T")
    assert "unintended" not in effects(burst(drawing.works(), "p4"))
    assert "unintended" in effects(burst(drawing.works(tanks_are_sources=False), "p4"))


@pytest.mark.slow
def test_a_check_valve_holds_only_when_directions_count() -> None:
    # The tank behind the check valve can feed back to E only against it.
    drawing = street().node("T", 700, kind="tank").node("C", 600, kind="check_valve", one_way="forward")
    drawing.pipe("p8", "E", "C").pipe("p9", "C", "T")
    assert "unintended" not in effects(burst(drawing.works(), "p4"))
    assert effects(burst(drawing.works(directed=True), "p4"))["unintended"] == ["p5", "p7", "p8"]


def test_volume_counts_isolated_pipes_and_names_the_unknown() -> None:
    drawing = street()
    drawing.pipe_rows[5]["diameter_mm"] = None
    found = burst(drawing.works(), "p2")
    assert found.volume_m3 == pytest.approx(np.pi / 4 * (0.2**2 * 100 + 0.1**2 * 100))
    assert found.pipes_without_volume == 1
    assert found.lost_diameter_mm == 200.0


def ring() -> Drawing:
    """A source feeds a ring of wide pipes, closed by one narrow pipe; valves left and right of pipe ``w``."""
    drawing = Drawing().node("S", 0, kind="source").node("A", 100).node("V1", 150, 50, kind="valve")
    drawing.node("V2", 250, 50, kind="valve").node("B", 300).node("C", 200, -50)
    drawing.pipe("s", "S", "A", diameter_mm=400.0).pipe("a", "A", "V1", diameter_mm=300.0)
    drawing.pipe("w", "V1", "V2", diameter_mm=300.0).pipe("b", "V2", "B", diameter_mm=300.0)
    drawing.pipe("n1", "A", "C", diameter_mm=100.0).pipe("n2", "C", "B", diameter_mm=150.0)
    return drawing


@pytest.mark.slow
def test_a_narrow_way_left_is_warned_of() -> None:
    found = burst(ring().works(), "w")
    assert found.bottleneck is not None
    assert (found.bottleneck.diameter_mm, found.bottleneck.pipe_id) == (100.0, "n1")
    assert any("less than half" in note for note in found.notes)
    assert "Hydraulics not checked" in found.notes[0]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(drawn=networks(most_nodes=9, most_pipes=14), data=st.data())
def test_the_way_left_is_the_widest_there_is(drawn: Drawn, data: st.DataObject) -> None:
    drawing = Drawing().node("root", -50, kind="source").node("rv", -20, kind="valve")
    for node in range(drawn.n_nodes):
        kind = "source" if drawn.sources[node] else "valve" if drawn.separating[node] else "junction"
        drawing.node(f"N{node}", 10.0 * node, float(node * node), kind=kind)
    drawing.pipe("r1", "root", "rv", diameter_mm=999.0).pipe("r2", "rv", "N0", diameter_mm=999.0)
    width = {}
    for pipe, (one, other) in enumerate(drawn.ends):
        width[f"P{pipe:02d}"] = data.draw(st.sampled_from([50.0, 100.0, 200.0, 300.0]))
        drawing.pipe(f"P{pipe:02d}", f"N{one}", f"N{other}", diameter_mm=width[f"P{pipe:02d}"])
    if not drawn.ends:
        return
    works = drawing.works()
    found = burst(works, "P00")
    closed = set(found.valves.loc[found.valves["role"] == "close", "node_id"])
    gone = set(found.pipes.loc[found.pipes["effect"] != "dead_end", "pipe_id"])
    graph = works.connected.graph
    names = graph.node_id.tolist()
    live = [
        (names[graph.start[at]], names[graph.end[at]], width.get(name, 999.0))
        for at, name in enumerate(graph.pipe_id.tolist())
        if name not in gone
    ]
    worst = np.inf
    sources = [name for name, kind in zip(names, graph.kind.tolist()) if kind == "source"]
    for one, other, _ in live + [(b, a, w) for a, b, w in live]:
        if one not in closed or other in closed:
            continue
        ways = [np.inf] if other in sources else []
        for least in (50.0, 100.0, 200.0, 300.0, 999.0):
            plain = nx.Graph([(a, b) for a, b, w in live if w >= least and not {a, b} & closed])
            if other in plain and any(s in plain and nx.has_path(plain, other, s) for s in sources):
                ways.append(least)
        # What had no source before is not fed now either.
        worst = min([worst, max(ways)]) if ways else worst
    left = found.bottleneck.diameter_mm if found.bottleneck else np.inf
    assert left == worst


@pytest.mark.slow
def test_new_dead_ends_reach_back_to_the_next_branch() -> None:
    assert effects(burst(ring().works(), "w")) == {"dead_end": ["a", "b", "n1", "n2"], "isolated": ["w"]}


@pytest.mark.slow
def test_other_shut_downs_are_counted_in() -> None:
    drawing = ring().node("V3", 250, -50, kind="valve").pipe("n3", "C", "V3").pipe("n4", "V3", "B")
    drawing.pipe_rows = [row for row in drawing.pipe_rows if row["pipe_id"] != "n2"]
    drawing.node_rows[-2]["kind"] = "valve"
    drawing.customer("k", "b")
    works = drawing.works()
    alone = burst(works, "w")
    assert len(alone.customers) == 0
    # With the lower half of the ring shut as well, nothing feeds B.
    both = burst(works, "w", others=[pipe_to_isolate(works, "n3")])
    assert both.customers["customer_id"].tolist() == ["k"]


def test_what_another_shut_down_cuts_off_as_well_is_named() -> None:
    works = street().works()
    found = burst(works, "p4", others=[pipe_to_isolate(works, "p2")])
    assert found.overlap == ("p4",)


def test_a_valve_with_three_pipes_is_told_of() -> None:
    drawing = (
        Drawing().node("S", 0, kind="source").node("V", 100, kind="valve").node("A", 200).node("B", 100, 9)
    )
    drawing.pipe("s", "S", "V").pipe("a", "V", "A").pipe("b", "V", "B")
    found = burst(drawing.works(), "a")
    assert effects(found)["unintended"] == ["b"]
    assert any("more than two pipe ends" in note for note in found.notes)


@pytest.mark.slow
def test_hydrants_without_water_are_listed() -> None:
    drawing = street().node("H", 450, 20, kind="hydrant").node("K", 450)
    drawing.pipe("h", "E", "H", function="hydrant_lead")
    assert burst(drawing.works(), "p4").hydrants["node_id"].tolist() == ["H"]


def test_the_nearest_pipe_is_meant_by_a_point() -> None:
    works = street().works()
    assert works.connected.graph.pipe_id[pipe_at(works, 350.0, 5.0)] == "p4"
    with pytest.raises(InputError, match="within 25 m"):
        pipe_at(works, 350.0, 900.0)


@pytest.mark.parametrize(
    ("fields", "words"),
    a_few_quick(
        [
            ({"status": "abandoned"}, "not in use"),
            ({"system": "sewage"}, "is a drain"),
            ({"initial_status": "closed"}, "is closed"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_pipes_that_can_not_be_isolated_are_refused(fields: dict[str, str], words: str) -> None:
    works = street().pipe("x", "J", "E", **fields).works()
    with pytest.raises(InputError, match=words):
        pipe_to_isolate(works, "x")


@pytest.mark.slow
def test_an_unknown_pipe_is_named() -> None:
    with pytest.raises(InputError, match="no pipe “p99”"):
        pipe_to_isolate(street().works(), "p99")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "words"),
    a_few_quick([("source", "no source"), ("valve", "isolation valve")], 1, is_tuple_one_value=False),
)
def test_a_network_without_sources_or_valves_says_so(kind: str, words: str) -> None:
    drawing = street()
    for row in drawing.node_rows:
        if row["kind"] == kind:
            row["kind"] = "junction"
    with pytest.raises(InputError, match=words):
        drawing.works()


def test_unknown_valves_are_named() -> None:
    with pytest.raises(InputError, match=r"FAILED_VALVES.*V9"):
        street().works(failed=["V9"])
    with pytest.raises(InputError, match=r"WHAT_IF_VALVES.*V9"):
        street().works(what_if=["V9"])


@pytest.mark.slow
def test_segments_are_ranked_by_the_customers_they_cut_off() -> None:
    table = rank_segments(street().works()).segments.set_index("segment_id")
    columns = ["pipe_count", "node_count", "valves", "customers", "unintended_segments", "criticality"]
    assert table.loc["S-p1", columns].tolist() == [1, 1, 1, 0, 3, 3]
    assert table.loc["S-p2", columns].tolist() == [3, 1, 3, 1, 2, 3]
    assert table.loc["S-p4", columns].tolist() == [1, 0, 2, 1, 1, 2]
    assert table.loc["S-p5", columns].tolist() == [2, 1, 2, 1, 0, 1]


@pytest.mark.slow
def test_what_a_failing_valve_adds() -> None:
    valves = rank_segments(street().works()).valves.set_index("node_id")
    # With V3 broken, a burst on p5 also shuts p4: one customer more.
    assert valves.loc["V3", ["merged_customers", "added_customers"]].tolist() == [2.0, 1.0]
    assert valves.loc["V1", "added_customers"] == 0.0


@pytest.mark.slow
def test_connectors_and_their_pump_count_as_no_pipe_and_no_node() -> None:
    drawing = street().node("P", 50, 50, kind="pump_station")
    drawing.pipe("P.1", "S", "P", function="connector", length_m=0.0)
    drawing.pipe("P.2", "P", "J", function="connector", length_m=0.0)
    table = rank_segments(drawing.works()).segments.set_index("segment_id")
    # S and J: a pump between connectors is a link, as in a model.
    assert table.loc["S-p1", ["pipe_count", "node_count"]].tolist() == [4, 2]


@pytest.mark.slow
def test_results_do_not_depend_on_the_order_of_rows() -> None:
    drawing, other = street(), street()
    other.pipe_rows.reverse()
    other.node_rows.reverse()
    one, two = burst(drawing.works(), "p4"), burst(other.works(), "p4")
    columns = ["node_id", "role", "instead_of"]
    assert one.valves[columns].equals(two.valves[columns])
    assert one.pipes[["pipe_id", "effect"]].equals(two.pipes[["pipe_id", "effect"]])
    names = ["segment_id", "criticality", "rank"]
    assert rank_segments(drawing.works()).segments[names].equals(rank_segments(other.works()).segments[names])


def reached_from(drawing: Drawing, pipe: str, closed: set[str]) -> set[str]:
    """Return the pipes that hang together with one when some nodes are closed, by plain search."""
    ends = {row["pipe_id"]: (row["from_node"], row["to_node"]) for row in drawing.pipe_rows}
    found, todo = {pipe}, [pipe]
    while todo:
        open_ends = set(ends[todo.pop()]) - closed
        new = {name for name, both in ends.items() if open_ends & set(both)} - found
        found |= new
        todo += new
    return found


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(drawn=networks(most_nodes=9, most_pipes=14), data=st.data())
def test_closing_what_is_to_close_isolates_and_the_reserve_says_for_whom(
    drawn: Drawn, data: st.DataObject
) -> None:
    if not drawn.ends:
        return
    drawing = Drawing().node("root", -50, kind="source").node("rv", -20, kind="valve")
    for node in range(drawn.n_nodes):
        kind = "source" if drawn.sources[node] else "valve" if drawn.separating[node] else "junction"
        state = "closed" if drawn.closed[node] else "open"
        operable = data.draw(st.sampled_from(["yes", "no", "unknown"]))
        drawing.node(f"N{node}", 10.0 * node, float(node * node), kind=kind, valve_state=state)
        drawing.node_rows[-1]["operable"] = operable if kind == "valve" else None
    drawing.pipe("r1", "root", "rv").pipe("r2", "rv", "N0")
    for pipe, (one, other) in enumerate(drawn.ends):
        drawing.pipe(f"P{pipe:02d}", f"N{one}", f"N{other}").customer(f"c{pipe}", f"P{pipe:02d}")
    found = burst(drawing.works(), "P00")
    valves = found.valves[found.valves["role"] != "open_to_feed"]
    assert valves["node_id"].is_unique
    to_close = set(valves.loc[valves["role"].isin(["close", "instead"]), "node_id"])
    shut = {row["node_id"] for row in drawing.node_rows if row.get("valve_state") == "closed"} | to_close
    isolated = effects(found)["isolated"]
    assert sorted(reached_from(drawing, "P00", shut)) == isolated
    doubtful = {row["node_id"] for row in drawing.node_rows if row.get("operable") == "unknown"}
    reserve = valves[valves["role"] == "second_choice"]
    named = {
        valve: {row.node_id for row in reserve.itertuples() if valve in row.instead_of.split(";")}
        for valve in to_close
    }
    assert all(set(row.instead_of.split(";")) <= to_close & doubtful for row in reserve.itertuples())
    for valve in to_close & doubtful:
        worse = roles(burst(drawing.works(failed=[valve]), "P00"))
        assert named[valve] == {*worse.get("close", []), *worse.get("instead", [])} - to_close
