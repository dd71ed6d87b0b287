"""Ways through drains against networkx, and misconnections explained."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from support.drain_towns import ROW, drains_town
from support.quality_frames import TODAY
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.misconnection_list import list_misconnections
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

RIVER = {"kind": "outfall", "system": "storm"}


def _subject(tables: dict[str, pd.DataFrame]) -> NetworkFrame:
    return NetworkFrame(tables, Settings())


def _checked(tables: dict[str, pd.DataFrame]) -> CheckContext:
    return CheckContext(tables, Settings(), today=TODAY)


@pytest.mark.parametrize("seed", a_few_quick(range(12), 2))
def test_ways_as_networkx(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = "abcdefghijklmnopqrst"
    places = {name: tuple(500_000 + 900 * chance.random(2)) for name in names}
    kinds = {name: {"kind": "outfall" if chance.random() < 0.15 else "manhole"} for name in names}
    drains, fields = {}, {}
    for _number in range(30):
        one, two = chance.choice(list(names), 2, replace=False)
        drains[one + two] = (one + two, "storm", "branch")
        if chance.random() < 0.2:
            fields[one + two] = {"flow": "undetermined"}
    turned = [name for name in drains if name not in fields and chance.random() < 0.5]
    subject = _subject(drains_town(places, list(drains.values()), kinds=kinds, turned=turned, fields=fields))
    ways, graph = DrainWays(subject), nx.MultiDiGraph()
    vertex = {str(name): row for row, name in enumerate(subject.nodes.ids)}
    length = dict(zip(subject.pipes.ids, subject.connected.graph.length_m))
    graph.add_nodes_from(vertex)
    for name in drains:
        graph.add_edge(name[0], name[1], length=length[name], pipe=name)
        if name in fields:
            graph.add_edge(name[1], name[0], length=length[name], pipe=name)
    outfalls = [name for name in vertex if kinds[name]["kind"] == "outfall"]
    for name, row in vertex.items():
        above = {str(subject.nodes.ids[one]) for one in ways.above(np.array([row]))}
        assert above == nx.ancestors(graph, name) | {name}
        metres = nx.single_source_dijkstra_path_length(graph, name, weight="length")
        reached = [metres[outfall] for outfall in outfalls if outfall in metres]
        assert (ways.to_outfall[1][row] >= 0) == bool(reached)
        if reached:
            assert sum(length[subject.pipes.ids[one]] for one in ways.way(row)) == pytest.approx(min(reached))
        into = {str(subject.pipes.ids[one]) for one in ways.pipes_into(np.array([vertex[a] for a in above]))}
        ends = {(one, two) for one, two in graph.edges() if two in above}
        assert into == {
            name
            for name in drains
            if ends & {(name[0], name[1]), (name[1], name[0])}
            and (name[1] in above or (name in fields and name[0] in above))
        }
    several = ways.above(np.array([vertex["a"], vertex["b"]]))
    both = nx.ancestors(graph, "a") | nx.ancestors(graph, "b") | {"a", "b"}
    assert {str(subject.nodes.ids[one]) for one in several} == both
    some = [name for name in vertex if chance.random() < 0.2]
    begin = [*vertex, "a"]
    first = ways.first_below(*(np.array([vertex[one] for one in each], dtype=int) for each in (some, begin)))
    for name, reached in zip(begin, first.tolist()):
        metres = nx.single_source_dijkstra_path_length(graph, name, weight="length")
        below = {one: metres[one] for one in some if one in metres}
        assert (str(subject.nodes.ids[reached]) if reached >= 0 else None) == min(
            below, key=below.__getitem__, default=None
        )


def test_a_misconnection_is_explained() -> None:
    customers = pd.DataFrame(
        [
            {"customer_id": "C-1", "outlet_node": "a", "demand_m3d": 150.0},
            {"customer_id": "C-2", "outlet_node": "b", "demand_m3d": 100.0},
            {"customer_id": "C-3", "outlet_node": "e", "demand_m3d": 900.0},
        ]
    )
    tables = drains_town(
        ROW,
        [
            ("ab", "sewage", "branch"), ("bc", "sewage", "branch"), ("cd", "storm", "branch"),
            ("de", "storm", "branch"),
        ],
        kinds={"e": RIVER},
        customer=frames.conform(customers, "customer"),
    )  # fmt: skip
    found = list_misconnections(_checked(tables))
    (row,) = found.frame.to_dict("records")
    assert (row["rule"], row["certainty"], row["pipe_id"], row["other_id"]) == ("M1", "joined", "bc", "cd")
    assert (row["node_id"], row["outfall_id"], row["way"]) == ("c", "e", "bc;cd;de")
    # 250 m3/d lie behind it: medium; C-3 drains below.
    assert (row["users"], row["length_m"], row["severity"], row["priority"]) == (2, 80.0, "medium", 4)
    assert found.per_1000 == pytest.approx(1000 / 4)
    assert (found.not_recorded, found.drains) == (0, 4)
    assert "bc" in row["reasons"]
    assert "c" in row["reasons"]


@pytest.mark.parametrize(
    ("size", "severity", "priority"), [(600.0, "heavy", 3), (300.0, "medium", 2), (200.0, "light", 1)]
)
def test_severity_goes_by_size(size: float, severity: str, priority: int) -> None:
    tables = drains_town(
        ROW,
        [("ab", "sewage", "branch"), ("bc", "storm", "branch")],
        kinds={"c": RIVER},
        fields={"ab": {"diameter_mm": size}},
    )
    (row,) = list_misconnections(_checked(tables)).frame.to_dict("records")
    assert (row["severity"], row["priority"], row["users"]) == (severity, priority, 0)


@pytest.mark.slow
def test_customers_of_a_compound_count_where_all_its_exits_do() -> None:
    customers = frames.conform(pd.DataFrame([{"customer_id": "C", "compound_id": "X"}]), "customer")
    drains = [("ab", "sewage", "branch"), ("bc", "storm", "branch"), ("ad", "sewage", "branch")]
    kinds = {"c": RIVER, "d": {"kind": "plant"}}
    compound = frames.conform(pd.DataFrame([{"compound_id": "X"}]), "compound")
    inside = {"ab": {"compound_id": "X"}}
    users = []
    for more in ({}, {"ad": {"compound_id": "X"}}):
        tables = drains_town(
            ROW, drains, kinds=kinds, fields={**inside, **more}, customer=customers, compound=compound
        )
        frame = list_misconnections(_checked(tables)).frame
        users.append(int(frame.set_index("pipe_id").loc["ab", "users"]))
    assert users == [1, 0]


def test_without_drains_nothing_is_found() -> None:
    found = list_misconnections(_checked(drains_town(ROW, [])))
    assert len(found.frame) == 0
    assert np.isnan(found.per_1000)
