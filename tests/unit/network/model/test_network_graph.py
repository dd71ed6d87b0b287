"""How ends and assets become the vertices of a graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.network_frames import nodes, pipes

from waternet_plugin.core.network.analysis.connectivity import blocks
from waternet_plugin.core.network.model import findings as codes
from waternet_plugin.core.network.model.graph import GraphBuild, build_graph, lengths_of
from waternet_plugin.core.network.model.named_graph import multigraph

TOLERANCE = 0.05


def build(lines: Any, points: Any = None, **options: Any) -> GraphBuild:
    """Connect with a tolerance of 5 cm."""
    return build_graph(lines, nodes() if points is None else points, tolerance_m=TOLERANCE, **options)


def ends_of(connected: GraphBuild) -> list[tuple[int, int]]:
    """Return the vertices of each pipe."""
    return list(zip(connected.graph.start.tolist(), connected.graph.end.tolist()))


def test_ends_within_the_tolerance_are_one_vertex() -> None:
    connected = build(pipes({"line": [(0, 0), (10, 0)]}, {"line": [(10.03, 0.02), (20, 0)]}))
    assert ends_of(connected) == [(0, 1), (1, 2)]
    assert connected.graph.node_count == 3
    # The vertex lies in the middle of its ends.
    assert (connected.graph.x_m[1], connected.graph.y_m[1]) == (pytest.approx(10.015), pytest.approx(0.01))
    assert connected.gap_m[0].tolist() == pytest.approx([0, np.hypot(0.015, 0.01)])


def test_a_true_distance_not_a_grid() -> None:
    # 5 mm apart on both sides of a multiple of the tolerance: rounding would part them.
    connected = build(pipes({"line": [(0, 0), (9.9725, 0)]}, {"line": [(9.9775, 0), (20, 0)]}))
    assert connected.graph.node_count == 3


def test_ends_farther_than_the_tolerance_stay_apart() -> None:
    # 4 cm on each axis are 5.7 cm.
    connected = build(pipes({"line": [(0, 0), (10, 0)]}, {"line": [(10.04, 0.04), (20, 0)]}))
    assert connected.graph.node_count == 4


def test_a_chain_wider_than_the_tolerance_is_reported_and_not_merged() -> None:
    lines = pipes(
        {"line": [(0, 0), (10, 0)]}, {"line": [(10.04, 0), (20, 0)]}, {"line": [(10.08, 0), (10, 20)]}
    )
    connected = build(lines)
    assert connected.graph.node_count == 6
    chain = connected.findings.of(codes.CHAIN)
    assert chain.pipe.tolist() == [0, 1, 2]
    assert chain.end.tolist() == [1, 0, 0]
    assert chain.distance_m.tolist() == pytest.approx([0.04, 0.04, 0.04])
    assert set(chain.group.tolist()) == {0}


def test_a_chain_is_cut_at_its_longest_links() -> None:
    # Three ends in one place, a fourth 3 cm off, a fifth 6 cm off.
    lines = pipes(
        {"line": [(0, 0), (10, 0)]},
        {"line": [(10, 0), (10, 9)]},
        {"line": [(10.01, 0), (10, -9)]},
        {"line": [(10.04, 0), (20, 0)]},
        {"line": [(10.07, 0), (20, 5)]},
    )
    connected = build(lines)
    assert connected.graph.end[0] == connected.graph.start[1] == connected.graph.start[2]
    assert len({connected.graph.end[0], connected.graph.start[3], connected.graph.start[4]}) == 3
    # The members: the group of three by one or more of its ends, and both others.
    assert set(connected.findings.of(codes.CHAIN).pipe.tolist()) >= {2, 3, 4}


def test_named_nodes_decide_against_the_place() -> None:
    lines = pipes(
        {"line": [(0, 0), (10, 0)], "from_node": "A", "to_node": "B"},
        {"line": [(10.5, 0), (20, 0)], "from_node": "B", "to_node": "C"},
        {"line": [(20, 0), (30, 0)], "from_node": "D"},
    )
    points = nodes(
        {"node_id": "A", "at": (0, 0)},
        {"node_id": "B", "at": (10, 0)},
        {"node_id": "C", "at": (20, 0)},
        {"node_id": "D", "at": (20, 0)},
    )
    connected = build(lines, points)
    assert ends_of(connected) == [(0, 1), (1, 2), (3, 4)]
    assert connected.gap_m[1].tolist() == [0.5, 0.0]
    assert connected.findings.counts() == {}


def test_an_id_farther_than_a_metre_is_found_with_its_distance() -> None:
    lines = pipes({"line": [(0, 0), (10, 0)], "from_node": "A", "to_node": "B"})
    connected = build(lines, nodes({"node_id": "A", "at": (0, 0)}, {"node_id": "B", "at": (13, 4)}))
    far = connected.findings.of(codes.FAR_FROM_NODE)
    assert (far.pipe.tolist(), far.end.tolist(), far.node.tolist()) == ([0], [1], [1])
    assert far.distance_m.tolist() == [5.0]
    assert ends_of(connected) == [(0, 1)]


def test_an_unknown_id_is_found_and_the_place_decides() -> None:
    lines = pipes(
        {"line": [(0, 0), (10, 0)], "to_node": "X"}, {"line": [(10, 0), (20, 0)], "from_node": "N1"}
    )
    connected = build(lines, nodes({"at": (10, 0)}))
    unknown = connected.findings.of(codes.UNKNOWN_NODE)
    assert (unknown.pipe.tolist(), unknown.end.tolist()) == ([0], [1])
    assert connected.graph.end[0] == connected.graph.start[1] == 0


def test_an_end_without_id_meets_an_end_that_names_a_node() -> None:
    # The node itself lies 30 cm off: where the named end lies, the pipe goes on.
    lines = pipes({"line": [(0, 0), (10, 0)], "to_node": "N1"}, {"line": [(10, 0), (20, 0)]})
    connected = build(lines, nodes({"at": (10.3, 0)}))
    assert connected.graph.end[0] == connected.graph.start[1] == 0


def test_systems_stay_apart_and_it_is_told() -> None:
    lines = pipes({"line": [(0, 0), (10, 0)]}, {"line": [(10.01, 0), (20, 0)], "system": "reclaimed"})
    connected = build(lines)
    assert connected.graph.node_count == 4
    other = connected.findings.of(codes.OTHER_SYSTEM)
    assert (other.pipe.tolist(), other.end.tolist()) == ([0], [1])
    assert (other.other_pipe.tolist(), other.other_end.tolist()) == ([1], [0])
    assert other.distance_m.tolist() == pytest.approx([0.01])


@pytest.mark.parametrize(("kind", "meets"), [("plant", True), ("interceptor", True), ("valve", False)])
def test_systems_meet_at_an_asset_that_joins_them(kind: str, meets: bool) -> None:
    lines = pipes({"line": [(0, 0), (10, 0)], "system": "raw_water"}, {"line": [(10, 0), (20, 0)]})
    connected = build(lines, nodes({"at": (10, 0), "kind": kind}))
    assert (connected.graph.end[0] == connected.graph.start[1]) == meets
    assert bool(connected.findings.counts().get(codes.OTHER_SYSTEM)) != meets


def test_systems_meet_at_any_asset_that_both_name() -> None:
    lines = pipes(
        {"line": [(0, 0), (10, 0)], "system": "fire", "to_node": "N1"},
        {"line": [(10, 0), (20, 0)], "from_node": "N1"},
    )
    connected = build(lines, nodes({"at": (10, 0), "kind": "valve"}))
    assert connected.graph.end[0] == connected.graph.start[1] == 0


def test_an_asset_without_system_takes_that_of_its_nearest_end() -> None:
    lines = pipes(
        {"line": [(0, 0), (10.02, 0)], "system": "storm"}, {"line": [(10.01, 0), (20, 0)], "system": "sewage"}
    )
    connected = build(lines, nodes({"at": (10, 0), "kind": "manhole", "system": None}))
    assert connected.graph.start[1] == 0
    assert connected.graph.end[0] != 0


def test_the_more_telling_asset_is_taken_and_the_other_named() -> None:
    lines = pipes({"line": [(0, 0), (10, 0)]}, {"line": [(10, 0), (20, 0)]})
    connected = build(lines, nodes({"at": (10, 0)}, {"at": (10.01, 0), "kind": "valve"}))
    assert connected.graph.end[0] == connected.graph.start[1] == 1
    doubt = connected.findings.of(codes.AMBIGUOUS_NODE)
    assert (doubt.pipe.tolist(), doubt.end.tolist()) == ([0, 1], [1, 0])
    assert (doubt.node.tolist(), doubt.other_node.tolist()) == ([1, 1], [0, 0])
    # The other one stands beside it.
    assert connected.placement.vertex.tolist() == [1, 1]
    assert connected.findings.of(codes.NODE_NEAR_END).node.tolist() == [0]


def test_with_a_wide_tolerance_the_nearest_asset_is_taken() -> None:
    lines = pipes({"line": [(0, 0), (10, 0)]})
    points = nodes({"at": (11, 0)}, {"at": (13, 0), "kind": "source"})
    connected = build_graph(lines, points, tolerance_m=5)
    assert connected.graph.end[0] == 0
    assert connected.findings.of(codes.AMBIGUOUS_NODE).distance_m.tolist() == [3]


def test_an_end_beyond_the_tolerance_of_an_asset_is_in_a_chain() -> None:
    lines = pipes({"line": [(0, 0), (9.96, 0)]}, {"line": [(9.93, 0), (20, 0)]})
    connected = build(lines, nodes({"at": (10, 0)}))
    assert connected.graph.end[0] == 0
    assert connected.graph.start[1] != 0
    assert connected.findings.of(codes.CHAIN).pipe.tolist() == [0, 1]


def test_two_assets_in_one_place_stay_two_where_ids_say_so() -> None:
    lines = pipes(
        {"line": [(0, 0), (10, 0)], "from_node": "A", "to_node": "B"},
        {"line": [(10, 0), (20, 0)], "from_node": "C", "to_node": "D"},
    )
    points = nodes(
        *(
            {"node_id": name, "at": at}
            for name, at in (("A", (0, 0)), ("B", (10, 0)), ("C", (10, 0)), ("D", (20, 0)))
        )
    )
    connected = build(lines, points)
    assert ends_of(connected) == [(0, 1), (2, 3)]


def test_a_valve_amid_a_pipe_is_placed_on_it() -> None:
    connected = build(
        pipes({"line": [(0, 0), (10, 0)], "system": "sewage"}, {"line": [(0, 0.02), (10, 0.02)]}),
        nodes({"at": (4, 0), "kind": "valve"}),
    )
    assert connected.placement.pipe.tolist() == [1]
    assert connected.placement.along_m.tolist() == [4.0]
    assert connected.placement.distance_m.tolist() == pytest.approx([0.02])
    assert connected.placement.vertex.tolist() == [-1]
    assert connected.findings.of(codes.NODE_ON_PIPE).pipe.tolist() == [1]


def test_an_asset_of_a_system_that_no_pipe_has_takes_none() -> None:
    connected = build(
        pipes({"line": [(0, 0), (10, 0)], "system": "fire"}, {"line": [(5, 0), (5, 0)], "system": None}),
        nodes({"at": (10, 0)}, {"at": (5, 0)}),
    )
    assert connected.graph.degree()[:2].tolist() == [0, 0]
    assert connected.findings.of(codes.NODE_OFF_PIPE).node.tolist() == [0, 1]


def test_where_most_ends_name_their_node_the_others_are_joined_by_place() -> None:
    far = 500_000.0
    named = [
        {
            "line": [(far + 9 * row, 0), (far + 9 * row + 9, 0)],
            "from_node": f"N{row}",
            "to_node": f"N{row + 1}",
        }
        for row in range(40)
    ]
    free = {"line": [(far + 90.03, 0.03), (far + 90, 50)]}
    beside = {"line": [(far + 90.02, 50.03), (far + 99, 50)]}
    points = [{"node_id": f"N{row}", "at": (far + 9 * row, 0)} for row in range(41)]
    alone = [{"node_id": "on a free end", "at": (far + 99, 50.04)}, {"node_id": "off", "at": (far, 50)}]
    connected = build(pipes(*named, free, beside), nodes(*points, *alone))
    assert connected.graph.start[40] == 10 and connected.graph.end[41] == 41
    assert connected.graph.end[40] == connected.graph.start[41] == 43
    assert connected.placement.vertex[42] == -1


def test_an_asset_off_all_pipes_is_found() -> None:
    connected = build(pipes({"line": [(0, 0), (10, 0)]}), nodes({"at": (4, 1), "kind": "hydrant"}))
    assert connected.findings.of(codes.NODE_OFF_PIPE).node.tolist() == [0]


def test_nothing_is_dropped_for_want_of_a_place() -> None:
    lines = pipes({"line": None, "to_node": "N1"}, {"line": [(5, 5), (9, 9)], "from_node": "N1"})
    connected = build(lines, nodes({"at": None}))
    assert connected.graph.end[0] == connected.graph.start[1] == 0
    assert connected.findings.counts() == {
        codes.END_WITHOUT_COORDINATES: 1,
        codes.NODE_WITHOUT_COORDINATES: 1,
    }
    # The node takes the place of the end that names it.
    assert (connected.graph.x_m[0], connected.graph.y_m[0]) == (5, 5)


def test_duplicate_ids_are_found_and_the_westernmost_is_taken() -> None:
    lines = pipes({"line": [(0, 0), (10, 0)], "to_node": "A"})
    connected = build(lines, nodes({"node_id": "A", "at": (10, 5)}, {"node_id": "A", "at": (10, 0)}))
    assert connected.graph.end[0] == 1
    twice = connected.findings.of(codes.DUPLICATE_NODE)
    assert (twice.node.tolist(), twice.other_node.tolist()) == ([0], [1])


def test_parallel_pipes_and_loops_are_kept() -> None:
    lines = pipes(
        {"line": [(0, 0), (10, 0)]},
        {"line": [(0, 0), (5, 3), (10, 0)]},
        {"line": [(10, 0), (15, 5), (10, 0)]},
    )
    connected = build(lines)
    assert ends_of(connected) == [(0, 1), (0, 1), (1, 1)]
    assert connected.findings.of(codes.SELF_LOOP).pipe.tolist() == [2]
    indptr, neighbour, pipe = connected.graph.adjacency()
    assert indptr.tolist() == [0, 2, 6]
    assert neighbour.tolist() == [1, 1, 0, 0, 1, 1]
    assert pipe.tolist() == [0, 1, 0, 1, 2, 2]
    assert connected.graph.degree().tolist() == [2, 4]
    assert connected.graph.degree(np.array([True, False, False])).tolist() == [1, 1]


def test_lengths_are_given_or_those_of_the_lines() -> None:
    connected = build(
        pipes({"line": [(0, 0), (3, 4)], "length_m": 7}, {"line": [(0, 0), (3, 4)]}, {"line": None})
    )
    assert connected.graph.length_m[:2].tolist() == [7, 5]
    assert np.isnan(connected.graph.length_m[2])


def test_empty_frames_make_an_empty_graph() -> None:
    connected = build(pipes())
    assert (connected.graph.node_count, connected.graph.pipe_count) == (0, 0)
    assert len(connected.findings) == 0


def test_vertices_and_pipes_are_found_by_id() -> None:
    graph = build(pipes({"line": [(0, 0), (3, 4)]}), nodes({"at": (3, 4)})).graph
    assert (graph.vertex_of("N1"), graph.vertex_of("N9")) == (0, -1)
    assert (graph.edge_of("P1"), graph.edge_of("P9")) == (0, -1)


def test_parts_of_the_pipes_of_a_mask() -> None:
    graph = build(
        pipes({"line": [(0, 0), (9, 0)]}, {"line": [(0, 0), (5, 3), (9, 0)]}, {"line": [(9, 0), (20, 0)]})
    ).graph
    mask = np.array([True, False, True])
    assert blocks(graph).bridge.tolist() == [False, False, True]
    part = blocks(graph, mask)
    assert part.bridge.tolist() == [True, False, True]
    assert part.block.tolist() == [0, -1, 1]
    assert part.articulation.tolist() == [False, True, False]


def test_a_view_for_networkx_keeps_names_and_parallel_pipes() -> None:
    lines = pipes({"line": [(0, 0), (9, 0)]}, {"line": [(0, 0), (5, 3), (9, 0)]}, {"line": [(9, 0), (9, 0)]})
    graph = build(lines, nodes({"at": (9, 0), "kind": "valve"}, {"at": (50, 0)})).graph
    every = np.ones(3, dtype=bool)
    view = multigraph(graph, every, {"length_m": graph.length_m}, {"kind": graph.kind})
    assert set(view) == {"N1", 2}, "a node at which no pipe ends is not in it"
    assert sorted(view.edges(keys=True), key=str) == [("N1", "N1", "P3"), ("N1", 2, "P1"), ("N1", 2, "P2")]
    assert view.nodes["N1"]["kind"] == "valve"
    assert view.edges["N1", 2, "P1"]["length_m"] == 9
    only = multigraph(build(lines).graph, np.array([False, True, False]), {}, {})
    assert [key for _, _, key in only.edges(keys=True)] == ["P2"]


PLACES = st.tuples(st.integers(0, 12), st.integers(0, 3)).map(lambda at: (at[0] * 0.02, at[1] * 0.02))
PIPES = st.lists(
    st.fixed_dictionaries(
        {
            "line": st.tuples(PLACES, PLACES),
            "system": st.sampled_from(["potable", "fire"]),
            "from_node": st.sampled_from([None, None, "N1", "N2", "X"]),
        }
    ),
    max_size=7,
)
NODES = st.lists(
    st.fixed_dictionaries(
        {
            "at": PLACES,
            "kind": st.sampled_from(["junction", "valve", "plant"]),
            "system": st.sampled_from(["potable", "fire", None]),
        }
    ),
    max_size=3,
)


def partition(connected: GraphBuild, lines: Any) -> set[frozenset[Any]]:
    """Return which ends, and which node, are together, by id."""
    groups: dict[int, set[Any]] = {}
    for pipe, both in zip(lines["pipe_id"], ends_of(connected)):
        for end, vertex in enumerate(both):
            groups.setdefault(vertex, set()).add((pipe, end))
            if connected.graph.node_id[vertex] is not None:
                groups[vertex].add(connected.graph.node_id[vertex])
    return {frozenset(group) for group in groups.values()}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(PIPES, NODES, st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(rows: Any, points: Any, random: Any) -> None:
    lines, assets = pipes(*rows), nodes(*points)
    first = build(lines, assets)
    order = list(range(len(lines)))
    random.shuffle(order)
    back = list(range(len(assets)))
    random.shuffle(back)
    turned = lines.iloc[order].reset_index(drop=True)
    second = build(turned, assets.iloc[back].reset_index(drop=True))
    assert partition(first, lines) == partition(second, turned)
    assert first.findings.counts() == second.findings.counts()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(PIPES)
def test_no_vertex_is_wider_than_the_tolerance(rows: Any) -> None:
    lines = pipes(*({**row, "from_node": None} for row in rows))
    connected = build(lines)
    place = np.array([at for row in rows for at in row["line"]]).reshape(-1, 2)
    vertex = np.stack([connected.graph.start, connected.graph.end], axis=1).reshape(-1)
    for number in range(connected.graph.node_count):
        inside = place[vertex == number]
        apart = np.linalg.norm(inside[:, None] - inside[None], axis=2)
        assert apart.max() <= TOLERANCE + 1e-9


def test_a_length_that_can_not_be_is_that_of_the_line() -> None:
    lines = pipes(*[{"line": [(0, 0), (3, 4)]}] * 5)
    lines["length_m"] = [-7.0, np.inf, np.nan, 0.0, 9.0]
    found = lengths_of(lines, lines.geometry.to_numpy())
    assert found.tolist() == [5.0, 5.0, 5.0, 0.0, 9.0]
