"""A network kept open follows edits to what a fresh graph would be.

``WATERNET_EXAMPLES=3000`` tries that many random histories instead of a quick few.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.network_frames import described, nodes, pipes

from waternet_plugin.core.network.analysis.connectivity import blocks
from waternet_plugin.core.network.live import live_graph as held_module
from waternet_plugin.core.network.live.editable_rows import NodeRows, PipeRows
from waternet_plugin.core.network.live.live_graph import LiveGraph
from waternet_plugin.core.network.model.graph import build_graph

EXAMPLES = int(os.environ.get("WATERNET_EXAMPLES", "60"))
TOLERANCE = 0.05


def assert_like_fresh(network: LiveGraph) -> None:
    fresh = build_graph(network.pipes, network.nodes, tolerance_m=TOLERANCE)
    want, have = described(fresh), described(network.connected)
    for name, value in want.items():
        assert have[name] == value, name
    whole, patched = blocks(fresh.graph), network.blocks()
    assert patched.component_count == whole.component_count
    assert patched.bridge.tolist() == whole.bridge.tolist()
    assert patched.block_count == whole.block_count


PLACES = st.tuples(st.integers(0, 14), st.integers(0, 3)).map(lambda at: (at[0] * 0.02, at[1] * 0.02))
FAR = st.tuples(st.integers(0, 3), st.integers(0, 3))
PLACE = st.one_of(PLACES, FAR)
NAMES = st.sampled_from([None, None, None, "N1", "N2", "N3", "X"])
PIPE = st.fixed_dictionaries(
    {
        "line": st.one_of(
            st.none(), st.tuples(PLACE, PLACE), st.tuples(PLACE, PLACE), st.tuples(PLACE, PLACE)
        ),
        "system": st.sampled_from(["potable", "potable", "fire"]),
        "from_node": NAMES,
        "to_node": NAMES,
    }
)
NODE = st.fixed_dictionaries(
    {
        "at": st.one_of(PLACE, PLACE, PLACE, st.none()),
        "kind": st.sampled_from(["junction", "valve", "plant"]),
        "system": st.sampled_from(["potable", "fire", None]),
    }
)
PIPE_IDS = st.sampled_from([f"P{number}" for number in range(1, 10)])
NODE_IDS = st.sampled_from(["N1", "N2", "N3", "N4", "X"])
EDIT = st.fixed_dictionaries(
    {
        "pipes": st.dictionaries(PIPE_IDS, PIPE, max_size=3),
        "nodes": st.dictionaries(NODE_IDS, NODE, max_size=2),
        "gone_pipes": st.lists(PIPE_IDS, max_size=3),
        "gone_nodes": st.lists(NODE_IDS, max_size=2),
    }
)


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.dictionaries(PIPE_IDS, PIPE, max_size=8),
    st.dictionaries(NODE_IDS, NODE, max_size=4),
    st.lists(EDIT, min_size=1, max_size=4),
)
def test_any_history_of_edits_ends_where_a_fresh_graph_begins(lines: Any, points: Any, edits: Any) -> None:
    network = LiveGraph(
        PipeRows(pipes(*({**row, "pipe_id": name} for name, row in lines.items()))),
        NodeRows(nodes(*({**row, "node_id": name} for name, row in points.items()))),
        tolerance_m=TOLERANCE,
    )
    for edit in edits:
        network.edit(
            pipes=pipes(*({**row, "pipe_id": name} for name, row in edit["pipes"].items())),
            nodes=nodes(*({**row, "node_id": name} for name, row in edit["nodes"].items())),
            gone_pipes=edit["gone_pipes"],
            gone_nodes=edit["gone_nodes"],
        )
        assert_like_fresh(network)


def town() -> LiveGraph:
    return LiveGraph(
        PipeRows(
            pipes(
                {"line": [(0, 0), (10, 0)]},
                {"line": [(10, 0), (20, 0)]},
                {"line": [(20, 0), (10, 9), (0, 0)], "note": "far"},
            )
        ),
        NodeRows(nodes({"at": (10, 0), "kind": "valve"}, {"at": (15, 0), "kind": "hydrant"})),
        tolerance_m=TOLERANCE,
    )


def test_a_moved_end_is_joined_where_it_lies_now() -> None:
    network = town()
    assert network.blocks().bridge.tolist() == [False, False, False]
    network.edit(pipes=pipes({"pipe_id": "P2", "line": [(10, 0), (20, 1)]}))
    assert network.blocks().bridge.tolist() == [True, True, True]
    assert_like_fresh(network)


def test_a_node_amid_a_pipe_that_moves_is_off_all_pipes() -> None:
    network = town()
    assert network.connected.placement.pipe.tolist() == [-1, 1]
    network.edit(pipes=pipes({"pipe_id": "P2", "line": [(10, 0), (20, 1)]}))
    assert network.connected.placement.pipe.tolist() == [-1, -1]
    assert network.connected.findings.counts() == {"node_off_pipe": 1}


def test_rows_and_ids_follow() -> None:
    network = town()
    network.edit(gone_pipes=["P1"], nodes=nodes({"node_id": "N9", "at": (20, 0)}))
    assert sorted(network.pipes["pipe_id"]) == ["P2", "P3"]
    assert network.nodes["node_id"].tolist() == ["N1", "N2", "N9"]
    graph = network.graph
    assert graph.pipe_id.tolist() == network.pipes["pipe_id"].tolist()
    assert graph.edge_of("P1") == -1
    assert graph.pipe_id[graph.edge_of("P3")] == "P3"
    assert graph.vertex_of("N9") == 2
    assert graph.end[graph.edge_of("P2")] == 2


def test_columns_that_an_edit_lacks_stay() -> None:
    lines = pipes({"line": [(0, 0), (10, 0)]}, {"line": [(10, 0), (20, 0)]})
    lines["laid"] = pd.to_datetime(["2001-02-03", "2004-05-06"])
    lines["edited_on"] = pd.to_datetime(["2020-01-01", "2021-01-01"], utc=True)
    network = LiveGraph(PipeRows(lines), NodeRows(nodes()), tolerance_m=TOLERANCE)
    network.edit(pipes=pipes({"pipe_id": "P2", "line": [(10, 0), (30, 0)]}, {"pipe_id": "P3", "line": None}))
    frame = network.pipes
    assert frame["laid"].tolist()[:2] == lines["laid"].tolist()
    assert pd.isna(frame["laid"][2])
    assert frame["edited_on"].dt.year.tolist()[:2] == [2020, 2021]
    assert frame.geometry.length.tolist()[:2] == [10, 20]


@pytest.mark.parametrize("ids", [["P1", "P1"], ["P1", None]])
def test_rows_without_an_id_of_their_own_are_connected_anew(ids: list[Any]) -> None:
    lines = pipes({"line": [(0, 0), (10, 0)]}, {"line": [(10, 0), (20, 0)]})
    lines["pipe_id"] = np.array(ids, dtype=object)
    network = LiveGraph(PipeRows(lines), NodeRows(nodes()), tolerance_m=TOLERANCE)
    network.edit(nodes=nodes({"at": (20, 0)}))
    assert network.graph.vertex_of("N1") == 0
    assert network.graph.end[1] == 0


def test_a_large_edit_is_connected_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_module, "FEW", 0)
    network = town()
    network.edit(pipes=pipes({"pipe_id": "P2", "line": [(10, 0), (20, 1)]}), gone_pipes=["P3"])
    assert sorted(network.graph.pipe_id) == ["P1", "P2"]
    assert_like_fresh(network)


def test_an_edit_of_nothing_changes_nothing() -> None:
    network = town()
    before = network.connected
    assert network.edit(gone_pipes=["never there"]) is before
