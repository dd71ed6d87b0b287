"""The search for a source against trying all ways, and as crews would play it."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from support.drain_towns import ROW, drains_town
from support.quality_frames import TODAY
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.manhole_search import search_manholes
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.reports.drainage.misconnections import search_lines
from waternet_plugin.core.schema.settings import Settings

LINE = [("ab", "storm", "branch"), ("bc", "storm", "branch"), ("cd", "storm", "branch")]


def _subject(tables: dict[str, pd.DataFrame]) -> CheckContext:
    return CheckContext(tables, Settings(), today=TODAY)


def _tree(chance: np.random.Generator, size: int) -> list[tuple[str, str]]:
    return [(f"N{one}", f"N{int(chance.integers(max(0, one - 40), one))}") for one in range(1, size)]


def _network(edges: list[tuple[str, str]], both_ways: set[int] = frozenset()) -> CheckContext:  # type: ignore[assignment]
    names = sorted({name for edge in edges for name in edge}, key=lambda name: int(name[1:]))
    places = {name: (500_000.0 + 30 * number, 2_500_000.0) for number, name in enumerate(names)}
    from support.quality_frames import node_frame, pipe_frame

    pipes = [
        {
            "pipe_id": f"P{number}", "system": "storm", "from_node": one, "to_node": two,
            "flow": "undetermined" if number in both_ways else "forward", "line": [places[one], places[two]],
        }
        for number, (one, two) in enumerate(edges)
    ]  # fmt: skip
    nodes = [{"node_id": name, "at": place, "kind": "manhole"} for name, place in places.items()]
    return _subject({"pipe": pipe_frame(pipes), "node": node_frame(nodes)})


def test_a_line_is_halved() -> None:
    found = search_manholes(_subject(drains_town(ROW, LINE)), ["d"])
    assert set(found.candidates["node_id"]) == {"a", "b", "c", "d"}
    first = found.covers.iloc[0]
    assert (first["node_id"], first["if_dirty"], first["if_clean"], first["order"]) == ("b", 2, 2, 1)
    assert found.expected == pytest.approx(2.0)
    after = search_manholes(_subject(drains_town(ROW, LINE)), ["d"], ["b"])
    assert set(after.candidates["node_id"]) == {"c", "d"}


@pytest.mark.parametrize("seed", a_few_quick(range(25), 1))
def test_candidates_as_trying_all_ways(seed: int) -> None:
    chance = np.random.default_rng(seed)
    edges = list(_tree(chance, 14))
    for _more in range(6):
        one, two = sorted(int(number) for number in chance.choice(14, 2, replace=False))
        edges.append((f"N{two}", f"N{one}"))
    both = {number for number in range(len(edges)) if chance.random() < 0.15}
    graph = nx.DiGraph(edges)
    graph.add_edges_from([edges[number][::-1] for number in both])
    names = sorted(graph.nodes)
    dirty = [str(name) for name in chance.choice(names, 2, replace=False)]
    clean = [str(name) for name in chance.choice([n for n in names if n not in dirty], 1)]
    subject = _network(edges, both)

    def left(dirty: list[str], clean: list[str]) -> set[str]:
        open_ = graph.subgraph([name for name in graph.nodes if name not in clean])
        return {
            name for name in open_ if all(one in open_ and nx.has_path(open_, name, one) for one in dirty)
        }

    found = search_manholes(subject, dirty, clean)
    expected = left(dirty, clean)
    assert set(found.candidates["node_id"]) == expected
    assert found.several == (not expected)
    for row in found.covers.itertuples():
        above = left([row.node_id], clean) & expected
        assert row.if_dirty == len(above), row
        assert row.if_clean == len(left(dirty, [*clean, row.node_id])), row


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_source_among_hundreds_is_found_in_few_openings(seed: int) -> None:
    chance = np.random.default_rng(seed)
    edges = _tree(chance, 400)
    subject, graph = _network(edges), nx.DiGraph(edges)
    openings = []
    for _time in range(6):
        source = f"N{int(chance.integers(400))}"
        below = nx.descendants(graph, source) | {source}
        dirty, clean = ["N0"], []
        while True:
            found = search_manholes(subject, dirty, clean)
            assert source in set(found.candidates["node_id"])
            if not len(found.covers) or len(found.candidates) == 1:
                break
            cover = str(found.covers["node_id"].iloc[0])
            (dirty if cover in below else clean).append(cover)
        assert list(found.candidates["node_id"]) == [source]
        openings.append(len(dirty) + len(clean) - 1)
    assert max(openings) <= 13, openings


def test_readings_tell_where_nothing_is_named() -> None:
    readings = pd.DataFrame(
        [
            {"node_id": node, "time": pd.Timestamp(day), "quantity": "sewage_seen", "value": value}
            for node, day, value in (
                ("d", "2025-10-01", 1.0),
                ("b", "2025-10-01", 1.0),
                ("b", "2025-10-03", 0.0),
            )
        ]
    )
    found = search_manholes(_subject(drains_town(ROW, LINE, reading=readings)))
    assert (found.dirty, found.clean) == (("d",), ("b",))


def test_two_sources_are_said() -> None:
    apart = [("ab", "storm", "branch"), ("cd", "storm", "branch")]
    found = search_manholes(_subject(drains_town(ROW, apart)), ["b", "d"])
    assert found.several
    assert len(found.candidates) == len(found.covers) == 0


@pytest.mark.parametrize(
    ("dirty", "clean", "words"),
    a_few_quick(
        [
            (["x"], [], "DIRTY: the network has no asset x"),
            (["d"], ["y"], "CLEAN: the network has no asset y"),
            (["d"], ["d"], "can't be dirty and clean"),
            ([], ["d"], "No manhole is dirty"),
            ([], [], "No manhole is dirty"),
            (["h"], [], "no drain in use is joined to h"),
        ],
        4,
        is_tuple_one_value=False,
    ),
)
def test_what_cannot_be_answered(dirty: list[str], clean: list[str], words: str) -> None:
    tables = drains_town(ROW, [*LINE, ("gh", "potable", "distribution")])
    with pytest.raises(InputError, match=words):
        search_manholes(_subject(tables), dirty, clean)


def test_misconnections_that_are_known_above_are_named() -> None:
    places = {**ROW, "x": (ROW["b"][0], ROW["b"][1] + 30), "y": (ROW["g"][0], ROW["g"][1] + 30)}
    drains = [*LINE, ("xb", "sewage", "branch"), ("yg", "sewage", "branch")]
    found = search_manholes(_subject(drains_town(places, drains)), ["d"])
    assert found.known == ("xb",)
    assert any("xb" in line for line in search_lines(found))
